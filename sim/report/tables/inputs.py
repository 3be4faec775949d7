"""The uncertain inputs, before a run and as drawn, as text: a table, or sentences where the terminal is too narrow."""

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sim.analysis.preview import Preview
from sim.analysis.results import Results
from sim.distributions.picture import blocks
from sim.model.setting import Setting
from sim.numbers.arrays import Array
from sim.numbers.writing import input_value
from sim.report.escape import visible
from sim.report.tables.headline import pair_name, short_name, written_input

ASKED = ("Mean", "P5", "P10", "P50", "P90", "P95")
DRAWN = ("Min", "P10", "P50", "Mean", "P90", "Max")
NAME = 18
"""Fewest columns of a name on the line of its figures; a longer one gets a line of its own."""
INDENT = "  "


@dataclass(frozen=True)
class Entry:
    """One input: its name, its figures, the shares of its picture, and lines of what is said of it."""

    name: str
    figures: Sequence[str]
    shares: Array
    said: Sequence[str]


def preview_lines(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str], width: int) -> list[str]:
    """Give the inputs before a run: figures and shape of what was asked for, for whom, source and note."""
    if not previews:
        return [visible(f"{setting.name}: nothing is uncertain")]
    entries = [_asked(preview, setting.currency, vendors) for preview in previews]
    title = f"{len(previews)} uncertain input{'s' if len(previews) > 1 else ''}, before any run"
    together = _together(setting, {preview.input.key for preview in previews}, vendors, width)
    return [*textwrap.wrap(visible(setting.name), width), title, "", *_table(ASKED, entries, width), *together]


def _together(setting: Setting, keys: Collection[str], vendors: Sequence[str], width: int) -> list[str]:
    """Give the correlations between some inputs, a line each."""
    pairs = [pair for pair in setting.correlations if pair.a in keys and pair.b in keys]
    said = [f"{pair_name(p.a, p.b, vendors)}: {p.measure.replace('_', ' ')} {p.used:.3g}" for p in pairs]
    lines = [line for text in said for line in textwrap.wrap(visible(text), width, subsequent_indent=INDENT)]
    return ["", "Inputs that move together", *lines] if lines else []


def drawn_lines(results: Results, width: int) -> list[str]:
    """Give the inputs of a run: figures and shape as drawn, above what was asked for."""
    entries = [
        Entry(row["input"], written_input(results, row), results.input_pictures[row["input"]][1], [row["asked"]])
        for row in results.input_rows
    ]
    return ["Inputs as drawn, and as asked", "", *_table(DRAWN, entries, width)] if entries else []


def used_by(users: Sequence[str], vendors: Sequence[str]) -> str:
    """Name the vendors that use an input, all of them in one word."""
    everyone = "both vendors" if len(vendors) == 2 else f"all {len(vendors)} vendors"
    return everyone if len(users) == len(vendors) > 1 else ", ".join(users)


def _asked(preview: Preview, currency: str, vendors: Sequence[str]) -> Entry:
    asked, users = preview.input, preview.users
    said = [f"{asked.asked}; used by {used_by(users, vendors)}"]
    said += [f"{title}: {text}" for title, text in (("source", asked.source), ("note", asked.note)) if text]
    name = short_name(asked.key, users[0]) if len(users) == 1 else asked.key
    return Entry(name, [input_value(x, asked.unit, currency) for x in preview.figures], preview.picture.shares, said)


def _table(header: Sequence[str], entries: Sequence[Entry], width: int) -> list[str]:
    sizes = [max(len(name), *(len(e.figures[c]) for e in entries)) + 2 for c, name in enumerate(header)]
    note = "A shape runs from the 0.5% to the 99.5% quantile of what was asked, on a scale of its own."
    if sum(sizes) + 14 > width:
        return [*(line for entry in entries for line in _narrow(header, entry, width)), "", *textwrap.wrap(note, width)]
    shape = 16 if width >= sum(sizes) + 18 + NAME else 12
    room = max(width - sum(sizes) - shape - 2, 0)
    lines = [f"{'Input':{room}.{room}}{_figures(header, sizes)}  Shape", "─" * width]
    for entry in entries:
        drawn = f"{_figures(entry.figures, sizes)}  {blocks(entry.shares, shape)}"
        lines += [*_named(visible(entry.name), drawn, room, width), *_said(entry.said, width)]
    return [*lines, "", *textwrap.wrap(note, width)]


def _narrow(header: Sequence[str], entry: Entry, width: int) -> list[str]:
    """Give an input where no table fits: its figures as a sentence."""
    figures = ", ".join(f"{name} {text}" for name, text in zip(header, entry.figures, strict=True))
    return [*textwrap.wrap(visible(entry.name), width), blocks(entry.shares, 12), *_said([figures, *entry.said], width)]


def _figures(texts: Sequence[str], sizes: Sequence[int]) -> str:
    return "".join(f"{text:>{size}}" for text, size in zip(texts, sizes, strict=True))


def _named(name: str, drawn: str, room: int, width: int) -> list[str]:
    """Put the name before its figures if there is room, else on a line above."""
    if len(name) <= room:
        return [f"{name:{room}}{drawn}".rstrip()]
    return [*textwrap.wrap(name, width), f"{' ' * room}{drawn}".rstrip()]


def _said(texts: Sequence[str], width: int) -> list[str]:
    return [
        line
        for text in texts
        for line in textwrap.wrap(visible(text), width, initial_indent=INDENT, subsequent_indent=INDENT * 2)
    ]
