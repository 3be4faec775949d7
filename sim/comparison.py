"""Vendors against each other in the same futures: who is best, how often, and what choosing wrong costs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.distributions import Array
from sim.statistics import Estimate, mean, probability


@dataclass(frozen=True)
class Standing:
    """One vendor among the others."""

    p_best: Estimate
    """Probability of the highest value of all vendors; ties are split."""
    mean: Estimate
    gap: Estimate
    """Mean shortfall against the vendor with the highest mean; zero for that vendor."""
    regret: Estimate
    """Expected loss against always picking the best vendor with hindsight."""
    beats: Mapping[str, Estimate]
    """Probability of a higher value than each other vendor; ties are split."""


@dataclass(frozen=True)
class Comparison:
    """All vendors by name, and the probability that none of them has a value above zero: buying nothing is best."""

    metric: str
    standings: Mapping[str, Standing]
    p_none: Estimate


def compare(values: Mapping[str, Array], *, metric: str = "npv") -> Comparison:
    """Compare vendors draw by draw, (n,) each in order of replicate."""
    best = np.maximum.reduce(list(values.values()))
    winners = sum((v == best).astype(float) for v in values.values())
    means = {name: mean(v) for name, v in values.items()}
    leader = values[max(means, key=lambda name: means[name].value)]
    standings = {
        name: Standing(
            p_best=probability((v == best) / winners),
            mean=means[name],
            gap=mean(leader - v),
            regret=mean(best - v),
            beats={other: probability((v > w) + 0.5 * (v == w)) for other, w in values.items() if other != name},
        )
        for name, v in values.items()
    }
    return Comparison(metric, standings, probability(best <= 0))
