"""What may happen, and how bad it is: one event with a size, or a number of events with sizes."""

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, MOST_VALUES, ROUNDING, Bounds, Distribution, divided, middles
from sim.distributions.made import Made, mesh_of, reach_of, table_of, with_steps
from sim.distributions.nested import Looked
from sim.distributions.rough_sums import RoughSum, check_tails, has_steps, is_heavy
from sim.distributions.sums import Sum, UnevenError, generating
from sim.distributions.tabulated import Stepped, Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability

__all__ = ["EventSize", "Events"]

if TYPE_CHECKING:
    Law: TypeAlias = Distribution
    CountLaw: TypeAlias = Distribution

MOST_NODES = 1_000
"""Most numbers of events by which one size is multiplied; more are told by so many."""

MOST_EVENTS = 10_000
"""Most different numbers of events; above, their sum is as good as normal."""


MOST_ADDED_UP = 2_000_000
"""Most sizes of their own that a grid adds up: of more, what it adds to the variance of each begins to show."""

MOST_ADDED = 20
"""Cost of a size above which its CDF is looked up instead: adding up takes it at millions of places."""


class EventSize(Made):
    """Something that may happen: 0 if it does not, its `size` if it does (probability `p`)."""

    dist: Literal["event"] = "event"
    p: Probability = Field(description="Probability that it happens, as 0.05 or 5%.")
    size: "Law" = Field(description="What it amounts to if it happens: a number or a distribution; may be negative.")

    @cached_property
    def _negative(self) -> float:
        """Probability of happening with a negative size."""
        return self.p * self.size.below(0.0)

    def ppf(self, u: Array) -> Array:
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
    def values_alone(self) -> Array | None:
        """Those of the size, and 0, as far as they may happen."""
        values = np.empty(0) if self.p == 0 else self.size.values_alone
        return None if values is None else np.unique(np.append(values, [0.0] if self.p < 1 else []))

    @property
    def bounds(self) -> Bounds:
        """Those of the size, and 0, as far as they may happen."""
        if self.p == 0:
            return 0.0, 0.0
        low, high = self.size.bounds
        if self.p == 1:
            return low, high
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
        numbers, chances = self._chances
        if abs(float(chances.sum()) - 1) > 1e-9:
            raise ValueError(
                "number is not always whole (write poisson, binomial, discrete or another of whole numbers)"
            )
        if self._added:
            if most > MOST_ADDED_UP:
                raise ValueError(
                    f"up to {most:,.0f} sizes of their own to add up (at most {MOST_ADDED_UP:,}; write the sum as a"
                    " normal distribution)"
                )
            generating(self.number, numbers, chances)  # refuse what cannot be added up
            if self.size.values_alone is None:
                check_tails(self.size)
        self.check_table()
        return self

    @cached_property
    def _certain(self) -> float | None:
        """The only size, or the size of none: a certain one that multiplies the number; else None."""
        if self._chances[0][-1] == 0:
            return 0.0
        values = self.size.values_alone
        return float(values[0]) if values is not None and values.size == 1 else None

    @property
    def _added(self) -> bool:
        """Whether sizes of their own are added up."""
        return self.sizes == "own" and self._certain is None

    @cached_property
    def _chances(self) -> tuple[Array, Array]:
        """Numbers of events that happen and the probability of each."""
        least, most = self.number.ends
        numbers = np.arange(np.ceil(least), np.floor(most) + 1)
        chances = self.number.cdf(numbers) - self.number.cdf(np.nextafter(numbers, -np.inf))
        return numbers[chances > 0], chances[chances > 0]

    @cached_property
    def _weighed(self) -> tuple[Array, Array]:
        """Numbers of events that stand for all of them where one size is multiplied, and their probabilities."""
        return few_of(*self._chances)

    @cached_property
    def _sum(self) -> Sum | RoughSum:
        """The sum on a fine grid, or on a rough one where sizes are a few values or have a heavy tail."""
        least, most = self._chances[0][[0, -1]]
        numbers = np.arange(least, most + 1)
        chances = np.zeros(numbers.size)
        chances[(self._chances[0] - least).astype(np.intp)] = self._chances[1]
        values = self.size.values_alone
        size = Looked(of=self.size) if values is None and self.size.cost > MOST_ADDED else self.size
        if values is None and not is_heavy(size) and not has_steps(size):
            with contextlib.suppress(UnevenError):
                return Sum(self.number, numbers, chances, size)
        mean = float(chances @ numbers)
        variance = float(chances @ (numbers - mean) ** 2)
        return RoughSum(generating(self.number, numbers, chances), mean, variance, size, values)

    def ppf(self, u: Array) -> Array:
        """A certain size times the quantiles of the number, those of a rough sum, or a table's."""
        if self._certain is not None:
            u = np.asarray(u, dtype=float)
            return self._certain * self.number.ppf(u if self._certain >= 0 else np.clip(1 - u, LEAST, MOST))
        if self._added:
            found = self._sum.ppf(u) if isinstance(self._sum, RoughSum) else self._table(u)
            return np.clip(found, *self.bounds) if self.bounds != (None, None) else found  # what a grid spreads
        return self._table(u)

    @cached_property
    def _table(self) -> Tabulated | Stepped:
        return table_of(self, self._mesh)

    @cached_property
    def _mesh(self) -> Array:
        """Values that span the law."""
        if self._added:
            assert isinstance(self._sum, Sum)
            return self._sum.mesh
        if self.values_alone is not None:
            return with_steps(self.values_alone, self.values_alone)
        numbers = self._chances[0]
        spans = [mesh_of(self.size) * n for n in (numbers[0], self.number.mean, numbers[-1])]
        return with_steps(np.concatenate(spans), np.zeros(int(numbers[0] == 0)))

    def cdf(self, x: Array) -> Array:
        """Sizes up to `x` divided by the number, or the sum found on a grid."""
        x = np.asarray(x, dtype=float)
        if self._certain is not None:
            return self._multiples(x, self._certain)
        if self._added:
            low, high = (side * np.inf if end is None else end for end, side in zip(self.bounds, (-1, 1), strict=True))
            return np.where(x >= high, 1.0, np.where(x < low, 0.0, self._sum.cdf(x)))
        if self.steps_alone is None:
            return self._products(x)
        values, upto = self.steps_alone
        return np.append(0.0, upto)[np.searchsorted(values, x, side="right")]

    def _products(self, x: Array) -> Array:
        """CDF of a number times one size, except where rounding moves `x` over a size of its own probability."""
        total = np.zeros(x.shape)
        for number, chance in zip(*self._weighed, strict=True):
            total += chance * (self.size.cdf(divided(x, number)) if number else np.where(x >= 0, 1.0, 0.0))
        return np.minimum(total, 1.0)

    @cached_property
    def steps_alone(self) -> tuple[Array, Array] | None:
        """From the CDF of the products, where those stand alone."""
        if self._certain is not None or self._added:
            return super().steps_alone
        values = self.values_alone
        return None if values is None else (values, np.append(self._products(middles(values)), 1.0))

    def _multiples(self, x: Array, size: float) -> Array:
        """CDF of the number times a certain size."""
        if size == 0:
            return np.where(x >= 0, 1.0, 0.0)
        number = divided(x, size)
        number = np.where(size * np.round(number) == x, np.round(number), number)
        if size > 0:
            return self.number.cdf(number)
        return 1 - self.number.cdf(np.nextafter(number, -np.inf))

    @property
    def values_alone(self) -> Array | None:
        """Products of numbers and sizes, where these have no others and one is multiplied by the other."""
        values = self.size.values_alone if self._certain is None else np.array([self._certain])
        numbers = self._chances[0]
        if self._added or values is None or values.size * numbers.size > MOST_VALUES:
            return None
        return np.unique(np.multiply.outer(numbers, values))

    @cached_property
    def bounds(self) -> Bounds:
        """The ends of the number times those of the size."""
        (least, most), (low, high) = self._chances[0][[0, -1]], self.size.bounds
        endless = self.number.bounds[1] is None
        if most == 0:
            return 0.0, 0.0
        lowest = None if low is None or (low < 0 and endless) else float(min(low * least, low * most))
        highest = None if high is None or (high > 0 and endless) else float(max(high * least, high * most))
        return lowest, highest

    @cached_property
    def reach(self) -> tuple[float, float]:
        """From the CDF, where no other way is quicker: no table is made for it."""
        if self._certain is not None or self._added:
            return super().reach
        return reach_of(self, self._mesh)

    @property
    def cost(self) -> int:
        """That of the size, as often as there are numbers it is multiplied by."""
        return self.size.cost * (1 if self._added or self._certain is not None else self._weighed[0].size)

    @property
    def rounding(self) -> float:
        """That of the size, and of adding up so many numbers."""
        return self.size.rounding + ROUNDING * (1 if self._added else self._weighed[0].size / 4)

    @property
    def grain(self) -> float:
        """The step of a rough grid, or that of the size as often as there are numbers."""
        if self._added:
            return self._sum.grain if isinstance(self._sum, RoughSum) else 0.0
        return self.size.grain * float(self._chances[0][-1])

    @property
    def mean(self) -> float:
        """Mean number times mean size (Wald)."""
        return self.number.mean * self.size.mean


def few_of(numbers: Array, chances: Array) -> tuple[Array, Array]:
    """Give at most `MOST_NODES` numbers that stand for many: two in each of equal ranges, with its first four moments.

    That is Gauss' rule for two points, and errs in the fourth derivative of what is weighed with it.
    """
    if numbers.size <= MOST_NODES:
        return numbers, chances
    share = (numbers - numbers[0]) / (numbers[-1] - numbers[0] + 1)
    cell = (share * (MOST_NODES // 2)).astype(np.intp)

    def moment(about: Array) -> Array:
        return np.asarray(np.bincount(cell, chances * about))

    weight = moment(np.ones(numbers.size))
    there = weight > 0
    mean = np.divide(moment(numbers), weight, out=np.zeros(weight.size), where=there)
    off = numbers - mean[cell]
    variance, skew = (np.divide(moment(off**k), weight, out=np.zeros(weight.size), where=there) for k in (2, 3))
    lean = np.divide(skew, variance, out=np.zeros(weight.size), where=variance > 0)
    apart = np.sqrt(lean**2 + 4 * variance)
    low, high = (lean - apart) / 2, (lean + apart) / 2
    upper = np.divide(-low, apart, out=np.zeros(weight.size), where=apart > 0)
    nodes, weights = np.concatenate([mean + low, mean + high]), np.concatenate([weight * (1 - upper), weight * upper])
    return nodes[weights > 0], weights[weights > 0]
