"""Yearly tables: what falls in which year, and the payback of whole years."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.finance.cash_flows import CashFlows, Discounting, at_month
from sim.finance.ownership import benefit_pv, cost_pv
from sim.finance.recovery import payback, payback_yearly
from sim.finance.returns import npv, roi_pv
from sim.finance.years import payback_in_years, year_ends


def table(benefit, cost, *, golive=0.0, rate=0.1, discounting=Discounting.INITIAL):
    benefit, cost = np.atleast_2d(np.asarray(benefit, float).T).T, np.atleast_2d(np.asarray(cost, float).T).T
    zero = np.zeros_like(benefit)
    return CashFlows(benefit, cost, zero, zero, rate, rate, rate, 1.0, golive, discounting)


def by_month(initial, *years):
    """Spread each year's amount over its months."""
    return [initial, *(x / 12 for x in years for _ in range(12))]


# Forrester Consulting, "The Total Economic Impact Of SalesLoft", cash flow table (risk-adjusted): costs and benefits.
COSTS = (53_150, 666_715, 636_772, 647_783)
BENEFITS = (0, 1_606_511, 3_061_331, 4_229_760)


def test_a_published_cash_flow_table_to_the_dollar():
    flows = table(by_month(*BENEFITS), by_month(*COSTS))
    assert flows.by_year(flows.costs)[:, 0] == pytest.approx(COSTS, abs=1e-6)
    assert flows.by_year(flows.benefits - flows.costs)[:, 0] == pytest.approx(
        [-53_150, 939_796, 2_424_560, 3_581_976], abs=1
    )
    assert round(benefit_pv(flows)[0]) == 7_168_371
    assert round(cost_pv(flows)[0]) == 1_672_201
    assert round(npv(flows)[0]) == 5_496_170
    assert round(roi_pv(flows)[0], 2) == 3.29
    assert payback_yearly(flows)[0] == pytest.approx(12 * 53_150 / 939_796)  # printed as "< 6 months"


def test_payback_is_a_straight_line_inside_the_year():
    flows = table(by_month(0, 20, 60, 60), by_month(100, 0, 0, 0))
    assert payback_yearly(flows) == pytest.approx([24 + 12 * 20 / 60])
    assert payback(flows) == pytest.approx([28])


def test_payback_by_hand():
    ends = np.array([[0.0], [12], [24], [30]])
    months = [
        ([-10, -5, 5, 5], 18.0),
        ([-10, 0, 5, 5], 12.0),
        ([-10, 5, -5, 5], 27.0),  # back at zero and below again: only the last time counts; the third year is short
        ([-10, -5, -5, -1], np.inf),
        ([0, 0, 1, 2], 0.0),
        ([5, -5, 5, 5], 18.0),
    ]
    for totals, expected in months:
        assert payback_in_years(np.array([totals], float).T, ends) == pytest.approx([expected]), totals


def test_years_are_counted_from_go_live_and_end_with_the_horizon():
    ends = year_ends(30.0, np.array([0.0, 4.0, 40.0, np.inf]), 4)
    assert ends.T.tolist() == [[0, 12, 24, 30], [4, 16, 28, 30], [30, 30, 30, 30], [30, 30, 30, 30]]


def test_what_comes_before_go_live_is_the_start():
    flows = table(np.ones((25, 2)), np.zeros((25, 2)), golive=np.array([3.0, np.inf]))
    assert flows.by_year(flows.benefits).T.tolist() == [[4, 12, 9], [25, 0, 0]]
    monthly = table(np.ones(25), np.zeros(25), golive=3.0, discounting=Discounting.MONTHLY)
    assert monthly.by_year(monthly.benefits).T.tolist() == [[1, 12, 12]]


def test_payback_counts_from_signature_with_the_months_to_go_live():
    flows = table([0, 0, 0, *[10 / 12] * 24], [10, 0, 0, *[0] * 24], golive=2.0)
    assert payback_yearly(flows) == pytest.approx([14.0])


def test_a_month_beyond_the_last_gives_the_last():
    assert at_month(np.array([[1.0, 2], [3, 4]]), np.array([np.inf, 0.0])).tolist() == [3, 2]


@given(amounts=st.lists(st.floats(-100, 100), min_size=4, max_size=4), golive=st.integers(0, 20))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_the_years_add_up_and_hold_the_present_value(amounts, golive):
    flows = table(np.resize(amounts, 37), np.resize(amounts[::-1], 37), golive=float(golive))
    years = flows.by_year(flows.benefits - flows.costs)[:, 0]
    assert years.sum() == pytest.approx(flows.net.sum())
    assert years @ 1.1 ** -np.arange(4.0) == pytest.approx(npv(flows)[0], abs=1e-9)


@given(
    nets=st.lists(st.integers(-100, 100), min_size=3, max_size=3),
    initial=st.integers(0, 200),
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_with_flows_spread_evenly_it_is_the_monthly_payback_to_the_month(nets, initial):
    flows = table(by_month(-initial, *nets), np.zeros(37))
    found, monthly = payback_yearly(flows)[0], payback(flows)[0]
    assert found == monthly if np.isinf(monthly) else monthly - 1 - 1e-6 <= found <= monthly + 1e-6
