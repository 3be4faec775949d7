"""Outcomes of options as a function of one number, on the draws of a run: nothing is drawn again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.analysis.paired import Paired
from sim.model.case import Case
from sim.model.evaluation import evaluate, present_values
from sim.model.line import drawn_keys
from sim.model.probe import Number, Probe, is_everywhere
from sim.model.quantity import Drawn
from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES

CLOSE = 1e-9
"""Relative difference up to which three evaluations lie on a straight line."""

KEPT = 6
"""Evaluations that are kept at a time, the last ones."""


@dataclass(frozen=True)
class Straight:
    """A metric that is a straight line in a number in every draw: value at zero and slope, (n,) each."""

    start: Array
    slope: Array

    def at(self, x: float | Array) -> Array:
        """Give its values, (n,), or (R, n / R) at one value of the number a replicate, (R,)."""
        if isinstance(x, np.ndarray):
            return self.start.reshape(x.size, -1) + self.slope.reshape(x.size, -1) * x[:, None]
        return self.start + self.slope * x


@dataclass(eq=False)
class Moved:
    """The metric of options at any value of one number, the same in every future; other numbers may be set too."""

    paired: Paired
    probe: Probe
    metric: str
    options: tuple[str, ...]
    key: str
    others: Mapping[str, float] = field(default_factory=dict)
    """What else is set, by key."""
    evaluations: int = 0
    """How often the model was evaluated."""
    _lines: dict[str, Straight] = field(default_factory=dict)
    _seen: dict[float, dict[str, Array]] = field(default_factory=dict)
    _fixed: dict[str, Array] = field(default_factory=dict)

    @property
    def moving(self) -> tuple[str, ...]:
        """Options whose case draws the number, or another one that is set."""
        return tuple(name for name in self.options if name in self.probe.cases)

    @property
    def is_straight(self) -> bool:
        """Whether every option is known to be a straight line in every draw."""
        return all(name in self._lines for name in self.moving)

    def at(self, x: float) -> dict[str, Array]:
        """Give the metric of every option at a value of the number, (n,) each."""
        return {name: self._of(name, x) for name in self.options}

    def at_each(self, x: Array) -> dict[str, Array]:
        """Give the metric of every option at one value a replicate, (R, n / R) each, where all are straight lines."""
        still = {name: self._still(name).reshape(x.size, -1) for name in self.options if name not in self.probe.cases}
        return {name: still[name] if name in still else self._lines[name].at(x) for name in self.options}

    def evaluated(self, x: float) -> dict[str, Array]:
        """Give the metric of every option that moves at a value of the number by the model itself, (n,) each."""
        if x not in self._seen:
            while len(self._seen) >= KEPT:
                self._seen.pop(next(iter(self._seen)))
            self.evaluations += len(self.moving)
            self._seen[x] = {name: self._evaluated(name, x) for name in self.moving}
        return self._seen[x]

    def straighten(self, low: float, high: float) -> bool:
        """Find out whether every option is a straight line between two values: the middle must lie on it in each draw.

        A draw is its own witness: values at both ends and in the middle agree to 1e-9 of the largest of them.
        """
        below, middle, above = (self.evaluated(x) for x in (low, (low + high) / 2, high))
        lines = {name: _line(low, below[name], high, above[name]) for name in self.moving}
        if not all(_lies_on(lines[name], (low + high) / 2, middle[name]) for name in self.moving):
            return False
        self._lines |= lines
        return True

    def bends_at(self, x: float) -> bool:
        """Whether the straight lines miss what the model itself gives at a value."""
        return not all(_lies_on(self._lines[name], x, values) for name, values in self.evaluated(x).items())

    def unstraighten(self) -> None:
        """Take the options for curves from here on."""
        self._lines.clear()

    def slope(self, option: str) -> Array:
        """Give by how much a straight metric rises with the number in each draw, (n,)."""
        return self._lines[option].slope

    def _of(self, name: str, x: float) -> Array:
        if name not in self.probe.cases:
            return self._still(name)
        return self._lines[name].at(x) if name in self._lines else self.evaluated(x)[name]

    def _still(self, name: str) -> Array:
        return self.paired.outcome(name, self.metric)

    def _evaluated(self, name: str, x: float) -> Array:
        case, size = self.probe.cases[name], self.paired.size
        values = {**self.others, self.key: x}
        draws = {**self.paired.draws(name), **{key: np.full(size, value) for key, value in values.items()}}
        keys = values.keys()
        if self.metric != "npv" or any(is_everywhere(case, key) for key in keys):
            return evaluate(case, draws, metrics=(self.metric,)).metrics[self.metric]
        touched = [line.name for line in case.lines if drawn_keys(line) & set(keys)]
        return self._rest(name, case, touched, draws) + _summed(present_values(case, draws, touched), size)

    def _rest(self, name: str, case: Case, touched: Sequence[str], draws: dict[str, Array]) -> Array:
        """Give the NPV of the lines that no number touches, (n,), worked out once: that of the run less the touched."""
        if name not in self._fixed:
            size, today = self.paired.size, {number.key: self._today(number) for number in self.probe.numbers}
            now = _summed(present_values(case, draws | today, touched), size)
            self._fixed[name] = self.paired.outcome(name, "npv") - now
        return self._fixed[name]

    def _today(self, number: Number) -> Array:
        """Give a number as the run has it, (n,)."""
        today = number.today
        if isinstance(today, Drawn):
            return self.paired.inputs[today.key] * today.times
        return np.full(self.paired.size, float(today))

    def beside(self, others: Mapping[str, float]) -> "Moved":
        """Give the same with other numbers set to other values."""
        return replace(self, others=others, evaluations=0, _lines={}, _seen={})


def by_replicate(values: Mapping[str, Array]) -> dict[str, Array]:
    """Give values by replicate, (R, n / R) each."""
    return {name: x.reshape(REPLICATES, -1) for name, x in values.items()}


def _summed(values: Mapping[str, Array], size: int) -> Array:
    return np.asarray(sum(values.values(), np.zeros(size)))


def _line(low: float, below: Array, high: float, above: Array) -> Straight:
    with np.errstate(invalid="ignore"):
        slope = (above - below) / (high - low)
        start = below - slope * low
    return Straight(start, slope)


def _lies_on(line: Straight, x: float, values: Array) -> bool:
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(line.start), np.abs(line.slope * x)) + np.abs(values)
    if not np.isfinite(values).all() or not np.isfinite(size).all():
        return False  # a month that never comes, a return that does not exist
    return bool((np.abs(line.at(x) - values) <= CLOSE * np.maximum(size, size.mean())).all())
