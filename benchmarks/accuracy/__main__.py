"""Standard errors against time on the reference model as two vendors, by design, and what smoothing would save.

A standard error is the spread of whole runs over independent seeds. Random draws need as many times the draws as
their variance is larger, so a ratio of variances says how many draws a method saves; times are processor time of a
whole run, both vendors, imports and tables excluded.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time

import numpy as np

from benchmarks.accuracy import plain, smooth
from benchmarks.accuracy.offers import along, by_direction, by_influence, offers
from benchmarks.accuracy.plain import MEAN, NAMES, Estimates
from benchmarks.table import table
from sim.distributions import Array
from sim.sampling import REPLICATES, Design

Method = Callable[[int, int], tuple[Estimates, Estimates]]
"""From draws and seed to estimates and the standard errors of a single run; the latter may be empty."""

RANDOM, SOBOL = "random", "sobol"
SIZES = (256, 1_024, 4_096, 16_384, 65_536)
QUICK_SIZES = (256, 1_024)
SEEDS, QUICK_SEEDS = 100, 8
TARGET = 0.001
"""Relative error of the mean NPV at which designs are compared."""


@dataclass(frozen=True)
class Found:
    """What some seeds of one method and size came to."""

    method: str
    draws: int
    seconds: float
    """Least processor time of a run."""
    means: Mapping[str, float]
    errors: Mapping[str, float]
    """Standard deviation of the estimates over seeds."""
    stated: Mapping[str, float]
    """Root mean square of the standard errors that the runs give themselves."""


def methods() -> Mapping[str, Method]:
    """Give every method by name."""
    return {
        RANDOM: partial(plain.run, offers(), Design.RANDOM),
        "latin": partial(plain.run, offers(), Design.LATIN),
        SOBOL: partial(plain.run, offers(), Design.SOBOL),
        "sobol, inputs by influence": partial(plain.run, along(by_influence()), Design.SOBOL),
        "sobol, along the steepest direction": partial(plain.run, along(by_direction()), Design.SOBOL),
        "random, gain smoothed": partial(_smooth, "productivity_gain", Design.RANDOM),
        "sobol, quote smoothed": partial(_smooth, "implementation", Design.SOBOL),
        "sobol, gain smoothed": partial(_smooth, "productivity_gain", Design.SOBOL),
    }


def _smooth(key: str, design: Design, draws: int, seed: int) -> tuple[Estimates, Estimates]:
    return smooth.run(offers(), key, draws, seed, design), {}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, in seconds")
    parser.add_argument("--seeds", type=int, help=f"runs of each method and size (default {SEEDS})")
    asked = parser.parse_args()
    if asked.seeds is not None and asked.seeds < 2:
        parser.error("a spread takes at least 2 seeds")
    seeds = asked.seeds or (QUICK_SEEDS if asked.quick else SEEDS)
    found = list(_measured(QUICK_SIZES if asked.quick else SIZES, seeds))
    print(text(found, seeds))


def _measured(sizes: Sequence[int], seeds: int) -> Iterator[Found]:
    for draws in sizes:
        for name, method in methods().items():
            yield measured(name, method, draws, seeds)
        print(f"{draws:,} draws done", file=sys.stderr, flush=True)


def measured(name: str, method: Method, draws: int, seeds: int) -> Found:
    """Run a method with seeds of its own."""
    method(draws, 0)
    times, runs = [], []
    for seed in range(1, seeds + 1):
        start = process_time()
        runs.append(method(draws, seed))
        times.append(process_time() - start)
    values = {key: np.array([run[key] for run, _ in runs]) for key in NAMES}
    stated = {key: _root_mean_square(np.array([error[key] for _, error in runs if error])) for key in NAMES}
    return Found(
        method=name,
        draws=draws,
        seconds=min(times),
        means={key: float(x.mean()) for key, x in values.items()},
        errors={key: float(x.std(ddof=1)) for key, x in values.items()},
        stated=stated,
    )


def _root_mean_square(x: Array) -> float:
    return float(np.sqrt((x**2).mean())) if x.size else float("nan")


def text(found: Sequence[Found], seeds: int) -> str:
    """Write all tables."""
    largest = max(each.draws for each in found)
    noise = 1 / np.sqrt(2 * (seeds - 1))
    return "\n\n".join(
        [
            f"Standard errors over {seeds} seeds, each known to {noise:.0%}; ROI and probabilities in points.",
            table(("method", "draws", "time", *NAMES), [_errors(each) for each in found]),
            "How many times the draws random draws would need for the same errors (ratio of variances).",
            table(("method", "draws", *NAMES), [_savings(each, found) for each in found if each.method != RANDOM]),
            f"The same for a second of processor time, {largest:,} draws.",
            table(("method", *NAMES), [_a_second(each, found) for each in found if each.draws == largest]),
            "\n".join(f"- {note}" for note in _notes(found)),
        ]
    )


def _errors(each: Found) -> Sequence[str]:
    return each.method, f"{each.draws:,}", f"{each.seconds * 1e3:,.0f} ms", *(_error(each, key) for key in NAMES)


def _error(each: Found, key: str) -> str:
    return f"{each.errors[key]:,.0f}" if key.endswith("NPV") else f"{100 * each.errors[key]:.3f}"


def _savings(each: Found, found: Sequence[Found]) -> Sequence[str]:
    return each.method, f"{each.draws:,}", *(_times(saving(each, found, key)) for key in NAMES)


def _a_second(each: Found, found: Sequence[Found]) -> Sequence[str]:
    faster = _random(each.draws, found).seconds / each.seconds
    return each.method, *(_times(saving(each, found, key) * faster) for key in NAMES)


def saving(each: Found, found: Sequence[Found], key: str) -> float:
    """Give the variance of random draws of the same number in terms of this one; NaN if few seeds all agreed."""
    if not each.errors[key]:
        return float("nan")
    return (_random(each.draws, found).errors[key] / each.errors[key]) ** 2


def _random(draws: int, found: Sequence[Found]) -> Found:
    return next(each for each in found if each.method == RANDOM and each.draws == draws)


def _times(ratio: float) -> str:
    return "-" if np.isnan(ratio) else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _notes(found: Sequence[Found]) -> Iterator[str]:
    target = TARGET * abs(found[-1].means[MEAN])
    needed = {name: draws_for(target, [each for each in found if each.method == name]) for name in (RANDOM, SOBOL)}
    yield (
        f"A standard error of {TARGET:.1%} of the mean NPV takes {needed[RANDOM]:,.0f} random draws and"
        f" {needed[SOBOL]:,.0f} Sobol points: {needed[RANDOM] / needed[SOBOL]:,.0f} times fewer."
    )
    for name in dict.fromkeys(each.method for each in found):
        honesty = stated_against_true([each for each in found if each.method == name])
        if not np.isnan(honesty):
            yield f"Standard errors that {name} runs state ({REPLICATES} replicates): {honesty:.2f} of the true ones."


def stated_against_true(runs: Sequence[Found]) -> float:
    """Give the ratio of stated to true standard errors over all estimates and sizes, NaN if none are stated."""
    ratios = [each.stated[key] / each.errors[key] for each in runs for key in NAMES if each.errors[key]]
    return float(np.exp(np.mean(np.log(ratios))))


def draws_for(error: float, sizes: Sequence[Found]) -> float:
    """Give the draws for a standard error of the mean NPV, by the straight line through all sizes in logarithms."""
    draws, errors = [each.draws for each in sizes], [each.errors[MEAN] for each in sizes]
    slope, level = np.polyfit(np.log(draws), np.log(errors), 1)
    return float(np.exp((np.log(error) - level) / slope))


if __name__ == "__main__":
    main()
