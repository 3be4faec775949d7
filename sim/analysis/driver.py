"""Which inputs are one bar of a tornado: what is one quantile on two scales, and an event with its size and timing."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from sim.analysis.names import names_of
from sim.distributions import Bernoulli
from sim.model.case import Case
from sim.model.line import Line, drawn_keys
from sim.model.quantity import Drawn
from sim.numbers.arrays import Array
from sim.sampling.draws import Input
from sim.sampling.streams import Latent

SECTIONS = (
    *("effects", "rollout", "response", "licence", "implementation", "training", "administration"),
    *("legacy", "exit", "company", "events", "lines", "rows", "rates"),
)
"""Parts of a scenario file that inputs are told by."""

RATES = ("discount_rate", "finance_rate", "reinvestment_rate", "inflation", "tax")
"""Numbers of the file's head: the part that is called rates."""

OF_MODULES = {"licence": "licence", "project": "implementation", "staff": "training", "changeover": "legacy"}
"""The part of the file that a cost is from, by the module of its line."""


T = TypeVar("T")


@dataclass(frozen=True)
class Driver:
    """Inputs that are one bar: one quantile, on the scale of each vendor, or an event with all that it brings."""

    inputs: tuple[Input, ...]
    """The one that is shown first; of an event, whether it happens."""
    title: str
    section: str
    event: bool = False
    block: int = 0
    """Those of one block are correlated with each other, and with no other."""

    @property
    def first(self) -> Input:
        """The input that is shown."""
        return self.inputs[0]

    @property
    def key(self) -> str:
        """Key of the input that is shown."""
        return self.first.key

    @property
    def keys(self) -> frozenset[str]:
        """Keys of all its inputs."""
        return frozenset(one.key for one in self.inputs)

    @property
    def owner(self) -> str:
        """The vendor whose own it is; empty if vendors share it."""
        owners = {one.owner for one in self.inputs}
        return owners.pop() if len(owners) == 1 else ""

    @property
    def prior(self) -> str:
        """Name of the default prior that the input is, if it is one."""
        return self.first.prior

    @property
    def occurs(self) -> tuple[Input, ...]:
        """Of an event, the inputs that say whether it happens: one, or one a vendor that says its own chance."""
        return tuple(one for one in self.inputs if self.event and isinstance(one.distribution, Bernoulli))

    @property
    def sizes(self) -> tuple[Input, ...]:
        """Of an event, the inputs that say what it brings and when; each quantile once."""
        happens = self.occurs
        ones = {_quantile(one): one for one in reversed(self.inputs) if self.event and one not in happens}
        return tuple(reversed(ones.values()))

    def values(self, draws: Mapping[str, Array]) -> Array:
        """Give what a bar is ordered by, (n,): the input, or of an event how many of the vendors it happens to."""
        if not self.event:
            return draws[self.key]
        return np.asarray(np.sum([draws[one.key] for one in self.occurs], axis=0), dtype=float)


def drivers_of(cases: Mapping[str, Case]) -> list[Driver]:
    """Give the drivers of some vendors, every uncertain input of theirs in just one, in the order of the cases."""
    inputs = list({one.key: one for case in cases.values() for one in case.inputs}.values())
    events = {key: name for case in cases.values() for key, name in _events_of(case)}
    sets = _connected(inputs, lambda one: [("event", events[one.key]) if one.key in events else _quantile(one)])
    blocks = _connected(sets, lambda ones: [stream.name for one in ones for stream in one.streams])
    block_of = {ones[0].key: number for number, block in enumerate(blocks) for ones in block}
    sections = {one.key: _section(case, one) for case in cases.values() for one in case.inputs}
    found = [_driver(ones, events.get(ones[0].key, ""), sections, block_of[ones[0].key]) for ones in sets]
    names = names_of(replace(driver.first, title=driver.title, owner=driver.owner) for driver in found)
    return [replace(driver, title=names[driver.key]) for driver in found]


def _driver(ones: Sequence[Input], event: str, sections: Mapping[str, str], block: int) -> Driver:
    happens = [one for one in ones if isinstance(one.distribution, Bernoulli)] if event else []
    if not happens:
        return Driver(tuple(ones), ones[0].title, sections[ones[0].key], block=block)
    others = [one for one in ones if one not in happens]
    return Driver((*happens, *others), event, "events", event=True, block=block)


def _events_of(case: Case) -> Iterator[tuple[str, str]]:
    """Give the keys of the inputs that belong to an event which may happen or not, and its name."""
    for event in case.events:
        if isinstance(event.occurs, Drawn):
            place = f"events.{event.name}"
            for one in case.inputs:
                if one.key == event.occurs.key or one.name.startswith(f"{place}."):
                    yield one.key, event.name


def _quantile(one: Input) -> Hashable:
    """Give what two inputs have in common that are one quantile on two scales."""
    if isinstance(one.tie, Latent) and one.tie.df is None and len(one.tie.weights) == 1 and one.tie.weights[0][1] > 0:
        return one.tie.weights[0][0].name
    return one.tie or one.stream.name


def _connected(items: Sequence[T], marks: Callable[[T], Iterable[Hashable]]) -> list[list[T]]:
    """Put items into sets, in order: those that have a mark in common, over others too, are in one."""
    sets: list[tuple[set[Hashable], list[int]]] = []
    for place, item in enumerate(items):
        own, places = set(marks(item)), [place]
        apart = []
        for others, members in sets:
            if others & own:
                own, places = own | others, members + places
            else:
                apart.append((others, members))
        sets = [*apart, (own, places)]
    return [[items[place] for place in sorted(places)] for _, places in sorted(sets, key=lambda one: min(one[1]))]


def _section(case: Case, one: Input) -> str:
    """Give the part of the file that an input is from; of one with a name of its own, the part that uses it."""
    part = one.name.split(".")[0]
    if part in SECTIONS and part != one.name:
        return part
    if part in RATES:
        return "rates"
    if one.key in drawn_keys(case.rollout):
        return "rollout"
    lines = [line for line in case.lines if one.key in drawn_keys(line)]
    if any(line.nature.is_benefit for line in lines):
        return "effects"
    return next((_part_of(line) for line in lines), "company")


def _part_of(line: Line) -> str:
    return OF_MODULES.get(type(line).__module__.rsplit(".", 1)[-1], "lines")
