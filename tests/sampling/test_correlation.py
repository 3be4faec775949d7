import numpy as np
import pytest
from scipy import stats

from sim.sampling import correlation as dependence
from sim.sampling.correlation import (
    Copula,
    Measure,
    factor,
    is_possible,
    measured,
    nearest,
    smallest_eigenvalue,
    spearman_of_t,
)

GAUSSIAN, HEAVY = Copula(), Copula(df=4)
every_measure = pytest.mark.parametrize("measure", [Measure.SPEARMAN, Measure.KENDALL])
every_copula = pytest.mark.parametrize("copula", [GAUSSIAN, Copula(df=1), HEAVY, Copula(df=30)])


def test_a_spearman_of_a_half_needs_the_published_latent_correlation():
    assert GAUSSIAN.latent(Measure.SPEARMAN, 0.5) == pytest.approx(0.517638, abs=5e-7)
    assert GAUSSIAN.latent(Measure.KENDALL, 0.5) == pytest.approx(np.sqrt(0.5), abs=1e-15)
    assert GAUSSIAN.latent(Measure.NORMAL_SCORES, 0.5) == 0.5


@every_copula
@every_measure
@pytest.mark.parametrize("value", [-1, -0.95, -0.3, 0, 0.01, 0.5, 0.999, 1])
def test_shown_undoes_latent(copula, measure, value):
    latent = copula.latent(measure, value)
    assert copula.shown(measure, latent) == pytest.approx(value, abs=1e-9)
    assert latent == value or abs(value) not in (0, 1)


@pytest.mark.parametrize(("df", "latent"), [(1, 0.8), (2.5, -0.7), (4, 0.5)])
def test_spearman_of_a_t_copula_agrees_with_simulated_t_vectors(df, latent):
    seen = []
    for seed in range(16):
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((100_000, 2)) @ np.linalg.cholesky([[1, latent], [latent, 1]]).T
        seen.append(measured(Measure.SPEARMAN, *(z / np.sqrt(rng.chisquare(df, 100_000))[:, None]).T))
    error = np.std(seen, ddof=1) / 4
    assert abs(np.mean(seen) - spearman_of_t(latent, df)) < 3 * error + 2e-5


def test_many_degrees_of_freedom_are_the_gaussian_copula():
    assert Copula(df=1e6).latent(Measure.SPEARMAN, 0.5) == pytest.approx(
        GAUSSIAN.latent(Measure.SPEARMAN, 0.5), abs=1e-6
    )


def test_normal_scores_go_with_the_gaussian_copula_only():
    with pytest.raises(ValueError, match="normal_scores goes with the gaussian copula only"):
        HEAVY.latent(Measure.NORMAL_SCORES, 0.5)


def test_the_nearest_matrix_is_the_published_one():
    """Higham (2002), section 4: the 3 by 3 example, to the digits printed."""
    found = nearest(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    expected = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    np.testing.assert_allclose(found, expected, atol=5e-5)


@pytest.mark.parametrize("size", [3, 6, 12])
def test_the_nearest_matrix_is_possible_and_leaves_a_possible_one_alone(size):
    rng = np.random.default_rng(size)
    wild = np.clip(rng.uniform(-1.4, 1.4, (size, size)), -1, 1)
    wild = np.triu(wild, 1) + np.triu(wild, 1).T + np.eye(size)
    assert not is_possible(wild)
    repaired = nearest(wild)
    assert smallest_eigenvalue(repaired) > -1e-10
    np.testing.assert_array_equal(np.diag(repaired), 1.0)
    np.testing.assert_allclose(nearest(repaired), repaired, atol=1e-9)


def test_nothing_possible_is_nearer_than_the_nearest():
    wild = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    distance = np.linalg.norm(nearest(wild) - wild)
    rng = np.random.default_rng(1)
    for _ in range(2_000):
        rows = rng.standard_normal((3, 3))
        rows /= np.linalg.norm(rows, axis=1)[:, None]
        assert np.linalg.norm(rows @ rows.T - wild) > distance - 1e-9


def test_the_culprits_are_the_pairs_that_contradict_each_other():
    matrix = np.eye(5)
    for i, j, value in ((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9), (3, 4, 0.8)):
        matrix[i, j] = matrix[j, i] = value
    assert set(dependence.culprits(matrix)) == {(0, 1), (1, 2), (0, 2)}


@pytest.mark.parametrize("matrix", [[[1, 0.5], [0.5, 1]], [[1, 1], [1, 1]], [[1, -1], [-1, 1]]])
def test_a_factor_gives_its_matrix_back(matrix):
    lower = factor(np.array(matrix, dtype=float))
    np.testing.assert_allclose(lower @ lower.T, matrix, atol=1e-12)
    assert (np.triu(lower, 1) == 0).all()


def test_an_input_more_changes_no_row_of_the_factor():
    rows = np.random.default_rng(3).standard_normal((5, 5))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    matrix = rows @ rows.T
    np.testing.assert_array_equal(factor(matrix)[:3, :3], factor(matrix[:3, :3]))


@pytest.mark.parametrize("dropped", [0, 1, 2])
def test_weights_beside_given_inputs_keep_every_correlation(dropped):
    """Also where one of the common inputs, on whose score the others hang, is not among the given ones."""
    rng = np.random.default_rng(dropped)
    rows = rng.standard_normal((5, 6))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    matrix = rows @ rows.T
    common, own = [0, 1, 2], [3, 4]
    given = [i for i in common if i != dropped]
    lower = factor(matrix[np.ix_(common, common)])
    on_common, on_own = dependence.beside(
        matrix[np.ix_(own, own)], matrix[np.ix_(own, given)], matrix[np.ix_(given, given)], lower[given]
    )
    np.testing.assert_allclose(on_common @ lower[given].T, matrix[np.ix_(own, given)], atol=1e-12)
    np.testing.assert_allclose(on_common @ on_common.T + on_own @ on_own.T, matrix[np.ix_(own, own)], atol=1e-12)


def test_measures_agree_with_scipy_on_draws_with_ties():
    rng = np.random.default_rng(5)
    x = rng.integers(0, 6, 500).astype(float)
    y = x + rng.integers(0, 9, 500)
    assert measured(Measure.SPEARMAN, x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert measured(Measure.KENDALL, x, y) == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)
    np.testing.assert_array_equal(dependence.average_ranks(x), stats.rankdata(x))


def test_a_column_that_does_not_vary_has_no_correlation():
    assert np.isnan(measured(Measure.SPEARMAN, np.ones(9), np.arange(9.0)))
