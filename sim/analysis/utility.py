"""What an uncertain amount is worth to who dislikes risk, and at which risk tolerance the choice changes.

Exponential utility 1 - exp(-x / R): an amount x with mean m and spread s is worth about m - s^2 / 2R (Howard 1988,
"Decision analysis: practice and promise", Management Science 34(6)). R is the amount of which an even bet - R won or
half of it lost - is just worth taking.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, standard_error

MOST_WEIGHT = 0.1
"""Weight of a single future from which a certainty equivalent says nothing any more."""

STEPS = 48
"""Risk tolerances looked at for a change of the choice, in equal ratios."""


@dataclass(frozen=True)
class Certain:
    """A certainty equivalent: the sure amount that is worth as much."""

    amount: Estimate
    """NaN where one future carries too much of the weight."""
    heaviest: float
    """Largest weight of a single future, 0 to 1."""

    @property
    def is_known(self) -> bool:
        """Whether enough futures carry it."""
        return self.heaviest <= MOST_WEIGHT


@dataclass(frozen=True)
class Switch:
    """A risk tolerance at which the choice changes."""

    tolerance: Estimate
    below: str
    """The option that is worth most just below it."""
    above: str


@dataclass(frozen=True)
class Tolerances:
    """Where the choice changes with the risk tolerance, the highest first, and down to where that was looked for."""

    switches: tuple[Switch, ...]
    least: float
    """Below it single futures carry the weight; infinite where nothing is uncertain."""


def certain(x: Array, tolerance: float) -> Certain:
    """Give what draws are worth at a risk tolerance, -R ln mean exp(-x / R), x (n,) in order of replicate."""
    worst = float(x.min())
    weights = np.exp(-(x - worst) / tolerance)
    heaviest = float(1 / weights.sum())
    if heaviest > MOST_WEIGHT:
        return Certain(Estimate(float("nan"), float("nan")), heaviest)
    amount = worst - tolerance * float(np.log(weights.mean()))
    by_row = worst - tolerance * np.log(weights.reshape(REPLICATES, -1).mean(axis=1))
    return Certain(Estimate(amount, standard_error(by_row)), heaviest)


def tolerances(values: Mapping[str, Array]) -> Tolerances:
    """Find the risk tolerances at which another option is worth most.

    They are looked for from far above the spread of the options down to where single futures carry the weight.
    """
    spread = max(float(np.ptp(x)) for x in values.values())
    best = max(values, key=lambda name: float(values[name].mean()))
    found: list[Switch] = []
    least = np.inf
    for tolerance in spread * np.geomspace(10, 1e-3, STEPS) if spread else ():
        now = max(values, key=lambda name: _worth(values[name], tolerance))
        if not (certain(values[now], tolerance).is_known and certain(values[best], tolerance).is_known):
            break  # the others are worth less still: too few futures make a risk look smaller
        if now != best:
            found.append(_switch(values, now, best, tolerance, min(least, 1e3 * spread)))
        best, least = now, float(tolerance)
    return Tolerances(tuple(found), least)


def _switch(values: Mapping[str, Array], below: str, above: str, low: float, high: float) -> Switch:
    """Find where two options are worth the same, between two tolerances; its error from the replicates."""
    one, other = values[below], values[above]
    tolerance = _root(one, other, low, high)
    rows = zip(one.reshape(REPLICATES, -1), other.reshape(REPLICATES, -1), strict=True)
    by_row = np.array([_root(a, b, tolerance / 4, tolerance * 4) for a, b in rows])
    return Switch(Estimate(tolerance, standard_error(by_row)), below, above)


def _root(one: Array, other: Array, low: float, high: float) -> float:
    """Give the tolerance at which two are worth the same, by bisection of its logarithm; NaN if none lies between."""
    if _gain(one, other, low) < 0 or _gain(one, other, high) > 0:
        return float("nan")
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if _gain(one, other, middle) > 0 else (low, middle)
    return float(np.sqrt(low * high))


def _gain(one: Array, other: Array, tolerance: float) -> float:
    return _worth(one, tolerance) - _worth(other, tolerance)


def _worth(x: Array, tolerance: float) -> float:
    worst = float(x.min())
    return worst - tolerance * float(np.log(np.exp(-(x - worst) / tolerance).mean()))
