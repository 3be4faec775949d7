"""Rows of a table on the way from a file, and how many cells one may have."""

from typing import NamedTuple, Self

MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
"""Cells of a text that are looked at, empty ones too."""


class Held(str):
    """The text of a number that a cell of a workbook holds: with a decimal point, whatever its neighbours look like.

    `beside` is what its format shows beside it that is no unit known here, such as `users` or `million`.

    Example:
        >>> cell = Held("3.2", beside="million")
        >>> cell, cell.beside
        ('3.2', 'million')
    """

    __slots__ = ("beside",)
    beside: str

    def __new__(cls, text: str, beside: str = "") -> Self:
        """Take the text of a number with its unit."""
        held = super().__new__(cls, text)
        held.beside = beside
        return held


class Row(NamedTuple):
    """A row: its number in a spreadsheet, the texts of its cells, and whether the spreadsheet hides it."""

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
