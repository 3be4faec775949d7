"""How many rates make a present value zero: counted exactly, for many columns of flows at once.

A present value is a polynomial in the discount factor v, its coefficients the flows by period: rates above zero are
its roots between 0 and 1, rates below zero those of the same polynomial read backwards, in 1/v. Changes of sign bound
the number of roots, and none or one is the number itself (Descartes' rule). Here those of the running total are taken,
the present value being (1 - v) times a series that has it for coefficients (Norstrøm 1972, JFQA 7(3)), and for rates
below zero those of the running total from the end. What they leave open is decided by Bernstein coefficients, whose
changes of sign bound the roots within an interval, the more closely the shorter it is (Lane and Riesenfeld 1981,
"Bounds on a polynomial", BIT 21).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.numbers.arrays import Array

DUST = 1e-6
"""A millionth of a currency unit: a running total that rounding left this far below zero is not below it."""

ROUNDING = 1e-12
"""Flows below this share of the largest running total cannot be told from rounding."""

CUT = 0.6137
"""Where an interval is cut in two; no rate that people write lies there."""

DEEPEST = 40
"""Cuts after which roots that are still not apart are a double one, or as good as that: they count as two."""

Flags = NDArray[np.bool_]
Rows = NDArray[np.uint16]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rates:
    """What there is to be found in each column of flows, (n,) each."""

    count: Counts
    """Rates above -100 % that make the present value zero."""
    out_first: Flags
    """Whether the first flow that is not zero goes out."""
    nothing_back: Flags
    """Whether money goes out and none ever comes in."""
    flows: Flags
    """Whether anything flows at all."""

    @property
    def single(self) -> Flags:
        """Whether money goes out first and just one rate balances what follows."""
        return np.asarray(self.out_first & (self.count == 1))


def rates(running: Array) -> Rates:
    """Count the rates that make the present value of flows zero, given their running totals, (m, n)."""
    rows, end = len(running), running[-1]
    below, above = running < -DUST, running > DUST
    last_below, first_above = last_row(below), first_row(above)
    count, clear = (first_above <= rows).astype(np.int64), last_below < first_above
    out_first = clear & (last_below > 0)
    again = np.flatnonzero(~clear)
    out_first[again] = first_row(below.take(again, axis=1)) < first_above[again]
    # where the running total ends above zero and was never higher, the one from the end is never below zero
    turned = np.flatnonzero(~((end > DUST) & (running.max(axis=0) <= end + DUST)))
    if turned.size:
        once, settled = _from_the_end(running.take(turned, axis=1))
        count[turned] += once
        clear[turned] &= settled
    unclear = np.flatnonzero(out_first & ~clear)
    if unclear.size:
        count[unclear] = _counted(flows_of(running.take(unclear, axis=1)))
    silent = np.flatnonzero(out_first & (count == 0))
    nothing_back = np.zeros(count.size, np.bool_)
    nothing_back[silent] = (flows_of(running.take(silent, axis=1)) <= DUST).all(axis=0)
    return Rates(count, out_first, nothing_back, (last_below > 0) | (first_above <= rows))


def _from_the_end(running: Array) -> tuple[Flags, Flags]:
    """Say whether the running total from the end changes sign, (n,), and whether it changes no more than once.

    It is the total at the end less that of the month before.
    """
    end = running[-1]
    below, above = running[:-1] > end + DUST, running[:-1] < end - DUST
    back = end < 0
    other, same = np.where(back, first_row(above), first_row(below)), np.where(back, last_row(below), last_row(above))
    return other < len(running), (same < other) & (np.abs(end) > DUST)


def _counted(flows: Array) -> Counts:
    """Count the rates of some flows, (m, n): above zero, zero itself, and below."""
    level = np.abs(flows.sum(axis=0)) <= DUST
    count = roots(flows, level) + level + roots(flows[::-1], level)
    rows, columns = np.arange(len(flows))[:, None], np.arange(flows.shape[1])
    last = np.where(flows != 0, rows, 0).max(axis=0)
    odd = flows[last, columns] > 0  # going from below zero to above takes an odd number of roots
    return np.asarray(count + (level & (odd != (count % 2 == 1))))  # the other one of a double root at zero


def roots(coefficients: Array, at_one: Flags) -> Counts:
    """Count the roots between 0 and 1, both excluded, of polynomials by rising powers, (m, n): (n,).

    A double root counts as two, and so do roots that no cut could tell apart.

    Args:
        coefficients: of the polynomials.
        at_one: which of them are zero at 1, whatever rounding says, (n,).
    """
    count, owner = np.zeros(coefficients.shape[1], np.int64), np.arange(coefficients.shape[1])
    pieces = _to_bernstein(len(coefficients)) @ coefficients
    pieces[-1, at_one] = 0.0
    for cuts_left in reversed(range(DEEPEST + 1)):
        changes = _changes(pieces)
        many = np.flatnonzero(changes > 1) if cuts_left else np.empty(0, np.int64)
        changes[many] = 0
        np.add.at(count, owner, changes)
        if not many.size:
            break
        left, right = _cut(len(coefficients))
        pieces = np.hstack([left @ pieces[:, many], right @ pieces[:, many]])
        owner = np.tile(owner[many], 2)
    return count


def _changes(values: Array) -> Counts:
    """Count the changes of sign down each column, zeros left out, (n,)."""
    sign = np.sign(values).astype(np.int8)
    if not sign.all():
        for row in range(1, len(sign)):
            np.copyto(sign[row], sign[row - 1], where=sign[row] == 0)
    return np.asarray((sign[1:] * sign[:-1] < 0).sum(axis=0))


@cache
def _to_bernstein(size: int) -> Array:
    """Give what makes Bernstein coefficients on 0..1 of those by rising powers, (size, size).

    Row j, column t: the binomial coefficients j over t by degree over t, as a running product that cannot overflow.
    """
    j, t = np.arange(size)[:, None], np.arange(size - 1)
    factors = np.ones((size, size))
    factors[:, 1:] = np.maximum(j - t, 0) / (size - 1 - t)
    return np.asarray(np.cumprod(factors, axis=1))


@cache
def _cut(size: int) -> tuple[Array, Array]:
    """Give what makes the Bernstein coefficients on either side of the cut, (size, size) each (de Casteljau)."""
    return _shares(size, CUT), _shares(size, 1 - CUT)[::-1, ::-1]


def _shares(size: int, share: float) -> Array:
    """Give binomial probabilities of a share, row i for i trials, (size, size)."""
    table = np.zeros((size, size))
    table[0, 0] = 1.0
    for row in range(1, size):
        table[row] = (1 - share) * table[row - 1]
        table[row, 1:] += share * table[row - 1, :-1]
    return table


def flows_of(running: Array) -> Array:
    """Give the flows behind running totals, (m, n); what is no more than their rounding is zero.

    A month in which nothing happens must not count as a change of sign, in whatever currency.
    """
    flows = np.diff(running, axis=0, prepend=0.0)
    flows[np.abs(flows) < ROUNDING * np.abs(running).max(axis=0)] = 0.0
    return flows


def last_row(happens: Flags) -> Rows:
    """Give how many rows there are up to the last in which it happens, (n,); 0 if it never does.

    Whole arrays of small numbers instead of a search in each column: many times faster along months.
    """
    small = np.uint8 if len(happens) < 256 else np.uint16
    rows = np.arange(1, len(happens) + 1, dtype=small)[:, None]
    return np.asarray(np.multiply(happens.view(np.uint8), rows).max(axis=0), np.uint16)


def first_row(happens: Flags) -> Rows:
    """Give the row in which it first happens, from 1, (n,); one more than there are if it never does."""
    return np.asarray(len(happens) + 1 - last_row(happens[::-1]), np.uint16)
