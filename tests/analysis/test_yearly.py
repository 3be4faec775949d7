"""The yearly table: published figures to the dollar, sums, percentiles, and every way out."""

import csv
import io

import numpy as np
import pytest

import sim
from sim.analysis.headline import headline
from sim.analysis.text import plain
from sim.analysis.yearly import TablePart, yearly_table
from sim.model.evaluation import evaluate
from sim.report.formats.terminal import yearly_printed
from sim.report.tables.yearly import yearly_shown
from sim.report.write import texts
from sim.sampling.draws import REPLICATES
from tests.places import SCENARIOS
from tests.reading import document_of, text_of


def shown(table):
    return table.header, table.texts


def printed(results, width):
    section, layout = yearly_printed(results)
    return plain(section, width, layout)


CRM = """\
name: Test
method: tei
months: 30
discount_rate: 10%
company: {users: 20, hourly_cost: $50}
common:
  effects: {hours_saved: {dist: pert, low: 1, mode: 2, high: 4}, time_realised: 70%}
  rollout: {plan_months: 3, delay_months: {dist: uniform, low: 0, high: 4}}
  events: {Cancelled: {probability: 10%, cancelled_after: 50%}}
vendors:
  A: {licence: {list_price: $40}, implementation: {quote: $9k}, events: {Cancelled: {probability: 0%}}}
  B: {licence: {list_price: $60}, implementation: {quote: $9k}}
"""


@pytest.fixture(scope="module")
def published():
    return sim.load(SCENARIOS / "tei_published.yaml").run(draws=64)


@pytest.fixture(scope="module")
def rows():
    return sim.load(SCENARIOS / "tei_rows.yaml").run(draws=2048)


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    path = tmp_path_factory.mktemp("crm") / "x.yaml"
    path.write_text(CRM, encoding="utf-8")
    return sim.load(path).run(draws=1024)


def values(table, part, line="", statistic="mean"):
    row = next(r for r in table.rows if (r.part, r.line, r.statistic) == (part, line, statistic))
    return np.array([cell.value for cell in row.cells])


def test_a_published_table_to_the_dollar(published):
    table = published.yearly("SalesLoft")
    assert table.columns == ("Initial", "Year 1", "Year 2", "Year 3", "Total", "Present value")
    assert not table.uncertain
    costs, benefits, net = (
        values(table, part).round().tolist() for part in (TablePart.COST, TablePart.BENEFIT, TablePart.NET)
    )
    assert costs == [-53_150, -666_715, -636_772, -647_783, -2_004_420, -1_672_201]
    assert benefits == [0, 1_606_511, 3_061_331, 4_229_760, 8_897_602, 7_168_371]
    assert net == pytest.approx([-53_150, 939_796, 2_424_560, 3_581_976, 6_893_182, 5_496_170], abs=1)  # from cents
    assert net[-2:] == [6_893_182, 5_496_170]
    result = published["SalesLoft"]
    assert f"{result['roi_pv'][0]:.0%}" == "329%"
    assert result["payback_yearly"][0] < 6


def test_the_published_rows_in_the_docs_come_out_to_the_dollar(tmp_path):
    text = (SCENARIOS.parent / "docs" / "tei.md").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    scenario = sim.load(path)
    assert not scenario.warnings
    results = scenario.run(draws=64)
    _, rows = shown(yearly_shown(results.yearly("Education")))
    assert rows[0][1:] == ["0", "0", "4,224,000", "8,719,488", "12,943,488", "10,041,989"]
    assert rows[1][1:] == ["0", "1,563,513", "3,260,364", "3,406,606", "8,230,482", "6,675,324"]


def test_the_table_is_printed_as_studies_print_it(published):
    text = printed(published, 110)
    assert (
        "Total costs               (53,150)   (666,715)   (636,772)   (647,783)   (2,004,420)     (1,672,201)" in text
    )
    assert "ROI 328.7%, NPV 5,496,170, payback 0.7 months." in text
    assert "means" not in text
    assert "P10" not in text


def test_a_narrow_terminal_gets_the_columns_in_several_tables(rows):
    lines = printed(rows, 60).splitlines()
    assert max(map(len, lines)) <= 60
    assert sum("Net benefits, P10" in line for line in lines) == 4


@pytest.mark.parametrize("vendor", ["Suite", "Starter"])
def test_columns_add_up_and_agree_with_the_metrics(rows, vendor):
    table, result = rows.yearly(vendor), rows[vendor]
    for part in (TablePart.BENEFIT, TablePart.COST):
        named = [values(table, part, row.line) for row in table.means if row.part is part and row.line]
        assert np.sum(named, axis=0) == pytest.approx(values(table, part))
    assert values(table, TablePart.BENEFIT) + values(table, TablePart.COST) == pytest.approx(
        values(table, TablePart.NET)
    )
    for part in TablePart:
        assert values(table, part)[:-2].sum() == pytest.approx(values(table, part)[-2])
    assert values(table, TablePart.NET)[-1] == pytest.approx(result["npv"].mean())
    assert values(table, TablePart.BENEFIT)[-1] == pytest.approx(result["benefit_pv"].mean())
    assert values(table, TablePart.COST)[-1] == pytest.approx(-result["cost_pv"].mean())
    for q in (10, 50, 90):
        assert values(table, TablePart.NET, statistic=f"p{q}")[-1] == pytest.approx(np.percentile(result["npv"], q))
        assert values(table, TablePart.COST, statistic=f"p{q}")[-1] == pytest.approx(
            -np.percentile(result["cost_pv"], q)
        )
        assert values(table, TablePart.BENEFIT, statistic=f"p{q}")[-2] == pytest.approx(
            np.percentile(result["benefit"], q)
        )


def test_standard_errors_are_those_of_the_replicates(rows):
    found = next(r for r in rows.yearly("Suite").rows if r.part is TablePart.NET and r.statistic == "mean").cells[-1]
    by_replicate = rows["Suite"]["npv"].reshape(REPLICATES, -1).mean(axis=1)
    assert found.se == pytest.approx(by_replicate.std(ddof=1) / 4)
    implementation = next(r for r in rows.yearly("Suite").rows if r.line == "Implementation").cells
    assert implementation[0].se > 0
    assert implementation[1].se == pytest.approx(0, abs=1e-9)
    assert implementation[-2].value == pytest.approx(-rows["Suite"].line_means()["Implementation"].value)


def test_a_constant_by_name_is_not_uncertain(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\nmethod: tei\nyears: 1\ndiscount_rate: 5%\ninputs: {fee: 100}\n"
        "vendors: {A: {rows: {Fee: {kind: cost, years: fee}}}}\n",
        encoding="utf-8",
    )
    table = sim.load(path).run(draws=64).yearly("A")
    assert not table.uncertain
    assert values(table, TablePart.COST, "Fee").tolist() == pytest.approx([0, -100, -100, -100 / 1.05])


def test_tiles_do_not_matter(rows, monkeypatch):
    case = rows["Suite"].case
    draws = {i.key: rows.run.inputs[i.key] for i in case.inputs}
    whole = yearly_table(case, draws)
    monkeypatch.setattr("sim.analysis.yearly.TILE", 50)
    for one, other in zip(whole.rows, yearly_table(case, draws).rows, strict=True):
        np.testing.assert_allclose(one.cells, other.cells, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("vendor", ["A", "B"])
def test_a_crm_scenario_is_shown_by_years_counted_from_go_live(crm, vendor):
    table, result = crm.yearly(vendor), crm[vendor]
    assert table.columns == ("Initial", "Year 1", "Year 2", "Year 3", "Total", "Present value")
    assert values(table, TablePart.NET)[-1] == pytest.approx(result["npv"].mean())
    means = result.line_means()
    assert values(table, TablePart.COST, "subscription")[-2] == pytest.approx(-means["subscription"].value)
    assert values(table, TablePart.BENEFIT, "productivity")[0] == 0
    assert values(table, TablePart.COST, "implementation")[1:-2] == pytest.approx([0, 0, 0], abs=1e-9)
    late = {i.key: np.full(1, i.distribution.ppf(np.array([0.5]))[0]) for i in result.case.inputs}
    net = evaluate(result.case, late).metrics["npv"]
    assert np.isfinite(net).all()


def test_years_that_no_future_reaches_are_not_shown(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(CRM.replace("months: 30", "months: 14"), encoding="utf-8")
    results = sim.load(path).run(draws=256)
    header, rows = shown(yearly_shown(results.yearly("A")))
    assert header == ["", "Initial", "Year 1", "Total", "Present value"]
    assert {len(row) for row in rows} == {5}
    assert len(results.yearly("A").columns) == 5


def test_targets_and_headline_are_of_the_roi_on_present_values(rows):
    assert [target.event for target in rows["Suite"].targets] == ["npv > 0", "payback <= 24", "roi_pv >= 0.5"]
    assert list(rows["Suite"].targets.values())[2].value == (rows["Suite"]["roi_pv"] >= 0.5).mean()
    _, found = shown(headline(rows, rows.setting, rows.run))
    assert [row[0] for row in found] == [
        "ROI (TEI), median", "ROI (TEI), P10 to P90", "NPV, median", "NPV, P10 to P90",
        "Benefits, PV, median", "Costs, PV, median", "Payback months, median", "P(NPV > 0)",
        "P(payback within 24 months)", "P(ROI on present values at least 50%)",
    ]  # fmt: skip


def test_the_report_holds_the_table_in_every_format(rows):
    found = list(csv.DictReader(io.StringIO(text_of(rows, "tei_table.csv"), newline="")))
    table = rows.yearly("Suite")
    row = next(r for r in found if (r["vendor"], r["row"], r["statistic"]) == ("Suite", "Licences", "mean"))
    assert float(row["Present value"]) == values(table, TablePart.COST, "Licences")[-1]
    assert {r["statistic"] for r in found} >= {"p10", "standard error of p10", "mean", "standard error of mean"}
    whole = document_of(rows)
    assert whole["method"] == "tei"
    shown = whole["vendors"]["Suite"]["yearly_table"]
    assert shown["columns"] == list(table.columns)
    assert shown["rows"][0]["values"] == values(table, TablePart.BENEFIT, "More deals").tolist()
    markdown = text_of(rows)
    assert "## Yearly tables" in markdown
    assert "later go-live" not in markdown
    assert whole["vendors"]["Suite"]["cost_of_delay"] == whole["vendors"]["Suite"]["levers"] == {}
    assert "| Net benefits, P10 | (" in markdown
    assert "undiscounted, staff time included" not in markdown


def test_an_ordinary_report_has_no_yearly_table():
    results = sim.load(SCENARIOS / "ten_fold.yaml").run(draws=64)
    assert "tei_table.csv" not in texts(results)
    assert "Yearly tables" not in text_of(results)
    assert document_of(results)["method"] == "monthly"


def test_names_cannot_break_out_of_any_format(tmp_path):
    path = tmp_path / "x.yaml"
    source = "name: x\nmethod: tei\nyears: 1\ndiscount_rate: 5%\nvendors:\n"
    source += '  "=A|b": {rows: {"=cmd|<b>\\e[2J": {kind: cost, years: 1}}}\n'
    path.write_text(source, encoding="utf-8")
    results = sim.load(path).run(draws=64)
    assert ",\"'=cmd|<b>" in text_of(results, "tei_table.csv")
    assert "| =cmd\\|&lt;b&gt;" in text_of(results)
    assert "\x1b[2J" not in printed(results, 80)


def test_the_notebook_gets_a_frame(rows):
    frame = rows.tei_table()
    assert frame.index.names == ["vendor", "part", "row", "statistic"]
    assert frame.loc[("Suite", "net benefits", "total", "mean"), "Present value"] == pytest.approx(
        rows["Suite"]["npv"].mean()
    )
