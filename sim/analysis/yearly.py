"""The yearly table of a vendor as Forrester's Total Economic Impact studies print it, from the same model and draws.

Columns are the start (all up to go-live), each year after it, their total, and the present value. Benefits are above
zero and costs below, so that every column adds up to its net benefits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.table import Cell, Column, Table
from sim.finance.cash_flows import CashFlows
from sim.finance.schedule import Sum
from sim.model.case import TILE, Case
from sim.model.evaluation import add_up, settled_lines
from sim.model.line import Line
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.numbers.percentiles import percentile_key
from sim.sampling import estimates as statistics
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate

if TYPE_CHECKING:
    import pandas as pd

SPREAD = (10.0, 50.0, 90.0)
"""Percentiles of the totals in a table of uncertain numbers."""


class TablePart(StrEnum):
    """Which part of a table a row belongs to."""

    BENEFIT = "benefits"
    COST = "costs"
    NET = "net benefits"


@dataclass(frozen=True)
class TableRow:
    """A row of a yearly table: a line, or the total of a part; its means, or a percentile."""

    part: TablePart
    line: str
    """Name of the benefit or cost; empty for a total."""
    statistic: str
    cells: tuple[Estimate, ...]


@dataclass(frozen=True)
class YearlyTable:
    """The yearly table of one vendor."""

    vendor: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    """Benefits, their total, costs, their total, the net benefits; then percentiles of the totals, if uncertain."""

    @property
    def means(self) -> tuple[TableRow, ...]:
        """The rows of means alone: the numbers themselves where nothing is uncertain."""
        return tuple(row for row in self.rows if row.statistic == "mean")

    @property
    def lines(self) -> tuple[str, ...]:
        """Names of the benefits and costs."""
        return tuple(row.line for row in self.rows if row.line)

    @property
    def uncertain(self) -> bool:
        """Whether there is anything but means."""
        return len(self.means) < len(self.rows)


def yearly_table(case: Case, draws: Mapping[str, Array]) -> YearlyTable:
    """Give the yearly table of a vendor in the futures of `draws`, (n,) an input, in order of replicate.

    A line's cell is its mean with its standard error; percentiles are those of each column by itself, so those of the
    years do not add up to that of the total.
    """
    if not case.inputs:
        draws = {"": np.zeros(REPLICATES)}
    size = len(next(iter(draws.values())))
    sums = _Sums.empty(case, size)
    for replicate, start in enumerate(range(0, size, size // REPLICATES)):
        for first in range(start, end := start + size // REPLICATES, TILE):
            place = slice(first, min(first + TILE, end))
            sums.enter(case, {key: drawn[place] for key, drawn in draws.items()}, replicate, place)
    means = {name: by_replicate / (size // REPLICATES) for name, by_replicate in sums.lines.items()}
    rows = (*_means(case, means, sums.totals), *_percentiles(case, sums.totals))
    return YearlyTable(case.vendor, _columns(case), rows)


def yearly_rows(tables: Sequence[YearlyTable]) -> Table:
    """Give yearly tables in long form, a row a vendor, line or total and statistic; costs are below zero."""
    rows: list[tuple[Cell, ...]] = []
    for table in tables:
        for row in table.rows:
            about = table.vendor, row.part.value, row.line or "total"
            rows.append((*about, row.statistic, *(cell.value for cell in row.cells)))
            rows.append((*about, f"standard error of {row.statistic}", *(cell.se for cell in row.cells)))
    names = ("vendor", "part", "row", "statistic", *tables[0].columns)
    return Table("tei_table", tuple(map(Column, names)), tuple(rows), index=4)


def table_frame(tables: Sequence[YearlyTable]) -> "pd.DataFrame":
    """Give tables as a DataFrame, a row a vendor, part, line and statistic."""
    import pandas as pd

    index = [(t.vendor, row.part.value, row.line or "total", row.statistic) for t in tables for row in t.rows]
    cells = [[cell.value for cell in row.cells] for t in tables for row in t.rows]
    names = ["vendor", "part", "row", "statistic"]
    return pd.DataFrame(cells, pd.MultiIndex.from_tuples(index, names=names), list(tables[0].columns))


@dataclass(frozen=True, eq=False)
class _Sums:
    """What is added up over tiles of draws."""

    lines: Mapping[str, Array]
    """Sum of each line over the draws of each replicate, (REPLICATES, columns)."""
    totals: Mapping[TablePart, Array]
    """Each total in every draw, (columns, n)."""

    @staticmethod
    def empty(case: Case, size: int) -> "_Sums":
        width = len(_columns(case))
        return _Sums(
            {line.name: np.zeros((REPLICATES, width)) for line in case.lines},
            {part: np.empty((width, size)) for part in TablePart},
        )

    def enter(self, case: Case, draws: Mapping[str, Array], replicate: int, place: slice) -> None:
        """Add a tile's lines to their sums, and put its totals in their place."""
        world = World(case.rollout, case.months, draws, case.events)
        flows, _ = add_up(case, world, place.stop - place.start)
        self.totals[TablePart.BENEFIT][:, place] = _cells(flows, flows.benefits)
        self.totals[TablePart.COST][:, place] = -_cells(flows, flows.costs)
        self.totals[TablePart.NET][:, place] = _cells(flows, flows.benefits - flows.costs)
        for line, amounts in settled_lines(case, world):
            self.lines[line.name][replicate] += _sign(line) * _cells(flows, Sum([amounts])).sum(axis=1)


def _sign(line: Line) -> int:
    return 1 if line.nature.is_benefit else -1


def _columns(case: Case) -> tuple[str, ...]:
    years = -(-case.months // 12)
    return ("Initial", *(f"Year {year}" for year in range(1, years + 1)), "Total", "Present value")


def _cells(flows: CashFlows, amounts: Sum) -> Array:
    """Give what a row of the table shows of a sum of flows, (columns, n)."""
    by_year = flows.by_year(amounts)
    return np.vstack([by_year, by_year.sum(axis=0), flows.present_value(amounts)])


def _means(case: Case, means: Mapping[str, Array], totals: Mapping[TablePart, Array]) -> list[TableRow]:
    rows = []
    for part in (TablePart.BENEFIT, TablePart.COST):
        named = [line.name for line in case.lines if line.nature.is_benefit is (part is TablePart.BENEFIT)]
        rows += [TableRow(part, name, "mean", _estimates(means[name])) for name in named]
        rows.append(_total(part, totals[part]))
    return [*rows, _total(TablePart.NET, totals[TablePart.NET])]


def _estimates(by_replicate: Array) -> tuple[Estimate, ...]:
    return tuple(Estimate(float(x.mean()), statistics.standard_error(x)) for x in by_replicate.T)


def _total(part: TablePart, total: Array) -> TableRow:
    return TableRow(part, "", "mean", tuple(statistics.mean(column) for column in total))


def _percentiles(case: Case, totals: Mapping[TablePart, Array]) -> list[TableRow]:
    """Give the percentiles of every total, those of costs by how much is spent; none where nothing is uncertain."""
    if not case.varying:
        return []
    rows = []
    for part, total in totals.items():
        sign = -1 if part is TablePart.COST else 1
        spreads = [statistics.describe(sign * column, SPREAD).percentiles for column in total]
        for q in SPREAD:
            cells = tuple(Estimate(sign * column[q].value, column[q].se) for column in spreads)
            rows.append(TableRow(part, "", percentile_key(q), cells))
    return rows
