"""What arrays are made of."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


Value = float | Array
"""A number, or one a draw, (n,)."""
