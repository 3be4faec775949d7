import pytest

from sim.analysis.cells import Share
from sim.sampling.estimates import Estimate


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.5, 0.0012), "50.0% ±0.12"),
        (Estimate(0.0, 0.0), "0.0% (0 of 65,536)"),
        (Estimate(1.0, 0.0), "100.0% (all 65,536)"),
        (Estimate(0.5, 0.0), "50.0% ±0"),
    ],
)
def test_a_probability_without_a_miss_or_a_hit_shows_its_draws_instead_of_an_error_of_zero(estimate, text):
    assert Share(estimate, 65_536).text("USD") == text
