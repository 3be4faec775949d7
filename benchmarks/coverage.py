"""Whether the 95 % intervals cover: many short runs with their own intervals against one long run.

For each vendor of a scenario: mean NPV, P(payback <= 24) and P(best); where a project may be cancelled, also P10 and
P50 of the cost and of NPV, of which P10 of the cost falls between the cancelled and the others: its interval is then
the gap that a run states (`--scenario scenarios/what_may_go_wrong.yaml`). The long run is several Sobol runs with seeds
of their own; its standard error is theirs pooled, and is printed in standard errors of a short run, since its own error
makes intervals miss a little more often than they should (not visibly below a fifth).
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import ROOT, SCENARIO
from benchmarks.table import table
from sim.analysis.result import Result
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import T95, Estimate
from sim.study.scenario import Scenario, load

PROCESSES = 2
PAYBACK = 24
LONG_RUNS = 8
FIRST_LONG_SEED = 1_000_001
DESIRED = (0.90, 0.99)


class Quantity(NamedTuple):
    """What is estimated."""

    vendor: str
    name: str

    @property
    def is_money(self) -> bool:
        """Whether it is an amount and not a probability."""
        return not self.name.startswith("P(")


Estimates = Mapping[Quantity, Estimate]


@dataclass(frozen=True)
class Coverage:
    """How a quantity's intervals did in one design."""

    quantity: Quantity
    design: Design
    covered: float
    """Share of the intervals that cover the long run's value."""
    half_width: float
    """Mean half-width of the intervals."""
    calibration: float
    """Root mean square of the actual errors in terms of the stated ones; 1 if the standard errors are honest."""
    variance: float
    """Mean of the stated variances, which estimates the variance far better than the spread of the estimates."""
    long_run: Estimate


@cache
def scenario(path: Path) -> Scenario:
    """Load a scenario, once a process."""
    return load(ROOT / path)


def estimates(path: Path, design: Design, draws: int, seed: int) -> Estimates:
    """Run once and give every quantity."""
    results = scenario(path).run(draws=draws, seed=seed, design=design)
    values = {}
    for vendor in results:
        standing = results.comparison.standings[vendor]
        values[Quantity(vendor, "mean NPV")] = standing.mean
        values[Quantity(vendor, f"P(payback <= {PAYBACK})")] = results[vendor].probability("payback", at_most=PAYBACK)
        values[Quantity(vendor, "P(best)")] = standing.p_best
        if results[vendor].live is not None:
            for metric, q in product(("cost", "npv"), (10.0, 50.0)):
                values[Quantity(vendor, f"P{q:g} {metric}")] = percentile(results[vendor], metric, q)
    return values


def percentile(result: Result, metric: str, q: float) -> Estimate:
    """Give a percentile as the middle of its interval, and a standard error that makes it: of a gap, all of it."""
    described = result.statistics(metric)
    if q not in described.gaps:
        return described.percentiles[q]
    gap = described.gaps[q]
    return Estimate((gap.low + gap.high) / 2, (gap.high - gap.low) / 2 / T95)


def pooled(runs: Sequence[Estimates]) -> Estimates:
    """Average independent runs of one size."""
    return {quantity: _average([run[quantity] for run in runs]) for quantity in runs[0]}


def _average(independent: Sequence[Estimate]) -> Estimate:
    values, errors = np.array(independent).T
    return Estimate(float(values.mean()), float(np.sqrt((errors**2).sum()) / errors.size))


def coverage(runs: Sequence[Estimates], quantity: Quantity, design: Design, long_run: Estimate) -> Coverage:
    """Hold the intervals of some runs against the long run's value."""
    values, errors = np.array([run[quantity] for run in runs]).T
    off = np.abs(values - long_run.value)
    stated = float((errors**2).mean())
    return Coverage(
        quantity,
        design,
        covered=float((off <= T95 * errors).mean()),
        half_width=float(T95 * errors.mean()),
        calibration=_ratio(_root_mean_square(off), float(np.sqrt(stated))),
        variance=stated,
        long_run=long_run,
    )


def _root_mean_square(x: NDArray[np.float64]) -> float:
    return float(np.sqrt((x**2).mean()))


def _ratio(a: float, b: float) -> float:
    return a / b if b > 0 else float("nan")


def main() -> None:
    """Run, and print the tables."""
    asked = _arguments()
    with ProcessPoolExecutor(PROCESSES) as pool:
        long_runs = partial(estimates, asked.scenario, Design.SOBOL, asked.reference)
        seeds = range(FIRST_LONG_SEED, FIRST_LONG_SEED + LONG_RUNS)
        reference = pooled(list(_told("long run", pool.map(long_runs, seeds), LONG_RUNS)))
        coverages = []
        for design in asked.design or list(Design):
            short = pool.map(
                partial(estimates, asked.scenario, design, asked.draws), range(1, asked.seeds + 1), chunksize=2
            )
            runs = list(_told(design, short, asked.seeds))
            coverages += [coverage(runs, quantity, design, known) for quantity, known in reference.items()]
    print(_text(coverages, seeds=asked.seeds, draws=asked.draws, reference=asked.reference))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="short runs of each design")
    parser.add_argument("--draws", type=int, default=4096, help="draws of a short run")
    parser.add_argument("--scenario", type=Path, default=SCENARIO, help="scenario file (mid_market.yaml)")
    parser.add_argument("--design", type=Design, action="append", help="only this design; may be repeated")
    parser.add_argument("--reference", type=int, default=262_144, help=f"draws of each of the {LONG_RUNS} long runs")
    return parser.parse_args()


def _told(what: str, runs: Iterable[Estimates], count: int) -> Iterator[Estimates]:
    """Pass runs on, saying now and then how many are done."""
    for done, run in enumerate(runs, start=1):
        if done == count or done % max(1, count // 10) == 0:
            print(f"{what}: {done} of {count}", file=sys.stderr, flush=True)
        yield run


def _text(coverages: Sequence[Coverage], *, seeds: int, draws: int, reference: int) -> str:
    designs = list(dict.fromkeys(each.design for each in coverages))
    common = [each for each in coverages if not _is_rare(each, draws)]
    return "\n\n".join(
        [
            f"{seeds} seeds of {draws:,} draws; long run {LONG_RUNS} × {reference:,} draws.",
            _quantities(coverages, draws),
            "Each design over all quantities" + (" but the rare ones (†)." if len(common) < len(coverages) else "."),
            _designs([(design, [each for each in common if each.design is design]) for design in designs], coverages),
            _notes(coverages, common, seeds),
        ]
    )


def _quantities(coverages: Sequence[Coverage], draws: int) -> str:
    header = ("vendor", "quantity", "design", "long run", "covered", "half-width", "error / stated", "variance")
    ordered = sorted(coverages, key=lambda each: [other.quantity for other in coverages].index(each.quantity))
    rows = [
        (
            each.quantity.vendor,
            each.quantity.name + (" †" if _is_rare(each, draws) else ""),
            str(each.design),
            _number(each.quantity, each.long_run.value),
            f"{each.covered:.1%}",
            _number(each.quantity, each.half_width),
            _plain(each.calibration),
            _gain(_against_random(each, coverages)),
        )
        for each in ordered
    ]
    return table(header, rows, texts=3)


def _designs(groups: Sequence[tuple[Design, Sequence[Coverage]]], coverages: Sequence[Coverage]) -> str:
    header = ("design", "covered", "lowest", "highest", "variance, mean NPV", "variance, probabilities")
    rows = []
    for design, group in groups:
        shares = [each.covered for each in group]
        ratios = [
            [_against_random(each, coverages) for each in group if each.quantity.is_money is money]
            for money in (True, False)
        ]
        rows.append(
            (
                str(design),
                f"{np.mean(shares):.1%}",
                f"{min(shares):.1%}",
                f"{max(shares):.1%}",
                *(_gain(_geometric_mean(each)) for each in ratios),
            )
        )
    return table(header, rows)


def _notes(coverages: Sequence[Coverage], common: Sequence[Coverage], seeds: int) -> str:
    low, high = DESIRED
    outside = [
        f"{each.quantity.vendor}, {each.quantity.name}, {each.design} ({each.covered:.1%})"
        for each in common
        if not low <= each.covered <= high
    ]
    blurred = max(_ratio(each.long_run.se, float(np.sqrt(each.variance))) for each in common)
    by_chance = 1.96 * float(np.sqrt(0.95 * 0.05 / seeds))
    notes = [
        f"Outside {low:.0%} to {high:.0%}: {'; '.join(outside) or 'none'}.",
        f"By chance alone, coverage of 95 % shows as 95 % ± {100 * by_chance:.1f} with {seeds} seeds.",
        f"The long run's standard error is at most {blurred:.2f} of a short run's.",
        "Variance is that of the estimate against random draws of the same number (1 is no gain; a tenth is worth ten"
        " times the draws); error / stated is the root mean square error in stated standard errors (1 is honest).",
    ]
    if len(common) < len(coverages):
        notes.append(
            f"† So rare, or so certain, that a run sees fewer than one case in each of its {REPLICATES} replicates:"
            " often none at all, and then the interval has no width."
        )
    return "\n".join(f"- {note}" for note in notes)


def _is_rare(each: Coverage, draws: int) -> bool:
    p = each.long_run.value
    return not each.quantity.is_money and min(p, 1 - p) * draws < REPLICATES


def _against_random(each: Coverage, coverages: Sequence[Coverage]) -> float:
    """Give the variance of the same quantity against random draws; NaN if those were not run."""
    random = [other for other in coverages if other.design is Design.RANDOM and other.quantity == each.quantity]
    return _ratio(each.variance, random[0].variance) if random else float("nan")


def _geometric_mean(ratios: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def _number(quantity: Quantity, value: float) -> str:
    return f"{value:,.0f}" if quantity.is_money else f"{value:.2%}"


def _plain(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def _gain(ratio: float) -> str:
    return "-" if np.isnan(ratio) else f"{ratio:.2g}"


if __name__ == "__main__":
    main()
