"""What the command line prints: sections and tables that fit the terminal."""

from collections.abc import Sequence
from dataclasses import replace

from sim.analysis.drivers import DriverTornado
from sim.analysis.preview import Preview
from sim.analysis.results import Results
from sim.analysis.section import Block, Section
from sim.analysis.table import Table
from sim.analysis.text import LABEL, Layout, captured, new_console, show_section, vendors_layout
from sim.analysis.tornado_kinds import KindTornado
from sim.model.setting import Setting
from sim.numbers.writing import PROSE, clipped
from sim.report.console import page_width, show, show_styled
from sim.report.contents import key_figures_section, yearly_tables
from sim.report.formats.listing import INDENT, listing, wrapped
from sim.report.tables import yearly
from sim.report.tables.drivers import drivers_section, kind_section
from sim.report.tables.inputs import correlations_shown, inputs_listed, pairs_listed, previews_listed

SHAPES = "A shape runs from the 0.5% to the 99.5% quantile of what was asked, on a scale of its own."


def print_section(section: Section, layout: Layout | None = None) -> None:
    """Print a section to standard output."""
    console = new_console()
    show_section(section, console, layout)
    show_styled(captured(console))


def print_sections(sections: Sequence[Section]) -> None:
    """Print sections, a blank line between them."""
    for number, section in enumerate(sections):
        if number:
            show("")
        print_section(section)


def print_headline(results: Results) -> None:
    """Print the comparison of all vendors to standard output."""
    print_section(results.brief, vendors_layout(page_width()))


def print_yearly(results: Results) -> None:
    """Print the yearly table of every vendor to standard output."""
    print_section(*yearly_printed(results))


def yearly_printed(results: Results) -> tuple[Section, Layout]:
    """Give the yearly table of every vendor as terminals show it, and how columns share the width."""
    currency = results.setting.currency
    parts: list[Block] = []
    for part in yearly_tables(results).blocks:
        if isinstance(part, Section):
            means = " (means)" if results.yearly(part.title).uncertain else ""
            parts.append(replace(part, title=f"{part.title}: yearly table in {currency}{means}"))
    widest = max(len(row[0]) for part in parts if isinstance(part, Section) for row in _table(part).texts)
    layout = Layout(label=min(widest, LABEL), label_most=LABEL, wraps=False, least=0)
    return Section("", (*parts, yearly.NOTE)), layout


def _table(section: Section) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table))


def print_inputs(results: Results) -> None:
    """Print every input as asked and as sampled to standard output."""
    show("\n".join(["", *drawn_lines(results, page_width())]))
    if correlations := correlations_shown(results):
        print_section(Section("", (Section("", (correlations,)),)), Layout(label=24, wraps=False))


def drawn_lines(results: Results, width: int) -> list[str]:
    """Give every input as asked and as sampled, as lines of a width."""
    table = inputs_listed(results)
    return ["Inputs as drawn, and as asked", "", *listing(table, SHAPES, width)] if table else []


def print_kpis(results: Results) -> None:
    """Print the key figures of every vendor to standard output."""
    section = key_figures_section(results)
    parts = [
        replace(b, title=b.title.removesuffix(": key figures")) if isinstance(b, Section) else b for b in section.blocks
    ]
    print_section(Section("", (replace(section, blocks=tuple(parts)),)))


def print_previews(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str]) -> None:
    """Print the uncertain inputs as they are before a run to standard output."""
    show("\n".join(preview_lines(previews, setting, vendors, page_width())))


def preview_lines(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str], width: int) -> list[str]:
    """Give the uncertain inputs before a run as lines of a width."""
    if not previews:
        return [clipped(f"{setting.name}: nothing is uncertain", PROSE)]
    title = f"{len(previews)} uncertain input{'s' if len(previews) > 1 else ''}, before any run"
    table = listing(previews_listed(previews, setting, vendors), SHAPES, width)
    pairs = [
        line for pair in pairs_listed(previews, setting) for line in wrapped(clipped(pair, PROSE), width, later=INDENT)
    ]
    together = ["", "Inputs that move together", *pairs] if pairs else []
    return [*wrapped(clipped(setting.name, PROSE), width), title, "", *table, *together]


def print_drivers(tornado: DriverTornado, results: Results) -> None:
    """Print what moves a target to standard output, with bars beside the figures."""
    print_section(drivers_section(tornado, results, bars=True), Layout(label=24, wraps=False))


def print_kind(tornado: KindTornado, results: Results) -> None:
    """Print a tornado of some kind to standard output, and what it does not show."""
    print_section(kind_section(tornado, results), Layout(label=24, wraps=False))


def print_summary(table: Table) -> None:
    """Print one table over several scenarios to standard output."""
    print_section(Section("", (table,)), Layout(label=16, wraps=False))
