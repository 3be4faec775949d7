"""Inputs as people read them: whose they are, and what moves together."""

import pytest

import sim
from sim.analysis.preview import previews
from sim.report.charts.inputs import write_preview
from sim.report.formats.terminal import preview_lines
from sim.report.tables.inputs import correlations_shown
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
