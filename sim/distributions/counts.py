"""Families of whole numbers: how many deals, tickets, failures."""

from abc import abstractmethod
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, MOST_VALUES, Distribution
from sim.distributions.lookup import BLOCK, Lookup
from sim.distributions.positive import check_positive
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability, Pure, Scaled

__all__ = ["Binomial", "Geometric", "NegativeBinomial", "Poisson"]

Complex = NDArray[np.complex128]

LONGEST = 1 << 20
"""Most different values of a law: beyond, a continuous one will do, and its table would be too large."""


class Counts(Distribution):
    """A law of whole numbers, tabulated from its CDF: the same values as searching for them, many times faster."""

    @abstractmethod
    def at_most(self, k: Array) -> Array:
        """Give the probabilities of at most `k`, whole numbers of 0 or more."""

    def cdf(self, x: Array) -> Array:
        """Probability of at most the whole number below `x`, from the table."""
        first, cumulative = self._table
        place = np.clip(np.floor(np.asarray(x, dtype=float)) - first, -1, cumulative.size - 1).astype(np.intp)
        return np.where(place < 0, 0.0, np.where(place == cumulative.size - 1, 1.0, cumulative[place]))

    def pgf(self, z: Complex) -> Complex:
        """Give the probability generating function, E z^N, at complex `z` within the unit circle."""
        first, cumulative = self._table
        chances = np.diff(cumulative, prepend=0.0)
        total = np.zeros(z.shape, dtype=complex)
        for chance in chances[::-1]:
            total *= z
            total += chance
        return np.asarray(total * z**first)

    @cached_property
    def _table(self) -> tuple[int, Array]:
        """Lowest value that is ever drawn, and the probabilities of at most it and its followers."""
        first, last = self._at(LEAST), self._at(MOST)
        if last - first >= LONGEST:
            raise ValueError(f"over a million different values (a continuous law will do, such as {self._instead})")
        return first, np.asarray(self.at_most(np.arange(first, last + 1, dtype=float)))

    _instead = "gamma or normal"

    def _at(self, p: float) -> int:
        """Give the smallest whole number whose probability of at most it reaches `p`."""
        if float(self.at_most(np.zeros(1))[0]) >= p:
            return 0
        low, high = 0, 1
        while float(self.at_most(np.array([float(high)]))[0]) < p:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if float(self.at_most(np.array([float(middle)]))[0]) >= p else (middle, high)
        return high

    @property
    def values_alone(self) -> Array | None:
        """Those that are ever drawn, if they are few."""
        least, most = self.ends
        return np.arange(least, most + 1) if most - least < MOST_VALUES else None

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._table[1][:-1], 0.0, 1.0)

    def ppf(self, u: Array) -> Array:
        """Give the smallest value whose cumulative probability reaches `u`."""
        u = np.asarray(u, dtype=float)
        flat, out = u.ravel(), np.empty(u.size)
        for begin in range(0, flat.size, BLOCK):
            out[begin : begin + BLOCK] = self._lookup.steps(flat[begin : begin + BLOCK])
        out += self._table[0]
        return out.reshape(u.shape)


class Poisson(Counts):
    """How many times something happens in a period, each independent of the others, `mean` times on average."""

    dist: Literal["poisson"] = "poisson"
    mean_: Scaled = Field(alias="mean", description="Mean number, 0 or more.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.mean_ < 0:
            raise ValueError(f"mean is {self.mean_:g} (must be 0 or more)")
        if self.mean_ > 1e8:
            raise ValueError(f"a mean of {self.mean_:g} (at most 1e8; above, use normal: it is the same)")
        return self

    def at_most(self, k: Array) -> Array:
        """Regularised incomplete gamma function of k + 1."""
        from scipy.special import pdtr

        return np.asarray(pdtr(k, self.mean_))

    def pgf(self, z: Complex) -> Complex:
        """exp(mean (z - 1))."""
        return np.asarray(np.exp(self.mean_ * (z - 1)))

    @property
    def mean(self) -> float:
        """The mean asked for."""
        return self.mean_


class Binomial(Counts):
    """How many of `n` succeed, each with probability `p` and independent of the others."""

    dist: Literal["binomial"] = "binomial"
    n: Pure = Field(description="Number of tries, a whole number from 0.")
    p: Probability = Field(description="Probability that one succeeds, as 0.05 or 5%.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.n != int(self.n) or not 0 <= self.n <= 1e9:
            raise ValueError(f"n is {self.n:g} (must be a whole number from 0 to 1e9)")
        return self

    def at_most(self, k: Array) -> Array:
        """Regularised incomplete beta function."""
        from scipy.special import bdtr

        return np.asarray(bdtr(np.minimum(k, self.n), int(self.n), self.p))

    def pgf(self, z: Complex) -> Complex:
        """(1 - p + p z)^n."""
        return np.asarray((1 - self.p + self.p * z) ** self.n)

    @property
    def mean(self) -> float:
        """Tries times probability, n p."""
        return self.n * self.p


class NegativeBinomial(Counts):
    """A number of events that varies more than Poisson. Give `mean` + `sd`, or `successes` + `p`.

    `successes` + `p`: the number of failures before that many successes, each try succeeding with probability `p`.
    """

    dist: Literal["negative_binomial"] = "negative_binomial"
    mean_: Scaled | None = Field(default=None, alias="mean", description="Mean number, above 0.")
    sd: Scaled | None = Field(default=None, description="Standard deviation; its square must be above the mean.")
    successes: Pure | None = Field(default=None, description="Successes waited for, above 0; need not be whole.")
    p: Probability | None = Field(default=None, description="Probability of a success, as 0.05 or 5%.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        numbers = {"mean": self.mean_, "sd": self.sd, "successes": self.successes, "p": self.p}
        parameters = {name: value for name, value in numbers.items() if value is not None}
        if set(parameters) not in ({"mean", "sd"}, {"successes", "p"}):
            raise ValueError(
                f"{' + '.join(parameters) or 'nothing'} does not name one negative binomial"
                " (give mean + sd, or successes + p)"
            )
        check_positive(**parameters)
        if self.mean_ is not None and self.sd is not None and self.sd**2 <= self.mean_:
            raise ValueError(
                f"sd {self.sd:g} is too small for a mean of {self.mean_:g} (sd must be above"
                f" {np.sqrt(self.mean_):.4g}, the square root of the mean; at that, write dist: poisson)"
            )
        self._table  # noqa: B018 - refuse what has too many values
        return self

    @property
    def _law(self) -> tuple[float, float]:
        """Successes and their probability."""
        if self.successes is not None and self.p is not None:
            return self.successes, self.p
        mean, variance = self.mean_ or 0.0, (self.sd or 0.0) ** 2
        return mean**2 / (variance - mean), mean / variance

    def at_most(self, k: Array) -> Array:
        """Regularised incomplete beta function."""
        from scipy.special import betainc

        successes, p = self._law
        return np.asarray(betainc(successes, k + 1, p))

    def pgf(self, z: Complex) -> Complex:
        """(p / (1 - (1 - p) z))^successes."""
        successes, p = self._law
        return np.asarray((p / (1 - (1 - p) * z)) ** successes)

    @property
    def mean(self) -> float:
        """Mean of the failures, successes (1 - p) / p."""
        successes, p = self._law
        return successes * (1 - p) / p


class Geometric(Counts):
    """How many tries it takes until one succeeds, the successful one included."""

    dist: Literal["geometric"] = "geometric"
    p: Probability = Field(description="Probability that a try succeeds, above 0.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_positive(p=self.p)
        self._table  # noqa: B018 - refuse what has too many values
        return self

    def at_most(self, k: Array) -> Array:
        """1 - (1 - p)^k."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(k > 0, -np.expm1(np.log1p(-self.p) * k), 0.0)

    def pgf(self, z: Complex) -> Complex:
        """P z / (1 - (1 - p) z)."""
        return np.asarray(self.p * z / (1 - (1 - self.p) * z))

    @property
    def mean(self) -> float:
        """1 / p."""
        return 1 / self.p
