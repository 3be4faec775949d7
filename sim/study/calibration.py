"""The prior predictive check: what the default priors say of all presets, beside what surveys of CRM projects report.

The priors are tested as a whole, not line by line (Gelman, Simpson and Betancourt 2017, "The prior can often only be
understood in the context of the likelihood", Entropy 19(10)): if made-up but ordinary firms with the default priors pay
back far more or less often than firms in surveys do, the priors are wrong together, however well each is sourced.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.result import Result
from sim.analysis.results import Results
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.run import simulate
from sim.model.evaluation import evaluate
from sim.model.lines.benefits import Productivity
from sim.model.lines.customers import Customers
from sim.model.lines.licence import Subscription
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.numbers.spec import Spec
from sim.sampling.draws import REPLICATES, base_run
from sim.sampling.estimates import Estimate, standard_error
from sim.scenario.evidence.presets import preset_data, preset_text
from sim.scenario.evidence.reading import Grade, data_text, shaped
from sim.scenario.number import FixedRate
from sim.study.scenario import Scenario, load

DRAWS = 4096
"""Futures of each preset: standard errors of the shares below half a point."""

PLAN = 0.75
"""A project misses its objectives if its benefits stay below this share of those in the plan."""

Measure = Literal[
    "roi_above_zero",
    "payback_12",
    "payback_18",
    "payback_36",
    "payback_18_live",
    "cancelled",
    "missed",
    "gross_return",
    "tco_multiple",
    "customer_margin",
    "freed_time",
]


class Survey(Spec):
    """What a survey or study reports of one measure."""

    measure: Measure
    says: str
    low: FixedRate
    high: FixedRate
    source: str
    grade: Grade
    comparable: bool
    """Whether those asked are like the projects simulated."""
    why: str
    """How the range is read, or what is different about those asked."""

    def verdict(self, value: float) -> str:
        """Say where a value falls: in, below or above the range; in brackets if the two are not comparable."""
        where = "below" if value < self.low else "above" if value > self.high else "in"
        return where if self.comparable else f"({where})"


class _Surveys(Spec):
    """The data file."""

    as_of: str
    surveys: tuple[Survey, ...]


@cache
def surveys() -> tuple[Survey, ...]:
    """Give what surveys report."""
    return shaped(_Surveys, data_text("surveys.yaml"), shown="sim/data/surveys.yaml").surveys


@dataclass(frozen=True)
class Row:
    """The measures of one preset, averaged over its vendors, or of all presets."""

    name: str
    by_replicate: Mapping[str, Array]
    """(REPLICATES,) by measure."""

    def __getitem__(self, measure: str) -> Estimate:
        rows = self.by_replicate[measure]
        return Estimate(float(rows.mean()), standard_error(rows))


@dataclass(frozen=True)
class Calibration:
    """What the default priors say of every preset, and of all together."""

    presets: tuple[Row, ...]
    draws: int
    seed: int

    @property
    def whole(self) -> Row:
        """All presets, each with the same weight.

        Presets see the same draws of the priors they share, so the error is that of the average in each replicate.
        """
        return _average("all presets", [row.by_replicate for row in self.presets])


def calibrate(
    *,
    draws: int = DRAWS,
    seed: int = 1,
    instead: Mapping[str, str] | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Calibration:
    """Simulate every preset with the vendors it comes with.

    Args:
        draws: futures of each preset, at least.
        seed: any whole number.
        instead: what to take in place of a prior, by its name, as a scenario file writes it.
        progress: called with the share of the work done.
    """
    data = preset_data()
    names = [(industry, size) for industry in data.industries for size in data.sizes]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "preset.yaml"
        for number, (industry, size) in enumerate(names, 1):
            path.write_text(_replaced(preset_text(industry, size), instead or {}), encoding="utf-8")
            rows.append(_row(f"{industry} {size}", _results(load(path), Recipe(draws, seed))))
            progress(number / len(names))
    return Calibration(tuple(rows), draws, seed)


def _replaced(text: str, instead: Mapping[str, str]) -> str:
    for name, distribution in instead.items():
        text = text.replace(f"{{prior: {name}}}", distribution)
    return text


def _results(scenario: Scenario, recipe: Recipe) -> Results:
    """Run a preset, with no more metrics than the measures are made of."""
    run = simulate(scenario.cases, recipe, Means(), metrics=("roi", "payback", "benefit", "cost", "tco"))
    return Results(scenario.cases, run, scenario.setting)


def _row(name: str, results: Results) -> Row:
    return _average(name, [dict(_measured(results, result)) for result in results.values()])


def _average(name: str, rows: list[Mapping[str, Array]]) -> Row:
    return Row(name, {measure: np.mean([row[measure] for row in rows], axis=0) for measure in rows[0]})


def _measured(results: Results, result: Result) -> Iterator[tuple[str, Array]]:
    """Give every measure of a vendor, (REPLICATES,)."""
    lines = result.draws.line_means
    benefits = [line.name for line in result.case.lines if line.nature.is_benefit]
    total = sum(lines[name] for name in benefits)
    yield "roi_above_zero", _mean(result["roi"] > 0)
    for months in (12, 18, 36):
        yield f"payback_{months}", _mean(result["payback"] <= months)
    case, draws = result.case, results.run.inputs
    world = World(case.rollout, case.months, draws, case.events)
    yield "payback_18_live", _mean(result["payback"] <= world.golive + 18)
    yield "cancelled", _mean(np.broadcast_to(world.stop < np.inf, results.run.draws))
    yield "missed", _mean(result["benefit"] < PLAN * planned_benefit(result))
    yield "gross_return", _mean(result["benefit"]) / _mean(result["cost"])
    yield "tco_multiple", _mean(result["tco"]) / lines[Subscription.name]
    yield "customer_margin", lines[Customers.name] / total
    yield "freed_time", lines[Productivity.name] / total


def _mean(x: ArrayLike) -> Array:
    """Give the mean of each replicate, (REPLICATES,)."""
    return np.asarray(np.asarray(x, dtype=float).reshape(REPLICATES, -1).mean(axis=1))


def planned_benefit(result: Result) -> float:
    """Give the benefits over the horizon as a plan would show them: every input at its median, and nothing happens."""
    plan = base_run(result.case.inputs)
    return float(evaluate(result.case, plan, metrics=("benefit",)).metrics["benefit"][0])
