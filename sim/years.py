"""From months to the years of a yearly table: when a year ends, what falls in it, and payback inside a year.

A table starts with what is spent up to go-live, or in month 0, and then has years of twelve months.
"""

from enum import StrEnum

import numpy as np

from sim.distributions import Array
from sim.irr import DUST


class Discounting(StrEnum):
    """From when an amount is discounted."""

    MONTHLY = "monthly"
    YEAR_END = "year_end"
    YEAR_BEGIN = "year_begin"
    INITIAL = "initial"

    def years(self, months: Array, golive: float | Array) -> Array:
        """Give the years each month is discounted by, (m, 1), or (m, n) where that hangs on go-live.

        `initial` is the convention of Forrester's Total Economic Impact: what is spent up to go-live is not
        discounted, and years are counted from there and discounted at their ends.
        """
        if self is Discounting.MONTHLY:
            return months / 12
        if self is Discounting.YEAR_END:
            return np.asarray(np.ceil(months / 12))
        if self is Discounting.YEAR_BEGIN:
            return np.asarray(np.maximum(np.ceil(months / 12) - 1, 0))
        return np.asarray(np.maximum(np.ceil((months - golive) / 12), 0))


def year_ends(last: float, golive: float | Array, size: int) -> Array:
    """Give the last month of the start and of each year after it, (years + 1, n), none beyond month `last`.

    The start is all months up to go-live. Where there is no go-live, everything belongs to it.
    """
    start = np.broadcast_to(golive, size)
    after = 12.0 * np.arange(np.ceil(last / 12) + 1)
    return np.minimum(start + after[:, None], last)


def at(by_month: Array, month: float | Array) -> Array:
    """Give the value in a month of each draw, (n,); that of the last month where it lies beyond."""
    row = np.minimum(np.broadcast_to(month, by_month.shape[1]), len(by_month) - 1).astype(int)
    return np.asarray(by_month[row, np.arange(by_month.shape[1])])


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
