"""The commands that ask one thing of a scenario: what is uncertain, what levers make, what a delay costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.arguments import asked_vendors, check_chart, known_vendor, months_of, plain_lines
from sim.cli.options import AsCsv, Draws, File, OneVendor, Replace, Seed

if TYPE_CHECKING:
    from sim.analysis.table import Table

insight = typer.Typer()

DRAWS = 16_384
"""Futures that an answer of one command is made of, by default."""


@insight.command()
def inputs(
    file: File,
    vendor: Annotated[str | None, typer.Option(help="Only what this vendor's value depends on.")] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Also draw a page of charts into this file (.png or .svg).")
    ] = None,
    csv: AsCsv = False,
    force: Replace = False,
) -> None:
    """Show every uncertain input before anything is run: range, shape, source."""
    from sim.analysis.preview import previews, previews_table
    from sim.report.console import say_boxes, say_warnings
    from sim.report.formats.terminal import print_previews
    from sim.study.scenario import load

    if chart is not None:
        check_chart(chart, force)
    scenario = load(file)
    say_warnings(scenario.warnings)
    if vendor is not None:
        known_vendor(vendor, scenario.cases)
    shown = [preview for preview in previews(scenario.cases) if vendor is None or vendor in preview.users]
    if csv:
        _print_csv(previews_table(shown))
    else:
        print_previews(shown, scenario.setting, list(scenario.cases))
    if chart is not None:
        from sim.report.charts.inputs import write_preview

        say_boxes(write_preview(shown, scenario.setting, list(scenario.cases), chart))


@insight.command()
def levers(file: File, vendor: OneVendor = None, csv: AsCsv = False, draws: Draws = DRAWS, seed: Seed = 1) -> None:
    """Show which lever makes the customer margin: leads, conversion, retention and so on; the parts add up to it."""
    from sim.analysis.levers import lever_table, levers_shown
    from sim.analysis.section import Section
    from sim.analysis.text import vendors_layout
    from sim.report.console import page_width, show
    from sim.report.contents import LEVERS
    from sim.report.formats.terminal import print_section
    from sim.study.scenario import load

    results = load(file).run(draws=draws, seed=seed)
    means = {name: results.lever_means(name) for name in asked_vendors(vendor, results)}
    currency = results.setting.currency
    if csv:
        _print_csv(lever_table(means, currency))
    elif shown := levers_shown(means, currency):
        print_section(Section("What makes the customer margin", (LEVERS, shown)), vendors_layout(page_width()))
    else:
        show("No lever acts on customers: leads, conversion, deal value, retention or cross-sell (see `effects`).")


@insight.command()
def delay(
    file: File,
    months: Annotated[str, typer.Option(help="Months by which go-live comes later.")] = "1,2,3,6",
    vendor: OneVendor = None,
    csv: AsCsv = False,
    draws: Draws = DRAWS,
    seed: Seed = 1,
) -> None:
    """Show what a later go-live costs: the mean NPV lost, in the same futures otherwise."""
    from sim.analysis.delay import delay_table, delays_shown
    from sim.analysis.section import Section
    from sim.analysis.text import vendors_layout
    from sim.report.console import page_width
    from sim.report.contents import DELAY
    from sim.report.formats.terminal import print_section
    from sim.study.scenario import load

    later = months_of(months)
    results = load(file).run(draws=draws, seed=seed)
    losses = {name: results.cost_of_delay(name, later) for name in asked_vendors(vendor, results)}
    currency = results.setting.currency
    if csv:
        _print_csv(delay_table(losses, currency))
    else:
        print_section(Section("Cost of delay", (DELAY, delays_shown(losses, currency))), vendors_layout(page_width()))


def _print_csv(table: "Table") -> None:
    from sim.report.console import show
    from sim.report.formats.csv import table_csv

    show(plain_lines(table_csv(table)))
