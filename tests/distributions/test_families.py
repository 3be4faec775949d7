import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from sim import distributions
from sim.distributions import (
    FAMILIES,
    Bernoulli,
    Beta,
    Binomial,
    Constant,
    Discrete,
    Exponential,
    Gamma,
    Geometric,
    Gumbel,
    Histogram,
    Lognormal,
    LogUniform,
    NegativeBinomial,
    Normal,
    Pareto,
    Pert,
    Poisson,
    StudentT,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
    family_named,
    family_names,
    read_distribution,
    unit_shown,
)
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading
from sim.numbers.spec import on_scale

U = np.concatenate([[1e-9, 1e-6], np.linspace(0.0005, 0.9995, 1000), [1 - 1e-6, 1 - 1e-9]])
Z90 = 1.2815515655446004


def pert_law(low, mode, high):
    width = high - low
    return stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, width)


def truncated_law(mean, sd, low, high):
    return stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)


LAWS = {
    "uniform": (Uniform(low=-2, high=7), stats.uniform(-2, 9)),
    "triangular": (Triangular(low=2, mode=3, high=9), stats.triang(1 / 7, 2, 7)),
    "triangular, mode at low": (Triangular(low=2, mode=2, high=9), stats.triang(0, 2, 7)),
    "triangular, mode at high": (Triangular(low=2, mode=9, high=9), stats.triang(1, 2, 7)),
    "pert, symmetric": (Pert(low=1, mode=4, high=7), pert_law(1, 4, 7)),
    "pert, skewed right": (Pert(low=0, mode=0.03, high=0.08), pert_law(0, 0.03, 0.08)),
    "pert, skewed left": (Pert(low=4, mode=22, high=24), pert_law(4, 22, 24)),
    "pert, mode at low": (Pert(low=1, mode=1, high=3), pert_law(1, 1, 3)),
    "pert, mode at high": (Pert(low=1, mode=3, high=3), pert_law(1, 3, 3)),
    "pert, across zero": (Pert(low=-0.02, mode=0.10, high=0.35), pert_law(-0.02, 0.10, 0.35)),
    "normal": (Normal(mean=-3, sd=0.4), stats.norm(-3, 0.4)),
    "truncated on both sides": (
        TruncatedNormal(mean=0.5, sd=0.3, low=0, high=0.8),
        truncated_law(0.5, 0.3, 0, 0.8),
    ),
    "truncated below": (TruncatedNormal(mean=1, sd=2, low=0), truncated_law(1, 2, 0, np.inf)),
    "truncated above": (TruncatedNormal(mean=1, sd=2, high=4), truncated_law(1, 2, -np.inf, 4)),
    "truncated to the far upper tail": (TruncatedNormal(mean=10, sd=0.5, low=14), truncated_law(10, 0.5, 14, np.inf)),
    "truncated to the far lower tail": (TruncatedNormal(mean=0, sd=1, high=-8), truncated_law(0, 1, -np.inf, -8)),
    "truncated to a far window": (TruncatedNormal(mean=0, sd=1, low=8, high=8.5), truncated_law(0, 1, 8, 8.5)),
    "lognormal by median": (Lognormal(median=1.15, sigma=0.25), stats.lognorm(0.25, scale=1.15)),
    "lognormal by mean": (
        Lognormal(mean=50_000, sd=50_000),
        stats.lognorm(np.sqrt(np.log(2)), scale=50_000 / np.sqrt(2)),
    ),
    "lognormal by percentiles": (Lognormal(p10=2, p90=8), stats.lognorm(np.log(2) / Z90, scale=4)),
    "beta": (Beta(a=8, b=3), stats.beta(8, 3)),
    "beta, flat": (Beta(a=1, b=1), stats.beta(1, 1)),
    "beta, piled up at both ends": (Beta(a=0.3, b=0.4), stats.beta(0.3, 0.4)),
    "beta, piled up at one end": (Beta(a=0.2, b=5), stats.beta(0.2, 5)),
    "beta, rare": (Beta(a=8, b=92), stats.beta(8, 92)),
    "beta, large": (Beta(a=3000, b=7000), stats.beta(3000, 7000)),
    "beta, very large": (Beta(a=40_000, b=20_000), stats.beta(40_000, 20_000)),
    "log-uniform": (LogUniform(low=10, high=4000), stats.loguniform(10, 4000)),
    "gamma": (Gamma(shape=2.5, scale=3), stats.gamma(2.5, scale=3)),
    "gamma by mean": (Gamma(mean=40, sd=10), stats.gamma(16, scale=2.5)),
    "gamma, piled up at zero": (Gamma(shape=0.3, scale=2), stats.gamma(0.3, scale=2)),
    "gamma, hardly anything but zero": (Gamma(shape=0.05, scale=2), stats.gamma(0.05, scale=2)),
    "gamma, large": (Gamma(shape=9000, scale=2), stats.gamma(9000, scale=2)),
    "weibull": (Weibull(shape=1.7, scale=12), stats.weibull_min(1.7, scale=12)),
    "exponential": (Exponential(mean=7), stats.expon(scale=7)),
    "pareto": (Pareto(low=5, alpha=2.5), stats.pareto(2.5, scale=5)),
    "pareto, truncated": (Pareto(low=5, alpha=1, high=500), stats.truncpareto(1, 100, scale=5)),
    "pareto, truncated, heavy": (Pareto(low=5, alpha=0.4, high=500), stats.truncpareto(0.4, 100, scale=5)),
    "student t": (StudentT(df=4, location=1e4, scale=3), stats.t(4, 1e4, 3)),
    "student t, heavy": (StudentT(df=1.2, location=0, scale=1), stats.t(1.2)),
    "student t, nearly normal": (StudentT(df=300, location=0, scale=1), stats.t(300)),
    "gumbel": (Gumbel(location=100, scale=15), stats.gumbel_r(100, 15)),
    "poisson": (Poisson(mean=3.4), stats.poisson(3.4)),
    "poisson, rare": (Poisson(mean=0.03), stats.poisson(0.03)),
    "poisson, large": (Poisson(mean=12_345.6), stats.poisson(12_345.6)),
    "binomial": (Binomial(n=40, p=0.15), stats.binom(40, 0.15)),
    "binomial, certain": (Binomial(n=5, p=1), stats.binom(5, 1)),
    "binomial, large": (Binomial(n=90_000, p=0.4), stats.binom(90_000, 0.4)),
    "negative binomial": (NegativeBinomial(successes=2.5, p=0.2), stats.nbinom(2.5, 0.2)),
    "negative binomial by mean": (NegativeBinomial(mean=6, sd=4), stats.nbinom(3.6, 0.375)),
    "geometric": (Geometric(p=0.2), stats.geom(0.2)),
    "geometric, certain": (Geometric(p=1), stats.binom(1, 1)),
    "histogram": (
        Histogram(edges=(1, 2, 4), weights=(3, 1)),
        stats.rv_histogram((np.array([3, 1]), np.array([1, 2, 4])), density=False),
    ),
    "bernoulli": (Bernoulli(p=0.15), stats.bernoulli(0.15)),
    "bernoulli, certain": (Bernoulli(p=1), stats.bernoulli(1)),
    "bernoulli, impossible": (Bernoulli(p=0), stats.bernoulli(0)),
    "discrete": (
        Discrete(values=(5, -2, 1), probabilities=(0.2, 0.3, 0.5)),
        stats.rv_discrete(values=([-2, 1, 5], [0.3, 0.5, 0.2])),
    ),
    "discrete, equal weights": (Discrete(values=(3, 1, 2)), stats.rv_discrete(values=([1, 2, 3], [1 / 3] * 3))),
}
every_law = pytest.mark.parametrize(("law", "reference"), LAWS.values(), ids=LAWS)


@every_law
def test_quantiles_agree_with_scipy(law, reference):
    np.testing.assert_allclose(law.ppf(U), reference.ppf(U), rtol=1e-8, atol=1e-14)


@every_law
def test_mean_agrees_with_scipy(law, reference):
    assert law.mean == pytest.approx(reference.mean(), rel=1e-9)


@every_law
@settings(derandomize=True, deadline=None, max_examples=60)
@given(pair=st.tuples(*[st.floats(1e-12, 1 - 1e-12)] * 2))
def test_quantiles_never_decrease(law, reference, pair):
    low, high = law.ppf(np.sort(pair))
    assert low <= high + 1e-14 * abs(high)  # neighbouring floats may differ in their last bits


@every_law
def test_quantiles_take_the_shape_of_the_probabilities(law, reference):
    assert law.ppf(U.reshape(2, -1)).shape == (2, U.size // 2)
    assert np.shape(law.ppf(0.5)) == ()


@every_law
def test_reach_and_swing_are_quantiles_in_order(law, reference):
    np.testing.assert_allclose(law.reach, reference.ppf([1e-9, 1 - 1e-9]), rtol=1e-8, atol=1e-14)
    low, high = law.swing
    assert law.reach[0] <= low <= high <= law.reach[1] or isinstance(law, Bernoulli)


@every_law
def test_probabilities_agree_with_scipy(law, reference):
    x = reference.ppf(U)
    x = np.concatenate([x, x + 0.37 * np.ptp(x) / 10, x[:1] - 1, x[-1:] + 1])
    np.testing.assert_allclose(law.cdf(x), reference.cdf(x), atol=2e-13)


def test_constant_is_the_same_everywhere():
    assert set(Constant(value=7).ppf(U)) == {7.0}
    assert Constant(value=7).mean == 7
    assert Constant(value=7).swing == (7, 7)


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 0.03, 0.08), (-10, 2, 3), (1, 1, 7), (4, 10, 24)])
def test_pert_mean_weighs_the_mode_four_times_however_skewed(low, mode, high):
    law = Pert(low=low, mode=mode, high=high)
    assert law.mean == pytest.approx((low + 4 * mode + high) / 6, rel=1e-14)
    midpoints = (np.arange(200_000) + 0.5) / 200_000
    assert law.ppf(midpoints).mean() == pytest.approx(law.mean, abs=1e-7 * (high - low))


def test_pert_mean_by_hand():
    assert Pert(low=0, mode=0.03, high=0.08).mean == pytest.approx(1 / 30, rel=1e-12)


def test_lognormal_is_the_same_law_however_it_is_given():
    median, sigma = 40_000.0, 0.6
    mean, p90 = median * np.exp(sigma**2 / 2), median * np.exp(sigma * Z90)
    sd = mean * np.sqrt(np.expm1(sigma**2))
    draws = Lognormal(median=median, sigma=sigma).ppf(U)
    np.testing.assert_allclose(Lognormal(mean=mean, sd=sd).ppf(U), draws, rtol=1e-12)
    np.testing.assert_allclose(Lognormal(p10=median**2 / p90, p90=p90).ppf(U), draws, rtol=1e-12)


@pytest.mark.parametrize("bounds", [{"low": 0}, {"high": 0.2}, {"low": 0.09, "high": 0.11}, {"low": 0.9}])
def test_truncated_normal_has_no_mass_at_a_bound(bounds):
    x = TruncatedNormal(mean=0.1, sd=0.1, **bounds).ppf((np.arange(100_000) + 0.5) / 100_000)
    assert np.all(np.diff(x) > 0)
    assert x[0] > bounds.get("low", -np.inf)
    assert x[-1] < bounds.get("high", np.inf)


def test_swing_is_p10_and_p90():
    assert Uniform(low=0, high=10).swing == pytest.approx((1, 9))
    assert Discrete(values=(1, 2, 3)).swing == (1, 3)


def test_swing_of_an_event_is_off_and_on():
    assert Bernoulli(p=0.02).swing == (0, 1)


def test_swing_of_a_rare_value_is_between_the_extremes():
    assert Discrete(values=(0, 6, 12), probabilities=(0.95, 0.04, 0.01)).swing == (0, 12)
    assert Discrete(values=(0, 6, 99), probabilities=(0.95, 0.05, 0)).swing == (0, 6)


def test_discrete_gives_the_smallest_value_whose_cumulative_probability_reaches_u():
    law = Discrete(values=(2, 1), probabilities=(0.75, 0.25))
    np.testing.assert_array_equal(law.ppf(np.array([0.2, 0.25, 0.26])), [1, 1, 2])


def test_a_value_without_probability_is_never_drawn():
    law = Discrete(values=(-1, 0, 1, 2), probabilities=(0, 0.5, 0.5, 0))
    assert set(law.ppf(np.array([2.0**-54, *U, 1 - 2.0**-53]))) == {0, 1}


REFUSED = [
    (Gamma, {"shape": 2, "sd": 1}, "shape . sd does not name one gamma law"),
    (Gamma, {"shape": 2, "scale": 0}, "scale is 0"),
    (Gamma, {"mean": -1, "sd": 2}, "mean is -1"),
    (Weibull, {"shape": 0, "scale": 1}, "shape is 0"),
    (Exponential, {"mean": 0}, "mean is 0"),
    (LogUniform, {"low": 0, "high": 1}, "low is 0"),
    (LogUniform, {"low": 3, "high": 2}, "low 3 is not below high 2"),
    (Pareto, {"low": 1, "alpha": 1}, "infinite mean .must be above 1; or give high"),
    (Pareto, {"low": 2, "alpha": 1, "high": 1}, "low 2 is not below high 1"),
    (StudentT, {"df": 1, "location": 0, "scale": 1}, "df is 1 .must be above 1"),
    (Gumbel, {"location": 0, "scale": -1}, "scale is -1"),
    (Poisson, {"mean": -1}, "mean is -1"),
    (Poisson, {"mean": 1e9}, "use normal"),
    (Binomial, {"n": 2.5, "p": 0.5}, "n is 2.5 .must be a whole number"),
    (NegativeBinomial, {"mean": 9, "sd": 3}, "sd must be above 3, the square root of the mean"),
    (NegativeBinomial, {"mean": 9, "p": 0.5}, "mean . p does not name one negative binomial"),
    (NegativeBinomial, {"mean": 1e6, "sd": 1e6}, "over a million different values"),
    (Geometric, {"p": 0}, "p is 0"),
    (Geometric, {"p": 1e-6}, "over a million different values"),
    (Uniform, {"low": 3, "high": 3}, "low 3 is not below high 3"),
    (Triangular, {"low": 0, "mode": 5, "high": 4}, "mode 5 is above high 4"),
    (Triangular, {"low": 1, "mode": 1, "high": 1}, "low and high are both 1"),
    (Pert, {"low": 0, "mode": 0.2, "high": 0.1}, "mode 0.2 is above high 0.1"),
    (Pert, {"low": 0, "mode": -1, "high": 4}, "mode -1 is below low 0"),
    (Pert, {"low": 2, "mode": 2, "high": 2}, "low and high are both 2"),
    (Pert, {"low": 5, "mode": 5, "high": 1}, "mode 5 is above high 1"),
    (Normal, {"mean": 0, "sd": 0}, "sd is 0"),
    (Normal, {"mean": 0, "sd": -2}, "sd is -2 .* must be above 0"),
    (TruncatedNormal, {"mean": 0, "sd": 0, "low": 0}, "sd is 0"),
    (TruncatedNormal, {"mean": 0, "sd": 1}, "nothing is cut off"),
    (TruncatedNormal, {"mean": 0, "sd": 1, "low": 2, "high": 1}, "low 2 is not below high 1"),
    (TruncatedNormal, {"mean": 0, "sd": 1, "low": 31}, "leave nothing of the bell"),
    (TruncatedNormal, {"mean": 0, "sd": 1, "high": -31}, "leave nothing of the bell"),
    (Lognormal, {}, "nothing does not name one lognormal"),
    (Lognormal, {"median": 3, "sd": 1}, "median . sd does not name one lognormal"),
    (Lognormal, {"median": 3, "sigma": 1, "p10": 1}, "does not name one lognormal"),
    (Lognormal, {"median": 0, "sigma": 1}, "median is 0 .must be above 0"),
    (Lognormal, {"median": 1, "sigma": 0}, "sigma is 0"),
    (Lognormal, {"mean": -4, "sd": 1}, "mean is -4"),
    (Lognormal, {"p10": 8, "p90": 8}, "p10 8 is not below p90 8"),
    (Beta, {"a": 0, "b": 1}, "a is 0"),
    (Beta, {"a": 1, "b": -1}, "b is -1"),
    (Bernoulli, {"p": 1.01}, "must lie between 0 and 1"),
    (Bernoulli, {"p": -0.01}, "must lie between 0 and 1"),
    (Bernoulli, {"p": "120%"}, "must lie between 0 and 1"),
    (Discrete, {"values": ()}, "at least 1 item"),
    (Discrete, {"values": (1, 2), "probabilities": (0.5, 0.4)}, "add up to 0.9"),
    (Discrete, {"values": (1, 2), "probabilities": (1,)}, "2 values but 1 probabilities"),
    (Discrete, {"values": (1, 2), "probabilities": (1.5, -0.5)}, "must lie between 0 and 1"),
    (Uniform, {"low": 0, "high": float("nan")}, "'nan' is not a finite number"),
    (Normal, {"mean": float("inf"), "sd": 1}, "'inf' is not a finite number"),
    (Beta, {"a": float("inf"), "b": 1}, "'inf' is not a finite number"),
    (Discrete, {"values": (1, float("-inf"))}, "'-inf' is not a finite number"),
    (Constant, {"value": "NaN"}, "'NaN' is not a finite number"),
    (Constant, {"value": True}, "got true"),
    (Constant, {"value": None}, "got nothing"),
    (Normal, {"mean": 0, "sd": 1, "low": 0}, "(?s)low.*Extra inputs are not permitted"),
    (Pert, {"low": 0, "high": 1}, "(?s)mode.*Field required"),
]


@pytest.mark.parametrize(("family", "fields", "message"), REFUSED)
def test_impossible_parameters_are_refused_with_what_is_wrong(family, fields, message):
    with pytest.raises(ValidationError, match=message):
        family(**fields)


def test_a_distribution_cannot_be_changed():
    law = Normal(mean=0, sd=1)
    with pytest.raises(ValidationError, match="frozen"):
        law.sd = 2


def test_every_family_is_found_by_the_name_a_file_gives_it():
    assert [family_named(name) for name in family_names()] == list(FAMILIES)
    assert family_named("weibul") is None


@every_law
def test_a_file_can_name_every_family(law, reference):
    fields = law.model_dump(by_alias=True, exclude_none=True)
    assert family_named(fields["dist"]).model_validate(fields) == law


def test_parameters_may_be_written_as_in_a_file():
    assert Pert(low="-2%", mode="10%", high="35%") == Pert(low=-0.02, mode=0.1, high=0.35)
    assert Lognormal(p10="$12k", p90="$1.2M") == Lognormal(p10=12_000, p90=1_200_000)


def test_every_family_can_be_had_from_the_package():
    assert all(getattr(distributions, family.__name__) is family for family in FAMILIES)
    assert {family.__name__ for family in FAMILIES} <= set(distributions.__all__)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("$75", Kind.MONEY),
        ({"dist": "pert", "low": "-2%", "mode": 0.1, "high": 0.35}, Kind.RATE),
        ({"dist": "lognormal", "p10": 12_000, "p90": "$20k"}, Kind.MONEY),
        ({"dist": "bernoulli", "p": "12%"}, Kind.ANY),
        ({"dist": "discrete", "values": [0, "$5k"], "probabilities": ["90%", "10%"]}, Kind.MONEY),
        ({"value": 12, "source": "12%", "note": "$12"}, Kind.ANY),
        (["4", "6 months"], Kind.MONTHS),
        ({"dist": "mixture", "parts": [{"weight": "20%", "of": 3}, {"weight": "80%", "of": "$4"}]}, Kind.MONEY),
        ({"dist": "events", "number": {"dist": "poisson", "mean": "12%"}, "size": "$3"}, Kind.MONEY),
    ],
)
def test_the_unit_of_a_distribution_is_that_of_the_numbers_on_its_scale(value, kind):
    assert unit_shown(value) is kind


def test_a_key_is_on_the_scale_of_the_input_in_every_family_or_in_none():
    shapes = (*FAMILIES, distributions.MixturePart)
    keys = {(field.alias or name, on_scale(field)) for shape in shapes for name, field in shape.model_fields.items()}
    assert len({key for key, _ in keys}) == len(keys)


@pytest.mark.parametrize(
    "law",
    [
        {"dist": "lognormal", "median": 100, "sigma": 1e9},
        {"dist": "lognormal", "median": 100, "sigma": 20},
        {"dist": "weibull", "shape": 0.01, "scale": 1},
        {"dist": "metalog", "p10": 1, "p50": 1e6, "p90": 1e18, "low": 0},
    ],
)
def test_a_law_whose_rare_draws_are_beyond_reach_is_refused(law):
    with pytest.raises(ValueError, match=r"rare draws of it reach .*must stay within 1e\+50"):
        read_distribution(law, Reading())


def test_a_wide_law_within_reach_is_read():
    assert read_distribution({"dist": "lognormal", "median": 100, "sigma": 5}, Reading()).ends[1] < 1e50


def test_a_cut_bell_without_an_upper_end_is_finite_in_every_draw():
    law = TruncatedNormal(mean=0, sd=1, low=0)
    assert law.ppf(np.array([1 - 2.0**-53]))[0] == pytest.approx(stats.halfnorm.isf(2.0**-53), rel=1e-12)


def test_a_discrete_law_draws_no_value_without_a_probability():
    law = Discrete(values=range(11), probabilities=[0.1] * 10 + [0])
    assert law.ppf(np.array([1 - 2.0**-53]))[0] == 9
    assert law.ends == (0, 9)
    np.testing.assert_allclose(law.cdf(np.array([-1, 0, 0.5, 9, 11])), [0, 0.1, 0.1, 1, 1])
