"""Amounts by month and draw that are not multiplied out: a schedule times an amount, and sums of such.

Most lines of a business case are a pattern over months - adoption, the months of the project, one month - times an
amount that differs between futures. Kept apart, lines on one schedule are added before they are spread over months, and
totals and present values need one number a schedule instead of one a month.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.distributions import Array
from sim.quantity import Value

ROWS = 8
"""Months multiplied out at a time."""


@dataclass(frozen=True, eq=False)
class Scheduled:
    """`schedule` times `amount`."""

    schedule: Array
    """How much of the amount falls in each month, (m, 1), or (m, n) where that hangs on the draw."""
    amount: Value = 1.0
    """A number, or one a draw, (n,)."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Multiply out, (m, n), or (m, 1) if the draw does not matter."""
        return np.asarray(self.schedule * self.amount, dtype=dtype)


class Sum:
    """A sum of flows, signs and all; what falls on one schedule is one part of it.

    Schedules are told apart by identity: lines that share one got it from the same world.
    """

    def __init__(self, flows: "Iterable[Flows]" = ()) -> None:
        self._parts: dict[int, Scheduled] = {}
        for one in flows:
            for part in parts(one):
                self._add(part)

    def _add(self, part: Scheduled) -> None:
        known = self._parts.get(id(part.schedule))
        both = part if known is None else Scheduled(part.schedule, known.amount + part.amount)
        self._parts[id(part.schedule)] = both

    def __iter__(self) -> Iterator[Scheduled]:
        return iter(self._parts.values())

    def __add__(self, other: "Sum") -> "Sum":
        return Sum([self, other])

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum([self, *(times(part, -1.0) for part in other)])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Multiply out and add up, (m, n), or (m, 1) if the draw does not matter."""
        return np.asarray(sum(np.asarray(part) for part in self), dtype=dtype)

    def by_month(self, months: int, size: int) -> Array:
        """Multiply out and add up, (months, size): a new array."""
        wide = [part for part in self if part.schedule.shape[1] == size]
        total = _product(wide[0]) if wide else np.zeros((months, size))
        room = np.empty((min(ROWS, months), size))
        for part in wide[1:]:
            _add_wide(total, part, room)
        for part in self:
            if part.schedule.shape[1] != size:
                _add_narrow(total, part, room[0])
        return total


def _product(part: Scheduled) -> Array:
    return part.schedule.copy() if _is_one(part.amount) else np.multiply(part.schedule, part.amount)


def _add_wide(total: Array, part: Scheduled, room: Array) -> None:
    """Add an (m, n) schedule: a few rows at a time, so that the product stays in the cache."""
    if _is_one(part.amount):
        np.add(total, part.schedule, out=total)
        return
    for first in range(0, len(total), ROWS):
        shares = part.schedule[first : first + ROWS]
        into = total[first : first + ROWS]
        np.add(into, np.multiply(shares, part.amount, out=room[: len(shares)]), out=into)


def _add_narrow(total: Array, part: Scheduled, row: Array) -> None:
    """Add an (m, 1) schedule: nothing to do in months in which it is zero, and no product where it is one."""
    for month in np.flatnonzero(part.schedule):
        share = part.schedule[month, 0]
        into = total[month]
        np.add(into, part.amount if share == 1 else np.multiply(share, part.amount, out=row), out=into)


def _is_one(amount: Value) -> bool:
    return isinstance(amount, float) and amount == 1.0


Flows = Array | Scheduled | Sum
"""What a line gives: amounts by month and draw, (m, n), (m, 1) if the draw does not matter, or not multiplied out."""


def parts(flows: Flows) -> Iterable[Scheduled]:
    """Give flows as schedules and amounts."""
    if isinstance(flows, Sum):
        return flows
    return [flows if isinstance(flows, Scheduled) else Scheduled(flows)]


def times(flows: Flows, factor: Value) -> Flows:
    """Give flows times a factor: on the amount if the month does not matter, (n,), else on the schedule, (m, n)."""
    if isinstance(flows, Sum):
        return Sum(times(part, factor) for part in flows)
    if not isinstance(flows, Scheduled):
        return np.asarray(flows * factor)
    if np.ndim(factor) < 2:
        return Scheduled(flows.schedule, flows.amount * factor)
    return Scheduled(np.asarray(flows.schedule * factor), flows.amount)


class Weights:
    """Weighted sums over months, (n,): of each schedule once, whatever amounts fall on it.

    Args:
        weight: of each month, (m, 1), or (m, n) where it hangs on the draw; none for plain totals.
    """

    def __init__(self, weight: Array | None = None) -> None:
        self._weight = weight
        self._done: dict[int, tuple[Array, Array]] = {}  # the schedule is kept, so that its id is not given away

    def of(self, flows: Flows) -> Value:
        """Give the weighted sum of one line's flows, (n,), or (1,) if the draw does not matter."""
        return sum(self._of_schedule(part.schedule) * part.amount for part in parts(flows))

    def over(self, total: Sum, size: int) -> Array:
        """Give the weighted sum of a sum, (size,)."""
        return np.zeros(size) + self.of(total)

    def _of_schedule(self, schedule: Array) -> Array:
        if id(schedule) not in self._done:
            self._done[id(schedule)] = schedule, self._summed(schedule)
        return self._done[id(schedule)][1]

    def _summed(self, schedule: Array) -> Array:
        if self._weight is None:
            return np.asarray(schedule.sum(axis=0))
        if self._weight.shape[1] == 1:
            return np.asarray(self._weight[:, 0] @ schedule)
        return np.asarray(np.einsum("mn,mn->n", *np.broadcast_arrays(self._weight, schedule)))
