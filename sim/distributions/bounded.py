"""Families between two ends, and the certain number."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import Bounds, Distribution
from sim.distributions.beta_quantile import beta_of_score, beta_ppf
from sim.distributions.percentiles import ByPercentiles, Points, around_mode
from sim.numbers.arrays import Array
from sim.numbers.spec import Pure, Scaled

__all__ = ["Beta", "Constant", "Pert", "Triangular", "Uniform"]


class Constant(Distribution):
    """A number that is certain."""

    dist: Literal["constant"] = "constant"
    value: Scaled

    def ppf(self, u: Array) -> Array:
        """Give the value everywhere."""
        return np.full(np.shape(u), self.value)

    def cdf(self, x: Array) -> Array:
        """1 from the value on."""
        return np.where(np.asarray(x) >= self.value, 1.0, 0.0)

    @property
    def values_alone(self) -> Array:
        """The value."""
        return np.array([self.value])

    @property
    def mean(self) -> float:
        """The value."""
        return self.value


class Uniform(ByPercentiles):
    """Every value between `low` and `high` equally likely. Two percentiles may stand in place of them."""

    dist: Literal["uniform"] = "uniform"
    low: Scaled
    high: Scaled

    replaced = ("low", "high")

    @classmethod
    def through(cls, points: Points, needed: Mapping[str, float]) -> dict[str, float]:  # noqa: ARG003 - nothing more
        """Draw the straight line through the two."""
        (p, x), (q, y) = points
        width = (y - x) / (q - p)
        return {"low": x - p * width, "high": x + (1 - p) * width}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g} (need low < high)")
        return self

    def ppf(self, u: Array) -> Array:
        """Interpolate between `low` and `high`."""
        return self.low + (self.high - self.low) * u

    def cdf(self, x: Array) -> Array:
        """Place between `low` and `high`."""
        return np.clip((np.asarray(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    @property
    def mean(self) -> float:
        """Midpoint."""
        return (self.low + self.high) / 2


class _Peaked(ByPercentiles):
    """What triangular and PERT share: three numbers in order, or two percentiles around the mode."""

    low: Scaled
    mode: Scaled
    high: Scaled

    replaced = ("low", "high")
    needed = ("mode",)

    @classmethod
    @abstractmethod
    def place(cls, share: float, p: float) -> float:
        """Give the quantile at `p` of the law on 0 to 1 with its mode at `share`."""

    @classmethod
    def through(cls, points: Points, needed: Mapping[str, float]) -> dict[str, float]:
        """Find the range that has these percentiles around the mode."""
        return around_mode(points, needed["mode"], cls.place)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.mode > self.high:
            raise ValueError(f"mode {self.mode:g} is above high {self.high:g} (need low <= mode <= high)")
        if self.mode < self.low:
            raise ValueError(f"mode {self.mode:g} is below low {self.low:g} (need low <= mode <= high)")
        if self.low == self.high:
            raise ValueError(
                f"low and high are both {self.low:g} (need low < high; for a certain value write the number)"
            )
        return self


class Triangular(_Peaked):
    """Straight-sided peak at `mode`, nothing outside `low` and `high`; two percentiles may stand in place of these."""

    dist: Literal["triangular"] = "triangular"

    @classmethod
    def place(cls, share: float, p: float) -> float:
        """Invert the parabola on its side of the mode."""
        return math.sqrt(p * share) if p < share else 1 - math.sqrt((1 - p) * (1 - share))

    def ppf(self, u: Array) -> Array:
        """Invert the two parabolas of the CDF."""
        width = self.high - self.low
        peak = (self.mode - self.low) / width  # probability of falling below the mode
        rising = self.low + width * np.sqrt(u * peak)
        falling = self.high - width * np.sqrt((1 - u) * (1 - peak))
        return np.where(u < peak, rising, falling)

    def cdf(self, x: Array) -> Array:
        """Parabolas on either side of the mode."""
        x = np.clip(np.asarray(x, dtype=float), self.low, self.high)
        width = self.high - self.low
        with np.errstate(divide="ignore", invalid="ignore"):  # the side that has no width is not used
            rising = (x - self.low) ** 2 / (width * (self.mode - self.low))
            falling = 1 - (self.high - x) ** 2 / (width * (self.high - self.mode))
        return np.where(x < self.mode, rising, np.where(x >= self.high, 1.0, falling))

    @property
    def mean(self) -> float:
        """Average of the three corners."""
        return (self.low + self.mode + self.high) / 3


class Pert(_Peaked):
    """Smooth peak at `mode` between `low` and `high`: a beta whose mean is (low + 4 mode + high) / 6.

    Source: Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7(5), in the usual modern form with
    shapes 1 + 4 (mode - low)/(high - low) and 1 + 4 (high - mode)/(high - low). Two percentiles may stand in place of
    `low` and `high`.
    """

    dist: Literal["pert"] = "pert"

    @classmethod
    def place(cls, share: float, p: float) -> float:
        """Quantile of the beta."""
        return float(beta_ppf(1 + 4 * share, 5 - 4 * share, np.array(p)))

    def ppf(self, u: Array) -> Array:
        """Scale the quantiles of the beta."""
        return self.low + (self.high - self.low) * beta_ppf(*self._shapes, u)

    def of_score(self, z: Array) -> Array:
        """Scale the quantiles of the beta."""
        return self.low + (self.high - self.low) * beta_of_score(*self._shapes, z)

    @property
    def _shapes(self) -> tuple[float, float]:
        width = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def cdf(self, x: Array) -> Array:
        """CDF of the beta at the place between `low` and `high`."""
        from scipy.special import betainc

        place = (np.asarray(x) - self.low) / (self.high - self.low)
        return np.asarray(betainc(*self._shapes, np.clip(place, 0.0, 1.0)))

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6, skewed or not."""
        return (self.low + 4 * self.mode + self.high) / 6


class Beta(Distribution):
    """A share between 0 and 1 with shapes `a` and `b`; mean a / (a + b)."""

    dist: Literal["beta"] = "beta"
    a: Pure = Field(description="Above 0; think of successes seen.")
    b: Pure = Field(description="Above 0; think of failures seen.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, value in (("a", self.a), ("b", self.b)):
            if value <= 0:
                raise ValueError(f"{name} is {value:g} (must be above 0)")
        return self

    def ppf(self, u: Array) -> Array:
        """Invert the regularised incomplete beta function."""
        return beta_ppf(self.a, self.b, u)

    def of_score(self, z: Array) -> Array:
        """Read the same table where the score stands."""
        return beta_of_score(self.a, self.b, z)

    def cdf(self, x: Array) -> Array:
        """Regularised incomplete beta function."""
        from scipy.special import betainc

        return np.asarray(betainc(self.a, self.b, np.clip(x, 0.0, 1.0)))

    @property
    def bounds(self) -> Bounds:
        """0 and 1."""
        return 0.0, 1.0

    @property
    def mean(self) -> float:
        """Share of `a` in `a + b`."""
        return self.a / (self.a + self.b)
