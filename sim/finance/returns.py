"""What is earned on what is spent: returns, present values, internal rates."""

import numpy as np
from numpy.typing import NDArray

from sim.finance.cash_flows import CashFlows, growth, ratio
from sim.finance.irr import (
    DUST,
    bisect_irr,
    flows_of,
    grid,
    guess_from,
    polished,
    signs,
    solved,
    stepwise,
    turns_once,
    yearly,
)
from sim.numbers.arrays import Array

NEAR = 0.05
"""Steps of a guess of the IRR, in log discount factors, that are trusted to lead nearer to it."""


def roi(flows: CashFlows) -> Array:
    """Net return on investment: (benefit - cost) / cost, undiscounted; 0 is break-even. NaN where nothing is spent."""
    return ratio(gain(flows), flows.total_cost)


def gain(flows: CashFlows) -> Array:
    """Benefit less cost, undiscounted: what an ROI divides."""
    return _settled(flows.total_benefit - flows.total_cost)


def gain_hard(flows: CashFlows) -> Array:
    """Benefit without the staff time freed, less cost, undiscounted."""
    return _settled(flows.total_benefit - flows.total(flows.freed) - flows.total_cost)


def _settled(gain: Array) -> Array:
    """Make breaking even 0, not a rounding error beside it."""
    return np.where(np.abs(gain) < DUST, 0.0, gain)


def roi_gross(flows: CashFlows) -> Array:
    """Gross return on investment: benefit / cost, undiscounted; 1 is break-even. NaN where nothing is spent."""
    cost = flows.total_cost
    return ratio(flows.total_benefit, cost)


def roi_pv(flows: CashFlows) -> Array:
    """Return on present values: NPV / present value of the costs, as in Forrester's Total Economic Impact.

    NaN where nothing is spent.
    """
    return ratio(flows.npv, flows.present_cost)


def roi_nucleus(flows: CashFlows) -> Array:
    """Return a year on the initial cost: average yearly net benefit of the first three years / initial cost.

    Nucleus Research's convention, with the initial cost taken as all that is spent up to go-live. NaN where that is
    nothing, or where nothing lies beyond it.
    """
    return np.divide(
        flows.yearly_return, flows.initial, out=np.full_like(flows.initial, np.nan), where=flows.initial > 0
    )


def roi_hard(flows: CashFlows) -> Array:
    """Net return without the staff time freed: (benefit - that - cost) / cost, undiscounted; NaN without cost."""
    return ratio(gain_hard(flows), flows.total_cost)


def npv_hard(flows: CashFlows) -> Array:
    """Net present value without the staff time freed."""
    return flows.npv - flows.present_value(flows.freed)


def npv(flows: CashFlows) -> Array:
    """Net present value at month 0."""
    return flows.npv


def irr(flows: CashFlows) -> Array:
    """Internal rate of return, a year; NaN where no rate, or no single rate, makes the NPV zero.

    It is single if the net flows change sign once (Descartes), or if they start negative and their running total
    changes sign once and ends positive, which leaves one rate above zero (Norstrøm 1972, JFQA 7(3)).
    """
    running = flows.running
    unique, lowest = flows.recovers.copy(), np.zeros(flows.recovers.size)
    others = np.flatnonzero(~unique)
    if others.size:
        negative, positive = signs(flows_of(running.take(others, axis=1)))
        once = turns_once(negative, positive) | turns_once(positive, negative)
        unique[others], lowest[others] = once, np.where(once, -1.0, 0.0)
    rate = yearly(_log_discounts(flows, unique))
    lost = np.flatnonzero(unique & ~(rate > lowest))  # strayed to a rate below the one sought, or never settled
    if lost.size:
        rate[lost] = bisect_irr(flows_of(running.take(lost, axis=1)), lowest[lost])
    return rate


def _log_discounts(flows: CashFlows, unique: NDArray[np.bool_]) -> Array:
    """Give the monthly log discount factor at the internal rate of return, (n,), NaN where it is not to be found."""
    wanted, running = np.flatnonzero(unique), flows.running
    if wanted.size < 0.3 * unique.size:  # picking them out costs less
        roots = np.full(unique.size, np.nan)
        if wanted.size:
            roots[wanted] = solved(running.take(wanted, axis=1))
        return roots
    guess = guess_from(*_at_some_rates(flows), len(running))
    roots, good = polished(running, guess)
    left = np.flatnonzero(unique & ~good)
    if left.size:
        start = np.where(np.abs(roots[left] - guess[left]) < NEAR, roots[left], guess[left])
        roots[left] = stepwise(flows_of(running.take(left, axis=1)), start)
    return np.where(unique, roots, np.nan)


def _at_some_rates(flows: CashFlows) -> tuple[Array, Array]:
    """Give present values that must balance, at the rates of `grid`, (k, n) each: of inflows and outflows.

    Where schedules settle, of benefits and costs: that needs no net flows by month, only their running total.
    """
    discount = grid(flows.shape[0])
    if flows.nets.height < flows.shape[0]:
        paid = flows.costs.weighed(discount, flows.shape[1])
        by_parts = -np.diff(discount, axis=1, append=0.0)
        return paid + by_parts @ flows.running, paid
    received = discount @ flows.received
    return received, received - discount @ flows.net


def mirr(flows: CashFlows) -> Array:
    """Modified internal rate of return, a year (Lin 1976): deficits at the finance rate, surpluses reinvested.

    -1 where nothing ever comes in; NaN where nothing ever goes out.
    """
    last = flows.months[-1, 0]
    surplus = _weighed(growth(flows.reinvestment_rate, last - flows.months), flows.received)
    deficit = _weighed(growth(flows.finance_rate, -flows.months), flows.received - flows.net)
    ratio = np.divide(surplus, deficit, out=np.full_like(surplus, np.nan), where=deficit > 0)
    return np.asarray(ratio ** (12 / last) - 1)


def _weighed(weights: Array, amounts: Array) -> Array:
    """Give the weighted sum over months, (n,)."""
    return weights[:, 0] @ amounts if weights.shape[1] == 1 else np.asarray((weights * amounts).sum(axis=0))
