"""A quantile function read on a grid: a cubic in each of many cells, and which cell is arithmetic, not a search.

Probabilities have cells that halve towards 0 and towards 1, as floats do: the first bits of the distance to the nearer
end say which cell a probability lies in, and the others where in it. Tails are as finely divided as the middle.
Normal scores have cells of equal width. Cells in which no cubic fits, as around a kink, and what lies beyond the grid,
are left to the exact function.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.distributions.lookup import Array

TOLERANCE = 5e-10
"""Largest error of a probability, as a share of the tail it lies in."""

BITS = 6
"""Cells of an octave of probabilities: 2^BITS."""

OCTAVES = 16
"""Octaves on either side: one probability in 65,536 lies beyond."""

SCORES, CELLS = 5.0, 1024
"""Reach of the cells of normal scores, and how many there are: one in two million lies beyond."""

ROUGH = 0.02
"""Probability of the cells without a cubic from which on a grid gains nothing."""

SHIFT = np.int64(52 - BITS)
REST = np.int64((1 << 52 - BITS) - 1)
LEAST = 2.0 ** -(OCTAVES + 1)
FIRST = np.float64(LEAST).view(np.int64) >> SHIFT
SIDE = OCTAVES << BITS
"""Cells of one side. The last one of it reaches 1/2."""

AT, TRIED = np.array([0, 2, 4, 6]) / 6, np.array([1, 3, 5]) / 6
"""Where a cell's cubic goes through the exact function, and where it is tried."""

BELOW_HALF = np.nextafter(0.5, 0)

Quantile = Callable[[Array], Array]
Cells = NDArray[np.intp]
Beyond = NDArray[np.bool_]


class Cubics:
    """A function of a coordinate by cells: a cubic in t = 0..1 in each.

    Args:
        exact: the function.
        start: of each cell, (k,).
        width: of each cell, (k,).
        per_tail: what a change of the coordinate is in probability, as a share of the tail, (k, j) for (k, j).
    """

    def __init__(self, exact: Quantile, start: Array, width: Array, per_tail: Quantile) -> None:
        through = np.linalg.inv(np.vander(AT, increasing=True))
        self._c = np.ascontiguousarray(through @ exact(start + np.multiply.outer(AT, width)))
        x = start + np.multiply.outer(TRIED, width)
        t, y, (_, c1, c2, c3) = TRIED[:, None], exact(x), self._c
        slope = np.abs(c1 + t * (2 * c2 + t * 3 * c3)) / width
        miss = np.abs(np.polynomial.polynomial.polyval(t, self._c[:, None, :], tensor=False) - y)
        fits = np.all(miss * per_tail(x) <= TOLERANCE * slope + 4 * np.spacing(np.abs(y)), axis=0)
        self.rough: NDArray[np.bool_] = ~(fits & _keeps_direction(c1, c2, c3))
        self.any_rough = bool(self.rough.any())

    def at(self, cell: NDArray[np.intp], t: Array) -> Array:
        """Give the function at a place in each cell, (n,)."""
        c0, c1, c2, c3 = self._c
        y = c3.take(cell)
        for c in (c2, c1, c0):
            y *= t
            y += c.take(cell)
        return np.asarray(y)


def _keeps_direction(c1: Array, c2: Array, c3: Array) -> NDArray[np.bool_]:
    """Whether the slope c1 + 2 c2 t + 3 c3 t^2 has one sign for t = 0..1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = np.clip(np.nan_to_num(-c2 / (3 * c3)), 0, 1)
    slopes = np.array([c1 + t * (2 * c2 + t * 3 * c3) for t in (0.0, 1.0, turn)])
    return np.asarray((slopes.min(axis=0) >= 0) | (slopes.max(axis=0) <= 0))


class Grid(ABC):
    """Quantiles by cells; those that no cubic gives are read off the exact function."""

    _cubics: Cubics
    is_smooth: bool
    """Whether cubics give nearly all of them."""

    def __call__(self, x: Array) -> Array:
        """Give the quantiles, (n,)."""
        cell, t, left = self._place(x)
        y = self._cubics.at(cell, t)
        if self._cubics.any_rough:
            left = left | self._cubics.rough.take(cell)
        if left.any():
            y[left] = self.exact(x[left])
        return y

    @abstractmethod
    def exact(self, x: Array) -> Array:
        """Give the quantiles without a grid, (n,)."""

    @abstractmethod
    def _place(self, x: Array) -> tuple[Cells, Array, Beyond]:
        """Give the cell of each value, the place in it from 0 to 1, and whether it lies in none, (n,) each."""


class OfProbability(Grid):
    """Quantiles at probabilities.

    Args:
        of_score: the quantiles at normal scores, exactly.
    """

    def __init__(self, of_score: Quantile) -> None:
        self._of_score = of_score
        edges = (FIRST + np.arange(SIDE + 1) << SHIFT).view(np.float64)
        start, width = np.tile(edges[:-1], 2), np.tile(np.diff(edges), 2)
        self._cubics = Cubics(self._exact_by_side, start, width, lambda v: 1 / v)
        self.is_smooth = bool(width[self._cubics.rough].sum() < ROUGH)

    def exact(self, x: Array) -> Array:
        """Give the quantiles at the normal scores of probabilities, (n,)."""
        from scipy.special import ndtri

        return self._of_score(np.asarray(ndtri(x)))

    def _exact_by_side(self, v: Array) -> Array:
        from scipy.special import ndtri

        z = ndtri(v)
        return self._of_score(np.concatenate([z[:, :SIDE], -z[:, SIDE:]], axis=1))

    def _place(self, x: Array) -> tuple[Cells, Array, Beyond]:
        v = np.minimum(x, 1 - x)
        beyond = v < LEAST
        np.clip(v, LEAST, BELOW_HALF, out=v)
        bits = v.view(np.int64)
        cell = bits >> SHIFT
        cell -= FIRST
        cell += (x > 0.5) * np.int64(SIDE)
        bits &= REST
        return cell, bits * 2.0 ** -float(SHIFT), beyond


class OfScore(Grid):
    """Quantiles at normal scores.

    Args:
        of_score: the same, exactly.
    """

    def __init__(self, of_score: Quantile) -> None:
        from scipy.special import ndtr

        self._of_score = of_score
        edges = np.linspace(-SCORES, SCORES, CELLS + 1)
        width = np.diff(edges)
        self._cubics = Cubics(of_score, edges[:-1], width, _tail_density)
        self.is_smooth = bool(np.diff(ndtr(edges))[self._cubics.rough].sum() < ROUGH)

    def exact(self, x: Array) -> Array:
        """Give the quantiles at normal scores, (n,)."""
        return self._of_score(x)

    def _place(self, x: Array) -> tuple[Cells, Array, Beyond]:
        beyond = np.abs(x) >= SCORES
        t = np.where(beyond, 0.0, x) if beyond.any() else x.copy()
        t += SCORES
        t *= CELLS / (2 * SCORES)
        cell = t.astype(np.intp)
        t -= cell
        return cell, t, beyond


def _tail_density(z: Array) -> Array:
    """Give the normal density as a share of the tail that a score lies in."""
    from scipy.special import ndtr

    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / ndtr(-np.abs(z)))
