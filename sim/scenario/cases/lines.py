"""Which lines a vendor's offer makes: one place that knows both the file's words and the model's lines."""

import math
from collections.abc import Sequence
from typing import Any, Protocol

from sim.model.events import Event
from sim.model.line import Line
from sim.model.lines.benefits import (
    BetterForecasts,
    FewerErrors,
    MarketingSaved,
    OrderToCash,
    Paperwork,
    Productivity,
    RetiredTools,
    ShorterRamp,
    Support,
)
from sim.model.lines.changeover import EventBill, Exit, ParallelRun
from sim.model.lines.customers import Customers, Market, Retention, SalesCycle, SellingTime
from sim.model.lines.licence import AddOns, Billing, Subscription, Usage
from sim.model.lines.project import (
    ChangeManagement,
    ChangeRequests,
    Implementation,
    Integrations,
    IntegrationUpkeep,
    Migration,
)
from sim.model.lines.staff import Administration, InternalTeam, ProductivityDip, TrainingCash, TrainingTime
from sim.model.operations import Operations
from sim.model.quantity import Quantity
from sim.scenario.shapes.sections import QUOTE, CheaperLeads, Company, Effects


class Lookup(Protocol):
    """Where the numbers come from."""

    def offer(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give a number of the vendor's offer."""

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact."""

    def top(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a number from the top of the file."""

    def discounts(self) -> tuple[Quantity, ...]:
        """Give the compound discounts."""

    def option(self, path: str, default: Any) -> Any:
        """Give a setting."""

    def has(self, path: str) -> bool:
        """Whether a company fact, or a number of the vendor's offer, is given."""

    def nearest(self, *paths: str) -> list[str]:
        """Give which of several numbers the vendor says itself; if none, which are said in common."""


def market_of(get: Lookup) -> Market:
    """Give the company's market."""
    return Market(
        leads_per_month=get.company("leads_per_month"),
        conversion_rate=get.company("conversion_rate"),
        conversion_cap=get.company("conversion_cap", 1.0),
        deal_value=get.company("deal_value"),
        gross_margin=get.company("gross_margin"),
        customers=get.company("customers"),
        revenue_per_customer=get.company("revenue_per_customer"),
        churn=get.company("churn"),
        recurring_share=get.company("recurring_share"),
        growth=get.company("growth"),
        win_capacity=get.company("win_capacity", math.inf),
    )


def lines_of(get: Lookup, market: Market, retention: Retention, events: Sequence[Event]) -> tuple[Line, ...]:
    """Give every line of a vendor, benefits first, those included that are zero throughout."""
    return (*_benefits(get, market, retention), *_costs(get), *_training(get), *_endings(get, events))


def in_force(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Leave out the lines that are zero throughout."""
    return tuple(line for line in lines if not line.is_void)


def operations_of(get: Lookup, lines: Sequence[Line]) -> Operations:
    """Give what the key figures are read from."""
    made: dict[type[Line], Any] = {type(line): line for line in lines}
    given = [f"company.{name}" for name in Company.model_fields if get.has(f"company.{name}")]
    given += [f"effects.{name}" for name in Effects.model_fields if get.has(f"effects.{name}")]
    return Operations(
        customers=made[Customers],
        cycle=made[SalesCycle],
        freed=made[Productivity],
        support=made[Support],
        marketing=made[MarketingSaved],
        errors=made[FewerErrors],
        given=frozenset(given),
        sales_reps=get.company("sales_reps"),
        sales_cost_per_month=get.company("sales_cost_per_month"),
        overhead_per_month=get.company("overhead_per_month"),
        calls_per_lead=get.company("calls_per_lead"),
        opportunity_share=get.company("opportunity_share"),
        support_agents=get.company("support_agents"),
        interactions_per_day=get.company("interactions_per_day"),
    )


def _benefits(get: Lookup, market: Market, retention: Retention) -> list[Line]:
    attribution = get.offer("effects.attribution", 1.0)
    sales_lag = get.offer("effects.sales_lag_months")
    more_leads = get.option("effects.cost_per_lead_use", CheaperLeads.BUDGET) is CheaperLeads.LEADS
    customers = Customers(
        market=market,
        leads=get.offer("effects.leads"),
        conversion=get.offer("effects.conversion"),
        deal_value=get.offer("effects.deal_value"),
        retention=retention,
        cross_sell=get.offer("effects.cross_sell"),
        cost_per_lead_cut=get.offer("effects.cost_per_lead_cut") if more_leads else 0.0,
        selling_time=_selling_time(get),
        attribution=attribution,
        sales_lag_months=sales_lag,
        retention_lag_months=get.offer("effects.retention_lag_months"),
    )
    cycle = SalesCycle(
        market=market,
        cycle_months=get.company("sales_cycle_months"),
        cut=get.offer("effects.cycle_cut"),
        attribution=attribution,
        lag_months=sales_lag,
    )
    freed = Productivity(
        users=get.company("users"),
        hourly_cost=get.company("hourly_cost"),
        hours_saved=get.offer("effects.hours_saved"),
        hours_entry=get.offer("effects.hours_entry"),
        time_realised=get.offer("effects.time_realised", 1.0),
        time_to_selling=get.offer("effects.time_to_selling"),
    )
    retired = RetiredTools(get.offer("legacy.cost_per_month"), get.offer("legacy.overlap_months"))
    ramp = ShorterRamp(market, get.company("turnover"), get.offer("effects.ramp_months_saved"), attribution)
    return [customers, cycle, ramp, freed, retired, *_operations(get, more_leads, attribution, sales_lag)]


def _selling_time(get: Lookup) -> SellingTime:
    share = get.offer("effects.time_to_selling")
    if share == 0.0:
        return SellingTime()
    return SellingTime(
        share=share,
        hours_saved=get.offer("effects.hours_saved"),
        hours_entry=get.offer("effects.hours_entry"),
        time_realised=get.offer("effects.time_realised", 1.0),
    )


def _operations(get: Lookup, more_leads: bool, attribution: Quantity, sales_lag: Quantity) -> list[Line]:
    """Give the benefits in support, marketing and administration."""
    hourly, realised = get.company("hourly_cost"), get.offer("effects.time_realised", 1.0)
    return [
        Support(
            tickets_per_month=get.company("tickets_per_month"),
            deflected=get.offer("effects.tickets_deflected"),
            handling_cut=get.offer("effects.ticket_handling_cut"),
            cost_per_ticket=get.company("cost_per_ticket"),
            hours_per_ticket=get.company("hours_per_ticket"),
            hourly_cost=get.company("agent_hourly_cost", hourly),
            time_realised=realised,
        ),
        MarketingSaved(
            budget_per_month=get.company("marketing_per_month"),
            cut=0.0 if more_leads else get.offer("effects.cost_per_lead_cut"),
            attribution=attribution,
            lag_months=sales_lag,
        ),
        OrderToCash(
            yearly_revenue=get.company("yearly_revenue"),
            days=get.offer("effects.order_to_cash_days"),
            cost_of_capital=get.company("cost_of_capital", get.top("discount_rate")),
        ),
        FewerErrors(
            errors_per_month=get.company("errors_per_month"),
            cost_per_error=get.company("cost_per_error"),
            reduction=get.offer("effects.error_reduction"),
        ),
        Paperwork(
            quotes_per_month=get.company("quotes_per_month"),
            hours_per_quote=get.offer("effects.hours_per_quote"),
            commission_hours=get.offer("effects.commission_hours"),
            hourly_cost=hourly,
            time_realised=realised,
        ),
        BetterForecasts(get.company("misplanning_per_month"), get.offer("effects.misplanning_cut")),
    ]


def _costs(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), get.company("hourly_cost")
    licence = _licence(get, users)
    return [
        *licence,
        *_project(get, licence[0]),
        InternalTeam(get.offer("implementation.team_fte"), hourly),
        Administration(
            users=users,
            users_per_admin=get.offer("administration.users_per_admin"),
            admin_cost_per_year=get.offer("administration.admin_cost"),
            cost_per_month=get.offer("administration.cost_per_month"),
        ),
        ParallelRun(get.offer("legacy.parallel_cost_per_month"), get.offer("legacy.overlap_months")),
    ]


def _licence(get: Lookup, users: Quantity) -> tuple[Subscription, AddOns, Usage]:
    subscription = Subscription(
        seats=get.offer("licence.seats", users),
        list_price=get.offer("licence.list_price"),
        discounts=get.discounts(),
        minimum_seats=get.offer("licence.minimum_seats"),
        billing=get.option("licence.billing", Billing.ANNUAL),
        uplift=get.offer("licence.uplift"),
        term_months=get.option("licence.term_months", 12),
        capped_at_list=get.option("licence.capped_at_list", False),
        platform_fee=get.offer("licence.platform_fee"),
    )
    add_ons = AddOns(subscription, get.offer("licence.add_ons"), get.offer("licence.add_on_price"))
    return subscription, add_ons, Usage(users, get.offer("licence.usage_per_user"))


def _implementation(get: Lookup, overrun: Quantity, licence: Subscription) -> Implementation:
    if get.nearest(*QUOTE) == [QUOTE[1]]:
        return Implementation(0.0, overrun, get.offer(QUOTE[1]), licence)
    return Implementation(get.offer(QUOTE[0]), overrun)


def _project(get: Lookup, licence: Subscription) -> list[Line]:
    overrun = get.offer("implementation.overrun", 1.0)
    implementation = _implementation(get, overrun, licence)
    integrations = Integrations(
        erp=get.offer("implementation.erp_integration"),
        psa=get.offer("implementation.psa_integration"),
        third_party=get.offer("implementation.third_party_integrations"),
        third_party_cost=get.offer("implementation.third_party_cost"),
        overrun=overrun,
    )
    return [
        implementation,
        Migration(get.offer("implementation.migration"), overrun),
        integrations,
        IntegrationUpkeep(integrations, get.offer("implementation.integration_upkeep")),
        ChangeManagement(get.offer("implementation.change_management")),
        ChangeRequests(implementation, get.offer("administration.change_requests")),
    ]


def _training(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), get.company("hourly_cost")
    turnover, refresh = get.company("turnover"), get.offer("training.refresh")
    return [
        TrainingCash(users, get.offer("training.cash_per_user"), turnover, refresh),
        TrainingTime(users, get.offer("training.hours_per_user"), hourly, turnover, refresh),
        ProductivityDip(users, hourly, get.offer("training.dip"), get.offer("training.dip_months")),
    ]


def _endings(get: Lookup, events: Sequence[Event]) -> list[Line]:
    leaving = Exit(get.offer("exit.cost"), get.option("exit.at_horizon", False))
    return [leaving, *bills(events)]


def bills(events: Sequence[Event]) -> list[Line]:
    """Give what events cost by themselves."""
    return [EventBill(event) for event in events if event.cost != 0.0]
