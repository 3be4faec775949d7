"""From the texts of a column to numbers: one unit, nothing guessed, missing values counted."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sim.errors import DataError
from sim.numbers.currencies import currencies_of, usual_currency
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.reading import Reading, decimal_shown, looks_numeric, mark_of, read_number, two_readings, unit_of
from sim.numbers.rows import Held
from sim.numbers.tables import MISSING, Cells
from sim.numbers.words import SIZES
from sim.numbers.writing import clipped

FEWEST = 5
"""Observations below which a column says too little to draw from."""

FEW = 20
"""Observations below which whoever uses them is told that they are few."""

LONGEST = 100
"""Characters of a cell that an error shows."""

SHOWN = 3
"""Bad cells that an error lists, and rows that a remark lists."""

_BARE = re.compile(r"-?(?:\d+|(?:0|[1-9]\d*)\.\d+)")
"""Digits without a unit, which most columns hold: quicker to know than to read."""
_EITHER = re.compile(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])")
"""Digits that may have decimals or a group of thousands."""


@dataclass(frozen=True)
class Observations:
    """The numbers of a column in row order, NaN where a value is missing, with the unit that the texts show."""

    values: tuple[float, ...]
    rows: tuple[int, ...]
    unit: Kind
    mark: str
    currency: str
    read_as: tuple[str, ...] = ()
    """What is to be said of how it is read: which decimal mark it shows, and where; which words are read past."""
    unclear: str = ""
    """Which two numbers a bare cell may mean, if it does not show which."""

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
        """What whoever uses the column should know: how it was read, values missing, or few of them."""
        texts = list(self.read_as)
        if self.missing:
            rows = _listed([str(row) for row in self.missing], 10)
            word, of = ("row" if len(self.missing) == 1 else "rows"), len(self.values)
            texts.append(f"{len(self.missing)} of {of} values missing and left out ({word} {rows})")
        if len(self.present) < FEW:
            texts.append(f"only {len(self.present)} observations: rarer values than those are not in them")
        return tuple(texts)


def column_unit(cells: Cells) -> Kind:
    """Give the kind of number that the texts of a column show; `Kind.ANY` for bare numbers."""
    units = (text for text in cells.texts if not _BARE.fullmatch(text))
    return next((kind for kind in map(unit_of, units) if kind is not Kind.ANY), Kind.ANY)


def observations(cells: Cells, name: str, reading: Reading, *, foreign: bool = False) -> Observations:
    """Read a column's texts as numbers of the kind that `reading` wants.

    Args:
        cells: the column.
        name: what errors call it.
        reading: the kind of number, the currency, and the notation; the column shows it if none is stated.
        foreign: take the column's own unit and currency, whatever `reading` says.

    Raises:
        DataError: units or decimal marks that do not go together, a text that is no number or may be two, too few
            values, all of them equal.
    """
    filled = [(row, text) for row, text in zip(cells.rows, cells.texts, strict=True) if text.lower() not in MISSING]
    if not filled:
        raise DataError(f"column '{name}' is empty (a formula that Excel has not computed counts as empty)")
    mark = _one_mark(filled, name)
    read_as: list[str] = []
    if not reading.notation.decimal:
        reading = replace(reading, notation=_shown_notation(filled, name, read_as))
    currency = _currency(mark, reading.currency) if foreign else reading.currency
    reading = replace(reading, currency=currency)
    unclear = _first_unclear(filled, reading)
    if unclear and (foreign or cells.separator == ";"):  # nothing else will say it; commas are decimal ones there
        raise DataError(f"column '{name}', {unclear}")
    by_row = dict(zip([row for row, _ in filled], _numbers(filled, name, reading), strict=True))
    values = tuple(by_row.get(row, math.nan) for row in cells.rows)
    _check_enough(list(by_row.values()), filled[0][1], name, cells.remarks)
    if words := {text.beside for _, text in filled if isinstance(text, Held) and text.beside}:
        read_as.append(f"column '{name}': {_listed(sorted(map(repr, words)), SHOWN)} beside its numbers read past")
    return Observations(values, cells.rows, column_unit(cells), mark, currency, tuple(read_as), unclear)


def _shown_notation(filled: Sequence[tuple[int, str]], name: str, read_as: list[str]) -> Notation:
    """Give the notation that some cell shows, and add what is to be said of it.

    Raises:
        DataError: two cells show two.
    """
    first: dict[str, tuple[int, str]] = {}
    for row, text in filled:
        if ("." in text or "," in text) and not (isinstance(text, Held) or _adds_nothing(text, first)):
            first.setdefault(decimal_shown(text), (row, text))
    first.pop("", None)
    if len(first) > 1:
        (row, text), (other, differs) = sorted(first.values())
        raise DataError(
            f"column '{name}' mixes decimal marks: row {row} is '{text}', row {other} is '{differs}'"
            " (write all with decimal points, or all with decimal commas)"
        )
    for decimal, (row, text) in first.items():
        notation = Notation.of(decimal)
        if decimal == "," or any(_EITHER.search(text) for _, text in filled):
            read_as.append(f"column '{name}': read with {notation.words}, as row {row} '{text}' shows")
        return notation
    return Notation()


def _adds_nothing(text: str, shown: Collection[str]) -> bool:
    """Whether a cell cannot show another decimal mark than is known; quicker than to read it."""
    if "." in shown:
        return "," not in text and text.count(".") < 2
    return "," in shown and "." not in text and text.count(",") < 2


def _first_unclear(filled: Sequence[tuple[int, str]], reading: Reading) -> str:
    """Say where a number of any kind may mean two, if none of the column shows which."""
    if reading.notation.decimal or reading.kind in (Kind.RATE, Kind.FACTOR):
        return ""
    texts = ((row, text) for row, text in filled if not isinstance(text, Held))
    found = ((row, text) for row, text in texts if _EITHER.search(text) and unit_of(text) is not Kind.RATE)
    return next(
        (f"row {row}: {why}" for row, text in found if (why := two_readings(text, reading.of_kind(Kind.COUNT)))), ""
    )


def _numbers(filled: Sequence[tuple[int, str]], name: str, reading: Reading) -> list[float]:
    numbers, wrong = [], []
    pointed = replace(reading, notation=Notation.of("."))
    for row, text in filled:
        written = pointed if isinstance(text, Held) else reading
        bare = text.isdecimal() or (written.notation.decimal == "." and _BARE.fullmatch(text))
        try:  # bare digits as a number, so that errors treat them as a scenario file's bare numbers
            if len(text) > LONGEST:
                raise ValueError(f"cannot read '{clipped(text, LONGEST)}', a text of {len(text):,} characters")
            if isinstance(text, Held):
                _check_beside(text, reading.kind)
            numbers.append(read_number(float(text) if bare else text, written))
        except ValueError as error:
            wrong.append(f"row {row}: {error}")
    if wrong:
        raise DataError(f"column '{name}', {_listed(wrong, SHOWN, '; ')}")
    return numbers


def _check_beside(cell: Held, kind: Kind) -> None:
    """Check what a format shows beside a number: that of a count may say what is counted.

    Raises:
        ValueError: it may make another number of it.
    """
    words = cell.beside.split()
    if kind is Kind.COUNT and all(word.isalpha() and word.casefold() not in SIZES for word in words):
        return
    if words:
        raise ValueError(
            f"the cell holds {cell}, its format shows '{cell.beside}' beside it"
            " (give the column a plain number format, and numbers that mean what they say)"
        )


def _listed(parts: Sequence[str], most: int, between: str = ", ") -> str:
    rest = len(parts) - most
    return between.join(parts[:most]) + (f"{between}and {rest:,} more" if rest > 0 else "")


def _one_mark(filled: Sequence[tuple[int, str]], name: str) -> str:
    """Give the one unit of a column; bare numbers go with a currency, with nothing else.

    Raises:
        DataError: several units.
    """
    first: dict[str, tuple[int, str]] = {}
    for row, text in filled:
        bare = _BARE.fullmatch(text)
        mark = "" if bare else mark_of(text)
        if bare or mark or looks_numeric(text):
            first.setdefault(mark, (row, text))
    marks = sorted(filter(None, first), key=lambda mark: len(currencies_of(mark)))
    one = len(marks) == 1 or frozenset.intersection(*map(currencies_of, marks)) if marks else True  # as € and EUR are
    if len(first) > 1 and (not one or marks[0] in ("%", "months", "hours", "x")):
        (row, text), (other, differs) = sorted(first.values())[:2]
        raise DataError(
            f"column '{name}' mixes units: row {row} is '{clipped(text, LONGEST)}',"
            f" row {other} is '{clipped(differs, LONGEST)}' (write all of one kind)"
        )
    return marks[0] if marks else ""


def _currency(mark: str, otherwise: str) -> str:
    return otherwise if otherwise in currencies_of(mark) else usual_currency(mark) or otherwise


def _check_enough(values: list[float], text: str, name: str, remarks: Sequence[str]) -> None:
    if len(values) < FEWEST:
        counted = f"column '{name}' has {len(values)} values (at least {FEWEST} are needed)"
        raise DataError("; ".join([counted, *remarks]))
    if min(values) == max(values):
        raise DataError(f"every value of column '{name}' is {text} (write the number instead)")
