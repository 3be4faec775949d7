"""The shape of an uncertain number, small: shares by cell for terminals, curves for charts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.numbers.arrays import Array

CELLS = 48
"""Cells between the two ends of a picture: three make one character, and a chart's bars are one each."""

ENDS = (0.005, 0.995)
"""Probabilities at which a picture ends, so that one far value does not squeeze the rest flat."""

FEW = 40
"""Most different values at which a law is drawn as bars at its values."""

BLOCKS = " ▁▂▃▄▅▆▇█"

_LOGITS = np.linspace(-9, 9, 1201)
_GRID = np.sort(np.concatenate([1 / (1 + np.exp(-_LOGITS)), np.linspace(0.0005, 0.9995, 1000)]))
_BETWEEN: Array = np.concatenate([[0.0], (_GRID[1:] + _GRID[:-1]) / 2, [1.0]])
"""The probability below which there are none, one, two ... points of the grid."""
_BLOCK = 1 << 16
"""Draws counted at a time."""


@dataclass(frozen=True)
class Picture:
    """A law between its two ends, from its quantiles alone."""

    law: Distribution

    @cached_property
    def _quantiles(self) -> Array:
        return self.law.ppf(_GRID)

    @cached_property
    def values(self) -> Array:
        """The law's values if they are few, (k,); none of a continuous law."""
        quantiles = np.unique(self._quantiles)
        return quantiles if quantiles.size <= FEW else np.empty(0)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Where the picture begins and ends: the extremes of a law of few values, else `ENDS`."""
        if self.values.size:
            return float(self.values[0]), float(self.values[-1])
        low, high = self.law.ppf(np.array(ENDS))
        return float(low), float(high)

    @cached_property
    def edges(self) -> Array:
        """Edges of the cells, (CELLS + 1,)."""
        return np.linspace(*self.ends, CELLS + 1)

    @cached_property
    def cumulative(self) -> Array:
        """Probability of being below each edge of a continuous law, (CELLS + 1,): its quantiles read backwards."""
        return np.asarray(np.interp(self.edges, self._quantiles, _GRID))

    @cached_property
    def masses(self) -> Array:
        """Probability of each of `values`, (k,), to 0.001."""
        return np.diff(_BETWEEN[np.searchsorted(self._quantiles, self.values, side="right")], prepend=0.0)

    @cached_property
    def shares(self) -> Array:
        """Probability of each cell, (CELLS,)."""
        if self.values.size:
            return np.asarray(np.bincount(self.cells(self.values), self.masses, CELLS), dtype=np.float64)
        values, first, counts = np.unique(self._quantiles, return_index=True, return_counts=True)
        # Up to a value and just beyond it: a value with a mass of its own counts where it stands.
        x = np.column_stack([values, np.nextafter(values, np.inf)]).ravel()
        below = np.column_stack([_GRID[first], _GRID[first + counts - 1]]).ravel()
        return np.diff(np.interp(self.edges, x, below))

    def counted(self, draws: Array) -> Array:
        """Give the share of draws in each cell, (CELLS,); what lies beyond the ends is left out."""
        low, high = self.ends
        counts = np.zeros(CELLS, dtype=np.int64)
        for start in range(0, draws.size, _BLOCK):
            part = draws[start : start + _BLOCK]
            inside = part[(part >= low) & (part <= high)]
            counts += np.bincount(self.cells(inside), minlength=CELLS)
        return counts / draws.size

    def cells(self, x: Array) -> NDArray[np.int64]:
        """Give the cell of each value between the two ends."""
        low, high = self.ends
        scale = CELLS / (high - low) if high > low else 0.0
        return np.minimum(((x - low) * scale).astype(np.int64), CELLS - 1)


def blocks(shares: Array, width: int = 16) -> str:
    """Give shares as `width` characters, the likeliest a full block; a space is nothing at all.

    Example:
        >>> blocks(np.array([0.0, 0.1, 0.2, 0.8]), width=4)
        ' ▁▂█'
    """
    heights = shares.reshape(width, -1).sum(axis=1)
    peak = heights.max()
    steps = np.rint(heights / peak * 8).astype(int) if peak > 0 else np.zeros(width, dtype=int)
    steps[(heights > 0) & (steps == 0)] = 1  # rare is not never
    return "".join(BLOCKS[step] for step in steps)
