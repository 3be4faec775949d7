"""When the money is back: payback in four conventions."""

import numpy as np

from sim.distributions import Array
from sim.finance.flows import CashFlows, running_total
from sim.irr import DUST


def payback(flows: CashFlows) -> Array:
    """Month from which the running total stays at or above zero; `inf` if not within the horizon.

    Undiscounted and sustained: a total that recovers and falls again has not paid back yet. Percentiles of it
    are taken without interpolation, since there is nothing between a month and never.
    """
    return _sustained(flows.running)


def payback_discounted(flows: CashFlows) -> Array:
    """Month from which the running total of the discounted flows stays at or above zero; `inf` if not in time."""
    return _sustained(running_total(flows.present))


def payback_first(flows: CashFlows) -> Array:
    """First month in which the running total is back at zero, whether it stays there or not; `inf` if never.

    It flatters: with annual prepayments the total may fall below zero again. Never later than `payback`.
    """
    first = np.full(flows.running.shape[1], np.inf)
    been_below, back = (np.zeros(first.size, dtype=bool) for _ in range(2))
    for month, total in enumerate(flows.running):
        below = total < -DUST
        first[been_below & ~below & ~back] = month
        back |= been_below & ~below
        been_below |= below
    return np.where(been_below, first, 0.0)


def payback_simple(flows: CashFlows) -> Array:
    """Months of the average yearly net benefit after go-live that repay the initial cost, rounded up; else `inf`.

    The spreadsheet figure: investment / yearly return, from go-live. NaN where nothing lies beyond go-live.
    """
    yearly = flows.yearly_return
    months = np.divide(12 * flows.initial, yearly, out=np.full_like(yearly, np.inf), where=yearly > 0)
    return np.where(np.isnan(yearly), np.nan, np.ceil(months - 1e-9))


def _sustained(running: Array) -> Array:
    below = running < -DUST
    last = below.shape[0] - 1
    month = np.where(below.any(axis=0), last + 1.0 - below[::-1].argmax(axis=0), 0.0)
    return np.where(below[-1], np.inf, month)
