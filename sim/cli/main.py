"""The command line: read arguments, call the library, print; heavy imports wait until a command needs them."""

import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.arguments import (
    asked_vendors,
    check_chart,
    known_vendor,
    memory_of,
    months_of,
    percentiles_of,
    plain_lines,
    rules_of,
    write_chart,
)
from sim.cli.sources import sources
from sim.errors import ScenarioError, SimError


class Exit(IntEnum):
    """What the exit code says."""

    OK = 0
    BUG = 1
    INVALID = 2
    TRIPPED = 3
    INTERRUPTED = 130


app = typer.Typer(
    name="sim",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Monte Carlo scenarios for the return on a CRM investment.",
)

Files = Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", show_default=False)]
Draws = Annotated[int, typer.Option(help="Futures to draw, at least; rounded up to whole replicates.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]
DesignName = Annotated[str, typer.Option(help="How draws fill the space of inputs: sobol, latin, random or hdr.")]
Workers = Annotated[
    int, typer.Option(help="Threads that share the work; 0 for one a processor. Numbers do not depend on it.")
]


File = Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)]
OneVendor = Annotated[str | None, typer.Option(help="The vendor; all of them if not given.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print as CSV.")]


@app.command()
def run(
    files: Files,
    draws: Draws = 65_536,
    seed: Seed = 1,
    design: DesignName = "sobol",
    percentiles: Annotated[str, typer.Option(help="Percentiles to report.")] = "5,10,25,50,75,90,95",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the report (several files: a folder each inside it). Default: reports/NAME-OF-FILE."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    inputs: Annotated[bool, typer.Option("--inputs", help="Print the inputs as asked and as sampled.")] = False,
    kpis: Annotated[
        bool, typer.Option("--kpis", help="Print key figures, such as conversion or CAC, without the CRM and with it.")
    ] = False,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON document and nothing else; a folder is written only with --out."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(help="Exit with code 3 if a vendor trips this rule, such as 'p(npv > 0) < 0.6'. May be repeated."),
    ] = None,
    sip: Annotated[
        Path | None,
        typer.Option(help="Also write inputs and results as a SIPmath 3.0 library (.json), for other tools."),
    ] = None,
    workers: Workers = 0,
    processes: Annotated[
        bool, typer.Option("--processes", help="Workers are processes, as in long runs; one may be killed.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(help="'local': the workers are a Dask cluster on this machine; needs the extra distributed."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Work on the Dask cluster of this scheduler, tcp://HOST:PORT or tls://HOST:PORT.")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(help="Folder where finished parts of each run are kept, for one that may be cut off."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the journals of a run cut off.")] = False,
    memory: Annotated[
        str, typer.Option(help="Memory a run may take, such as 500MB or 2GiB; draws beyond it are counted, not kept.")
    ] = "1GB",
    precision: Annotated[
        list[str] | None,
        typer.Option(
            help="Double the draws until 95% intervals are this narrow: '0.5%', 'p(npv > 0): 0.2%', 'mean(npv): 1%'."
            " May be repeated."
        ),
    ] = None,
    max_draws: Annotated[int, typer.Option(help="Where doubling for --precision ends.")] = 4_194_304,
    smooth: Annotated[
        str | None,
        typer.Option(
            help="Work probabilities and percentiles out exactly over this input, such as hours_saved, or 'auto': fewer"
            " draws do."
        ),
    ] = None,
) -> None:
    """Simulate scenarios: compare vendors, print the result, write a report with charts."""
    from sim.cli.run import Batch
    from sim.engine.workers import Asked

    batch = Batch(
        files=files,
        draws=draws,
        seed=seed,
        design=design,
        percentiles=percentiles_of(percentiles),
        out=out,
        force=force,
        show_inputs=inputs,
        show_kpis=kpis,
        json=json,
        quiet=quiet,
        rules=rules_of(fail_if or []),
        crew=Asked(workers, processes, cluster, scheduler),
        memory=memory_of(memory),
        sip=sip,
        journal=journal,
        resume=resume,
        precision=tuple(precision or ()),
        max_draws=max_draws,
        smooth=smooth,
    )
    raise typer.Exit(batch.run())


@app.command()
def check(files: Files) -> None:
    """Check scenario files without running them; lists every problem with its line."""
    from sim.report.console import say, show
    from sim.study.scenario import load

    failed = False
    for path in files:
        try:
            scenario = load(path)
        except ScenarioError as error:
            say(str(error))
            failed = True
            continue
        for warning in scenario.warnings:
            say(f"{warning} [warning]")
        uncertain = {i.key for case in scenario.cases.values() for i in case.inputs}
        vendors = f"{len(scenario.cases)} vendor{'s' if len(scenario.cases) > 1 else ''}"
        show(f"{path}: ok, {vendors}, {len(uncertain)} uncertain inputs")
    raise typer.Exit(Exit.INVALID if failed else Exit.OK)


@app.command()
def inputs(
    file: File,
    vendor: Annotated[str | None, typer.Option(help="Only what this vendor's value depends on.")] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Also draw a page of charts into this file (.png or .svg).")
    ] = None,
    csv: AsCsv = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing chart.")] = False,
) -> None:
    """Show every uncertain input before anything is run: range, shape, source."""
    from sim.analysis.preview import previews
    from sim.report.console import say, show
    from sim.report.formats.csv import previews_csv
    from sim.report.formats.terminal import print_previews
    from sim.study.scenario import load

    if chart is not None:
        check_chart(chart, force)
    scenario = load(file)
    for warning in scenario.warnings:
        say(f"{warning} [warning]")
    found = [p for p in previews(scenario.cases) if vendor is None or known_vendor(vendor, scenario.cases) in p.users]
    if csv:
        show(plain_lines(previews_csv(found)))
    else:
        print_previews(found, scenario.setting, list(scenario.cases))
    if chart is not None:
        from sim.report.charts.inputs import write_preview

        write_chart(chart, lambda path: write_preview(found, scenario.setting, list(scenario.cases), path))


@app.command()
def tornado(
    file: File,
    vendor: OneVendor = None,
    metric: Annotated[str, typer.Option(help="The metric: npv, roi, payback ...")] = "npv",
    chart: Annotated[Path | None, typer.Option(help="Also draw it into this file (.png or .svg).")] = None,
    csv: AsCsv = False,
    draws: Draws = 16_384,
    seed: Seed = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing chart.")] = False,
) -> None:
    """Show what moves a metric: one input at a time from its P10 to its P90."""
    from sim.analysis.results import check_metric
    from sim.report.console import show
    from sim.report.formats.csv import tornado_csv
    from sim.report.formats.terminal import print_tornado
    from sim.study.scenario import load

    check_metric(metric)
    if chart is not None:
        check_chart(chart, force)
    results = load(file).run(draws=draws, seed=seed)
    vendors = asked_vendors(vendor, results)
    if csv:
        show(plain_lines(tornado_csv(results, metric, vendors)))
    else:
        for name in vendors:
            median = results[name].statistics(metric).percentiles[50.0].value
            print_tornado(results[name].bars(metric), median, results.setting.currency)
    if chart is not None:
        from sim.report.charts.results import write_tornado

        write_chart(chart, lambda path: write_tornado(results, vendors, metric, path))


@app.command()
def levers(
    file: File,
    vendor: OneVendor = None,
    csv: AsCsv = False,
    draws: Draws = 16_384,
    seed: Seed = 1,
) -> None:
    """Show which lever makes the customer margin: leads, conversion, retention and so on; the parts add up to it."""
    from sim.report.console import show
    from sim.report.formats.csv import levers_csv
    from sim.report.formats.terminal import print_table
    from sim.report.tables.levers import ADDS_UP, lever_table
    from sim.study.scenario import load

    results = load(file).run(draws=draws, seed=seed)
    found = {name: results.lever_means(name) for name in asked_vendors(vendor, results)}
    header, rows = lever_table(found, results.setting.currency)
    if csv:
        show(plain_lines(levers_csv(found)))
    elif rows:
        print_table("What makes the customer margin", ADDS_UP, (header, rows))
    else:
        show("No lever acts on customers: leads, conversion, deal value, retention or cross-sell (see `effects`).")


@app.command()
def delay(
    file: File,
    months: Annotated[str, typer.Option(help="Months by which go-live comes later.")] = "1,2,3,6",
    vendor: OneVendor = None,
    csv: AsCsv = False,
    draws: Draws = 16_384,
    seed: Seed = 1,
) -> None:
    """Show what a later go-live costs: the mean NPV lost, in the same futures otherwise."""
    from sim.report.console import show
    from sim.report.formats.csv import delay_csv
    from sim.report.formats.terminal import print_table
    from sim.report.tables.levers import DELAY, delay_table
    from sim.study.scenario import load

    later = months_of(months)
    results = load(file).run(draws=draws, seed=seed)
    found = {name: results.cost_of_delay(name, later) for name in asked_vendors(vendor, results)}
    if csv:
        show(plain_lines(delay_csv(found)))
    else:
        print_table("Cost of delay", DELAY, delay_table(found, results.setting.currency))


@app.command()
def fit(
    file: Annotated[Path, typer.Argument(help="Table: .csv, .tsv, .txt or .xlsx.", show_default=False)],
    column: Annotated[str, typer.Option(help="The column, by its heading; in a workbook also 'Sheet!heading'.")],
    family: Annotated[
        list[str] | None, typer.Option(help="Fit only this family, such as gamma. May be repeated.")
    ] = None,
    bounds: Annotated[str | None, typer.Option(help="Limits of what can happen, such as 0%,100% or '0,'.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Families to test and show.")] = 5,
    chart: Annotated[Path | None, typer.Option(help="Draw the best fits into this file (.png or .svg).")] = None,
    seed: Seed = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing chart.")] = False,
) -> None:
    """Fit distributions to a column of data: which family, how well, and the YAML to paste."""
    from sim.cli.fit import fit_column, fit_json, fit_text
    from sim.report.console import show

    if chart is not None:
        check_chart(chart, force)
    found = fit_column(file, column, families=family or [], bounds=bounds, top=top, seed=seed)
    show(fit_json(found, top) if json else fit_text(found, top))
    if chart is not None:
        from sim.report.charts.fit import write_fits

        seen = found.seen
        write_chart(
            chart,
            lambda path: write_fits(
                found.fits, seen.present, path, name=found.name, unit=seen.unit, currency=seen.currency
            ),
        )


app.add_typer(sources)


def _version(value: bool) -> None:
    if value:
        from sim.version import __version__

        typer.echo(f"crm-roi-sim {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Monte Carlo scenarios for the return on a CRM investment."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; the user's errors become a message and exit code 2."""
    try:
        app(args=arguments, standalone_mode=True)
    except SimError as error:
        from sim.report.console import say

        say(str(error) if isinstance(error, ScenarioError) else f"sim: {error}")
        sys.exit(Exit.INVALID)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.OK)
