"""The break-even of a number in words a buyer can use, and as tables."""

import math
from collections.abc import Iterable, Mapping, Sequence

from sim.analysis.breakeven import Breakeven, End, Range
from sim.analysis.cells import Figure
from sim.analysis.condition import LEAD, Condition
from sim.analysis.section import Section
from sim.analysis.table import Cell, Column, Table, people
from sim.model.case import Case
from sim.model.lines.project import Implementation
from sim.model.probe import Number
from sim.numbers.kinds import Kind
from sim.numbers.writing import figure, input_value, money

COLUMNS = (
    "vendor", "number", "such_that", "verdict", "range", "low", "low_ci_low", "low_ci_high", "high", "high_ci_low",
    "high_ci_high", "today", "today_p10", "today_p90", "statistic_today", "statistic_today_se", "holds_today",
    "statistic_reached", "reached_at", "searched_low", "searched_high", "straight", "evaluations", "draws",
)  # fmt: skip


def breakeven_table(answers: Iterable[Breakeven]) -> Table:
    """Give the ranges of a number in which a condition holds, a row a range; one without an end where it never does."""
    rows = (row for answer in answers for row in _rows(answer))
    return Table("breakeven", tuple(map(Column, COLUMNS)), tuple(rows))


def _rows(answer: Breakeven) -> Iterable[tuple[Cell, ...]]:
    today, window = answer.today, answer.window
    about = (answer.vendor, answer.number.what, answer.condition.text, answer.verdict)
    behind = (
        today.mean, today.low, today.high, *today.statistic, int(today.holds), answer.reached, answer.reached_at,
        window.low, window.high, int(answer.straight), answer.evaluations, answer.draws,
    )  # fmt: skip
    for n, each in enumerate(answer.ranges or (Range(None, None),)):
        ends = (*_end_cells(each.low), *_end_cells(each.high))
        yield (*about, n + 1 if answer.ranges else 0, *ends, *behind)


def _end_cells(end: End | None) -> tuple[Cell, ...]:
    return (None, None, None) if end is None else (end.value, end.low, end.high)


def breakeven_section(answer: Breakeven, cases: Mapping[str, Case], vendors: Sequence[str], currency: str) -> Section:
    """Give the answer as people read it: one sentence, the figures, and what else there is to know."""
    number = answer.number
    title = f"{answer.vendor}: {number.title}"
    return Section(
        title, (sentence(answer, currency), _figures(answer, currency), *notes(answer, cases, vendors, currency))
    )


def sentence(answer: Breakeven, currency: str) -> str:
    """Say what the number may be at most, or must be at least."""
    number, asked = answer.number, in_words(answer.condition, currency)
    looked = f"from {written(number, answer.window.low, currency)} to {written(number, answer.window.high, currency)}"
    best = figure(answer.reached, answer.condition.kind, currency)
    at = written(number, answer.reached_at, currency)
    statistic = answer.condition.title(currency)
    if answer.verdict == "always":
        return f"Always: {asked} holds at every value looked at, {looked}."
    if answer.verdict == "never":
        ends = "highest" if answer.condition.is_least else "lowest"
        return f"Never: {asked} holds at no value looked at, {looked}. The {ends} {statistic} there is {best}, at {at}."
    if answer.verdict == "ranges":
        parts = " and ".join(_range_text(each, number, currency) for each in answer.ranges)
        return f"{asked[0].upper()}{asked[1:]} holds {parts}."
    end = answer.end
    shown = "" if end is None else end_text(end, number, currency)
    far, purpose = _against_today(answer, currency), _purpose(answer.condition, currency)
    return f"{answer.verdict.capitalize()} {shown}{far}, {purpose}."


def _purpose(condition: Condition, currency: str) -> str:
    """Say what a value is for: `for P(NPV > 0) of at least 80.0%`."""
    if condition.statistic.what == LEAD:
        return "for the highest mean NPV of all options"
    return f"for {condition.title(currency)} of {limit_in_words(condition, currency)}"


def in_words(condition: Condition, currency: str) -> str:
    """Give a condition as people read it."""
    if condition.statistic.what == LEAD:
        return "highest mean NPV of all options"
    return f"{condition.title(currency)} {limit_in_words(condition, currency)}"


def limit_in_words(condition: Condition, currency: str) -> str:
    """Give the limit of a condition as people read it: `at least 80.0%`."""
    return f"{'at least' if condition.is_least else 'at most'} {figure(condition.limit, condition.kind, currency)}"


def written(number: Number, value: float, currency: str) -> str:
    """Write a value of a number in its unit: amounts with cents below 100, rates with a tenth of a percent."""
    if number.kind is Kind.MONEY:
        return money(value, currency)
    if number.kind is Kind.RATE:
        return figure(value, Kind.RATE, currency)
    return input_value(value, number.kind, currency) + (" months" if number.kind is Kind.MONTHS else "")


def end_text(end: End, number: Number, currency: str) -> str:
    """Write an end with its 95 % interval, which is left out where it is written alike."""
    value, low, high = (written(number, each, currency) for each in (end.value, end.low, end.high))
    return value if math.isnan(end.se) or value == low == high else f"{value} ({low} to {high})"


def _range_text(each: Range, number: Number, currency: str) -> str:
    if each.low and each.high:
        return f"from {end_text(each.low, number, currency)} to {end_text(each.high, number, currency)}"
    if each.low:
        return f"from {end_text(each.low, number, currency)} on"
    return f"up to {end_text(each.high, number, currency)}" if each.high else "everywhere"


def _against_today(answer: Breakeven, currency: str) -> str:
    """Say how far the answer is from today's value."""
    end, today = answer.end, answer.today.mean
    if end is None:
        return ""
    shown = today_text(answer, currency)
    if not answer.number.given:
        return f" (today {shown}, which the file does not give)"
    if today <= 0 or answer.number.kind is Kind.RATE:
        return f" (today {shown})"
    change = end.value / today - 1
    if abs(change) < 5e-4:
        return f", which is today's {shown}"
    far = (
        f"{end.value / today:.1f} times"
        if change >= 2
        else f"{abs(change) * 100:.1f}% {'above' if change > 0 else 'below'}"
    )
    return f", {far} today's {shown}"


def today_text(answer: Breakeven, currency: str) -> str:
    """Write today's value; of an uncertain number its mean."""
    today, number = answer.today, answer.number
    shown = written(number, today.mean, currency) if abs(today.mean) < float("inf") else "no limit"
    return f"{shown} on average" if today.is_uncertain else shown


def _figures(answer: Breakeven, currency: str) -> Table:
    number, today, kind = answer.number, answer.today, answer.condition.kind
    rows: list[tuple[Cell, ...]] = []
    for n, each in enumerate(answer.ranges):
        of = f", range {n + 1}" if len(answer.ranges) > 1 else ""
        for word, end in (("at least", each.low), ("at most", each.high)):
            if end is not None:
                low, high = (written(number, x, currency) for x in (end.low, end.high))
                interval = "" if math.isnan(end.se) or low == high else f"{low} to {high}"
                rows.append((f"{word}{of}", written(number, end.value, currency), interval))
    spread = " to ".join(written(number, x, currency) for x in (today.low, today.high)) if today.is_uncertain else ""
    rows.append(("today", today_text(answer, currency), spread and f"{spread} (P10 to P90)"))
    holds = "holds" if today.holds else "does not hold"
    rows.append((f"{answer.condition.title(currency)}, today", Figure(*_of(today.statistic, kind)), holds))
    return people("breakeven", ["", "Value", "95% interval"], rows, currency)


def _of(estimate: tuple[float, float], kind: Kind) -> tuple[float, Kind, float]:
    return estimate[0], kind, estimate[1]


def notes(answer: Breakeven, cases: Mapping[str, Case], vendors: Sequence[str], currency: str) -> Iterable[str]:
    """Say what moves along, whose the number is, and how the answer was found."""
    number, vendor = answer.number, answer.vendor
    if others := [name for name in number.vendors if name != vendor]:
        whom = "every vendor" if len(number.vendors) == len(vendors) else f"{', '.join(others)} too"
        yield f"The number is not {vendor}'s alone: it is set for {whom}, in every comparison of options."
    own = "subscription" in answer.follows and not number.what.startswith("company.")
    along = [line for line in answer.follows if line != "subscription"] if own else []
    if along:
        lines = {line.name: line for line in cases[vendor].lines}
        quoted = any(isinstance(lines.get(name), Implementation) for name in along)
        why = ", as the quote is a multiple of the licence" if quoted else ""
        yield f"With the licence move: {', '.join(along)}{why}."
    if answer.today.is_uncertain:
        yield "Today's number is uncertain; for the answer it is the same in every future, and all else is as drawn."
    if answer.against:
        yield f"In {answer.against:,} of {answer.draws:,} futures the figure moves the other way than in the others."
    if not answer.straight and answer.end and answer.end.se == 0:
        yield "The statistic changes in a step there, as where months are rounded, so there is no interval."
    if answer.turns:
        yield "The statistic rises here and falls there: every crossing between the values looked at is given."
    low, high = (written(number, x, currency) for x in (answer.window.low, answer.window.high))
    each = ", so each has a break-even of its own" if answer.condition.statistic.bounds is not None else ""
    straight = f"the figure is a straight line in it in every future{each}"
    how = straight if answer.straight else "by bracketing on the same futures"
    yield (
        f"Found in {answer.draws:,} futures with {answer.evaluations} evaluation"
        f"{'s' if answer.evaluations != 1 else ''} of a vendor, looking from {low} to {high}: {how}."
    )
