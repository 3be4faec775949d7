"""The work of a run, in parts: what is to be done, chunks of it done, and what they leave.

A part is small, can be pickled, and says all that a chunk does to the result. Parts may be made anywhere and entered
in any order.
"""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.plan import PATHS, Plan
from sim.engine.sketch import Cells, exact
from sim.engine.smooth.lines import of_chunk
from sim.finance.metrics import METRICS
from sim.model.case import all_inputs
from sim.model.evaluation import evaluate
from sim.numbers.arrays import Array
from sim.sampling.draws import Block, Chunk, draw_block

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h

Paths = NDArray[np.float32]


class DrawnRows(NamedTuple):
    """One chunk's draws that are kept: inputs by key, metrics by vendor, and the paths of the first."""

    chunk: Chunk
    inputs: dict[str, Array]
    metrics: dict[str, dict[str, Array]]
    paths: dict[str, tuple[Paths, Paths]]
    """Running totals of the money, and of the net flows with staff time, (m, k) by vendor."""
    coefficients: dict[str, dict[str, Array]]
    """What follows given every input but the one integrated out, by vendor and quantity."""


@dataclass
class Part:
    """What some chunks leave."""

    chunks: list[Chunk] = field(default_factory=list)
    """The chunks themselves."""
    seconds: float = 0.0
    """How long they took whoever did them."""
    rows: list[DrawnRows] = field(default_factory=list)
    cells: dict[tuple[str, str, int], Cells] = field(default_factory=dict)
    """Counts by vendor, metric and replicate."""
    lines: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Exact sums by vendor, line and replicate."""

    def add_line(self, place: tuple[str, str, int], total: float) -> None:
        """Add one chunk's total of a vendor's line to the exact sum of its replicate."""
        self.lines[place] = self.lines.get(place, 0) + exact(total)

    def count(self, vendor: str, replicate: int, metrics: Mapping[str, Array], centres: Mapping[str, float]) -> None:
        """Enter one chunk's draws of a vendor's metrics, (n,) each, into the counts."""
        for metric, values in metrics.items():
            place = vendor, metric, replicate
            if place not in self.cells:
                self.cells[place] = Cells(centres[metric])
            self.cells[place].add(values)


@dataclass(frozen=True)
class Job:
    """What is done with every task of a run: a function of chunks that can be sent anywhere."""

    plan: Plan
    centres: Mapping[str, Mapping[str, float]]
    """What sums are taken about, by vendor and metric; none where nothing is counted."""

    def __call__(self, todo: Sequence[Block]) -> Part:
        """Draw some blocks of futures and value every vendor in them."""
        keep_freed_memory()
        start = perf_counter()
        part = Part([chunk for block in todo for chunk in block])
        for block in todo:
            _work(self.plan, self.centres, block, part)
        for cells in part.cells.values():
            cells.settle()
        part.seconds = perf_counter() - start
        return part


@contextmanager
def one_thread_a_product() -> Iterator[None]:
    """Let matrix products run on the thread that asks for them.

    They are too small to gain from threads of their own, which would take the processors of other workers.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


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


def _work(plan: Plan, centres: Mapping[str, Mapping[str, float]], block: Block, part: Part) -> None:
    """Value every vendor in the futures of a block, and leave what that comes to chunk by chunk."""
    drawn = draw_block(all_inputs(plan.cases).values(), design=plan.recipe.design, seed=plan.recipe.seed, block=block)
    size, start = block[0].size, block[0].start
    kept = max(min(plan.rows - start, size), 0)
    paths = max(min(PATHS - start, size), 0)
    places = [slice(first, first + size) for first in range(0, len(block) * size, size)]
    rows = [DrawnRows(chunk, _kept(drawn, at, kept), {}, {}, {}) for chunk, at in zip(block, places, strict=True)]
    for name, case in plan.cases.items():
        own = {i.key: drawn[i.key] for i in case.inputs} or {"": np.zeros(len(block) * size)}
        smoothing = plan.smoothing if plan.smoothing and plan.smoothing.concerns(case) else None
        wanted = {metric: METRICS[metric] for metric in plan.metrics}
        more = smoothing.functions(plan.metrics) if smoothing else {}
        outcome = evaluate(case, own, metrics=wanted | more, paths=len(block) * size if paths else 0)
        metrics = {metric: outcome.metrics[metric] for metric in wanted}
        coefficients = smoothing.coefficients(case, own, outcome.metrics, plan.metrics) if smoothing else None
        for left, at in zip(rows, places, strict=True):
            if paths:
                left.paths[name] = _first(outcome.position, at, paths), _first(outcome.running, at, paths)
            for line, total in outcome.line_totals.items():
                part.add_line((name, line, left.chunk.replicate), float(total[at].sum()))
            if plan.counts:
                part.count(name, left.chunk.replicate, _kept(metrics, at, size), centres[name])
            left.metrics[name] = _kept(metrics, at, kept if plan.counts else size)
            if coefficients:
                left.coefficients[name] = of_chunk(coefficients, at)
    if kept or not plan.counts:
        part.rows += rows


def _kept(drawn: Mapping[str, Array], at: slice, count: int) -> dict[str, Array]:
    """Give the first draws of a chunk, of each of several columns."""
    return {key: x[at.start : at.start + count] for key, x in drawn.items()}


def _first(paths: Array, at: slice, count: int) -> Paths:
    return paths[:, at.start : at.start + count].astype(np.float32)
