"""Quantiles read on a grid, against the exact functions they were made from."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr, ndtri

from sim.distributions.gridded import BITS, OCTAVES, OfProbability, OfScore

TAILS = np.concatenate([10.0 ** -np.linspace(0.31, 12, 3001), [0.5, 2.0**-54]])
U = np.concatenate([TAILS, 1 - TAILS[TAILS > 1e-12], np.random.default_rng(1).random(20_000)])


def off(found, u, law):
    """Error in probability, as a share of the tail."""
    upper = u > 0.5
    return np.where(upper, law.sf(found) / (1 - u), law.cdf(found) / u) - 1


LAWS = {
    "normal": (lambda z: 3 + 2 * z, stats.norm(3, 2)),
    "lognormal": (np.exp, stats.lognorm(1)),
    "uniform": (ndtr, stats.uniform()),
}


@pytest.mark.parametrize("name", LAWS)
def test_a_grid_gives_the_quantiles(name):
    exact, law = LAWS[name]
    grid = OfProbability(exact)
    assert grid.is_smooth
    assert np.abs(off(grid(U), U, law)).max() < 1e-9
    scores = OfScore(exact)
    assert scores.is_smooth
    assert np.abs(off(scores(ndtri(U)), U, law)).max() < 1e-9


@pytest.mark.parametrize("grid", [OfProbability(ndtr), OfScore(ndtr)])
def test_quantiles_never_fall(grid):
    u = np.sort(U)
    x = u if isinstance(grid, OfProbability) else ndtri(u)
    assert np.all(np.diff(grid(x)) >= -1e-12)


def test_what_lies_around_a_kink_or_beyond_the_grid_is_exact():
    def kinked(z):
        return np.where(z < 0.3, z, 0.3 + 5 * (z - 0.3))

    grid = OfScore(kinked)
    assert grid.is_smooth
    assert grid._cubics.rough.sum() == 1
    z = np.concatenate([np.linspace(0.29, 0.31, 1001), [-7.5, 6.9]])
    np.testing.assert_allclose(grid(z), kinked(z), rtol=1e-12)
    by_probability = OfProbability(kinked)
    near = np.concatenate([ndtr(z[:-2]), [2.0**-40, 1 - 2.0**-40]])
    np.testing.assert_allclose(by_probability(near), kinked(ndtri(near)), rtol=1e-9)


def test_a_step_is_not_smoothed():
    def step(z):
        return np.where(z < 0.1, 0.0, 1.0)

    z = np.linspace(0.0999, 0.1001, 101)
    assert set(OfScore(step)(z)) == {0.0, 1.0}
    np.testing.assert_array_equal(OfScore(step)(z), step(z))


def test_a_rough_function_is_not_read_on_a_grid():
    assert not OfScore(lambda z: np.floor(z * 400)).is_smooth
    assert not OfProbability(lambda z: np.floor(z * 400)).is_smooth


def test_every_cell_is_one_of_the_table():
    places = OfProbability(lambda z: z)._place(U)[0]
    assert places.min() >= 0
    assert places.max() == 2 * (OCTAVES << BITS) - 1
