"""Conditional means: with an input in its lowest and highest tenth, or by level."""

import numpy as np
import pytest

from sim.analysis.ends import ends_of
from sim.sampling.draws import REPLICATES

N = 16_384
REPLICATE = np.arange(N) * REPLICATES // N


def test_the_ends_are_the_lowest_and_the_highest_tenth():
    """Means of the tails of a normal law, phi(1.2816) / .1 = 1.7550, within 4 standard errors."""
    rng = np.random.default_rng(1)
    x, e = rng.normal(size=(2, N))
    found = ends_of(x, 3 * x + e, REPLICATE)
    assert (found.low.chance, found.high.chance) == pytest.approx((0.1, 0.1), abs=1e-4)
    assert found.high.input == pytest.approx(1.755, abs=4 * 0.4 / np.sqrt(N / 10))
    assert found.swing == pytest.approx(6 * 1.755, abs=4 * found.swing_se)
    assert found.swing_se == pytest.approx(np.sqrt(2 * (9 * 0.17 + 1) / (N / 10)), rel=0.7)


def test_few_values_are_levels_with_their_chances():
    x = np.repeat([1.0, 2.0, 7.0], [N // 2, N // 4, N // 4])
    y = np.where(x == 7, 10.0, x)
    order = np.random.default_rng(2).permutation(N)
    found = ends_of(x[order], y[order], REPLICATE)
    assert (found.low.input, found.low.mean, found.low.chance, found.low.by_level) == (1, 1, 0.5, True)
    assert (found.high.input, found.high.mean, found.high.chance) == (7, 10, 0.25)
    assert found.curve.tolist() == [1, 2, 10]


def test_an_event_is_two_levels():
    """Y = 5B - 1 + e with B ~ Bernoulli(.1): -1 and 4."""
    rng = np.random.default_rng(3)
    happens = (rng.uniform(size=N) < 0.1).astype(float)
    found = ends_of(happens, 5 * happens - 1 + rng.normal(size=N), REPLICATE)
    assert found.low.mean == pytest.approx(-1, abs=4 / np.sqrt(0.9 * N))
    assert found.high.mean == pytest.approx(4, abs=4 / np.sqrt(0.1 * N))
    assert found.high.chance == happens.mean()


def test_a_value_that_nearly_all_draws_have_is_one_end_and_the_others_the_other():
    rng = np.random.default_rng(4)
    x = np.where(rng.uniform(size=N) < 0.95, 0.0, rng.gamma(2.0, size=N))
    found = ends_of(x, x, REPLICATE)
    assert (found.low.input, found.low.mean) == (0, 0)
    assert found.high.chance == pytest.approx((x > 0).mean())
    assert found.high.mean == pytest.approx(x[x > 0].mean())


def test_draws_that_tie_with_the_last_of_an_end_are_in_it():
    x = np.round(np.random.default_rng(5).normal(size=N), 1)
    found = ends_of(x, x, REPLICATE)
    ordered = np.sort(x)
    assert found.low.chance == (x <= ordered[N // 10 - 1]).mean()
    assert found.high.chance == (x >= ordered[-(N // 10)]).mean()


def test_the_curve_follows_what_turns():
    x = np.random.default_rng(6).normal(size=N)
    found = ends_of(x, x**2, REPLICATE)
    assert abs(found.swing) < 4 * found.swing_se
    assert found.curve.min() < 0.1
    assert found.curve[0] > 3
    assert len(found.curve) == 20


def test_a_curve_of_noise_has_few_points():
    rng = np.random.default_rng(7)
    assert len(ends_of(rng.normal(size=N), rng.normal(size=N), REPLICATE).curve) == 5


def test_an_input_that_never_varies_is_alike_at_both_ends():
    y = np.random.default_rng(8).normal(size=N)
    found = ends_of(np.ones(N), y, REPLICATE)
    assert found.low == found.high
    assert found.swing == 0
