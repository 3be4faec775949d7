"""Sums and products with a number or a size that is rarely far from its mean, or hardly varies: against Wald's moments.

The mean of a sum of N sizes X is E N E X, its variance E N Var X + Var N (E X)^2; that of a product follows from the
second moments (Wald 1944; for the moments see Klugman, Panjer and Willmot, "Loss Models", chapter 9).
"""

import numpy as np
import pytest
from scipy import stats

from sim.distributions.base import expectation
from sim.distributions.families import read_distribution
from sim.numbers.reading import Reading

GAMMA = {"dist": "gamma", "mean": 4, "sd": 2}
NARROW = {"dist": "uniform", "low": 1_000_000, "high": 1_000_001}


def mixture(*parts):
    return {"dist": "mixture", "parts": [{"weight": weight, "of": of} for weight, of in parts]}


def lump(x):
    law = {"dist": "student_t", "df": 5, "location": x, "scale": 1}
    return {"dist": "truncated", "of": law, "low": x - 1, "high": x + 1}


def poisson(mean):
    return {"dist": "poisson", "mean": mean}


APART = mixture((0.3, lump(0)), (0.7, lump(1000)))
COLUMN = {"dist": "empirical", "values": np.random.default_rng(1).uniform(1, 50, 40).round(2).tolist()}
LONG_TAIL = {"dist": "negative_binomial", "mean": 2, "sd": 12}
TWO_WORLDS = mixture((0.9, poisson(3)), (0.1, poisson(5000)))
RARELY_MANY = {"dist": "discrete", "values": [0, 1000], "probabilities": [0.999, 0.001]}
U = (np.arange(1 << 18) + 0.5) / (1 << 18)


def law_of(number, size, sizes="own"):
    return read_distribution({"dist": "events", "number": number, "size": size, "sizes": sizes}, Reading())


def rare(p, size):
    return {"dist": "event", "p": p, "size": size}


CASES = {
    "a long tail of numbers": (LONG_TAIL, {"dist": "uniform", "low": 0, "high": 101}),
    "rarely a thousand": (RARELY_MANY, GAMMA),
    "rarely many": (rare(0.002, poisson(500)), GAMMA),
    "nothing or most": ({"dist": "discrete", "values": [0, 9999]}, GAMMA),
    "a rare large size": (poisson(50), mixture((0.9999, 1.1), (0.0001, 1e6))),
    "sizes rarely other than 0": (poisson(2), rare(0.01, GAMMA)),
    "sizes rarely below 0": (poisson(2), rare(0.01, {"dist": "normal", "mean": -50, "sd": 3})),
    "one size, rarely other than 0": (1, rare(0.005, GAMMA)),
    "lumps, 300": (300, APART),
    "lumps, 1,000": (1000, APART),
    "one narrow size": (1, NARROW),
    "twelve narrow sizes": (12, NARROW),
    "a thousand narrow sizes": (1000, NARROW),
    "narrow and symmetric": (12, {"dist": "normal", "mean": 100_000, "sd": 1}),
    "steps and a gap": (poisson(0.5), mixture((0.97, GAMMA), (0.03, 1000))),
}  # fmt: skip


def moments(law):
    first = law.mean
    return first, expectation(lambda u: (law.ppf(u) - first) ** 2)


@pytest.mark.parametrize("name", CASES)
def test_a_sum_has_the_moments_of_wald(name):
    """The mean of the draws within 2e-4, their deviation within 4e-3 standard deviations of the sum."""
    law = law_of(*CASES[name])
    (number, of_number), (size, of_size) = moments(law.number), moments(law.size)
    spread = np.sqrt(number * of_size + of_number * size**2)
    x = law.ppf(U)
    assert law.mean == pytest.approx(number * size, rel=1e-9)
    assert abs(x.mean() - law.mean) < 2e-4 * spread
    assert x.std() == pytest.approx(spread, rel=4e-3)


@pytest.mark.parametrize(
    ("number", "size"),
    [({"dist": "negative_binomial", "mean": 100, "sd": 150}, GAMMA), (TWO_WORLDS, GAMMA), (LONG_TAIL, COLUMN)],
    ids=["skewed", "two worlds", "a column"],
)
def test_a_product_of_many_numbers_has_its_moments_and_its_zeros(number, size):
    law = law_of(number, size, "same")
    (first, of_first), (second, of_second) = moments(law.number), moments(law.size)
    spread = np.sqrt((of_first + first**2) * (of_second + second**2) - (first * second) ** 2)
    x = law.ppf(U)
    assert abs(x.mean() - first * second) < 1e-4 * spread
    assert x.std() == pytest.approx(spread, rel=3e-3)
    assert float(law.cdf(np.zeros(1))[0]) == pytest.approx(float(law.number.cdf(np.zeros(1))[0]), rel=1e-9)


def test_numbers_that_are_likely_stand_for_themselves():
    """Of a size between 100 and 101, sums of one, two and three are told apart, whatever else is possible."""
    law = law_of(TWO_WORLDS, {"dist": "uniform", "low": 100, "high": 101}, "same")
    upto = np.cumsum(0.9 * stats.poisson(3).pmf(range(6)) + 0.1 * stats.poisson(5000).pmf(range(6)))
    np.testing.assert_allclose(law.cdf(np.array([0.0, 101, 202, 303, 404])), upto[:5], rtol=1e-9)


def test_products_that_stand_alone_are_those_and_no_others():
    law = law_of({"dist": "geometric", "p": 0.005}, {"dist": "discrete", "values": [1, 7]}, "same")
    numbers = np.arange(1, 200)
    chance = 0.995 ** (numbers - 1) * 0.005
    exact = [chance[numbers <= x].sum() / 2 + chance[7 * numbers <= x].sum() / 2 for x in (1, 3, 7, 50)]
    np.testing.assert_allclose(law.cdf(np.array([1.0, 3, 7, 50])), exact, rtol=1e-9)
    assert set(law.ppf(U[:1000])) <= set(range(1, 100))


def test_a_rare_size_comes_as_often_as_it_does():
    """A thinned Poisson number: of a mean of 2, a thousandth."""
    law = law_of(poisson(2), rare(0.001, GAMMA))
    above = -np.expm1(-0.002)
    assert 1 - float(law.cdf(np.zeros(1))[0]) == pytest.approx(above, rel=1e-6)
    shape = stats.gamma(4, scale=1)
    assert float(law.ppf(np.array([1 - above / 2]))[0]) == pytest.approx(shape.median(), rel=2e-3)


@pytest.mark.parametrize("number", [poisson(0), {"dist": "binomial", "n": 0, "p": 0.5}, 0])
def test_a_number_of_nothing_is_nothing(number):
    assert set(law_of(number, GAMMA).ppf(U[::1000])) == {0.0}
    assert set(law_of(number, GAMMA, "same").ppf(U[::1000])) == {0.0}
