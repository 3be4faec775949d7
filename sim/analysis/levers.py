"""Which lever made the customer margin: levers multiply, so their shares are Shapley values, which add up exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np

from sim.analysis.cells import Figure
from sim.analysis.table import Column, Table
from sim.finance.schedule import Weights
from sim.model.case import TILE, Case
from sim.model.evaluation import settled_line
from sim.model.lines.customers import Customers, Retention, SellingTime
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.sampling.estimates import Estimate

OFF: Mapping[str, object] = {
    "leads": 0.0,
    "cost_per_lead_cut": 0.0,
    "conversion": 0.0,
    "selling_time": SellingTime(),
    "deal_value": 0.0,
    "retention": Retention(),
    "cross_sell": 0.0,
    "margin_points": 0.0,
}
"""Every lever of the book, and its value where it does nothing."""


WORDS = {
    "leads": "more leads",
    "cost_per_lead_cut": "cheaper leads",
    "conversion": "better conversion",
    "selling_time": "freed time that goes into selling",
    "deal_value": "larger deals",
    "retention": "customers kept longer",
    "cross_sell": "more cross-selling",
    "margin_points": "better gross margin",
}
"""What people read for a lever."""

Means = Mapping[str, Mapping[str, Estimate]]
"""Mean part of each lever by vendor and lever."""


def lever_table(means: Means, currency: str) -> Table:
    """Give the mean part of the customer margin that each lever makes, a row a vendor and lever."""
    columns = Column("vendor", "Vendor"), Column("lever", "Lever"), Column("mean", "Mean", Kind.MONEY, "standard_error")
    rows = ((vendor, lever, part) for vendor, parts in means.items() for lever, part in parts.items())
    return Table("levers", columns, tuple(rows), currency, index=2)


def levers_shown(means: Means, currency: str) -> Table:
    """Give the same as people read it: a row a lever with a column a vendor, and their sum; no rows without levers."""
    named = {vendor: {WORDS[lever]: part for lever, part in parts.items()} for vendor, parts in means.items()}
    table = lever_table(named, currency).wide()
    if not table:
        return table
    sums = (Figure(sum(part.value for part in parts.values()), Kind.MONEY) for parts in means.values())
    return replace(table, rows=(*table.rows, ("customer margin, their sum", *sums)))


def lever_margins(case: Case, draws: Mapping[str, Array]) -> dict[str, Array]:
    """Give the part of the customer margin that each lever makes, (n,) each, over the horizon, undiscounted.

    A lever's part is what it adds to the others, averaged over every order in which they could be switched on
    (Shapley 1953, "A value for n-person games"). The parts add up to the line in every draw; a lever that is off has
    none. Takes 2^k evaluations of the line for k levers in use. Empty where there is no customer margin.
    """
    customers = next((line for line in case.lines if isinstance(line, Customers)), None)
    if customers is None:
        return {}
    used = [lever for lever, off in OFF.items() if getattr(customers, lever) != off]
    size = len(next(iter(draws.values()))) if draws else 1
    tiles = [
        _tile(
            case, customers, used, {key: d[start : start + TILE] for key, d in draws.items()}, min(TILE, size - start)
        )
        for start in range(0, size, TILE)
    ]
    return {lever: np.concatenate([tile[lever] for tile in tiles]) for lever in used}


def _tile(case: Case, customers: Customers, used: list[str], draws: Mapping[str, Array], size: int) -> dict[str, Array]:
    world = World(case.rollout, case.months, draws, case.events)
    worth = {on: np.broadcast_to(_worth(case, customers, used, on, world), size) for on in _subsets(used)}
    return {lever: _shapley(lever, used, worth) for lever in used}


def _worth(case: Case, customers: Customers, used: list[str], on: frozenset[str], world: World) -> Array:
    """Give the line's total with only some levers on, (n,)."""
    off = {lever: OFF[lever] for lever in used if lever not in on}
    line = replace(customers, **off)  # type: ignore[arg-type]
    return np.asarray(Weights(np.ones((case.months + 1, 1))).of(settled_line(case, line, world)))


def _subsets(levers: list[str]) -> Iterator[frozenset[str]]:
    for size in range(len(levers) + 1):
        yield from map(frozenset, combinations(levers, size))


def _shapley(lever: str, used: list[str], worth: Mapping[frozenset[str], Array]) -> Array:
    """Average what a lever adds to each set of the others, weighted by the orders that begin with the set."""
    count = len(used)
    part = np.zeros_like(worth[frozenset()])
    for on, value in worth.items():
        if lever not in on:
            weight = factorial(len(on)) * factorial(count - len(on) - 1) / factorial(count)
            part += weight * (worth[on | {lever}] - value)
    return part
