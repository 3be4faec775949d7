"""Standard errors against time, by design, and what smoothing would save.

The model is the reference model as two vendors, or with --shipped the first two vendors of the shipped scenario.

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
from benchmarks.accuracy.offers import Cases, along, by_direction, by_influence, offers, shipped
from benchmarks.accuracy.plain import MEAN, NAMES, Estimates
from benchmarks.table import table
from sim.numbers.arrays import Array
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import T95

Method = Callable[[int, int], tuple[Estimates, Estimates]]
"""From draws and seed to estimates and the standard errors of a single run; the latter may be empty."""

RANDOM, SOBOL = "random", "sobol"
SIZES = (256, 1_024, 4_096, 16_384, 65_536)
QUICK_SIZES = (256, 1_024)
SEEDS, QUICK_SEEDS = 100, 8
TARGET = 0.001
"""Relative error of the mean NPV at which designs are compared."""


@dataclass(frozen=True)
class Measurement:
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
    """Give every method by name, for the reference model."""
    return {
        RANDOM: partial(plain.run, offers(), Design.RANDOM),
        "latin": partial(plain.run, offers(), Design.LATIN),
        SOBOL: partial(plain.run, offers(), Design.SOBOL),
        "sobol, inputs by influence": partial(plain.run, along(by_influence()), Design.SOBOL),
        "sobol, along the steepest direction": partial(plain.run, along(by_direction()), Design.SOBOL),
        "random, gain smoothed": partial(_smooth, offers(), "productivity_gain", Design.RANDOM),
        "sobol, quote smoothed": partial(_smooth, offers(), "implementation", Design.SOBOL),
        "sobol, gain smoothed": partial(_smooth, offers(), "productivity_gain", Design.SOBOL),
    }


def shipped_methods() -> Mapping[str, Method]:
    """Give the methods that are run on the shipped scenario."""
    hours = "common.effects.hours_saved"
    return {
        **{
            str(design): partial(plain.run, shipped(), design) for design in (Design.RANDOM, Design.LATIN, Design.SOBOL)
        },
        "sobol, hours saved smoothed": partial(_smooth, shipped(), hours, Design.SOBOL),
    }


def _smooth(cases: Cases, key: str, design: Design, draws: int, seed: int) -> tuple[Estimates, Estimates]:
    return smooth.run(cases, key, draws, seed, design), {}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, in seconds")
    parser.add_argument("--shipped", action="store_true", help="the shipped scenario, not the reference model")
    parser.add_argument("--seeds", type=int, help=f"runs of each method and size (default {SEEDS})")
    asked = parser.parse_args()
    if asked.seeds is not None and asked.seeds < 2:
        parser.error("a spread takes at least 2 seeds")
    seeds = asked.seeds or (QUICK_SEEDS if asked.quick else SEEDS)
    chosen = shipped_methods() if asked.shipped else methods()
    results = list(_measured(chosen, QUICK_SIZES if asked.quick else SIZES, seeds))
    print(text(results, seeds))


def _measured(chosen: Mapping[str, Method], sizes: Sequence[int], seeds: int) -> Iterator[Measurement]:
    for draws in sizes:
        for name, method in chosen.items():
            yield measured(name, method, draws, seeds)
        print(f"{draws:,} draws done", file=sys.stderr, flush=True)


def measured(name: str, method: Method, draws: int, seeds: int) -> Measurement:
    """Run a method with seeds of its own."""
    method(draws, 0)
    times, runs = [], []
    for seed in range(1, seeds + 1):
        start = process_time()
        runs.append(method(draws, seed))
        times.append(process_time() - start)
    values = {key: np.array([run[key] for run, _ in runs]) for key in NAMES}
    stated = {key: _root_mean_square(np.array([error[key] for _, error in runs if error])) for key in NAMES}
    return Measurement(
        method=name,
        draws=draws,
        seconds=min(times),
        means={key: float(x.mean()) for key, x in values.items()},
        errors={key: float(x.std(ddof=1)) for key, x in values.items()},
        stated=stated,
    )


def _root_mean_square(x: Array) -> float:
    return float(np.sqrt((x**2).mean())) if x.size else float("nan")


def text(results: Sequence[Measurement], seeds: int) -> str:
    """Write all tables."""
    largest = max(each.draws for each in results)
    noise = 1 / np.sqrt(2 * (seeds - 1))
    return "\n\n".join(
        [
            f"Standard errors over {seeds} seeds, each known to {noise:.0%}; ROI and probabilities in points.",
            table(("method", "draws", "time", *NAMES), [_errors(each) for each in results]),
            "How many times the draws random draws would need for the same errors (ratio of variances).",
            table(
                ("method", "draws", *NAMES),
                [_savings(each, results) for each in results if each.method != RANDOM],
            ),
            f"The same for a second of processor time, {largest:,} draws.",
            table(("method", *NAMES), [_a_second(each, results) for each in results if each.draws == largest]),
            "\n".join(f"- {note}" for note in _notes(results)),
        ]
    )


def _errors(each: Measurement) -> Sequence[str]:
    return each.method, f"{each.draws:,}", f"{each.seconds * 1e3:,.0f} ms", *(_error(each, key) for key in NAMES)


def _error(each: Measurement, key: str) -> str:
    return f"{each.errors[key]:,.0f}" if key.endswith("NPV") else f"{100 * each.errors[key]:.3f}"


def _savings(each: Measurement, results: Sequence[Measurement]) -> Sequence[str]:
    return each.method, f"{each.draws:,}", *(_times(saving(each, results, key)) for key in NAMES)


def _a_second(each: Measurement, results: Sequence[Measurement]) -> Sequence[str]:
    faster = _random(each.draws, results).seconds / each.seconds
    return each.method, *(_times(saving(each, results, key) * faster) for key in NAMES)


def saving(each: Measurement, results: Sequence[Measurement], key: str) -> float:
    """Give the variance of random draws of the same number in terms of this one; NaN if few seeds all agreed."""
    if not each.errors[key]:
        return float("nan")
    return (_random(each.draws, results).errors[key] / each.errors[key]) ** 2


def _random(draws: int, results: Sequence[Measurement]) -> Measurement:
    return next(each for each in results if each.method == RANDOM and each.draws == draws)


def _times(ratio: float) -> str:
    return "-" if np.isnan(ratio) else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _notes(results: Sequence[Measurement]) -> Iterator[str]:
    for what, part in {"standard error": 1.0, "95% half-width": 1 / T95}.items():
        target = TARGET * part * abs(results[-1].means[MEAN])
        random, sobol = (
            random_draws_for(target, results),
            draws_for(target, [x for x in results if x.method == SOBOL]),
        )
        yield (
            f"A {what} of {TARGET:.1%} of the mean NPV takes {random:,.0f} random draws and {sobol:,.0f} Sobol points:"
            f" {random / sobol:,.0f} times fewer."
        )
    for name in dict.fromkeys(each.method for each in results):
        honesty = stated_against_true([each for each in results if each.method == name])
        if not np.isnan(honesty):
            yield f"Standard errors that {name} runs state ({REPLICATES} replicates): {honesty:.2f} of the true ones."


def stated_against_true(runs: Sequence[Measurement]) -> float:
    """Give the ratio of stated to true standard errors over all estimates and sizes, NaN if none are stated."""
    ratios = [each.stated[key] / each.errors[key] for each in runs for key in NAMES if each.errors[key]]
    return float(np.exp(np.mean(np.log(ratios))))


def random_draws_for(error: float, results: Sequence[Measurement]) -> float:
    """Give the random draws for a standard error of the mean NPV, by the variance of a single draw."""
    one = np.mean([each.draws * each.errors[MEAN] ** 2 for each in results if each.method == RANDOM])
    return float(one / error**2)


def draws_for(error: float, sizes: Sequence[Measurement]) -> float:
    """Give the draws for a standard error of the mean NPV, on straight lines between sizes, in logarithms."""
    draws, errors = np.log([each.draws for each in sizes]), np.log([each.errors[MEAN] for each in sizes])
    end = min(max(int((errors > np.log(error)).sum()), 1), len(sizes) - 1)
    slope = (draws[end] - draws[end - 1]) / (errors[end] - errors[end - 1])
    return float(np.exp(draws[end] + slope * (np.log(error) - errors[end])))


if __name__ == "__main__":
    main()
