"""A report as data: sections of paragraphs, tables and pictures, for people and for programs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

from sim.analysis.chart import Chart
from sim.analysis.table import Table


@dataclass(frozen=True)
class Picture:
    """A chart that stands here: the name of its files, and what it shows."""

    name: str
    title: str
    chart: Callable[[Any], Chart] | None = None
    """Makes the chart of results, for formats that draw it themselves."""


@dataclass(frozen=True)
class Bullets:
    """A list below a sentence."""

    lead: str
    lines: Sequence[str]


Block = Union[str, Table, Picture, Bullets, "Section"]


@dataclass(frozen=True)
class Section:
    """A part of a report under a title; a text is a paragraph, and a section inside is a part of it."""

    title: str
    blocks: tuple[Block, ...]
    data: tuple[Table, ...] = ()
    """What programs read of it, in long form."""
