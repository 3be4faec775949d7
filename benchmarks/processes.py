"""Whole processes: how long they take and how much memory they need at most."""

import os
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from benchmarks import ROOT

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of `ru_maxrss`."""


class Process(NamedTuple):
    """What one process took."""

    seconds: float
    """Wall time."""
    processor_seconds: float
    """Time of all its threads on a processor: what noise from other programs disturbs less."""
    megabytes: float
    """Peak resident memory, 10^6 bytes."""


def sim(*arguments: str) -> Process:
    """Run `python -m sim` with some arguments, what it prints thrown away, and measure it.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", "sim", *arguments]
    start = perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    # wait4 and not getrusage(RUSAGE_CHILDREN): that gives the largest child so far, not this one.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Process(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT / 1e6)


def least(runs: Sequence[Process]) -> Process:
    """Give the least times and the most memory of several runs."""
    seconds, processor_seconds, megabytes = zip(*runs, strict=True)
    return Process(min(seconds), min(processor_seconds), max(megabytes))
