"""The chart of a fit: for the best families, the density over a histogram, and quantiles against quantiles."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.analysis.chart import Axis, Chart, Curve, Histogram, Mark, Panel, Points, Role
from sim.distributions.fitting.fit import Fit, is_whole
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import visible

MOST = 3
"""Families that the chart shows."""


def fit_chart(fits: Sequence[Fit], values: Sequence[float], *, name: str, unit: Kind, currency: str) -> Chart:
    """Draw the best fits, a row each: how likely each value is, and quantiles seen against those fitted."""
    x = np.sort(np.array(values))
    panels = tuple(panel for fit in fits[:MOST] for panel in _row(fit, x, unit))
    title = f"{visible(name)[:60]}: {len(x):,} observations and the families fitted to them"
    return Chart(title, panels, currency=currency)


def _row(fit: Fit, x: Array, unit: Kind) -> Iterator[Panel]:
    value = Axis("Value", unit, input_digits=True)
    likely = Axis("Probability" if is_whole(fit.family) else "Density")
    yield Panel(value, likely, _shares(fit, x) if is_whole(fit.family) else _densities(fit, x), _heading(fit))
    fitted = Axis("Quantile of the fitted family", unit, input_digits=True)
    seen = Axis("Seen", unit, input_digits=True)
    quantiles = fit.distribution.ppf((np.arange(len(x)) + 0.5) / len(x))
    yield Panel(fitted, seen, (Points(quantiles, x),), "Quantiles: on the line is a perfect fit")


def _heading(fit: Fit) -> str:
    tested = "" if fit.ks_p is None or fit.ad_p is None else f", p {min(fit.ks_p, fit.ad_p):.3f}"
    return f"{fit.family.replace('_', ' ')}: AIC {fit.aic:,.1f}{tested}"


def _shares(fit: Fit, x: Array) -> tuple[Mark, ...]:
    """Give the share of each whole number, seen and fitted."""
    numbers = np.arange(x[0], x[-1] + 1)
    seen = np.array([(x == k).mean() for k in numbers])
    fitted = np.diff(_cdf(fit, np.append(x[0] - 1, numbers)))
    return Histogram(numbers, len(numbers), seen), Curve(numbers, fitted, Role.FITTED, "fitted", dotted=True)


def _densities(fit: Fit, x: Array) -> tuple[Mark, ...]:
    """Give the densities, seen and fitted."""
    margin = 0.08 * (x[-1] - x[0])
    grid = np.linspace(x[0] - margin, x[-1] + margin, 400)
    density = np.diff(_cdf(fit, grid)) / np.diff(grid)
    return Histogram(x, _bins(x)), Curve(grid[:-1], density, Role.FITTED, "fitted")


def _cdf(fit: Fit, x: Array) -> Array:
    fitted: Any = fit.distribution
    return np.asarray(fitted.cdf(x))


def _bins(x: Array) -> int:
    """Freedman and Diaconis (1981), within what the eye can use."""
    quarter, three = np.quantile(x, [0.25, 0.75])
    width = 2 * (three - quarter) * len(x) ** (-1 / 3)
    return int(np.clip((x[-1] - x[0]) / width if width > 0 else 10, 5, 40))
