"""Inputs as people read them: whose they are, and what moves together."""

import pytest

import sim
from sim.analysis.preview import previews
from sim.report.charts.inputs import write_preview
from sim.report.formats.terminal import preview_lines
from sim.report.tables.inputs import correlations_shown
from tests.places import SCENARIOS
from tests.reading import text_of

TEXT = """\
name: Names that begin alike
months: 12
discount_rate: 10%
company: {users: 5}
correlations:
  - {inputs: [licence.list_price, implementation.quote], spearman: 0.5}
vendors:
  monday: &offer
    licence: {list_price: {dist: uniform, low: 10, high: 20}}
    implementation: {quote: {dist: uniform, low: 100, high: 200}}
  monday.com: *offer
"""
PAIRS = [f"{name}: list price of a seat and month ~ quote for implementation" for name in ("monday", "monday.com")]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("monday") / "x.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return sim.load(path)


def test_vendors_whose_names_begin_alike_keep_their_inputs(scenario, tmp_path):
    results = scenario.run(draws=64)
    assert [row[0] for row in correlations_shown(results).texts] == PAIRS
    assert all(pair.replace("_", "\\_").replace("~", "\\~") in text_of(results) for pair in PAIRS)
    lines = preview_lines(previews(scenario.cases), scenario.setting, list(scenario.cases), 100)
    assert [line.partition(": spearman")[0] for line in lines if "~" in line] == PAIRS
    chart = tmp_path / "inputs.svg"
    write_preview(previews(scenario.cases), scenario.setting, list(scenario.cases), chart)
    text = chart.read_text(encoding="utf-8")
    assert (
        text.count("list price of a seat and month (monday)")
        == text.count("list price of a seat and month (monday.com)")
        == 2
    )


def test_the_pairs_of_all_effects_are_one_line(tmp_path):
    """Twenty pairs that one line of the file asks for are no twenty lines of a screen; correlations.csv has them."""
    text = (SCENARIOS / "mid_market.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("correlations:", "correlations:\n  - {inputs: effects, spearman: 0.4}", 1), "utf-8")
    scenario = sim.load(path)
    tied = [pair for pair in scenario.setting.correlations if pair.of_all]
    title = f"every two of 9 effects, {len(tied)} pairs (minus where one of the two does harm)"
    assert {pair.asked for pair in tied} == {0.4, -0.4}
    lines = preview_lines(previews(scenario.cases), scenario.setting, list(scenario.cases), 100)
    assert f"{title}: spearman 0.4" in lines
    results = scenario.run(draws=4096)
    rows = correlations_shown(results).texts
    assert len(rows) == len(results.setting.correlations) - len(tied) + 1
    assert rows[0][:4] == (title, "spearman", "0.400", "0.400") or list(rows[0][:4]) == [
        title,
        "spearman",
        "0.400",
        "0.400",
    ]
    low, high = map(float, rows[0][4].split(" to "))
    assert 0.36 < low <= high < 0.44  # 4,096 draws: a standard error of 0.014
    assert len(results.correlation_rows) == len(results.setting.correlations)
