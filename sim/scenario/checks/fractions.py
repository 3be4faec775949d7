"""Whether a number of people is a whole one: a fraction of one is mostly a decimal mark that means thousands."""

from collections.abc import Iterator, Sequence

from sim.distributions import Constant, Empirical
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
    """Warn of numbers of people that are no whole ones: fixed ones, and observed ones."""
    for leaf in leaves(file):
        field = field_of(leaf.place)
        fraction = next((x for x in _stated(file, leaf) if not x.is_integer()), None) if field in WHOLE else None
        if fraction is not None:
            why = f"{fraction:.15g} {WHOLE[field]} is no whole number; check its decimal mark [fraction-of-a-count]"
            yield tree.problem(leaf.place, why)


def _stated(file: ScenarioFile, leaf: Leaf) -> Sequence[float]:
    """Give the numbers that stand in a field, itself or by the name of an input; none if it has a law without them."""
    content = leaf.content
    column = leaf.column
    if isinstance(content, str):
        declared = file.inputs.get(content)
        content, column = (declared.distribution, declared.column) if declared is not None else (content, None)
    if column is not None and column.averaged:
        return ()  # that of whole numbers need not be one
    match content:
        case float():
            return (content,)
        case Constant():
            return (content.value,)
        case Empirical(method="resampled"):
            return content.values
    return ()
