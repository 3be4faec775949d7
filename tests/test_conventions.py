"""One investment on one page, valued by hand in every convention that the model offers.

24 months, live in month 6, 5 users, 21% a year. At signature 1,000 in money and 200 of staff time; 10 a month from
month 1; 200 more in month 21. From month 7 on 100 a month come in, 20 of it freed time.

Net flows: -1,200 at signature, -10 in months 1 to 6, 90 in months 7 to 24, but -110 in month 21.
"""

import numpy as np
import pytest

from sim.analysis.delay import delay_losses
from sim.finance.cash_flows import CashFlows, Discounting
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.lines.benefits import RetiredTools
from sim.model.lines.staff import InternalTeam
from sim.model.rollout import Rollout


def page(discounting=Discounting.MONTHLY, rate=0.21):
    month = np.arange(25)[:, None]
    cost = np.where(month > 0, 10.0, 1200.0) + np.where(month == 21, 200.0, 0.0)
    benefit, soft = (np.where(month > 6, amount, 0.0) for amount in (100.0, 20.0))
    time = np.where(month == 0, 200.0, 0.0)
    return CashFlows(benefit, cost, soft, time, rate, rate, rate, 5.0, golive=6.0, discounting=discounting)


def value(metric, discounting=Discounting.MONTHLY):
    return METRICS[metric](page(discounting))[0]


# Return on investment: 1,800 in, 1,640 out, 360 of it freed


def test_roi_net_is_what_is_left_by_what_was_spent():
    assert value("roi") == pytest.approx(160 / 1640)


def test_roi_gross_is_what_came_in_by_what_was_spent():
    assert value("roi_gross") == pytest.approx(1800 / 1640)


def test_roi_without_freed_time():
    assert value("roi_hard") == pytest.approx((1800 - 360 - 1640) / 1640)


def test_money_only_leaves_staff_time_out_on_both_sides():
    """80 of the 100 a month are money: 1,440 in; 200 of the 1,640 are staff time: 1,440 out, back in the last month."""
    assert value("roi_cash") == pytest.approx(0, abs=1e-15)
    assert value("payback_cash") == 24
    at = 1.21 ** (-np.arange(25) / 12)
    expected = -1000 - 10 * at[1:].sum() + 80 * at[7:].sum() - 200 * at[21]
    assert value("npv_cash") == pytest.approx(expected)
    assert value("npv_cash") - value("npv_hard") == pytest.approx(200)  # the staff time, at signature


def test_roi_of_a_total_economic_impact_is_of_present_values_with_an_undiscounted_start():
    """Costs 1,260 + 120 / 1.21 + 260 / 1.4641; net -1,260 + 1,080 / 1.21 + 340 / 1.4641."""
    assert value("roi_pv", Discounting.INITIAL) == pytest.approx(-135.214 / 1536.757, abs=1e-6)


def test_roi_of_nucleus_is_a_year_s_net_benefit_by_the_initial_cost():
    """18 months bring 1,620 - 200 = 1,420, a year 946.67; 1,260 are spent up to go-live."""
    assert value("roi_nucleus") == pytest.approx(946.6667 / 1260)


# Discounting


@pytest.mark.parametrize(
    ("convention", "npv"),
    [
        (Discounting.YEAR_END, -1200 + 480 / 1.21 + 880 / 1.4641),
        (Discounting.YEAR_BEGIN, -1200 + 480 + 880 / 1.21),
        (Discounting.INITIAL, -1260 + 1080 / 1.21 + 340 / 1.4641),
        (
            Discounting.MONTHLY,
            -1200
            - 10 * sum(1.21 ** (-m / 12) for m in range(1, 7))
            + 90 * sum(1.21 ** (-m / 12) for m in range(7, 25))
            - 200 * 1.21 ** (-21 / 12),
        ),
    ],
)
def test_npv_in_every_convention(convention, npv):
    assert value("npv", convention) == pytest.approx(npv, rel=1e-12)


def test_the_conventions_in_figures():
    assert value("npv", Discounting.YEAR_END) == pytest.approx(-202.254, abs=1e-3)
    assert value("npv", Discounting.YEAR_BEGIN) == pytest.approx(7.273, abs=1e-3)
    assert value("npv", Discounting.INITIAL) == pytest.approx(-135.214, abs=1e-3)


# Payback: the total is -1,260 at go-live, back at 0 in month 20, at -110 in month 21, at 70 in month 23


def test_payback_is_sustained():
    assert value("payback") == 23


def test_payback_at_the_first_crossing():
    assert value("payback_first") == 20


def test_simple_payback_is_the_initial_cost_by_a_year_s_return():
    """12 * 1,260 / 946.67 = 15.97 months of use."""
    assert value("payback_simple") == 16


def test_discounted_payback_in_every_convention():
    assert value("payback_discounted", Discounting.YEAR_BEGIN) == 24
    assert value("payback_discounted", Discounting.MONTHLY) == np.inf
    assert value("payback_discounted", Discounting.YEAR_END) == np.inf


# Total cost of ownership, four ways, in money and with staff time


@pytest.mark.parametrize(
    ("metric", "amount"),
    [
        ("tco", 1440),
        ("tco_per_user", 288),
        ("tco_per_user_month", 12),
        ("cost", 1640),
        ("cost_per_user", 328),
        ("cost_per_user_month", 328 / 24),
        ("opportunity_cost", 200),
        ("net_benefit", 160),
    ],
)
def test_total_cost_of_ownership(metric, amount):
    assert value(metric) == pytest.approx(amount)


def test_total_cost_of_ownership_as_present_value():
    for convention, pv in (
        (Discounting.YEAR_END, 1200 + 120 / 1.21 + 320 / 1.4641),
        (Discounting.YEAR_BEGIN, 1200 + 120 + 320 / 1.21),
        (Discounting.INITIAL, 1260 + 120 / 1.21 + 260 / 1.4641),
    ):
        assert value("cost_pv", convention) == pytest.approx(pv)
        assert value("tco_pv", convention) == pytest.approx(pv - 200)


# Cost of delay


@pytest.mark.parametrize("rate", [0.0, 0.21])
def test_a_delay_costs_the_benefit_that_comes_later_and_the_team_that_stays(rate):
    """1,000 a month from month 3 on, half a person at 50 an hour up to go-live; three months later."""
    case = Case(
        "Acme", 12, rate, rate, rate, 1.0, Rollout(plan_months=2.0), (RetiredTools(1000.0), InternalTeam(0.5, 50.0)), ()
    )
    expected = sum((1000 + 0.5 * 160 * 50) * (1 + rate) ** (-m / 12) for m in (3, 4, 5))
    assert delay_losses(case, {}, [0, 3]) == {0: pytest.approx([0.0]), 3: pytest.approx([expected])}


def test_a_delay_beyond_the_horizon_costs_all_that_was_left_of_the_benefit():
    case = Case("Acme", 12, 0.0, 0.0, 0.0, 1.0, Rollout(plan_months=2.0), (RetiredTools(1000.0),), ())
    assert delay_losses(case, {}, [10, 24]) == {10: pytest.approx([10_000.0]), 24: pytest.approx([10_000.0])}
