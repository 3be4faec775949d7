"""How adoption answers to training, upkeep and change management, by hand."""

import numpy as np
import pytest

from sim.model.quantity import Drawn
from sim.model.response import NO_RESPONSE, Answer, Response
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

E = np.exp


def world(response, *, months=24, draws=None, **rollout):
    return World(Rollout(response=response, **rollout), months, draws or {})


def test_nothing_answers_unless_it_is_said():
    still = world(NO_RESPONSE, adoption=0.6, decay=0.1, ramp_months=4.0)
    assert (still.ceiling, still.decay, still.ramp) == (0.6, 0.1, 4.0)


@pytest.mark.parametrize("hours", [0.0, 2.0, 10.0, 30.0])
def test_the_ceiling_answers_to_training_and_is_as_stated_with_the_usual_hours(hours):
    response = Response(training=Answer(0.45, 4.0), usual_hours=10.0, trained=hours)
    expected = 0.6 * (1 - 0.45 * E(-hours / 4)) / (1 - 0.45 * E(-2.5))
    assert world(response, adoption=0.6).ceiling == pytest.approx(expected)
    assert (hours == 10) == (expected == pytest.approx(0.6))


def test_no_training_leaves_what_does_not_hang_on_it():
    response = Response(training=Answer(0.45, 4.0), usual_hours=1e9)
    assert world(response, adoption=0.8).ceiling == pytest.approx(0.8 * 0.55)


def test_nobody_uses_more_than_everything():
    response = Response(training=Answer(1.0, 4.0), usual_hours=1.0, trained=1e9)
    assert world(response, adoption=0.9).ceiling == 1.0


def test_decay_answers_to_refreshers_and_data_upkeep_together():
    """10 hours, 30 % of them each year, and 1.5 hours of upkeep: 4.5 hours."""
    response = Response(upkeep=Answer(0.8, 1.5), trained=10.0, refresh=0.3, data_upkeep=1.5)
    assert world(response, decay=0.1).decay == pytest.approx(0.1 * (1 - 0.8 * (1 - E(-3))))
    assert world(Response(upkeep=Answer(0.8, 1.5)), decay=0.1).decay == 0.1


def test_the_ramp_answers_to_the_hours_that_change_management_would_pay():
    """12,000 for 60 users at 50 an hour: 4 hours each."""
    response = Response(change=Answer(0.3, 2.0), change_management=12_000.0, users=60.0, hourly_cost=50.0)
    assert world(response, ramp_months=6.0).ramp == pytest.approx(6 * (1 - 0.3 * (1 - E(-2))))
    free = Response(change=Answer(0.3, 2.0), change_management=12_000.0, users=60.0, hourly_cost=0.0)
    assert world(free, ramp_months=6.0).ramp == 6


def test_every_future_answers_by_its_own_numbers():
    response = Response(training=Answer(Drawn("share"), Drawn("scale")), usual_hours=10.0, trained=Drawn("hours"))
    draws = {"share": np.array([0.2, 0.6]), "scale": np.array([3.0, 5.0]), "hours": np.array([0.0, 20.0])}
    found = world(response, draws=draws, adoption=0.5).ceiling
    for n in range(2):
        share, scale, hours = (draws[key][n] for key in ("share", "scale", "hours"))
        assert found[n] == pytest.approx(0.5 * (1 - share * E(-hours / scale)) / (1 - share * E(-10 / scale)))


@pytest.mark.parametrize("shape", Climb)
def test_adoption_follows_all_three(shape):
    response = Response(
        training=Answer(0.5, 4.0), upkeep=Answer(0.5, 1.0), change=Answer(0.5, 1.0), trained=3.0, refresh=0.5,
        change_management=300.0, users=10.0, hourly_cost=10.0,
    )  # fmt: skip
    answered = world(response, adoption=0.7, ramp_months=8.0, decay=0.1, shape=shape)
    spelled_out = world(
        NO_RESPONSE, adoption=answered.ceiling, ramp_months=answered.ramp, decay=answered.decay, shape=shape
    )
    np.testing.assert_array_equal(answered.adoption(), spelled_out.adoption())
    assert answered.ceiling < 0.7
    assert answered.ramp < 8
    assert answered.decay < 0.1


def test_what_settles_settles_at_the_ceiling_that_is_reached():
    response = Response(training=Answer(0.5, 4.0))
    linear = world(response, adoption=0.8, ramp_months=3.0, shape=Climb.LINEAR)
    np.testing.assert_allclose(np.asarray(linear.adopted), linear.adoption())
    assert linear.adoption()[-1, 0] == pytest.approx(linear.ceiling)
