"""From the file's shapes to one spelled-out case a vendor: names looked up, defaults filled in, bounds checked."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.distributions import Distribution
from sim.errors import Problem, suggestion
from sim.model.adjustments import Tax
from sim.model.case import Case
from sim.model.events import Event
from sim.model.line import Line, Nature
from sim.model.lines.yearly import ByYear
from sim.model.operations import Operations
from sim.model.quantity import Drawn, Quantity
from sim.model.rollout import Climb, Rollout
from sim.numbers.kinds import Kind
from sim.sampling.columns import Column
from sim.sampling.draws import SHARED, Input
from sim.sampling.streams import Stream
from sim.scenario.cases.custom import custom_lines
from sim.scenario.cases.events import events_of, stream_of
from sim.scenario.cases.features import Moved, moved_levers
from sim.scenario.cases.lines import bills, in_force, lines_of, market_of, operations_of
from sim.scenario.cases.naming import called
from sim.scenario.cases.yearly import check_risks, yearly_rows
from sim.scenario.checks.needs import check_company, retention_of
from sim.scenario.number import Declared, Expects, Leaf, expects_of, out_of_bounds
from sim.scenario.numbers import leaves
from sim.scenario.shapes.file import Offer, ScenarioFile, Vendor
from sim.scenario.shapes.rows import RowShape
from sim.scenario.shapes.sections import Company, EventShape, LineShape, TaxShape
from sim.scenario.tree import Node, Place, dotted

ENTRIES: dict[str, type[BaseModel]] = {"events": EventShape, "lines": LineShape, "rows": RowShape}
"""What stands under a name of the planner's choice."""


def resolve(file: ScenarioFile, tree: Node, problems: list[Problem]) -> dict[str, Case]:
    """Give the case of every vendor; what cannot run is added to `problems`."""
    shared, apart = {dotted(place): stream for place, stream in shared_streams(file).items()}, apart_of(file)
    cases = {}
    for name, vendor in file.vendors.items():
        resolver = Resolver(file, tree, name, vendor, shared | _own_streams(name, vendor, apart), problems)
        cases[name] = resolver.case()
    check_risks(file, cases, tree, problems)
    return cases


def apart_of(file: ScenarioFile) -> tuple[str, ...]:
    """Give the named inputs that are not the same for every vendor, in the order of the file."""
    across = file.correlations.across_vendors
    return tuple(name for name in file.inputs if across.get(name, 1.0) < 1)


def shared_streams(file: ScenarioFile) -> dict[Place, Stream]:
    """Number the shared inputs by where they stand: even numbers for the named ones, odd ones outside the vendors.

    So a new input at the end of either list leaves the draws of all others as they are.
    """
    places = [place for place, leaf in leaves(file, ()) if isinstance(leaf.content, Distribution)]
    in_place = [place for place in places if place[0] != "vendors"]
    named: dict[Place, Stream] = {(name,): Stream(name, SHARED, 2 * number) for number, name in enumerate(file.inputs)}
    return named | {place: Stream(dotted(place), SHARED, 2 * n + 1) for n, place in enumerate(in_place)}


def _own_streams(name: str, vendor: Vendor, apart: tuple[str, ...]) -> dict[str, Stream]:
    """Number a vendor's own inputs: those in place, then the named ones that differ from vendor to vendor."""
    places = [place for place, leaf in leaves(vendor, ("vendors", name)) if isinstance(leaf.content, Distribution)]
    keys = [dotted(place) for place in places] + [dotted(("vendors", name, "inputs", own)) for own in apart]
    return {key: Stream(key, name, position) for position, key in enumerate(keys)}


@dataclass
class Resolver:
    """Turns the leaves of one vendor into quantities, and notes which inputs they draw."""

    file: ScenarioFile
    tree: Node
    name: str
    vendor: Vendor
    streams: dict[str, Stream]
    problems: list[Problem]
    inputs: dict[str, Input] = field(default_factory=dict)
    moved: dict[str, Moved] = field(init=False)
    """Numbers of `effects` that features move by default."""

    def __post_init__(self) -> None:
        """See what features move."""
        self.moved = {f"effects.{lever}": moved for lever, moved in moved_levers(self.file, self.name).items()}

    def case(self) -> Case:
        """Spell the vendor out."""
        rate = self.top("discount_rate")
        events = events_of(self)
        lines, operations = self._rows(events) if self.file.by_rows else self._lines(events)
        if not self.file.soft_benefits:
            lines = tuple(line for line in lines if line.nature is not Nature.SOFT_BENEFIT)
        inflation, tax = self.top("inflation"), self._tax()
        finance, reinvestment = (self.top(f"{use}_rate", rate) for use in ("finance", "reinvestment"))
        users, rollout, risks = self.company("users", 1.0), self._rollout(), self._risks(lines)
        return Case(  # only now is every input known
            vendor=self.name,
            months=self.file.horizon,
            discount_rate=rate,
            finance_rate=finance,
            reinvestment_rate=reinvestment,
            users=users,
            rollout=rollout,
            lines=lines,
            inputs=tuple(self.inputs.values()),
            events=events,
            inflation=inflation,
            tax=tax,
            discounting=self.file.convention,
            operations=operations,
            risks=risks,
        )

    def _lines(self, events: tuple[Event, ...]) -> tuple[tuple[Line, ...], Operations]:
        check_company(self)
        made = lines_of(self, market_of(self), retention_of(self), events)
        lines = in_force(made)
        lines += tuple(custom_lines(self, {line.name for line in made}))
        return lines, operations_of(self, made)

    def _rows(self, events: tuple[Event, ...]) -> tuple[tuple[Line, ...], None]:
        return (*yearly_rows(self), *bills(events)), None

    def _risks(self, lines: tuple[Line, ...]) -> dict[str, Quantity]:
        expects = expected(ScenarioFile, "risk_adjustments")
        given = self.file.risk_adjustments
        names = [line.name for line in lines if line.name in given]
        return {name: self._quantity(given[name], ("risk_adjustments", name), expects) for name in names}

    def _tax(self) -> Tax | None:
        shape = self.file.tax
        if shape is None:
            return None
        rate = self._quantity(shape.rate, ("tax", "rate"), expected(TaxShape, "rate"))
        return Tax(rate, shape.write_off_months or 0)

    def offer(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give a number of the vendor's offer or the common one, else what features make of it, else the default."""
        if path in self.moved:
            return self._by_features(path)
        found = self.find(path)
        if found is None:
            return default
        leaf, place, expects = found
        return self._quantity(leaf, place, expects)

    def _by_features(self, path: str) -> Drawn:
        """Give an effect of features: in the same future (quantile) for all vendors, as much of it as each has."""
        moved = self.moved[path]
        shared = dotted(("features", *path.split(".")[1:]))
        key = shared if moved.share == 1 else f"{shared} at {moved.share * 100:.9g}%"
        law = moved.leaf.content
        if isinstance(law, Distribution):
            self._note(Input(key, stream_of(shared), law, moved.expects.kind, *_said(moved.leaf)))
        return Drawn(key)

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact, else the default."""
        leaf = getattr(self.file.company, name)
        return default if leaf is None else self._quantity(leaf, ("company", name), expected(Company, name))

    def discounts(self) -> tuple[Quantity, ...]:
        """Give the compound discounts on the list price."""
        base: Place = ("vendors", self.name)
        shape = self.vendor.licence.discount
        if shape is None:
            base, shape = ("common",), self.file.common.licence.discount
        expects = Expects(Kind.RATE, 0, 1)
        return tuple(
            self._quantity(leaf, place, expects) for place, leaf in leaves(shape or (), (*base, "licence", "discount"))
        )

    def option(self, path: str, default: Any) -> Any:
        """Give a setting that is not a number - a word, a switch, whole months - of the vendor or of all."""
        section, key = path.split(".")
        for offer in (self.vendor, self.file.common):
            value = getattr(getattr(offer, section), key)
            if value is not None:
                return value
        return default

    def has(self, path: str) -> bool:
        """Whether a company fact, or a number of the vendor's offer, is given."""
        section, name = path.split(".")
        shapes = (
            [self.file.company] if section == "company" else [getattr(offer, section) for _, offer in self._offers()]
        )
        return any(getattr(shape, name) is not None for shape in shapes)

    def nearest(self, *paths: str) -> list[str]:
        """Give which of several numbers the vendor says itself, else those said in common, else those features move."""
        for _, offer in self._offers():
            if given := [p for p in paths if getattr(getattr(offer, p.split(".")[0]), p.split(".")[1]) is not None]:
                return given
        return [path for path in paths if path in self.moved]

    def find(self, path: str) -> tuple[Leaf, Place, Expects] | None:
        """Give the leaf at ``section.field``, its place in the file and what the field takes; None if absent."""
        section, key = path.split(".")
        if path in self.moved:
            return self.moved[path].leaf, self.moved[path].place, self.moved[path].expects
        for base, offer in self._offers():
            shape = getattr(offer, section)
            leaf = getattr(shape, key)
            if leaf is not None:
                return leaf, (*base, section, key), expected(type(shape), key)
        return None

    def _offers(self) -> tuple[tuple[Place, Offer], ...]:
        """Give the vendor's own offer and the common one, with their places."""
        return (("vendors", self.name), self.vendor), (("common",), self.file.common)

    def months(self) -> int:
        """Give the horizon."""
        return self.file.horizon

    def names_of(self, section: str) -> list[str]:
        """Give every entry of a section, those of all vendors first."""
        return list(dict.fromkeys(name for _, offer in reversed(self._offers()) for name in getattr(offer, section)))

    def place_of(self, section: str, name: str) -> Place:
        """Give the place of an entry: the vendor's own if it has one."""
        return next((*base, section, name) for base, offer in self._offers() if name in getattr(offer, section))

    def leaf_of(self, section: str, name: str, key: str) -> tuple[Leaf, Place] | None:
        """Give a number of an entry and its place in the file; None if absent."""
        for base, offer in self._offers():
            leaf = getattr(getattr(offer, section).get(name), key, None)
            if leaf is not None:
                return leaf, (*base, section, name, key)
        return None

    def number_of(self, section: str, name: str, key: str) -> Quantity | None:
        """Give a number of an entry as a quantity; None if absent."""
        found = self.leaf_of(section, name, key)
        return None if found is None else self._quantity(*found, expected(ENTRIES[section], key))

    def setting_of(self, section: str, name: str, key: str, default: Any) -> Any:
        """Give a setting of an entry that is not a number, or the default."""
        for _, offer in self._offers():
            value = getattr(getattr(offer, section).get(name), key, None)
            if value is not None:
                return value
        return default

    def by_year(self, row: str, path: Place, expects: Expects | None = None) -> ByYear | None:
        """Give the numbers of a row by years, its vendor's before the common ones; None if absent.

        Without `expects`, each is taken in the unit its text shows.
        """
        for base, offer in self._offers():
            place = (*base, "rows", row, *path)
            numbers = list(leaves(_inside(offer.rows.get(row), path), place))
            if numbers:
                return tuple(self._quantity(x, p, expects or Expects(x.unit)) for p, x in numbers)
        return None

    def named(self, row: str, path: Place) -> list[str]:
        """Give the names in a mapping of a row, those of all vendors first."""
        found = [_inside(offer.rows.get(row), path) or {} for _, offer in reversed(self._offers())]
        return list(dict.fromkeys(name for mapping in found for name in mapping))

    def option_of(self, row: str, path: Place, default: Any) -> Any:
        """Give a setting inside a row that is not a number, or the default."""
        found = (_inside(offer.rows.get(row), path) for _, offer in self._offers())
        return next((value for value in found if value is not None), default)

    def is_default(self, section: str, name: str, *keys: str) -> bool:
        """Whether a common entry has what it needs in other vendors only: then this vendor has no use for it."""
        others = [entries[name] for v in self.file.vendors.values() if name in (entries := getattr(v, section))]
        own = name in getattr(self.vendor, section)
        return not own and any(getattr(entry, key) is not None for entry in others for key in keys)

    def latent(self, place: Place, stream: Stream, law: Distribution, unit: Kind, leaf: Leaf) -> Drawn:
        """Note an input that stands for no number of the file."""
        key = dotted(place)
        said = f"{place[-1]}: {leaf.asked}"
        drawn = Input(key, stream, law, unit, said, leaf.source, leaf.note, prior=leaf.prior)
        return self._note(drawn, place)

    def _note(self, drawn: Input, place: Place | None = None) -> Drawn:
        """Note an input that the vendor's numbers draw, called by where it stands."""
        self.inputs[drawn.key] = drawn if place is None else replace(drawn, **called(place)._asdict())
        return Drawn(drawn.key)

    def reach(self, quantity: Quantity) -> tuple[float, float]:
        """Give the lowest and the highest value a quantity can be expected to take."""
        if isinstance(quantity, Drawn):
            return self.inputs[quantity.key].distribution.reach
        return quantity, quantity

    def report(self, place: Place, message: str) -> None:
        """Note what is wrong at a place of the file."""
        self.problems.append(self.tree.problem(place, message))

    def top(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a number from the top of the file, else the default."""
        leaf = getattr(self.file, name)
        return default if leaf is None else self._quantity(leaf, (name,), expected(ScenarioFile, name))

    def _quantity(self, leaf: Leaf, place: Place, expects: Expects, seen: tuple[str, ...] = ()) -> Quantity:
        content = leaf.content
        if isinstance(content, float):
            return content
        if isinstance(content, Distribution):
            key = dotted(place)
            return self._note(Input(key, self.streams[key], content, expects.kind, *_said(leaf)), place)
        if content in self.file.inputs:
            return self._named(content, place, expects)
        return self._fact(content, place, expects, seen)

    def _named(self, name: str, place: Place, expects: Expects) -> Quantity:
        """Give a named input: on the vendor's own scale if it overrides it, with the shared quantile either way.

        Where it differs from vendor to vendor, its quantile is the vendor's own as well.
        """
        own = self.vendor.inputs.get(name)
        declared = own or self.file.inputs[name]
        own_place: Place = ("vendors", self.name, "inputs", name)
        own_key = dotted(own_place)
        stream = self.streams.get(own_key, self.streams[name])
        key = own_key if own or stream.name == own_key else name
        if wrong := _misfit(name, declared, expects):
            self.report(place, wrong)
        unit = declared.unit if expects.kind is Kind.ANY else expects.kind
        drawn = Input(key, stream, declared.distribution, unit, *_said(declared))
        return self._note(drawn, own_place if key == own_key else (name,))

    def _fact(self, name: str, place: Place, expects: Expects, seen: tuple[str, ...]) -> Quantity:
        leaf = getattr(self.file.company, name)
        if name in seen:
            self.report(
                place,
                f"'{name}' stands for itself: {' -> '.join((*seen, name))} (write a number in one of them)",
            )
            return 0.0
        value = self._quantity(leaf, ("company", name), expected(Company, name), (*seen, name))
        if wrong := out_of_bounds(*self.reach(value), expects):
            self.report(place, f"company fact '{name}' {wrong}")
        return value

    def _rollout(self) -> Rollout:
        return Rollout(
            plan_months=self.offer("rollout.plan_months"),
            delay_months=self.offer("rollout.delay_months"),
            adoption=self.offer("rollout.adoption", 1.0),
            ramp_months=self.offer("rollout.ramp_months"),
            shape=self.option("rollout.shape", Climb.EXPONENTIAL),
            decay=self.offer("rollout.decay"),
        )


def _inside(value: Any, path: Place) -> Any:
    """Give what stands at a path inside a shape or a mapping; None if nothing does."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else getattr(value, str(step), None)
    return value


def _said(number: Declared | Leaf) -> tuple[str, str, str, Column | None, str]:
    """Give what an input takes over from the file besides its law."""
    return number.asked, number.source, number.note, number.column, number.prior


def expected(shape: type[BaseModel], name: str) -> Expects:
    """Give what a field of a shape takes, where it must take a number."""
    expects = expects_of(shape, name)
    if expects is None:
        raise TypeError(f"{shape.__name__}.{name} takes no number")
    return expects


def _misfit(name: str, declared: Declared, expects: Expects) -> str:
    """Say why a named input cannot stand where it is used; empty if it can."""
    middle = float(declared.distribution.ppf(np.array([0.5]))[0])
    if declared.unit is Kind.ANY and expects.kind is Kind.RATE and abs(middle) > 1:
        return f"input '{name}' is a bare rate above 1: its median is {middle:g} (did you mean {middle:g}%?)"
    wrong = out_of_bounds(*declared.distribution.reach, expects)
    return f"input '{name}' {wrong}" if wrong else ""


def check_overrides(file: ScenarioFile, tree: Node, problems: list[Problem]) -> None:
    """Refuse a vendor's input that overrides no shared one."""
    for name, vendor in file.vendors.items():
        for key in vendor.inputs:
            if key not in file.inputs:
                hint = suggestion(key, file.inputs) or " (declare it under inputs)"
                problems.append(
                    tree.problem(("vendors", name, "inputs", key), f"overrides no shared input{hint}", at_key=True)
                )
