"""Rates that make a present value zero: when there is just one, and how to find it for many columns at once."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.finance.schedule import powers
from sim.numbers.arrays import Array

ROWS, COLUMNS = 9, 4096
"""Months and draws that are worked on at a time."""

GRID = 6
MIDDLE, REACH = -0.06, 0.14
"""How many rates a first guess is made from, and which: log discount factors a month, from -60 % to 1,000 % a year."""

GOOD = 0.004
"""Terms of the series of a step, below which the step is known to nine digits."""

SETTLED = 0.003
"""The same for a step of Halley's, over the horizon."""

ROUNDING = 1e-12
"""Flows below this share of the largest running total cannot be told from rounding."""

LOWEST, HIGHEST = -np.log(11.0), np.log(10.0)
"""Log discount factors between which rates are sought: 1,000 % and -90 % a month."""

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


def grid(months: int) -> Array:
    """Give the discount factors of a few fixed rates, (k, months): what a first guess is made from."""
    return _grid(months)[0]


def guess_from(received: Array, paid: Array, months: int) -> Array:
    """Give about where present values balance, as a log discount factor, (n,): Newton on a polynomial.

    log(received / paid) is almost a straight line in the log of the discount factor, so that its values at a few rates,
    the same for all columns, give a polynomial whose root is good to some hundred-thousandths. Single precision does.

    Args:
        received: present values of what comes in at the rates of `grid`, (k, n).
        paid: likewise of what goes out.
        months: of the horizon and one more.
    """
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        c = _grid(months)[1] @ np.log((received / paid).astype(np.float32))
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


def polished(running: Array, log_v: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Give log discount factors much closer to where the present value is zero, (n,), and whether they are good.

    The inverse series of third order about the guess (Traub 1964, "Iterative methods for the solution of equations"):
    an error of e becomes one of about e^4 months^3. A present value by running totals R is
    (1 - v) (R_0 + R_1 v + ... ) + R_H v^H, the sum being over all months but the last (summation by parts, Abel).

    Args:
        running: running totals of the net flows, (m, n).
        log_v: the guess.
    """
    last = len(running) - 1
    middle = last / 2  # months are counted from there, so that higher derivatives are small
    with np.errstate(all="ignore"):
        v, to_end = np.exp(log_v), last - middle
        s0, s1, s2, s3 = _moments_of(running[:-1], log_v, middle)
        end = running[-1] * np.exp(log_v * to_end)
        value = end - np.expm1(log_v) * s0
        slope = to_end * end + s1 - v * (s0 + s1)
        second = to_end**2 * end + s2 - v * (s0 + 2 * s1 + s2)
        third = to_end**3 * end + s3 - v * (s0 + 3 * (s1 + s2) + s3)
        step = -value / slope
        a, b = step * second / (2 * slope), step**2 * third / (6 * slope)
        good = (np.abs(step) < GOOD) & (np.abs(a) < GOOD) & (np.abs(b) < GOOD**2)
        return log_v + step * (1 - a + 2 * a**2 - b), good


def _moments_of(amounts: Array, log_v: Array, middle: float) -> Array:
    """Give the sums of amounts times v^t t^k, (4, n) for k = 0..3, months t counted from the middle.

    A few rows and columns at a time, the last rows first: what is made of them stays in the processor's cache.
    """
    weights = np.array([(np.arange(len(amounts)) - middle) ** power for power in range(4)])
    moments = np.zeros((4, log_v.size))
    for left in range(0, log_v.size, COLUMNS):
        some = slice(left, left + COLUMNS)
        _add_moments(moments[:, some], amounts[:, some], np.exp(log_v[some]), weights)
    moments *= np.exp(-middle * log_v)
    return moments


def _add_moments(moments: Array, amounts: Array, v: Array, weights: Array) -> None:
    first_powers = powers(v, ROWS)
    leap, room = first_powers[-1] * v, np.empty_like(first_powers)
    for first in reversed(range(0, len(amounts), ROWS)):
        rows = amounts[first : first + ROWS]
        values = np.multiply(rows, first_powers[: len(rows)], out=room[: len(rows)])
        moments *= leap
        moments += weights[:, first : first + len(rows)] @ values


def solved(running: Array) -> Array:
    """Give the log discount factor at which each column's present value is zero, (n,); NaN where none is found.

    From a guess by inflows and outflows; what one step from there does not settle is solved step by step.

    Args:
        running: running totals of the net flows, (m, n).
    """
    net = flows_of(running)
    discount = grid(len(net))
    received = discount @ np.maximum(net, 0)
    guess = guess_from(received, received - discount @ net, len(net))
    log_v, good = polished(running, guess)
    far = np.flatnonzero(~good)
    if far.size:
        log_v[far] = stepwise(net.take(far, axis=1), guess[far])
    return log_v


def flows_of(running: Array) -> Array:
    """Give the flows behind running totals, (m, n); what is no more than their rounding is zero.

    A month in which nothing happens must not count as a change of sign, in whatever currency.
    """
    flows = np.diff(running, axis=0, prepend=0.0)
    flows[np.abs(flows) < ROUNDING * np.abs(running).max(axis=0)] = 0.0
    return flows


def yearly(log_v: Array) -> Array:
    """Give the yearly rate that a monthly log discount factor stands for, (n,)."""
    return np.asarray(np.expm1(-12 * log_v))


@cache
def _grid(months: int) -> tuple[Array, Single]:
    """Give discount factors by rate and month, (GRID, m), and what makes a polynomial of values at those rates.

    Rates are Chebyshev points, where interpolation is stable; coefficients are of rising powers of -1..1.
    """
    z = np.cos(np.pi * (np.arange(GRID) + 0.5) / GRID)
    to_polynomial = np.linalg.inv(np.vander(z, increasing=True))
    discount = np.exp((MIDDLE + REACH * z)[:, None] * np.arange(months))
    return discount, to_polynomial.astype(np.float32)


def stepwise(net: Array, guess: Array) -> Array:
    """Solve for log discount factors by Halley's method on log(PV of inflows / PV of outflows), (n,); NaN if in vain.

    The slope of that function is the difference of two durations, so that even far starts come home.
    """
    inflow = np.maximum(net, 0)
    both = np.stack([inflow, inflow - net], axis=1)
    log_v = np.where(np.isfinite(guess), np.minimum(np.maximum(guess, -0.5), 0.5), 0.0)
    settled, at = np.zeros(log_v.size, np.bool_), np.arange(log_v.size)
    for _ in range(40):
        step = _halley_step(both, np.exp(log_v[at]))
        moved = np.minimum(np.maximum(log_v[at] - step, LOWEST), HIGHEST)
        settled[at] = np.abs(step) * len(net) < SETTLED  # convergence is cubic: what is left is about its third power
        going = ~settled[at] & (np.abs(moved - log_v[at]) > 0)  # else it is at a bound, or undefined
        log_v[at] = moved
        if not going.any():
            break
        at, both = at[going], both[:, :, going]
    return np.where(settled, log_v, np.nan)


def _halley_step(both: Array, v: Array) -> Array:
    """Give how far the log discount factor must fall for the present values to balance, (n,); at most 0.5 a step.

    Args:
        both: inflows and outflows, (m, 2, n).
        v: the discount factors.
    """
    months = np.arange(len(both), dtype=float)
    weights = np.array([months**power for power in range(3)])
    values = both * powers(v, len(both))[:, None]
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        sums = (weights @ values.reshape(len(both), -1)).reshape(3, 2, -1)
        duration, squared = sums[1:] / sums[0]
        spread = squared - duration**2
        slope = duration[0] - duration[1]
        newton = np.log(sums[0, 0] / sums[0, 1]) / slope
        curb = 1 - newton * (spread[0] - spread[1]) / (2 * slope)
        step = newton / np.minimum(np.maximum(curb, 0.5), 2)
        return np.asarray(np.minimum(np.maximum(step, -0.5), 0.5))


def bisect_irr(net: Array, lowest: Array) -> Array:
    """Solve NPV = 0 for the yearly rate by halving, for the few columns that need it; NaN without a change of sign."""
    low = np.full(net.shape[1], LOWEST)  # of the log discount factor: the highest rate
    high = np.where(lowest < 0, HIGHEST, 0.0)
    at_low, at_high = (np.sign((net * powers(np.exp(end), len(net))).sum(axis=0)) for end in (low, high))
    between = at_low * at_high < 0
    for _ in range(60 if between.any() else 0):
        middle = (low + high) / 2
        same = np.sign((net * powers(np.exp(middle), len(net))).sum(axis=0)) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(between, np.expm1(-12 * low), np.nan)
