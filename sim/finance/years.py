"""From months to the years of a yearly table: when a year ends, what falls in it, and payback inside a year.

A table starts with what is spent up to go-live, or in month 0, and then has years of twelve months.
"""

import numpy as np

from sim.finance.roots import DUST
from sim.numbers.arrays import Array


def year_ends(last: float, golive: float | Array, size: int) -> Array:
    """Give the last month of the start and of each year after it, (years + 1, n), none beyond month `last`.

    The start is all months up to go-live. Where there is no go-live, everything belongs to it.
    """
    start = np.broadcast_to(golive, size)
    after = 12.0 * np.arange(np.ceil(last / 12) + 1)
    return np.minimum(start + after[:, None], last)


def payback_in_years(totals: Array, ends: Array) -> Array:
    """Give the month in which running totals at year ends, (years + 1, n), reach zero for good; `inf` if they do not.

    The flows of a year are taken to be spread evenly over it, so the total moves in a straight line between two ends.
    """
    month = np.zeros(totals.shape[1])
    for before, after, start, end in zip(totals[:-1], totals[1:], ends[:-1], ends[1:], strict=True):
        crosses = (before < -DUST) & (after >= -DUST)
        share = np.divide(-before, after - before, out=np.zeros_like(month), where=crosses)
        month = np.where(crosses, start + (end - start) * np.minimum(share, 1.0), month)
    return np.where(totals[-1] < -DUST, np.inf, month)
