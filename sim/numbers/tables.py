"""Tables as planners keep them: CSV texts and Excel sheets, read cell by cell as they are written.

Cells stay texts until it is known which kind of number is wanted, so that ``12%``, ``$1,200`` and ``1.2M`` mean
what they mean in a scenario file. Neither a formula nor a macro is ever run.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sim.errors import DataError, suggestion
from sim.numbers.delimited import decoded, records, separator_of
from sim.numbers.files import UnreadableError, content
from sim.numbers.reading import looks_numeric
from sim.numbers.rows import MAX_ROWS, Row
from sim.numbers.totals import totals

MAX_BYTES = 20_000_000
TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
KEPT_BY = "{}: keep beside from:"
"""What keeps rows that are left out of a table of a scenario."""

LISTED = 5
"""Rows that a remark lists."""

_MONTH = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})([-/.]\d{1,2})?")

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–", "—"})
"""What stands for no value, in small letters."""


@dataclass(frozen=True)
class Reference:
    """A column as people name it: ``history.csv#conversion`` or ``book.xlsx#Sheet!conversion``."""

    path: str
    sheet: str | None
    column: str

    @property
    def table(self) -> str:
        """Name the table: the file, and the sheet if one is named."""
        return self.path if self.sheet is None else f"{self.path}!{self.sheet}"


@dataclass(frozen=True)
class Cells:
    """One column: the texts of its cells, and the number each row has in a spreadsheet."""

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    separator: str = ""
    """What separates the cells of a text file; empty for a workbook."""
    remarks: tuple[str, ...] = ()
    """What is to be said of the reading of its table."""


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, its rows, what to say of its reading, and a hash of its file.

    Rows that are empty, hidden or totals are left out. A row may be shorter than the headings: the rest is empty.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    separator: str
    remarks: tuple[str, ...]
    sha256: str

    @property
    def is_by_month(self) -> bool:
        """Whether its rows are months, one after the other, as the first column says."""
        dates = [_MONTH.fullmatch(row[0]) for row in self.rows if row]
        months = [int(date["year"]) * 12 + int(date["month"]) for date in dates if date]
        return len(months) == len(dates) and all(later == earlier + 1 for earlier, later in pairwise(months))

    def column(self, name: str) -> Cells:
        """Give a column by its heading.

        Raises:
            DataError: no column is called so, or several are.
        """
        places = [place for place, heading in enumerate(self.headings) if heading == name]
        if not places:
            known = [heading for heading in self.headings if heading]
            raise DataError(f"no column of '{self.name}' is called '{name}'{suggestion(name, known)}")
        if len(places) > 1:
            raise DataError(f"{len(places)} columns of '{self.name}' are called '{name}' (rename all but one)")
        place = places[0]
        texts = tuple(row[place] if place < len(row) else "" for row in self.rows)
        return Cells(texts, self.numbers, self.separator, self.remarks)


def reference(text: str) -> Reference:
    """Take a reference to a column apart.

    Raises:
        DataError: it does not name a file and a column.

    Example:
        >>> reference("book.xlsx#Sales!won")
        Reference(path='book.xlsx', sheet='Sales', column='won')
    """
    path, hash_, column = text.partition("#")
    if not (path.strip() and hash_ and column.strip()):
        raise DataError(f"'{text}' names no column (write file.csv#column, or book.xlsx#Sheet!column)")
    return referring(path.strip(), column.strip())


def referring(path: str, column: str) -> Reference:
    """Give the reference to a column of a file; in a workbook, ``Sheet!column`` names the sheet too."""
    if Path(path).suffix.lower() not in WORKBOOKS or "!" not in column:
        return Reference(path, None, column)
    sheet, _, column = column.rpartition("!")
    return Reference(path, sheet.strip().strip("'"), column.strip())


def read_table(
    path: Path, *, name: str, sheet: str | None = None, keep: Collection[str] = (), kept_by: str = KEPT_BY
) -> Sheet:
    """Read a table from a file.

    Args:
        path: a CSV file or an Excel workbook.
        name: what errors call it.
        sheet: the sheet of a workbook, the first one that is not hidden if not given.
        keep: rows that are kept although they are no observations: `hidden` ones, `totals`.
        kept_by: what keeps such rows, for the remarks on them.

    Raises:
        DataError: the file cannot be read, is too large, or holds no table with one row of headings.
    """
    suffix = path.suffix.lower()
    if suffix not in TEXTS + WORKBOOKS:
        raise DataError(f"cannot read '{name}': not a table (one of: {', '.join(TEXTS + WORKBOOKS)})")
    raw = contents(path, name, TEXTS + WORKBOOKS)
    remarks: list[str] = []
    separator = ""
    if suffix in WORKBOOKS:
        from sim.numbers.workbooks.book import sheet_rows

        rows = sheet_rows(raw, name, sheet, remarks)
    else:
        text = decoded(raw, name, remarks)
        separator = separator_of(text)
        rows = records(text, separator, name)
    headings, found = _table(name, rows)
    kept = _observed(found, name, keep, kept_by, remarks)
    return Sheet(
        name,
        headings,
        tuple(row.cells for row in kept),
        tuple(row.number for row in kept),
        separator,
        tuple(remarks),
        hashlib.sha256(raw).hexdigest(),
    )


def contents(path: Path, name: str, suffixes: Sequence[str]) -> bytes:
    """Give the bytes of a file; `name` is what errors call it, `suffixes` those of the files they suggest instead.

    Raises:
        DataError: it cannot be read, or is too large.
    """
    try:
        raw = content(path, MAX_BYTES)
    except FileNotFoundError:
        raise DataError(f"cannot read '{name}': no such file{_nearby(path, suffixes)}") from None
    except UnreadableError as error:
        raise DataError(f"cannot read '{name}': {error}") from None
    if len(raw) > MAX_BYTES:
        raise DataError(f"'{name}' is over {MAX_BYTES // 1_000_000} MB (keep the columns that matter)")
    return raw


def _nearby(path: Path, suffixes: Sequence[str]) -> str:
    """Suggest a file of the same folder and kind."""
    try:
        known = sorted(p.name for p in path.parent.iterdir() if p.suffix.lower() in suffixes)
    except OSError:
        return ""
    return suggestion(path.name, known)


def _table(name: str, records: Iterable[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """Give the headings and the rows below them."""
    filled = iter(records)
    headings = next(filled, Row(0, ())).cells
    if not headings:
        raise DataError(f"'{name}' is empty (the first row holds the names of the columns)")
    if all(looks_numeric(heading) for heading in headings if heading):
        raise DataError(f"the first row of '{name}' holds numbers (it must hold the names of the columns)")
    rows: list[Row] = []
    for row in filled:
        if len(row.cells) > len(headings):
            _check_width(row, len(headings), name)
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise DataError(f"'{name}' has over {MAX_ROWS:,} rows (keep what matters)")
    return headings, rows


def _check_width(row: Row, width: int, name: str) -> None:
    if any(row.cells[width:]):
        raise DataError(
            f"row {row.number} of '{name}' has {len(row.cells)} cells under {width} headings"
            " (a comma inside a number needs quotes around it)"
        )


def _observed(rows: list[Row], name: str, keep: Collection[str], kept_by: str, remarks: list[str]) -> list[Row]:
    """Give the rows that are observations, with a word about the others."""
    hidden = set() if "hidden" in keep else {place for place, row in enumerate(rows) if row.hidden}
    sums = set() if "totals" in keep else {*totals([row.cells for row in rows], MISSING, hidden)} - hidden
    if hidden:
        what = "1 hidden row" if len(hidden) == 1 else f"{len(hidden):,} hidden rows"
        remarks.append(f"{what} of '{name}' left out ({_keeps(kept_by, 'hidden', len(hidden))})")
    if sums:
        numbers = [f"{rows[place].number}" for place in sorted(sums)]
        listed = ", ".join(numbers[:LISTED]) + (f" and {len(sums) - LISTED:,} more" if len(sums) > LISTED else "")
        what = f"row {listed} of '{name}' is a total" if len(sums) == 1 else f"rows {listed} of '{name}' are totals"
        remarks.append(f"{what} and left out ({_keeps(kept_by, 'totals', len(sums))})")
    left_out = sums | hidden
    return [row for place, row in enumerate(rows) if place not in left_out] if left_out else rows


def _keeps(kept_by: str, rows: str, count: int) -> str:
    return f"{kept_by.format(rows)} keeps {'it' if count == 1 else 'them'}"
