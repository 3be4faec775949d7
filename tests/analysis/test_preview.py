"""The inputs before a run: figures, for whom, text at every width, CSV, charts and the heat map."""

import csv
import io
import xml.etree.ElementTree as ET

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import stats

import sim
from sim.analysis.preview import COLUMNS, correlation_matrix, previews, previews_table
from sim.report.charts.inputs import _heading, _sheet, heat_map, write_preview
from sim.report.formats.csv import table_csv
from sim.report.formats.terminal import drawn_lines, preview_lines
from tests.places import SCENARIOS

TEXT = """\
name: Mixed
currency: EUR
months: 12
discount_rate: 10%
company:
  users: 5
  customers: 100
  revenue_per_customer: 900
  gross_margin: 50%
  churn: {dist: normal, mean: 20%, sd: 1%, note: "ours\\u001b[2J"}
inputs:
  lift: {dist: discrete, values: [0%, 5%, 20%], probabilities: [0.2, 0.5, 0.3], source: "=SUM(A1) <b>"}
  sure: {dist: constant, value: 3}
common: {effects: {cross_sell: lift, churn_reduction: 5%}, rollout: {delay_months: sure}}
vendors:
  A: {licence: {list_price: {dist: uniform, low: €1200, high: €4k}}}
  B: {licence: {list_price: €9}}
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "mixed.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return sim.load(path)


def lines(scenario, width):
    return preview_lines(previews(scenario.cases), scenario.setting, list(scenario.cases), width)


def test_figures_are_exact_and_what_is_certain_is_left_out(scenario):
    found = {p.input.key: p for p in previews(scenario.cases)}
    assert set(found) == {"company.churn", "lift", "vendors.A.licence.list_price"}
    law = stats.norm(0.2, 0.01)
    assert found["company.churn"].figures == pytest.approx([0.2, *law.ppf([0.05, 0.1, 0.5, 0.9, 0.95])])
    assert found["lift"].figures == pytest.approx([0.085, 0, 0, 0.05, 0.2, 0.2])
    assert found["lift"].users == ("A", "B")
    assert found["vendors.A.licence.list_price"].users == ("A",)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_fits_the_terminal_and_says_everything(scenario, width):
    shown = lines(scenario, width)
    assert max(map(len, shown)) <= width
    text = " ".join("\n".join(shown).split())
    for part in ("3 uncertain inputs", "lift", "20%", "used by A", "€3,860", "source: =SUM(A1) <b>", "█", "A shape"):
        assert part in text
    assert "used by both vendors" in text
    assert "\x1b" not in text
    assert "\\x1b[2J" in text


def test_nothing_uncertain_is_said(scenario):
    assert preview_lines([], scenario.setting, ["A", "B"], 80) == ["Mixed: nothing is uncertain"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_inputs_as_drawn_have_a_shape_too(scenario, width):
    shown = drawn_lines(scenario.run(draws=4096), width)
    assert max(map(len, shown)) <= width
    assert sum("█" in line for line in shown) == 4  # the certain one is drawn too, in one cell
    assert any("discrete: values" in line for line in shown)


def test_csv_reads_back_with_plain_numbers(scenario):
    rows = list(csv.DictReader(io.StringIO(table_csv(previews_table(previews(scenario.cases))))))
    assert tuple(rows[0]) == COLUMNS
    lift = next(row for row in rows if row["input"] == "lift")
    assert float(lift["p50"]) == pytest.approx(0.05)
    assert lift["source"] == "'=SUM(A1) <b>"


def test_the_page_shows_every_input_by_name(scenario, tmp_path):
    found = previews(scenario.cases)
    write_preview(found, scenario.setting, ["A", "B"], tmp_path / "page.svg")
    root = ET.parse(tmp_path / "page.svg").getroot()
    texts = {"".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {p.input.title for p in found} <= texts
    assert {
        "list price of a seat and month",
        "customers lost a year",
        "both vendors",
        "€3,720",
        "0%",
        "5%",
        "20%",
    } <= texts


@pytest.mark.parametrize("copies", [0, 1, 14])
def test_pages_grow_with_the_number_of_inputs(scenario, tmp_path, copies):
    write_preview(previews(scenario.cases) * copies, scenario.setting, ["A", "B"], tmp_path / "page.png")
    height, width, _ = matplotlib.image.imread(tmp_path / "page.png").shape
    assert width <= 1400
    assert height == pytest.approx(120 * (0.85 + -(-3 * copies // 4) * 1.78), abs=2)


def test_the_heat_map_names_every_input_and_numbers_every_pair_that_moves_together():
    axes = Figure().add_subplot()
    matrix = np.array([[1, 0.5, -0.3], [0.5, 1, 0], [-0.3, 0, 1]])
    heat_map(axes, ["adoption", "lift", "de\x07lay"], matrix)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["adoption", "lift", "de\\x07lay"]
    assert [t.get_text() for t in axes.texts] == [
        "1.00",
        "0.50",
        "-0.30",
        "0.50",
        "1.00",
        "-0.30",
        "1.00",
    ]  # nothing where nothing is said
    assert axes.images[0].get_clim() == (-1, 1)


def test_a_large_heat_map_leaves_the_numbers_out():
    axes = Figure().add_subplot()
    heat_map(axes, [f"input {i}" for i in range(20)], np.eye(20))
    assert not axes.texts


def test_correlations_are_listed_and_drawn_below_the_inputs(tmp_path):
    scenario = sim.load(SCENARIOS / "mid_market.yaml")
    found, vendors = previews(scenario.cases), list(scenario.cases)
    lines = preview_lines(found, scenario.setting, vendors, 120)
    assert "Salesforce Enterprise: overrun, times the quote ~ months that go-live is late: spearman 0.6" in lines
    names, matrix = correlation_matrix(scenario.setting.correlations, {p.input.key: p.input for p in found})
    assert len(names) == 15
    own = [f"vendors.Salesforce Enterprise.{key}" for key in ("inputs.adoption", "implementation.overrun")]
    for a, b, expected in (
        ("adoption", "conversion_lift", 0.3),
        ("adoption", own[0], 1.0),  # the same future on another scale
        ("adoption", own[1], -0.2),
        ("conversion_lift", own[1], 0.0),
    ):
        assert matrix[names.index(a), names.index(b)] == pytest.approx(expected, abs=1e-9)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    write_preview(found, scenario.setting, vendors, tmp_path / "page.svg")
    text = (tmp_path / "page.svg").read_text(encoding="utf-8")
    assert "Rank correlations between inputs" in text
    assert "months that go-live is late (Vtiger" in text


@pytest.mark.parametrize("inputs", [1, 9])
@pytest.mark.parametrize("name", ["T", "A name of many words " * 6])
def test_the_heading_of_a_page_keeps_within_it_and_shows_a_common_name_whole(inputs, name):
    width = max(min(inputs, 4), 2) * 2.8 + 0.2
    figure, axes = _sheet(width, 3)
    _heading(axes, width, 3, f"Uncertain inputs before any run: {name}", ("relative likelihood", "probability"))
    figure.canvas.draw()
    right = max(text.get_window_extent().x1 for text in axes.texts) / figure.dpi
    assert right < width
    assert ("…" in axes.texts[0].get_text()) == (len(name) > 100)
