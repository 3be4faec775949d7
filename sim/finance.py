"""Cash flows by month and what finance makes of them.

Months run from 0 (signature) to H. Yearly rates become monthly ones as (1 + r)^(1/12) - 1. Every metric is one
function of `CashFlows` and gives (n,); `METRICS` lists them. Definitions: Brealey, Myers and Allen, "Principles
of Corporate Finance", chapters 5-6, unless a docstring names another source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np

from sim.distributions import Array
from sim.irr import DUST, bisect_irr, solve_irr, turns_once
from sim.years import Discounting, at, payback_in_years, year_ends


@dataclass(frozen=True, eq=False)
class CashFlows:
    """The flows of one vendor, (m, n) each, all amounts positive; yearly rates and users are floats or (n,)."""

    benefit: Array
    """All benefits."""
    cost: Array
    """All costs."""
    soft: Array
    """The part of the benefits that is valued staff time, not money received."""
    time: Array
    """The part of the costs that is valued staff time, not money paid (opportunity cost)."""
    discount_rate: float | Array
    finance_rate: float | Array
    reinvestment_rate: float | Array
    users: float | Array
    golive: float | Array = 0.0
    """Month of go-live; `inf` where there is none."""
    discounting: Discounting = Discounting.MONTHLY

    @cached_property
    def months(self) -> Array:
        """0 to H, (m, 1)."""
        return np.arange(self.benefit.shape[0], dtype=float)[:, None]

    @cached_property
    def net(self) -> Array:
        """Benefits less costs, (m, n)."""
        return self.benefit - self.cost

    @cached_property
    def position(self) -> Array:
        """Running total of the money received and paid, valued staff time left out, (m, n)."""
        return running_total(self.net - self.soft + self.time)

    @cached_property
    def running(self) -> Array:
        """Running total of the net flows, (m, n)."""
        return running_total(self.net)

    @cached_property
    def present(self) -> Array:
        """Net flows discounted to month 0, (m, n)."""
        return np.asarray(self.net * self.discount)

    @cached_property
    def discount(self) -> Array:
        """Present value of one unit in each month, (m, 1) or (m, n)."""
        if self.discounting is Discounting.MONTHLY:
            return _growth(self.discount_rate, -self.months)
        return _growth(self.discount_rate, -12 * self.discounting.years(self.months, self.golive))

    @cached_property
    def initial(self) -> Array:
        """Costs up to and in the month of go-live, undiscounted, (n,); all of them where there is none."""
        return at(running_total(self.cost), self.golive)

    @cached_property
    def yearly_return(self) -> Array:
        """Net flow a year on average in the three years after go-live, or as much of them as there is, (n,)."""
        last = self.months[-1, 0]
        golive = np.broadcast_to(np.minimum(self.golive, last), self.initial.shape)
        end = np.minimum(golive + 36, last)
        gained = at(self.running, end) - at(self.running, golive)
        years = (end - golive) / 12
        return _ratio(gained, years)

    @cached_property
    def year_ends(self) -> Array:
        """Last month of the start and of each year of a yearly table, (years + 1, n); see `Discounting.INITIAL`."""
        golive = self.golive if self.discounting is Discounting.INITIAL else 0.0
        return year_ends(self.months[-1, 0], golive, self.benefit.shape[1])

    def by_year(self, amounts: Array) -> Array:
        """Give what amounts by month, (m, n), come to up to go-live and in each year after it, (years + 1, n)."""
        total = running_total(amounts)
        return np.diff([at(total, end) for end in self.year_ends], axis=0, prepend=0.0)

    def present_value(self, amounts: Array) -> Array:
        """Give the present value of amounts by month, (n,)."""
        discount = self.discount
        if discount.shape[1] == 1:
            return np.asarray(discount[:, 0] @ amounts)
        return np.asarray(np.einsum("mn,mn->n", discount, amounts))

    @cached_property
    def present_cost(self) -> Array:
        """Present value of the costs, (n,)."""
        return self.present_value(self.cost)

    @cached_property
    def total_benefit(self) -> Array:
        """Benefits over the horizon, undiscounted, (n,)."""
        return np.asarray(self.benefit.sum(axis=0))

    @cached_property
    def total_cost(self) -> Array:
        """Costs over the horizon, undiscounted, (n,)."""
        return np.asarray(self.cost.sum(axis=0))


def roi(flows: CashFlows) -> Array:
    """Net return on investment: (benefit - cost) / cost, undiscounted; 0 is break-even. NaN where nothing is spent."""
    gain, cost = flows.total_benefit - flows.total_cost, flows.total_cost
    gain = np.where(np.abs(gain) < DUST, 0.0, gain)  # breaking even is 0, not a rounding error below it
    return _ratio(gain, cost)


def roi_gross(flows: CashFlows) -> Array:
    """Gross return on investment: benefit / cost, undiscounted; 1 is break-even. NaN where nothing is spent."""
    cost = flows.total_cost
    return _ratio(flows.total_benefit, cost)


def roi_pv(flows: CashFlows) -> Array:
    """Return on present values: NPV / present value of the costs, as in Forrester's Total Economic Impact.

    NaN where nothing is spent.
    """
    return _ratio(npv(flows), flows.present_cost)


def roi_nucleus(flows: CashFlows) -> Array:
    """Return a year on the initial cost: average yearly net benefit of the first three years / initial cost.

    Nucleus Research's convention, with the initial cost taken as all that is spent up to go-live. NaN where that is
    nothing, or where nothing lies beyond it.
    """
    return np.divide(
        flows.yearly_return, flows.initial, out=np.full_like(flows.initial, np.nan), where=flows.initial > 0
    )


def roi_hard(flows: CashFlows) -> Array:
    """Net return without the staff time freed: (benefit - that - cost) / cost, undiscounted; NaN without cost."""
    cost = flows.total_cost
    gain = flows.total_benefit - flows.soft.sum(axis=0) - cost
    gain = np.where(np.abs(gain) < DUST, 0.0, gain)
    return _ratio(gain, cost)


def npv_hard(flows: CashFlows) -> Array:
    """Net present value without the staff time freed."""
    return npv(flows) - flows.present_value(flows.soft)


def npv(flows: CashFlows) -> Array:
    """Net present value at month 0."""
    return np.asarray(flows.present.sum(axis=0))


def irr(flows: CashFlows) -> Array:
    """Internal rate of return, a year; NaN where no rate, or no single rate, makes the NPV zero.

    It is single if the net flows change sign once (Descartes), or if they start negative and their running total
    changes sign once and ends positive, which leaves one rate above zero (Norstrøm 1972, JFQA 7(3)).
    """
    one = np.logical_or(*turns_once(flows.net))
    recovers, _ = turns_once(flows.running)  # from below zero to above: the first flow is then negative too
    unique = one | recovers
    if not unique.any():
        return np.full(one.size, np.nan)
    rate, lowest = solve_irr(flows.net, unique), np.where(one, -1.0, 0.0)
    lost = np.flatnonzero(unique & ~(rate > lowest))  # strayed to a rate below the one sought, or never settled
    if lost.size:
        rate[lost] = bisect_irr(flows.net.take(lost, axis=1), lowest[lost])
    return rate


def mirr(flows: CashFlows) -> Array:
    """Modified internal rate of return, a year (Lin 1976): deficits at the finance rate, surpluses reinvested.

    -1 where nothing ever comes in; NaN where nothing ever goes out.
    """
    last = flows.months[-1, 0]
    surplus = (np.maximum(flows.net, 0) * _growth(flows.reinvestment_rate, last - flows.months)).sum(axis=0)
    deficit = (np.maximum(-flows.net, 0) * _growth(flows.finance_rate, -flows.months)).sum(axis=0)
    ratio = np.divide(surplus, deficit, out=np.full_like(surplus, np.nan), where=deficit > 0)
    return np.asarray(ratio ** (12 / last) - 1)


def payback(flows: CashFlows) -> Array:
    """Month from which the running total stays at or above zero; `inf` if not within the horizon.

    Undiscounted and sustained: a total that recovers and falls again has not paid back yet. Percentiles of it
    are taken without interpolation, since there is nothing between a month and never.
    """
    return _sustained(flows.running)


def payback_discounted(flows: CashFlows) -> Array:
    """Month from which the running total of the discounted flows stays at or above zero; `inf` if not in time."""
    return _sustained(running_total(flows.present))


def payback_first(flows: CashFlows) -> Array:
    """First month in which the running total is back at zero, whether it stays there or not; `inf` if never.

    It flatters: with annual prepayments the total may fall below zero again. Never later than `payback`.
    """
    first = np.full(flows.running.shape[1], np.inf)
    been_below, back = (np.zeros(first.size, dtype=bool) for _ in range(2))
    for month, total in enumerate(flows.running):
        below = total < -DUST
        first[been_below & ~below & ~back] = month
        back |= been_below & ~below
        been_below |= below
    return np.where(been_below, first, 0.0)


def payback_simple(flows: CashFlows) -> Array:
    """Months of the average yearly net benefit after go-live that repay the initial cost, rounded up; else `inf`.

    The spreadsheet figure: investment / yearly return, from go-live. NaN where nothing lies beyond go-live.
    """
    yearly = flows.yearly_return
    months = np.divide(12 * flows.initial, yearly, out=np.full_like(yearly, np.inf), where=yearly > 0)
    return np.where(np.isnan(yearly), np.nan, np.ceil(months - 1e-9))


def payback_yearly(flows: CashFlows) -> Array:
    """Month in which the running total of whole years reaches zero for good, in a straight line inside the year.

    The payback of yearly tables, Forrester's Total Economic Impact among them; not a whole number. It counts from
    signature and is undiscounted; `inf` if not within the horizon.
    """
    return payback_in_years(np.array([at(flows.running, end) for end in flows.year_ends]), flows.year_ends)


def benefit(flows: CashFlows) -> Array:
    """All benefits over the horizon, undiscounted."""
    return flows.total_benefit


def benefit_pv(flows: CashFlows) -> Array:
    """Present value of all benefits."""
    return flows.present_value(flows.benefit)


def cost_pv(flows: CashFlows) -> Array:
    """Present value of all costs, staff time included."""
    return flows.present_cost


def cost(flows: CashFlows) -> Array:
    """All costs over the horizon, undiscounted: money paid and staff time."""
    return flows.total_cost


def tco(flows: CashFlows) -> Array:
    """Total cost of ownership in money paid over the horizon, undiscounted; staff time is `opportunity_cost`."""
    return flows.total_cost - opportunity_cost(flows)


def opportunity_cost(flows: CashFlows) -> Array:
    """Staff time the project takes, at its loaded cost; `cost` is `tco` plus this."""
    return np.asarray(flows.time.sum(axis=0))


def tco_per_user(flows: CashFlows) -> Array:
    """Total cost of ownership for each user of the company (not each seat)."""
    return tco(flows) / flows.users


def tco_per_user_month(flows: CashFlows) -> Array:
    """Total cost of ownership for each user and month of the horizon."""
    return np.asarray(tco_per_user(flows) / flows.months[-1, 0])


def cost_per_user_month(flows: CashFlows) -> Array:
    """All costs, staff time included, for each user and month of the horizon."""
    return np.asarray(flows.total_cost / flows.users / flows.months[-1, 0])


def peak_exposure(flows: CashFlows) -> Array:
    """The most money that is out at the end of any month (never below zero); valued staff time left out."""
    return np.asarray(np.maximum(-flows.position.min(axis=0), 0))


METRICS: Mapping[str, Callable[[CashFlows], Array]] = {
    "roi": roi,
    "roi_gross": roi_gross,
    "roi_pv": roi_pv,
    "roi_nucleus": roi_nucleus,
    "roi_hard": roi_hard,
    "npv": npv,
    "npv_hard": npv_hard,
    "irr": irr,
    "mirr": mirr,
    "payback": payback,
    "payback_discounted": payback_discounted,
    "payback_first": payback_first,
    "payback_simple": payback_simple,
    "payback_yearly": payback_yearly,
    "benefit": benefit,
    "cost": cost,
    "benefit_pv": benefit_pv,
    "cost_pv": cost_pv,
    "tco": tco,
    "opportunity_cost": opportunity_cost,
    "tco_per_user": tco_per_user,
    "tco_per_user_month": tco_per_user_month,
    "cost_per_user_month": cost_per_user_month,
    "peak_exposure": peak_exposure,
}


class Scale(Enum):
    """How a metric's values are written."""

    RATE = "rate"
    MONEY = "money"
    MONTHS = "months"


SCALES: Mapping[str, Scale] = {
    name: Scale.MONTHS if name.startswith("payback") else Scale.MONEY for name in METRICS
} | dict.fromkeys(("roi", "roi_gross", "roi_pv", "roi_nucleus", "roi_hard", "irr", "mirr"), Scale.RATE)

TITLES: Mapping[str, str] = {
    "roi": "ROI (net)",
    "roi_gross": "ROI (gross)",
    "roi_pv": "ROI on present values (TEI)",
    "roi_nucleus": "Yearly return on initial cost (Nucleus)",
    "roi_hard": "ROI (net) without freed time",
    "npv": "NPV",
    "npv_hard": "NPV without freed time",
    "irr": "IRR a year",
    "mirr": "MIRR a year",
    "payback": "Payback month",
    "payback_discounted": "Discounted payback month",
    "payback_first": "First month back at zero",
    "payback_simple": "Simple payback, months of use",
    "payback_yearly": "Payback in months, by whole years (TEI)",
    "benefit": "Benefit",
    "cost": "Cost, staff time included",
    "benefit_pv": "Present value of benefits",
    "cost_pv": "Present value of costs",
    "tco": "TCO (money paid)",
    "opportunity_cost": "Staff time spent",
    "tco_per_user": "TCO per user",
    "tco_per_user_month": "TCO per user and month",
    "cost_per_user_month": "Cost per user and month",
    "peak_exposure": "Peak cash exposure",
}


def _growth(rate: float | Array, months: Array) -> Array:
    """Give the growth of one unit at a yearly rate over each number of months, (m, 1) or (m, n)."""
    return np.exp(np.log1p(rate) / 12 * months)


def _ratio(part: Array, whole: Array) -> Array:
    """Give part / whole, (n,); NaN where the whole is not above zero."""
    return np.asarray(np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0))


def _sustained(running: Array) -> Array:
    below = running < -DUST
    last = below.shape[0] - 1
    month = np.where(below.any(axis=0), last + 1.0 - below[::-1].argmax(axis=0), 0.0)
    return np.where(below[-1], np.inf, month)


def running_total(flows: Array) -> Array:
    """Add flows up month by month, (m, n); four times faster than `cumsum` along months."""
    total = np.empty_like(flows)
    total[0] = flows[0]
    for month in range(1, len(flows)):
        np.add(total[month - 1], flows[month], out=total[month])
    return total
