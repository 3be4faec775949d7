"""The shapes of a scenario file: what may stand where, in which unit, within which bounds."""

from typing import Annotated

from pydantic import Field

from sim.costs import Billing
from sim.scenario.correlations import Correlations, CorrelationsField
from sim.scenario.leaf import (
    Count,
    DeclaredInput,
    Factor,
    FixedRate,
    Hours,
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
)
from sim.spec import Spec
from sim.world import Shape


class Company(Spec):
    """The company as it is, before any CRM."""

    users: Users | None = None
    """People who will work with the CRM; a seat each unless a licence says otherwise."""
    hourly_cost: Money | None = None
    """Loaded cost of a user's hour: salary, social charges, workplace."""
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


class Effects(Spec):
    """What a CRM changes, at full adoption and before attribution."""

    attribution: Share | None = None
    """Share of the lifts below that is the CRM's own doing, not new people, products or markets (100% if not given)."""
    leads: Rate | None = None
    """Relative lift of leads."""
    conversion: Rate | None = None
    """Relative lift of the conversion rate."""
    deal_value: Rate | None = None
    """Relative lift of the value of a won deal."""
    churn_reduction: SignedShare | None = None
    """Share of the yearly churn that is avoided. Say retention in one of three ways: this, points, or lift."""
    retention_points: SignedShare | None = None
    """Percentage points added to yearly retention."""
    retention_lift: Rate | None = None
    """Relative rise of yearly retention; must leave it at or below 100%."""
    cross_sell: Rate | None = None
    """Relative lift of the yearly revenue of existing customers."""
    cycle_cut: Share | None = None
    """Share by which the sales cycle gets shorter: worth a one-off pull-forward of deals."""
    hours_saved: Hours | None = None
    """Hours freed for each user and week."""
    hours_entry: Hours | None = None
    """Hours of data entry the CRM adds for each user and week."""
    time_realised: Share | None = None
    """Share of the freed time that becomes useful work."""
    sales_lag_months: Months | None = None
    """Months until use shows in leads, conversion and deals: about a sales cycle."""
    retention_lag_months: Months | None = None
    """Months until use shows in retention and cross-sell."""


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
    shape: Shape | None = None
    """How adoption climbs: exponential (if not given), linear, logistic or step."""
    decay: PartialShare | None = None
    """Share of the adoption lost a year if nobody keeps it up."""


class Licence(Spec):
    """The subscription, paid from signature."""

    list_price: Money | None = None
    """List price a seat and month."""
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


class ImplementationShape(Spec):
    """The project up to go-live."""

    quote: Money | None = None
    """The integrator's quote."""
    overrun: Factor | None = None
    """Factor on the quote: 1.15 for 15% over (1 if not given)."""
    team_fte: Count | None = None
    """Own full-time people on the project until go-live."""


class Training(Spec):
    """Training as money and as time."""

    cash_per_user: Money | None = None
    """Training bought for each user."""
    hours_per_user: Hours | None = None
    """Hours each user spends in training."""
    refresh: Share | None = None
    """Share of that repeated every year."""
    dip: Share | None = None
    """Share of working time lost after go-live while users find their way."""
    dip_months: Months | None = None
    """How long that lasts."""


class AdministrationShape(Spec):
    """Running the CRM from go-live on."""

    users_per_admin: Count | None = None
    """Users one full-time administrator serves (no administrator if not given)."""
    admin_cost: Money | None = None
    """Loaded cost of an administrator a year."""
    cost_per_month: Money | None = None
    """Other running costs a month: add-ons, storage, support plan."""


class Legacy(Spec):
    """The tools that the CRM replaces."""

    cost_per_month: Money | None = None
    """What they cost today."""
    overlap_months: Months | None = None
    """Months after go-live in which they are still paid."""
    parallel_cost_per_month: Money | None = None
    """What running both side by side costs on top."""


class Offer(Spec):
    """A vendor's offer and what it does; also what is common to all of them."""

    licence: Licence = Licence()
    """Subscription: price, discounts, billing, renewals."""
    implementation: ImplementationShape = ImplementationShape()
    """Quote, overrun and own people until go-live."""
    training: Training = Training()
    """Training in money and time, and the dip after go-live."""
    administration: AdministrationShape = AdministrationShape()
    """Administrators and running costs."""
    legacy: Legacy = Legacy()
    """Tools that are retired."""
    effects: Effects = Effects()
    """What changes: leads, conversion, retention, time."""
    rollout: RolloutShape = RolloutShape()
    """Go-live and adoption."""


class Vendor(Offer):
    """One vendor: whatever differs from `common`."""

    inputs: dict[str, DeclaredInput] = {}
    """Shared inputs on another scale for this vendor: the same future (quantile), another distribution."""


class Targets(Spec):
    """What the decision is held against."""

    payback: WholeMonths | None = None
    """Pay back within this many months."""
    roi: FixedRate | None = None
    """Net ROI of at least this."""


class ScenarioFile(Spec):
    """A company, its uncertain inputs and the CRM vendors it compares."""

    extends: str | None = None
    """Another scenario file, in or below this folder, that this one changes."""
    name: str = Field(min_length=1, max_length=200)
    """What the scenario is called in reports."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """Three-letter code of the one currency of the scenario."""
    months: WholeMonths
    """Horizon in months from signature."""
    discount_rate: Yearly
    """Yearly discount rate."""
    finance_rate: Yearly | None = None
    """Yearly rate at which deficits are financed, for MIRR (the discount rate if not given)."""
    reinvestment_rate: Yearly | None = None
    """Yearly rate at which surpluses are reinvested, for MIRR (the discount rate if not given)."""
    company: Company
    """The company as it is."""
    inputs: dict[str, DeclaredInput] = {}
    """Uncertain numbers with a name: drawn once, shared by all vendors."""
    common: Offer = Offer()
    """What holds for every vendor unless the vendor says otherwise; distributions in here are shared by all."""
    vendors: dict[str, Vendor] = Field(min_length=1)
    """The vendors to compare, by name."""
    correlations: CorrelationsField = Correlations()
    """Which uncertain numbers move together: a list of pairs, or a section with more choices."""
    targets: Targets = Targets()
    """Targets that probabilities are reported for."""
