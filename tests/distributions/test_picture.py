"""The small shapes of laws and draws: exact shares, values drawn as bars, blocks for terminals."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.distributions import Bernoulli, Discrete, EventSize, Lognormal, Normal, Pert, Uniform
from sim.distributions.picture import CELLS, Picture, blocks


@pytest.mark.parametrize(
    ("law", "exact"),
    [
        (Normal(mean=3, sd=2), stats.norm(3, 2)),
        (Lognormal(median=1, sigma=1.5), stats.lognorm(1.5)),
        (Pert(low=0, mode=1, high=10), stats.beta(1.4, 4.6, scale=10)),
    ],
)
def test_shares_are_those_of_the_law(law, exact):
    picture = Picture(law)
    assert picture.ends == pytest.approx(exact.ppf([0.005, 0.995]), rel=1e-8)
    assert picture.cumulative == pytest.approx(exact.cdf(picture.edges), abs=2e-5)
    assert picture.shares.sum() == pytest.approx(0.99, abs=1e-6)


def test_a_law_of_few_values_is_bars_at_its_values():
    picture = Picture(Discrete(values=(0, 5, 20), probabilities=(0.2, 0.5, 0.3)))
    assert picture.values.tolist() == [0, 5, 20]
    assert picture.masses == pytest.approx([0.2, 0.5, 0.3], abs=1e-3)
    assert np.flatnonzero(picture.shares).tolist() == [0, 12, CELLS - 1]


def test_a_rare_event_is_seen():
    assert blocks(Picture(Bernoulli(p=0.003)).shares) == "█" + " " * 14 + "▁"


def test_a_value_with_a_mass_beside_a_range_counts_where_it_stands():
    law = EventSize(p=0.2, size=Uniform(low=1, high=10))
    shares = Picture(law).shares
    assert shares[0] == pytest.approx(0.8, abs=2e-3)
    assert shares.sum() == pytest.approx(0.995, abs=2e-3)


def test_draws_fall_into_the_cells_of_the_law():
    u = (np.arange(200_000) + 0.5) / 200_000
    for law in (Normal(mean=0, sd=1), Uniform(low=2, high=3), Discrete(values=(0, 5, 20))):
        picture = Picture(law)
        assert picture.counted(law.ppf(u)) == pytest.approx(picture.shares, abs=1e-3)


def test_draws_are_counted_in_parts_and_those_beyond_the_ends_left_out():
    picture = Picture(Uniform(low=0, high=1))
    draws = np.random.default_rng(1).random(150_000)
    low, high = picture.ends
    expected = np.histogram(draws, bins=CELLS, range=(low, high))[0] / draws.size
    assert np.abs(picture.counted(draws) - expected).max() <= 1 / draws.size  # one draw at an edge
    assert picture.counted(np.array([-5.0, 7.0])).sum() == 0


@pytest.mark.parametrize(
    ("shares", "shown"),
    [([0, 0, 0, 0], "    "), ([1, 1, 1, 1], "████"), ([0.001, 0, 0.5, 1], "▁ ▄█"), ([math.pi, 0, 0, 0], "█   ")],
)
def test_blocks(shares, shown):
    assert blocks(np.array(shares, dtype=float), width=4) == shown
