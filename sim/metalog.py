"""Metalogs through quantiles: the laws by which the SIPmath standard writes uncertain numbers down.

Keelin, T. W. (2016), "The metalog distributions", Decision Analysis 13(4): equation 6 for the terms, section 3.3 for
the least squares, 4 for one bound and two.
"""

from typing import NamedTuple

import numpy as np

from sim.distributions import Array

TERMS = range(2, 11)
"""Numbers of terms that are tried."""

_LOGITS = np.linspace(-14, 14, 2001)
_CHECKED = 1 / (1 + np.exp(-_LOGITS))


class Metalog(NamedTuple):
    """Coefficients in Keelin's order, and the bounds; infinite is none."""

    coefficients: tuple[float, ...]
    low: float = -np.inf
    high: float = np.inf

    def quantile(self, y: Array) -> Array:
        """Give the quantiles at probabilities `y`, same shape.

        Example:
            >>> Metalog((50, 9.102392, 5.688995)).quantile(np.array([0.05, 0.95])).round(4).tolist()
            [30.7365, 84.3393]
        """
        m = basis(y, len(self.coefficients)) @ np.array(self.coefficients)
        if np.isfinite(self.low) and np.isfinite(self.high):
            share = 1 / (1 + np.exp(-m))
            return np.asarray(self.low * (1 - share) + self.high * share)
        if np.isfinite(self.low):
            return np.asarray(self.low + np.exp(m))
        return np.asarray(self.high - np.exp(-m)) if np.isfinite(self.high) else np.asarray(m)


def basis(y: Array, terms: int) -> Array:
    """Give the terms that coefficients multiply, (n, terms)."""
    centred, logit = y - 0.5, np.log(y / (1 - y))
    columns = [np.ones_like(y), logit, centred * logit, centred]
    columns += [centred ** (k // 2) * (1 if k % 2 == 0 else logit) for k in range(4, terms)]
    return np.column_stack(columns[:terms])


def fitted(y: Array, x: Array, low: float = -np.inf, high: float = np.inf) -> Metalog:
    """Give the metalog nearest to quantiles `x` at `y`, both (n,), of those that never fall.

    Of 2 to 10 terms, the number with the smallest sum of squares; two terms always rise if `x` does.
    """
    inside = (x > low) & (x < high)
    y, x = y[inside], x[inside]
    straight = _unbounded(x, low, high)
    best: tuple[float, Metalog] | None = None
    for terms in TERMS:
        coefficients = np.asarray(np.linalg.lstsq(basis(y, terms), straight, rcond=None)[0], dtype=np.float64)
        found = Metalog(tuple(float(a) for a in coefficients), low, high)
        off = float(np.sum((found.quantile(y) - x) ** 2))
        if _rises(coefficients) and (best is None or off < best[0]):
            best = off, found
    if best is None:
        raise ValueError("quantiles that do not rise have no metalog")
    return best[1]


def _unbounded(x: Array, low: float, high: float) -> Array:
    if np.isfinite(low) and np.isfinite(high):
        return np.log((x - low) / (high - x))
    if np.isfinite(low):
        return np.log(x - low)
    return -np.log(high - x) if np.isfinite(high) else x


def _rises(coefficients: Array) -> bool:
    return bool(np.all(np.diff(basis(_CHECKED, coefficients.size) @ coefficients) > 0))
