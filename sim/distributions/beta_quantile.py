"""The inverse CDF of the beta law, tabulated: forty times faster than inverting the incomplete beta function.

Interpolated is the log-odds of the quantile against the normal score of the probability. Both tails are then
smooth and nearly straight, so piecewise cubics through exact values and exact slopes (Hermite) are good to about
1e-10 relative in the quantile and in its distance from 1. The idea is Hörmann and Leydold (2003), "Continuous
random variate generation by fast numerical inversion", ACM TOMACS 13(4).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EDGE = 6.5
"""Normal scores beyond this (one draw in 10^10) are inverted exactly."""

STEP = 1 / 64
SHAPES = (0.5, 1e4)
"""Shapes outside this range are inverted exactly; their log-odds bend too sharply."""


def beta_ppf(a: float, b: float, u: Array) -> Array:
    """Give the quantiles of a beta law at probabilities `u` in (0, 1), same shape."""
    from scipy.special import betaincinv, ndtri

    u = np.asarray(u, dtype=float)
    if not (SHAPES[0] <= min(a, b) and max(a, b) <= SHAPES[1]):
        return np.asarray(betaincinv(a, b, u))
    score = np.asarray(ndtri(u))
    inside = np.abs(score) < EDGE
    x = 1 / (1 + np.exp(-_log_odds(a, b, np.where(inside, score, 0.0))))
    if not inside.all():
        x = np.where(inside, x, betaincinv(a, b, u))
    return np.asarray(x)


def _log_odds(a: float, b: float, score: Array) -> Array:
    place = (score + EDGE) * (1 / STEP)
    interval = place.astype(np.intp)
    t = place - interval
    c0, c1, c2, c3 = _cubics(a, b)
    y = c3.take(interval)
    for c in (c2, c1, c0):
        y *= t
        y += c.take(interval)
    return y


@lru_cache(maxsize=512)
def _cubics(a: float, b: float) -> tuple[Array, Array, Array, Array]:
    """Give the coefficients of each interval's cubic in t = 0..1, (intervals,) each."""
    z = np.linspace(-EDGE, EDGE, round(2 * EDGE / STEP) + 1)
    y, slope = _knots(a, b, z)
    slope = slope * STEP
    rise, left, right = np.diff(y), slope[:-1], slope[1:]
    return y[:-1].copy(), left.copy(), 3 * rise - 2 * left - right, left + right - 2 * rise


def _knots(a: float, b: float, z: Array) -> tuple[Array, Array]:
    """Give the log-odds of the quantiles at normal scores `z`, and their slopes in `z`.

    `betaincinv` is good to 1e-9 in the middle and less in the tails; Newton steps make it good to 1e-13.
    """
    from scipy.special import betainc, betaincinv, betaln, ndtr

    y = np.log(betaincinv(a, b, ndtr(z))) - np.log(betaincinv(b, a, ndtr(-z)))
    per_probability = np.empty_like(y)
    for _ in range(3):
        log_x, log_rest = -np.log1p(np.exp(-y)), -np.log1p(np.exp(y))
        # dy/du = 1 / (f(x) x (1 - x)), written in logarithms so that the tails do not underflow
        per_probability = np.exp(betaln(a, b) - a * log_x - b * log_rest)
        below, above = betainc(a, b, np.exp(log_x)) - ndtr(z), ndtr(-z) - betainc(b, a, np.exp(log_rest))
        y = y - np.where(z < 0, below, above) * per_probability  # on the side that keeps its digits
    return y, per_probability * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
