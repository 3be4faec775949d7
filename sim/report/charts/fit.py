"""The chart of a fit: for the best families, the density over a histogram, and quantiles against quantiles."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.distributions.fitting.fit import Fit, is_whole
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import input_value, visible
from sim.report.charts.style import COLOURS, STYLE, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 3
"""Families that the chart shows."""


def write_fits(
    fits: Sequence[Fit], values: Sequence[float], path: Path, *, name: str, unit: Kind, currency: str
) -> None:
    """Draw the best fits into one file, a row each; the suffix says the format."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    x = np.sort(np.array(values))
    shown = fits[:MOST]
    with matplotlib.rc_context(STYLE):
        height = 0.95 + 2.75 * len(shown)
        figure = Figure(figsize=(8.4, height))
        margins = {"left": 0.09, "right": 0.975, "top": 1 - 0.85 / height, "bottom": 0.6 / height}
        rows = figure.subplots(len(shown), 2, squeeze=False, gridspec_kw={**margins, "hspace": 0.52, "wspace": 0.24})
        for fit, (left, right) in zip(shown, rows, strict=True):
            _density(left, fit, x)
            _quantiles(right, fit, x)
            for axis in (left.xaxis, right.xaxis, right.yaxis):
                axis.set_major_locator(MaxNLocator(5))
                axis.set_major_formatter(FuncFormatter(lambda v, _: input_value(v, unit, currency)))
        rows[-1][0].set_xlabel("Value")
        rows[-1][1].set_xlabel("Quantile of the fitted family")
        title = f"{visible(name)[:60]}: {len(x):,} observations and the families fitted to them"
        figure.text(0.015, 1 - 0.25 / height, title, fontsize=12, fontweight="bold", va="center")
        save(figure, path.with_suffix(""), path.suffix)


def _heading(fit: Fit) -> str:
    tested = "" if fit.ks_p is None or fit.ad_p is None else f", p {min(fit.ks_p, fit.ad_p):.3f}"
    return f"{fit.family.replace('_', ' ')}: AIC {fit.aic:,.1f}{tested}"


def _density(axes: "Axes", fit: Fit, x: Array) -> None:
    axes.set_title(_heading(fit), fontsize=10)
    axes.set_yticks([])
    axes.set_ylabel("Probability" if is_whole(fit.family) else "Density")
    if is_whole(fit.family):
        numbers = np.arange(x[0], x[-1] + 1)
        seen = np.array([(x == k).mean() for k in numbers])
        axes.bar(numbers, seen, width=0.9, color="#c9d6e3", label="seen")
        chance = np.diff(_cdf(fit, np.append(x[0] - 1, numbers)))
        axes.plot(numbers, chance, "o-", color=COLOURS[1], markersize=3.5, linewidth=1.2, label="fitted")
    else:
        axes.hist(x, bins=_bins(x), density=True, color="#c9d6e3", label="seen")
        margin = 0.08 * (x[-1] - x[0])
        grid = np.linspace(x[0] - margin, x[-1] + margin, 400)
        axes.plot(grid[:-1], np.diff(_cdf(fit, grid)) / np.diff(grid), color=COLOURS[1], linewidth=1.8, label="fitted")
    axes.legend(frameon=False, fontsize=8.5)


def _cdf(fit: Fit, x: Array) -> Array:
    law: Any = fit.law
    return np.asarray(law.cdf(x))


def _bins(x: Array) -> int:
    """Freedman and Diaconis (1981), within what the eye can use."""
    quarter, three = np.quantile(x, [0.25, 0.75])
    width = 2 * (three - quarter) * len(x) ** (-1 / 3)
    return int(np.clip((x[-1] - x[0]) / width if width > 0 else 10, 5, 40))


def _quantiles(axes: "Axes", fit: Fit, x: Array) -> None:
    axes.set_title("Quantiles: on the line is a perfect fit", fontsize=10)
    axes.set_ylabel("Seen")
    law = fit.law.ppf((np.arange(len(x)) + 0.5) / len(x))
    axes.axline((float(x[0]), float(x[0])), slope=1, color="#888888", linewidth=1)
    axes.plot(law, x, "o", color=COLOURS[0], markersize=3.2, alpha=0.7, markeredgewidth=0)
