"""The command that asks what moves a result: `sim tornado`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.arguments import check_chart, points_of
from sim.cli.options import AsCsv, Draws, File, Replace, Seed

if TYPE_CHECKING:
    from sim.analysis.chart import Chart
    from sim.analysis.drivers import DriverTornado
    from sim.analysis.results import Results
    from sim.analysis.tornado_kinds import KindTornado

tornado_app = typer.Typer()

DRAWS = 16_384
"""Futures that the answer is made of, by default."""


@tornado_app.command()
def tornado(
    file: File,
    target: Annotated[
        str,
        typer.Option(
            "--target",
            "--metric",
            help="What is moved: npv, roi, cash, gap (to the next best option), loss, wins, or any metric."
            " Default: gap, or npv with --vendor or of a single one.",
        ),
    ] = "",
    vendor: Annotated[str, typer.Option(help="The vendor; the best by mean NPV if not given.")] = "",
    group: Annotated[
        str,
        typer.Option(help="Inputs that are one bar: effects, rollout, licence, company, events ..., section, vendor."),
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="As other tools draw it: one-at-a-time, spider, spearman, regression, contribution or change."
        ),
    ] = "",
    points: Annotated[str, typer.Option(help="Percentiles for one-at-a-time and spider, such as 5,95.")] = "",
    chart: Annotated[Path | None, typer.Option(help="Also draw it into this file (.png or .svg).")] = None,
    csv: AsCsv = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    force: Replace = False,
) -> None:
    """Show what moves a result: its mean with each input low and high, and shares of the spread."""
    from sim.analysis.groups import check_groups
    from sim.analysis.target import check_target
    from sim.analysis.tornado_kinds import check_kind
    from sim.study.scenario import load

    groups = check_groups([part.strip() for part in group.split(",") if part.strip()], kind)
    percentiles = points_of(points)
    if target:
        check_target(target)
    if kind or percentiles:
        check_kind(kind, percentiles)
    if chart is not None:
        check_chart(chart, force)
    results = load(file).run(draws=draws, seed=seed)
    if kind:
        _kind(results, results.tornado_of(kind, target, vendor=vendor, points=percentiles), csv, json, chart)
    else:
        _drivers(results, results.drivers(target, vendor=vendor, groups=groups), csv, json, chart)


def _drivers(results: "Results", found: "DriverTornado", csv: bool, json: bool, chart: Path | None) -> None:
    """Show a tornado from the draws."""
    from sim.analysis.driver_table import driver_table
    from sim.report.charts.tornado import drivers_chart
    from sim.report.formats.terminal import print_drivers

    table = driver_table([found])
    if csv or json:
        head = {"title": found.target.title, "mean": found.mean, "sd": found.sd, "base_run": found.base}
        _print_data(table, {**head, "draws": found.draws}, json)
    else:
        print_drivers(found, results)
    if chart is not None:
        _draw(drivers_chart(found, results.setting.currency), chart)


def _kind(results: "Results", found: "KindTornado", csv: bool, json: bool, chart: Path | None) -> None:
    """Show a tornado of some kind."""
    from sim.analysis.driver_table import kind_table
    from sim.report.charts.tornado import kind_chart
    from sim.report.formats.terminal import print_kind

    table = kind_table(found)
    if csv or json:
        _print_data(table, {"title": found.target.title, "about": found.about, "not_shown": found.trap}, json)
    else:
        print_kind(found, results)
    if chart is not None:
        _draw(kind_chart(found, results.setting.currency), chart)


def _print_data(table: Any, head: dict[str, Any], json: bool) -> None:
    from sim.cli.arguments import plain_lines
    from sim.report.console import show
    from sim.report.formats.csv import table_csv
    from sim.report.formats.json import table_json

    show(table_json(table, head) if json else plain_lines(table_csv(table)))


def _draw(chart: "Chart", path: Path) -> None:
    from sim.report.charts.files import write_chart
    from sim.report.console import say_boxes

    say_boxes(write_chart(chart, path))
