"""Worker processes: the same bytes as one core, whoever dies."""

import multiprocessing
import os
import signal

import pytest

from sim.engine import workers
from sim.engine.processes import Processes
from sim.errors import UsageError, WorkError
from sim.finance.metrics import METRICS
from sim.study.scenario import load
from tests.engine.jobs import DieOnce, die, double, fail, own_id
from tests.places import SCENARIOS
from tests.runs import simulated
from tests.same import assert_same_run

SCENARIO = SCENARIOS / "ten_fold.yaml"
DRAWS = 16 * 4096 * 2
KEPT = {"metrics": ("npv", "payback")}
COUNTED = {"memory": 360_000_000, "metrics": tuple(name for name in METRICS if name != "irr")}
"""There is no room to keep so many metrics."""


@pytest.fixture(scope="module")
def pool():
    with Processes(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def cases():
    return load(SCENARIO).cases


def test_every_task_is_done_once(pool):
    assert sorted(pool(double, range(50))) == [2 * x for x in range(50)]
    assert list(pool(double, [])) == []


def test_workers_stay_for_the_next_run_and_are_not_this_process(pool):
    first, second = (set(pool(own_id, range(6))) for _ in range(2))
    assert first == second
    assert len(first) == 2
    assert os.getpid() not in first


def test_the_task_of_a_killed_worker_is_done_by_another(pool, tmp_path):
    assert sorted(pool(DieOnce(tmp_path / "dead", at=5), range(12))) == list(range(12))
    assert (tmp_path / "dead").exists()


def test_a_task_that_kills_every_worker_is_one_clear_error(pool):
    with pytest.raises(
        WorkError, match=r"^3 worker processes died at the same task \(exit code 7\); if memory ran out"
    ):
        list(pool(die, range(1)))
    assert sorted(pool(double, range(3))) == [0, 2, 4]


def test_an_error_in_a_task_comes_out_with_where_it_was_raised(pool):
    with pytest.raises(ValueError, match="no 3") as caught:
        list(pool(fail, [3]))
    assert "In a worker process" in caught.value.__notes__[0]
    assert sorted(pool(double, range(3))) == [0, 2, 4]


def test_what_cannot_be_sent_is_refused(pool):
    with pytest.raises(UsageError, match="cannot be sent to other processes"):
        list(pool(lambda x: x, [1]))


def test_workers_end_with_their_pool():
    with Processes(2) as pool:
        ids = set(pool(own_id, range(4)))
        assert {child.pid for child in multiprocessing.active_children()} >= ids
    assert not {child.pid for child in multiprocessing.active_children()} & ids


@pytest.mark.parametrize("how", [KEPT, COUNTED], ids=["kept", "counted"])
def test_a_worker_killed_in_mid_run_changes_no_byte(pool, cases, how):
    alone = simulated(cases, draws=DRAWS, seed=4, **how)
    killed = []

    def kill_one(share):
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    assert_same_run(alone, simulated(cases, draws=DRAWS, seed=4, **how, map_=pool, workers=2, progress=kill_one))
    assert killed


def test_long_runs_start_processes_by_themselves_and_later_ones_keep_them(monkeypatch):
    monkeypatch.setattr(workers, "LONG", 1_000)
    with workers.workers_for(workers.WorkersWanted(2)) as ours:
        assert ours.map_for(999, 10**9) is None
        assert ours.map_for(1_000, 900_000_000) is None  # no room for two
        pool = ours.map_for(1_000, 10**9)
        assert isinstance(pool, Processes)
        assert ours.map_for(1, 10**9) is pool
        assert list(pool(abs, [-1])) == [1]
    assert pool._idle == []
    with workers.workers_for(workers.WorkersWanted(1)) as alone:
        assert alone.map_for(10**9, 10**12) is None
    with workers.workers_for(workers.WorkersWanted(64)) as many:
        assert (many.map_for(10**9, 2 * 10**9).workers, many.workers) == (6, 6)


def test_products_of_matrices_stay_on_one_thread_in_a_worker(pool):
    (threads,) = pool(_threads, [None])
    assert set(threads) <= {1}


def _threads(_):
    from threadpoolctl import threadpool_info

    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
