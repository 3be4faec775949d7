"""SIPmath libraries: what an independent reader makes of them, fits, correlations, refusals."""

import json
import re

import numpy as np
import pytest
from scipy import stats

import sim
from sim.distributions import Metalog
from sim.report.sipmath import metalog
from sim.report.sipmath.library import library, library_text
from sim.sampling import hdr
from tests.places import ROOT

TEXT = """\
name: Two offers
currency: EUR
months: 24
discount_rate: 10%
company:
  users: 5
  customers: 100
  revenue_per_customer: 900
  gross_margin: 50%
  churn: {dist: pert, low: 10%, mode: 15%, high: 30%}
  growth: {dist: normal, mean: 4%, sd: 3%}
  leads_per_month: 10
  conversion_rate: 5%
  deal_value: €500
inputs:
  lift: {dist: normal, mean: 12%, sd: 4%}
  works: {dist: bernoulli, p: 0.8}
  sure: {dist: constant, value: 2}
common: {effects: {cross_sell: lift, conversion: lift, churn_reduction: 5%}, rollout: {adoption: works, delay_months: sure}}
vendors:
  A: {licence: {list_price: {dist: lognormal, median: €20, sigma: 0.3}}}
  B: {licence: {list_price: €50}, inputs: {lift: {dist: normal, mean: 20%, sd: 5%}}}
"""  # noqa: E501

READ_BY_HYDRATE = {
    "lift": [0.119817631464, 0.179560154139, 0.0817072522989, 0.127229161267, 0.114657493322],
    "A: npv": [9592.61359277, 6322.07918828, 1276.04704797, 3530.00178202, 10415.4202392],
}
"""Trials 1 to 5 as @solace-fi/hydrate 0.1.3 (npm) draws them from the library of `results`."""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("sip") / "two.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return sim.load(path).run(draws=16_384, seed=7, design="hdr")


@pytest.fixture(scope="module")
def document(results):
    return json.loads(library_text(library(results, "2026-01-31")))


def sips(document):
    return {sip["name"]: sip for sip in document["sips"]}


def law(sip):
    low, high = (sip["arguments"].get(key) for key in ("lowerBound", "upperBound"))
    return Metalog(coefficients=tuple(sip["arguments"]["aCoefficients"]), low=low, high=high)


def uniforms(document, size):
    """The uniforms of every generator of the library, from its own arguments."""
    rngs = [rng["arguments"] for rng in document["U01"]["rng"] if rng["function"] == "HDR_2_0"]
    return np.array(
        [
            hdr.uniforms(a["varId"], first=1, size=size, entity=a["entity"], seed3=a["seed3"], seed4=a["seed4"])
            for a in rngs
        ]
    )


def matrix(document):
    value = document["globalVariables"][0]["value"]
    r = np.zeros((len(value["rows"]),) * 2)
    for cell in value["matrix"]:
        i, j = value["rows"].index(cell["row"]), value["columns"].index(cell["col"])
        r[i, j] = r[j, i] = cell["value"]
    return r


def test_keelins_example():
    found = metalog.fitted(np.array([0.1, 0.5, 0.9]), np.array([35.0, 50, 75]))
    assert found.coefficients == pytest.approx((50, 9.102392, 5.688995), abs=5e-7)
    assert found.ppf(np.array([0.1, 0.5, 0.9])) == pytest.approx([35, 50, 75])


@pytest.mark.parametrize(
    ("exact", "low", "high"),
    [
        (stats.norm(3, 2), None, None),
        (stats.lognorm(0.6), 0.0, None),
        (stats.beta(2, 5, loc=-1, scale=4), -1.0, 3.0),
        (stats.weibull_max(1.5, loc=4), None, 4.0),
    ],
)
def test_fits_are_close_and_rise_within_their_bounds(exact, low, high):
    y = (np.arange(400) + 0.5) / 400
    found = metalog.fitted(y, exact.ppf(y), low, high)
    assert found.ppf(y) == pytest.approx(exact.ppf(y), abs=1e-2 * (exact.ppf(0.9) - exact.ppf(0.1)))
    x = found.ppf(np.linspace(1e-6, 1 - 1e-6, 100_001))
    assert np.all(np.diff(x) >= 0)
    assert (-np.inf if low is None else low) <= x[0] <= x[-1] <= (np.inf if high is None else high)


def test_a_two_sided_metalog_is_the_standards():
    y, a = np.array([0.2, 0.7]), (0.3, 0.9)
    e = np.exp(a[0] + a[1] * np.log(y / (1 - y)))
    assert Metalog(coefficients=a, low=2, high=9).ppf(y) == pytest.approx((2 + 9 * e) / (1 + e))


def test_falling_quantiles_are_refused():
    with pytest.raises(ValueError, match="do not rise"):
        metalog.fitted(np.array([0.1, 0.5, 0.9]), np.array([3.0, 2, 1]))


@pytest.mark.parametrize("name", READ_BY_HYDRATE)
def test_an_independent_reader_draws_these_values(document, name):
    sip = sips(document)[name]
    u = uniforms(document, 5)
    copula = document["U01"]["copula"][0]
    names = [rng["name"] for rng in document["U01"]["rng"]]
    if sip["ref"]["source"] == "rng":
        y = u[names.index(sip["ref"]["name"])]
    else:
        row = np.linalg.cholesky(matrix(document))[copula["copulaLayer"].index(sip["ref"]["copulaLayer"])]
        y = stats.norm.cdf(row @ stats.norm.ppf(u))
    assert law(sip).ppf(y) == pytest.approx(READ_BY_HYDRATE[name], rel=1e-6)


def test_metalogs_of_inputs_draw_the_runs_own_futures(results, document):
    u = dict(zip((r["name"] for r in document["U01"]["rng"]), uniforms(document, 16_384), strict=False))
    for key in ("company.churn", "company.growth", "lift", "vendors.B.inputs.lift", "vendors.A.licence.list_price"):
        sip, drawn = sips(document)[key], results.run.inputs[key]
        spread = np.subtract(*np.quantile(drawn, [0.9, 0.1]))
        inner = (drawn > np.quantile(drawn, 0.005)) & (drawn < np.quantile(drawn, 0.995))
        off = law(sip).ppf(u[sip["ref"]["name"]]) - drawn
        assert np.abs(off[inner]).max() < 0.005 * spread, key


def test_few_values_are_a_table_and_what_is_certain_is_left_out(document):
    table = sips(document)["works"]
    assert table["function"] == "Lookup_Table"
    assert table["arguments"]["value"] == [[pytest.approx(0.2, abs=1e-3), 0.0], [1.0, 1.0]]
    assert "sure" not in sips(document)


def test_draws_are_written_in_order(results, document):
    values = sips(document)["A: npv (draws)"]["arguments"]["value"]
    assert len(values) == 10_000
    assert values == pytest.approx(results["A"]["npv"][:10_000], rel=1e-8)


def test_correlations_are_those_of_the_normal_scores(results, document):
    r = matrix(document)
    names = document["globalVariables"][0]["value"]["rows"]
    inputs = names.index("A: roi")
    assert np.array_equal(r[:inputs, :inputs], np.eye(inputs))
    assert np.linalg.eigvalsh(r)[0] > 0
    outputs = names[inputs:]
    drawn = np.array([stats.norm.ppf(stats.rankdata(results[n[0]][n[3:]]) / 16_385) for n in outputs])
    assert r[inputs:, inputs:] == pytest.approx(np.corrcoef(drawn), abs=0.05)
    lift = stats.norm.ppf(stats.rankdata(results.run.inputs["lift"]) / 16_385)
    expected = [np.corrcoef(lift, row)[0, 1] for row in drawn]
    assert r[inputs:, names.index("lift")] == pytest.approx(expected, abs=0.05)


def test_overrides_share_the_uniforms_of_the_input_they_override(document):
    assert sips(document)["vendors.B.inputs.lift"]["ref"] == sips(document)["lift"]["ref"]


def test_metrics_that_do_not_vary_or_exist_are_named(results):
    found = library(results, "2026-01-31")
    assert "B: cost" in found.left_out
    assert found.misfit == (pytest.approx(0.85, abs=0.1), "B: npv")  # one future in five brings nothing: a jump


def test_the_frame_of_the_document(document):
    assert {k: document[k] for k in ("objectType", "libraryType", "dateCreated", "name")} == {
        "objectType": "sipModel",
        "libraryType": "SIPmath_3_0",
        "dateCreated": "2026-01-31",
        "name": "Two offers",
    }
    rng = next(rng for rng in document["U01"]["rng"] if rng["name"] == "lift")
    assert rng["function"] == "HDR_2_0"
    numbers = {"entity": 1, "varId": hdr.variable_id("lift"), "seed3": 0, "seed4": 7}
    assert rng["arguments"] == {"counter": "PM_Index", **numbers}


PAIRS = {"lift": ("company.churn", -0.4), "company.growth": ("company.churn", 0.3)}
CORRELATED = (
    TEXT + "correlations:\n" + "".join(f"  - {{inputs: [{a}, {b}], spearman: {r}}}\n" for a, (b, r) in PAIRS.items())
)


def run_of(folder, text, **how):
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return sim.load(path).run(seed=7, design="hdr", **how)


def test_correlated_inputs_have_the_copulas_matrix_and_draw_the_runs_own_futures(tmp_path):
    results = run_of(tmp_path, CORRELATED, draws=4096)
    found = library(results, "2026-01-31")
    document = json.loads(library_text(found))
    r, names = matrix(document), document["globalVariables"][0]["value"]["rows"]
    for a, (b, rank) in PAIRS.items():
        latent = 2 * np.sin(np.pi * rank / 6)  # Pearson (1907): Spearman's of a Gaussian copula
        assert r[names.index(a), names.index(b)] == pytest.approx(latent, abs=1e-9)
    y = stats.norm.cdf(np.linalg.cholesky(r) @ stats.norm.ppf(uniforms(document, 4096)))
    for key in ("lift", "company.churn", "company.growth", "vendors.B.inputs.lift"):
        sip, drawn = sips(document)[key], results.run.inputs[key]
        assert sip["ref"]["source"] == "copula"
        off = law(sip).ppf(y[int(sip["ref"]["copulaLayer"][1:]) - 1]) - drawn
        inner = (drawn > np.quantile(drawn, 0.005)) & (drawn < np.quantile(drawn, 0.995))
        assert np.abs(off[inner]).max() < 0.005 * np.subtract(*np.quantile(drawn, [0.9, 0.1])), key
    assert sips(document)["vendors.A.licence.list_price"]["ref"]["source"] == "rng"
    assert found.approximate == ()


def test_a_t_copula_is_written_with_the_scores_as_drawn_and_named(tmp_path):
    text = TEXT + "correlations: {copula: student_t, df: 4, pairs: [{inputs: [lift, company.churn], spearman: 0.6}]}\n"
    results = run_of(tmp_path, text, draws=16_384)
    found = library(results, "2026-01-31")
    assert set(found.approximate) == {"lift", "company.churn", "vendors.B.inputs.lift"}
    r, names = matrix(found.document), found.document["globalVariables"][0]["value"]["rows"]
    z = [stats.norm.ppf(stats.rankdata(results.run.inputs[key]) / 16_385) for key in ("lift", "company.churn")]
    assert r[names.index("lift"), names.index("company.churn")] == pytest.approx(np.corrcoef(z)[0, 1], abs=1e-3)


@pytest.mark.parametrize("name", ["mid_market", "own_data"])
def test_every_shipped_kind_of_tie_has_a_matrix_that_readers_can_factor(name):
    found = library(sim.load(f"scenarios/{name}.yaml").run(draws=1024), "2026-01-31")
    assert np.linalg.cholesky(matrix(found.document)).shape[0] > 4
    assert bool(found.approximate) == (name == "own_data")


SEPARATE = """\
name: Separate values
months: 12
discount_rate: 10%
company: {users: 5, customers: 100, revenue_per_customer: 900, gross_margin: 50%, churn: 10%}
inputs:
  rare: {dist: bernoulli, p: 0.0001}
  thirds: {dist: discrete, values: [1, 2, 5]}
  many: {dist: poisson, mean: 30}
  cut: {dist: truncated, of: {dist: poisson, mean: 3}, low: 2}
  hours: {dist: pert, low: 0, mode: 5, high: 20}
common:
  effects: {cross_sell: 5%}
  lines:
    Rare: {kind: cost, amount: rare, per: once}
    Thirds: {kind: cost, amount: thirds, per: once}
    Many: {kind: cost, amount: many, per: once}
    Cut: {kind: cost, amount: cut, per: once}
    Hours: {kind: cost, amount: hours, per: once}
vendors: {A: {licence: {list_price: $20}}}
"""
NAMES = "rare", "thirds", "many", "cut"


@pytest.fixture(scope="module")
def separate(tmp_path_factory):
    path = tmp_path_factory.mktemp("steps") / "steps.yaml"
    path.write_text(SEPARATE, encoding="utf-8")
    return sim.load(path).run(draws=16_384, seed=3, design="hdr")


def test_a_law_of_separate_values_leaves_with_its_own_probabilities(separate):
    found = sips(json.loads(library_text(library(separate, "2026-01-31"))))
    for name in NAMES:
        upto, values = np.array(found[name]["arguments"]["value"]).T
        np.testing.assert_allclose(upto, separate.inputs_asked[name].distribution.cdf(values), rtol=0, atol=1e-12)
        assert upto[-1] == 1
    assert found["rare"]["arguments"]["value"] == [[1 - 0.0001, 0.0], [1.0, 1.0]]
    assert found["many"]["arguments"]["value"][0][0] < 1e-11


def test_every_trial_of_a_table_is_the_runs_own_draw(separate):
    """A reader takes the first value whose cumulative probability reaches its uniform."""
    document = json.loads(library_text(library(separate, "2026-01-31")))
    found, generators = sips(document), [rng["name"] for rng in document["U01"]["rng"]]
    drawn = dict(zip(generators, uniforms(document, 16_384), strict=False))
    for name in NAMES:
        upto, values = np.array(found[name]["arguments"]["value"]).T
        own = separate.run.inputs[name]
        np.testing.assert_array_equal(values[np.searchsorted(upto, drawn[found[name]["ref"]["name"]])], own)


def test_bounds_are_those_of_the_law(separate):
    arguments = sips(json.loads(library_text(library(separate, "2026-01-31"))))["hours"]["arguments"]
    assert (arguments["lowerBound"], arguments["upperBound"]) == (0.0, 20.0)


def test_a_library_comes_back_with_the_same_probabilities_whatever_its_name_ends_in(separate, tmp_path):
    for name in ("steps.json", "steps.SIPmath"):
        (tmp_path / name).write_text(library_text(library(separate, "2026-01-31")), encoding="utf-8")
        text = SEPARATE
        for one in NAMES:
            text = re.sub(rf"  {one}: \{{dist.*", f"  {one}: {{from: {name}#{one}}}", text)
        path = tmp_path / "back.yaml"
        path.write_text(text, encoding="utf-8")
        again = sim.load(path).run(draws=64)
        for one in NAMES:
            ours, theirs = (r.inputs_asked[one].distribution for r in (separate, again))
            at = np.arange(0.0, 60.0)
            np.testing.assert_allclose(theirs.cdf(at), ours.cdf(at), rtol=0, atol=1e-11)


def test_a_scenario_without_uncertain_inputs_is_a_library_too():
    results = sim.load(ROOT / "scenarios" / "ten_fold.yaml").run(draws=64)
    made = library(results, "2026-01-01")
    assert (json.loads(library_text(made))["sips"], made.misfit[1]) == ([], "")
