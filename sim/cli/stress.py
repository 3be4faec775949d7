"""`sim stress`: what the worst futures of a vendor are made of, and what becomes of every option under stress."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.arguments import check_chart, known_vendor, plain_lines
from sim.cli.options import AsCsv, Draws, File, Replace, Seed
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.analysis.stress import StressTest
    from sim.analysis.tail import Tail

stress = typer.Typer()

DRAWS = 16_384
"""Futures that the answer is made of, by default."""

HOW = "write 'Weak rollout: adoption = below p20; overrun = 1.8'"


@stress.command("stress")
def stress_command(
    file: File,
    stresses: Annotated[
        list[str] | None,
        typer.Option(
            "--stress",
            help="Also put every option under this stress: 'NAME: INPUT = WHAT; INPUT = WHAT'. WHAT is a band of the"
            " input's percentiles (p0..p20, below p20, above p80), a value (1.8, 40%), yes or no for an event, or a law"
            " ({dist: pert, low: 10%, mode: 40%, high: 70%}). INPUT is a name of `sim inputs FILE`; 'overrun of VENDOR'"
            " for one vendor's alone. May be repeated.",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            help="How stresses are made: 're-run' values every vendor again; 'reweighting' weighs futures as drawn."
        ),
    ] = "re-run",
    vendor: Annotated[
        str | None, typer.Option(help="Whose worst futures; those of the highest mean NPV if not given.")
    ] = None,
    level: Annotated[float, typer.Option(help="Percent of the futures that are called the worst ones.")] = 10.0,
    chart: Annotated[
        Path | None,
        typer.Option(help="Also draw it into this file (.png or .svg): the stresses, or else the worst futures."),
    ] = None,
    csv: AsCsv = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    force: Replace = False,
) -> None:
    """Show which inputs make the worst futures, where the loss comes from, and what a stress does to every option.

    As CSV: the stresses if some are given, else the worst futures.
    """
    from sim.analysis.stress import LAYOUT
    from sim.report.console import show
    from sim.report.formats.csv import table_csv
    from sim.report.formats.json import answer_text
    from sim.report.formats.terminal import print_section
    from sim.study.scenario import load

    asked = _asked(stresses or [])
    if csv and json:
        raise UsageError("--csv and --json: one of them")
    if chart is not None:
        check_chart(chart, force)
    results = load(file).run(draws=draws, seed=seed)
    tail = results.tail(None if vendor is None else known_vendor(vendor, results), level)
    tests = [results.stress(asked, by=by)] if asked else []
    answers: list[Tail | StressTest] = [tail, *tests]
    if json:
        show(answer_text(results, (answer.table for answer in answers)))
    elif csv:
        show(plain_lines(table_csv(answers[-1].table)))
    else:
        for place, answer in enumerate(answers):
            if place:
                show("")
            print_section(answer.section, LAYOUT)
    if chart is not None:
        from sim.report.charts.files import write_chart
        from sim.report.console import say_boxes

        say_boxes(write_chart(answers[-1].chart, chart))


def _asked(texts: list[str]) -> dict[str, dict[str, object]]:
    """Read stresses by name.

    Raises:
        UsageError: one cannot be read, or two have the same name.
    """
    asked: dict[str, dict[str, object]] = {}
    for text in texts:
        name, changes = stress_of(text)
        if name in asked:
            raise UsageError(f"two stresses are called '{name}' (give each a name of its own)")
        asked[name] = changes
    return asked


def stress_of(text: str) -> tuple[str, dict[str, object]]:
    """Read a stress: its name, the text itself if it has none, and what becomes of each input by name.

    Raises:
        UsageError: it cannot be read.

    Example:
        >>> stress_of("Weak rollout: adoption = below p20; overrun = 1.8")
        ('Weak rollout', {'adoption': 'below p20', 'overrun': '1.8'})
    """
    head, sign, _ = text.partition("=")
    name, colon, _ = head.partition(":")
    if not sign or (colon and not name.strip()):
        raise UsageError(f"cannot read the stress '{text}' ({HOW})")
    rest = text[len(name) + 1 :] if colon else text
    changes: dict[str, object] = {}
    for part in _parts(rest):
        called, sign, what = (piece.strip() for piece in part.partition("="))
        if not (called and sign and what):
            raise UsageError(f"stress '{text}': cannot read '{part.strip()}' ({HOW})")
        if called in changes:
            raise UsageError(f"stress '{text}': '{called}' is changed twice (keep one)")
        changes[called] = _law(what, text) if what.startswith("{") else what
    return (name if colon else text).strip(), changes


def _parts(text: str) -> list[str]:
    """Cut a text at its semicolons; those inside braces hold a law together."""
    return [part for part in re.findall(r"(?:\{.*?\}+|[^;])+", text) if part.strip()]


def _law(what: str, text: str) -> object:
    """Read a law as a scenario file writes it.

    Raises:
        UsageError: it is no YAML.
    """
    from sim.scenario.tree import parse

    tree = parse(f"law: {what}", [], shown="")
    law = tree.plain()["law"] if tree is not None else None
    if not isinstance(law, dict):
        raise UsageError(
            f"stress '{text}': cannot read the law '{what}' (write {{dist: pert, low: ..., mode: ..., high: ...}})"
        )
    return law
