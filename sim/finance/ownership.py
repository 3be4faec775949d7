"""What it brings and costs in all: totals, total cost of ownership, money at risk."""

import numpy as np

from sim.finance.cash_flows import CashFlows
from sim.numbers.arrays import Array


def benefit(flows: CashFlows) -> Array:
    """All benefits over the horizon, undiscounted."""
    return flows.total_benefit


def cost(flows: CashFlows) -> Array:
    """All costs over the horizon, undiscounted: money paid and staff time."""
    return flows.total_cost


def net_benefit(flows: CashFlows) -> Array:
    """All benefits less all costs over the horizon, undiscounted: the profit beyond break-even, or what is short."""
    return flows.total_benefit - flows.total_cost


def tco(flows: CashFlows) -> Array:
    """Total cost of ownership in money paid over the horizon, undiscounted; staff time is `opportunity_cost`."""
    return flows.total_cost - opportunity_cost(flows)


def opportunity_cost(flows: CashFlows) -> Array:
    """Staff time the project takes, at its loaded cost; `cost` is `tco` plus this."""
    return flows.total(flows.spent)


def tco_per_user(flows: CashFlows) -> Array:
    """Total cost of ownership for each user of the company (not each seat)."""
    return tco(flows) / flows.users


def tco_pv(flows: CashFlows) -> Array:
    """Total cost of ownership as a present value, by the scenario's discounting."""
    return flows.present_cost - flows.present_value(flows.spent)


def benefit_pv(flows: CashFlows) -> Array:
    """Present value of all benefits."""
    return flows.present_value(flows.benefits)


def cost_pv(flows: CashFlows) -> Array:
    """All costs, staff time included, as a present value."""
    return flows.present_cost


def cost_per_user(flows: CashFlows) -> Array:
    """All costs, staff time included, for each user."""
    return np.asarray(flows.total_cost / flows.users)


def tco_per_user_month(flows: CashFlows) -> Array:
    """Total cost of ownership for each user and month of the horizon."""
    return np.asarray(tco_per_user(flows) / flows.months[-1, 0])


def cost_per_user_month(flows: CashFlows) -> Array:
    """All costs, staff time included, for each user and month of the horizon."""
    return np.asarray(flows.total_cost / flows.users / flows.months[-1, 0])


def peak_exposure(flows: CashFlows) -> Array:
    """The most money that is out at the end of any month (never below zero); valued staff time left out."""
    return np.asarray(np.maximum(-flows.position.min(axis=0), 0))
