"""The blocks of a run as tasks, cut while they are handed out, so that each takes a few seconds wherever it is done."""

from collections import deque
from collections.abc import Iterator, Sequence

from sim.sampling.draws import Block

SECONDS = 3.0
"""How long a task should take: long beside what it costs to hand it over, short beside what is lost with a worker."""


class Tasks:
    """The blocks that are left of a run, in tasks.

    The first tasks are one block each. From how long those took follows how many blocks make a good task;
    towards the end tasks become smaller, so that workers finish together. No number depends on it.

    Args:
        left: blocks to be done.
        total: blocks of the whole, those done before included: what progress is a share of.
        workers: how many share them.
        most: blocks of a task at most.
        each: blocks of every task, if it is not to be found out.
    """

    def __init__(
        self, left: Sequence[Block], *, total: int, workers: int, most: int | None = None, each: int | None = None
    ) -> None:
        self._left, self._total, self._workers = deque(left), total, workers
        self._most, self._each = most, each
        self._before, self._done, self._seconds = total - len(left), 0, 0.0

    def __iter__(self) -> Iterator[Sequence[Block]]:
        while self._left:
            yield [self._left.popleft() for _ in range(min(self._size(), len(self._left)))]

    def finish(self, blocks: int, seconds: float) -> None:
        """Take note that a task is done, and how long it took whoever did it."""
        self._done += blocks
        self._seconds += seconds

    @property
    def share(self) -> float:
        """Share of the whole that is done."""
        return (self._before + self._done) / self._total

    def _size(self) -> int:
        if self._each is not None:
            return self._each
        if not self._done:
            return 1
        good = int(SECONDS * self._done / max(self._seconds, 1e-9))
        fair = -(-len(self._left) // (2 * self._workers))
        return max(1, min(good, fair, self._most or good))
