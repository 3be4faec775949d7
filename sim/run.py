"""A Monte Carlo run: chunks of draws through `evaluate`, the same bytes whoever does the work."""

import ctypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Array
from sim.errors import UsageError
from sim.finance import METRICS
from sim.model import Case, evaluate
from sim.sampling import REPLICATES, Chunk, Design, Input, chunks, draw, draws_a_replicate

PATHS = 1024
"""Draws of each replicate whose month-by-month totals are kept for charts."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h

A = TypeVar("A")
B = TypeVar("B")
Map = Callable[[Callable[[A], B], Iterable[A]], Iterable[B]]
Paths = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class VendorDraws:
    """What a run leaves of one vendor, in order of replicate: (n,) reshapes to (REPLICATES, n / REPLICATES)."""

    metrics: Mapping[str, Array]
    """(n,) by metric."""
    line_means: Mapping[str, Array]
    """Mean total of each line in each replicate, (REPLICATES,)."""
    position: Paths
    """Running total of money received and paid by month, (m, k), of the first draws of each replicate."""
    running: Paths
    """Running total of the net flows, staff time included, (m, k)."""


@dataclass(frozen=True, eq=False)
class Run:
    """All draws of a run: of each vendor, and of every input by key."""

    vendors: Mapping[str, VendorDraws]
    inputs: Mapping[str, Array]
    seed: int
    design: Design
    draws: int


class _VendorChunk(NamedTuple):
    metrics: dict[str, Array]
    line_sums: dict[str, float]
    position: Paths | None
    running: Paths | None


class _Done(NamedTuple):
    chunk: Chunk
    inputs: dict[str, Array]
    vendors: dict[str, _VendorChunk]


def simulate(
    cases: Mapping[str, Case],
    *,
    draws: int,
    seed: int,
    design: Design = Design.SOBOL,
    workers: int = 1,
    map_: Map[Sequence[Chunk], list[_Done]] | None = None,
    chunks_per_task: int = 1,
    metrics: Sequence[str] = tuple(METRICS),
    progress: Callable[[float], None] = lambda share: None,
) -> Run:
    """Value every vendor in each of the same futures.

    The draws are fixed by seed and design alone: `workers` threads, another `map_` (a process pool's, a cluster's) and
    any `chunks_per_task` give the same bytes. At least `draws` draws are made: whole replicates, and powers of two
    of them for Sobol points.

    Raises:
        UsageError: a number of draws, workers or chunks that makes no sense.
    """
    if workers < 1 or chunks_per_task < 1:
        raise UsageError("workers and chunks_per_task must be at least 1")
    _keep_freed_memory()
    size = draws_a_replicate(draws, design)
    todo = chunks(size)
    tasks = [todo[i : i + chunks_per_task] for i in range(0, len(todo), chunks_per_task)]
    ledger = _Ledger(cases, size, metrics)
    work = partial(_work, cases, design, seed, tuple(metrics))
    with _mapping(workers, map_) as mapped:
        for number, done in enumerate(mapped(work, tasks), start=1):
            for part in done:
                ledger.enter(part)
            progress(number / len(tasks))
    return ledger.close(seed, design)


def _keep_freed_memory() -> None:
    """Let the allocator reuse a tile's arrays instead of handing each back to the system and faulting it in again.

    Worth a third of the run time on glibc; elsewhere there is no `mallopt` and nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 128 << 20)


@contextmanager
def _mapping(workers: int, map_: Map[A, B] | None) -> Iterator[Map[A, B]]:
    if map_ is not None:
        yield map_
    elif workers == 1:
        yield map
    else:
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield pool.map
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def all_inputs(cases: Mapping[str, Case]) -> dict[str, Input]:
    """Give every uncertain input of the cases by key; shared ones once."""
    return {i.key: i for case in cases.values() for i in case.inputs}


def _work(
    cases: Mapping[str, Case], design: Design, seed: int, metrics: Sequence[str], todo: Sequence[Chunk]
) -> list[_Done]:
    return [_chunk(cases, design, seed, metrics, chunk) for chunk in todo]


def _chunk(cases: Mapping[str, Case], design: Design, seed: int, metrics: Sequence[str], chunk: Chunk) -> _Done:
    """Draw a chunk of futures and value every vendor in it."""
    drawn = draw(all_inputs(cases).values(), design=design, seed=seed, chunk=chunk)
    vendors = {}
    for name, case in cases.items():
        own = {i.key: drawn[i.key] for i in case.inputs} or {"": np.zeros(chunk.size)}
        kept = max(PATHS - chunk.start, 0)
        outcome = evaluate(case, own, metrics=metrics, paths=kept)
        vendors[name] = _VendorChunk(
            metrics=dict(outcome.metrics),
            line_sums=dict(outcome.line_sums),
            position=outcome.position.astype(np.float32) if kept else None,
            running=outcome.running.astype(np.float32) if kept else None,
        )
    return _Done(chunk, drawn, vendors)


class _Ledger:
    """Where finished chunks are entered, in any order."""

    def __init__(self, cases: Mapping[str, Case], size: int, metrics: Sequence[str]) -> None:
        self.cases, self.size = cases, size
        total, kept = size * REPLICATES, min(size, PATHS) * REPLICATES
        self.inputs = {key: np.empty(total) for key in all_inputs(cases)}
        self.metrics = {name: {metric: np.empty(total) for metric in metrics} for name in cases}
        self.paths = {
            name: [np.empty((case.months + 1, kept), dtype=np.float32) for _ in range(2)]
            for name, case in cases.items()
        }
        # One cell a chunk, added up in a fixed order at the end: sums must not depend on who finished first.
        self.line_sums: dict[str, dict[str, dict[Chunk, float]]] = {
            name: {line.name: {} for line in case.lines} for name, case in cases.items()
        }

    def enter(self, done: _Done) -> None:
        """Put a chunk's draws in their place."""
        first = done.chunk.replicate * self.size + done.chunk.start
        place = slice(first, first + done.chunk.size)
        for key, values in done.inputs.items():
            self.inputs[key][place] = values
        for name, part in done.vendors.items():
            for metric, values in part.metrics.items():
                self.metrics[name][metric][place] = values
            for line, total in part.line_sums.items():
                self.line_sums[name][line][done.chunk] = total
            self._enter_paths(name, done.chunk, part)

    def _enter_paths(self, name: str, chunk: Chunk, part: _VendorChunk) -> None:
        if part.position is None or part.running is None:
            return
        first = chunk.replicate * min(self.size, PATHS) + chunk.start
        place = slice(first, first + part.position.shape[1])
        self.paths[name][0][:, place] = part.position
        self.paths[name][1][:, place] = part.running

    def close(self, seed: int, design: Design) -> Run:
        """Give the finished run."""
        vendors = {
            name: VendorDraws(
                metrics=self.metrics[name],
                line_means={line: self._means(sums) for line, sums in self.line_sums[name].items()},
                position=self.paths[name][0],
                running=self.paths[name][1],
            )
            for name in self.cases
        }
        return Run(vendors, self.inputs, seed, design, self.size * REPLICATES)

    def _means(self, sums: Mapping[Chunk, float]) -> Array:
        means = np.zeros(REPLICATES)
        for chunk in sorted(sums):
            means[chunk.replicate] += sums[chunk] / self.size
        return means
