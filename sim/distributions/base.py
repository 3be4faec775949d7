"""What every family of uncertain inputs is: fields, and the inverse CDF that draws them."""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sim.spec import Spec

Array = NDArray[np.float64]

REMOTE = 1e-9
"""The probability beyond which an unbounded tail is not held against a bound (one draw in a billion)."""


class Distribution(Spec):
    """One uncertain number. Fields are plain floats, rates as shares (0.12 for 12 %)."""

    @abstractmethod
    def ppf(self, u: Array) -> Array:
        """Give the quantiles at probabilities `u`, same shape."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value."""

    @property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest value that a run can be expected to draw, `REMOTE` tails left out."""
        low, high = self.ppf(np.array([REMOTE, 1 - REMOTE]))
        return float(low), float(high)

    @property
    def swing(self) -> tuple[float, float]:
        """The two values a tornado bar moves between: P10 and P90."""
        low, high = self.ppf(np.array([0.1, 0.9]))
        return float(low), float(high)
