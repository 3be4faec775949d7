"""Charts as data: what will be drawn is what the results say."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import sim
from sim.analysis.chart import Band, Bars, Chart, Curve, EndText, Level, Remark, Role
from sim.report.charts.drawing import drawn
from sim.report.charts.results import (
    CHARTS,
    cash_position,
    npv_tornados,
    payback_by_month,
    roi_distribution,
    roi_s_curve,
)
from sim.report.charts.style import _is_known, save
from tests.commands import run
from tests.places import SCENARIOS


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=1024)


@pytest.fixture(scope="module")
def certain():
    return sim.load(SCENARIOS / "gross_margin_525.yaml").run(draws=64)


def marks(chart, kind, panel=0):
    return [mark for mark in chart.panels[panel].marks if isinstance(mark, kind)]


def test_payback_rises_as_the_probabilities_do(results):
    chart = payback_by_month(results)
    for curve, result in zip(marks(chart, Curve), results.values(), strict=True):
        assert list(curve.x) == list(range(37))
        assert list(curve.y) == [p.value for p in result.payback_by_month()]
        assert curve.stepped
    assert [level.at for level in marks(chart, Level)] == [results.setting.target_payback]


def test_a_fan_holds_the_percentiles_of_the_cash_position(results):
    chart = cash_position(results)
    assert [panel.title for panel in chart.panels] == list(results)
    position = results["HubSpot Sales Hub Professional"].draws.position
    bands = marks(chart, Band, panel=1)
    for band, (low, high) in zip(bands, ((5, 95), (10, 90), (25, 75)), strict=True):
        assert np.allclose(band.low, np.percentile(position, low, axis=1), rtol=1e-6)
        assert np.allclose(band.high, np.percentile(position, high, axis=1), rtol=1e-6)
    assert [band.depth for band in bands] == sorted(band.depth for band in bands)  # the likelier, the stronger
    assert [curve.role for curve in marks(chart, Curve, panel=1)] == [Role.MEDIAN, Role.WITH_TIME]


def test_an_s_curve_gives_the_share_of_futures_with_at_least_that_return(results):
    for curve, result in zip(marks(roi_s_curve(results), Curve), results.values(), strict=True):
        share = [(result["roi"] >= x).mean() for x in curve.x[::50]]
        assert share == pytest.approx(curve.y[::50], abs=2 / 1024)


def test_a_density_has_the_mass_of_what_it_shows(results):
    for curve, result in zip(marks(roi_distribution(results), Curve), results.values(), strict=True):
        inside = ((result["roi"] >= curve.x[0]) & (result["roi"] <= curve.x[-1])).mean()
        assert np.trapezoid(curve.y, curve.x) == pytest.approx(inside, abs=0.01)


def test_bars_end_where_the_tornado_says(results):
    chart = npv_tornados(results)
    for number, result in enumerate(results.values()):
        tornado = result.bars("npv")
        shown = tornado.bars[:10]
        low, high = marks(chart, Bars, panel=number)
        assert list(low.ends) == [bar.at_low for bar in shown]
        assert list(high.ends) == [bar.at_high for bar in shown]
        assert low.base == high.base == tornado.base
        assert len(chart.panels[number].y.names) == len(shown)
        assert len(marks(chart, EndText, panel=number)) == 2 * len(shown)
    assert len({panel.x.ends for panel in chart.panels}) == 1  # one scale


def test_nothing_uncertain_is_said_in_words(certain):
    chart = npv_tornados(certain)
    assert [remark.text for remark in marks(chart, Remark)] == ["nothing is uncertain here"]
    assert marks(chart, Bars) == []


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_needs_only_itself_to_be_drawn(results, certain, name):
    for found in (results, certain):
        chart = CHARTS[name][1](found)
        assert isinstance(chart, Chart)
        assert len(drawn(chart).axes) == len(chart.panels)


def test_a_bar_of_no_length_has_one_text_for_both_ends():
    found = sim.load(SCENARIOS / "tech_magic.yaml").run(draws=64)
    tornado = found["CRM as assumed"].bars("npv")
    assert tornado.bars[-1].swing == 0
    texts = [text.text for text in marks(npv_tornados(found), EndText)]
    assert len(texts) == 2 * len(tornado.bars) - 1
    assert texts[-1] == "32.3% to 57.7%"


def test_texts_with_signs_that_the_font_lacks_get_other_fonts_and_no_others_do(monkeypatch, tmp_path):
    monkeypatch.setattr("sim.report.charts.style._other_fonts", lambda: ("DejaVu Serif",))
    figure = Figure()
    plain, euro, kanji = (figure.text(0, 0, text) for text in ("Acme", "€5 ± é", "顧客"))
    save(figure, tmp_path / "x", ".png")
    assert [text.get_fontfamily() for text in (plain, euro)] == [plain.get_fontfamily()] * 2
    assert kanji.get_fontfamily() == ["DejaVu Sans", "DejaVu Serif"]
    assert (tmp_path / "x.png").stat().st_size > 0


def test_signs_without_a_font_are_told_in_one_sentence(tmp_path, monkeypatch):
    """SVG has no boxes, since its viewer takes a font of its own."""
    monkeypatch.setattr("sim.report.charts.style._other_fonts", lambda: ())
    _is_known.cache_clear()
    text = (SCENARIOS / "gross_margin_525.yaml").read_text(encoding="utf-8")
    vendor = next(iter(sim.load(SCENARIOS / "gross_margin_525.yaml").cases))
    (tmp_path / "x.yaml").write_text(text.replace(f"  {vendor}:", "  東京 – π:"), encoding="utf-8")
    for command, told in (
        (["run", "x.yaml", "--draws", "64", "--out", "r"], True),
        (["tornado", "x.yaml", "--chart", "t.png"], True),
        (["tornado", "x.yaml", "--chart", "t.svg"], False),
    ):
        said = run(*command, cwd=tmp_path).stderr.decode()
        assert said.count("no font of this machine has 京東: PNG charts show boxes instead, SVG charts") == told, (
            command
        )
    figure = Figure()
    figure.text(0, 0, "東京 – π")
    assert save(figure, tmp_path / "f", ".png") == {"東", "京"}
    assert save(figure, tmp_path / "f", ".svg") == frozenset()
    with pytest.warns(UserWarning, match="no font of this machine has 京東"):
        sim.write(sim.load(tmp_path / "x.yaml").run(draws=64), tmp_path / "again")
    _is_known.cache_clear()
