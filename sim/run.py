"""A Monte Carlo run: chunks of draws through `evaluate`, the same bytes whoever does the work, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sim.errors import UsageError
from sim.finance import METRICS
from sim.fingerprint import fingerprint, program
from sim.journal import Journal, Key
from sim.ledger import Ledger, Run, VendorDraws
from sim.model import Case
from sim.sampling import (
    CHUNK,
    MAX_DRAWS,
    REPLICATES,
    TOGETHER,
    Block,
    Chunk,
    Design,
    blocks,
    draws_a_replicate,
)
from sim.smooth import NotStraightError, Smoothing, bent_later, numbers, smoothing_of
from sim.tasks import Tasks
from sim.work import PATHS, Job, Part, Plan, all_inputs, keep_freed_memory, one_thread_a_product

__all__ = ["MEMORY", "PATHS", "ROWS", "Run", "VendorDraws", "all_inputs", "simulate"]

ROWS = 131_072
"""Draws whose inputs and metrics are kept side by side, at most."""

MEMORY = 1_000_000_000
"""Bytes that a run may take, by default."""

PROGRAM = 350_000_000
"""Bytes that the program itself takes, with a chart in the making."""

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
    smooth: str | None = None,
) -> Run:
    """Value every vendor in each of the same futures.

    The draws are fixed by seed and design alone: `workers` threads, another `map_` (a process pool's, a cluster's) and
    any `blocks_per_task` give the same bytes. With a `map_`, `workers` says how many it has. At least `draws` draws are
    made: whole replicates, and powers of two of them for Sobol points. Where `memory` bytes have no room for all of
    them, the draws beyond the first are counted.
    With `enough`, draws are doubled until it says so of the run, or there would be more than `max_draws`; the
    earlier draws stay, and the result is that of a run of so many draws from the start. What a `journal` holds is not
    done again, and what is done is added to it.
    With `smooth`, the name of an input or "auto", all that the metrics of `sim.finance.forms` say is integrated over
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
    smoothing = None if smooth is None else smoothing_of(cases, smooth, metrics)
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
        try:
            yield from self.mapped(Job(plan, ledger.centres), tasks)
        except NotStraightError as error:
            assert plan.smoothing is not None
            raise bent_later(plan.cases, plan.smoothing.key, plan.metrics, error) from None

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


def _plan(
    cases: Mapping[str, Case],
    design: Design,
    seed: int,
    metrics: tuple[str, ...],
    size: int,
    memory: int,
    smoothing: Smoothing | None = None,
) -> Plan:
    """Decide what is kept: every draw if there is room, else some rows and counts."""
    outcomes = len(cases) * len(metrics)
    room = memory - PROGRAM
    rows = min(ROWS // REPLICATES, size)
    a_row = 8 * REPLICATES * (outcomes + len(all_inputs(cases)))
    everything = Plan(cases, design, seed, metrics, rows, counts=False, smoothing=smoothing)
    all_draws = 8 * REPLICATES * size * (outcomes + _lines(everything) + 3)  # 3 to sort a metric
    counts = all_draws + (rows * a_row if size > rows else 0) > room
    if counts and smoothing:
        raise UsageError(
            f"{memory / 1e6:,.0f} MB of memory are too little for {size * REPLICATES:,} draws with an input integrated"
            " out: all of them are kept (it needs far fewer draws; or leave it out)"
        )
    while counts and rows > PATHS and rows * a_row > room / 2:
        rows //= 2
    if rows * a_row > room:
        need = (PROGRAM + rows * a_row) / 1e6
        raise UsageError(f"{memory / 1e6:,.0f} MB of memory are too little for this run (at least {need:,.0f} MB)")
    return replace(everything, rows=rows, counts=counts)


def _lines(plan: Plan) -> int:
    """Give how many numbers are kept of a draw for the sake of the input integrated out."""
    if plan.smoothing is None:
        return 0
    return numbers(plan.metrics) * sum(map(plan.smoothing.concerns, plan.cases.values()))


def _too_many(plan: Plan, size: int, memory: int) -> bool:
    """Whether a run that must keep every draw has no room for so many of each replicate."""
    try:
        _plan(plan.cases, plan.design, plan.seed, plan.metrics, size, memory, plan.smoothing)
    except UsageError:
        return plan.smoothing is not None
    return False


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
