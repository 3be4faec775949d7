"""Where laws end by their own terms, and the tables of those with separate values."""

import numpy as np
import pytest

import sim.distributions as laws
from sim.distributions.steps import steps_of

PERT = laws.Pert(low=0, mode=5, high=20)
GAMMA = laws.Gamma(shape=2, scale=3)


@pytest.mark.parametrize(
    ("law", "bounds"),
    [
        (PERT, (0, 20)),
        (laws.Beta(a=2, b=3), (0, 1)),
        (GAMMA, (0, None)),
        (laws.StudentT(location=0, scale=1, df=4), (None, None)),
        (laws.Normal(mean=0, sd=1), (None, None)),
        (laws.TruncatedNormal(mean=0, sd=1, low=-1, high=3), (-1, 3)),
        (laws.Lognormal(median=3, sigma=0.4), (0, None)),
        (laws.Pareto(low=1, alpha=3, high=9), (1, 9)),
        (laws.Empirical(values=(1, 2, 9)), (1, 9)),
        (laws.Empirical(values=(1, 2, 9), method="smoothed"), (None, None)),
        (laws.Empirical(values=(1, 2, 9), method="smoothed", low=0), (0, None)),
        (laws.Shifted(of=PERT, by=3), (3, 23)),
        (laws.Truncated(of=PERT, low=2), (2, 20)),
        (laws.Truncated(of=laws.Normal(mean=0, sd=1), low=2), (2, None)),
        (laws.Maximum(of=PERT, copies=3), (0, 20)),
        (laws.Minimum(of=GAMMA, copies=3), (0, None)),
        (laws.EventSize(p=0.5, size=laws.Shifted(of=PERT, by=1)), (0, 21)),
        (laws.Mixture(parts=[{"weight": 0.5, "of": PERT}, {"weight": 0.5, "of": GAMMA}]), (0, None)),
    ],
)
def test_bounds_are_exact(law, bounds):
    assert law.bounds == bounds


@pytest.mark.parametrize(
    "law",
    [
        laws.Bernoulli(p=1e-4),
        laws.Discrete(values=(5, 1, 2)),
        laws.Poisson(mean=700),
        laws.Binomial(n=40, p=0.3),
        laws.Geometric(p=0.2),
        laws.Empirical(values=(1, 1, 4)),
        laws.Truncated(of=laws.Poisson(mean=3), low=2),
        laws.EventSize(p=0.2, size=laws.Discrete(values=(10, 50))),
        laws.Events(number=laws.Poisson(mean=1), size=laws.Discrete(values=(10, 50))),
    ],
)
def test_separate_values_come_with_the_laws_own_cdf(law):
    values, upto = steps_of(law)
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(upto, law.cdf(values), rtol=0, atol=1e-11)
    between = (values[1:] + values[:-1]) / 2
    np.testing.assert_allclose(law.cdf(between), upto[:-1], rtol=0, atol=1e-11)
    u = np.random.default_rng(1).random(2_000)
    np.testing.assert_array_equal(values[np.searchsorted(upto, u)], law.ppf(u))


@pytest.mark.parametrize("law", [PERT, laws.Normal(mean=0, sd=1), laws.EventSize(p=0.3, size=PERT)])
def test_what_lies_close_has_no_table(law):
    assert steps_of(law) is None
