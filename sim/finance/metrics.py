"""Cash flows by month and what finance makes of them.

Every metric is one function of `CashFlows` and gives (n,); `METRICS` lists them. Definitions: Brealey, Myers and
Allen, "Principles of Corporate Finance", chapters 5-6, unless a docstring names another source.
"""

from collections.abc import Callable, Mapping
from enum import Enum

from sim.finance.cash_flows import CashFlows, Discounting, sums_over_months
from sim.finance.ownership import (
    benefit,
    benefit_pv,
    cost,
    cost_per_user,
    cost_per_user_month,
    cost_pv,
    net_benefit,
    opportunity_cost,
    peak_exposure,
    tco,
    tco_per_user,
    tco_per_user_month,
    tco_pv,
)
from sim.finance.recovery import payback, payback_discounted, payback_first, payback_simple, payback_yearly
from sim.finance.returns import irr, mirr, npv, npv_hard, roi, roi_gross, roi_hard, roi_nucleus, roi_pv
from sim.numbers.arrays import Array

__all__ = ["METRICS", "SCALES", "TITLES", "WHOLE", "CashFlows", "Discounting", "Scale", "sums_over_months"]

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
    "net_benefit": net_benefit,
    "benefit_pv": benefit_pv,
    "tco": tco,
    "opportunity_cost": opportunity_cost,
    "tco_per_user": tco_per_user,
    "tco_per_user_month": tco_per_user_month,
    "tco_pv": tco_pv,
    "cost_per_user": cost_per_user,
    "cost_per_user_month": cost_per_user_month,
    "cost_pv": cost_pv,
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

WHOLE = frozenset({"payback", "payback_discounted", "payback_first", "payback_simple"})
"""Metrics that are whole numbers: nothing lies between two of their values."""

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
    "net_benefit": "Benefit less cost",
    "benefit_pv": "Benefit, present value",
    "tco": "TCO (money paid)",
    "opportunity_cost": "Staff time spent",
    "tco_per_user": "TCO per user",
    "tco_per_user_month": "TCO per user and month",
    "tco_pv": "TCO, present value",
    "cost_per_user": "Cost per user",
    "cost_per_user_month": "Cost per user and month",
    "cost_pv": "Cost, present value",
    "peak_exposure": "Peak cash exposure",
}
