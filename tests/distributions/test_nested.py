import pickle

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import special, stats

from sim.distributions import (
    Beta,
    Binomial,
    Events,
    EventSize,
    Exponential,
    Gamma,
    Lognormal,
    Maximum,
    Minimum,
    Mixture,
    Normal,
    Pareto,
    Poisson,
    Shifted,
    StudentT,
    Truncated,
    Uniform,
    read_distribution,
)
from sim.distributions.compound import MOST_ADDED, few_of
from sim.distributions.tabulated import MOST_PIECES, Tabulated
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading

U = np.concatenate([[1e-9, 1e-6], np.linspace(0.0005, 0.9995, 2000), [1 - 1e-6, 1 - 1e-9]])


def two_stories():
    return Mixture(
        parts=({"weight": "70%", "of": Lognormal(median=10, sigma=0.5)}, {"weight": 0.3, "of": Normal(mean=50, sd=5)})
    )


def poisson_sum(mean, at_most):
    """The CDF of a Poisson number of sizes, from that of n of them."""
    law = stats.poisson(mean)
    return lambda x: sum(law.pmf(n) * (at_most(n, x) if n else 1) for n in range(int(law.isf(1e-15)) + 2))


MADE = {
    "mixture": (two_stories(), lambda x: 0.7 * stats.lognorm(0.5, scale=10).cdf(x) + 0.3 * stats.norm(50, 5).cdf(x)),
    "truncated": (
        Truncated(of=StudentT(df=4, location=1, scale=2), low=0, high=9),
        lambda x: (stats.t(4, 1, 2).cdf(x) - stats.t(4, 1, 2).cdf(0)) / np.diff(stats.t(4, 1, 2).cdf([0, 9]))[0],
    ),
    "shifted": (Shifted(of=Exponential(mean=3), by=-2), stats.expon(-2, 3).cdf),
    "maximum": (Maximum(of=Gamma(shape=2, scale=3), copies=5), lambda x: stats.gamma(2, scale=3).cdf(x) ** 5),
    "minimum": (Minimum(of=Gamma(shape=2, scale=3), copies=5), lambda x: 1 - stats.gamma(2, scale=3).sf(x) ** 5),
    "maximum of a cut law": (
        Maximum(of=Truncated(of=Exponential(mean=1), high=2), copies=3),
        lambda x: (stats.expon.cdf(x) / stats.expon.cdf(2)) ** 3,
    ),
    "sum of exponentials": (
        Events(number=Poisson(mean=2.5), size=Exponential(mean=3)),
        poisson_sum(2.5, lambda n, x: special.gammainc(n, x / 3)),
    ),
    "large sum": (
        Events(number=Poisson(mean=200), size=Gamma(shape=2, scale=1)),
        poisson_sum(200, lambda n, x: special.gammainc(2 * n, x)),
    ),
    "two of a box": (
        Events(number=2, size=Uniform(low=0, high=1)),
        lambda x: np.where(x < 1, x**2 / 2, 1 - (2 - x) ** 2 / 2),
    ),
    "number times one size": (
        Events(number=Poisson(mean=2.5), size=Gamma(shape=2, scale=1), sizes="same"),
        poisson_sum(2.5, lambda n, x: special.gammainc(2, x / n)),
    ),
}
every_made = pytest.mark.parametrize(("law", "cdf"), MADE.values(), ids=MADE)


@every_made
def test_quantiles_have_the_probability_asked_for(law, cdf):
    x = law.ppf(U)
    above = x > 0 if isinstance(law, Events) else slice(None)
    np.testing.assert_allclose(cdf(x)[above], U[above], atol=1e-8)
    assert np.all(np.diff(x) >= 0)


@every_made
def test_means_are_those_of_many_quantiles(law, cdf):
    middle = (np.arange(200_000) + 0.5) / 200_000
    assert law.mean == pytest.approx(law.ppf(middle).mean(), rel=2e-5)


@every_made
def test_made_laws_survive_the_way_to_another_process(law, cdf):
    law.ppf(U)
    copy = pickle.loads(pickle.dumps(law))
    assert copy == law
    np.testing.assert_array_equal(copy.ppf(U), law.ppf(U))


@every_made
def test_a_file_can_write_them(law, cdf):
    assert read_distribution(law.model_dump(by_alias=True, exclude_none=True), Reading()) == law


def test_values_of_a_mixture_are_exactly_those_of_its_parts():
    law = Mixture(parts=({"weight": 0.6, "of": Poisson(mean=3)}, {"weight": 0.4, "of": 7.3}))
    x = law.ppf(U)
    assert set(x) <= {*range(60), 7.3}
    assert np.mean(x == 7.3) == pytest.approx(0.4, abs=1e-3)


def test_a_cut_renormalises_and_never_piles_up():
    x = Truncated(of=Normal(mean=0, sd=1), low=-1, high=0.5).ppf(U)
    assert np.all(np.diff(x) > 0)
    assert -1 < x[0] < x[-1] < 0.5
    assert x[1001] == pytest.approx(stats.truncnorm(-1, 0.5).ppf(U[1001]))


def test_an_event_is_zero_unless_it_happens():
    law = EventSize(p=0.05, size=Uniform(low=10, high=20))
    np.testing.assert_allclose(law.ppf(np.array([0.5, 0.95, 0.975])), [0, 0, 15])
    assert law.mean == pytest.approx(0.75)


def test_an_event_may_go_either_way():
    law = EventSize(p=0.5, size=Normal(mean=0, sd=1))
    np.testing.assert_allclose(law.ppf(np.array([0.125, 0.5, 0.875])), stats.norm.ppf([0.25, 0.5, 0.75]), atol=1e-12)


def test_a_rare_event_stays_visible_in_a_tornado():
    assert EventSize(p=0.05, size=Uniform(low=10, high=20)).swing == pytest.approx((0, 15))
    assert Poisson(mean=0.05).swing == (0, 1)


def test_equal_sizes_multiply_the_number():
    law = Events(number=Poisson(mean=3), size=-200)
    np.testing.assert_array_equal(law.ppf(U), -200 * Poisson(mean=3).ppf(1 - U))


def test_numbers_inside_are_read_as_the_input_and_counts_as_counts():
    law = {"dist": "events", "number": {"dist": "poisson", "mean": 3}, "size": "5%"}
    assert read_distribution(law, Reading(kind=Kind.RATE)).mean == pytest.approx(0.15)


def test_a_million_tries_times_one_size_are_as_if_every_number_were_weighed():
    """Two numbers in each of many ranges stand for all of them; held against the sum over all."""
    tries, size = Binomial(n=1_000_000, p=0.5), Lognormal(median=2, sigma=0.6)
    law = Events(number=tries, size=size, sizes="same")
    assert law.cost <= 1_000
    x = law.ppf(np.array([0.001, 0.1, 0.5, 0.9, 0.999]))
    numbers = np.arange(496_000, 504_001.0)
    chances = stats.binom(1_000_000, 0.5).pmf(numbers)
    exact = [float(chances @ size.cdf(each / numbers)) for each in x]
    np.testing.assert_allclose(exact, [0.001, 0.1, 0.5, 0.9, 0.999], rtol=1e-8)


@pytest.mark.parametrize("mean", [5_000, 300_000])
def test_few_numbers_keep_four_moments_of_many(mean):
    law = stats.nbinom(*(1.2, 1.2 / (1.2 + mean))) if mean == 5_000 else stats.poisson(mean)
    numbers = np.arange(law.ppf(1e-4), law.ppf(1 - 1e-4) + 1)
    few, weights = few_of(numbers, law.pmf(numbers), 1_000)
    assert few.size <= 1_000
    middle = float(law.mean())
    for power in range(4):
        whole = law.pmf(numbers) @ ((numbers - middle) / law.std()) ** power
        assert weights @ ((few - middle) / law.std()) ** power == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_copies_of_copies_are_the_copies_of_all():
    beta = Beta(a=8, b=3)
    twice = Maximum(of=Maximum(of=beta, copies=2), copies=30)
    np.testing.assert_allclose(twice.ppf(U), Maximum(of=beta, copies=60).ppf(U), rtol=1e-12)
    story = Mixture(parts=({"weight": 0.5, "of": twice}, {"weight": 0.5, "of": 0.2}))
    assert story._table.size < 5_000
    np.testing.assert_allclose(story.ppf(np.array([0.75, 0.9])), stats.beta(8, 3).ppf(np.array([0.5, 0.8]) ** (1 / 60)))


def test_a_law_of_ever_more_steps_gets_a_table_of_bounded_size():
    """A hundred thousand steps cannot all be closed in on: lines through them err by less than what is left of each."""
    table = Tabulated(lambda x: special.ndtri(np.floor(1e5 * x) / 1e5), np.linspace(0, 1, 65))
    assert table.size <= 2 * MOST_PIECES
    u = np.linspace(0.001, 0.999, 999)
    np.testing.assert_allclose(table(u), u, atol=1e-4)


def test_costly_sizes_are_added_up_as_simple_ones_are():
    """The same law in a costly dress, thirty equal parts: its CDF is looked up."""
    plain = Gamma(shape=2, scale=1)
    dressed = Mixture(parts=[{"weight": 1 / 30, "of": plain}] * 30)
    direct, looked = (Events(number=Poisson(mean=3), size=size) for size in (plain, dressed))
    assert dressed.cost > MOST_ADDED
    u = np.linspace(0.06, 0.999, 200)
    np.testing.assert_allclose(looked.ppf(u), direct.ppf(u), rtol=1e-6)


def test_a_law_is_read_without_the_tables_that_only_draws_need():
    law = {
        "dist": "events",
        "number": {"dist": "poisson", "mean": 2},
        "size": {"dist": "gamma", "shape": 2, "scale": 1},
    }
    found = read_distribution({"dist": "mixture", "parts": [{"weight": 1, "of": law}]}, Reading())
    assert "_table" not in vars(found)
    assert "_sum" not in vars(found.parts[0].of)
    assert found.bounds == (0, None)


REFUSED = [
    (Mixture, {"parts": ({"weight": 0.5, "of": 1}, {"weight": 0.4, "of": 2})}, "weights add up to 90%"),
    (Mixture, {"parts": ({"weight": 1, "of": "adoption"},)}, "the name 'adoption' cannot stand inside"),
    (Truncated, {"of": Normal(mean=0, sd=1)}, "nothing is cut off"),
    (Truncated, {"of": Normal(mean=0, sd=1), "low": 2, "high": 1}, "low 2 is not below high 1"),
    (Truncated, {"of": Normal(mean=0, sd=1), "low": 9}, "leaves next to nothing .* runs from -5.99"),
    (Maximum, {"of": Normal(mean=0, sd=1), "copies": 2.5}, "copies is 2.5"),
    (EventSize, {"p": 0.5, "size": {"dist": "gama", "shape": 1}}, "unknown distribution 'gama'.*gamma"),
    (EventSize, {"p": 0.5, "size": {"dist": "gamma", "shape": 1}}, "(?s)size.*shape does not name one gamma"),
    (Maximum, {"of": Maximum(of=Normal(mean=0, sd=1), copies=1e6), "copies": 1e6}, "no digits are left"),
    (
        Events,
        {
            "number": Binomial(n=1e6, p=0.5),
            "size": Events(number=Binomial(n=1e6, p=0.5), size=Normal(mean=1, sd=1), sizes="same"),
            "sizes": "same",
        },
        "takes some .* values of simple laws .*say it more simply",
    ),
    (Events, {"number": 1.5, "size": Normal(mean=0, sd=1)}, "number is not always whole"),
    (Events, {"number": Normal(mean=0, sd=1), "size": 1}, "number reaches down to"),
    (Events, {"number": Poisson(mean=1e8), "size": 1}, "different numbers"),
    (Events, {"number": Poisson(mean=3), "size": Pareto(low=1, alpha=1.2)}, "no finite variance"),
    (Events, {"number": Poisson(mean=3), "size": Pareto(low=1, alpha=2.0)}, "no finite variance"),
    (Events, {"number": Poisson(mean=3), "size": StudentT(location=0, scale=1, df=2)}, "no finite variance"),
]


@pytest.mark.parametrize(("family", "fields", "message"), REFUSED)
def test_impossible_laws_are_refused_with_what_is_wrong(family, fields, message):
    with pytest.raises(ValidationError, match=message):
        family(**fields)


def test_laws_nest_only_so_deep():
    law = {"dist": "uniform", "low": 0, "high": 1}
    for _ in range(6):
        law = {"dist": "shifted", "of": law, "by": 1}
    with pytest.raises(ValueError, match="more than 6 deep"):
        read_distribution(law, Reading())
