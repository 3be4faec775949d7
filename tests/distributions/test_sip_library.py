"""Inputs from SIPmath libraries: laws as written, a round trip, coherent draws, refusals with their place."""

import json

import numpy as np
import pytest

import sim
from sim.distributions import Discrete, Empirical, Metalog
from sim.report.sipmath.library import library, library_text
from sim.scenario.loading import load_file

KEELIN = {"aCoefficients": [50, 9.102392, 5.688995]}
SIPS = [
    {"name": "price", "function": "Metalog_1_0", "arguments": {"lowerBound": 0, "aCoefficients": [3.7, 0.1]}},
    {"name": "free", "function": "Metalog_1_0", "arguments": KEELIN},
    {"name": "works", "function": "Lookup_Table", "arguments": {"value": [[0.2, 0.0], [1.0, 1.0]]}},
    {"name": "lift", "function": "SIP_Array", "arguments": {"value": [0.1, 0.2, 0.3, 0.4]}},
    {"name": "deal", "function": "SIP_Array", "arguments": {"value": [90, 70, 80, 60]}},
]
SCENARIO = """\
name: T
months: 24
discount_rate: 10%
company: {users: 10, leads_per_month: 100, conversion_rate: 5%, deal_value: $900, gross_margin: 60%}
vendors:
  A:
    licence:
      list_price: {from: lib.json#price}
    effects: {conversion: 10%}
"""
PLACE = "x.yaml:8:26: vendors.A.licence.list_price.from: "


def written(tmp_path, scenario=SCENARIO, sips=SIPS, text=None):
    (tmp_path / "lib.json").write_text(json.dumps({"sips": sips}) if text is None else text)
    (tmp_path / "x.yaml").write_text(scenario)
    return tmp_path / "x.yaml"


def inputs(tmp_path, scenario=SCENARIO, sips=SIPS):
    return {i.key: i for i in load_file(written(tmp_path, scenario, sips)).cases["A"].inputs}


def test_a_metalog_comes_with_its_bounds(tmp_path):
    found = inputs(tmp_path)["vendors.A.licence.list_price"]
    assert found.distribution == Metalog(coefficients=(3.7, 0.1), low=0)
    assert (found.asked, found.column) == ("from lib.json#price, metalog of 2 terms", None)
    assert found.distribution.ppf(np.array([0.5])) == pytest.approx(np.exp(3.7))


def test_a_table_draws_its_values(tmp_path):
    text = SCENARIO.replace("effects:", "rollout: {adoption: {from: lib.json#works}}\n    effects:")
    law = inputs(tmp_path, text)["vendors.A.rollout.adoption"].distribution
    assert law == Discrete(values=(0, 1), probabilities=(0.2, 0.8))


def test_draws_of_one_library_stay_together_trial_by_trial(tmp_path):
    text = SCENARIO.replace("$900", "{from: lib.json#deal}").replace("10%}", "{from: lib.json#lift}}")
    results = sim.load(written(tmp_path, text)).run(draws=1024)
    drawn = results.run.inputs
    pairs = set(zip(drawn["vendors.A.effects.conversion"], drawn["company.deal_value"], strict=True))
    assert pairs == {(0.1, 90), (0.2, 70), (0.3, 80), (0.4, 60)}
    assert results.inputs_asked["company.deal_value"].distribution == Empirical(values=(90, 70, 80, 60))


def test_the_hash_covers_the_library(tmp_path):
    first = load_file(written(tmp_path)).sha256
    assert first == load_file(written(tmp_path)).sha256
    assert first != load_file(written(tmp_path, sips=[*SIPS, SIPS[0] | {"name": "other"}])).sha256


def test_a_copula_that_is_not_read_is_warned_of(tmp_path):
    sips = [SIPS[0] | {"ref": {"source": "copula", "name": "Gaussian", "copulaLayer": "c1"}}]
    said = [str(w) for w in load_file(written(tmp_path, sips=sips)).warnings]
    assert any("list_price: the library correlates this SIP by a copula, which is not read" in text for text in said)


@pytest.mark.parametrize("dist", ["lognormal, median: $20, sigma: 0.3", "pert, low: $10, mode: $20, high: $40"])
def test_what_a_run_has_written_is_read_with_the_same_quantiles(tmp_path, dist):
    made = SCENARIO.replace("from: lib.json#price", f"dist: {dist}")
    results = sim.load(written(tmp_path, made)).run(draws=1024, design="hdr")
    text = library_text(library(results, "2026-01-31"))
    read = SCENARIO.replace("#price", "#vendors.A.licence.list_price")
    (tmp_path / "lib.json").write_text(text)
    (tmp_path / "x.yaml").write_text(read)
    law = load_file(tmp_path / "x.yaml").cases["A"].inputs[0].distribution
    sip = next(s for s in json.loads(text)["sips"] if s["name"] == "vendors.A.licence.list_price")
    assert law.coefficients == tuple(sip["arguments"]["aCoefficients"])
    exact = results.inputs_asked["vendors.A.licence.list_price"].distribution
    y = np.linspace(0.005, 0.995, 199)
    spread = np.subtract(*exact.ppf(np.array([0.9, 0.1])))
    assert np.abs(law.ppf(y) - exact.ppf(y)).max() < 0.005 * spread


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("lib.json#prices", "no SIP of 'lib.json' is called 'prices' (did you mean 'price'?)"),
        ("lob.json#price", "cannot read 'lob.json': no such file (did you mean 'lib.json'?)"),
        ("../lib.json#price", "'../lib.json' is outside the scenario's folder"),
        ("lib.json#price, method: smoothed", "a SIP is drawn as its library has it (leave out method)"),
        ("lib.json", "'lib.json' names no column"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_with_its_place(tmp_path, new, expected):
    assert refused(tmp_path, scenario=SCENARIO.replace("lib.json#price", new)).startswith(PLACE + expected)


def refused(tmp_path, **what):
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(written(tmp_path, **what))
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0]).replace(f"{tmp_path}/", "")


def metalog(*coefficients, **bounds):
    return {"function": "Metalog_1_0", "arguments": {"aCoefficients": list(coefficients), **bounds}}


def draws(*values):
    return {"function": "SIP_Array", "arguments": {"value": list(values)}}


def table(*rows):
    return {"function": "Lookup_Table", "arguments": {"value": list(rows)}}


@pytest.mark.parametrize(
    ("sip", "expected"),
    [
        (metalog(*[1] * 12), "'price' of 'lib.json' has 12 coefficients (two to ten can be drawn)"),
        (metalog(1), "'price' of 'lib.json' has 1 coefficients (two to ten can be drawn)"),
        (metalog(1, -2), "'price' of 'lib.json': no law has these coefficients"),
        (metalog(1, 2, lowerBound=5, upperBound=4), "'price' of 'lib.json': low 5 is not below high 4"),
        (metalog(1, "2"), "'price' of 'lib.json' holds '2' where a number is expected"),
        (metalog(1, True), "'price' of 'lib.json' holds 'True' where a number is expected"),
        (metalog(1, 10**400), "'price' of 'lib.json' holds '1000"),
        ({"function": "Metalog_1_0", "arguments": {}}, "'price' of 'lib.json' has no list of numbers"),
        ({"function": "Metalog_2_0", "arguments": {}}, "'price' of 'lib.json' is no Metalog_1_0, Lookup_Table or"),
        (draws(1), "'price' of 'lib.json' has 1 draws (2 to 100,000 can be drawn from)"),
        (draws(1, 2, 3), "the SIPs of 'lib.json' have 3 to 4 draws (need one number)"),
        (table(), "'price' of 'lib.json' has no rows of cumulative probability and value"),
        (table([0.5, 1], [0.4, 2], [1, 3]), "the probabilities of 'price' of 'lib.json' do not rise to 1"),
        (table([0.5, 1], [0.9, 2]), "the probabilities of 'price' of 'lib.json' do not rise to 1"),
    ],
)
def test_what_has_no_law_is_refused(tmp_path, sip, expected):
    assert refused(tmp_path, sips=[{"name": "price", **sip}, *SIPS[1:]]).startswith(PLACE + expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"sips": [\n{"name" 1}]}', "cannot read 'lib.json', line 2, column 9: Expecting ':' delimiter"),
        ('{"sips": [NaN]}', "cannot read 'lib.json': NaN is no number in JSON"),
        ("[" * 200_000, "cannot read 'lib.json'"),
        ("9" * 5000, "cannot read 'lib.json': Exceeds the limit"),
        ("[1]", "'lib.json' is no SIPmath library (it needs a list 'sips', each with a name)"),
        ('{"sips": [{"name": 1}]}', "'lib.json' is no SIPmath library"),
    ],
)
def test_a_file_that_is_no_library_is_one_clear_error(tmp_path, text, expected):
    assert refused(tmp_path, text=text).startswith(PLACE + expected)


def test_two_sips_of_one_name_are_refused(tmp_path):
    said = refused(tmp_path, sips=[SIPS[0], SIPS[0]])
    assert said == PLACE + "2 SIPs of 'lib.json' are called 'price' (rename all but one)"


def test_a_law_that_reaches_where_the_number_cannot_is_refused(tmp_path):
    said = refused(tmp_path, scenario=SCENARIO.replace("#price", "#free"))
    assert "list_price: reaches down to" in said
