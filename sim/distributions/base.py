"""What every family of uncertain inputs is: fields, the inverse CDF that draws them, and the CDF."""

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from sim.numbers.arrays import Array
from sim.numbers.spec import Spec

REMOTE = 1e-9
"""The probability beyond which an unbounded tail is not held against a bound (one draw in a billion)."""

ROUNDING = 2e-15
"""What is left of the last digits of a family's CDF; differences below it cannot be told from rounding."""

MOST_VALUES = 4_096
"""Most values of a law that are taken one by one."""

FARTHEST = 1e50
"""Size that no value of a law may reach: products of a few such numbers, and their squares, are still numbers."""

TINY = 5e-324
"""The least float above 0."""

LEAST, MOST = 2.0**-54, 1 - 2.0**-53
"""The lowest and the highest probability that is ever drawn."""

HALVINGS = 60


Bounds = tuple[float | None, float | None]
"""Where a law ends; None where it does not."""


class Distribution(Spec):  # noqa: PLW1641 - pydantic hashes the fields
    """One uncertain number. Fields are plain floats, rates as shares (0.12 for 12 %)."""

    @abstractmethod
    def ppf(self, u: Array) -> Array:
        """Give the quantiles at probabilities `u`, same shape."""

    def of_score(self, z: Array) -> Array:
        """Give the quantiles at normal scores `z`, same shape: what a correlation makes of normal scores.

        Families that need the score anyway take it as it is, which saves a way there and back.
        """
        from scipy.special import ndtr

        return self.ppf(np.clip(ndtr(z), LEAST, MOST))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same family with the same fields, whatever tables they have made."""
        fields = type(self).model_fields
        if type(self) is not type(other) or not isinstance(other, Distribution):
            return False
        same = all(getattr(self, name) == getattr(other, name) for name in fields)
        return same and self.__pydantic_extra__ == other.__pydantic_extra__

    def __getstate__(self) -> dict[Any, Any]:
        """Leave tables behind: another process makes its own."""
        state = super().__getstate__()
        held = {name: value for name, value in state["__dict__"].items() if name in type(self).model_fields}
        return state | {"__dict__": held}

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value."""

    def cdf(self, x: Array) -> Array:
        """Give the probabilities of lying at or below `x`, same shape.

        Found by halving probabilities where a family has no closed form: good to 1e-16.
        """
        x = np.asarray(x, dtype=float)
        below, above = np.zeros(x.shape), np.ones(x.shape)
        for _ in range(HALVINGS):
            middle = (below + above) / 2
            fits = self.ppf(np.clip(middle, LEAST, MOST)) <= x
            below, above = np.where(fits, middle, below), np.where(fits, above, middle)
        return np.where(x >= self.ends[1], 1.0, np.where(x < self.ends[0], 0.0, below))

    @property
    def values_alone(self) -> Array | None:
        """The values in rising order, if they are few and nothing lies between them; else None."""
        return None

    @cached_property
    def steps_alone(self) -> tuple[Array, Array] | None:
        """Values that stand alone, and the probability of lying at or below each; None if others lie between them.

        Read off the CDF between the values, where no rounding of one can miss its step.
        """
        values = self.values_alone
        return None if values is None else (values, np.append(self.cdf(middles(values)), 1.0))

    @property
    def cost(self) -> int:
        """How many values of a simple family's CDF one of this law's takes, about."""
        return 1 if type(self).cdf is not Distribution.cdf else HALVINGS

    @property
    def rounding(self) -> float:
        """What is left of the last digits of the CDF."""
        return ROUNDING

    @property
    def grain(self) -> float:
        """How far a value with a probability of its own may be spread by a grid; 0 where it is not."""
        return 0.0

    def below(self, x: float) -> float:
        """Give the probability of lying below `x`, without what lies at it."""
        if self.steps_alone is not None:
            values, upto = self.steps_alone
            return float(np.append(0.0, upto)[np.searchsorted(values, x, side="left")])
        return float(self.cdf(np.nextafter(np.array([x]), -np.inf))[0])

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value that can be drawn at all."""
        low, high = self.ppf(np.array([LEAST, MOST]))
        return float(low), float(high)

    def exactly(self, u: Array) -> Array:
        """Give a few quantiles at probabilities `u`, same shape, for which no table is made."""
        return self.ppf(u)

    @property
    def bounds(self) -> Bounds:
        """Where the law ends by its own terms, not by those of a table; None where it does not.

        Those it says itself, as `low` and `high`, else its quantiles at 0 and 1.
        """
        said = getattr(self, "low", None), getattr(self, "high", None)
        if None not in said:
            return said
        with np.errstate(all="ignore"):
            quantiles = (float(x) for x in self.ppf(np.array([0.0, 1.0])))
        low, high = (
            end if end is not None else x if np.isfinite(x) else None for end, x in zip(said, quantiles, strict=True)
        )
        return low, high

    def check_ends(self) -> None:
        """Make sure that every value that can be drawn is a number to reckon with.

        Raises:
            ValueError: some are not.
        """
        if None not in self.bounds:
            return
        with np.errstate(all="ignore"):
            low, high = (float(x) for x in self.exactly(np.array([LEAST, MOST])))
        if not (-FARTHEST < low <= high < FARTHEST):
            far = high if not abs(high) < FARTHEST else low
            raise ValueError(f"rare draws of it reach {far:.3g} (must stay within {FARTHEST:g}; is the spread right?)")

    @cached_property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest value that a run can be expected to draw, `REMOTE` tails left out."""
        low, high = self.ppf(np.array([REMOTE, 1 - REMOTE]))
        return float(low), float(high)

    @property
    def base(self) -> float:
        """The value in a base run: the median; what may happen or not has not happened."""
        return float(self.ppf(np.array([0.5]))[0])

    @property
    def swing(self) -> tuple[float, float]:
        """The two values a tornado bar moves between: P10 and P90.

        Where both are the same value, as for a rare event, the medians of what lies on either side of it.
        """
        low, high = (float(x) for x in self.ppf(np.array([0.1, 0.9])))
        if low < high:
            return low, high
        under, over = self.below(low), 1 - float(self.cdf(np.array([high]))[0])
        if under > REMOTE:
            low = float(self.ppf(np.array([under / 2]))[0])
        if over > REMOTE:
            high = float(self.ppf(np.array([1 - over / 2]))[0])
        return low, high


def divided(x: Array, by: float) -> Array:
    """Divide numbers; what lies below 0 stays below it, where the quotient is too small for a float."""
    quotient = x / by
    return np.asarray(np.where((quotient == 0) & (x != 0), np.copysign(TINY, x) * np.sign(by), quotient))


def middles(values: Array) -> Array:
    """Give the middles between rising values, (n,) to (n - 1,)."""
    return values[:-1] + np.diff(values) / 2


def expectation(ppf: Callable[[Array], Array]) -> float:
    """Integrate a quantile function over all probabilities, good to about 1e-9 of the spread.

    Gauss-Legendre on cells of the normal score, each halved until halving changes nothing: jumps are closed in on.
    """
    from scipy.special import ndtr

    edges = np.linspace(-8.2, 8.2, 65)
    left, right = edges[:-1], edges[1:]
    whole = _cells(ppf, left, right)
    scale = float(np.abs(whole).sum()) or 1.0
    total = 0.0
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        halves = np.array([_cells(ppf, left, middle), _cells(ppf, middle, right)])
        settled = np.abs(halves.sum(axis=0) - whole) <= 1e-13 * scale
        total += float(halves.sum(axis=0)[settled].sum())
        open_ = ~settled
        left, right = np.append(left[open_], middle[open_]), np.append(middle[open_], right[open_])
        whole = np.append(halves[0][open_], halves[1][open_])
        if not whole.size:
            break
    mass = float(ndtr(-8.2))  # what is left of both tails, at the values where they begin
    ends = ppf(np.array([mass, 1 - mass]))
    return total + float(whole.sum()) + mass * float(ends.sum())


def _cells(ppf: Callable[[Array], Array], left: Array, right: Array) -> Array:
    """Integrate the quantile over each cell of normal scores, (k,)."""
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = (right - left)[:, None] / 2
    z = (left + right)[:, None] / 2 + half * nodes
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    q = ppf(np.clip(ndtr(z.ravel()), LEAST, MOST)).reshape(z.shape)
    return np.asarray((q * density * weights * half).sum(axis=1))
