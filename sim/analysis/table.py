"""An answer as data: a `Table` in long form for programs, or as people read it; formats only write it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sim.analysis.cells import Figure, Shown
from sim.numbers.kinds import Kind
from sim.sampling.estimates import Estimate

Cell = str | int | float | Estimate | Shown | None


@dataclass(frozen=True)
class Column:
    """A column of a table: what programs call it, and how people do."""

    name: str
    """In CSV files."""
    title: str = ""
    """What people read; the name if there is none."""
    kind: Kind | None = None
    """What its numbers measure, if all of them measure the same."""
    error: str = ""
    """In CSV files, the column of the standard errors of its estimates; empty where its numbers are none."""
    key: str = ""
    """In JSON; the name if there is none."""


@dataclass(frozen=True)
class Table:
    """Rows and columns of one answer.

    In long form a row is an observation, texts first, and a number is a float or an `Estimate`. As people read it,
    a cell is a text or knows how its number is written.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    currency: str = ""
    index: int = 0
    """How many columns, the first ones, tell a row from all others."""
    strong: frozenset[int] = frozenset()
    """Rows that stand out, such as totals."""
    notes: tuple[tuple[str, ...], ...] = ()
    """What is said below each row, if anything is."""
    narrow: int | None = None
    """Columns of a text that the first one takes, where the others are as narrow as what is in them."""
    own_file: bool = True
    """Whether a report has a file of it; else it is only a part of documents."""

    def __bool__(self) -> bool:
        """Whether there is a row."""
        return bool(self.rows)

    @property
    def header(self) -> list[str]:
        """The titles of the columns."""
        return [column.title for column in self.columns]

    @property
    def texts(self) -> list[list[str]]:
        """Every row as texts, written as people read them; numbers of a column in what it measures."""
        kinds = [column.kind for column in self.columns]
        return [
            [written(_figure(cell, kind), self.currency) for cell, kind in zip(row, kinds, strict=True)]
            for row in self.rows
        ]

    def only(self, vendor: str) -> "Table":
        """Give the rows of one vendor, whose name is the first cell, without that cell."""
        rows = tuple(row[1:] for row in self.rows if row[0] == vendor)
        return replace(self, columns=self.columns[1:], rows=rows, index=max(self.index - 1, 0))

    def wide(self, title: str = "") -> "Table":
        """Give a table of vendor, item and one estimate as people read it: a row an item, a column a vendor.

        A vendor that has none of an item has a dash there.
        """
        _, item, value = self.columns
        vendors = list(dict.fromkeys(str(row[0]) for row in self.rows))
        items = list(dict.fromkeys(row[1] for row in self.rows))
        cells = {(row[0], row[1]): _figure(row[2], value.kind) for row in self.rows}
        columns = (Column(item.name, title or item.title), *(Column(name, name) for name in vendors))
        rows = tuple((name, *(cells.get((vendor, name), "-") for vendor in vendors)) for name in items)
        return Table(self.name, columns, rows, self.currency)


def people(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    currency: str = "",
    *,
    strong: Iterable[int] = (),
    notes: Iterable[tuple[str, ...]] = (),
) -> Table:
    """Give a table that people read, by the titles of its columns."""
    columns = tuple(Column(title, title) for title in header)
    return Table(name, columns, tuple(map(tuple, rows)), currency, strong=frozenset(strong), notes=tuple(notes))


def written(cell: Cell, currency: str) -> str:
    """Write a cell as people read it."""
    if isinstance(cell, Shown):
        return cell.text(currency)
    return "" if cell is None else str(cell)


def records(table: Table) -> Iterator[dict[str, Cell]]:
    """Give every row by the keys of its columns."""
    keys = [column.key or column.name for column in table.columns]
    return (dict(zip(keys, row, strict=True)) for row in table.rows)


def _figure(cell: Cell, kind: Kind | None) -> Cell:
    """Give a number of a kind as a figure; the error of an estimate is left out where there is none."""
    if kind is None:
        return cell
    if isinstance(cell, Estimate):
        return Figure(cell.value, kind, cell.se or None)
    return Figure(cell, kind) if isinstance(cell, int | float) else cell
