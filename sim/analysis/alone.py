"""One input at a time on a target: what it is where one input moves and all others stay as in the base run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.driver import Driver
from sim.analysis.target import Target
from sim.analysis.tornado import outcomes_alone
from sim.distributions import Distribution
from sim.model.case import Case
from sim.numbers.arrays import Array
from sim.sampling.draws import Input

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Alone:
    """An input's values, and the target at each, (k,); the target in the base run."""

    inputs: Array
    values: Array
    base: float

    @property
    def swing(self) -> float:
        """What the target gains from the first value to the last."""
        return float(self.values[-1]) - float(self.values[0])


def alone(
    target: Target, cases: Mapping[str, Case], drivers: Sequence[Driver], points: Sequence[float] | None = None
) -> list[Alone]:
    """Move each driver alone through some percentiles of its input, by default from P10 to P90.

    An event does not happen, or does; an input whose percentiles coincide goes to its extremes. The other inputs are
    at their medians, events off. An override moves with what it overrides, by the same percentile. A probability has
    no one-at-a-time swing: one run either loses or does not.
    """
    ends = [np.array(_points(driver.first, points)) for driver in drivers]
    if target.signs is None:
        return [Alone(end, np.full(len(end), NAN), NAN) for end in ends]
    base, values = 0.0, np.zeros((len(drivers), max(map(len, ends), default=1)))
    for vendor, sign in target.signs.items():
        keys = {one.key for one in cases[vendor].inputs}
        moves = [{one.key: _points(one, points) for one in _moving(d) if one.key in keys} for d in drivers]
        at_base, moved = outcomes_alone(cases[vendor], target.metric, moves)
        base += sign * at_base
        values += sign * moved
    return [Alone(end, row, base) for end, row in zip(ends, values, strict=True)]


def _moving(driver: Driver) -> Sequence[Input]:
    """Give the inputs that move with a bar: of an event, whether it happens."""
    return driver.occurs or driver.inputs


def _points(one: Input, points: Sequence[float] | None) -> tuple[float, ...]:
    if points is None:
        return tuple(one.distribution.swing)
    return _percentiles(one.distribution, points)


def _percentiles(law: Distribution, points: Sequence[float]) -> tuple[float, ...]:
    """Give percentiles of a law; where the outer ones coincide, as of an event, its extremes at the outer ones."""
    values = law.ppf(np.array(points) / 100)
    if values[0] == values[-1] and len(points) > 1:
        low, high = law.swing
        values = np.concatenate([[low], np.full(len(points) - 2, law.base), [high]])
    return tuple(float(value) for value in values)
