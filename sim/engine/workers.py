"""Who does the work of a command: threads, processes or a cluster, started once for all of its files."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sim.engine.processes import Processes
from sim.engine.recipe import CLUSTER_WAIT
from sim.errors import UsageError

LONG = 1_500_000
"""Futures of a vendor from which on worker processes are worth the second that they take to start.

Threads share one interpreter and gain half as much.
"""

FIRST, EACH = 450_000_000, 250_000_000
"""Bytes that the first process of a long run takes, and each worker process beside it, about."""


LONGEST = 86_400
"""Seconds that a cluster is waited for, at most: a day."""


@dataclass
class Workers:
    """How many share the work, and their `map`; threads of this process if there is none."""

    workers: int
    map_: Any = None
    start: Callable[[int], Any] | None = None
    """Starts so many processes instead of threads, if a run is long enough."""

    def map_for(self, futures: int, memory: int) -> Any:
        """Give the `map` for a run of so many futures of a vendor; processes once started are kept for later runs.

        No more of them are started by themselves than `memory` bytes have room for.
        """
        many = min(self.workers, (memory - FIRST) // EACH)
        if self.map_ is None and self.start is not None and many > 1 and futures >= LONG:
            self.workers, self.map_ = many, self.start(many)
        return self.map_


@dataclass(frozen=True)
class WorkersWanted:
    """Which workers the command line asks for."""

    workers: int
    """How many; 0 for one a processor, or all that a scheduler has."""
    processes: bool = False
    """Whether they are processes of this machine, not threads."""
    cluster: str | None = None
    """A Dask cluster to be started: `local`."""
    scheduler: str | None = None
    """The address of a Dask scheduler that is there."""
    wait: float = CLUSTER_WAIT
    """Seconds that a scheduler, and a worker where a cluster has none, may take."""

    def __post_init__(self) -> None:
        """Make sure that it makes sense, before any work is done.

        Raises:
            UsageError: it does not.
        """
        workers_of(self.workers)
        if not 0 < self.wait <= LONGEST:
            raise UsageError(
                f"cannot wait {self.wait:g} seconds for a cluster (give a number above 0, {LONGEST:,} at most)"
            )
        if sum([self.processes, self.cluster is not None, self.scheduler is not None]) > 1:
            raise UsageError("give one of --processes, --cluster and --scheduler")
        if self.cluster not in (None, "local"):
            raise UsageError(f"no cluster is called '{self.cluster}' (local, or --scheduler for one that is there)")
        if self.scheduler is not None and self.workers:
            raise UsageError("--workers are those of this machine; a scheduler has its own (leave one of them out)")


@contextmanager
def workers_for(asked: WorkersWanted) -> Iterator[Workers]:
    """Give who was asked for, until the end of the block.

    Raises:
        WorkError: a scheduler does not answer.
        UsageError: what a cluster needs is not installed.
    """
    workers = workers_of(asked.workers)
    if asked.processes:
        with Processes(workers) as pool:
            yield Workers(workers, pool)
    elif asked.cluster or asked.scheduler is not None:
        from sim.engine.cluster import joined, local

        started = local(workers, asked.wait) if asked.scheduler is None else joined(asked.scheduler, asked.wait)
        with started as cluster:
            yield Workers(cluster.workers, cluster)
    else:
        with ExitStack() as stack:
            yield Workers(workers, start=lambda many: stack.enter_context(Processes(many)))


def workers_of(asked: int) -> int:
    """Give how many threads share the work; 0 asks for one a processor.

    Raises:
        UsageError: a number below 0.
    """
    import os

    if asked < 0:
        raise UsageError(f"{asked} workers (0 for one a processor, or 1 and more)")
    return asked or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
