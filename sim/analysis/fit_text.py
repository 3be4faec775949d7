"""The doubt about fit, and what it would take to catch up, as tables and sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.analysis.catch_up import CatchUp
from sim.analysis.cells import Figure, Share
from sim.analysis.chart import Axis, Chart, Curve, Panel, Role
from sim.analysis.fit import Advantage, Fit
from sim.analysis.table import Cell, Column, Table, people
from sim.numbers.kinds import Kind
from sim.sampling.estimates import Estimate

NEVER = "no"
"""Where nothing makes an option catch up."""


def doubts_table(found: Fit, currency: str) -> Table:
    """Give what each doubt does to the choice in long form, a row a doubt and option."""
    columns = (
        Column("doubt", kind=Kind.RATE),
        Column("option"),
        Column("p_best", kind=Kind.RATE, error="p_best_se"),
        Column("expected_regret", kind=Kind.MONEY, error="expected_regret_se"),
    )
    rows = (
        (doubted.doubt, name, standing.p_best, standing.regret)
        for doubted in found.doubts
        for name, standing in doubted.comparison.standings.items()
    )
    return Table("fit", columns, tuple(rows), currency, index=2)


def catch_up_table(found: Fit, more: Sequence[CatchUp]) -> Table:
    """Give what it would take to catch up in long form, a row an option."""
    columns = (
        Column("option"),
        Column("benefits_factor", kind=Kind.FACTOR, error="benefits_factor_se"),
        Column("benefits_factor_even", kind=Kind.FACTOR, error="benefits_factor_even_se"),
        Column("adoption_points", kind=Kind.RATE, error="adoption_points_se"),
        Column("hours_saved", kind=Kind.HOURS, error="hours_saved_se"),
    )
    pairs = zip(found.advantages, more, strict=True)
    rows = ((a.option, a.factor, a.even, c.adoption, c.hours) for a, c in pairs)
    return Table("catch_up", columns, tuple(rows), index=1)


def doubts_shown(found: Fit, currency: str) -> Table:
    """Give what each doubt does to the choice as people read it: P(best) of each option, and the regret of the best."""
    names = list(found.doubts[0].comparison.standings)
    header = ["P(best) by doubt about fit", *(f"±{doubted.doubt:.0%}" for doubted in found.doubts)]
    rows: list[tuple[Cell, ...]] = [
        (name, *(Share(d.comparison.standings[name].p_best, found.draws, brief=True) for d in found.doubts))
        for name in names
    ]
    regrets = (d.comparison.standings[found.best].regret for d in found.doubts)
    rows.append((f"Regret of {found.best}", *(Figure(regret.value, Kind.MONEY, regret.se) for regret in regrets)))
    return replace(people("fit", header, rows, currency), narrow=24)


def catch_up_shown(found: Fit, more: Sequence[CatchUp]) -> Table:
    """Give what it would take to catch up as people read it, a row an option."""
    header = [f"To be level with {found.best}", "Benefits", "Ahead in half", "Or adoption", "Or hours a user, week"]
    rows = (tuple(_caught(a, c)) for a, c in zip(found.advantages, more, strict=True))
    return replace(people("catch_up", header, rows), narrow=24)


def _caught(advantage: Advantage, more: CatchUp) -> Iterator[Cell]:
    yield advantage.option
    yield _by(advantage.factor, 1.0, "%")
    yield _by(advantage.even, 1.0, "%")
    yield _by(more.adoption, 0.0, " points")
    yield _hours(more.hours)


def _by(estimate: Estimate, base: float, unit: str) -> str:
    """Write by how much something must rise, in hundredths."""
    if np.isnan(estimate.value):
        return NEVER
    return f"{(estimate.value - base) * 100:+.1f}{unit} ±{estimate.se * 100:.2g}"


def _hours(estimate: Estimate) -> str:
    return NEVER if np.isnan(estimate.value) else f"{estimate.value:+.2f} ±{estimate.se:.1g}"


def about_fit() -> str:
    """Say what a doubt about fit is."""
    return (
        "Nobody knows before how well a CRM works here. A doubt of ±15% lets what each vendor's use brings be off by"
        " that much, one standard deviation, each vendor by itself; it takes nothing from the mean."
    )


def about_catch_up(found: Fit) -> str:
    """Say what the columns of catching up are."""
    return (
        f"How much better than stated an option would have to be for the mean NPV of {found.best}: in what its use"
        " brings, or in this vendor's adoption or hours saved alone; ahead in half: of the futures, instead of on"
        f" average. {NEVER.capitalize()}: nothing would do."
    )


def fit_chart(found: Fit, currency: str) -> Chart:
    """Draw P(best) of every option over the doubt."""
    names = list(found.doubts[0].comparison.standings)
    x = np.array([doubted.doubt for doubted in found.doubts])
    curves = tuple(
        Curve(x, np.array([d.comparison.standings[name].p_best.value for d in found.doubts]), Role.OPTION, name, number)
        for number, name in enumerate(names)
    )
    panel = Panel(
        Axis("Doubt about fit (standard deviation)", Kind.RATE), Axis("P(best by NPV)", Kind.RATE, (0, 1)), curves
    )
    about = "How often each option has the highest NPV, if what each vendor's use brings may be off by so much."
    return Chart("Doubt about fit", (panel,), about, currency)
