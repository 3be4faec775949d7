"""The distribution function of one law as a table: tens of nanoseconds a value, whatever the function itself costs.

The values of the law are cut into cells, each with the cubic through four exact points of the distribution function,
and a cell is halved until the cubic misses by less than `TOLERANCE` of the tail it lies in. What is still light then is
a kink; what is not is a value with a probability of its own.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.distributions.base import LEAST, MOST
from sim.distributions.lookup import BLOCK, Lookup
from sim.numbers.arrays import Array

TOLERANCE = 1e-10
"""Largest error of a probability, as a share of the tail it lies in."""

NOISE = 5e-15
"""What is left of a probability's last digits; errors below it cannot be told from rounding."""

LIGHT = 1e-14
"""Probability of a cell that needs no shape."""

DEEPEST = 64
"""Halvings of a cell: enough to close in on a kink from any scale."""

CROWDED = 100_000
"""Cells beyond which a law is taken to be made of steps."""

POINTS = np.arange(7) / 6
"""Where a cell is looked at: the cubic goes through every other point, and is tried at those between."""

CUBIC = np.linalg.inv(np.vander(POINTS[::2], 4, increasing=True))
TRIED = np.vander(POINTS[1::2], 4, increasing=True) @ CUBIC

NODES = 16
"""Values of a law whose weighted sum stands for an integral over it."""

FAR = 1e-14
"""Tails beyond this probability must hold little of a variance, or it is not known: it may be infinite."""

FAR_SHARE = 1e-3


class StepsError(ValueError):
    """A law takes some value with a probability of its own."""


@lru_cache(maxsize=16)
def chances(law: Distribution) -> "Chances":
    """Give the distribution function of a law, made once.

    Raises:
        StepsError: some value has a probability of its own.
    """
    return Chances(law)


class Chances:
    """The distribution function of a continuous law, and integrals over it."""

    def __init__(self, law: Distribution) -> None:
        self.mean = law.mean
        self.low, self.high = law.ends
        borders, self._coefficients = _cut(law.cdf, _mesh(law))
        self._start, self._width = borders[:-1], np.diff(borders)
        self._lookup = Lookup(borders[1:-1], self.low, self.high)

    def __call__(self, x: Array) -> Array:
        """Give the probabilities of lying at or below `x`, same shape; 0 and 1 beyond the ends."""
        below = np.asarray(x >= self.high, dtype=float)
        inside = (x > self.low) & (x < self.high)
        below[inside] = self._by_blocks(x[inside], self._below)
        return below

    def with_density(self, x: Array) -> tuple[Array, Array]:
        """Give the probabilities of lying at or below `x`, and the density there; it is zero beyond the ends."""
        inside = np.clip(x, self.low, self.high)
        below, density = self._by_blocks(inside.ravel(), self._with_density).reshape(2, *inside.shape)
        beyond = inside != x
        below[beyond], density[beyond] = x[beyond] > self.high, 0.0
        return below, density

    def _by_blocks(self, x: Array, function: Callable[[Array], Array]) -> Array:
        """Apply a function to values in pieces that stay in the cache, (n,) to (..., n)."""
        pieces = [function(x[begin : begin + BLOCK]) for begin in range(0, max(x.size, 1), BLOCK)]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)

    def _below(self, x: Array) -> Array:
        cell = self._lookup.steps(x)
        return np.clip(_cubic(*self._in_cell(cell, x)), 0.0, 1.0)

    def _with_density(self, x: Array) -> Array:
        cell = self._lookup.steps(x)
        t, c0, c1, c2, c3 = self._in_cell(cell, x)
        slope = np.maximum(c1 + t * (2 * c2 + t * 3 * c3), 0.0)
        return np.array([np.clip(_cubic(t, c0, c1, c2, c3), 0.0, 1.0), slope / self._width.take(cell)])

    def _in_cell(self, cell: NDArray[np.int32], x: Array) -> list[Array]:
        """Give the place of values in their cells, 0 to 1, and the coefficients of these, (n,) each."""
        t = (x - self._start.take(cell)) / self._width.take(cell)
        return [t, *(c.take(cell) for c in self._coefficients)]

    def between(self, low: Array, high: Array) -> Array:
        """Give the probability of an interval, same shape; none where its ends are crossed."""
        return np.maximum(self(high) - self(low), 0.0)

    def mean_below(self, x: Array) -> Array:
        """Give the part of the law's mean at or below `x`, same shape: the integral of t dF(t) up to there."""
        flat = np.ascontiguousarray(x, dtype=float).reshape(-1)
        inside = np.clip(flat, self.low, self.high)
        cell = self._lookup.steps(inside)
        start, width = self._start.take(cell), self._width.take(cell)
        part = _first_moment(start, width, self._coefficients.take(cell, axis=1), (inside - start) / width)
        below = self._before.take(cell) + part
        below[flat >= self.high], below[flat <= self.low] = self.mean, 0.0
        return below.reshape(np.shape(x))

    @cached_property
    def _before(self) -> Array:
        """What lies below each cell of the mean, (k,)."""
        parts = _first_moment(self._start, self._width, self._coefficients, np.ones(self._start.size))
        return np.append(0.0, np.cumsum(parts)[:-1])

    @cached_property
    def _measure(self) -> tuple[Array, Array]:
        """Values and weights that stand for the law in any integral: Gauss-Legendre in every cell of the table."""
        nodes, weights = np.polynomial.legendre.leggauss(4)
        t = (nodes + 1) / 2
        _, c1, c2, c3 = (c[:, None] for c in self._coefficients)
        mass = np.maximum(c1 + t * (2 * c2 + t * 3 * c3), 0.0) * weights / 2
        x = self._start[:, None] + self._width[:, None] * t
        return x.ravel(), mass.ravel() / mass.sum()

    @cached_property
    def variance(self) -> float:
        """Variance of the law; NaN where tails that no run sees hold much of it."""
        x, mass = self._measure
        parts = mass * np.square(x - self.mean)
        below = self(x)
        far = (below < FAR) | (below > 1 - FAR)
        total = float(parts.sum())
        return total if float(parts[far].sum()) <= FAR_SHARE * total else float("nan")

    @cached_property
    def rule(self) -> tuple[Array, Array]:
        """Values and weights of the Gauss quadrature rule of the law, (NODES,) each.

        Lanczos' way from a measure of many points to the Jacobi matrix: Gautschi 2004, "Orthogonal Polynomials",
        section 2.2.3; nodes and weights are those of Golub and Welsch 1969, Mathematics of Computation 23.
        """
        x, mass = self._measure
        scale = float(np.sqrt(mass @ np.square(x - self.mean)))
        y = (x - self.mean) / scale
        basis = [np.sqrt(mass)]
        diagonal, beside = [], []
        for _ in range(NODES):
            diagonal.append(float(basis[-1] @ (y * basis[-1])))
            rest = y * basis[-1]
            for _ in range(2):  # twice is enough to keep them at right angles
                rest -= np.array(basis).T @ (np.array(basis) @ rest)
            beside.append(float(np.linalg.norm(rest)))
            basis.append(rest / beside[-1])
        values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1))
        return self.mean + scale * values, np.square(vectors[0])


def _cubic(t: Array, c0: Array, c1: Array, c2: Array, c3: Array) -> Array:
    return c0 + t * (c1 + t * (c2 + t * c3))


def _first_moment(start: Array, width: Array, coefficients: Array, t: Array) -> Array:
    """Integrate x dF(x) over cells from their start to the share `t` of their width, by the slope of the cubic."""
    _, c1, c2, c3 = coefficients
    mass = t * (c1 + t * (c2 + t * c3))
    return np.asarray(start * mass + width * t * t * (c1 / 2 + t * (2 * c2 / 3 + t * 3 * c3 / 4)))


def _mesh(law: Distribution) -> Array:
    """Give values that span a law, closer where more of it lies."""
    from scipy.special import ndtr

    return np.unique(law.ppf(np.clip(ndtr(np.linspace(-9, 9, 73)), LEAST, MOST)))


def _cut(cdf: Callable[[Array], Array], mesh: Array) -> tuple[Array, Array]:
    """Halve the cells of a mesh until each has its cubic; give borders and coefficients, (4, k)."""
    if mesh.size < 2 or cdf(mesh[:1])[0] > LIGHT:
        raise StepsError
    left, right = mesh[:-1], mesh[1:]
    starts, cubics, cells = [], [], 0
    for depth in range(DEEPEST + 1):
        x = left[:, None] + (right - left)[:, None] * POINTS
        x[:, -1] = right
        below = cdf(x.ravel()).reshape(x.shape)
        smooth, light = _fits(below), below[:, -1] - below[:, 0] <= LIGHT
        end = smooth | light
        cubic = np.where(smooth, CUBIC @ below[:, ::2].T, _lines(below))
        starts.append(left[end])
        cubics.append(cubic[:, end])
        left, right, cells = left[~end], right[~end], cells + int(end.sum())
        middle = left + (right - left) / 2
        if not left.size:
            break
        if depth == DEEPEST or cells > CROWDED or ((middle <= left) | (middle >= right)).any():
            raise StepsError
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    start = np.concatenate(starts)
    order = np.argsort(start)
    return np.append(start[order], mesh[-1]), np.concatenate(cubics, axis=1)[:, order]


def _fits(below: Array) -> NDArray[np.bool_]:
    tried = below[:, 1::2]
    miss = np.abs(below[:, ::2] @ TRIED.T - tried)
    allowed = TOLERANCE * np.minimum(tried, 1 - tried) + NOISE
    return np.asarray((miss <= allowed).all(axis=1))


def _lines(below: Array) -> Array:
    none = np.zeros(len(below))
    return np.array([below[:, 0], below[:, -1] - below[:, 0], none, none])
