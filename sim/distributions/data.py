"""Laws given as data: observed values, histograms and cumulative tables."""

from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import MOST_VALUES, Bounds, Distribution, expectation
from sim.distributions.lookup import Lookup
from sim.distributions.tabulated import Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import Probability, Pure, Scaled

__all__ = ["Cumulative", "Empirical", "Histogram"]

MANY = 1 << 21
"""Kernels times points evaluated at a time: bounds the memory of smoothing."""

REACHES = 8.3
"""Kernels beyond this many of their standard deviations count as 0 or 1."""


class Empirical(Distribution):
    """Values seen in the past, drawn as they are (`resampled`) or with the gaps between them filled (`smoothed`).

    Resampling draws each value equally often and nothing else. Smoothing puts a small normal curve on each value
    (a kernel density), as wide as Silverman's rule says: 0.9 min(sd, IQR/1.34) n^(-1/5) (Silverman 1986, *Density
    Estimation*, equation 3.31). `low` and `high` are bounds that smoothing must not cross: what would lie beyond is
    reflected back (section 2.10 there), so nothing piles up at a bound.
    """

    dist: Literal["empirical"] = "empirical"
    values: tuple[Scaled, ...] = Field(min_length=2, description="What was seen, two values or more.")
    method: Literal["resampled", "smoothed"] = Field(
        default="resampled", description="`resampled` (if nothing is said) or `smoothed`."
    )
    low: Scaled | None = Field(default=None, description="Bound below, for `smoothed`.")
    high: Scaled | None = Field(default=None, description="Bound above, for `smoothed`.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.method == "resampled":
            if self.low is not None or self.high is not None:
                raise ValueError("resampled values need no bounds (leave out low and high, or write method: smoothed)")
            return self
        least, most = min(self.values), max(self.values)
        if least == most:
            raise ValueError(f"all values are {least:g}: there is nothing to smooth (write the number)")
        if self.low is not None and self.low > least:
            raise ValueError(f"low {self.low:g} is above the lowest value, {least:g} (need low <= values)")
        if self.high is not None and self.high < most:
            raise ValueError(f"high {self.high:g} is below the highest value, {most:g} (need values <= high)")
        return self

    @cached_property
    def _sorted(self) -> Array:
        return np.sort(np.array(self.values, dtype=float))

    @cached_property
    def width(self) -> float:
        """Standard deviation of the kernels, by Silverman's rule; from `sd` alone where half the values are equal."""
        spread = float(np.std(self._sorted, ddof=1))
        quarter, three = np.quantile(self._sorted, [0.25, 0.75])
        between = float(three - quarter) / 1.34
        return float(0.9 * (min(spread, between) if between > 0 else spread) * len(self.values) ** -0.2)

    @cached_property
    def _smooth(self) -> Tabulated:
        low, high = self._span
        near = np.clip(self._sorted[:: max(1, len(self.values) // 64)], low, high)
        return Tabulated(self._score, np.unique(np.concatenate([np.linspace(low, high, 65), near])))

    @property
    def _span(self) -> tuple[float, float]:
        low = self._sorted[0] - REACHES * self.width if self.low is None else self.low
        high = self._sorted[-1] + REACHES * self.width if self.high is None else self.high
        return float(low), float(high)

    def _score(self, x: Array) -> Array:
        from scipy.special import ndtri

        return np.asarray(ndtri(self.cdf(x)))

    def cdf(self, x: Array) -> Array:
        """Share of the values at or below `x`, or the mean of the kernels there."""
        x = np.asarray(x, dtype=float)
        if self.method == "resampled":
            return np.asarray(np.searchsorted(self._sorted, x, side="right") / len(self.values))
        low, high = self._span
        inside = self._folded(np.clip(x, low, high).ravel()).reshape(x.shape)
        return np.where(x >= high, 1.0, np.where(x < low, 0.0, inside))

    def _folded(self, x: Array) -> Array:
        """Probabilities at or below `x` after reflection at the bounds, as often as the kernels reach."""
        if self.low is None and self.high is None:
            return self._kernels(x)
        if self.high is None or self.low is None:
            wall = self.low if self.low is not None else self.high
            mirrored = self._kernels(2 * np.float64(wall or 0.0) - x)
            return self._kernels(x) - mirrored if self.high is None else self._kernels(x) + 1 - mirrored
        period = 2 * (self.high - self.low)
        times = int(np.ceil(REACHES * self.width / period)) + 1
        images = [
            self._kernels(x + shift) - self._kernels(2 * self.low - x + shift)
            for shift in period * np.arange(-times, times + 1)
        ]
        return np.asarray(np.clip(np.sum(images, axis=0), 0.0, 1.0))

    def _kernels(self, x: Array) -> Array:
        """Mean of the kernels' CDFs at `x`, (n,); only those within reach are evaluated."""
        from scipy.special import ndtr

        order = np.argsort(x)
        out = np.empty_like(x)
        step = max(1, MANY // len(self.values))
        for begin in range(0, x.size, step):
            part = order[begin : begin + step]
            first, last = np.searchsorted(
                self._sorted, [x[part[0]] - REACHES * self.width, x[part[-1]] + REACHES * self.width]
            )
            near = ndtr((x[part, None] - self._sorted[first:last]) / self.width).sum(axis=1)
            out[part] = (near + first) / len(self.values)
        return out

    def ppf(self, u: Array) -> Array:
        """Give the value at rank `u`, or the quantile of the kernel density."""
        if self.method == "smoothed":
            return self._smooth(u)
        ranks = np.ceil(np.asarray(u) * len(self.values)).astype(np.intp) - 1
        return self._sorted.take(np.clip(ranks, 0, len(self.values) - 1))

    @property
    def cost(self) -> int:
        """A kernel a value; a search where values are as they are."""
        return 1 + (len(self.values) // 4 if self.method == "smoothed" else 0)

    @property
    def values_alone(self) -> Array | None:
        """The values as they are, if they are drawn so and few."""
        values = np.unique(self._sorted)
        return values if self.method == "resampled" and values.size <= MOST_VALUES else None

    @property
    def bounds(self) -> Bounds:
        """The outermost values; smoothed, what is said, since the curves on the values have no end."""
        return (self.low, self.high) if self.method == "smoothed" else super().bounds

    @property
    def mean(self) -> float:
        """Mean of the values; after reflection, by integration."""
        if self.low is None and self.high is None:
            return float(self._sorted.mean())
        return expectation(self.ppf)


class _Piecewise(Distribution):
    """A CDF of straight lines between points."""

    @cached_property
    def _points(self) -> tuple[Array, Array]:
        """Rising values, and the probability of lying at or below each."""
        raise NotImplementedError

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._points[1][1:-1], 0.0, 1.0)

    def ppf(self, u: Array) -> Array:
        """Interpolate between the points on either side."""
        u = np.asarray(u, dtype=float)
        x, p = self._points
        step = self._lookup.steps(u.ravel()).reshape(u.shape)
        with np.errstate(divide="ignore"):
            slope = np.where(np.diff(p) > 0, np.diff(x) / np.diff(p), 0.0)
        return np.asarray(x.take(step) + (u - p.take(step)) * slope.take(step))

    def cdf(self, x: Array) -> Array:
        """Interpolate between the points."""
        values, p = self._points
        return np.asarray(np.interp(x, values, p))

    @property
    def mean(self) -> float:
        """Midpoints weighted with the probability of their interval."""
        x, p = self._points
        return float(np.diff(p) @ (x[:-1] + x[1:]) / 2)


class Histogram(_Piecewise):
    """Counts by range: `weights` between `edges`, every value of a range equally likely."""

    dist: Literal["histogram"] = "histogram"
    edges: tuple[Scaled, ...] = Field(min_length=2, description="Borders of the ranges, rising; one more than weights.")
    weights: tuple[Pure, ...] = Field(min_length=1, description="Count or share of each range; only ratios matter.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.edges) != len(self.weights) + 1:
            raise ValueError(
                f"{len(self.edges)} edges but {len(self.weights)} weights (need one edge more than weights)"
            )
        _check_rising("edges", self.edges)
        if min(self.weights) < 0:
            raise ValueError(f"a weight of {min(self.weights):g} (must be 0 or more)")
        if sum(self.weights) == 0:
            raise ValueError("all weights are 0 (give the ranges that happen a weight)")
        return self

    @cached_property
    def _points(self) -> tuple[Array, Array]:
        cumulative = np.append(0.0, np.cumsum(self.weights)) / np.sum(self.weights)
        cumulative[cumulative >= cumulative[-1]] = 1.0  # rounding must not leave a gap below 1
        return _trimmed(np.array(self.edges, dtype=float), cumulative)


class Cumulative(_Piecewise):
    """A cumulative table: the probability of lying at or below each value, straight lines in between.

    The first probability is 0 and the last 1: the ends of what can happen.
    """

    dist: Literal["cumulative"] = "cumulative"
    values: tuple[Scaled, ...] = Field(min_length=2, description="Rising values.")
    probabilities: tuple[Probability, ...] = Field(
        min_length=2, description="Probability of lying at or below each value, from 0% to 100%."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.values) != len(self.probabilities):
            raise ValueError(
                f"{len(self.values)} values but {len(self.probabilities)} probabilities (give one a value)"
            )
        _check_rising("values", self.values)
        if any(after < before for before, after in pairwise(self.probabilities)):
            raise ValueError("the probabilities fall (a cumulative table says how much lies at or below each value)")
        if self.probabilities[0] != 0 or self.probabilities[-1] != 1:
            raise ValueError(
                f"the probabilities run from {self.probabilities[0] * 100:g}% to {self.probabilities[-1] * 100:g}%"
                " (must run from 0% to 100%: add the lowest and the highest possible value)"
            )
        return self

    @cached_property
    def _points(self) -> tuple[Array, Array]:
        return _trimmed(np.array(self.values, dtype=float), np.array(self.probabilities, dtype=float))


def _trimmed(x: Array, p: Array) -> tuple[Array, Array]:
    """Drop what has no probability at either end."""
    first, last = int(np.flatnonzero(p <= 0)[-1]), int(np.flatnonzero(p >= 1)[0])
    return x[first : last + 1], p[first : last + 1]


def _check_rising(name: str, values: tuple[float, ...]) -> None:
    for before, after in pairwise(values):
        if not before < after:
            raise ValueError(f"{name} do not rise: {before:g} is followed by {after:g} (put them in order)")
