"""The options of a decision as tables, as sentences and as a picture."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.analysis.cells import Figure, Share
from sim.analysis.chart import Axis, Chart, Level, Mark, Panel, Role, Spot
from sim.analysis.options import Option, Options, Pair
from sim.analysis.table import Cell, Column, Table, people
from sim.numbers.kinds import Kind
from sim.numbers.writing import money, rate
from sim.sampling.estimates import Estimate


def options_table(found: Options, currency: str) -> Table:
    """Give every option in long form, a row each."""
    columns = (
        Column("option"),
        Column("mean", kind=Kind.MONEY, error="mean_se"),
        Column("p_best", kind=Kind.RATE, error="p_best_se"),
        Column("expected_regret", kind=Kind.MONEY, error="expected_regret_se"),
        Column("p_loss", kind=Kind.RATE, error="p_loss_se"),
        Column("cvar_5", kind=Kind.MONEY, error="cvar_5_se"),
        Column("certainty_equivalent", kind=Kind.MONEY, error="certainty_equivalent_se"),
        Column("efficient"),
    )
    rows = (
        (o.name, o.mean, o.p_best, o.regret, o.p_loss, o.worst, _certain(o), "yes" if o.efficient else "no")
        for o in found.options
    )
    return Table("options", columns, tuple(rows), currency, index=1)


def _certain(option: Option) -> Estimate:
    return Estimate(float("nan"), float("nan")) if option.certain is None else option.certain.amount


def pairs_table(found: Options, currency: str) -> Table:
    """Give every pair in long form, a row each."""
    columns = (
        Column("option"),
        Column("other"),
        Column("p_above", kind=Kind.RATE, error="p_above_se"),
        Column("mean_gap", kind=Kind.MONEY, error="mean_gap_se"),
        Column("percentiles_at_or_above", kind=Kind.RATE),
        Column("violation_first_order", kind=Kind.RATE),
        Column("violation_second_order", kind=Kind.RATE),
    )
    rows = ((p.first, p.second, p.beats, p.gap, p.at_least, p.violation, p.averse_violation) for p in found.pairs)
    return Table("pairs", columns, tuple(rows), currency, index=2)


def options_shown(found: Options, currency: str) -> Table:
    """Give the options as people read them, the best first; what each is worth at a risk tolerance, if one is given."""
    header = ["Which option?", "Mean NPV", "P(best)", "Regret", "P(loss)", "Worst 5%"]
    tolerance = found.risk_tolerance
    worth = [] if tolerance is None else [f"Worth at R = {money(tolerance, currency)}"]
    shown = people("choice", [*header, *worth], (tuple(_row(o, found)) for o in found.options), currency)
    return replace(shown, narrow=24)


def _row(option: Option, found: Options) -> Iterator[Cell]:
    yield option.name
    yield Figure(option.mean.value, Kind.MONEY, option.mean.se)
    yield Share(option.p_best, found.draws, brief=True)
    yield Figure(option.regret.value, Kind.MONEY, option.regret.se)
    yield Share(option.p_loss, found.draws, brief=True)
    yield Figure(option.worst.value, Kind.MONEY, option.worst.se)
    if option.certain is not None:
        yield Figure(option.certain.amount.value, Kind.MONEY, option.certain.amount.se)


def pairs_shown(found: Options, currency: str) -> Table:
    """Give the pairs as people read them, a row each."""
    header = ["In the same futures", "Ahead in", "On average", "Behind at", "Area behind"]
    shown = people("pairs", header, (tuple(_pair_row(pair, found)) for pair in found.pairs), currency)
    return replace(shown, narrow=44)


def _pair_row(pair: Pair, found: Options) -> Iterator[Cell]:
    yield f"{pair.first} over {pair.second}"
    yield Share(pair.beats, found.draws, brief=True)
    yield Figure(pair.gap.value, Kind.MONEY, pair.gap.se)
    yield Figure(1 - pair.at_least, Kind.RATE)
    yield Figure(pair.violation, Kind.RATE)


def how_to_read(found: Options) -> str:
    """Say what the columns are."""
    of = "all options, buying nothing included" if found.with_nothing else "all offers"
    return (
        f"P(best): share of the futures with the highest NPV of {of}. Regret: what the best option of each future would"
        " bring more, on average. P(loss): NPV below zero. Worst 5%: mean NPV of the worst twentieth of its futures."
    )


def how_to_read_pairs() -> str:
    """Say what the columns of pairs are."""
    return (
        "Behind: at so many of its percentiles the first option's NPV is below the other's, and that part of the area"
        " between the two; at 0% of both it is ahead whatever one's taste for risk."
    )


def knowledge_line(found: Options, currency: str) -> str:
    """Say what perfect knowledge is worth: the most that finding out more before the choice can be."""
    if not found.knowledge.value:
        return f"{found.best.name} is the best option in every one of these futures: finding out more changes nothing."
    worth = Figure(found.knowledge.value, Kind.MONEY, found.knowledge.se).text(currency)
    return (
        f"Finding out more before the choice is worth {worth} at most (EVPI): what knowing the future would bring more"
        f" than {found.best.name}."
    )


def tolerance_lines(found: Options, currency: str) -> Iterator[str]:
    """Say what a dislike of risk changes: where the choice switches, and what is not known."""
    looked, best = found.tolerances, found.best.name
    for switch in looked.switches:
        at = Figure(switch.tolerance.value, Kind.MONEY, switch.tolerance.se).text(currency)
        yield f"Below a risk tolerance of {at}, {switch.below} is worth more than {switch.above}."
    if not looked.switches and np.isfinite(looked.least):
        yield (
            f"Dislike of risk changes nothing down to a risk tolerance of {money(looked.least, currency)}: {best} stays"
            " worth most. Below that, single futures carry the weight."
        )
    for option in found.options:
        if option.certain is not None and not option.certain.is_known:
            yield (
                f"{option.name}: one future carries {rate(option.certain.heaviest)} of the weight at this risk"
                " tolerance, so its worth is not known (take a higher one, or more draws)."
            )


def risk_chart(found: Options, currency: str) -> Chart:
    """Draw mean against risk: options that no other beats in both are marked."""
    spots: list[Mark] = [
        Spot(o.worst.value, o.mean.value, o.name, filled=o.efficient, number=number)
        for number, o in enumerate(found.options)
    ]
    x, y = (
        Axis("Mean NPV of the worst 5% of its futures: to the right, less is at risk", Kind.MONEY),
        Axis("", Kind.MONEY),
    )
    marks: tuple[Mark, ...] = (*spots, Level(0.0, Role.ZERO, "x"), Level(0.0, Role.ZERO, "y"))
    efficient = " and ".join(o.name for o in found.options if o.efficient)
    about = f"Mean NPV upwards. Filled: no other option is better in both ({efficient})."
    return Chart("Mean against risk", (Panel(x, y, marks),), about, currency)
