"""Which option to take: what each brings and risks, each pair against each other, and what knowing better is worth.

Everything is read from the same futures, buying nothing among the options, so figures are paired: adding an option
changes nothing that is said of a pair of others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.analysis.comparison import Comparison
from sim.analysis.paired import Paired
from sim.analysis.utility import Certain, Tolerances, certain, tolerances
from sim.numbers.arrays import Array
from sim.sampling.estimates import Estimate, mean, probability, replicated

WORST = 0.05
"""Share of the futures whose mean is the CVaR."""

MOST_PAIRED = 12
"""Options of which every pair is told; of more, only those with the best."""


@dataclass(frozen=True)
class Option:
    """One option among the others."""

    name: str
    mean: Estimate
    p_best: Estimate
    regret: Estimate
    """Mean of what the best option of each future would have brought more."""
    worst: Estimate
    """Mean of the worst 5% of its futures (CVaR)."""
    p_loss: Estimate
    certain: Certain | None
    """What it is worth to who has the risk tolerance asked for; None if none was."""
    efficient: bool
    """Whether no other option has both a higher mean and a better worst 5%."""


@dataclass(frozen=True)
class Pair:
    """Two options against each other in the same futures."""

    first: str
    """The one with the higher mean."""
    second: str
    beats: Estimate
    """Probability that the first has the higher NPV; ties are split."""
    gap: Estimate
    """Mean NPV of the first less that of the second."""
    at_least: float
    """Share of the percentiles at which the first is at or above the second."""
    violation: float
    """How far the first is from dominating: area where its percentiles lie below, by the area between the two."""
    averse_violation: float
    """The same for who dislikes risk: where the running sum of its percentiles lies below as well."""


@dataclass(frozen=True)
class Options:
    """All options, the best first, and the pairs of them."""

    options: tuple[Option, ...]
    pairs: tuple[Pair, ...]
    tolerances: Tolerances
    """Where another option is worth more to who dislikes risk."""
    risk_tolerance: float | None
    draws: int
    nothing: str | None
    """What buying nothing is called; None where that is no option."""

    @property
    def best(self) -> Option:
        """The option with the highest mean."""
        return self.options[0]

    @property
    def with_nothing(self) -> bool:
        """Whether buying nothing is one of them."""
        return self.nothing is not None

    @property
    def knowledge(self) -> Estimate:
        """What perfect knowledge would be worth (EVPI): the regret of the best."""
        return self.best.regret

    def __getitem__(self, name: str) -> Option:
        return next(option for option in self.options if option.name == name)


def options_of(
    table: Paired,
    comparison: Comparison,
    risk_tolerance: float | None = None,
    losses: Mapping[str, Estimate] | None = None,
) -> Options:
    """Hold the options of a run against each other by NPV.

    Args:
        table: the options in the same futures.
        comparison: how often each is best and what it costs, worked out as closely as the run can.
        losses: how likely each offer's NPV is below zero, where that is known more closely than from the draws kept.
        risk_tolerance: R of an exponential utility 1 - exp(-NPV / R), an amount; None for no certainty equivalents.
    """
    values = {name: table.outcome(name, "npv") for name in table.options}
    ranked = sorted(values, key=lambda name: comparison.standings[name].mean.value, reverse=True)
    ordered = {name: np.sort(values[name]) for name in ranked}
    risks = {name: (comparison.standings[name].mean.value, worst_mean(ordered[name])) for name in ranked}
    options = (
        Option(
            name,
            *_standing(comparison, name),
            worst=replicated(values[name], lambda x: worst_mean(np.sort(x))),
            p_loss=(losses or {}).get(name) or probability(values[name] < 0),
            certain=None if risk_tolerance is None else certain(values[name], risk_tolerance),
            efficient=is_efficient(name, risks),
        )
        for name in ranked
    )
    pairs = (_pair(a, b, values, ordered, comparison) for a, b in _pairs(ranked))
    return Options(tuple(options), tuple(pairs), tolerances(values), risk_tolerance, table.size, table.nothing)


def _standing(comparison: Comparison, name: str) -> tuple[Estimate, Estimate, Estimate]:
    standing = comparison.standings[name]
    return standing.mean, standing.p_best, standing.regret


def _pairs(ranked: list[str]) -> Iterator[tuple[str, str]]:
    if len(ranked) <= MOST_PAIRED:
        return combinations(ranked, 2)
    return ((ranked[0], other) for other in ranked[1:])


def _pair(a: str, b: str, values: Mapping[str, Array], ordered: Mapping[str, Array], comparison: Comparison) -> Pair:
    over = ordered[a] - ordered[b]
    return Pair(
        a,
        b,
        comparison.standings[a].beats[b],
        mean(values[a] - values[b]),
        float((over >= 0).mean()),
        *violations(over),
    )


def worst_mean(ordered: Array, share: float = WORST) -> float:
    """Give the mean of the worst share of draws in rising order (CVaR), the last of them counted in part.

    Rockafellar and Uryasev 2002, "Conditional value-at-risk for general loss distributions".

    Example:
        >>> worst_mean(np.arange(1.0, 11.0), 0.25)
        1.8
    """
    count = share * len(ordered)
    whole = min(int(count), len(ordered) - 1)
    return float((ordered[:whole].sum() + (count - whole) * ordered[whole]) / count)


def violations(over: Array) -> tuple[float, float]:
    """Give how far one option is from dominating another, to the first and to the second order, 0 to 1.

    The area by which its percentiles lie below, as a share of the area between the two: 0 is dominance, above a half
    the other is nearer to it. To the second order only where the running sum of the differences is below zero too
    (Leshno and Levy 2002, "Preferred by all and preferred by most decision makers", Management Science 48(8)).

    Args:
        over: percentiles of the one less those of the other, from the lowest, (n,).
    """
    area = np.abs(over).sum()
    if not area:
        return 0.0, 0.0
    below = np.clip(-over, 0, None)
    return float(below.sum() / area), float(below[np.cumsum(over) < 0].sum() / area)


def is_efficient(name: str, risks: Mapping[str, tuple[float, float]]) -> bool:
    """Whether no option has both a higher mean and a better worst case than one, given both by name."""
    return not any(_beyond(other, risks[name]) for other in risks.values())


def _beyond(other: tuple[float, float], one: tuple[float, float]) -> bool:
    return other != one and other[0] >= one[0] and other[1] >= one[1]
