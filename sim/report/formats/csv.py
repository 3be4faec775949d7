"""Tables as CSV: plain numbers, and texts in quotes that cannot turn into formulas."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.analysis.table import Cell, Column, Table
from sim.report.escape import csv_cell
from sim.sampling.estimates import Estimate

WIDE = frozenset({"payback_by_month"})
"""Tables that are easier to draw in a spreadsheet with a column a vendor."""


def table_csv(table: Table) -> str:
    """Give a table in long form as CSV; an estimate takes two columns, the second for its standard error."""
    table = _a_column_a_vendor(table) if table.name in WIDE else table
    header = [name for column in table.columns for name in (column.name, column.error) if name]
    return csv_text(header, ([part for cell in row for part in _parts(cell)] for row in table.rows))


def _parts(cell: Cell) -> tuple[Any, ...]:
    return tuple(cell) if isinstance(cell, Estimate) else (cell,)


def _a_column_a_vendor(table: Table) -> Table:
    """Give a row an item, with a column a vendor."""
    vendors, items = (list(dict.fromkeys(row[c] for row in table.rows)) for c in (0, 1))
    cells = {(row[0], row[1]): row[2] for row in table.rows}
    columns = (table.columns[1], *(Column(str(name), error=f"{name} (standard error)") for name in vendors))
    rows = tuple((item, *(cells[vendor, item] for vendor in vendors)) for item in items)
    return Table(table.name, columns, rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Give a header and rows as CSV, every text in quotes and no number."""
    lines = (",".join(map(_cell, row)) for row in (header, *rows))
    return "".join(f"{line}\r\n" for line in lines)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return "" if math.isnan(value) else csv_cell("never") if math.isinf(value) else repr(float(value))
        case int():
            return str(value)
    return csv_cell(str(value))
