"""What handing work over costs, and what a very large job needs on paper, as two tables.

The first is measured on this machine, the second worked out from it: 10^9 draws of a thousand scenarios of ten vendors.
"""

import argparse
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks import ROOT, SCENARIO, machine, processes
from benchmarks.table import table
from sim.engine.cluster import local
from sim.engine.gather import Gathering
from sim.engine.journal import Journal
from sim.engine.means import Means
from sim.engine.packing import pack
from sim.engine.parts import Job, Part
from sim.engine.plan import ROWS, Plan
from sim.engine.processes import Processes
from sim.engine.recipe import Recipe
from sim.engine.run import simulate
from sim.engine.tasks import SECONDS
from sim.finance.metrics import METRICS
from sim.sampling.draws import REPLICATES, TOGETHER, blocks
from sim.study.scenario import load

WORKERS = 2
MEMORY = 400_000_000
"""So little that draws are counted, as they are in a job too large for memory."""
BIG_DRAWS, BIG_SCENARIOS, BIG_VENDORS, BIG_CORES = 10**9, 1000, 10, 1000


class Size(NamedTuple):
    """How much is run."""

    draws: int
    """Of each way to run."""
    blocks: int
    """Of the task whose part is looked at; 0 for as many as take a few seconds."""
    tasks: int
    """That do nothing, to see what handing them over costs."""


FULL, QUICK = Size(524_288, 0, 2000), Size(262_144, 2, 100)


class Costs(NamedTuple):
    """What the second table is worked out from, of one task of this scenario's vendors."""

    block: float
    """Seconds of one core for a block."""
    enter: float
    """Seconds to enter its part into the result."""
    part: int
    """Bytes of its part as it is sent."""
    packed: int
    """Bytes of its part in a journal."""
    append: float
    """Seconds to write it there."""
    blocks: int
    vendors: int


def main() -> None:
    """Measure, work out, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version")
    size = QUICK if parser.parse_args().quick else FULL
    memory = processes.sim(
        "run", str(SCENARIO), "--draws", str(size.draws), "--memory", "400MB", "--quiet", "--json"
    ).megabytes
    costs = _task_costs(size.blocks)
    rows = [*_task_rows(costs), ("peak memory of a run with --memory 400MB", f"{memory:,.0f} MB"), *_way_rows(size)]
    print(f"{machine()}\n\n{table(('measured', ''), rows)}\n\n{table(('on paper', ''), list(_big_rows(costs)))}")


def _plan() -> Plan:
    return Plan(load(ROOT / SCENARIO).cases, Recipe(), tuple(METRICS), rows=ROWS // REPLICATES, counts=True)


def _task_costs(many: int) -> Costs:
    """Do one task beyond the draws that are kept, twice, and enter it the second time into what the first left."""
    plan = _plan()
    gathering = Gathering(plan, 1 << 22)
    job = Job(plan, gathering.centres)
    todo = [block for block in blocks(gathering.size) if block[0].start >= plan.rows]
    first = job(todo[:2])
    many = many or max(1, int(SECONDS / (first.seconds / 2)))
    gathering.enter(job(todo[:many]))
    part = job(todo[many : 2 * many])
    enter = _seconds(lambda: gathering.enter(part))
    append = _append_seconds(part)
    sent, packed = len(pickle.dumps(part, pickle.HIGHEST_PROTOCOL)), len(pack(part))
    return Costs(part.seconds / many, enter, sent, packed, append, many, len(plan.cases))


def _append_seconds(part: Part) -> float:
    with TemporaryDirectory() as folder, Journal(Path(folder, "a.journal"), resume=False).of({}) as journal:
        return min(_seconds(lambda: journal.append(part)) for _ in range(5))


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _task_rows(costs: Costs) -> Iterator[tuple[str, str]]:
    yield "one core, futures a second", f"{TOGETHER / costs.block:,.0f}"
    yield "one core, time of a vendor in a future", f"{costs.block / TOGETHER / costs.vendors * 1e6:.1f} µs"
    yield f"task of {costs.blocks} blocks", f"{costs.blocks * costs.block:.1f} s"
    yield "its part, as sent", f"{costs.part / 1e6:.2f} MB"
    yield "its part, entered into the result", f"{costs.enter * 1e3:.0f} ms"
    yield "its part, in a journal", f"{costs.packed / 1e6:.2f} MB"
    yield "its part, on the disk", f"{costs.append * 1e3:.0f} ms"


def _way_rows(size: Size) -> Iterator[tuple[str, str]]:
    cases = load(ROOT / SCENARIO).cases

    def run(**how: Any) -> float:
        return _seconds(lambda: simulate(cases, Recipe(size.draws), Means(memory=MEMORY, **how)))

    yield f"{size.draws:,} draws, one thread", f"{run():.1f} s"
    yield f"{size.draws:,} draws, {WORKERS} threads", f"{run(workers=WORKERS):.1f} s"
    ways: dict[str, Callable[[], AbstractContextManager[Any]]] = {
        "processes": lambda: Processes(WORKERS),
        "processes of a Dask cluster": lambda: local(WORKERS),
    }
    for name, way in ways.items():
        start = perf_counter()
        with way() as map_:
            list(map_(abs, range(WORKERS)))
            yield f"{WORKERS} {name}, to start", f"{perf_counter() - start:.1f} s"
            each = _seconds(lambda map_=map_: list(map_(abs, range(size.tasks)))) / size.tasks  # type: ignore[misc]
            yield f"{WORKERS} {name}, a task that does nothing", f"{each * 1e3:.2f} ms"
            yield f"{size.draws:,} draws, {WORKERS} {name}", f"{run(map_=map_, workers=WORKERS):.1f} s"


def _big_rows(costs: Costs) -> Iterator[tuple[str, str]]:
    """Work out the large job, for tasks as measured and for tasks ten times as long."""
    seconds = BIG_DRAWS / TOGETHER * BIG_SCENARIOS * costs.block * BIG_VENDORS / costs.vendors
    yield (
        f"{BIG_DRAWS:,} draws x {BIG_SCENARIOS:,} scenarios x {BIG_VENDORS} vendors",
        f"{seconds / 3600:,.0f} core hours",
    )
    yield f"on {BIG_CORES:,} cores", f"{seconds / BIG_CORES / 3600:,.1f} hours"
    for task in (SECONDS, 10 * SECONDS):
        tasks = seconds / task
        parts = tasks * costs.part * BIG_VENDORS / costs.vendors
        entering = tasks * costs.enter * BIG_VENDORS / costs.vendors
        yield f"tasks of {task:.0f} s", f"{tasks:,.0f}"
        yield "  parts over the network", f"{parts / 1e12:,.1f} TB"
        yield "  network into one coordinator", f"{parts / (seconds / BIG_CORES) / 1e6:,.0f} MB/s"
        yield "  one coordinator entering them", f"{entering / 3600:,.0f} hours"
        yield "  cores that one coordinator keeps busy", f"{seconds / entering:,.0f}"


if __name__ == "__main__":
    main()
