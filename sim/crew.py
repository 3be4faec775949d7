"""Who does the work of a command: threads, processes or a cluster, started once for all of its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.processes import Processes


@dataclass(frozen=True)
class Crew:
    """How many share the work, and their `map`; threads of this process if there is none."""

    workers: int
    map_: Any = None


@contextmanager
def crew(workers: int, *, processes: bool = False) -> Iterator[Crew]:
    """Give who was asked for, until the end of the block.

    Args:
        workers: how many.
        processes: whether they are processes, not threads.
    """
    if processes:
        with Processes(workers) as pool:
            yield Crew(workers, pool)
    else:
        yield Crew(workers)
