"""Where the numbers of an input come from, when they come from a column of a table.

Two inputs of one table were observed together, row by row. Whoever draws them needs to know that.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of observations in the order of the table's rows, NaN where a value is missing.

    Columns with the same `table` have the same rows: the n-th values of both were observed together.
    """

    table: str
    """The file, relative to the scenario's folder, and the sheet: ``history.xlsx!Sales``."""
    name: str
    values: tuple[float, ...]
    averaged: bool = False
    """Whether the values are averages of the observations, drawn anew."""
