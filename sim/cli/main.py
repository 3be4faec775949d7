"""The command line: read arguments, call the library, print; heavy imports wait until a command needs them."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.arguments import (
    memory_of,
    percentiles_of,
    rules_of,
)
from sim.cli.breakeven import breakeven
from sim.cli.compare import comparing
from sim.cli.exits import Exit
from sim.cli.insight import insight
from sim.cli.options import DesignName, Draws, Files, Seed, Workers
from sim.cli.sources import sources
from sim.cli.stress import stress
from sim.cli.tornado import tornado_app
from sim.engine.recipe import CLUSTER_WAIT, DRAWS, MEMORY, MOST_DOUBLED, PERCENTILES, Recipe
from sim.errors import ScenarioError, SimError
from sim.report.streams import FULL, cannot_print, give_up, open_streams
from sim.sampling.design import Design

app = typer.Typer(
    name="sim",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Monte Carlo scenarios for the return on a CRM investment.",
)


@app.command()
def run(
    files: Files,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    design: DesignName = Design.SOBOL.value,
    percentiles: Annotated[str, typer.Option(help="Percentiles to report.")] = ",".join(f"{q:g}" for q in PERCENTILES),
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
        typer.Option(help="Exit with code 3 if a vendor trips this rule, such as 'p(npv > 0) < 60%'. May be repeated."),
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
    cluster_wait: Annotated[
        float, typer.Option(help="Seconds that a cluster's scheduler may take, and a worker where there is none.")
    ] = CLUSTER_WAIT,
    journal: Annotated[
        Path | None,
        typer.Option(help="Folder where finished parts of each run are kept, for one that may be cut off."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the journals of a run cut off.")] = False,
    memory: Annotated[
        str, typer.Option(help="Memory a run may take, such as 500MB or 2GiB; draws beyond it are counted, not kept.")
    ] = f"{MEMORY // 10**9}GB",
    precision: Annotated[
        list[str] | None,
        typer.Option(
            help="Double the draws until 95% intervals are this narrow: '0.5%', 'p(npv > 0): 0.2%', 'mean(npv): 1%'."
            " May be repeated."
        ),
    ] = None,
    max_draws: Annotated[int, typer.Option(help="Where doubling for --precision ends.")] = MOST_DOUBLED,
    smooth: Annotated[
        str | None,
        typer.Option(
            help="Work probabilities and percentiles out exactly over this input, such as hours_saved, or 'auto': fewer"
            " draws do."
        ),
    ] = None,
) -> None:
    """Simulate scenarios: compare vendors, print the result, write a report with charts."""
    from sim.cli.run import Batch, Journals, Output
    from sim.engine.workers import WorkersWanted

    recipe = Recipe(
        draws=draws,
        seed=seed,
        design=design,  # type: ignore[arg-type]  # a name becomes a design, or is refused
        percentiles=percentiles_of(percentiles),
        precision=tuple(precision or ()),
        max_draws=max_draws,
        smooth=smooth,
    )
    batch = Batch(
        files=files,
        recipe=recipe,
        memory=memory_of(memory),
        asked=WorkersWanted(workers, processes, cluster, scheduler, cluster_wait),
        journals=Journals(journal, resume),
        output=Output(out, sip, force=force, inputs=inputs, kpis=kpis, json=json, quiet=quiet),
        rules=rules_of(fail_if or []),
    )
    raise typer.Exit(batch.run())


@app.command()
def check(files: Files) -> None:
    """Check scenario files without running them; lists every problem with its line."""
    from sim.cli.crash import say_crash
    from sim.report.console import say_error, say_warnings, show_line
    from sim.study.scenario import load

    failed, crashed = False, False
    for path in files:
        try:
            scenario = load(path)
        except ScenarioError as error:
            say_error(error)
            failed = True
            continue
        except Exception as error:
            say_crash(error, f"{path}: ")
            crashed = True
            continue
        say_warnings(scenario.warnings)
        uncertain = {key for case in scenario.cases.values() for key in case.varying}
        vendors = f"{len(scenario.cases)} vendor{'s' if len(scenario.cases) > 1 else ''}"
        show_line(f"{path}: ok, {vendors}, {len(uncertain)} uncertain input{'s' if len(uncertain) != 1 else ''}")
    raise typer.Exit(Exit.BUG if crashed else Exit.INVALID if failed else Exit.OK)


app.add_typer(comparing)
app.add_typer(tornado_app)
app.add_typer(insight)
app.add_typer(breakeven)
app.add_typer(stress)
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
    """Run the command line; the user's errors become a message and exit code 2, the program's own a message and 1."""
    open_streams()
    try:
        app(args=arguments, standalone_mode=True)
    except SimError as error:
        from sim.report.console import say_error

        say_error(error, "" if isinstance(error, ScenarioError) else "sim: ")
        give_up(sys.stdout)
        sys.exit(Exit.INVALID)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        give_up(sys.stdout)
        sys.exit(Exit.OK)
    except Exception as error:
        from sim.cli.crash import say_crash
        from sim.report.console import say

        full = isinstance(error, OSError) and error.filename is None and error.errno in FULL
        if full:
            say(f"sim: {cannot_print(error)}")  # type: ignore[arg-type]  # it is an OSError
        else:
            say_crash(error, "sim: ")
        give_up(sys.stdout)
        sys.exit(Exit.INVALID if full else Exit.BUG)
