"""The sections of a scenario file: the company, and what an offer is made of; units and bounds of every number."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from sim.distributions import Distribution
from sim.model.fit import MOST_DOUBT
from sim.model.lines.freed_time import RealisedOn
from sim.model.lines.licence import Billing
from sim.model.rollout import Climb
from sim.numbers.kinds import Kind
from sim.numbers.reading import read_number
from sim.numbers.spec import Spec
from sim.scenario.number import (
    Count,
    Expects,
    Factor,
    Hours,
    Leaf,
    Money,
    Months,
    OneOrMore,
    PartialShare,
    PositiveRate,
    Rate,
    Share,
    SignedShare,
    Users,
    WholeMonths,
    Yearly,
    context_of,
)
from sim.scenario.shapes.needs import Needs


def _expected(leaf: Leaf) -> Leaf:
    """Put a distribution's mean in its place: for a thing that happens or not, no more of an uncertain chance counts.

    P(it happens) is the mean of the chance, whatever its spread (the law of total probability).
    """
    if isinstance(leaf.content, str):
        raise ValueError(f"a probability is a number or a distribution, not the name '{leaf.content}'")
    return replace(leaf, content=leaf.content.mean) if isinstance(leaf.content, Distribution) else leaf


Chance = Annotated[Leaf, Expects(Kind.RATE, 0, 1), AfterValidator(_expected)]
"""The probability of an event; a distribution counts with its mean."""
YearlyChance = Annotated[Leaf, Expects(Kind.RATE, 0, 0.99), AfterValidator(_expected)]
"""The same for a year."""
MonthlyHours = Annotated[Leaf, Expects(Kind.HOURS, 0)]
"""Hours a month of all users together."""
Loss = Annotated[Leaf, Expects(Kind.RATE, -1, 0)]
"""A relative change that cannot be a rise."""


SALES = ("leads_per_month", "conversion_rate", "deal_value", "gross_margin")
"""Company facts that a lever on new sales acts on."""

CUSTOMERS = ("customers", "revenue_per_customer", "churn", "gross_margin")
"""Company facts that a lever on retention acts on."""

QUOTE = ("implementation.quote", "implementation.quote_to_licence")
"""The two ways of saying what the project is to cost."""

INTEGRATIONS = tuple(
    f"implementation.{key}" for key in ("erp_integration", "psa_integration", "third_party_integrations")
)
"""The integrations that a project may build."""


class CheaperLeads(StrEnum):
    """What cheaper leads are used for."""

    BUDGET = "budget"
    LEADS = "leads"


class Company(Spec):
    """The company as it is, before any CRM."""

    users: Users | None = None
    """People who will work with the CRM; a seat each unless a licence says otherwise."""
    hourly_cost: Money | None = None
    """Loaded cost of a user's hour: salary, social charges, workplace. This or `monthly_cost`."""
    monthly_cost: Money | None = None
    """The same for a user's month: an hour is a 160th of it."""
    turnover: PositiveRate | None = None
    """Share of the users who leave and are replaced in a year; newcomers are trained."""
    leads_per_month: Count | None = None
    """Leads a month, counted at the stage that `conversion_rate` starts from."""
    conversion_rate: Share | None = None
    """Share of those leads that become a won deal."""
    conversion_cap: Share | None = None
    """Conversion that no lift can exceed (100% if not given)."""
    deal_value: Money | None = None
    """Revenue of a won deal. With `recurring_share` above 0, only what is not billed again as yearly revenue."""
    gross_margin: Share | None = None
    """Contribution margin of additional sales, after commission; revenue never enters a return."""
    customers: Count | None = None
    """Customers at signature."""
    revenue_per_customer: Money | None = None
    """Revenue of an existing customer a year."""
    churn: Share | None = None
    """Share of the customers lost in a year."""
    recurring_share: Share | None = None
    """Share of won deals that join the customers: 100% for subscriptions, 0% (if not given) for one-off sales."""
    growth: Yearly | None = None
    """Yearly growth of leads that comes with or without a CRM, so no vendor is credited with it."""
    sales_cycle_months: Months | None = None
    """Months from lead to won deal today."""
    win_capacity: Count | None = None
    """Deals a month that the sales team can win at most, with or without a CRM (no limit if not given)."""
    tickets_per_month: Count | None = None
    """Support tickets a month today."""
    cost_per_ticket: Money | None = None
    """Money paid for a ticket, to an outside desk for example. This or `hours_per_ticket`, never both."""
    hours_per_ticket: Hours | None = None
    """Agents' hours that a ticket takes."""
    agent_hourly_cost: Money | None = None
    """Loaded cost of a support agent's hour (`hourly_cost` if not given)."""
    marketing_per_month: Money | None = None
    """Marketing budget that brings in the leads."""
    yearly_revenue: Money | None = None
    """Revenue on account a year, for what sooner payment is worth."""
    cost_of_capital: Yearly | None = None
    """Yearly cost of the capital tied up in receivables (the discount rate if not given)."""
    errors_per_month: Count | None = None
    """Wrong orders, invoices and deliveries a month."""
    cost_per_error: Money | None = None
    """Money that one of them costs: credit notes, returns, shipping again. Staff time goes into `hours_saved`."""
    process_cost_per_month: Money | None = None
    """Money that the processes to be improved cost: temporary staff, couriers, outside services. No time of users."""
    consultants: Count | None = None
    """People whose hours clients pay for."""
    billing_rate: Money | None = None
    """What a client pays for an hour."""
    quotes_per_month: Count | None = None
    """Quotes written a month."""
    misplanning_per_month: Money | None = None
    """What wrong forecasts cost: staff and stock in excess, overtime, rush orders."""
    sales_reps: Count | None = None
    """Sellers; for the key figure of revenue a seller only."""
    sales_cost_per_month: Money | None = None
    """What the sales team costs a month; for the key figure of the cost of a won deal (CAC) only."""
    overhead_per_month: Money | None = None
    """Cost a month that sales do not change; for the key figure of the net margin rate only."""
    calls_per_lead: Count | None = None
    """Sales calls that a lead takes; for the key figure of deals by call only."""
    opportunity_share: Share | None = None
    """Share of the leads that become an opportunity; for the key figure of the close rate only."""
    support_agents: Count | None = None
    """Support agents; for the key figure of tickets an agent only."""
    interactions_per_day: Count | None = None
    """Customer interactions an agent has in a working day; for that key figure only."""


class Effects(Spec):
    """What a CRM changes, at full adoption and before attribution."""

    attribution: Share | None = None
    """Share of the lifts below that is the CRM's own doing, not new people, products or markets (100% if not given)."""
    leads: Annotated[Rate | None, Needs(SALES)] = None
    """Relative lift of leads."""
    conversion: Annotated[Rate | None, Needs(SALES)] = None
    """Relative lift of the conversion rate."""
    deal_value: Annotated[Rate | None, Needs(SALES)] = None
    """Relative lift of the value of a won deal."""
    churn_reduction: Annotated[SignedShare | None, Needs(CUSTOMERS)] = None
    """Share of the yearly churn that is avoided. Say retention in one of three ways: this, points, or lift."""
    retention_points: Annotated[SignedShare | None, Needs(CUSTOMERS)] = None
    """Percentage points added to yearly retention."""
    retention_lift: Annotated[Rate | None, Needs(CUSTOMERS)] = None
    """Relative rise of yearly retention; must leave it at or below 100%."""
    cross_sell: Annotated[Rate | None, Needs(("customers", "revenue_per_customer", "gross_margin"))] = None
    """Relative lift of the yearly revenue of existing customers."""
    margin_points: Annotated[SignedShare | None, Needs(("gross_margin",))] = None
    """Percentage points added to the gross margin: dearer products suggested, fewer discounts."""
    cycle_cut: Annotated[
        Share | None, Needs(("sales_cycle_months", "leads_per_month", "conversion_rate", "deal_value", "gross_margin"))
    ] = None
    """Share by which the sales cycle gets shorter: worth a one-off pull-forward of deals."""
    hours_saved: Annotated[Hours | None, Needs(("users", "hourly_cost"), partner="effects.time_realised")] = None
    """Hours freed for each user and week."""
    hours_saved_a_tool: Annotated[
        Hours | None,
        Needs(("users", "hourly_cost"), partner="implementation.third_party_integrations"),
        Needs(partner="effects.time_realised"),
    ] = None
    """Hours freed for each user and week by each connected tool, on top of `hours_saved`."""
    hours_entry: Annotated[Hours | None, Needs(("users", "hourly_cost"))] = None
    """Hours of data entry the CRM adds for each user and week."""
    time_realised: Share | None = None
    """Share of the freed time that becomes useful work."""
    time_realised_on: RealisedOn | None = None
    """saved (hours lost to data entry are lost in full, if not given), or net: they are discounted like hours saved."""
    sales_lag_months: Months | None = None
    """Months until use shows in leads, conversion and deals: about a sales cycle."""
    retention_lag_months: Months | None = None
    """Months until use shows in retention and cross-sell."""
    tickets_deflected: Annotated[SignedShare | None, Needs(("tickets_per_month",))] = None
    """Share of support tickets that do not come any more: answered by a portal, or by their cause removed."""
    ticket_handling_cut: Annotated[SignedShare | None, Needs(("tickets_per_month",))] = None
    """Share of the cost or time of the remaining tickets that is saved."""
    cost_per_lead_cut: PartialShare | None = None
    """Share by which a lead gets cheaper. It saves budget or buys more leads: see `cost_per_lead_use`."""
    cost_per_lead_use: CheaperLeads | None = None
    """budget (the same leads for less, if not given) or leads (more leads for the same budget)."""
    order_to_cash_days: Annotated[Count | None, Needs(("yearly_revenue",))] = None
    """Days by which customers pay sooner."""
    error_reduction: Annotated[SignedShare | None, Needs(("errors_per_month", "cost_per_error"))] = None
    """Share of the errors that do not happen any more."""
    process_cost_cut: Annotated[SignedShare | None, Needs(("process_cost_per_month",))] = None
    """Share of what processes cost that refined or redesigned ones save."""
    billed_hours: Annotated[Hours | None, Needs(("consultants", "billing_rate"))] = None
    """More hours billed a consultant and week, worked today and on no invoice; see `implementation.psa_integration`."""
    hours_per_quote: Annotated[
        Hours | None, Needs(("quotes_per_month", "hourly_cost"), partner="effects.time_realised")
    ] = None
    """Hours saved on each quote."""
    commission_hours: Annotated[MonthlyHours | None, Needs(("hourly_cost",), partner="effects.time_realised")] = None
    """Hours a month saved, in all, in working out commissions."""
    misplanning_cut: Annotated[SignedShare | None, Needs(("misplanning_per_month",))] = None
    """Share of what misplanning costs that better forecasts avoid."""
    time_to_selling: Annotated[Share | None, Needs(("win_capacity",), partner="effects.hours_saved")] = None
    """Share of the freed time that goes into more selling where `company.win_capacity` limits it (0% if not given)."""
    ramp_months_saved: Annotated[
        Months | None, Needs(("turnover", "leads_per_month", "conversion_rate", "deal_value", "gross_margin"))
    ] = None
    """Months by which a new seller gets up to speed sooner; with `company.turnover` (none if not given)."""


class RolloutShape(Spec):
    """When the CRM goes live and how far its use spreads."""

    plan_months: Months | None = None
    """Planned months from signature to go-live."""
    delay_months: Months | None = None
    """Months of delay on top."""
    adoption: Share | None = None
    """Ceiling of adoption: the share of the possible use that is reached."""
    ramp_months: Months | None = None
    """Time constant of the climb: 63% of the ceiling (exponential), all of it (linear), half of it (logistic)."""
    shape: Climb | None = None
    """How adoption climbs: exponential (if not given), linear, logistic or step."""
    decay: PartialShare | None = None
    """Share of the adoption lost a year if nobody keeps it up."""


class ResponseShape(Spec):
    """How adoption answers to training, upkeep and change management: 1 - exp(-hours / hours given) of each share."""

    training_share: Annotated[Share | None, Needs(partner="response.training_hours")] = None
    """Share of `rollout.adoption` that is there only with training."""
    training_hours: Annotated[Hours | None, Needs(partner="response.training_share")] = None
    """Hours of training a user (`training.hours_per_user`) that bring 63% of it."""
    usual_hours: Annotated[Hours | None, Needs(partner="response.training_share")] = None
    """Hours of training that `rollout.adoption` is stated for (10 if not given)."""
    upkeep_share: Annotated[Share | None, Needs(partner="response.upkeep_hours")] = None
    """Share of `rollout.decay` that refreshers and data upkeep can avoid."""
    upkeep_hours: Annotated[Hours | None, Needs(partner="response.upkeep_share")] = None
    """Hours a user and year of refreshers and data upkeep that bring 63% of it."""
    change_share: Annotated[Share | None, Needs(("users", "hourly_cost"), partner="response.change_hours")] = None
    """Share of `rollout.ramp_months` that change management can save."""
    change_hours: Annotated[Hours | None, Needs(partner="response.change_share")] = None
    """Hours of a user that its money would pay, a user, that bring 63% of it."""


class Licence(Spec):
    """The subscription, paid from signature."""

    list_price: Money | None = None
    """List price a seat and month."""
    platform_fee: Money | None = None
    """What the platform costs a month on top, whatever the seats; discounts and rises as for the seats."""
    seats: Count | None = None
    """Seats bought (the company's users if not given)."""
    minimum_seats: Count | None = None
    """Fewest seats the vendor sells."""
    discount: OneOrMore | None = None
    """One discount or a list of them; several compound."""
    billing: Billing | None = None
    """annual (twelve months ahead, if not given) or monthly."""
    uplift: Rate | None = None
    """Price rise at each renewal."""
    term_months: WholeMonths | None = None
    """Months between renewals (12 if not given); the price is fixed in between."""
    capped_at_list: bool | None = None
    """Whether rises stop at the list price."""
    add_ons: PositiveRate | None = None
    """Modules, storage, support plan and the like as a share of the subscription, billed with it."""
    add_on_price: Money | None = None
    """Add-ons a seat and month, without discount, billed with the subscription."""
    usage_per_user: Annotated[Money | None, Needs(("users",))] = None
    """What is billed by use - API calls, AI credits, messages - a month for each active user."""


class ImplementationShape(Spec):
    """The project up to go-live."""

    quote: Money | None = None
    """The integrator's quote."""
    quote_to_licence: Factor | None = None
    """Without a quote yet: its multiple of the first year's licence, discounts taken off. This or `quote`."""
    overrun: Annotated[Factor | None, Needs(one_of=(*QUOTE, "implementation.migration", *INTEGRATIONS))] = None
    """Factor on the quote, the migration and the integrations: 1.15 for 15% over (1 if not given)."""
    team_fte: Annotated[Count | None, Needs(("hourly_cost",))] = None
    """Own full-time people on the project until go-live."""
    migration: Money | None = None
    """Moving the data."""
    erp_integration: Money | None = None
    """Connecting the ERP."""
    psa_integration: Money | None = None
    """Connecting professional services automation; what it brings is `effects.billed_hours`."""
    third_party_integrations: Annotated[Count | None, Needs(partner="implementation.third_party_cost")] = None
    """How many other tools are connected; what they bring is `effects.hours_saved_a_tool`."""
    third_party_cost: Annotated[Money | None, Needs(partner="implementation.third_party_integrations")] = None
    """What connecting each of them costs."""
    integration_upkeep: Annotated[PositiveRate | None, Needs(one_of=INTEGRATIONS)] = None
    """Yearly share of the cost of all integrations that keeps them alive, from go-live on."""
    change_management: Money | None = None
    """Communication, coaching and process work bought until go-live."""


class Training(Spec):
    """Training as money and as time."""

    cash_per_user: Annotated[Money | None, Needs(("users",))] = None
    """Training bought for each user."""
    hours_per_user: Annotated[Hours | None, Needs(("users", "hourly_cost"))] = None
    """Hours each user spends in training."""
    refresh: Share | None = None
    """Share of that repeated every year."""
    dip: Annotated[Share | None, Needs(("users", "hourly_cost"), partner="training.dip_months")] = None
    """Share of working time lost after go-live while users find their way."""
    dip_months: Annotated[Months | None, Needs(partner="training.dip")] = None
    """How long that lasts."""


class AdministrationShape(Spec):
    """Running the CRM from go-live on."""

    users_per_admin: Annotated[Count | None, Needs(("users",), partner="administration.admin_cost")] = None
    """Users one full-time administrator serves (no administrator if not given)."""
    admin_cost: Annotated[Money | None, Needs(partner="administration.users_per_admin")] = None
    """Loaded cost of an administrator a year."""
    cost_per_month: Money | None = None
    """Other running costs a month: add-ons, storage, support plan."""
    data_upkeep_hours: Annotated[Hours | None, Needs(("users", "hourly_cost"))] = None
    """Hours each user spends a year on keeping customer data right."""
    change_requests: Annotated[PositiveRate | None, Needs(one_of=QUOTE)] = None
    """Yearly share of the implementation's cost, overrun included, that is spent on changes from go-live on."""


class Legacy(Spec):
    """The tools that the CRM replaces."""

    cost_per_month: Money | None = None
    """What they cost today."""
    overlap_months: Months | None = None
    """Months after go-live in which they are still paid."""
    parallel_cost_per_month: Annotated[Money | None, Needs(partner="legacy.overlap_months")] = None
    """What running both side by side costs on top."""


class TaxShape(Spec):
    """Tax on income, with and without the CRM: figures are then after tax."""

    rate: Share
    """Tax rate; every benefit is taxed and every cost deducted, staff time included."""
    write_off_months: WholeMonths | None = None
    """Months over which implementation, migration and integrations are written off (deducted at once if not given)."""


class ExitShape(Spec):
    """Leaving the vendor."""

    cost: Money | None = None
    """Data export, penalties, notice: paid in the month in which an event cancels the project."""
    at_horizon: bool | None = None
    """Whether it is also paid in the last month, the CRM being left then (`false` if not given)."""


def _doubt(value: object, info: ValidationInfo) -> object:
    """Read a percentage as a normal law around 1: how far what a CRM brings may be off, either way."""
    if not isinstance(value, str) or not value.strip().endswith("%"):
        return value
    doubt = read_number(value, context_of(info).of_kind(Kind.RATE))
    if not 0 < doubt <= MOST_DOUBT:
        raise ValueError(f"a doubt of {value} (must be above 0% and at most {MOST_DOUBT:.0%})")
    return {"dist": "normal", "mean": 1.0, "sd": doubt}


def _positive(leaf: Leaf) -> Leaf:
    if isinstance(leaf.content, float) and leaf.content <= 0:
        raise ValueError(f"a fit of {leaf.asked} (a factor above 0, 1 for what the effects say; or a doubt, 15%)")
    return leaf


Fit = Annotated[Leaf, Expects(Kind.FACTOR), BeforeValidator(_doubt), AfterValidator(_positive)]
"""A factor on what a CRM brings, or how far it may be off."""


class EventShape(Spec):
    """Something that may happen, once, and what it changes from then on."""

    probability: Chance | None = None
    """Probability that it happens at all. This or `yearly_probability`; a distribution counts with its mean."""
    yearly_probability: YearlyChance | None = None
    """Probability that it happens in a year: it then strikes in a random month, within the horizon or not."""
    when: Months | None = None
    """Month from which it is felt (from signature if not given; random with `yearly_probability`)."""
    lasts: Months | None = None
    """How long it is felt (to the end if not given)."""
    delay_months: Months | None = None
    """Months by which it delays go-live."""
    adoption: Loss | None = None
    """Relative change of adoption: -20% leaves four fifths of it."""
    benefits: Rate | None = None
    """Relative change of every benefit."""
    costs: Rate | None = None
    """Relative change of every cost, staff time included."""
    price: Rate | None = None
    """Relative change of the licence price, from the next renewal on."""
    cost: Money | None = None
    """Money paid once, when it happens."""
    cancelled_after: Share | None = None
    """Cancels the project before it goes live, after this share of the time to go-live."""
