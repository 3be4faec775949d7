import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.line import Nature
from sim.model.lines.changeover import ParallelRun
from sim.model.lines.licence import Billing, Prepaid, Subscription
from sim.model.lines.project import Implementation
from sim.model.lines.staff import Administration, DataUpkeep, InternalTeam, ProductivityDip, TrainingCash, TrainingTime
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

LIVE_IN_2 = Rollout(plan_months=2.0, shape=Climb.STEP)


def flows(line, rollout=LIVE_IN_2, *, months=6, draws=None):
    return np.asarray(line.flows(World(rollout, months, draws or {})))


def column(line, rollout=LIVE_IN_2, *, months=6):
    """Flows by month of a line without draws."""
    return flows(line, rollout, months=months)[:, 0]


def subscription(**changes):
    return Subscription(**{"seats": 10.0, "list_price": 50.0, "billing": Billing.MONTHLY} | changes)


# Subscription


def test_annual_billing_pays_twelve_months_ahead_at_months_1_13_and_25():
    found = column(subscription(billing=Billing.ANNUAL), months=36)
    assert np.flatnonzero(found).tolist() == [1, 13, 25]
    assert found[[1, 13, 25]].tolist() == [6000, 6000, 6000]


@pytest.mark.parametrize(("months", "last"), [(36, 12), (37, 1), (42, 6), (47, 11), (48, 12), (5, 5)])
def test_pro_rata_pays_for_the_months_within_the_horizon(months, last):
    line = subscription(billing=Billing.ANNUAL, prepaid=Prepaid.PRO_RATA)
    paid = column(line, months=months)
    assert paid[(months - 1) // 12 * 12 + 1] == pytest.approx(500.0 * last)
    assert paid.sum() == pytest.approx(500.0 * months)


def test_pro_rata_changes_nothing_where_months_are_paid():
    line = subscription(prepaid=Prepaid.PRO_RATA)
    assert column(line, months=37).tolist() == column(subscription(), months=37).tolist()


def test_annual_billing_pays_the_last_year_in_full():
    found = column(subscription(billing=Billing.ANNUAL), months=14)
    assert found.sum() == 12_000


def test_monthly_billing_pays_every_month_but_signature():
    assert column(subscription()).tolist() == [0, 500, 500, 500, 500, 500, 500]


def test_seats_are_paid_from_signature_whatever_the_go_live():
    late = Rollout(plan_months=30.0)
    for billing in Billing:
        line = subscription(billing=billing)
        assert column(line, late, months=24).tolist() == column(line, months=24).tolist()


def test_discounts_compound():
    line = subscription(list_price=100.0, discounts=(0.08, 0.04))
    assert column(line)[1] == pytest.approx(10 * 100 * 0.92 * 0.96)
    assert column(line)[1] != pytest.approx(10 * 100 * 0.88)


def test_a_full_discount_is_free():
    assert column(subscription(discounts=(1.0, 0.2))).sum() == 0


def test_the_price_rises_at_each_renewal_and_not_before():
    found = column(subscription(uplift=0.1), months=36)
    assert found[1:13] == pytest.approx([500] * 12)
    assert found[13:25] == pytest.approx([550] * 12)
    assert found[25:37] == pytest.approx([605] * 12)


def test_a_term_of_three_years_keeps_the_price_for_three_years():
    found = column(subscription(uplift=0.1, term_months=36), months=40)
    assert found[1:37] == pytest.approx([500] * 36)
    assert found[37:] == pytest.approx([550] * 4)


def test_a_renewal_within_a_prepaid_year_shows_at_the_next_bill():
    found = column(subscription(uplift=0.1, term_months=18, billing=Billing.ANNUAL), months=36)
    assert found[[1, 13, 25]] == pytest.approx([6000, 6000, 6600])


def test_rises_stop_at_the_list_price_if_capped_there():
    line = subscription(discounts=(0.15,), uplift=0.1, capped_at_list=True)
    assert column(line, months=48)[[1, 13, 25, 37]] == pytest.approx([425, 467.5, 500, 500])


def test_rises_pass_the_list_price_if_not_capped():
    line = subscription(discounts=(0.15,), uplift=0.1)
    assert column(line, months=48)[37] == pytest.approx(425 * 1.331)


def test_the_smallest_number_of_seats_is_paid_even_if_fewer_are_needed():
    assert column(subscription(minimum_seats=25.0))[1] == 25 * 50
    assert column(subscription(minimum_seats=5.0))[1] == 10 * 50


SUBSCRIPTION = {"seats": 10.0, "list_price": 50.0, "minimum_seats": 12.0, "uplift": 0.05}


@pytest.mark.parametrize("field", [*SUBSCRIPTION, "discounts"])
def test_a_subscription_gives_the_same_drawn_or_certain(field):
    certain = SUBSCRIPTION | {"discounts": (0.08, 0.04)}
    drawn = (Drawn("x"), 0.04) if field == "discounts" else Drawn("x")
    x = 0.08 if field == "discounts" else certain[field]
    found = flows(subscription(**certain | {field: drawn}), months=30, draws={"x": np.full(2, x)})
    assert np.broadcast_to(found, (31, 2)) == pytest.approx(
        np.repeat(flows(subscription(**certain), months=30), 2, axis=1)
    )


# Implementation and own people


def test_the_quote_with_its_overrun_is_spread_evenly_from_month_1_to_go_live():
    line = Implementation(quote=9000.0, overrun=1.2)
    assert column(line, Rollout(plan_months=3.0)) == pytest.approx([0, 3600, 3600, 3600, 0, 0, 0])


def test_without_a_project_the_quote_is_paid_at_signature():
    assert column(Implementation(9000.0, 1.2), Rollout()) == pytest.approx([10_800, 0, 0, 0, 0, 0, 0])


def test_a_delay_stretches_the_payments():
    found = column(Implementation(9000.0), Rollout(plan_months=3.0, delay_months=1.5))
    assert found == pytest.approx([0, 1800, 1800, 1800, 1800, 1800, 0])


@given(quote=st.floats(0, 1e7), overrun=st.floats(0, 5), plan=st.floats(0, 18), delay=st.floats(0, 17))
@settings(max_examples=60, deadline=None)
def test_what_is_paid_within_the_horizon_adds_up_to_quote_times_overrun(quote, overrun, plan, delay):
    found = column(Implementation(quote, overrun), Rollout(plan_months=plan, delay_months=delay), months=36)
    assert found.sum() == pytest.approx(quote * overrun)


def test_a_go_live_beyond_the_horizon_pays_the_part_until_then():
    found = column(Implementation(9000.0), Rollout(plan_months=9.0))
    assert found == pytest.approx([0, 1000, 1000, 1000, 1000, 1000, 1000])


def test_each_draw_has_a_project_of_its_own():
    line = Implementation(Drawn("quote"), Drawn("overrun"))
    draws = {
        "quote": np.array([9000.0, 6000.0, 100.0]),
        "overrun": np.array([1.0, 1.5, 2.0]),
        "golive": np.array([1.0, 2.0, 0.0]),
    }
    found = flows(line, Rollout(plan_months=Drawn("golive")), months=3, draws=draws)
    assert found.T.tolist() == [[0, 9000, 0, 0], [0, 4500, 4500, 0], [200, 0, 0, 0]]


def test_own_people_are_charged_until_go_live():
    line = InternalTeam(fte=0.5, hourly_cost=60.0)
    assert column(line).tolist() == [0, 4800, 4800, 0, 0, 0, 0]


def test_a_delay_keeps_own_people_on_the_project():
    line = InternalTeam(fte=0.5, hourly_cost=60.0)
    late = Rollout(plan_months=2.0, delay_months=Drawn("delay"))
    found = flows(line, late, draws={"delay": np.array([0.0, 1.0, 3.0])})
    assert found.sum(axis=0).tolist() == [2 * 4800, 3 * 4800, 5 * 4800]


def test_without_a_project_nobody_works_on_it():
    assert column(InternalTeam(fte=0.5, hourly_cost=60.0), Rollout()).sum() == 0


# Training


def test_everybody_is_trained_in_the_month_of_go_live():
    assert column(TrainingCash(users=20.0, per_user=100.0)).tolist() == [0, 0, 2000, 0, 0, 0, 0]


def test_newcomers_are_trained_every_month_after_it():
    line = TrainingCash(users=20.0, per_user=100.0, turnover=0.3)
    assert column(line) == pytest.approx([0, 0, 2000, 50, 50, 50, 50])


def test_everybody_takes_a_refresher_every_year_after_go_live():
    found = column(TrainingCash(users=20.0, per_user=100.0, refresh=0.25), months=36)
    assert np.flatnonzero(found).tolist() == [2, 14, 26]
    assert found[[2, 14, 26]].tolist() == [2000, 500, 500]


def test_a_crm_live_from_signature_is_trained_at_signature():
    found = column(TrainingCash(users=20.0, per_user=100.0, turnover=0.3, refresh=0.25), Rollout(), months=13)
    assert found == pytest.approx([2000, *[50] * 11, 550, 50])


def test_training_time_is_the_same_load_in_hours():
    cash = TrainingCash(users=20.0, per_user=100.0, turnover=0.3, refresh=0.25)
    time = TrainingTime(users=20.0, hours_per_user=4.0, hourly_cost=25.0, turnover=0.3, refresh=0.25)
    assert column(time, months=36) == pytest.approx(column(cash, months=36))
    assert (cash.nature, time.nature) == (Nature.CASH_COST, Nature.TIME_COST)


def test_two_trainings_of_different_load_in_one_world_do_not_mix():
    world = World(LIVE_IN_2, 14, {})
    often = np.asarray(TrainingCash(users=20.0, per_user=100.0, refresh=1.0).flows(world))
    seldom = np.asarray(TrainingCash(users=20.0, per_user=100.0, refresh=0.1).flows(world))
    assert (often[14, 0], seldom[14, 0]) == (2000, 200)


def test_training_takes_each_draw_of_its_numbers():
    line = TrainingTime(Drawn("users"), Drawn("hours"), 10.0, Drawn("turnover"), 0.0)
    draws = {"users": np.array([10.0, 20.0]), "hours": np.array([1.0, 2.0]), "turnover": np.array([0.0, 0.6])}
    found = flows(line, months=3, draws=draws)
    assert found[:, 0] == pytest.approx([0, 0, 100, 0])
    assert found[:, 1] == pytest.approx([0, 0, 400, 20])


def test_the_dip_takes_a_share_of_the_working_hours_after_go_live():
    line = ProductivityDip(users=20.0, hourly_cost=50.0, dip=0.05, dip_months=2.0)
    assert column(line) == pytest.approx([0, 0, 0, 8000, 8000, 0, 0])


def test_a_broken_last_month_of_the_dip_counts_in_part():
    line = ProductivityDip(users=20.0, hourly_cost=50.0, dip=0.05, dip_months=2.25)
    assert column(line) == pytest.approx([0, 0, 0, 8000, 8000, 2000, 0])


@given(months=st.floats(0, 20))
@settings(max_examples=30, deadline=None)
def test_the_dip_costs_in_proportion_to_its_length(months):
    line = ProductivityDip(users=20.0, hourly_cost=50.0, dip=0.05, dip_months=months)
    assert column(line, months=24).sum() == pytest.approx(8000 * months)


# Running costs


def test_administrators_are_paid_in_proportion_to_users_from_go_live_on():
    line = Administration(users=60.0, users_per_admin=120.0, admin_cost_per_year=96_000.0)
    assert column(line).tolist() == [0, 0, 0, 4000, 4000, 4000, 4000]


def test_other_running_costs_come_on_top():
    line = Administration(60.0, 120.0, 96_000.0, cost_per_month=250.0)
    assert column(line)[2:4].tolist() == [0, 4250]


def test_none_are_paid_where_no_administrator_is_needed():
    assert column(Administration(60.0, 0.0, 96_000.0, 250.0)).tolist() == [0, 0, 0, 250, 250, 250, 250]


ADMINISTRATION = {"users": 60.0, "users_per_admin": 120.0, "admin_cost_per_year": 96_000.0, "cost_per_month": 250.0}


@pytest.mark.parametrize("field", ADMINISTRATION)
def test_administration_gives_the_same_drawn_or_certain(field):
    line = Administration(**ADMINISTRATION | {field: Drawn("x")})
    found = flows(line, draws={"x": np.full(2, ADMINISTRATION[field])})
    assert found[:, 0] == pytest.approx(column(Administration(**ADMINISTRATION)))
    assert found[:, 1] == pytest.approx(column(Administration(**ADMINISTRATION)))


def test_draws_with_and_without_an_administrator_stand_side_by_side():
    line = Administration(60.0, Drawn("served"), 96_000.0)
    assert flows(line, draws={"served": np.array([0.0, 60.0])})[6].tolist() == [0, 8000]


def test_running_both_systems_is_paid_in_the_months_of_the_overlap():
    line = ParallelRun(cost_per_month=400.0, overlap_months=2.0)
    assert column(line).tolist() == [0, 0, 0, 400, 400, 0, 0]


def test_no_overlap_costs_nothing():
    assert column(ParallelRun(cost_per_month=400.0, overlap_months=0.0)).sum() == 0


def test_each_draw_has_an_overlap_of_its_own():
    line = ParallelRun(Drawn("cost"), Drawn("overlap"))
    draws = {"cost": np.array([400.0, 100.0]), "overlap": np.array([1.0, 3.0])}
    assert flows(line, draws=draws).sum(axis=0).tolist() == [400, 300]


def test_money_and_staff_time_are_told_apart():
    time = {InternalTeam, TrainingTime, ProductivityDip}
    cash = {Subscription, Implementation, TrainingCash, Administration, ParallelRun}
    assert {line.nature for line in time} == {Nature.TIME_COST}
    assert {line.nature for line in cash} == {Nature.CASH_COST}


def test_data_upkeep_is_a_twelfth_of_a_year_s_hours_each_month_from_go_live_on():
    line = DataUpkeep(users=30.0, hours=6.0, hourly_cost=40.0)
    assert column(line) == pytest.approx([0, 0, 0, 600, 600, 600, 600])
    assert line.nature is Nature.TIME_COST
    assert DataUpkeep(30.0, 0.0, 40.0).is_void
