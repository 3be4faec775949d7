"""Cash flows by month, and how they are discounted and added up.

Months run from 0 (signature) to H. Yearly rates become monthly ones as (1 + r)^(1/12) - 1.
"""

from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.finance.irr import MONTHS, YEARS, balance_of
from sim.finance.roots import DUST, Rates, rates
from sim.finance.schedule import Sum, Weights, accumulated, running_total, times, weighted
from sim.finance.years import year_ends
from sim.numbers.arrays import Array, Value
from sim.numbers.undefined import Why, undefined


class Discounting(StrEnum):
    """From when an amount is discounted."""

    MONTHLY = "monthly"
    YEAR_END = "year_end"
    YEAR_BEGIN = "year_begin"
    INITIAL = "initial"

    def years(self, months: Array, golive: float | Array) -> Array:
        """Give the years each month is discounted by, (m, 1), or (m, n) where that hangs on go-live.

        `initial` is the convention of Forrester's Total Economic Impact: what is spent up to go-live is not
        discounted, and years are counted from there and discounted at their ends.
        """
        if self is Discounting.MONTHLY:
            return months / 12
        if self is Discounting.YEAR_END:
            return np.asarray(np.ceil(months / 12))
        if self is Discounting.YEAR_BEGIN:
            return np.asarray(np.maximum(np.ceil(months / 12) - 1, 0))
        return np.asarray(np.maximum(np.ceil((months - golive) / 12), 0))


class CashFlows:
    """The flows of one vendor, all amounts positive: each a sum of flows, or amounts by month and draw, (m, n).

    Args:
        benefit: all benefits.
        cost: all costs.
        soft: the part of the benefits that is valued staff time, not money received.
        time: the part of the costs that is valued staff time, not money paid (opportunity cost).
        discount_rate: a year, a number or (n,); so are the other two rates.
        finance_rate: at which deficits are financed.
        reinvestment_rate: at which surpluses are reinvested.
        users: of the company, a number or (n,).
        golive: month of go-live, a number or (n,); `inf` where there is none.
        discounting: from when an amount is discounted.
        shape: months and draws, (m, n); that of `benefit` if not given.
        totals: what of `sums_over_months` is known already.
    """

    def __init__(
        self,
        benefit: Array | Sum,
        cost: Array | Sum,
        soft: Array | Sum,
        time: Array | Sum,
        discount_rate: Value,
        finance_rate: Value,
        reinvestment_rate: Value,
        users: Value,
        golive: Value = 0.0,
        discounting: Discounting = Discounting.MONTHLY,
        *,
        shape: tuple[int, int] | None = None,
        totals: Weights | None = None,
    ) -> None:
        self.benefits, self.costs, self.freed, self.spent = (_summed(x) for x in (benefit, cost, soft, time))
        self.discount_rate, self.finance_rate, self.reinvestment_rate = discount_rate, finance_rate, reinvestment_rate
        self.users, self.golive, self.discounting = users, golive, discounting
        self.shape: tuple[int, int] = shape or np.shape(benefit)
        self._totals = totals or sums_over_months(self.shape[0], discount_rate, discounting, golive)

    @cached_property
    def months(self) -> Array:
        """0 to H, (m, 1)."""
        return np.arange(self.shape[0], dtype=float)[:, None]

    @cached_property
    def benefit(self) -> Array:
        """All benefits, (m, n)."""
        return self.benefits.by_month(*self.shape)

    @cached_property
    def cost(self) -> Array:
        """All costs, (m, n)."""
        return self.costs.by_month(*self.shape)

    @cached_property
    def nets(self) -> Sum:
        """Benefits less costs."""
        return self.benefits - self.costs

    @cached_property
    def net(self) -> Array:
        """Benefits less costs, (m, n)."""
        return self.nets.by_month(*self.shape)

    @cached_property
    def below(self) -> NDArray[np.bool_]:
        """Whether the running total of the net flows is below zero, dust aside, (m, n)."""
        return self.running < -DUST

    @cached_property
    def position(self) -> Array:
        """Running total of the money received and paid, valued staff time left out, (m, n)."""
        time = (self.spent - self.freed).by_month(*self.shape)
        return accumulated(np.add(time, self.net, out=time))

    @cached_property
    def running(self) -> Array:
        """Running total of the net flows, (m, n)."""
        settles = self.nets.height < self.shape[0]
        return self.nets.running(*self.shape) if settles else running_total(self.net)

    def total(self, amounts: Sum) -> Array:
        """Give a sum of flows over the horizon, undiscounted, (n,)."""
        return self._totals.over(amounts, self.shape[1], TOTAL)

    def present_value(self, amounts: Sum) -> Array:
        """Give a sum of flows discounted to month 0, (n,)."""
        if self.discount.shape[1] == 1:
            return self._totals.over(amounts, self.shape[1], PRESENT)
        return weighted(amounts, self.discount, self.shape[1])

    @cached_property
    def npv(self) -> Array:
        """Net present value at month 0, (n,)."""
        return self.present_value(self.nets)

    @cached_property
    def present(self) -> Array:
        """Net flows discounted to month 0, (m, n)."""
        return np.asarray(self.net * self.discount)

    @cached_property
    def running_present(self) -> Array:
        """Running total of the net flows discounted to month 0, (m, n)."""
        settles = self.nets.height < self.shape[0] and self.discount.shape[1] == 1
        if settles:
            return Sum([times(self.nets, self.discount)]).running(*self.shape)
        return running_total(self.present)

    @cached_property
    def discount(self) -> Array:
        """Present value of one unit in each month, (m, 1) or (m, n)."""
        return discount(self.months, self.discount_rate, self.discounting, self.golive)

    @cached_property
    def initial(self) -> Array:
        """Costs up to and in the month of go-live, undiscounted, (n,); all of them where there is none."""
        never = np.isinf(self.golive)
        golive = np.where(never, 0.0, self.golive)
        last = min(int(golive.max()), self.shape[0] - 1)
        spent = at_month(self.costs.running(last + 1, self.shape[1]), golive)
        return np.where(never, self.total_cost, spent) if never.any() else spent

    @cached_property
    def yearly_return(self) -> Array:
        """Net flow a year on average in the three years after go-live, or as much of them as there is, (n,)."""
        last = self.months[-1, 0]
        golive = np.broadcast_to(np.minimum(self.golive, last), self.initial.shape)
        end = np.minimum(golive + 36, last)
        gained = at_month(self.running, end) - at_month(self.running, golive)
        years = (end - golive) / 12
        return ratio(gained, years, Why.NO_USE)

    @cached_property
    def present_cost(self) -> Array:
        """Costs discounted to month 0, (n,)."""
        return self.present_value(self.costs)

    @cached_property
    def year_ends(self) -> Array:
        """Last month of the start and of each year of a yearly table, (years + 1, n); see `Discounting.INITIAL`."""
        golive = self.golive if self.discounting is Discounting.INITIAL else 0.0
        return year_ends(self.months[-1, 0], golive, self.shape[1])

    @cached_property
    def running_by_period(self) -> Array:
        """Running total of the net flows at the end of each period that the NPV discounts as one, (periods, n).

        Those are months, or the start and years.
        """
        match self.discounting:
            case Discounting.MONTHLY:
                return self.running
            case Discounting.YEAR_BEGIN:  # the first year belongs to the start
                return self.running_by_year[1:]
            case _:
                return self.running_by_year

    @cached_property
    def net_by_period(self) -> Array:
        """Net flows of each of these periods, (periods, n)."""
        if self.discounting is Discounting.MONTHLY:
            return self.net
        return np.diff(self.running_by_period, axis=0, prepend=0.0)

    @property
    def periods_a_year(self) -> int:
        """How many such periods a year has."""
        return MONTHS if self.discounting is Discounting.MONTHLY else YEARS

    @cached_property
    def rates(self) -> Rates:
        """Which rates make the NPV zero."""
        return rates(self.running_by_period)

    def balance(self, discount: Array) -> tuple[Array, Array]:
        """Give present values that must balance, of what comes in and what goes out, (k, n) each.

        Where schedules settle, of benefits and costs: that needs no net flows by month, only their running total.

        Args:
            discount: factors by rate and period, (k, periods).
        """
        if self.discounting is not Discounting.MONTHLY or self.nets.height == self.shape[0]:
            return balance_of(self.net_by_period)(discount)
        paid = self.costs.weighed(discount, self.shape[1])
        by_parts = -np.diff(discount, axis=1, append=0.0)
        return paid + by_parts @ self.running, paid

    @cached_property
    def running_by_year(self) -> Array:
        """Running total of the net flows at the end of the start and of each year, (years + 1, n)."""
        return np.array([at_month(self.running, end) for end in self.year_ends])

    def by_year(self, amounts: Sum) -> Array:
        """Give what a sum of flows comes to up to go-live and in each year after it, (years + 1, n)."""
        total = accumulated(amounts.by_month(*self.shape))
        return np.diff([at_month(total, end) for end in self.year_ends], axis=0, prepend=0.0)

    @cached_property
    def total_benefit(self) -> Array:
        """Benefits over the horizon, undiscounted, (n,)."""
        return self.total(self.benefits)

    @cached_property
    def total_cost(self) -> Array:
        """Costs over the horizon, undiscounted, (n,)."""
        return self.total(self.costs)


TOTAL, PRESENT = 0, 1
"""Which sums over months `sums_over_months` gives."""


def sums_over_months(months: int, rate: Value, discounting: Discounting, golive: Value) -> Weights:
    """Give plain totals of schedules and, where the factors are the same in all draws, present values."""
    t = np.arange(months, dtype=float)[:, None]
    if np.size(rate) > 1 or (discounting is Discounting.INITIAL and np.size(golive) > 1):
        return Weights(np.ones_like(t))
    return Weights(np.ones_like(t), discount(t, rate, discounting, golive))


def discount(months: Array, rate: Value, discounting: Discounting, golive: Value) -> Array:
    """Give the present value of one unit in each month, (m, 1) or (m, n)."""
    if discounting is Discounting.MONTHLY:
        return growth(rate, -months)
    return growth(rate, -12 * discounting.years(months, golive))


def growth(rate: float | Array, months: Array) -> Array:
    """Give the growth of one unit at a yearly rate over each number of months, (m, 1) or (m, n)."""
    return np.exp(np.log1p(rate) / 12 * months)


def ratio(part: Array, whole: Array, otherwise: Why = Why.NOTHING_SPENT) -> Array:
    """Give part / whole, (n,); undefined where the whole is not above zero."""
    return np.asarray(np.divide(part, whole, out=np.full_like(part, undefined(otherwise)), where=whole > 0))


def at_month(by_month: Array, month: float | Array) -> Array:
    """Give the value in a month of each draw, (n,); that of the last month where it lies beyond."""
    row = np.minimum(np.broadcast_to(month, by_month.shape[1]), len(by_month) - 1).astype(int)
    return np.asarray(by_month[row, np.arange(by_month.shape[1])])


def _summed(amounts: Array | Sum) -> Sum:
    return amounts if isinstance(amounts, Sum) else Sum([amounts])
