import numpy as np
import numpy_financial
import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from sim.finance import metrics as finance
from sim.finance.cash_flows import CashFlows, Discounting
from sim.finance.metrics import METRICS
from sim.finance.roots import flows_of
from sim.finance.schedule import Scheduled, Sum, settling
from sim.numbers.kinds import Kind
from sim.numbers.undefined import Why, reasons

COSTS = np.array([[120.0, 10, 10, 10], [60, 0, 40, 0], [0, 0, 0, 0]]).T
BENEFITS = np.array([[0.0, 50, 70, 80], [0, 10, 0, 20], [0, 5, 5, 5]]).T
HALF = np.array([[0.5], [0.25], [0], [1]])

amounts = st.floats(1, 1e6)
conventional = st.tuples(st.lists(amounts, min_size=1, max_size=4), st.lists(amounts, min_size=1, max_size=24))
seeded = settings(derandomize=True, deadline=None, max_examples=80)


def flows(benefit, cost, *, soft=0.0, time=0.0, discount=0.1, finance=0.1, reinvestment=0.1, users=1.0, **more):
    benefit, cost = np.asarray(benefit, dtype=float), np.asarray(cost, dtype=float)
    soft, time = (np.broadcast_to(np.asarray(x, dtype=float), benefit.shape) for x in (soft, time))
    return CashFlows(benefit, cost, soft, time, discount, finance, reinvestment, users, **more)


def nets(*columns, **rates):
    """Give flows with these net amounts, one column a draw."""
    net = np.array(columns, dtype=float).T
    return flows(np.maximum(net, 0), np.maximum(-net, 0), **rates)


def monthly(rate):
    return np.power(1 + np.asarray(rate), 1 / 12) - 1


def yearly(rate):
    return (1 + rate) ** 12 - 1


def present_value(rate, net):
    return sum(x / (1 + rate) ** t for t, x in enumerate(net))


# ---------------------------------------------------------------- totals


def test_totals_by_hand():
    table = flows(BENEFITS, COSTS, time=0.5 * COSTS, users=4)
    expected = {
        "benefit": [200, 30, 15],
        "cost": [150, 100, 0],
        "opportunity_cost": [75, 50, 0],
        "tco": [75, 50, 0],
        "tco_per_user": [18.75, 12.5, 0],
        "roi": [1 / 3, -0.7, np.nan],
        "roi_gross": [4 / 3, 0.3, np.nan],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(METRICS[name](table), values, rtol=1e-14, err_msg=name)


def test_totals_are_consistent_with_each_other():
    rng = np.random.default_rng(2)
    benefit, cost = rng.lognormal(0, 1, (2, 37, 50))
    table = flows(benefit, cost, soft=0.3 * benefit, time=0.2 * cost, discount=0.0, users=rng.uniform(5, 50, 50))
    roi, roi_gross, npv, total_benefit, total_cost, tco, staff, per_user = (
        METRICS[m](table)
        for m in ("roi", "roi_gross", "npv", "benefit", "cost", "tco", "opportunity_cost", "tco_per_user")
    )
    np.testing.assert_allclose(roi_gross, roi + 1, rtol=1e-14)
    np.testing.assert_allclose(roi * total_cost, total_benefit - total_cost, rtol=1e-10)
    np.testing.assert_allclose(npv, total_benefit - total_cost, rtol=1e-10)
    np.testing.assert_allclose(tco + staff, total_cost, rtol=1e-14)
    np.testing.assert_allclose(per_user * table.users, tco, rtol=1e-14)


def test_months_count_from_signature():
    np.testing.assert_array_equal(flows(BENEFITS, COSTS).months, [[0], [1], [2], [3]])


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_one_value_a_draw(metric):
    assert METRICS[metric](flows(BENEFITS, COSTS)).shape == (3,)


@pytest.mark.parametrize("metric", METRICS)
def test_a_draws_metric_does_not_depend_on_other_draws(metric):
    table = nets([-100, 60, 60, 1], [-1, 0, 0, 3], [-100, 230, -132, 1], [5, -1, -1, 1], [-9, 1, 1, 1])
    alone = [METRICS[metric](nets(column))[0] for column in table.net.T]
    np.testing.assert_allclose(METRICS[metric](table), alone, rtol=1e-11)


def test_every_metric_has_a_scale_and_a_title():
    assert all(name == metric.name and metric.title for name, metric in METRICS.items())
    assert {name for name, metric in METRICS.items() if metric.kind is Kind.MONTHS} == {
        "payback", "payback_cash", "payback_discounted", "payback_first", "payback_simple", "payback_yearly"
    }  # fmt: skip
    assert {name for name, metric in METRICS.items() if metric.kind is Kind.RATE} == {
        "roi", "roi_gross", "roi_pv", "roi_nucleus", "roi_cash", "roi_hard", "irr", "mirr"
    }  # fmt: skip
    assert len({metric.title for metric in METRICS.values()}) == len(METRICS)


# ---------------------------------------------------------------- npv


def test_npv_by_hand():
    net = [-100, *[0] * 11, 112, *[0] * 11, 125.44]
    assert finance.npv(nets(net, discount=0.12)) == pytest.approx(100, rel=1e-12)
    assert finance.npv(nets(net, discount=0.0)) == pytest.approx(137.44, rel=1e-12)


def test_every_draw_is_discounted_at_its_own_rate():
    net = [-100, *[0] * 11, 112]
    npv = finance.npv(nets(net, net, net, discount=np.array([0.12, 0, 0.4])))
    np.testing.assert_allclose(npv, [0, 12, -20], atol=1e-10)


@pytest.mark.parametrize("rate", [0.0, 0.08, 0.35, -0.05])
def test_npv_agrees_with_pyxirr_at_the_monthly_rate(rate):
    net = np.random.default_rng(4).normal(1, 10, 37)
    assert finance.npv(nets(net, discount=rate)) == pytest.approx(pyxirr.npv(monthly(rate), net), rel=1e-11)


# ---------------------------------------------------------------- irr


@pytest.mark.parametrize(
    ("net", "rate"),
    [
        ([-100, 110], 0.10),
        ([-100, 0, 121], 0.10),
        ([0, 0, -100, 101], 0.01),
        ([-100, 50, 50], 0.0),
        ([-100, 30, 30], 60 / (np.sqrt(30**2 + 4 * 30 * 100) - 30) - 1),
        ([-100, 110, -1e-9], 0.10),
        ([-100, 50, -20, 10], -0.5),  # never recovers
        ([-100, 10, 30], (np.sqrt(10**2 + 4 * 30 * 100) + 10) / 200 - 1),
        ([-100, 0, 0, 12.5], -0.5),
    ],
)
def test_irr_is_the_monthly_rate_compounded_over_a_year(net, rate):
    assert finance.irr(nets(net)) == pytest.approx(yearly(rate), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("net", "why"),
    [
        ([-100, 230, -132], Why.SEVERAL_RATES),  # zero at 10 % and at 20 % a month
        ([-1, 2, -1], Why.SEVERAL_RATES),  # touches zero at 0 %, and goes back
        ([-100, 231, -131.25, 0.75, -0.5], Why.SEVERAL_RATES),
        ([-100, 10, -20], Why.NO_RATE),
        ([100, -230, 132], Why.MONEY_FIRST),
        ([100, -60, -60], Why.MONEY_FIRST),  # a borrowing
        ([0, 10, 20, 30], Why.MONEY_FIRST),
        ([0, 0, 0], Why.NOTHING_FLOWS),
    ],
)
def test_irr_is_undefined_for_a_reason(net, why):
    assert reasons(finance.irr(nets(net))) == {why: 1}


@pytest.mark.parametrize("net", [[-10, -20], [-10, 0, 0], [0, -5, 0]])
def test_irr_is_a_total_loss_where_nothing_comes_back(net):
    np.testing.assert_array_equal(finance.irr(nets(net)), [-1.0])


@pytest.mark.parametrize("net", [[-100, 230, -20, -10, 50], [-60, -20, 90, -5, 30]])
def test_irr_exists_where_the_flows_change_sign_again_and_again(net):
    root = brentq(present_value, 0, 5, args=(net,), xtol=1e-13)
    assert finance.irr(nets(net)) == pytest.approx(yearly(root), rel=1e-9)


@seeded
@given(conventional)
def test_irr_of_conventional_flows_agrees_with_pyxirr(case):
    spent, received = case
    net = [-x for x in spent] + received
    rate = pyxirr.irr(net)
    assume(rate is not None and -0.8 < rate < 8)
    found = finance.irr(nets(net))
    np.testing.assert_allclose(monthly(found), rate, rtol=1e-6, atol=1e-9)
    assert reasons(finance.irr(nets([-x for x in net]))) == {Why.MONEY_FIRST: 1}


@seeded
@given(conventional)
def test_npv_at_the_irr_is_zero(case):
    spent, received = case
    net = [-x for x in spent] + received
    rate = finance.irr(nets(net))
    assume((rate > -0.99).all())  # nearer to -1 the rate has too few digits for this
    table = nets(net, discount=rate)
    assert np.abs(finance.npv(table)) <= 1e-9 * np.abs(table.present).sum()


@seeded
@given(conventional, st.floats(0.001, 1000))
def test_irr_does_not_depend_on_the_currency(case, factor):
    spent, received = case
    net = np.array([-x for x in spent] + received)
    one, other = finance.irr(nets(net)), finance.irr(nets(net * factor))
    np.testing.assert_allclose(monthly(one), monthly(other), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("factor", [1, 1e6, 1e10, 1e13])
def test_months_without_a_flow_are_no_change_of_sign_in_any_currency(factor):
    rng, months, size = np.random.default_rng(8), 16, 2_000
    project = settling(factor * rng.random((4, size)), 0.0, months)
    fees = Scheduled((np.arange(months)[:, None] % 5 == 0) / 3, factor * rng.random(size))
    late = Scheduled((np.arange(months)[:, None] > 12).astype(float), factor * rng.uniform(0.1, 0.4, size))
    nothing = np.zeros((months, size))
    table = CashFlows(late, Sum([project, fees]), nothing, nothing, 0.1, 0.1, 0.1, 1.0, shape=(months, size))
    net = np.asarray(table.nets)
    found = finance.irr(table)
    single = np.array([(np.diff(np.sign(x[x != 0])) != 0).sum() == 1 for x in net.T])
    assert single.sum() > 500
    assert np.isfinite(found[single]).all()


def test_rounding_of_a_running_total_is_no_flow():
    running = np.array([[-1e11, -3.0], [-1e11 + 3e-5, -3.0], [-1e11, -2.5], [2e11, 1.0]])
    np.testing.assert_array_equal(flows_of(running), [[-1e11, -3], [0, 0], [0, 0.5], [3e11, 3.5]])


@pytest.mark.parametrize("months", [2, 13, 37, 121, 401])
def test_irr_is_found_at_any_rate_and_horizon(months):
    rates = np.concatenate([-1 + np.logspace(-8, -0.1, 40), np.linspace(-0.5, 10, 60), np.logspace(1.1, 7, 40)])
    rng = np.random.default_rng(5)
    later = rng.uniform(0.1, 1, (months, rates.size))
    later[0] = 0
    net = later.copy()
    net[0] = -(later * (1 + monthly(rates)) ** -np.arange(months)[:, None]).sum(axis=0)
    seen = (np.abs(net[0]) > 1e-3) & (np.abs(net[0]) < 1e6)  # else rounding decides
    np.testing.assert_allclose(finance.irr(nets(*net.T[seen])), rates[seen], rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("discounting", Discounting)
def test_the_npv_at_the_irr_is_zero_in_every_convention(discounting):
    rng = np.random.default_rng(11)
    net, golive = rng.normal(3, 10, (43, 400)), rng.integers(0, 9, 400)
    net[:4] = -rng.uniform(5, 60, (4, 400))
    rate = finance.irr(nets(*net.T, discounting=discounting, golive=golive))
    found = (rate > -0.9) & (rate < 10)
    assert found.mean() > 0.5
    table = nets(*net.T[found], discounting=discounting, golive=golive[found], discount=rate[found])
    assert (np.abs(table.npv) <= 1e-8 * np.abs(table.present).sum(axis=0)).all()


@pytest.mark.parametrize("metric", ["irr", "mirr"])
def test_a_rate_of_return_needs_two_periods(metric):
    one_year = nets([-100, 50, 70], discounting=Discounting.YEAR_BEGIN)
    assert reasons(METRICS[metric](one_year)) == {Why.ONE_PERIOD: 1}


def test_irr_of_a_yearly_table_solves_the_npv_beside_it():
    """-985, 75, 120, 100, 1200 by years; spread over the months of each year."""
    net = [-985.0, *(amount / 12 for amount in (75, 120, 100, 1200) for _ in range(12))]
    yearly_ones = nets(net, discounting=Discounting.INITIAL)
    assert finance.irr(yearly_ones) == pytest.approx(pyxirr.irr([-985, 75, 120, 100, 1200]), rel=1e-9)
    assert finance.irr(yearly_ones) == pytest.approx(0.1237, abs=5e-5)
    assert finance.irr(nets(net)) == pytest.approx(0.1437, abs=5e-5)
    assert finance.mirr(yearly_ones) == pytest.approx(pyxirr.mirr([-985, 75, 120, 100, 1200], 0.1, 0.1), rel=1e-9)


# ---------------------------------------------------------------- mirr


def test_mirr_by_hand():
    net = [-100, *[0] * 11, -110, *[0] * 11, 288]
    assert finance.mirr(nets(net, finance=0.10, reinvestment=0.2)) == pytest.approx(0.2, rel=1e-12)
    net = [-100, *[0] * 11, 120, *[0] * 11, 0]
    assert finance.mirr(nets(net, finance=0.10, reinvestment=0.2)) == pytest.approx(0.2, rel=1e-12)


@pytest.mark.parametrize(("financed", "reinvested"), [(0.1, 0.1), (0.08, 0.03), (0.0, 0.2)])
def test_mirr_agrees_with_numpy_financial(financed, reinvested):
    net = np.random.default_rng(9).normal(0.5, 10, (25, 20))
    found = finance.mirr(nets(*net.T, finance=financed, reinvestment=np.full(20, reinvested)))
    expected = [numpy_financial.mirr(c, monthly(financed), monthly(reinvested)) for c in net.T]
    np.testing.assert_allclose(found, yearly(np.array(expected)), rtol=1e-9)


def test_mirr_equals_irr_where_surpluses_earn_the_irr():
    table = nets([-100, 20, 60, 80])
    rate = finance.irr(table)
    again = nets([-100, 20, 60, 80], finance=rate, reinvestment=rate)
    np.testing.assert_allclose(finance.mirr(again), rate, rtol=1e-6)


def test_mirr_where_nothing_comes_in_or_goes_out():
    rates = finance.mirr(nets([-5, -5, 0], [0, 5, 5], [0, 0, 0]))
    np.testing.assert_array_equal(rates, [-1, np.nan, np.nan])
    assert reasons(rates) == {Why.NOTHING_OUT: 2}


# ---------------------------------------------------------------- payback


@pytest.mark.parametrize(
    ("net", "month"),
    [
        ([-100, 50, 60], 2),
        ([-10, 12, -5, 4], 3),  # first recovers in month 1, for good in month 3
        ([-10, 12, -5, 4, -3, 1], np.inf),
        ([-10, 4, 6, 0, 2], 2),  # exactly even is paid back
        ([-0.3, 0.1, 0.1, 0.1], 3),  # even but for rounding
        ([-10, 5, 4.99], np.inf),
        ([0, 5, 5], 0),
        ([5, 5, -3], 0),
        ([0, 0, 0], 0),
        ([5, -10, 6], 2),
        ([-10, 0, 10], 2),
    ],
)
def test_payback_is_the_month_from_which_the_running_total_stays_up(net, month):
    assert finance.payback(nets(net)) == [month]


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.integers(-100, 100), min_size=2, max_size=24))
def test_payback_agrees_with_its_definition(net):
    total = np.cumsum(net)
    held = [month for month in range(len(net)) if (total[month:] >= 0).all()]
    assert finance.payback(nets(net)) == [min(held, default=np.inf)]


def test_discounted_payback_by_hand():
    net = [-100, *[0] * 11, 112, *[0] * 11, 50]
    table = nets(net, net, net, discount=np.array([0.12, 0.13, 0.9]))
    np.testing.assert_array_equal(finance.payback_discounted(table), [12, 24, np.inf])
    np.testing.assert_array_equal(finance.payback(table), [12, 12, 12])


@seeded
@given(conventional, st.floats(0, 1))
def test_discounting_never_brings_payback_of_conventional_flows_forward(case, rate):
    spent, received = case
    table = nets([-x for x in spent] + received, discount=rate)
    assert finance.payback_discounted(table) >= finance.payback(table)


def test_discounted_payback_within_the_horizon_means_a_positive_npv():
    net = np.random.default_rng(12).normal(1, 10, (37, 500))
    net[0] -= 40
    table = nets(*net.T, discount=0.15)
    np.testing.assert_array_equal(np.isfinite(finance.payback_discounted(table)), finance.npv(table) >= 0)


# ---------------------------------------------------------------- money out


def test_peak_exposure_is_the_deepest_point_of_the_money():
    table = nets([-100, 30, -50, 200], [10, -5, 0, 0], [0, 0, 0, 0])
    np.testing.assert_allclose(finance.peak_exposure(table), [120, 0, 0])


def test_peak_exposure_leaves_valued_staff_time_out():
    money = flows(BENEFITS, COSTS)
    valued = flows(BENEFITS + HALF, COSTS + 2 * HALF, soft=HALF, time=2 * HALF)
    np.testing.assert_allclose(finance.peak_exposure(valued), finance.peak_exposure(money))
    np.testing.assert_allclose(valued.position, money.position)
    assert np.all(finance.npv(valued) < finance.npv(money))
    np.testing.assert_allclose(finance.tco(valued), finance.tco(money))


# ---------------------------------------------------------------- conventions


def test_a_year_by_hand_in_every_convention():
    """100 spent at signature and 12 in each month, 40 earned a month from month 7 on; live in month 6; 24 months."""
    cost = np.full((25, 1), 12.0)
    cost[0] = 100
    benefit = np.where(np.arange(25)[:, None] > 6, 40.0, 0.0)
    table = CashFlows(benefit, cost, 0 * cost, 0 * cost, 0.1, 0.1, 0.1, 4.0, golive=6.0)
    assert table.initial == pytest.approx([100 + 6 * 12])
    assert table.yearly_return == pytest.approx([12 * (40 - 12)])
    assert finance.roi_nucleus(table) == pytest.approx([336 / 172])
    assert finance.payback_simple(table) == pytest.approx([np.ceil(12 * 172 / 336)])
    assert finance.tco_per_user_month(table) == pytest.approx([(100 + 24 * 12) / 4 / 24])
    net = (benefit - cost)[:, 0]
    first, second = net[1:13].sum(), net[13:25].sum()
    for convention, expected in (
        (Discounting.YEAR_END, net[0] + first / 1.1 + second / 1.21),
        (Discounting.YEAR_BEGIN, net[0] + first + second / 1.1),
        (Discounting.INITIAL, net[:7].sum() + net[7:19].sum() / 1.1 + net[19:].sum() / 1.21),
        (Discounting.MONTHLY, present_value(monthly(0.1), net)),
    ):
        found = CashFlows(benefit, cost, 0 * cost, 0 * cost, 0.1, 0.1, 0.1, 4.0, 6.0, convention)
        assert finance.npv(found) == pytest.approx([expected]), convention


def test_return_on_present_values_is_net_by_spent():
    table = flows(BENEFITS, COSTS)
    pv = [present_value(monthly(0.1), column) for column in COSTS.T]
    npv = [present_value(monthly(0.1), column) for column in (BENEFITS - COSTS).T]
    assert finance.roi_pv(table)[:2] == pytest.approx([npv[0] / pv[0], npv[1] / pv[1]])
    assert np.isnan(finance.roi_pv(table)[2])


def test_a_go_live_of_each_draw_has_its_own_initial_and_discount():
    cost, benefit = np.ones((13, 3)), np.full((13, 3), 3.0)
    golive = np.array([2.0, 5.0, np.inf])
    table = CashFlows(benefit, cost, 0 * cost, 0 * cost, 0.1, 0.1, 0.1, 1.0, golive, Discounting.INITIAL)
    assert table.initial.tolist() == [3, 6, 13]
    assert finance.roi_nucleus(table) == pytest.approx([24 / 3, 24 / 6, np.nan], nan_ok=True)
    assert finance.npv(table) == pytest.approx([2 * (3 + 10 / 1.1), 2 * (6 + 7 / 1.1), 2 * 13])
    alone = [
        CashFlows(b, c, 0 * c, 0 * c, 0.1, 0.1, 0.1, 1.0, float(g), Discounting.INITIAL)
        for b, c, g in zip(benefit.T[:, :, None], cost.T[:, :, None], golive, strict=True)
    ]
    for metric, function in METRICS.items():
        expected = [function(one)[0] for one in alone]
        assert function(table) == pytest.approx(expected, nan_ok=True), metric


def test_freed_time_left_out():
    table = flows(BENEFITS, COSTS, soft=0.5 * BENEFITS)
    assert finance.roi_hard(table) == pytest.approx([100 / 150 - 1, 15 / 100 - 1, np.nan], nan_ok=True)
    assert finance.npv_hard(table) == pytest.approx(finance.npv(flows(0.5 * BENEFITS, COSTS)))


def test_money_only_is_the_return_of_the_flows_without_staff_time():
    table, money = flows(BENEFITS, COSTS, soft=0.3 * BENEFITS, time=0.4 * COSTS), flows(0.7 * BENEFITS, 0.6 * COSTS)
    for metric in ("roi", "npv", "payback"):
        np.testing.assert_allclose(METRICS[f"{metric}_cash"](table), METRICS[metric](money), rtol=1e-12)


def test_first_crossing_is_where_the_total_comes_back_if_only_for_a_month():
    table = nets([-10, 12, -5, 4], [-10, 2, 3, 4], [5, -2, 1, 1], [0, -1, 0, 2], [0, 0, 0, 0])
    assert finance.payback_first(table).tolist() == [1, np.inf, 0, 3, 0]
    assert finance.payback(table).tolist() == [3, np.inf, 0, 3, 0]


@given(net=st.lists(st.floats(-100, 100), min_size=2, max_size=24))
@seeded
def test_first_crossing_is_never_later_than_sustained_payback(net):
    table = nets(net)
    assert (finance.payback_first(table) <= finance.payback(table)).all()


def test_simple_payback_is_never_where_use_loses_money():
    table = CashFlows(np.zeros((25, 1)), np.ones((25, 1)), *[np.zeros((25, 1))] * 2, 0.1, 0.1, 0.1, 1.0, golive=2.0)
    assert finance.payback_simple(table).tolist() == [np.inf]
