"""The strict base of every shape in a scenario file, and how the file writes numbers.

A number in a file has a kind - a rate, an amount of money, a count - which decides how its text is read:
``12%`` is a rate, ``$18k`` an amount, ``1.2M`` a count or an amount, ``24 months`` a time. A text of the
wrong kind is refused instead of guessed at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sim.numbers.kinds import CURRENCY_SIGNS, Kind

MAGNITUDES = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9, "B": 1e9}
TIMES = {"month": 1.0, "months": 1.0, "year": 12.0, "years": 12.0}

_NUMBER = re.compile(
    r"""(?P<sign>[-+]?)\s*
        (?P<before>[$€£¥₹]|zł|[A-Z]{3}(?=[\s\d.]))?\s*(?P<sign2>-?)
        (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?:\d+(?:_\d{3})*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*
        (?P<unit>%|bp|k|K|M|bn|B|x|months?|years?|hours?|h)?\s*
        (?P<after>[$€£¥₹]|zł|[A-Z]{3})?""",
    re.VERBOSE,
)
_LOOKS_NUMERIC = re.compile(r"[-+]?\s*([$€£¥₹]|zł|[A-Z]{3}\s)?\s*[-+]?\.?\d|[-+]?\.?(inf|nan)$", re.IGNORECASE)


def looks_numeric(text: str) -> bool:
    """Whether a text is meant as a number rather than as the name of an input."""
    return bool(_LOOKS_NUMERIC.match(text.strip()))


@dataclass(frozen=True)
class Reading:
    """What it takes to read a number from a file: its kind, the currency, and the names it may refer to."""

    currency: str = "USD"
    kind: Kind = Kind.ANY
    names: Mapping[str, Kind] = field(default_factory=dict)
    """What each name measures; `Kind.ANY` if it is written as a bare number."""

    def of_kind(self, kind: Kind) -> Self:
        """Give the same reading for numbers of another kind."""
        return replace(self, kind=kind)


def read_number(value: object, reading: Reading) -> float:
    """Give the number that a YAML scalar means.

    Raises:
        ValueError: not a number, or one of another kind; the message says what would be right.

    Example:
        >>> read_number("12%", Reading(kind=Kind.RATE)), read_number("$1.2M", Reading(kind=Kind.MONEY))
        (0.12, 1200000.0)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected {reading.kind.what}, got {describe(value)} {reading.kind.how}")
    if isinstance(value, str):
        return _read_text(value.strip(), reading)
    return _plain(_finite(value), str(value), reading.kind)


def describe(value: object) -> str:
    """Name a YAML value in a planner's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"'{value}'"


def _read_text(text: str, reading: Reading) -> float:
    match = _NUMBER.fullmatch(text)
    if match is None:
        if text.lower().lstrip("+-.") in {"nan", "inf", "infinity"}:
            raise ValueError(f"'{text}' is not a finite number {reading.kind.how}")
        raise ValueError(f"cannot read '{text}' as {reading.kind.what} {reading.kind.how}")
    sign, sign2, digits, unit = match["sign"], match["sign2"], match["digits"], match["unit"] or ""
    if sign and sign2:
        raise ValueError(f"cannot read '{text}': two signs")
    number = _finite(float(digits.replace(",", "").replace("_", "")))
    number = -number if "-" in (sign, sign2) else number
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    if marks and unit and unit not in MAGNITUDES:
        raise ValueError(f"cannot read '{text}' as {reading.kind.what} {reading.kind.how}")
    for mark in marks:
        _check_currency(text, mark, reading)
    return _with_unit(number, unit, text, reading.kind)


def _finite(value: float) -> float:
    if not abs(value) < 1e300:  # false for NaN too
        raise ValueError(f"'{value}' is not a finite number")
    return float(value)


def _check_currency(text: str, mark: str, reading: Reading) -> None:
    if reading.kind not in (Kind.MONEY, Kind.ANY):
        raise ValueError(f"'{text}' is money where {reading.kind.what} is expected {reading.kind.how}")
    if reading.currency not in CURRENCY_SIGNS.get(mark, {mark}):
        sign = next((s for s, codes in CURRENCY_SIGNS.items() if reading.currency in codes), reading.currency)
        right = text.replace(mark, sign)
        raise ValueError(f"'{text}' is not in {reading.currency}, the scenario's currency (write '{right}')")


def _with_unit(number: float, unit: str, text: str, kind: Kind) -> float:
    if unit == "":
        return _plain(number, text, kind)
    if unit in ("%", "bp"):
        if kind in (Kind.RATE, Kind.ANY):
            return number / (100 if unit == "%" else 10_000)
        raise ValueError(f"'{text}' is a percentage where {kind.what} is expected {kind.how}")
    fits: dict[str, tuple[set[Kind], float]] = {
        "x": ({Kind.FACTOR}, 1.0),
        "h": ({Kind.HOURS}, 1.0),
        "hour": ({Kind.HOURS}, 1.0),
        "hours": ({Kind.HOURS}, 1.0),
        **{name: ({Kind.MONTHS}, size) for name, size in TIMES.items()},
        **{name: ({Kind.MONEY, Kind.COUNT}, size) for name, size in MAGNITUDES.items()},
    }
    kinds, size = fits[unit]
    if kind not in kinds | {Kind.ANY}:
        raise ValueError(f"cannot read '{text}' as {kind.what} {kind.how}")
    return number * size


def _plain(number: float, text: str, kind: Kind) -> float:
    if kind is Kind.RATE and abs(number) > 1:
        raise ValueError(f"a bare rate above 1 (did you mean {text}%? Write {number * 100:g}% if you mean it)")
    return number


def unit_of(value: object) -> Kind:
    """Give the kind that the text of a number shows: rate, money, months or none of them."""
    mark = mark_of(value) if isinstance(value, str) else ""
    return {"": Kind.ANY, "%": Kind.RATE, "months": Kind.MONTHS, "hours": Kind.ANY, "x": Kind.ANY}.get(mark, Kind.MONEY)


def mark_of(text: str) -> str:
    """Give the unit that the text of a number shows: '%', 'months', 'hours', 'x', or the currency; '' if none.

    Example:
        >>> mark_of("12%"), mark_of("$1.2M"), mark_of("2 years"), mark_of("1.2M")
        ('%', '$', 'months', '')
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return ""
    unit = match["unit"] or ""
    if currency := match["before"] or match["after"]:
        return str(currency)
    if unit in TIMES:
        return "months"
    return {"%": "%", "bp": "%", "x": "x"}.get(unit, "hours" if unit in ("h", "hour", "hours") else "")
