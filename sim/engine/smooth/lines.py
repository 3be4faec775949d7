"""What a vendor's results are given every input but one: straight lines in that one, two evaluations more a draw.

Where all cash flows are straight lines in an input - a quote, a price, a gain that multiplies a line - two values of it
give them for every value. The draw itself, a third value, is the check: on every one of them the line must meet what
the model gives. Source of the method: Griewank, Kuo, Leövey and Sloan 2018, "High dimensional integration of kinks and
jumps - smoothing by preintegration", Journal of Computational and Applied Mathematics 344.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.distributions import Distribution
from sim.engine.smooth.law import Chances, chances
from sim.errors import UsageError
from sim.finance.metric import Lasts, Quantity, name_of
from sim.finance.metrics import METRICS
from sim.finance.ownership import benefit, cost
from sim.finance.roots import DUST
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.numbers.arrays import Array

STRAIGHT = 1e-9
"""How far a result may lie off its line, as a share of the benefits and costs."""

FLAT = 1e-12
"""A change of this share of the benefits and costs is rounding: the input does not matter."""


RUNNING = {name_of(metric.form.total) for metric in METRICS.values() if isinstance(metric.form, Lasts)}
"""Quantities that are running totals, (m, n)."""


class NotStraightError(UsageError):
    """A result that is no straight line in an input."""


@dataclass(frozen=True)
class Smoothing:
    """The input that a run integrates out, by its key, and its law."""

    key: str
    law: Distribution

    def concerns(self, case: Case) -> bool:
        """Whether a vendor's value depends on the input."""
        return any(i.key == self.key for i in case.inputs)

    def functions(self, metrics: Iterable[str]) -> dict[str, Quantity]:
        """Give the quantities that some metrics follow from, and the size of the flows, as functions of cash flows."""
        parts = (part for metric in metrics for part in METRICS[metric].quantities.items())
        return {"benefit": benefit, "cost": cost} | dict(parts)

    def coefficients(
        self, case: Case, drawn: Mapping[str, Array], values: Mapping[str, Array], metrics: Iterable[str]
    ) -> dict[str, Array]:
        """Give the lines of some draws by quantity, (2, n): value at the mean of the input, and slope.

        Running totals come as the probability of having paid back by each month, (m, n).

        Args:
            case: the vendor.
            drawn: the draws of every input, (n,) each.
            values: the quantities in these draws.
            metrics: what is to follow from the lines.

        Raises:
            NotStraightError: a result lies off its line in some draw.
        """
        functions, law, x = self.functions(metrics), chances(self.law), drawn[self.key]
        low, high = (float(value) for value in self.law.ppf(np.array([0.1, 0.9])))
        at_low, at_high = (
            evaluate(case, {**drawn, self.key: np.full(x.size, value)}, metrics=functions).metrics
            for value in (low, high)
        )
        size = _size(at_low, at_high, values)
        lines = {}
        for name in functions:
            slope = (at_high[name] - at_low[name]) / (high - low)
            slope[np.abs(at_high[name] - at_low[name]) <= FLAT * size] = 0.0
            value = values[name] - slope * (x - law.mean)
            if not (np.abs(at_low[name] - slope * (low - law.mean) - value) <= STRAIGHT * size).all():
                raise NotStraightError(f"the results of '{case.vendor}' are no straight line in '{self.key}'")
            lines[name] = paid_back(value, slope, law) if name in RUNNING else np.array([value, slope])
        return lines


def _size(*evaluations: Mapping[str, Array]) -> Array:
    """Give the size of the flows in each draw, (n,): the largest benefit and the largest cost."""
    parts = (np.abs([each[name] for each in evaluations]).max(axis=0) for name in ("benefit", "cost"))
    return np.asarray(sum(parts))


def paid_back(value: Array, slope: Array, law: Chances) -> Array:
    """Give the probability that a running total stays at or above zero from each month on, (m, n).

    It does for the values of the input above the highest root of the rising totals from that month on, and below the
    lowest root of the falling ones: an interval, smaller the earlier the month.

    Args:
        value: of the running total by month at the mean of the input, (m, n).
        slope: of the running total in the input, (m, n).
        law: of the input.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        root = law.mean - (value + DUST) / slope
    lower = np.where(slope > 0, root, np.where((slope == 0) & (value < -DUST), np.inf, -np.inf))
    upper = np.where(slope < 0, root, np.inf)
    for bound, keep in ((lower, np.maximum), (upper, np.minimum)):
        for month in range(len(bound) - 2, -1, -1):
            keep(bound[month], bound[month + 1], out=bound[month])
    within = law(upper) if np.isfinite(upper).any() else np.ones(upper.shape)
    within -= law(lower)
    return np.asarray(np.maximum(within, 0.0, out=within))


def of_chunk(coefficients: Mapping[str, Array], at: slice) -> dict[str, Array]:
    """Give a chunk's part of what is given: lines as they are, probabilities by month added up, (m,)."""
    return {name: x[:, at].sum(axis=1) if name in RUNNING else x[:, at] for name, x in coefficients.items()}
