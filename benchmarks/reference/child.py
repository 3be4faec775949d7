"""One contender in a process of its own: warm up, run once, print what it took and what it found, as JSON."""

import argparse
import json
import resource
import sys
import warnings
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks.processes import RSS_UNIT
from benchmarks.reference.contenders import answering

if TYPE_CHECKING:
    from benchmarks.reference.constants import Answers
    from sim.numbers.arrays import Array

WARM_UP = 16_384
BATCHES = 16
PERCENTILES = (5, 50, 95)
PAYBACK = 24


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--draws", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--irr", action="store_true")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # a peer's own affair, and it would be printed among ours
    json.dump(measured(asked.name, asked.draws, asked.seed, threads=asked.threads, irr=asked.irr), sys.stdout)


def measured(name: str, draws: int, seed: int, *, threads: int = 1, irr: bool = False) -> dict[str, object]:
    """Run a contender after a warm-up: imports, compilation and tables are not counted."""
    answers = answering(name, threads)
    answers(WARM_UP, seed + 1, irr=irr)
    start, processor_start = perf_counter(), process_time()
    answer = answers(draws, seed, irr=irr)
    seconds, processor_seconds = perf_counter() - start, process_time() - processor_start
    return {
        "draws": len(answer.npv),
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / 1e6,
        "digest": digest(answer),
        "statistics": statistics(answer),
    }


def digest(answer: "Answers") -> str:
    """Give a fingerprint of all answers."""
    from hashlib import sha256

    return sha256(b"".join(x.tobytes() for x in answer if x is not None)).hexdigest()


def statistics(answer: "Answers") -> dict[str, tuple[float, float]]:
    """Estimate means, percentiles and the probability of payback, each with its standard error from batches.

    The batches are consecutive draws. Where draws balance each other beyond a batch (Latin hypercube, one long Sobol
    sequence), the standard error is too large, never too small.
    """
    import numpy as np

    def mean(x: "Array") -> "Array":
        return np.asarray(np.nanmean(x, axis=-1))

    def percentile(x: "Array", q: float) -> "Array":
        return np.asarray(np.percentile(x, q, axis=-1))

    asked = {"P(payback <= 24)": estimated(mean, (answer.payback <= PAYBACK).astype(float))}
    for name, x in {"ROI": answer.roi, "NPV": answer.npv}.items():
        asked[f"mean {name}"] = estimated(mean, x)
        for q in PERCENTILES:
            asked[f"P{q} {name}"] = estimated(partial(percentile, q=q), x)
    if answer.irr is not None:
        asked["mean IRR"] = estimated(mean, answer.irr)
    return asked


def estimated(statistic: "Callable[[Array], Array]", x: "Array") -> tuple[float, float]:
    """Give a statistic of all draws, and its standard error from the spread over batches."""
    whole = x[: len(x) // BATCHES * BATCHES]
    by_batch = statistic(whole.reshape(BATCHES, -1))
    return float(statistic(whole)), float(by_batch.std(ddof=1) / BATCHES**0.5)


if __name__ == "__main__":
    main()
