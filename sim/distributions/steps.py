"""Laws of separate values - an event, a few amounts, a number of things - as the table of their CDF."""

import numpy as np

from sim.distributions.base import Distribution
from sim.numbers.arrays import Array

MOST_STEPS = 4_096
"""Most values of a law that is told by a table."""

LEFT_OUT = 1e-12
"""Probability in either tail that a table leaves out."""

_GRID = (np.arange(2_001) + 0.5) / 2_001


def steps_of(law: Distribution) -> tuple[Array, Array] | None:
    """Give the values of a law in rising order and the probability of being at or below each, (k,) each.

    None if values lie between any two, or there are too many. From the law's own CDF, value by value; the last
    probability is 1, tails of `LEFT_OUT` aside.
    """
    if np.unique(law.ppf(_GRID)).size == _GRID.size:
        return None
    values, upto = [float(law.ppf(np.array([LEFT_OUT]))[0])], []
    while len(values) <= MOST_STEPS:
        upto.append(float(law.cdf(np.array(values[-1:]))[0]))
        if upto[-1] >= 1 - LEFT_OUT:
            return np.array(values), np.array([*upto[:-1], 1.0])
        above = float(law.ppf(np.array([upto[-1] + LEFT_OUT / 2]))[0])
        if not above > values[-1]:
            return None
        values.append(above)
    return None
