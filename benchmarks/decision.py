"""What answers cost beside the simulation they come from: options, fit, break-evens, tornado, the tail, stresses.

Processor time of each on the draws of one run of the shipped scenario, one thread, in the order in which an analyst
asks; ratios to the simulation are what counts, since machines differ. What needs new evaluations of the model says how
many vendors it values again.
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is there: one thread is one thread

import sim
from benchmarks import ROOT, machine
from benchmarks.table import table
from sim.analysis.results import Results
from sim.finance.metrics import METRICS

DRAWS = 65_536
VENDOR = "HubSpot Sales Hub Professional"
PRICE = "licence.list_price"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decision", description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS)
    asked = parser.parse_args(arguments)
    scenario = sim.load(ROOT / "scenarios" / "mid_market.yaml")
    small = scenario.run(draws=4096)
    for _, _, ask in QUESTIONS:  # imports and tables
        ask(small)
    results, whole = timed(lambda: scenario.run(draws=asked.draws, workers=1))
    rows = [("simulation, 3 vendors", f"{whole:.2f} s", "1", "3")]
    first = 0.0
    for name, evaluations, ask in QUESTIONS:
        _, seconds = timed(partial(ask, results))
        first += seconds if name in TOGETHER else 0.0
        rows.append((name, f"{seconds:.2f} s", f"{seconds / whole:.2f}", evaluations))
    rows.append(("options, fit, a break-even with its curve, tornado", f"{first:.2f} s", f"{first / whole:.2f}", ""))
    print(f"{machine()}\n")
    print(table(("answer", "time", "by the simulation", "vendors valued again"), rows))


def timed(ask: Callable[[], object]) -> tuple[Results, float]:
    """Give what is answered, and the processor time that it took."""
    start = time.process_time()
    answer = ask()
    return answer, time.process_time() - start  # type: ignore[return-value]


def _statistics(results: Results) -> object:
    return [result.statistics(metric) for result in results.values() for metric in METRICS]


def _breakeven(results: Results) -> object:
    return results.breakeven_curve(results.breakeven(VENDOR, PRICE, "best"))


QUESTIONS: tuple[tuple[str, str, Callable[[Results], object]], ...] = (
    ("percentiles of all metrics", "", _statistics),
    ("options", "", lambda results: results.options(risk_tolerance=300_000)),
    ("fit, 0 to 30%", "the lines of 3", lambda results: results.fit()),
    ("what it would take", "2, of 4,096 draws, some 5 times", lambda results: results.catch_up()),
    ("a break-even price with its curve", "4 of 1", _breakeven),
    ("the tornado of the gap", "", lambda results: results.drivers()),
    ("the worst futures of a vendor", "", lambda results: results.tail()),
    ("a stress by re-run", "3", lambda results: results.stress({"Weak": {"adoption": "below p20"}})),
    ("the advice in words, all else known", "", lambda results: results.advice()),
)
"""Answers, how often the model is asked again, and how they are asked for."""

TOGETHER = {
    "options",
    "fit, 0 to 30%",
    "what it would take",
    "a break-even price with its curve",
    "the tornado of the gap",
}
"""What is to cost less than the simulation."""

if __name__ == "__main__":
    main()
