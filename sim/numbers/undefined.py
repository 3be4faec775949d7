"""Numbers that do not exist in some futures, and why: a NaN carries the reason in bits that arithmetic leaves alone.

A quiet NaN of IEEE 754 has 51 spare bits. With the reason there, an array of draws needs no second one beside it, and
whatever copies, sorts, stores or sends draws keeps the reasons too.
"""

from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from sim.numbers.arrays import Array

SHIFT, MASK = 42, 0x1FF
"""The reason stands in the spare bits next to the one that makes a NaN quiet."""


class Why(IntEnum):
    """Why a metric has no value in a future."""

    UNSAID = 0
    NOTHING_SPENT = 1
    NOTHING_SPENT_BEFORE = 2
    NO_USE = 3
    NOTHING_OUT = 4
    NOTHING_FLOWS = 5
    MONEY_FIRST = 6
    NO_RATE = 7
    SEVERAL_RATES = 8
    ONE_PERIOD = 9

    @property
    def text(self) -> str:
        """The reason in words, after "undefined:"."""
        return _TEXTS[self]


_TEXTS: Mapping[Why, str] = {
    Why.UNSAID: "no value",
    Why.NOTHING_SPENT: "nothing is spent",
    Why.NOTHING_SPENT_BEFORE: "nothing is spent up to go-live",
    Why.NO_USE: "no month of use within the horizon",
    Why.NOTHING_OUT: "no month has a deficit",
    Why.NOTHING_FLOWS: "nothing flows",
    Why.MONEY_FIRST: "money comes in first",
    Why.NO_RATE: "no rate makes the NPV zero",
    Why.SEVERAL_RATES: "several rates make the NPV zero",
    Why.ONE_PERIOD: "everything falls in one period of the discounting",
}


def undefined(why: Why) -> float:
    """Give a NaN that knows why.

    Example:
        >>> reasons(np.array([1.0, undefined(Why.NO_RATE), float("nan")]))
        {<Why.UNSAID: 0>: 1, <Why.NO_RATE: 7>: 1}
    """
    return float(np.uint64(0x7FF8 << 48 | why << SHIFT).view(np.float64))


def reasons(values: Array) -> dict[Why, int]:
    """Count the numbers that do not exist by reason, in order of the reasons; of a value of any shape."""
    missing = np.asarray(values)[np.isnan(values)]
    if not missing.size:
        return {}
    codes = (np.ascontiguousarray(missing).view(np.uint64) >> np.uint64(SHIFT)) & np.uint64(MASK)
    codes, counts = np.unique(np.where(codes < len(Why), codes, 0), return_counts=True)
    return {Why(int(code)): int(count) for code, count in zip(codes, counts, strict=True)}
