"""Estimates of runs with one input integrated out exactly, and the mean of the tail, which reports do not show."""

import numpy as np

from benchmarks.accuracy.offers import Cases
from benchmarks.accuracy.plain import BEST, CVAR, MEAN, METRICS, P5, P50, P95, PAYBACK, TAIL, WITHIN, Estimates
from sim.analysis.comparison import compare_lines
from sim.analysis.smooth_choice import simulate_smoothed
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.smooth.law import Chances, chances
from sim.engine.smooth.sketches import Affine, affine_of
from sim.model.case import all_inputs
from sim.numbers.arrays import Array
from sim.sampling.design import Design
from sim.sampling.estimates import Bounds


def run(cases: Cases, key: str, draws: int, seed: int, design: Design = Design.SOBOL) -> Estimates:
    """Simulate two vendors with an input integrated out, and estimate; the probability of being best is the first's."""
    vendors = simulate_smoothed(cases, Recipe(draws, seed, design, smooth=key), Means(), metrics=METRICS).vendors
    law, lines = law_of(cases, key), {name: affine_of(vendor.sketches["npv"]) for name, vendor in vendors.items()}
    first = next(iter(vendors))
    sketches = vendors[first].sketches
    npv, roi = sketches["npv"].describe([100 * TAIL]), sketches["roi"].describe([5, 50, 95]).percentiles
    edge = npv.percentiles[100 * TAIL].value
    return {
        MEAN: npv.mean.value,
        PAYBACK: sketches["payback"].probability(Bounds(at_most=WITHIN)).value,
        **{name: roi[q].value for name, q in {P5: 5.0, P50: 50.0, P95: 95.0}.items()},
        CVAR: edge - float(shortfall(lines[first], edge, law).mean()) / TAIL,
        BEST: compare_lines(lines, law).standings[first].p_best.value,
    }


def law_of(cases: Cases, key: str) -> Chances:
    """Give the law of an input."""
    return chances(all_inputs(cases)[key].distribution)


def shortfall(line: Affine, level: float, law: Chances) -> Array:
    """Give the expected shortfall below a level, E[(level - result)+], given the rest, (n,)."""
    short = Affine(level - line.value, -line.slope)
    low, high = short.interval(law.mean)
    within = law.mean_below(np.maximum(low, high)) - law.mean_below(low)
    share = law.between(low, high)
    return short.value * share + short.slope * (within - law.mean * share)
