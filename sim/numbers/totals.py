"""Rows that are sums or averages of other rows: no observations, so they are left out, with a word about each."""

import math
import statistics
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from sim.numbers.notation import Notation
from sim.numbers.reading import LARGEST, amount_in, looks_numeric
from sim.numbers.rows import Held
from sim.numbers.total_names import SAID_ALONE, STATISTICS, may_name_a_total, names_a_total, plain_label

FEWEST = 3
"""Numbers other than zero that a last row must be the sum of to count as their total."""

LEAST = 2
"""Digits that a sum must have at least, zeros in front aside: small numbers add up by chance."""

LAST = 10
"""Rows at the end of a table that may be sums without saying so, averages, or notes below them."""

Cells = Sequence[str]

_POINT, _COMMA = Notation.of("."), Notation.of(",")


def totals(rows: Sequence[Cells], missing: Collection[str] = ("",), hidden: Collection[int] = ()) -> tuple[int, ...]:
    """Give the places of the rows that are totals, among rows that are not empty.

    Named ones: the first cell that is neither empty nor a count says so, or it says `North Total` or `Total North`
    below rows of `North`, as subtotals do. And among the last rows those that say nothing, where every number is the
    sum of those above (or their count or average, percentages aside) and one sum is of at least three numbers and not
    small, if the first cell holds no date or number of its own; and those that say which statistic they are, where
    every number is one.

    Args:
        rows: the cells of each row.
        missing: what is no number, in small letters.
        hidden: places of rows that are hidden: sums may leave them out.

    Example:
        >>> totals([("May", "3"), ("June", "4"), ("Total:", "7")])
        (2,)
    """
    named = [place for place, row in enumerate(rows) if _may_be_named(row) and _is_named(rows, place)]
    return tuple(sorted({*named, *_at_the_end(rows, frozenset(named), missing, frozenset(hidden))}))


def _may_be_named(row: Cells) -> bool:
    return not row[0] or may_name_a_total(row[0])


def _is_named(rows: Sequence[Cells], place: int) -> bool:
    column, label = _label(rows[place])

    def group() -> str:
        above = (rows[p][column] for p in range(place - 1, -1, -1) if column < len(rows[p]))
        return next(filter(None, above), "")

    return names_a_total(label, group)


def _label(row: Cells) -> tuple[int, str]:
    """Give the first cell that is neither empty nor a count, and its column."""
    return next(((column, cell) for column, cell in enumerate(row) if cell and not cell.isdigit()), (0, row[0]))


def _at_the_end(
    rows: Sequence[Cells], named: frozenset[int], missing: Collection[str], hidden: frozenset[int]
) -> Iterator[int]:
    """Give the places of sums that do not say so, and of statistics, from the last row up."""
    last = [place for place in range(len(rows)) if place not in named and place not in hidden][-LAST:]
    said = {place: STATISTICS.get(plain_label(_label(rows[place])[1]), "") for place in last}
    statistic = frozenset(place for place in last if said[place])
    for place in reversed(last):
        summary = _Summary(rows[place], missing, said[place])
        ends = [end for end in last if end <= place] if place in statistic else [place]  # averages leave sums out
        choices = {
            tuple(p for p in range(end) if p not in named | without)
            for end in ends
            for without in _unions(hidden, statistic)
        }
        if said[place] in SAID_ALONE or any(summary.is_of([rows[p] for p in choice]) for choice in choices):
            yield place
        elif place not in statistic and _holds_amounts(rows[place]):
            return


def _unions(one: frozenset[int], other: frozenset[int]) -> tuple[frozenset[int], ...]:
    return frozenset(), one, other, one | other


def _holds_amounts(row: Cells) -> bool:
    return any(_amount(cell, notation) is not None for cell in row for notation in (_POINT, _COMMA))


class _Summary:
    """A row that may sum up those above it; `statistic` is the one that it says it is, if it says one."""

    def __init__(self, row: Cells, missing: Collection[str], statistic: str) -> None:
        self._row = row
        self._missing = missing
        self._statistic = statistic

    def is_of(self, rows: Sequence[Cells]) -> bool:
        """Whether every number of the row is a sum or a statistic of those above, and one of them is sure."""
        return any(self._is_of(rows, notation) for notation in (_POINT, _COMMA))

    def _is_of(self, rows: Sequence[Cells], notation: Notation) -> bool:
        numbers = {column: self._amount(cell, notation) for column, cell in enumerate(self._row)}
        if any(number is None and self._is_number(self._row[column]) for column, number in numbers.items()):
            return False
        sure = surest = others = False
        for column, cell in sorted(
            enumerate(self._row), key=lambda each: not each[1].isdecimal()
        ):  # the quickest first
            if (number := numbers[column]) is None:
                continue
            above = self._above(rows, column, notation)
            if not above:
                return False
            if not self._is_any(number, above, _rounding(cell, notation)):
                if self._row[0]:
                    return False
                others = True  # a ratio of totals, beside them in a row that says nothing else
                continue
            is_main = bool(self._statistic) or math.isclose(number, math.fsum(above), rel_tol=1e-9)
            sure = sure or (is_main and _is_sure(cell, above, LEAST))
            surest = surest or (is_main and _is_sure(cell, above, LEAST + 1))
        return surest if others else sure

    def _amount(self, cell: str, notation: Notation) -> float | None:
        return _amount(cell, notation, rates=bool(self._statistic))

    def _is_number(self, cell: str) -> bool:
        """Whether a cell that was not read is a number or a date of its own: a percentage is none where sums are."""
        return looks_numeric(cell) and (bool(self._statistic) or not cell.rstrip().endswith("%"))

    def _above(self, rows: Sequence[Cells], column: int, notation: Notation) -> list[float] | None:
        """Give the numbers of a column; nothing if a cell of it may be one that is not understood."""
        filled = (row[column] for row in rows if column < len(row) and row[column])
        numbers = [(self._amount(cell, notation), cell) for cell in filled if cell.lower() not in self._missing]
        if any(number is None and any(map(str.isdigit, cell)) for number, cell in numbers):
            return None
        return [number for number, _ in numbers if number is not None]

    def _is_any(self, number: float, above: list[float], rounding: float) -> bool:
        """Whether a number is the statistic that the row says; else the sum of those above, their average or count."""
        wanted = [self._statistic] if self._statistic else ["sum", "mean", "count"]
        values = (value for name in wanted for value in _VALUES[name](above))
        return any(math.isclose(number, value, rel_tol=1e-9, abs_tol=rounding) for value in values)


_VALUES: Mapping[str, Callable[[list[float]], Sequence[float]]] = {
    "sum": lambda above: [math.fsum(above)],
    "mean": lambda above: [statistics.fmean(above)],
    "mean of all": lambda above: [statistics.fmean(above)],
    "median": lambda above: [statistics.median(above)],
    "count": lambda above: [len(above)],
    "min": lambda above: [min(above)],
    "max": lambda above: [max(above)],
    "spread": lambda above: [float(np.std(above)), *([float(np.std(above, ddof=1))] if len(above) > 1 else [])],
}
"""What rows below a table say of those above: a spread may be that of the sample or of all."""


def _is_sure(total: str, above: list[float], least: int) -> bool:
    """Whether a total is one of enough numbers, and not so small that it may be so by chance."""
    digits = "".join(filter(str.isdigit, total)).lstrip("0")
    return len(digits) >= least and sum(number != 0 for number in above) >= FEWEST


def _rounding(cell: str, notation: Notation) -> float:
    """Give by how much the number of a text may be rounded: half of its last decimal."""
    if isinstance(cell, Held):
        return 0.0
    decimals = sum(map(str.isdigit, cell.rpartition(notation.decimal)[2])) if notation.decimal in cell else 0
    return float(0.5 * 10.0 ** -min(decimals + 2 * ("%" in cell), 9))


def _amount(cell: str, notation: Notation, *, rates: bool = False) -> float | None:
    """Give the number that a cell holds, whatever its currency; nothing for texts, nor percentages if not `rates`."""
    if isinstance(cell, Held) or cell.isdecimal() or (notation is _POINT and "," not in cell):
        try:
            number = float(cell)
        except ValueError:
            notation = _POINT
        else:
            return number if abs(number) <= LARGEST else None
    return amount_in(cell, notation, rates=rates)
