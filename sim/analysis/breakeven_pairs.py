"""What a number may be at most, or must be at least, for each value of another: pairs of equal probability."""

from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.breakeven import End, Range, Solving, drawn_today, options_of, verdict_of, window_of
from sim.analysis.breakeven_text import in_words, limit_in_words, written
from sim.analysis.chart import Axis, Chart, Curve, Level, Panel, Role
from sim.analysis.condition import Condition, check_condition
from sim.analysis.moved import Moved
from sim.analysis.paired import Paired
from sim.analysis.section import Section
from sim.analysis.table import Cell, Column, Table, people
from sim.errors import UsageError
from sim.model.probe import Number, Probe
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind

VALUES = 9
"""Values of the second number."""

ALSO = (0.6, 0.8, 0.9)
"""Probabilities that are answered besides the one asked for."""


@dataclass(frozen=True, eq=False)
class BreakevenPairs:
    """The answer for the first number by condition and value of the second."""

    vendor: str
    numbers: tuple[Number, Number]
    conditions: tuple[Condition, ...]
    """The one asked for first."""
    x: Array
    """Values of the second number, (k,)."""
    today: float
    """Today's value of the second number, the mean of an uncertain one."""
    ranges: tuple[tuple[tuple[Range, ...], ...], ...]
    """Ranges of the first number in which a condition holds, by condition and value."""
    evaluations: int
    draws: int

    def end(self, condition: int, value: int) -> End | None:
        """Give the one limit of the first number; None if there is none, or there are several."""
        ranges = self.ranges[condition][value]
        ends = [end for each in ranges for end in (each.low, each.high) if end]
        return ends[0] if len(ends) == 1 else None


def breakeven_pairs(paired: Paired, probe: Probe, condition: Condition, currency: str) -> BreakevenPairs:
    """Solve a condition for the first number of a probe at some values of the second.

    Raises:
        UsageError: the run is too short, or the vendor's figures do not move with both numbers.
    """
    first, second = probe.numbers
    conditions = _conditions(condition)
    for each in conditions:
        check_condition(each, paired.size, currency)
    window = window_of(paired, probe)
    options = options_of(paired, condition, probe.vendor)
    today = float(drawn_today(paired, second).mean())
    x = _values(paired, probe, today)
    moved = Moved(paired, probe, condition.statistic.metric, options, first.key)
    found: list[list[tuple[Range, ...]]] = [[] for _ in conditions]
    evaluations, before = 0, None
    for value in x:
        beside = moved.beside({second.key: float(value)})
        beside.straighten(window.low, window.high)
        for place, each in enumerate(conditions):
            found[place].append(Solving(beside, each, probe.vendor, window).checked()[0])
        evaluations += beside.evaluations
        now = beside.at(window.high)[probe.vendor]
        if before is not None and value == x[-1] and np.array_equal(before, now, equal_nan=True):
            raise UsageError(f"no figure of {probe.vendor} moves with {second.what} ({second.title})")
        before = now if before is None else before
    ranges = tuple(tuple(each) for each in found)
    return BreakevenPairs(probe.vendor, (first, second), conditions, x, today, ranges, evaluations, paired.size)


def _conditions(condition: Condition) -> tuple[Condition, ...]:
    if not condition.statistic.is_probability or not condition.is_least:
        return (condition,)
    others = (q for q in ALSO if q != condition.limit)
    return (condition, *(replace(condition, limit=q, text=f"{condition.statistic.text} >= {q:.0%}") for q in others))


def _values(paired: Paired, probe: Probe, today: float) -> Array:
    """Give the values of the second number: all of a share, else from nothing, or its bound, to twice today's."""
    number, window = probe.numbers[1], window_of(paired, probe, 1)
    if number.kind is Kind.RATE and (number.low, number.high) == (0, 1):
        return np.linspace(0, 1, VALUES)
    high = min(window.high, window.low + 2 * (today - window.low)) if today > window.low else window.high
    return np.linspace(window.low, high, VALUES)


def pairs_table(pairs: BreakevenPairs) -> Table:
    """Give the pairs in long form, a row a condition and value of the second number."""
    first, second = pairs.numbers
    names = ("vendor", "such_that", second.what, "verdict", first.what, "ci_low", "ci_high")
    rows = tuple(
        (pairs.vendor, condition.text, float(value), *_cells(pairs, c, v))
        for c, condition in enumerate(pairs.conditions)
        for v, value in enumerate(pairs.x)
    )
    return Table("breakeven_pairs", tuple(map(Column, names)), rows)


def _cells(pairs: BreakevenPairs, condition: int, value: int) -> tuple[Cell, ...]:
    end = pairs.end(condition, value)
    verdict = verdict_of(pairs.ranges[condition][value])
    return (verdict, None, None, None) if end is None else (verdict, end.value, end.low, end.high)


def pairs_section(pairs: BreakevenPairs, currency: str) -> Section:
    """Give the pairs as people read them: a row a value of the second number, a column a condition."""
    first, second = pairs.numbers
    asked, *others = (limit_in_words(condition, currency) for condition in pairs.conditions)
    word = _word(pairs)
    header = [second.title, asked, "95% interval", *others]
    rows = [(written(second, float(value), currency), *_row(pairs, v, currency)) for v, value in enumerate(pairs.x)]
    what = (
        f"What {first.title} {'may be at most' if word == 'at most' else 'must be'}{' at least' * (word == 'at least')}"
    )
    such = f"so that the {pairs.conditions[0].title(currency)} is as each column says"
    lead = f"{what} for each {second.title} (today {written(second, pairs.today, currency)}), {such}."
    note = (
        f"Both numbers are the same in every future, all else is as drawn: {pairs.draws:,} futures,"
        f" {pairs.evaluations} evaluations of a vendor."
    )
    return Section(f"{pairs.vendor}: {first.title}", (lead, people("breakeven_pairs", header, rows, currency), note))


def _word(pairs: BreakevenPairs) -> str:
    """Give the one word of all answers that have a limit: at most, or at least; empty if both occur."""
    words = {verdict_of(ranges) for of in pairs.ranges for ranges in of} - {"always", "never"}
    return words.pop() if len(words) == 1 else ""


def _row(pairs: BreakevenPairs, value: int, currency: str) -> list[str]:
    """Give the cells of a value of the second number: the answer asked for, its interval, the other answers."""
    first, *others = (_cell(pairs, c, value, currency) for c in range(len(pairs.conditions)))
    end = pairs.end(0, value)
    ends = () if end is None else (written(pairs.numbers[0], x, currency) for x in (end.low, end.high))
    return [first, " to ".join(ends), *others]


def _cell(pairs: BreakevenPairs, condition: int, value: int, currency: str) -> str:
    verdict, end = verdict_of(pairs.ranges[condition][value]), pairs.end(condition, value)
    shown = "" if end is None else written(pairs.numbers[0], end.value, currency)
    return verdict if end is None else shown if _word(pairs) else f"{verdict} {shown}"


def pairs_chart(pairs: BreakevenPairs, currency: str) -> Chart:
    """Draw the first number over the second, a line a condition: on a line the statistic is the same."""
    first, second = pairs.numbers
    lines = [[pairs.end(c, v) for v in range(len(pairs.x))] for c in range(len(pairs.conditions))]
    curves = [
        Curve(
            pairs.x,
            np.array([end.value if end else np.nan for end in line]),
            Role.OPTION,
            in_words(condition, currency),
            n,
        )
        for n, (condition, line) in enumerate(zip(pairs.conditions, lines, strict=True))
    ]
    today = Level(pairs.today, Role.SIMULATED, label=f"today: {written(second, pairs.today, currency)}")
    x = Axis(_upper(second.title), _kind(second), (float(pairs.x[0]), float(pairs.x[-1])))
    panel = Panel(x, Axis(_upper(first.title), _kind(first)), (*curves, today))
    about = f"{pairs.vendor[:40]} · along a line the probability is the same · {pairs.draws:,} futures"
    return Chart(f"{_upper(first.title)} by {second.title}", (panel,), about, currency)


def _kind(number: Number) -> Kind:
    return Kind.FACTOR if number.kind is Kind.MONTHS else number.kind


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
