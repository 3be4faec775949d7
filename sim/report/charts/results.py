"""The charts of a report, each as PNG and SVG. Colours are told apart by colour-blind readers (Okabe and Ito 2008)."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.results import Results
from sim.analysis.table import written as cell_text
from sim.analysis.tornado import Bar, Tornado
from sim.finance.metrics import METRICS
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import figure as written
from sim.report.charts.inputs import inputs_page
from sim.report.charts.style import COLOURS, STYLE, save, short
from sim.report.tables.drivers import bar_ends, star

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOW, HIGH = "#E69F00", "#0072B2"
DASHES = ("-", "--", "-.", ":")
BARS = 10
"""Most bars a tornado shows; the rest are in tornado.csv."""


def write_charts(results: Results, folder: Path) -> None:
    """Draw every chart into `folder`, which is made."""
    import matplotlib

    folder.mkdir(parents=True)
    with matplotlib.rc_context(STYLE):
        for name, draw in _CHARTS.items():
            save(draw(results), folder / name, ".png", ".svg")
        save(inputs_page(results), folder / "inputs", ".svg")  # its many texts take half a second as PNG


def write_tornado(results: Results, vendors: Sequence[str], metric: str, path: Path) -> None:
    """Draw the tornados of some vendors side by side into one file; the suffix says the format."""
    import matplotlib

    with matplotlib.rc_context(STYLE):
        figure = _tornados(results, [results[name].bars(metric) for name in vendors])
        save(figure, path.with_suffix(""), path.suffix)


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


def _framed(figure: "Figure", panels: "Sequence[Axes]", title: str, note: str) -> "Figure":
    """Give a figure of several panels its title, and below them the note and the legend that they share."""
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


def _single(title: str, note: str) -> "tuple[Figure, Axes]":
    """Give a chart of one panel; its labels are short enough for fixed margins, which are quicker than a layout."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.2, 4.6))
    axes = figure.add_axes((0.085, 0.115, 0.885, 0.755))
    axes.set_title(title, pad=22)
    axes.text(0, 1.025, note, transform=axes.transAxes, fontsize=8.5, color="#555555")
    return figure, axes


def _styles(results: Results) -> list[tuple[str, str, str]]:
    """Give each vendor its label, colour and dash."""
    names = [short(name) for name in results]
    return list(zip(names, islice(cycle(COLOURS), len(names)), islice(cycle(DASHES), len(names)), strict=True))


def _roi_distribution(results: Results) -> "Figure":
    figure, axes = _single("Net ROI of each vendor", _note(results))
    metric = results.setting.roi
    values = {name: result[metric] for name, result in results.items()}
    finite = np.concatenate([v[np.isfinite(v)] for v in values.values()])
    if not finite.size:
        return figure
    low, high = np.percentile(finite, [0.3, 99.3])
    grid = np.linspace(low, high if high > low else low + 1, 320)
    for v, (label, colour, dash) in zip(values.values(), _styles(results), strict=True):
        density = _density(v[np.isfinite(v)], grid)
        axes.plot(grid, density, color=colour, linestyle=dash, linewidth=1.8, label=label)
        axes.fill_between(grid, density, color=colour, alpha=0.12, linewidth=0)
    for result, (_, colour, _) in zip(results.values(), _styles(results), strict=True):
        axes.axvline(result.statistics(metric).percentiles[50.0].value, color=colour, linewidth=1, alpha=0.8, ymax=0.06)
    axes.axvline(0, color="#333333", linewidth=1)
    axes.set_xlabel(f"{_net_roi(results)} (0% is break-even; short ticks mark the medians)")
    axes.set_yticks([])
    axes.set_ylabel("Relative likelihood")
    axes.set_ylim(bottom=0)
    _percent(axes.xaxis)
    axes.legend(frameon=False)
    return figure


def _net_roi(results: Results) -> str:
    return "Net ROI on present values" if results.setting.tei else "Net ROI over the horizon"


def _density(x: Array, grid: Array) -> Array:
    """Smooth a histogram on a fine grid with a Gaussian of Silverman's width (1986, equation 3.31)."""
    spread = min(float(np.std(x)), float(np.subtract(*np.percentile(x, [75, 25]))) / 1.34) or float(np.std(x))
    width = 0.9 * spread * x.size**-0.2
    step = grid[1] - grid[0]
    if width <= 0:
        return np.where(np.abs(grid - x[0]) <= step / 2, 1 / step, 0.0)
    pad = int(np.ceil(4 * width / step))
    edges = np.concatenate([grid - step / 2, [grid[-1] + step / 2]])
    edges = np.concatenate([edges[0] - step * np.arange(pad, 0, -1), edges, edges[-1] + step * np.arange(1, pad + 1)])
    counts = np.histogram(x, bins=edges)[0] / (x.size * step)
    offsets = np.arange(-pad, pad + 1) * step
    kernel = np.exp(-((offsets / width) ** 2) / 2)
    return np.convolve(counts, kernel / kernel.sum(), mode="same")[pad : pad + grid.size]


def _roi_s_curve(results: Results) -> "Figure":
    figure, axes = _single("How likely is at least a given net ROI?", _note(results))
    shares = np.linspace(0.001, 0.999, 500)
    for result, (label, colour, dash) in zip(results.values(), _styles(results), strict=True):
        v = result[results.setting.roi]
        v = v[np.isfinite(v)]
        if v.size:
            axes.plot(np.quantile(v, shares), 1 - shares, color=colour, linestyle=dash, linewidth=1.8, label=label)
    axes.axvline(0, color="#333333", linewidth=1)
    if results.setting.target_roi is not None:
        axes.axvline(results.setting.target_roi, color="#333333", linewidth=1, linestyle=":")
        axes.annotate(
            "target",
            (results.setting.target_roi, 0.97),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8.5,
        )
    axes.set_xlabel(f"{_net_roi(results)} (0% is break-even)")
    axes.set_ylabel("Probability of at least this ROI")
    axes.set_ylim(0, 1)
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    axes.legend(frameon=False)
    return figure


def _payback_by_month(results: Results) -> "Figure":
    figure, axes = _single("Probability of lasting payback by month", _note(results))
    months = np.arange(results.setting.months + 1)
    for result, (label, colour, dash) in zip(results.values(), _styles(results), strict=True):
        curve = [p.value for p in result.payback_by_month()]
        axes.step(months, curve, where="post", color=colour, linestyle=dash, linewidth=1.8, label=label)
    if results.setting.target_payback is not None:
        axes.axvline(results.setting.target_payback, color="#333333", linewidth=1, linestyle=":")
        axes.annotate(
            "target",
            (results.setting.target_payback, 0.97),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8.5,
        )
    axes.set_xlabel("Months from signature")
    axes.set_ylabel("Probability of payback by then")
    axes.set_ylim(0, 1)
    axes.set_xlim(0, results.setting.months)
    _month_ticks(axes, results.setting.months)
    _percent(axes.yaxis)
    axes.legend(frameon=False, loc="upper left")
    return figure


def _cash_position(results: Results) -> "Figure":
    figure, panels = _grid(len(results), (3.8, 3.0), 0.9, sharey=True)
    months = np.arange(results.setting.months + 1)
    for axes, (name, result) in zip(panels, results.items(), strict=True):
        p5, p10, p25, p50, p75, p90, p95 = np.percentile(result.draws.position, [5, 10, 25, 50, 75, 90, 95], axis=1)
        for low, high, shade, label in (
            (p5, p95, 0.15, "P5-P95"),
            (p10, p90, 0.25, "P10-P90"),
            (p25, p75, 0.4, "P25-P75"),
        ):
            axes.fill_between(months, low, high, color=COLOURS[0], alpha=shade, linewidth=0, label=label)
        axes.plot(months, p50, color=COLOURS[0], linewidth=1.8, label="median")
        whole = np.median(result.draws.running, axis=1)
        axes.plot(months, whole, color=COLOURS[1], linestyle="--", linewidth=1.4, label="median, staff time valued")
        axes.axhline(0, color="#333333", linewidth=1)
        axes.set_title(short(name, 34), fontsize=10)
        axes.set_xlabel("Months from signature")
        axes.set_xlim(0, results.setting.months)
        axes.tick_params(axis="x", labelbottom=True)
        _month_ticks(axes, results.setting.months)
        _money(axes.yaxis, results.setting.currency)
    panels[0].set_ylabel("Money received less money paid")
    return _framed(figure, panels, "Cash position over time", "")


def _tornados(results: Results, tornados: Sequence[Tornado]) -> "Figure":
    """Draw tornados side by side on one scale."""
    metric = tornados[0].metric
    names = [[f"{short(bar.title, 34)}{star(bar)}" for bar in t.bars[:BARS]] for t in tornados]
    rows = max(2, *(len(labels) for labels in names))
    longest = max((len(label) for labels in names for label in labels), default=0)
    panel = (3.0 if len(tornados) > 1 else 5.4, 0.32 * rows)
    figure, panels = _grid(len(tornados), panel, 0.35 + 0.074 * longest, sharey=False)
    span = _span(results, tornados)
    for axes, tornado, labels in zip(panels, tornados, names, strict=True):
        _tornado_panel(axes, results, tornado, span)
        axes.set_yticks(np.arange(len(labels)), labels)
    panels[0].set_xlim(*span)
    most = max(len(t.bars) for t in tornados)
    note = "One input at a time moves to its P10 and P90, the others stay at their medians"
    switched = any(bar.switch for t in tornados for bar in t.bars[:BARS])
    note += "; an event does not happen, or does." if switched else "."
    more = f" The widest {BARS} of {most} bars." if most > BARS else ""
    more += " * a default prior." if any(bar.prior for t in tornados for bar in t.bars[:BARS]) else ""
    return _framed(figure, panels, f"What moves {_in_title(metric)}", note + more)


def _in_title(metric: str) -> str:
    title = METRICS[metric].title
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _tornado_panel(axes: "Axes", results: Results, tornado: Tornado, span: tuple[float, float]) -> None:
    currency, metric = results.setting.currency, tornado.metric
    median = results[tornado.vendor].statistics(metric).percentiles[50.0].value
    bars = tornado.bars[:BARS]
    ceiling = _never(results, metric)
    base = min(tornado.base, ceiling)
    low = np.array([min(bar.at_low, ceiling) for bar in bars])
    high = np.array([min(bar.at_high, ceiling) for bar in bars])
    rows = np.arange(len(bars))
    if bars:
        axes.barh(rows, low - base, left=base, height=0.62, color=LOW, label="input at its P10")
        axes.barh(rows, high - base, left=base, height=0.62, color=HIGH, label="input at its P90")
    else:
        axes.text(0.02, 0.5, "nothing is uncertain here", transform=axes.transAxes, va="center", color="#555555")
    _label_ends(axes, bars, (low, high), base, 0.008 * (span[1] - span[0]), currency)

    def show(value: float) -> str:
        return written(value, METRICS[metric].kind, currency)

    axes.axvline(base, color="#333333", linewidth=1.2, label="base run (every input at its median)")
    axes.axvline(min(median, ceiling), color="#333333", linewidth=1.2, linestyle=":", label="simulated median")
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_title(short(tornado.vendor), fontsize=10, pad=20)
    line = f"base run {show(tornado.base)}, simulated median {show(median)}"
    axes.text(0, 1.015, line, transform=axes.transAxes, fontsize=8, color="#555555")
    axes.tick_params(axis="x", labelbottom=True)
    axes.locator_params(axis="x", nbins=5, integer=metric.startswith("payback"))
    _metric_axis(axes.xaxis, metric, currency)


def _label_ends(
    axes: "Axes", bars: Sequence[Bar], ends: tuple[Array, Array], base: float, room: float, currency: str
) -> None:
    """Write the input's value at each end of a bar, outside it."""
    low, high = ends
    for row, bar in enumerate(bars):
        below, above = (cell_text(end, currency) for end in bar_ends(bar))
        low_end = (low[row], high[row], below, bar.at_low)
        high_end = (high[row], low[row], above, bar.at_high)
        for end, other, value, result in (low_end, high_end):
            right = end > other or (end == other and end >= base)
            axes.text(
                end + (room if right else -room),
                row,
                value + (" (never)" if np.isinf(result) else ""),
                ha="left" if right else "right",
                va="center",
                fontsize=7.5,
                color="#333333",
            )


def _span(results: Results, tornados: Sequence[Tornado]) -> tuple[float, float]:
    ceiling = _never(results, tornados[0].metric)
    ends = [end for t in tornados for bar in t.bars[:BARS] for end in (bar.at_low, bar.at_high)]
    ends += [t.base for t in tornados]
    ends += [results[t.vendor].statistics(t.metric).percentiles[50.0].value for t in tornados]
    finite = np.array([min(end, ceiling) for end in ends if not np.isnan(end)])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = (0.18 if np.isinf(ceiling) else 0.2) * (high - low) or max(abs(low), 1.0) * 0.1
    return low - room, high + room


def _never(results: Results, metric: str) -> float:
    """Give where 'never' is drawn: a month past the horizon; nowhere for other metrics."""
    return results.setting.months + 1.0 if metric.startswith("payback") else float("inf")


def _note(results: Results) -> str:
    setting, run = results.setting, results.run
    return f"{short(setting.name, 70)} · {setting.months} months · {run.draws:,} futures"


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
    from sim.numbers.writing import PREFERRED_SIGNS

    sign = PREFERRED_SIGNS.get(currency, f"{currency} ")
    step, suffix = next(((s, x) for s, x in ((1e9, "bn"), (1e6, "M"), (1e3, "k")) if abs(value) >= s), (1.0, ""))
    return f"{'-' if value < 0 else ''}{sign}{abs(value) / step:g}{suffix}"


def _metric_axis(axis: Any, metric: str, currency: str) -> None:
    if METRICS[metric].kind is Kind.MONEY:
        _money(axis, currency)
    elif METRICS[metric].kind is Kind.RATE:
        _percent(axis)


_CHARTS = {
    "roi_distribution": _roi_distribution,
    "roi_s_curve": _roi_s_curve,
    "payback_by_month": _payback_by_month,
    "cash_position": _cash_position,
    "tornado": lambda results: _tornados(results, [result.bars("npv") for result in results.values()]),
}
