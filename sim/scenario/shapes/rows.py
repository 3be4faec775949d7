"""The shapes of `rows` in a scenario file: benefits and costs by years."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.numbers.spec import NUMBER_OF, NUMBER_SCHEMA, Spec
from sim.scenario.from_data import FileReading
from sim.scenario.number import ANY_OR_NAME, AnyNumber, Money, Months, Share, Yearly
from sim.scenario.shapes.own_lines import LineKind


class Method(StrEnum):
    """How a scenario's figures are made and shown."""

    MONTHLY = "monthly"
    TEI = "tei"


def _by_year(value: object, info: ValidationInfo) -> list[object]:
    """Give one number, or a list of as many as there are years, as a list."""
    if not isinstance(value, list):
        return [value]
    years = info.context.years if isinstance(info.context, FileReading) else None
    if years is not None and len(value) != years:
        numbers = f"{len(value)} number{'' if len(value) == 1 else 's'}"
        raise ValueError(f"has {numbers} for {years} years (give {years} of them, or one without brackets)")
    return value


def _number_or_list(number: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [number, {"type": "array", "items": number, "minItems": 1}]})


_NOT_EMPTY = Field(min_length=1)

MoneyByYear = Annotated[tuple[Money, ...], BeforeValidator(_by_year), _NOT_EMPTY, _number_or_list({NUMBER_OF: "money"})]
"""An amount for all years, or a list with one for each."""
SharesByYear = Annotated[tuple[Share, ...], BeforeValidator(_by_year), _NOT_EMPTY, _number_or_list({NUMBER_OF: "rate"})]
"""A share for all years, or a list with one for each."""
NumbersByYear = Annotated[tuple[AnyNumber, ...], BeforeValidator(_by_year), _NOT_EMPTY, _number_or_list(ANY_OR_NAME)]
"""A number of any kind for all years, or a list with one for each."""


def _step(kind: Kind) -> PlainValidator:
    def read(value: object, info: ValidationInfo) -> float:
        reading = info.context if isinstance(info.context, Reading) else Reading()
        step = read_number(value, reading.of_kind(kind))
        if step <= 0:
            raise ValueError(f"cannot round to {value} (must be above 0)")
        return step

    return PlainValidator(read)


class RetainedShape(Spec):
    """Customers kept by the year before, and what they bring: the effect lags a year and compounds."""

    base: MoneyByYear | None = None
    """What all customers bring a year without it: one amount, or a list by years."""
    rates: dict[str, SharesByYear] = {}
    """Shares by name, each one number or a list by years; their product is kept on top in the following year."""
    round_to: Annotated[float, _step(Kind.RATE), WithJsonSchema(NUMBER_SCHEMA)] | None = None
    """What that product is rounded to, as published tables do: 0.1% (not rounded if not given)."""
    with_base: bool | None = None
    """Whether the base counts too, not only what comes on top (`false` if not given)."""


class RowShape(Spec):
    """A benefit or cost by years."""

    kind: LineKind | None = None
    """benefit or cost."""
    initial: Money | None = None
    """Amount at the start, before the first year; it is not discounted."""
    years: MoneyByYear | None = None
    """The amount of each year, as a list, or one amount for all years."""
    factors: dict[str, NumbersByYear] = {}
    """Numbers by name, each for all years or a list by years, that multiply `years` or `retained`, or by themselves."""
    retained: RetainedShape = RetainedShape()
    """Revenue of customers kept, in place of `years`."""
    ramp: SharesByYear | None = None
    """Share of the amount that is reached in each year: [50%, 80%, 100%] (100% if not given)."""
    starts_after: Months | None = None
    """Months before it starts; of the year in which it does, the rest counts (0 if not given)."""
    grows: Yearly | None = None
    """Growth of the amount a year, from the second year on."""
    risk_adjustment: Share | None = None
    """Share by which benefits are lowered and costs raised, for the risk in them (none if not given)."""
    round_to: Annotated[float, _step(Kind.MONEY), WithJsonSchema(NUMBER_SCHEMA)] | None = None
    """What amounts are rounded to, before the risk adjustment: $1 in published tables (not rounded if not given)."""
    soft: bool | None = None
    """Whether it is staff time rather than money (`false` if not given)."""
