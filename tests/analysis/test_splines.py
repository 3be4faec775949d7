"""Columns that can follow what an input does."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from sim.analysis.splines import columns_of, spline_columns


def fitted(columns, y):
    full = np.column_stack([np.ones(len(y)), columns])
    return full @ np.linalg.lstsq(full, y, rcond=None)[0]


def test_a_spline_is_the_natural_one_through_its_knots():
    """Independent code: scipy's natural cubic spline through any values at the same knots."""
    x = np.random.default_rng(1).gamma(2.0, size=4000)
    knots = np.quantile(x, np.linspace(0.01, 0.99, 8))
    values = np.random.default_rng(2).normal(size=8)
    inside = (x > knots[0]) & (x < knots[-1])
    other = CubicSpline(knots, values, bc_type="natural")
    basis = np.column_stack([1 - spline_columns(x, 7).sum(axis=1), spline_columns(x, 7)])
    assert (basis @ values)[inside] == pytest.approx(other(x[inside]), abs=1e-9)


def test_a_spline_is_straight_beyond_its_outer_knots():
    x = np.linspace(0, 1, 5001)
    columns = spline_columns(x, 5)
    assert np.abs(np.diff(columns[:40], 2, axis=0)).max() < 1e-9
    assert np.abs(np.diff(columns[-40:], 2, axis=0)).max() < 1e-9


def test_few_values_have_a_column_each_but_the_first():
    x = np.array([2.0, 5.0, 9.0, 5.0])
    assert columns_of(x, 14).tolist() == [[0, 0], [1, 0], [0, 1], [1, 0]]
    assert columns_of(np.full(5, 3.0), 14).shape == (5, 0)


def test_a_value_that_most_draws_have_is_a_group_of_its_own():
    rng = np.random.default_rng(3)
    x = np.where(rng.uniform(size=8000) < 0.7, 0.0, rng.gamma(2.0, size=8000))
    y = np.where(x > 0, 5 + np.sqrt(x), 0.0)
    left = fitted(columns_of(x, 8), y) - y
    assert np.abs(left[x == 0]).max() < 1e-9
    assert left.std() < 0.05


def test_a_spline_follows_what_bends():
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, 8000)
    y = np.sin(x) ** 2
    assert np.abs(fitted(columns_of(x, 14), y) - y).max() < 0.05
