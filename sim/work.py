"""The work of a run, in parts: what is to be done, chunks of it done, and what they leave.

A part is small, can be pickled, and says all that a chunk does to the result. Parts may be made anywhere and entered
in any order.
"""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Array
from sim.model import Case, evaluate
from sim.sampling import Chunk, Design, Input, draw, medians
from sim.tally import Cells, exact

PATHS = 1024
"""Draws of each replicate whose month-by-month totals are kept for charts."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h

Paths = NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    """What a run does with each chunk, whoever does it."""

    cases: Mapping[str, Case]
    design: Design
    seed: int
    metrics: tuple[str, ...]
    rows: int
    """Draws of each replicate that are kept, inputs and metrics on the same rows."""
    counts: bool
    """Whether the draws beyond those rows are counted; else every metric keeps them all."""

    def centres(self) -> dict[str, dict[str, float]]:
        """Give each vendor's metrics in the median future, 0 where they are not finite: what sums are taken about."""
        found = {}
        for name, case in self.cases.items():
            middle = evaluate(case, medians(case.inputs) or {"": np.zeros(1)}, metrics=self.metrics).metrics
            found[name] = {metric: float(np.nan_to_num(x[0], posinf=0.0, neginf=0.0)) for metric, x in middle.items()}
        return found


class Rows(NamedTuple):
    """One chunk's draws that are kept: inputs by key, metrics by vendor, and the paths of the first."""

    chunk: Chunk
    inputs: dict[str, Array]
    metrics: dict[str, dict[str, Array]]
    paths: dict[str, tuple[Paths, Paths]]
    """Running totals of the money, and of the net flows with staff time, (m, k) by vendor."""


@dataclass
class Part:
    """What some chunks leave."""

    chunks: list[Chunk] = field(default_factory=list)
    """The chunks themselves."""
    seconds: float = 0.0
    """How long they took whoever did them."""
    rows: list[Rows] = field(default_factory=list)
    cells: dict[tuple[str, str, int], Cells] = field(default_factory=dict)
    """Counts by vendor, metric and replicate."""
    lines: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Exact sums by vendor, line and replicate."""

    def count(self, vendor: str, replicate: int, metrics: Mapping[str, Array], centres: Mapping[str, float]) -> None:
        """Enter one chunk's draws of a vendor's metrics, (n,) each, into the counts."""
        for metric, values in metrics.items():
            place = vendor, metric, replicate
            if place not in self.cells:
                self.cells[place] = Cells(centres[metric])
            self.cells[place].add(values)


def all_inputs(cases: Mapping[str, Case]) -> dict[str, Input]:
    """Give every uncertain input of the cases by key; shared ones once."""
    return {i.key: i for case in cases.values() for i in case.inputs}


@dataclass(frozen=True)
class Job:
    """What is done with every task of a run: a function of chunks that can be sent anywhere."""

    plan: Plan
    centres: Mapping[str, Mapping[str, float]]
    """What sums are taken about, by vendor and metric; none where nothing is counted."""

    def __call__(self, todo: Sequence[Chunk]) -> Part:
        """Draw some chunks of futures and value every vendor in them."""
        keep_freed_memory()
        start = perf_counter()
        part = Part(list(todo))
        for chunk in todo:
            _work(self.plan, self.centres, chunk, part)
        for cells in part.cells.values():
            cells.settle()
        part.seconds = perf_counter() - start
        return part


@cache
def keep_freed_memory() -> None:
    """Let the allocator reuse a tile's arrays instead of handing each back to the system and faulting it in again.

    Worth a third of the run time on glibc; elsewhere there is no `mallopt` and nothing happens. Once a process.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 128 << 20)


def _work(plan: Plan, centres: Mapping[str, Mapping[str, float]], chunk: Chunk, part: Part) -> None:
    drawn = draw(all_inputs(plan.cases).values(), design=plan.design, seed=plan.seed, chunk=chunk)
    kept = max(min(plan.rows - chunk.start, chunk.size), 0)
    rows = Rows(chunk, {key: x[:kept] for key, x in drawn.items()}, {}, {})
    for name, case in plan.cases.items():
        own = {i.key: drawn[i.key] for i in case.inputs} or {"": np.zeros(chunk.size)}
        paths = max(PATHS - chunk.start, 0)
        outcome = evaluate(case, own, metrics=plan.metrics, paths=paths)
        if paths:
            rows.paths[name] = outcome.position.astype(np.float32), outcome.running.astype(np.float32)
        for line, total in outcome.line_sums.items():
            place = name, line, chunk.replicate
            part.lines[place] = part.lines.get(place, 0) + exact(total)
        if plan.counts:
            part.count(name, chunk.replicate, outcome.metrics, centres[name])
        rows.metrics[name] = {m: x[:kept] if plan.counts else x for m, x in outcome.metrics.items()}
    if kept or not plan.counts:
        part.rows.append(rows)
