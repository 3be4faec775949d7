"""Sums of sizes that no fine grid suits: exact where values share a step, else against a simulation."""

from itertools import product

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.distributions import (
    Bernoulli,
    Binomial,
    Constant,
    Discrete,
    Empirical,
    Events,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    Pareto,
    Pert,
    Poisson,
    StudentT,
    Truncated,
    Uniform,
    Weibull,
)
from sim.distributions.rough_sums import RoughSum

FINES = Discrete(values=(10_000, 50_000, 250_000), probabilities=(0.6, 0.3, 0.1))
FINES_COUNTED = Discrete(values=(1, 2), probabilities=(0.5, 0.5))
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


@pytest.mark.parametrize("many", [1_000, 30_000, 1_000_000])
@pytest.mark.parametrize(
    "size",
    [
        Uniform(low=0, high=1),
        Uniform(low=100, high=101),
        Pert(low=10, mode=11, high=12),
        Normal(mean=10, sd=1),
        Lognormal(median=1, sigma=0.3),
    ],
    ids=["0 to 1", "100 to 101", "pert", "normal", "lognormal"],
)
def test_sums_of_very_many_sizes_have_their_mean_and_spread(many, size):
    """Wald's formulas, and the normal law that so many sizes add up to."""
    law = Events(number=many, size=size)
    u = (np.arange(4_096) + 0.5) / 4_096
    sizes = size.ppf((np.arange(65_536) + 0.5) / 65_536)
    spread = float(sizes.std()) * np.sqrt(many)
    x = law.ppf(u)
    assert abs(x.mean() - many * size.mean) < 1e-4 * spread
    assert x.std() == pytest.approx(spread, rel=2e-3)
    expected = many * size.mean + spread * stats.norm.ppf([0.1, 0.5, 0.9])
    np.testing.assert_allclose(law.ppf(np.array([0.1, 0.5, 0.9])), expected, atol=0.01 * spread)


def test_more_sizes_than_a_grid_adds_up_are_refused():
    with pytest.raises(ValidationError, match=r"up to 3,000,000 sizes of their own to add up \(at most 2,000,000"):
        Events(number=3_000_000, size=Uniform(low=0, high=1))


def test_a_cut_at_a_value_of_a_sum_on_a_lattice_keeps_it():
    two = Events(number=2, size=Discrete(values=(1, 2), probabilities=(0.5, 0.5)))
    assert Truncated(of=two, low=3).mean == pytest.approx(10 / 3)
    tenths = Events(number=2, size=Discrete(values=(0.1, 0.2), probabilities=(0.5, 0.5)))
    assert (tenths.below(0.3), float(tenths.cdf(np.array([0.3]))[0])) == pytest.approx((0.25, 0.75))
    assert Events(number=Events(number=Poisson(mean=2), size=FINES_COUNTED), size=1).mean == pytest.approx(3)


def test_a_cut_at_a_value_that_a_grid_spreads_is_refused():
    partly = Mixture(parts=({"weight": 0.5, "of": 2}, {"weight": 0.5, "of": Uniform(low=0, high=5)}))
    law = Events(number=Binomial(n=2, p=0.5), size=partly)
    for cut in ({"low": 2}, {"high": 2}, {"low": 4}):
        with pytest.raises(ValidationError, match="is a value with a probability of its own, of a sum"):
            Truncated(of=law, **cut)
    assert Truncated(of=law, low=1.99).ppf(np.array([1e-9]))[0] == pytest.approx(1.99, abs=1e-3)
    assert Truncated(of=law, low=2.5).mean > 2.5


def test_no_draw_of_a_sum_lies_beyond_what_is_possible():
    size = Mixture(
        parts=({"weight": 0.4, "of": 2}, {"weight": 0.3, "of": -1}, {"weight": 0.3, "of": Uniform(low=0, high=5)})
    )
    law = Events(number=Binomial(n=20, p=0.3), size=size)
    assert law.bounds == (-20, 100)
    x = law.ppf(np.array([2.0**-54, 1e-15, 1 - 2.0**-53]))
    assert -20 <= x.min() <= x.max() <= 100
    np.testing.assert_array_equal(law.cdf(np.array([-20.1, 100])), [0, 1])
