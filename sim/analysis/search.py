"""Where a statistic of a number crosses its limit: brackets on common draws, narrowed until they are an answer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.numbers.arrays import Array

POINTS = 9
"""Values at which a statistic is looked at to see whether it only rises or only falls."""

WIDER = 4.0
"""How much further is looked at a time where a number has no bound."""

TIMES = 5
"""How often, at most."""

FINE = 2e-5
"""Width of a bracket that is an answer, of the range first looked at, where every look is an evaluation."""

HALVINGS = 100
LOOKS = 40

Function = Callable[[float], float]


@dataclass(frozen=True)
class Window:
    """Values of a number that are looked at; it goes on where it has no bound."""

    low: float
    high: float
    is_open: bool = False
    """Whether the number has no upper bound."""


@dataclass(frozen=True)
class Seen:
    """A statistic at rising values of a number, (k,) each."""

    x: Array
    y: Array

    @property
    def turns(self) -> bool:
        """Whether it rises here and falls there."""
        steps = np.diff(self.y[np.isfinite(self.y)])
        small = 1e-12 * max(float(np.abs(self.y[np.isfinite(self.y)]).max(initial=0.0)), 1e-300)
        return bool((steps > small).any() and (steps < -small).any())


def look(function: Function, limit: float, holds: Callable[[float], bool], window: Window) -> Seen:
    """Look at a function over a window, and further where it is open and nothing changes inside it."""
    x = list(np.linspace(window.low, window.high, POINTS))
    y = [function(value) for value in x]
    for _ in range(TIMES if window.is_open else 0):
        if len({holds(value) for value in y}) > 1 or not _may_change(y, limit, holds):
            break
        x += list(x[-1] * np.linspace(1, WIDER, 4)[1:])
        y += [function(value) for value in x[len(y) :]]
    return Seen(np.array(x), np.array(y))


def _may_change(y: list[float], limit: float, holds: Callable[[float], bool]) -> bool:
    """Whether the values go towards the limit, or keep it with none in sight: further out they may cross it."""
    before, last = y[-2:]
    return abs(last - limit) < abs(before - limit) or (holds(last) and last == before)


def brackets(seen: Seen, holds: Callable[[float], bool]) -> list[tuple[float, float]]:
    """Give the pairs of neighbouring values, the one that holds first, between which something changes."""
    kept = [holds(float(value)) for value in seen.y]
    changes = (n for n in range(len(kept) - 1) if kept[n] != kept[n + 1])
    return [(seen.x[n], seen.x[n + 1]) if kept[n] else (seen.x[n + 1], seen.x[n]) for n in changes]


def halved(function: Function, holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Give the last value that holds on the way out, to the last bit, where a look costs little."""
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if holds(function(middle)) else (inside, middle)
    return inside


def narrowed(
    function: Function, limit: float, holds: Callable[[float], bool], inside: float, outside: float, width: float
) -> tuple[float, float]:
    """Give the last value that holds on the way out and the first that does not, to a width, with few looks.

    By false position with the weight of an end halved that stays (the Illinois method: Dowell and Jarratt 1971, BIT
    11); by halving where the values at the ends are not finite, or where that has stopped to help.
    """
    gaps = {inside: function(inside) - limit, outside: function(outside) - limit}
    side = 0
    for looks in range(LOOKS):
        if abs(outside - inside) <= width:
            break
        middle = _between(inside, outside, gaps[inside], gaps[outside], halve=looks % 4 == 3)
        gaps[middle] = function(middle) - limit
        if holds(gaps[middle] + limit):
            inside = middle
            gaps[outside] /= 2 if side > 0 else 1
            side = 1
        else:
            outside = middle
            gaps[inside] /= 2 if side < 0 else 1
            side = -1
    return inside, outside


def _between(inside: float, outside: float, at_inside: float, at_outside: float, *, halve: bool) -> float:
    if halve or not np.isfinite([at_inside, at_outside]).all() or at_inside == at_outside:
        return (inside + outside) / 2
    part = np.clip(at_inside / (at_inside - at_outside), 0.01, 0.99)
    return float(inside + part * (outside - inside))


def halved_each(function: Callable[[Array], Array], holds: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Give the value at which each of several functions changes from holding, at `low`, to not, at `high`, (R,).

    Where one holds throughout, or never, it is the end of the range.
    """
    inside, outside = low, high
    for _ in range(60):
        middle = (inside + outside) / 2
        kept = holds(function(middle))
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    return inside
