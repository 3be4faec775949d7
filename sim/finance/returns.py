"""What is earned on what is spent: returns, present values, internal rates."""

import numpy as np

from sim.finance.cash_flows import CashFlows, growth, ratio
from sim.finance.irr import MONTHS, log_discounts, yearly
from sim.finance.ownership import tco
from sim.finance.roots import DUST
from sim.numbers.arrays import Array
from sim.numbers.undefined import Why, undefined


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
    return ratio(flows.yearly_return, flows.initial, Why.NOTHING_SPENT_BEFORE)


def roi_hard(flows: CashFlows) -> Array:
    """Net return with the staff time spent and without that freed: (benefit - that - cost) / cost; NaN without cost."""
    return ratio(gain_hard(flows), flows.total_cost)


def npv_hard(flows: CashFlows) -> Array:
    """Net present value with the staff time spent and without that freed."""
    return flows.npv - flows.present_value(flows.freed)


def gain_cash(flows: CashFlows) -> Array:
    """Money received less money paid, undiscounted: staff time on neither side."""
    return _settled(gain_hard(flows) + flows.total(flows.spent))


def roi_cash(flows: CashFlows) -> Array:
    """Net return in money alone: (money received - money paid) / money paid; NaN where none is paid."""
    return ratio(gain_cash(flows), tco(flows))


def npv_cash(flows: CashFlows) -> Array:
    """Net present value of the money received and paid, staff time on neither side."""
    return np.asarray(npv_hard(flows) + flows.present_value(flows.spent))


def npv(flows: CashFlows) -> Array:
    """Net present value at month 0."""
    return flows.npv


def irr(flows: CashFlows) -> Array:
    """Internal rate of return, a year: the rate that makes the NPV zero, in the periods of its discounting.

    It exists where money goes out first and exactly one rate above -100 % does that; it is -1 where nothing ever
    comes back. Elsewhere it is undefined: no rate does it, several do, or money comes in first, which is a borrowing.
    """
    if len(flows.running_by_period) == 1:
        return np.full(flows.shape[1], undefined(Why.ONE_PERIOD))
    rates, a_year = flows.rates, flows.periods_a_year
    found = yearly(log_discounts(flows.running_by_period, rates.single, flows.balance, a_year), a_year)
    found[rates.nothing_back] = -1.0
    missing = np.isnan(found)
    if missing.any():
        reasons = [~rates.flows, ~rates.out_first, rates.count == 0]
        whys = [undefined(why) for why in (Why.NOTHING_FLOWS, Why.MONEY_FIRST, Why.NO_RATE)]
        found[missing] = np.select(reasons, whys, undefined(Why.SEVERAL_RATES))[missing]
    return found


def mirr(flows: CashFlows) -> Array:
    """Modified internal rate of return, a year (Lin 1976): deficits at the finance rate, surpluses reinvested.

    By the periods of the NPV, like the IRR. -1 where nothing ever comes in; undefined where nothing ever goes out.
    """
    net = flows.net_by_period
    if len(net) == 1:
        return np.full(flows.shape[1], undefined(Why.ONE_PERIOD))
    months = MONTHS / flows.periods_a_year * np.arange(len(net), dtype=float)[:, None]
    received = np.maximum(net, 0.0)
    surplus = _weighed(growth(flows.reinvestment_rate, months[-1] - months), received)
    deficit = _weighed(growth(flows.finance_rate, -months), received - net)
    factor = ratio(surplus, deficit, Why.NOTHING_OUT)
    return np.where(np.isnan(factor), factor, factor ** (MONTHS / months[-1, 0]) - 1)


def _weighed(weights: Array, amounts: Array) -> Array:
    """Give the weighted sum over months, (n,)."""
    return weights[:, 0] @ amounts if weights.shape[1] == 1 else np.asarray((weights * amounts).sum(axis=0))
