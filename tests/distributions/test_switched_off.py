"""What is switched off is ordinary: probability 0 or 1, number 0 or 1, weight 0, one copy, no shift, in every law."""

import numpy as np
import pytest

from sim.distributions.families import FAMILIES, read_distribution
from sim.numbers.reading import Reading

U = np.array([2.0**-54, 1e-9, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-9, 1 - 2.0**-53])
SIMPLE = {
    "constant": 3,
    "zero": 0,
    "uniform": {"dist": "uniform", "low": 0, "high": 2},
    "triangular": {"dist": "triangular", "low": 0, "mode": 0, "high": 1},
    "pert": {"dist": "pert", "low": 0, "mode": 1, "high": 1},
    "normal": {"dist": "normal", "mean": 1, "sd": 2},
    "truncated_normal": {"dist": "truncated_normal", "mean": 0, "sd": 1, "low": 0},
    "lognormal": {"dist": "lognormal", "median": 2, "sigma": 1},
    "beta": {"dist": "beta", "a": 8, "b": 3},
    "log_uniform": {"dist": "log_uniform", "low": 1, "high": 9},
    "gamma": {"dist": "gamma", "shape": 0.3, "scale": 2},
    "weibull": {"dist": "weibull", "shape": 0.7, "scale": 2},
    "exponential": {"dist": "exponential", "mean": 2},
    "pareto": {"dist": "pareto", "low": 1, "alpha": 3},
    "student_t": {"dist": "student_t", "df": 3, "location": 0, "scale": 1},
    "gumbel": {"dist": "gumbel", "location": 1, "scale": 1},
    "never": {"dist": "bernoulli", "p": 0},
    "always": {"dist": "bernoulli", "p": 1},
    "bernoulli": {"dist": "bernoulli", "p": 0.3},
    "discrete, one value": {"dist": "discrete", "values": [1, 2, 5], "probabilities": [0, 1, 0]},
    "discrete": {"dist": "discrete", "values": [0, 2], "probabilities": [0.5, 0.5]},
    "poisson": {"dist": "poisson", "mean": 2},
    "no success": {"dist": "binomial", "n": 3, "p": 0},
    "all successes": {"dist": "binomial", "n": 3, "p": 1},
    "binomial": {"dist": "binomial", "n": 20, "p": 0.2},
    "negative_binomial": {"dist": "negative_binomial", "mean": 2, "sd": 3},
    "one try": {"dist": "geometric", "p": 1},
    "geometric": {"dist": "geometric", "p": 0.4},
    "metalog": {"dist": "metalog", "p10": 1, "p50": 2, "p90": 5},
    "empirical": {"dist": "empirical", "values": [1, 2, 3, 4, 7]},
    "smoothed": {"dist": "empirical", "values": [1, 2, 3, 4, 7], "method": "smoothed"},
    "histogram": {"dist": "histogram", "edges": [0, 1, 2, 3], "weights": [1, 0, 1]},
    "cumulative": {"dist": "cumulative", "values": [0, 1, 3], "probabilities": [0, 0.5, 1]},
}
NONE = (0, SIMPLE["never"], SIMPLE["no success"], {"dist": "discrete", "values": [0, 2], "probabilities": [1, 0]})
ONE = (1, SIMPLE["always"], SIMPLE["one try"])
every_simple = pytest.mark.parametrize("law", SIMPLE.values(), ids=SIMPLE)


def read(law):
    return read_distribution(law if isinstance(law, dict) else {"dist": "constant", "value": law}, Reading())


def nothing(law):
    """Give what is 0 whatever the law is."""
    yield {"dist": "event", "p": 0, "size": law}
    for number in NONE:
        for sizes in ("own", "same"):
            yield {"dist": "events", "number": number, "size": law, "sizes": sizes}


def the_same(law, other):
    """Give what is the law itself."""
    yield {"dist": "mixture", "parts": [{"weight": 1, "of": law}, {"weight": 0, "of": other}]}
    yield {"dist": "event", "p": 1, "size": law}
    yield {"dist": "shifted", "of": law, "by": 0}
    yield {"dist": "truncated", "of": law, "low": -1e9}
    yield {"dist": "maximum", "of": law, "copies": 1}
    yield {"dist": "minimum", "of": law, "copies": 1}
    for number in ONE:
        yield {"dist": "events", "number": number, "size": law, "sizes": "same"}


def something(law, other):
    """Give laws with everything switched on, or with all copies there may be."""
    yield {"dist": "mixture", "parts": [{"weight": 0.4, "of": law}, {"weight": 0.6, "of": other}]}
    yield {"dist": "event", "p": 0.3, "size": law}
    yield {"dist": "shifted", "of": law, "by": -3}
    yield {"dist": "truncated", "of": law, "low": 0.5}
    yield {"dist": "maximum", "of": law, "copies": 1_000_000}
    yield {"dist": "minimum", "of": law, "copies": 30}
    for number, sizes in ((3, "same"), (SIMPLE["all successes"], "own"), (SIMPLE["poisson"], "own")):
        yield {"dist": "events", "number": number, "size": law, "sizes": sizes}


def test_every_family_is_among_the_simple_laws_or_those_made_of_them():
    of_others = {law["dist"] for law in made(1, 1)}
    simple = {law["dist"] for law in SIMPLE.values() if isinstance(law, dict)} | {"constant"}
    assert {str(family.model_fields["dist"].default) for family in FAMILIES} == of_others | simple


@every_simple
def test_what_never_happens_is_nothing(law):
    for off in nothing(law):
        found = read(off)
        np.testing.assert_array_equal(found.ppf(U), 0.0)
        assert (found.mean, found.base, found.swing, found.reach) == (0, 0, (0, 0), (0, 0))


@every_simple
def test_what_surely_happens_once_is_the_law_itself(law):
    itself = read(law)
    low, high = (float(x) for x in itself.ppf(U[[2, -3]]))
    for on in the_same(law, SIMPLE["normal"]):
        found = read(on)
        np.testing.assert_allclose(found.ppf(U[2:-2]), itself.ppf(U[2:-2]), rtol=1e-7, atol=1e-9 * (high - low))
        assert found.mean == pytest.approx(itself.mean, rel=1e-6, abs=1e-9)


def check(law):
    """Make sure that a law is one: finite quantiles that rise, and a CDF that gives them back; None if refused."""
    try:
        found = read(law)
    except ValueError:
        return
    x = found.ppf(U)
    assert np.isfinite(x).all(), law
    assert (np.diff(x) >= 0).all(), law
    assert np.isfinite([found.mean, found.base, *found.swing, *found.reach]).all(), law
    upto = found.cdf(x)
    assert (np.diff(upto) >= 0).all(), law
    assert ((upto >= U - 1e-6) & (upto <= 1)).all(), law


@every_simple
def test_laws_of_a_law_are_laws(law):
    for law_of_it in something(law, SIMPLE["discrete"]):
        check(law_of_it)


def made(law, other):
    """Give every law that can be made of one."""
    return [*nothing(law), *the_same(law, other), *something(law, other)]


@pytest.mark.parametrize("outer", range(len(made(1, 2))))
def test_every_law_of_every_law_is_one(outer):
    """All nestings of depth two, each with simple laws of its own inside."""
    laws = list(SIMPLE.values())
    for inner in range(len(made(1, 2))):
        law, other = laws[(7 * outer + inner) % len(laws)], laws[(outer + 5 * inner) % len(laws)]
        check(made(made(law, other)[inner], other)[outer])
