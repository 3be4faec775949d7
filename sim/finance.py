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
from numpy.typing import NDArray

from sim.distributions import Array

DUST = 1e-6
"""A millionth of a currency unit: a running total that rounding left this far below zero is not below it."""


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
        return np.asarray(self.net * _growth(self.discount_rate, -self.months))

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
    return np.divide(gain, cost, out=np.full_like(cost, np.nan), where=cost > 0)


def roi_gross(flows: CashFlows) -> Array:
    """Gross return on investment: benefit / cost, undiscounted; 1 is break-even. NaN where nothing is spent."""
    cost = flows.total_cost
    return np.divide(flows.total_benefit, cost, out=np.full_like(cost, np.nan), where=cost > 0)


def npv(flows: CashFlows) -> Array:
    """Net present value at month 0."""
    return np.asarray(flows.present.sum(axis=0))


def irr(flows: CashFlows) -> Array:
    """Internal rate of return, a year; NaN where no rate, or no single rate, makes the NPV zero.

    It is single if the net flows change sign once (Descartes), or if they start negative and their running total
    changes sign once and ends positive, which leaves one rate above zero (Norstrøm 1972, JFQA 7(3)).
    """
    one = np.logical_or(*_turns_once(flows.net))
    recovers, _ = _turns_once(flows.running)  # from below zero to above: the first flow is then negative too
    unique = one | recovers
    if not unique.any():
        return np.full(one.size, np.nan)
    rate, lowest = _solve_irr(flows.net, unique), np.where(one, -1.0, 0.0)
    lost = np.flatnonzero(unique & ~(rate > lowest))  # strayed to a rate below the one sought, or never settled
    if lost.size:
        rate[lost] = _bisect_irr(flows.net.take(lost, axis=1), lowest[lost])
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


def benefit(flows: CashFlows) -> Array:
    """All benefits over the horizon, undiscounted."""
    return flows.total_benefit


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


def peak_exposure(flows: CashFlows) -> Array:
    """The most money that is out at the end of any month (never below zero); valued staff time left out."""
    return np.asarray(np.maximum(-flows.position.min(axis=0), 0))


METRICS: Mapping[str, Callable[[CashFlows], Array]] = {
    "roi": roi,
    "roi_gross": roi_gross,
    "npv": npv,
    "irr": irr,
    "mirr": mirr,
    "payback": payback,
    "payback_discounted": payback_discounted,
    "benefit": benefit,
    "cost": cost,
    "tco": tco,
    "opportunity_cost": opportunity_cost,
    "tco_per_user": tco_per_user,
    "peak_exposure": peak_exposure,
}


class Scale(Enum):
    """How a metric's values are written."""

    RATE = "rate"
    MONEY = "money"
    MONTHS = "months"


SCALES: Mapping[str, Scale] = {
    name: Scale.MONTHS if name.startswith("payback") else Scale.MONEY for name in METRICS
} | dict.fromkeys(("roi", "roi_gross", "irr", "mirr"), Scale.RATE)

TITLES: Mapping[str, str] = {
    "roi": "ROI (net)",
    "roi_gross": "ROI (gross)",
    "npv": "NPV",
    "irr": "IRR a year",
    "mirr": "MIRR a year",
    "payback": "Payback month",
    "payback_discounted": "Discounted payback month",
    "benefit": "Benefit",
    "cost": "Cost, staff time included",
    "tco": "TCO (money paid)",
    "opportunity_cost": "Staff time spent",
    "tco_per_user": "TCO per user",
    "peak_exposure": "Peak cash exposure",
}


def _growth(rate: float | Array, months: Array) -> Array:
    """Give the growth of one unit at a yearly rate over each number of months, (m, 1) or (m, n)."""
    return np.exp(np.log1p(rate) / 12 * months)


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


def _turns_once(flows: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each column changes sign just once, upwards and downwards, zeros and dust aside, (n,) each."""
    risen, fallen, relapsed, recovered = (np.zeros(flows.shape[1], dtype=bool) for _ in range(4))
    for row in flows:
        positive, negative = row > DUST, row < -DUST
        relapsed |= risen & negative
        recovered |= fallen & positive
        risen |= positive
        fallen |= negative
    both = risen & fallen
    return both & ~relapsed, both & ~recovered


def _solve_irr(net: Array, wanted: NDArray[np.bool_]) -> Array:
    """Solve NPV = 0 for the yearly rate in the wanted columns; NaN elsewhere and where it does not settle.

    Halley's method on log(PV of inflows / PV of outflows) against the log of the monthly discount factor. That
    function is almost a straight line - its slope is the difference of two durations - so two or three steps do;
    columns that have settled leave the iteration.
    """
    columns = np.arange(net.shape[1])
    inflow, outflow = np.maximum(net, 0), np.maximum(-net, 0)
    log_v = _bounded(-_halley_step(inflow, outflow))  # the first step starts from a rate of zero
    unsettled = wanted.copy()
    for _ in range(40):
        open_ = unsettled[columns]
        if open_.mean() < 0.3:  # picking columns out costs several passes over them
            columns, few = columns[open_], np.flatnonzero(open_)
            inflow, outflow, open_ = inflow.take(few, axis=1), outflow.take(few, axis=1), open_[few]
        v = _powers(np.exp(log_v[columns]), len(net))
        step = np.where(open_, _halley_step(inflow * v, outflow * v), 0.0)
        log_v[columns] = _bounded(log_v[columns] - step)
        unsettled[columns] &= ~(np.abs(step) < 1e-4)  # convergence is cubic: what is left is about its third power
        if not unsettled.any():
            break
    return np.where(wanted & ~unsettled, np.expm1(-12 * log_v), np.nan)


def _bisect_irr(net: Array, lowest: Array) -> Array:
    """Solve NPV = 0 for the yearly rate by halving, for the few columns that need it; NaN without a change of sign."""
    low = np.full(net.shape[1], -np.log(11.0))  # of the log discount factor: the highest rate
    high = np.where(lowest < 0, np.log(10.0), 0.0)
    at_low, at_high = (np.sign((net * _powers(np.exp(end), len(net))).sum(axis=0)) for end in (low, high))
    for _ in range(60):
        middle = (low + high) / 2
        same = np.sign((net * _powers(np.exp(middle), len(net))).sum(axis=0)) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(at_low * at_high < 0, np.expm1(-12 * low), np.nan)


def _bounded(log_v: Array) -> Array:
    """Keep monthly rates between -90 % and 1,000 %."""
    return np.asarray(np.minimum(np.maximum(log_v, -np.log(11)), np.log(10)))


def _powers(v: Array, months: int) -> Array:
    """Give v to the power of each month, (m, n)."""
    powers = np.empty((months, v.size))
    powers[0], powers[1:2] = 1.0, v
    for month in range(2, months):
        np.multiply(powers[month - 1], v, out=powers[month])
    return powers


def _halley_step(inflow: Array, outflow: Array) -> Array:
    """Give how far the log discount factor must fall for the present values to balance, (n,); at most 0.5 a step."""
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        in_value, in_duration, in_spread = _moments(inflow)
        out_value, out_duration, out_spread = _moments(outflow)
        slope = in_duration - out_duration
        newton = np.log(in_value / out_value) / slope
        curb = 1 - newton * (in_spread - out_spread) / (2 * slope)
        return np.asarray(np.clip(newton / np.clip(curb, 0.5, 2), -0.5, 0.5))


def _moments(values: Array) -> tuple[Array, Array, Array]:
    """Give the sum of each column, and the mean and variance of the month weighted by it, (n,) each."""
    months = np.arange(len(values), dtype=float)
    total = values.sum(axis=0)
    mean = np.einsum("m,mn->n", months, values) / total
    return total, mean, np.einsum("m,mn->n", months**2, values) / total - mean**2
