"""When the money is back: payback in six conventions."""

import numpy as np
from numpy.typing import NDArray

from sim.finance.cash_flows import CashFlows
from sim.finance.roots import DUST, last_row
from sim.finance.years import payback_in_years
from sim.numbers.arrays import Array


def payback(flows: CashFlows) -> Array:
    """Month from which the running total stays at or above zero; `inf` if not within the horizon.

    Undiscounted and sustained: a total that recovers and falls again has not paid back yet. Percentiles of it
    are taken without interpolation, since there is nothing between a month and never.
    """
    return _sustained(flows.below)


def payback_discounted(flows: CashFlows) -> Array:
    """Month from which the running total of the discounted flows stays at or above zero; `inf` if not in time."""
    return _sustained(running_discounted(flows) < -DUST)


def payback_cash(flows: CashFlows) -> Array:
    """Month from which the money received stays at or above the money paid; `inf` if not within the horizon."""
    return _sustained(running_cash(flows) < -DUST)


def payback_first(flows: CashFlows) -> Array:
    """First month in which the running total is back at zero, whether it stays there or not; `inf` if never.

    It flatters: with annual prepayments the total may fall below zero again. Never later than `payback`.
    """
    below = flows.below
    recovered = below[:-1] > below[1:]
    first = last_row(recovered[::-1]).astype(float)  # counted from the horizon, where the first is the last
    return np.where(below.any(axis=0), np.where(first > 0, len(below) - first, np.inf), 0.0)


def payback_simple(flows: CashFlows) -> Array:
    """Months of the average yearly net benefit after go-live that repay the initial cost, rounded up; else `inf`.

    The spreadsheet figure: investment / yearly return, from go-live. NaN where nothing lies beyond go-live.
    """
    yearly = flows.yearly_return
    months = np.divide(12 * flows.initial, yearly, out=np.full_like(yearly, np.inf), where=yearly > 0)
    return np.where(np.isnan(yearly), yearly, np.ceil(months - 1e-9))


def payback_yearly(flows: CashFlows) -> Array:
    """Month in which the running total of whole years reaches zero for good, in a straight line inside the year.

    The payback of yearly tables, Forrester's Total Economic Impact among them; not a whole number. It counts from
    signature and is undiscounted; `inf` if not within the horizon.
    """
    return payback_in_years(flows.running_by_year, flows.year_ends)


def running(flows: CashFlows) -> Array:
    """Running total of the net flows, (m, n): what `payback` looks at."""
    return flows.running


def running_cash(flows: CashFlows) -> Array:
    """Running total of the money received less the money paid, (m, n): what `payback_cash` looks at."""
    return flows.position


def running_discounted(flows: CashFlows) -> Array:
    """Running total of the discounted net flows, (m, n): what `payback_discounted` looks at."""
    return flows.running_present


def _sustained(below: NDArray[np.bool_]) -> Array:
    last = last_row(below).astype(float)
    return np.where(last == len(below), np.inf, last)
