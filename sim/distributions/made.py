"""What laws made of other laws share: their tables, made from CDFs, and what those cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.distributions.base import LEAST, MOST, MOST_VALUES, REMOTE, Distribution, expectation
from sim.distributions.tabulated import EDGE, Stepped, Tabulated, solved
from sim.numbers.arrays import Array

LONGEST = 4 * MOST_VALUES
"""Most values that a table starts from."""

MOST_COST = 4_000
"""Most values of simple CDFs that one value of a law may take: its table is then made in a few seconds."""

MOST_ROUNDING = 1e-8
"""Largest rounding of the CDF of a law made of others."""


def parts_of(law: Distribution) -> Iterator[Distribution]:
    """Give the laws that a law is made of."""
    for name in type(law).model_fields:
        value: Any = getattr(law, name)
        for item in value if isinstance(value, tuple) else (value,):
            inner = item if isinstance(item, Distribution) else getattr(item, "of", None)  # a part of a mixture has one
            if isinstance(inner, Distribution):
                yield inner


def depth_of(law: Distribution) -> int:
    """Give how many laws are inside each other, the outermost included."""
    return 1 + max((depth_of(part) for part in parts_of(law)), default=0)


def mesh_of(law: Distribution) -> Array:
    """Give values that span a law, closer where more of it lies.

    A value with a probability of its own comes with the float below it, so that a table has its step at once.
    """
    from scipy.special import ndtr

    alone = law.values_alone
    if alone is not None:
        return with_steps(alone, alone)
    middle = ndtr(np.linspace(-EDGE - 1, EDGE + 1, 61))
    x = law.ppf(np.clip(np.concatenate([[LEAST], middle, [MOST]]), LEAST, MOST))
    return with_steps(x, x[1:][np.diff(x) == 0])


def with_steps(mesh: Array, steps: Array) -> Array:
    """Give a mesh with the float below each of some values, in rising order."""
    return np.unique(np.concatenate([mesh, np.nextafter(steps, -np.inf), steps]))


def thinned(mesh: Array) -> Array:
    """Give at most `LONGEST` values of a mesh, the ends among them."""
    if mesh.size <= LONGEST:
        return mesh
    return mesh[np.unique(np.linspace(0, mesh.size - 1, LONGEST).astype(np.intp))]


def table_of(law: Distribution, mesh: Array) -> Tabulated | Stepped:
    """Tabulate a law from its CDF, over values that span it."""
    from scipy.special import ndtri

    if law.steps_alone is not None:
        return Stepped(*law.steps_alone)
    return Tabulated(lambda x: np.asarray(ndtri(law.cdf(x))), thinned(mesh), noise=law.rounding)


def reach_of(law: Distribution, mesh: Array) -> tuple[float, float]:
    """Find the quantiles that a run can be expected to reach, from the CDF alone."""
    from scipy.special import ndtri

    z = np.asarray(ndtri(np.array([REMOTE, 1 - REMOTE])))
    low, high = solved(lambda x: np.asarray(ndtri(law.cdf(x))), z, float(mesh[0]), float(mesh[-1]))
    return float(low), float(high)


def mean_of(law: Distribution) -> float:
    """Give the mean of a law by adding up its values, or by integrating its quantiles."""
    if law.steps_alone is None:
        return expectation(law.ppf)
    values, upto = law.steps_alone
    return float(values @ np.diff(upto, prepend=0.0))


class Made(Distribution):
    """A law made of others."""

    @property
    def cost(self) -> int:
        """That of the laws it is made of."""
        return sum(part.cost for part in parts_of(self))

    @property
    def rounding(self) -> float:
        """The largest of the laws it is made of."""
        return max(part.rounding for part in parts_of(self))

    @property
    def grain(self) -> float:
        """The largest of the laws it is made of."""
        return max(part.grain for part in parts_of(self))

    def check_table(self) -> None:
        """Make sure that a table of the law is made in seconds, and of digits that say something.

        Raises:
            ValueError: it would take longer, or no digits would be left.
        """
        if self.cost > MOST_COST:
            raise ValueError(
                f"a value of it takes some {self.cost:,} values of simple laws (at most {MOST_COST:,}: say it more"
                " simply, with fewer parts or fewer different numbers)"
            )
        if self.rounding > MOST_ROUNDING:
            raise ValueError(
                "copies of copies, or cuts of them, go so far into the tail of a law that no digits are left"
                " (fewer copies, or cut less)"
            )
