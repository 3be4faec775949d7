"""The worst futures: which they are, and the mean of anything in them."""

import numpy as np

from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, standard_error


def worst_weights(values: Array, share: float) -> Array:
    """Give how far each future is one of the worst `share` (0 to 1) by its value, (n,): 0 to 1, `share` of n in all.

    Futures below the quantile are so entirely; those just at it share what is left, so that the mean of a tail is
    right with ties and where n times the share is no whole number (Rockafellar and Uryasev 2002, "Conditional
    value-at-risk for general loss distributions", Journal of Banking and Finance 26(7), proposition 8).

    Example:
        >>> worst_weights(np.arange(1.0, 11.0), 0.25).tolist()[:4]
        [1.0, 1.0, 0.5, 0.0]
    """
    room = share * values.size
    last = np.partition(values, k := min(int(np.ceil(room)), values.size) - 1)[k]
    below, at = values < last, values == last
    return np.asarray(np.where(at, (room - below.sum()) / at.sum(), below.astype(float)))


def conditional_mean(x: Array, weights: Array) -> Estimate:
    """Estimate the mean of `x` in weighted futures, (n,) each in order of replicate, as a ratio of two means."""
    hits, there = (rows.reshape(REPLICATES, -1).sum(axis=1) for rows in (x * weights, weights))
    return ratio(hits, there)


def cvar(values: Array, share: float) -> float:
    """Give the mean of the worst `share` of some values, of any number.

    Example:
        >>> round(cvar(np.arange(1.0, 11.0), 0.25), 12)
        1.8
    """
    weights = worst_weights(values, share)
    return float(values @ weights / weights.sum())


def ratio(over: Array, under: Array) -> Estimate:
    """Estimate the ratio of two sums from those of each replicate, (r,) each.

    Its error (Cochran 1977, *Sampling Techniques*, chapter 6) comes from what each replicate leaves of the ratio of
    all, since one of them may have none of what is rare.
    """
    total, mean = float(under.sum()), float(under.mean())
    if total == 0:
        return Estimate(float("nan"), float("nan"))
    value = float(over.sum()) / total
    return Estimate(value, standard_error((over - value * under) / mean))
