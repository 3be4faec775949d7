"""Every metric, one row each. A metric more is a function of `CashFlows` and its row here.

Definitions: Brealey, Myers and Allen, "Principles of Corporate Finance", chapters 5-6, unless the docstring of a
function names another source.
"""

from collections.abc import Mapping

from sim.finance.metric import Adds, Lasts, Metric, Ratio
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
from sim.finance.recovery import (
    payback,
    payback_cash,
    payback_discounted,
    payback_first,
    payback_simple,
    payback_yearly,
    running,
    running_cash,
    running_discounted,
)
from sim.finance.returns import (
    gain,
    gain_cash,
    gain_hard,
    irr,
    mirr,
    npv,
    npv_cash,
    npv_hard,
    roi,
    roi_cash,
    roi_gross,
    roi_hard,
    roi_nucleus,
    roi_pv,
)
from sim.numbers.kinds import Kind

RATE, MONEY, MONTHS = Kind.RATE, Kind.MONEY, Kind.MONTHS
ADDS = Adds()

_ROWS = (
    Metric("roi", "ROI (net)", RATE, roi, Ratio(gain, cost)),
    Metric("roi_gross", "ROI (gross)", RATE, roi_gross, Ratio(benefit, cost)),
    Metric("roi_pv", "ROI on present values (TEI)", RATE, roi_pv, Ratio(npv, cost_pv)),
    Metric("roi_nucleus", "Yearly return on initial cost (Nucleus)", RATE, roi_nucleus),
    Metric("roi_cash", "ROI (net), money only", RATE, roi_cash, Ratio(gain_cash, tco)),
    Metric("roi_hard", "ROI (net), time spent counted, time freed not", RATE, roi_hard, Ratio(gain_hard, cost)),
    Metric("npv", "NPV", MONEY, npv, ADDS),
    Metric("npv_cash", "NPV, money only", MONEY, npv_cash, ADDS),
    Metric("npv_hard", "NPV, time spent counted, time freed not", MONEY, npv_hard, ADDS),
    Metric("irr", "IRR a year", RATE, irr),
    Metric("mirr", "MIRR a year", RATE, mirr),
    Metric("payback", "Payback month", MONTHS, payback, Lasts(running), whole=True),
    Metric(
        "payback_discounted",
        "Discounted payback month",
        MONTHS,
        payback_discounted,
        Lasts(running_discounted),
        whole=True,
    ),
    Metric("payback_cash", "Payback month, money only", MONTHS, payback_cash, Lasts(running_cash), whole=True),
    Metric("payback_first", "First month back at zero", MONTHS, payback_first, whole=True),
    Metric("payback_simple", "Simple payback, months of use", MONTHS, payback_simple, whole=True),
    Metric("payback_yearly", "Payback in months, by whole years (TEI)", MONTHS, payback_yearly),
    Metric("benefit", "Benefit", MONEY, benefit, ADDS),
    Metric("cost", "Cost, staff time included", MONEY, cost, ADDS),
    Metric("net_benefit", "Benefit less cost", MONEY, net_benefit, ADDS),
    Metric("benefit_pv", "Benefit, present value", MONEY, benefit_pv, ADDS),
    Metric("tco", "TCO (money paid)", MONEY, tco, ADDS),
    Metric("opportunity_cost", "Staff time spent", MONEY, opportunity_cost, ADDS),
    Metric("tco_per_user", "TCO per user", MONEY, tco_per_user, ADDS),
    Metric("tco_per_user_month", "TCO per user and month", MONEY, tco_per_user_month, ADDS),
    Metric("tco_pv", "TCO, present value", MONEY, tco_pv, ADDS),
    Metric("cost_per_user", "Cost per user", MONEY, cost_per_user, ADDS),
    Metric("cost_per_user_month", "Cost per user and month", MONEY, cost_per_user_month, ADDS),
    Metric("cost_pv", "Cost, present value", MONEY, cost_pv, ADDS),
    Metric("peak_exposure", "Peak cash exposure", MONEY, peak_exposure),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ROWS}
"""By name, in the order of reports."""
