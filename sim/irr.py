"""Rates that make a present value zero: when there is just one, and how to find it for many columns at once."""

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Array

FEW = 256
"""Columns that are too few for a loop over rows."""

DUST = 1e-6
"""A millionth of a currency unit: a running total that rounding left this far below zero is not below it."""


def last_row(happens: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Give how many rows there are up to the last in which it happens, (n,); 0 if it never does.

    Whole arrays of small numbers instead of a search in each column: many times faster along months.
    """
    small = np.uint8 if len(happens) < 256 else np.uint16
    rows = np.arange(1, len(happens) + 1, dtype=small)[:, None]
    return np.asarray(np.multiply(happens.view(np.uint8), rows).max(axis=0), np.uint16)


def turns_once(flows: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each column changes sign just once, upwards and downwards, zeros and dust aside, (n,) each."""
    positive, negative = flows > DUST, flows < -DUST
    last_positive, last_negative = last_row(positive), last_row(negative)
    first_positive, first_negative = (_first_row(x) for x in (positive, negative))
    both = (last_positive > 0) & (last_negative > 0)
    return both & (last_negative < first_positive), both & (last_positive < first_negative)


def _first_row(happens: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Give the row in which it first happens, counted from 1, (n,); one beyond the last if it never does."""
    return np.asarray(len(happens) + 1 - last_row(happens[::-1]), np.uint16)


def solve_irr(net: Array, wanted: NDArray[np.bool_]) -> Array:
    """Solve NPV = 0 for the yearly rate in the wanted columns; NaN elsewhere and where it does not settle.

    Halley's method on log(PV of inflows / PV of outflows) against the log of the monthly discount factor. That
    function is almost a straight line - its slope is the difference of two durations - so two or three steps do;
    columns that have settled leave the iteration.
    """
    columns, log_v = np.arange(net.shape[1]), np.zeros(net.shape[1])
    unsettled = wanted.copy()
    for number in range(40):
        open_ = unsettled[columns]
        if open_.mean() < 0.3:  # picking columns out costs several passes over them
            columns, few = columns[open_], np.flatnonzero(open_)
            net, open_ = net.take(few, axis=1), open_[few]
        values = _discounted(net, np.exp(log_v[columns])) if number else net  # the first is at a rate of zero
        step = np.where(open_, _halley_step(values), 0.0)
        log_v[columns] = _bounded(log_v[columns] - step)
        unsettled[columns] &= ~(np.abs(step) < 1e-4)  # convergence is cubic: what is left is about its third power
        if not unsettled.any():
            break
    return np.where(wanted & ~unsettled, np.expm1(-12 * log_v), np.nan)


def bisect_irr(net: Array, lowest: Array) -> Array:
    """Solve NPV = 0 for the yearly rate by halving, for the few columns that need it; NaN without a change of sign."""
    low = np.full(net.shape[1], -np.log(11.0))  # of the log discount factor: the highest rate
    high = np.where(lowest < 0, np.log(10.0), 0.0)
    at_low, at_high = (np.sign((net * _powers(np.exp(end), len(net))).sum(axis=0)) for end in (low, high))
    for _ in range(60):
        middle = (low + high) / 2
        same = np.sign((net * _powers(np.exp(middle), len(net))).sum(axis=0)) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(at_low * at_high < 0, np.expm1(-12 * low), np.nan)


def _bounded(log_v: Array) -> Array:
    """Keep monthly rates between -90 % and 1,000 %."""
    return np.asarray(np.minimum(np.maximum(log_v, -np.log(11)), np.log(10)))


def _discounted(net: Array, v: Array) -> Array:
    """Give the flows times v to the power of their month, (m, n)."""
    if v.size < FEW:  # the rows are so short that calls cost more than powers
        return np.asarray(net * v ** np.arange(len(net))[:, None])
    values, power = np.empty_like(net), v.copy()
    values[0] = net[0]
    for month in range(1, len(net)):
        np.multiply(net[month], power, out=values[month])
        power *= v
    return values


def _powers(v: Array, months: int) -> Array:
    """Give v to the power of each month, (m, n)."""
    powers = np.empty((months, v.size))
    powers[0], powers[1:2] = 1.0, v
    for month in range(2, months):
        np.multiply(powers[month - 1], v, out=powers[month])
    return powers


def _halley_step(values: Array) -> Array:
    """Give how far the log discount factor must fall for the present values to balance, (n,); at most 0.5 a step."""
    months = np.arange(len(values), dtype=float)
    weights = np.array([months**power for power in range(3)])
    total = weights @ values
    inflow = weights @ np.maximum(values, 0)
    outflow = inflow - total
    with np.errstate(all="ignore"):  # a hopeless column gives NaN and never settles
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
