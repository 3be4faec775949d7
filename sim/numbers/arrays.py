"""What arrays are made of, and how whole ones are worked on without making new ones."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]


Value = float | Array
"""A number, or one a draw, (n,)."""


def is_one(value: Value) -> bool:
    """Whether a value is one in every draw, so that nothing need be multiplied by it."""
    return isinstance(value, float) and value == 1.0


def in_place(operation: np.ufunc, x: Value, other: Value) -> Array:
    """Work into `x` where its shape allows it: what is passed in is not used again."""
    fits = isinstance(x, np.ndarray) and np.broadcast_shapes(x.shape, np.shape(other)) == x.shape
    return np.asarray(operation(x, other, out=x if fits else None))
