"""The shapes of a scenario file: what may stand where, in which unit, within which bounds.

A field that takes a number takes three things: the number, the name of an input or company fact, or a distribution
in place. `Leaf` is what any of them becomes; `resolve` turns leaves into the quantities of the model.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.costs import Billing
from sim.distributions import Constant, Distribution, family_named, family_names
from sim.errors import suggestion
from sim.spec import Kind, Reading, Spec, describe, looks_numeric, read_number, unit_of
from sim.world import Shape

MAX_MONTHS = 600

NUMBER_OF = "x-number-of"
"""Marks a number of some kind in the JSON Schema until `schema` puts the definition of the kind in its place."""


@dataclass(frozen=True)
class Leaf:
    """A number as the file gives it: `content` is the number, a name, or a distribution."""

    content: float | str | Distribution
    asked: str
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Expects:
    """What a field takes: a kind of number within closed bounds. Annotates `Leaf` in the shapes below."""

    kind: Kind
    low: float | None = None
    high: float | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(lambda value, info: read_leaf(value, self, info))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {NUMBER_OF: self.kind.name.lower()}


def expects_of(shape: type[BaseModel], name: str) -> Expects | None:
    """Give what a field of a shape takes; None if it takes no number."""
    stack: list[Any] = [shape.model_fields[name].annotation, *shape.model_fields[name].metadata]
    while stack:
        item = stack.pop()
        if isinstance(item, Expects):
            return item
        stack.extend(getattr(item, "__metadata__", ()))
        stack.extend(getattr(item, "__args__", ()))
    return None


def read_leaf(value: object, expects: Expects, info: ValidationInfo) -> Leaf:
    """Read a number, a name or a distribution in place; `{value: ..., source: ...}` wraps any of them."""
    reading = _context(info).of_kind(expects.kind)
    if isinstance(value, dict) and "dist" not in value:
        return _read_sourced(value, expects, info)
    if isinstance(value, dict):
        return _read_distribution(value, expects, reading)
    if isinstance(value, str) and not looks_numeric(value):
        return _read_name(value, reading)
    number = read_number(value, reading)
    _check_bounds(number, number, expects)
    return Leaf(number, str(value))


def _context(info: ValidationInfo) -> Reading:
    return info.context if isinstance(info.context, Reading) else Reading()


def _read_sourced(value: dict[str, Any], expects: Expects, info: ValidationInfo) -> Leaf:
    inner = _unwrapped(value)
    if isinstance(inner, dict) and "dist" not in inner:
        raise ValueError("a value inside a value (write {value: 12%, source: ...})")
    leaf = read_leaf(inner, expects, info)
    source, note = (str(value[key]) if value.get(key) is not None else "" for key in ("source", "note"))
    return Leaf(leaf.content, leaf.asked, source or leaf.source, note or leaf.note)


def _unwrapped(value: object) -> object:
    """Give the number inside ``{value: ..., source: ..., note: ...}``, or the value itself."""
    if not isinstance(value, dict):
        return value
    unknown = [key for key in value if key not in ("value", "source", "note")]
    if "value" not in value or unknown:
        wrong = f"unknown key '{unknown[0]}'" if unknown else "no 'value' and no 'dist'"
        raise ValueError(f"{wrong} (write a number, or {{value: ..., source: ...}}; quote texts that hold a comma)")
    return value["value"]


def _read_distribution(value: dict[str, Any], expects: Expects, reading: Reading) -> Leaf:
    family = family_named(value["dist"])
    if family is None:
        hint = suggestion(str(value["dist"]), family_names())
        raise PydanticCustomError("dist", "{text}", {"text": f"unknown distribution {describe(value['dist'])}{hint}"})
    distribution = family.model_validate(value, context=reading)
    _check_bounds(*distribution.reach, expects)
    asked = ", ".join(f"{k} {_flat(v)}" for k, v in value.items() if k not in ("dist", "source", "note"))
    content = distribution.value if isinstance(distribution, Constant) else distribution
    return Leaf(content, f"{value['dist']}: {asked}", distribution.source or "", distribution.note or "")


def _flat(value: object) -> str:
    return " / ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _read_name(name: str, reading: Reading) -> Leaf:
    if name not in reading.names:
        hint = suggestion(name, sorted(reading.names)) or f" {reading.kind.how}"
        raise ValueError(f"no input or company fact is called '{name}'{hint}")
    unit = reading.names[name]
    if unit not in (reading.kind, Kind.ANY):
        raise ValueError(f"'{name}' is {unit.what} where {reading.kind.what} is expected {reading.kind.how}")
    return Leaf(name, name)


def _check_bounds(low: float, high: float, expects: Expects) -> None:
    if wrong := out_of_bounds(low, high, expects):
        raise ValueError(wrong)


def out_of_bounds(low: float, high: float, expects: Expects) -> str:
    """Say how a number, or the reach of a distribution, leaves a field's bounds; empty if it does not."""
    show = _percent if expects.kind is Kind.RATE else _number
    value = show(low) if low == high else ""
    if expects.low is not None and low < expects.low:
        what = f"{value} is below" if value else f"reaches down to {show(low)}, below"
        return f"{what} {show(expects.low)} (must be {_range(expects)}{'' if value else '; bound the distribution'})"
    if expects.high is not None and high > expects.high:
        what = f"{value} is above" if value else f"reaches up to {show(high)}, above"
        return f"{what} {show(expects.high)} (must be {_range(expects)}{'' if value else '; bound the distribution'})"
    return ""


def _range(expects: Expects) -> str:
    show = _percent if expects.kind is Kind.RATE else _number
    if expects.low is None:
        return f"at most {show(expects.high or 0)}"
    return f"at least {show(expects.low)}" if expects.high is None else f"{show(expects.low)} to {show(expects.high)}"


def _percent(value: float) -> str:
    return f"{value * 100:.4g}%"


def _number(value: float) -> str:
    return f"{value:.6g}"


@dataclass(frozen=True)
class Declared:
    """A named input: its law, the unit its text shows (`Kind.ANY` for bare numbers), and what the file says of it."""

    distribution: Distribution
    unit: Kind
    asked: str
    source: str
    note: str


def _read_declared(value: object, info: ValidationInfo) -> Declared:
    raw = value["value"] if isinstance(value, dict) and "dist" not in value and "value" in value else value
    unit = unit_of(raw)
    if isinstance(raw, str) and not looks_numeric(raw):
        raise ValueError(f"an input is a number or a distribution, not the name '{raw}' (write {{dist: ...}})")
    leaf = read_leaf(value, Expects(unit), info)
    content = leaf.content
    if isinstance(content, str):
        raise ValueError(f"an input is a number or a distribution, not the name '{content}'")
    law = content if isinstance(content, Distribution) else Constant(value=content)
    return Declared(law, unit, leaf.asked, leaf.source, leaf.note)


DeclaredInput = Annotated[Declared, PlainValidator(_read_declared), WithJsonSchema({NUMBER_OF: "any"})]

Share = Annotated[Leaf, Expects(Kind.RATE, 0, 1)]
SignedShare = Annotated[Leaf, Expects(Kind.RATE, -1, 1)]
Rate = Annotated[Leaf, Expects(Kind.RATE, -1)]
PositiveRate = Annotated[Leaf, Expects(Kind.RATE, 0)]
Money = Annotated[Leaf, Expects(Kind.MONEY, 0)]
Count = Annotated[Leaf, Expects(Kind.COUNT, 0)]
Users = Annotated[Leaf, Expects(Kind.COUNT, 1)]
Months = Annotated[Leaf, Expects(Kind.MONTHS, 0, MAX_MONTHS)]
Hours = Annotated[Leaf, Expects(Kind.HOURS, 0, 168)]
Factor = Annotated[Leaf, Expects(Kind.FACTOR, 0)]


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _whole_months(value: object, info: ValidationInfo) -> int:
    months = read_number(_unwrapped(value), _context(info).of_kind(Kind.MONTHS))
    if months != int(months) or not 1 <= months <= MAX_MONTHS:
        raise ValueError(f"{_unwrapped(value)} will not do (must be a whole number of months, 1 to {MAX_MONTHS})")
    return int(months)


def _fixed_rate(value: object, info: ValidationInfo) -> float:
    return read_number(_unwrapped(value), _context(info).of_kind(Kind.RATE))


OneOrMore = Annotated[
    tuple[Share, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{NUMBER_OF: "rate"}, {"type": "array", "items": {NUMBER_OF: "rate"}}]}),
]
"""One share, or a list of them."""

WholeMonths = Annotated[int, PlainValidator(_whole_months), WithJsonSchema({NUMBER_OF: "fixed_months"})]
"""A time that is certain: the horizon, a contract's term, a target."""

FixedRate = Annotated[float, PlainValidator(_fixed_rate), WithJsonSchema({NUMBER_OF: "fixed_rate"})]
"""A rate that is certain."""


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
    growth: Rate | None = None
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
    decay: Share | None = None
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
    """Another scenario file in this folder that this one changes."""
    name: str = Field(min_length=1, max_length=200)
    """What the scenario is called in reports."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """Three-letter code of the one currency of the scenario."""
    months: WholeMonths
    """Horizon in months from signature."""
    discount_rate: Rate
    """Yearly discount rate."""
    finance_rate: Rate | None = None
    """Yearly rate at which deficits are financed, for MIRR (the discount rate if not given)."""
    reinvestment_rate: Rate | None = None
    """Yearly rate at which surpluses are reinvested, for MIRR (the discount rate if not given)."""
    company: Company
    """The company as it is."""
    inputs: dict[str, DeclaredInput] = {}
    """Uncertain numbers with a name: drawn once, shared by all vendors."""
    common: Offer = Offer()
    """What holds for every vendor unless the vendor says otherwise; distributions in here are shared by all."""
    vendors: dict[str, Vendor] = Field(min_length=1)
    """The vendors to compare, by name."""
    targets: Targets = Targets()
    """Targets that probabilities are reported for."""
