"""Every number of a file, in its order; each remembers the place where it stands."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from sim.scenario.number import Declared, Leaf
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Place

T = TypeVar("T")


def placed(value: T, place: Place = ()) -> T:
    """Give a shape in which every number knows its place."""
    return _placed(value, place)  # type: ignore[no-any-return]


def _placed(value: Any, place: Place) -> Any:
    if isinstance(value, Leaf | Declared):
        return replace(value, place=place)
    if isinstance(value, tuple):
        return tuple(_placed(item, (*place, i) if len(value) > 1 else place) for i, item in enumerate(value))
    if isinstance(value, dict):
        return {key: _placed(item, (*place, key)) for key, item in value.items()}
    if isinstance(value, BaseModel):
        items = {key: getattr(value, key) for key in type(value).model_fields}
        changed = {key: new for key, item in items.items() if (new := _placed(item, (*place, key))) is not item}
        return value.model_copy(update=changed) if changed else value
    return value


def leaves(value: Any) -> Iterator[Leaf]:
    """Walk every number of a shape in its order; named inputs are left out."""
    found: list[Leaf] = []
    _gather(value, found)
    return iter(found)


def _gather(value: Any, found: list[Leaf]) -> None:
    """Add the numbers of a shape to those found; one list for all, since large files have many levels of few."""
    if isinstance(value, Leaf):
        found.append(value)
    elif isinstance(value, BaseModel):
        held = value.__dict__
        for key in type(value).model_fields:
            if held[key] is not None:
                _gather(held[key], found)
    elif isinstance(value, dict):
        for item in value.values():
            _gather(item, found)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)


def uncertain(file: ScenarioFile) -> list[Declared | Leaf]:
    """Give every number that a file may make uncertain; the named inputs first."""
    inputs = (file.inputs, *(vendor.inputs for vendor in file.vendors.values()))
    return [*(declared for named in inputs for declared in named.values()), *leaves(file)]
