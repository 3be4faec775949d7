"""A Monte Carlo run: chunks of draws through `evaluate`, the same bytes whoever does the work, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sim.engine.draws import Run
from sim.engine.fingerprint import fingerprint, program
from sim.engine.gather import Gathering
from sim.engine.journal import Journal, Key
from sim.engine.means import Means
from sim.engine.parts import Job, Part, keep_freed_memory, one_thread_a_product
from sim.engine.plan import Plan
from sim.engine.recipe import Recipe
from sim.engine.smooth.lines import Smoothing
from sim.engine.tasks import Tasks
from sim.finance.metrics import METRICS
from sim.model.case import Case, all_inputs
from sim.sampling.draws import CHUNK, REPLICATES, TOGETHER, Block, Chunk, blocks, draws_a_replicate

PART = 16_000_000
"""Bytes of draws that a task may leave, about."""

A = TypeVar("A")
B = TypeVar("B")
Map = Callable[[Callable[[A], B], Iterable[A]], Iterable[B]]


def simulate(
    cases: Mapping[str, Case],
    recipe: Recipe | None = None,
    means: Means | None = None,
    *,
    metrics: Sequence[str] = tuple(METRICS),
    smoothing: Smoothing | None = None,
    enough: Callable[[Run], bool] | None = None,
) -> Run:
    """Value every vendor in each of the same futures.

    The draws are fixed by the recipe alone: any means give the same bytes. At least `recipe.draws` draws are made:
    whole replicates, and powers of two of them for Sobol points. Where the memory has no room for all of them, the
    draws beyond the first are counted.
    With `enough`, draws are doubled until it says so of the run, or there would be more than `recipe.max_draws`; the
    earlier draws stay, and the result is that of a run of so many draws from the start. What a journal holds is not
    done again, and what is done is added to it.
    With `smoothing`, what the forms of metrics say (`sim.finance.metric`) is integrated over that input instead of
    drawn; every draw must then fit into memory.

    Raises:
        UsageError: the memory is too little.
        JournalError: the journal is of another run, or cannot be used.
    """
    recipe, means = recipe or Recipe(), means or Means()
    keep_freed_memory()
    first = recipe.draws if enough is None else max(recipe.draws, CHUNK * REPLICATES)
    size, memory = draws_a_replicate(first, recipe.design), means.memory
    gathering = Gathering(Plan(cases, recipe, tuple(metrics), smoothing).sized(size, memory), size)
    done = 0
    with (
        one_thread_a_product(),
        _mapping(means) as mapped,
        _opened(means, gathering, grows=enough is not None),
    ):
        way = _Way(mapped, means)
        while True:
            way.fill(gathering, done)
            run, done, size = gathering.close(), size, 2 * size
            if enough is None or enough(run) or size * REPLICATES > recipe.max_draws:
                return run
            if not gathering.plan.has_room(size, memory):
                return run
            gathering.grow(gathering.plan.sized(size, memory), size)


def _opened(means: Means, gathering: Gathering, *, grows: bool) -> AbstractContextManager[Journal | None]:
    """Open the journal of a run: what its parts depend on tells it from others."""
    if means.journal is None:
        return nullcontext()
    plan = gathering.plan
    key: Key = {
        "program": program(),
        "scenario": fingerprint(plan.cases),
        "metrics": " ".join(plan.metrics),
        **plan.recipe.of_draws(gathering.size * REPLICATES).facts(),
        "precision": "asked" if grows else "none",
        "memory": means.memory,
        "smooth": plan.smoothing.key if plan.smoothing else "none",
    }
    return means.journal.of(key)


@dataclass(frozen=True)
class _Way:
    """How the chunks of a run are done."""

    mapped: Map[Sequence[Block], Part]
    means: Means

    def fill(self, gathering: Gathering, done: int) -> None:
        """Do all chunks of a gathering but those of the first `done` draws of each replicate."""
        todo = blocks(gathering.size, after=done)
        left, most = self._left(gathering, todo), self._most(gathering.plan)
        first = {block[0] for block in todo}
        each = self.means.blocks_per_task
        tasks = Tasks(left, total=len(todo), workers=self.means.workers, most=most, each=each)
        for part in self.mapped(Job(gathering.plan, gathering.centres), tasks):
            if self.means.journal:
                self.means.journal.append(part)
            gathering.enter(part)
            tasks.finish(sum(chunk in first for chunk in part.chunks), part.seconds)
            self.means.progress(tasks.share)

    def _left(self, gathering: Gathering, todo: Sequence[Block]) -> Sequence[Block]:
        """Enter what the journal holds of some blocks, and give the others."""
        finished: set[Chunk] = set()
        journal = self.means.journal
        for part in journal.parts([chunk for block in todo for chunk in block]) if journal else ():
            gathering.enter(part)
            finished.update(part.chunks)
        return [block for block in todo if block[0] not in finished]

    def _most(self, plan: Plan) -> int | None:
        """Give the blocks of a task that keeps every draw, at most: its part waits in memory."""
        if plan.counts:
            return None
        if self.means.map_ is None:  # threads of this process: handing over costs nothing
            return 1
        a_draw = 8 * (plan.numbers_a_draw + len(all_inputs(plan.cases)))
        return max(1, PART // (TOGETHER * a_draw))


@contextmanager
def _mapping(means: Means) -> Iterator[Map[Any, Any]]:
    """Give the `map` that does the work: somebody else's, the built-in one, or one of threads."""
    if means.map_ is not None:
        yield means.map_
    elif means.workers == 1:
        yield map
    else:
        with ThreadPoolExecutor(means.workers) as pool:
            try:
                yield partial(_in_windows, pool, 4 * means.workers)
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
