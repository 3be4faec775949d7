"""Sections and tables as plain text that fits a width: what terminals and notebooks show.

A table's first column holds words and wraps, the others hold numbers. `rich` is imported where it is used.
"""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.cells import Length
from sim.analysis.section import Block, Bullets, Section
from sim.analysis.table import Table
from sim.numbers.writing import NAME, PROSE, clipped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

WIDTH = 100
"""Columns of a text for no terminal in particular."""
LABEL = 27
"""Columns of the first column of a table of vendors."""
VENDOR = 17
"""Fewest columns a vendor needs."""
NARROW = 8
"""Fewest columns of a narrow column."""
GAP = 3
"""Columns between two columns of a table."""


@dataclass(frozen=True)
class Layout:
    """How the columns of a table share the width."""

    label: int = 12
    """Fewest columns of the first one."""
    label_most: int | None = None
    wraps: bool = True
    """Whether numbers and their titles may wrap."""
    least: int | None = None
    """Fewest columns of the others; they are shared out over several tables, one below the other, if this is given."""


def plain(section: Section, width: int = WIDTH, layout: Layout | None = None) -> str:
    """Give a section as plain text."""
    console = new_console(width)
    show_section(section, console, layout)
    return captured(console)


def new_console(width: int | None = None) -> "Console":
    """Give a console that writes into memory, like the terminal or, with a width, like none."""
    from rich.console import Console

    probe = Console(file=sys.stdout)
    return Console(
        file=io.StringIO(),
        width=width or probe.width,
        force_terminal=probe.is_terminal and width is None,
        no_color=probe.no_color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def captured(console: "Console") -> str:
    """Give what was written into such a console, without the blanks at line ends."""
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def show_section(section: Section, console: "Console", layout: Layout | None = None) -> None:
    """Write a section into a console: its title, then block by block."""
    from rich.text import Text

    if section.title:
        console.print(Text(clipped(section.title, NAME), style="bold"))
    before: Block = ""
    for block in section.blocks:
        if isinstance(block, Table) and isinstance(before, Table | Section):
            console.print()
        before = block
        if isinstance(block, Section):
            console.print()
            show_section(block, console, layout)
        elif isinstance(block, Table):
            show_table(block, console, layout or Layout(label=LABEL if console.width >= 100 else 12))
        elif isinstance(block, Bullets):
            console.print()
            console.print(clipped(block.lead, PROSE))
            for line in block.lines:
                console.print(f"  {clipped(line, PROSE)}")
        elif isinstance(block, str) and block:
            console.print(clipped(block, PROSE))


def show_table(table: Table, console: "Console", layout: Layout) -> None:
    """Write a table into a console; in several parts if its columns are to be shared out."""
    header, rows = table.header, table.texts
    columns = range(1, len(header))
    if table.narrow is not None:
        label = min(table.narrow, max(8, console.width - 24))
        layout = Layout(label=label, label_most=label, least=NARROW)
    if layout.least is None:
        console.print(_drawn(table, header, rows, columns, layout))
        return
    widths = [max(len(row[c]) for row in ([header, *rows] if not layout.least else rows)) for c in columns]
    for part in _packed(widths, console.width - layout.label, layout.least):
        console.print(_drawn(table, header, rows, [1 + c for c in part], layout))


def _drawn(
    table: Table, header: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[int], layout: Layout
) -> "RichTable":
    from rich import box
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    drawn.add_column(clipped(header[0], NAME), overflow="fold", min_width=layout.label, max_width=layout.label_most)
    for column in columns:
        title = Text(clipped(header[column], NAME))
        drawing = any(isinstance(row[column], Length) for row in table.rows)
        if layout.least:
            most = max(layout.least, *(len(row[column]) for row in rows))
            drawn.add_column(title, justify="right", overflow="fold", min_width=layout.least, max_width=most)
        elif layout.wraps:
            drawn.add_column(title, justify="right", overflow="fold")
        else:
            drawn.add_column(title, justify="left" if drawing else "right", no_wrap=True)
    for place, row in enumerate(rows):
        cells = (Text(clipped(row[column], NAME)) for column in (0, *columns))
        drawn.add_row(*cells, style="bold" if place in table.strong else "")
    return drawn


def _packed(widths: Sequence[int], room: int, least: int) -> list[list[int]]:
    """Share columns out over as few tables as fit the room, in order, one at least a table."""
    tables: list[list[int]] = [[]]
    used = 0
    for column, width in enumerate(widths):
        wanted = max(width, least) + GAP
        if tables[-1] and used + wanted > room:
            tables.append([])
            used = 0
        tables[-1].append(column)
        used += wanted
    return tables


def vendors_layout(width: int) -> Layout:
    """Give the layout of a table with a column a vendor, whose names may be long."""
    return Layout(label=LABEL if width >= 60 else max(8, width - 24), label_most=LABEL, least=VENDOR)
