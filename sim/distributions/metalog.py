"""The metalog: a law through percentiles that someone believes in."""

from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, ValidationInfo, model_validator

from sim.distributions.base import Distribution, expectation
from sim.distributions.percentiles import PERCENTILE, with_percentiles
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading
from sim.numbers.spec import Pure, Scaled

__all__ = ["Metalog"]

TERMS = range(2, 11)


class Metalog(Distribution):
    """A curve through the percentiles you believe in, two to ten of them (`p10: .., p50: .., p90: ..`).

    Takes any shape the percentiles ask for, within `low` and `high` if given. `dist: metalog` may be left out where
    percentiles stand. Source: Keelin (2016), "The Metalog Distributions", Decision Analysis 13(4), equations 6 and 7.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=with_percentiles)
    __pydantic_extra__: dict[str, Scaled]  # no value here: it would hide pydantic's slot, and pickling would lose it

    dist: Literal["metalog"] = "metalog"
    coefficients: tuple[Pure, ...] | None = Field(
        default=None, description="Keelin's a1, a2, ..., two to ten, in place of percentiles."
    )
    low: Scaled | None = Field(default=None, description="Nothing lies below.")
    high: Scaled | None = Field(default=None, description="Nothing lies above.")

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        for key in self.__pydantic_extra__:
            if not PERCENTILE.fullmatch(key) or float(key[1:]) == 0:
                raise ValueError(
                    f"unknown key '{key}' (percentiles are p10, p50, p2.5 and so on, above p0 and below p100)"
                )
        if (self.coefficients is None) == (not self.points):
            raise ValueError("give percentiles, or coefficients (one of the two)")
        number = len(self.coefficients or self.points)
        if number not in TERMS:
            raise ValueError(f"{number} percentiles or coefficients (give two to ten)")
        self._check_order()
        if not rises(self._a):
            raise ValueError(self._nearest(info))
        return self

    @property
    def points(self) -> list[tuple[float, float]]:
        """Probabilities and the values asked for there, by probability."""
        return sorted((float(key[1:]) / 100, value) for key, value in self.__pydantic_extra__.items())

    def _check_order(self) -> None:
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g} (need low < high)")
        points = self.points
        for (p, x), (q, y) in pairwise(points):
            if not (p < q and x < y):
                raise ValueError(f"p{p * 100:g} {x:g} is not below p{q * 100:g} {y:g} (percentiles must rise)")
        if points and self.low is not None and points[0][1] <= self.low:
            raise ValueError(f"p{points[0][0] * 100:g} {points[0][1]:g} is not above low {self.low:g}")
        if points and self.high is not None and points[-1][1] >= self.high:
            raise ValueError(f"p{points[-1][0] * 100:g} {points[-1][1]:g} is not below high {self.high:g}")

    @cached_property
    def _a(self) -> Array:
        """Coefficients: as given, or those of the curve through the percentiles."""
        if self.coefficients is not None:
            return np.array(self.coefficients, dtype=float)
        p, x = np.array(self.points).T
        return np.asarray(np.linalg.solve(basis(p, len(p)), unbounded(x, self.low, self.high)))

    def _bounded(self, m: Array) -> Array:
        if self.low is None and self.high is None:
            return m
        if self.high is None:
            return np.asarray((self.low or 0.0) + np.exp(m))
        if self.low is None:
            return np.asarray(self.high - np.exp(-m))
        return np.asarray(self.low + (self.high - self.low) / (1 + np.exp(-m)))

    def ppf(self, u: Array) -> Array:
        """Keelin's equation 6: a curve in the log-odds of `u`, whose location and scale are polynomials in `u`."""
        u = np.asarray(u, dtype=float)
        place, slope = _polynomials(self._a)
        centre = u - 0.5
        odds = np.log(u)
        odds -= np.log1p(-u)
        odds *= np.polynomial.polynomial.polyval(centre, slope)
        odds += np.polynomial.polynomial.polyval(centre, place)
        return self._bounded(odds)

    def cdf(self, x: Array) -> Array:
        """Solve Keelin's equation 6 for the log-odds by Newton's steps, kept between two points that are known."""
        from scipy.special import expit

        x = np.asarray(x, dtype=float)
        low, high = (-np.inf if self.low is None else self.low), (np.inf if self.high is None else self.high)
        inside = (x > low) & (x < high)
        below = np.where(x >= high, 1.0, 0.0)
        below[inside] = expit(self._log_odds(unbounded(x[inside], self.low, self.high)))
        return below

    @property
    def cost(self) -> int:
        """Three steps of Newton's."""
        return 10

    def _log_odds(self, m: Array) -> Array:
        """Give the log-odds of the probabilities at which the curve reaches values on its endless scale, (n,)."""
        odds, reached = self._known
        at = np.clip(np.searchsorted(reached, m), 1, odds.size - 1)
        left, right = odds[at - 1], odds[at]
        share = (m - reached[at - 1]) / (reached[at] - reached[at - 1])
        y = left + np.clip(share, 0.0, 1.0) * (right - left)
        for _ in range(MOST_STEPS):
            value, slope = self._curve(y)
            step = np.clip(y - (value - m) / slope, left, right)
            moved, y = np.abs(step - y), step
            if (moved <= SETTLED).all():
                break
        return y

    @cached_property
    def _known(self) -> tuple[Array, Array]:
        """Log-odds, and the values of the curve there on its endless scale."""
        odds = np.linspace(-FARTHEST_ODDS, FARTHEST_ODDS, KNOWN)
        return odds, np.maximum.accumulate(self._curve(odds)[0])

    def _curve(self, odds: Array) -> tuple[Array, Array]:
        """Give the values of the curve at log-odds, and how fast they rise with these."""
        from numpy.polynomial.polynomial import polyder, polyval

        place, scale = _polynomials(self._a)
        centre = np.tanh(odds / 2) / 2
        bend = polyval(centre, polyder(place)) + odds * polyval(centre, polyder(scale))
        level = polyval(centre, scale)
        return polyval(centre, place) + odds * level, level + (0.25 - centre**2) * bend

    @property
    def mean(self) -> float:
        """Integral of the quantiles."""
        return self._integral

    @cached_property
    def _integral(self) -> float:
        return expectation(self.ppf)

    def _nearest(self, info: ValidationInfo) -> str:
        """Say that the curve would fall, and which percentiles nearby do."""
        if self.coefficients is not None:
            return "no law has these coefficients: the quantiles would fall somewhere"
        p, x = np.array(self.points).T
        coefficients = nearest(p, unbounded(x, self.low, self.high))
        asked = ", ".join(f"p{each * 100:g}" for each in p)
        if coefficients is None:
            return (
                f"no metalog goes through {asked}: it would have to fall in between (give fewer percentiles, or bounds)"
            )
        kind = info.context.kind if isinstance(info.context, Reading) else Kind.ANY
        percent = kind is Kind.RATE
        near = self._bounded(coefficients)
        text = ", ".join(
            f"p{each * 100:g}: {value * 100:.6g}%" if percent else f"p{each * 100:g}: {value:.8g}"
            for each, value in zip(p, near, strict=True)
        )
        return (
            f"no metalog goes through {asked}: it would have to fall in between (the nearest that does not:"
            f" {{dist: metalog, {text}{self._bounds_text(percent)}}}; or give fewer percentiles, or other bounds)"
        )

    def _bounds_text(self, percent: bool) -> str:
        shown = {"low": self.low, "high": self.high}
        return "".join(
            f", {name}: {value * 100:.6g}%" if percent else f", {name}: {value:.8g}"
            for name, value in shown.items()
            if value is not None
        )


def unbounded(x: Array, low: float | None, high: float | None) -> Array:
    """Give values between bounds on the scale on which the metalog has no ends; Keelin (2016), section 4."""
    if low is None and high is None:
        return x
    if high is None:
        return np.asarray(np.log(x - np.float64(low or 0.0)))
    if low is None:
        return np.asarray(-np.log(high - x))
    return np.asarray(np.log((x - low) / (high - x)))


def basis(y: Array, terms: int) -> Array:
    """Give Keelin's basis functions at probabilities `y`, (n, terms)."""
    odds, centre = np.log(y) - np.log1p(-y), y - 0.5
    columns = [np.ones_like(y), odds, centre * odds, centre]
    columns += [centre ** (k // 2) if k % 2 else centre ** (k // 2 - 1) * odds for k in range(5, terms + 1)]
    return np.stack(columns[:terms], axis=-1)


def _polynomials(a: Array) -> tuple[Array, Array]:
    """Give the location and the scale of the log-odds as polynomials in y - 1/2, lowest power first."""
    place, slope = np.zeros(5), np.zeros(5)
    for k, value in enumerate(a, start=1):
        if k in (2, 3):
            slope[k - 2] = value
        elif k == 4:
            place[1] = value
        elif k % 2:
            place[(k - 1) // 2] = value
        else:
            slope[k // 2 - 1] = value
    return np.trim_zeros(place, "b") if place.any() else place[:1], np.trim_zeros(slope, "b") if slope.any() else slope[
        :1
    ]


FARTHEST_ODDS, KNOWN = 40.0, 1601
"""Log-odds between which a curve is looked up first, and at how many points."""

MOST_STEPS, SETTLED = 30, 1e-9
"""Newton's steps at most; points lie so close that three are usual, and one so short leaves nothing to correct."""

GRID = np.concatenate([1 / (1 + np.exp(-np.linspace(-36, 36, 1441)))])
"""Probabilities at which a curve must rise, evenly spaced in log-odds."""


def slopes(y: Array, terms: int) -> Array:
    """Give y (1 - y) times the slopes of the basis functions, (n, terms): finite at both ends."""
    odds, centre, spread = np.log(y) - np.log1p(-y), y - 0.5, y * (1 - y)
    columns = [np.zeros_like(y), np.ones_like(y), centre + spread * odds, spread]
    for k in range(5, terms + 1):
        power = (k - 1) // 2 if k % 2 else k // 2 - 1
        grown = power * centre ** (power - 1) * spread
        columns.append(grown if k % 2 else centre**power + grown * odds)
    return np.stack(columns[:terms], axis=-1)


def rises(a: Array) -> bool:
    """Whether the quantiles rise everywhere, both tails included; looked at closely where they come near to falling."""
    slope = slopes(GRID, len(a)) @ a
    least = int(np.argmin(slope))
    near = np.linspace(GRID[max(0, least - 1)], GRID[min(len(GRID) - 1, least + 1)], 401)
    near = near[(near > 0) & (near < 1)]
    return bool(slope[least] > 0 and (slopes(near, len(a)) @ a > 0).all())


def nearest(p: Array, x: Array) -> Array | None:
    """Give the percentiles least moved in all through which a metalog goes, by linear programming; None if none."""
    from scipy.optimize import linprog

    terms, spread = len(p), x[-1] - x[0]
    to_a = np.linalg.inv(basis(p, terms))
    rate = slopes(GRID[::4], terms) @ to_a
    eye = np.eye(terms)
    limits = np.block([[-rate, np.zeros((len(rate), terms))], [eye, -eye], [-eye, -eye]])
    ranges: list[tuple[float | None, None]] = [*[(None, None)] * terms, *[(0.0, None)] * terms]
    for least in (1e-4, 1e-3, 1e-2):  # room for rounding the percentiles
        bounds = np.concatenate([np.full(len(rate), -least), x / spread, -x / spread])
        solution = linprog(np.append(np.zeros(terms), np.ones(terms)), limits, bounds, bounds=ranges)
        if solution.success and solution.x is not None:
            moved = solution.x[:terms] * spread
            if rises(to_a @ np.array([float(f"{value:.6g}") for value in moved])):
                return np.array([float(f"{value:.6g}") for value in moved])
    return None
