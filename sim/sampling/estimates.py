"""Statistics of draws with their standard errors, from independent replicates.

An estimate is made from all draws; its standard error from the spread of the same estimate over the replicates,
sd / sqrt(R). That is right for Sobol, Latin and random draws alike, and for every statistic. Its 95 % interval is a
t interval with R - 1 degrees of freedom (L'Ecuyer, Nakayama, Owen and Tuffin 2023, "Confidence intervals for
randomized quasi-Monte Carlo estimators", WSC).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.numbers.arrays import Array
from sim.numbers.percentiles import check_percentiles
from sim.numbers.undefined import Why, reasons
from sim.sampling.draws import REPLICATES

T95 = 2.1314495455597737
"""97.5 % quantile of Student's t with 15 degrees of freedom: half-width of a 95 % interval in standard errors."""


@dataclass(frozen=True)
class Bounds:
    """What a number must keep: any of four bounds, all that are given."""

    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        """Make sure there is one.

        Raises:
            UsageError: there is none.
        """
        if all(bound is None for bound in (self.at_least, self.at_most, self.above, self.below)):
            raise UsageError("probability of what? Give at_least, at_most, above or below")

    def kept(self, x: Array) -> NDArray[np.bool_]:
        """Say which numbers keep them, (n,); NaN keeps none."""
        tests = {
            np.greater_equal: self.at_least,
            np.less_equal: self.at_most,
            np.greater: self.above,
            np.less: self.below,
        }
        return np.asarray(np.logical_and.reduce([test(x, bound) for test, bound in tests.items() if bound is not None]))

    @property
    def ends(self) -> tuple[float, float]:
        """What numbers that keep them lie between; infinite where there is no bound."""
        lowest = max((bound for bound in (self.at_least, self.above) if bound is not None), default=-np.inf)
        return lowest, min((bound for bound in (self.at_most, self.below) if bound is not None), default=np.inf)

    def share(self, low: Array, high: Array) -> Array:
        """Give the share of each cell that keeps them, (k,), as if its numbers lay evenly between its edges."""
        low, high = np.asarray(low, float), np.asarray(high, float)
        lowest, highest = self.ends
        width = high - low
        part = np.clip(np.minimum(high, highest) - np.maximum(low, lowest), 0, None)
        return np.where(width > 0, part / np.where(width > 0, width, 1), self.kept(low))


class Estimate(NamedTuple):
    """A number from a simulation and its standard error; NaN where it has none."""

    value: float
    se: float


WINDOW = 16
"""Draws on either side of a percentile that are looked at, at least, for a gap."""

FEWEST = 20 * WINDOW
"""Draws that it takes to tell a gap."""

HOLLOW = 0.15
"""Share of the draws around a percentile that its middle half may hold at most for there to be a gap; half is usual."""

ATOM = 0.005
"""Share of the draws on one number from which it is told: below a percentile, no luck of sampling makes that many."""


class Gap(NamedTuple):
    """A percentile that lies between two clusters of draws: no more is known of it than between what."""

    low: float
    high: float
    below: float
    """Share of the draws in the lower cluster."""


@dataclass(frozen=True)
class Statistics:
    """Distribution of one metric. A mean is NaN where some draws are infinite or all undefined."""

    mean: Estimate
    sd: Estimate
    percentiles: Mapping[float, Estimate]
    undefined: Estimate
    """Share of draws in which the metric does not exist (an IRR without a single rate); left out of the rest."""
    never: Estimate
    """Share of draws in which it is infinite (no payback within the horizon); part of the percentiles."""
    reasons: Mapping[Why, float] = field(default_factory=dict)
    """Share of draws in which it does not exist, by reason."""
    gaps: Mapping[float, Gap] = field(default_factory=dict)
    """Percentiles that fall into a gap; they have no standard error."""
    atoms: Mapping[float, float] = field(default_factory=dict)
    """Percentiles that are one number in many draws, and the share of the draws."""


def describe(x: Array, percentiles: Sequence[float], *, interpolate: bool = True) -> Statistics:
    """Summarise a metric's draws, (n,) in order of replicate.

    Without interpolation a percentile is the smallest drawn value that at least that share of the draws does not
    exceed, which may be `inf`.
    """
    rows = np.sort(x.reshape(REPLICATES, -1), axis=1)  # NaN sorts last
    counts = rows.shape[1] - np.isnan(rows).sum(axis=1)
    pooled = np.sort(rows, axis=None)[: counts.sum()]
    qs = check_percentiles(percentiles)
    if pooled.size == x.size:
        by_row = _percentiles(rows, qs, interpolate)
    else:
        existing = [row[:count] for row, count in zip(rows, counts, strict=True)]
        by_row = np.array([_percentiles(row, qs, interpolate) for row in existing])
    overall = _percentiles(pooled, qs, interpolate)
    shares = np.array([np.searchsorted(row, overall, "right") for row in rows]) / np.maximum(counts, 1)[:, None]
    gaps = gaps_of(pooled, qs, shares) if interpolate else {}
    errors = {q: float("nan") if q in gaps else standard_error(by_row[:, i]) for i, q in enumerate(qs)}
    return Statistics(
        mean=_moment(rows, pooled, np.mean),
        sd=_moment(rows, pooled, np.std),
        percentiles={q: Estimate(float(overall[i]), errors[q]) for i, q in enumerate(qs)},
        undefined=probability(np.isnan(x)),
        never=probability(np.isinf(x)),
        reasons={why: count / x.size for why, count in reasons(x).items()},
        gaps=gaps,
        atoms=_atoms(pooled, qs, overall) if interpolate else {},
    )


def gaps_of(pooled: Array, qs: Sequence[float], shares: Array) -> dict[float, Gap]:
    """Find the percentiles that fall into a gap between two clusters of draws.

    A percentile is known as closely as the share of draws below it: it lies between the order statistics that far to
    either side (Woodruff 1952, JASA 47(260)). Where the middle of that interval is empty, the spread of replicates
    says nothing of it, since most of them lie on one side.

    Args:
        pooled: the draws that exist, in rising order, (n,).
        qs: the percentiles.
        shares: of the draws at or below each, by replicate, (REPLICATES, len(qs)).
    """
    if pooled.size < FEWEST:
        return {}
    reach = gap_reach(shares, pooled.size)
    ends = ((np.array(qs) / 100 + np.array([-reach, reach])) * (pooled.size - 1)).astype(int)
    inside = (ends[0] > 0) & (ends[1] < pooled.size - 1)
    first, last = np.clip(ends, 0, pooled.size - 1)
    low, high = pooled[first], pooled[last]
    with np.errstate(invalid="ignore"):  # from infinity to infinity
        quarter = (high - low) / 4
        inner = np.searchsorted(pooled, high - quarter) - np.searchsorted(pooled, low + quarter, "right")
    hollow = inside & (high > low) & np.isfinite(high) & (inner < HOLLOW * (last - first))
    found = {}
    for i in np.flatnonzero(hollow):
        widest = first[i] + int(np.argmax(np.diff(pooled[first[i] : last[i] + 1])))
        found[qs[int(i)]] = Gap(float(low[i]), float(high[i]), float((widest + 1) / pooled.size))
    return found


def gap_reach(shares: Array, size: int) -> Array:
    """Give how far the shares of the draws below percentiles may be off, (k,), given those by replicate, (R, k)."""
    errors = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
    return np.asarray(np.maximum(T95 * errors, WINDOW / max(size, 1)))


def _atoms(pooled: Array, qs: Sequence[float], values: Array) -> dict[float, float]:
    """Give the share of the draws at each percentile that is one number in many of them, but not in all."""
    on = np.searchsorted(pooled, values, "right") - np.searchsorted(pooled, values, "left")
    shares = np.where(np.isfinite(values), on / max(pooled.size, 1), 0.0)
    return {q: float(share) for q, share in zip(qs, shares, strict=True) if ATOM <= share < 1}


def mean(x: Array) -> Estimate:
    """Estimate a mean from finite draws, (n,)."""
    rows = x.reshape(REPLICATES, -1).mean(axis=1)
    return Estimate(float(rows.mean()), standard_error(rows))


def replicated(x: Array, of: Callable[[Array], float]) -> Estimate:
    """Estimate a statistic of draws, (n,): its value from all of them, its error from those of the replicates."""
    rows = np.array([of(row) for row in x.reshape(REPLICATES, -1)])
    return Estimate(of(x), standard_error(rows))


def probability(hits: Array | NDArray[np.bool_]) -> Estimate:
    """Estimate the probability of an event from its indicator (or the share of a tie), (n,)."""
    return mean(np.asarray(hits, dtype=float))


def probability_among(hits: NDArray[np.bool_], counts: NDArray[np.bool_]) -> Estimate:
    """Estimate the probability of an event given another, from the indicators of both, (n,); NaN if none counts."""
    if counts.all():
        return probability(hits)
    hit, there = (np.asarray(x, dtype=float).reshape(REPLICATES, -1).sum(axis=1) for x in (hits & counts, counts))
    return share(hit, there)


def share(hits: Array, there: Array) -> Estimate:
    """Estimate a probability from how many draws hit of those there are in each replicate, (REPLICATES,) each."""
    if not there.all():
        return Estimate(float(hits.sum() / there.sum()) if there.any() else float("nan"), float("nan"))
    return Estimate(float(hits.sum() / there.sum()), standard_error(hits / there))


def standard_error(rows: Array) -> float:
    """Give the standard error of an estimate from its values in the replicates, (REPLICATES,)."""
    if not np.isfinite(rows).all():
        return float("nan")
    return float(rows.std(ddof=1) / np.sqrt(rows.size))


def _moment(rows: Array, pooled: Array, moment: Callable[..., Array]) -> Estimate:
    """Estimate a moment from the draws that exist; NaN if some of them are infinite."""
    if not pooled.size or np.isinf(pooled[-1]):
        return Estimate(float("nan"), float("nan"))
    if pooled.size == rows.size:
        by_row = moment(rows, axis=1)
    else:
        by_row = np.array([moment(row[~np.isnan(row)]) if (~np.isnan(row)).any() else np.nan for row in rows])
    return Estimate(float(moment(pooled)), standard_error(by_row))


def _percentiles(ordered: Array, qs: Sequence[float], interpolate: bool) -> Array:
    """Give percentiles along the last axis, in rising order: Hyndman and Fan's type 7, or type 1 (no interpolation)."""
    size = ordered.shape[-1]
    if not size:
        return np.full(len(qs), np.nan)
    if not interpolate:
        ranks = np.ceil(np.array(qs) / 100 * size - 1e-9).astype(int) - 1
        return np.asarray(ordered[..., np.clip(ranks, 0, size - 1)])
    place = np.array(qs) / 100 * (size - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, size - 1)
    below, above, part = ordered[..., low], ordered[..., high], place - low
    with np.errstate(invalid="ignore"):  # from infinity to infinity, and nothing of the way there
        between = below + part * (above - below)
    return np.where((part == 0) | (below == above), below, between)
