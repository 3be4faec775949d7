"""Fits recover the parameters of simulated data, agree with scipy, and their p-values are uniform under the null."""

import numpy as np
import pytest
import yaml
from scipy import stats

from sim.distributions import Beta, Lognormal, Normal, Pert, Triangular, Uniform, family_named
from sim.distributions.counts import Binomial, Geometric, NegativeBinomial, Poisson
from sim.distributions.fitting.candidates import CANDIDATES
from sim.distributions.fitting.fit import FITTED, assessed, rank
from sim.distributions.fitting.goodness import distances, scaled
from sim.distributions.fitting.paste import yaml_of
from sim.distributions.positive import Exponential, Gamma, LogUniform, Pareto, Weibull
from sim.distributions.tails import Gumbel, StudentT
from sim.errors import DataError
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading

SHARE = (0.0, 1.0)
RANGE = (2.0, 10.0)
LAWS = {
    "normal": (Normal(mean=4, sd=2), (None, None)),
    "lognormal": (Lognormal(median=4, sigma=0.5), (None, None)),
    "gamma": (Gamma(shape=3, scale=2), (None, None)),
    "weibull": (Weibull(shape=1.7, scale=5), (None, None)),
    "exponential": (Exponential(mean=3), (None, None)),
    "student_t": (StudentT(df=4, location=1, scale=2), (None, None)),
    "gumbel": (Gumbel(location=3, scale=2), (None, None)),
    "beta": (Beta(a=3, b=9), SHARE),
    "pert": (Pert(low=2, mode=4, high=10), RANGE),
    "triangular": (Triangular(low=2, mode=4, high=10), RANGE),
    "poisson": (Poisson(mean=6), (None, None)),
    "negative_binomial": (NegativeBinomial(successes=4, p=0.3), (None, None)),
    "geometric": (Geometric(p=0.2), (None, None)),
    "pareto": (Pareto(low=2, alpha=2.5), (None, None)),
}
every_law = pytest.mark.parametrize(("name", "law", "bounds"), [(n, *found) for n, found in LAWS.items()], ids=LAWS)


def candidate(name):
    return next(c for c in CANDIDATES if c.name == name)


def samples(law, shape, seed):
    return law.ppf(np.random.default_rng(seed).random(shape))


def theta_of(name, law, bounds, values):
    """Parameters fitted to rows of values, (k, r)."""
    c = candidate(name)
    return np.array([p[:, 0] for p in c.estimate(scaled(c, values, bounds))])


@every_law
def test_estimates_recover_the_parameters_within_4_standard_errors(name, law, bounds):
    """200 samples of 400 values: the mean estimate, against its own standard error and a bias of order 1/n."""
    found = theta_of(name, law, bounds, samples(law, (200, 400), 5))
    large = theta_of(name, law, bounds, samples(law, (1, 200_000), 6))[:, 0]
    true = {
        "normal": (4, 2), "lognormal": (np.log(4), 0.5), "gamma": (3, 2), "weibull": (1.7, 5), "exponential": (3,),
        "student_t": (4, 1, 2), "gumbel": (3, 2), "beta": (3, 9), "pert": (0.25,), "triangular": (0.25,),
        "poisson": (6,), "negative_binomial": (4, 0.3), "geometric": (0.2,), "pareto": (2, 2.5),
    }[name]  # fmt: skip
    spread = found.std(axis=1, ddof=1)
    assert np.all(np.abs(large - true) <= 4 * spread * np.sqrt(400 / 200_000) + 1e-4), (large, true)
    if name == "pareto":  # no sample reaches the lowest value itself
        found, true, spread = found[1:], true[1:], spread[1:]
    assert np.all(np.abs(np.median(found, axis=1) - true) <= 4 * 1.2533 * spread / np.sqrt(200) + 0.15 * spread)


SCIPY = {
    "normal": lambda x: stats.norm(*stats.norm.fit(x)),
    "lognormal": lambda x: stats.lognorm(*stats.lognorm.fit(x, floc=0)),
    "gamma": lambda x: stats.gamma(*stats.gamma.fit(x, floc=0)),
    "weibull": lambda x: stats.weibull_min(*stats.weibull_min.fit(x, floc=0)),
    "exponential": lambda x: stats.expon(*stats.expon.fit(x, floc=0)),
    "student_t": lambda x: stats.t(*stats.t.fit(x)),
    "gumbel": lambda x: stats.gumbel_r(*stats.gumbel_r.fit(x)),
    "beta": lambda x: stats.beta(*stats.beta.fit(x, floc=0, fscale=1)),
}


@pytest.mark.parametrize("name", SCIPY)
def test_likelihood_is_that_of_scipy_s_fit_or_better(name):
    law, bounds = LAWS[name]
    x = samples(law, 150, 8)
    fit = rank(x, bounds=bounds, families=[name]).fits[0]
    theirs = SCIPY[name](x)
    assert fit.log_likelihood >= theirs.logpdf(x).sum() - 1e-6
    assert fit.log_likelihood == pytest.approx(theirs.logpdf(x).sum(), abs=1e-3)
    assert fit.ks == pytest.approx(stats.kstest(x, theirs.cdf).statistic, abs=1e-4)


@every_law
def test_nearby_parameters_are_less_likely(name, law, bounds):
    c = candidate(name)
    x = scaled(c, samples(law, (1, 300), 9), bounds)
    theta = c.estimate(x)
    best = c.log_density(x, theta).sum()
    for place in range(1 if name == "pareto" else 0, len(theta)):  # the lowest value bounds the Pareto's own
        for factor in (0.99, 1.01):
            other = tuple(t * factor if n == place else t for n, t in enumerate(theta))
            assert c.log_density(x, other).sum() <= best + 1e-9


@every_law
def test_densities_and_cdfs_are_those_of_the_law_that_runs(name, law, bounds):
    x = samples(law, 200, 10)
    c, fit = candidate(name), rank(x, bounds=bounds, families=[name]).fits[0]
    z = scaled(c, x[None, :], bounds)
    np.testing.assert_allclose(c.cdf(z, c.estimate(z))[0], fit.distribution.cdf(x), rtol=1e-7, atol=1e-9)
    if c.whole:
        mass = fit.distribution.cdf(x) - fit.distribution.cdf(x - 1)
        assert fit.log_likelihood == pytest.approx(np.log(mass).sum(), rel=1e-8)
    else:
        step = 1e-5 * x.std()
        slope = (np.asarray(fit.distribution.cdf(x + step)) - fit.distribution.cdf(x - step)) / (2 * step)
        inside = (x - step > x.min()) & (x + step < x.max())
        low, high = bounds if c.scaled else (0, 1)
        mine = c.log_density(z, c.estimate(z))[0] - np.log(high - low)
        assert fit.log_likelihood == pytest.approx(mine.sum())
        np.testing.assert_allclose(np.exp(mine)[inside], slope[inside], rtol=2e-4)


def test_the_triangular_mode_is_the_best_of_all_modes():
    c = candidate("triangular")
    for seed in range(20):
        z = np.random.default_rng(seed).triangular(0, 0.3, 1, (1, 12))
        (mode,) = c.estimate(z)
        every = [c.log_density(z, (np.array([[m]]),)).sum() for m in np.linspace(0.001, 0.999, 2000)]
        assert c.log_density(z, (mode,)).sum() >= max(every) - 1e-12


def test_binomial_counts_the_tries():
    x = samples(Binomial(n=20, p=0.4), 2000, 11)
    law = rank(x, families=["binomial"]).fits[0].distribution
    n = law.n
    assert abs(n - 20) <= 4 * 1.06  # standard deviation over 300 samples of this size
    assert law.p == pytest.approx(x.mean() / n)
    trial = [stats.binom.logpmf(x, k, x.mean() / k).sum() for k in range(int(x.max()), 60)]
    assert n == x.max() + int(np.argmax(trial))


def test_log_uniform_and_uniform_take_the_ends():
    x = samples(LogUniform(low=1, high=100), 300, 12)
    law = rank(x, families=["log_uniform"]).fits[0].distribution
    assert (law.low, law.high) == (x.min(), x.max())
    fit = rank(x, bounds=(0, 200), families=["uniform"]).fits[0]
    assert fit.distribution == Uniform(low=0, high=200)
    assert fit.log_likelihood == pytest.approx(-300 * np.log(200))


def test_a_family_that_ends_at_a_value_seen_must_be_named_and_has_no_anderson_darling():
    x = samples(Pareto(low=2, alpha=2.5), 100, 4)
    ranking = rank(x)
    assert not {"log_uniform", "pareto"} & {f.family for f in ranking.fits}
    assert {name for name, why in ranking.refused if "AIC flatters" in why} == {"log_uniform", "pareto"}
    pareto = assessed(rank(x, families=["pareto"]).fits[0], bounds=(None, None))
    assert (pareto.family, pareto.ad, pareto.ad_p, pareto.rejected) == ("pareto", np.inf, None, False)


def test_information_criteria_by_hand():
    x = samples(Normal(mean=0, sd=1), 100, 13)
    fit = rank(x, families=["normal"]).fits[0]
    likelihood = -50 * (np.log(2 * np.pi * x.var()) + 1)
    assert fit.log_likelihood == pytest.approx(likelihood)
    assert fit.aic == pytest.approx(4 - 2 * likelihood)
    assert fit.bic == pytest.approx(2 * np.log(100) - 2 * likelihood)


def test_anderson_darling_is_scipy_s():
    x = samples(Normal(mean=3, sd=2), 80, 14)
    fit = rank(x, families=["normal"]).fits[0]
    z = np.sort((x - x.mean()) / x.std())
    rank_ = np.arange(1, 81)
    ad = -80 - np.mean((2 * rank_ - 1) * (stats.norm.logcdf(z) + stats.norm.logsf(z[::-1])))
    assert fit.ad == pytest.approx(ad, rel=1e-9)
    discrete = candidate("poisson")
    counts = np.array([[0, 1, 1, 2, 4]], dtype=float)
    below = stats.poisson.cdf([0, 1, 2, 3, 4], 1.6)
    seen = np.array([0.2, 0.6, 0.8, 0.8, 1.0])
    chance = stats.poisson.pmf([0, 1, 2, 3, 4], 1.6)
    ks, ad_found = distances(discrete, counts, (np.array([[1.6]]),))
    assert ks[0] == pytest.approx(np.abs(seen - below).max())
    assert ad_found[0] == pytest.approx(5 * np.sum((seen - below) ** 2 * chance / (below * (1 - below))))


@pytest.mark.parametrize("name", ["normal", "weibull", "poisson"])
def test_p_values_are_uniform_when_the_family_is_right(name):
    """60 samples: the mean p is 1/2 within 4 standard errors of 1/sqrt(12 x 60); a plain table would give 0.8."""
    law, bounds = LAWS[name]
    found = [
        assessed(rank(samples(law, 40, seed), families=[name]).fits[0], bounds=bounds, seed=seed) for seed in range(60)
    ]
    lumps = 0.05 if name == "poisson" else 0.0  # ties of discrete statistics push p upwards
    for p in ([f.ks_p for f in found], [f.ad_p for f in found]):
        assert abs(np.mean(p) - 0.5) <= 4 / np.sqrt(12 * 60) + lumps


def test_the_normal_s_p_value_is_that_of_the_published_table():
    """D'Agostino and Stephens (1986), table 4.7: modified A² of 0.752 has p = 0.05 with both parameters fitted."""
    rng = np.random.default_rng(3)
    for _ in range(400):
        fit = rank(rng.gamma(6, 1, 100), families=["normal"]).fits[0]
        if abs(fit.ad * (1 + 0.75 / 100 + 2.25 / 100**2) - 0.752) < 0.01:
            break
    p = assessed(fit, bounds=(None, None), seed=1).ad_p
    assert p == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 999) + 0.003)


def test_a_wrong_family_is_rejected_and_the_right_one_leads():
    x = samples(Lognormal(median=100, sigma=1.0), 300, 15)
    ranking = rank(x)
    assert ranking.fits[0].family == "lognormal"
    normal = next(f for f in ranking.fits if f.family == "normal")
    assert assessed(normal, bounds=(None, None), seed=1).rejected


def test_the_same_seed_gives_the_same_p_value():
    fit = rank(samples(Normal(mean=0, sd=1), 50, 1), families=["gumbel"]).fits[0]
    first, again, other = (assessed(fit, bounds=(None, None), seed=seed) for seed in (4, 4, 5))
    assert first == again
    assert first.ks_p != other.ks_p


def test_counts_get_families_of_whole_numbers_unless_they_are_money():
    x = samples(Poisson(mean=9), 60, 2)
    assert {f.family for f in rank(x).fits} <= {"poisson", "negative_binomial", "geometric", "binomial"}
    assert "normal" in {f.family for f in rank(x, unit=Kind.MONEY).fits}
    assert [f.family for f in rank(x, families=["normal"]).fits] == ["normal"]


def test_bounds_leave_only_families_that_keep_them():
    x = samples(Pert(low=2, mode=4, high=10), 100, 3)
    assert {f.family for f in rank(x, bounds=RANGE).fits} == {"pert", "triangular", "uniform"}
    assert rank(x, bounds=RANGE).fits[0].family == "pert"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"families": ["gama"]}, r"no family called 'gama' is fitted \(did you mean 'gamma'"),
        ({"bounds": (1, 0)}, "low 1 is not below high 0"),
        ({"bounds": (3, None)}, "the lowest value, 1.5, is below the bound 3"),
        ({"bounds": (None, 3)}, "the highest value, 9, is above the bound 3"),
        ({"families": ["pert"]}, "no family can be fitted: pert needs both bounds"),
    ],
)
def test_what_cannot_be_fitted_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        rank([1.5, 2.5, 4, 9, 3], **options)


@every_law
def test_the_yaml_gives_the_law_back(name, law, bounds):
    for unit, mark in ((Kind.ANY, ""), (Kind.MONEY, "$"), (Kind.MONEY, "CHF"), (Kind.RATE, "%")):
        if name in ("poisson", "geometric", "negative_binomial") and unit is not Kind.ANY:
            continue
        text = yaml_of(law, unit, mark)
        fields = yaml.safe_load(text)
        reading = Reading("CHF" if mark == "CHF" else "USD", unit)
        again = family_named(fields["dist"]).model_validate(fields, context=reading)
        u = np.linspace(0.01, 0.99, 9)
        np.testing.assert_allclose(again.ppf(u), law.ppf(u), rtol=1e-4)


def test_money_is_written_with_the_mark_of_the_column():
    assert yaml_of(Normal(mean=-1234.5, sd=2e6), Kind.MONEY, "$") == "{dist: normal, mean: -$1234.5, sd: $2000000}"
    assert yaml_of(Normal(mean=75, sd=2), Kind.MONEY, "CHF") == "{dist: normal, mean: CHF 75, sd: CHF 2}"


def test_every_fitted_family_can_be_named_in_a_file():
    assert all(family_named(name) for name in FITTED)
