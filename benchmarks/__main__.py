"""How fast a scenario runs, the shipped one if no other is named, and where the time goes, as one table.

Times are the least of several runs, since noise only ever adds. Processor time counts all threads, and other programs
disturb it less; shares are shares of it.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import ROOT, SCENARIO, machine, processes
from benchmarks.table import table

THREADS = (1, 2)


@dataclass(frozen=True)
class Size:
    """How much is run."""

    draws: int
    """Of the simulation, and of the process with report and charts."""
    many: int
    """Of the process without them."""
    runs: int
    repeats: int
    """Passes through the parts of a chunk."""


FULL = Size(draws=65_536, many=1_000_000, runs=5, repeats=24)
QUICK = Size(draws=4_096, many=16_384, runs=1, repeats=4)


class Row(NamedTuple):
    """A line of the table."""

    what: str
    time: str
    processor: str
    share: str = ""
    futures: str = ""
    vendor_futures: str = ""
    memory: str = ""


HEADER = ("", "time", "processor time", "share", "futures/s", "vendor-futures/s", "peak memory")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, in some ten seconds")
    parser.add_argument("--scenario", type=Path, default=ROOT / SCENARIO, help="another scenario file")
    asked = parser.parse_args()
    size, scenario = QUICK if asked.quick else FULL, asked.scenario.resolve()
    # Processes first, while this one is small: a child's peak memory counts the parent's it was forked from.
    whole = list(_process_rows(scenario, size))
    inside = list(_inside_rows(scenario, size))
    print(f"{machine()}\n\n{table(HEADER, [*inside, *whole])}")


def _process_rows(path: Path, size: Size) -> Iterator[Row]:
    """Measure whole processes."""
    with TemporaryDirectory() as folder:
        report = [
            processes.sim("run", str(path), "--draws", str(size.draws), "--out", str(Path(folder, str(run))))
            for run in range(min(size.runs, 3))
        ]
    yield _process_row(f"process: run with report and charts, {size.draws:,} draws", processes.least(report))
    many = processes.sim("run", str(path), "--draws", str(size.many), "--quiet", "--json")
    yield _process_row(f"process: run --quiet --json, {size.many:,} draws", many)
    yield _process_row("process: --help", processes.least([processes.sim("--help") for _ in range(size.runs)]))


def _process_row(what: str, process: processes.Process) -> Row:
    return Row(what, _time(process.seconds), _time(process.processor_seconds), memory=f"{process.megabytes:,.0f} MB")


def _inside_rows(path: Path, size: Size) -> Iterator[Row]:
    """Measure a simulation in this process, and its parts."""
    from benchmarks import parts
    from sim.study.scenario import load

    scenario = load(path)
    seconds, processor_seconds = parts.least(lambda: load(path), runs=size.runs)
    yield Row("reading the scenario", _time(seconds), _time(processor_seconds))
    for threads in THREADS:
        spent = parts.simulation(scenario, size.draws, workers=threads, runs=size.runs)
        yield _simulation_row(threads, size.draws, len(scenario.cases), *spent)
    results = scenario.run(draws=size.draws, seed=parts.SEED)
    times = parts.per_future(scenario, results, repeats=size.repeats)
    for part, time in times.items():
        yield Row(f"part: {part}", "", f"{time * 1e6:.2f} µs a future", f"{time / sum(times.values()):.0%}")
    seconds, processor_seconds = parts.charts(results)
    yield Row("charts", _time(seconds), _time(processor_seconds))


def _simulation_row(threads: int, draws: int, vendors: int, seconds: float, processor_seconds: float) -> Row:
    return Row(
        f"simulation, {threads} thread{'s' if threads > 1 else ''}, {draws:,} draws",
        _time(seconds),
        _time(processor_seconds),
        futures=f"{draws / seconds:,.0f}",
        vendor_futures=f"{vendors * draws / seconds:,.0f}",
    )


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.0f} ms"


if __name__ == "__main__":
    main()
