"""The rate that makes a present value zero, where there is just one (`sim.finance.roots`), for many columns at once.

Rates are looked for as logs of the discount factor of a period, a month or a year.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.finance.roots import flows_of
from sim.finance.schedule import powers
from sim.numbers.arrays import Array

MONTHS, YEARS = 12, 1
"""Periods a year."""

CELLS = 1 << 16
"""Months by draws that are worked on at a time."""

GRID = 10
REACH = 0.22
"""How many rates a first guess is made from, and how far they reach: log discount factors a month, -93 to 1,300 %."""

GOOD = 0.003
"""Terms of the series of a step, below which the step is known to nine digits."""

SETTLED = 0.001
"""The same for a step of Halley's, over the horizon."""

NEAR = 0.05
"""Steps of a guess, in log discount factors, that are trusted to lead nearer to the rate."""

STEPS = 14
"""Of Halley's, at most."""

FARTHEST = 2.3
"""Log discount factor a month up to which steps go: -90 % or 900 % a month. What lies beyond is found by halving."""

BOUND, HALVINGS = 50.0, 48
"""Log discount factors between which that is: of rates beyond them, a float cannot tell the yearly one from -100 %."""

Single = NDArray[np.float32]
Flags = NDArray[np.bool_]
Balance = Callable[[Array], tuple[Array, Array]]


def log_discounts(running: Array, wanted: Flags, balance: Balance, a_year: int = MONTHS) -> Array:
    """Give the log discount factor of a period at which present values are zero, (n,); NaN where it is not wanted.

    Args:
        running: running totals of the flows by period, (m, n).
        wanted: the columns in which one rate and no more does that, (n,).
        balance: gives the present values that must balance, (k, n) each, at discount factors, (k, m): of what comes
            in and what goes out.
        a_year: periods a year.
    """
    if wanted.mean() < 0.3:  # picking them out costs less
        roots, some = np.full(wanted.size, np.nan), np.flatnonzero(wanted)
        if some.size:
            chosen = running.take(some, axis=1)
            roots[some] = log_discounts(chosen, np.ones(some.size, np.bool_), balance_of(flows_of(chosen)), a_year)
        return roots
    guess = _guess(*balance(grid(len(running), a_year)), a_year)
    roots, good = polished(running, guess)
    left = np.flatnonzero(wanted & ~good)
    if left.size:
        start = np.where(np.abs(roots[left] - guess[left]) < NEAR, roots[left], guess[left])
        roots[left] = stepwise(flows_of(running.take(left, axis=1)), start, a_year)
    strayed = np.flatnonzero(wanted & ~(roots * running[-1] <= 0))  # or never settled: more comes back than went out
    if strayed.size:
        roots[strayed] = halved(flows_of(running.take(strayed, axis=1)))
    return np.where(wanted, roots, np.nan)


def balance_of(net: Array) -> Balance:
    """Give what must balance, from net flows, (m, n)."""

    def balance(discount: Array) -> tuple[Array, Array]:
        received = discount @ np.maximum(net, 0)
        return received, received - discount @ net

    return balance


def grid(periods: int, a_year: int = MONTHS) -> Array:
    """Give the discount factors of a few fixed rates, (k, periods): what a first guess is made from."""
    return np.exp((MONTHS / a_year * REACH * _points())[:, None] * np.arange(periods))


def _guess(received: Array, paid: Array, a_year: int) -> Array:
    """Give about where present values balance, as a log discount factor, (n,): Newton on a polynomial.

    log(received / paid) is almost a straight line in the log of the discount factor, so that its values at a few rates,
    the same for all columns, give a polynomial whose root is good to some hundred-thousandths. Single precision does.

    Args:
        received: present values of what comes in at the rates of `grid`, (k, n).
        paid: likewise of what goes out.
        a_year: periods a year.
    """
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
        c = _to_polynomial() @ np.log((received / paid).astype(np.float32))
        z = np.clip(-c[0] / c[1], -1, 1)
        for _ in range(2):
            value, slope = c[-1] * z + c[-2], c[-1].copy()
            for coefficient in c[-3::-1]:
                slope *= z
                slope += value
                value *= z
                value += coefficient
            z -= value / slope
        return np.asarray(MONTHS / a_year * REACH * z.astype(np.float64))


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

    A few columns at a time: what is made of them stays in the processor's cache.
    """
    weights = np.array([(np.arange(len(amounts)) - middle) ** power for power in range(4)])
    moments = np.empty((4, log_v.size))
    columns = max(CELLS // len(amounts), 256)
    for left in range(0, log_v.size, columns):
        some = slice(left, left + columns)
        values = powers(np.exp(log_v[some]), len(amounts))
        values *= amounts[:, some]
        np.matmul(weights, values, out=moments[:, some])
    moments *= np.exp(-middle * log_v)
    return moments


def yearly(log_v: Array, a_year: int = MONTHS) -> Array:
    """Give the yearly rate that the log discount factor of a period stands for, (n,)."""
    return np.expm1(-a_year * log_v) + 0.0  # never -0


@cache
def _points() -> Array:
    """Give Chebyshev points of -1..1, (k,), where interpolation is stable."""
    return np.cos(np.pi * (np.arange(GRID) + 0.5) / GRID)


@cache
def _to_polynomial() -> Single:
    """Give what makes coefficients of rising powers of values at those points, (k, k)."""
    return np.linalg.inv(np.vander(_points(), increasing=True)).astype(np.float32)


def stepwise(net: Array, guess: Array, a_year: int = MONTHS) -> Array:
    """Solve for log discount factors by Halley's method on log(PV of inflows / PV of outflows), (n,); NaN if in vain.

    The slope of that function is the difference of two durations, so that even far starts come home.
    """
    inflow = np.maximum(net, 0)
    both = np.stack([inflow, inflow - net], axis=1)
    log_v = np.where(np.isfinite(guess), np.minimum(np.maximum(guess, -0.5), 0.5), 0.0)
    settled, at = np.zeros(log_v.size, np.bool_), np.arange(log_v.size)
    farthest = FARTHEST * MONTHS / a_year
    for _ in range(STEPS):
        step = _halley_step(both, np.exp(log_v[at]))
        moved = np.minimum(np.maximum(log_v[at] - step, -farthest), farthest)
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


def halved(net: Array) -> Array:
    """Solve for log discount factors by halving, (n,), for the few columns that need it: money goes out first.

    More comes back than went out if the rate is above zero; else flows are read from the horizon backwards, so that
    powers stay small.
    """
    back = net.sum(axis=0) < 0
    flows, months = np.where(back, net[::-1], net), np.arange(len(net))[:, None]
    low, high = np.zeros((2, back.size))
    low = low - BOUND
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        paid_back = (flows * np.exp(months * middle)).sum(axis=0) > 0
        lower = paid_back != back  # read backwards, the present value is above zero before its root, not after it
        low, high = np.where(lower, low, middle), np.where(lower, middle, high)
    return np.asarray(np.where(back, -low, low))
