import numpy as np
import pytest
from scipy.special import betainc, betaincc, betaln, ndtr

from sim.distributions.beta_quantile import beta_ppf
from sim.distributions.tabulated import EDGE

TAIL = np.array([1e-12, 1e-11, 1e-10, 1e-9, 1e-7, 1e-5, 1e-3])
U = np.concatenate([TAIL, np.linspace(0.002, 0.998, 999), 1 - TAIL])
SHAPES = [0.1, 0.5, 0.7, 1, 1.3, 2.8, 5, 30, 400, 1e4, 3e4]


def newton_step(a, b, x, u):
    """How far `x` lies from the quantile, by the forward function, which is good to many more digits."""
    excess = np.where(u < 0.5, betainc(a, b, x) - u, (1 - u) - betaincc(a, b, x))
    return excess / np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b))


@pytest.mark.parametrize("a", SHAPES)
@pytest.mark.parametrize("b", SHAPES)
def test_the_share_and_its_distance_from_one_are_good_to_eight_digits(a, b):
    x = beta_ppf(a, b, U)
    within = (x > 0) & (x < 1 - 1e-13)  # closer to 1 than that, floats cannot tell
    x, u = x[within], U[within]
    assert np.all(np.abs(newton_step(a, b, x, u)) < 1e-9 * np.minimum(x, 1 - x) + 3e-16)
    assert within.mean() > 0.9 or b < 0.5


@pytest.mark.parametrize(("a", "b"), [(2, 5), (1, 1), (30, 60), (0.5, 1e4), (0.3, 0.4)])
def test_a_beta_law_is_the_mirror_image_of_its_opposite(a, b):
    u = np.linspace(0.01, 0.99, 99)
    np.testing.assert_allclose(beta_ppf(a, b, u), 1 - beta_ppf(b, a, 1 - u), rtol=1e-8, atol=1e-15)


def test_simple_laws_by_hand():
    np.testing.assert_allclose(beta_ppf(1, 1, U), U, rtol=1e-8)
    np.testing.assert_allclose(beta_ppf(3, 1, U), U ** (1 / 3), rtol=1e-8)
    np.testing.assert_allclose(beta_ppf(0.5, 0.5, U), np.sin(np.pi * U / 2) ** 2, rtol=1e-8)


@pytest.mark.parametrize(("a", "b"), [(2, 5), (30, 60), (0.5, 0.5), (1e4, 3), (0.2, 7)])
def test_quantiles_rise_across_the_edge_of_the_table_and_beyond(a, b):
    score = np.arange(-EDGE - 0.3, EDGE + 0.3, 1e-3)
    x = beta_ppf(a, b, ndtr(score))
    assert np.all(np.diff(x) >= 0)
    assert 0 <= x[0] < x[-1] <= 1


def test_probabilities_may_have_any_shape():
    assert beta_ppf(2, 3, np.full((2, 3), 0.5)).shape == (2, 3)
    assert beta_ppf(2, 3, 0.5) == pytest.approx(0.3857275681)
