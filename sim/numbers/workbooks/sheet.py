"""The rows of a worksheet, streamed: each cell as a text with the unit that Excel shows."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.errors import DataError
from sim.numbers.rows import MAX_COLUMNS, Held, Row
from sim.numbers.workbooks.archive import Archive
from sim.numbers.workbooks.dates import date_text
from sim.numbers.workbooks.formats import plain, section_for, shown
from sim.numbers.workbooks.texts import Pieces
from sim.numbers.workbooks.xml import Ends, Starts, parsed
from sim.numbers.writing import visible

MAX_CELLS = 2_000_000
"""Cells that are looked at, empty ones too."""

LAST_ROW = 1_048_576
"""The last row of an Excel sheet."""

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|T?\d\d:\d\d.*|PT.*")
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}


@dataclass(frozen=True)
class Shared:
    """What the cells of a workbook refer to: its texts, the number format of each style, and its first day."""

    texts: Sequence[str]
    formats: Sequence[str]
    since_1904: bool


def rows_of(archive: Archive, part: str, title: str, shared: Shared) -> Iterator[Row]:
    """Give the rows of a worksheet that hold anything, as they are parsed.

    Raises:
        DataError: damaged or too large; the sentence names the cell where there is one.
    """
    sheet = _Sheet(archive.name, title, shared)
    starts: Starts = {"row": sheet.start_row, "c": sheet.start_cell, "rPh": sheet.pieces.speak}
    starts = {**starts, "v": sheet.pieces.open, "t": sheet.pieces.open}
    ends: Ends = {"row": sheet.end_row, "c": sheet.end_cell, "rPh": sheet.pieces.spoken}
    ends = {**ends, "v": sheet.pieces.close, "t": sheet.pieces.close}
    for _ in parsed(archive, part, starts, ends, sheet.pieces.add):
        yield from sheet.rows
        sheet.rows.clear()


class _Sheet:
    """What is known while a worksheet is parsed; `rows` are complete."""

    def __init__(self, name: str, title: str, shared: Shared) -> None:
        self.rows: list[Row] = []
        self.pieces = Pieces(name)
        self._where = f"'{name}', sheet '{visible(title)}'"
        self._shared = shared
        self._row = self._column = self._count = 0
        self._hidden = False
        self._cells: dict[int, str] = {}
        self._attributes: dict[str, str] = {}
        self._columns: dict[str, int] = {}

    def start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1))
        if not (number.isdecimal() and len(number) <= 7 and self._row < int(number) <= LAST_ROW):
            raise DataError(
                f"{self._where} is damaged: row '{visible(number[:20])}' after row {self._row}"
                " (open and save it in Excel)"
            )
        self._row, self._column, self._cells = int(number), 0, {}
        self._hidden = attributes.get("hidden", "0") in ("1", "true")
        self._count_cell()

    def end_row(self) -> None:
        if self._cells:
            width = max(self._cells)
            cells = [""] * width
            for column, text in self._cells.items():
                cells[column - 1] = text
            self.rows.append(Row(self._row, tuple(cells), self._hidden))
        self._cells = {}

    def start_cell(self, attributes: dict[str, str]) -> None:
        self._count_cell()
        self._attributes = attributes
        self._column = self._column_of(attributes["r"]) if "r" in attributes else self._column + 1
        self.pieces.start()

    def end_cell(self) -> None:
        raw = self.pieces.raw()
        if not raw or not (text := self._text(raw)):
            return
        if self._column > MAX_COLUMNS:
            raise DataError(f"{self._place()}: over {MAX_COLUMNS:,} columns (keep what matters)")
        if self._column in self._cells:
            raise self._damage("the sheet has two cells of that name")
        self._cells[self._column] = text

    def _count_cell(self) -> None:
        self._count += 1
        if self._count > MAX_CELLS:
            raise DataError(f"{self._where} has over {MAX_CELLS:,} cells (keep what matters; empty ones count too)")

    def _column_of(self, reference: str) -> int:
        """Give the number of the column that a cell names; its row must be the one that it stands in."""
        letters = reference.rstrip("0123456789")
        if reference[len(letters) :] != str(self._row):
            raise self._damage(f"it stands in row {self._row}")
        if letters not in self._columns:
            if not re.fullmatch("[A-Z]{1,3}", letters):
                raise self._damage("no cell can be called so")
            self._columns[letters] = sum((ord(c) - 64) * 26**place for place, c in enumerate(reversed(letters)))
        return self._columns[letters]

    def _text(self, raw: str) -> str:
        kind = self._attributes.get("t", "n")
        if kind == "n":
            return self._number(raw.strip())
        if kind == "s":
            return self._shared_text(raw.strip())
        if kind in ("str", "inlineStr"):
            return self.pieces.text()
        if kind == "e":
            return raw.strip()
        if kind == "b" and raw.strip() in _BOOLEANS:
            return _BOOLEANS[raw.strip()]
        if kind == "d" and _ISO.fullmatch(raw.strip()):
            return raw.strip()
        raise self._damage(f"'{visible(raw[:20])}' is no value of the kind '{visible(kind[:20])}'")

    def _number(self, raw: str) -> str:
        if not raw:
            return ""
        if not _NUMBER.fullmatch(raw) or not math.isfinite(value := float(raw)):
            raise self._damage(f"'{visible(raw[:20])}' is no number")
        code = self._format()
        if code == "General":
            return Held(plain(value))
        section = section_for(code, value)
        if section.date:
            return date_text(value, since_1904=self._shared.since_1904, elapsed=section.elapsed)
        return shown(code, value)

    def _format(self) -> str:
        style = self._attributes.get("s", "0")
        formats = self._shared.formats
        if not (style.isdecimal() and len(style) <= 6 and int(style) < len(formats)):
            raise self._damage(f"the workbook has no style {visible(style[:20])}")
        return formats[int(style)]

    def _shared_text(self, raw: str) -> str:
        if not (raw.isdecimal() and len(raw) <= 8 and int(raw) < len(self._shared.texts)):
            raise self._damage(f"the workbook has no text {visible(raw[:20])}")
        return self._shared.texts[int(raw)]

    def _place(self) -> str:
        reference = visible(self._attributes.get("r", "")[:20])
        return f"{self._where}, cell {reference or f'{self._column} of row {self._row}'}"

    def _damage(self, what: str) -> DataError:
        return DataError(f"{self._place()} is damaged: {what} (open and save it in Excel)")
