"""Worker processes on this machine: a task whose worker dies is done again by another.

A pool of `concurrent.futures` or `multiprocessing` loses its run when a process is killed, as the kernel does where
memory runs out. Here each worker has a pipe of its own. It gets the job once and then a task at a time, and if its end
of the pipe closes, a new worker takes its place.
"""

import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple, TypeVar

from threadpoolctl import threadpool_limits

from sim.errors import UsageError, WorkError

A = TypeVar("A")
B = TypeVar("B")

TRIES = 3
"""How often a task is begun before its workers' deaths are taken to be its fault."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps libraries of linear algebra from starting threads of their own in every worker."""


class _Task(NamedTuple):
    what: Any
    tries: int = 1


class Processes:
    """A `map` over worker processes, for any number of runs; results come in the order they are finished.

    Workers start when the first task is there, and stay. They end with the `with` block, or with this process.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._idle: list[_Worker] = []
        self._jobs = count(1)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *error: object) -> None:
        while self._idle:
            self._idle.pop().stop()

    def __call__(self, function: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
        """Give what the function makes of each task.

        Raises:
            UsageError: the function cannot be sent to another process.
            WorkError: workers keep dying at the same task.
        """
        job = next(self._jobs), _pickled(function)
        left = map(_Task, tasks)
        again: deque[_Task] = deque()
        busy: dict[Connection, tuple[_Worker, _Task]] = {}
        try:
            while True:
                while len(busy) < self.workers and (task := again.popleft() if again else next(left, None)) is not None:
                    worker = self._idle.pop() if self._idle else _Worker()
                    busy[worker.pipe] = worker, task
                    worker.give(job, task.what)
                if not busy:
                    return
                for pipe in wait(list(busy)):
                    worker, task = busy.pop(pipe)  # type: ignore[call-overload]
                    try:
                        done = worker.take()
                    except (EOFError, OSError):
                        again.append(self._retried(worker, task))
                        continue
                    self._idle.append(worker)
                    if isinstance(done, _Failed):
                        raise done.error
                    yield done
        finally:
            for worker, _ in busy.values():
                worker.stop()

    def _retried(self, worker: "_Worker", task: _Task) -> _Task:
        """Give the task of a dead worker with a try more."""
        how = worker.stop()
        if task.tries == TRIES:
            raise WorkError(
                f"{TRIES} worker processes died at the same task ({how}); if memory ran out, ask for fewer --workers"
            )
        return _Task(task.what, task.tries + 1)


class _Failed(NamedTuple):
    """What a worker answers if the function raises."""

    error: Exception


class _Worker:
    """One process and this side of its pipe."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would copy locks that threads of this process hold
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._job = 0

    def give(self, job: tuple[int, bytes], task: object) -> None:
        """Send a task, and its job if it is another one than before; if the worker is dead, `take` will say so."""
        number, function = job
        news, self._job = (function if number != self._job else None), number
        with suppress(OSError):
            self.pipe.send((news, task))

    def take(self) -> Any:
        """Receive what became of the task.

        Raises:
            EOFError: the worker is dead.
            OSError: likewise, in the middle of its answer.
        """
        return self.pipe.recv()

    def stop(self) -> str:
        """End the process, whatever it does, and say how it ended."""
        self.pipe.close()
        self._process.join(0.2)
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _pickled(function: object) -> bytes:
    try:
        return pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(f"this run cannot be sent to other processes: {error}") from error


def _serve(pipe: Connection) -> None:
    """Do tasks in a worker until there is nobody to do them for."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C goes to all of the terminal's processes; the first one decides
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    function: Callable[[Any], Any] | None = None
    with suppress(EOFError, OSError):
        while True:
            news, task = pipe.recv()
            if news:
                function = pickle.loads(news)
                threadpool_limits(1)  # libraries may have been loaded before the environment said so
            pipe.send(_answer(function, task))


def _answer(function: Callable[[Any], Any] | None, task: object) -> Any:
    """Give what the function makes of a task, or what it raised instead."""
    assert function is not None
    try:
        return function(task)
    except Exception as error:  # to be raised where the task came from
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        return _Failed(error)
