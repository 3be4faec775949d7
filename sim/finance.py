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
        return np.cumsum(self.net - self.soft + self.time, axis=0)

    @cached_property
    def running(self) -> Array:
        """Running total of the net flows, (m, n)."""
        return np.cumsum(self.net, axis=0)

    @cached_property
    def present(self) -> Array:
        """Net flows discounted to month 0, (m, n)."""
        return self.net * (1 + self.discount_rate) ** (-self.months / 12)

    @cached_property
    def total_benefit(self) -> Array:
        """Benefits over the horizon, undiscounted, (n,)."""
        return self.benefit.sum(axis=0)

    @cached_property
    def total_cost(self) -> Array:
        """Costs over the horizon, undiscounted, (n,)."""
        return self.cost.sum(axis=0)


def roi(flows: CashFlows) -> Array:
    """Net return on investment: (benefit - cost) / cost, undiscounted; 0 is break-even. NaN where nothing is spent."""
    return roi_gross(flows) - 1


def roi_gross(flows: CashFlows) -> Array:
    """Gross return on investment: benefit / cost, undiscounted; 1 is break-even. NaN where nothing is spent."""
    cost = flows.total_cost
    return np.divide(flows.total_benefit, cost, out=np.full_like(cost, np.nan), where=cost > 0)


def npv(flows: CashFlows) -> Array:
    """Net present value at month 0."""
    return flows.present.sum(axis=0)


def irr(flows: CashFlows) -> Array:
    """Internal rate of return, a year; NaN where no rate, or no single rate, makes the NPV zero.

    It is single if the net flows change sign once (Descartes), or if they start negative and their running total
    changes sign once and ends positive, which leaves one rate above zero (Norstrøm 1972, JFQA 7(3)).
    """
    one, rising = _sign_changes(flows.net) == 1, _sign_changes(flows.running) == 1
    rising &= (flows.running[-1] > 0) & (flows.net[_first_nonzero(flows.net), np.arange(one.size)] < 0)
    rate = np.full(one.size, np.nan)
    unique = one | rising
    if unique.any():
        found = _solve_irr(flows.net[:, unique])
        rate[unique] = np.where(one[unique] | (found > 0), found, np.nan)
    return rate


def mirr(flows: CashFlows) -> Array:
    """Modified internal rate of return, a year (Lin 1976): deficits at the finance rate, surpluses reinvested.

    -1 where nothing ever comes in; NaN where nothing ever goes out.
    """
    last = flows.months[-1, 0]
    surplus = (np.maximum(flows.net, 0) * (1 + flows.reinvestment_rate) ** ((last - flows.months) / 12)).sum(axis=0)
    deficit = (np.maximum(-flows.net, 0) * (1 + flows.finance_rate) ** (-flows.months / 12)).sum(axis=0)
    ratio = np.divide(surplus, deficit, out=np.full_like(surplus, np.nan), where=deficit > 0)
    return ratio ** (12 / last) - 1


def payback(flows: CashFlows) -> Array:
    """Month from which the running total stays at or above zero; `inf` if not within the horizon.

    Undiscounted and sustained: a total that recovers and falls again has not paid back yet. Percentiles of it
    are taken without interpolation, since there is nothing between a month and never.
    """
    return _sustained(flows.running)


def payback_discounted(flows: CashFlows) -> Array:
    """Month from which the running total of the discounted flows stays at or above zero; `inf` if not in time."""
    return _sustained(np.cumsum(flows.present, axis=0))


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
    return flows.time.sum(axis=0)


def tco_per_user(flows: CashFlows) -> Array:
    """Total cost of ownership for each licensed user."""
    return tco(flows) / flows.users


def peak_exposure(flows: CashFlows) -> Array:
    """The most money that is out at the end of any month (never below zero); valued staff time left out."""
    return np.maximum(-flows.position.min(axis=0), 0)


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


def _sustained(running: Array) -> Array:
    below = running < -DUST
    last = below.shape[0] - 1
    month = np.where(below.any(axis=0), last + 1.0 - below[::-1].argmax(axis=0), 0.0)
    return np.where(below[-1], np.inf, month)


def _first_nonzero(flows: Array) -> Array:
    return (flows != 0).argmax(axis=0)


def _sign_changes(flows: Array) -> Array:
    """Count the changes of sign down each column, zeros (and dust) skipped, (n,)."""
    signs = np.where(np.abs(flows) > DUST, np.sign(flows), 0.0)
    changes = np.zeros(flows.shape[1])
    last = signs[0]
    for sign in signs[1:]:
        changes += sign * last < 0
        last = np.where(sign != 0, sign, last)
    return changes


def _solve_irr(net: Array) -> Array:
    """Solve NPV = 0 for the yearly rate, column by column; NaN where the iteration does not settle.

    Newton on log(PV of inflows / PV of outflows) against the log of the monthly discount factor. That function is
    almost a straight line - its slope is the difference of two durations - so a handful of steps suffice.
    """
    inflow, outflow = np.maximum(net, 0), np.maximum(-net, 0)
    log_v = np.zeros(net.shape[1])
    gap = np.full(net.shape[1], np.inf)
    with np.errstate(all="ignore"):  # hopeless columns end as NaN below
        for _ in range(40):
            v = np.exp(log_v)
            into, into_slope = _horner(inflow, v)
            out, out_slope = _horner(outflow, v)
            gap = np.log(into / out)
            step = gap / (into_slope / into - out_slope / out)
            log_v = np.clip(log_v - np.clip(step, -0.5, 0.5), -np.log(11), np.log(10))
            if not np.nanmax(np.abs(step), initial=0.0) > 1e-14:
                break
        return np.where(np.abs(gap) < 1e-9, np.exp(-12 * log_v) - 1, np.nan)


def _horner(flows: Array, v: Array) -> tuple[Array, Array]:
    """Give the sums of c_t v^t and of t c_t v^t, (n,) each."""
    value, slope = np.zeros_like(v), np.zeros_like(v)
    for row in flows[::-1]:
        slope *= v
        slope += value
        value *= v
        value += row
    return value, slope * v
