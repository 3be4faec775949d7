"""What may happen, and how bad it is: one event with a size, or a number of events with sizes."""

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, ROUNDING, Bounds, Distribution, divided
from sim.distributions.made import Made, mesh_of, reach_of, table_of, with_steps
from sim.distributions.nested import Looked
from sim.distributions.rough_sums import Places, RoughSum, check_tails, has_steps, is_heavy
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

FEWEST_NODES = 256
"""Numbers of events that many sizes leave room for."""

MOST_PRODUCTS = 1 << 16
"""Most products of numbers and sizes that stand alone."""

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
        if abs(float(self._chances[1].sum()) - 1) > 1e-9:
            raise ValueError(
                "number is not always whole (write poisson, binomial, discrete or another of whole numbers)"
            )
        if self._added:
            if most > MOST_ADDED_UP:
                raise ValueError(
                    f"up to {most:,.0f} sizes of their own to add up (at most {MOST_ADDED_UP:,}; write the sum as a"
                    " normal distribution)"
                )
            generating(self.number, *self._chances)  # refuse what cannot be added up
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
        """Whether sizes of their own are added up: one size is its own sum."""
        return self.sizes == "own" and self._certain is None and bool(self._chances[0][-1] > 1)

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
        return few_of(*self._chances, MOST_NODES)

    @cached_property
    def _sum(self) -> Sum | RoughSum:
        """The sum on a fine grid, or on a rough one where sizes are a few values or have a heavy tail."""
        values = self.size.values_alone
        size = Looked(of=self.size) if values is None and self.size.cost > MOST_ADDED else self.size
        if values is None and not is_heavy(size) and not has_steps(size):
            with contextlib.suppress(UnevenError):
                return Sum(self.number, *self._chances, size)
        return RoughSum(generating(self.number, *self._chances), *self._chances, size, values)

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
        if self._products is not None:
            values, upto = self._products
            return np.append(0.0, upto)[np.searchsorted(values, x, side="right")]
        total = np.zeros(x.shape)
        for number, chance in zip(*self._weighed, strict=True):
            total += chance * (self.size.cdf(divided(x, number)) if number else np.where(x >= 0, 1.0, 0.0))
        return np.minimum(total, 1.0)

    @cached_property
    def _products(self) -> tuple[Array, Array] | None:
        """Products of numbers and sizes and the probability up to each, where the sizes have no other values.

        They are all, or as many as few numbers and few sizes make that stand for them.
        """
        if self._certain is not None or self._added or self.size.steps_alone is None:
            return None
        numbers, chances = self._chances
        sizes, upto = self.size.steps_alone
        jumps = np.diff(upto, prepend=0.0)
        if numbers.size * sizes.size > MOST_PRODUCTS:
            numbers, chances = few_of(numbers, chances, max(MOST_PRODUCTS // sizes.size, FEWEST_NODES))
            sizes, jumps = few_of(sizes, jumps, MOST_PRODUCTS // numbers.size)
        values, place = np.unique(np.multiply.outer(numbers, sizes), return_inverse=True)
        masses = np.bincount(place.ravel(), np.multiply.outer(chances, jumps).ravel())
        return values, np.append(np.cumsum(masses)[:-1], 1.0)

    @cached_property
    def steps_alone(self) -> tuple[Array, Array] | None:
        """Those of the products, where one is multiplied by the other."""
        return super().steps_alone if self._products is None else self._products

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
        if self._certain is not None and self._chances[0].size <= MOST_PRODUCTS:
            return np.unique(self._chances[0] * self._certain)
        return None if self._products is None else self._products[0]

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
        if self._certain is not None or self._added or self._products is not None:
            return super().reach
        return reach_of(self, self._mesh)

    @property
    def cost(self) -> int:
        """That of the size, as often as there are numbers it is multiplied by; one look where all stand alone."""
        if self._added or self._certain is not None:
            return self.size.cost
        return 1 if self.size.values_alone is not None else self.size.cost * self._weighed[0].size

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


def few_of(numbers: Array, chances: Array, most: int) -> tuple[Array, Array]:
    """Give at most so many numbers that stand for many: the likely ones and 0, and two for each range of the others.

    The two have the first four moments of their range: Gauss' rule for two points, which errs in the fourth derivative
    of what is weighed with it. Ranges are short in width and in probability, as a law may have a long tail.
    """
    if numbers.size <= most:
        return numbers, chances
    ranges = most // 8
    width = (numbers - numbers[0]) / (numbers[-1] - numbers[0]) * ranges
    upto = (np.cumsum(chances) - chances / 2) / chances.sum() * ranges
    place = width.astype(np.intp) * 2 * ranges + upto.astype(np.intp)
    cell, count = np.unique(place, return_inverse=True, return_counts=True)[1:]
    alone = (chances > 1 / ranges) | (numbers == 0) | (count[cell] == 1)
    nodes, weights = _two_nodes(numbers[~alone], chances[~alone], cell[~alone])
    return np.append(numbers[alone], nodes), np.append(chances[alone], weights)


def _two_nodes(numbers: Array, chances: Array, cell: Places) -> tuple[Array, Array]:
    """Give two numbers, and their weights, for those of each cell."""

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
