"""What the rounds of a contender come to: least times, most memory, estimates pooled over the rounds' seeds."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from benchmarks import ROOT

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
AGREE = 4.0
"""Standard errors that two estimates of one thing may lie apart."""

Statistics = Mapping[str, tuple[float, float]]
"""Estimate and standard error by name."""


@dataclass(frozen=True)
class Round:
    """What one process found."""

    draws: int
    seconds: float
    processor_seconds: float
    megabytes: float
    digest: str
    statistics: Statistics


@dataclass(frozen=True)
class Measured:
    """All rounds of one contender; or why there are none."""

    rounds: Sequence[Round] = ()
    failure: str = ""

    @property
    def seconds(self) -> float:
        """Least wall time."""
        return min(each.seconds for each in self.rounds)

    @property
    def processor_seconds(self) -> float:
        """Least processor time."""
        return min(each.processor_seconds for each in self.rounds)

    @property
    def rate(self) -> float:
        """Draws a second of processor time, which other programs disturb less than wall time."""
        return self.rounds[0].draws / self.processor_seconds

    @property
    def megabytes(self) -> float:
        """Most memory."""
        return max(each.megabytes for each in self.rounds)

    @property
    def statistics(self) -> Statistics:
        """Estimates over all rounds, which are independent."""
        return {name: self._pooled(name) for name in self.rounds[0].statistics}

    def _pooled(self, name: str) -> tuple[float, float]:
        values, errors = zip(*(each.statistics[name] for each in self.rounds), strict=True)
        return sum(values) / len(values), sqrt(sum(error**2 for error in errors)) / len(errors)


def child(name: str, draws: int, seed: int, *, threads: int = 1, irr: bool = False) -> Round:
    """Run a contender in a process of its own.

    Raises:
        CalledProcessError: it failed; `stderr` says why.
    """
    command = [sys.executable, "-m", "benchmarks.reference.child", name]
    command += ["--draws", str(draws), "--seed", str(seed), "--threads", str(threads)]
    done = subprocess.run(
        command + ["--irr"] * irr,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
        check=True,
    )
    return Round(**json.loads(done.stdout))


def farthest(statistics: Statistics, others: Statistics) -> tuple[str, float]:
    """Give the statistic whose estimates lie farthest apart, in standard errors of their difference."""
    apart = {name: _apart(statistics[name], others[name]) for name in statistics if name in others}
    return max(apart.items(), key=lambda each: each[1])


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    gap, error = abs(a[0] - b[0]), hypot(a[1], b[1])
    return gap / error if error else 0.0 if gap == 0 else float("inf")
