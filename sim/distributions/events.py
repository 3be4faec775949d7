"""Events and other inputs with a few possible values."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import MOST_VALUES, Distribution
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability, Pure, Scaled

__all__ = ["Bernoulli", "Discrete"]


class Bernoulli(Distribution):
    """An event that happens (1) with probability `p` or does not (0)."""

    dist: Literal["bernoulli"] = "bernoulli"
    p: Probability

    def ppf(self, u: Array) -> Array:
        """Give 1 on the upper `p` of the probabilities."""
        return np.where(np.asarray(u) > 1 - self.p, 1.0, 0.0)

    def cdf(self, x: Array) -> Array:
        """0 below 0, 1 from 1 on, 1 - p between."""
        x = np.asarray(x)
        return np.where(x < 0, 0.0, np.where(x < 1, 1 - self.p, 1.0))

    @property
    def values_alone(self) -> Array:
        """Those of 0 and 1 that may happen."""
        return np.array([0.0, 1.0][int(self.p == 1) : 1 + int(self.p > 0)])

    @property
    def mean(self) -> float:
        """The probability."""
        return self.p

    @property
    def base(self) -> float:
        """Off, however likely it is; on only where that is certain."""
        return float(self.p == 1)

    @property
    def swing(self) -> tuple[float, float]:
        """Off and on: the P10 and P90 of a rare event are both 0 and would hide it."""
        return 0.0, 1.0


class Discrete(Distribution):
    """A few possible values, each with its probability (equal ones if none are given)."""

    dist: Literal["discrete"] = "discrete"
    values: tuple[Scaled, ...] = Field(min_length=1)
    probabilities: tuple[Probability, ...] | None = Field(default=None, description="One a value, adding up to 1.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.probabilities is None:
            return self
        if len(self.probabilities) != len(self.values):
            raise ValueError(
                f"{len(self.values)} values but {len(self.probabilities)} probabilities (give one a value)"
            )
        if abs(sum(self.probabilities) - 1) > 1e-9:
            raise ValueError(f"the probabilities add up to {sum(self.probabilities):g} (must add up to 1)")
        return self

    @property
    def _table(self) -> tuple[Array, Array]:
        """Values in rising order and the probability of being at or below each."""
        order = np.argsort(self.values, kind="stable")
        weights = self.probabilities or (1 / len(self.values),) * len(self.values)
        cumulative = np.cumsum(np.array(weights)[order])
        cumulative[cumulative >= cumulative[-1]] = 1.0  # rounding must not leave a gap below 1
        return np.array(self.values)[order], cumulative

    def ppf(self, u: Array) -> Array:
        """Give the smallest value whose cumulative probability reaches `u`."""
        values, cumulative = self._table
        return np.asarray(values[np.searchsorted(cumulative, u, side="left")])

    def cdf(self, x: Array) -> Array:
        """Cumulative probability of the last value at or below `x`."""
        values, cumulative = self._table
        return np.append(0.0, cumulative)[np.searchsorted(values, x, side="right")]

    @property
    def values_alone(self) -> Array | None:
        """Those that may happen, if they are few."""
        values, cumulative = self._table
        likely = np.unique(values[np.diff(cumulative, prepend=0.0) > 0])
        return likely if likely.size <= MOST_VALUES else None

    @property
    def mean(self) -> float:
        """Probability-weighted sum."""
        values, cumulative = self._table
        return float(values @ np.diff(cumulative, prepend=0.0))

    @property
    def swing(self) -> tuple[float, float]:
        """P10 and P90, or the extremes where those two are the same value (a rare event stays visible)."""
        low, high = (float(x) for x in self.ppf(np.array([0.1, 0.9])))
        values, cumulative = self._table
        likely = values[np.diff(cumulative, prepend=0.0) > 0]
        return (low, high) if low < high else (float(likely[0]), float(likely[-1]))


class FirstStrike(Distribution):
    """Month in which an event strikes that strikes with a constant yearly probability, given that it does in time.

    An exponential time cut off at the horizon. Events are made of it; a file writes `yearly_probability` instead.
    """

    dist: Literal["first_strike"] = "first_strike"
    yearly: Probability
    months: Pure

    @property
    def chance(self) -> float:
        """Probability of striking within the months: 1 - (1 - yearly)^(months / 12)."""
        return float(-np.expm1(self._rate * self.months))

    @property
    def _rate(self) -> float:
        """Logarithm of the probability of getting through a month."""
        return float(np.log1p(-self.yearly)) / 12

    def ppf(self, u: Array) -> Array:
        """Give the quantiles of the exponential law below its cut."""
        return np.asarray(np.log1p(-np.asarray(u) * self.chance) / self._rate)

    @property
    def mean(self) -> float:
        """Expected month of the cut-off exponential: 1/rate less the part of the horizon it stands for."""
        return -1 / self._rate - self.months * (1 - self.chance) / self.chance
