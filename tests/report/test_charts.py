"""Charts as data: what will be drawn is what the results say."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim
from sim.analysis.chart import (
    Band,
    Bars,
    Chart,
    Curve,
    EndText,
    Level,
    Outlines,
    Remark,
    Role,
    RowCurve,
    RowText,
)
from sim.analysis.tornado_kinds import KINDS
from sim.report.charts.drawing import drawn
from sim.report.charts.results import (
    CHARTS,
    cash_position,
    charts_of,
    payback_by_month,
    roi_distribution,
    roi_s_curve,
)
from sim.report.charts.style import _is_known, save
from sim.report.charts.tornado import _name, kind_chart, tornado_chart
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


def test_bars_end_at_the_conditional_means_around_the_mean(results):
    found = results.drivers()
    chart = tornado_chart(results)
    low, high = marks(chart, Bars)
    (outlines,) = marks(chart, Outlines)
    shown = found.told[:15]
    assert list(low.ends) == [bar.ends.low.mean for bar in shown]
    assert list(high.ends) == [bar.ends.high.mean for bar in shown]
    assert low.base == high.base == found.mean == marks(chart, Level)[0].at
    moved = [sorted(float(v) - bar.alone.base + found.mean for v in bar.alone.values) for bar in shown]
    assert np.transpose([outlines.low, outlines.high]) == pytest.approx(np.array(moved))
    assert len(marks(chart, EndText)) == 2 * len(shown)
    assert [mark.row for mark in marks(chart, RowCurve)] == list(range(len(shown)))


def test_the_shares_at_the_right_add_up_to_all(results):
    chart = tornado_chart(results)
    shares = [float(mark.text.rstrip("%")) for mark in marks(chart, RowText) if mark.row >= 0]
    assert len(shares) == len(chart.panels[0].y.names)
    assert sum(shares) == pytest.approx(100, abs=0.05 * len(shares))


def test_texts_beside_bars_lie_inside_the_scale_and_names_in_two_lines(results):
    chart = tornado_chart(results)
    start, end = chart.panels[0].x.ends
    for text in marks(chart, EndText):
        assert start < text.end < end
    assert all(name.count("\n") < 2 and max(map(len, name.split("\n"))) <= 34 for name in chart.panels[0].y.names)


def test_a_long_name_is_cut_with_an_ellipsis():
    assert _name("a" * 200).endswith("…")
    assert len(_name("word " * 60)) <= 2 * 34 + 1


def test_why_there_is_no_tornado_is_said_in_words(certain):
    chart = tornado_chart(certain)
    assert [remark.text for remark in marks(chart, Remark)] == [
        "a tornado takes 256 futures at least, and the run has 64 (--draws 256)"
    ]
    assert marks(chart, Bars) == []


def test_a_single_vendor_has_one_tornado(certain, results):
    assert "tornado_npv" in charts_of(results)
    assert "tornado_npv" not in charts_of(certain)
    assert charts_of(certain)["tornado"][0] == "What moves the NPV"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_tornado_can_be_drawn(results, kind):
    found = results.tornado_of(kind)
    figure = drawn(kind_chart(found, "USD"))
    texts = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert found.trap.split(":")[0][:60] in texts


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_needs_only_itself_to_be_drawn(results, certain, name):
    for found in (results, certain):
        chart = CHARTS[name][1](found)
        assert isinstance(chart, Chart)
        assert len(drawn(chart).axes) == len(chart.panels)


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
    text = (SCENARIOS / "tech_magic.yaml").read_text(encoding="utf-8")
    (tmp_path / "y.yaml").write_text(text.replace("  CRM as assumed:", "  東京 – π:"), encoding="utf-8")
    for command, told in (
        (["run", "x.yaml", "--draws", "64", "--out", "r"], True),
        (["tornado", "y.yaml", "--draws", "256", "--chart", "t.png"], True),
        (["tornado", "y.yaml", "--draws", "256", "--chart", "t.svg"], False),
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
