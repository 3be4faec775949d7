"""The commands on what a scenario is made of: fits, priors, prices, features, the schema, files to start from."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.arguments import check_chart, plain_lines
from sim.cli.options import Replace, Seed
from sim.errors import UsageError

sources = typer.Typer()


class Kept(Enum):
    """Rows of a table that are no observations unless they are said to be."""

    HIDDEN = "hidden"
    TOTALS = "totals"


@sources.command()
def fit(
    file: Annotated[Path, typer.Argument(help="Table: .csv, .tsv, .txt or .xlsx.", show_default=False)],
    column: Annotated[str, typer.Option(help="The column, by its heading; in a workbook also 'Sheet!heading'.")],
    family: Annotated[
        list[str] | None, typer.Option(help="Fit only this family, such as gamma. May be repeated.")
    ] = None,
    bounds: Annotated[str | None, typer.Option(help="Limits of what can happen, such as 0%,100% or '0,'.")] = None,
    decimal: Annotated[
        str | None, typer.Option(help="The mark before decimals, '.' or ',', where no cell shows which.")
    ] = None,
    keep: Annotated[
        list[Kept] | None, typer.Option(help="Keep rows that are hidden, or that look like totals. May be repeated.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Families to test and show.")] = 5,
    chart: Annotated[Path | None, typer.Option(help="Draw the best fits into this file (.png or .svg).")] = None,
    seed: Seed = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    force: Replace = False,
) -> None:
    """Fit distributions to a column of data: which family, how well, and the YAML to paste."""
    from sim.cli.fit import fit_column, fit_json, fit_text
    from sim.report.console import say_boxes, show

    if chart is not None:
        check_chart(chart, force)
    kept = {rows.value for rows in keep or []}
    fitted = fit_column(
        file, column, families=family or [], bounds=bounds, top=top, seed=seed, decimal=decimal, keep=kept
    )
    show(fit_json(fitted, top) if json else fit_text(fitted, top))
    if chart is not None:
        from sim.report.charts.files import write_chart
        from sim.report.charts.fit import fit_chart

        seen = fitted.seen
        drawing = fit_chart(fitted.fits, seen.present, name=fitted.name, unit=seen.unit, currency=seen.currency)
        say_boxes(write_chart(drawing, chart))


@sources.command()
def priors(
    word: Annotated[
        str, typer.Argument(help="Name of a prior, or a word to look for; all if not given.", show_default=False)
    ] = "",
) -> None:
    """List default distributions with source and grade; with a name, everything about one."""
    from sim.cli.evidence import priors_lines
    from sim.report.console import page_width, show

    show("\n".join(priors_lines(word, page_width())))


@sources.command()
def vendors(
    name: Annotated[
        str | None, typer.Argument(help="Vendor, such as vtiger; all if not given.", show_default=False)
    ] = None,
) -> None:
    """List list prices by vendor and edition, with their age, grade and source."""
    from datetime import date

    from sim.cli.evidence import vendors_lines
    from sim.report.console import page_width, show

    show("\n".join(vendors_lines(name, date.today(), page_width())))


@sources.command()
def features() -> None:
    """Show the ten features that drive a return: what each may move, by how much, and the source."""
    from sim.cli.features import features_text
    from sim.report.console import show

    show(features_text())


@sources.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.report.console import show
    from sim.scenario.schema import schema_text

    show(schema_text().rstrip("\n"))


@sources.command()
def init(
    industry: Annotated[
        str | None,
        typer.Option(
            help="Baseline of a made-up firm: retail, finance, hospitality, insurance, consulting, manufacturing,"
            " wholesale or software."
        ),
    ] = None,
    size: Annotated[str | None, typer.Option(help="small, medium (if not given) or large; with --industry.")] = None,
    vendors: Annotated[
        str | None,
        typer.Option(help="Vendors of the price catalogue, such as vtiger/enterprise,hubspot; with --industry."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; printed if not given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented scenario that runs as it is: a starter, or a preset by industry, size and vendors."""
    from sim.report.console import say, show
    from sim.study.folder import write_whole

    text = _initial(industry, size, vendors)
    if out is None:
        show(text.rstrip("\n"))
        return
    write_whole(out, text, force=force)
    say(f"Wrote {out}. Next: sim run {out}")


def _initial(industry: str | None, size: str | None, vendors: str | None) -> str:
    from sim.scenario.evidence.presets import SIZE, preset_text
    from sim.scenario.evidence.starter import starter_text

    if industry is not None:
        names = [] if vendors is None else [name.strip() for name in vendors.split(",")]
        return preset_text(industry, SIZE if size is None else size, names)
    for option, value in (("--size", size), ("--vendors", vendors)):
        if value is not None:
            raise UsageError(f"{option} goes with --industry (such as: sim init --industry retail {option} {value})")
    return starter_text()


@sources.command()
def calibrate(
    draws: Annotated[int, typer.Option(help="Futures of each preset, at least.")] = 4096,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1,
    csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
) -> None:
    """Hold the default priors against surveys of CRM projects: simulate every preset."""
    from sim.cli.calibration import calibration_csv, calibration_text
    from sim.report.console import progress, show
    from sim.study.calibration import calibrate as simulate

    with progress("Presets") as report:
        calibration = simulate(draws=draws, seed=seed, progress=report)
    show(plain_lines(calibration_csv(calibration)) if csv else calibration_text(calibration))
