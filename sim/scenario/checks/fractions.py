"""Whether a number of people is a whole one: a fraction of one is mostly a decimal mark that means thousands."""

from collections.abc import Iterator

from sim.distributions import Constant
from sim.errors import Problem
from sim.scenario.checks.priors import field_of
from sim.scenario.number import Leaf
from sim.scenario.numbers import leaves
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node

WHOLE = {
    "company.users": "users",
    "company.customers": "customers",
    "licence.seats": "seats",
    "licence.minimum_seats": "seats",
}
"""Fields that hold people and the seats of people, and what they are called."""


def fractions_of(file: ScenarioFile, tree: Node) -> Iterator[Problem]:
    """Warn of fixed numbers of people that are no whole ones."""
    for leaf in leaves(file):
        number, field = _fixed(file, leaf), field_of(leaf.place)
        if field in WHOLE and number is not None and not number.is_integer():
            why = f"{number:.15g} {WHOLE[field]} is no whole number; check its decimal mark [fraction-of-a-count]"
            yield tree.problem(leaf.place, why)


def _fixed(file: ScenarioFile, leaf: Leaf) -> float | None:
    """Give the number that stands in a field, itself or by the name of an input; None if it is uncertain."""
    if isinstance(leaf.content, float):
        return leaf.content
    declared = file.inputs.get(leaf.content) if isinstance(leaf.content, str) else None
    law = declared.distribution if declared is not None else None
    return law.value if isinstance(law, Constant) else None
