"""Families of positive values: waiting times, amounts, sizes that differ by orders of magnitude."""

from functools import lru_cache
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import Bounds, Distribution
from sim.distributions.tabulated import EXACT_TAILS, FAR_EDGE, Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Pure, Scaled

__all__ = ["Exponential", "Gamma", "LogUniform", "Pareto", "Weibull"]

LEAST_SHAPE = 0.1
"""Gamma laws of a lower shape are inverted exactly: most of their values are next to nothing."""


class Gamma(Distribution):
    """Positive and right-skewed, with a lighter tail than the lognormal. Give `shape` + `scale`, or `mean` + `sd`."""

    dist: Literal["gamma"] = "gamma"
    shape: Pure | None = Field(default=None, description="Above 0; 1 is the exponential, higher is more symmetric.")
    scale: Scaled | None = Field(default=None, description="Above 0; the mean is shape times scale.")
    mean_: Scaled | None = Field(default=None, alias="mean")
    sd: Scaled | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        numbers = {"shape": self.shape, "scale": self.scale, "mean": self.mean_, "sd": self.sd}
        parameters = {name: value for name, value in numbers.items() if value is not None}
        if set(parameters) not in ({"shape", "scale"}, {"mean", "sd"}):
            raise ValueError(
                f"{' + '.join(parameters) or 'nothing'} does not name one gamma law (give shape + scale, or mean + sd)"
            )
        check_positive(**parameters)
        return self

    @property
    def _law(self) -> tuple[float, float]:
        """Shape and scale."""
        if self.shape is not None and self.scale is not None:
            return self.shape, self.scale
        mean, sd = self.mean_ or 0.0, self.sd or 0.0
        return (mean / sd) ** 2, sd**2 / mean

    def ppf(self, u: Array) -> Array:
        """Scale the quantiles of the standard gamma law."""
        shape, scale = self._law
        return scale * gamma_ppf(shape, u)

    def cdf(self, x: Array) -> Array:
        """Regularised incomplete gamma function."""
        from scipy.special import gammainc

        shape, scale = self._law
        return np.asarray(gammainc(shape, np.maximum(np.asarray(x) / scale, 0.0)))

    @property
    def bounds(self) -> Bounds:
        """From 0 on."""
        return 0.0, None

    def exactly(self, u: Array) -> Array:
        """Inverse of the incomplete gamma function, from the side that keeps its digits."""
        from scipy.special import gammainccinv, gammaincinv

        shape, scale = self._law
        return np.asarray(scale * np.where(u < 0.5, gammaincinv(shape, u), gammainccinv(shape, 1 - u)))

    @property
    def mean(self) -> float:
        """Shape times scale."""
        shape, scale = self._law
        return shape * scale


def gamma_ppf(shape: float, u: Array) -> Array:
    """Give the quantiles of the gamma law of scale 1 at probabilities `u`, same shape."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, u)) if shape < LEAST_SHAPE else _gamma_table(shape)(u)


@lru_cache(maxsize=256)
def _gamma_table(shape: float) -> Tabulated:
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, ndtr, ndtri

    def score(y: Array) -> Array:
        x = np.exp(y)
        below = gammainc(shape, x)
        return np.where(below < 0.5, ndtri(below), -ndtri(gammaincc(shape, x)))

    tail = float(ndtr(-FAR_EDGE - 0.1))
    low, high = np.log(gammaincinv(shape, tail)), np.log(gammainccinv(shape, tail))
    return Tabulated(score, np.linspace(low, high, 65), np.exp, noise=EXACT_TAILS, edge=FAR_EDGE)


class Weibull(Distribution):
    """Time until something happens or fails: ever likelier as time goes by (`shape` above 1) or less likely (below)."""

    dist: Literal["weibull"] = "weibull"
    shape: Pure = Field(description="Above 0; 1 is the exponential, about 3.5 looks like a bell.")
    scale: Scaled = Field(description="Above 0; 63% of the draws stay below it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(shape=self.shape, scale=self.scale)
        return self

    def ppf(self, u: Array) -> Array:
        """Scale times (-ln(1 - u))^(1/shape)."""
        return np.asarray(self.scale * (-np.log1p(-np.asarray(u))) ** (1 / self.shape))

    def cdf(self, x: Array) -> Array:
        """1 - exp(-(x/scale)^shape)."""
        return np.asarray(-np.expm1(-(np.maximum(np.asarray(x) / self.scale, 0.0) ** self.shape)))

    @property
    def mean(self) -> float:
        """Scale times gamma(1 + 1/shape)."""
        from scipy.special import gamma

        return float(self.scale * gamma(1 + 1 / self.shape))


class Exponential(Distribution):
    """Time until an event that is equally likely at any time, or a size of which small ones are the commonest."""

    dist: Literal["exponential"] = "exponential"
    mean_: Scaled = Field(alias="mean", description="Mean, above 0.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(mean=self.mean_)
        return self

    def ppf(self, u: Array) -> Array:
        """-mean ln(1 - u)."""
        return np.asarray(-self.mean_ * np.log1p(-np.asarray(u)))

    def cdf(self, x: Array) -> Array:
        """1 - exp(-x/mean)."""
        return np.asarray(-np.expm1(-np.maximum(np.asarray(x) / self.mean_, 0.0)))

    @property
    def mean(self) -> float:
        """The mean asked for."""
        return self.mean_


class LogUniform(Distribution):
    """Only the order of magnitude is known: every doubling between `low` and `high` equally likely."""

    dist: Literal["log_uniform"] = "log_uniform"
    low: Scaled = Field(description="Lowest value, above 0.")
    high: Scaled

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(low=self.low)
        check_order(self.low, self.high)
        return self

    def ppf(self, u: Array) -> Array:
        """Exponential of the interpolated logarithm."""
        return np.asarray(self.low * np.exp(np.asarray(u) * np.log(self.high / self.low)))

    def cdf(self, x: Array) -> Array:
        """Place between the logarithms of the ends."""
        x = np.clip(np.asarray(x, dtype=float), self.low, self.high)
        return np.asarray(np.log(x / self.low) / np.log(self.high / self.low))

    @property
    def mean(self) -> float:
        """(high - low) / ln(high/low)."""
        return float((self.high - self.low) / np.log(self.high / self.low))


class Pareto(Distribution):
    """Many small ones and a few very large: nothing below `low`, and a tail that falls as x^-alpha.

    With `high` it is cut off there and renormalised (the truncated Pareto law; Aban, Meerschaert and Panorska 2006,
    JASA 101). Without, `alpha` must be above 1, or there is no mean.
    """

    dist: Literal["pareto"] = "pareto"
    low: Scaled = Field(description="Lowest value, above 0.")
    alpha: Pure = Field(description="Above 0 (above 1 without `high`); the lower, the heavier the tail.")
    high: Scaled | None = Field(default=None, description="Highest value, if there is one.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(low=self.low, alpha=self.alpha)
        if self.high is not None:
            check_order(self.low, self.high)
        elif self.alpha <= 1:
            raise ValueError(f"alpha {self.alpha:g} gives an infinite mean (must be above 1; or give high)")
        return self

    @property
    def _mass(self) -> float:
        """Share of the uncut law below `high`."""
        return 1.0 if self.high is None else float(-np.expm1(self.alpha * np.log(self.low / self.high)))

    def ppf(self, u: Array) -> Array:
        """Low times (1 - mass u)^(-1/alpha)."""
        return np.asarray(self.low * np.exp(np.log1p(-self._mass * np.asarray(u)) / -self.alpha))

    def cdf(self, x: Array) -> Array:
        """(1 - (low/x)^alpha) / mass."""
        x = np.maximum(np.asarray(x, dtype=float), self.low)
        return np.asarray(np.minimum(-np.expm1(self.alpha * np.log(self.low / x)) / self._mass, 1.0))

    @property
    def mean(self) -> float:
        """Uncut, alpha low / (alpha - 1); cut, by integration of the density, a logarithm where alpha is 1."""
        if self.high is None:
            return self.alpha * self.low / (self.alpha - 1)
        ratio, power = np.log(self.high / self.low), 1 - self.alpha
        grown = ratio if power == 0 else np.expm1(power * ratio) / power
        return float(self.alpha * self.low * grown / self._mass)


def check_positive(**numbers: float) -> None:
    """Refuse numbers that are not above 0."""
    for name, value in numbers.items():
        if value <= 0:
            raise ValueError(f"{name} is {value:g} (must be above 0)")


def check_order(low: float, high: float) -> None:
    """Refuse ends that are not in order."""
    if not low < high:
        raise ValueError(f"low {low:g} is not below high {high:g} (need low < high)")
