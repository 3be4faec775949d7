"""Estimates of runs with one input integrated out exactly, and the mean of the tail, which reports do not show."""

import numpy as np

from benchmarks.accuracy.offers import Cases
from benchmarks.accuracy.plain import BEST, CVAR, MEAN, METRICS, P5, P50, P95, PAYBACK, TAIL, WITHIN, Estimates
from sim.comparison import compare_lines
from sim.distributions import Array
from sim.run import all_inputs, simulate
from sim.sampling import Design
from sim.smooth import Chances, Line, chances, line_of
from sim.statistics import Bounds


def run(cases: Cases, key: str, draws: int, seed: int, design: Design = Design.SOBOL) -> Estimates:
    """Simulate two vendors with an input integrated out, and estimate; the probability of being best is the first's."""
    vendors = simulate(cases, draws=draws, seed=seed, design=design, metrics=METRICS, smooth=key).vendors
    law, lines = law_of(cases, key), {name: line_of(vendor.tallies["npv"]) for name, vendor in vendors.items()}
    first = next(iter(vendors))
    tallies = vendors[first].tallies
    npv, roi = tallies["npv"].describe([100 * TAIL]), tallies["roi"].describe([5, 50, 95]).percentiles
    edge = npv.percentiles[100 * TAIL].value
    return {
        MEAN: npv.mean.value,
        PAYBACK: tallies["payback"].probability(Bounds(at_most=WITHIN)).value,
        **{name: roi[q].value for name, q in {P5: 5.0, P50: 50.0, P95: 95.0}.items()},
        CVAR: edge - float(shortfall(lines[first], edge, law).mean()) / TAIL,
        BEST: compare_lines(lines, law).standings[first].p_best.value,
    }


def law_of(cases: Cases, key: str) -> Chances:
    """Give the law of an input."""
    return chances(all_inputs(cases)[key].distribution)


def shortfall(line: Line, level: float, law: Chances) -> Array:
    """Give the expected shortfall below a level, E[(level - result)+], given the rest, (n,)."""
    short = Line(level - line.value, -line.slope)
    low, high = short.interval(law.mean)
    within = law.mean_below(np.maximum(low, high)) - law.mean_below(low)
    share = law.between(low, high)
    return short.value * share + short.slope * (within - law.mean * share)
