"""Families for surprises: bells with heavy tails, and the largest of many."""

from functools import lru_cache
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import Bounds, Distribution
from sim.distributions.positive import check_positive
from sim.distributions.tabulated import EXACT_TAILS, FAR_EDGE, Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Pure, Scaled

__all__ = ["Gumbel", "StudentT"]


class StudentT(Distribution):
    """A bell with heavier tails: surprises are commoner than in the normal. `df` above 30 is nearly normal."""

    dist: Literal["student_t"] = "student_t"
    df: Pure = Field(description="Degrees of freedom, above 1 (at or below, there is no mean).")
    location: Scaled = Field(description="Middle, which is the mean.")
    scale: Scaled = Field(description="Above 0; the standard deviation is scale sqrt(df/(df - 2)), if df is above 2.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(scale=self.scale)
        if self.df <= 1:
            raise ValueError(f"df is {self.df:g} (must be above 1: at or below, there is no mean)")
        return self

    def ppf(self, u: Array) -> Array:
        """Shift and scale the quantiles of the standard law."""
        return self.location + self.scale * _t_table(self.df)(u)

    def cdf(self, x: Array) -> Array:
        """CDF of the standard law."""
        from scipy.special import stdtr

        return np.asarray(stdtr(self.df, (np.asarray(x) - self.location) / self.scale))

    @property
    def bounds(self) -> Bounds:
        """None: a tail on both sides."""
        return None, None

    def exactly(self, u: Array) -> Array:
        """Inverse of the CDF, from the side that keeps its digits."""
        from scipy.special import stdtrit

        tail = np.minimum(u, 1 - np.asarray(u))
        return np.asarray(self.location + self.scale * np.where(u < 0.5, 1.0, -1.0) * stdtrit(self.df, tail))

    @property
    def cost(self) -> int:
        """An incomplete beta function takes long."""
        return 16

    @property
    def mean(self) -> float:
        """The location."""
        return self.location


@lru_cache(maxsize=256)
def _t_table(df: float) -> Tabulated:
    """Tabulate over the inverse hyperbolic sine, in which heavy tails are smooth."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    def score(y: Array) -> Array:
        return np.asarray(np.sign(y) * -ndtri(stdtr(df, -np.abs(np.sinh(y)))))

    far = float(np.arcsinh(-stdtrit(df, float(ndtr(-FAR_EDGE - 0.1)))))
    return Tabulated(score, np.linspace(-far, far, 65), np.sinh, noise=EXACT_TAILS, edge=FAR_EDGE)


class Gumbel(Distribution):
    """The largest of many: a month's peak load, the worst of many delays. Right-skewed; `location` is the mode."""

    dist: Literal["gumbel"] = "gumbel"
    location: Scaled = Field(description="Mode; the mean is location + 0.577 scale.")
    scale: Scaled = Field(description="Above 0; the standard deviation is 1.28 times it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(scale=self.scale)
        return self

    def ppf(self, u: Array) -> Array:
        """Location - scale ln(-ln u)."""
        return np.asarray(self.location - self.scale * np.log(-np.log(u)))

    def cdf(self, x: Array) -> Array:
        """exp(-exp(-(x - location)/scale))."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-np.exp(-(np.asarray(x) - self.location) / self.scale)))

    @property
    def mean(self) -> float:
        """Location plus Euler's constant times scale."""
        return self.location + self.scale * float(np.euler_gamma)
