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
    starts_negative = _turns_once(flows.net)
    one = starts_negative | _turns_once(-flows.net)
    recovers = ~one & _turns_once(flows.running) & (flows.net[_first(np.abs(flows.net) > DUST), _columns(one)] < 0)
    unique = one | recovers
    rate = np.full(one.size, np.nan)
    if unique.any():
        found = _solve_irr(flows.net[:, unique])
        rate[unique] = np.where(one[unique] | (found > 0), found, np.nan)
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
    """Total cost of ownership for each licensed user."""
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


def _first(hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give the first month in which a column hits, 0 if none does, (n,)."""
    return np.asarray(hits.argmax(axis=0))


def _columns(x: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.arange(x.size)


def _turns_once(flows: Array) -> NDArray[np.bool_]:
    """Whether each column has negative months, then positive ones, and never negative ones again, (n,)."""
    positive, negative = flows > DUST, flows < -DUST
    last_negative = flows.shape[0] - 1 - _first(negative[::-1])
    return np.asarray(positive.any(axis=0) & negative.any(axis=0) & (last_negative < _first(positive)))


def _solve_irr(net: Array) -> Array:
    """Solve NPV = 0 for the yearly rate, column by column; NaN where the iteration does not settle.

    Newton on log(PV of inflows / PV of outflows) against the log of the monthly discount factor. That function is
    almost a straight line - its slope is the difference of two durations - so a handful of steps suffice; columns
    that have settled leave the iteration.
    """
    log_v = np.zeros(net.shape[1])
    settled = np.zeros(net.shape[1], dtype=bool)
    active = np.arange(net.shape[1])
    inflow, outflow = np.maximum(net, 0), np.maximum(-net, 0)
    for _ in range(40):
        step = _irr_step(inflow, outflow, log_v[active])
        log_v[active] = np.clip(log_v[active] - np.clip(step, -0.5, 0.5), -np.log(11), np.log(10))
        done = np.abs(step) < 1e-7  # convergence is quadratic: what is left is about the square of it
        settled[active[done]] = True
        if done.all():
            break
        if done.mean() > 0.3:
            active, inflow, outflow = active[~done], inflow[:, ~done], outflow[:, ~done]
    return np.where(settled, np.expm1(-12 * log_v), np.nan)


def _irr_step(inflow: Array, outflow: Array, log_v: Array) -> Array:
    """Give the Newton step of log(inflow / outflow), the present values of both at discount factors exp(log_v)."""
    v = np.empty_like(inflow)
    v[0], v[1:] = 1.0, np.exp(log_v)
    for month in range(2, len(v)):
        np.multiply(v[month - 1], v[1], out=v[month])
    worth, owed = inflow * v, outflow * v
    months = np.arange(len(v), dtype=float)
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        in_value, out_value = worth.sum(axis=0), owed.sum(axis=0)
        durations = np.einsum("m,mn->n", months, worth) / in_value - np.einsum("m,mn->n", months, owed) / out_value
        return np.asarray(np.log(in_value / out_value) / durations)
