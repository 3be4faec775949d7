"""Numbers of a file set to any value: the cases are spelled out again, with a key of their own in place of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from sim.errors import UsageError, suggestion
from sim.model.case import Case
from sim.model.line import drawn_keys
from sim.model.probe import Number, Probe
from sim.model.quantity import Drawn, Quantity
from sim.numbers.kinds import Kind
from sim.scenario.cases.lookup import Lookup
from sim.scenario.cases.naming import called
from sim.scenario.cases.resolve import case_of
from sim.scenario.cases.streams import own_streams, shared_streams
from sim.scenario.cases.words import in_words
from sim.scenario.number import Expects, Leaf, expects_of
from sim.scenario.numbers import leaves
from sim.scenario.shapes.file import Offer, ScenarioFile
from sim.scenario.shapes.sections import Company
from sim.scenario.tree import Node, Place, dotted

FIT = "fit"
"""What the factor on the benefits of a vendor is called."""

HUGE = 1e9
"""Above the bounds that a file has by its checks alone, such as a retention of at most 100%."""

HALVINGS = 60


@dataclass(frozen=True)
class Target:
    """What is to be set: a number that stands in the file, or one of an offer or the company that is not given."""

    what: str
    title: str
    expects: Expects
    place: Place | None = None
    """Where it stands, of a named input behind `inputs`; None if it is not given."""


@dataclass
class Probing(Lookup):
    """Looks up a vendor's numbers, with others in place of some: keys to draw, or values."""

    places: Mapping[Place, Quantity] = field(default_factory=dict)
    """What stands in place of a number of the file."""
    paths: Mapping[str, Quantity] = field(default_factory=dict)
    """What stands in place of a number that is not given, or made of features."""
    today: dict[Quantity, Quantity] = field(default_factory=dict)
    """What was looked up, by what stands in its place."""

    def leaf(self, path: str) -> Leaf | None:
        """Give the leaf of a number; one that stands for it where it is not given and something is in its place."""
        if path in self.paths and path not in self.moved:
            return Leaf(0.0, "0", place=("vendors", self.name, *path.split(".")))
        return super().leaf(path)

    def offered(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give what stands in place of a number of the offer, else the number."""
        if path in self.paths and path not in self.moved:
            return self._noted(self.paths[path], default)
        return self._in_place(path, super().offered(path, default))

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give what stands in place of a company fact, else the fact."""
        return self._in_place(f"company.{name}", super().company(name, default))

    def top(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give what stands in place of a number from the top of the file, else the number."""
        return self._in_place(name, super().top(name, default))

    def several(self, path: str) -> tuple[Quantity, ...]:
        """Give the numbers of a list, or what stands in place of a list that is not given."""
        return (self._in_place(path, 0.0),) if path in self.paths else super().several(path)

    def reach(self, quantity: Quantity) -> tuple[float, float]:
        """Give the reach of a quantity; of one that stands in place of another, the other's."""
        while isinstance(quantity, Drawn) and quantity in self.today:
            quantity = self.today[quantity]
        return super().reach(quantity)

    def _in_place(self, path: str, found: Quantity) -> Quantity:
        return self._noted(self.paths[path], found) if path in self.paths else found

    def _noted(self, instead: Quantity, found: Quantity) -> Quantity:
        self.today.setdefault(instead, found)
        return instead

    def _quantity(self, leaf: Leaf, seen: tuple[str, ...] = ()) -> Quantity:
        found = super()._quantity(leaf, seen)
        return self._noted(self.places[leaf.place], found) if leaf.place in self.places else found

    def _named(self, name: str, leaf: Leaf) -> Quantity:
        found = super()._named(name, leaf)
        own: Place = ("vendors", self.name, "inputs", name)
        place = own if isinstance(found, Drawn) and found.key == dotted(own) else ("inputs", name)
        return self._noted(self.places[place], found) if place in self.places else found


def probed(file: ScenarioFile, cases: Mapping[str, Case], vendor: str, whats: Sequence[str]) -> Probe:
    """Give the cases in which some numbers of a vendor are drawn by keys of their own.

    A number that is common, a company fact or a named input is the same for all vendors that use it, and is set for
    all of them; one of the vendor's own for it alone. Lines that a program has added to the cases stay.

    Raises:
        UsageError: the vendor has no such number, it enters nowhere, or other vendors share it through an input.
    """
    if len(set(whats)) < len(whats):
        raise UsageError(f"'{whats[0]}' is asked for twice (give two numbers)")
    targets = [_target(file, vendor, what) for what in whats]
    keys = {target.what: Drawn(f"set: {target.what}") for target in targets}
    lookups = {name: _lookup(file, name, vendor, targets, keys) for name in cases}
    made = {name: _laid_over(case_of(get), cases[name]) for name, get in lookups.items()}
    if FIT in whats:
        made[vendor] = replace(made[vendor], fit=keys[FIT])
    numbers = tuple(_number(file, cases, vendor, target, keys[target.what], lookups, made) for target in targets)
    used = {name for number in numbers for name in number.vendors}
    for name in used:
        _check_draws(made[name], {key.key for key in keys.values()}, vendor)
    return Probe(vendor, numbers, {name: case for name, case in made.items() if name in used})


def _lookup(
    file: ScenarioFile, name: str, vendor: str, targets: Iterable[Target], instead: Mapping[str, Quantity]
) -> Probing:
    shared = {dotted(place): stream for place, stream in shared_streams(file).items()}
    places = {target.place: instead[target.what] for target in targets if target.place is not None}
    ours = (t for t in targets if t.place is None and (name == vendor or t.what.startswith("company.")))
    paths = {target.what: instead[target.what] for target in ours}
    nowhere = Node({}, "", 0, 0)
    return Probing(file, nowhere, name, shared | own_streams(file, name), [], places=places, paths=paths)


def _laid_over(probing: Case, case: Case) -> Case:
    """Give a probing case what programs have added to the case: lines of their own, inputs and a fit."""
    had = {line.name for line in probing.lines}
    added = tuple(line for line in case.lines if line.name not in had)
    return replace(probing, lines=probing.lines + added, inputs=case.inputs, fit=case.fit)


def _number(
    file: ScenarioFile,
    cases: Mapping[str, Case],
    vendor: str,
    target: Target,
    key: Drawn,
    lookups: Mapping[str, Probing],
    made: Mapping[str, Case],
) -> Number:
    about = (key.key, target.what, target.title, target.expects.kind)
    if target.what == FIT:
        return Number(*about, 0.0, None, cases[vendor].fit, cases[vendor].fit != 1.0, (vendor,))
    users = tuple(name for name, case in made.items() if _draws(case, key))
    if lookups[vendor].problems:
        raise UsageError(f"{target.what} is not given for {vendor}, and {lookups[vendor].problems[0].message}")
    if vendor not in users:
        raise UsageError(f"{vendor} does not use {target.what} ({target.title}): it enters no figure of it")
    low, high = _accepted(file, vendor, target)
    return Number(*about, low, high, lookups[vendor].today[key], target.place is not None, users)


def _draws(case: Case, key: Drawn) -> bool:
    """Whether a case draws a key anywhere that money hangs on."""
    return key.key in drawn_keys(replace(case, operations=None, inputs=())) | drawn_keys(tuple(case.risks.values()))


def _check_draws(case: Case, ours: set[str], vendor: str) -> None:
    known = {i.key for i in case.inputs} | ours
    if missing := sorted(key for line in case.lines for key in drawn_keys(line) if key not in known):
        raise UsageError(f"{vendor}: setting that number would draw '{missing[0]}', which the run does not draw")


def _accepted(file: ScenarioFile, vendor: str, target: Target) -> tuple[float | None, float | None]:
    """Give the bounds of a number: its field's, and where the checks of several numbers together end it earlier."""
    low, high = target.expects.low, target.expects.high
    most = HUGE if high is None else high
    if _is_accepted(file, vendor, target, most):
        return low, high
    good = 0.0 if low is None else low
    if not _is_accepted(file, vendor, target, good):
        return low, high
    for _ in range(HALVINGS):
        middle = (good + most) / 2
        good, most = (middle, most) if _is_accepted(file, vendor, target, middle) else (good, middle)
    return low, good


def _is_accepted(file: ScenarioFile, vendor: str, target: Target, value: float) -> bool:
    get = _lookup(file, vendor, vendor, [target], {target.what: value})
    case_of(get)
    return not get.problems


def _target(file: ScenarioFile, vendor: str, asked: str) -> Target:
    """Find what is called so: a number of the offer, of the file, a named input, or one that could be given."""
    if asked == FIT:
        return Target(FIT, "fit, times the benefits", Expects(Kind.FACTOR, 0))
    what = asked.removeprefix(f"vendors.{vendor}.").removeprefix("common.").removeprefix("inputs.")
    given = {called(leaf.place).name: leaf for leaf in _given(file, vendor)}
    leaf = given.get(what) or (given.get(f"company.{what}") if what not in file.inputs else None)
    if leaf is not None:
        _check_alone(file, vendor, leaf)
        name = called(leaf.place)
        return Target(name.name, name.title, leaf.expects, leaf.place)
    if what in file.inputs:
        return _of_input(file, vendor, what)
    free = dict(_free(file))
    path = what if what in free else f"company.{what}"
    if path in free and not any(each.startswith(f"{path}[") for each in given):
        return Target(path, in_words(tuple(path.split("."))), free[path])
    raise UsageError(_unknown(asked, what, vendor, given, file))


def _unknown(asked: str, what: str, vendor: str, given: Iterable[str], file: ScenarioFile) -> str:
    if parts := [name for name in given if name.startswith((f"{what}.", f"{what}["))]:
        return f"'{asked}' of {vendor} is several numbers (ask for one of: {', '.join(parts)})"
    known = [*given, *file.inputs, *(path for path, _ in _free(file)), FIT]
    such = next((name for name in given if name.startswith("rows.")), "licence.list_price")
    hint = suggestion(what, known) or f" (give its place in the file, such as {such})"
    return f"{vendor} has no number called '{asked}'{hint}"


def _given(file: ScenarioFile, vendor: str) -> Iterator[Leaf]:
    """Walk the numbers that the file gives a vendor: of its offer, of the company, at the top."""
    yield from leaves(file.offers[vendor])
    yield from leaves(file.model_copy(update={"vendors": {}, "common": Offer()}))


def _free(file: ScenarioFile) -> Iterator[tuple[str, Expects]]:
    """Walk every number that a file without rows could give at a place known before."""
    shapes: dict[str, type[BaseModel]] = {"company": Company}
    for section, info in Offer.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel) and section != "features":
            shapes[section] = info.annotation
    for section, shape in () if file.by_rows else shapes.items():
        for name in shape.model_fields:
            if (expects := expects_of(shape, name)) is not None:
                yield f"{section}.{name}", expects


def _of_input(file: ScenarioFile, vendor: str, name: str) -> Target:
    """Give a named input as what is set: within the bounds of every number that it stands for."""
    across = file.correlations.across_vendors.get(name, 1.0) < 1
    own = name in file.vendors[vendor].inputs or across
    place: Place = ("vendors", vendor, "inputs", name) if own else ("inputs", name)
    uses = [leaf.expects for leaf in _given(file, vendor) if leaf.content == name]
    kinds = [file.inputs[name].unit, *(expects.kind for expects in uses)]
    low = max((e.low for e in uses if e.low is not None), default=None)
    high = min((e.high for e in uses if e.high is not None), default=None)
    kind = next((kind for kind in kinds if kind is not Kind.ANY), Kind.ANY)
    return Target(name, in_words((name,)), Expects(kind, low, high), place)


def _check_alone(file: ScenarioFile, vendor: str, leaf: Leaf) -> None:
    """Refuse a vendor's own number that is a named input which other vendors use too."""
    name = leaf.content
    if leaf.place[0] != "vendors" or name not in file.inputs or name in file.vendors[vendor].inputs:
        return
    others = (other for other in file.vendors if other != vendor and name not in file.vendors[other].inputs)
    sharing = [other for other in others if any(each.content == name for each in leaves(file.vendors[other]))]
    if sharing:
        raise UsageError(
            f"{called(leaf.place).name} of {vendor} is the input '{name}', which {' and '.join(sharing)}"
            f" use{'s' if len(sharing) == 1 else ''} too: changing it changes them (ask for {name}, or give {vendor} a"
            " number of its own)"
        )
