"""One simulation in this process: draws a second, and the time of each part of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from sim.analysis.results import Results
from sim.engine.parts import one_thread_a_product
from sim.finance.cash_flows import CashFlows
from sim.finance.metrics import METRICS
from sim.model.case import Case, all_inputs
from sim.model.evaluation import add_up
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.report.charts.files import write_charts
from sim.sampling.design import Design
from sim.sampling.draws import CHUNK, Block, blocks, draw_block
from sim.study.scenario import Scenario

SEED = 1


class Spent(NamedTuple):
    """The time some work took."""

    seconds: float
    """Wall time."""
    processor_seconds: float
    """Time of all threads on a processor: what noise from other programs disturbs less."""


def least(work: Callable[[], object], *, runs: int) -> Spent:
    """Give the least times of some runs."""
    seconds, processor_seconds = zip(*(_once(work) for _ in range(runs)), strict=True)
    return Spent(min(seconds), min(processor_seconds))


def _once(work: Callable[[], object]) -> Spent:
    start, processor_start = perf_counter(), process_time()
    work()
    return Spent(perf_counter() - start, process_time() - processor_start)


def simulation(scenario: Scenario, draws: int, *, workers: int, runs: int) -> Spent:
    """Give the least times of a simulation without statistics."""
    return least(lambda: scenario.run(draws=draws, seed=SEED, workers=workers), runs=runs)


def per_future(scenario: Scenario, results: Results, *, repeats: int) -> dict[str, float]:
    """Give the least processor time a future takes in each part, all vendors together, on one thread.

    Sampling, lines and metrics are timed on one tile. The statistics sort whole runs, so they are timed on `results`.
    """
    tile = min(case.tile for case in scenario.cases.values())
    block = blocks(CHUNK)[0][: max(1, tile // CHUNK)]
    size = sum(chunk.size for chunk in block)
    with one_thread_a_product():
        passes = [_parts(scenario.cases, block, size) for _ in range(repeats)]
    times = {part: min(times[part] for times in passes) / size for part in passes[0]}
    statistics = least(lambda: _statistics(scenario, results), runs=max(2, repeats // 8)).processor_seconds
    return times | {"statistics": statistics / results.run.draws}


def _parts(cases: Mapping[str, Case], block: Block, size: int) -> dict[str, float]:
    """Take a tile through the parts one after the other. Cash flows remember sums, so each pass makes its own."""
    start = process_time()
    drawn = draw_block(all_inputs(cases).values(), design=Design.SOBOL, seed=SEED, block=block)
    sampled = process_time()
    flows = [_flows(case, {i.key: drawn[i.key] for i in case.inputs}, size) for case in cases.values()]
    added = process_time()
    for vendor in flows:
        for metric in METRICS.values():
            metric(vendor)
    valued = process_time()
    return {"sampling": sampled - start, "model lines": added - sampled, "metrics": valued - added}


def _flows(case: Case, draws: Mapping[str, Array], size: int) -> CashFlows:
    return add_up(case, World(case.rollout, case.months, draws), size)[0]


def _statistics(scenario: Scenario, results: Results) -> None:
    """Describe every metric of every vendor afresh: results remember what they have described."""
    for result in Results(scenario.cases, results.run, results.setting).values():
        for metric in METRICS:
            result.statistics(metric)


def charts(results: Results) -> Spent:
    """Give the times of drawing and writing all charts, once: the second time, fonts are at hand."""
    with TemporaryDirectory() as folder:
        return _once(lambda: write_charts(results, Path(folder) / "charts"))
