"""One mutant tried: read, and run if it can be; what must hold whatever the file says."""

import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import FrameType

import numpy as np

from sim import load
from sim.analysis.results import Results
from sim.engine.recipe import Recipe
from sim.errors import ScenarioError, SimError
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.report.write import texts

DRAWS = 1_024
CHECK, RUN = 10, 60
"""Seconds that reading a mutant, and running it, may take on a busy machine."""


class TooLongError(Exception):
    """A mutant took longer than it may."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: `refused`, `failed` with an error of ours in the run, `ran`, or `read` only."""

    outcome: str
    wrong: str = ""
    """What must not be, if anything."""
    seconds: float = 0.0


def tried(path: Path, *, runs: bool) -> Verdict:
    """Read the scenario in a file, and run it if wanted; anything but a result or an error of ours is wrong."""
    begin = time.perf_counter()
    try:
        with warnings.catch_warnings(action="error"):
            outcome, wrong = _outcome(path, runs=runs)
    except TooLongError as late:
        outcome, wrong = "wrong", f"over {late} seconds"
    except Exception as error:
        outcome, wrong = "wrong", _told(error)
    return Verdict(outcome, wrong, time.perf_counter() - begin)


def _outcome(path: Path, *, runs: bool) -> tuple[str, str]:
    try:
        with _within(CHECK):
            scenario = load(path)
    except ScenarioError as error:
        return "refused", _misplaced(error, path)
    if not runs:
        return "read", ""
    try:
        with _within(RUN):
            results = scenario.run(Recipe(draws=DRAWS))
            return "ran", _broken(results)
    except SimError as error:
        return "failed", "" if str(error).strip() else "an error without a word"


def _misplaced(error: ScenarioError, path: Path) -> str:
    """Say what is wrong with a refusal: no word, or no line where there is a file."""
    for problem in error.problems:
        if not problem.message.strip():
            return f"a problem without a word at {problem.place}"
        if not problem.line and path.read_bytes().strip() and "text file" not in problem.message:
            return f"a problem without a line: {problem.message}"
    return "" if error.problems else "refused without a problem"


def _broken(results: Results) -> str:
    """Say which invariant a result breaks, if any."""
    for vendor, result in results.items():
        for name in METRICS:
            told = result.statistics(name)
            values = [each.value for _, each in sorted(told.percentiles.items())]
            known = [value for value in values if not np.isnan(value)]
            if any(after < before for before, after in pairwise(known)):
                return f"{vendor}: percentiles of {name} fall: {known}"
            if METRICS[name].kind is not Kind.MONTHS and not np.isfinite(known).all():
                return f"{vendor}: {name} is infinite"
            if not 0 <= told.undefined.value <= 1:
                return f"{vendor}: {name} is undefined in {told.undefined.value} of the futures"
    for name, (text, _) in texts(results).items():
        if not text.strip():
            return f"{name} is empty"
    return ""


def _told(error: BaseException) -> str:
    """Name an error and the place in the program where it arose."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        if "/sim/" in trace.tb_frame.f_code.co_filename:
            place = f"{trace.tb_frame.f_code.co_filename.rpartition('/sim/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}: {str(error)[:150]}"


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Let a block take no longer than some seconds, where the system can tell (not on Windows)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError(seconds)

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
