"""Scenario files: `load` one, `run` it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Unpack

from sim.analysis.precision import Goal, misses, parse_goals
from sim.analysis.results import Results
from sim.analysis.smooth_choice import simulate_smoothed
from sim.distributions import Distribution
from sim.engine.draws import Run
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.errors import Problem, UsageError, suggestion
from sim.model.case import Case
from sim.model.line import Line, drawn_keys
from sim.model.probe import Probe
from sim.model.setting import Setting
from sim.sampling.draws import Input
from sim.scenario.cases.probe import probed
from sim.scenario.cases.streams import stream_of
from sim.scenario.loading import load_file
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.shapes.key_figures import records_of
from sim.scenario.shapes.rows import Method
from sim.study.options import Options, recipe_and_means


@dataclass(frozen=True)
class Scenario:
    """A scenario that can run: a case a vendor, and what the numbers refer to."""

    setting: Setting
    cases: dict[str, Case]
    warnings: tuple[Problem, ...] = ()
    idle: Mapping[str, str] = field(default_factory=dict)
    """Inputs that the file correlates and no vendor uses, and with what: lines added later cannot draw them."""
    file: ScenarioFile | None = field(default=None, repr=False, compare=False)
    """What the file says; None for cases that come from no file."""

    def run(self, recipe: Recipe | None = None, means: Means | None = None, **options: Unpack[Options]) -> Results:
        """Simulate every vendor in the same futures.

        Args:
            recipe: all that decides the numbers; made of the keyword arguments if not given.
            means: how it is done; made of the keyword arguments if not given.
            options: instead of either, by keyword:
                draws: futures to draw, at least; rounded up to whole replicates.
                seed: any whole number; the same seed gives the same numbers.
                design: how draws fill the space of inputs: sobol, latin, random or hdr.
                percentiles: which ones summaries show.
                precision: how wide the 95 % intervals may be, such as "0.5%", "p(npv > 0): 0.2%" or "mean(npv): 1%".
                    Draws are doubled until all of them are met; `Results.misses` names those that were not.
                max_draws: where doubling ends.
                smooth: an input that probabilities and percentiles are worked out over exactly instead of drawing it,
                    by its name, or "auto" for the one of those that can be which moves the NPV most.
                workers: threads that share the work; the numbers do not depend on it.
                map_: another way to share it, called like the built-in `map`.
                blocks_per_task: how much work is handed over at a time; the numbers do not depend on it.
                memory: bytes that the run may take; draws that have no room are counted instead of kept.
                progress: called with the share of the work done; with `precision`, of each doubling.
                journal: a file that finished parts are written to, for a run that may be cut off.
                resume: whether to go on with a journal that is there.

        Raises:
            UsageError: an argument that makes no sense, or an input that cannot be integrated out.
            JournalError: the journal is there already, of another run, damaged, or cannot be written.
        """
        recipe, means = recipe_and_means(recipe, means, options)
        goals = parse_goals(recipe.precision, self.setting.payback_within)
        enough = (lambda run: not self._results(run, goals).misses) if goals else None
        return self._results(simulate_smoothed(self.cases, recipe, means, enough=enough), goals)

    def _results(self, run: Run, goals: Sequence[Goal]) -> Results:
        results = Results(self.cases, run, self.setting, probe=self.probe)
        results.misses = tuple(f"{vendor}: {goal.statistic.text}" for vendor, goal in misses(goals, results))
        return results

    def probe(self, vendor: str, whats: Sequence[str]) -> Probe:
        """Give the cases in which numbers of a vendor, by their places in the file, can be set to any value.

        Raises:
            UsageError: an unknown vendor, or a number that it does not have or shares with others through an input.
        """
        if vendor not in self.cases:
            raise UsageError(f"no vendor is called '{vendor}'{suggestion(vendor, self.cases)}")
        if self.file is None:
            raise UsageError("a number is set by its place in a file, and these cases come from none")
        return probed(self.file, self.cases, vendor, whats)

    def with_lines(
        self,
        *lines: Line,
        vendors: Sequence[str] | None = None,
        inputs: Mapping[str, Distribution] | None = None,
    ) -> "Scenario":
        """Give the scenario with lines of your own added: instances of a subclass of `sim.Line`.

        Args:
            lines: benefits or costs; `Drawn(key)` in a field stands for an input.
            vendors: whose they are; every vendor's if not given.
            inputs: uncertain numbers of the lines by key, drawn once for all vendors. Keys of the file's inputs, as
                `inputs()` of a result shows them, need no entry.

        Raises:
            UsageError: an unknown vendor, an input that is not there, or one that the file correlates and no vendor
                uses, or a name that a line has already.
        """
        wanted = list(self.cases) if vendors is None else list(vendors)
        if unknown := [name for name in wanted if name not in self.cases]:
            raise UsageError(f"no vendor is called '{unknown[0]}'{suggestion(unknown[0], self.cases)}")
        for key in sorted(set().union(*map(drawn_keys, lines)) & self.idle.keys()):
            raise UsageError(
                f"the file correlates '{key}' with '{self.idle[key]}', but no vendor of it uses '{key}', so that a line"
                " would draw it without the correlation (use it in the file too, or draw another name)"
            )
        more = tuple(Input(key, stream_of(key), distribution) for key, distribution in (inputs or {}).items())
        return replace(self, cases={n: _with(c, lines, more) if n in wanted else c for n, c in self.cases.items()})

    def __repr__(self) -> str:
        vendors = ", ".join(self.cases)
        return f"<Scenario {self.setting.name}: {vendors}; {self.setting.months} months, {self.setting.currency}>"


def _with(case: Case, lines: tuple[Line, ...], inputs: tuple[Input, ...]) -> Case:
    """Give a case with more lines and inputs, if they fit."""
    known = {i.key: i for i in (*case.inputs, *inputs)}
    names = [line.name for line in (*case.lines, *lines)]
    for line in lines:
        missing = [key for key in drawn_keys(line) if key not in known]
        if missing:
            raise UsageError(
                f"{case.vendor}: the line '{line.name}' draws '{missing[0]}', which is no input of it"
                f"{suggestion(missing[0], known)}"
            )
        if names.count(line.name) > 1:
            raise UsageError(f"{case.vendor}: two lines are called '{line.name}' (give each a name of its own)")
    return replace(case, lines=case.lines + lines, inputs=tuple(known.values()))


def load(path: str | Path, *, today: date | None = None) -> Scenario:
    """Read and check a scenario file.

    Args:
        path: the file.
        today: day to which the age of prices from the catalogue is counted; the clock's if not given.

    Raises:
        ScenarioError: with every problem of the file, each with its line and column.
    """
    loaded = load_file(Path(path), today=today)
    file = loaded.file
    setting = Setting(
        name=file.name if file.soft_benefits else f"{file.name} (freed staff time left out)",
        currency=file.currency,
        months=file.horizon,
        target_payback=file.targets.payback,
        target_roi=file.targets.roi,
        target_payback_cash=file.targets.payback_cash,
        target_roi_cash=file.targets.roi_cash,
        path=str(path),
        sha256=loaded.sha256,
        discount_rate=file.discount_rate.asked,
        assumptions=loaded.assumptions,
        correlations=loaded.correlations,
        risk_tolerance=file.decision.risk_tolerance,
        nothing=file.decision.option,
        must_buy=file.decision.reason or "",
        kpis=records_of(file.kpis),
        kpi_month=file.kpi_month or file.horizon,
        tei=file.method is Method.TEI,
        features=loaded.features,
    )
    said = file.model_copy(update={"kpis": {}})  # which no number hangs on, and which cannot be sent to another process
    return Scenario(setting, loaded.cases, loaded.warnings, loaded.idle, said)
