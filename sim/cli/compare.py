"""The command that compares the options of a scenario: which to take, what it risks, how sure that is."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.arguments import amount_of, check_chart, plain_lines, share_of
from sim.cli.options import AsCsv, AsJson, Draws, File, Replace, Seed

comparing = typer.Typer()

DRAWS = 65_536
"""Futures that a decision is made of, by default: as many as a run."""


@comparing.command()
def compare(
    file: File,
    risk_tolerance: Annotated[
        str | None,
        typer.Option(help="What each option is worth to who dislikes risk: an amount such as 200k."),
    ] = None,
    fit: Annotated[
        str | None, typer.Option(help="Doubt about how well each vendor's CRM works here, such as 15%.")
    ] = None,
    chart: Annotated[Path | None, typer.Option(help="Draw mean against risk into this file (.png or .svg).")] = None,
    csv: AsCsv = False,
    json: AsJson = False,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    force: Replace = False,
) -> None:
    """Compare the options: mean, how often best, regret, losses, pairs, and how sure the choice is."""
    from sim.report.console import say_boxes, say_warnings, show
    from sim.report.decision import compared, comparison_tables
    from sim.report.formats.csv import table_csv
    from sim.report.formats.json import answer_text
    from sim.report.formats.terminal import print_sections
    from sim.study.scenario import load

    if chart is not None:
        check_chart(chart, force)
    scenario = load(file)
    tolerance = None if risk_tolerance is None else amount_of(risk_tolerance, scenario.setting.currency)
    doubt = 0.0 if fit is None else share_of(fit, "doubt about fit")
    say_warnings(scenario.warnings)
    results = scenario.run(draws=draws, seed=seed)
    options = results.options(risk_tolerance=tolerance, fit=doubt)
    tables = comparison_tables(results, options)
    if json:
        show(answer_text(results, tables))
    elif csv:
        show("\n\n".join(plain_lines(table_csv(table)) for table in tables))
    else:
        print_sections(compared(results, options, doubt))
    if chart is not None:
        from sim.analysis.options_text import risk_chart
        from sim.report.charts.files import write_chart

        say_boxes(write_chart(risk_chart(options, results.setting.currency), chart))
