"""Rows of a yearly table as lines: what is spent at the start, an amount a year, and what it is multiplied by.

The conventions are those of Forrester's Total Economic Impact studies. A year's amount is spread evenly over its
months.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.finance.schedule import Scheduled, Sum
from sim.model.line import Line, Nature
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array, Value

ByYear = tuple[Quantity, ...]
"""A number a year, or one for all years."""


def rounded(amount: Value, step: float) -> Value:
    """Round to a multiple of `step`, halves away from zero as spreadsheets do; not at all if it is 0.

    Example:
        >>> float(rounded(0.04356, 0.001)), float(rounded(-2.5, 1.0)), float(rounded(2.4, 0.0))
        (0.044, -3.0, 2.4)
    """
    if step == 0.0:
        return amount
    return np.asarray(np.sign(amount) * np.floor(np.abs(amount) / step + 0.5 + 1e-9) / (1 / step))


@dataclass(frozen=True)
class Retained:
    """What customers bring who were kept by the year before, on top of a base that grows with them.

    `extra(1) = 0` and `extra(y) = (base(y) + extra(y - 1)) * rate(y - 1)`, the rate being the product of `rates`: the
    effect lags a year and compounds. Source: Forrester Consulting for Intellum, "Drive Business Success Through
    Customer Education" (May 2024), appendix, table A, rows A5 and A6.
    """

    base: ByYear
    rates: tuple[ByYear, ...]
    step: float = 0.0
    """What a year's rate is rounded to."""
    with_base: bool = False
    """Whether the base counts as well, not the extra alone."""

    def amounts(self, world: World, years: int) -> Iterator[Value]:
        """Give the amount of each year in turn."""
        extra: Value = 0.0
        for year in range(years):
            base = world[_of(self.base, year)]
            if year:
                extra = (base + extra) * rounded(_product(self.rates, world, year - 1), self.step)
            yield base + extra if self.with_base else extra


@dataclass(frozen=True)
class YearlyRow(Line):
    """A benefit or cost by years: an amount at the start, and base x factors x ramp x growth in each year.

    The start and every year are then adjusted for risk, a benefit to `1 - risk` of itself, a cost to `1 + risk`.
    """

    name: str
    nature: Nature
    initial: Quantity = 0.0
    """Paid or received in month 0."""
    base: ByYear | Retained = (1.0,)
    factors: tuple[ByYear, ...] = ()
    ramp: ByYear = (1.0,)
    """Share of the amount that is reached in each year."""
    starts_after: Quantity = 0.0
    """Months before the row starts; of the year in which it does, the rest counts."""
    grows: Quantity = 0.0
    """Growth a year from the first year's amount."""
    risk: Quantity = 0.0
    step: float = 0.0
    """What amounts are rounded to, before the risk adjustment and not after it: only so do the totals of the studies
    come out to the dollar (Intellum, table B: rows Bt and Btr)."""

    @property
    def fixed_price(self) -> bool:
        """Amounts are those of their year; growth says what they rise by."""
        return True

    def amounts(self, world: World) -> list[Value]:
        """Give the amounts at the start and of each year, adjusted for risk; each a number or (n,)."""
        risk = world[self.risk] * (-1 if self.nature.is_benefit else 1)
        amounts = (world[self.initial], *self._years(world, world.months // 12))
        return [rounded(amount, self.step) * (1 + risk) for amount in amounts]

    def flows(self, world: World) -> Sum:
        """Give the start in month 0 and a twelfth of a year's amount in each of its months."""
        return Sum(Scheduled(_months(world, year), amount) for year, amount in enumerate(self.amounts(world)))

    def _years(self, world: World, years: int) -> Iterator[Value]:
        """Give the amount of each year before rounding and risk."""
        bases = self._bases(world, years)
        for year, base in enumerate(bases):
            on = np.clip(year + 1 - world[self.starts_after] / 12, 0.0, 1.0)
            grown = (1 + world[self.grows]) ** year
            yield base * _product((*self.factors, self.ramp), world, year) * on * grown

    def _bases(self, world: World, years: int) -> Iterator[Value]:
        if isinstance(self.base, Retained):
            yield from self.base.amounts(world, years)
        else:
            yield from (world[_of(self.base, year)] for year in range(years))


def _months(world: World, year: int) -> Array:
    """Give the share of a year's amount that falls in each month, (m, 1): all of the start, year 0, in month 0."""

    def share() -> Array:
        if year == 0:
            return np.asarray(world.t == 0, np.float64)
        return ((world.t > 12 * (year - 1)) & (world.t <= 12 * year)) / 12

    return world.once(("months of year", year), share)


def _of(numbers: ByYear, year: int) -> Quantity:
    return numbers[0] if len(numbers) == 1 else numbers[year]


def _product(factors: tuple[ByYear, ...], world: World, year: int) -> Value:
    product: Value = 1.0
    for factor in factors:
        product = product * world[_of(factor, year)]
    return product
