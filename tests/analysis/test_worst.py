"""The worst futures, and means in them."""

import numpy as np
import pytest
from scipy.special import ndtri

from sim.analysis.worst import conditional_mean, cvar, ratio, worst_weights
from sim.sampling.draws import REPLICATES


def test_the_mean_of_a_tail_takes_part_of_a_value():
    """By hand: a quarter of 1 to 10 is 1, 2 and half of 3, so (1 + 2 + 1.5) / 2.5."""
    assert cvar(np.arange(1.0, 11.0), 0.25) == pytest.approx(1.8, rel=1e-14)


def test_the_mean_of_the_worst_of_a_normal_law():
    """-phi(z)/5 % = -2.062713 on a grid of 65,536 midpoints, which loses what is beyond its end."""
    grid = ndtri((np.arange(2**16) + 0.5) / 2**16)
    assert cvar(grid, 0.05) == pytest.approx(-2.062713, abs=3e-5)


def test_ties_at_the_quantile_share_what_is_left():
    weights = worst_weights(np.array([0.0, 0.0, 0.0, 0.0, 5.0, 6.0, 7.0, 8.0]), 0.25)
    assert weights.tolist() == [0.5] * 4 + [0.0] * 4
    everything = worst_weights(np.array([3.0, 1.0, 2.0]), 1.0)
    assert everything.tolist() == [1.0] * 3


def test_the_error_of_a_conditional_mean_is_that_of_many_runs():
    """Over 400 runs the estimate spreads as its standard error says, to within the 4 % at which a spread is known."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(400):
        x = rng.normal(size=REPLICATES * 64)
        found.append(conditional_mean(x, (x < -1).astype(float)))
    spread = np.std([f.value for f in found], ddof=1)
    assert np.sqrt(np.mean([f.se**2 for f in found])) == pytest.approx(spread, rel=0.15)


def test_a_ratio_of_nothing_does_not_exist():
    assert np.isnan(ratio(np.zeros(16), np.zeros(16)).value)
