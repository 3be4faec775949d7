"""Which of many sorted steps a number lies in, found without a search.

A guide table (Chen and Asau 1974, "On generating random variates from an empirical distribution", AIIE Transactions
6(2)) says for each of many equal cells at which step the cell begins. Where a cell holds one border of steps or none,
one comparison finds the step; the few numbers that fall into a fuller cell are searched for.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK = 8_192
"""Numbers looked up at a time, so that what is in between stays in the processor's cache."""

CELLS = 1 << 12


class Lookup:
    """Sorted borders between `low` and `high`; border `i` ends step `i`, and there is one step more than borders."""

    def __init__(self, borders: Array, low: float, high: float) -> None:
        self.borders = borders
        self.low = low
        cells = max(CELLS, 1 << min(20, int(2 * len(borders)).bit_length()))
        self.scale = cells / (high - low)
        edges = low + np.arange(cells + 1) / self.scale
        begins = np.searchsorted(borders, edges, side="left")
        # a number at the very end of the range, or moved there by rounding, belongs to the last cell
        self.first = np.append(begins[:-1], begins[-2]).astype(np.int32)
        inside = np.diff(begins)
        self.crowded = np.append(inside, inside[-1]) > 1
        self.any_crowded = bool(self.crowded.any())
        self.ends = np.append(borders, np.inf)

    def steps(self, x: Array) -> NDArray[np.int32]:
        """Give how many borders lie below each number of `x`, (n,): those equal to it do not."""
        cell = ((x - self.low) * self.scale).astype(np.int32)
        step = self.first.take(cell)
        step += self.ends.take(step) < x
        if self.any_crowded and (crowded := self.crowded.take(cell)).any():
            step[crowded] = np.searchsorted(self.borders, x[crowded], side="left")
        return step
