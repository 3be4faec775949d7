"""A real cluster of processes on this machine: the same bytes as one core, whoever dies."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sim.engine.cluster import Cluster, joined, local
from sim.engine.journal import Journal
from sim.errors import UsageError, WorkError
from sim.finance.metrics import METRICS
from sim.study.scenario import load
from tests.commands import run as sim
from tests.engine.jobs import fail
from tests.places import ROOT
from tests.runs import simulated
from tests.same import assert_same_run

pytest.importorskip("distributed")

SCENARIO = ROOT / "scenarios" / "ten_fold.yaml"
DRAWS = 16 * 4096 * 2
FEW = 16 * 4096
KEPT = {"metrics": ("npv", "payback")}
COUNTED = {"memory": 360_000_000, "metrics": tuple(name for name in METRICS if name != "irr")}
"""There is no room to keep so many metrics."""


@pytest.fixture(scope="module")
def cluster():
    with local(2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cases():
    return load(SCENARIO).cases


def worker_ids(cluster):
    return list(cluster._client.run(os.getpid).values())


@pytest.mark.parametrize("how", [KEPT, COUNTED], ids=["kept", "counted"])
def test_a_worker_killed_in_mid_run_changes_no_byte(cluster, cases, how):
    alone = simulated(cases, draws=DRAWS, seed=4, **how)
    victim = worker_ids(cluster)[0]
    killed = []

    def kill_one(share):
        if share > 0.2 and not killed:
            os.kill(victim, signal.SIGKILL)
            killed.append(share)

    assert_same_run(alone, simulated(cases, draws=DRAWS, seed=4, **how, map_=cluster, workers=2, progress=kill_one))
    assert killed
    cluster._client.wait_for_workers(2, timeout=30)
    assert victim not in worker_ids(cluster)


def test_workers_use_one_thread_each(cluster):
    assert set(cluster._client.run(os.getenv, "OPENBLAS_NUM_THREADS").values()) == {"1"}
    assert cluster.workers == 2


def test_a_run_leaves_nothing_on_the_cluster(cluster):
    assert sorted(cluster(abs, range(-40, 0))) == list(range(1, 41))
    deadline = time.monotonic() + 60
    while left := cluster._client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_an_error_in_a_task_comes_out_and_the_cluster_stays(cluster):
    with pytest.raises(ValueError, match="no 3"):
        list(cluster(fail, [3]))
    assert list(cluster(abs, [-1])) == [1]


def test_a_scheduler_that_is_not_there_is_one_error_at_once():
    """Nobody listens: the wait for a busy one, an hour here, does not apply."""
    nobody = pytest.raises(WorkError, match=r"^no scheduler answers at tcp://127.0.0.1:9: .*Connection refused")
    with nobody, joined("tcp://127.0.0.1:9", wait=3600):
        pass


def test_tls_without_a_certificate_is_one_error():
    done = sim("run", SCENARIO, "--json", "--scheduler", "tls://127.0.0.1:9")
    assert done.returncode == 2
    assert (
        done.stderr
        == b"sim: tls://127.0.0.1:9 needs a certificate (say where in Dask's configuration, distributed.comm.tls)\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1:8786", "http://127.0.0.1", "inproc://1", "", "tcp://", "tls://", "tcp://x:y", "tcp://host:99999"),
        *(
            "tcp://[::1",
            "tcp://user@host:1/path",
            "tcp://user@host:1",
            "tcp://host",
            "tcp://host:1/path",
            "tcp://host:1\x1b",
        ),
    ],
)
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(UsageError, match="is not a scheduler's address"), joined(address):
        pass


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'crm-roi-sim\[distributed\]'"), local(1):
        pass


@pytest.fixture
def scheduler(tmp_path):
    """The process of a scheduler without workers, and its address."""
    told = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--no-dashboard", "--scheduler-file", told],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    try:
        while not told.exists() or not told.read_text():
            time.sleep(0.05)
        yield process, json.loads(told.read_text())["address"]
    finally:
        process.kill()
        process.wait()


@contextmanager
def working(address, folder, source=ROOT):
    """A worker of a scheduler, with the program from a folder."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard", "--nthreads", "1"]
    process = subprocess.Popen(
        [*command, "--no-nanny", "--death-timeout", "10"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(source)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_scheduler_without_workers_is_one_error(scheduler):
    alone = pytest.raises(WorkError, match=r"no worker has joined the scheduler within 0\.2 seconds \(start one, or")
    with alone, joined(scheduler[1], wait=0.2):
        pass


def test_a_worker_with_another_version_of_the_program_is_refused(scheduler, tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "sim")
    with (tmp_path / "sim" / "finance" / "irr.py").open("a") as file:
        file.write("# changed\n")
    with (
        working(scheduler[1], tmp_path, source=tmp_path),
        pytest.raises(WorkError, match="runs another version of this program, numpy or scipy"),
        joined(scheduler[1]),
    ):
        pass


def test_a_scheduler_elsewhere_gives_the_same_bytes_until_it_goes(scheduler, cases, tmp_path):
    process, address = scheduler

    def stop(share):
        process.kill()

    with working(address, tmp_path), joined(address) as cluster:
        assert_same_run(simulated(cases, draws=4096, seed=1), simulated(cases, draws=4096, seed=1, map_=cluster))
        for _ in range(3):  # lost in mid-run, while Dask looks for it, and when Dask has given up
            with pytest.raises(WorkError, match="the scheduler of the cluster has gone"):
                simulated(cases, draws=DRAWS, seed=1, map_=cluster, progress=stop)


def test_the_command_line_runs_on_a_cluster_and_prints_the_same_bytes():
    alone, away = (sim("run", SCENARIO, "--draws", 1024, "--json", *more) for more in ([], ["--cluster", "local"]))
    assert (away.returncode, away.stderr) == (0, b"")
    assert away.stdout == alone.stdout


def test_the_command_line_says_that_no_scheduler_answers():
    done = sim("run", SCENARIO, "--json", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert done.stderr.startswith(b"sim: no scheduler answers at tcp://127.0.0.1:9")
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cluster", "mars"], b"no cluster is called 'mars' (local, or --scheduler for one that is there)"),
        (["--cluster", "local", "--processes"], b"give one of --processes, --cluster and --scheduler"),
        (["--scheduler", "tcp://127.0.0.1:9", "--workers", "3"], b"--workers are those of this machine"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(arguments, message):
    done = sim("run", SCENARIO, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize("wait", ["nan", "inf", "-inf", "-1", "0", "1e300"])
def test_a_wait_that_is_no_time_is_refused(wait):
    done = sim("run", SCENARIO, "--json", "--cluster", "local", f"--cluster-wait={wait}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"sim: cannot wait {float(wait):g} seconds for a cluster (give a number".encode())


class Silent(SimpleHTTPRequestHandler):
    """A web server that keeps no log."""

    def log_message(self, *about):
        pass


def test_a_web_server_in_place_of_a_scheduler_is_one_error():
    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.server_port}"
        done = sim("run", SCENARIO, "--json", "--scheduler", address, "--cluster-wait", 1)
        server.shutdown()
    assert done.returncode == 2
    assert done.stderr.startswith(f"sim: no scheduler answers at {address}".encode())
    assert done.stderr.count(b"\n") == 1


def test_a_run_whose_last_worker_dies_ends_and_keeps_its_journal(scheduler, cases, tmp_path):
    alone = simulated(cases, draws=FEW, seed=1, **KEPT)
    journal = tmp_path / "x.journal"
    with working(scheduler[1], tmp_path) as worker, joined(scheduler[1]) as cluster:
        impatient = Cluster(cluster._client, wait=2)
        how = {"map_": impatient, "progress": lambda share: worker.kill(), **KEPT}
        with pytest.raises(WorkError, match=r"^the cluster has had no worker for 2 seconds \(start one, or raise"):
            simulated(cases, draws=FEW, seed=1, journal=Journal(journal, resume=False), **how)
    with working(scheduler[1], tmp_path), joined(scheduler[1]) as cluster:
        again = Journal(journal, resume=True)
        assert_same_run(alone, simulated(cases, draws=FEW, seed=1, map_=cluster, journal=again, **KEPT))


def test_a_worker_that_joins_in_time_takes_over(scheduler, cases, tmp_path):
    alone = simulated(cases, draws=FEW, seed=1, **KEPT)
    with ExitStack() as stack:
        worker = stack.enter_context(working(scheduler[1], tmp_path))
        cluster = stack.enter_context(joined(scheduler[1]))

        def replace(share):
            if worker.poll() is None:
                worker.kill()
                worker.wait()
                stack.enter_context(working(scheduler[1], tmp_path))

        assert_same_run(alone, simulated(cases, draws=FEW, seed=1, map_=cluster, progress=replace, **KEPT))
