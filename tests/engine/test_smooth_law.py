"""The distribution function of a law as a table."""

import numpy as np
import pytest
from scipy import integrate, stats

import sim
from sim.distributions import Constant, EventSize, Truncated
from sim.engine.smooth.law import StepsError, chances

X = np.linspace(0, 1, 2001)[1:-1]

LAWS = {
    "uniform": (sim.Uniform(low=1, high=3), stats.uniform(1, 2)),
    "triangular": (sim.Triangular(low=0, mode=3, high=9), stats.triang(1 / 3, 0, 9)),
    "pert": (sim.Pert(low=0, mode=3, high=9), stats.beta(1 + 4 / 3, 5 - 4 / 3, 0, 9)),
    "normal": (sim.Normal(mean=1, sd=2), stats.norm(1, 2)),
    "lognormal": (sim.Lognormal(median=1.2, sigma=0.3), stats.lognorm(0.3, scale=1.2)),
    "beta": (sim.Beta(a=2, b=5), stats.beta(2, 5)),
    "gamma": (sim.Gamma(shape=0.5, scale=2), stats.gamma(0.5, scale=2)),
    "weibull": (sim.Weibull(shape=1.5, scale=2), stats.weibull_min(1.5, scale=2)),
    "gumbel": (sim.Gumbel(location=1, scale=2), stats.gumbel_r(1, 2)),
    "student_t": (sim.StudentT(df=5, location=1, scale=2), stats.t(5, 1, 2)),
    "pareto": (sim.Pareto(low=1, alpha=4), stats.pareto(4)),
    "truncated": (Truncated(of=sim.Normal(mean=0, sd=1), low=-1, high=2), stats.truncnorm(-1, 2)),
    "histogram": (
        sim.Histogram(edges=(0, 1, 2, 5), weights=(1, 0, 3)),
        stats.rv_histogram(([1, 0, 1], [0, 1, 2, 5]), density=True),
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_table_is_the_distribution_function_in_the_middle_and_in_both_tails(name):
    law, known = LAWS[name]
    u = np.concatenate([X, 10 ** np.linspace(-12, -3, 500)])
    low, high = known.ppf(u), known.isf(u)
    assert np.abs(chances(law)(low) - u).max() < 2e-9
    assert (np.abs(chances(law)(low) / u - 1) < 2e-9 + 1e-14 / u).all()
    assert (np.abs((1 - chances(law)(high)) / u - 1) < 2e-9 + 1e-14 / u).all()


@pytest.mark.parametrize("name", LAWS)
def test_mean_and_variance_of_the_table_and_of_its_gauss_rule_are_those_of_the_law(name):
    law, known = LAWS[name]
    table = chances(law)
    values, weights = table.rule
    mean, variance = known.stats("mv") if name != "histogram" else (2.75, 0.25 / 3 + 0.75 * 13 - 2.75**2)
    tolerance = 1e-5 if name == "pareto" else 1e-7 if name == "student_t" else 1e-9  # tails beyond 2^-54 are not drawn
    assert table.mean == pytest.approx(float(mean), rel=1e-9)
    assert table.variance == pytest.approx(float(variance), rel=tolerance)
    assert weights @ values == pytest.approx(float(mean), rel=tolerance)
    assert weights @ (values - table.mean) ** 2 == pytest.approx(float(variance), rel=tolerance)
    assert weights.sum() == pytest.approx(1, abs=1e-12)


def test_the_gauss_rule_integrates_what_is_smooth():
    values, weights = chances(sim.Uniform(low=1, high=3)).rule
    assert weights @ (1 / values) == pytest.approx(np.log(3) / 2, rel=1e-12)


def test_density_is_that_of_the_law_and_zero_beyond_its_ends():
    law, known = LAWS["pert"]
    x = 9 * X
    assert chances(law).with_density(x)[1] == pytest.approx(known.pdf(x), rel=1e-5, abs=1e-9)
    below, density = chances(law).with_density(np.array([-np.inf, -1.0, 10.0, np.inf]))
    assert list(below) == [0, 0, 1, 1]
    assert list(density) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "law",
    [
        Constant(value=3),
        sim.Bernoulli(p=1e-6),
        sim.Poisson(mean=4),
        sim.Discrete(values=(0, 1, 4)),
        sim.Empirical(values=(1, 2, 3)),
        EventSize(p=0.3, size=sim.Uniform(low=1, high=2)),
        EventSize(p=0.3, size=sim.Uniform(low=-1, high=2)),
    ],
    ids=lambda law: law.dist,
)
def test_laws_with_steps_are_refused(law):
    with pytest.raises(StepsError):
        chances(law)


def test_a_variance_that_may_be_infinite_is_none():
    assert np.isnan(chances(sim.Pareto(low=1, alpha=1.5)).variance)


@pytest.mark.parametrize("name", ["pert", "normal", "lognormal", "gamma"])
def test_the_mean_below_a_value_is_that_of_quadrature(name):
    law, known = LAWS[name]
    for u in (1e-6, 0.1, 0.5, 0.99):
        x = float(known.ppf(u))
        exact, _ = integrate.quad(known.ppf, 0, u, epsabs=1e-12, epsrel=1e-12, limit=500)
        assert chances(law).mean_below(np.array([x]))[0] == pytest.approx(exact, abs=1e-8)
    ends = chances(law).mean_below(np.array([-np.inf, np.inf]))
    assert list(ends) == [0, chances(law).mean]
