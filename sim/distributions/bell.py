"""Bell curves: the normal, cut off or not, and the lognormal."""

import math
from collections.abc import Mapping
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import MOST, REMOTE, Distribution
from sim.distributions.percentiles import ByPercentiles, Points
from sim.numbers.arrays import Array
from sim.numbers.spec import Pure, Scaled

__all__ = ["Lognormal", "Normal", "TruncatedNormal"]


class Normal(ByPercentiles):
    """Bell curve; its tails have no end, so a bounded quantity wants `truncated_normal` or `beta`.

    Two percentiles may stand in place of `mean` and `sd`.
    """

    dist: Literal["normal"] = "normal"
    mean_: Scaled = Field(alias="mean")
    sd: Scaled = Field(description="Standard deviation, above 0.")

    replaced = ("mean", "sd")

    @classmethod
    def through(cls, points: Points, needed: Mapping[str, float]) -> dict[str, float]:  # noqa: ARG003 - nothing more
        """Draw the straight line through the two normal scores."""
        mean, sd = _line(points)
        return {"mean": mean, "sd": sd}

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_sd(self.sd)
        return self

    def ppf(self, u: Array) -> Array:
        """Mean plus sd times the normal score."""
        from scipy.special import ndtri

        return self.of_score(np.asarray(ndtri(u)))

    def of_score(self, z: Array) -> Array:
        """Mean plus sd times the score."""
        return self.mean_ + self.sd * z

    def cdf(self, x: Array) -> Array:
        """CDF of the normal score of `x`."""
        from scipy.special import ndtr

        return np.asarray(ndtr((np.asarray(x) - self.mean_) / self.sd))

    @property
    def mean(self) -> float:
        """The mean asked for."""
        return self.mean_


class TruncatedNormal(Distribution):
    """Bell curve cut off at `low` and `high` and renormalised: no draw sits at a bound.

    `mean` and `sd` are those of the bell before the cut.
    """

    dist: Literal["truncated_normal"] = "truncated_normal"
    mean_: Scaled = Field(alias="mean", description="Mean of the bell before the cut.")
    sd: Scaled = Field(description="Standard deviation before the cut, above 0.")
    low: Scaled | None = None
    high: Scaled | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_sd(self.sd)
        if self.low is None and self.high is None:
            raise ValueError("nothing is cut off (give low, high or both, or write dist: normal)")
        alpha, beta = self._cut
        if not alpha < beta:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g} (need low < high)")
        if alpha > 30 or beta < -30:
            raise ValueError(
                "low and high leave nothing of the bell (they are over 30 standard deviations from the mean)"
            )
        return self

    @property
    def _cut(self) -> tuple[float, float]:
        low = -np.inf if self.low is None else (self.low - self.mean_) / self.sd
        high = np.inf if self.high is None else (self.high - self.mean_) / self.sd
        return float(low), float(high)

    def ppf(self, u: Array) -> Array:
        """Invert the renormalised CDF on the side of the bell where it keeps its digits."""
        from scipy.special import ndtr, ndtri

        alpha, beta = self._cut
        if alpha > 0:  # the whole window lies in the upper tail: mirror it, 1 - ndtr would cancel
            below = ndtr(-alpha) + np.asarray(u) * (ndtr(-beta) - ndtr(-alpha))
            score = -np.asarray(ndtri(below))
        else:
            mass = ndtr(beta) - ndtr(alpha)
            below = ndtr(alpha) + np.asarray(u) * mass
            above = ndtr(-beta) + (1 - np.asarray(u)) * mass
            score = np.where(above < REMOTE, -ndtri(above), ndtri(np.minimum(below, MOST)))
        return self.mean_ + self.sd * np.clip(score, alpha, beta)  # only the last bit can stray

    def cdf(self, x: Array) -> Array:
        """Share of the window's mass below `x`, from the side of the bell where it keeps its digits."""
        from scipy.special import ndtr

        alpha, beta = self._cut
        score = np.clip((np.asarray(x, dtype=float) - self.mean_) / self.sd, alpha, beta)
        if alpha > 0:
            return np.asarray((ndtr(-alpha) - ndtr(-score)) / (ndtr(-alpha) - ndtr(-beta)))
        return np.asarray((ndtr(score) - ndtr(alpha)) / (ndtr(beta) - ndtr(alpha)))

    @property
    def mean(self) -> float:
        """Mean after the cut (Johnson, Kotz and Balakrishnan 1994, 13.10.1)."""
        from scipy.special import ndtr

        alpha, beta = self._cut
        if alpha > 0:
            alpha, beta, side = -beta, -alpha, -1.0
        else:
            side = 1.0
        mass = float(ndtr(beta) - ndtr(alpha))
        shift = (np.exp(-(alpha**2) / 2) - np.exp(-(beta**2) / 2)) / np.sqrt(2 * np.pi) / mass
        return self.mean_ + side * self.sd * float(shift)


class Lognormal(ByPercentiles):
    """Positive and right-skewed: money, overruns. Give `median` + `sigma`, `mean` + `sd`, or two percentiles.

    `sigma` is the standard deviation of the logarithm; `mean` and `sd` are those of the value itself.
    """

    dist: Literal["lognormal"] = "lognormal"
    median: Scaled | None = None
    sigma: Pure | None = Field(default=None, description="Standard deviation of the logarithm.")
    mean_: Scaled | None = Field(default=None, alias="mean")
    sd: Scaled | None = None
    p10: Scaled | None = None
    p90: Scaled | None = None

    replaced = ("median", "sigma")
    kept = ("p10", "p90")

    @classmethod
    def through(cls, points: Points, needed: Mapping[str, float]) -> dict[str, float]:  # noqa: ARG003 - nothing more
        """Take the logarithms, and the normal through them."""
        (p, x), (q, y) = points
        if x <= 0:
            raise ValueError(f"p{p * 100:g} is {x:g} (must be above 0)")
        mu, sigma = _line(((p, math.log(x)), (q, math.log(y))))
        return {"median": math.exp(mu), "sigma": sigma}

    @model_validator(mode="after")
    def _check(self) -> Self:
        parameters = {n for n, v in self._parameters.items() if v is not None}
        if parameters not in ({"median", "sigma"}, {"mean", "sd"}, {"p10", "p90"}):
            raise ValueError(
                f"{' + '.join(sorted(parameters)) or 'nothing'} does not name one lognormal"
                " (give median + sigma, mean + sd, or p10 + p90)"
            )
        for name, value in self._parameters.items():
            if value is not None and value <= 0:
                raise ValueError(f"{name} is {value:g} (must be above 0)")
        if self.p10 is not None and self.p90 is not None and self.p10 >= self.p90:
            raise ValueError(f"p10 {self.p10:g} is not below p90 {self.p90:g} (need p10 < p90)")
        return self

    @property
    def _parameters(self) -> dict[str, float | None]:
        return {
            "median": self.median,
            "sigma": self.sigma,
            "mean": self.mean_,
            "sd": self.sd,
            "p10": self.p10,
            "p90": self.p90,
        }

    @property
    def _log_law(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        from scipy.special import ndtri

        if self.median is not None and self.sigma is not None:
            return float(np.log(self.median)), self.sigma
        if self.mean_ is not None and self.sd is not None:
            variance = np.log1p((self.sd / self.mean_) ** 2)
            return float(np.log(self.mean_) - variance / 2), float(np.sqrt(variance))
        if self.p10 is not None and self.p90 is not None:
            centre = (np.log(self.p10) + np.log(self.p90)) / 2
            return float(centre), float((np.log(self.p90) - np.log(self.p10)) / (2 * ndtri(0.9)))
        raise AssertionError("unreachable: _check admits three pairs")

    def ppf(self, u: Array) -> Array:
        """Exponential of the normal quantile."""
        from scipy.special import ndtri

        return self.of_score(np.asarray(ndtri(u)))

    def of_score(self, z: Array) -> Array:
        """Exponential of the normal quantile."""
        mu, sigma = self._log_law
        return np.exp(mu + sigma * z)

    def cdf(self, x: Array) -> Array:
        """CDF of the normal score of the logarithm."""
        from scipy.special import ndtr

        mu, sigma = self._log_law
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(np.maximum(x, 0.0)) - mu) / sigma))

    @property
    def mean(self) -> float:
        """exp(mu + sigma²/2)."""
        mu, sigma = self._log_law
        return float(np.exp(mu + sigma**2 / 2))


def _line(points: Points) -> tuple[float, float]:
    """Give mean and standard deviation of the normal with two percentiles."""
    from scipy.special import ndtri

    (p, x), (q, y) = points
    sd = (y - x) / float(ndtri(q) - ndtri(p))
    return x - sd * float(ndtri(p)), sd


def _check_sd(sd: float) -> None:
    if sd <= 0:
        raise ValueError(f"sd is {sd:g} (a standard deviation must be above 0)")
