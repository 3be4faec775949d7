"""Several scenario files in a row: each with its report, one table over all, and one exit code."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from sim.analysis.results import Results
from sim.analysis.rules import Rule
from sim.cli.crash import say_crash
from sim.cli.exits import Exit
from sim.engine.journal import Journal
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.workers import Workers, WorkersWanted, workers_for
from sim.errors import SimError, UsageError
from sim.numbers.writing import rate
from sim.report.console import progress, say, say_boxes, say_error, say_warnings, show, show_line
from sim.report.contents import data
from sim.report.escape import slugs
from sim.report.formats.csv import table_csv
from sim.report.formats.json import document, printed
from sim.report.formats.terminal import print_headline, print_inputs, print_kpis, print_summary, print_yearly
from sim.report.tables.summary import Row, summary_lines, summary_rows, summary_shown, summary_table
from sim.report.write import write_into
from sim.study.folder import MARK, Place, check_new, write_whole
from sim.study.scenario import Scenario, load

REPORTS = Path("reports")
SUMMARY = "summary.csv"


@dataclass(frozen=True)
class Output:
    """What is written and printed."""

    out: Path | None = None
    """Folder of the report, or of those of several files."""
    sip: Path | None = None
    """File of a SIPmath library."""
    force: bool = False
    inputs: bool = False
    kpis: bool = False
    json: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Journals:
    """Where finished parts of runs are kept, and whether to go on with them.

    Raises:
        UsageError: there is nothing to go on with.
    """

    folder: Path | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        """Check that a run to go on with can be found."""
        if self.resume and self.folder is None:
            raise UsageError("--resume goes on with a journal (say with --journal which folder it is in)")

    def of(self, name: str) -> Journal | None:
        """Give the journal of a file that goes by a name, if journals are kept."""
        return None if self.folder is None else Journal(self.folder / f"{name}.journal", resume=self.resume)


@dataclass
class Batch:
    """Several scenario files by one recipe, and what became of them."""

    files: list[Path]
    recipe: Recipe
    memory: int
    asked: WorkersWanted
    journals: Journals
    output: Output
    rules: tuple[Rule, ...]
    rows: list[Row] = field(default_factory=list)
    """Rows of the table over all files; the draws of a file go when its report is written."""
    lines: list[Row] = field(default_factory=list)
    """Rows of the same table as a CSV file has them."""
    documents: list[dict[str, Any]] = field(default_factory=list)
    """The JSON document of each file."""
    failed: list[Path] = field(default_factory=list)
    """Files that did not run."""
    crashed: list[Path] = field(default_factory=list)
    """Files at which the program failed."""
    tripped: bool = False
    """Whether a vendor of any file tripped a rule."""

    def run(self) -> int:
        """Run every file; a bad one fails alone. Gives the exit code."""
        folders = self._folders()
        if self.output.sip is not None:
            self._check_sip(self.output.sip)
        if folders:
            Thread(target=import_module, args=("matplotlib.figure",), daemon=True).start()  # while the numbers run
        with workers_for(self.asked) as ours:
            for path in self.files:
                try:
                    self._one(path, folders.get(path), ours)
                except SimError as error:
                    say_error(error, "" if str(error).startswith(str(path)) else f"{path}: ")
                    self.failed.append(path)
                except Exception as error:
                    say_crash(error, f"{path}: ")
                    self.crashed.append(path)
        try:
            self._close(folders)
        except SimError as error:
            if not self.crashed:
                raise
            say_error(error, "sim: ")
        if self.crashed:
            return Exit.BUG
        return Exit.INVALID if self.failed else Exit.TRIPPED if self.tripped else Exit.OK

    def _one(self, path: Path, folder: Path | None, ours: Workers) -> None:
        scenario = load(path)
        if not self.output.quiet:
            say_warnings(scenario.warnings)
        with nullcontext() if folder is None else Place(folder, force=self.output.force) as place:
            results = self._run(scenario, path, ours)
            self._tell_draws(path, results)
            self._write(results, place)
        self._remember(path, results)
        if not self.output.json and not self.output.quiet:
            self._print(results, folder)
        self._judge(path, results)

    def _run(self, scenario: Scenario, path: Path, ours: Workers) -> Results:
        map_ = ours.map_for(self.recipe.draws * len(scenario.cases), self.memory)
        journal = self.journals.of(self._names[path])
        with progress(path.name, hidden=self.output.quiet) as report:
            means = Means(ours.workers, map_, memory=self.memory, journal=journal, progress=report)
            return scenario.run(self.recipe, means)

    def _write(self, results: Results, place: Place | None) -> None:
        if place is not None:
            say_boxes(write_into(results, place))
        if self.output.sip is not None:
            self._write_sip(results, self.output.sip)

    def _remember(self, path: Path, results: Results) -> None:
        if self.output.json:
            self.documents.append(document(results, data(results)))
        if len(self.files) > 1:
            self.rows += summary_rows(results)
            self.lines += summary_lines(str(path), results)

    def _tell_draws(self, path: Path, results: Results) -> None:
        """Say how many draws were made, if not as many as asked for."""
        drawn, asked = results.run.draws, self.recipe.draws
        if self.recipe.precision:
            self._tell_precision(path, results)
        elif drawn != asked:
            self._tell(f"{path}: {asked:,} draws asked, {drawn:,} made (whole replicates)")

    def _tell_precision(self, path: Path, results: Results) -> None:
        self._tell(f"{path}: {results.run.draws:,} draws made for the precision asked")
        if results.misses:
            limits = "--max-draws" if results.run.smoothed is None else "--max-draws, --memory"
            self._tell(f"{path}: not as close as asked at that number ({limits}): {'; '.join(results.misses)}")

    def _check_sip(self, path: Path) -> None:
        if len(self.files) > 1:
            raise UsageError("--sip writes one library (give one scenario file)")
        check_new(path, force=self.output.force)

    def _write_sip(self, results: Results, path: Path) -> None:
        """Write the run as a SIPmath library, and say what it does not hold and where it is roughest."""
        from sim.report.sipmath.library import library, library_text

        document = library(results, date.today().isoformat())
        write_whole(path, library_text(document), force=self.output.force)
        self._tell(f"SIPmath library: {path}")
        if document.left_out:
            self._tell(f"  left out, infinite or the same in every future: {', '.join(document.left_out)}")
        if document.approximate:
            names = ", ".join(document.approximate)
            self._tell(f"  tied by a t copula or rows of a table, written with a Gaussian copula instead: {names}")
        share, name = document.misfit
        if name:
            self._tell(f"  roughest metalog: {name}, off by up to {rate(share)} of its P10 to P90")

    def _print(self, results: Results, folder: Path | None) -> None:
        print_headline(results)
        if results.setting.tei:
            print_yearly(results)
        if self.output.inputs:
            print_inputs(results)
        if self.output.kpis:
            print_kpis(results)
        if folder is not None:
            show_line(f"Report and charts: {folder}/")

    def _judge(self, path: Path, results: Results) -> None:
        """Say which vendors trip which rule.

        Raises:
            UsageError: rules that have no answer, all of them.
        """
        unanswered = []
        for rule in self.rules:
            try:
                tripped = rule.tripped_by(results)
            except UsageError as error:
                unanswered.append(str(error))
                continue
            for vendor in tripped:
                say(f"{path}: {vendor}: tripped --fail-if '{rule.text}'")
                self.tripped = True
        if unanswered:
            raise UsageError("; ".join(unanswered))

    def _close(self, folders: dict[Path, Path]) -> None:
        if folders and self.lines:
            summary = next(iter(folders.values())).parent / SUMMARY
            write_whole(summary, "\ufeff" + table_csv(summary_table(self.lines)), force=True)
            self._tell(f"One table over all: {summary}")
        if self.output.json and (self.documents or len(self.files) > 1):
            every = {"schema_version": 1, "scenarios": self.documents}
            whole = self.documents[0] if len(self.files) == 1 else every
            show(printed(whole, ascii_only=sys.stdout.encoding.lower() != "utf-8"))
        if self.rows and not self.output.json and not self.output.quiet:
            print_summary(summary_shown(self.rows))
        if (lost := [*self.failed, *self.crashed]) and len(self.files) > 1:
            say(f"{len(lost)} of {len(self.files)} files failed: {', '.join(map(str, lost))}")

    def _tell(self, text: str) -> None:
        if not self.output.quiet:
            say(text)

    @cached_property
    def _names(self) -> dict[Path, str]:
        """A name for each file that may stand for it among files: without its folder if that is enough."""
        names = slugs([path.stem for path in self.files])
        if len(names) == len(self.files):
            return {path: names[path.stem] for path in self.files}
        names = slugs([str(path.with_suffix("")) for path in self.files])
        return {path: names[str(path.with_suffix(""))] for path in self.files}

    def _folders(self) -> dict[Path, Path]:
        """Give each file its report folder; none if only JSON is wanted."""
        if len(set(self.files)) < len(self.files):
            raise UsageError("a file is named twice")
        if self.output.out is None and self.output.json:
            return {}
        if len(self.files) == 1 and self.output.out is not None:
            return {self.files[0]: self.output.out}
        base = self.output.out or REPORTS
        if self.output.out is not None and (base / MARK).exists():
            raise UsageError(
                f"{base} is the report of one scenario; several files need a folder of their own around theirs"
            )
        return {path: base / name for path, name in self._names.items()}
