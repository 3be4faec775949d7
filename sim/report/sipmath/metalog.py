"""Metalogs fitted to quantiles: how a run is written down for tools that know no other distribution.

Keelin, T. W. (2016), "The metalog distributions", Decision Analysis 13(4): section 3.3 for the least squares, 4 for
bounds.
"""

import numpy as np

from sim.distributions import Metalog
from sim.distributions.metalog import TERMS, basis, rises, unbounded
from sim.numbers.arrays import Array


def fitted(y: Array, x: Array, low: float | None = None, high: float | None = None) -> Metalog:
    """Give the metalog nearest to quantiles `x` at `y`, both (n,), of those that never fall.

    Of 2 to 10 terms, no more than quantiles, the number with the smallest sum of squares; two always rise if `x` does.

    Raises:
        ValueError: `x` does not rise.
    """
    inside = (x > (-np.inf if low is None else low)) & (x < (np.inf if high is None else high))
    y, x = y[inside], x[inside]
    straight = unbounded(x, low, high)
    best: tuple[float, Metalog] | None = None
    for terms in (terms for terms in TERMS if terms <= y.size):
        coefficients = np.asarray(np.linalg.lstsq(basis(y, terms), straight, rcond=None)[0], dtype=np.float64)
        if not rises(coefficients):
            continue
        metalog = Metalog(coefficients=tuple(coefficients.tolist()), low=low, high=high)
        off = float(np.sum((metalog.ppf(y) - x) ** 2))
        if best is None or off < best[0]:
            best = off, metalog
    if best is None:
        raise ValueError("quantiles that do not rise have no metalog")
    return best[1]
