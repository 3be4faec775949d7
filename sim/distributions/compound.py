"""What may happen, and how bad it is: one event with a size, or a number of events with sizes."""

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, Bounds, Distribution
from sim.distributions.bounded import Constant
from sim.distributions.counts import Counts
from sim.distributions.data import Empirical
from sim.distributions.events import Bernoulli, Discrete
from sim.distributions.nested import Made, mesh_of, table_of
from sim.distributions.rough_sums import RoughSum, check_tails, is_heavy
from sim.distributions.sums import Sum, UnevenError, generating
from sim.distributions.tabulated import Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability

__all__ = ["EventSize", "Events"]

if TYPE_CHECKING:
    Law: TypeAlias = Distribution
    CountLaw: TypeAlias = Distribution

MOST_VALUES = 4_096
"""Most values of a size that are taken one by one."""

MOST_EVENTS = 10_000
"""Most different numbers of events; above, their sum is as good as normal."""


class EventSize(Made):
    """Something that may happen: 0 if it does not, its `size` if it does (probability `p`)."""

    dist: Literal["event"] = "event"
    p: Probability = Field(description="Probability that it happens, as 0.05 or 5%.")
    size: "Law" = Field(description="What it amounts to if it happens: a number or a distribution; may be negative.")

    @cached_property
    def _negative(self) -> float:
        """Probability of happening with a negative size."""
        return self.p * self.size.below(0.0)

    def direct(self, u: Array) -> Array:
        """Negative sizes first, then the zeros of what does not happen, then positive sizes."""
        u = np.asarray(u, dtype=float)
        if self.p == 0:
            return np.zeros(u.shape)
        first, last = self._negative, self._negative + 1 - self.p
        share = np.where(u <= first, u, u - (1 - self.p)) / self.p
        sizes = self.size.ppf(np.clip(share, LEAST, MOST))
        return np.where((u > first) & (u <= last), 0.0, sizes)

    def cdf(self, x: Array) -> Array:
        """Share of the sizes, and a step at 0."""
        x = np.asarray(x, dtype=float)
        return np.minimum(self.p * self.size.cdf(x) + np.where(x >= 0, 1 - self.p, 0.0), 1.0)

    @property
    def bounds(self) -> Bounds:
        """Those of the size, and 0."""
        low, high = self.size.bounds
        return None if low is None else min(low, 0.0), None if high is None else max(high, 0.0)

    @property
    def mean(self) -> float:
        """Probability times mean size."""
        return self.p * self.size.mean

    @property
    def base(self) -> float:
        """Nothing, however likely it is; its median size only where it is certain."""
        return self.size.base if self.p == 1 else 0.0


class Events(Made):
    """A number of events, each with a size: how often it happens and how bad it is, added up.

    `sizes: own` adds up that many independent sizes (the frequency-severity sum of insurers); `sizes: same` multiplies
    the number by one size, as for a fine that is the same for every case but not known yet. Own sizes may have any law
    with a finite variance, a few values or a resampled column too; a Pareto law needs an alpha above 2, or a `high`.
    """

    dist: Literal["events"] = "events"
    number: "CountLaw" = Field(description="How many: a whole number, or a distribution of whole numbers.")
    size: "Law" = Field(description="What one amounts to: a number or a distribution; may be negative.")
    sizes: Literal["own", "same"] = Field(
        default="own", description="`own` (if nothing is said): a size for each event; `same`: one size for all."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        least, most = self.number.ends
        if least < 0:
            raise ValueError(f"number reaches down to {least:g} (a number of events must be 0 or more)")
        if most - least > MOST_EVENTS:
            raise ValueError(
                f"number runs from {least:g} to {most:g} (at most {MOST_EVENTS:,} different numbers; write the sum as"
                " a normal distribution)"
            )
        if abs(float(self._chances[1].sum()) - 1) > 1e-9:
            raise ValueError(
                "number is not always whole (write poisson, binomial, discrete or another of whole numbers)"
            )
        if self.sizes == "own" and not self._fixed:
            self._sum  # noqa: B018 - refuse what cannot be added up
        return self

    @property
    def _fixed(self) -> bool:
        return isinstance(self.size, Constant)

    @cached_property
    def _chances(self) -> tuple[Array, Array]:
        """Numbers of events and the probability of each."""
        least, most = self.number.ends
        numbers = np.arange(np.ceil(least), np.floor(most) + 1)
        before = self.number.cdf(np.nextafter(numbers, -np.inf))
        return numbers, self.number.cdf(numbers) - before

    @cached_property
    def _sum(self) -> Sum | RoughSum:
        """The sum on a fine grid, or on a rough one where sizes are a few values or have a heavy tail."""
        numbers, chances = self._chances
        values = few_values(self.size)
        if values is None:
            check_tails(self.size)
        if values is None and not is_heavy(self.size):
            with contextlib.suppress(UnevenError):
                return Sum(self.number, numbers, chances, self.size)
        mean = float(chances @ numbers)
        variance = float(chances @ (numbers - mean) ** 2)
        return RoughSum(generating(self.number, numbers, chances), mean, variance, self.size, values)

    @cached_property
    def _shallow(self) -> bool:
        return self._fixed or (self.sizes == "own" and isinstance(self._sum, RoughSum))

    def direct(self, u: Array) -> Array:
        """A fixed size times the quantiles of the number, or those of a rough sum."""
        if not self._fixed:
            assert isinstance(self._sum, RoughSum)
            return self._sum.ppf(u)
        size = self.size.mean
        return size * self.number.ppf(u if size >= 0 else np.clip(1 - np.asarray(u), LEAST, MOST))

    @cached_property
    def _table(self) -> Tabulated:
        if self.sizes == "own":
            assert isinstance(self._sum, Sum)
            return table_of(self, self._sum.mesh)
        least, most = (mesh_of(self.size) * n for n in self._chances[0][[0, -1]])
        middle = mesh_of(self.size) * self.number.mean
        return table_of(self, np.unique(np.concatenate([[0.0], least, middle, most])))

    def cdf(self, x: Array) -> Array:
        """Sizes up to `x` divided by the number, or the sum found on a grid."""
        x = np.asarray(x, dtype=float)
        if self.sizes == "own" and not self._fixed:
            return self._sum.cdf(x)
        total = np.zeros(x.shape)
        for number, chance in zip(*self._chances, strict=True):
            if chance > 1e-18:
                total += chance * (self.size.cdf(x / number) if number else np.where(x >= 0, 1.0, 0.0))
        return np.minimum(total, 1.0)

    @property
    def mean(self) -> float:
        """Mean number times mean size (Wald)."""
        return self.number.mean * self.size.mean


def few_values(law: Distribution) -> Array | None:
    """Give the values that a law has, in rising order, if they are few and nothing lies between them; else None."""
    found: Array | None = None
    match law:
        case Bernoulli():
            found = np.array([0.0, 1.0])
        case Discrete(values=values):
            found = np.unique(values)
        case Empirical(values=values, method="resampled"):
            found = np.unique(values)
        case Counts():
            least, most = law.ends
            found = np.arange(np.ceil(least), min(np.floor(most), least + MOST_VALUES) + 1)
    return found if found is not None and len(found) <= MOST_VALUES else None
