"""Support, marketing, administration, project and licence lines, and limits of capacity: by hand."""

import numpy as np
import pytest

import sim
from sim.model.line import Nature
from sim.model.lines.benefits import (
    BetterForecasts,
    BetterProcesses,
    BilledHours,
    FewerErrors,
    MarketingSaved,
    OrderToCash,
    Paperwork,
    Productivity,
    ShorterRamp,
    Support,
)
from sim.model.lines.customers import Customers, Market, SalesCycle, SellingTime
from sim.model.lines.freed_time import HOURS_A_WEEK, Connected
from sim.model.lines.licence import AddOns, Billing, Subscription, Usage
from sim.model.lines.project import (
    ChangeManagement,
    ChangeRequests,
    Implementation,
    Integrations,
    IntegrationUpkeep,
    Migration,
)
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

LIVE = Rollout(plan_months=2.0, adoption=0.5, shape=Climb.STEP)
"""Live in month 2; half of every effect from month 3 on."""


def column(line, rollout=LIVE, months=12):
    return np.asarray(line.flows(World(rollout, months, {})))[:, 0]


# Benefits


@pytest.mark.parametrize(
    ("line", "monthly"),
    [
        (Support(400.0, deflected=0.2, cost_per_ticket=8.0), 400 * 8 * 0.1),
        (Support(400.0, handling_cut=0.3, cost_per_ticket=8.0), 400 * 8 * 0.15),
        (Support(400.0, 0.2, 0.3, cost_per_ticket=8.0), 400 * 8 * (1 - 0.9 * 0.85)),
        (Support(400.0, 0.2, hours_per_ticket=0.5, hourly_cost=40.0, time_realised=0.8), 400 * 20 * 0.8 * 0.1),
        (MarketingSaved(10_000.0, 0.2, attribution=0.6), 10_000 * 0.2 * 0.6 * 0.5),
        (OrderToCash(3_650_000.0, 2.0, 0.12), 3_650_000 / 365 * 2 * 0.12 / 12 * 0.5),
        (FewerErrors(50.0, 30.0, 0.4), 50 * 30 * 0.4 * 0.5),
        (Paperwork(120.0, 0.25, 10.0, 60.0, 0.75), (120 * 0.25 + 10) * 60 * 0.75 * 0.5),
        (BetterForecasts(5_000.0, 0.1), 5_000 * 0.1 * 0.5),
        (BetterProcesses(8_000.0, 0.15), 8_000 * 0.15 * 0.5),
        (BilledHours(12.0, 110.0, 0.5), 12 * 110 * 0.5 * 52 / 12 * 0.5),
        (Productivity(10.0, 60.0, 0.0, 0.0, 0.8, connected=Connected(3.0, 0.2)), 10 * 60 * 0.6 * 0.8 * 52 / 12 * 0.5),
    ],
)
def test_a_benefit_is_its_formula_from_the_month_after_go_live(line, monthly):
    assert column(line) == pytest.approx([0.0] * 3 + [monthly] * 10)
    assert line.nature.is_benefit


def test_a_shorter_ramp_sells_sooner_with_every_newcomer():
    """100 wins a month of 50 each: 5 sellers of 20, 30 % leave a year, each replaced 2 months up to speed sooner."""
    market = Market(leads_per_month=1000.0, conversion_rate=0.1, deal_value=125.0, gross_margin=0.4)
    newcomers, margin_each = 5 * 0.3 / 12, 100 * 50 / 5
    expected = newcomers * 2 * margin_each * 0.6 * 0.5
    assert column(ShorterRamp(market, 0.3, 2.0, attribution=0.6)) == pytest.approx([0.0] * 3 + [expected] * 10)


def test_tickets_valued_by_time_are_staff_time_and_by_cost_are_money():
    assert Support(1.0, 0.1, cost_per_ticket=5.0).nature is Nature.CASH_BENEFIT
    assert Support(1.0, 0.1, hours_per_ticket=0.5, hourly_cost=40.0).nature is Nature.SOFT_BENEFIT


def test_every_ticket_deflected_leaves_none_to_handle_faster():
    at_once = Rollout(shape=Climb.STEP)
    assert column(Support(10.0, 1.0, 0.5, cost_per_ticket=3.0), at_once)[1:].tolist() == [30.0] * 12


def test_time_that_goes_into_selling_is_not_counted_as_freed():
    whole = column(Productivity(10.0, 60.0, 3.0, 1.0, 0.8))
    assert column(Productivity(10.0, 60.0, 3.0, 1.0, 0.8, time_to_selling=0.25)) == pytest.approx(0.75 * whole)


# Wins that the sales team has the capacity for

MARKET = Market(leads_per_month=1000.0, conversion_rate=0.05, deal_value=100.0, gross_margin=1.0, win_capacity=52.0)
"""50 wins a month, 52 at most."""


def test_wins_stop_at_the_capacity_of_the_sales_team():
    assert column(Customers(MARKET, conversion=0.02))[3:] == pytest.approx([0.01 * 50 * 100] * 10)
    assert column(Customers(MARKET, conversion=0.2))[3:] == pytest.approx([2 * 100.0] * 10)


def test_a_team_at_its_limit_gains_nothing_from_more_leads():
    full = Market(leads_per_month=1000.0, conversion_rate=0.05, deal_value=100.0, gross_margin=1.0, win_capacity=40.0)
    assert not column(Customers(full, leads=0.3)).any()


def test_the_hours_of_connected_tools_add_to_those_saved_and_go_into_selling_too():
    whole = column(Productivity(10.0, 60.0, 3.6, 1.0, 0.8, 0.25))
    assert column(Productivity(10.0, 60.0, 3.0, 1.0, 0.8, 0.25, connected=Connected(3.0, 0.2))) == pytest.approx(whole)
    parts = SellingTime(0.5, 3.6, 1.0, 0.8), SellingTime(0.5, 3.0, 1.0, 0.8, connected=Connected(3.0, 0.2))
    sold, same = (column(Customers(MARKET, conversion=0.5, selling_time=part)) for part in parts)
    assert sold == pytest.approx(same)
    assert sold.any()


def test_points_of_margin_act_on_deals_and_on_customers_by_the_share_that_is_the_crms():
    market = Market(
        100.0, 0.1, deal_value=500.0, gross_margin=0.4, customers=200.0, revenue_per_customer=1200.0, churn=0.0
    )
    found = column(Customers(market, margin_points=0.02, attribution=0.5))
    revenue = 100 * 0.1 * 500 + 200 * 1200 / 12
    assert found == pytest.approx([0.0] * 3 + [revenue * 0.02 * 0.5 * 0.5] * 10)
    lifted = column(Customers(market, deal_value=0.2, cross_sell=0.1, margin_points=0.02))[3:]
    deals, repeat = 100 * 0.1 * 500, 200 * 1200 / 12
    assert lifted == pytest.approx([(deals * 1.1 + repeat * 1.05) * 0.41 - (deals + repeat) * 0.4] * 10)
    assert column(Customers(market, margin_points=0.9))[3:] == pytest.approx([revenue * 0.45] * 10)
    dear = Customers(Market(100.0, 0.1, deal_value=500.0, gross_margin=0.8), margin_points=0.9)
    assert column(dear)[3:] == pytest.approx([5000 * 0.2] * 10)  # no margin is above 100%


def test_freed_time_that_goes_into_selling_raises_the_limit():
    selling = SellingTime(share=0.5, hours_saved=4.0, hours_entry=1.0, time_realised=0.8)
    more = (4 * 0.8 - 1) * 0.5 / HOURS_A_WEEK * 0.5
    found = column(Customers(MARKET, conversion=0.5, selling_time=selling))[3:]
    assert found == pytest.approx([(52 * (1 + more) - 50) * 100] * 10)


def test_capacity_limits_the_pull_forward_too():
    free = Market(leads_per_month=1000.0, conversion_rate=0.05, deal_value=100.0, gross_margin=1.0)
    full = Market(leads_per_month=1000.0, conversion_rate=0.05, deal_value=100.0, gross_margin=1.0, win_capacity=25.0)
    assert column(SalesCycle(full, 3.0, 0.3)) == pytest.approx(column(SalesCycle(free, 3.0, 0.3)) / 2)


def test_cheaper_leads_bring_more_of_them_for_the_same_budget():
    free = Market(leads_per_month=1000.0, conversion_rate=0.05, deal_value=100.0, gross_margin=1.0)
    found = column(Customers(free, cost_per_lead_cut=0.2, attribution=0.5))[3:]
    assert found == pytest.approx([(1 / 0.8 - 1) * 0.5 * 0.5 * 50 * 100] * 10)


# Costs


def test_project_bills_are_spread_to_go_live_and_overrun():
    for line in (
        Migration(1000.0, 1.2),
        Integrations(erp=600.0, psa=100.0, third_party=3.0, third_party_cost=100.0, overrun=1.2),
        ChangeManagement(1200.0),
    ):
        assert column(line) == pytest.approx([0, 600, 600] + [0] * 10)


def test_upkeep_and_change_requests_are_yearly_shares_after_go_live():
    integrations = Integrations(erp=1000.0, overrun=1.2)
    assert column(IntegrationUpkeep(integrations, 0.2)) == pytest.approx([0] * 3 + [20] * 10)
    assert column(ChangeRequests(Implementation(1000.0, 1.2), 0.2)) == pytest.approx([0] * 3 + [20] * 10)


@pytest.mark.parametrize("billing", Billing)
def test_add_ons_are_billed_with_the_subscription(billing):
    seats = Subscription(10.0, 50.0, discounts=(0.1,), minimum_seats=12.0, billing=billing, uplift=0.1)
    paid = column(seats, months=24)
    assert column(AddOns(seats, share=0.2), months=24) == pytest.approx(0.2 * paid)
    per_seat = column(AddOns(seats, per_seat=5.0), months=24)
    assert np.flatnonzero(per_seat).tolist() == np.flatnonzero(paid).tolist()
    assert per_seat.sum() == 24 * 12 * 5
    both = column(AddOns(seats, share=0.2, per_seat=5.0), months=24)
    assert both == pytest.approx(0.2 * paid + per_seat)


def test_usage_is_paid_by_active_users():
    assert column(Usage(10.0, 4.0)) == pytest.approx([0] * 3 + [20] * 10)


# From the file


FILE = """\
name: Test
months: 12
discount_rate: 10%
company:
  users: 10
  hourly_cost: $50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: $2k
  gross_margin: 60%
  tickets_per_month: 400
  cost_per_ticket: $8
  marketing_per_month: $5k
  yearly_revenue: $2M
  errors_per_month: 20
  cost_per_error: $40
  quotes_per_month: 60
  misplanning_per_month: $3k
  process_cost_per_month: $4k
  consultants: 6
  billing_rate: $90
  win_capacity: 6
common:
  effects:
    tickets_deflected: 10%
    cost_per_lead_cut: 10%
    order_to_cash_days: 2
    error_reduction: 20%
    hours_per_quote: 0.5
    commission_hours: 200 hours
    misplanning_cut: 5%
    process_cost_cut: 10%
    billed_hours: 0.5
    time_realised: 75%
vendors:
  A:
    licence: {list_price: $40, add_ons: 10%, add_on_price: $2, usage_per_user: $1}
    implementation:
      quote: $9k
      migration: $2k
      erp_integration: $5k
      third_party_integrations: 2
      third_party_cost: $1k
      integration_upkeep: 15%
      change_management: $3k
    administration: {change_requests: 10%}
"""


def loaded(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return sim.load(path)


def test_every_line_of_the_file_is_there(tmp_path):
    names = [line.name for line in loaded(tmp_path, FILE).cases["A"].lines]
    assert names == [
        "customer margin", "support", "marketing budget", "order to cash", "fewer errors", "quotes and commissions",
        "better processes", "hours billed", "better forecasts", "subscription", "add-ons", "usage", "implementation",
        "migration", "integrations", "integration upkeep", "change management", "change requests",
    ]  # fmt: skip


def test_capital_costs_the_discount_rate_unless_the_company_says_otherwise(tmp_path):
    def cost(source):
        return next(x for x in loaded(tmp_path, source).cases["A"].lines if x.name == "order to cash").cost_of_capital

    assert cost(FILE) == 0.1
    assert cost(FILE.replace("  yearly_revenue", "  cost_of_capital: 7%\n  yearly_revenue")) == 0.07


def test_cheaper_leads_go_one_way_or_the_other(tmp_path):
    lines = loaded(tmp_path, FILE.replace("cut: 10%\n", "cut: 10%\n    cost_per_lead_use: leads\n", 1)).cases["A"].lines
    assert "marketing budget" not in {line.name for line in lines}
    assert lines[0].cost_per_lead_cut == 0.1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  cost_per_ticket: $8\n", "  cost_per_ticket: $8\n  hours_per_ticket: 0.4\n",
         "13: company.hours_per_ticket: a ticket is valued twice, also by cost_per_ticket (keep one)"),
        ("  cost_per_ticket: $8\n", "",
         "24: common.effects.tickets_deflected: has nothing to act on without company.cost_per_ticket or"
         " hours_per_ticket (give one)"),
        ("    cost_per_lead_cut: 10%\n", "    cost_per_lead_cut: 10%\n    leads: 5%\n",
         "26: common.effects.cost_per_lead_cut: cheaper leads and more leads (effects.leads) are two uses of one"
         " effect, which would count twice (keep one; with cost_per_lead_use: leads the same budget buys more)"),
        ("  marketing_per_month: $5k\n", "",
         "25: common.effects.cost_per_lead_cut: has nothing to act on without company.marketing_per_month (give them)"),
        ("    time_realised: 75%\n", "",
         "29: common.effects.hours_per_quote: means nothing without effects.time_realised (give it too)"),
        ("      third_party_cost: $1k\n", "",
         "42: vendors.A.implementation.third_party_integrations: means nothing without"
         " implementation.third_party_cost (give it too)"),
        ("misplanning_cut: 5%", "time_to_selling: 20%",
         "31: common.effects.time_to_selling: means nothing without effects.hours_saved (give it too)"),
    ],
)  # fmt: skip
def test_what_cannot_count_is_said_at_its_place(tmp_path, old, new, expected):
    assert old in FILE
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, FILE.replace(old, new, 1))
    first = caught.value.problems[0]
    assert f"{first.line}: {first.place}: {first.message}" == expected


def test_newcomers_who_sell_sooner_need_turnover_and_are_off_otherwise(tmp_path):
    with pytest.raises(sim.ScenarioError, match=r"ramp_months_saved: has nothing to act on without company\.turnover"):
        loaded(tmp_path, FILE.replace("misplanning_cut: 5%", "ramp_months_saved: 2"))
    source = FILE.replace("misplanning_cut: 5%", "ramp_months_saved: 2").replace(
        "users: 10", "users: 10\n  turnover: 25%"
    )
    lines = {line.name: line for line in loaded(tmp_path, source).cases["A"].lines}
    assert (lines["shorter ramp of newcomers"].turnover, lines["shorter ramp of newcomers"].months_saved) == (0.25, 2)


def test_upkeep_needs_something_to_keep_up(tmp_path):
    source = FILE.replace("      erp_integration: $5k\n", "")
    source = source.replace("      third_party_integrations: 2\n      third_party_cost: $1k\n", "")
    with pytest.raises(sim.ScenarioError, match=r"integration_upkeep: means nothing without implementation\.erp_int"):
        loaded(tmp_path, source)
