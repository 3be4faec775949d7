import numpy as np
import pytest
from scipy import stats

from sim.errors import UsageError
from sim.numbers.percentiles import check_percentiles, percentile_key
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import T95, describe, mean, probability, standard_error

QS = (0.5, 5, 12.5, 25, 50, 90, 97.5, 99.9)


def lognormal_draws(n=1600, seed=3):
    return np.random.default_rng(seed).lognormal(0, 0.7, n)


def values(percentiles):
    return [estimate.value for estimate in percentiles.values()]


def over_replicates(x, statistic):
    return np.array([statistic(row) for row in x.reshape(REPLICATES, -1)])


@pytest.mark.parametrize(("interpolate", "method"), [(True, "linear"), (False, "inverted_cdf")])
@pytest.mark.parametrize("n", [16, 160, 1600])
def test_percentiles_agree_with_numpy(interpolate, method, n):
    x = lognormal_draws(n)
    found = describe(x, QS, interpolate=interpolate).percentiles
    np.testing.assert_allclose(values(found), np.percentile(x, QS, method=method), rtol=1e-14)


@pytest.mark.parametrize("interpolate", [True, False])
def test_percentiles_lie_among_the_draws_in_order(interpolate):
    found = values(describe(lognormal_draws(32), QS, interpolate=interpolate).percentiles)
    assert found == sorted(found)
    assert lognormal_draws(32).min() <= found[0] <= found[-1] <= lognormal_draws(32).max()


def test_mean_and_sd_agree_with_numpy():
    x = lognormal_draws()
    found = describe(x, [50])
    assert found.mean.value == pytest.approx(x.mean(), rel=1e-14)
    assert found.sd.value == pytest.approx(x.std(), rel=1e-14)
    assert found.undefined == found.never == (0, 0)


@pytest.mark.parametrize(("interpolate", "method"), [(True, "linear"), (False, "inverted_cdf")])
def test_every_standard_error_is_the_spread_over_replicates_over_four(interpolate, method):
    x = lognormal_draws()
    found = describe(x, [10, 90], interpolate=interpolate)
    assert found.mean.se == pytest.approx(over_replicates(x, np.mean).std(ddof=1) / 4, rel=1e-12)
    assert found.sd.se == pytest.approx(over_replicates(x, np.std).std(ddof=1) / 4, rel=1e-12)
    for q in (10, 90):
        by_row = over_replicates(x, lambda row, q=q: np.percentile(row, q, method=method))
        assert found.percentiles[q].se == pytest.approx(by_row.std(ddof=1) / 4, rel=1e-12)


def test_undefined_draws_are_left_out_and_their_share_is_told():
    x = lognormal_draws()
    x[::10] = np.nan
    left = x[~np.isnan(x)]
    found = describe(x, QS)
    np.testing.assert_allclose(values(found.percentiles), np.percentile(left, QS), rtol=1e-14)
    assert found.mean.value == pytest.approx(left.mean(), rel=1e-14)
    assert found.mean.se == pytest.approx(over_replicates(x, np.nanmean).std(ddof=1) / 4, rel=1e-12)
    assert found.undefined == (0.1, 0)
    assert found.never == (0, 0)


def test_infinite_draws_are_part_of_the_percentiles_but_leave_no_mean():
    months = np.tile([3.0, 6.0, 12.0, np.inf], 4 * REPLICATES)
    found = describe(months, [25, 50, 75, 76, 99], interpolate=False)
    assert values(found.percentiles) == [3, 6, 12, np.inf, np.inf]
    assert found.never == (0.25, 0)
    assert found.undefined == (0, 0)
    assert np.isnan([*found.mean, *found.sd, found.percentiles[99].se]).all()
    assert found.percentiles[50].se == 0


def test_without_interpolation_a_percentile_is_the_smallest_value_that_enough_draws_do_not_exceed():
    x = np.repeat(np.arange(1.0, 11.0), REPLICATES)
    assert values(describe(x, [9.9, 10, 10.1, 50, 70], interpolate=False).percentiles) == [1, 1, 2, 5, 7]


def test_nothing_is_known_of_a_metric_that_never_exists():
    found = describe(np.full(64, np.nan), [50])
    assert np.isnan([*found.mean, *found.sd, *found.percentiles[50]]).all()
    assert found.undefined == (1, 0)


def test_a_replicate_without_a_value_leaves_the_estimate_but_no_standard_error():
    x = lognormal_draws(160)
    x[:10] = np.nan
    found = describe(x, [50])
    assert found.mean.value == pytest.approx(x[10:].mean(), rel=1e-14)
    assert found.percentiles[50].value == pytest.approx(np.median(x[10:]), rel=1e-14)
    assert np.isnan([found.mean.se, found.sd.se, found.percentiles[50].se]).all()


def test_a_probability_is_the_share_of_hits():
    hits = np.zeros((REPLICATES, 10), dtype=bool)
    hits[:8, :5] = True
    estimate = probability(hits.ravel())
    assert estimate.value == 0.25
    assert estimate.se == pytest.approx(np.repeat([0.5, 0.0], 8).std(ddof=1) / 4, rel=1e-14)


def test_there_is_no_standard_error_of_values_that_are_not_all_finite():
    assert np.isnan(standard_error(np.array([1.0, np.nan])))
    assert np.isnan(standard_error(np.array([1.0, np.inf])))


def test_standard_error_of_independent_normal_draws_is_sigma_over_root_n():
    """A squared standard error over 16 replicates is chi-squared with 15 degrees of freedom: sd sqrt(2/15)."""
    sigma, n, runs = 3.0, 320, 400
    rng = np.random.default_rng(11)
    ratio = [mean(rng.normal(5, sigma, n)).se ** 2 / (sigma**2 / n) for _ in range(runs)]
    assert abs(np.mean(ratio) - 1) < 4 * np.sqrt(2 / 15 / runs)


def test_the_t_interval_covers_the_truth_in_95_of_100_runs():
    runs, rng = 4000, np.random.default_rng(5)
    estimates = np.array([mean(rng.normal(0, 1, 64)) for _ in range(runs)])
    covered = np.mean(np.abs(estimates[:, 0]) < T95 * estimates[:, 1])
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / runs)


def test_t95_is_students_quantile():
    assert pytest.approx(stats.t(REPLICATES - 1).ppf(0.975), rel=1e-12) == T95


def test_percentiles_come_in_order_and_once_each():
    assert check_percentiles([90, 5, 50, 5.0]) == (5, 50, 90)
    assert list(describe(lognormal_draws(), [90, 10]).percentiles) == [10, 90]


@pytest.mark.parametrize(
    ("percentiles", "wrong"),
    [([], "none given"), ([0], "0"), ([100], "100"), ([50, -1, 250], "-1, 250"), ([float("nan")], "nan")],
)
def test_percentiles_outside_0_to_100_are_refused(percentiles, wrong):
    with pytest.raises(UsageError, match=f"percentiles must lie between 0 and 100: {wrong}$"):
        check_percentiles(percentiles)


def test_percentile_keys_are_short():
    assert [percentile_key(q) for q in (5, 50.0, 2.5)] == ["p5", "p50", "p2.5"]


def test_percentiles_between_numbers_and_never_are_never():
    x = np.tile([1.0, 2.0, 3.0, np.inf, np.inf], 16)
    rows = np.sort(x.reshape(REPLICATES, -1), axis=1)
    found = describe(rows.ravel(), [25, 50, 60, 80])
    assert found.percentiles[50].value == 3
    assert found.percentiles[25].value == pytest.approx(2)
    assert found.percentiles[60].value == found.percentiles[80].value == np.inf
