"""Amounts by month and draw that are not multiplied out: a schedule times an amount, and sums of such.

Most lines of a business case are a pattern over months - adoption, the months of the project, one month - times an
amount that differs between futures. Kept apart, lines on one schedule are added before they are spread over months,
totals and present values need one number a schedule instead of one a month, and months in which a pattern no longer
differs between futures are one matrix product for all lines together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from sim.numbers.arrays import Array, Value, is_one

ROWS = 8
"""Months multiplied out at a time."""


@dataclass(frozen=True, eq=False)
class Scheduled:
    """`schedule` times `amount`."""

    schedule: Array
    """How much of the amount falls in each month, (m, 1), or (m, n) where that hangs on the draw.

    One of fewer months, (h, n), has nothing in those after it; it is part of a sum that says how many there are.
    """
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
        months = max(len(part.schedule) for part in self)
        size = max(np.broadcast_shapes(np.shape(part.amount), part.schedule.shape[1:])[0] for part in self)
        return np.asarray(self.by_month(months, size), dtype=dtype)

    @property
    def height(self) -> int:
        """Months after which no schedule hangs on the draw any more."""
        return max((len(part.schedule) for part in self._wide), default=0)

    @property
    def _wide(self) -> list[Scheduled]:
        return [part for part in self if part.schedule.shape[1] > 1]

    def by_month(self, months: int, size: int) -> Array:
        """Multiply out and add up, (months, size): a new array; of fewer months than there are, the first."""
        total = self._narrow.by_month(months, size)
        for part in self._wide:
            _add_wide(total, part)
        return total

    def weighed(self, weights: Array, size: int) -> Array:
        """Give several weighted sums over months, (k, size) for (k, months)."""
        total = self._narrow.weighed(weights, size)
        for part in self._wide:
            total = total + weights[:, : len(part.schedule)] @ part.schedule * part.amount
        return total

    def running(self, months: int, size: int) -> Array:
        """Give the running total, (months, size): a new array."""
        if self.height >= months:
            return accumulated(self.by_month(months, size))
        if not self.height:
            return self._narrow.running(months, size)
        climb = accumulated(self._climb())
        total = self._narrow.running(months, size, Scheduled(since(months, len(climb)), climb[-1]))
        np.add(total[: len(climb)], climb, out=total[: len(climb)])
        return total

    def _climb(self) -> Array:
        """Multiply out and add up what hangs on the draw, (height, size): a new array."""
        first, *others = sorted(self._wide, key=lambda part: -len(part.schedule))
        total = np.multiply(first.schedule, first.amount)
        for part in others:
            _add_wide(total, part)
        return total

    @cached_property
    def _narrow(self) -> "_Narrow":
        return _Narrow([part for part in self if part.schedule.shape[1] == 1])


class _Narrow:
    """Parts whose schedules are the same in every draw: a matrix of schedules times one of amounts."""

    def __init__(self, parts: Sequence[Scheduled]) -> None:
        self._drawn = [part for part in parts if np.size(part.amount) > 1]
        self._fixed = [part for part in parts if np.size(part.amount) == 1]

    def by_month(self, months: int, size: int) -> Array:
        """Multiply out and add up, (months, size): a new array."""
        return self._product(self._schedules(months), [part.amount for part in self._drawn], size)

    def running(self, months: int, size: int, extra: Scheduled | None = None) -> Array:
        """Give the running total, and something more as it is, (months, size): a new array."""
        totals, amounts = self._schedules(months).cumsum(axis=0), [part.amount for part in self._drawn]
        if extra is not None:
            totals, amounts = np.hstack([totals, extra.schedule]), [*amounts, extra.amount]
        return self._product(totals, amounts, size)

    def weighed(self, weights: Array, size: int) -> Array:
        """Give several weighted sums over months, (k, size) for (k, months)."""
        schedules = weights @ self._schedules(weights.shape[1])
        return self._product(schedules, [part.amount for part in self._drawn], size)

    def _schedules(self, months: int) -> Array:
        """Give the schedules side by side, the sum of those with a fixed amount first, (months, k)."""
        schedules = np.zeros((months, 1 + len(self._drawn)))
        for part in self._fixed:
            schedules[: len(part.schedule), 0] += part.schedule[:months, 0] * np.reshape(part.amount, ())
        for column, part in enumerate(self._drawn, start=1):
            schedules[: len(part.schedule), column] = part.schedule[:months, 0]
        return schedules

    def _product(self, schedules: Array, amounts: Sequence[Value], size: int) -> Array:
        if not amounts:
            return np.repeat(schedules, size, axis=1)
        if not schedules[:, 0].any():
            return np.asarray(schedules[:, 1:] @ np.array(amounts))
        return np.asarray(schedules @ np.array([np.ones(size), *amounts]))


@cache
def since(months: int, first: int) -> Array:
    """Give the schedule of one unit a month from a month on, (months, 1): the same object each time."""
    schedule = np.zeros((months, 1))
    schedule[first:] = 1.0
    schedule.setflags(write=False)
    return schedule


def settling(climb: Array, settled: Value, months: int) -> Sum:
    """Give a schedule of so many months that no longer changes after some, (h, n), and what it then is, (n,)."""
    return Sum([Scheduled(climb), Scheduled(since(months, len(climb)), settled)])


def stock(flows: "Flows", keeps: float) -> Sum:
    """Give what has come in up to each month, each month keeping a share of what was there before."""
    stocks: list[Scheduled] = []
    months = max(len(part.schedule) for part in parts(flows))
    for part in parts(flows):
        level = accumulated(part.schedule.copy(), keeps)
        stocks.append(Scheduled(level, part.amount))
        if 0 < len(level) < months:
            stocks.append(Scheduled(_fading(months, len(level), keeps), level[-1] * part.amount))
    return Sum(stocks)


@cache
def _fading(months: int, first: int, keeps: float) -> Array:
    """Give what is left of one unit that was there the month before the first, (months, 1)."""
    left = np.asarray(since(months, first) * keeps ** np.maximum(np.arange(months)[:, None] - first + 1.0, 0.0))
    left.setflags(write=False)
    return left


def accumulated(flows: Array, keeps: float = 1.0) -> Array:
    """Add flows up month by month in their place, (m, n); four times faster than `cumsum` along months.

    Each month keeps a share of what was there before.
    """
    before = np.empty(flows.shape[1:])
    for month in range(1, len(flows)):
        earlier = flows[month - 1] if keeps == 1 else np.multiply(flows[month - 1], keeps, out=before)
        np.add(flows[month], earlier, out=flows[month])
    return flows


def running_total(flows: Array) -> Array:
    """Add flows up month by month, (m, n): a new array."""
    total = np.empty_like(flows)
    total[0] = flows[0]
    for month in range(1, len(flows)):
        np.add(total[month - 1], flows[month], out=total[month])
    return total


def _add_wide(total: Array, part: Scheduled) -> None:
    """Add a schedule that hangs on the draw: a few rows at a time, so that the product stays in the cache."""
    months = min(len(total), len(part.schedule))
    if is_one(part.amount):
        np.add(total[:months], part.schedule[:months], out=total[:months])
        return
    room = np.empty((min(ROWS, months), total.shape[1]))
    for first in range(0, months, ROWS):
        shares = part.schedule[first : min(first + ROWS, months)]
        into = total[first : first + len(shares)]
        np.add(into, np.multiply(shares, part.amount, out=room[: len(shares)]), out=into)


Flows = Array | Scheduled | Sum
"""What a line gives: amounts by month and draw, (m, n), (m, 1) if the draw does not matter, or not multiplied out."""


def parts(flows: Flows) -> Iterable[Scheduled]:
    """Give flows as schedules and amounts."""
    if isinstance(flows, Sum):
        return flows
    return [flows if isinstance(flows, Scheduled) else Scheduled(flows)]


def times(flows: Flows, factor: Value) -> Flows:
    """Give flows times a factor: on the amount if the month does not matter, (n,), else on the schedule, (m, n)."""
    if isinstance(factor, np.ndarray) and factor.ndim == 2:
        return _by_month_times(flows, factor)
    if isinstance(flows, Sum):
        return Sum(times(part, factor) for part in flows)
    if not isinstance(flows, Scheduled):
        return np.asarray(flows * factor)
    return Scheduled(flows.schedule, factor if is_one(flows.amount) else flows.amount * factor)


def _by_month_times(flows: Flows, factor: Array) -> Flows:
    if isinstance(flows, Sum) and factor.shape[1] > 1:  # else each of its schedules would come to hang on the draw
        return np.asarray(np.asarray(flows) * factor)
    if isinstance(flows, Sum):
        return Sum(_by_month_times(part, factor) for part in flows)
    if not isinstance(flows, Scheduled):
        return np.asarray(flows * factor)
    return Scheduled(np.asarray(flows.schedule * factor[: len(flows.schedule)]), flows.amount)


class Weights:
    """Weighted sums over months, (n,): of each schedule once, whatever amounts fall on it.

    Args:
        weights: of each month, (m, 1), several of them; all worked out at once.
    """

    def __init__(self, *weights: Array) -> None:
        self._weights = np.hstack(weights).T
        self._done: dict[int, tuple[Array, Array]] = {}  # the schedule is kept, so that its id is not given away

    def of(self, flows: Flows, which: int = 0) -> Value:
        """Give the weighted sum of one line's flows, (n,), or (1,) if the draw does not matter."""
        summed: Value = 0.0
        for number, part in enumerate(parts(flows)):
            one = self._of_schedule(part.schedule)[which] * part.amount
            summed = summed + one if number else one
        return summed

    def over(self, total: Sum, size: int, which: int = 0) -> Array:
        """Give the weighted sum of a sum, (size,)."""
        sums = np.asarray(self.of(total, which))
        return sums if sums.shape == (size,) else np.full(size, sums)

    def _of_schedule(self, schedule: Array) -> Array:
        if id(schedule) not in self._done:
            self._done[id(schedule)] = schedule, self._weights[:, : len(schedule)] @ schedule
        return self._done[id(schedule)][1]


def weighted(total: Sum, weight: Array, size: int) -> Array:
    """Give the sum over months by weights that hang on the draw, (m, n): (size,)."""
    sums = np.zeros(size)
    for part in total:
        schedule, weights = np.broadcast_arrays(part.schedule, weight[: len(part.schedule)])
        sums += np.einsum("mn,mn->n", weights, schedule) * part.amount
    return sums


def powers(base: Value, months: int) -> Array:
    """Give a number to the power of each month from 0, (months, n), or (months, 1).

    Rows known so far times the last of them give as many again: no exponential for each.
    """
    base = np.atleast_1d(base)
    factors = np.empty((months, base.size))
    factors[0], factors[1:2] = 1.0, base
    known = 2
    while known < months:
        more = min(known - 1, months - known)
        np.multiply(factors[1 : 1 + more], factors[known - 1], out=factors[known : known + more])
        known += more
    return factors
