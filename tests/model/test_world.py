import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.line import Nature
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

HORIZON = 36


def adoption(rollout, *, lag=0.0, months=HORIZON, draws=None):
    """Adoption by month of the first draw."""
    return World(rollout, months, draws or {}).adoption(lag)[:, 0]


def golive(plan, delay):
    return float(World(Rollout(plan_months=plan, delay_months=delay), HORIZON, {}).golive)


def test_exponential_reaches_63_percent_after_one_ramp_and_95_after_three():
    a = adoption(Rollout(ramp_months=4.0))
    assert a[4] == pytest.approx(1 - math.exp(-1))
    assert a[12] == pytest.approx(1 - math.exp(-3))


def test_linear_climbs_in_equal_steps_and_stays_at_the_top():
    a = adoption(Rollout(ramp_months=4.0, shape=Climb.LINEAR))
    assert a[:7] == pytest.approx([0, 0.25, 0.5, 0.75, 1, 1, 1])


def test_logistic_starts_at_zero_is_about_half_way_at_ramp_and_nearly_done_at_two():
    a = adoption(Rollout(ramp_months=6.0, shape=Climb.LOGISTIC))
    start = 1 / (1 + math.exp(4))
    assert a[0] == 0
    assert a[6] == pytest.approx((0.5 - start) / (1 - start))
    assert a[6] == pytest.approx(0.5, abs=0.01)
    assert a[12] == pytest.approx((1 / (1 + math.exp(-4)) - start) / (1 - start))


def test_step_is_nothing_at_go_live_and_everything_a_month_later():
    a = adoption(Rollout(plan_months=2.0, ramp_months=9.0, shape=Climb.STEP))
    assert a[:5].tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("shape", list(Climb))
def test_no_ramp_is_a_step(shape):
    a = adoption(Rollout(plan_months=2.0, ramp_months=0.0, shape=shape), months=6)
    assert a == pytest.approx([0, 0, 0, 1, 1, 1, 1], abs=1e-12)


@pytest.mark.parametrize("shape", list(Climb))
def test_nothing_is_adopted_before_or_in_the_month_of_go_live(shape):
    a = adoption(Rollout(plan_months=3.0, delay_months=2.0, ramp_months=4.0, shape=shape))
    assert (a[:6] == 0).all()
    assert (a[6:] > 0).all()


@given(
    shape=st.sampled_from(Climb),
    ceiling=st.floats(0, 1),
    ramp=st.floats(0, 48),
    plan=st.floats(0, 40),
    decay=st.floats(0, 0.99),
    lag=st.floats(0, 40),
)
@settings(max_examples=150, deadline=None)
def test_adoption_stays_between_zero_and_its_ceiling(shape, ceiling, ramp, plan, decay, lag):
    rollout = Rollout(plan_months=plan, adoption=ceiling, ramp_months=ramp, shape=shape, decay=decay)
    a = adoption(rollout, lag=lag)
    assert (a >= 0).all()
    assert (a <= ceiling).all()


@given(shape=st.sampled_from(Climb), ramp=st.floats(0, 24), ceiling=st.floats(0.01, 1))
@settings(max_examples=50, deadline=None)
def test_adoption_never_falls_without_decay(shape, ramp, ceiling):
    a = adoption(Rollout(plan_months=2.0, adoption=ceiling, ramp_months=ramp, shape=shape))
    assert (np.diff(a) >= 0).all()


def test_the_ceiling_scales_the_climb():
    full, part = (adoption(Rollout(ramp_months=4.0, adoption=ceiling)) for ceiling in (1.0, 0.4))
    assert part == pytest.approx(0.4 * full)


@pytest.mark.parametrize("lag", [1.0, 5.0, 36.0, 37.0, 50.0])
def test_a_lag_of_whole_months_shifts_adoption(lag):
    rollout = Rollout(plan_months=2.0, ramp_months=4.0, decay=0.1)
    shifted = np.concatenate([np.zeros(int(lag)), adoption(rollout)])[: HORIZON + 1]
    assert adoption(rollout, lag=lag).tolist() == shifted.tolist()


def test_a_lag_of_half_a_month_reads_the_climb_between_two_months():
    a = adoption(Rollout(plan_months=2.0, ramp_months=4.0, shape=Climb.LINEAR), lag=1.5, months=9)
    assert a == pytest.approx([0, 0, 0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1])


def test_a_drawn_lag_differs_between_draws():
    world = World(Rollout(ramp_months=2.0, shape=Climb.LINEAR), 4, {"lag": np.array([0.0, 1.0, 1.5])})
    a = world.adoption(Drawn("lag"))
    assert a[:, 0] == pytest.approx([0, 0.5, 1, 1, 1])
    assert a[:, 1] == pytest.approx([0, 0, 0.5, 1, 1])
    assert a[:, 2] == pytest.approx([0, 0, 0.25, 0.75, 1])


def test_a_year_after_go_live_decay_has_taken_its_yearly_share():
    a = adoption(Rollout(plan_months=3.0, decay=0.2))
    assert a[15] == pytest.approx(0.8)
    assert a[27] == pytest.approx(0.64)
    assert a[4] == pytest.approx(0.8 ** (1 / 12))


@pytest.mark.parametrize(
    ("plan", "delay", "month"),
    [(3.0, 0.0, 3), (3.0, 0.49, 3), (3.0, 0.5, 4), (2.5, 0.0, 3), (3.5, 0.0, 4), (2.4, 0.4, 3), (0.0, 0.0, 0)],
)
def test_go_live_is_plan_plus_delay_rounded_half_up(plan, delay, month):
    assert golive(plan, delay) == month


def test_months_since_go_live_count_from_it():
    world = World(Rollout(plan_months=Drawn("plan")), 3, {"plan": np.array([0.0, 2.0])})
    assert world.since.T.tolist() == [[0, 1, 2, 3], [-2, -1, 0, 1]]


def test_a_yearly_rate_compounds_to_itself_after_twelve_months():
    world = World(Rollout(), 24, {"rate": np.array([0.0, 0.5])})
    growth = world.compounded(Drawn("rate"))
    assert growth[0].tolist() == [1, 1]
    assert growth[12] == pytest.approx([1, 1.5])
    assert growth[24] == pytest.approx([1, 2.25])


NUMBERS = {
    "plan_months": 3.0,
    "delay_months": 1.7,
    "adoption": 0.7,
    "ramp_months": 4.5,
    "decay": 0.08,
}


@pytest.mark.parametrize("shape", list(Climb))
@pytest.mark.parametrize("lag", [0.0, 3.0, 2.5])
@pytest.mark.parametrize("names", [*([name] for name in NUMBERS), list(NUMBERS)], ids="+".join)
def test_a_drawn_number_gives_what_the_same_constant_gives(shape, lag, names):
    constant = World(Rollout(**NUMBERS, shape=shape), HORIZON, {})
    drawn = Rollout(**NUMBERS | {name: Drawn(name) for name in names}, shape=shape)
    world = World(drawn, HORIZON, {name: np.full(3, x) for name, x in NUMBERS.items()})
    found = np.broadcast_to(world.adoption(lag), (HORIZON + 1, 3))
    assert found == pytest.approx(np.repeat(constant.adoption(lag), 3, axis=1), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("lag", [0.0, 3.0, 2.5])
def test_a_drawn_lag_gives_what_the_same_constant_gives(lag):
    rollout = Rollout(plan_months=2.0, ramp_months=4.0)
    drawn = adoption(rollout, lag=Drawn("lag"), draws={"lag": np.array([lag])})
    assert drawn == pytest.approx(adoption(rollout, lag=lag))


def test_benefits_and_costs_are_told_apart():
    assert [nature.is_benefit for nature in Nature] == [True, True, False, False]
