"""Excel sheets as rows of texts, each cell as Excel shows its unit: ``0.12`` formatted as a percentage is ``12%``."""

import io
import re
import warnings
import zipfile
import zlib
from typing import Any

from sim.errors import DataError, suggestion
from sim.numbers.kinds import CURRENCY_SIGNS

MAX_UNPACKED = 200_000_000
"""Bytes that a workbook may unpack to: a small file can hold gigabytes of zeros."""

_SIGN = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]|(?<!\[)([$€£¥₹])|\"([$€£¥₹]|zł|[A-Z]{3})\"")


def sheet_rows(raw: bytes, name: str, sheet: str | None, most: int) -> list[tuple[int, list[str]]]:
    """Give the numbered rows of a sheet, the first one if none is named; formulas as Excel last computed them.

    Raises:
        DataError: not a workbook, too large, or no such sheet.
    """
    try:
        _check_size(raw, name)
        with warnings.catch_warnings(action="ignore"):  # openpyxl tells of styles and rules that it leaves out
            return _rows(raw, name, sheet, most)
    except (zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError, TypeError, OSError) as error:
        raise DataError(f"'{name}' is not an Excel workbook (save it as .xlsx or CSV)") from error


def _check_size(raw: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_UNPACKED:
        raise DataError(f"'{name}' unpacks to over {MAX_UNPACKED // 1_000_000} MB (keep the columns that matter)")


def _rows(raw: bytes, name: str, sheet: str | None, most: int) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    names = [each.title for each in book.worksheets]
    if sheet is not None and sheet not in names:
        raise DataError(f"no sheet of '{name}' is called '{sheet}'{suggestion(sheet, names)}")
    worksheet = book.worksheets[0 if sheet is None else names.index(sheet)]
    worksheet.reset_dimensions()  # what a sheet says of its size may be wrong
    rows = enumerate(worksheet.iter_rows(max_row=most + 2), start=1)
    return [(number, [_text(cell) for cell in row]) for number, row in rows]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    layout = str(cell.number_format or "General")
    if "%" in layout:
        return f"{value * 100:.15g}%"
    match = _SIGN.search(layout)
    sign = next((part for part in match.groups() if part), "").strip() if match else ""
    known = sign in CURRENCY_SIGNS or re.fullmatch("[A-Z]{3}", sign)
    digits = repr(value)
    return f"{sign}{' ' if len(sign) > 1 else ''}{digits}" if known else digits
