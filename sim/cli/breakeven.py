"""The command that asks what a number of an offer may be at most, or must be at least."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.arguments import check_chart, known_vendor, plain_lines
from sim.cli.options import AsCsv, Draws, File, Replace, Seed
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.analysis.breakeven import Breakeven
    from sim.analysis.breakeven_curve import BreakevenCurve
    from sim.analysis.chart import Chart
    from sim.analysis.results import Results
    from sim.analysis.section import Section
    from sim.analysis.table import Table

breakeven = typer.Typer()

DRAWS = 16_384
"""Futures that an answer is made of, by default."""


@breakeven.command("breakeven")
def ask(
    file: File,
    what: Annotated[
        list[str],
        typer.Option(
            help="The number, by its place in the file: licence.list_price, rollout.adoption, company.users, a named"
            " input, fit. Given twice: the first for each value of the second.",
            show_default=False,
        ),
    ],
    such_that: Annotated[
        str,
        typer.Option(
            help="What is to hold: 'p(npv > 0) >= 80%', 'mean(npv) >= 50k', 'p50(roi) >= 20%', 'ce(npv, 200k) >= 0',"
            " 'best', 'p(best) >= 60%'."
        ),
    ] = "p(npv > 0) >= 80%",
    vendor: Annotated[str | None, typer.Option(help="The vendor; not needed if there is only one.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Also draw the curve into this file (.png or .svg).")] = None,
    regret_chart: Annotated[
        Path | None, typer.Option(help="Also draw the expected regret of every option over the number.")
    ] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="With --csv or --json: the statistic and the regrets over a grid of values.")
    ] = False,
    csv: AsCsv = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    force: Replace = False,
) -> None:
    """Show what a price, or any other number, may be at most or must be at least, so that a condition holds."""
    from sim.analysis.breakeven_curve import curve_chart, curve_table, switch_table
    from sim.analysis.breakeven_curve import regret_chart as regrets_drawn
    from sim.analysis.breakeven_text import breakeven_table
    from sim.analysis.condition import parse_condition
    from sim.analysis.text import Layout
    from sim.report.formats.terminal import print_section
    from sim.study.scenario import load

    for path in filter(None, (chart, regret_chart)):
        check_chart(path, force)
    if len(what) > 2:
        raise UsageError("--what is given more than twice (one number, or one for each value of another)")
    parse_condition(such_that)
    scenario = load(file)
    if vendor is None and len(scenario.cases) > 1:
        raise UsageError(f"whose number? Give --vendor (one of: {', '.join(scenario.cases)})")
    whose = known_vendor(vendor or next(iter(scenario.cases)), scenario.cases)
    scenario.probe(whose, what)  # what cannot be asked is refused before the run
    if len(what) == 2 and (regret_chart or curve):
        raise UsageError("--regret-chart and --curve are about one number (give --what once)")
    results = scenario.run(draws=draws, seed=seed)
    if len(what) == 2:
        _ask_pairs(results, whose, what, such_that, chart=chart, csv=csv, json=json)
        return
    answer = results.breakeven(whose, what[0], such_that)
    along = results.breakeven_curve(answer)
    if csv or json:
        _print(results, [curve_table(along), switch_table(along)] if curve else [breakeven_table([answer])], json=json)
    else:
        print_section(_shown(answer, results, along), Layout(label=24, wraps=True))
    currency = results.setting.currency
    for drawing, made in ((chart, curve_chart), (regret_chart, regrets_drawn)):
        if drawing is not None:
            _draw(made(along, currency), drawing)


def _ask_pairs(
    results: "Results", vendor: str, what: list[str], such_that: str, *, chart: Path | None, csv: bool, json: bool
) -> None:
    from sim.analysis.breakeven_pairs import pairs_chart, pairs_section, pairs_table
    from sim.analysis.text import Layout
    from sim.report.formats.terminal import print_section

    pairs = results.breakeven_pairs(vendor, what[0], what[1], such_that)
    currency = results.setting.currency
    if csv or json:
        _print(results, [pairs_table(pairs)], json=json)
    else:
        print_section(pairs_section(pairs, currency), Layout(label=24, wraps=True))
    if chart is not None:
        _draw(pairs_chart(pairs, currency), chart)


def _shown(answer: "Breakeven", results: "Results", curve: "BreakevenCurve") -> "Section":
    """Give the answer for the terminal, with where the best choice changes."""
    from dataclasses import replace

    from sim.analysis.breakeven_curve import switch_sentences
    from sim.analysis.breakeven_text import breakeven_section

    currency = results.setting.currency
    section = breakeven_section(
        answer, results.probe(answer.vendor, [answer.number.what]).cases, list(results), currency
    )
    first, figures, *notes = section.blocks
    return replace(section, blocks=(first, figures, *switch_sentences(curve, currency), *notes))


def _draw(chart: "Chart", path: Path) -> None:
    from sim.report.charts.files import write_chart
    from sim.report.console import say_boxes

    say_boxes(write_chart(chart, path))


def _print(results: "Results", tables: "list[Table]", *, json: bool) -> None:
    from sim.report.console import show
    from sim.report.formats.csv import table_csv
    from sim.report.formats.json import answer_text

    show(
        answer_text(results, tables)
        if json
        else "\n\n".join(plain_lines(table_csv(table)) for table in tables if table)
    )
