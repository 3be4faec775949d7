import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.lines.customers import Customers, Market, Retention, SalesCycle, monthly_rate
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

HORIZON = 36
STEP = Rollout(shape=Climb.STEP)
FIRM = Market(
    leads_per_month=200.0,
    conversion_rate=0.05,
    conversion_cap=0.5,
    deal_value=3000.0,
    gross_margin=0.6,
    customers=1000.0,
    revenue_per_customer=2400.0,
    churn=0.2,
    recurring_share=0.8,
    growth=0.0,
)
LIFTED = Customers(
    FIRM,
    leads=0.1,
    conversion=0.2,
    deal_value=0.05,
    retention=Retention(churn_reduction=0.3),
    cross_sell=0.04,
    attribution=0.7,
    sales_lag_months=3.0,
    retention_lag_months=4.0,
)
RAMPED = Rollout(plan_months=4.0, delay_months=1.0, adoption=0.8, ramp_months=5.0, decay=0.05)


def flows(line, rollout=STEP, *, months=HORIZON, draws=None):
    """Flows by month of a line, (m, n)."""
    return np.asarray(line.flows(World(rollout, months, draws or {})))


def one_adoption(rollout, month, lag):
    elapsed = month - math.floor(rollout.plan_months + rollout.delay_months + 0.5) - lag
    if elapsed <= 0:
        return 0.0
    climbed = 1 - math.exp(-elapsed / rollout.ramp_months)
    return rollout.adoption * climbed * (1 - rollout.decay) ** (elapsed / 12)


def yearly_churn_with(customers, churn):
    retention = customers.retention
    after = 1 - (1 - churn) * (1 + retention.lift) - retention.points
    return min(max(after - churn * retention.churn_reduction, 0.0), 1.0)


def by_hand(customers, rollout, months):
    """Benefit and revenue by month: the with/without recurrence for one firm, in plain numbers."""
    firm, share = customers.market, customers.attribution
    before = 1 - (1 - firm.churn) ** (1 / 12)
    after = 1 - (1 - yearly_churn_with(customers, firm.churn)) ** (1 / 12)
    stock, stock_with = firm.customers, firm.customers
    benefit, revenues = [0.0], [0.0]
    for month in range(1, months + 1):
        selling = share * one_adoption(rollout, month, customers.sales_lag_months)
        keeping = one_adoption(rollout, month, customers.retention_lag_months)
        leads = firm.leads_per_month * (1 + firm.growth) ** (month / 12)
        wins = leads * min(firm.conversion_rate, firm.conversion_cap)
        rate_with = min(firm.conversion_rate * (1 + customers.conversion * selling), firm.conversion_cap)
        wins_with = leads * (1 + customers.leads * selling) * rate_with
        deal_with = firm.deal_value * (1 + customers.deal_value * selling)
        yearly_with = firm.revenue_per_customer * (1 + customers.cross_sell * share * keeping)
        revenue = wins * firm.deal_value + stock * firm.revenue_per_customer / 12
        revenue_with = wins_with * deal_with + stock_with * yearly_with / 12
        benefit.append(firm.gross_margin * (revenue_with - revenue))
        revenues.append(max(revenue, revenue_with))
        churn_with = before - (before - after) * share * keeping
        stock = stock * (1 - before) + wins * firm.recurring_share
        stock_with = stock_with * (1 - churn_with) + wins_with * firm.recurring_share
    return np.array(benefit), np.array(revenues)


shares = st.floats(0, 1)
markets = st.builds(
    Market,
    leads_per_month=st.floats(0, 1000),
    conversion_rate=shares,
    conversion_cap=shares,
    deal_value=st.floats(0, 1e5),
    gross_margin=st.floats(0.01, 1),
    customers=st.floats(0, 1e5),
    revenue_per_customer=st.floats(0, 1e5),
    churn=st.floats(0.001, 0.9),
    recurring_share=shares,
    growth=st.floats(-0.5, 1),
)
ways_to_keep = st.one_of(
    st.builds(Retention, churn_reduction=st.floats(-0.5, 1)),
    st.builds(Retention, points=st.floats(-0.2, 0.2)),
    st.builds(Retention, lift=st.floats(-0.2, 0.2)),
)
lags = st.one_of(st.integers(0, 12).map(float), st.floats(0, 12))
books = st.builds(
    Customers,
    market=markets,
    leads=st.floats(-0.5, 1),
    conversion=st.floats(-0.5, 2),
    deal_value=st.floats(-0.5, 1),
    retention=ways_to_keep,
    cross_sell=st.floats(-0.5, 1),
    attribution=shares,
    sales_lag_months=lags,
    retention_lag_months=lags,
)
rollouts = st.builds(
    Rollout,
    plan_months=st.floats(0, 12),
    delay_months=st.floats(0, 12),
    adoption=shares,
    ramp_months=st.floats(0.1, 24),
    decay=st.floats(0, 0.5),
)


@given(customers=books, rollout=rollouts, months=st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_the_book_agrees_with_a_month_loop_in_plain_python(customers, rollout, months):
    found = flows(customers, rollout, months=months)[:, 0]
    expected, revenues = by_hand(customers, rollout, months)
    rounding = 1e-12 * (revenues.max() + 1)  # the benefit is the difference of two revenues
    assert np.abs(found - expected).max() <= 1e-9 * np.abs(expected).max() + rounding


def drawn_book():
    """LIFTED with every number drawn, and 50 draws around its numbers."""
    rng = np.random.default_rng(4)
    draws = {}

    def spread(value, name):
        if value == 0.0:
            return value
        draws[name] = value * rng.uniform(0.7, 1.3, 50)
        return Drawn(name)

    market = Market(**{name: spread(value, name) for name, value in vars(FIRM).items()})
    levers = ("leads", "conversion", "deal_value", "cross_sell", "attribution", "sales_lag_months")
    lifts = {name: spread(getattr(LIFTED, name), f"lift {name}") for name in levers}
    return replace(LIFTED, market=market, retention=Retention(spread(0.3, "kept")), **lifts), draws


def test_drawn_numbers_give_what_each_draw_gives_alone():
    customers, draws = drawn_book()
    together = flows(customers, RAMPED, draws=draws)
    for n in range(0, 50, 7):
        alone = flows(customers, RAMPED, draws={key: values[n : n + 1] for key, values in draws.items()})
        assert together[:, n] == pytest.approx(alone[:, 0], rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in vars(FIRM) if name != "growth"])
def test_one_drawn_fact_among_constants_gives_what_the_constants_give(name):
    market = replace(FIRM, **{name: Drawn("x")})
    found = flows(replace(LIFTED, market=market), RAMPED, draws={"x": np.full(3, getattr(FIRM, name))})
    expected = flows(LIFTED, RAMPED)
    assert np.broadcast_to(found, (HORIZON + 1, 3)) == pytest.approx(np.repeat(expected, 3, axis=1), rel=1e-9)


@given(market=markets, rollout=rollouts)
@settings(max_examples=60, deadline=None)
def test_no_lift_is_exactly_no_benefit(market, rollout):
    assert (flows(Customers(market), rollout) == 0).all()


@given(market=markets, rollout=rollouts)
@settings(max_examples=60, deadline=None)
def test_lifts_drawn_as_zero_are_exactly_no_benefit(market, rollout):
    zero = Drawn("zero")
    for retention in (Retention(churn_reduction=zero), Retention(points=zero), Retention(lift=zero)):
        customers = Customers(market, zero, zero, zero, retention, zero)
        assert (flows(customers, rollout, draws={"zero": np.zeros(9)}) == 0).all()


@pytest.mark.parametrize("way", ["churn_reduction", "points", "lift"])
def test_keeping_nobody_more_is_exactly_no_benefit_at_any_certain_churn(way):
    retention = Retention(**{way: Drawn("zero")})
    for churn in np.linspace(0.001, 0.999, 250):
        customers = Customers(replace(FIRM, churn=float(churn)), retention=retention)
        assert (flows(customers, months=6, draws={"zero": np.zeros(9)}) == 0).all()


@given(customers=books, rollout=rollouts)
@settings(max_examples=60, deadline=None)
def test_an_attribution_of_zero_is_exactly_no_benefit(customers, rollout):
    assert (flows(replace(customers, attribution=0.0), rollout) == 0).all()


@given(customers=books, rollout=rollouts)
@settings(max_examples=30, deadline=None)
def test_nobody_using_it_is_exactly_no_benefit(customers, rollout):
    assert (flows(customers, replace(rollout, adoption=0.0)) == 0).all()


@pytest.mark.parametrize("growth", [-0.99, -0.3, 0.0, 0.5])
def test_growth_alone_credits_the_crm_with_nothing(growth):
    customers = Customers(replace(FIRM, growth=growth))
    assert (flows(customers) == 0).all()


def test_nothing_flows_at_signature():
    assert flows(LIFTED)[0].tolist() == [0.0]


def test_no_benefit_before_go_live_and_the_lag_behind_it():
    found = flows(LIFTED, RAMPED)[:, 0]
    assert (found[:9] == 0).all()
    assert found[9] > 0


def stock_lost_in_a_year(retention, churn=0.2):
    """Share of the customers that a year of full adoption loses, read off the margin they leave."""
    market = Market(customers=1000.0, revenue_per_customer=12.0, gross_margin=1.0, churn=churn)
    world = World(STEP, 13, {})
    gained = Customers(market, retention=retention).flows(world)[13, 0]
    return 1 - ((1 - churn) * 1000 + gained) / 1000


@pytest.mark.parametrize(
    ("retention", "lost"),
    [
        (Retention(churn_reduction=0.25), 0.2 * 0.75),
        (Retention(points=0.05), 0.15),
        (Retention(lift=0.1), 1 - 0.8 * 1.1),
        (Retention(churn_reduction=1.0), 0.0),
        (Retention(points=0.2), 0.0),
        (Retention(lift=0.25), 0.0),
        (Retention(churn_reduction=-0.5), 0.3),
        (Retention(points=-0.1), 0.3),
        (Retention(lift=-0.5), 0.6),
    ],
)
def test_a_year_at_full_adoption_loses_the_customers_that_the_retention_says(retention, lost):
    assert stock_lost_in_a_year(retention) == pytest.approx(lost, abs=1e-12)


@pytest.mark.parametrize("retention", [Retention(churn_reduction=3.0), Retention(points=0.9), Retention(lift=2.0)])
def test_retention_never_exceeds_all_customers(retention):
    assert stock_lost_in_a_year(retention) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("retention", [Retention(churn_reduction=0.5), Retention(points=0.05), Retention(lift=0.05)])
def test_where_nobody_leaves_nobody_can_be_kept(retention):
    assert (flows(Customers(replace(FIRM, churn=0.0), retention=retention)) == 0).all()


def test_where_everybody_leaves_some_can_be_kept():
    assert stock_lost_in_a_year(Retention(points=0.4), churn=1.0) == pytest.approx(0.6)


def test_half_the_attribution_keeps_half_of_the_monthly_leavers():
    market = Market(customers=1000.0, revenue_per_customer=12.0, gross_margin=1.0, churn=0.2)
    found = flows(Customers(market, retention=Retention(churn_reduction=0.25), attribution=0.5))
    monthly, monthly_after = monthly_rate(0.2), monthly_rate(0.15)
    assert found[2, 0] == pytest.approx(1000 * (monthly - monthly_after) / 2)


def test_a_month_of_churn_twelve_times_over_is_the_yearly_churn():
    assert 1 - (1 - monthly_rate(0.35)) ** 12 == pytest.approx(0.35)


@given(lift=st.floats(0, 50), cap=st.floats(0.05, 0.3))
@settings(max_examples=50, deadline=None)
def test_conversion_never_exceeds_its_cap(lift, cap):
    market = Market(leads_per_month=100.0, conversion_rate=0.05, conversion_cap=cap, deal_value=1.0, gross_margin=1.0)
    wins = flows(Customers(market, conversion=lift))[1:, 0] + 100 * 0.05
    assert (wins <= 100 * cap * (1 + 1e-12)).all()
    assert wins[0] == pytest.approx(100 * min(0.05 * (1 + lift), cap))


def test_a_rate_above_its_cap_is_capped_with_and_without():
    market = Market(leads_per_month=100.0, conversion_rate=0.4, conversion_cap=0.3, deal_value=1.0, gross_margin=1.0)
    assert (flows(Customers(market, conversion=0.5)) == 0).all()
    assert flows(Customers(market, leads=0.1))[1:, 0] == pytest.approx(3.0)


def test_one_off_sales_gain_the_lift_and_no_more():
    market = replace(FIRM, recurring_share=0.0, customers=0.0)
    monthly = 200 * 0.05 * 3000 * 0.6
    assert flows(Customers(market, leads=0.1))[1:, 0] == pytest.approx(0.1 * monthly)
    assert flows(Customers(market, leads=0.1, conversion=0.2, deal_value=0.5))[1:, 0] == pytest.approx(
        (1.1 * 1.2 * 1.5 - 1) * monthly
    )


def test_a_won_customer_pays_from_the_month_after_the_win():
    market = Market(
        leads_per_month=10.0,
        conversion_rate=0.1,
        gross_margin=1.0,
        revenue_per_customer=12.0,
        recurring_share=1.0,
    )
    assert flows(Customers(market, leads=1.0), months=4)[:, 0] == pytest.approx([0, 0, 1, 2, 3])


@given(customers=books, rollout=rollouts)
@settings(max_examples=50, deadline=None)
def test_margin_counts_and_not_revenue(customers, rollout):
    half = replace(customers, market=replace(customers.market, gross_margin=customers.market.gross_margin / 2))
    assert np.allclose(flows(customers, rollout), 2 * flows(half, rollout), rtol=1e-14, atol=1e-12)


def test_several_levers_are_worth_more_together_than_apart_for_they_multiply():
    both = flows(Customers(FIRM, leads=0.1, conversion=0.2)).sum()
    apart = flows(Customers(FIRM, leads=0.1)).sum() + flows(Customers(FIRM, conversion=0.2)).sum()
    assert both == pytest.approx(flows(Customers(FIRM, leads=0.32)).sum())
    assert both > apart


def test_a_cycle_cut_by_35_percent_of_three_months_is_worth_1_05_months_of_wins_once():
    found = flows(SalesCycle(FIRM, cycle_months=3.0, cut=0.35))[:, 0]
    monthly = 200 * 0.05 * 3000 * 0.6
    assert found.sum() == pytest.approx(1.05 * monthly, rel=1e-12)
    assert found[1] == pytest.approx(1.05 * monthly)
    assert (found[2:] == 0).all()


def test_a_slow_ramp_spreads_the_pulled_forward_wins_and_adds_none():
    rollout = Rollout(plan_months=3.0, ramp_months=6.0, shape=Climb.LINEAR)
    found = flows(SalesCycle(FIRM, cycle_months=3.0, cut=0.35, attribution=0.5, lag_months=2.0), rollout)[:, 0]
    monthly = 200 * 0.05 * 3000 * 0.6
    assert found.sum() == pytest.approx(0.5 * 1.05 * monthly)
    assert np.flatnonzero(np.abs(found) > 1e-9).tolist() == [6, 7, 8, 9, 10, 11]


def test_pulled_forward_wins_are_those_of_the_grown_and_capped_market():
    market = replace(FIRM, growth=0.5, conversion_cap=0.04)
    found = flows(SalesCycle(market, cycle_months=2.0, cut=0.5), Rollout(plan_months=12.0, shape=Climb.STEP))[:, 0]
    assert found[13] == pytest.approx(200 * 1.5 ** (13 / 12) * 0.04 * 3000 * 0.6)


def test_no_cut_of_the_cycle_is_exactly_no_benefit():
    cycle = SalesCycle(replace(FIRM, growth=0.2), cycle_months=3.0, cut=Drawn("zero"))
    assert (flows(cycle, RAMPED, draws={"zero": np.zeros(4)}) == 0).all()
