import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.distributions import Lognormal, Normal, Pert, Triangular, Uniform
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading

PAIRS = [(5, 95), (10, 90), (20, 60), (50, 90), (2.5, 50)]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("family", [Normal, Uniform, Lognormal])
def test_a_law_of_two_parameters_has_the_percentiles_asked_for(family, pair):
    low, high = pair
    law = family.model_validate({f"p{low}": 3, f"p{high}": 11})
    np.testing.assert_allclose(law.ppf(np.array(pair) / 100), [3, 11], rtol=1e-9)


@pytest.mark.parametrize(
    ("pair", "mode"), [((5, 95), 6), ((10, 90), 3.2), ((10, 90), 10.9), ((20, 60), 6), ((50, 90), 3)]
)
@pytest.mark.parametrize("family", [Triangular, Pert])
def test_a_peaked_law_has_the_percentiles_asked_for_around_its_mode(family, pair, mode):
    low, high = pair
    law = family.model_validate({f"p{low}": 3, "mode": mode, f"p{high}": 11})
    assert law.mode == mode
    np.testing.assert_allclose(law.ppf(np.array(pair) / 100), [3, 11], rtol=1e-7)


def test_a_range_that_is_known_is_found_again():
    """Percentiles of scipy's own triangular and beta laws lead back to their ends."""
    shape = stats.triang(0.3, loc=2, scale=10)
    law = Triangular.model_validate({"p10": shape.ppf(0.1), "mode": 5, "p90": shape.ppf(0.9)})
    assert (law.low, law.high) == pytest.approx((2, 12), rel=1e-9)
    shape = stats.beta(1 + 4 * 0.3, 1 + 4 * 0.7, loc=2, scale=10)
    law = Pert.model_validate({"p10": shape.ppf(0.1), "mode": 5, "p90": shape.ppf(0.9)})
    assert (law.low, law.high) == pytest.approx((2, 12), rel=1e-7)


def test_percentiles_are_read_in_the_unit_of_the_place():
    rate = Reading(kind=Kind.RATE)
    law = Pert.model_validate({"p10": "20%", "mode": "90%", "p90": "180%"}, context=rate)
    np.testing.assert_allclose(law.ppf(np.array([0.1, 0.9])), [0.2, 1.8], rtol=1e-7)
    assert law.high > 1  # above 100 %, and not taken for a slip of the pen
    law = Lognormal.model_validate({"p5": "2%", "p95": "20%"}, context=rate)
    np.testing.assert_allclose(law.ppf(np.array([0.05, 0.95])), [0.02, 0.2], rtol=1e-12)


@pytest.mark.parametrize(
    ("family", "fields", "wrong"),
    [
        (Normal, {"p10": 5, "p90": 3}, "p10 5 is not below p90 3 (percentiles must rise)"),
        (Normal, {"p10": 5}, "1 percentile (give two, or mean and sd)"),
        (Normal, {"p10": 5, "p50": 6, "p90": 7}, "3 percentiles (give two, or mean and sd)"),
        (Normal, {"p10": 5, "p90": 7, "sd": 1}, "sd and two percentiles (give two percentiles, or mean and sd)"),
        (Uniform, {"p0": 5, "p90": 7}, "percentiles must lie above p0 and differ"),
        (Lognormal, {"p5": -1, "p90": 7}, "p5 is -1 (must be above 0)"),
        (Triangular, {"p10": 2, "p90": 8}, "two percentiles and no mode (give the mode too)"),
        (Triangular, {"p10": 2, "mode": 30, "p90": 8}, "mode 30 lies too far from p10 2 and p90 8 (must lie between"),
        (Pert, {"p10": 2, "mode": -3, "p90": 8}, "mode -3 lies too far from p10 2 and p90 8 (must lie between"),
        (Pert, {"p10": "2 hours", "mode": 3, "p90": 8}, "p10: "),
    ],
)
def test_impossible_percentiles_are_refused(family, fields, wrong):
    with pytest.raises(ValidationError) as caught:
        family.model_validate(fields, context=Reading(kind=Kind.FACTOR))
    assert wrong in str(caught.value)
