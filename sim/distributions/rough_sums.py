"""The law of a sum of sizes that no fine grid suits: a few fixed values, a resampled column, heavy tails.

Sizes are rounded to the points of a grid, so that their mean is kept, and transformed as in `sim.distributions.sums`;
quantiles of the sum are then right to about a step, some millionths of its range. Values that are multiples of one step
are on the grid, and exact. The transform tells a sum up to multiples of the grid's length; so the grid need not begin
at zero, only to be as long as the sums lie apart: a million sizes add up on one of a few thousand.

Where the tail is so heavy that a grid over all of it would be too coarse, sizes beyond two bounds are taken out: the
sum of the others comes from the grid, and one large size is added to it, or two, by quadrature over quantiles. Three or
more count as two: bounds lie where one is met in a hundredth of the sums, so that is a millionth (the principle of the
single big jump: Foss, Korshunov and Zachary 2013, "An Introduction to Heavy-Tailed and Subexponential Distributions").
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.distributions.base import LEAST, MOST, Distribution, expectation, middles
from sim.distributions.made import with_steps
from sim.distributions.sums import nodes_of, span_of
from sim.numbers.arrays import Array

Complex = NDArray[np.complex128]
Pgf = Callable[[Complex], Complex]
Places = NDArray[np.int64]

POINTS = 3 << 18
"""Points of the grid."""

LARGE = 0.01
"""Sums, as a share, in which a size may lie beyond a bound."""

WORTH = 4
"""How many times shorter a grid has to get for bounds to be worth their error."""

SMALL, FEW, SECOND, TAIL = 128, 8, 16, 1_000
"""Quantiles of the sum of small sizes, fewer of them, quantiles of a second large size, and points of a tail."""

REACH = 30
"""How many times further than the outermost ten-thousandth a tail may reach that is not heavy."""

HEAVIEST = 2.0 + 1e-6
"""Exponent of a tail at and below which a variance is infinite."""

ROUNDED = 1e-12
"""Probability beyond the bounds that is no more than rounding: they are then the ends of the law."""

NEAR = 1e-6
"""Steps that a value may lie off the grid."""


class RoughSum:
    """The CDF of a sum of sizes and its inverse, from points.

    Args:
        pgf: generating function of the number of sizes.
        numbers: how many they may be.
        chances: of each number.
        size: law of each.
        values: the only values that a size has, if they are few.

    """

    def __init__(self, pgf: Pgf, numbers: Array, chances: Array, size: Distribution, values: Array | None) -> None:
        self._size, self._values, self._numbers, self._chances = size, values, numbers, chances
        self._number = float(chances @ numbers)
        self._zero = float(size.cdf(np.zeros(1))[0]) - size.below(0.0)
        self._low, self._high = self._bounds()
        self._below = size.below(self._low)
        outside = self._below + 1 - float(size.cdf(np.array([self._high]))[0])
        self._outside = outside if outside > ROUNDED else 0.0
        self._step, self._first = self._grid()
        self.lattice = values is not None and _is_even(values, self._step)
        small = np.fft.rfft(self._masses())
        sums = self._back(pgf(small))
        self._at = self._points()
        begins = 0 <= -self._first < POINTS
        self._none = float(np.real(pgf(np.array([self._zero + 0j]))[0])) if begins else 0.0
        if begins:
            sums[-self._first] -= self._none
        self._rest = np.maximum.accumulate(np.maximum(np.cumsum(sums), 0.0))  # rounding is on both sides of 0
        if self._outside > 0:
            self._add_large(pgf, small)
        if self._ends[0] >= 0:
            self._rest[self._at <= 0] = 0.0  # but for rounding nothing lies there: what is 0 stands apart
        self._rest *= (1 - self._none) / max(float(self._rest[-1]), 1e-300)

    @property
    def grain(self) -> float:
        """How far a value of its own probability may be spread; 0 where all are on the grid."""
        return 0.0 if self.lattice else self._step

    def cdf(self, x: Array) -> Array:
        """Give the probabilities of a sum at or below `x`, same shape."""
        x = np.asarray(x, dtype=float)
        none = np.where(x >= 0, self._none, 0.0)
        if self.lattice:
            rest = np.append(0.0, self._rest)[np.searchsorted(self._at, x, side="right")]
        else:
            rest = np.interp(x, self._at, self._rest, left=0.0)
        return np.asarray(np.minimum(rest + none, 1.0))

    def ppf(self, u: Array) -> Array:
        """Give the quantiles of probabilities, same shape."""
        u = np.asarray(u, dtype=float)
        below = np.nextafter(np.zeros(1), -1.0) if self.lattice else np.zeros(1)
        before = float(self.cdf(below)[0]) - (0.0 if self.lattice else self._none)
        rest = np.where(u <= before, u, np.maximum(u - self._none, before))
        if self.lattice:
            found = self._at[np.minimum(np.searchsorted(self._rest, rest * (1 - 1e-14), side="left"), POINTS - 1)]
        else:
            found = np.interp(rest, self._rest, self._at)
        return np.where((u > before) & (u <= before + self._none), 0.0, found)

    def _points(self) -> Array:
        """Give the values up to which a point of the grid counts, (POINTS,): its own, or half a step beyond."""
        places = np.arange(POINTS, dtype=float) + self._first
        if self.lattice:
            return _decimal(places * self._step)
        least, most = (0.0 if self._ends[0] >= 0 else -np.inf), (0.0 if self._ends[1] <= 0 else np.inf)
        return np.clip((places + 0.5) * self._step, least, most)

    @cached_property
    def _nodes(self) -> tuple[Array, Array]:
        return nodes_of(self._size)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The smallest and the largest size."""
        return self._size.ends

    def _bounds(self) -> tuple[float, float]:
        """Give the sizes beyond which one is large; the ends of the law if nothing is."""
        if self._values is not None:
            return self._ends
        often = self._number * (1 - self._zero)  # sizes of nothing are none
        share = LARGE / 2 / max(often, LARGE)
        low, high = (float(x) for x in self._size.ppf(self._other_than_zero(np.array([share, 1 - share]))))
        if self._zero > 0:
            low, high = min(low, 0.0), max(high, 0.0)
        whole, cut = self._reach(*self._ends), self._reach(low, high)
        return (low, high) if whole > WORTH * cut else self._ends

    def _other_than_zero(self, share: Array) -> Array:
        """Give the probabilities up to quantiles of the sizes that are not zero."""
        u = share * (1 - self._zero)
        return np.clip(np.where(u < self._size.below(0.0), u, u + self._zero), LEAST, MOST)

    def _reach(self, low: float, high: float) -> float:
        bottom, top = self._window(low, high)
        return top - bottom

    def _window(self, low: float, high: float) -> tuple[float, float]:
        """Give between which values sums of sizes kept between two bounds lie."""
        sizes, weights = self._nodes
        return span_of(self._numbers, self._chances, np.clip(sizes, low, high), weights)

    def _grid(self) -> tuple[float, int]:
        """Give the step of the grid, and how many steps its first point lies from zero."""
        bottom, top = self._window(self._low, self._high)
        bottom = max(bottom, 0.0) if self._ends[0] >= 0 else bottom
        top = min(top, 0.0) if self._ends[1] <= 0 else top
        step = (top - bottom) / (POINTS - 8) or 1.0
        even = None if self._values is None else _common_step(self._values)
        step = even if even is not None and even >= step else step
        return step, int(np.floor(bottom / step)) - 2

    def _masses(self) -> Array:
        """Give the probability of a size at each point, (POINTS,), the point of zero first and round the end."""
        if self._values is not None:
            jumps = np.diff(self._size.cdf(middles(self._values)), prepend=0.0, append=1.0)
            return self._around(*_split(self._values / self._step, jumps))
        begin, end = (int(np.floor(x / self._step)) for x in (self._low, self._high))
        places = np.arange(begin - 1, end + 3)
        inside = np.maximum(self._size.cdf(np.clip(places * self._step, self._low, self._high)), self._below)
        cells = np.diff(inside, append=inside[-1])
        zero = int(1 - begin)
        if 0 < zero < places.size:
            cells[zero - 1] = max(cells[zero - 1] - self._zero, 0.0)
        masses = (cells + np.append(0.0, cells[:-1])) / 2  # what lies between two points goes to both
        lowest = max(float(inside[0]) - self._below - (self._zero if self._low == 0 else 0.0), 0.0)
        beside, share = _split(np.array([self._low / self._step]), np.array([lowest]))
        np.add.at(masses, beside - places[0], share)
        masses = self._centred(places, masses)
        if 0 <= zero < places.size:
            masses[zero] += self._zero
        return self._around(places, masses)

    def _centred(self, places: Places, masses: Array) -> Array:
        """Move a share of some masses to the next points, so that they have the mean of the sizes between the bounds.

        The mean of a sum errs by that of a size as often as there are sizes. What lies at a bound stays within it.
        """
        clipped = expectation(lambda u: np.clip(self._size.ppf(u), self._low, self._high))
        wanted = clipped - self._low * self._below - self._high * (self._outside - self._below)
        off = wanted / self._step - float(masses @ places)
        inner = places * self._step < self._high if off > 0 else places * self._step > self._low
        moving = np.where(inner, masses, 0.0) * min(abs(off) / max(float(masses[inner].sum()), 1e-300), 1.0)
        return np.asarray(masses - moving + np.roll(moving, 1 if off > 0 else -1))

    def _around(self, places: Places, masses: Array) -> Array:
        """Lay masses at places on the grid, round its end where they lie beyond."""
        return np.asarray(np.bincount(places % POINTS, masses, POINTS), dtype=float)

    def _back(self, transformed: Complex) -> Array:
        return np.roll(np.fft.irfft(transformed, POINTS), -self._first)

    def _add_large(self, pgf: Pgf, small: Complex) -> None:
        """Add the sums with one large size, and with two, at the points of the grid and beyond."""
        nudge = 1e-4 / max(self._number, 1.0)
        rest = np.cumsum(np.maximum(self._back((pgf(small + nudge) - pgf(small - nudge)) / (2 * nudge)), 0.0))
        one = self._outside * float(rest[-1])
        two = max(1 - self._none - float(self._rest[-1]) - one, 0.0)
        others = np.interp((np.arange(SMALL) + 0.5) / SMALL * rest[-1], rest, self._at)
        second = self._large((np.arange(SECOND) + 0.5) / SECOND)
        at = np.concatenate([self._at[:: POINTS >> 12], self._at[-1:], *self._tails()])
        at = with_steps(at, _steps_of(self._size))
        single = np.mean([self._large_cdf(at - other) for other in others], axis=0)
        double = np.mean([self._large_cdf(at - o - y) for o in others[:: SMALL // FEW] for y in second], axis=0)
        whole = np.union1d(self._at, at)
        grid = np.interp(whole, self._at, self._rest, left=0.0)
        self._at, self._rest = whole, grid + np.interp(whole, at, one * single + two * double)

    def _tails(self) -> list[Array]:
        """Give points beyond the grid, as far as a size may reach, at both ends where it is not far enough."""
        sides = zip(self._at[[0, -1]], self._ends, (-1, 1), strict=True)
        return [
            side * np.geomspace(max(side * edge, self._step), 2 * side * end, TAIL)
            for edge, end, side in sides
            if side * end > max(side * edge, self._step)
        ]

    def _large(self, u: Array) -> Array:
        """Give quantiles of the sizes beyond the bounds."""
        share = u * self._outside
        return self._size.ppf(np.clip(np.where(share < self._below, share, 1 - self._outside + share), LEAST, MOST))

    def _large_cdf(self, x: Array) -> Array:
        """Give the CDF of the sizes beyond the bounds."""
        cdf = self._size.cdf(x)
        above = np.maximum(cdf - (1 - self._outside), self._below)
        return np.asarray(np.where(x < self._low, cdf, above) / self._outside)


def _split(places: Array, jumps: Array) -> tuple[Places, Array]:
    """Give whole places on either side of each place, and a share of its probability for each: the mean is kept."""
    down = np.floor(places + NEAR).astype(np.int64)
    up = np.clip(places - down, 0.0, 1.0)
    return np.concatenate([down, down + 1]), np.concatenate([jumps * (1 - up), jumps * up])


def _decimal(x: Array) -> Array:
    """Give numbers as people write them, to twelve digits: three times 0.1 is 0.3."""
    most = float(np.abs(x[[0, -1]]).max())
    return np.round(x, 11 - int(np.floor(np.log10(most)))) if most > 0 else x


def _common_step(values: Array) -> float | None:
    """Give the largest step that all values are multiples of; None if there is none."""
    step, smallest = 0.0, NEAR * float(np.abs(values).max(initial=0.0))
    for value in np.abs(values):
        a, b = max(step, float(value)), min(step, float(value))
        while b > smallest:
            a, b = b, a - b * np.floor(a / b + NEAR)
        step = a
    return step if step > 0 and _is_even(values, step) else None


def _is_even(values: Array, step: float) -> bool:
    places = values / step
    return bool((np.abs(places - np.round(places)) < NEAR).all())


def is_heavy(size: Distribution) -> bool:
    """Whether a tail reaches so far beyond the bulk of the sizes that no grid over all of it is fine enough."""
    least, low, middle, high, most = (float(x) for x in size.ppf(np.array([LEAST, 1e-4, 0.5, 1 - 1e-4, MOST])))
    return most - middle > REACH * (high - middle) or middle - least > REACH * (middle - low)


def has_steps(size: Distribution) -> bool:
    """Whether some size other than 0 has a probability of its own, of a hundredth or more."""
    return bool((_steps_of(size) != 0).any())


def _steps_of(size: Distribution) -> Array:
    """Give sizes that have a probability of their own, of a hundredth or more."""
    x = size.ppf(np.linspace(0.005, 0.995, 199))
    return np.unique(x[1:][np.diff(x) == 0])


def check_tails(size: Distribution) -> None:
    """Refuse a tail like that of a Pareto law with an exponent of 2 or less, whose variance is infinite.

    Raises:
        ValueError: it is so heavy between probabilities of a millionth and a billionth.
    """
    far, farther = 1e-6, 1e-9
    if None not in size.bounds:
        return
    low, least, most, high = (float(x) for x in size.exactly(np.array([far, farther, 1 - farther, 1 - far])))
    for near, remote in ((low, least), (high, most)):
        rise = np.log(abs(remote) / abs(near)) if near * remote > 0 else 0.0
        if rise > 0 and np.log(far / farther) / rise <= HEAVIEST:
            raise ValueError(
                "sizes cannot be added up: their tail is so heavy that they have no finite variance (cut them with"
                " dist: truncated, or write sizes: same)"
            )
