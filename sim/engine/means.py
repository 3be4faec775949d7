"""By what means a run is done, and by whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sim.engine.journal import Journal
from sim.engine.recipe import MEMORY
from sim.errors import UsageError

Map = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]
"""Does work like the built-in `map`: gives what a function makes of each task."""


@dataclass(frozen=True)
class Means:
    """How a run is done and by whom: nothing here changes a number beyond which draws are kept and which counted.

    Raises:
        UsageError: a number of workers or of blocks below 1.
    """

    workers: int = 1
    """Threads that share the work, or how many `map_` has."""
    map_: Map | None = None
    """Another way to share it, called like the built-in `map`."""
    blocks_per_task: int | None = None
    """How much work is handed over at a time."""
    memory: int = MEMORY
    """Bytes that the run may take; draws that have no room are counted instead of kept."""
    journal: Journal | None = None
    """Where finished parts are written, for a run that may be cut off."""
    progress: Callable[[float], None] = lambda share: None
    """Called with the share of the work done; with a precision, of each doubling."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.workers < 1 or (self.blocks_per_task is not None and self.blocks_per_task < 1):
            raise UsageError("workers and blocks_per_task must be at least 1")
