"""What a number of an offer may be at most, or must be at least, so that a condition holds.

Where the NPV is a straight line in the number in every draw, a - b x, each draw has a break-even of its own, a / b, and
the highest price at which P(NPV > 0) is 80 % is the 20th percentile of those. Other statistics, and numbers in which
the NPV bends, are solved by bracketing on the same draws.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.analysis.condition import CE, HEAVIEST, Condition, check_condition, heaviest
from sim.analysis.moved import Moved, by_replicate
from sim.analysis.paired import Paired
from sim.analysis.search import FINE, POINTS, Seen, Window, brackets, halved, halved_each, look, narrowed
from sim.errors import UsageError
from sim.model.probe import Number, Probe, lines_with
from sim.model.quantity import Drawn
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import T95, Estimate, standard_error

MANY_TIMES = 10
"""How many times today's value is looked at where a number has no bound."""

FACTORS = 3
"""The same of a plain factor, such as an overrun."""

SCALE = {Kind.RATE: 0.1, Kind.MONEY: 100.0, Kind.COUNT: 100.0, Kind.MONTHS: 6.0, Kind.HOURS: 4.0}
"""What stands for today's value in that where it is zero, in the number's own unit."""

PRICES = ("licence.", "implementation.", "training.", "administration.")
"""Sections whose amounts are paid: a higher one never raises an NPV."""


@dataclass(frozen=True)
class Today:
    """What a number is in the scenario, and what the condition's statistic is then."""

    mean: float
    low: float
    """P10 of a number that is uncertain, else its value."""
    high: float
    statistic: Estimate
    holds: bool

    @property
    def is_uncertain(self) -> bool:
        """Whether it differs between futures."""
        return self.low < self.high


@dataclass(frozen=True)
class End:
    """A value of a number at which a condition begins or ends to hold, with its 95 % interval."""

    value: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """Values of a number for which a condition holds; None where they go on to the end of what was looked at."""

    low: End | None
    high: End | None


@dataclass(frozen=True)
class Breakeven:
    """The values of a number for which a condition holds, and how they were found."""

    vendor: str
    number: Number
    condition: Condition
    ranges: tuple[Range, ...]
    today: Today
    window: Window
    """What was looked at."""
    reached: float
    """The value of the statistic nearest to keeping the condition, of all looked at."""
    reached_at: float
    straight: bool
    """Whether the metric is a straight line in the number in every draw."""
    turns: bool
    """Whether the statistic rises here and falls there, so that the values looked at may have missed a range."""
    against: int
    """Draws in which the metric moves the other way than in most."""
    evaluations: int
    draws: int
    follows: tuple[str, ...]
    """Lines of the vendor that the number is in."""

    @property
    def verdict(self) -> str:
        """What holds: always, never, at most, at least, or ranges."""
        return verdict_of(self.ranges)

    @property
    def end(self) -> End | None:
        """The one value asked for; None where the condition always or never holds, or in several ranges."""
        if self.verdict not in ("at least", "at most"):
            return None
        return self.ranges[0].low or self.ranges[0].high


def verdict_of(ranges: tuple[Range, ...]) -> str:
    """Give what holds, of the ranges in which it does: always, never, at most, at least, or ranges."""
    if not ranges:
        return "never"
    if len(ranges) > 1 or (ranges[0].low and ranges[0].high):
        return "ranges"
    return "at least" if ranges[0].low else "at most" if ranges[0].high else "always"


def breakeven(
    paired: Paired, probe: Probe, condition: Condition, currency: str, *, others: Mapping[str, float] | None = None
) -> Breakeven:
    """Find the values of the first number of a probe for which a condition holds for its vendor.

    Args:
        paired: the options of a run, in the same futures.
        probe: the number, and the cases that draw it.
        condition: what is to hold.
        currency: of the scenario.
        others: values of other numbers of the probe, by key.

    Raises:
        UsageError: the run is too short, nothing moves with the number, a price that raises the metric, or a certainty
            equivalent that one draw decides.
    """
    check_condition(condition, paired.size, currency)
    number, vendor = probe.numbers[0], probe.vendor
    options = options_of(paired, condition, vendor)
    moved = Moved(paired, probe, condition.statistic.metric, options, number.key, others or {})
    today, window = today_of(paired, number, condition, options, vendor), window_of(paired, probe)
    straight = moved.straighten(window.low, window.high)
    check_moves(moved, window, number, vendor)
    against = _against(moved, vendor, number) if straight else 0
    ranges, seen = Solving(moved, condition, vendor, window).checked()
    _check_weights(moved, condition, vendor, ranges)
    best = int(np.nanargmax(seen.y if condition.is_least else -seen.y)) if not np.isnan(seen.y).all() else 0
    follows = lines_with(probe.cases[vendor], number.key)
    return Breakeven(
        vendor,
        number,
        condition,
        ranges,
        today,
        Window(float(seen.x[0]), float(seen.x[-1]), window.is_open),
        float(seen.y[best]),
        float(seen.x[best]),
        moved.is_straight,
        seen.turns,
        against,
        moved.evaluations,
        paired.size,
        follows,
    )


def options_of(paired: Paired, condition: Condition, vendor: str) -> tuple[str, ...]:
    """Give the options that a condition is about: the vendor, or all if it is held against the others."""
    if not condition.compares:
        return (vendor,)
    if len(paired.options) < 2:
        raise UsageError(f"'{condition.text}' compares, and {vendor} is the only option")
    return paired.options


def today_of(paired: Paired, number: Number, condition: Condition, options: tuple[str, ...], vendor: str) -> Today:
    """Give what a number is in the scenario, and what the condition's statistic is as the run has it."""
    values = {name: paired.outcome(name, condition.statistic.metric) for name in options}
    value = float(condition.of({name: x[None] for name, x in values.items()}, vendor)[0])
    estimate = Estimate(value, standard_error(condition.of(by_replicate(values), vendor)))
    drawn = drawn_today(paired, number)
    low, high = np.quantile(drawn, [0.1, 0.9]) if drawn.size > 1 else (drawn[0], drawn[0])
    return Today(float(drawn.mean()), float(low), float(high), estimate, condition.holds(value))


def drawn_today(paired: Paired, number: Number) -> Array:
    """Give a number as the run has it, (n,), or (1,) if it is certain."""
    today = number.today
    return paired.inputs[today.key] * today.times if isinstance(today, Drawn) else np.array([today])


def window_of(paired: Paired, probe: Probe, place: int = 0) -> Window:
    """Give the values of a number that are looked at: what the file accepts, or up to many times today's value."""
    number = probe.numbers[place]
    drawn = drawn_today(paired, number)
    top = float(np.abs(drawn[np.isfinite(drawn)]).max(initial=0.0)) or SCALE.get(number.kind, 1.0)
    low = number.low if number.low is not None else -MANY_TIMES * top if (drawn < 0).any() else 0.0
    if number.kind is Kind.MONTHS:
        return Window(low, min(number.high or math.inf, float(paired.cases[probe.vendor].months)))
    if number.high is not None and (number.kind is Kind.RATE or number.high <= MANY_TIMES * top):
        return Window(low, number.high)
    times = FACTORS if number.kind is Kind.FACTOR else MANY_TIMES
    most = low + times * top if number.kind is not Kind.RATE else max(1.0, times * top)
    return Window(low, min(most, number.high or math.inf), number.high is None)


def check_moves(moved: Moved, window: Window, number: Number, vendor: str) -> None:
    """Make sure that the vendor's metric moves with a number in some draw."""
    ends = (window.low, (window.low + window.high) / 2, window.high)
    low, middle, high = (moved.evaluated(x)[vendor] for x in ends)
    if all(np.array_equal(low, other, equal_nan=True) for other in (middle, high)):
        raise UsageError(
            f"no figure of {vendor} moves with {number.what} ({number.title}): it has nothing to act on as the"
            " scenario is"
        )


def _against(moved: Moved, vendor: str, number: Number) -> int:
    """Count the draws in which a straight metric moves the other way than in most; refuse a price that raises it."""
    slope = moved.slope(vendor)
    small = 1e-12 * float(np.abs(slope).max())
    rises, falls = int((slope > small).sum()), int((slope < -small).sum())
    if rises and number.kind is Kind.MONEY and number.what.startswith(PRICES):
        raise UsageError(
            f"a higher {number.what} would raise the NPV of {vendor} in {rises:,} of {slope.size:,} futures: it has no"
            " break-even there (look for a negative number of seats, a discount above 100% or a negative share)"
        )
    return min(rises, falls)


def _check_weights(moved: Moved, condition: Condition, vendor: str, ranges: tuple[Range, ...]) -> None:
    """Refuse a certainty equivalent that hangs on one draw, at every end of the answer."""
    if condition.statistic.what != CE:
        return
    for end in (end for r in ranges for end in (r.low, r.high) if end):
        weight = heaviest(moved.at(end.value)[vendor], condition.tolerance)
        if weight > HEAVIEST:
            raise UsageError(
                f"at that risk tolerance one of {moved.paired.size:,} futures makes {weight:.0%} of the certainty"
                " equivalent: it cannot be told (give a higher risk tolerance, or more draws)"
            )


@dataclass(frozen=True)
class Solving:
    """A condition on a metric that moves with a number."""

    moved: Moved
    condition: Condition
    vendor: str
    window: Window
    _told: dict[float, float] = field(default_factory=dict)

    def statistic(self, x: float) -> float:
        """Give the statistic at a value of the number; worked out once where that takes an evaluation."""
        if x in self._told:
            return self._told[x]
        values = {name: each[None] for name, each in self.moved.at(x).items()}
        told = float(self.condition.of(values, self.vendor)[0])
        if not self.moved.is_straight:
            self._told[x] = told
        return told

    def replicates(self, x: float) -> Array:
        """Give the statistic of each replicate at a value of the number, (R,)."""
        return self.condition.of(by_replicate(self.moved.at(x)), self.vendor)

    def ranges(self) -> tuple[tuple[Range, ...], Seen]:
        """Give the ranges in which the condition holds, and what was seen on the way."""
        seen = look(self.statistic, self.condition.limit, self.condition.holds, self.window)
        pairs = brackets(seen, self.condition.holds)
        alone = len(pairs) == 1 and self.moved.is_straight
        ends = [self._end(inside, outside, seen, alone=alone) for inside, outside in pairs]
        lows: list[End | None] = [None] if self.condition.holds(float(seen.y[0])) else []
        lows += [end for end, (inside, outside) in zip(ends, pairs, strict=True) if outside < inside]
        highs: list[End | None] = [end for end, (inside, outside) in zip(ends, pairs, strict=True) if inside < outside]
        highs += [None] if self.condition.holds(float(seen.y[-1])) else []
        return tuple(Range(low, high) for low, high in zip(lows, highs, strict=True)), seen

    def checked(self) -> tuple[tuple[Range, ...], Seen]:
        """Give the same; where the model itself is not on the straight lines at an end, it is a curve after all."""
        ranges, seen = self.ranges()
        ends = [end.value for each in ranges for end in (each.low, each.high) if end]
        if not self.moved.is_straight or not any(map(self.moved.bends_at, ends)):
            return ranges, seen
        self.moved.unstraighten()
        return self.ranges()

    def _end(self, inside: float, outside: float, seen: Seen, *, alone: bool) -> End:
        apart, width = abs(outside - inside), FINE * (self.window.high - self.window.low)
        if self.moved.is_straight:
            value = halved(self.statistic, self.condition.holds, inside, outside)
            jumps = self._jumps(value, value + math.copysign(width, outside - inside))
        else:
            about = self.statistic, self.condition.limit, self.condition.holds
            value, beyond = narrowed(*about, inside, outside, width)
            jumps = self._jumps(value, beyond)
            value = value if jumps else self._crossing(value, beyond)
        if alone:
            own = self._se_of_each(seen, rising=outside < inside)
            se = own if jumps else math.hypot(own, self._grain / self._steepness(value, apart))
        else:
            se = 0.0 if jumps else self._se_by_slope(value, apart)
        bounds = self.moved.probe.numbers[0]
        low = max(value - T95 * se, bounds.low if bounds.low is not None else -math.inf)
        high = min(value + T95 * se, bounds.high if bounds.high is not None else math.inf)
        return End(float(value), float(se), float(low), float(high))

    def _crossing(self, inside: float, outside: float) -> float:
        """Give where the straight line between two values next to each other crosses the limit."""
        below, above = (self.statistic(x) - self.condition.limit for x in (inside, outside))
        return inside + below / (below - above) * (outside - inside) if below != above else inside

    def _jumps(self, value: float, beyond: float) -> bool:
        """Whether the statistic leaps between two values next to each other, as with months that are rounded."""
        leap = abs(self.statistic(beyond) - self.statistic(value))
        return bool(leap > max(standard_error(self.replicates(value)), 6 * self._grain))

    @property
    def _grain(self) -> float:
        """How far a statistic is off because a share of n draws is a multiple of 1 / n."""
        return 0.5 / self.moved.paired.size if self.condition.statistic.is_probability else 0.0

    def _se_of_each(self, seen: Seen, *, rising: bool) -> float:
        """Give the standard error from the break-even of each replicate."""
        ends = (seen.x[-1], seen.x[0]) if rising else (seen.x[0], seen.x[-1])
        low, high = (np.full(REPLICATES, end) for end in ends)
        keeps = np.vectorize(self.condition.holds, otypes=[bool])
        return standard_error(halved_each(self._of_each, keeps, low, high))

    def _of_each(self, x: Array) -> Array:
        return self.condition.of(self.moved.at_each(x), self.vendor)

    def _se_by_slope(self, value: float, width: float) -> float:
        """Give the standard error from that of the statistic and its slope (the delta method)."""
        error = math.hypot(standard_error(self.replicates(value)), self._grain)
        return error / self._steepness(value, width) if error else 0.0

    def _steepness(self, value: float, width: float) -> float:
        """Give by how much the statistic changes with the number around a value; infinite if that cannot be told."""
        step = width / (2 * POINTS)
        low = max(value - step, self.window.low)
        high = value + step if self.window.is_open else min(value + step, self.window.high)
        rise = abs(self.statistic(high) - self.statistic(low)) / (high - low)
        return rise if rise and np.isfinite(rise) else math.inf
