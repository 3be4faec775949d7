"""Statistics of weighted futures with their standard errors; without weights, those of `sim.sampling.estimates`."""

from collections.abc import Sequence

import numpy as np

from sim.analysis.worst import conditional_mean
from sim.numbers.arrays import Array
from sim.sampling import estimates
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, Statistics, standard_error

NONE = Estimate(0.0, 0.0)


def mean(x: Array, weights: Array | None) -> Estimate:
    """Estimate a mean, (n,) in order of replicate."""
    return estimates.mean(x) if weights is None else conditional_mean(x, weights)


def change(x: Array, before: Array, weights: Array | None) -> Estimate:
    """Estimate how far a weighted mean of `x` lies from the plain mean of `before`, in the same futures, (n,) each."""
    if weights is None:
        return estimates.mean(x - before)
    moved = conditional_mean(x, weights).value - float(before.mean())
    rows = [_rows(of) for of in (x, before, weights)]
    by_row = (rows[0] * rows[2]).sum(axis=1) / rows[2].sum(axis=1) - rows[1].mean(axis=1)
    return Estimate(moved, standard_error(by_row))


def describe(x: Array, weights: Array | None, qs: Sequence[float]) -> Statistics:
    """Summarise draws, (n,): mean, sd and percentiles."""
    if weights is None:
        return estimates.describe(x, qs)
    centre = conditional_mean(x, weights)
    spread = conditional_mean((x - centre.value) ** 2, weights)
    sd = float(np.sqrt(spread.value))
    by_row = np.array([_percentiles(*row, qs) for row in zip(_rows(x), _rows(weights), strict=True)])
    values = _percentiles(x, weights, qs)
    percentiles = {q: Estimate(float(values[i]), standard_error(by_row[:, i])) for i, q in enumerate(qs)}
    return Statistics(centre, Estimate(sd, spread.se / (2 * sd) if sd else 0.0), percentiles, NONE, NONE)


def _percentiles(x: Array, weights: Array, qs: Sequence[float]) -> Array:
    """Give the smallest values up to which lies so much of the weight, (k,)."""
    order = np.argsort(x)
    upto = np.cumsum(weights[order])
    places = np.searchsorted(upto, np.array(qs) / 100 * upto[-1] * (1 - 1e-12))
    return np.asarray(x[order][np.minimum(places, x.size - 1)])


def _rows(x: Array) -> Array:
    return x.reshape(REPLICATES, -1)
