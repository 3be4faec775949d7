import math

import numpy as np
import openpyxl
import pytest

import sim
from sim.distributions import Empirical
from sim.sampling.design import Design
from sim.sampling.draws import Chunk, draw
from sim.scenario.loading import load_file

TABLE = 'conversion,deal\n4.1%,"$1,200"\n3.8%,$900\n,1.2k\n5.2%,"$1,450"\nn/a,$800\n4.4%,$990\n4.0%,$700\n'
SCENARIO = """\
name: T
months: 24
discount_rate: 10%
company:
  users: 10
  leads_per_month: 100
  conversion_rate: conv
  deal_value: {from: h.csv#deal, method: smoothed, low: $0, source: CRM}
  gross_margin: 60%
inputs:
  conv: {value: {from: h.csv#conversion, use: month}, note: twelve months}
vendors:
  A: {licence: {list_price: $40}, effects: {conversion: 10%}}
"""


def written(tmp_path, scenario=SCENARIO, table=TABLE):
    (tmp_path / "h.csv").write_text(table)
    (tmp_path / "x.yaml").write_text(scenario)
    return tmp_path / "x.yaml"


def problems(tmp_path, old, new):
    assert old in SCENARIO
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(written(tmp_path, SCENARIO.replace(old, new)))
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def test_a_column_becomes_a_distribution_and_keeps_its_rows(tmp_path):
    inputs = {i.key: i for i in load_file(written(tmp_path)).cases["A"].inputs}
    conv, deal = inputs["conv"], inputs["company.deal_value"]
    assert conv.distribution == Empirical(values=("4.1%", "3.8%", "5.2%", "4.4%", "4.0%"))
    assert (conv.column.table, conv.column.name, conv.note) == ("h.csv", "conversion", "twelve months")
    np.testing.assert_array_equal(conv.column.values, np.array([4.1, 3.8, math.nan, 5.2, math.nan, 4.4, 4]) / 100)
    assert deal.column.values == (1200, 900, 1200, 1450, 800, 990, 700)
    assert (deal.distribution.method, deal.distribution.low, deal.source) == ("smoothed", 0, "CRM")
    assert deal.asked == "smoothed from h.csv#deal, 7 values"


def test_a_resampled_input_draws_only_what_was_seen(tmp_path):
    case = load_file(written(tmp_path)).cases["A"]
    drawn = draw(case.inputs, design=Design.SOBOL, seed=1, chunk=Chunk(0, 0, 256))
    assert set(drawn["conv"]) == {share / 100 for share in (4.1, 3.8, 5.2, 4.4, 4.0)}


def test_missing_and_few_values_are_warned_of_with_their_rows(tmp_path):
    said = [str(w) for w in load_file(written(tmp_path)).warnings]
    assert any("inputs.conv: 2 of 7 values missing and left out (rows 4, 6)" in text for text in said)
    assert any("company.deal_value: only 7 observations" in text for text in said)


def test_the_hash_covers_the_data(tmp_path):
    first = load_file(written(tmp_path)).sha256
    assert first == load_file(written(tmp_path)).sha256
    assert first != load_file(written(tmp_path, table=TABLE.replace("700", "701"))).sha256


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "#conversion",
            "#convrsion",
            "x.yaml:11:24: inputs.conv.value.from: no column of 'h.csv' is called 'convrsion' (did",
        ),
        ("h.csv#deal", "k.csv#deal", "x.yaml:8:22: company.deal_value.from: cannot read 'k.csv': no such file (did"),
        (
            "h.csv#deal",
            "../h.csv#deal",
            "'../h.csv' is outside the scenario's folder (a data file must lie in or below it)",
        ),
        ("h.csv#deal", "/etc/passwd#deal", "'/etc/passwd' is outside the scenario's folder"),
        ("h.csv#deal", "h.csv", "company.deal_value.from: 'h.csv' names no column (write file.csv#column"),
        ("h.csv#deal", "h.csv#conversion", "row 2: '4.1%' is a percentage where an amount of money is expected"),
        ("method: smoothed", "methd: smoothed", "deal_value.methd: unknown key 'methd' (did you mean 'method'?)"),
        ("low: $0", "low: $900", "deal_value.from: low 900 is above the lowest value, 700"),
        (", low: $0", "", "company.deal_value: reaches down to -204.285, below 0"),
        ("method: smoothed, low", "low", "resampled values need no bounds"),
        ("smoothed", "smoothd", "deal_value.method: 'smoothd' is not a choice"),
        ("{from: h.csv#deal, ", "{from: 3, ", "deal_value.from: expected a text, got '3'"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path, old, new, expected):
    found = problems(tmp_path, old, new)
    assert len(found) == 1
    assert expected in found[0], found


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text(TABLE)
    path = written(inside, SCENARIO.replace("h.csv#deal", "link.csv#deal"))
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(sim.ScenarioError, match=r"'link.csv' is outside the scenario's folder"):
        sim.load(path)


def test_a_base_in_a_folder_below_names_its_data_from_there(tmp_path):
    below = tmp_path / "base"
    below.mkdir()
    written(below)
    (tmp_path / "child.yaml").write_text("extends: base/x.yaml\nname: Child\n")
    found = {i.key: i.column for i in load_file(tmp_path / "child.yaml").cases["A"].inputs}
    assert found["conv"].table == "base/h.csv"


def test_a_column_replaces_a_distribution_of_the_base_whole(tmp_path):
    written(
        tmp_path,
        SCENARIO.replace("{value: {from: h.csv#conversion}, note: twelve months}", "{dist: beta, a: 4, b: 96}"),
    )
    (tmp_path / "child.yaml").write_text("extends: x.yaml\ninputs: {conv: {from: h.csv#conversion, use: month}}\n")
    assert load_file(tmp_path / "child.yaml").file.inputs["conv"].distribution.method == "resampled"


def test_a_fitted_column_says_its_family_and_keeps_its_rows(tmp_path):
    fitted = SCENARIO.replace("method: smoothed, low: $0", "method: fitted, family: lognormal")
    found = next(i for i in load_file(written(tmp_path, fitted)).cases["A"].inputs if i.key == "company.deal_value")
    logs = np.log([1200, 900, 1200, 1450, 800, 990, 700])
    assert found.distribution.median == pytest.approx(np.exp(logs.mean()))
    assert found.distribution.sigma == pytest.approx(logs.std())
    assert found.asked.startswith("fitted from h.csv#deal, 7 values: {dist: lognormal, median: $1005")
    assert found.column.name == "deal"


def test_the_best_family_is_fitted_and_named_if_none_is_asked_for(tmp_path):
    fitted = SCENARIO.replace("method: smoothed, low: $0", "method: fitted, low: $0")
    found = next(i for i in load_file(written(tmp_path, fitted)).cases["A"].inputs if i.key == "company.deal_value")
    assert "(lowest AIC of " in found.asked


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("method: fitted, family: gama", "deal_value.from: no family called 'gama' is fitted (did you mean 'gamma'?)"),
        ("family: gamma", "family is given, but nothing is fitted (write method: fitted"),
        ("method: fitted, low: $900", "deal_value.from: the lowest value, 700, is below the bound 900"),
    ],
)
def test_a_fit_that_cannot_be_is_refused(tmp_path, new, expected):
    found = problems(tmp_path, "method: smoothed, low: $0", new)
    assert expected in found[0]


def test_a_family_that_does_not_fit_is_warned_of(tmp_path):
    lumps = "conversion,deal\n" + "".join(f"{4 + n % 3}%,{1000 + n % 2 * 900 + n}\n" for n in range(40))
    fitted = SCENARIO.replace("method: smoothed, low: $0", "method: fitted, family: gamma")
    said = [str(w) for w in load_file(written(tmp_path, fitted, lumps)).warnings]
    assert any("company.deal_value: gamma does not fit these values (p below 0.05" in text for text in said)


def book(tmp_path):
    """Write a workbook of twelve months, three of them hidden, with a total below."""
    found = openpyxl.Workbook()
    sheet = found.active
    sheet.append(["month", "deal", "rate"])
    for n in range(1, 13):
        sheet.append([f"M{n}", 100.0 * n, n / 100])
        sheet.row_dimensions[n + 1].hidden = n in (2, 3, 5)
    sheet.append(["Total", 7800.0, 0.065])
    for row in sheet.iter_rows(min_row=2):
        row[1].number_format, row[2].number_format = "$#,##0", '0.0%;-0.0%;"-"'
    found.save(tmp_path / "h.xlsx")
    text = SCENARIO.replace("h.csv#deal, method: smoothed, low: $0", "h.xlsx#deal, use: month").replace(
        "h.csv#conv", "h.xlsx#conv"
    )
    return text.replace("h.xlsx#conversion", "h.xlsx#rate")


def test_totals_and_hidden_rows_are_warned_of(tmp_path):
    loaded = load_file(written(tmp_path, book(tmp_path)))
    said = [str(warning) for warning in loaded.warnings]
    for place in ("company.deal_value", "inputs.conv"):
        assert any(
            f"{place}: 3 hidden rows of 'h.xlsx' left out (hidden: keep beside from: keeps them)" in text
            for text in said
        )
        assert any(f"{place}: row 14 of 'h.xlsx' is a total and left out" in text for text in said)
    inputs = {i.key: i for i in loaded.cases["A"].inputs}
    assert inputs["company.deal_value"].column.values == tuple(100.0 * n for n in (1, 4, 6, 7, 8, 9, 10, 11, 12))


def test_hidden_rows_are_kept_where_that_is_said(tmp_path):
    text = book(tmp_path).replace("from: h.xlsx#deal", "from: h.xlsx#deal, hidden: keep")
    loaded = load_file(written(tmp_path, text))
    deal = {i.key: i for i in loaded.cases["A"].inputs}["company.deal_value"].column
    assert (len(deal.values), deal.table) == (12, "h.xlsx (with hidden)")
    said = [str(warning) for warning in loaded.warnings]
    assert not any("company.deal_value: 3 hidden" in text for text in said)
    assert any("inputs.conv: 3 hidden" in text for text in said)


def test_nothing_but_keep_can_be_said_of_hidden_rows(tmp_path):
    said = problems(tmp_path, "h.csv#deal", "h.csv#deal, hidden: drop")
    assert any("company.deal_value.hidden: " in text and "keep" in text for text in said)


HISTORY = "month,conversion,deal\n" + "".join(
    f"20{21 + n // 12}-{n % 12 + 1:02},{4 + (n * 7 % 5) / 10:.1f}%,{1000 + n * 37 % 300}\n" for n in range(48)
)
FACTS = SCENARIO.replace("method: smoothed, low: $0, ", "").replace(", use: month", "")
NUMBERS = np.array([[4 + (n * 7 % 5) / 10, 1000 + n * 37 % 300] for n in range(48)]) * [0.01, 1]


def inputs_of(path, vendor="A"):
    return {i.key: i for i in load_file(path).cases[vendor].inputs}


def test_facts_of_the_company_are_averages_of_their_history(tmp_path):
    found = inputs_of(written(tmp_path, FACTS, HISTORY))
    for name, values in (("conv", NUMBERS[:, 0]), ("company.deal_value", NUMBERS[:, 1])):
        law = found[name].distribution
        assert law.mean == pytest.approx(values.mean(), rel=1e-9)
        assert np.std(law.values) < values.std() / 4
        assert found[name].asked.startswith(f"average of h.csv#{found[name].column.name}, 48 values")


def test_averages_of_one_table_are_of_the_same_rows(tmp_path):
    found = inputs_of(written(tmp_path, FACTS, HISTORY))
    conv, deal = found["conv"].column, found["company.deal_value"].column
    assert (conv.table, deal.table) == ("h.csv (averages)", "h.csv (averages)")
    seen, drawn = np.corrcoef(NUMBERS.T)[0, 1], np.corrcoef(conv.values, deal.values)[0, 1]
    assert drawn == pytest.approx(seen, abs=0.2)


@pytest.mark.parametrize("said", ["use: month", "method: resampled"])
def test_what_is_said_of_a_fact_is_kept(tmp_path, said):
    source = FACTS.replace("from: h.csv#conversion", f"from: h.csv#conversion, {said}")
    law = inputs_of(written(tmp_path, source, HISTORY))["conv"].distribution
    assert set(np.round(law.values, 6)) == set(np.round(NUMBERS[:, 0], 6))


def test_what_is_no_fact_of_the_company_is_drawn_as_before(tmp_path):
    source = FACTS.replace("effects: {conversion: 10%}", "effects: {conversion: {from: h.csv#conversion}}")
    law = inputs_of(written(tmp_path, source, HISTORY))["vendors.A.effects.conversion"].distribution
    assert len(law.values) == 48
    averaged = source.replace("h.csv#conversion}}", "h.csv#conversion, use: average}}")
    law = inputs_of(written(tmp_path, averaged, HISTORY))["vendors.A.effects.conversion"].distribution
    assert len(law.values) == 4096


def test_an_average_has_no_method(tmp_path):
    source = FACTS.replace("#conversion}", "#conversion, use: average, method: smoothed, low: 0%}")
    with pytest.raises(
        sim.ScenarioError, match=r"an average has no method and no low \(leave out, or say use: month\)"
    ):
        load_file(written(tmp_path, source, HISTORY))


def test_a_trend_and_a_season_are_named(tmp_path):
    rows = [f"20{21 + n // 12}-{n % 12 + 1:02},4.{n % 7}%,{1000 + 10 * n + 100 * (n % 12 > 5)}\n" for n in range(48)]
    found = load_file(written(tmp_path, FACTS, "month,conversion,deal\n" + "".join(rows)))
    said = [str(warning) for warning in found.warnings]
    assert any("column 'deal': it rises over the months (Kendall's tau 0." in text for text in said)
    assert any("column 'deal': it has a season of twelve months" in text for text in said)
    assert not any("column 'conversion': it" in text for text in said)
