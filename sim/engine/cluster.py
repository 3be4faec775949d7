"""Runs on a Dask cluster: one that is there, or worker processes started here.

Dask is imported where it is used; it comes with the extra `distributed`.
"""

import asyncio
import logging
import pickle
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sim.engine.fingerprint import program
from sim.engine.recipe import CLUSTER_WAIT as WAIT
from sim.errors import UsageError, WorkError

A = TypeVar("A")
B = TypeVar("B")

PROBE = 5
"""Seconds within which somebody must listen at a scheduler's address."""

LOOK, NAP = 1.0, 0.1
"""Seconds after which the workers are counted where no task gets done, and between two looks at the tasks."""

WINDOW = 3
"""Tasks under way for each thread of the cluster: one in work, others at hand when it is done."""

GONE = "the scheduler of the cluster has gone"


class Cluster:
    """A `map` over the workers of a cluster, for any number of runs; results come in the order they are finished.

    Args:
        client: a `distributed.Client`.
        wait: seconds within which it must have a worker, again if all die; a busy machine starts one slowly.

    Raises:
        WorkError: it has no worker, or one that does not run this very program.
    """

    def __init__(self, client: Any, wait: float = WAIT) -> None:
        self._client, self._wait = client, wait
        try:
            client.wait_for_workers(1, timeout=wait)
        except TimeoutError:
            raise WorkError(
                f"no worker has joined the scheduler within {wait:g} seconds (start one, or raise --cluster-wait)"
            ) from None
        for address, digest in client.run(program, on_error="return").items():
            if isinstance(digest, Exception):
                raise WorkError(f"worker {address} cannot run this program: {digest} (install crm-roi-sim there)")
            if digest != program():
                raise WorkError(
                    f"worker {address} runs another version of this program, numpy or scipy (install the same there)"
                )
        self.workers = sum(client.nthreads().values())

    def __call__(self, function: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
        """Give what the function makes of each task; a task whose worker dies is done again by another.

        Raises:
            WorkError: workers keep dying at a task, there has been none for too long, or the scheduler has gone.
        """
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        if self._client.status != "running":
            raise WorkError(GONE)
        # Not scattered: what is scattered is lost with the last worker that holds it; what a task gives is made again.
        job = self._client.submit(pickle.loads, pickle.dumps(function), pure=False)
        waiting = (self._client.submit(_done, job, pickle.dumps(task), pure=False) for task in tasks)
        under_way = as_completed(islice(waiting, WINDOW * self.workers), loop=self._client.loop)
        try:
            for future in self._finished(under_way):
                result = self._result(future)
                future.release()
                under_way.update(islice(waiting, 1))
                yield result
        except KilledWorker as error:
            raise WorkError(
                "workers of the cluster keep dying at the same task (if memory runs out, give them more)"
            ) from error
        except _lost() as error:
            raise WorkError(GONE) from error
        finally:
            self._client.cancel(list(under_way.futures))

    def _finished(self, under_way: Any) -> Iterator[Any]:
        """Give tasks as they are done; Dask itself would wait for a worker for ever.

        Raises:
            WorkError: there has been no worker for as long as the cluster is waited for.
        """
        while not under_way.is_empty():
            self._await_one(under_way)
            yield next(under_way)

    def _await_one(self, under_way: Any) -> None:
        manned = looked = time.monotonic()
        while not under_way.has_ready():
            with under_way.thread_condition:
                under_way.thread_condition.wait(NAP)
            if time.monotonic() - looked >= min(LOOK, self._wait):
                manned, looked = self._manned(manned), time.monotonic()

    def _result(self, future: Any) -> Any:
        """Give the result of a task that is done; it may have been lost with its worker, and be made again."""
        manned = time.monotonic()
        while True:
            try:
                return future.result(min(LOOK, self._wait))
            except TimeoutError:
                if future.status == "error":  # the task's own
                    raise
                manned = self._manned(manned)

    def _manned(self, before: float) -> float:
        """Give when the cluster last had a worker: now, or when it had one before.

        Raises:
            WorkError: that is too long ago, or the scheduler has gone.
        """
        try:
            workers = self._client.nthreads()
        except OSError as error:
            raise WorkError(GONE) from error
        if workers:
            return time.monotonic()
        if time.monotonic() - before < self._wait:
            return before
        raise WorkError(
            f"the cluster has had no worker for {self._wait:g} seconds (start one, or raise --cluster-wait;"
            " --resume goes on with the journal of a run, if it has one)"
        )


def _done(function: Callable[[A], B], task: bytes) -> B:
    return function(pickle.loads(task))


@contextmanager
def joined(address: str, wait: float = WAIT) -> Iterator[Cluster]:
    """Give the cluster of the scheduler at an address, such as `tcp://10.0.0.5:8786`.

    Certificates of `tls://` are those of Dask's own configuration.

    Raises:
        WorkError: nobody answers there.
        UsageError: not an address, no certificate for it, or the extra is not installed.
    """
    distributed = _distributed()
    listener = _listener(address)
    if address.startswith("tls:") and not distributed.Security().get_connection_args("client").get("ssl_context"):
        raise UsageError(f"{address} needs a certificate (say where in Dask's configuration, distributed.comm.tls)")
    try:
        socket.create_connection(listener, timeout=PROBE).close()  # Dask asks on until the time is up, even of nobody
        _greet(address, wait)
        client = distributed.Client(address, timeout=wait, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        why = _first_line(error) or f"what listens there says nothing a scheduler would say within {wait:g} seconds"
        raise WorkError(f"no scheduler answers at {address}: {why}") from error
    with client:
        yield Cluster(client, wait)


def _greet(address: str, wait: float) -> None:
    """Make sure that what listens is a scheduler: a client of Dask waits for the answer of anything else for ever.

    Raises:
        OSError: it does not answer as one.
    """
    from distributed import Security
    from distributed.comm.core import connect

    async def greet() -> None:
        comm = await connect(address, timeout=wait, **Security().get_connection_args("client"))
        await comm.close()

    async def in_time() -> None:
        await asyncio.wait_for(greet(), wait)

    with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own in this one
        thread.submit(asyncio.run, in_time()).result()


def _listener(address: str) -> tuple[str, int]:
    """Give host and port of a scheduler's address.

    Raises:
        UsageError: it is not one.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        if host and port and address in (f"tcp://{parts.netloc}", f"tls://{parts.netloc}") and "@" not in parts.netloc:
            return host, port
    except ValueError:  # a port that is no number, brackets that do not close
        pass
    raise UsageError(f"'{address}' is not a scheduler's address (write tcp://HOST:PORT or tls://HOST:PORT)")


@contextmanager
def local(workers: int, wait: float = WAIT) -> Iterator[Cluster]:
    """Give a cluster of processes on this machine, a thread each, to be reached from this machine only.

    Raises:
        UsageError: the extra is not installed.
    """
    distributed = _distributed()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        client.wait_for_workers(workers)
        yield Cluster(client, wait)


def _distributed() -> ModuleType:
    try:
        import distributed
    except ImportError as error:
        raise UsageError("a cluster needs Dask (pip install 'crm-roi-sim[distributed]')") from error
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said once, as an error of ours
    return distributed


def _lost() -> tuple[type[BaseException], ...]:
    """Give what Dask raises where its scheduler has gone."""
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    return CancelledError, FutureCancelledError, CommClosedError, TimeoutError


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
