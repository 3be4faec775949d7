"""How far a fitted law is from the values, and how often chance alone would bring it as far."""

import numpy as np

from sim.distributions import Distribution
from sim.distributions.fitting.candidates import Bounds, Candidate
from sim.distributions.fitting.estimates import Theta
from sim.numbers.arrays import Array
from sim.numbers.random import generator

REPLICATES = 999
"""Samples of the parametric bootstrap: p-values in steps of 0.001."""

FEWEST_REPLICATES = 99
CELLS = 2_000_000
"""Values that a bootstrap draws, unless that leaves fewer than `FEWEST_REPLICATES` samples."""

AT_ONCE = 250_000
"""Values that are worked on at a time: bounds the memory."""


def distances(candidate: Candidate, x: Array, theta: Theta) -> tuple[Array, Array]:
    """Give the Kolmogorov-Smirnov and the Anderson-Darling statistic of each sample, (r,) each.

    For whole numbers the discrete forms: the largest gap at any number, and A² as in Choulakian, Lockhart and
    Stephens (1994), "Cramér-von Mises statistics for discrete distributions", Canadian Journal of Statistics 22(1).
    """
    return _discrete(candidate, x, theta) if candidate.whole else _continuous(candidate.cdf(np.sort(x, axis=1), theta))


def _continuous(below: Array) -> tuple[Array, Array]:
    """Stephens (1974), "EDF statistics for goodness of fit and some comparisons", JASA 69: from the sorted values.

    Anderson-Darling is infinite for a family that ends at a value seen, as Pareto and log-uniform do.
    """
    n = below.shape[1]
    rank = np.arange(1, n + 1)
    ks = np.maximum(rank / n - below, below - (rank - 1) / n).max(axis=1)
    inside = np.clip(below, 1e-300, 1 - 1e-16)
    ad = -n - ((2 * rank - 1) * (np.log(inside) + np.log1p(-inside[:, ::-1]))).mean(axis=1)
    at_an_end = (below[:, 0] <= 0) | (below[:, -1] >= 1)
    return ks, np.where(at_an_end, np.inf, ad)


def _discrete(candidate: Candidate, x: Array, theta: Theta) -> tuple[Array, Array]:
    n = x.shape[1]
    numbers = np.arange(x.max() + 1)
    cells = x.astype(np.intp) + len(numbers) * np.arange(len(x))[:, None]
    seen = np.bincount(cells.ravel(), minlength=len(numbers) * len(x)).reshape(len(x), -1).cumsum(axis=1) / n
    below = candidate.cdf(numbers[None, :], theta)
    gap = seen - below
    chance, spread = np.diff(below, axis=1, prepend=0.0), below * (1 - below)
    terms = np.divide(gap**2 * chance, spread, out=np.zeros_like(gap), where=spread > 1e-14)
    return np.abs(gap).max(axis=1), n * terms.sum(axis=1)


def bootstrap(
    candidate: Candidate, law: Distribution, bounds: Bounds, seen: tuple[float, float], n: int, seed: int
) -> tuple[float, float, int]:
    """Give the p-values of both statistics, and the number of replicates behind them.

    Each replicate is drawn from the fitted law and fitted anew, because a law that was fitted lies closer to its
    values than the true one does (Stute, Gonzáles Manteiga and Presedo Quindimil 1993, Metrika 40). The p-value is
    (1 + replicates at least as far) / (1 + replicates).
    """
    replicates = int(np.clip(CELLS // n, FEWEST_REPLICATES, REPLICATES))
    rows = max(1, AT_ONCE // n)
    rng = generator(seed, "fit", candidate.name)
    further = np.zeros(2)
    for begin in range(0, replicates, rows):
        u = np.clip(rng.random((min(rows, replicates - begin), n)), 2.0**-54, 1 - 2.0**-53)
        x = scaled(candidate, law.ppf(u), bounds)
        further += [
            np.sum(~(distance < was))
            for distance, was in zip(distances(candidate, x, _refit(candidate, x)), seen, strict=True)
        ]
    ks, ad = (1 + further) / (1 + replicates)
    return float(ks), float(ad), replicates


def _refit(candidate: Candidate, x: Array) -> Theta:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # a replicate of equal values has no fit
        return candidate.estimate(x)


def scaled(candidate: Candidate, x: Array, bounds: Bounds) -> Array:
    """Give the values on 0 to 1 where a family is fitted between known bounds, else as they are."""
    low, high = bounds
    if not candidate.scaled or low is None or high is None:
        return x
    return np.clip((x - low) / (high - low), 1e-15, 1 - 1e-15)
