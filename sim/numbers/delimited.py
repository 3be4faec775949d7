"""Texts whose cells are separated by commas, semicolons, tabs or bars, as rows."""

import csv
import io
from collections.abc import Iterator

from sim.errors import DataError
from sim.numbers.rows import MAX_CELLS, MAX_COLUMNS, Row

SEPARATORS = (",", ";", "\t", "|")
SNIFFED = 50
"""Rows that decide on the separator."""

SNIFFED_CHARACTERS = 1_000_000
"""Characters that decide on it at most."""


def decoded(raw: bytes, name: str, remarks: list[str]) -> str:
    """Give the text of a file, with a remark if its encoding is a guess.

    Raises:
        DataError: it is no text.
    """
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


def separator_of(text: str) -> str:
    """Give the separator that cuts the first rows into the same number of cells, the more the better."""
    best, most = ",", 1
    lines = io.StringIO(text[:SNIFFED_CHARACTERS], newline="")
    head = [line for line, _ in zip(lines, range(SNIFFED), strict=False)]
    for separator in SEPARATORS:
        widths = _widths(head, separator)
        if len(widths) == 1 and (width := widths.pop()) > most:
            best, most = separator, width
    return best


def _widths(lines: list[str], separator: str) -> set[int]:
    """Give how many cells a separator cuts rows into; none if it leaves cells that are too long."""
    try:
        return {len(row) for row in csv.reader(lines, delimiter=separator) if any(row)}
    except csv.Error:
        return set()


def records(text: str, separator: str, name: str) -> Iterator[Row]:
    """Give the rows of a text that hold anything.

    Raises:
        DataError: too many cells, a cell that is too long, or a quote that is never closed.
    """
    lines = _Lines(text, separator, name)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    count = 0
    try:
        for number, row in enumerate(reader, start=1):
            count += len(row) + 1
            if count > MAX_CELLS:
                raise DataError(f"'{name}' has over {MAX_CELLS:,} cells (keep what matters; empty ones count too)")
            cells = tuple([cell.strip() for cell in row])
            if any(cells):
                yield Row(number, cells)
            lines.start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"cannot read '{name}', {_csv_problem(str(error), lines.start, reader.line_num)}") from None


class _Lines:
    """The lines of a text, refused before they are cut up if they have too many cells."""

    def __init__(self, text: str, separator: str, name: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._separator = separator
        self._name = name
        self.start = 1
        """Where the record begins that is read."""

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._lines, start=1):
            if len(line) > MAX_COLUMNS:
                self._check(line, number)
            yield line

    def _check(self, line: str, number: int) -> None:
        """Count separators outside quotes; a line that goes on with a record begins inside them."""
        outside = line.split('"')[int(number > self.start) :: 2]
        if sum(part.count(self._separator) for part in outside) >= MAX_COLUMNS:
            raise DataError(f"line {number} of '{self._name}' has over {MAX_COLUMNS:,} columns (keep what matters)")


def _csv_problem(error: str, start: int, line: int) -> str:
    if "field larger" in error:
        return (
            f"line {start}: a cell of over {csv.field_size_limit():,} characters"
            " (leave such texts out, or close the quote that opens there)"
        )
    if "unexpected end" in error:
        return f"line {start}: a quote opens there that is never closed (close it, or write it twice)"
    return f"line {line}: {error}"
