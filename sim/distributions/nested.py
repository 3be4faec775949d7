"""Laws made of other laws: mixed, cut off, shifted, and the extreme of several copies."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import HALVINGS, LEAST, MOST, Bounds, Distribution, divided
from sim.distributions.made import Made, mean_of, mesh_of, reach_of, table_of
from sim.distributions.positive import check_order
from sim.distributions.tabulated import Stepped, Tabulated
from sim.numbers.arrays import Array
from sim.numbers.spec import ON_SCALE, Probability, Pure, Scaled, Spec

__all__ = ["Maximum", "Minimum", "Mixture", "MixturePart", "Multiple", "Shifted", "Truncated"]

if TYPE_CHECKING:
    Law: TypeAlias = Distribution
    """A number or a distribution, on the scale of the input; `families` says how one is read."""

POINTS = 40_001
"""Quantiles between which a CDF is looked up."""

GAP = 1e-5
"""Spread times probability beyond which two of them are too far apart."""

LEAST_LEFT = 1e-6
"""The least that a cut may leave of a law: of less, too few digits are known."""


SPREAD, LEAST_STEP = 4, 1e-4
"""Steps of a grid over which it spreads a value, and the probability from which on that matters to a cut."""


class MixturePart(Spec):
    """One of the laws of a mixture, and how often it applies."""

    weight: Probability = Field(description="Probability of this part; all add up to 100%.")
    of: "Law" = Field(description="The distribution, or the number, of this part.")


class Mixture(Made):
    """Different stories, each with its probability and its own distribution: a good year or a bad one."""

    dist: Literal["mixture"] = "mixture"
    parts: Annotated[tuple[MixturePart, ...], ON_SCALE] = Field(
        min_length=1, description="The stories: `{weight: 70%, of: {dist: ...}}` each."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = sum(part.weight for part in self.parts)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the weights add up to {total * 100:g}% (must add up to 100%)")
        self.check_table()
        return self

    @cached_property
    def _likely(self) -> tuple[MixturePart, ...]:
        """The parts that happen."""
        return tuple(part for part in self.parts if part.weight > 0)

    def ppf(self, u: Array) -> Array:
        """Give the quantiles by a table: a mixture has no others."""
        return self._table(u)

    @cached_property
    def _mesh(self) -> Array:
        return np.unique(np.concatenate([mesh_of(part.of) for part in self._likely]))

    @cached_property
    def _table(self) -> Tabulated | Stepped:
        return table_of(self, self._mesh)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """From the parts' CDFs: no table is made for it."""
        return reach_of(self, self._mesh)

    def cdf(self, x: Array) -> Array:
        """Weighted sum of the parts' CDFs."""
        x = np.asarray(x, dtype=float)
        total = np.zeros(x.shape)
        for part in self._likely:
            total += part.weight * part.of.cdf(x)
        return np.minimum(total, 1.0)

    @property
    def values_alone(self) -> Array | None:
        """Those of all parts, if none of them has others."""
        parts = [part.of.values_alone for part in self._likely]
        known = [values for values in parts if values is not None]
        return np.unique(np.concatenate(known)) if len(known) == len(parts) else None

    @property
    def bounds(self) -> Bounds:
        """The outermost of the parts'; none if a part has none."""
        lows, highs = zip(*(part.of.bounds for part in self._likely), strict=True)
        return _outermost(min, lows), _outermost(max, highs)

    @property
    def mean(self) -> float:
        """Weighted sum of the parts' means."""
        return sum(part.weight * part.of.mean for part in self._likely)


class Truncated(Made):
    """Another distribution cut off at `low`, `high` or both, and renormalised: no draw sits at a cut."""

    dist: Literal["truncated"] = "truncated"
    of: "Law" = Field(description="The distribution that is cut.")
    low: Scaled | None = Field(default=None, description="Nothing lies below.")
    high: Scaled | None = Field(default=None, description="Nothing lies above.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("nothing is cut off (give low, high or both)")
        if self.low is not None and self.high is not None:
            check_order(self.low, self.high)
        if self._window[1] - self._window[0] < LEAST_LEFT:
            least, most = self.of.reach
            raise ValueError(f"the cut leaves next to nothing of the distribution (it runs from {least:g} to {most:g})")
        for cut in (self.low, self.high):
            if cut is not None:
                self._check_cut(cut)
        self.check_table()
        return self

    def _check_cut(self, cut: float) -> None:
        """Refuse a cut at a value with a probability of its own that a grid spreads to both sides of it."""
        near = SPREAD * self.of.grain
        if near == 0:
            return
        below = self.of.cdf(cut + near * np.array([-3.0, -1.0, 1.0, 3.0]))
        within, around = below[2] - below[1], below[3] - below[0]
        if within > LEAST_STEP and within > around / 2:
            raise ValueError(
                f"{cut:g} is a value with a probability of its own, of a sum that is known to some {near:.1g} only"
                f" (cut a little beside it, {10 * near:.1g} or more)"
            )

    @cached_property
    def _window(self) -> tuple[float, float]:
        """Probabilities of lying below `low`, and at or below `high`."""
        below = 0.0 if self.low is None else self.of.below(self.low)
        return below, 1.0 if self.high is None else float(self.of.cdf(np.array([self.high]))[0])

    @property
    def rounding(self) -> float:
        """That of the whole, as much larger as its probabilities become."""
        first, last = self._window
        return self.of.rounding / (last - first)

    @property
    def values_alone(self) -> Array | None:
        """Those of the whole between the cuts."""
        values = self.of.values_alone
        low, high = (-np.inf if self.low is None else self.low), (np.inf if self.high is None else self.high)
        return None if values is None else values[(values >= low) & (values <= high)]

    def ppf(self, u: Array) -> Array:
        """Quantiles of the whole at probabilities squeezed into the window."""
        first, last = self._window
        x = self.of.ppf(np.clip(first + np.asarray(u) * (last - first), LEAST, MOST))
        return np.clip(x, self.low, self.high)  # only the last bit can stray

    def cdf(self, x: Array) -> Array:
        """CDF of the whole, as a share of the window."""
        first, last = self._window
        inside = np.clip((self.of.cdf(x) - first) / (last - first), 0.0, 1.0)
        return np.asarray(inside if self.low is None else np.where(np.asarray(x) < self.low, 0.0, inside))

    @property
    def bounds(self) -> Bounds:
        """The cuts, or where the whole ends before them."""
        low, high = self.of.bounds
        return _innermost(max, (self.low, low)), _innermost(min, (self.high, high))

    @property
    def mean(self) -> float:
        """Sum of the values, or integral of the quantiles."""
        return self._integral

    @cached_property
    def _integral(self) -> float:
        return mean_of(self)


class Shifted(Made):
    """Another distribution moved by a fixed number: a delay on top of a minimum, for example."""

    dist: Literal["shifted"] = "shifted"
    of: "Law" = Field(description="The distribution that is moved.")
    by: Scaled = Field(description="What is added to every value; may be negative.")

    def ppf(self, u: Array) -> Array:
        """Quantiles of the other, moved."""
        return self.of.ppf(u) + self.by

    @property
    def values_alone(self) -> Array | None:
        """Those of the other, moved."""
        values = self.of.values_alone
        return None if values is None else values + self.by

    def cdf(self, x: Array) -> Array:
        """CDF of the other at the place before the move."""
        return self.of.cdf(np.asarray(x) - self.by)

    @property
    def bounds(self) -> Bounds:
        """Those of the other, moved."""
        low, high = self.of.bounds
        return None if low is None else low + self.by, None if high is None else high + self.by

    @property
    def mean(self) -> float:
        """Mean of the other, moved."""
        return self.of.mean + self.by


class Multiple(Made):
    """Another distribution times a positive number: half of an effect. The program makes it; no file names it."""

    dist: Literal["multiple"] = "multiple"
    of: "Law"
    times: Pure = Field(gt=0)

    def ppf(self, u: Array) -> Array:
        """Quantiles of the other, multiplied."""
        return self.of.ppf(u) * self.times

    @property
    def values_alone(self) -> Array | None:
        """Those of the other, multiplied."""
        values = self.of.values_alone
        return None if values is None else values * self.times

    def cdf(self, x: Array) -> Array:
        """CDF of the other at the value before the multiplication."""
        return self.of.cdf(divided(np.asarray(x, dtype=float), self.times))

    @property
    def bounds(self) -> Bounds:
        """Those of the other, multiplied."""
        low, high = self.of.bounds
        return None if low is None else low * self.times, None if high is None else high * self.times

    @property
    def mean(self) -> float:
        """Mean of the other, multiplied."""
        return self.of.mean * self.times


class Looked(Made):
    """Another distribution whose CDF is looked up between points, where it costs too much. The program makes it."""

    dist: Literal["looked"] = "looked"
    of: "Law"

    def ppf(self, u: Array) -> Array:
        """Quantiles of the other."""
        return self.of.ppf(u)

    def cdf(self, x: Array) -> Array:
        """Straight lines between quantiles of the other, closer at gaps: they err by some 1e-8."""
        return np.asarray(np.interp(x, *self._points, left=0.0, right=1.0))

    @cached_property
    def _points(self) -> tuple[Array, Array]:
        from scipy.special import ndtr

        u = np.clip(ndtr(np.linspace(-8.3, 8.3, POINTS)), LEAST, MOST)
        x = self.of.ppf(u)
        coarse = GAP * float(np.subtract(*self.of.ppf(np.array([0.9, 0.1]))))
        for _ in range(HALVINGS):
            wide = np.flatnonzero(np.diff(x) * np.diff(u) > coarse)
            if not 0 < wide.size < POINTS // 16:
                break
            between = (x[wide] + x[wide + 1]) / 2
            upto = np.clip(self.of.cdf(between), u[wide], u[wide + 1])
            x, u = np.insert(x, wide + 1, between), np.insert(u, wide + 1, upto)
        return x, u

    @property
    def cost(self) -> int:
        """One look."""
        return 1

    @property
    def mean(self) -> float:
        """Mean of the other."""
        return self.of.mean


class _Extreme(Made):
    """The largest or smallest of independent copies."""

    of: "Law" = Field(description="The distribution of each copy.")
    copies: Pure = Field(description="How many, a whole number from 1.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.copies != int(self.copies) or not 1 <= self.copies <= 1e6:
            raise ValueError(f"copies is {self.copies:g} (must be a whole number from 1 to 1e6)")
        self.check_table()
        return self

    @property
    def rounding(self) -> float:
        """That of each copy as often as there are copies: the slope of a power."""
        return self.of.rounding * self.copies

    @property
    def values_alone(self) -> Array | None:
        """Those of each copy."""
        return self.of.values_alone

    @property
    def bounds(self) -> Bounds:
        """Those of each copy."""
        return self.of.bounds

    @property
    def mean(self) -> float:
        """Sum of the values, or integral of the quantiles."""
        return self._integral

    @cached_property
    def _integral(self) -> float:
        return mean_of(self)


class Maximum(_Extreme):
    """The largest of several independent draws of one distribution: the slowest of five sites, for example."""

    dist: Literal["maximum"] = "maximum"

    def ppf(self, u: Array) -> Array:
        """Quantiles of one copy at u^(1/copies): all stay below if each does."""
        return self.of.ppf(np.clip(np.exp(np.log(u) / self.copies), LEAST, MOST))

    def cdf(self, x: Array) -> Array:
        """Give the probability of one copy, to the power of their number."""
        return np.asarray(self.of.cdf(x) ** self.copies)


class Minimum(_Extreme):
    """The smallest of several independent draws of one distribution: the first of three offers, for example."""

    dist: Literal["minimum"] = "minimum"

    def ppf(self, u: Array) -> Array:
        """Quantiles of one copy at 1 - (1 - u)^(1/copies): all stay above if each does."""
        return self.of.ppf(np.clip(-np.expm1(np.log1p(-np.asarray(u)) / self.copies), LEAST, MOST))

    def cdf(self, x: Array) -> Array:
        """1 less the probability that every copy lies above."""
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(self.copies * np.log1p(-self.of.cdf(x))))


def _outermost(pick: Callable[[Sequence[float]], float], ends: Sequence[float | None]) -> float | None:
    """Give the outermost of some ends, none if one of them is none."""
    known = [end for end in ends if end is not None]
    return pick(known) if len(known) == len(ends) else None


def _innermost(pick: Callable[[Sequence[float]], float], ends: Sequence[float | None]) -> float | None:
    """Give the innermost of some ends, none if all of them are none."""
    known = [end for end in ends if end is not None]
    return pick(known) if known else None
