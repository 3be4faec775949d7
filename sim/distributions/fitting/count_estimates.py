"""Maximum-likelihood estimates of families of whole numbers, for many samples at once: rows in, columns out."""

import numpy as np

from sim.distributions.fitting.estimates import Theta
from sim.numbers.arrays import Array

GRID = 600
"""Numbers of tries that a binomial is tried with; near the largest value, every whole number is among them."""


def poisson(x: Array) -> Theta:
    """Mean."""
    return (np.maximum(x.mean(axis=1, keepdims=True), 1e-12),)


def geometric(x: Array) -> Theta:
    """One over the mean number of tries."""
    return (1 / x.mean(axis=1, keepdims=True),)


def negative_binomial(x: Array) -> Theta:
    """Successes and their probability, by bisection on the slope of the profile likelihood (Anscombe 1950)."""
    from scipy.special import digamma

    mean = np.maximum(x.mean(axis=1, keepdims=True), 1e-12)
    values, shares = _shares(x)
    low, high = np.full_like(mean, np.log(1e-4)), np.full_like(mean, np.log(1e7))
    for _ in range(60):
        r = np.exp((low + high) / 2)
        slope = (shares * digamma(values + r)).sum(axis=1, keepdims=True) - digamma(r) - np.log1p(mean / r)
        low, high = np.where(slope > 0, np.log(r), low), np.where(slope > 0, high, np.log(r))
    r = np.exp((low + high) / 2)
    return r, r / (r + mean)


def binomial(x: Array) -> Theta:
    """Tries and their chance: the profile likelihood over a grid of tries (Olkin, Petkau and Zidek 1981, JASA 76)."""
    from scipy.special import gammaln, xlog1py, xlogy

    mean, most = x.mean(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    values, shares = _shares(x)
    tries = np.unique(np.round(np.geomspace(max(1, most.min()), 20 * most.max() + 50, GRID)))
    ways = np.where(tries >= values[:, None], gammaln(np.maximum(tries - values[:, None], 0) + 1), 0.0)
    p = np.minimum(mean / tries, 1.0)
    likelihood = gammaln(tries + 1) - shares @ ways + xlogy(mean, p) + xlog1py(tries - mean, -p)
    n = tries[np.argmax(np.where(tries >= most, likelihood, -np.inf), axis=1)][:, None]
    return n, mean / n


def _shares(x: Array) -> tuple[Array, Array]:
    """Give the different values, (v,), and the share of each in each sample, (r, v)."""
    values, place = np.unique(x, return_inverse=True)
    cells = place.reshape(x.shape) + len(values) * np.arange(len(x))[:, None]
    counts = np.bincount(cells.ravel(), minlength=len(values) * len(x)).reshape(len(x), len(values))
    return values, counts / x.shape[1]
