"""What moves the result: one input at a time from its P10 to its P90, the others as in the base run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.distributions import Bernoulli
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.sampling.draws import Input, base_run


@dataclass(frozen=True)
class Bar:
    """One input's swing of a metric: the input's values at the two ends, and the metric there."""

    input: str
    """Key of the input."""
    unit: Kind
    low_input: float
    high_input: float
    at_low: float
    at_high: float
    switch: bool = False
    """Whether the input is an event: it happens, 1, or does not, 0."""
    prior: str = ""
    """Name of the default prior that the input is, if it is one."""
    title: str = ""
    """What people read."""

    @property
    def swing(self) -> float:
        """Width of the bar."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Tornado:
    """The bars of one vendor and metric, widest first, around the base run: inputs at their medians, events off."""

    vendor: str
    metric: str
    base: float
    bars: tuple[Bar, ...]


def tornado(case: Case, metric: str) -> Tornado:
    """Move each input to its low and high end, the others as in the base run, in one small evaluation.

    The ends are P10 and P90; for events and other inputs whose P10 and P90 coincide, the extremes.
    """
    inputs = case.inputs
    size = 1 + 2 * len(inputs)
    draws = {key: np.repeat(value, size) for key, value in base_run(inputs).items()}
    for place, uncertain in enumerate(inputs):
        draws[uncertain.key][1 + 2 * place : 3 + 2 * place] = uncertain.distribution.swing
    values = evaluate(case, draws or {"": np.zeros(1)}).metrics[metric]
    bars = [_bar(uncertain, *_ends(values, place)) for place, uncertain in enumerate(inputs)]
    return Tornado(case.vendor, metric, float(values[0]), tuple(sorted(bars, key=_width, reverse=True)))


def _bar(uncertain: Input, at_low: float, at_high: float) -> Bar:
    switch = isinstance(uncertain.distribution, Bernoulli)
    swing, prior = uncertain.distribution.swing, uncertain.prior
    return Bar(uncertain.key, uncertain.unit, *swing, at_low, at_high, switch, prior, uncertain.title)


def _ends(values: Array, place: int) -> tuple[float, float]:
    low, high = values[1 + 2 * place : 3 + 2 * place]
    return float(low), float(high)


def _width(bar: Bar) -> float:
    """Order bars by width; one end at 'never' is wider than any number, both ends there is no swing at all."""
    if np.isinf(bar.at_low) and np.isinf(bar.at_high):
        return 0.0
    return float(np.nan_to_num(bar.swing, nan=0.0, posinf=np.finfo(float).max))


def outcomes_alone(case: Case, metric: str, moves: Sequence[Mapping[str, Sequence[float]]]) -> tuple[float, Array]:
    """Give a metric in the base run, and with some inputs moved together in it, (moves, points).

    Each move says the values of its inputs, as many for each of all moves; one without inputs is the base run.
    """
    points = max((len(values) for move in moves for values in move.values()), default=1)
    size = 1 + points * len(moves)
    draws = {key: np.repeat(value, size) for key, value in base_run(case.inputs).items()}
    for place, move in enumerate(moves):
        for key, values in move.items():
            draws[key][1 + points * place : 1 + points * (place + 1)] = values
    found = evaluate(case, draws or {"": np.zeros(size)}, metrics=(metric,)).metrics[metric]
    return float(found[0]), found[1:].reshape(len(moves), points)
