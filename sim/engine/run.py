"""A Monte Carlo run: chunks of draws through `evaluate`, the same bytes whoever does the work, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sim.engine.draws import Run, VendorDraws
from sim.engine.fingerprint import fingerprint, program
from sim.engine.gather import Ledger
from sim.engine.journal import Journal, Key
from sim.engine.parts import Job, Part, keep_freed_memory, one_thread_a_product
from sim.engine.plan import MEMORY, PATHS, ROWS, Plan, _lines, _plan, _too_many
from sim.engine.smooth.lines import Smoothing
from sim.engine.tasks import Tasks
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.model.case import Case, all_inputs
from sim.sampling.draws import CHUNK, MAX_DRAWS, REPLICATES, TOGETHER, Block, Chunk, Design, blocks, draws_a_replicate

__all__ = ["MEMORY", "PATHS", "ROWS", "Run", "VendorDraws", "all_inputs", "simulate"]


PART = 16_000_000
"""Bytes of draws that a task may leave, about."""

A = TypeVar("A")
B = TypeVar("B")
Map = Callable[[Callable[[A], B], Iterable[A]], Iterable[B]]


def simulate(
    cases: Mapping[str, Case],
    *,
    draws: int,
    seed: int,
    design: Design = Design.SOBOL,
    workers: int = 1,
    map_: Map[Sequence[Block], Part] | None = None,
    blocks_per_task: int | None = None,
    metrics: Sequence[str] = tuple(METRICS),
    memory: int = MEMORY,
    progress: Callable[[float], None] = lambda share: None,
    enough: Callable[[Run], bool] | None = None,
    max_draws: int = MAX_DRAWS,
    journal: Journal | None = None,
    smoothing: Smoothing | None = None,
) -> Run:
    """Value every vendor in each of the same futures.

    The draws are fixed by seed and design alone: `workers` threads, another `map_` (a process pool's, a cluster's) and
    any `blocks_per_task` give the same bytes. With a `map_`, `workers` says how many it has. At least `draws` draws are
    made: whole replicates, and powers of two of them for Sobol points. Where `memory` bytes have no room for all of
    them, the draws beyond the first are counted.
    With `enough`, draws are doubled until it says so of the run, or there would be more than `max_draws`; the
    earlier draws stay, and the result is that of a run of so many draws from the start. What a `journal` holds is not
    done again, and what is done is added to it.
    With `smoothing`, what the forms of metrics say (`sim.finance.metric`) is integrated over
    that input instead of drawn; every draw must then fit into memory.

    Raises:
        UsageError: a number of draws, workers or chunks, or a memory, that makes no sense; an input that cannot be
            integrated out.
        JournalError: the journal is of another run, or cannot be used.
    """
    if workers < 1 or (blocks_per_task is not None and blocks_per_task < 1):
        raise UsageError("workers and blocks_per_task must be at least 1")
    keep_freed_memory()
    size = draws_a_replicate(draws if enough is None else max(draws, CHUNK * REPLICATES), design)
    ledger = Ledger(_plan(cases, design, seed, tuple(metrics), size, memory, smoothing), size)
    done = 0
    with (
        one_thread_a_product(),
        _mapping(workers, map_) as mapped,
        _opened(journal, ledger, memory, enough is not None),
    ):
        way = _Way(mapped, workers, map_ is not None, blocks_per_task, progress, journal)
        while True:
            way.fill(ledger, done)
            run, done, size = ledger.close(), size, 2 * size
            if enough is None or enough(run) or size * REPLICATES > max_draws or _too_many(ledger.plan, size, memory):
                return run
            ledger.grow(_plan(cases, design, seed, tuple(metrics), size, memory, smoothing), size)


def _opened(
    journal: Journal | None, ledger: Ledger, memory: int, grows: bool
) -> AbstractContextManager[Journal | None]:
    """Open the journal of a run: what its parts depend on tells it from others."""
    if journal is None:
        return nullcontext()
    plan = ledger.plan
    key: Key = {
        "program": program(),
        "scenario": fingerprint(plan.cases),
        "metrics": " ".join(plan.metrics),
        "seed": plan.seed,
        "design": str(plan.design),
        "draws": ledger.size * REPLICATES,
        "precision": "asked" if grows else "none",
        "memory": memory,
        "smooth": plan.smoothing.key if plan.smoothing else "none",
    }
    return journal.of(key)


@dataclass(frozen=True)
class _Way:
    """How the chunks of a run are done."""

    mapped: Map[Sequence[Block], Part]
    workers: int
    away: bool
    """Whether somebody else's `map_` does them, to whom handing a task over costs something."""
    each: int | None
    progress: Callable[[float], None]
    journal: Journal | None

    def fill(self, ledger: Ledger, done: int) -> None:
        """Do all chunks of a ledger but those of the first `done` draws of each replicate."""
        todo = blocks(ledger.size, after=done)
        left, most = self._left(ledger, todo), self._most(ledger.plan)
        first = {block[0] for block in todo}
        tasks = Tasks(left, total=len(todo), workers=self.workers, most=most, each=self.each)
        for part in self._parts(ledger, tasks):
            if self.journal:
                self.journal.append(part)
            ledger.enter(part)
            tasks.finish(sum(chunk in first for chunk in part.chunks), part.seconds)
            self.progress(tasks.share)

    def _parts(self, ledger: Ledger, tasks: Tasks) -> Iterator[Part]:
        plan = ledger.plan
        yield from self.mapped(Job(plan, ledger.centres), tasks)

    def _left(self, ledger: Ledger, todo: Sequence[Block]) -> Sequence[Block]:
        """Enter what the journal holds of some blocks, and give the others."""
        finished: set[Chunk] = set()
        for part in self.journal.parts([chunk for block in todo for chunk in block]) if self.journal else ():
            ledger.enter(part)
            finished.update(part.chunks)
        return [block for block in todo if block[0] not in finished]

    def _most(self, plan: Plan) -> int | None:
        """Give the blocks of a task that keeps every draw, at most: its part waits in memory."""
        if plan.counts:
            return None
        a_draw = 8 * (len(plan.cases) * len(plan.metrics) + len(all_inputs(plan.cases)) + _lines(plan))
        return max(1, PART // (TOGETHER * a_draw)) if self.away else 1


@contextmanager
def _mapping(workers: int, map_: Map[A, B] | None) -> Iterator[Map[A, B]]:
    if map_ is not None:
        yield map_
    elif workers == 1:
        yield map
    else:
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield partial(_in_windows, pool, 4 * workers)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _in_windows(pool: ThreadPoolExecutor, window: int, function: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
    """Map in order, with no more than a window of tasks under way: results that wait take memory."""
    waiting: deque[Future[B]] = deque()
    for task in tasks:
        waiting.append(pool.submit(function, task))
        if len(waiting) == window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
