"""Estimates from draws as they are."""

from collections.abc import Mapping

import numpy as np

from benchmarks.accuracy.offers import Cases
from sim.engine.recipe import Recipe
from sim.engine.run import simulate
from sim.numbers.arrays import Array
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES

MEAN, PAYBACK, P5, P50, P95, CVAR, BEST = NAMES = (
    "mean NPV", "P(payback <= 24)", "P5 ROI", "P50 ROI", "P95 ROI", "CVaR 5 % NPV", "P(best)",
)  # fmt: skip
WITHIN, TAIL = 24, 0.05
METRICS = ("npv", "roi", "payback")

Estimates = Mapping[str, float]


def run(cases: Cases, design: Design, draws: int, seed: int) -> tuple[Estimates, Estimates]:
    """Simulate two vendors; give the estimates, of the first of them, and their standard errors from replicates."""
    vendors = simulate(cases, Recipe(draws, seed, design), metrics=METRICS).vendors
    first, second = vendors.values()
    columns = {name: first.metrics[name].reshape(REPLICATES, -1) for name in METRICS}
    columns["other"] = second.metrics["npv"].reshape(REPLICATES, -1)
    parts = [estimates({name: x[replicate] for name, x in columns.items()}) for replicate in range(REPLICATES)]
    errors = {name: float(np.std([part[name] for part in parts], ddof=1)) / REPLICATES**0.5 for name in NAMES}
    return estimates({name: x.ravel() for name, x in columns.items()}), errors


def estimates(columns: Mapping[str, Array]) -> Estimates:
    """Estimate everything from the draws of both vendors, (n,) each."""
    npv, gap = columns["npv"], columns["npv"] - columns["other"]
    low, middle, high = np.percentile(columns["roi"], (5, 50, 95))
    return {
        MEAN: float(npv.mean()),
        PAYBACK: float((columns["payback"] <= WITHIN).mean()),
        P5: float(low),
        P50: float(middle),
        P95: float(high),
        CVAR: tail_mean(npv, TAIL),
        BEST: float(((gap > 0) + 0.5 * (gap == 0)).mean()),
    }


def tail_mean(x: Array, share: float) -> float:
    """Give the mean of the lowest share of the draws; the draw at its edge counts in part (Rockafellar, Uryasev 2002).

    Example:
        >>> tail_mean(np.arange(1.0, 11), 0.25)
        1.8
    """
    ordered = np.sort(x)
    weight = share * len(x)
    whole = int(weight)
    edge = ordered[min(whole, len(x) - 1)]
    return float((ordered[:whole].sum() + (weight - whole) * edge) / weight)
