"""The quantile function of any law, tabulated from its CDF: tens of nanoseconds a value, whatever the CDF costs.

The coordinate of the law (its value, or the logarithm or log-odds of it, where tails are straighter) is a piecewise
cubic in the normal score of the probability. The coordinate is cut into intervals; each gets the cubic through four
exact points, and is halved until the cubic misses by less than `TOLERANCE` in probability, relative to the tail it
lies in, and never falls. So no quantile has to be found to make the table: the CDF is evaluated at chosen values.
Kinks are closed in on until what is left has no weight; atoms until they are a few floats wide; and where nothing lies,
the quantile jumps. A law so uneven that there would be too many intervals keeps straight lines in the last of them,
which err by no more than the probability of each: time and memory are bounded. The idea is Hörmann and Leydold (2003),
"Continuous random variate generation by fast numerical inversion", ACM TOMACS 13(4).
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions.gridded import OfProbability, OfScore
from sim.distributions.lookup import BLOCK, Array, Lookup

EDGE = 6.5
"""Normal scores beyond this (one draw in 10^10) are read off lines between quantiles that a search has found."""

FAR_EDGE = 8.4
"""Normal score beyond which no draw lies: the edge where a score keeps its digits in both tails."""

TAIL = 129
"""How many quantiles there are from `EDGE` up to there."""

TOLERANCE = 1e-10
"""Largest error of a probability, as a share of the tail it lies in."""

NOISE = 2e-15
"""What is left of a probability's last digits; errors below it cannot be told from rounding."""

EXACT_TAILS = 1e-20
"""The same where a score keeps its digits in both tails."""

FARTHEST = 40.0
"""Normal scores beyond which a probability is 0 or 1 in floats."""

SETTLED = 1e-14
"""Difference of normal scores that is no more than rounding."""

DEEPEST = 64
"""Halvings of an interval: enough to close in on an atom from any scale."""

MOST_PIECES = 50_000
"""Intervals under way beyond which none is halved any more."""

POINTS = np.array([0, 1, 2, 3, 4, 5, 6]) / 6
"""Where an interval is looked at: the cubic goes through every other point, and is tried at those between."""

Score = Callable[[Array], Array]
"""Normal scores of the probability of lying at or below each coordinate; -inf and inf at the ends."""


class _Pieces(NamedTuple):
    """Intervals of the normal score from `start` to `end`, with the cubic of the coordinate in t = 0..1, (k,) each."""

    start: Array
    end: Array
    c0: Array
    c1: Array
    c2: Array
    c3: Array


class Tabulated:
    """A quantile function from the score of a law, (n,) to (n,).

    Args:
        score: normal score of the CDF at coordinates; may be costly.
        mesh: rising coordinates that span the law from one end to the other. Finer where more happens, but a few
            will do.
        value: from coordinates to values of the law, rising.
        noise: errors of a probability below this are taken for rounding.
        edge: normal score up to which there are intervals.
    """

    def __init__(
        self,
        score: Score,
        mesh: Array,
        value: Callable[[Array], Array] | None = None,
        *,
        noise: float = NOISE,
        edge: float = EDGE,
    ) -> None:
        self._score = score
        self._value = value
        self._span = float(mesh[0]), float(mesh[-1])
        self._edge = edge
        pieces = _cut(score, np.unique(mesh), noise, edge)
        self._lookup = Lookup(pieces.end[:-1], -edge, edge)
        self._pieces = pieces
        self._start, self._rate = pieces.start, 1 / (pieces.end - pieces.start)

    def __call__(self, u: Array) -> Array:
        """Give the quantiles at probabilities `u` of any shape, same shape."""
        return _in_blocks(self._of_probability, u)

    def of_score(self, z: Array) -> Array:
        """Give the quantiles at normal scores `z` of any shape, same shape."""
        return _in_blocks(self._of_score, z)

    @cached_property
    def _of_probability(self) -> Callable[[Array], Array]:
        grid = OfProbability(self._exact)
        return grid if grid.is_smooth else grid.exact

    @cached_property
    def _of_score(self) -> Callable[[Array], Array]:
        grid = OfScore(self._exact)
        return grid if grid.is_smooth else grid.exact

    def _exact(self, z: Array) -> Array:
        """Give the quantiles at normal scores by the intervals themselves, same shape."""
        flat = z.ravel()
        beyond = np.abs(flat) >= self._edge
        if not beyond.any():
            y = self._at(flat)
        else:
            y = self._at(np.where(beyond, 0.0, flat))
            y[beyond] = self._beyond(flat[beyond])
        return (y if self._value is None else self._value(y)).reshape(z.shape)

    def _beyond(self, z: Array) -> Array:
        """Give the quantiles at normal scores beyond the intervals, no nearer than their ends, (k,)."""
        return np.asarray(np.interp(z, *self._tails))

    @cached_property
    def _tails(self) -> tuple[Array, Array]:
        """Normal scores beyond the intervals, and the quantiles there."""
        upper = np.linspace(self._edge, max(self._edge, FAR_EDGE), TAIL)
        z = np.concatenate([-upper[::-1], upper])
        nearest = self._at(np.repeat([-self._edge, self._edge], TAIL))
        found = solved(self._score, z, *self._span)
        return z, np.where(z < 0, np.minimum(found, nearest), np.maximum(found, nearest))

    def _at(self, z: Array) -> Array:
        step = self._lookup.steps(z)
        t = z - self._start.take(step)
        t *= self._rate.take(step)
        y = self._pieces.c3.take(step)
        for c in (self._pieces.c2, self._pieces.c1, self._pieces.c0):
            y *= t
            y += c.take(step)
        return y

    @cached_property
    def size(self) -> int:
        """How many intervals there are."""
        return len(self._start)


class Stepped:
    """The quantile function of a law whose values stand alone.

    Args:
        values: in rising order, (k,).
        upto: probability of lying at or below each, (k,).
    """

    def __init__(self, values: Array, upto: Array) -> None:
        self._values, self._upto = values, upto[:-1]

    def __call__(self, u: Array) -> Array:
        """Give the smallest values whose probability reaches `u`, same shape."""
        return np.asarray(self._values[np.searchsorted(self._upto, u, side="left")])


def _in_blocks(quantile: Callable[[Array], Array], x: Array) -> Array:
    """Give a function of many numbers, a block of them at a time, same shape."""
    flat = np.asarray(x, dtype=float).ravel()
    if flat.size <= BLOCK:
        return quantile(flat).reshape(np.shape(x))
    out = np.empty_like(flat)
    for begin in range(0, flat.size, BLOCK):
        out[begin : begin + BLOCK] = quantile(flat[begin : begin + BLOCK])
    return out.reshape(np.shape(x))


def solved(score: Score, z: Array, low: float, high: float) -> Array:
    """Find the smallest coordinates between `low` and `high` whose score reaches `z`, (n,).

    By false position, the weight of an end that stays halved (Dowell and Jarratt 1971, "A modified regula falsi method
    for computing the root of an equation", BIT 11), and every third step a halving, for steps in the score.
    """
    below, above = np.full(z.shape, low), np.full(z.shape, high)
    under, over = (np.clip(score(x), -FARTHEST, FARTHEST) - z for x in (below, above))
    above = np.where(under >= 0, below, above)
    for step in range(3 * DEEPEST):
        close = above - below <= np.spacing(np.maximum(np.abs(above), np.abs(below)))
        if (close | (np.abs(over) <= SETTLED)).all():
            break
        middle = below + (above - below) / 2
        if step % 3 < 2:
            with np.errstate(invalid="ignore", divide="ignore"):
                line = above - over * (above - below) / (over - under)
            middle = np.where((line > below) & (line < above), line, middle)
        at = np.clip(score(middle), -FARTHEST, FARTHEST) - z
        reached = at >= 0
        over, under = (
            np.where(reached, at, np.where(over > 0, over / 2, over)),
            np.where(reached, np.where(under < 0, under / 2, under), at),
        )
        above, below = np.where(reached, middle, above), np.where(reached, below, middle)
    return above


def _cut(score: Score, mesh: Array, noise: float, edge: float) -> _Pieces:
    """Halve the intervals of a mesh until each has its cubic."""
    from scipy.special import ndtr

    left, right = mesh[:-1], mesh[1:]
    done, pieces = [], 0
    for depth in range(DEEPEST + 1):
        y = left[:, None] + (right - left)[:, None] * POINTS
        y[:, -1] = right
        z = np.clip(score(y.ravel()).reshape(y.shape), -edge, edge)
        rises = z[:, -1] > z[:, 0]
        y, z, left, right = y[rises], z[rises], left[rises], right[rises]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # steps make no cubic, and are cut further
            cubic = _cubics(y[:, ::2], z[:, ::2])
            smooth = _fits(y, z, cubic, noise) & _never_falls(*cubic[1:])
        middle = left + (right - left) / 2
        atom = (middle <= left) | (middle >= right) | (depth == DEEPEST)  # all that lies here lies at `right`
        light = (ndtr(z[:, -1]) - ndtr(z[:, 0]) <= noise) | (2 * len(left) + pieces > MOST_PIECES)
        end = smooth | atom | light
        pieces += int(end.sum())
        rough = np.where(atom, _constants(right), _lines(y))
        done.append((z[end, 0], z[end, -1], *np.where(smooth, cubic, rough)[:, end]))
        left, middle, right = left[~end], middle[~end], right[~end]
        if not left.size:
            break
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    if not pieces:
        return _flat(score, mesh, edge)
    return _joined(mesh, edge, *(np.concatenate(parts) for parts in zip(*done, strict=True)))


def _cubics(y: Array, z: Array) -> Array:
    """Give the cubics through four points an interval, (k, 4): coefficients of t = 0..1, (4, k)."""
    t = (z - z[:, :1]) / (z[:, -1:] - z[:, :1])
    t1, t2 = t[:, 1], t[:, 2]
    d1 = (y[:, 1] - y[:, 0]) / t1
    d12, d23 = (y[:, 2] - y[:, 1]) / (t2 - t1), (y[:, 3] - y[:, 2]) / (1 - t2)
    e1, e2 = (d12 - d1) / t2, (d23 - d12) / (1 - t1)
    f = e2 - e1
    return np.array([y[:, 0], d1 - e1 * t1 + f * t1 * t2, e1 - f * (t1 + t2), f])


def _lines(y: Array) -> Array:
    none = np.zeros(len(y))
    return np.array([y[:, 0], y[:, -1] - y[:, 0], none, none])


def _constants(y: Array) -> Array:
    return np.array([y, *np.zeros((3, len(y)))])


def _fits(y: Array, z: Array, cubic: Array, noise: float) -> NDArray[np.bool_]:
    """Whether each cubic meets the points between those it goes through, closely enough in probability."""
    from scipy.special import ndtr

    tried = (z[:, 1::2] - z[:, :1]) / (z[:, -1:] - z[:, :1])
    c0, c1, c2, c3 = cubic[:, :, None]
    miss = np.abs(c0 + tried * (c1 + tried * (c2 + tried * c3)) - y[:, 1::2])
    per_coordinate = (z[:, 2::2] - z[:, :-2:2]) / (y[:, 2::2] - y[:, :-2:2])
    density = np.exp(-(z[:, 1::2] ** 2) / 2) / np.sqrt(2 * np.pi) * per_coordinate
    allowed = np.maximum(TOLERANCE * ndtr(-np.abs(z[:, 1::2])), noise)
    rounding = 4 * np.spacing(np.abs(y[:, 1::2])) * density
    return np.asarray(np.all(miss * density <= allowed + rounding, axis=1))


def _never_falls(c1: Array, c2: Array, c3: Array) -> NDArray[np.bool_]:
    """Whether the slope c1 + 2 c2 t + 3 c3 t² stays at or above zero for t = 0..1."""
    turn = np.clip(np.nan_to_num(-c2 / (3 * c3)), 0, 1)
    slopes = [c1 + t * (2 * c2 + t * 3 * c3) for t in (0.0, 1.0, turn)]
    return np.asarray(np.min(slopes, axis=0) >= 0)


def _flat(score: Score, mesh: Array, edge: float) -> _Pieces:
    """Give the one interval of a law whose whole probability lies at an end of a mesh: all but certain."""
    value = mesh[:1] if score(mesh[:1])[0] >= edge else mesh[-1:]
    none = np.zeros(1)
    return _Pieces(np.array([-edge]), np.array([edge]), value, none, none, none)


def _joined(mesh: Array, edge: float, start: Array, end: Array, *cubics: Array) -> _Pieces:
    """Put the intervals in order and reach out to both edges: what the ends hold as atoms is flat."""
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    c0, c1, c2, c3 = (c[order] for c in cubics)
    flat = np.zeros(1)
    if start[0] > -edge:
        start, end = np.append(-edge, start), np.append(start[0], end)
        c0, c1, c2, c3 = np.append(mesh[0], c0), np.append(flat, c1), np.append(flat, c2), np.append(flat, c3)
    if end[-1] < edge:
        start, end = np.append(start, end[-1]), np.append(end, edge)
        c0, c1, c2, c3 = np.append(c0, mesh[-1]), np.append(c1, flat), np.append(c2, flat), np.append(c3, flat)
    return _Pieces(start, end, c0, c1, c2, c3)
