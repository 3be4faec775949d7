"""What may happen, and how bad it is: one event with a size, or a number of events with sizes."""

from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, Distribution
from sim.distributions.bounded import Constant
from sim.distributions.nested import Made, mesh_of, table_of
from sim.distributions.sums import Sum
from sim.distributions.tabulated import Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability

__all__ = ["EventSize", "Events"]

if TYPE_CHECKING:
    Law: TypeAlias = Distribution
    CountLaw: TypeAlias = Distribution

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
    the number by one size, as for a fine that is the same for every case but not known yet.
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
    def _sum(self) -> Sum:
        return Sum(self.number, *self._chances, self.size)

    @cached_property
    def _shallow(self) -> bool:
        return self._fixed

    def direct(self, u: Array) -> Array:
        """A fixed size times the quantiles of the number."""
        size = self.size.mean
        return size * self.number.ppf(u if size >= 0 else np.clip(1 - np.asarray(u), LEAST, MOST))

    @cached_property
    def _table(self) -> Tabulated:
        if self.sizes == "own":
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
