"""Which lines a vendor's offer makes: one place that knows both the file's words and the model's lines."""

import math
from collections.abc import Sequence
from typing import Any

from sim.model.events import Event
from sim.model.line import Line
from sim.model.lines.benefits import (
    BetterForecasts,
    BetterProcesses,
    BilledHours,
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
from sim.model.lines.freed_time import ALONE, HOURS_A_MONTH, Connected, RealisedOn
from sim.model.lines.licence import AddOns, Billing, Subscription, Usage
from sim.model.lines.project import (
    ChangeManagement,
    ChangeRequests,
    Implementation,
    Integrations,
    IntegrationUpkeep,
    Migration,
)
from sim.model.lines.staff import (
    Administration,
    DataUpkeep,
    InternalTeam,
    ProductivityDip,
    TrainingCash,
    TrainingTime,
)
from sim.model.operations import Operations
from sim.model.quantity import Quantity, scaled
from sim.scenario.cases.lookup import Lookup
from sim.scenario.shapes.sections import QUOTE, CheaperLeads, Company, Effects


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


def hourly_cost(get: Lookup) -> Quantity:
    """Give the loaded cost of a user's hour, also where the file says it for a month."""
    if get.file.company.monthly_cost is None:
        return get.company("hourly_cost")
    return scaled(get.company("monthly_cost"), 1 / HOURS_A_MONTH)


def lines_of(get: Lookup, market: Market, retention: Retention, events: Sequence[Event]) -> tuple[Line, ...]:
    """Give every line of a vendor, benefits first, those included that are zero throughout."""
    return (*_benefits(get, market, retention), *_costs(get), *_training(get), *_endings(get, events))


def in_force(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Leave out the lines that are zero throughout."""
    return tuple(line for line in lines if not line.is_void)


def operations_of(get: Lookup, lines: Sequence[Line]) -> Operations:
    """Give what the key figures are read from."""
    by_type: dict[type[Line], Any] = {type(line): line for line in lines}
    company, effects = get.file.company, get.offer.effects
    stated = [f"company.{name}" for name in Company.model_fields if getattr(company, name) is not None]
    stated += [f"effects.{name}" for name in Effects.model_fields if getattr(effects, name) is not None]
    return Operations(
        customers=by_type[Customers],
        cycle=by_type[SalesCycle],
        freed=by_type[Productivity],
        support=by_type[Support],
        marketing=by_type[MarketingSaved],
        errors=by_type[FewerErrors],
        processes=by_type[BetterProcesses],
        billed=by_type[BilledHours],
        stated=frozenset(stated),
        sales_reps=get.company("sales_reps"),
        sales_cost_per_month=get.company("sales_cost_per_month"),
        overhead_per_month=get.company("overhead_per_month"),
        calls_per_lead=get.company("calls_per_lead"),
        opportunity_share=get.company("opportunity_share"),
        support_agents=get.company("support_agents"),
        interactions_per_day=get.company("interactions_per_day"),
    )


def _benefits(get: Lookup, market: Market, retention: Retention) -> list[Line]:
    attribution = get.offered("effects.attribution", 1.0)
    sales_lag = get.offered("effects.sales_lag_months")
    more_leads = get.offer.effects.cost_per_lead_use is CheaperLeads.LEADS
    customers = Customers(
        market=market,
        leads=get.offered("effects.leads"),
        conversion=get.offered("effects.conversion"),
        deal_value=get.offered("effects.deal_value"),
        retention=retention,
        cross_sell=get.offered("effects.cross_sell"),
        margin_points=get.offered("effects.margin_points"),
        cost_per_lead_cut=get.offered("effects.cost_per_lead_cut") if more_leads else 0.0,
        selling_time=_selling_time(get),
        attribution=attribution,
        sales_lag_months=sales_lag,
        retention_lag_months=get.offered("effects.retention_lag_months"),
    )
    cycle = SalesCycle(
        market=market,
        cycle_months=get.company("sales_cycle_months"),
        cut=get.offered("effects.cycle_cut"),
        attribution=attribution,
        lag_months=sales_lag,
    )
    freed = Productivity(
        users=get.company("users"),
        hourly_cost=hourly_cost(get),
        hours_saved=get.offered("effects.hours_saved"),
        hours_entry=get.offered("effects.hours_entry"),
        time_realised=get.offered("effects.time_realised", 1.0),
        time_to_selling=get.offered("effects.time_to_selling"),
        realised_on=_realised_on(get),
        connected=_connected(get),
    )
    retired = RetiredTools(get.offered("legacy.cost_per_month"), get.offered("legacy.overlap_months"))
    ramp = ShorterRamp(market, get.company("turnover"), get.offered("effects.ramp_months_saved"), attribution)
    return [customers, cycle, ramp, freed, retired, *_operations(get, more_leads, attribution, sales_lag)]


def _selling_time(get: Lookup) -> SellingTime:
    share = get.offered("effects.time_to_selling")
    if share == 0.0:
        return SellingTime()
    return SellingTime(
        share=share,
        hours_saved=get.offered("effects.hours_saved"),
        hours_entry=get.offered("effects.hours_entry"),
        time_realised=get.offered("effects.time_realised", 1.0),
        realised_on=_realised_on(get),
        connected=_connected(get),
    )


def _connected(get: Lookup) -> Connected:
    a_tool = get.offered("effects.hours_saved_a_tool")
    return ALONE if a_tool == 0.0 else Connected(get.offered("implementation.third_party_integrations"), a_tool)


def _realised_on(get: Lookup) -> RealisedOn:
    return get.offer.effects.time_realised_on or RealisedOn.SAVED


def _operations(get: Lookup, more_leads: bool, attribution: Quantity, sales_lag: Quantity) -> list[Line]:
    """Give the benefits in support, marketing and administration."""
    hourly, realised = hourly_cost(get), get.offered("effects.time_realised", 1.0)
    return [
        Support(
            tickets_per_month=get.company("tickets_per_month"),
            deflected=get.offered("effects.tickets_deflected"),
            handling_cut=get.offered("effects.ticket_handling_cut"),
            cost_per_ticket=get.company("cost_per_ticket"),
            hours_per_ticket=get.company("hours_per_ticket"),
            hourly_cost=get.company("agent_hourly_cost", hourly),
            time_realised=realised,
        ),
        MarketingSaved(
            budget_per_month=get.company("marketing_per_month"),
            cut=0.0 if more_leads else get.offered("effects.cost_per_lead_cut"),
            attribution=attribution,
            lag_months=sales_lag,
        ),
        OrderToCash(
            yearly_revenue=get.company("yearly_revenue"),
            days=get.offered("effects.order_to_cash_days"),
            cost_of_capital=get.company("cost_of_capital", get.top("discount_rate")),
        ),
        FewerErrors(
            errors_per_month=get.company("errors_per_month"),
            cost_per_error=get.company("cost_per_error"),
            reduction=get.offered("effects.error_reduction"),
        ),
        Paperwork(
            quotes_per_month=get.company("quotes_per_month"),
            hours_per_quote=get.offered("effects.hours_per_quote"),
            commission_hours=get.offered("effects.commission_hours"),
            hourly_cost=hourly,
            time_realised=realised,
        ),
        BetterProcesses(get.company("process_cost_per_month"), get.offered("effects.process_cost_cut")),
        BilledHours(get.company("consultants"), get.company("billing_rate"), get.offered("effects.billed_hours")),
        BetterForecasts(get.company("misplanning_per_month"), get.offered("effects.misplanning_cut")),
    ]


def _costs(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), hourly_cost(get)
    licence = _licence(get, users)
    return [
        *licence,
        *_project(get, licence[0]),
        InternalTeam(get.offered("implementation.team_fte"), hourly),
        Administration(
            users=users,
            users_per_admin=get.offered("administration.users_per_admin"),
            admin_cost_per_year=get.offered("administration.admin_cost"),
            cost_per_month=get.offered("administration.cost_per_month"),
        ),
        ParallelRun(get.offered("legacy.parallel_cost_per_month"), get.offered("legacy.overlap_months")),
    ]


def _licence(get: Lookup, users: Quantity) -> tuple[Subscription, AddOns, Usage]:
    terms = get.offer.licence
    subscription = Subscription(
        seats=get.offered("licence.seats", users),
        list_price=get.offered("licence.list_price"),
        discounts=get.several("licence.discount"),
        minimum_seats=get.offered("licence.minimum_seats"),
        billing=terms.billing or Billing.ANNUAL,
        uplift=get.offered("licence.uplift"),
        term_months=terms.term_months or 12,
        capped_at_list=terms.capped_at_list or False,
        platform_fee=get.offered("licence.platform_fee"),
        prepaid=get.file.prepaid_at_horizon,
    )
    add_ons = AddOns(subscription, get.offered("licence.add_ons"), get.offered("licence.add_on_price"))
    return subscription, add_ons, Usage(users, get.offered("licence.usage_per_user"))


def _implementation(get: Lookup, overrun: Quantity, licence: Subscription) -> Implementation:
    if get.nearest(*QUOTE) == [QUOTE[1]]:
        return Implementation(0.0, overrun, get.offered(QUOTE[1]), licence)
    return Implementation(get.offered(QUOTE[0]), overrun)


def _project(get: Lookup, licence: Subscription) -> list[Line]:
    overrun = get.offered("implementation.overrun", 1.0)
    implementation = _implementation(get, overrun, licence)
    integrations = Integrations(
        erp=get.offered("implementation.erp_integration"),
        psa=get.offered("implementation.psa_integration"),
        third_party=get.offered("implementation.third_party_integrations"),
        third_party_cost=get.offered("implementation.third_party_cost"),
        overrun=overrun,
    )
    return [
        implementation,
        Migration(get.offered("implementation.migration"), overrun),
        integrations,
        IntegrationUpkeep(integrations, get.offered("implementation.integration_upkeep")),
        ChangeManagement(get.offered("implementation.change_management")),
        ChangeRequests(implementation, get.offered("administration.change_requests")),
    ]


def _training(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), hourly_cost(get)
    turnover, refresh = get.company("turnover"), get.offered("training.refresh")
    return [
        TrainingCash(users, get.offered("training.cash_per_user"), turnover, refresh),
        TrainingTime(users, get.offered("training.hours_per_user"), hourly, turnover, refresh),
        DataUpkeep(users, get.offered("administration.data_upkeep_hours"), hourly),
        ProductivityDip(users, hourly, get.offered("training.dip"), get.offered("training.dip_months")),
    ]


def _endings(get: Lookup, events: Sequence[Event]) -> list[Line]:
    leaving = Exit(get.offered("exit.cost"), get.offer.exit.at_horizon or False)
    return [leaving, *bills(events)]


def bills(events: Sequence[Event]) -> list[Line]:
    """Give what events cost by themselves."""
    return [EventBill(event) for event in events if event.cost != 0.0]
