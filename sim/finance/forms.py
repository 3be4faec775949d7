"""How metrics follow from what only adds up: by themselves, as a quotient, or from a running total.

Where cash flows are straight lines in an input, so is all that adds up, and a metric's probability given the other
inputs is one of that input. Metrics that are not here - rates of return, peaks, first months - have no such form.
"""

from collections.abc import Callable, Mapping

from sim.finance.cash_flows import CashFlows
from sim.finance.ownership import (
    benefit,
    benefit_pv,
    cost,
    cost_per_user,
    cost_per_user_month,
    cost_pv,
    net_benefit,
    opportunity_cost,
    tco,
    tco_per_user,
    tco_per_user_month,
    tco_pv,
)
from sim.finance.recovery import running, running_discounted
from sim.finance.returns import gain, gain_hard, npv, npv_hard
from sim.numbers.arrays import Array

QUANTITIES: Mapping[str, Callable[[CashFlows], Array]] = {
    "benefit": benefit,
    "cost": cost,
    "net_benefit": net_benefit,
    "npv": npv,
    "npv_hard": npv_hard,
    "benefit_pv": benefit_pv,
    "tco": tco,
    "opportunity_cost": opportunity_cost,
    "tco_per_user": tco_per_user,
    "tco_per_user_month": tco_per_user_month,
    "tco_pv": tco_pv,
    "cost_per_user": cost_per_user,
    "cost_per_user_month": cost_per_user_month,
    "cost_pv": cost_pv,
    "gain": gain,
    "gain_hard": gain_hard,
    "running": running,
    "running_discounted": running_discounted,
}
"""What adds up over lines, months and draws, (n,) or (m, n)."""

LASTING: Mapping[str, str] = {"payback": "running", "payback_discounted": "running_discounted"}
"""Metrics that are the month from which a running total stays at or above zero."""

QUOTIENTS: Mapping[str, tuple[str, str]] = {
    "roi": ("gain", "cost"),
    "roi_gross": ("benefit", "cost"),
    "roi_pv": ("npv", "cost_pv"),
    "roi_hard": ("gain_hard", "cost"),
}
"""Metrics that are one quantity by another."""

ADDING: frozenset[str] = frozenset(QUANTITIES) - {"gain", "gain_hard", *LASTING.values()}
"""Metrics that are a quantity themselves."""

FORMED: frozenset[str] = ADDING | QUOTIENTS.keys() | LASTING.keys()
"""All metrics that have a form."""


def quantities_of(metric: str) -> tuple[str, ...]:
    """Give the quantities that a metric follows from; none if it has no form."""
    if metric in LASTING:
        return (LASTING[metric],)
    return QUOTIENTS.get(metric, (metric,) if metric in ADDING else ())
