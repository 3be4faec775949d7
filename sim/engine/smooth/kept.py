"""What a run keeps of one vendor's lines, and the statistics that follow from them."""

from collections.abc import Iterable, Mapping

import numpy as np

from sim.engine.sketch import Exact, Sketch
from sim.engine.smooth.law import Chances, chances
from sim.engine.smooth.lines import Smoothing
from sim.engine.smooth.sketches import Lasting, Quotient, Straight
from sim.finance.metric import Adds, Lasts, Ratio, name_of
from sim.finance.metrics import METRICS
from sim.numbers.arrays import Array
from sim.sampling.draws import CHUNK, REPLICATES, Chunk


def line_names(metrics: Iterable[str]) -> list[str]:
    """Give the quantities whose lines are kept for some metrics."""
    forms = (METRICS[metric] for metric in metrics)
    return list(dict.fromkeys(q for m in forms if not isinstance(m.form, Lasts) for q in m.quantities))


def numbers(metrics: Iterable[str]) -> int:
    """Give how many numbers are kept of a draw and vendor."""
    return 2 * len(line_names(metrics))


class Kept:
    """The lines of one vendor, in any order of chunks.

    Args:
        smoothing: which input they are lines in.
        metrics: what follows from them.
        months: length of a running total.
        size: draws of each replicate.
    """

    def __init__(self, smoothing: Smoothing, metrics: Iterable[str], months: int, size: int) -> None:
        self.law: Chances = chances(smoothing.law)
        self.size = size
        self.lines = {name: np.empty((2, REPLICATES, size)) for name in line_names(metrics)}
        self.paid = {
            name_of(form.total): np.empty((REPLICATES, -(-size // CHUNK), months))
            for metric in metrics
            if isinstance(form := METRICS[metric].form, Lasts)
        }

    def enter(self, chunk: Chunk, coefficients: Mapping[str, Array]) -> None:
        """Put a chunk's lines in their place."""
        for name, lines in self.lines.items():
            lines[:, chunk.replicate, chunk.start : chunk.start + chunk.size] = coefficients[name]
        for name, paid in self.paid.items():
            paid[chunk.replicate, chunk.start // CHUNK] = coefficients[name]

    def grow(self, size: int) -> None:
        """Make room for more draws of each replicate."""
        self.size = size
        self.lines = {name: _longer(x, 2, size) for name, x in self.lines.items()}
        self.paid = {name: _longer(x, 1, -(-size // CHUNK)) for name, x in self.paid.items()}

    def sketch(self, metric: str, values: Array) -> Sketch:
        """Give the statistics of a metric whose draws are `values`, (n,): integrated if it can be, else as drawn."""
        smoothed: Straight | Quotient | None = None
        match METRICS[metric].form:
            case Lasts(total):
                return Lasting(self.paid[name_of(total)].sum(axis=1) / self.size)
            case Ratio(part, whole):
                smoothed = self._quotient(name_of(part), name_of(whole), values)
            case Adds():
                smoothed = self._straight(metric, values)
        return smoothed or Exact(values, whole=METRICS[metric].whole)

    def _straight(self, name: str, values: Array) -> Straight | None:
        """Give a line, if the input matters in any draw."""
        line = self._line(name, values)
        return line if line.slope.any() else None

    def _quotient(self, part_name: str, whole_name: str, values: Array) -> Straight | Quotient | None:
        """Give a quotient, if its whole is above zero for every value of the input, and the input matters."""
        part, whole = self._line(part_name, values), self._line(whole_name, values)
        ends = (whole.value + whole.slope * (end - self.law.mean) for end in (self.law.low, self.law.high))
        if not (np.minimum(*ends) > 0).all() or not (part.slope.any() or whole.slope.any()):
            return None
        if whole.slope.any():
            return Quotient(self.law, values, part, whole)
        return Straight(self.law, values, part.value / whole.value, part.slope / whole.value)

    def _line(self, name: str, values: Array) -> Straight:
        value, slope = self.lines[name].reshape(2, -1)
        return Straight(self.law, values, value, slope)


def _longer(x: Array, axis: int, size: int) -> Array:
    """Give a copy with room for more along an axis."""
    longer = np.empty([size if place == axis else length for place, length in enumerate(x.shape)])
    longer[tuple(slice(length) for length in x.shape)] = x
    return longer
