"""Shares of the variance against answers known in closed form; tolerances in standard errors, which are checked too."""

import numpy as np
import pytest

from sim.analysis.shares import _factors, floor, shapley_shares
from sim.analysis.splines import columns_of
from sim.sampling.draws import REPLICATES

N = 32_768
SURE = 4.0
"""Standard errors that an estimate may be off: a few dozen estimates are compared."""


def told(*inputs, y, blocks=None, freedom=14):
    return [one.estimate for one in shapley_shares([columns_of(x, freedom) for x in inputs], y, blocks=blocks)[0]]


def normal(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape)


def close(found, known, bias=1e-8):
    for one, answer in zip(found, known, strict=True):
        assert abs(one.value - answer) <= SURE * one.se + bias, (one, answer)


@pytest.mark.parametrize("joint", [True, False])
def test_ishigami(joint):
    """Ishigami and Homma 1990 with a = 7, b = .1: .3139, .4424 and nothing for the third."""
    x = np.random.default_rng(2).uniform(-np.pi, np.pi, (N, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = told(*x.T, y=y, blocks=[0, 1, 2]) if joint else [told(one, y=y)[0] for one in x.T]
    close(found, [0.3139, 0.4424, 0.0], bias=0.0005)
    assert all(one.se < 0.006 for one in found)


def test_sobols_g_function():
    """Saltelli and Sobol' 1995: S_i = (1 / 3(1 + a_i)²) / (prod (1 + 1 / 3(1 + a_j)²) - 1)."""
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    x = np.random.default_rng(3).uniform(size=(N, 8))
    y = np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)
    found = told(*x.T, y=y, blocks=range(8))
    close(found[:4], [0.7162, 0.1790, 0.0237, 0.0072], bias=0.0005)
    assert all(abs(one.value) < floor(14, N) for one in found[4:])


def test_an_event_is_two_levels():
    happens = (np.random.default_rng(4).uniform(size=N) < 0.1).astype(float)
    y = 5 * happens - 1 + normal(N)
    close(told(happens, y=y), [25 * 0.09 / (25 * 0.09 + 1)])


def test_what_two_inputs_do_only_together_is_in_neither_share():
    x = normal(N, 2)
    found = told(*x.T, y=x[:, 0] * x[:, 1], blocks=[0, 1])
    close(found, [0.0, 0.0])
    assert max(one.value for one in found) < floor(14, N)


def test_correlated_inputs_of_a_linear_sum():
    """Owen and Prieur 2017 for (1, 1), sd (1, 2), rho .5: .339286 and .660714."""
    z = normal(N, 2)
    x, other = z[:, 0], 2 * (0.5 * z[:, 0] + np.sqrt(0.75) * z[:, 1])
    found = told(x, other, y=x + other)
    close(found, [0.339286, 0.660714])
    assert sum(one.value for one in found) == pytest.approx(1, abs=1e-6)


def test_a_bystander_that_moves_with_an_input_gets_some_of_its_share():
    z = normal(N, 2)
    bystander = 0.8 * z[:, 0] + 0.6 * z[:, 1]
    close(told(z[:, 0], bystander, y=z[:, 0]), [0.68, 0.32])
    close([told(x, y=z[:, 0])[0] for x in (z[:, 0], bystander)], [1.0, 0.64])


def test_an_input_that_tells_nothing_alone_but_all_with_another():
    """Y = X - rho Z is uncorrelated with Z: the curve of the joint fit is asked for, not only the conditional mean."""
    z = normal(N, 2)
    x = 0.8 * z[:, 0] + 0.6 * z[:, 1]
    found = told(x, z[:, 0], y=x - 0.8 * z[:, 0])
    close(found, [(0.36 + 1) / 2, (1 - 0.36) / 2])


def test_more_inputs_than_all_orders_of_are_gone_through():
    """Alike inputs, all correlated: each has the same share but for the orders that are drawn."""
    common = normal(N, 1)
    x = 0.6 * common + 0.8 * normal(N, 8, seed=5)
    found = told(*x.T, y=x.sum(axis=1), freedom=3)
    close(found, [1 / 8] * 8, bias=0.004)
    assert sum(one.value for one in found) == pytest.approx(1, abs=1e-6)


def test_an_input_said_twice_shares_its_share():
    x = normal(N)
    close(told(x, -x, y=x), [0.5, 0.5])


def test_a_useless_input_stays_below_the_floor_in_99_of_100_runs():
    """The share of useless inputs above the floor is binomial with p = .01, and their mean share is zero."""
    x, noise = normal(4096, 300, seed=6), normal(4096, seed=7)
    shares = np.array([told(one, y=noise)[0].value for one in x.T])
    above = int((shares > floor(14, 4096)).sum())
    assert abs(above - 3) <= SURE * np.sqrt(300 * 0.01 * 0.99)
    assert abs(shares.mean()) <= SURE * shares.std() / np.sqrt(300)


def test_the_standard_error_is_the_spread_over_runs():
    x, e = normal(4096, 60, seed=8), normal(4096, 60, seed=9)
    found = [told(x[:, i], y=x[:, i] + e[:, i], freedom=5)[0] for i in range(60)]
    spread = np.std([one.value for one in found])
    assert np.mean([one.se for one in found]) == pytest.approx(spread, rel=SURE / np.sqrt(2 * 59))


def test_replicates_need_not_be_equal():
    x = normal(1000)
    replicate = np.sort(np.random.default_rng(10).integers(0, REPLICATES, 1000))
    (one,), (curve,) = shapley_shares([columns_of(x, 4)], x**2, replicate=replicate)
    assert one.estimate.value > 0.9
    assert np.corrcoef(curve, x**2)[0, 1] > 0.95


def test_an_input_that_never_varies_has_no_share():
    found = told(np.ones(N), normal(N), y=normal(N), blocks=[0, 1])
    assert found[0] == (0, 0)
    assert floor(0, N) == 0


def test_curves_that_say_the_same_but_for_rounding_are_told_apart_by_none():
    """A matrix that rounding leaves short of positive definite is no failure: the two share what they tell."""
    full = np.array([[1.0, 1.0 + 4e-9, 0.5], [1.0 + 4e-9, 1.0, 0.5], [0.5, 0.5, 1.0]])
    places = np.array([[0, 1, 2], [1, 0, 2]])
    factors = _factors(full, places)
    assert np.isfinite(factors).all()
    assert factors[:, -1, 0] == pytest.approx([0.5, 0.5], abs=1e-6)
