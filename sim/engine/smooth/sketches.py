"""Statistics of a metric that is a straight line in one input given all others, or a quotient of two.

Every one is a mean over draws of what is known exactly given the draw (conditional Monte Carlo: Asmussen and Glynn
2007, "Stochastic Simulation", section V.4), with a standard error from the replicates like any other.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.sketch import Exact, Sketch
from sim.engine.smooth.law import Chances
from sim.numbers.arrays import Array
from sim.numbers.percentiles import check_percentiles
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import HOLLOW, Bounds, Estimate, Gap, Statistics, gap_reach, standard_error

ROUNDING = 1e-12
"""Probabilities this close are the same."""

NEAR, SETTLED = 1e-8, 1e-9
"""A step of Newton's so small, as a share of the spread, and from a probability so close, ends on the percentile."""

STEPS, MOST_STEPS = 8, 200
"""Newton's steps to a percentile before intervals are halved, and steps in all."""

SPARSE = 0.05
"""Density at a percentile, in terms of the spread, below which it may lie in a gap; a normal one has 0.18 at P10."""

NONE = Estimate(0.0, 0.0)


class Smoothed(Sketch):
    """A metric whose draws are integrated over one input."""


def estimate(rows: Array) -> Estimate:
    """Give the mean over replicates of equal size, (REPLICATES,), and its standard error."""
    return Estimate(float(rows.mean()), standard_error(rows))


def _settled(p: Array) -> Array:
    """Make probabilities that rounding left beside 0 and 1 those."""
    return np.where(p < ROUNDING, 0.0, np.where(p > 1 - ROUNDING, 1.0, p))


@dataclass(frozen=True, eq=False)
class _Given(Smoothed):
    """A metric that is continuous in the input given the others, wherever it depends on it."""

    law: Chances
    values: Array
    """The draws as they are, (n,) in order of replicate: where percentiles are looked for first."""

    @abstractmethod
    def moments(self) -> tuple[Array, Array]:
        """Give mean and mean square given the other inputs of each draw, (n,) each, about the middle of the draws."""

    @abstractmethod
    def chance(self, level: Array, rows: int) -> tuple[Array, Array]:
        """Give the probability of no more than a level given the others, and its rate of change in the level.

        Args:
            level: one a row, (rows, 1).
            rows: in how many the draws are laid out, (rows, n / rows).
        """

    @property
    @abstractmethod
    def certain(self) -> tuple[Array, Array]:
        """Which draws do not depend on the input, (n,) of bool, and their values."""

    @property
    def middle(self) -> float:
        """What moments are taken about, so that squares keep their digits."""
        return float(np.median(self.values))

    def describe(self, percentiles: Sequence[float]) -> Statistics:
        """Take means given the draw; percentiles are where the mean probability reaches its share."""
        qs = check_percentiles(percentiles)
        mean, square = (x.reshape(REPLICATES, -1).mean(axis=1) for x in self.moments())
        sds = np.sqrt(np.maximum(square - mean**2, 0.0))
        sd = float(np.sqrt(max(square.mean() - mean.mean() ** 2, 0.0)))
        found = {q: self._percentile(q / 100) for q in qs}
        gaps = {q: gap for q in qs if (gap := self._gap(q / 100, found[q].value))}
        return Statistics(
            mean=estimate(self.middle + mean),
            sd=Estimate(sd, standard_error(sds)),
            percentiles={q: Estimate(p.value, float("nan")) if q in gaps else p for q, p in found.items()},
            undefined=NONE,
            never=NONE,
            gaps=gaps,
        )

    def _gap(self, share: float, level: float) -> Gap | None:
        """Give the gap that a percentile falls into, if it does: hardly any probability near it, as in `gaps_of`."""
        scale = float(self.values.std()) or 1.0
        if self._shares(np.array([level]), 1)[1][0] * scale > SPARSE:
            return None
        by_row = self._shares(np.full(REPLICATES, level), REPLICATES)[0]
        reach = float(gap_reach(by_row[:, None], self.values.size)[0])
        if not reach < share < 1 - reach:
            return None
        ends = (
            solved(lambda x: self._shares(x, 1), share + side * reach, np.array([level]), scale)[0] for side in (-1, 1)
        )
        low, high = map(float, ends)
        quarter = (high - low) / 4
        under, over = (self._shares(np.array([end]), 1)[0][0] for end in (low + quarter, high - quarter))
        return Gap(low, high, float(under)) if high > low and over - under < HOLLOW * 2 * reach else None

    def _percentile(self, share: float) -> Estimate:
        """Solve for a percentile; its error is that of the probability there, divided by the density (Bahadur 1966)."""
        start, scale = np.quantile(self.values, share), float(self.values.std()) or 1.0
        level = solved(lambda x: self._shares(x, 1), share, np.array([start]), scale)
        shares, rates = self._shares(np.full(REPLICATES, level[0]), REPLICATES)
        if rates.any() and abs(shares.mean() - share) <= SETTLED:
            return Estimate(float(level[0]), standard_error(shares) / float(rates.mean()))
        rows = solved(lambda x: self._shares(x, REPLICATES), share, np.full(REPLICATES, level[0]), scale)
        return Estimate(float(level[0]), standard_error(rows))

    def _shares(self, levels: Array, rows: int) -> tuple[Array, Array]:
        chance, rate = self.chance(levels[:, None], rows)
        return chance.mean(axis=1), rate.mean(axis=1)

    def probability(self, bounds: Bounds) -> Estimate:
        """Take the mean of a difference of two probabilities; only draws without the input tell < from <=."""
        lowest, highest = bounds.ends
        within = np.ones(self.values.size)
        if np.isfinite(highest):
            within = self.chance(np.array([[highest]]), 1)[0].ravel()
        if np.isfinite(lowest):
            within = within - self.chance(np.array([[lowest]]), 1)[0].ravel()
        certain, values = self.certain
        kept = np.where(certain, bounds.kept(values), np.maximum(within, 0.0))
        return estimate(_settled(kept.reshape(REPLICATES, -1).mean(axis=1)))


@dataclass(frozen=True, eq=False)
class Affine:
    """A straight line in the input for every draw, (n,): its value at the input's mean, and its slope."""

    value: Array
    slope: Array

    def minus(self, other: "Affine") -> "Affine":
        """Give the difference of two lines."""
        return Affine(self.value - other.value, self.slope - other.slope)

    @property
    def is_zero(self) -> NDArray[np.bool_]:
        """Which of the lines are zero throughout."""
        return np.asarray((self.value == 0) & (self.slope == 0))

    def interval(self, mean: float) -> tuple[Array, Array]:
        """Give the values of the input, whose mean is known, between which it is not below zero; crossed if nowhere."""
        with np.errstate(divide="ignore", invalid="ignore"):
            root = mean - self.value / self.slope
        flat = np.where((self.slope == 0) & (self.value < 0), np.inf, -np.inf)
        return np.where(self.slope > 0, root, flat), np.where(self.slope < 0, root, np.inf)


def affine_of(sketch: Sketch) -> Affine:
    """Give the lines of a metric that adds up: those that were found, or values that do not depend on the input."""
    if isinstance(sketch, Straight):
        return Affine(sketch.value, sketch.slope)
    assert isinstance(sketch, Exact)
    return Affine(sketch.values, np.zeros(sketch.values.size))


@dataclass(frozen=True, eq=False)
class Straight(_Given):
    """A straight line in the input for every draw, (n,)."""

    value: Array
    """The metric in each draw at the mean of the input."""
    slope: Array
    """How much the metric changes with the input."""

    def moments(self) -> tuple[Array, Array]:
        """Use that the input's mean and variance are known."""
        mean = self.value - self.middle
        return mean, mean**2 + np.where(self.slope == 0, 0.0, self.slope**2 * self.law.variance)

    def chance(self, level: Array, rows: int) -> tuple[Array, Array]:
        """Look up where the line reaches the level."""
        line, slope = self.value.reshape(rows, -1) - level, self.slope.reshape(rows, -1)
        chance, density, _ = _below_zero(line, slope, self.law)
        return chance, density / np.where(slope == 0, 1.0, np.abs(slope))

    @property
    def certain(self) -> tuple[Array, Array]:
        """Which draws have no slope, and the value of every draw."""
        return self.slope == 0, self.value


@dataclass(frozen=True, eq=False)
class Quotient(_Given):
    """One straight line by another that is above zero wherever the input can be."""

    part: Straight
    whole: Straight

    def moments(self) -> tuple[Array, Array]:
        """Use the Gauss rule of the input's law: exact for polynomials up to degree 31, and quotients are smooth."""
        mean, square = np.zeros((2, self.values.size))
        for x, weight in zip(*self.law.rule, strict=True):
            about = self._at(x) - self.middle
            mean += weight * about
            square += weight * about**2
        return mean, square if np.isfinite(self.law.variance) else np.full(square.shape, np.nan)

    def _at(self, x: float) -> Array:
        """Give the quotient at a value of the input, (n,)."""
        part, whole = (line.value + line.slope * (x - self.law.mean) for line in (self.part, self.whole))
        return np.asarray(part / whole)

    def chance(self, level: Array, rows: int) -> tuple[Array, Array]:
        """Look up where `part - level * whole`, a straight line too, reaches zero."""
        part, whole = self.part, self.whole
        line = part.value.reshape(rows, -1) - level * whole.value.reshape(rows, -1)
        slope = part.slope.reshape(rows, -1) - level * whole.slope.reshape(rows, -1)
        chance, density, root = _below_zero(line, slope, self.law)
        there = whole.value.reshape(rows, -1) + whole.slope.reshape(rows, -1) * (root - self.law.mean)
        return chance, density * there / np.where(slope == 0, 1.0, np.abs(slope))

    @property
    def certain(self) -> tuple[Array, Array]:
        """Which draws have no slope in either line, and the quotient of every draw."""
        return (self.part.slope == 0) & (self.whole.slope == 0), self.part.value / self.whole.value


def _below_zero(line: Array, slope: Array, law: Chances) -> tuple[Array, Array, Array]:
    """Give the probability that a line is at or below zero, the density of the input at its root, and the root."""
    flat = slope == 0
    root = law.mean - line / np.where(flat, 1.0, slope)
    chance, density = law.with_density(root)
    if (slope < 0).any():
        chance = np.where(slope < 0, 1 - chance, chance)
    if flat.any():
        chance, density = np.where(flat, line <= 0, chance), np.where(flat, 0.0, density)
    return chance, density, root


def solved(chance: Callable[[Array], tuple[Array, Array]], share: float, start: Array, scale: float) -> Array:
    """Find the least levels at which probabilities reach a share, (k,): Newton's steps, kept between what is known.

    Args:
        chance: probabilities at levels, (k,), that never fall, and their rates of change.
        share: what they are to reach.
        start: where to look first, (k,).
        scale: of the levels.
    """
    below, above, x, width = np.full(start.shape, -np.inf), np.full(start.shape, np.inf), start, 1e-3 * scale
    for step in range(MOST_STEPS):
        chances, rate = chance(x)
        reached = chances >= share - ROUNDING
        above, below = np.where(reached, np.minimum(x, above), above), np.where(reached, below, np.maximum(x, below))
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = x - (chances - share) / rate
        settled = (np.abs(newton - x) <= NEAR * scale) & (np.abs(chances - share) <= SETTLED)
        closed = above - below <= np.maximum(1e-13 * scale, 4 * np.spacing(np.abs(x)))
        if (settled | closed).all():
            return np.where(settled, newton, above)
        usable = (newton > below) & (newton < above) & (step < STEPS) & np.isfinite(newton)
        x = np.where(settled | closed, x, np.where(usable, newton, _between(below, above, width)))
        width *= 4
    return above


def _between(below: Array, above: Array, width: float) -> Array:
    """Give the middle of each interval, or a step out of one that has no end yet."""
    with np.errstate(invalid="ignore"):
        middle = below + (above - below) / 2
    return np.where(np.isinf(above), below + width, np.where(np.isinf(below), above - width, middle))


@dataclass(frozen=True, eq=False)
class Lasting(Smoothed):
    """Months of payback: the probability of having paid back by each month in each replicate, (REPLICATES, months)."""

    by_month: Array

    def describe(self, percentiles: Sequence[float]) -> Statistics:
        """Read percentiles off the probabilities: the first month that reaches the share, or never."""
        qs = check_percentiles(percentiles)
        pooled, rows = self.by_month.mean(axis=0), self.by_month
        return Statistics(
            mean=Estimate(_mean(pooled[None])[0], standard_error(_mean(rows))),
            sd=Estimate(_sd(pooled[None])[0], standard_error(_sd(rows))),
            percentiles={
                q: Estimate(_month(pooled[None], q / 100)[0], standard_error(_month(rows, q / 100))) for q in qs
            },
            undefined=NONE,
            never=estimate(_never(rows)),
        )

    def probability(self, bounds: Bounds) -> Estimate:
        """Add up the months that keep the bounds, and never if it does."""
        kept = bounds.kept(np.append(np.arange(self.by_month.shape[1], dtype=float), np.inf))
        return estimate(_settled(_each_month(self.by_month) @ kept[:-1] + _never(self.by_month) * kept[-1]))


def _each_month(by_month: Array) -> Array:
    return np.diff(by_month, axis=1, prepend=0.0)


def _never(by_month: Array) -> Array:
    """Give the probability of no payback within the horizon, (k,)."""
    return _settled(1 - by_month[:, -1])


def _month(by_month: Array, share: float) -> Array:
    reached = by_month >= share - ROUNDING
    return np.where(reached.any(axis=1), reached.argmax(axis=1).astype(float), np.inf)


def _mean(by_month: Array) -> Array:
    """Give the mean month, (k,); NaN where it may be never."""
    months = np.arange(by_month.shape[1])
    return np.where(_never(by_month) > 0, np.nan, _each_month(by_month) @ months)


def _sd(by_month: Array) -> Array:
    months = np.arange(by_month.shape[1])
    square = _each_month(by_month) @ months**2
    return np.sqrt(np.maximum(np.where(_never(by_month) > 0, np.nan, square - _mean(by_month) ** 2), 0.0))
