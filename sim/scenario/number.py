"""A number as a scenario file gives it: a number, the name of an input or company fact, or a distribution in place.

`Leaf` is what any of the three becomes, `Expects` what a field of the file takes, `Declared` a named input.
"""

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from sim.distributions import Constant, Distribution, is_distribution, read_distribution, unclear_number, unit_shown
from sim.errors import suggestion
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, looks_numeric, mark_of, read_number
from sim.numbers.spec import NUMBER_OF
from sim.numbers.words import unread_word
from sim.sampling.columns import Column
from sim.scenario.evidence.priors import is_prior, read_prior, unit_of_prior
from sim.scenario.evidence.reading import distribution_text
from sim.scenario.from_data import FileReading, is_from, read_from, shown_unit
from sim.scenario.tree import Place

MAX_MONTHS = 600
MAX_YEARS = MAX_MONTHS // 12


@dataclass(frozen=True)
class Expects:
    """What a field takes: a kind of number within closed bounds. Annotates `Leaf` in the shapes below."""

    kind: Kind
    low: float | None = None
    high: float | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read)

    def _read(self, value: object, info: ValidationInfo) -> "Leaf":
        return replace(read_leaf(value, self, info), expects=self)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {NUMBER_OF: self.kind.name.lower()}


@dataclass(frozen=True)
class Leaf:
    """A number as the file gives it: `content` is the number, a name, or a distribution."""

    content: float | str | Distribution
    asked: str
    source: str = ""
    note: str = ""
    column: Column | None = None
    """Where the distribution comes from, if it comes from data."""
    remarks: tuple[str, ...] = ()
    """What to warn of in that data."""
    unclear: str = ""
    """Which two numbers a bare cell of that data may mean."""
    prior: str = ""
    """Name of the prior it comes from, if it is one."""
    expects: Expects = Expects(Kind.ANY)
    """What the field takes in which it stands; where that is a number of any kind, the unit that its text shows."""
    place: Place = ()
    """Where it stands in the file, once the whole file is read."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Leave its own fields alone: what reads it in a file is what annotates it."""
        return core_schema.is_instance_schema(cls)


@cache
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
    """Read a number, a name, a distribution, a prior or a column; `{value: ..., source: ...}` wraps any of them."""
    reading = context_of(info).of_kind(expects.kind)
    if is_from(value):
        return _read_column(value, expects, reading)
    if is_prior(value):
        return _read_prior(value, expects, reading)
    if isinstance(value, dict) and not is_distribution(value):
        return _read_sourced(value, expects, info)
    if isinstance(value, dict):
        return _read_distribution(value, expects, reading)
    if isinstance(value, str) and (ends := _RANGE.fullmatch(value.strip())):
        raise ValueError(f"'{value}' {_choices(*(end.strip() for end in ends.groups()))}")
    if isinstance(value, str) and (value in reading.names or not looks_numeric(value)):
        return _read_name(value, reading)
    number = read_number(value, reading)
    _check_bounds(number, number, expects)
    return Leaf(number, str(value))


_RANGE = re.compile(r"([^\s\w]?[-+]?\d[\w.,]*\s?\S?)\s*(?:to|(?<![eE])-|–|\.\.)\s*([^\s\w]?[-+]?\d[\w.,]*\s?\S?)")


def _choices(low: object, high: object) -> str:
    """Say what a range may mean, in the planner's own numbers."""
    return (
        f"is a range without a meaning (write {{dist: uniform, low: {low}, high: {high}}} if nothing lies outside,"
        f" {{dist: pert, low: {low}, mode: ..., high: {high}}} if one value is likeliest,"
        f" or {{p10: {low}, p50: ..., p90: {high}}} if a tenth lies below and a tenth above)"
    )


def context_of(info: ValidationInfo) -> Reading:
    """Give how the file that is read writes its numbers."""
    return info.context if isinstance(info.context, Reading) else Reading()


def _read_sourced(value: dict[str, Any], expects: Expects, info: ValidationInfo) -> Leaf:
    inner = _unwrapped(value)
    if isinstance(inner, dict) and not (is_distribution(inner) or is_from(inner) or is_prior(inner)):
        raise ValueError("a value inside a value (write {value: 12%, source: ...})")
    leaf = read_leaf(inner, expects, info)
    source, note = (str(value[key]) if value.get(key) is not None else "" for key in ("source", "note"))
    return replace(leaf, source=source or leaf.source, note=note or leaf.note)


def _unwrapped(value: object) -> object:
    """Give the number inside ``{value: ..., source: ..., note: ...}``, or the value itself."""
    if not isinstance(value, dict):
        return value
    if value.keys() >= {"low", "high"}:
        raise ValueError(f"low {value['low']}, high {value['high']} {_choices(value['low'], value['high'])}")
    unknown = [key for key in value if key not in ("value", "source", "note")]
    if "value" not in value or unknown:
        wrong = f"unknown key '{unknown[0]}'" if unknown else "no 'value' and no 'dist'"
        raise ValueError(f"{wrong} (write a number, or {{value: ..., source: ...}}; quote texts that hold a comma)")
    return value["value"]


def _read_distribution(value: dict[str, Any], expects: Expects, reading: Reading) -> Leaf:
    distribution = read_distribution(value, reading)
    _check_law(distribution, expects)
    return Leaf(_content(distribution), distribution_text(value), distribution.source or "", distribution.note or "")


def _content(distribution: Distribution) -> float | Distribution:
    return distribution.value if isinstance(distribution, Constant) else distribution


def _read_prior(value: Any, expects: Expects, reading: Reading) -> Leaf:
    """Give a prior with its evidence; what the file says of its source comes first."""
    shape, prior = read_prior(value, reading)
    _check_law(prior.distribution, expects)
    source = "; ".join(text for text in (shape.source, prior.cited) if text)
    why = f"a stress case, not a forecast: {prior.means.lower()} ({prior.source}; {prior.conditional}) [stress-case]"
    remarks = (f"'{prior.name}' is {why}",) if prior.claim else ()
    note = shape.note or prior.note or ""
    return Leaf(_content(prior.distribution), prior.asked, source, note, remarks=remarks, prior=prior.name)


def _read_column(value: Any, expects: Expects, reading: Reading) -> Leaf:
    shape, data = read_from(value, reading)
    _check_law(data.distribution, expects)
    evidence = (data.asked, shape.source or "", shape.note or "", data.column, data.remarks, data.unclear)
    return Leaf(data.distribution, *evidence)


def _word_in(name: str, reading: Reading) -> str:
    """Say which word of a text that is no name is none of an amount either."""
    return unread_word(name, reading.kind, reading.currency, reading.notation)


def _read_name(name: str, reading: Reading) -> Leaf:
    if wrong := name not in reading.names and _word_in(name, reading):
        raise ValueError(wrong)
    if name not in reading.names:
        hint = suggestion(name, sorted(reading.names)) or f" {reading.kind.how}"
        raise ValueError(f"no input or company fact is called '{name}'{hint}")
    unit = reading.names[name]
    if unit not in (reading.kind, Kind.ANY) and reading.kind is not Kind.ANY:
        raise ValueError(f"'{name}' is {unit.what} where {reading.kind.what} is expected {reading.kind.how}")
    return Leaf(name, name)


def _check_law(law: Distribution, expects: Expects) -> None:
    if wrong := law_out_of_bounds(law, expects):
        raise ValueError(wrong)


def law_out_of_bounds(law: Distribution, expects: Expects) -> str:
    """Say how a distribution leaves a field's bounds; its reach is asked for only where its ends do not tell."""
    low, high = (end if end is not None else side * math.inf for end, side in zip(law.bounds, (-1, 1), strict=True))
    return out_of_bounds(*law.reach, expects) if out_of_bounds(low, high, expects) else ""


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
    """A named input: distribution, the unit its text shows (`Kind.ANY` for bare numbers), and what is said of it."""

    distribution: Distribution
    unit: Kind
    asked: str
    source: str
    note: str
    column: Column | None = None
    remarks: tuple[str, ...] = ()
    prior: str = ""
    unclear: str = ""
    """Which two numbers it, or a part of it, may mean where a count or an amount is expected."""
    place: Place = ()


def declared_unit(value: object, reading: Reading) -> Kind:
    """Give the unit that the text of an input, or the cells of its column, show."""
    inner = value["value"] if isinstance(value, dict) and "value" in value and not is_distribution(value) else value
    if isinstance(inner, dict) and is_from(inner):
        return shown_unit(inner, reading.folder if isinstance(reading, FileReading) else None)
    if isinstance(inner, dict) and is_prior(inner):
        return unit_of_prior(inner)
    return unit_shown(inner)


def _read_declared(value: object, info: ValidationInfo) -> Declared:
    raw = value["value"] if isinstance(value, dict) and not is_distribution(value) and "value" in value else value
    unit = declared_unit(value, context_of(info))
    if isinstance(raw, str) and not looks_numeric(raw):
        raise ValueError(f"an input is a number or a distribution, not the name '{raw}' (write {{dist: ...}})")
    leaf = read_leaf(value, Expects(unit), info)
    content = leaf.content
    if isinstance(content, str):
        raise ValueError(f"an input is a number or a distribution, not the name '{content}'")
    distribution = content if isinstance(content, Distribution) else Constant(value=content)
    unclear = leaf.unclear or unclear_number(raw, context_of(info))
    evidence = (leaf.asked, leaf.source, leaf.note, leaf.column, leaf.remarks, leaf.prior, unclear)
    return Declared(distribution, unit, *evidence)


def _read_any(value: object, info: ValidationInfo) -> Leaf:
    """Read a number of any kind, in the unit that its own text shows."""
    unit = declared_unit(value, context_of(info))
    return replace(read_leaf(value, Expects(unit), info), expects=Expects(unit))


ANY_OR_NAME = {"anyOf": [{NUMBER_OF: "any"}, {"type": "string"}]}
AnyNumber = Annotated[Leaf, PlainValidator(_read_any), WithJsonSchema(ANY_OR_NAME)]
"""A number of any kind, or the name of one."""

DeclaredInput = Annotated[Declared, PlainValidator(_read_declared), WithJsonSchema({NUMBER_OF: "any"})]

Share = Annotated[Leaf, Expects(Kind.RATE, 0, 1)]
SignedShare = Annotated[Leaf, Expects(Kind.RATE, -1, 1)]
Rate = Annotated[Leaf, Expects(Kind.RATE, -1)]
Yearly = Annotated[Leaf, Expects(Kind.RATE, -0.99)]
"""A rate that compounds over years."""
PartialShare = Annotated[Leaf, Expects(Kind.RATE, 0, 0.99)]
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
    months = read_number(_unwrapped(value), context_of(info).of_kind(Kind.MONTHS))
    if months != int(months) or not 1 <= months <= MAX_MONTHS:
        raise ValueError(f"{_unwrapped(value)} will not do (must be a whole number of months, 1 to {MAX_MONTHS})")
    return int(months)


def whole_years(value: object, reading: Reading) -> int:
    """Read a whole number of years.

    Raises:
        ValueError: it is none, or too many.
    """
    text = _unwrapped(value)
    number = read_number(text, reading.of_kind(Kind.MONTHS))
    years = number / 12 if mark_of(str(text)) == "months" else number  # '3 years' is read as 36 months
    if years != int(years) or not 1 <= years <= MAX_YEARS:
        raise ValueError(f"{text} will not do (must be a whole number of years, 1 to {MAX_YEARS})")
    return int(years)


def _fixed_rate(value: object, info: ValidationInfo) -> float:
    return read_number(_unwrapped(value), context_of(info).of_kind(Kind.RATE))


OneOrMore = Annotated[
    tuple[Share, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{NUMBER_OF: "rate"}, {"type": "array", "items": {NUMBER_OF: "rate"}}]}),
]
"""One share, or a list of them."""

WholeMonths = Annotated[int, PlainValidator(_whole_months), WithJsonSchema({NUMBER_OF: "fixed_months"})]
"""A time that is certain: the horizon, a contract's term, a target."""

WholeYears = Annotated[
    int,
    PlainValidator(lambda value, info: whole_years(value, context_of(info))),
    WithJsonSchema({NUMBER_OF: "fixed_years"}),
]
"""A horizon in years."""


def certain(kind: Kind) -> Any:
    """Give what a field takes that holds one number of a kind, certain and without a name."""

    def read(value: object, info: ValidationInfo) -> float:
        return _read_certain(kind, value, info)

    return Annotated[float, PlainValidator(read), WithJsonSchema({NUMBER_OF: f"certain_{kind.name.lower()}"})]


def _read_certain(kind: Kind, value: object, info: ValidationInfo) -> float:
    if isinstance(value, dict) and is_distribution(value):
        raise ValueError(f"{kind.what} that is certain is expected, not a distribution {kind.how}")
    return read_number(_unwrapped(value), context_of(info).of_kind(kind))


FixedMoney = Annotated[
    float,
    PlainValidator(lambda value, info: _read_certain(Kind.MONEY, value, info)),
    WithJsonSchema({NUMBER_OF: "certain_money"}),
]
"""An amount that is certain."""

FixedRate = Annotated[float, PlainValidator(_fixed_rate), WithJsonSchema({NUMBER_OF: "fixed_rate"})]
"""A rate that is certain."""
