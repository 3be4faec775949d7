"""Every number of a file, in its order, with its place."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.model.setting import Assumption
from sim.scenario.number import Declared, Leaf
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Place, dotted


def leaves(value: Any, place: Place) -> Iterator[tuple[Place, Leaf]]:
    """Walk every number of a shape in its order, with its place."""
    if isinstance(value, Leaf):
        yield place, value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from leaves(getattr(value, key), (*place, key))
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, (*place, key))
    elif isinstance(value, tuple):
        for index, child in enumerate(value):
            yield from leaves(child, (*place, index) if len(value) > 1 else place)


def assumptions_of(file: ScenarioFile) -> tuple[Assumption, ...]:
    """Give every number of the file, the named inputs first, with its source and note."""
    return tuple(Assumption(dotted(place), found.asked, found.source, found.note) for place, found in uncertain(file))


def uncertain(file: ScenarioFile) -> list[tuple[Place, Declared | Leaf]]:
    """Give every number that a file may make uncertain, with its place; the named inputs first."""
    declared: list[tuple[Place, Declared]] = [(("inputs", name), found) for name, found in file.inputs.items()]
    for vendor, offer in file.vendors.items():
        declared += [(("vendors", vendor, "inputs", name), found) for name, found in offer.inputs.items()]
    return [*declared, *leaves(file, ())]
