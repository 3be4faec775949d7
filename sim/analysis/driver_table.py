"""Tornados in long form, for CSV, JSON and DataFrames: a row a bar, or a row a number of other kinds of tornado."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sim.analysis.drivers import DriverBar, DriverTornado
from sim.analysis.table import Cell, Column, Table
from sim.analysis.tornado_kinds import ALONE, CHANGE, REGRESSION, SPIDER, KindRow, KindTornado
from sim.numbers.kinds import Kind
from sim.numbers.percentiles import percentile_key
from sim.sampling.estimates import Estimate

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = "together"
"""What the row of the remainder has in place of an input's key."""
TOGETHER_TITLE = "combinations: told by no input alone"
NAN = float("nan")

NAMES = (
    *("low_input", "high_input", "low_chance", "high_chance", "low_mean", "high_mean"),
    *("alone_low_input", "alone_high_input", "alone_low", "alone_high", "floor", "flag"),
)


def driver_table(tornados: Iterable[DriverTornado]) -> Table:
    """Give every bar of some tornados, a row a target and input, the largest share first; shares add up to 1.

    The last row of a target is what one input alone does not tell. The ends are conditional means with the input in its
    lowest and highest tenth, or by level with the chances of the levels; `alone` is the one-at-a-time swing.
    """
    columns = (
        *(Column("target"), Column("vendor"), Column("input"), Column("title")),
        Column("share", kind=Kind.RATE, error="se"),
        *map(Column, NAMES),
    )
    rows = (row for tornado in tornados for row in _rows(tornado))
    return Table("tornado", columns, tuple(rows), index=3)


def _rows(tornado: DriverTornado) -> Iterator[tuple[Cell, ...]]:
    of = tornado.target.name, tornado.target.vendor
    for bar in tornado.bars:
        yield (*of, bar.key, bar.title, bar.share, *_ends(bar), *_alone(bar), bar.floor, bar.flag)
    yield (*of, TOGETHER, TOGETHER_TITLE, tornado.together, *[NAN] * 11, "")


def _ends(bar: DriverBar) -> tuple[float, ...]:
    low, high = bar.ends.low, bar.ends.high
    return low.input, high.input, low.chance, high.chance, low.mean, high.mean


def _alone(bar: DriverBar) -> tuple[float, ...]:
    if bar.alone is None:
        return NAN, NAN, NAN, NAN
    ends = (0, -1)
    return *(float(bar.alone.inputs[end]) for end in ends), *(float(bar.alone.values[end]) for end in ends)


def kind_table(tornado: KindTornado) -> Table:
    """Give a tornado of some kind, a row an input and number: a coefficient, or the target where the input is."""
    names = ("target", "vendor", "kind", "input", "title", "statistic", "input_value")
    columns = (*map(Column, names), Column("value", error="se"))
    of = tornado.target.name, tornado.target.vendor, tornado.kind
    rows = [(*of, row.driver.key, row.driver.title, *cells) for row in tornado.rows for cells in _numbers(tornado, row)]
    if tornado.explained is not None:
        rows.append((*of, "", "all inputs", "r_squared", NAN, tornado.explained))
    return Table("tornado", columns, tuple(rows), index=6)


def _numbers(tornado: KindTornado, row: KindRow) -> Iterator[tuple[Cell, ...]]:
    if tornado.kind in (ALONE, SPIDER):
        names = [percentile_key(point) for point in tornado.points]
    else:
        names = ["lowest", "highest"] if tornado.kind == CHANGE else []
    for name, at, value in zip(names, row.inputs, row.outcomes, strict=True):
        yield name, float(at), Estimate(float(value), NAN)
    if tornado.kind != SPIDER:
        yield _STATISTICS.get(tornado.kind, "swing"), NAN, row.value


def frame_of(tables: Sequence[Table]) -> "pd.DataFrame":
    """Give tables of the same columns as one DataFrame; an estimate is two columns."""
    import pandas as pd

    columns = tables[0].columns
    names = [name for column in columns for name in (column.name, *([column.error] if column.error else []))]
    rows = [
        [part for cell in row for part in (cell if isinstance(cell, Estimate) else (cell,))]
        for table in tables
        for row in table.rows
    ]
    return pd.DataFrame(rows, columns=names)


_STATISTICS = {"spearman": "rank_correlation", "contribution": "contribution", REGRESSION: "coefficient"}
