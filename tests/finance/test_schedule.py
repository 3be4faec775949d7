"""Sums of schedules times amounts, against the same multiplied out."""

import numpy as np
import pytest

from sim.finance.schedule import Scheduled, Sum, Weights, running_total, settling, since, stock, times, weighted
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

MONTHS, SIZE = 25, 40


def climbing(rng, rows):
    return rng.normal(size=(rows, SIZE))


def mixed(rng):
    """A sum of every kind of part, and the same by month."""
    amount, settled = rng.normal(size=SIZE), rng.normal(size=SIZE)
    short, full, narrow = climbing(rng, 7), climbing(rng, MONTHS), rng.normal(size=(MONTHS, 1))
    flows = Sum(
        [
            times(settling(short, settled, MONTHS), amount),
            settling(climbing(rng, 0), 2.0, MONTHS),
            full,
            Scheduled(full, amount),
            Scheduled(narrow, 3.0),
            Scheduled(narrow, amount),
            Scheduled(since(MONTHS, 4), amount),
        ]
    )
    head = np.vstack([short, np.tile(settled, (MONTHS - 7, 1))]) * amount
    late = (np.arange(MONTHS)[:, None] >= 4) * amount
    return flows, head + 2 + full * (1 + amount) + narrow * (3 + amount) + late


@pytest.fixture(params=range(3))
def rng(request):
    return np.random.default_rng(request.param)


def test_a_sum_multiplies_out(rng):
    flows, expected = mixed(rng)
    np.testing.assert_allclose(flows.by_month(MONTHS, SIZE), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(np.asarray(flows), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(flows.by_month(5, SIZE), expected[:5], rtol=1e-12, atol=1e-12)


def test_the_running_total_of_a_sum(rng):
    flows, expected = mixed(rng)
    np.testing.assert_allclose(flows.running(MONTHS, SIZE), expected.cumsum(axis=0), rtol=1e-11, atol=1e-11)


def test_the_running_total_where_all_schedules_settle(rng):
    settled, amount = rng.normal(size=SIZE), rng.normal(size=SIZE)
    flows = Sum([settling(climbing(rng, 9), settled, MONTHS), times(settling(climbing(rng, 4), 0.0, MONTHS), amount)])
    assert flows.height == 9
    expected = np.asarray(flows).cumsum(axis=0)
    np.testing.assert_allclose(flows.running(MONTHS, SIZE), expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(flows.running(6, SIZE), expected[:6], rtol=1e-11, atol=1e-12)


def test_a_difference_of_sums_is_the_difference(rng):
    (one, a), (other, b) = mixed(rng), mixed(rng)
    np.testing.assert_allclose(np.asarray(one - other), a - b, rtol=1e-12, atol=1e-12)


def test_weighted_sums_over_months(rng):
    flows, expected = mixed(rng)
    fading = 0.9 ** np.arange(MONTHS)[:, None]
    weights = Weights(np.ones((MONTHS, 1)), fading)
    np.testing.assert_allclose(weights.over(flows, SIZE), expected.sum(axis=0), rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(weights.over(flows, SIZE, 1), (fading * expected).sum(axis=0), rtol=1e-11, atol=1e-11)
    drawn = rng.random((MONTHS, SIZE))
    np.testing.assert_allclose(weighted(flows, drawn, SIZE), (drawn * expected).sum(axis=0), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("factor", [2.5, "draw", "month", "both"])
def test_a_sum_times_a_factor(rng, factor):
    flows, expected = mixed(rng)
    shape = {"draw": SIZE, "month": (MONTHS, 1), "both": (MONTHS, SIZE)}
    by = rng.random(shape[factor]) if factor in shape else factor
    np.testing.assert_allclose(np.asarray(times(flows, by)), expected * by, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("keeps", [1.0, 0.9, 0.0])
def test_a_stock_keeps_a_share_of_what_was_there(rng, keeps):
    flows, expected = mixed(rng)
    level = np.zeros_like(expected)
    for month in range(MONTHS):
        level[month] = expected[month] + (keeps * level[month - 1] if month else 0.0)
    np.testing.assert_allclose(np.asarray(stock(flows, keeps)), level, rtol=1e-11, atol=1e-11)


def test_a_single_draw_is_like_many(rng):
    flows = settling(rng.normal(size=(3, 1)), np.array([2.0]), MONTHS)
    assert np.asarray(stock(flows, 1.0)).shape == (MONTHS, 1)
    np.testing.assert_allclose(flows.running(MONTHS, 1), np.asarray(flows).cumsum(axis=0), rtol=1e-13)
    np.testing.assert_allclose(np.asarray(stock(flows, 1.0)), np.asarray(flows).cumsum(axis=0), rtol=1e-13)


def test_running_total_is_the_cumulative_sum(rng):
    net = climbing(rng, 37)
    np.testing.assert_allclose(running_total(net), net.cumsum(axis=0), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", Climb)
@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("delay", [0.0, Drawn("delay")])
def test_adoption_as_flows_is_adoption(rng, shape, decay, delay):
    draws = {"ramp": rng.uniform(0, 9, SIZE), "ceiling": rng.random(SIZE), "delay": rng.uniform(0, 20, SIZE)}
    rollout = Rollout(3.0, delay, Drawn("ceiling"), Drawn("ramp"), shape, decay)
    world = World(rollout, MONTHS - 1, draws)
    np.testing.assert_allclose(
        np.broadcast_to(np.asarray(world.adopted), (MONTHS, SIZE)), world.adoption(), rtol=1e-14, atol=1e-15
    )
    if shape is Climb.LINEAR and not decay and delay == 0.0:
        assert world.adopted.height == 12  # month 3, and up to 9 months of ramp: no more are worked out draw by draw


def test_operation_and_project_as_flows(rng):
    delay = rng.uniform(0, 6, SIZE).round()
    delay[3] = 100
    world = World(Rollout(2.0, Drawn("delay")), MONTHS - 1, {"delay": delay})
    np.testing.assert_array_equal(np.asarray(world.operating), world.live)
    months = np.arange(MONTHS)[:, None]
    np.testing.assert_array_equal(np.asarray(world.project), (months >= 1) & (months <= 2 + delay))
    at_once = World(Rollout(0.0, Drawn("delay")), MONTHS - 1, {"delay": delay})
    np.testing.assert_array_equal(
        np.asarray(at_once.project_months), (months >= np.minimum(delay, 1)) & (months <= delay)
    )
