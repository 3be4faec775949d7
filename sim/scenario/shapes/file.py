"""The shape of a scenario file: its sections put together."""

from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from sim.errors import suggestion
from sim.finance.cash_flows import Discounting
from sim.model.lines.licence import Prepaid
from sim.numbers.currencies import CODES
from sim.numbers.notation import Notation
from sim.numbers.spec import Spec
from sim.scenario.number import DeclaredInput, FixedRate, Share, WholeMonths, WholeYears, Yearly
from sim.scenario.shapes.correlations import Correlations, CorrelationsField
from sim.scenario.shapes.decision import DecisionShape
from sim.scenario.shapes.features import FeatureEffects, Features
from sim.scenario.shapes.key_figures import Kpis
from sim.scenario.shapes.own_lines import LineShape
from sim.scenario.shapes.rows import Method, RowShape
from sim.scenario.shapes.sections import (
    AdministrationShape,
    Company,
    Effects,
    EventShape,
    ExitShape,
    Fit,
    ImplementationShape,
    Legacy,
    Licence,
    ResponseShape,
    RolloutShape,
    TaxShape,
    Training,
)


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
    response: ResponseShape = ResponseShape()
    """How adoption answers to training, upkeep and change management."""
    features: Features = Features()
    """Which features a vendor has; recorded, and counted only by `feature_effects`."""
    feature_effects: FeatureEffects | None = None
    """Features that take their default effects: default for all that a vendor has, or a list (none if not given)."""
    exit: ExitShape = ExitShape()
    """What leaving costs."""
    events: dict[str, EventShape] = {}
    """What may happen, by name: cancellation, a weak rollout, a late go-live, a price shock ..."""
    lines: dict[str, LineShape] = {}
    """Benefits and costs of your own, by name."""
    rows: dict[str, RowShape] = {}
    """Benefits and costs by years, by name, in place of all other sections but `events`."""
    fit: Fit | None = None
    """How well this vendor's CRM works here: a factor on what its use brings, drawn for each vendor; 15% is a doubt."""


class Vendor(Offer):
    """One vendor: whatever differs from `common`."""

    catalogue: str | None = None
    """Entry of the price catalogue, such as `vtiger/enterprise`; it gives what `licence` leaves out (`sim vendors`)."""
    inputs: dict[str, DeclaredInput] = {}
    """Shared inputs on another scale for this vendor: the same future (quantile), another distribution."""


class Targets(Spec):
    """What the decision is held against."""

    payback: WholeMonths | None = None
    """Pay back within this many months."""
    roi: FixedRate | None = None
    """Net ROI of at least this."""
    payback_cash: WholeMonths | None = None
    """Get the money back within this many months, staff time left out on both sides."""
    roi_cash: FixedRate | None = None
    """Net ROI of at least this in money only."""


class NumbersShape(Spec):
    """How this file writes its numbers, where 1.850 may mean 1,850 and 1.85."""

    decimal: Literal[".", ","] | None = None
    """The mark before decimals: "." or "," (a point, if only `group` is given and is none)."""
    group: Literal[".", ",", " ", "'", "_"] | None = None
    """The mark between thousands (the other one of point and comma if not given); spaces always group too."""

    @model_validator(mode="after")
    def _check_marks(self) -> Self:
        if self.decimal is not None and self.decimal == self.group:
            raise ValueError(f"decimal and group are both '{self.group}' (must differ)")
        return self

    @property
    def notation(self) -> Notation:
        """The notation of the file."""
        return Notation.of(self.decimal, self.group)


def _known_currency(code: str) -> str:
    if code not in CODES:
        right = suggestion(code.upper(), sorted(CODES)) or " (write a code of ISO 4217, such as USD)"
        raise ValueError(f"'{code}' is no currency{right}")
    return code


class ScenarioFile(Spec):
    """A company, its uncertain inputs and the CRM vendors it compares."""

    extends: str | None = None
    """Another scenario file, in or below this folder, that this one changes."""
    name: str = Field(min_length=1, max_length=200)
    """What the scenario is called in reports."""
    currency: Annotated[str, Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}), AfterValidator(_known_currency)] = (
        "USD"
    )
    """Three-letter code of the one currency of the scenario, by ISO 4217."""
    numbers: NumbersShape = NumbersShape()
    """Which marks this file writes before decimals and between thousands; not those of its tables."""
    method: Method = Method.MONTHLY
    """monthly (if not given), or tei: yearly tables as in Forrester's Total Economic Impact studies."""
    months: WholeMonths | None = None
    """Horizon in months from signature, unless given in `years`."""
    years: WholeYears | None = None
    """Horizon in years."""
    discount_rate: Yearly
    """Yearly discount rate."""
    finance_rate: Yearly | None = None
    """Yearly rate at which deficits are financed, for MIRR (the discount rate if not given)."""
    reinvestment_rate: Yearly | None = None
    """Yearly rate at which surpluses are reinvested, for MIRR (the discount rate if not given)."""
    company: Company = Company()
    """The company as it is; not needed where vendors are given by `rows`."""
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
    decision: DecisionShape = DecisionShape()
    """What can be chosen beside the offers: buying nothing, unless it is left out."""
    kpis: Kpis = Kpis()
    """Key figures: targets, and what was measured."""
    kpi_month: WholeMonths | None = None
    """Key figures are those of the year up to this month (the last year of the horizon if not given)."""
    inflation: Yearly | None = None
    """Yearly rise of wages and prices, with and without the CRM (none if not given); contracts keep their prices."""
    tax: TaxShape | None = None
    """Tax, if figures are to be after tax."""
    soft_benefits: bool = True
    """Whether freed staff time counts as a benefit. `false` leaves it out of every figure."""
    discounting: Discounting = Discounting.MONTHLY
    """monthly (if not given), year_end, year_begin, or initial: nothing up to go-live, then at year ends (TEI)."""

    prepaid_at_horizon: Prepaid = Prepaid.LOST
    """A year paid ahead that the horizon cuts: lost (it counts in full, if not given), or pro_rata (by its months)."""
    risk_adjustments: dict[str, Share] = {}
    """With `method: tei`, by the name of a line: the share by which a benefit is lowered, a cost raised (none)."""

    @cached_property
    def offers(self) -> dict[str, Vendor]:
        """Every vendor's offer laid over the common one: whatever the vendor does not say is common."""
        return {name: _laid_over(vendor, self.common) for name, vendor in self.vendors.items()}

    @property
    def horizon(self) -> int:
        """Months from signature."""
        return self.months or 12 * (self.years or 1)

    @property
    def by_rows(self) -> bool:
        """Whether the vendors are given by rows alone."""
        return any(offer.rows for offer in (self.common, *self.vendors.values()))

    @property
    def convention(self) -> Discounting:
        """From when amounts are discounted."""
        return Discounting.INITIAL if self.method is Method.TEI else self.discounting


def _laid_over(own: Any, common: Any) -> Any:
    """Lay a vendor's numbers over the common ones: sections and entries by name, each number by itself."""
    if own is None or common is None:
        return common if own is None else own
    if isinstance(own, dict):
        names = dict.fromkeys((*common, *own))
        return {name: _laid_over(own.get(name), common.get(name)) for name in names}
    if isinstance(own, BaseModel):
        fields = type(common).model_fields
        return own.model_copy(update={key: _laid_over(getattr(own, key), getattr(common, key)) for key in fields})
    return own
