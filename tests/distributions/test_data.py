import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.distributions import Cumulative, Empirical, Histogram

U = (np.arange(20_000) + 0.5) / 20_000
SEEN = (3.0, 7.0, 4.5, 5.0, 5.2, 6.1, 4.4, 9.0, 2.5, 5.1)


def test_resampling_draws_each_value_equally_often_and_nothing_else():
    law = Empirical(values=SEEN)
    values, counts = np.unique(law.ppf(U), return_counts=True)
    np.testing.assert_array_equal(values, np.sort(SEEN))
    assert set(counts) == {len(U) // len(SEEN)}
    assert law.mean == pytest.approx(np.mean(SEEN))
    assert law.cdf(np.array([4.45, 9.0, 1.0])) == pytest.approx([0.3, 1.0, 0.0])


def test_smoothing_is_the_kernel_density_of_scipy_with_silvermans_width():
    law = Empirical(values=SEEN, method="smoothed")
    spread, between = np.std(SEEN, ddof=1), np.subtract(*np.quantile(SEEN, [0.75, 0.25])) / 1.34
    assert law.width == pytest.approx(0.9 * min(spread, between) * 10**-0.2)
    reference = stats.gaussian_kde(SEEN, bw_method=law.width / spread)
    x = law.ppf(U[::200])
    reached = [reference.integrate_box_1d(-np.inf, each) for each in x]
    np.testing.assert_allclose(reached, U[::200], atol=1e-8)
    assert law.mean == pytest.approx(np.mean(SEEN))


@pytest.mark.parametrize("bounds", [{"low": 2.4}, {"high": 9.1}, {"low": 2.5, "high": 9.0}])
def test_smoothing_reflects_at_its_bounds_without_piling_up(bounds):
    law = Empirical(values=SEEN, method="smoothed", **bounds)
    x = law.ppf(U)
    assert np.all(np.diff(x) > 0)
    assert bounds.get("low", -np.inf) < x[0]
    assert x[-1] < bounds.get("high", np.inf)
    free = stats.norm(np.array(SEEN)[:, None], law.width)
    at = np.array([3.0, 5.0, 8.0])
    density = free.pdf(at).mean(axis=0)
    for wall in bounds.values():  # each wall's mirror image; images of images lie out of reach
        density += free.pdf(2 * wall - at).mean(axis=0)
    np.testing.assert_allclose((law.cdf(at + 1e-5) - law.cdf(at - 1e-5)) / 2e-5, density, rtol=1e-6)
    assert law.mean == pytest.approx(x.mean(), abs=1e-4)


def test_a_narrow_window_reflects_more_than_once():
    law = Empirical(values=(0.0, 0.5, 0.5, 0.5, 1.0), method="smoothed", low=0, high=1)
    assert law.cdf(np.array([0.0, 0.5, 1.0])) == pytest.approx([0, 0.5, 1], abs=1e-12)
    assert law.mean == pytest.approx(0.5, abs=1e-9)


def test_half_the_values_equal_still_smooths():
    assert Empirical(values=(1, 1, 1, 1, 1, 9), method="smoothed").width > 0


def test_histogram_agrees_with_scipy():
    law = Histogram(edges=(0, 10, 20, 50), weights=(5, 0, 15))
    reference = stats.rv_histogram((np.array([5, 0, 15]), np.array([0, 10, 20, 50])), density=False)
    u = U[U != 0.25]
    np.testing.assert_allclose(law.ppf(u), reference.ppf(u), rtol=1e-12)
    np.testing.assert_allclose(law.cdf(np.array([-1, 5, 15, 30, 60])), reference.cdf([-1, 5, 15, 30, 60]), rtol=1e-12)
    assert law.mean == pytest.approx(reference.mean())


def test_cumulative_table_by_hand():
    law = Cumulative(values=(0, 10, 40), probabilities=("0%", "50%", "100%"))
    np.testing.assert_allclose(law.ppf(np.array([0.25, 0.5, 0.75])), [5, 10, 25])
    assert law.mean == pytest.approx(0.5 * 5 + 0.5 * 25)


def test_ranges_without_probability_are_never_drawn():
    x = Histogram(edges=(0, 1, 2, 3, 4), weights=(0, 1, 1, 0)).ppf(np.array([2.0**-54, *U, 1 - 2.0**-53]))
    assert 1 <= x[0] < x[-1] <= 3


REFUSED = [
    (Empirical, {"values": (1,)}, "at least 2 items"),
    (Empirical, {"values": (1, 2), "low": 0}, "resampled values need no bounds"),
    (Empirical, {"values": (2, 2), "method": "smoothed"}, "all values are 2"),
    (Empirical, {"values": (1, 2), "method": "smoothed", "low": 1.5}, "low 1.5 is above the lowest value, 1"),
    (Empirical, {"values": (1, 2), "method": "smoothed", "high": 1.5}, "high 1.5 is below the highest value, 2"),
    (Empirical, {"values": (1, 2), "method": "bootstrap"}, "'resampled' or 'smoothed'"),
    (Histogram, {"edges": (0, 1), "weights": (1, 2)}, "2 edges but 2 weights"),
    (Histogram, {"edges": (0, 2, 1), "weights": (1, 2)}, "edges do not rise: 2 is followed by 1"),
    (Histogram, {"edges": (0, 1, 2), "weights": (1, -2)}, "a weight of -2"),
    (Histogram, {"edges": (0, 1, 2), "weights": (0, 0)}, "all weights are 0"),
    (Cumulative, {"values": (0, 1), "probabilities": (0, 0.5, 1)}, "2 values but 3 probabilities"),
    (Cumulative, {"values": (0, 1, 2), "probabilities": (0, 0.5, 0.4)}, "probabilities fall"),
    (Cumulative, {"values": (0, 1), "probabilities": (0.1, 1)}, "run from 10% to 100%"),
    (Cumulative, {"values": (1, 0), "probabilities": (0, 1)}, "values do not rise: 1 is followed by 0"),
]


@pytest.mark.parametrize(("family", "fields", "message"), REFUSED)
def test_impossible_tables_are_refused_with_what_is_wrong(family, fields, message):
    with pytest.raises(ValidationError, match=message):
        family(**fields)
