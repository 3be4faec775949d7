"""A table with notes below its rows as lines of text: in columns, or as sentences where the terminal is too narrow."""

import textwrap
from collections.abc import Iterator, Sequence

from sim.analysis.cells import Blocks
from sim.analysis.table import Cell, Table, written
from sim.distributions.picture import blocks
from sim.numbers.writing import NAME, PROSE, clipped

BESIDE = 18
"""Fewest columns of a name on the line of its figures; a longer one gets a line of its own."""
SHAPE, SHAPE_LEAST = 16, 12
"""Characters of a shape."""
INDENT = "  "


def listing(table: Table, ending: str, width: int) -> list[str]:
    """Give a table of a name, figures and a shape in each row, and a sentence below it."""
    names = table.header[1:-1]
    figures = [[written(cell, table.currency) for cell in row[1:-1]] for row in table.rows]
    sizes = [max(len(name), *(len(row[c]) for row in figures)) + 2 for c, name in enumerate(names)]
    ending_lines = ["", *wrapped(ending, width)]
    if sum(sizes) + SHAPE_LEAST + 2 > width:
        return [*_sentences(table, names, figures, width), *ending_lines]
    shape = SHAPE if width >= sum(sizes) + SHAPE + 2 + BESIDE else SHAPE_LEAST
    room = max(width - sum(sizes) - shape - 2, 0)
    lines = [f"{table.header[0]:{room}.{room}}{_aligned(names, sizes)}  {table.header[-1]}", "─" * width]
    for row, texts, notes in zip(table.rows, figures, table.notes, strict=True):
        beside = f"{_aligned(texts, sizes)}  {_drawn(row[-1], shape)}"
        lines += [*_named(clipped(str(row[0]), NAME), beside, room, width), *noted(notes, width)]
    return [*lines, *ending_lines]


def _drawn(cell: Cell, width: int) -> str:
    assert isinstance(cell, Blocks)
    return blocks(cell.shares, width)


def _sentences(table: Table, names: Sequence[str], figures: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Give every row where no table fits: its figures as a sentence."""
    for row, texts, notes in zip(table.rows, figures, table.notes, strict=True):
        sentence = ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
        yield from wrapped(clipped(str(row[0]), NAME), width)
        yield _drawn(row[-1], SHAPE_LEAST)
        yield from noted([sentence, *notes], width)


def _aligned(texts: Sequence[str], sizes: Sequence[int]) -> str:
    return "".join(f"{text:>{size}}" for text, size in zip(texts, sizes, strict=True))


def _named(name: str, beside: str, room: int, width: int) -> list[str]:
    """Put the name before its figures if there is room, else on a line above."""
    from rich.cells import cell_len

    spare = room - cell_len(name)
    if spare >= 0:
        return [f"{name}{' ' * spare}{beside}".rstrip()]
    return [*wrapped(name, width), f"{' ' * room}{beside}".rstrip()]


def noted(texts: Sequence[str], width: int) -> list[str]:
    """Give texts as indented lines."""
    return [line for text in texts for line in wrapped(clipped(text, PROSE), width, first=INDENT, later=INDENT * 2)]


def wrapped(text: str, width: int, *, first: str = "", later: str = "") -> list[str]:
    """Give a text as lines of at most a width, the first and the later ones indented.

    The width is that of a terminal: a sign of Chinese or a picture takes two columns, an accent of its own none.
    """
    from rich.cells import cell_len, chop_cells

    if cell_len(text) == len(text):
        return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later)
    room = width - max(len(first), len(later))
    lines: list[str] = []
    for piece in (piece for word in text.split() for piece in chop_cells(word, room)):
        if lines and cell_len(lines[-1]) + 1 + cell_len(piece) <= room:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return [f"{later if n else first}{line}" for n, line in enumerate(lines)]
