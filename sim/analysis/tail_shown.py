"""The worst futures of an option as tables for programs and for people, and as a chart."""

from collections.abc import Iterator
from textwrap import wrap

import numpy as np

from sim.analysis.cells import Asked, Figure
from sim.analysis.chart import Axis, Bars, Chart, EndText, Level, Mark, Panel, Role
from sim.analysis.section import Section
from sim.analysis.table import Cell, Column, Table, people, written
from sim.analysis.tail_facts import CVAR, Shift, TailFacts
from sim.analysis.tail_rules import Measured
from sim.numbers.kinds import Kind
from sim.numbers.writing import money, rate
from sim.sampling.estimates import Estimate

SHOWN = 8
"""Most inputs and lines that people read; programs get all."""
LINE = 100
"""Characters of a line below the chart."""
SEEN = 0.1
"""Standard deviations from which a shift is shown."""

COLUMNS = (
    Column("vendor", "Vendor"),
    Column("about"),
    Column("item"),
    Column("statistic"),
    Column("value", error="standard_error"),
)


def tail_table(tail: TailFacts) -> Table:
    """Give all that is said of the worst futures in long form: of the NPV, of inputs, of rules and of lines."""
    rows = [(about, item, what, value) for about, item, values in _facts(tail) for what, value in values.items()]
    return Table("tail", COLUMNS, tuple((tail.vendor, *row) for row in rows), tail.currency, index=4)


def _facts(tail: TailFacts) -> Iterator[tuple[str, str, dict[str, Cell]]]:
    bad = "losses" if tail.of_losses else "worst"
    threshold = Estimate(tail.threshold, float("nan"))
    npv: dict[str, Cell] = {"mean": tail.mean, "p_loss": tail.loss, "worst_below": threshold}
    yield "npv", "npv", npv | {f"cvar_{CVAR:g}": tail.cvar, f"{bad}_held_out": tail.rules.base}
    for of in tail.shifts:
        values: dict[str, Cell] = {"mean": of.everywhere, "mean_in_worst": of.in_tail, "shift_sd": of.shift}
        yield "input", of.input.key, values | {f"lift_of_{bad}": of.lift}
    for rule in tail.rules.rules:
        yield "rule", rule.formula, _measures(rule.measured)
    if tail.rules.together is not None:
        yield "rule", "any of them", _measures(tail.rules.together)
    for line in tail.lines:
        yield "line", line.line, {"mean": line.everywhere, f"cvar_{CVAR:g}": line.in_tail, "change": line.change}


def _measures(measured: Measured) -> dict[str, Cell]:
    return {"recall": measured.recall, "coverage": measured.coverage, "precision": measured.precision}


def tail_section(tail: TailFacts) -> Section:
    """Give the same as people read it."""
    below = f"The {_worst(tail)} lie below {_money(tail, tail.threshold)}."
    return Section(
        f"{tail.vendor}: the worst futures by NPV",
        (
            f"{tail.draws:,} futures. {_losses(tail)} {below}",
            Section(f"What makes the {_bad(tail)}", _rules_said(tail)),
            Section(f"Inputs in the {_worst(tail)}", (inputs_shown(tail), _left_out(tail))),
            Section(f"What the worst {CVAR:g}% are made of", (lines_shown(tail), _mean_said(tail))),
        ),
    )


def _mean_said(tail: TailFacts) -> str:
    return (
        f"The worst {CVAR:g}% of the futures have a mean NPV of {_money(tail, tail.cvar.value)}"
        f" (±{_money(tail, tail.cvar.se)}); the lines add up to it. Costs are below zero."
    )


def _rules_said(tail: TailFacts) -> tuple[str | Table, ...]:
    if not tail.rules.rules:
        return (f"No short rule tells the {_bad(tail)} apart: none is clearly better than chance in futures held out.",)
    base, held = rate(tail.rules.base.value), f"{tail.rules.futures:,}"
    note = (
        f"Found in half of the futures, measured in the {held} others. There {base} of all futures are"
        f" {'losses' if tail.of_losses else 'among the worst'}: what the last column would be by chance. ± is the"
        " standard error."
    )
    return rules_shown(tail), note


def rules_shown(tail: TailFacts) -> Table:
    """Give the rules that tell bad futures apart, a row each, and any of them as the last row."""
    among = "Losses in it" if tail.of_losses else "Worst in it"
    header = ["Rule", f"Of the {_bad(tail)}", "Of all futures", among]
    rows: list[tuple[Cell, ...]] = [(rule.text(tail.currency), *_shares(rule.measured)) for rule in tail.rules.rules]
    if len(rows) > 1 and tail.rules.together is not None:
        rows.append(("any of them", *_shares(tail.rules.together)))
    return people("tail_rules", header, rows, strong=[len(rows) - 1] if len(rows) > 1 else [])


def _shares(measured: Measured) -> tuple[Figure, ...]:
    shares = measured.recall, measured.coverage, measured.precision
    return tuple(Figure(share.value, Kind.RATE, share.se) for share in shares)


def inputs_shown(tail: TailFacts) -> Table:
    """Give the inputs that differ most in the worst futures, a row each."""
    among = "Losses" if tail.of_losses else "Worst"
    header = ["Input", "On average", "There", "Shift (sd)", f"{among} in its worst fifth"]
    rows = ((of.input.title, *_ends(of), f"{of.shift.value:+.2f}", f"{of.lift.value:.1f}x") for of in _told(tail))
    return people("tail_inputs", header, rows, tail.currency)


def _ends(shift: Shift) -> tuple[Cell, Cell]:
    """Give an input's mean in all futures and in the worst ones; of an event, how often it happens."""
    if shift.is_event:
        return Figure(shift.everywhere.value, Kind.RATE), Figure(shift.in_tail.value, Kind.RATE)
    return Asked(shift.everywhere.value, shift.input.unit), Asked(shift.in_tail.value, shift.input.unit)


def _told(tail: TailFacts) -> list[Shift]:
    """Give the inputs whose shift is worth showing, and no accident of the draws."""
    clear = [of for of in tail.shifts if abs(of.shift.value) >= max(SEEN, 3 * of.shift.se)]
    return clear[:SHOWN]


def _left_out(tail: TailFacts) -> str:
    more = len(tail.shifts) - len(_told(tail))
    left = f" {more} more differ less, or by no more than chance." if more else ""
    than = "losses" if tail.of_losses else f"of the {_worst(tail)}"
    events = " Of an event: how often it happens, and if it does." if any(of.is_event for of in _told(tail)) else ""
    return f"Last column: how many times as many {than} there are in the fifth where it is worst.{events}{left}"


def lines_shown(tail: TailFacts) -> Table:
    """Give what each line is of the NPV in the worst 5 % of the futures, a row each, and their sum."""
    header = ["Line, present value", "On average", f"In the worst {CVAR:g}%", "Change"]
    rows: list[tuple[Cell, ...]] = [
        (part.line, *(Figure(of.value, Kind.MONEY) for of in (part.everywhere, part.in_tail, part.change)))
        for part in tail.lines
    ]
    change = tail.cvar.value - tail.mean.value
    sums = (Figure(of, Kind.MONEY) for of in (tail.mean.value, tail.cvar.value, change))
    return people("tail_lines", header, [*rows, ("NPV, their sum", *sums)], tail.currency, strong=[len(rows)])


def tail_chart(tail: TailFacts) -> Chart:
    """Draw how far the inputs are shifted in the worst futures, in standard deviations, with their means in units."""
    told = _told(tail)
    shifts = np.array([of.shift.value for of in told])
    marks: list[Mark] = []
    for role, label, sign in ((Role.LOW, "low there", -1), (Role.HIGH, "high there", 1)):
        marks.append(Bars(0.0, np.where(np.sign(shifts) == sign, shifts, 0.0), role, label))
    for row, of in enumerate(told):
        low, high = (written(end, tail.currency) for end in _ends(of))
        marks.append(EndText(row, shifts[row], 0.0, f"{low} → {high}"))
    most = 1.55 * max(np.abs(shifts), default=1.0)
    x = Axis(kind=Kind.FACTOR, ends=(-most, most))
    names = Axis(names=tuple(_name(of) for of in told))
    panel = Panel(x, names, (*marks, Level(0, Role.BASE)), tail.vendor, _about(tail))
    return Chart(f"What is different in the {_worst(tail)} of the futures", (panel,), _first_rule(tail), tail.currency)


def _name(shift: Shift) -> str:
    title = shift.input.title
    return title if len(title) <= 40 else f"{title[:39]}…"


def _about(tail: TailFacts) -> str:
    return f"in standard deviations; mean of all futures → of those below {_money(tail, tail.threshold)}"


def _first_rule(tail: TailFacts) -> str:
    if not tail.rules.rules:
        return ""
    rule = tail.rules.rules[0]
    recall, coverage = (rate(share.value) for share in (rule.measured.recall, rule.measured.coverage))
    said = f"{rule.text(tail.currency)}: {recall} of the {_bad(tail)}, {coverage} of the futures"
    return "\n".join(wrap(said, LINE))


def _losses(tail: TailFacts) -> str:
    share = tail.loss.value
    if not share:
        return "The NPV is never below zero."
    told = f"The NPV is below zero in {rate(share)} of them"
    if tail.of_losses:
        return f"{told}."
    why = "too few to tell apart" if share < 0.5 else "more than half"
    return f"{told}, {why}: rules and lifts are of the {_worst(tail)}."


def _bad(tail: TailFacts) -> str:
    return "losses" if tail.of_losses else _worst(tail)


def _worst(tail: TailFacts) -> str:
    return "worst tenth" if tail.level == 10 else f"worst {tail.level:g}%"


def _money(tail: TailFacts, value: float) -> str:
    return money(value, tail.currency)
