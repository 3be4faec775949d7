"""Options against each other in the same futures: which is best, how often, and what choosing wrong costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.engine.smooth.law import Chances
from sim.engine.smooth.sketches import Affine
from sim.numbers.arrays import Array
from sim.sampling.estimates import Estimate, mean, probability


@dataclass(frozen=True)
class Standing:
    """One option among the others."""

    p_best: Estimate
    """Probability of the highest value of all options; ties are split."""
    mean: Estimate
    gap: Estimate
    """Mean shortfall against the option with the highest mean; zero for that option."""
    regret: Estimate
    """Expected loss against always picking the best option with hindsight."""
    beats: Mapping[str, Estimate]
    """Probability of a higher value than each other option; ties are split."""


@dataclass(frozen=True)
class Comparison:
    """All options by name, and the probability that no offer has a value above zero: buying nothing is best."""

    metric: str
    standings: Mapping[str, Standing]
    p_none: Estimate


def compare(offers: Mapping[str, Array], nothing: str | None = None, *, metric: str = "npv") -> Comparison:
    """Compare offers draw by draw, (n,) each in order of replicate, and buying nothing, if it has a name."""
    most = np.maximum.reduce(list(offers.values()))
    values = {**offers, **({} if nothing is None else {nothing: np.zeros(most.size)})}
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
    return Comparison(metric, standings, probability(most <= 0))


def compare_lines(
    offers: Mapping[str, Affine], law: Chances, nothing: str | None = None, *, metric: str = "npv"
) -> Comparison:
    """Compare offers that are straight lines in one input given the others, (n,) each, exactly over that input.

    Buying nothing is an option if it has a name. Each is the best in one interval of the input, between the crossings
    with the others: the upper envelope of the lines. Where lines are the same, probabilities are split.
    """
    zero = Affine(*np.zeros((2, len(next(iter(offers.values())).value))))
    lines = {**offers, **({} if nothing is None else {nothing: zero})}
    means = {name: mean(line.value) for name, line in lines.items()}
    leader = lines[max(means, key=lambda name: means[name].value)]
    leads = {name: _leads(line, lines.values(), law) for name, line in lines.items()}
    alike = {name: np.sum([line.minus(w).is_zero for w in lines.values()], axis=0) for name, line in lines.items()}
    best = sum(_mean_within(line, *leads[name], law) / alike[name] for name, line in lines.items())
    standings = {
        name: Standing(
            p_best=probability(law.between(*leads[name]) / alike[name]),
            mean=means[name],
            gap=mean(leader.value - line.value),
            regret=mean(best - line.value),
            beats={other: probability(_above(line.minus(w), law)) for other, w in lines.items() if other != name},
        )
        for name, line in lines.items()
    }
    return Comparison(metric, standings, probability(law.between(*_leads(zero, offers.values(), law))))


def _leads(line: Affine, others: Iterable[Affine], law: Chances) -> tuple[Array, Array]:
    """Give the interval of the input in which no other line is above a line, (n,) each; with crossed ends if none."""
    ends = [line.minus(other).interval(law.mean) for other in others]
    return np.maximum.reduce([low for low, _ in ends]), np.minimum.reduce([high for _, high in ends])


def _above(gap: Affine, law: Chances) -> Array:
    """Give the probability that a line lies above zero, (n,); half where it is zero."""
    return np.where(gap.is_zero, 0.5, law.between(*gap.interval(law.mean)))


def _mean_within(line: Affine, low: Array, high: Array, law: Chances) -> Array:
    """Give a line's part of its mean over an interval of the input, (n,)."""
    high = np.maximum(low, high)
    share = law.between(low, high)
    return line.value * share + line.slope * (law.mean_below(high) - law.mean_below(low) - law.mean * share)
