"""One vendor's numbers: what stands in the file becomes a quantity, and the inputs that it draws are noted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from sim.distributions import Distribution
from sim.errors import Problem
from sim.model.fit import FIT, fit_stream, fit_tie
from sim.model.quantity import Drawn, Quantity
from sim.numbers.kinds import Kind
from sim.sampling.columns import Column
from sim.sampling.draws import Input
from sim.sampling.streams import Stream
from sim.scenario.cases.features import Moved, moved_levers
from sim.scenario.cases.naming import called
from sim.scenario.cases.streams import stream_of
from sim.scenario.number import Declared, Expects, Leaf, law_out_of_bounds, out_of_bounds
from sim.scenario.shapes.file import ScenarioFile, Vendor
from sim.scenario.tree import Node, Place, dotted


@dataclass
class Lookup:
    """Turns the leaves of one vendor into quantities, and notes which inputs they draw."""

    file: ScenarioFile
    tree: Node
    name: str
    streams: dict[str, Stream]
    problems: list[Problem]
    inputs: dict[str, Input] = field(default_factory=dict)
    offer: Vendor = field(init=False)
    """What the vendor offers, laid over what is common."""
    moved: dict[str, Moved] = field(init=False)
    """Numbers of `effects` that features move by default."""

    def __post_init__(self) -> None:
        """Find the offer, and what its features move."""
        self.offer = self.file.offers[self.name]
        self.moved = {f"effects.{lever}": moved for lever, moved in moved_levers(self.file, self.name).items()}

    def leaf(self, path: str) -> Leaf | None:
        """Give the leaf at ``section.field`` of the offer, or what features make of it; None if there is none."""
        if path in self.moved:
            return self.moved[path].leaf
        section, key = path.split(".")
        leaf: Leaf | None = getattr(getattr(self.offer, section), key)
        return leaf

    def offered(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give the number at ``section.field`` of the offer, else what features make of it, else the default."""
        if path in self.moved:
            return self._by_features(path)
        return self.number(self.leaf(path), default)

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact, else the default."""
        return self.number(getattr(self.file.company, name), default)

    def top(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a number from the top of the file, else the default."""
        return self.number(getattr(self.file, name), default)

    def number(self, leaf: Leaf | None, default: Quantity = 0.0) -> Quantity:
        """Give a number of the file as a quantity, else the default."""
        return default if leaf is None else self._quantity(leaf)

    def numbers(self, leaves: Iterable[Leaf] | None) -> tuple[Quantity, ...]:
        """Give several numbers of the file as quantities; none if there are none."""
        return tuple(self._quantity(leaf) for leaf in leaves or ())

    def several(self, path: str) -> tuple[Quantity, ...]:
        """Give the numbers of a list at ``section.field`` of the offer as quantities; none if there are none."""
        section, key = path.split(".")
        return self.numbers(getattr(getattr(self.offer, section), key))

    def nearest(self, *paths: str) -> list[str]:
        """Give which of several numbers the vendor says itself, else those said in common, else those features move."""
        leaves = {path: self.leaf(path) for path in paths if path not in self.moved}
        stated = [path for path, leaf in leaves.items() if leaf is not None]
        own = [path for path, leaf in leaves.items() if leaf is not None and leaf.place[0] == "vendors"]
        return own or stated or [path for path in paths if path in self.moved]

    def place_of(self, section: str, name: str) -> Place:
        """Give the place of an entry: the vendor's own if it has one."""
        own = name in getattr(self.file.vendors[self.name], section)
        return (*(("vendors", self.name) if own else ("common",)), section, name)

    def is_default(self, section: str, name: str, *keys: str) -> bool:
        """Whether a common entry has what it needs in other vendors only: then this vendor has no use for it."""
        others = [entries[name] for v in self.file.vendors.values() if name in (entries := getattr(v, section))]
        own = name in getattr(self.file.vendors[self.name], section)
        return not own and any(getattr(entry, key) is not None for entry in others for key in keys)

    def fit(self) -> Quantity:
        """Give how well the vendor's CRM works here: drawn for itself, though it may be said for all in common."""
        leaf = self.offer.fit
        if leaf is None or not isinstance(leaf.content, Distribution):
            return self.number(leaf, 1.0)
        place: Place = ("vendors", self.name, FIT)
        drawn = _input(dotted(place), fit_stream(self.name), leaf.content, leaf.expects, _evidence(leaf), place)
        across = self.file.correlations.across_vendors.get(FIT, 0.0)
        return self._note(drawn if FIT in self.file.inputs else replace(drawn, tie=fit_tie(self.name, across)))

    def latent(self, place: Place, stream: Stream, distribution: Distribution, unit: Kind, leaf: Leaf) -> Drawn:
        """Note an input that stands for no number of the file."""
        asked = f"{place[-1]}: {leaf.asked}"
        evidence = (asked, leaf.source, leaf.note, None, leaf.prior)
        return self._note(_input(dotted(place), stream, distribution, Expects(unit), evidence, place))

    def reach(self, quantity: Quantity) -> tuple[float, float]:
        """Give the lowest and the highest value a quantity can be expected to take."""
        if isinstance(quantity, Drawn):
            return self.inputs[quantity.key].distribution.reach
        return quantity, quantity

    def report(self, place: Place, message: str) -> None:
        """Note what is wrong at a place of the file."""
        self.problems.append(self.tree.problem(place, message))

    def _note(self, drawn: Input) -> Drawn:
        """Note an input that the vendor's numbers draw; one that stands in several places keeps the bounds of all."""
        before = self.inputs.get(drawn.key, drawn).bounds
        self.inputs[drawn.key] = replace(drawn, bounds=_within(before, drawn.bounds))
        return Drawn(drawn.key)

    def _by_features(self, path: str) -> Drawn:
        """Give an effect of features: in the same future (quantile) for all vendors, as much of it as each has."""
        leaf, share = self.moved[path].leaf, self.moved[path].share
        shared = dotted(("features", *path.split(".")[1:]))
        key = shared if share == 1 else f"{shared} at {share * 100:.9g}%"
        if isinstance(leaf.content, Distribution):
            bounds = leaf.expects.low, leaf.expects.high
            kind = leaf.expects.kind
            self._note(Input(key, stream_of(shared), leaf.content, kind, *_evidence(leaf), bounds=bounds))
        return Drawn(key)

    def _quantity(self, leaf: Leaf, seen: tuple[str, ...] = ()) -> Quantity:
        content = leaf.content
        if isinstance(content, float):
            return content
        if isinstance(content, Distribution):
            key = dotted(leaf.place)
            return self._note(_input(key, self.streams[key], content, leaf.expects, _evidence(leaf), leaf.place))
        if content in self.file.inputs:
            return self._named(content, leaf)
        return self._fact(content, leaf, seen)

    def _named(self, name: str, leaf: Leaf) -> Quantity:
        """Give a named input: on the vendor's own scale if it overrides it, with the shared quantile either way.

        Where it differs from vendor to vendor, its quantile is the vendor's own as well.
        """
        own = self.offer.inputs.get(name)
        declared = own or self.file.inputs[name]
        own_place: Place = ("vendors", self.name, "inputs", name)
        own_key = dotted(own_place)
        stream = self.streams.get(own_key, self.streams[name])
        key = own_key if own or stream.name == own_key else name
        if wrong := _misfit(name, declared, leaf.expects):
            self.report(leaf.place, wrong)
        expects = replace(leaf.expects, kind=declared.unit) if leaf.expects.kind is Kind.ANY else leaf.expects
        place = own_place if key == own_key else (name,)
        return self._note(_input(key, stream, declared.distribution, expects, _evidence(declared), place))

    def _fact(self, name: str, leaf: Leaf, seen: tuple[str, ...]) -> Quantity:
        """Give the company fact that a name stands for."""
        if name in seen:
            chain = " -> ".join((*seen, name))
            self.report(leaf.place, f"'{name}' stands for itself: {chain} (write a number in one of them)")
            return 0.0
        value = self._quantity(getattr(self.file.company, name), (*seen, name))
        if wrong := out_of_bounds(*self.reach(value), leaf.expects):
            self.report(leaf.place, f"company fact '{name}' {wrong}")
        return value


Bounds: TypeAlias = tuple[float | None, float | None]
Evidence: TypeAlias = tuple[str, str, str, Column | None, str]
"""What the file says of an input: how it was asked for, source, note, column, prior."""


def _input(key: str, stream: Stream, law: Distribution, expects: Expects, evidence: Evidence, place: Place) -> Input:
    """Give an input that is called by where it stands."""
    owner, name, title = called(place)
    bounds = expects.low, expects.high
    return Input(key, stream, law, expects.kind, *evidence, owner=owner, name=name, title=title, bounds=bounds)


def _within(a: Bounds, b: Bounds) -> Bounds:
    """Give what keeps both of two bounds."""
    low, high = ([end for end in ends if end is not None] for ends in zip(a, b, strict=True))
    return max(low, default=None), min(high, default=None)


def _evidence(number: Declared | Leaf) -> Evidence:
    """Give what an input takes over from the file besides its distribution."""
    return number.asked, number.source, number.note, number.column, number.prior


def _misfit(name: str, declared: Declared, expects: Expects) -> str:
    """Say why a named input cannot stand where it is used; empty if it can."""
    if declared.unit is Kind.ANY and expects.kind is Kind.RATE:
        middle = float(declared.distribution.ppf(np.array([0.5]))[0])
        if abs(middle) > 1:
            return f"input '{name}' is a bare rate above 1: its median is {middle:g} (did you mean {middle:g}%?)"
    if declared.unit is Kind.ANY and expects.kind in (Kind.COUNT, Kind.MONEY) and declared.unclear:
        return f"input '{name}' is {expects.kind.what} here: {declared.unclear}"
    wrong = law_out_of_bounds(declared.distribution, expects)
    return f"input '{name}' {wrong}" if wrong else ""
