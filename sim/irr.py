"""Rates that make a present value zero: when there is just one, and how to find it for many columns at once."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Array

ROWS = 8
"""Months that are worked on at a time."""

GRID = 6
MIDDLE, REACH = -0.045, 0.125
"""How many rates a first guess is made from, and which: log discount factors a month, from -60 % to 650 % a year."""

SETTLED = 1e-4
"""Newton's step, in log discount factors, after which a rate is known to eleven digits."""

DUST = 1e-6
"""A millionth of a currency unit: a running total that rounding left this far below zero is not below it."""


def last_row(happens: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Give how many rows there are up to the last in which it happens, (n,); 0 if it never does.

    Whole arrays of small numbers instead of a search in each column: many times faster along months.
    """
    small = np.uint8 if len(happens) < 256 else np.uint16
    rows = np.arange(1, len(happens) + 1, dtype=small)[:, None]
    return np.asarray(np.multiply(happens.view(np.uint8), rows).max(axis=0), np.uint16)


Single = NDArray[np.float32]
Signs = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def signs(flows: Array) -> Signs:
    """Say where flows are below zero and where above, dust aside, (m, n) each."""
    return flows < -DUST, flows > DUST


def turns_once(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether one happens in each column, then the other, and the first never again, (n,)."""
    last_before, first_after = last_row(before), len(after) + 1 - last_row(after[::-1])
    return (last_before > 0) & (last_before < first_after) & (first_after <= len(after))


def solve_irr(net: Array, wanted: NDArray[np.bool_]) -> Array:
    """Solve NPV = 0 for the yearly rate in the wanted columns, (m, n); NaN elsewhere and where it does not settle.

    log(PV of inflows / PV of outflows) is almost a straight line in the log of the monthly discount factor. Its values
    at a few fixed rates, the same for all columns, give a polynomial whose root is good to some hundred-thousandths;
    one step of high order on the present value itself does the rest. The few columns that this leaves open, rates far
    out among them, are solved one step after the other.
    """
    if wanted.mean() < 0.3:  # picking columns out costs several passes over them
        few = np.flatnonzero(wanted)
        rate = np.full(wanted.size, np.nan)
        if few.size:
            rate[few] = solve_irr(net.take(few, axis=1), np.ones(few.size, np.bool_))
        return rate
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        guess = _guess(net)
        log_v, step = _polished(net, guess)
        left = np.flatnonzero(wanted & ~(np.abs(step) < SETTLED))
        if left.size:
            log_v[left] = _left(net.take(left, axis=1), log_v[left], guess[left])
        return np.asarray(np.where(wanted, np.expm1(-12 * log_v), np.nan))


def _guess(net: Array) -> Array:
    """Give about where the present value is zero, as a log discount factor, (n,): Newton on a polynomial.

    In single precision, which halves the work: what is left of it is polished away.
    """
    discount, to_polynomial = _grid(len(net))
    total, received = np.zeros((2, GRID, net.shape[1]), np.float32)
    for rows, factors in _in_rows(net, discount):
        single = rows.astype(np.float32)
        total += factors @ single
        received += factors @ np.maximum(single, 0, out=single)
    c = to_polynomial @ np.log(received / (received - total))
    z = np.clip(-c[0] / c[1], -1, 1)
    for _ in range(2):
        value, slope = c[-1] * z + c[-2], c[-1].copy()
        for coefficient in c[-3::-1]:
            slope *= z
            slope += value
            value *= z
            value += coefficient
        z -= value / slope
    return np.asarray(MIDDLE + REACH * z.astype(np.float64))


@cache
def _grid(months: int) -> tuple[Single, Single]:
    """Give discount factors by rate and month, (GRID, m), and what makes a polynomial of values at those rates.

    Rates are Chebyshev points, where interpolation is stable; coefficients are of rising powers of -1..1.
    """
    z = np.cos(np.pi * (np.arange(GRID) + 0.5) / GRID)
    to_polynomial = np.linalg.inv(np.vander(z, increasing=True))
    discount = np.exp((MIDDLE + REACH * z)[:, None] * np.arange(months))
    return discount.astype(np.float32), to_polynomial.astype(np.float32)


def _polished(net: Array, log_v: Array) -> tuple[Array, Array]:
    """Give log discount factors much closer to where the present value is zero, and the length of Newton's step.

    The third-order inverse series about the guess (Traub 1964, "Iterative methods for the solution of equations"): an
    error of e becomes one of about e^4 months^3.
    """
    months = np.arange(len(net)) - (len(net) - 1) / 2  # about the middle, where higher derivatives are small
    v = np.exp(log_v)
    powers, leap = _powers(v, ROWS), v**ROWS
    found = np.zeros((4, net.shape[1]))
    for rows, weights in _in_rows(net, np.array([months**power for power in range(4)])):
        found += weights @ (rows * powers[: len(rows)])
        powers *= leap
    value, first, second, third = found
    step, bend, twist = -value / first, second / (2 * first), third / (6 * first)
    return log_v + step * (1 - step * (bend - step * (2 * bend**2 - twist))), step


def _in_rows(net: Array, weights: NDArray[Any]) -> Iterator[tuple[Array, NDArray[Any]]]:
    """Give some months at a time, (r, n), and their weights, (k, r): what is made of them stays in the cache."""
    for first in range(0, len(net), ROWS):
        yield net[first : first + ROWS], weights[:, first : first + ROWS]


def _left(net: Array, log_v: Array, guess: Array) -> Array:
    """Solve what one step did not settle, (n,): by another, and the few that it does not settle from afar."""
    log_v, step = _polished(net, log_v)
    far = np.flatnonzero(~(np.abs(step) < SETTLED))
    if far.size:
        log_v[far] = _stepwise(net.take(far, axis=1), np.clip(np.nan_to_num(guess[far]), -0.5, 0.5))
    return log_v


def _stepwise(net: Array, start: Array) -> Array:
    """Solve for log discount factors by Halley's method on log(PV of inflows / PV of outflows), (n,); NaN if in vain.

    The slope of that function is the difference of two durations, so that even far starts come home.
    """
    inflow = np.maximum(net, 0)
    log_v, open_ = start, np.ones(net.shape[1], np.bool_)
    settled = ~open_
    for _ in range(40):
        powers = _powers(np.exp(log_v), len(net))
        step = _halley_step(net * powers, inflow * powers)
        before, log_v = log_v, np.where(open_, _bounded(log_v - step), log_v)
        settled |= open_ & (np.abs(step) < SETTLED)  # convergence is cubic: what is left is about its third power
        open_ &= ~settled & (np.abs(log_v - before) > 0)  # else it is at a bound, or undefined
        if not open_.any():
            break
    return np.where(settled, log_v, np.nan)


def bisect_irr(net: Array, lowest: Array) -> Array:
    """Solve NPV = 0 for the yearly rate by halving, for the few columns that need it; NaN without a change of sign."""
    low = np.full(net.shape[1], -np.log(11.0))  # of the log discount factor: the highest rate
    high = np.where(lowest < 0, np.log(10.0), 0.0)
    at_low, at_high = (np.sign((net * _powers(np.exp(end), len(net))).sum(axis=0)) for end in (low, high))
    between = at_low * at_high < 0
    for _ in range(60 if between.any() else 0):
        middle = (low + high) / 2
        same = np.sign((net * _powers(np.exp(middle), len(net))).sum(axis=0)) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(between, np.expm1(-12 * low), np.nan)


def _bounded(log_v: Array) -> Array:
    """Keep monthly rates between -90 % and 1,000 %."""
    return np.asarray(np.minimum(np.maximum(log_v, -np.log(11)), np.log(10)))


def _powers(v: Array, months: int) -> Array:
    """Give v to the power of each month, (m, n): rows known so far times the last of them give as many again."""
    powers = np.empty((months, v.size))
    powers[0], powers[1:2] = 1.0, v
    known = 2
    while known < months:
        more = min(known - 1, months - known)
        np.multiply(powers[1 : 1 + more], powers[known - 1], out=powers[known : known + more])
        known += more
    return powers


def _halley_step(values: Array, inflows: Array) -> Array:
    """Give how far the log discount factor must fall for the present values to balance, (n,); at most 0.5 a step."""
    months = np.arange(len(values), dtype=float)
    weights = np.array([months**power for power in range(3)])
    inflow = weights @ inflows
    outflow = inflow - weights @ values
    in_duration, in_spread = _moments(inflow)
    out_duration, out_spread = _moments(outflow)
    slope = in_duration - out_duration
    newton = np.log(inflow[0] / outflow[0]) / slope
    curb = 1 - newton * (in_spread - out_spread) / (2 * slope)
    return np.asarray(np.clip(newton / np.clip(curb, 0.5, 2), -0.5, 0.5))


def _moments(sums: Array) -> tuple[Array, Array]:
    """Give mean and variance of the month from the sums of amounts, amounts by month and by its square, (3, n)."""
    mean = sums[1] / sums[0]
    return mean, sums[2] / sums[0] - mean**2
