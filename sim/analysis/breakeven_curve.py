"""A statistic and the expected regrets of all options over a number: what the answer looks like around itself.

The expected regret of an option is what the best option of each future would have brought more, on average; the lowest
line is the best choice, and its height is what perfect knowledge would be worth (Alarid-Escudero, Enns, Kuntz, Michaud
and Jalal 2019, "Time traveling is just too dangerous but some methods are worth revisiting", Value in Health 22(5)).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.breakeven import Breakeven, Range
from sim.analysis.breakeven_text import in_words, today_text, written
from sim.analysis.chart import Axis, Band, Chart, Curve, Level, Mark, Panel, Role
from sim.analysis.condition import Condition
from sim.analysis.moved import Moved, by_replicate
from sim.analysis.paired import Paired
from sim.analysis.search import halved, narrowed
from sim.analysis.table import Column, Table
from sim.model.probe import Number, Probe
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.sampling.estimates import T95, Estimate, mean, standard_error

FREE, COSTLY = 61, 13
"""Values of the number on a curve: where all is a straight line, and where each takes an evaluation of every vendor."""

NEAR = 1e-3
"""Width of a bracket around a switch, of the distance between two values of the curve."""

ROOM = 0.75
"""What is shown on either side of the answer and today's value, of the distance between them."""


@dataclass(frozen=True)
class Switch:
    """A value of the number at which the option with the highest mean NPV changes."""

    value: float
    se: float
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class BreakevenCurve:
    """A statistic over a grid of values of a number, (k,), and what taking each option is expected to cost there."""

    answer: Breakeven
    x: Array
    statistic: tuple[Estimate, ...]
    regrets: Mapping[str, tuple[Estimate, ...]]
    """By option, (k,) each: in money."""
    switches: tuple[Switch, ...]


def breakeven_curve(paired: Paired, probe: Probe, answer: Breakeven) -> BreakevenCurve:
    """Give the curve around an answer, on the draws of its run."""
    key, condition = answer.number.key, answer.condition
    low, high = _view(answer)
    money = Moved(paired, probe, "npv", paired.options, key)
    straight = money.straighten(low, high)
    shown = (
        money
        if condition.statistic.metric == "npv"
        else Moved(paired, probe, condition.statistic.metric, (answer.vendor,), key)
    )
    x = np.linspace(low, high, FREE if straight and shown is money else COSTLY)
    statistic, regrets = [], []
    for value in x:
        options = money.at(float(value))
        of = options if shown is money else shown.at(float(value))
        statistic.append(_statistic(condition, of, answer.vendor))
        regrets.append(_regrets(options))
    by_option = {name: tuple(each[name] for each in regrets) for name in paired.options}
    return BreakevenCurve(answer, x, tuple(statistic), by_option, _switches(money, x, by_option))


def _view(answer: Breakeven) -> tuple[float, float]:
    """Give the ends of what is shown: a whole range from 0 to 1, else the answer and today's value with room beside."""
    window, number = answer.window, answer.number
    if number.kind is Kind.RATE and (number.low, number.high) == (0, 1):
        return window.low, window.high
    points = [end.value for each in answer.ranges for end in (each.low, each.high) if end]
    points += [answer.today.mean] if np.isfinite(answer.today.mean) else []
    if len(points) < 2 or max(points) == min(points):
        return window.low, min(window.high, 2 * max(points, default=window.high) or window.high)
    room = ROOM * (max(points) - min(points))
    low = -np.inf if number.low is None else number.low
    high = np.inf if number.high is None else number.high
    return float(max(min(points) - room, low)), float(min(max(points) + room, high))


def _statistic(condition: Condition, values: Mapping[str, Array], vendor: str) -> Estimate:
    value = condition.of({name: x[None] for name, x in values.items()}, vendor)[0]
    return Estimate(float(value), standard_error(condition.of(by_replicate(values), vendor)))


def _regrets(options: Mapping[str, Array]) -> dict[str, Estimate]:
    best = np.maximum.reduce(list(options.values()))
    return {name: mean(best - x) for name, x in options.items()}


def _switches(money: Moved, x: Array, regrets: Mapping[str, tuple[Estimate, ...]]) -> tuple[Switch, ...]:
    """Find where the option of the lowest regret changes: it is the one of the highest mean."""
    names = list(regrets)
    best = np.argmin([[each.value for each in regrets[name]] for name in names], axis=0)
    changes = [n for n in range(len(x) - 1) if best[n] != best[n + 1]]
    return tuple(_switch(money, (x[n], x[n + 1]), names[best[n]], names[best[n + 1]]) for n in changes)


def _switch(money: Moved, ends: tuple[float, float], before: str, after: str) -> Switch:
    """Find where two options have the same mean between two values: to the last bit where they are straight lines."""

    def lead(value: float) -> Array:
        options = by_replicate(money.at(value))
        return np.asarray((options[before] - options[after]).mean(axis=1))

    low, high = lead(ends[0]), lead(ends[1])
    slope = (high.mean() - low.mean()) / (ends[1] - ends[0])
    ahead = (lambda at: float(lead(at).mean()), lambda gap: gap >= 0)
    if money.is_straight:
        value = halved(*ahead, *ends)
    else:
        value, _ = narrowed(ahead[0], 0.0, ahead[1], *ends, NEAR * (ends[1] - ends[0]))
    return Switch(float(value), standard_error(lead(float(value))) / abs(float(slope)), before, after)


def curve_table(curve: BreakevenCurve) -> Table:
    """Give the curve in long form: a row a value of the number and what is told of it there."""
    names = ("number", "value", "what", "option", "estimate", "standard_error", "ci_low", "ci_high")
    what = curve.answer.number.what
    rows: list[tuple[str | float, ...]] = []
    for n, value in enumerate(curve.x):
        rows.append(
            (
                what,
                float(value),
                curve.answer.condition.statistic.text,
                curve.answer.vendor,
                *_cells(curve.statistic[n]),
            )
        )
        rows += [(what, float(value), "expected regret", name, *_cells(of[n])) for name, of in curve.regrets.items()]
    return Table("breakeven_curve", tuple(map(Column, names)), tuple(rows))


def switch_table(curve: BreakevenCurve) -> Table:
    """Give the values of the number at which the option with the highest mean NPV changes, a row each."""
    names = ("number", "value", "standard_error", "best_below", "best_above")
    what = curve.answer.number.what
    rows = tuple((what, s.value, s.se, s.before, s.after) for s in curve.switches)
    return Table("breakeven_switches", tuple(map(Column, names)), rows)


def switch_sentences(curve: BreakevenCurve, currency: str) -> list[str]:
    """Say where the best choice changes within what the curve shows."""
    number = curve.answer.number
    if not curve.switches:
        best = min(curve.regrets, key=lambda name: curve.regrets[name][0].value)
        low, high = (written(number, float(x), currency) for x in (curve.x[0], curve.x[-1]))
        return [f"The option with the highest mean NPV is {best} throughout, from {low} to {high}."]
    return [
        f"Below {written(number, s.value, currency)} the highest mean NPV is that of {s.before}, above it that of"
        f" {s.after}."
        for s in curve.switches
    ]


def _cells(estimate: Estimate) -> tuple[float, float, float, float]:
    reach = T95 * estimate.se
    return estimate.value, estimate.se, estimate.value - reach, estimate.value + reach


def curve_chart(curve: BreakevenCurve, currency: str) -> Chart:
    """Draw the statistic over the number, with its 95 % band, the limit, the answer and today's value."""
    answer, condition = curve.answer, curve.answer.condition
    value = np.array([each.value for each in curve.statistic])
    reach = T95 * np.array([each.se for each in curve.statistic])
    title = condition.title(currency)
    marks: list[Mark] = [
        Band(curve.x, value - reach, value + reach, "95% interval", 0.25),
        Curve(curve.x, value, Role.MEDIAN, title, dotted=answer.number.kind is Kind.MONTHS),
        Level(condition.limit, Role.TARGET, "y", label=f"limit: {in_words(condition, currency)}"),
        *_at_answer(answer.ranges, answer.number, currency),
        *_at_today(answer, currency),
    ]
    side = "" if condition.kind is Kind.MONEY else _upper(title)  # amounts leave no room, and the key says it
    ends = (0.0, 1.0) if condition.statistic.is_probability else (None, None)
    panel = Panel(
        _axis(answer.number, curve),
        Axis(side, condition.kind, ends),
        tuple(marks),
    )
    about = f"{answer.vendor} · the same number in every future, all else as drawn · {answer.draws:,} futures"
    return Chart(_upper(_headline(answer, currency)), (panel,), about, currency)


def _headline(answer: Breakeven, currency: str) -> str:
    end, title = answer.end, answer.number.title
    if end is None:
        return f"{title}: {answer.verdict}" if answer.verdict != "ranges" else f"{title}: several ranges"
    return f"{title}: {answer.verdict} {written(answer.number, end.value, currency)}"


def regret_chart(curve: BreakevenCurve, currency: str) -> Chart:
    """Draw the expected regret of every option over the number; where the lowest line changes, the choice does."""
    answer = curve.answer
    marks: list[Mark] = [
        Curve(curve.x, np.array([each.value for each in of]), Role.OPTION, name[:40], n)
        for n, (name, of) in enumerate(curve.regrets.items())
    ]
    marks += [
        Level(each.value, Role.BASE, label=f"the choice changes at {written(answer.number, each.value, currency)}")
        for each in curve.switches
    ]
    marks += _at_today(answer, currency)
    panel = Panel(_axis(answer.number, curve), Axis("Expected regret", Kind.MONEY, (0, None)), tuple(marks))
    about = (
        f"{answer.vendor[:40]} · the lowest line is the best choice, its height what knowing the future would be worth"
    )
    return Chart(f"Which option, by {answer.number.title}?", (panel,), about, currency)


def _at_answer(ranges: tuple[Range, ...], number: Number, currency: str) -> list[Mark]:
    ends = [(word, end) for each in ranges for word, end in (("at least", each.low), ("at most", each.high)) if end]
    return [Level(end.value, Role.BASE, label=f"{word} {written(number, end.value, currency)}") for word, end in ends]


def _at_today(answer: Breakeven, currency: str) -> list[Mark]:
    if not np.isfinite(answer.today.mean):
        return []
    return [Level(answer.today.mean, Role.SIMULATED, label=f"today: {today_text(answer, currency)}")]


def _axis(number: Number, curve: BreakevenCurve) -> Axis:
    kind = Kind.FACTOR if number.kind is Kind.MONTHS else number.kind  # months of an input are no months of a run
    return Axis(_upper(number.title), kind, (float(curve.x[0]), float(curve.x[-1])))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
