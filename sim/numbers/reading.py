"""How numbers are written in scenario files and tables, and what they are read as.

A number in a file has a kind - a rate, an amount of money, a count - which decides how its text is read:
``12%`` is a rate, ``$18k`` an amount, ``1.2M`` a count or an amount, ``24 months`` a time. A text of the
wrong kind, or one that may mean two numbers, is refused instead of guessed at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sim.numbers.currencies import CODES, CURRENCY_SIGNS, currencies_of, usual_currency
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation, Written, plain
from sim.numbers.words import no_currency, unread_word

MAGNITUDES = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9, "B": 1e9}
TIMES = {"month": 1.0, "months": 1.0, "year": 12.0, "years": 12.0}
PARTS = {"%": 100, "bp": 10_000}
UNITS = {
    **{name: {Kind.RATE} for name in PARTS},
    **{name: {Kind.MONEY, Kind.COUNT} for name in MAGNITUDES},
    **{name: {Kind.MONTHS} for name in TIMES},
    **{name: {Kind.HOURS} for name in ("h", "hour", "hours")},
    "x": {Kind.FACTOR},
}
"""What may stand behind a number, and the kinds of number that it goes with."""

LARGEST = 1e18
SMALLEST = 1e-30
"""Numbers beyond these are slips, and squares and products of them would leave what a computer's numbers can hold."""

_SIGNS = sorted(CURRENCY_SIGNS, key=len, reverse=True)
_MARK = rf"€|\$(?![Ub])|{'|'.join(map(re.escape, _SIGNS))}|[A-Z]{{3}}"  # the usual ones first: a column is read so
_MARKS_BESIDE = _MARK.replace("|K|", "|")  # behind a number, a K alone is a thousand
_DIGITS = r"(?:\d|[.,]\d)(?:[\d.,_']|[ ](?=\d))*(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(
    rf"""(?P<sign>[-+]?)\s*(?P<outer>\(?)\s*
        (?:(?=[^\d.,(])(?P<before>{_MARK})(?=[\s\d.,(-]))?\s*(?P<open>\(?)(?P<sign2>-?)\s*
        (?P<digits>{_DIGITS})\s*
        (?P<unit>%|(?!(?:{_MARKS_BESIDE})-?$)(?:bp|k|K|M|bn|B|x|months?|years?|hours?|h))?\s*
        (?P<minus>-?)(?P<close>\)?)\s*
        (?P<after>{_MARK})?\s*(?P<close2>\)?)(?P<minus2>-?)""",
    re.VERBOSE,
)
_CLEAR_SIGNS = "|".join(re.escape(sign) for sign in _SIGNS if len(sign) > 1 or not sign.isalpha())
_LETTERS = "".join(sign for sign in _SIGNS if len(sign) == 1 and sign.isalpha())
_LOOKS_NUMERIC = re.compile(
    rf"[-+]?\s*\(?\s*(?:{_CLEAR_SIGNS}|\u20bf|{'|'.join(sorted(CODES))}|(?:[A-Z]{{3}}|[{_LETTERS}])\s)?"
    r"\s*\(?[-+]?\s*[.,]?\d|[-+]?\.?(?i:inf|nan)$"
)


def looks_numeric(text: str) -> bool:
    """Whether a text is meant as a number rather than as the name of an input."""
    return bool(_LOOKS_NUMERIC.match(plain(text)))


@dataclass(frozen=True)
class Reading:
    """What it takes to read a number: its kind, the currency, how the file writes it, and names it may refer to."""

    currency: str = "USD"
    kind: Kind = Kind.ANY
    names: Mapping[str, Kind] = field(default_factory=dict)
    """What each name measures; `Kind.ANY` if it is written as a bare number."""
    notation: Notation = field(default_factory=Notation)
    said_by: str = 'numbers: {{decimal: "{}"}}'
    """What says the decimal mark, for texts that have two readings; empty if nothing can."""

    def of_kind(self, kind: Kind) -> Self:
        """Give the same reading for numbers of another kind."""
        return replace(self, kind=kind)


def read_number(value: object, reading: Reading) -> float:
    """Give the number that a YAML scalar means.

    Raises:
        ValueError: not a number, one of another kind, or one with two readings; the message says what would be right.

    Example:
        >>> read_number("12%", Reading(kind=Kind.RATE)), read_number("$1.2M", Reading(kind=Kind.MONEY))
        (0.12, 1200000.0)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected {reading.kind.what}, got {describe(value)} {reading.kind.how}")
    if isinstance(value, str):
        return _read_text(plain(value), reading)
    if isinstance(value, Written):
        return _read_text(value.text, reading)
    text = str(value)
    return _plain(_finite(value, text), text, reading.kind)


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
        raise ValueError(unread(text, reading))
    unit, marks = match["unit"] or "", _marks(match)
    if marks and unit and unit not in MAGNITUDES:
        raise ValueError(_unreadable(text, reading))
    for mark in marks:
        _check_currency(text, mark, reading)
    size = _finite(_size(match, text, reading), text)
    number = _with_unit(-size if _is_negative(match, text) else size, unit, text, reading.kind)
    return _finite(number, text)


def _marks(match: re.Match[str]) -> list[str]:
    return [mark for mark in (match["before"], match["after"]) if mark]


def unread(text: str, reading: Reading) -> str:
    """Say why a text cannot be read as a number: for a word beside it that is not understood, or as a whole."""
    word = unread_word(text, reading.kind, reading.currency, reading.notation)
    return word or _unreadable(text, reading)


def _unreadable(text: str, reading: Reading) -> str:
    return f"cannot read '{text}' as {reading.kind.what} {reading.kind.how}"


def _is_negative(match: re.Match[str], text: str) -> bool:
    """Whether a number has a minus before or behind it, or stands in brackets."""
    opened, closed = match["outer"] + match["open"], match["close"] + match["close2"]
    if len(opened) != len(closed):
        raise ValueError(f"cannot read '{text}': a bracket is missing")
    signs = [*filter(None, match.group("sign", "sign2", "minus", "minus2")), *opened]
    if len(signs) > 1:
        raise ValueError(f"cannot read '{text}': two signs")
    return bool(signs) and signs != ["+"]


def _size(match: re.Match[str], text: str, reading: Reading) -> float:
    """Give the number that the digits of a text mean.

    Raises:
        ValueError: they mean none, as the file writes numbers, or they may mean two.
    """
    readings = reading.notation.readings(match["digits"])
    if not readings:
        raise ValueError(_not_so_written(text, match, reading))
    if len(readings) > 1 and (wrong := two_readings(text, reading)):
        raise ValueError(wrong)
    return readings[0]


def _is_ambiguous(match: re.Match[str], kind: Kind) -> bool:
    """Whether digits with two readings are refused: a point in rates and factors is a decimal one."""
    if match["unit"] in MAGNITUDES:
        return True
    if match["unit"] in (*PARTS, "x") or kind in (Kind.RATE, Kind.FACTOR):
        return "," in match["digits"]
    return bool(_marks(match)) or kind in (Kind.MONEY, Kind.COUNT)


def two_readings(value: object, reading: Reading) -> str:
    r"""Say which two numbers a value may mean where a kind is expected; empty if it means one.

    Example:
        >>> two_readings("9.500 €", Reading("EUR", Kind.MONEY))
        '\'9.500 €\' may be 9,500 or 9.5 (write 9500 or 9.5, or say numbers: {decimal: ","})'
    """
    text = value.text if isinstance(value, Written) else plain(value) if isinstance(value, str) else ""
    match = _NUMBER.fullmatch(text)
    readings = reading.notation.readings(match["digits"]) if match else ()
    if match is None or len(readings) < 2 or not _is_ambiguous(match, reading.kind):
        return ""
    unit, comma = _spaced(match["unit"] or ""), "," in match["digits"]
    sign = "-" if set(text) & set("(-") else ""
    most, least = max(readings), min(readings)
    stated = f", or say {reading.said_by}".format("." if comma else ",") if reading.said_by else ""
    return (
        f"'{text}' may be {sign}{most:,.0f}{unit} or {sign}{least:.15g}{unit}"
        f" (write {sign}{_clear(most)}{unit} or {sign}{_clear(least)}{unit}{stated})"
    )


def _spaced(unit: str) -> str:
    return f" {unit}" if len(unit) > 2 else unit


def decimal_shown(text: str) -> str:
    """Give the decimal mark that the text of a number proves by itself; '' if it has none, or may mean two numbers.

    Example:
        >>> [decimal_shown(text) for text in ("1.234,50", "12.5%", "1,234,567", "1.850", "18")]
        [',', '.', '.', '', '']
    """
    match = _NUMBER.fullmatch(plain(text))
    if match is None:
        return ""
    digits = match["digits"]
    point, comma = Notation(".", ",").readings(digits), Notation(",", ".").readings(digits)
    if point == comma or (point and comma):
        return ""
    return "." if point else ","


def _clear(number: float) -> str:
    """Write a number so that it has one reading."""
    return Notation().write(f"{number:.15g}")


def _not_so_written(text: str, match: re.Match[str], reading: Reading) -> str:
    """Say how digits should be written that no number has, or none with the marks of the file."""
    unit, notation = match["unit"] or "", reading.notation
    others = Notation().readings(match["digits"])
    if not others:
        return _unreadable(text, reading)
    right = " or ".join(f"{notation.write(f'{number:.15g}')}{unit}" for number in others)
    return f"'{text}' does not go with {notation.words}, as is said of these numbers (write {right})"


def _finite(value: float, text: str) -> float:
    """Give a number that can be reckoned with.

    Raises:
        ValueError: it is none, or too large or too small.
    """
    if SMALLEST <= abs(value) <= LARGEST or value == 0:
        return float(value)
    if not any(map(str.isdigit, text)):  # the words of YAML; digits that are too many become infinite too
        raise ValueError(f"'{text}' is not a finite number")
    if abs(value) > LARGEST:
        raise ValueError(f"'{text}' is beyond what can be reckoned with (at most 1e18)")
    raise ValueError(f"'{text}' is closer to zero than can be reckoned with (0, or at least 1e-30)")


def _check_currency(text: str, mark: str, reading: Reading) -> None:
    codes = currencies_of(mark)
    if reading.kind not in (Kind.MONEY, Kind.ANY):
        what = "is money" if codes else f"has the unit '{mark}'"
        raise ValueError(f"'{text}' {what} where {reading.kind.what} is expected {reading.kind.how}")
    if not codes:
        raise ValueError(no_currency(text, mark, reading.currency))
    if reading.currency in CODES and reading.currency not in codes:  # the error of a currency that is none is its own
        named = usual_currency(mark) + (" or another currency with that sign" if len(codes) > 1 else "")
        raise ValueError(
            f"'{text}' is in {named}, not in {reading.currency}, the scenario's currency"
            f" (convert the amount to {reading.currency})"
        )


def _with_unit(number: float, unit: str, text: str, kind: Kind) -> float:
    if unit == "":
        return _plain(number, text, kind)
    if kind in UNITS[unit] | {Kind.ANY}:
        return _times_unit(number, unit)
    if unit in PARTS:
        raise ValueError(f"'{text}' is a percentage where {kind.what} is expected {kind.how}")
    raise ValueError(f"cannot read '{text}' as {kind.what} {kind.how}")


def _times_unit(number: float, unit: str) -> float:
    return number / PARTS[unit] if unit in PARTS else number * (MAGNITUDES | TIMES).get(unit, 1.0)


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
    match = _NUMBER.fullmatch(plain(text))
    if match is None:
        return ""
    unit = match["unit"] or ""
    if marks := _marks(match):
        return str(marks[0]) if currencies_of(marks[0]) else ""
    if unit in TIMES:
        return "months"
    return {"%": "%", "bp": "%", "x": "x"}.get(unit, "hours" if unit in ("h", "hour", "hours") else "")


def amount_in(text: str, notation: Notation, *, rates: bool = False) -> float | None:
    """Give the number that a text holds, whatever its kind and currency; nothing for texts.

    Percentages are numbers only with `rates`.

    Example:
        >>> amount_in("$11k", Notation()), amount_in("(1.100,50 kr)", Notation(",", ".")), amount_in("7%", Notation())
        (11000.0, -1100.5, None)
    """
    text = plain(text)
    match = _NUMBER.fullmatch(text)
    if match is None or (match["unit"] in PARTS and not rates) or not (readings := notation.readings(match["digits"])):
        return None
    try:
        size = -readings[0] if _is_negative(match, text) else readings[0]
    except ValueError:  # a bracket is missing, or there are two signs
        return None
    number = _times_unit(size, match["unit"] or "")
    return number if abs(number) <= LARGEST else None
