"""What stands in a cell of a table that people read: numbers that know their kind, and how they are written.

A format asks a cell for its text, or for its number; none has to know what the table is about. Texts are as they are:
making them safe is the format's own work.
"""

import math
from dataclasses import dataclass, replace

from sim.distributions.picture import blocks
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.writing import accounting, error, figure, input_value, points, rate
from sim.sampling.estimates import Estimate, Gap, Statistics


@dataclass(frozen=True)
class Figure:
    """A result: a value of a kind, and its standard error where that is shown. NaN does not exist."""

    value: float
    kind: Kind
    se: float | None = None
    gap: Gap | None = None
    """Between which two clusters of futures a percentile lies, if it does."""
    atom: float = 0.0
    """Share of the futures that have just this value, if they are many."""

    def text(self, currency: str) -> str:
        """Write the value, and behind ± its error; of a percentile in a gap, between what it lies."""
        if self.gap is not None:
            return between(self.gap, self.kind, currency)
        shown = figure(self.value, self.kind, currency)
        if self.atom:
            return f"{shown} (in {rate(self.atom)})"
        return shown if self.se is None else f"{shown} {error(self.se, self.kind, currency)}".rstrip()


def between(gap: Gap, kind: Kind, currency: str) -> str:
    """Write between what a percentile lies that falls into a gap."""
    return f"{figure(gap.low, kind, currency)} .. {figure(gap.high, kind, currency)}"


@dataclass(frozen=True)
class Span:
    """A range of results, such as P10 to P90."""

    low: Figure
    high: Figure

    def text(self, currency: str) -> str:
        """Write both ends, without errors."""
        if math.isnan(self.low.value) and math.isnan(self.high.value):
            return "n/a"
        low, high = (replace(end, se=None, atom=0.0).text(currency) for end in (self.low, self.high))
        return f"{low} to {high}"


def percentile(described: Statistics, q: float, kind: Kind) -> Figure:
    """Give a percentile with its standard error, or with the gap it falls into, or the atom it lies on."""
    value, se = described.percentiles[q]
    return Figure(value, kind, se, described.gaps.get(q), described.atoms.get(q, 0.0))


@dataclass(frozen=True)
class Share:
    """A probability estimated from so many draws."""

    estimate: Estimate
    draws: int
    brief: bool = False
    """Whether no hit at all is written as the most that it may be, instead of as a count."""

    def text(self, currency: str) -> str:
        """Write it with its standard error, or with the count of draws where none or all of them hit.

        No spread between replicates is no proof of certainty: after no hit in n draws, 3/n is still within the 95 %
        interval (the rule of three; Hanley and Lippman-Hand 1983, JAMA 249(13)).
        """
        p = self.estimate
        if math.isnan(p.value):
            return "n/a"
        if p.se == 0 and p.value in (0, 1):
            if self.brief:
                most = float(f"{300 / self.draws:.1g}")
                return f">{100 - most:.8g}%" if p.value else f"<{most:g}%"
            return f"{rate(p.value)} ({'all' if p.value else '0 of'} {self.draws:,})"
        return f"{rate(p.value)} {error(p.se, Kind.RATE, currency)}".rstrip()


@dataclass(frozen=True)
class Asked:
    """A number in the unit and with the digits that people give it with. NaN does not exist."""

    value: float
    kind: Kind

    def text(self, currency: str) -> str:
        """Write it with up to four digits."""
        return "n/a" if math.isnan(self.value) else input_value(self.value, self.kind, currency)


@dataclass(frozen=True)
class AskedSpan:
    """A range of such numbers; one number where both ends are written alike."""

    low: float
    high: float
    kind: Kind

    def text(self, currency: str) -> str:
        """Write both ends."""
        low, high = (Asked(end, self.kind).text(currency) for end in (self.low, self.high))
        return low if low == high else f"{low} to {high}"


@dataclass(frozen=True)
class Booked:
    """An amount as an account books it: whole units, in brackets below zero."""

    value: float

    def text(self, currency: str) -> str:  # noqa: ARG002 - the same call for every cell
        """Write it without the currency, which stands above such a table."""
        return accounting(self.value)


@dataclass(frozen=True)
class Change:
    """A mean change of a number, with its sign; of a rate in points. NaN does not exist."""

    mean: Estimate
    kind: Kind

    def text(self, currency: str) -> str:
        """Write it; its standard error is left out where it is below 0.5 % of the change."""
        value, se = self.mean
        if math.isnan(value):
            return "n/a"
        if not value:
            return "none"
        shown = f"{'-' if value < 0 else '+'}{self._size(abs(value), currency)}"
        return shown if se < 0.005 * abs(value) else f"{shown} {self._error(se, currency)}"

    def _size(self, size: float, currency: str) -> str:
        return f"{size * 100:.2f} points" if self.kind is Kind.RATE else Asked(size, self.kind).text(currency)

    def _error(self, se: float, currency: str) -> str:
        return points(se) if self.kind is Kind.RATE else f"±{Asked(float(f'{se:.2g}'), self.kind).text(currency)}"


@dataclass(frozen=True, eq=False)
class Blocks:
    """The shape of a distribution as a row of blocks: the probability of each of 48 cells, (48,)."""

    shares: Array

    def text(self, currency: str) -> str:  # noqa: ARG002 - the same call for every cell
        """Draw it, 12 characters wide."""
        return blocks(self.shares, 12).strip() or "-"


@dataclass(frozen=True)
class Length:
    """A length beside others, drawn as a bar: 1 for the longest, NaN and 0 for none."""

    share: float

    def text(self, currency: str) -> str:  # noqa: ARG002 - the same call for every cell
        """Draw it, 12 characters for the longest."""
        return "" if math.isnan(self.share) else "█" * round(12 * min(self.share, 1.0))


Shown = Figure | Span | Share | Asked | AskedSpan | Booked | Change | Blocks | Length
