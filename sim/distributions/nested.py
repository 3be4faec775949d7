"""Laws made of other laws: mixed, cut off, shifted, and the extreme of several copies."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field, model_validator

from sim.distributions.base import LEAST, MOST, MOST_VALUES, REMOTE, Bounds, Distribution, expectation
from sim.distributions.positive import check_order
from sim.distributions.tabulated import EDGE, Stepped, Tabulated, solved
from sim.numbers.arrays import Array
from sim.numbers.spec import ON_SCALE, Probability, Pure, Scaled, Spec

__all__ = ["Maximum", "Minimum", "Mixture", "MixturePart", "Multiple", "Shifted", "Truncated"]

if TYPE_CHECKING:
    Law: TypeAlias = Distribution
    """A number or a distribution, on the scale of the input; `families` says how one is read."""

LONGEST = 4 * MOST_VALUES
"""Most values that a table starts from."""

MOST_COST = 4_000
"""Most values of simple CDFs that one value of a law may take: its table is then made in a few seconds."""

POINTS = 40_001
"""Quantiles between which a CDF is looked up."""

MOST_ROUNDING = 1e-8
"""Largest rounding of the CDF of a law made of others."""

LEAST_LEFT = 1e-6
"""The least that a cut may leave of a law: of less, too few digits are known."""


def parts_of(law: Distribution) -> Iterator[Distribution]:
    """Give the laws that a law is made of."""
    for name in type(law).model_fields:
        value: Any = getattr(law, name)
        for item in value if isinstance(value, tuple) else (value,):
            inner = item.of if isinstance(item, MixturePart) else item
            if isinstance(inner, Distribution):
                yield inner


def depth_of(law: Distribution) -> int:
    """Give how many laws are inside each other, the outermost included."""
    return 1 + max((depth_of(part) for part in parts_of(law)), default=0)


def mesh_of(law: Distribution) -> Array:
    """Give values that span a law, closer where more of it lies.

    A value with a probability of its own comes with the float below it, so that a table has its step at once.
    """
    from scipy.special import ndtr

    alone = law.values_alone
    if alone is not None:
        return with_steps(alone, alone)
    middle = ndtr(np.linspace(-EDGE - 1, EDGE + 1, 61))
    x = law.ppf(np.clip(np.concatenate([[LEAST], middle, [MOST]]), LEAST, MOST))
    return with_steps(x, x[1:][np.diff(x) == 0])


def with_steps(mesh: Array, steps: Array) -> Array:
    """Give a mesh with the float below each of some values, in rising order."""
    return np.unique(np.concatenate([mesh, np.nextafter(steps, -np.inf), steps]))


def thinned(mesh: Array) -> Array:
    """Give at most `LONGEST` values of a mesh, the ends among them."""
    if mesh.size <= LONGEST:
        return mesh
    return mesh[np.unique(np.linspace(0, mesh.size - 1, LONGEST).astype(np.intp))]


def table_of(law: Distribution, mesh: Array) -> Tabulated | Stepped:
    """Tabulate a law from its CDF, over values that span it."""
    from scipy.special import ndtri

    if law.values_alone is not None:
        return Stepped(law.values_alone, law.cdf(law.values_alone))
    return Tabulated(lambda x: np.asarray(ndtri(law.cdf(x))), thinned(mesh), noise=law.rounding)


def reach_of(law: Distribution, mesh: Array) -> tuple[float, float]:
    """Find the quantiles that a run can be expected to reach, from the CDF alone."""
    from scipy.special import ndtri

    z = np.asarray(ndtri(np.array([REMOTE, 1 - REMOTE])))
    low, high = solved(lambda x: np.asarray(ndtri(law.cdf(x))), z, float(mesh[0]), float(mesh[-1]))
    return float(low), float(high)


def mean_of(law: Distribution) -> float:
    """Give the mean of a law by adding up its values, or by integrating its quantiles."""
    values = law.values_alone
    if values is None:
        return expectation(law.ppf)
    return float(values @ np.diff(law.cdf(values), prepend=0.0))


class Made(Distribution):
    """A law made of others."""

    @property
    def cost(self) -> int:
        """That of the laws it is made of."""
        return sum(part.cost for part in parts_of(self))

    @property
    def rounding(self) -> float:
        """The largest of the laws it is made of."""
        return max(part.rounding for part in parts_of(self))

    def check_table(self) -> None:
        """Make sure that a table of the law is made in seconds, and of digits that say something.

        Raises:
            ValueError: it would take longer, or no digits would be left.
        """
        if self.cost > MOST_COST:
            raise ValueError(
                f"a value of it takes some {self.cost:,} values of simple laws (at most {MOST_COST:,}: say it more"
                " simply, with fewer parts or fewer different numbers)"
            )
        if self.rounding > MOST_ROUNDING:
            raise ValueError(
                "copies of copies, or cuts of them, go so far into the tail of a law that no digits are left"
                " (fewer copies, or cut less)"
            )


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
        self.check_table()
        return self

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
        return self.of.cdf(np.asarray(x) / self.times)

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
        """Straight lines between quantiles of the other: they err by some 1e-8."""
        return np.asarray(np.interp(x, *self._points, left=0.0, right=1.0))

    @cached_property
    def _points(self) -> tuple[Array, Array]:
        from scipy.special import ndtr

        u = np.clip(ndtr(np.linspace(-8.3, 8.3, POINTS)), LEAST, MOST)
        return self.of.ppf(u), u

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
