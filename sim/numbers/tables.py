"""Tables as planners keep them: CSV texts and Excel sheets, read cell by cell as they are written.

Cells stay texts until it is known which kind of number is wanted, so that ``12%``, ``$1,200`` and ``1.2M`` mean
what they mean in a scenario file. Neither a formula nor a macro is ever run.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import DataError, suggestion
from sim.numbers.files import UnreadableError, content

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
SEPARATORS = (",", ";", "\t", "|")
SNIFFED = 50
"""Rows that decide on the separator."""

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


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, its rows without the empty ones, what to say of its reading, and a hash of its file."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    separator: str
    remarks: tuple[str, ...]
    sha256: str

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
        return Cells(tuple(row[places[0]] for row in self.rows), self.numbers, self.separator)


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


def read_table(path: Path, *, name: str, sheet: str | None = None) -> Sheet:
    """Read a table from a file; `name` is what errors call it.

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
        from sim.numbers.workbooks import sheet_rows

        rows: Iterable[tuple[int, list[str]]] = sheet_rows(raw, name, sheet, MAX_ROWS)
    else:
        text = _decoded(raw, name, remarks)
        separator = _separator(text)
        rows = _records(text, separator, name)
    return _table(name, rows, separator, tuple(remarks), hashlib.sha256(raw).hexdigest())


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


def _decoded(raw: bytes, name: str, remarks: list[str]) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
        remarks.append(
            f"'{name}' is not UTF-8 and was read as Windows-1252; check names with accents and currency signs"
        )
    if "\x00" in text:
        raise DataError(f"'{name}' holds binary data (save it as CSV or .xlsx)")
    return text


def _separator(text: str) -> str:
    """Give the separator that cuts the first rows into the same number of cells, the more the better."""
    best, most = ",", 1
    head = "".join(line for line, _ in zip(io.StringIO(text, newline=""), range(SNIFFED), strict=False))
    for separator in SEPARATORS:
        widths = {len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if any(row)}
        if len(widths) == 1 and (width := widths.pop()) > most:
            best, most = separator, width
    return best


def _records(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise DataError(f"cannot read '{name}', line {reader.line_num}: {error}") from None


def _table(
    name: str, records: Iterable[tuple[int, list[str]]], separator: str, remarks: tuple[str, ...], sha256: str
) -> Sheet:
    filled = ((number, row) for number, row in records if any(row))
    _, headings = next(filled, (0, []))
    if not headings:
        raise DataError(f"'{name}' is empty (the first row holds the names of the columns)")
    if all(_is_number(heading) for heading in headings if heading):
        raise DataError(f"the first row of '{name}' holds numbers (it must hold the names of the columns)")
    rows, numbers = [], []
    for number, row in filled:
        rows.append(_fitted(row, len(headings), number, name))
        numbers.append(number)
        if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
            raise DataError(f"'{name}' has over {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns (keep what matters)")
    return Sheet(name, tuple(headings), tuple(rows), tuple(numbers), separator, remarks, sha256)


def _is_number(text: str) -> bool:
    from sim.numbers.reading import looks_numeric

    return looks_numeric(text)


def _fitted(row: list[str], width: int, number: int, name: str) -> tuple[str, ...]:
    if any(row[width:]):
        cells = len(row)
        raise DataError(
            f"row {number} of '{name}' has {cells} cells under {width} headings"
            " (a comma inside a number needs quotes around it)"
        )
    return (*row[:width], *[""] * (width - len(row)))
