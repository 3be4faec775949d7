"""Options under stress as tables for programs and for people, and as a chart."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

import numpy as np

from sim.analysis.cells import Figure
from sim.analysis.chart import Axis, Chart, Level, Panel, Role, Spans
from sim.analysis.section import Bullets, Section
from sim.analysis.stress_facts import StressFacts, UnderStress
from sim.analysis.table import Cell, Column, Table, people
from sim.numbers.kinds import Kind
from sim.numbers.writing import error, figure, rate
from sim.sampling.estimates import Estimate

QS = (10.0, 50.0, 90.0)
"""Percentiles of the NPV that are told."""
BASE = "as in the file"
LINE, LINES = 100, 4
"""Characters of a line below the chart, and the most lines."""

COLUMNS = (
    Column("option", "Option"),
    Column("stress", "Stress"),
    Column("statistic", "Statistic"),
    Column("value", "Value", error="standard_error"),
)


def stress_table(test: StressFacts) -> Table:
    """Give every figure in long form: a row an option, stress and statistic."""
    rows = [
        (option, stress, statistic, value)
        for option in test.base
        for stress, under in under_each(test, option)
        for statistic, value in statistics(under).items()
    ]
    return Table("stress", COLUMNS, tuple(rows), test.currency, index=3)


def under_each(test: StressFacts, option: str) -> Iterator[tuple[str, UnderStress]]:
    """Give an option's figures as in the file, and under each stress."""
    yield BASE, test.base[option]
    for stress in test.stresses:
        yield stress.name, stress.options[option]


def statistics(under: UnderStress) -> dict[str, Estimate]:
    """Give figures by the names that programs know."""
    percentiles = {f"p{q:g}": under.npv.percentiles[q] for q in QS}
    shares = {"p_above_0": under.p_above, "p_best": under.p_best, "regret": under.regret}
    return {"mean": under.npv.mean, **percentiles, **shares, "change": under.change}


def stress_section(test: StressFacts) -> Section:
    """Give the same as people read it: what is stressed, and a table an option."""
    named = [f"{stress.name}: {'; '.join(stress.told)}" for stress in test.stresses]
    options = [Section(option, (_option_shown(test, option),)) for option in test.base]
    return Section("NPV under stress", (Bullets("The stresses:", named), *options, "", _how(test)))


def _option_shown(test: StressFacts, option: str) -> Table:
    header = ["", "Mean", "P10", "P(NPV > 0)", "P(best)", "Exp. regret", "Change of mean"]
    rows = (_row(test, stress, under) for stress, under in under_each(test, option))
    return people("stress", header, rows, test.currency)


def _row(test: StressFacts, stress: str, under: UnderStress) -> tuple[Cell, ...]:
    p10 = under.npv.percentiles[QS[0]]
    shares = (rate(share.value) for share in (under.p_above, under.p_best))
    moved = "" if stress == BASE else _moved(under.change, test.currency)
    money = (Figure(value, Kind.MONEY) for value in (under.npv.mean.value, p10.value))
    return stress, *money, *shares, Figure(under.regret.value, Kind.MONEY), moved


def _moved(change: Estimate, currency: str) -> str:
    """Write a change of a mean with its sign and standard error."""
    if not change.value and not change.se:
        return "none"
    shown = figure(abs(change.value), Kind.MONEY, currency)
    return f"{'-' if change.value < 0 else '+'}{shown} {error(change.se, Kind.MONEY, currency)}"


def _how(test: StressFacts) -> str:
    weighed = [stress for stress in test.stresses if stress.effective is not None]
    paired = f"{test.draws:,} futures, the same under every stress. ± is the standard error of the change."
    if weighed:
        worth = ", ".join(f"{stress.name} {stress.effective:,.0f}" for stress in weighed)
        return (
            f"{paired} Nothing was evaluated again: futures are weighted, and what is correlated with an input goes"
            f" with it. Effective futures: {worth}."
        )
    many = f"{test.evaluations} evaluation{'s' if test.evaluations != 1 else ''} of a vendor"
    return f"{paired} {many}; what is correlated with a stressed input stays as drawn."


def stress_chart(test: StressFacts) -> Chart:
    """Draw the NPV of every offer as in the file and under each stress: from its P10 to its P90, and its median."""
    shown = [(option, *row) for option in test.base if _varies(test, option) for row in under_each(test, option)]
    names = [option if stress == BASE else f"… {stress}" for option, stress, _ in shown]
    low, middle, high = (np.array([under.npv.percentiles[q].value for *_, under in shown]) for q in QS)
    texts = tuple(f"{rate(under.p_above.value)}" for *_, under in shown)
    marks = Spans(low, middle, high, texts, "P10 to P90, and the median"), Level(0, Role.ZERO)
    width = max(float(high.max(initial=0.0) - low.min(initial=0.0)), 1.0)
    ends = float(low.min(initial=0.0)) - 0.05 * width, float(high.max(initial=0.0)) + 0.16 * width
    about = "at the right of each: P(NPV > 0)"
    panel = Panel(Axis(kind=Kind.MONEY, ends=ends), Axis(names=tuple(_short(names))), marks, "NPV", about)
    return Chart("NPV under stress", (panel,), _told(test), test.currency)


def _varies(test: StressFacts, option: str) -> bool:
    """Whether an option has an NPV of its own: buying nothing has none."""
    return any(under.npv.sd.value or under.npv.mean.value for _, under in under_each(test, option))


def _short(names: Sequence[str]) -> Iterator[str]:
    return (name if len(name) <= 40 else f"{name[:39]}…" for name in names)


def _told(test: StressFacts) -> str:
    """Say what the stresses are, in as many lines as fit below a chart."""
    lines = [line for stress in test.stresses for line in wrap(f"{stress.name}: {'; '.join(stress.told)}", LINE)]
    return "\n".join(lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"])
