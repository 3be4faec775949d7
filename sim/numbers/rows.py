"""Rows of a table on the way from a file, and how many cells one may have."""

from typing import NamedTuple

MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
"""Cells of a text that are looked at, empty ones too."""


class Row(NamedTuple):
    """A row: its number in a spreadsheet, the texts of its cells, and whether the spreadsheet hides it."""

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
