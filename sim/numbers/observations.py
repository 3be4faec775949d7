"""From the texts of a column to numbers: one unit, nothing guessed, missing values counted."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.errors import DataError
from sim.numbers.kinds import CURRENCY_SIGNS, Kind
from sim.numbers.reading import Reading, looks_numeric, mark_of, read_number, unit_of
from sim.numbers.tables import MISSING, Cells

FEWEST = 5
"""Observations below which a column says too little to draw from."""

FEW = 20
"""Observations below which whoever uses them is told that they are few."""

SHOWN = 3
"""Bad cells that an error lists, and rows that a remark lists."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(\d{1,2}|\d{4,})\D{0,2}|[-+]?\d{1,3}(\.\d{3})+,\d+\D{0,2}")
_EITHER_COMMA = re.compile(r"[-+]?\d{1,3},\d{3}%?")


@dataclass(frozen=True)
class Observations:
    """The numbers of a column in row order, NaN where a value is missing, with the unit that the texts show."""

    values: tuple[float, ...]
    rows: tuple[int, ...]
    unit: Kind
    mark: str
    currency: str

    @property
    def present(self) -> tuple[float, ...]:
        """The values without the missing ones."""
        return tuple(value for value in self.values if not math.isnan(value))

    @property
    def missing(self) -> tuple[int, ...]:
        """Rows without a value."""
        return tuple(row for row, value in zip(self.rows, self.values, strict=True) if math.isnan(value))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever uses the column should know: values missing, or few of them."""
        texts = []
        if self.missing:
            rows = _listed([str(row) for row in self.missing], 10)
            word, of = ("row" if len(self.missing) == 1 else "rows"), len(self.values)
            texts.append(f"{len(self.missing)} of {of} values missing and left out ({word} {rows})")
        if len(self.present) < FEW:
            texts.append(f"only {len(self.present)} observations: rarer values than those are not in them")
        return tuple(texts)


def column_unit(cells: Cells) -> Kind:
    """Give the kind of number that the texts of a column show; `Kind.ANY` for bare numbers."""
    return next((kind for kind in map(unit_of, cells.texts) if kind is not Kind.ANY), Kind.ANY)


def observations(cells: Cells, name: str, reading: Reading, *, foreign: bool = False) -> Observations:
    """Read a column's texts as numbers of the kind that `reading` wants.

    Args:
        cells: the column.
        name: what errors call it.
        reading: the kind of number, and the currency.
        foreign: take the column's own currency, whatever `reading` says.

    Raises:
        DataError: units that do not go together, a text that is no number, too few values, all of them equal.
    """
    filled = [(row, text) for row, text in zip(cells.rows, cells.texts, strict=True) if text.lower() not in MISSING]
    if not filled:
        raise DataError(f"column '{name}' is empty (a formula that Excel has not computed counts as empty)")
    _check_commas(filled, name, cells.separator)
    mark = _one_mark(filled, name)
    currency = _currency(mark, reading.currency) if foreign else reading.currency
    by_row = dict(
        zip([row for row, _ in filled], _numbers(filled, name, replace(reading, currency=currency)), strict=True)
    )
    values = tuple(by_row.get(row, math.nan) for row in cells.rows)
    _check_enough(list(by_row.values()), filled[0][1], name)
    return Observations(values, cells.rows, column_unit(cells), mark, currency)


def _numbers(filled: Sequence[tuple[int, str]], name: str, reading: Reading) -> list[float]:
    numbers, wrong = [], []
    for row, text in filled:
        try:
            numbers.append(read_number(_quantity(text), reading))
        except ValueError as error:
            wrong.append(f"row {row}: {error}")
    if wrong:
        raise DataError(f"column '{name}', {_listed(wrong, SHOWN, '; ')}")
    return numbers


def _quantity(text: str) -> str | float:
    """Give bare digits as a number, so that errors treat them as a scenario file's bare numbers."""
    try:
        return float(text)
    except ValueError:
        return text


def _listed(parts: Sequence[str], most: int, between: str = ", ") -> str:
    rest = len(parts) - most
    return between.join(parts[:most]) + (f"{between}and {rest:,} more" if rest > 0 else "")


def _check_commas(filled: Sequence[tuple[int, str]], name: str, separator: str) -> None:
    for row, text in filled:
        if _DECIMAL_COMMA.fullmatch(text):
            raise DataError(f"column '{name}', row {row}: '{text}' has a decimal comma (write decimal points)")
        if separator == ";" and _EITHER_COMMA.fullmatch(text):
            raise DataError(
                f"column '{name}', row {row}: '{text}' may be {text.replace(',', '.')} or {text.replace(',', '')}"
                " (write decimal points, and thousands without a comma)"
            )


def _one_mark(filled: Sequence[tuple[int, str]], name: str) -> str:
    """Give the one unit of a column; bare numbers go with a currency, with nothing else.

    Raises:
        DataError: several units.
    """
    first: dict[str, tuple[int, str]] = {}
    for row, text in filled:
        mark = mark_of(text)
        if mark or looks_numeric(text):
            first.setdefault(mark, (row, text))
    marks = [mark for mark in first if mark]
    if len(first) > 1 and (len(marks) > 1 or marks[0] in ("%", "months", "hours", "x")):
        (row, text), (other, differs) = sorted(first.values())[:2]
        raise DataError(
            f"column '{name}' mixes units: row {row} is '{text}', row {other} is '{differs}' (write all of one kind)"
        )
    return marks[0] if marks else ""


def _currency(mark: str, otherwise: str) -> str:
    if mark in ("", "%", "months", "hours", "x") or otherwise in CURRENCY_SIGNS.get(mark, {mark}):
        return otherwise
    usual = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}
    return usual.get(mark, mark)


def _check_enough(values: list[float], text: str, name: str) -> None:
    if len(values) < FEWEST:
        raise DataError(f"column '{name}' has {len(values)} values (at least {FEWEST} are needed)")
    if min(values) == max(values):
        raise DataError(f"every value of column '{name}' is {text} (write the number instead)")
