"""Conditional means of an outcome: with an input in its lowest and highest tenth, and all the way between."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.splines import FEW
from sim.numbers.arrays import Array, Places
from sim.sampling.draws import REPLICATES

TENTH = 0.1
GROUPS = 20
"""Groups of equally many draws that the curve of an input is made of."""
FEW_GROUPS, CLEAR = 5, 20.0
"""Groups are joined two by two down to so few, while the curve spans fewer standard errors of a point than this."""
FEWEST_IN_GROUP = 32
"""Draws that a group has at least."""
MOSTLY = 0.8
"""Share of the draws with one value above which the ends are having this value, and having another one."""


@dataclass(frozen=True)
class End:
    """One end of a bar: the draws in which the input is there."""

    input: float
    """Mean of the input in them, in its own unit."""
    mean: float
    """Mean of the target in them."""
    chance: float
    """Share of the futures that they are."""
    by_level: bool = False
    """Whether the input has one value there, not a tenth of all."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Both ends of a bar, and the conditional mean of the target from the lowest to the highest input."""

    low: End
    high: End
    swing_se: float
    """Standard error of the difference of the means at the ends."""
    at: Array
    """Where the points of the curve stand among the futures, 0 to 1 from the lowest input, (k,)."""
    curve: Array
    """Mean of the target there, (k,)."""
    noise: float
    """Standard error of one point of the curve, about."""

    @property
    def swing(self) -> float:
        """What the target gains from the low end to the high one."""
        return self.high.mean - self.low.mean


def ends_of(x: Array, y: Array, replicate: Places, shown: Array | None = None) -> Ends:
    """Give the conditional means of an outcome by an input, (n,) each.

    The ends are the lowest and the highest tenth of the input; of one with few values, its lowest and highest; of one
    that has the same value in most draws, this value and all others. Draws that tie with the last of an end are in it.

    Args:
        x: what draws are ordered by.
        y: the outcome.
        replicate: the replicate of each draw.
        shown: the input in its unit; x itself if not given.
    """
    order = _order(x)
    x, y, replicate = x[order], y[order], replicate[order]
    shown = x if shown is None else shown[order]
    starts, by_level = _levels(x)
    if not by_level:
        starts = _groups(x.size)
    low, high = _parted(starts, x.size) if by_level else _tenths(x)
    parts = slice(0, low), slice(high, None)
    first, last = (End(float(shown[p].mean()), float(y[p].mean()), y[p].size / x.size, by_level) for p in parts)
    counts, curve, noise = _curve(y, starts)
    while not by_level and len(starts) > FEW_GROUPS and np.ptp(curve) < CLEAR * noise:
        starts = starts[::2]
        counts, curve, noise = _curve(y, starts)
    return Ends(first, last, _swing_error(y, replicate, *parts), (starts + counts / 2) / x.size, curve, noise)


def _curve(y: Array, starts: Places) -> tuple[Places, Array, float]:
    """Give the draws of each group, their means, (k,) each, and about the standard error of a mean."""
    counts = np.diff(starts, append=y.size)
    return counts, np.add.reduceat(y, starts) / counts, float(y.std() / np.sqrt(counts.mean()))


def _order(x: Array) -> Places:
    """Give the places of draws in rising order; those that tie stay as they stood, on every machine."""
    order = np.argsort(x)
    ordered = x[order]
    return np.argsort(x, kind="stable") if (ordered[1:] == ordered[:-1]).any() else order


def _levels(x: Array) -> tuple[Places, bool]:
    """Give where each value begins in sorted draws if they are few, or one of them is nearly all."""
    starts = np.concatenate([[0], np.flatnonzero(x[1:] != x[:-1]) + 1])
    if len(starts) <= FEW:
        return starts, True
    counts = np.diff(starts, append=x.size)
    most = int(counts.argmax())
    if counts[most] <= MOSTLY * x.size:
        return starts, False
    first = starts[most] if most else starts[1]
    return np.array([0, first]), True


def _parted(starts: Places, size: int) -> tuple[int, int]:
    """Give where the lowest level ends and the highest begins; of a single level, both are all draws."""
    return (int(starts[1]), int(starts[-1])) if len(starts) > 1 else (size, 0)


def _groups(size: int) -> Places:
    count = int(np.clip(size // FEWEST_IN_GROUP, 2, GROUPS))
    return np.linspace(0, size, count + 1).astype(int)[:-1]


def _tenths(x: Array) -> tuple[int, int]:
    """Give where the lowest tenth of sorted draws ends and the highest begins, with all that tie with them."""
    many = max(int(TENTH * x.size), 1)
    return int(np.searchsorted(x, x[many - 1], "right")), int(np.searchsorted(x, x[-many], "left"))


def _swing_error(y: Array, replicate: Places, low: slice, high: slice) -> float:
    """Give the standard error of the difference of two conditional means, from replicates."""
    means = []
    for part in (low, high):
        counts = np.bincount(replicate[part], minlength=REPLICATES)
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append(np.bincount(replicate[part], y[part], minlength=REPLICATES) / counts)
    swings = means[1] - means[0]
    swings = swings[np.isfinite(swings)]
    return float(swings.std(ddof=1) / np.sqrt(REPLICATES)) if swings.size > 1 else float("nan")
