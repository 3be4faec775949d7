"""What the command line prints: tables that fit the terminal, plain text where the terminal cannot do better."""

import io
import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sim.analysis.preview import Preview
from sim.analysis.results import Results
from sim.analysis.tornado import Tornado
from sim.finance.metrics import TITLES
from sim.model.setting import Setting
from sim.report.console import new_console, show
from sim.report.escape import visible
from sim.report.metrics import metric_value
from sim.report.tables import key_figures as kpi_text
from sim.report.tables.headline import (
    DEFAULT_PRIORS,
    SUMMARY,
    YEARLY_NOTE,
    bar_ends,
    bar_name,
    correlation_table,
    headline_rows,
    scope,
    share,
    yearly_figures,
    yearly_rows,
)
from sim.report.tables.inputs import drawn_lines, preview_lines

if TYPE_CHECKING:
    from rich.console import Console

LABEL = 27
"""Columns of the first column of a table of vendors."""
VENDOR = 17
"""Fewest columns a vendor needs."""
GAP = 3
"""Columns between two columns of a table."""
BAR = 12
"""Characters of the widest bar of a tornado."""


def print_headline(results: Results) -> None:
    """Print the comparison of all vendors to standard output."""
    _show(lambda console: _headline(results, console))


def print_yearly(results: Results) -> None:
    """Print the yearly table of every vendor to standard output."""
    _show(lambda console: _yearly(results, console))


def print_inputs(results: Results) -> None:
    """Print every input as asked and as sampled to standard output."""
    show("\n".join(["", *drawn_lines(results, new_console(None).width)]))
    if results.correlation_rows:
        _show(lambda console: _correlations(results, console))


def print_kpis(results: Results) -> None:
    """Print the key figures of every vendor to standard output."""
    _show(lambda console: _kpis(results, console))


def print_table(title: str, about: str, table: tuple[list[str], list[list[str]]]) -> None:
    """Print a titled table of numbers to standard output."""
    _show(lambda console: _titled(title, about, table, console))


def print_previews(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str]) -> None:
    """Print the uncertain inputs as they are before a run to standard output."""
    show("\n".join(preview_lines(previews, setting, vendors, new_console(None).width)))


def print_tornado(tornado: Tornado, median: float, currency: str) -> None:
    """Print a tornado to standard output."""
    _show(lambda console: _tornado(tornado, median, currency, console))


def print_summary(rows: Sequence[Sequence[str]]) -> None:
    """Print one table over several scenarios, of the rows of each, to standard output."""
    _show(lambda console: _summary(rows, console))


def headline_text(results: Results, width: int = 100) -> str:
    """Give the comparison of all vendors as plain text."""
    console = new_console(width)
    _headline(results, console)
    return _captured(console)


def yearly_text(results: Results, width: int = 100) -> str:
    """Give the yearly table of every vendor as plain text."""
    console = new_console(width)
    _yearly(results, console)
    return _captured(console)


def _captured(console: "Console") -> str:
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def _show(draw: object) -> None:
    assert callable(draw)
    console = new_console(None)
    draw(console)
    show(_captured(console))


def _headline(results: Results, console: "Console") -> None:
    from rich.text import Text

    setting, run = results.setting, results.run
    console.print(Text(visible(setting.name), style="bold"))
    console.print(
        f"{setting.months} months, {setting.currency}, discount rate {setting.discount_rate} a year;"
        f" {run.draws:,} futures, {run.design} design, seed {run.seed}"
    )
    header, rows = headline_rows(results)
    label = LABEL if console.width >= 60 else max(8, console.width - 24)
    for columns in _packed([max(len(r[c]) for r in rows) for c in range(1, len(header))], console.width - label):
        cells = [[r[0], *(r[1 + c] for c in columns)] for r in rows]
        console.print(_vendor_table(label, [header[1 + c] for c in columns], cells))
    none = results.comparison.p_none
    of = ", on present values" if setting.tei else ""
    console.print(
        f"No vendor has an NPV above zero in {share(none, run.kept)} of the futures."
        f" ± is the standard error of the simulation. ROI is net{of}: 0% is break-even."
    )
    if note := scope(results, visible):
        console.print(note)


def _yearly(results: Results, console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for name in results:
        yearly = results.yearly(name)
        header, rows = yearly_rows(yearly, escape=visible)
        means, lines = " (means)" if yearly.uncertain else "", {visible(line) for line in yearly.lines}
        console.print()
        console.print(Text(f"{visible(name)}: yearly table in {results.setting.currency}{means}", style="bold"))
        widths = [max(len(row[c]) for row in [header, *rows]) for c in range(1, len(header))]
        label = min(max(len(row[0]) for row in rows), LABEL)
        for columns in _packed(widths, console.width - label, least=0):
            table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
            table.add_column("", overflow="fold", min_width=label, max_width=LABEL)
            for column in columns:
                table.add_column(header[1 + column], justify="right", no_wrap=True)
            for row in rows:
                table.add_row(*(row[c] for c in (0, *(1 + column for column in columns))), style=_weight(row[0], lines))
            console.print(table)
        console.print(yearly_figures(results, name))
    console.print(YEARLY_NOTE)


def _weight(label: str, lines: Collection[str]) -> str:
    return "" if label in lines else "bold"


def _packed(widths: list[int], room: int, least: int = VENDOR) -> list[list[int]]:
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


def _vendor_table(label_width: int, names: list[str], rows: list[list[str]]) -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1))
    table.add_column("", overflow="fold", min_width=label_width, max_width=LABEL)
    for place, name in enumerate(names, start=1):
        width = max(VENDOR, *(len(row[place]) for row in rows))
        table.add_column(Text(visible(name)), justify="right", overflow="fold", max_width=width, min_width=VENDOR)
    for label, *cells in rows:
        table.add_row(label, *cells)
    return table


def _summary(rows: Sequence[Sequence[str]], console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    first, *names = SUMMARY
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first, overflow="fold", min_width=16)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for label, *cells in rows:
        table.add_row(Text(visible(label)), *cells)
    console.print(table)


def _correlations(results: Results, console: "Console") -> None:
    """Print the correlations as asked and as drawn."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    (first, *names), rows = correlation_table(results)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first, overflow="fold", min_width=24)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for label, *cells in rows:
        table.add_row(Text(visible(label)), *cells)
    console.print()
    console.print(table)


def _titled(title: str, about: str, table: tuple[list[str], list[list[str]]], console: "Console") -> None:
    from rich.text import Text

    console.print(Text(visible(title), style="bold"))
    if about:
        console.print(about)
    console.print(_numbers(table, console))


def _numbers(table: tuple[list[str], list[list[str]]], console: "Console") -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    (first, *names), rows = table
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.add_column(first, overflow="fold", min_width=LABEL if console.width >= 100 else 12)
    for name in names:
        shown.add_column(Text(visible(name)), justify="right", overflow="fold")
    for label, *cells in rows:
        shown.add_row(Text(visible(label)), *(Text(visible(cell)) for cell in cells))
    return shown


def _kpis(results: Results, console: "Console") -> None:
    from rich.text import Text

    console.print()
    console.print(Text("Key figures without the CRM and with it", style="bold"))
    console.print(kpi_text.about(results))
    for name in results:
        console.print()
        console.print(Text(visible(name), style="bold"))
        console.print(_numbers(kpi_text.kpi_table(results, name), console))
        targets = kpi_text.target_table(results, name)
        if targets[1]:
            console.print()
            console.print(_numbers(targets, console))
    recorded = kpi_text.recorded_table(results)
    if recorded[1]:
        console.print()
        console.print(_numbers(recorded, console))
    if lines := list(kpi_text.missing_lines(results)):
        console.print()
        console.print("Not computed, because the scenario does not say enough:")
        for line in lines:
            console.print(f"  {line}")


def _tornado(tornado: Tornado, median: float, currency: str, console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    def show(value: float) -> str:
        return metric_value(tornado.metric, value, currency)

    console.print(
        Text(f"{visible(tornado.vendor)}: {TITLES[tornado.metric]} at P10 and P90 of one input at a time", style="bold")
    )
    console.print(f"Base run {show(tornado.base)} (every input at its median); simulated median {show(median)}")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Input", overflow="fold", min_width=24)
    for name in ("P10", "P90", "at P10", "at P90"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    widest = max((bar.swing for bar in tornado.bars if bar.swing < float("inf")), default=0.0)
    for bar in tornado.bars:
        inputs = bar_ends(bar, currency)
        table.add_row(
            Text(visible(bar_name(bar, tornado.vendor))),
            *inputs,
            show(bar.at_low),
            show(bar.at_high),
            "█" * _length(bar.swing, widest),
        )
    console.print(table)
    if any(bar.prior for bar in tornado.bars):
        console.print(DEFAULT_PRIORS)


def _length(swing: float, widest: float) -> int:
    """Give a bar's length in characters; a swing to 'never' is the longest, one between two nevers is none."""
    if math.isinf(swing):
        return BAR
    return round(BAR * swing / widest) if widest and not math.isnan(swing) else 0
