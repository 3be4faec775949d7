"""Charts of what moves a target: bars around its mean, and tornados as other tools draw them."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

import numpy as np

from sim.analysis.cells import Figure
from sim.analysis.chart import (
    Axis,
    Bars,
    Chart,
    Curve,
    EndText,
    Level,
    Mark,
    Outlines,
    Panel,
    Remark,
    Role,
    RowCurve,
    RowText,
)
from sim.analysis.driver import Driver
from sim.analysis.drivers import DriverBar, DriverTornado
from sim.analysis.results import Results
from sim.analysis.tornado_kinds import ALONE, CHANGE, SPIDER, KindRow, KindTornado
from sim.errors import UsageError
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import input_value, rate, visible
from sim.report.charts.style import short
from sim.report.tables.drivers import end_texts, label_of, rest_of, shown_bars, star, with_unit

BARS = 12
"""Most bars of a chart of another kind, and lines of a spider."""
LINES = 8
NAME = 34
"""Letters of a line of a name; a name has two lines at most."""
TITLE = 84
"""Letters of a line of a title."""
LETTER, AREA = 0.062, 5.0
"""Widths in inches of a letter beside a bar, and of the drawing area, about: for the room that texts take."""


def drivers_chart(tornado: DriverTornado, currency: str) -> Chart:
    """Draw the bars of a tornado from the draws around the mean of the target, and their shares at the right."""
    bars = shown_bars(tornado)
    rest = list(rest_of(tornado))
    edges = [_edges(bar, tornado.mean) for bar in bars]
    texts = [end_texts(bar, currency, long=True) for bar in bars]
    marks: list[Mark] = [*_filled(bars, tornado.mean), *_curves(bars)]
    marks += _texts_beside(bars, edges, texts)
    marks.append(Level(tornado.mean, Role.BASE))
    shares = [*(bar.told.share for bar in bars), *(share for _, share in rest)]
    marks += [RowText(-1, "share"), *(RowText(row, rate(share)) for row, share in enumerate(shares))]
    names = [*(f"{bar.title}{star(bar.driver)}" for bar in bars), *(text for text, _ in rest)]
    x = Axis(
        kind=tornado.target.kind,
        ends=_span(edges, [_in_order(bar, t) for bar, t in zip(bars, texts, strict=True)], tornado.mean),
    )
    panel = Panel(x, Axis(names=tuple(map(_name, names))), tuple(marks))
    mean = Figure(tornado.mean, tornado.target.kind).text(currency)
    about = f"Line: the mean, {mean}. Share: part of the variance; with the last row they add up to 100%."
    about += " * a default prior." if any(star(bar.driver) for bar in bars) else ""
    return Chart(_title(f"What moves the {tornado.target.title}"), (panel,), about, currency)


def _filled(bars: Sequence[DriverBar], mean: float) -> Iterator[Mark]:
    if not bars:
        yield Remark("no input alone is above the noise")
        return
    low, high = (np.array([getattr(bar.ends, end).mean for bar in bars]) for end in ("low", "high"))
    yield Bars(mean, low, Role.LOW, "input in its lowest tenth; event does not happen")
    yield Bars(mean, high, Role.HIGH, "input in its highest tenth; event happens")
    moved = np.array([_outline(bar, mean) for bar in bars])
    if np.isfinite(moved).any():
        yield Outlines(moved.min(axis=1), moved.max(axis=1), "moved alone, P10 to P90, put around the mean")


def _outline(bar: DriverBar, mean: float) -> tuple[float, float]:
    """Give the ends of the one-at-a-time swing, put around the mean of all futures."""
    if bar.alone is None:
        return np.nan, np.nan
    low, high = (float(bar.alone.values[end]) - bar.alone.base + mean for end in (0, -1))
    return low, high


def _curves(bars: Sequence[DriverBar]) -> Iterator[RowCurve]:
    for row, bar in enumerate(bars):
        label = "mean by input, from its lowest (foot) to its highest (head)" if not row else ""
        at = bar.ends.at if len(bar.ends.at) > 2 else np.array([0.0, 1.0])
        yield RowCurve(row, bar.ends.curve, at, label)


def _edges(bar: DriverBar, mean: float) -> tuple[float, float]:
    """Give between what all that is drawn of a bar lies."""
    ends = [bar.ends.low.mean, bar.ends.high.mean, mean, *bar.ends.curve, *_outline(bar, mean)]
    finite = [end for end in ends if np.isfinite(end)]
    return min(finite), max(finite)


def _in_order(bar: DriverBar, texts: tuple[str, str]) -> tuple[str, str]:
    """Give the texts of a bar's left and right end."""
    return texts if bar.ends.swing >= 0 else (texts[1], texts[0])


def _texts_beside(
    bars: Sequence[DriverBar], edges: Sequence[tuple[float, float]], texts: Sequence[tuple[str, str]]
) -> Iterator[EndText]:
    for row, (bar, (left, right), both) in enumerate(zip(bars, edges, texts, strict=True)):
        first, second = _in_order(bar, both)
        yield EndText(row, left, right, first)
        yield EndText(row, right, left, second)


def _span(edges: Sequence[tuple[float, float]], texts: Sequence[tuple[str, str]], mean: float) -> tuple[float, float]:
    """Give the ends of the scale that leave room for the texts beside the bars."""
    low, high = min((e[0] for e in edges), default=mean), max((e[1] for e in edges), default=mean)
    if not high > low:
        low, high = low - max(abs(low), 1.0) * 0.1, high + max(abs(high), 1.0) * 0.1
    start, end = low, high
    for _ in range(8):
        letter = (end - start) * LETTER / AREA
        start = min([low, *(e[0] - letter * (len(t[0]) + 2) for e, t in zip(edges, texts, strict=True))])
        end = max([high, *(e[1] + letter * (len(t[1]) + 2) for e, t in zip(edges, texts, strict=True))])
    return start, end


def _name(name: str) -> str:
    """Give a name in two lines at most."""
    return _in_two(name, NAME)


def _title(title: str) -> str:
    """Give a title in two lines at most."""
    return _in_two(title, TITLE)


def _in_two(text: str, width: int) -> str:
    lines = wrap(visible(text), width) or [""]
    return "\n".join(lines if len(lines) < 3 else [lines[0], short(" ".join(lines[1:]), width)])


def kind_chart(tornado: KindTornado, currency: str) -> Chart:
    """Draw a tornado of some kind, with what it does not show below it."""
    if tornado.kind == SPIDER:
        return _spider(tornado, currency)
    title = _title(f"What moves the {tornado.target.title}: {tornado.kind}")
    rows = tornado.rows[:BARS]
    names = tuple(_name(f"{row.driver.title}{star(row.driver)}") for row in rows)
    money = tornado.kind in (ALONE, CHANGE)
    x, marks = (_swings if money else _coefficients)(tornado, rows, currency)
    panel = Panel(x, Axis(names=names), (*marks, RowText(-1, "")))
    return Chart(title, (panel,), "\n".join(wrap(f"{tornado.about}. {tornado.trap}", 118)), currency)


def _swings(tornado: KindTornado, rows: Sequence[KindRow], currency: str) -> tuple[Axis, list[Mark]]:
    ceiling = _ceiling(tornado, rows)
    middle = min(tornado.middle, ceiling)
    outcomes = [np.nan_to_num(row.outcomes, nan=middle, posinf=ceiling) for row in rows]
    low, high = (np.array([of[end] for of in outcomes]) for end in (0, -1))
    texts = [_values(row.driver, row.inputs, currency) for row in rows]
    edges = [(min(*of, middle), max(*of, middle)) for of in outcomes]
    ordered = [t if row.value.value >= 0 else (t[1], t[0]) for t, row in zip(texts, rows, strict=True)]
    names = [f"input at its P{point:g}" for point in tornado.points] or [
        "input in its lowest tenth",
        "in its highest tenth",
    ]
    marks: list[Mark] = [Bars(middle, low, Role.LOW, names[0]), Bars(middle, high, Role.HIGH, names[-1])]
    for row, ((left, right), (first, second)) in enumerate(zip(edges, ordered, strict=True)):
        marks += [EndText(row, left, right, first), EndText(row, right, left, second)]
    marks.append(Level(middle, Role.BASE, label="mean" if tornado.kind == CHANGE else "base run"))
    never = " (at the right edge: never)" if not all(np.isfinite(row.outcomes).all() for row in rows) else ""
    label = f"{label_of(tornado.target)}{never}"
    return Axis(label, tornado.target.kind, _span(edges, ordered, middle)), marks


def _ceiling(tornado: KindTornado, rows: Sequence[KindRow]) -> float:
    """Give where 'never' is drawn: somewhat above all that is a number."""
    values = np.concatenate([[tornado.middle], *(row.outcomes for row in rows)])
    values = values[np.isfinite(values)]
    if not values.size:
        return 1.0
    return float(values.max() + 0.1 * (np.ptp(values) or abs(values.max()) or 1.0))


def _values(driver: Driver, inputs: Array, currency: str) -> tuple[str, str]:
    if driver.event:
        return "does not happen", "happens"
    unit = driver.first.unit
    low, high = (with_unit(input_value(float(inputs[end]), unit, currency), unit) for end in (0, -1))
    return low, high


def _coefficients(tornado: KindTornado, rows: Sequence[KindRow], currency: str) -> tuple[Axis, list[Mark]]:  # noqa: ARG001
    values = np.array([row.value.value for row in rows])
    texts = [rate(v) if tornado.kind == "contribution" else f"{v:+.2f}" for v in values]
    edges = [(min(float(v), 0.0), max(float(v), 0.0)) for v in values]
    sides = [(text, "") if v < 0 else ("", text) for v, text in zip(values, texts, strict=True)]
    marks: list[Mark] = [Bars(0.0, values, Role.HIGH, "")]
    marks += [EndText(row, float(v), 0.0, text) for row, (v, text) in enumerate(zip(values, texts, strict=True))]
    kind = Kind.RATE if tornado.kind == "contribution" else Kind.ANY
    return Axis(kind=kind, ends=_span(edges, sides, 0.0)), [*marks, Level(0.0, Role.ZERO)]


def _spider(tornado: KindTornado, currency: str) -> Chart:
    points = np.array(tornado.points) / 100
    marks: list[Mark] = [
        Curve(points, row.outcomes, Role.OPTION, short(row.driver.title, 44), number)
        for number, row in enumerate(tornado.rows[:LINES])
    ]
    x = Axis("\n".join(["Percentile of the input", *wrap(tornado.trap, 118)]), Kind.RATE, (0, 1))
    title = _title(f"What moves the {tornado.target.title}: spider")
    base = Figure(tornado.middle, tornado.target.kind).text(currency)
    about = f"The {min(LINES, len(tornado.rows))} widest of {len(tornado.rows)} inputs. Base run {base}."
    return Chart(title, (Panel(x, Axis(kind=tornado.target.kind), tuple(marks)),), about, currency)


def tornado_chart(results: Results) -> Chart:
    """Draw what moves the gap between the best option and the next, or the NPV of the only vendor."""
    return _or_said(results, "")


def npv_chart(results: Results) -> Chart:
    """Draw what moves the NPV of the best vendor."""
    return _or_said(results, "npv")


def _or_said(results: Results, target: str) -> Chart:
    """Draw a tornado, or say why there is none."""
    try:
        return drivers_chart(results.drivers(target), results.setting.currency)
    except UsageError as why:
        return Chart("What moves the result", (Panel(Axis(), Axis(), (Remark(short(str(why), 100)),)),))
