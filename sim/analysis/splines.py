"""Columns that can follow what an input does: natural cubic splines, one column a level, and both around an atom."""

import numpy as np
from numpy.typing import NDArray

from sim.numbers.arrays import Array, Places

FEW = 12
"""Most different values of an input that has few: each of them is a group of its own."""

ATOM = 0.1
"""Share of the draws on one value from which on that value is a group of its own."""

EDGE = 0.01
"""Share of the draws outside the outer knots, where a natural spline is a straight line."""


def columns_of(x: Array, freedom: int) -> Array:
    """Give columns whose sums with a constant are curves in an input, (n, k): its levels if these are few.

    An input that has one value in many draws, such as zero where nothing happens, has a column for having another one,
    and a spline of the others. Without a constant; no columns where the input does not vary.
    """
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    if len(values) <= FEW:
        return level_columns(inverse, len(values))
    if counts.max() > ATOM * x.size:
        there = x != values[counts.argmax()]
        return np.column_stack([there.astype(float), spline_where(there, x, freedom - 1)])
    return spline_columns(x, freedom)


def level_columns(level: Places, count: int) -> Array:
    """Give one column for each level but the first, (n, count - 1): 1 where a draw has it."""
    return np.asarray(np.equal(level[:, None], np.arange(1, count)), dtype=float)


def spline_where(there: NDArray[np.bool_], x: Array, freedom: int) -> Array:
    """Give a spline of an input where a condition holds, (n, k), and zeros elsewhere."""
    inside = spline_columns(x[there], freedom)
    columns = np.zeros((x.size, inside.shape[1]))
    columns[there] = inside
    return columns


def spline_columns(x: Array, freedom: int) -> Array:
    """Give a natural cubic spline with so many degrees of freedom, (n, freedom), without its constant.

    Knots stand at equally likely values of the input. A column is the spline that is 1 at one knot and 0 at the others
    (Green and Silverman 1994, "Nonparametric Regression and Generalized Linear Models", section 2.1), so that columns
    are nearly apart and their sums of squares are safe to solve.
    """
    if not x.size:
        return np.zeros((0, 0))
    knots = np.unique(np.quantile(x, np.linspace(EDGE, 1 - EDGE, max(freedom, 1) + 1)))
    if len(knots) < 2:
        return np.zeros((x.size, 0))
    piece = np.clip(np.searchsorted(knots, x, "right") - 1, 0, len(knots) - 2)
    width = np.diff(knots)[piece]
    t = (x - knots[piece]) / width
    left, right = _bends_within(t)
    width *= width / 6
    start = np.arange(0, x.size * len(knots), len(knots)) + piece  # of a row of columns, flat
    bent = np.zeros((x.size, len(knots)))
    bent.ravel()[start], bent.ravel()[start + 1] = width * left, width * right
    columns = bent @ _second_derivatives(knots)
    columns.ravel()[start] += 1 - t
    columns.ravel()[start + 1] += t
    return np.asarray(columns[:, 1:])


def _bends_within(t: Array) -> tuple[Array, Array]:
    """Give how the second derivatives at the left and right knot count at a place between, (n,) each.

    Beyond the outer knots the curve goes on as straight as it is there.
    """
    s = 1 - t
    left = np.where(s < 0, -s, s * s * s - s)
    right = np.where(t < 0, -t, t * t * t - t)
    return left, right


def _second_derivatives(knots: Array) -> Array:
    """Give the second derivatives at the knots of each of the columns, (knots, knots): zero at both ends."""
    count, width = len(knots), np.diff(knots)
    bends = np.zeros((count, count))
    if count < 3:
        return bends
    inner = np.arange(count - 2)
    slopes = np.zeros((count - 2, count))
    slopes[inner, inner] = 1 / width[:-1]
    slopes[inner, inner + 1] = -1 / width[:-1] - 1 / width[1:]
    slopes[inner, inner + 2] = 1 / width[1:]
    system = np.diag((width[:-1] + width[1:]) / 3) + np.diag(width[1:-1] / 6, 1) + np.diag(width[1:-1] / 6, -1)
    bends[1:-1] = np.linalg.solve(system, slopes)
    return bends
