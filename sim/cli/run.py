"""Several scenario files in a row: each with its report, one table over all, and one exit code."""

import json
import sys
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from sim.analysis.results import Results
from sim.analysis.rules import Rule
from sim.engine.workers import Asked, Crew, crew
from sim.errors import SimError, UsageError
from sim.numbers.writing import rate
from sim.report.console import progress, say, show
from sim.report.contents import data
from sim.report.escape import slugs
from sim.report.formats.csv import table_csv
from sim.report.formats.json import document
from sim.report.formats.terminal import print_headline, print_inputs, print_kpis, print_summary, print_yearly
from sim.report.tables.summary import Row, summary_lines, summary_rows, summary_shown, summary_table
from sim.report.write import write
from sim.study.folder import MARK, check_free, check_new, write_whole
from sim.study.scenario import MAX_DRAWS, load

REPORTS = Path("reports")
SUMMARY = "summary.csv"
INVALID, TRIPPED = 2, 3


@dataclass
class Batch:
    """What `sim run` was asked for, and what became of it."""

    files: list[Path]
    draws: int
    seed: int
    design: str
    percentiles: tuple[float, ...]
    out: Path | None
    force: bool
    show_inputs: bool
    show_kpis: bool
    json: bool
    quiet: bool
    rules: tuple[Rule, ...]
    crew: Asked
    memory: int
    sip: Path | None = None
    journal: Path | None = None
    resume: bool = False
    precision: tuple[str, ...] = ()
    max_draws: int = MAX_DRAWS
    smooth: str | None = None
    rows: list[Row] = field(default_factory=list)
    """Of the table over all files; the draws of a file go when its report is written."""
    lines: list[Row] = field(default_factory=list)
    """Of the same table as CSV."""
    documents: list[dict[str, Any]] = field(default_factory=list)
    failed: list[Path] = field(default_factory=list)
    tripped: bool = False

    def run(self) -> int:
        """Run every file; a bad one fails alone. Gives the exit code."""
        folders = self._folders()
        if self.resume and self.journal is None:
            raise UsageError("--resume goes on with a journal (say with --journal which folder it is in)")
        if self.sip is not None:
            self._check_sip(self.sip)
        if folders:
            Thread(target=import_module, args=("matplotlib.figure",), daemon=True).start()  # while the numbers run
        with crew(self.crew) as ours:
            for path in self.files:
                try:
                    self._one(path, folders.get(path), ours)
                except SimError as error:
                    say(str(error) if str(error).startswith(str(path)) else f"{path}: {error}")
                    self.failed.append(path)
        self._close(folders)
        return INVALID if self.failed else TRIPPED if self.tripped else 0

    def _one(self, path: Path, folder: Path | None, ours: Crew) -> None:
        scenario = load(path)
        if folder is not None:
            check_free(folder, force=self.force)
        for warning in scenario.warnings:
            self._tell(f"{warning} [warning]")
        map_ = ours.map_for(self.draws * len(scenario.cases), self.memory)
        with progress(path.name, hidden=self.quiet) as report:
            results = scenario.run(
                draws=self.draws,
                seed=self.seed,
                design=self.design,
                percentiles=self.percentiles,
                workers=ours.workers,
                map_=map_,
                memory=self.memory,
                progress=report,
                precision=self.precision,
                max_draws=self.max_draws,
                journal=self._journals.get(path),
                resume=self.resume,
                smooth=self.smooth,
            )
        if self.precision:
            self._tell_precision(path, results)
        elif results.run.draws != self.draws:
            self._tell(f"{path}: {self.draws:,} draws asked, {results.run.draws:,} made (whole replicates)")
        if folder is not None:
            write(results, folder, force=self.force)
        if self.sip is not None:
            self._write_sip(results, self.sip)
        self._remember(path, results)
        if not self.json and not self.quiet:
            self._print(results, folder)
        self._judge(path, results)

    def _remember(self, path: Path, results: Results) -> None:
        if self.json:
            self.documents.append(document(results, data(results)))
        if len(self.files) > 1:
            self.rows += summary_rows(results)
            self.lines += summary_lines(str(path), results)

    def _tell_precision(self, path: Path, results: Results) -> None:
        self._tell(f"{path}: {results.run.draws:,} draws made for the precision asked")
        if results.misses:
            limits = "--max-draws" if results.run.smoothed is None else "--max-draws, --memory"
            self._tell(f"{path}: not as close as asked at that number ({limits}): {'; '.join(results.misses)}")

    def _check_sip(self, path: Path) -> None:
        if len(self.files) > 1:
            raise UsageError("--sip writes one library (give one scenario file)")
        check_new(path, force=self.force)

    def _write_sip(self, results: Results, path: Path) -> None:
        """Write the run as a SIPmath library, and say what it does not hold and where it is roughest."""
        from sim.report.sipmath.library import library, library_text

        found = library(results, date.today().isoformat())
        write_whole(path, library_text(found), force=self.force)
        self._tell(f"SIPmath library: {path}")
        if found.left_out:
            self._tell(f"  left out, infinite or the same in every future: {', '.join(found.left_out)}")
        if found.approximate:
            names = ", ".join(found.approximate)
            self._tell(f"  tied by a t copula or rows of a table, written with a Gaussian copula instead: {names}")
        share, name = found.misfit
        self._tell(f"  roughest metalog: {name}, off by up to {rate(share)} of its P10 to P90")

    def _print(self, results: Results, folder: Path | None) -> None:
        print_headline(results)
        if results.setting.tei:
            print_yearly(results)
        if self.show_inputs:
            print_inputs(results)
        if self.show_kpis:
            print_kpis(results)
        if folder is not None:
            show(f"Report and charts: {folder}/")

    def _judge(self, path: Path, results: Results) -> None:
        for rule in self.rules:
            for vendor in rule.tripped_by(results):
                say(f"{path}: {vendor}: tripped --fail-if '{rule.text}'")
                self.tripped = True

    def _close(self, folders: dict[Path, Path]) -> None:
        if self.json and (self.documents or len(self.files) > 1):
            every = {"schema_version": 1, "scenarios": self.documents}
            whole = self.documents[0] if len(self.files) == 1 else every
            show(json.dumps(whole, indent=1, allow_nan=False, ensure_ascii=sys.stdout.encoding.lower() != "utf-8"))
        if self.rows and not self.json and not self.quiet:
            print_summary(summary_shown(self.rows))
        if folders and self.lines:
            summary = next(iter(folders.values())).parent / SUMMARY
            write_whole(summary, "\ufeff" + table_csv(summary_table(self.lines)), force=True)
            self._tell(f"One table over all: {summary}")
        if self.failed and len(self.files) > 1:
            say(f"{len(self.failed)} of {len(self.files)} files failed: {', '.join(str(p) for p in self.failed)}")

    def _tell(self, text: str) -> None:
        if not self.quiet:
            say(text)

    @cached_property
    def _journals(self) -> dict[Path, Path]:
        """Each file's journal, if journals are kept."""
        if self.journal is None:
            return {}
        return {path: self.journal / f"{name}.journal" for path, name in self._names.items()}

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
        if self.out is None and self.json:
            return {}
        if len(self.files) == 1 and self.out is not None:
            return {self.files[0]: self.out}
        base = self.out or REPORTS
        if self.out is not None and (base / MARK).exists():
            raise UsageError(
                f"{base} is the report of one scenario; several files need a folder of their own around theirs"
            )
        return {path: base / name for path, name in self._names.items()}
