"""The price catalogue: dated list prices by vendor and edition, each with its source and grade.

A scenario names an entry, `catalogue: vtiger/enterprise`. What can be named is the closed list of files in
`sim/data/catalogue`; no path comes from a scenario.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator

from sim.errors import UsageError, suggestion
from sim.model.lines.licence import Billing
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.numbers.spec import Spec
from sim.scenario.evidence.reading import Day, Grade, Text, data_text, shaped

OLD_MONTHS = 12
"""A price read longer ago than this is called old."""


@dataclass(frozen=True)
class Price:
    """A price, or a rate: certain, or known to lie between two values."""

    low: float
    high: float

    def text(self, shown: str = "{:.12g}") -> Any:
        """Give it as a scenario file writes it; a range is a uniform distribution."""
        low, high = shown.format(self.low), shown.format(self.high)
        return low if low == high else {"dist": "uniform", "low": low, "high": high}

    def times(self, factor: "Price") -> "Price":
        """Give the product of two ranges of numbers that are not negative."""
        return Price(self.low * factor.low, self.high * factor.high)


def _range(value: object, kind: Kind) -> Price:
    ends = (value.get("low"), value.get("high")) if isinstance(value, dict) and len(value) == 2 else (value, value)
    low, high = (read_number(end, Reading(kind=kind)) for end in ends)
    if not 0 <= low <= high:
        raise ValueError(f"a range from {low:g} to {high:g} (need 0 <= low <= high)")
    return Price(low, high)


Amount = Annotated[Price, PlainValidator(lambda value: _range(value, Kind.MONEY))]
Share = Annotated[Price, PlainValidator(lambda value: _range(value, Kind.RATE))]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Seats = Annotated[int, Field(ge=1)]


class Rises(Spec):
    """What the price rises by at renewals."""

    per_year: dict[Annotated[int, BeforeValidator(int)], Share] = Field(min_length=1)
    """Rise a year by the term of the contract in months."""
    capped_at_list: bool = False
    """Whether rises stop at the list price."""
    grade: Grade
    """How far this can be trusted."""
    source: Text
    """Where it comes from."""

    def at_renewal(self, term_months: int) -> Price | None:
        """Give the rise at the renewal of a contract, None if it is not known for that term."""
        yearly = self.per_year.get(term_months)
        if yearly is None:
            return None
        low, high = ((1 + rate) ** (term_months / 12) - 1 for rate in (yearly.low, yearly.high))
        return Price(low, high)


class Premium(Spec):
    """What monthly billing costs more."""

    premium: Share
    """The share on top of the price for annual billing."""
    grade: Grade
    """How far this can be trusted."""
    source: Text
    """Where it comes from."""


class PriceRow(Spec):
    """List prices of an edition a seat and month, by currency; date, source and grade if not those of the vendor."""

    billing: Billing
    """How the seat is billed at this price."""
    list: dict[Currency, Amount] = Field(min_length=1)
    """The price by currency."""
    as_of: Day | None = None
    """When it was read."""
    grade: Grade | None = None
    """How far it can be trusted."""


class Edition(Spec):
    """What one edition costs."""

    name: Text
    """What the vendor calls it."""
    prices: tuple[PriceRow, ...] = Field(min_length=1)
    """List prices."""
    minimum_seats: Seats | None = None
    """Fewest seats that are sold."""
    maximum_seats: Seats | None = None
    """Most seats that are sold."""
    platform_fee: dict[Currency, Amount] = {}
    """What the platform costs a month, whatever the seats."""
    partial: bool = False
    """Whether it is less than a CRM for a user: one app, or a second one."""


class Conflict(Spec):
    """What another source prints."""

    says: Annotated[Text, BeforeValidator(str)]
    """The figure as printed."""
    source: Text
    """Who prints it."""


class CatalogueVendor(Spec):
    """The list prices of one vendor."""

    vendor: Text
    """The firm."""
    product: Text
    """The product."""
    page: str | None = None
    """The price page."""
    as_of: Day
    """When prices were read, if a price says nothing else."""
    grade: Grade
    """How far they can be trusted."""
    source: Text
    """Where they come from."""
    editions: dict[str, Edition] = Field(min_length=1)
    """What is sold, by name."""
    rises: Rises | None = None
    """What renewals cost more."""
    monthly_premium: Premium | None = None
    """What monthly billing costs more."""
    remarks: tuple[Text, ...] = ()
    """What else to know."""
    conflicts: tuple[Conflict, ...] = ()
    """What other sources print."""

    @property
    def title(self) -> str:
        """The product with its vendor, once."""
        return self.product if self.product.startswith(self.vendor) else f"{self.vendor} {self.product}"


@dataclass(frozen=True)
class Quote:
    """A list price a seat and month, in one currency and way of billing, with its evidence."""

    price: Price
    currency: str
    billing: Billing
    as_of: date
    grade: Grade
    source: str

    @property
    def cited(self) -> str:
        """Where the price comes from and when it was read."""
        return f"{self.grade.text}: {self.source}, read {self.as_of}"


def quotes(vendor: CatalogueVendor, edition: Edition) -> Iterator[Quote]:
    """Give every list price of an edition."""
    for row in edition.prices:
        as_of, grade = row.as_of or vendor.as_of, row.grade or vendor.grade
        for currency, price in row.list.items():
            yield Quote(price, currency, row.billing, as_of, grade, row.source or vendor.source)


def quote(vendor: CatalogueVendor, edition: Edition, currency: str, billing: Billing | None) -> Quote | None:
    """Give the list price in a currency: as billed, else with the premium of monthly billing; None if there is none.

    Annual billing is preferred where nothing is asked for.
    """
    by_billing = {q.billing: q for q in quotes(vendor, edition) if q.currency == currency}
    if billing is None or billing in by_billing:
        return by_billing.get(billing or Billing.ANNUAL) or next(iter(by_billing.values()), None)
    yearly, extra = by_billing.get(Billing.ANNUAL), vendor.monthly_premium
    if billing is not Billing.MONTHLY or yearly is None or extra is None:
        return None
    price = yearly.price.times(Price(1 + extra.premium.low, 1 + extra.premium.high))
    source = f"{yearly.source}; monthly billing costs more: {extra.source}"
    worst = max(yearly.grade, extra.grade)
    return Quote(price, currency, billing, yearly.as_of, worst, source)


def read_vendor(text: str, *, shown: str) -> CatalogueVendor:
    """Read the list prices of a vendor.

    Raises:
        ScenarioError: with every problem of the file.
    """
    return shaped(CatalogueVendor, text, shown=shown)


@cache
def catalogue() -> dict[str, CatalogueVendor]:
    """Give the list prices of every vendor by its name in scenario files."""
    names = sorted(entry.name for entry in files("sim").joinpath("data", "catalogue").iterdir())
    return {
        name.removesuffix(".yaml"): read_vendor(data_text(f"catalogue/{name}"), shown=f"sim/data/catalogue/{name}")
        for name in names
        if name.endswith(".yaml")
    }


def entries() -> list[str]:
    """Give every entry that a scenario can name: `vtiger/enterprise`."""
    return [f"{key}/{name}" for key, vendor in catalogue().items() for name in vendor.editions]


def entry(wanted: str) -> tuple[CatalogueVendor, Edition]:
    """Give the vendor and the edition that an entry names.

    Raises:
        UsageError: there is none; the message says what there is.
    """
    key, slash, name = wanted.partition("/")
    if not slash:
        raise UsageError(f"'{wanted}' names no edition (write vendor/edition, such as vtiger/enterprise)")
    vendor = named(key)
    if name not in vendor.editions:
        raise UsageError(f"{vendor.title} has no edition '{name}'{suggestion(name, vendor.editions)}")
    return vendor, vendor.editions[name]


def named(key: str) -> CatalogueVendor:
    """Give a vendor by its name in scenario files.

    Raises:
        UsageError: there is none; the message says what there is.
    """
    if key not in catalogue():
        raise UsageError(f"the catalogue has no vendor '{key}'{suggestion(key, catalogue())}")
    return catalogue()[key]


def age_in_months(day: date, today: date) -> int:
    """Give the full months from a day to today, 0 if it lies ahead."""
    months = 12 * (today.year - day.year) + today.month - day.month - (today.day < day.day)
    return max(months, 0)


def age(day: date, today: date) -> str:
    """Say how long ago a day is: in days below two months.

    Example:
        >>> age(date(2026, 10, 7), date(2026, 11, 20)), age(date(2025, 9, 16), date(2026, 11, 20))
        ('44 days', '14 months')
    """
    months = age_in_months(day, today)
    days = max((today - day).days, 0)
    return f"{months} months" if months >= 2 else f"{days} day{'' if days == 1 else 's'}"


def is_old(day: date, today: date) -> bool:
    """Whether a price of a day is old: read more than twelve months ago."""
    return today > (day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 3, 1))
