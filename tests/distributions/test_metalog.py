import pickle

import numpy as np
import pytest
import yaml
from pydantic import ValidationError
from scipy import stats

from sim.distributions import Metalog, read_distribution
from sim.distributions.metalog import basis, rises
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading

U = np.concatenate([[1e-12, 1e-9], np.linspace(0.0005, 0.9995, 1999), [1 - 1e-9]])


def test_keelins_three_terms_by_hand():
    law = Metalog(p10=35, p50=50, p90=75)
    np.testing.assert_allclose(law._a, [50, 9.102392, 5.688995], atol=5e-7)
    np.testing.assert_allclose(law.ppf(np.array([0.05, 0.95])), [30.7365, 84.3393], atol=5e-5)
    assert law.mean == pytest.approx(52.8445, abs=5e-5)
    assert law.mean == pytest.approx(50 + 5.688995 / 2, rel=1e-7)


SETS = [
    ({"p10": 35, "p90": 75}, {}),
    ({"p2.5": 2, "p50": 8, "p97.5": 20}, {}),
    ({"p5": 1, "p20": 2, "p50": 4, "p90": 9}, {}),
    ({"p10": 35, "p50": 50, "p90": 75}, {"low": 0}),
    ({"p10": 35, "p50": 50, "p90": 75}, {"high": 200}),
    ({"p10": 0.2, "p50": 0.5, "p90": 0.7}, {"low": 0, "high": 1}),
]


@pytest.mark.parametrize(("percentiles", "bounds"), SETS)
def test_the_law_goes_through_its_percentiles_and_keeps_its_bounds(percentiles, bounds):
    law = Metalog(**percentiles, **bounds)
    p = np.array([float(key[1:]) / 100 for key in percentiles])
    np.testing.assert_allclose(law.ppf(p), list(percentiles.values()), rtol=1e-9)
    x = law.ppf(U)
    assert np.all(np.diff(x) > 0)
    assert bounds.get("low", -np.inf) <= x[0] < x[-1] <= bounds.get("high", np.inf)
    np.testing.assert_allclose(law.cdf(x[2:-1]), U[2:-1], atol=1e-12)


def test_ten_terms_follow_the_percentiles_of_a_normal():
    p = np.array([0.02, 0.08, 0.18, 0.3, 0.43, 0.57, 0.7, 0.82, 0.92, 0.98])
    law = Metalog(**{f"p{100 * each:g}": value for each, value in zip(p, stats.norm.ppf(p), strict=True)})
    np.testing.assert_allclose(law.ppf(U[50:-50]), stats.norm.ppf(U[50:-50]), atol=2e-3)


def test_coefficients_say_the_same_as_percentiles():
    law = Metalog(p10=35, p50=50, p90=75)
    np.testing.assert_allclose(Metalog(coefficients=tuple(law._a)).ppf(U), law.ppf(U), rtol=1e-12)


@pytest.mark.parametrize(("r", "feasible"), [(0.1665, False), (0.1667, True), (0.8333, True), (0.8335, False)])
def test_three_symmetric_percentiles_are_feasible_within_keelins_limits(r, feasible):
    q = np.array([0, r, 1.0])
    assert rises(np.linalg.solve(basis(np.array([0.1, 0.5, 0.9]), 3), q)) is feasible


@pytest.mark.parametrize("kind", [Kind.RATE, Kind.MONEY])
def test_what_no_metalog_goes_through_is_refused_with_the_nearest_that_one_does(kind):
    asked = {"p10": "1%", "p50": "2%", "p90": "20%"} if kind is Kind.RATE else {"p10": 1, "p50": 2, "p90": 20}
    with pytest.raises(ValidationError, match="no metalog goes through p10, p50, p90") as caught:
        read_distribution(asked, Reading(kind=kind))
    text = str(caught.value)
    offered = yaml.safe_load(text[text.index("{dist: metalog") : text.index("}", text.index("{dist: metalog")) + 1])
    law = read_distribution(offered, Reading(kind=kind))
    least = 1 + 0.1667 * 19  # Keelin's limit on (p50 - p10)/(p90 - p10)
    assert law.ppf(np.array([0.5]))[0] == pytest.approx(least / 100 if kind is Kind.RATE else least, rel=1e-3)


REFUSED = [
    ({}, "give percentiles, or coefficients"),
    ({"p10": 1, "coefficients": (1, 2)}, "one of the two"),
    ({"p10": 1}, "1 percentiles or coefficients"),
    ({"p10": 2, "p90": 1}, "p10 2 is not below p90 1"),
    ({"p10": 1, "p90": 2, "low": 1}, "p10 1 is not above low 1"),
    ({"p10": 1, "p90": 2, "high": 2}, "p90 2 is not below high 2"),
    ({"p10": 1, "p90": 2, "mode": 1}, "unknown key 'mode'"),
    ({"p0": 1, "p90": 2}, "unknown key 'p0'"),
    ({"p10": "x", "p90": 2}, "cannot read 'x'"),
    ({"coefficients": (1, -2)}, "no law has these coefficients"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_impossible_percentiles_are_refused_with_what_is_wrong(fields, message):
    with pytest.raises(ValidationError, match=message):
        Metalog(**fields)


@pytest.mark.parametrize(
    "fields", [{"p10": 1, "p50": 2, "p90": 4}, {"p10": 1, "p90": 4, "low": 0}, {"coefficients": [1, 2], "high": 90}]
)
def test_a_metalog_goes_to_another_process(fields):
    law = Metalog.model_validate(fields)
    u = np.linspace(0.01, 0.99, 9)
    law.ppf(u)
    copy = pickle.loads(pickle.dumps(law))
    assert copy == law
    np.testing.assert_array_equal(copy.ppf(u), law.ppf(u))


@pytest.mark.parametrize(("percentiles", "bounds"), SETS)
def test_the_cdf_gives_quantiles_back_to_the_last_digits(percentiles, bounds):
    law = Metalog(**percentiles, **bounds)
    u = np.concatenate([[2.0**-54, 1e-15], U, [1 - 1e-15]])
    np.testing.assert_allclose(law.cdf(law.ppf(u)), u, rtol=1e-12, atol=2e-14)
    far = np.array([-1e9, 1e9])
    np.testing.assert_allclose(law.cdf(far), [0, 1], atol=1e-12)
