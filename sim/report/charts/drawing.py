"""Charts drawn by matplotlib, for PNG, SVG and notebooks. Colours are told apart by colour-blind readers (style)."""

from collections.abc import Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.chart import (
    Axis,
    Band,
    Bars,
    Chart,
    Curve,
    EndText,
    Histogram,
    Level,
    Mark,
    Outlines,
    Panel,
    Points,
    Remark,
    Role,
    RowCurve,
    RowText,
    Spans,
    Spot,
)
from sim.numbers.kinds import Kind
from sim.numbers.writing import PREFERRED_SIGNS, input_value
from sim.report.charts.style import COLOURS, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = ("-", "--", "-.", ":")
WIDE_MARGIN = 0.115
"""Left margin of a panel with amounts and a title beside them, as a share of the width."""
DARK, GREY = "#333333", "#555555"
FILL = {Role.LOW: "#E69F00", Role.HIGH: "#0072B2"}
LINES: dict[Role, dict[str, Any]] = {
    Role.MEDIAN: {"color": COLOURS[0], "linewidth": 1.8},
    Role.WITH_TIME: {"color": COLOURS[1], "linestyle": "--", "linewidth": 1.4},
    Role.FITTED: {"color": COLOURS[1], "linewidth": 1.8},
}
LEVELS: dict[Role, dict[str, Any]] = {
    Role.ZERO: {"color": DARK, "linewidth": 1},
    Role.TARGET: {"color": DARK, "linewidth": 1, "linestyle": ":"},
    Role.BASE: {"color": DARK, "linewidth": 1.2},
    Role.SIMULATED: {"color": DARK, "linewidth": 1.2, "linestyle": ":"},
}


def drawn(chart: Chart) -> "Figure":
    """Draw a chart: of one panel, of several side by side on shared scales, or of rows with scales of their own."""
    if any(isinstance(mark, RowText) for panel in chart.panels for mark in panel.marks):
        return _ranked(chart)
    if not any(panel.title for panel in chart.panels):
        return _single(chart)
    return _in_rows(chart) if any(panel.x.input_digits for panel in chart.panels) else _framed(chart)


def _single(chart: Chart) -> "Figure":
    """Draw one panel; its labels are short enough for fixed margins, which are quicker than a layout."""
    from matplotlib.figure import Figure

    (panel,) = chart.panels
    figure = Figure(figsize=(8.2, 4.6))
    foot = 0.115 + 0.04 * panel.x.label.count("\n")
    left = WIDE_MARGIN if panel.y.kind is Kind.MONEY and panel.y.label else 0.085
    axes = figure.add_axes((left, foot, 0.97 - left, 0.87 - foot))
    axes.set_title(chart.title, pad=22)
    axes.text(0, 1.025, chart.about, transform=axes.transAxes, fontsize=8.5, color=GREY)
    if panel.marks:
        _marks(axes, panel)
        _set_axes(axes, panel, chart.currency)
        if axes.get_legend_handles_labels()[0]:
            plain: Any = {"loc": chart.legend, "facecolor": "white", "edgecolor": "none", "framealpha": 0.85}
            axes.legend(**plain)
    return figure


def _marks(axes: "Axes", panel: Panel) -> None:
    for mark in panel.marks:
        _draw(mark, axes, panel)


def _set_axes(axes: "Axes", panel: Panel, currency: str) -> None:
    for name, axis in (("x", panel.x), ("y", panel.y)):
        getattr(axes, f"set_{name}label")(axis.label)
        _set_axis(axes, name, axis, currency)


def _set_axis(axes: "Axes", name: str, axis: Axis, currency: str) -> None:
    """Set the ends of an axis, and how its numbers are written."""
    one = getattr(axes, f"{name}axis")
    if not axis.is_read:
        getattr(axes, f"set_{name}ticks")([])
    if axis.ends != (None, None):
        getattr(axes, f"set_{name}lim")(*axis.ends)
    if axis.kind is Kind.MONTHS and name == "x":
        _month_ticks(axes, int(axis.ends[1] or 0))
    elif axis.kind is Kind.MONEY:
        _money(one, currency)
    elif axis.kind is Kind.RATE:
        _percent(one)


@singledispatch
def _draw(mark: Mark, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001 - one signature for every mark
    """Draw a mark on a panel's axes."""
    raise TypeError(f"{type(mark).__name__} cannot be drawn")


@_draw.register(Curve)
def _(mark: Curve, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001 - one signature for every mark
    look = _option(mark.number) | {"linewidth": 1.8} if mark.role is Role.OPTION else LINES[mark.role]
    if mark.dotted:
        axes.plot(mark.x, mark.y, "o-", color=look["color"], markersize=3.5, linewidth=1.2, label=mark.label)
    elif mark.stepped:
        axes.step(mark.x, mark.y, where="post", **look, label=mark.label)
    else:
        axes.plot(mark.x, mark.y, **look, label=mark.label)
    if mark.filled:
        axes.fill_between(mark.x, mark.y, color=look["color"], alpha=0.12, linewidth=0)


def _option(number: int) -> dict[str, Any]:
    """Give the colour and dash by which one of several options is told."""
    return {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number % len(DASHES)]}


@_draw.register(Spot)
def _(mark: Spot, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    colour = COLOURS[mark.number % len(COLOURS)]
    axes.plot(mark.x, mark.y, "o", markersize=9, color=colour, markerfacecolor=colour if mark.filled else "white")
    axes.annotate(short(mark.name, 30), (mark.x, mark.y), xytext=(8, 6), textcoords="offset points", fontsize=8.5)
    axes.margins(0.15)


@_draw.register(Band)
def _(mark: Band, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    axes.fill_between(mark.x, mark.low, mark.high, color=COLOURS[0], alpha=mark.depth, linewidth=0, label=mark.label)


@_draw.register(Level)
def _(mark: Level, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    if mark.short:
        axes.axvline(mark.at, color=COLOURS[mark.number % len(COLOURS)], linewidth=1, alpha=0.8, ymax=0.06)
        return
    across: Any = axes.axhline if mark.axis == "y" else axes.axvline
    across(mark.at, **LEVELS[mark.role], label=mark.label or None)
    if mark.name:
        axes.annotate(mark.name, (mark.at, 0.97), xytext=(4, 0), textcoords="offset points", fontsize=8.5)


@_draw.register(Bars)
def _(mark: Bars, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    rows, lengths = np.arange(len(mark.ends)), mark.ends - mark.base
    axes.barh(rows, lengths, left=mark.base, height=0.62, color=FILL[mark.role], label=mark.label)


@_draw.register(EndText)
def _(mark: EndText, axes: "Axes", panel: Panel) -> None:
    low, high = panel.x.ends
    room = 0.008 * ((high or 0.0) - (low or 0.0))
    base = next(bars.base for bars in panel.marks if isinstance(bars, Bars))
    right = mark.end > mark.other or (mark.end == mark.other and mark.end >= base)
    axes.text(
        mark.end + (room if right else -room),
        mark.row,
        mark.text,
        ha="left" if right else "right",
        va="center",
        fontsize=7.5,
        color=DARK,
    )


@_draw.register(Spans)
def _(mark: Spans, axes: "Axes", panel: Panel) -> None:
    rows = np.arange(len(mark.middle))
    axes.hlines(rows, mark.low, mark.high, color=COLOURS[0], alpha=0.45, linewidth=5, label=mark.label)
    axes.plot(mark.middle, rows, "o", color=COLOURS[0], markersize=6)
    for row, text in enumerate(mark.texts):
        axes.text(panel.x.ends[1] or 0.0, row, text, ha="right", va="center", fontsize=8.5, color=DARK)


@_draw.register(Outlines)
def _(mark: Outlines, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    rows = np.flatnonzero(np.isfinite(mark.low) & np.isfinite(mark.high))
    widths = (mark.high - mark.low)[rows]
    look: Any = {"facecolor": "none", "edgecolor": DARK, "linewidth": 0.9, "zorder": 3}
    axes.barh(rows, widths, left=mark.low[rows], height=0.78, label=mark.label, **look)


@_draw.register(RowCurve)
def _(mark: RowCurve, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    foot_to_head = mark.row + 0.28 - 0.56 * mark.at
    under: Any = {"color": "white", "linewidth": 2.6, "alpha": 0.85, "zorder": 4, "solid_capstyle": "round"}
    axes.plot(mark.x, foot_to_head, **under)
    axes.plot(mark.x, foot_to_head, color=DARK, linewidth=1.1, zorder=5, label=mark.label or None)


@_draw.register(RowText)
def _(mark: RowText, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    place = {"transform": axes.get_yaxis_transform(), "va": "center", "ha": "right", "fontsize": 8.5}
    heading = mark.row < 0
    axes.text(1.1, mark.row if not heading else -0.9, mark.text, color=GREY if heading else DARK, **place)  # type: ignore[arg-type]


@_draw.register(Remark)
def _(mark: Remark, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    axes.text(0.02, 0.5, mark.text, transform=axes.transAxes, va="center", color=GREY)


@_draw.register(Histogram)
def _(mark: Histogram, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    if mark.shares is None:
        axes.hist(mark.values, bins=mark.bins, density=True, color="#c9d6e3", label="seen")
    else:
        axes.bar(mark.values, mark.shares, width=0.9, color="#c9d6e3", label="seen")


@_draw.register(Points)
def _(mark: Points, axes: "Axes", panel: Panel) -> None:  # noqa: ARG001
    start = float(mark.y[0])
    axes.axline((start, start), slope=1, color="#888888", linewidth=1)
    axes.plot(mark.x, mark.y, "o", color=COLOURS[0], markersize=3.2, alpha=0.7, markeredgewidth=0)


def _framed(chart: Chart) -> "Figure":
    """Draw panels side by side under one title, and below them the note and the key that they share."""
    rows = chart.panels[0].y.names is not None
    figure, panels = _of_rows(chart) if rows else _grid(len(chart.panels), (3.8, 3.0), 0.9, sharey=True)
    for axes, panel in zip(panels, chart.panels, strict=True):
        (_panel_of_rows if rows else _panel)(axes, panel, chart.currency)
    if rows:
        panels[0].set_xlim(*chart.panels[0].x.ends)
    else:
        panels[0].set_ylabel(chart.panels[0].y.label)
    return _titled(figure, panels, chart.title, chart.about)


def _panel(axes: "Axes", panel: Panel, currency: str) -> None:
    _marks(axes, panel)
    axes.set_title(panel.title, fontsize=10)
    axes.set_xlabel(panel.x.label)
    axes.set_xlim(*panel.x.ends)
    axes.tick_params(axis="x", labelbottom=True)
    _month_ticks(axes, int(panel.x.ends[1] or 0))
    _money(axes.yaxis, currency)


def _of_rows(chart: Chart) -> "tuple[Figure, Sequence[Axes]]":
    """Give panels as high as their rows and with room for the names of these."""
    names = [panel.y.names or () for panel in chart.panels]
    longest = max((len(name) for of in names for name in of), default=0)
    size = (3.0 if len(names) > 1 else 5.4, 0.32 * max(2, *map(len, names)))
    return _grid(len(names), size, 0.35 + 0.074 * longest, sharey=False)


def _panel_of_rows(axes: "Axes", panel: Panel, currency: str) -> None:
    _marks(axes, panel)
    names = panel.y.names or ()
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_title(panel.title, fontsize=10, pad=20)
    axes.text(0, 1.015, panel.about, transform=axes.transAxes, fontsize=8, color=GREY)
    axes.tick_params(axis="x", labelbottom=True)
    axes.locator_params(axis="x", nbins=5, integer=panel.x.kind is Kind.MONTHS)
    if panel.x.kind is Kind.MONEY:
        _money(axes.xaxis, currency)
    elif panel.x.kind is Kind.RATE:
        _percent(axes.xaxis)
    axes.set_yticks(np.arange(len(names)), names)
    if not panel.x.is_read:
        axes.set_xticks([])


RANKED = 8.6, 0.36
"""Width of a chart of ranked rows with texts at their right, and height of a row, in inches."""


def _ranked(chart: Chart) -> "Figure":
    """Draw rows one below the other, names at the left, texts at the right, the key below."""
    from matplotlib.figure import Figure

    (panel,) = chart.panels
    names = panel.y.names or ()
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    head = 0.3 + 0.22 * (chart.title.count("\n") + 1) + 0.18 * (chart.about.count("\n") + 1)
    width, height = RANKED[0], 1.2 + head + RANKED[1] * max(len(names), 2)
    left = (0.25 + 0.071 * longest) / width
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((left, 0.95 / height, 0.915 - left, 1 - (0.95 + 0.25 + head) / height))
    _panel_of_rows(axes, panel, chart.currency)
    axes.set_xlim(*panel.x.ends)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(panel.x.label, fontsize=8.5)
    top = 1 - 0.12 / height
    figure.text(0.01, top, chart.title, va="top", fontsize=12, fontweight="bold")
    below = 0.22 * (chart.title.count("\n") + 1) / height
    figure.text(0.01, top - below - 0.05 / height, chart.about, va="top", fontsize=8.5, color=GREY)
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="lower left", ncols=2, frameon=False, fontsize=8, columnspacing=1.4)
    return figure


def _grid(count: int, panel: tuple[float, float], label: float, *, sharey: bool) -> "tuple[Figure, Sequence[Axes]]":
    """Give `count` panels of a size in inches, up to three abreast, with room for labels left of each.

    The margins are fixed: matplotlib's layout engines would draw all texts once more to measure them.
    """
    from matplotlib.figure import Figure

    across = min(3, count)
    down = -(-count // across)
    between = 0.25 if sharey else label
    width = label + across * panel[0] + (across - 1) * between + 0.25
    height = 0.75 + down * panel[1] + (down - 1) * 0.95 + 1.1
    figure = Figure(figsize=(width, height))
    margins = {"left": label / width, "right": 1 - 0.25 / width, "top": 1 - 0.75 / height, "bottom": 1.1 / height}
    spaces = {"wspace": between / panel[0], "hspace": 0.95 / panel[1]}
    panels = figure.subplots(down, across, sharex=True, sharey=sharey, squeeze=False, gridspec_kw=margins | spaces)
    for axes in panels.ravel()[count:]:
        axes.remove()
    return figure, list(panels.ravel()[:count])


def _titled(figure: "Figure", panels: "Sequence[Axes]", title: str, note: str) -> "Figure":
    """Give a figure of several panels its title, and below them the note and the key that they share."""
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.2 / height, title, ha="left", va="center", fontsize=12, fontweight="bold")
    handles, labels = panels[0].get_legend_handles_labels()
    columns = 5 if figure.get_figwidth() > 8 else 2
    figure.legend(
        handles,
        labels,
        loc="lower center",
        ncols=columns,
        frameon=False,
        fontsize=8.5,
        title=note or None,
        title_fontsize=8.5,
        columnspacing=1.2,
    )
    return figure


def _month_ticks(axes: "Axes", months: int) -> None:
    step = next((s for s in (1, 3, 6, 12, 24, 60) if months / s <= 8), 120)
    axes.set_xticks(range(0, months + 1, step))


def _percent(axis: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=None))


def _money(axis: Any, currency: str) -> None:
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: _round_money(value, currency)))


def _round_money(value: float, currency: str) -> str:
    """Write a round amount without needless digits."""
    sign = PREFERRED_SIGNS.get(currency, f"{currency} ")
    step, suffix = next(((s, x) for s, x in ((1e9, "bn"), (1e6, "M"), (1e3, "k")) if abs(value) >= s), (1.0, ""))
    return f"{'-' if value < 0 else ''}{sign}{abs(value) / step:g}{suffix}"


def _in_rows(chart: Chart) -> "Figure":
    """Draw panels two abreast, a row a thing compared, each with its own scales."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    count = len(chart.panels) // 2
    height = 0.95 + 2.75 * count
    figure = Figure(figsize=(8.4, height))
    margins = {"left": 0.09, "right": 0.975, "top": 1 - 0.85 / height, "bottom": 0.6 / height}
    rows = figure.subplots(count, 2, squeeze=False, gridspec_kw={**margins, "hspace": 0.52, "wspace": 0.24})
    for axes, panel in zip(rows.ravel(), chart.panels, strict=True):
        axes.set_title(panel.title, fontsize=10)
        if not panel.y.is_read:
            axes.set_yticks([])
        axes.set_ylabel(panel.y.label)
        _marks(axes, panel)
        if not panel.y.is_read:
            axes.legend(frameon=False, fontsize=8.5)
        for one, axis in ((axes.xaxis, panel.x), (axes.yaxis, panel.y)):
            if axis.is_read:
                one.set_major_locator(MaxNLocator(5))
                kind = axis.kind or Kind.ANY
                one.set_major_formatter(FuncFormatter(lambda v, _, kind=kind: input_value(v, kind, chart.currency)))
    for axes, panel in zip(rows[-1], chart.panels[-2:], strict=True):
        axes.set_xlabel(panel.x.label)
    figure.text(0.015, 1 - 0.25 / height, chart.title, fontsize=12, fontweight="bold", va="center")
    return figure
