"""The key figures that planners ask for: those the model computes, and those that can only be recorded.

Names and definitions are those of the articles by Vtiger ("CRM ROI: measure and maximise your CRM returns") and
NetSuite ("How to measure CRM ROI") unless a docstring names another source. Every figure is one function of a `Side`,
called once for the company without the CRM and once with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.model.key_figures.side import WORKING_DAYS_A_MONTH, Side
from sim.numbers.arrays import Array, Value
from sim.numbers.kinds import Kind


@dataclass(frozen=True)
class Record:
    """What a file says of a key figure: before the CRM, the target, what was measured since."""

    before: float | None = None
    target: float | None = None
    actual: float | None = None
    note: str = ""


def over(part: Value, whole: Value) -> Array:
    """Give part / whole; NaN where the whole is not above zero."""
    top, bottom = np.broadcast_arrays(part, whole)
    return np.asarray(np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 0))


def leads(side: Side) -> Value:
    """Leads a month."""
    return side.leads / side.months


def conversion(side: Side) -> Value:
    """Deals won / leads."""
    return over(side.wins, side.leads)


def close_rate(side: Side) -> Value:
    """Deals won / opportunities; the share of leads that become one does not change."""
    return over(side.wins, side.leads * side[side.operations.opportunity_share])


def wins(side: Side) -> Value:
    """Deals won a month, those that a shorter cycle brings forward left out: they come once."""
    return side.wins / side.months


def deal_value(side: Side) -> Value:
    """Revenue of the deals / deals (average deal size)."""
    return over(side.deals, side.wins)


def sales_cycle(side: Side) -> Value:
    """Months from lead to deal: today's less what the CRM cuts."""
    cycle = side.operations.cycle
    return side[cycle.cycle_months] - side.mean(cycle.gained(side.world))


def sales_efficiency(side: Side) -> Value:
    """Deals won / sales calls, calls a lead unchanged."""
    return over(side.wins, side.leads * side[side.operations.calls_per_lead])


def revenue(side: Side) -> Value:
    """Sales revenue a month: deals, those brought forward included, and existing customers."""
    return side.revenue / side.months


def revenue_rise(side: Side) -> Value:
    """Sales revenue a month, less that of the month of signature."""
    return revenue(side) - side.revenue_today


def revenue_per_rep(side: Side) -> Value:
    """Sales revenue a month / sellers."""
    return over(revenue(side), side[side.operations.sales_reps])


def gross_margin(side: Side) -> Value:
    """Sales revenue less what it costs to fulfil, a month."""
    return side.margin / side.months


def margin_rate(side: Side) -> Value:
    """Net income / sales revenue: margin less overhead, and with the CRM all its other money; before tax."""
    return over(side.net_income, side.revenue)


def churn(side: Side) -> Value:
    """Share of the customers lost in a year: the monthly losses compounded."""
    return 1 - (1 - side.monthly_loss) ** 12


def retention(side: Side) -> Value:
    """Share of the customers kept for a year."""
    return (1 - side.monthly_loss) ** 12


def customers(side: Side) -> Value:
    """Customers at the start of the last month."""
    return np.asarray(side.path.customers[side.month])


def lifetime_value(side: Side) -> Value:
    """Present margin of a won deal and of the customer it may become.

    A customer pays monthly from the month after the deal, is lost at the year's average rate k and discounted at the
    monthly rate i: the sum of a (1 - k)^(t-1) (1 + i)^-t over all months t is a / (k + i) (Gupta and Lehmann 2003,
    "Customers as assets", Journal of Interactive Marketing 17(1), by month).
    """
    market = side.operations.customers.market
    bought = side[market.revenue_per_customer] / 12 * side.mean(side.path.more_sold)
    discount = (1 + side[side.case.discount_rate]) ** (1 / 12) - 1
    stream = side[market.recurring_share] * over(bought, side.monthly_loss + discount)
    return side.mean(side.path.margin) * (side.mean(side.path.bigger) * side[market.deal_value] + stream)


def cost_per_lead(side: Side) -> Value:
    """Marketing budget / leads."""
    return over(side.marketing, side.leads)


def acquisition_cost(side: Side) -> Value:
    """Marketing and sales cost / deals won. Follows from conversion and cost per lead; it is no lever."""
    return over(side.marketing + side[side.operations.sales_cost_per_month] * side.months, side.wins)


def ltv_to_cac(side: Side) -> Value:
    """Lifetime value / acquisition cost."""
    return over(lifetime_value(side), acquisition_cost(side))


def marketing_return(side: Side) -> Value:
    """Margin of the deals won / marketing budget (effectiveness of campaigns, all of them together)."""
    return over(side.deals_margin, side.marketing)


def hours_freed(side: Side) -> Value:
    """Hours freed a user and week, net of data entry, before the share that becomes work."""
    return side.hours_freed


def output(side: Side) -> Value:
    """Work done in a working hour, by that of today: a week's hours / those that today's work still takes."""
    return side.output


def interactions(side: Side) -> Value:
    """Customer interactions an agent and day: today's times the output of an hour."""
    return side[side.operations.interactions_per_day] * side.output


def tickets(side: Side) -> Value:
    """Support tickets a month that still come."""
    support = side.operations.support
    return side[support.tickets_per_month] * side.mean(support.coming(side.world))


def resolution_hours(side: Side) -> Value:
    """Agents' hours that a ticket takes."""
    support = side.operations.support
    return side[support.hours_per_ticket] * side.mean(support.handling(side.world))


def cases_per_agent(side: Side) -> Value:
    """Tickets an agent gets through a working day, at today's workload: as many more as each takes less."""
    support = side.operations.support
    today = over(side[support.tickets_per_month], side[side.operations.support_agents]) / WORKING_DAYS_A_MONTH
    return over(today, side.mean(support.handling(side.world)))


def errors(side: Side) -> Value:
    """Wrong orders, invoices and deliveries a month."""
    fewer = side.operations.errors
    return side[fewer.errors_per_month] * (1 - side.mean(side.world.adoption()) * side[fewer.reduction])


def process_cost(side: Side) -> Value:
    """Money that the processes which the CRM improves cost a month."""
    better = side.operations.processes
    return side[better.cost_per_month] * (1 - side.mean(side.world.adoption()) * side[better.cut])


def billed_hours(side: Side) -> Value:
    """Hours billed a consultant and week beyond those of today."""
    return side.mean(side.world.adoption()) * side[side.operations.billed.hours]


@dataclass(frozen=True)
class Kpi:
    """A key figure: what it is called, what it measures, whether it should rise, and what a file must give for it."""

    title: str
    unit: Kind
    rises: bool
    needs: tuple[str, ...]
    of: Callable[[Side], Value]


_SELLS = ("company.leads_per_month", "company.conversion_rate")
_DEALS = (*_SELLS, "company.deal_value")
_KEEPS = ("company.customers", "company.churn")
_MARGIN = "company.gross_margin"
_BUDGET = "company.marketing_per_month"
_SALES_COST = "company.sales_cost_per_month"
_FREED = ("company.users", "effects.hours_saved")

KPIS: Mapping[str, Kpi] = {
    "leads": Kpi("Leads a month", Kind.COUNT, True, ("company.leads_per_month",), leads),
    "conversion": Kpi("Conversion rate", Kind.RATE, True, _SELLS, conversion),
    "close_rate": Kpi("Close rate", Kind.RATE, True, (*_SELLS, "company.opportunity_share"), close_rate),
    "wins": Kpi("Deals won a month", Kind.COUNT, True, _SELLS, wins),
    "deal_value": Kpi("Average deal size", Kind.MONEY, True, _DEALS, deal_value),
    "sales_cycle": Kpi("Sales cycle, months", Kind.MONTHS, False, ("company.sales_cycle_months",), sales_cycle),
    "sales_efficiency": Kpi("Deals by call", Kind.RATE, True, (*_SELLS, "company.calls_per_lead"), sales_efficiency),
    "revenue": Kpi("Sales revenue a month", Kind.MONEY, True, _DEALS, revenue),
    "revenue_rise": Kpi("Rise in monthly sales revenue", Kind.MONEY, True, _DEALS, revenue_rise),
    "revenue_per_rep": Kpi(
        "Revenue a seller and month", Kind.MONEY, True, (*_DEALS, "company.sales_reps"), revenue_per_rep
    ),
    "gross_margin": Kpi("Gross margin a month", Kind.MONEY, True, (*_DEALS, _MARGIN), gross_margin),
    "margin_rate": Kpi(
        "Margin rate (net)", Kind.RATE, True, (*_DEALS, _MARGIN, "company.overhead_per_month"), margin_rate
    ),
    "churn": Kpi("Churn a year", Kind.RATE, False, _KEEPS, churn),
    "retention": Kpi("Retention a year", Kind.RATE, True, _KEEPS, retention),
    "customers": Kpi("Customers", Kind.COUNT, True, _KEEPS, customers),
    "lifetime_value": Kpi("Lifetime value of a won deal", Kind.MONEY, True, (*_DEALS, _MARGIN), lifetime_value),
    "acquisition_cost": Kpi(
        "Cost of a won deal (CAC)", Kind.MONEY, False, (*_SELLS, _BUDGET, _SALES_COST), acquisition_cost
    ),
    "ltv_to_cac": Kpi("Lifetime value / CAC", Kind.FACTOR, True, (*_DEALS, _MARGIN, _BUDGET, _SALES_COST), ltv_to_cac),
    "cost_per_lead": Kpi("Cost per lead", Kind.MONEY, False, ("company.leads_per_month", _BUDGET), cost_per_lead),
    "marketing_return": Kpi(
        "Margin won / marketing spend", Kind.FACTOR, True, (*_DEALS, _MARGIN, _BUDGET), marketing_return
    ),
    "hours_freed": Kpi("Hours freed a user and week", Kind.HOURS, True, _FREED, hours_freed),
    "output": Kpi("Output of a working hour", Kind.RATE, True, _FREED, output),
    "interactions": Kpi(
        "Interactions an agent and day", Kind.COUNT, True, (*_FREED, "company.interactions_per_day"), interactions
    ),
    "tickets": Kpi("Support tickets a month", Kind.COUNT, False, ("company.tickets_per_month",), tickets),
    "resolution_hours": Kpi(
        "Handling time of a ticket, hours",
        Kind.HOURS,
        False,
        ("company.tickets_per_month", "company.hours_per_ticket"),
        resolution_hours,
    ),
    "cases_per_agent": Kpi(
        "Tickets an agent and day",
        Kind.COUNT,
        True,
        ("company.tickets_per_month", "company.support_agents"),
        cases_per_agent,
    ),
    "errors": Kpi("Errors a month", Kind.COUNT, False, ("company.errors_per_month",), errors),
    "process_cost": Kpi(
        "Cost of processes a month", Kind.MONEY, False, ("company.process_cost_per_month",), process_cost
    ),
    "billed_hours": Kpi(
        "More hours billed a consultant and week", Kind.HOURS, True, ("effects.billed_hours",), billed_hours
    ),
}
"""Every key figure that is computed, without the CRM and with it."""

AFTER: Mapping[str, str] = {
    "payback": "Whole horizon: break-even month",
    "net_benefit": "Whole horizon: profit beyond it",
}
"""Metrics of the whole horizon that are key figures too; there is nothing to compare them with."""


@dataclass(frozen=True)
class Recorded:
    """A key figure that no model input moves: it may be written down, and why it is not valued."""

    title: str
    unit: Kind
    why: str


_SURVEY = "no formula leads from a survey score to money; what it does to customers is retention and cross-sell"
_SHOWS_IN_CONVERSION = "its effect is part of conversion; valued apart it would count the same deals twice"
RECORDED: Mapping[str, Recorded] = {
    "nps": Recorded("Net promoter score", Kind.COUNT, _SURVEY),
    "customer_satisfaction": Recorded("Customer satisfaction", Kind.RATE, _SURVEY),
    "lead_response_hours": Recorded("Time to contact a lead, hours", Kind.HOURS, _SHOWS_IN_CONVERSION),
    "first_response_hours": Recorded(
        "Time to first answer, hours", Kind.HOURS, "waiting costs the customer's patience, not agents' time: retention"
    ),
    "hours_to_resolve": Recorded(
        "Time to resolve a case, hours elapsed", Kind.HOURS,
        "waiting costs the customer's patience: retention; the agents' own time is hours_per_ticket",
    ),
    "cases_closed_same_day": Recorded(
        "Cases closed the same day", Kind.RATE, "hangs on queues and shifts, which the model has not; see handling time"
    ),
    "activities_logged": Recorded(
        "E-mails, calls, meetings, quotes a month", Kind.COUNT, "a leading indicator: it may lead to sales, or not"
    ),
    "quota_attainment": Recorded(
        "Sellers' progress to quota", Kind.RATE, "a quota is a plan, not money; the deals behind it are valued already"
    ),
    "revenue_by_campaign": Recorded(
        "Revenue of the campaign", Kind.MONEY,
        "depends on the attribution chosen (first click, last click, view-through); all campaigns: marketing_return",
    ),
    "supplier_lead_time": Recorded(
        "Time of delivery of suppliers, days", Kind.FACTOR,
        "buying is not moved by a CRM here; better forecasts are valued as misplanning",
    ),
    "security_incidents": Recorded(
        "Security incidents a year", Kind.COUNT, "no published rate tells firms with a CRM from those without"
    ),
    "user_satisfaction": Recorded("Users' satisfaction", Kind.RATE, "shows in adoption, which is valued"),
}  # fmt: skip
"""Every key figure that is recorded only."""
