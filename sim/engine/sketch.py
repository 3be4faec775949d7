"""What a run keeps of a metric: every value while that fits, else counts in narrow cells and exact sums.

Counts and exact sums merge in any order to the same last bit: whole numbers are added, nothing is rounded on the way.
A cell holds the numbers that agree in sign, exponent and the first ten bits of the mantissa, and is at most 1/1024
(0.1 %) wide, so that no place in it is further than that from any of them. It is the log-linear form of DDSketch
(Masson, Rim and Lee 2019, "DDSketch", PVLDB 12(12)), read off a float's own bits instead of a logarithm.

A number that has no further bits - zero, a loss of 100 %, whole numbers up to 2,047 - has a cell of its own: many draws
may share it, and bounds are set there.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.numbers.arrays import Array
from sim.numbers.percentiles import check_percentiles
from sim.numbers.undefined import Why, reasons
from sim.sampling.estimates import (
    ATOM,
    FEWEST,
    HOLLOW,
    Bounds,
    Estimate,
    Gap,
    Statistics,
    describe,
    gap_reach,
    probability_among,
    share,
    standard_error,
)

BITS = 10
"""Bits of a float's mantissa that tell cells apart."""

RELATIVE_ERROR = 2.0**-BITS
"""The most that a percentile from counts is off, as a share of it: a cell's width."""

SHIFT = np.int64(52 - BITS)
REST = np.int64((1 << 52 - BITS) - 1)
"""The bits that a cell leaves out."""

INFINITE = 0x7FF << BITS + 1
"""The cell of infinity; NaN lies above it."""

SIGN = 1 << 12 + BITS
MAGNITUDE = np.int32(SIGN - 1)
AT_ONCE = 1 << 16
"""Values that are counted at a time: counting fewer costs more for each."""

UNIT = 1074
"""Exact sums count 2^-1074, the smallest float."""


def exact(x: float) -> int:
    """Give a finite float as a whole number of 2^-1074."""
    numerator, denominator = x.as_integer_ratio()
    return numerator << (UNIT + 1 - denominator.bit_length())


def rounded(total: int) -> float:
    """Give the float nearest to a number of 2^-1074."""
    return total / (1 << UNIT)


class Sketch(ABC):
    """One metric's draws, as far as they are kept."""

    @abstractmethod
    def describe(self, percentiles: Sequence[float]) -> Statistics:
        """Give mean, sd and percentiles with their standard errors."""

    @abstractmethod
    def probability(self, bounds: Bounds) -> Estimate:
        """Estimate the probability that the metric keeps every bound, among the draws that have a value."""


@dataclass(frozen=True, eq=False)
class Exact(Sketch):
    """Every value, (n,) in order of replicate; percentiles are not interpolated between whole numbers."""

    values: Array
    whole: bool = False

    def describe(self, percentiles: Sequence[float]) -> Statistics:
        """Sort all values."""
        return describe(self.values, percentiles, interpolate=not self.whole)

    def probability(self, bounds: Bounds) -> Estimate:
        """Count the values."""
        return probability_among(bounds.kept(self.values), ~np.isnan(self.values))


class Cells:
    """Part of one replicate's draws of a metric: how many lie in each cell, and sums of those that are finite.

    Args:
        centre: the number that sums are taken about, so that little is lost to rounding within a chunk.
    """

    def __init__(self, centre: float) -> None:
        self.centre = centre
        self.cells: NDArray[np.int32] = np.empty(0, np.int32)
        """The first bits of the numbers and, last, whether there are more; of negative ones less `SIGN`."""
        self.counts: NDArray[np.int64] = np.empty(0, np.int64)
        self.reasons: Counter[Why] = Counter()
        """How many draws have no value, by reason."""
        self.never = self.total = self.squares = 0
        self._waiting: list[NDArray[np.int32]] = []

    def add(self, values: Array) -> None:
        """Enter one chunk's values, (n,)."""
        cells = _cells_of(values)
        beyond = (cells & MAGNITUDE) >= INFINITE
        if beyond.any():
            self.reasons.update(reasons(values))
            self.never += int(np.isposinf(values).sum())
            values, cells = values[~beyond], cells[~beyond]
        about = values - self.centre
        self.total += exact(float(about.sum()))
        self.squares += exact(float(np.square(about).sum()))
        self._waiting.append(cells)
        if sum(map(len, self._waiting)) >= AT_ONCE:
            self.settle()

    def merge(self, other: "Cells") -> None:
        """Add another part of the same replicate."""
        self.settle()
        other.settle()
        self._count(other.cells, other.counts)
        self.reasons.update(other.reasons)
        self.never += other.never
        self.total += other.total
        self.squares += other.squares

    def settle(self) -> None:
        """Count what waits to be counted."""
        if self._waiting:
            waiting, self._waiting = np.concatenate(self._waiting), []
            self._count(*_counted(waiting))

    def _count(self, cells: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
        self.cells, self.counts = _merged([self.cells, cells], [self.counts, counts])

    @property
    def finite(self) -> int:
        """How many draws have a finite value."""
        return int(self.counts.sum())

    @property
    def undefined(self) -> int:
        """How many draws have no value."""
        return self.reasons.total()

    @property
    def size(self) -> int:
        """How many draws there are."""
        return self.finite + self.undefined + self.never


def _cells_of(values: Array) -> NDArray[np.int32]:
    """Give the cell of each value, (n,)."""
    bits = np.ascontiguousarray(values).view(np.int64)
    cells = ((bits >> SHIFT) << 1).astype(np.int32)
    cells |= (bits & REST) != 0
    return cells


def _counted(cells: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give the cells that occur, rising, and how often: by counting, which is faster than sorting."""
    negative = cells < 0
    if negative.any():
        sides = [_side(cells[negative]), _side(cells[~negative])]
        return np.concatenate([c for c, _ in sides]), np.concatenate([n for _, n in sides])
    return _side(cells)


def _side(cells: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    if not cells.size:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    low = cells.min()
    counts = np.bincount(cells - low)
    filled = np.flatnonzero(counts)
    return (filled + low).astype(np.int32), counts[filled].astype(np.int64)


def _merged(
    cells: Sequence[NDArray[np.int32]], counts: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Add counts up cell by cell; cells come out rising."""
    together, place = np.unique(np.concatenate(cells), return_inverse=True)
    return together, np.bincount(place, weights=np.concatenate(counts), minlength=together.size).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Counted(Sketch):
    """Counts and sums of each replicate; there are no gaps between whole numbers."""

    replicates: tuple[Cells, ...]
    whole: bool = False

    def describe(self, percentiles: Sequence[float]) -> Statistics:
        """Read percentiles off the counts; mean and sd come from exact sums."""
        qs = check_percentiles(percentiles)
        pooled, rows = _Ordered(self.replicates), [_Ordered([one]) for one in self.replicates]
        overall, by_row = pooled.percentiles(qs), np.array([row.percentiles(qs) for row in rows])
        gaps = {} if self.whole else pooled.gaps(qs, np.array([row.shares_upto(overall) for row in rows]))
        errors = {q: float("nan") if q in gaps else standard_error(by_row[:, i]) for i, q in enumerate(qs)}
        return Statistics(
            mean=Estimate(pooled.mean, standard_error(np.array([row.mean for row in rows]))),
            sd=Estimate(pooled.sd, standard_error(np.array([row.sd for row in rows]))),
            percentiles={q: Estimate(float(overall[i]), errors[q]) for i, q in enumerate(qs)},
            undefined=self._share([one.undefined for one in self.replicates], self._sizes),
            never=self._share([one.never for one in self.replicates], self._sizes),
            gaps=gaps,
            atoms={} if self.whole else pooled.atoms(qs),
            reasons={why: count / int(self._sizes.sum()) for why, count in sorted(pooled.reasons.items())},
        )

    def probability(self, bounds: Bounds) -> Estimate:
        """Count the cells; one that a bound runs through counts in part."""
        there = np.array([one.size - one.undefined for one in self.replicates])
        return self._share([_Ordered([one]).kept(bounds) for one in self.replicates], there)

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        return np.array([one.size for one in self.replicates])

    def _share(self, hits: Sequence[float], there: NDArray[np.int64]) -> Estimate:
        return share(np.array(hits, float), there.astype(float))


class _Ordered:
    """Cells in rising order of their numbers, of one replicate or of all."""

    def __init__(self, parts: Sequence[Cells]) -> None:
        cells, counts = _merged([p.cells for p in parts], [p.counts for p in parts])
        low, high = _edges(cells)
        order = np.argsort(low + high)  # cells do not overlap; a number's own one lies at the edge of another
        self.low, self.high, self.counts = low[order], high[order], counts[order]
        self.never = sum(part.never for part in parts)
        self.reasons = sum((part.reasons for part in parts), Counter[Why]())
        self.finite = int(self.counts.sum())
        self.centre = parts[0].centre
        self._total, self._squares = sum(p.total for p in parts), sum(p.squares for p in parts)

    @property
    def mean(self) -> float:
        """Mean of the draws that exist; NaN if some are infinite or none exists."""
        if not self.finite or self.never:
            return float("nan")
        return self.centre + rounded(self._total) / self.finite

    @property
    def sd(self) -> float:
        """Standard deviation of all values; NaN if some of them are infinite."""
        if not self.finite or self.never:
            return float("nan")
        about = rounded(self._total) / self.finite
        return float(np.sqrt(max(rounded(self._squares) / self.finite - about**2, 0.0)))

    def percentiles(self, qs: Sequence[float]) -> Array:
        """Give the value at each share of the draws that exist, at its place in its cell."""
        if not self.existing:
            return np.full(len(qs), np.nan)
        ranks, cell = self._cells_at(qs)
        low, high = (np.append(edge, np.inf)[cell] for edge in (self.low, self.high))
        before = np.append(0, self._upto)[cell]
        share = (ranks - before - 0.5) / np.append(self.counts, 1)[cell]  # as if they lay evenly in it
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(np.isinf(low), np.inf, low + share * (high - low)))

    @property
    def existing(self) -> int:
        """How many draws have a value."""
        return self.finite + self.never

    @cached_property
    def _upto(self) -> NDArray[np.int64]:
        return np.cumsum(self.counts)

    def _cells_at(self, qs: Sequence[float]) -> tuple[Array, NDArray[np.int64]]:
        """Give the rank of each share of the draws that exist, and the cell it falls into."""
        ranks = np.clip(np.ceil(np.array(qs) / 100 * self.existing - 1e-9), 1, self.existing)
        return ranks, np.searchsorted(self._upto, ranks)

    def shares_upto(self, values: Array) -> Array:
        """Give the share of the draws that exist at or below each value, (k,)."""
        kept = [self.kept(Bounds(at_most=value)) if value < np.inf else self.existing for value in values]
        return np.array(kept) / max(self.existing, 1)

    def gaps(self, qs: Sequence[float], shares: Array) -> dict[float, Gap]:
        """Find the percentiles that fall into a gap, as `sim.sampling.estimates.gaps_of` does of single draws."""
        found: dict[float, Gap] = {}
        if self.existing < FEWEST:
            return found
        for q, reach in zip(qs, 100 * gap_reach(shares, self.existing), strict=True):
            if q - reach <= 0 or q + reach >= 100:
                continue
            low, high = self.percentiles((q - reach, q + reach))
            if not low < high < np.inf:
                continue
            quarter = (high - low) / 4
            inner = self.kept(Bounds(above=low + quarter, below=high - quarter))
            if inner < HOLLOW * reach / 50 * self.existing:
                first, last = self._cells_at((q - reach, q + reach))[1]
                widest = first + int(np.argmax(self.low[first + 1 : last + 1] - self.high[first:last]))
                found[q] = Gap(float(low), float(high), float(self._upto[widest] / self.existing))
        return found

    def atoms(self, qs: Sequence[float]) -> dict[float, float]:
        """Give the share of the draws at each percentile that is one number in many of them, but not in all."""
        counts = np.append(np.where(self.low == self.high, self.counts, 0), 0)
        shares = counts[self._cells_at(qs)[1]] / max(self.existing, 1)
        return {q: float(share) for q, share in zip(qs, shares, strict=True) if ATOM <= share < 1}

    def kept(self, bounds: Bounds) -> float:
        """Give how many draws keep the bounds."""
        return float(self.counts @ bounds.share(self.low, self.high)) + self.never * float(
            bounds.kept(np.array([np.inf]))[0]
        )


def _edges(cells: NDArray[np.int32]) -> tuple[Array, Array]:
    """Give the lowest and highest number of each cell, (k,) each."""
    negative = cells < 0
    magnitude = np.where(negative, cells + SIGN, cells).astype(np.int64)
    first, more = magnitude >> 1, magnitude & 1
    near, far = (first << SHIFT).view(np.float64), ((first + more) << SHIFT).view(np.float64)
    return np.where(negative, -far, near), np.where(negative, -near, far)
