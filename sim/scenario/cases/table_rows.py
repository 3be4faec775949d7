"""Columns of one table keep their dependence: their inputs see the same row, never rows paired by accident."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from sim.distributions import Empirical
from sim.errors import Problem
from sim.model.case import Case
from sim.numbers.arrays import Array
from sim.sampling.correlation import Correlation, Measure, measured
from sim.sampling.draws import Input
from sim.sampling.streams import Stream, TableRows
from sim.scenario.tree import Node, Place


@dataclass(frozen=True)
class ObservedTable:
    """The columns of one table that a scenario draws together, and the rows that have a value in all of them."""

    name: str
    columns: tuple[str, ...]
    values: Array
    """Complete rows in the order of the first column, (rows, columns)."""
    rows: int
    """Rows in the table, incomplete ones included."""

    def column(self, name: str) -> Array:
        """Give a column's values in the complete rows."""
        return np.asarray(self.values[:, self.columns.index(name)])

    @property
    def stream(self) -> Stream:
        """The stream that draws rows; no vendor can have this block."""
        return Stream(f"\x00rows {self.name}", f"\x00rows {self.name}", 0)

    def tied(self, drawn: Input, column: str) -> Input:
        """Give the input of a column, drawn by rows.

        A resampled column has only the values of complete rows then, so that every draw is a row that was seen.
        """
        values = self.column(column)
        ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
        distribution = drawn.distribution
        if (
            isinstance(distribution, Empirical)
            and distribution.method == "resampled"
            and len(distribution.values) > len(values)
        ):
            distribution = Empirical(values=tuple(values.tolist()), source=distribution.source, note=distribution.note)
        return replace(drawn, distribution=distribution, tie=TableRows(self.stream, drawn.stream, ranks))


def tables_of(cases: Mapping[str, Case]) -> dict[str, ObservedTable]:
    """Give every table of which the cases draw two columns or more, by name."""
    by_table: dict[str, dict[str, tuple[float, ...]]] = {}
    for case in cases.values():
        for i in case.inputs:
            if i.column is not None:
                by_table.setdefault(i.column.table, {})[i.column.name] = i.column.values
    return {name: _table(name, columns) for name, columns in by_table.items() if len(columns) > 1}


def _table(name: str, columns: Mapping[str, Sequence[float]]) -> ObservedTable:
    values = np.array(list(columns.values())).T
    complete = values[~np.isnan(values).any(axis=1)]
    return ObservedTable(name, tuple(columns), complete[np.argsort(complete[:, 0], kind="stable")], len(values))


def check_rows(tables: Mapping[str, ObservedTable], tree: Node, problems: list[Problem]) -> list[Problem]:
    """Refuse tables without rows to draw; give a warning a table that has incomplete ones."""
    warnings = []
    for table in tables.values():
        kept, columns = len(table.values), ", ".join(f"'{column}'" for column in table.columns)
        place: Place = _place_of(tree, table)
        if kept < 2:
            message = (
                f"{kept} of {table.rows} rows of {table.name} have a value in all of {columns} (at least 2 needed)"
            )
            problems.append(tree.problem(place, message))
        elif kept < table.rows:
            message = f"rows of {table.name} are drawn whole: {kept} of {table.rows} have a value in all of {columns}"
            warnings.append(tree.problem(place, message))
    return warnings


def _place_of(tree: Node, table: ObservedTable) -> Place:
    """Give the place of the first `from:` that names the table."""
    file = table.name.partition("!")[0]
    file = file.rpartition(" (")[0] if file.endswith(")") else file  # which rows, or averages of them
    return next((place for place, text in _texts(tree, ()) if text.startswith(f"{file}#")), ())


def _texts(node: Node, place: Place) -> list[tuple[Place, str]]:
    if isinstance(node.value, dict):
        return [text for key, child in node.value.items() for text in _texts(child, (*place, key))]
    return [(place, node.value)] if place and place[-1] == "from" and isinstance(node.value, str) else []


def tie_rows(cases: Mapping[str, Case], tables: Mapping[str, ObservedTable]) -> dict[str, Case]:
    """Give the cases with every input of such a table tied to the table's rows."""
    return {
        vendor: replace(case, inputs=tuple(_tied(i, tables) for i in case.inputs)) for vendor, case in cases.items()
    }


def _tied(drawn: Input, tables: Mapping[str, ObservedTable]) -> Input:
    if drawn.column is None or drawn.column.table not in tables:
        return drawn
    return tables[drawn.column.table].tied(drawn, drawn.column.name)


def correlations_of(cases: Mapping[str, Case], tables: Mapping[str, ObservedTable]) -> Iterator[Correlation]:
    """Give the rank correlation of every pair of columns in its table, to be held against the draws."""
    for table in tables.values():
        drawn = {i.key: i.column for case in cases.values() for i in case.inputs if i.column is not None}
        keys = [(key, column.name) for key, column in drawn.items() if column.table == table.name]
        for (a, first), (b, second) in combinations(keys, 2):
            if first != second:
                seen = measured(Measure.SPEARMAN, table.column(first), table.column(second))
                yield Correlation(a, b, Measure.SPEARMAN, seen, seen)
