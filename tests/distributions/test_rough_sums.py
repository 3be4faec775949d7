"""Sums of sizes that no fine grid suits: exact where values share a step, else against a simulation."""

from itertools import product

import numpy as np
import pytest

from sim.distributions import (
    Bernoulli,
    Binomial,
    Constant,
    Discrete,
    Empirical,
    Events,
    Gamma,
    Lognormal,
    Pareto,
    Poisson,
    StudentT,
    Weibull,
)
from sim.distributions.rough_sums import RoughSum

FINES = Discrete(values=(10_000, 50_000, 250_000), probabilities=(0.6, 0.3, 0.1))
COLUMN = Empirical(values=tuple(np.random.default_rng(1).lognormal(8, 1, 60).round(2).tolist()), method="resampled")
SIZES = {
    "resampled": COLUMN,
    "lognormal": Lognormal(median=1000, sigma=1.5),
    "very skewed": Lognormal(median=1000, sigma=2.5),
    "pareto": Pareto(low=1000, alpha=2.1),
    "both tails": StudentT(location=100, scale=50, df=3),
    "weibull": Weibull(scale=1000, shape=0.4),
    "near zero": Gamma(shape=0.05, scale=1000),
}


def every_sum(number, size):
    """All sums of a binomial number of sizes with few values, and their probabilities."""
    sums = {}
    counts = np.arange(0, 5)
    chances = np.diff(number.cdf(counts.astype(float)), prepend=0.0)
    for count, chance in zip(counts, chances, strict=True):
        for drawn in product(zip(size.values, size.probabilities, strict=True), repeat=int(count)):
            total = sum(value for value, _ in drawn)
            sums[total] = sums.get(total, 0.0) + chance * np.prod([p for _, p in drawn])
    return sums


def test_a_sum_of_fines_is_exact():
    """Up to four fines of three amounts: every combination added up by itself."""
    number = Binomial(n=4, p=0.4)
    law = Events(number=number, size=FINES)
    sums = every_sum(number, FINES)
    values = np.array(sorted(sums))
    expected = np.cumsum([sums[v] for v in values])
    np.testing.assert_allclose(law.cdf(values), expected, atol=1e-12)
    np.testing.assert_allclose(law.cdf(values - 1), np.append(0, expected[:-1]), atol=1e-12)
    middle = (np.append(0, expected[:-1]) + expected) / 2
    np.testing.assert_allclose(law.ppf(middle), values, rtol=1e-12)


def test_fixed_values_may_be_below_zero():
    number, size = Binomial(n=4, p=0.5), Discrete(values=(-3, 5), probabilities=(0.5, 0.5))
    sums = every_sum(number, size)
    values = np.array(sorted(sums))
    np.testing.assert_allclose(Events(number=number, size=size).cdf(values), np.cumsum([sums[v] for v in values]))


def test_a_number_of_hits_is_binomial_thinned():
    """A Poisson number of things of which each happens with 30 % is Poisson with 30 % of the mean."""
    law = Events(number=Poisson(mean=2), size=Bernoulli(p=0.3))
    counts = np.arange(10.0)
    np.testing.assert_allclose(law.cdf(counts), Poisson(mean=0.6).cdf(counts), atol=1e-12)


@pytest.mark.parametrize(("name", "mean"), [*((name, 2) for name in SIZES), ("resampled", 20), ("very skewed", 20)])
def test_rough_sums_agree_with_a_simulation(name, mean):
    size, n = SIZES[name], 100_000
    law = Events(number=Poisson(mean=mean), size=size)
    assert isinstance(law._sum, RoughSum)
    rng = np.random.default_rng(mean)
    numbers = rng.poisson(mean, n)
    drawn = np.append(size.ppf(rng.random(numbers.sum())), 0.0)
    sums = np.where(numbers, np.add.reduceat(drawn, np.append(0, np.cumsum(numbers)[:-1])), 0.0)
    at = np.quantile(sums, [0.25, 0.5, 0.75, 0.9, 0.99, 0.999])
    at = at[np.abs(at) > 20 * law._sum._step]  # a quantile is known to a step
    shares = np.searchsorted(np.sort(sums), at, side="right") / n
    error = np.sqrt(shares * (1 - shares) / n)
    assert (np.abs(law.cdf(at) - shares) < 4 * error + 1e-5).all()
    np.testing.assert_allclose(law.cdf(law.ppf(shares)), shares, atol=1e-5)


def test_the_tail_of_a_heavy_sum_is_that_of_one_large_size():
    """P(sum > x) approaches the mean number times P(size > x) (Foss, Korshunov and Zachary 2013)."""
    size = Pareto(low=1000, alpha=2.1)
    law = Events(number=Poisson(mean=2), size=size)
    far = np.array([1e6, 1e7])
    assert (1 - law.cdf(far)) / (2 * (1 - size.cdf(far))) == pytest.approx([1, 1], rel=0.02)


def test_nothing_happens_as_often_as_the_number_is_zero():
    for size in (SIZES["resampled"], SIZES["pareto"], SIZES["near zero"], SIZES["both tails"], FINES):
        law = Events(number=Poisson(mean=2), size=size)
        inside = np.array([0.3, 0.6]) * np.exp(-2)
        if size is not SIZES["both tails"]:
            assert law.ppf(inside).tolist() == [0, 0]
        assert float(law.cdf(np.zeros(1))[0] - law.below(0.0)) == pytest.approx(np.exp(-2), rel=1e-6)


def test_a_fixed_size_needs_no_grid():
    assert Events(number=Poisson(mean=2), size=Constant(value=3.0)).ppf(np.array([0.5])) == [6]
