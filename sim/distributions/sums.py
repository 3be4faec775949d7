"""The law of a sum of a random number of independent sizes, by Fourier transform.

Grübel and Hermesmeier (1999), "Computation of compound distributions I", ASTIN Bulletin 29(2): sizes are rounded to a
grid; the transform of the sum is the generating function of the number at the transform of the size. No event and one
event, whose laws have steps and corners, are kept apart and exact. What is left errs by a multiple of the square of the
grid's step, so that a grid three times as coarse shows the error, and most of it is taken off (Richardson).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.distributions.base import LEAST, MOST, Distribution
from sim.distributions.counts import Counts
from sim.numbers.arrays import Array

Complex = NDArray[np.complex128]

GRIDS = (3 << 14, 3 << 16, 3 << 18)
"""Points of the grid; the next one is taken where one is too coarse."""

CLOSE = 4e-8
"""Largest correction to a probability that is believed; what it leaves is a small part of it."""

BIAS = 1e-5
"""Standard deviations of the sum that its mean may be off."""

FINE = 50
"""Least steps in the middle half of the sizes."""

REMOTE = 1e-12
"""Probability of sums that lie beyond the grid."""

TILTS, NODES = 120, 1_001
"""Exponents that are tried for the span of the sums, and values that stand for the sizes there."""

LONGEST = 2_000
"""Most different numbers for which no closed generating function is needed."""


class UnevenError(ValueError):
    """Sizes that no grid takes as closely as it should."""


def generating(number: Distribution, numbers: Array, chances: Array) -> Callable[[Complex], Complex]:
    """Give the generating function of a number of sizes, of which values and probabilities are known.

    Raises:
        ValueError: there are too many different numbers, and no closed form.
    """
    if isinstance(number, Counts):
        return number.pgf
    if len(numbers) > LONGEST:
        raise ValueError(f"{len(numbers):,} different numbers (at most {LONGEST:,}, or poisson or another by name)")

    def summed(z: Complex) -> Complex:
        total = np.zeros(z.shape, dtype=complex)
        for chance, gap in zip(chances[::-1], np.diff(numbers, prepend=0.0)[::-1], strict=True):
            total += chance
            total *= z if gap == 1 else z**gap
        return total

    return summed


def span_of(numbers: Array, chances: Array, sizes: Array, weights: Array) -> tuple[float, float]:
    """Give between which values sums of sizes lie, but for a probability of `REMOTE` on each side.

    By Chernoff's bound (1952), which holds where a number, or a size, is rarely far from its mean: a dozen standard
    deviations do not.

    Args:
        numbers: how many sizes.
        chances: of each number.
        sizes: values that stand for the sizes.
        weights: of each, adding up to 1.

    """
    return -_farthest(numbers, chances, -sizes, weights), _farthest(numbers, chances, sizes, weights)


def _farthest(numbers: Array, chances: Array, sizes: Array, weights: Array) -> float:
    number, size = float(chances @ numbers), float(weights @ sizes)
    off = sizes - size
    variance = float(number * (weights @ off**2) + (chances @ (numbers - number) ** 2) * size**2)
    if variance <= 0:
        return number * size
    tilts = np.geomspace(0.1 / np.sqrt(variance), max(100 / np.sqrt(variance), 1_000 / off.max()), TILTS)
    bounds = []
    for tilt in tilts:
        each = _log_mean(weights, tilt * off)
        all_ = _log_mean(chances, (numbers - number) * (tilt * size) + numbers * each)
        bounds.append((all_ - np.log(REMOTE)) / tilt)
    return number * size + float(min(bounds))


def _log_mean(weights: Array, powers: Array) -> float:
    """Give the logarithm of the mean of exp(powers), without the powers themselves."""
    most = powers.max()
    return float(most + np.log(weights @ np.exp(powers - most)))


def nodes_of(size: Distribution) -> tuple[Array, Array]:
    """Give values that stand for a law, to its ends, and their weights, adding up to 1."""
    if size.steps_alone is not None:
        values, upto = size.steps_alone
        return values, np.diff(upto, prepend=0.0)
    from scipy.special import ndtr

    borders = ndtr(np.linspace(-8.2, 8.2, NODES))
    u = np.concatenate([[LEAST], (borders[1:] + borders[:-1]) / 2, [MOST]])
    weights = np.concatenate([[borders[0]], np.diff(borders), [1 - borders[-1]]])
    return size.ppf(np.clip(u, LEAST, MOST)), weights / weights.sum()


class Sum:
    """The CDF of a sum of sizes.

    Args:
        number: law of how many; its values and their probabilities are `numbers` and `chances`.
        size: law of each.

    Raises:
        UnevenError: the size's tail is too heavy, or its law too uneven, for the grid.
        ValueError: there are too many different numbers.
    """

    def __init__(self, number: Distribution, numbers: Array, chances: Array, size: Distribution) -> None:
        self._numbers, self._chances, self._size = numbers, chances, size
        self._pgf = generating(number, numbers, chances)
        self._at_zero = float(size.cdf(np.zeros(1))[0]) - size.below(0.0)
        powers = self._at_zero ** np.maximum(numbers - 1, 0)
        self.none = float(chances @ np.where(numbers > 0, powers * self._at_zero, 1.0))
        self.one = float(chances @ (numbers * powers)) * (1 - self._at_zero)
        self._low, self._high = self._span()
        self._first, self._step, self._several = self._finest()

    @property
    def mesh(self) -> Array:
        """Values that span the sum."""
        low, high = self._low, self._high
        at = np.searchsorted(self._several, np.linspace(0, self._several[-1], 65)[1:-1])
        return np.unique(np.concatenate([[low, 0.0, high], self._first + self._step * at, np.linspace(low, high, 33)]))

    def cdf(self, x: Array) -> Array:
        """Give the probabilities of a sum at or below `x`, same shape."""
        x = np.asarray(x, dtype=float)
        one = self.one * self._sizes(x) if self.one else 0.0
        total = np.where(x >= 0, self.none, 0.0) + one + self._between(x)
        return np.where(x >= self._high, 1.0, np.clip(total, 0.0, 1.0))

    def _sizes(self, x: Array) -> Array:
        """CDF of the sizes that are not zero."""
        zero = np.where(x >= 0, self._at_zero, 0.0)
        return np.asarray(np.clip((self._size.cdf(x) - zero) / (1 - self._at_zero), 0.0, 1.0))

    def _span(self) -> tuple[float, float]:
        """Ends of the grid, zero within them."""
        bottom, top = span_of(self._numbers, self._chances, *nodes_of(self._size))
        ends = self._size.ends
        return 0.0 if ends[0] >= 0 else min(bottom, 0.0), 0.0 if ends[1] <= 0 else max(top, 0.0)

    def _finest(self) -> tuple[float, float, Array]:
        """Give the place of the first probability, the step, and the probabilities of two events or more."""
        quarter, three = self._size.ppf(np.array([0.25, 0.75]))
        for points in GRIDS:
            step = (self._high - self._low) / (points - 6)
            if step > (three - quarter) / FINE:
                continue  # so coarse that all sizes are one, and no error shows
            before = 3 * int(np.ceil(-self._low / step / 3)) + 3
            fine = self._rounded(points, step, before)
            coarse = self._rounded(points // 3, 3 * step, before // 3)
            correction = (fine[1::3] - coarse) / 8
            if np.abs(correction).max() < CLOSE and self._keeps_mean(points, step, before):
                everywhere = np.interp(np.arange(points), np.arange(1, points, 3), correction)
                return (0.5 - before) * step, step, np.maximum.accumulate(fine + everywhere)
        raise UnevenError("the tail of the sizes is too heavy, or they are partly fixed values")

    def _rounded(self, points: int, step: float, before: int) -> Array:
        """Give the probabilities of two events or more up to the middle after each point, (points,)."""
        masses = self._masses(points, step, before)
        size = np.fft.rfft(np.roll(masses, -before))
        whole = self._pgf(self._at_zero + (1 - self._at_zero) * size)
        sums = np.fft.irfft(whole - self.none - self.one * size, points)
        return np.cumsum(np.roll(sums, before))

    def _masses(self, points: int, step: float, before: int) -> Array:
        borders = (np.arange(points + 1, dtype=float) - before - 0.5) * step
        return np.diff(self._sizes(borders))

    def _keeps_mean(self, points: int, step: float, before: int) -> bool:
        """Whether sizes on the grid have their mean, as smooth ones do: both grids may miss lumps by as much."""
        places = (np.arange(points, dtype=float) - before) * step
        sizes, weights = nodes_of(self._size)
        off = (1 - self._at_zero) * float(self._masses(points, step, before) @ places) - self._size.mean
        number = float(self._chances @ self._numbers)
        return bool(abs(off) * number < BIAS * np.sqrt(number * (weights @ (sizes - weights @ sizes) ** 2)))

    def _between(self, x: Array) -> Array:
        """Interpolate by the cubic through the four nearest points, never falling."""
        place = np.clip((x - self._first) / self._step, 1.0, len(self._several) - 2.5)
        k = place.astype(np.intp)
        t = place - k
        a, b, c, d = (self._several.take(k + i) for i in (-1, 0, 1, 2))
        cubic = (d * (t + 1) - a * (t - 2)) * t * (t - 1) / 6 + (b * (t - 1) - c * t) * (t + 1) * (t - 2) / 2
        return np.asarray(np.clip(cubic, b, c))
