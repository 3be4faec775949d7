"""The charts of a report, made of results."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sim.analysis.cells import Figure
from sim.analysis.chart import Axis, Band, Bars, Chart, Curve, EndText, Level, Mark, Panel, Remark, Role
from sim.analysis.results import Results
from sim.analysis.undefined import undefined_note
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import rate
from sim.report.charts.style import short
from sim.report.charts.tornado import npv_chart, tornado_chart

BANDS = ((5, 95, 0.15, "P5-P95"), (10, 90, 0.25, "P10-P90"), (25, 75, 0.4, "P25-P75"))
"""Percentiles of the bands of a fan, how strong each is, and its name."""
SHARES = np.linspace(0.001, 0.999, 500)
"""Probabilities of an S-curve."""


def roi_distribution(results: Results) -> Chart:
    """Draw how likely each net ROI is, by vendor; short ticks mark the medians."""
    metric = results.setting.roi
    values = [result[metric][np.isfinite(result[metric])] for result in results.values()]
    finite = np.concatenate(values)
    title, about = "Net ROI of each vendor", _about(results, metric)
    if not finite.size:
        return Chart(title, (Panel(Axis(), Axis(), (Remark("nothing to show"),)),), about)
    low, high = np.percentile(finite, [0.3, 99.3])
    grid = np.linspace(low, high if high > low else low + 1, 320)
    curves: list[Mark] = [
        Curve(grid, _density(x, grid), Role.OPTION, short(name), n, filled=True)
        for n, (name, x) in enumerate(zip(results, values, strict=True))
        if x.size
    ]
    medians: list[Mark] = [
        Level(result.statistics(metric).percentiles[50.0].value, Role.OPTION, number=n, short=True)
        for n, (result, there) in enumerate(zip(results.values(), values, strict=True))
        if there.size
    ]
    x = Axis(f"{_net_roi(results)} (0% is break-even; short ticks mark the medians)", Kind.RATE)
    marks = (*curves, *medians, Level(0, Role.ZERO))
    return Chart(title, (Panel(x, Axis("Relative likelihood", ends=(0, None)), marks),), about)


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


def roi_s_curve(results: Results) -> Chart:
    """Draw the probability of at least each net ROI, by vendor."""
    metric, target = results.setting.roi, results.setting.target_roi
    finite = [result[metric][np.isfinite(result[metric])] for result in results.values()]
    curves: list[Mark] = [
        Curve(np.quantile(x, SHARES), 1 - SHARES, Role.OPTION, short(name), n)
        for n, (name, x) in enumerate(zip(results, finite, strict=True))
        if x.size
    ]
    x = Axis(f"{_net_roi(results)} (0% is break-even)", Kind.RATE)
    y = Axis("Probability of at least this ROI", Kind.RATE, (0, 1))
    marks = (*curves, Level(0, Role.ZERO), *_target(target))
    return Chart("How likely is at least a given net ROI?", (Panel(x, y, marks),), _about(results, metric))


def payback_by_month(results: Results) -> Chart:
    """Draw the probability of payback by each month, by vendor."""
    months = _months(results)
    curves = [
        Curve(months, np.array([p.value for p in r.payback_by_month()]), Role.OPTION, short(name), n, stepped=True)
        for n, (name, r) in enumerate(results.items())
    ]
    x = Axis("Months from signature", Kind.MONTHS, (0, results.setting.months))
    y = Axis("Probability of payback by then", Kind.RATE, (0, 1))
    panel = Panel(x, y, (*curves, *_target(results.setting.target_payback)))
    return Chart("Probability of lasting payback by month", (panel,), _about(results), legend="upper left")


def _months(results: Results) -> Array:
    return np.arange(results.setting.months + 1, dtype=np.float64)


def _target(at: float | None) -> Iterator[Level]:
    if at is not None:
        yield Level(at, Role.TARGET, name="target")


def choice(results: Results) -> Chart:
    """Draw how often each option has the highest NPV, buying nothing among them, and what taking it may cost."""
    standings, currency = results.comparison.standings, results.setting.currency
    shares = np.array([standing.p_best.value for standing in standings.values()])
    marks: list[Mark] = [Bars(0.0, shares, Role.HIGH, "share of futures in which it has the highest NPV")]
    for row, standing in enumerate(standings.values()):
        regret = Figure(standing.regret.value, Kind.MONEY).text(currency)
        marks.append(EndText(row, shares[row], 0.0, f"{rate(shares[row])}, expected regret {regret}"))
    names = tuple(short(name, 34) for name in standings)
    panel = Panel(Axis(ends=(0, 1.5)), Axis(names=names), tuple(marks), "How often it is best")
    about = "Expected regret: what the best option of each future would have brought more, on average."
    return Chart("Which option is best?", (panel,), about, currency)


def cash_position(results: Results) -> Chart:
    """Draw what was received less what was paid by month, a fan a vendor."""
    panels = tuple(_fan(results, name, first=n == 0) for n, name in enumerate(results))
    return Chart("Cash position over time", panels, currency=results.setting.currency)


def _fan(results: Results, name: str, *, first: bool) -> Panel:
    draws, horizon = results[name].draws, results.setting.months
    months = _months(results)
    qs = sorted({q for low, high, *_ in BANDS for q in (low, high)} | {50})
    at = dict(zip(qs, np.percentile(draws.position, qs, axis=1), strict=True))
    bands = [Band(months, at[low], at[high], label, depth) for low, high, depth, label in BANDS]
    median = Curve(months, at[50], Role.MEDIAN, "median")
    whole = Curve(months, np.median(draws.running, axis=1), Role.WITH_TIME, "median, staff time valued")
    x = Axis("Months from signature", Kind.MONTHS, (0, horizon))
    y = Axis("Money received less money paid" if first else "", Kind.MONEY)
    return Panel(x, y, (*bands, median, whole, Level(0, Role.ZERO, axis="y")), short(name, 34))


def _about(results: Results, metric: str = "npv") -> str:
    setting, run = results.setting, results.run
    about = f"{short(setting.name, 70)} · {setting.months} months · {run.draws:,} futures"
    note = undefined_note(results, metric, {name: short(name) for name in results})
    return f"{about} · {short(note, 60)}" if note else about


CHARTS: Mapping[str, tuple[str, Callable[[Results], Chart]]] = {
    "roi_distribution": ("Distribution of net ROI", roi_distribution),
    "roi_s_curve": ("Probability of at least a net ROI", roi_s_curve),
    "choice": ("Which option is best", choice),
    "payback_by_month": ("Probability of payback by month", payback_by_month),
    "cash_position": ("Cash position over time", cash_position),
    "tornado": ("What moves the gap between the best option and the next", tornado_chart),
    "tornado_npv": ("What moves the NPV of the best vendor", npv_chart),
}
"""The charts of a report by the name of their files: what each shows, and how it is made."""


def charts_of(results: Results) -> dict[str, tuple[str, Callable[[Results], Chart]]]:
    """Give the charts of a report by name: of a single vendor, its NPV is what `tornado` shows."""
    single = "tornado", ("What moves the NPV", tornado_chart)
    return {**CHARTS} if len(results) > 1 else dict([*list(CHARTS.items())[:-2], single])
