"""Families of uncertain inputs: fields as a scenario file writes them, and the inverse CDF that draws them.

Every family is a frozen value with `ppf(u)`: probabilities in (0, 1) of any shape in, values of the same
shape out, never decreasing in `u`. Drawing is `ppf` of uniforms, which is what makes common random numbers,
Latin hypercubes and Sobol points possible with one mechanism.
"""

from abc import abstractmethod
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, model_validator

from sim.beta_quantile import beta_ppf
from sim.spec import Probability, Pure, Scaled, Spec

Array = NDArray[np.float64]

REMOTE = 1e-9
"""The probability beyond which an unbounded tail is not held against a bound (one draw in a billion)."""


class Distribution(Spec):
    """One uncertain number. Fields are plain floats, rates as shares (0.12 for 12 %)."""

    @abstractmethod
    def ppf(self, u: Array) -> Array:
        """Give the quantiles at probabilities `u`, same shape."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value."""

    @property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest value that a run can be expected to draw, `REMOTE` tails left out."""
        low, high = self.ppf(np.array([REMOTE, 1 - REMOTE]))
        return float(low), float(high)

    @property
    def swing(self) -> tuple[float, float]:
        """The two values a tornado bar moves between: P10 and P90."""
        low, high = self.ppf(np.array([0.1, 0.9]))
        return float(low), float(high)


class Constant(Distribution):
    """A number that is certain."""

    dist: Literal["constant"] = "constant"
    value: Scaled

    def ppf(self, u: Array) -> Array:
        """Give the value everywhere."""
        return np.full(np.shape(u), self.value)

    @property
    def mean(self) -> float:
        """The value."""
        return self.value


class Uniform(Distribution):
    """Every value between `low` and `high` equally likely."""

    dist: Literal["uniform"] = "uniform"
    low: Scaled
    high: Scaled

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g} (need low < high)")
        return self

    def ppf(self, u: Array) -> Array:
        """Interpolate between `low` and `high`."""
        return self.low + (self.high - self.low) * u

    @property
    def mean(self) -> float:
        """Midpoint."""
        return (self.low + self.high) / 2


class _Peaked(Distribution):
    """What triangular and PERT share: three numbers in order."""

    low: Scaled
    mode: Scaled
    high: Scaled

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
    """Straight-sided peak at `mode`, nothing outside `low` and `high`."""

    dist: Literal["triangular"] = "triangular"

    def ppf(self, u: Array) -> Array:
        """Invert the two parabolas of the CDF."""
        width = self.high - self.low
        peak = (self.mode - self.low) / width  # probability of falling below the mode
        rising = self.low + width * np.sqrt(u * peak)
        falling = self.high - width * np.sqrt((1 - u) * (1 - peak))
        return np.where(u < peak, rising, falling)

    @property
    def mean(self) -> float:
        """Average of the three corners."""
        return (self.low + self.mode + self.high) / 3


class Pert(_Peaked):
    """Smooth peak at `mode` between `low` and `high`: a beta whose mean is (low + 4 mode + high) / 6.

    Source: Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7(5), in the usual modern form with
    shapes 1 + 4 (mode - low)/(high - low) and 1 + 4 (high - mode)/(high - low).
    """

    dist: Literal["pert"] = "pert"

    def ppf(self, u: Array) -> Array:
        """Scale the quantiles of the beta."""
        width = self.high - self.low
        a = 1 + 4 * (self.mode - self.low) / width
        b = 1 + 4 * (self.high - self.mode) / width
        return self.low + width * beta_ppf(a, b, u)

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6, skewed or not."""
        return (self.low + 4 * self.mode + self.high) / 6


class Normal(Distribution):
    """Bell curve; its tails have no end, so a bounded quantity wants `truncated_normal` or `beta`."""

    dist: Literal["normal"] = "normal"
    mean_: Scaled = Field(alias="mean")
    sd: Scaled = Field(description="Standard deviation, above 0.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_sd(self.sd)
        return self

    def ppf(self, u: Array) -> Array:
        """Mean plus sd times the normal score."""
        from scipy.special import ndtri

        return self.mean_ + self.sd * np.asarray(ndtri(u))

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
            score = np.asarray(ndtri(ndtr(alpha) + np.asarray(u) * (ndtr(beta) - ndtr(alpha))))
        return self.mean_ + self.sd * np.clip(score, alpha, beta)  # only the last bit can stray

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


class Lognormal(Distribution):
    """Positive and right-skewed: money, overruns. Give `median` + `sigma`, `mean` + `sd`, or `p10` + `p90`.

    `sigma` is the standard deviation of the logarithm; `mean` and `sd` are those of the value itself.
    """

    dist: Literal["lognormal"] = "lognormal"
    median: Scaled | None = None
    sigma: Pure | None = Field(default=None, description="Standard deviation of the logarithm.")
    mean_: Scaled | None = Field(default=None, alias="mean")
    sd: Scaled | None = None
    p10: Scaled | None = None
    p90: Scaled | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = {n for n, v in self._parameters.items() if v is not None}
        if given not in ({"median", "sigma"}, {"mean", "sd"}, {"p10", "p90"}):
            raise ValueError(
                f"{' + '.join(sorted(given)) or 'nothing'} does not name one lognormal"
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

        mu, sigma = self._log_law
        return np.exp(mu + sigma * np.asarray(ndtri(u)))

    @property
    def mean(self) -> float:
        """exp(mu + sigma²/2)."""
        mu, sigma = self._log_law
        return float(np.exp(mu + sigma**2 / 2))


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

    @property
    def mean(self) -> float:
        """Share of `a` in `a + b`."""
        return self.a / (self.a + self.b)


class Bernoulli(Distribution):
    """An event that happens (1) with probability `p` or does not (0)."""

    dist: Literal["bernoulli"] = "bernoulli"
    p: Probability

    def ppf(self, u: Array) -> Array:
        """Give 1 on the upper `p` of the probabilities."""
        return np.where(np.asarray(u) > 1 - self.p, 1.0, 0.0)

    @property
    def mean(self) -> float:
        """The probability."""
        return self.p

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
        cumulative[-1] = 1.0  # rounding must not leave a gap below 1
        return np.array(self.values)[order], cumulative

    def ppf(self, u: Array) -> Array:
        """Give the smallest value whose cumulative probability reaches `u`."""
        values, cumulative = self._table
        return np.asarray(values[np.searchsorted(cumulative, u, side="left")])

    @property
    def mean(self) -> float:
        """Probability-weighted sum."""
        values, cumulative = self._table
        return float(values @ np.diff(cumulative, prepend=0.0))

    @property
    def swing(self) -> tuple[float, float]:
        """P10 and P90, or the extremes where those two are the same value (a rare event stays visible)."""
        low, high = super().swing
        values, cumulative = self._table
        likely = values[np.diff(cumulative, prepend=0.0) > 0]
        return (low, high) if low < high else (float(likely[0]), float(likely[-1]))


FAMILIES: tuple[type[Distribution], ...] = (
    Constant,
    Uniform,
    Triangular,
    Pert,
    Normal,
    TruncatedNormal,
    Lognormal,
    Beta,
    Bernoulli,
    Discrete,
)
"""Every family a scenario file can name by its `dist`."""

AnyDistribution = Annotated[
    Constant | Uniform | Triangular | Pert | Normal | TruncatedNormal | Lognormal | Beta | Bernoulli | Discrete,
    Discriminator("dist"),
]


def family_named(name: object) -> type[Distribution] | None:
    """Give the family whose `dist` is `name`."""
    return next((f for f in FAMILIES if f.model_fields["dist"].default == name), None)


def family_names() -> list[str]:
    """Give every name that `dist` may have."""
    return [str(f.model_fields["dist"].default) for f in FAMILIES]


def _check_sd(sd: float) -> None:
    if sd <= 0:
        raise ValueError(f"sd is {sd:g} (a standard deviation must be above 0)")
