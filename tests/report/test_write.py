import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import sim
from sim.analysis.table import Column, Table
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.writing import money
from sim.report.charts.files import write_charts
from sim.report.contents import data
from sim.report.formats.csv import table_csv
from sim.report.formats.json import document
from sim.report.tables.drivers import end_texts
from sim.report.tables.summary import summary_lines, summary_table
from sim.report.write import write
from tests.places import SCENARIOS
from tests.reading import document_of, text_of
from tests.reading import rows_of as rows

HOSTILE = "=cmd|' /C calc'!A0 <b>$x_1$</b>"


@pytest.fixture(scope="module")
def results():
    return sim.load("scenarios/mid_market.yaml").run(draws=1024)


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    """The folder of a whole report."""
    return write(results, tmp_path_factory.mktemp("whole") / "report")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "x.yaml"
    path.write_text(
        "name: '# <script>alert(1)</script>'\ncurrency: PLN\nmonths: 6\ndiscount_rate: 5%\n"
        "company: {users: 5, customers: 10, revenue_per_customer: 9, gross_margin: 50%, churn: 9%}\n"
        "inputs: {'@lift': {dist: uniform, low: 0%, high: 5%, note: '=1+1'}}\n"
        "common: {effects: {cross_sell: '@lift'}}\n"
        f'vendors: {{"{HOSTILE}": {{licence: {{list_price: 5}}}}, B: {{licence: {{list_price: 5}}}}}}\n'
    )
    return sim.load(path).run(draws=64)


def test_percentiles_csv_holds_the_numbers_of_the_results(results):
    found = rows(text_of(results, "percentiles.csv"))
    assert {(row["vendor"], row["metric"]) for row in found} >= {(v, m) for v in results for m in METRICS}
    row = next(
        r for r in found if (r["vendor"], r["metric"], r["statistic"]) == ("Salesforce Enterprise", "roi", "p50")
    )
    expected = results["Salesforce Enterprise"].statistics("roi").percentiles[50.0]
    assert (float(row["value"]), float(row["standard_error"])) == expected
    assert float(row["value"]) == np.percentile(results["Salesforce Enterprise"]["roi"], 50)


def test_a_payback_beyond_the_horizon_is_never_in_csv_and_null_in_json(results):
    found = rows(text_of(results, "percentiles.csv"))
    late = [r["value"] for r in found if (r["metric"], r["statistic"]) == ("payback", "p95")]
    assert late == ["never"] * 3
    assert document_of(results)["vendors"]["Salesforce Enterprise"]["metrics"]["payback"]["p95"] is None


def test_json_is_strict_and_complete(results):
    found = document_of(results)
    vendor = found["vendors"]["Vtiger One Enterprise"]
    assert len(vendor["payback_by_month"]) == 37
    assert vendor["payback_by_month"][24] == vendor["probabilities"]["payback <= 24"]["value"]
    assert len(vendor["tornado"]) == len(results["Vtiger One Enterprise"].case.inputs)
    for bars in (vendor["drivers"], found["gap_drivers"]):
        assert sum(bar["share"]["value"] for bar in bars) == pytest.approx(1)
    options = [*found["comparison"]["vendors"].values(), found["comparison"]["nothing"]]
    assert sum(v["p_best"]["value"] for v in options) == pytest.approx(1)
    assert found["comparison"]["nothing"]["name"] == "buy nothing"
    assert found["comparison"]["nothing"]["mean"] == {"value": 0, "se": 0}
    assert "buy nothing" in found["comparison"]["vendors"]["Vtiger One Enterprise"]["beats"]
    assert found["comparison"]["differences"].startswith("The offers differ in: ")
    assert found["file"]["sha256"]


def test_a_table_more_is_a_list_of_its_rows_in_the_json_document(results):
    more = Table(
        "regrets", (Column("vendor", "Vendor"), Column("most", "At most", Kind.MONEY)), (("A", 5.0), ("B", np.inf))
    )
    found = document(results, [*data(results), more])
    assert found["regrets"] == [{"vendor": "A", "most": 5.0}, {"vendor": "B", "most": None}]
    assert found.keys() - {"regrets"} == document_of(results).keys()


def test_lines_in_the_report_add_up_to_benefit_and_cost(results):
    for result in results.values():
        kinds = {line.name: line.nature.is_benefit for line in result.case.lines}
        for benefit, metric in ((True, "benefit"), (False, "cost")):
            total = sum(mean.value for name, mean in result.line_means().items() if kinds[name] is benefit)
            assert total == pytest.approx(result[metric].mean(), rel=1e-9)


def test_inputs_say_what_was_asked_and_what_was_drawn(results):
    found = {row["input"]: row for row in results.input_rows}
    lift = found["conversion_lift"]
    drawn = results.run.inputs["conversion_lift"]
    assert lift["asked"] == "pert: low -2%, mode 10%, high 35%"
    assert "shrunk" in lift["source"]
    assert lift["used_by"] == ", ".join(results)
    assert (lift["min"], lift["max"]) == (drawn.min(), drawn.max())
    assert lift["mean"] == pytest.approx(lift["asked_mean"], rel=1e-3)
    assert found["vendors.Salesforce Enterprise.inputs.adoption"]["used_by"] == "Salesforce Enterprise"


def test_payback_csv_has_a_row_a_month(results):
    found = rows(text_of(results, "payback_by_month.csv"))
    assert [int(row["month"]) for row in found] == list(range(37))
    curve = [float(row["HubSpot Sales Hub Professional"]) for row in found]
    assert curve == sorted(curve)


def test_no_text_of_the_file_becomes_a_formula(hostile):
    for text in (text_of(hostile, "percentiles.csv"), text_of(hostile, "inputs.csv"), text_of(hostile, "tornado.csv")):
        for row in csv.reader(io.StringIO(text, newline="")):
            assert not any(cell[:1] in ("=", "@", "\t") for cell in row)
    assert rows(text_of(hostile, "percentiles.csv"))[0]["vendor"] == f"'{HOSTILE}"


def test_no_text_of_the_file_becomes_markup(hostile):
    text = text_of(hostile)
    assert "<script" not in text
    assert "<b>" not in text
    assert text.startswith("# \\# &lt;script&gt;")


def test_charts_are_drawn_in_both_formats_and_say_who_is_who(results, report):
    charts = report / "charts"
    names = {"roi_distribution", "roi_s_curve", "payback_by_month", "cash_position", "choice"}
    drawn = names | {"tornado", "tornado_npv"}
    files = {f"{n}.{x}" for n in drawn for x in ("png", "svg")} | {"inputs.svg"}
    assert {p.name for p in charts.iterdir()} == files
    for name in drawn:
        assert (charts / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
        texts = "\n".join(t.text or "" for t in ET.parse(charts / f"{name}.svg").iter() if t.text)
        assert all(vendor in texts for vendor in results if name in names)


def test_the_tornados_name_their_targets_and_label_every_end(results, report):
    gap, npv = (
        [t.text for t in ET.parse(report / "charts" / f"{name}.svg").iter() if t.text]
        for name in ("tornado", "tornado_npv")
    )
    assert "What moves the gap: NPV of Vtiger One Enterprise less that of HubSpot Sales Hub" in gap
    assert "What moves the NPV of Vtiger One Enterprise" in npv
    found = results.drivers("npv")
    assert f"Line: the mean, {money(found.mean, 'USD')}. " in " ".join(npv)
    for bar in found.told[:3]:
        assert bar.title in npv
        assert set(end_texts(bar, "USD", long=True)) <= set(npv)


def test_charts_take_names_as_text_and_draw_certain_scenarios(hostile, tmp_path):
    write_charts(hostile, tmp_path / "hostile")
    text = (tmp_path / "hostile" / "roi_s_curve.svg").read_text()
    ET.fromstring(text)
    assert "$x_1$" in text  # not read as a formula
    certain = sim.load("scenarios/gross_margin_525.yaml").run(draws=64)
    write_charts(certain, tmp_path / "certain")
    assert (tmp_path / "certain" / "tornado.svg").exists()


def test_the_same_run_writes_the_same_bytes(results, report, tmp_path):
    again = write(results, tmp_path / "again")
    files = [p.relative_to(report) for p in report.rglob("*") if p.is_file()]
    assert len(files) >= 15
    for path in files:
        assert (report / path).read_bytes() == (again / path).read_bytes(), path


def test_one_table_over_several_scenarios(results, hostile):
    lines = [*summary_lines("a.yaml", results), *summary_lines("b.yaml", hostile)]
    found = rows(table_csv(summary_table(lines)))
    assert [row["file"] for row in found] == ["a.yaml"] * 3 + ["b.yaml"] * 2
    assert float(found[0]["npv_p50"]) == results["Vtiger One Enterprise"].statistics("npv").percentiles[50.0].value


def test_a_report_says_what_is_not_valued(results):
    page = text_of(results, "report.md")
    assert "## What is not valued" in page
    for part in (
        "Security incidents a year: no published rate",
        "Time to resolve a case, hours elapsed: waiting costs",
    ):
        assert part in page


def test_sources_are_in_words_and_read_from_the_left(tmp_path):
    """The keys of the file stand in assumptions.csv."""
    results = sim.load(SCENARIOS / "wholesaler.yaml").run(draws=256)
    sim.write(results, tmp_path / "r")
    report = (tmp_path / "r" / "report.md").read_text(encoding="utf-8").split("## Sources and notes")[1]
    assert "| Number | Value | Source | Note |\n| --- | --- | --- | --- |\n" in report
    assert "| adoption (named input) | pert" in report
    for key in ("company.", "common.", "vendors.", "inputs."):
        assert f"| {key}" not in report
        assert f'\n"{key}' in (tmp_path / "r" / "assumptions.csv").read_text(encoding="utf-8") or key == "vendors."
