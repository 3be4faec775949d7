"""Figures that no firm has, for a zero too many or a unit mistaken. Warnings, each with a name and the figure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from sim.errors import Problem
from sim.model.case import Case
from sim.model.evaluation import add_up
from sim.model.key_figures.side import Side
from sim.model.key_figures.table import KPIS
from sim.model.lines.freed_time import HOURS_A_MONTH
from sim.model.lines.licence import Subscription
from sim.model.operations import Operations
from sim.model.world import World
from sim.numbers.kinds import Kind
from sim.numbers.writing import input_value, money
from sim.sampling.draws import base_run
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node, Place

MOST_SAVED = 10.0
"""Hours a user and week beyond which nobody claims that a CRM saves time (see `sim priors hours_saved`)."""

FAR_APART = 100.0
"""How many times dearer than a month of a seat an hour of its user may be, or cheaper."""

MOST_LOOKED_AT = 20
"""Vendors that are looked at: a slip shows in the first ones, and each takes a run of one future."""

MOST_RETURNED = 20.0
"""Benefits by costs beyond which a return is that of a slip; published averages reach 8.7 (docs/calibration.md)."""


def plausible_of(file: ScenarioFile, cases: dict[str, Case], tree: Node) -> Iterator[Problem]:
    """Warn of a firm that cannot live, and of what a slip of a zero or a unit makes of a figure, in the base run."""
    for place, name, why in _warned(file, cases):
        yield tree.problem(place, f"{why} [{name}]")


def _warned(file: ScenarioFile, cases: dict[str, Case]) -> Iterator[tuple[Place, str, str]]:
    for number, (vendor, case) in enumerate(islice(cases.items(), MOST_LOOKED_AT)):
        world = World(case.rollout, case.months, base_run(case.inputs), case.events)
        if case.operations is not None and number == 0:  # the firm is the same for all
            yield from _of_the_firm(case, case.operations, world, file.currency)
        yield from _of_an_hour(case, world, file.currency)
        yield from _of_the_return(vendor, case, world, file.currency)


def _of_the_firm(case: Case, facts: Operations, world: World, currency: str) -> Iterator[tuple[Place, str, str]]:
    saved = _value(world, facts.freed.hours_saved)
    if saved > MOST_SAVED:
        why = (
            f"{input_value(saved, Kind.HOURS, currency)} hours saved a user and week (claims end at {MOST_SAVED:g};"
            " is it a month?)"
        )
        yield ("common", "effects", "hours_saved"), "hours-out-of-range", why
    kpi = KPIS["gross_margin"]
    if not {*kpi.needs, "company.customers", "company.revenue_per_customer"} <= facts.stated:
        return  # what the firm sells is not known in full
    idle = World(replace(case.rollout, adoption=0.0), case.months, base_run(case.inputs), case.events)
    margin = 12 * float(np.ravel(kpi.of(Side(case, facts, idle, min(12, case.months), used=False)))[0])
    users, hour = _value(world, case.users), _value(world, facts.freed.hourly_cost)
    cost = users * hour * HOURS_A_MONTH * 12
    if cost > margin:
        why = (
            f"{users:,.0f} users at {money(hour, currency)} an hour cost {money(cost, currency)} a year, more than the"
            f" firm's gross margin of {money(margin, currency)}: it cannot live (a zero missing in customers, deals or"
            " revenue, or one too many?)"
        )
        yield ("company",), "firm-cannot-live", why


def _of_an_hour(case: Case, world: World, currency: str) -> Iterator[tuple[Place, str, str]]:
    seats = [line for line in case.lines if isinstance(line, Subscription)]
    price = _value(world, seats[0].list_price) if seats else 0.0
    if case.operations is None:
        return
    hour = _value(world, case.operations.freed.hourly_cost)
    if price > 0 < hour and not 1 / FAR_APART <= hour / price <= FAR_APART:
        why = (
            f"an hour of a user costs {money(hour, currency)}, a month of a seat {money(price, currency)} (is one of"
            " them for another time, or a zero missing?)"
        )
        stated = "hourly_cost" if "company.hourly_cost" in case.operations.stated else "monthly_cost"
        yield ("company", stated), "hour-out-of-range", why


def _of_the_return(vendor: str, case: Case, world: World, currency: str) -> Iterator[tuple[Place, str, str]]:
    totals = {name: float(total[0]) for name, total in add_up(case, world, 1)[1].items()}
    benefits = {line.name: totals[line.name] for line in case.lines if line.nature.is_benefit}
    brought = sum(benefits.values())
    cost = sum(totals.values()) - brought
    if cost > 0 and brought > MOST_RETURNED * cost:
        most = max(benefits, key=lambda name: benefits[name])
        why = (
            f"{vendor} returns {brought / cost:,.0f} times what it costs, most of it by {most},"
            f" {money(benefits[most], currency)} over the horizon (a zero too many?)"
        )
        yield ("vendors", vendor), "return-out-of-range", why


def _value(world: World, quantity: object) -> float:
    return float(np.ravel(world[quantity])[0])  # type: ignore[index]
