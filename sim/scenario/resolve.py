"""From the file's shapes to one spelled-out case a vendor: names looked up, defaults filled in, bounds checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.book import Retention
from sim.columns import Column
from sim.distributions import Distribution
from sim.errors import Problem, suggestion
from sim.model import Case
from sim.results import Assumption
from sim.sampling import SHARED, Input
from sim.scenario.leaf import Declared, Expects, Leaf, expects_of, out_of_bounds
from sim.scenario.lines import lines_of, market_of
from sim.scenario.shapes import Company, ScenarioFile, Vendor
from sim.scenario.text import Node, Place, dotted
from sim.spec import Kind
from sim.ties import Stream
from sim.world import Drawn, Quantity, Rollout, Shape

NEEDS = {
    "effects.leads": ("leads_per_month", "conversion_rate", "deal_value", "gross_margin"),
    "effects.conversion": ("leads_per_month", "conversion_rate", "deal_value", "gross_margin"),
    "effects.deal_value": ("leads_per_month", "conversion_rate", "deal_value", "gross_margin"),
    "effects.churn_reduction": ("customers", "revenue_per_customer", "churn", "gross_margin"),
    "effects.retention_points": ("customers", "revenue_per_customer", "churn", "gross_margin"),
    "effects.retention_lift": ("customers", "revenue_per_customer", "churn", "gross_margin"),
    "effects.cross_sell": ("customers", "revenue_per_customer", "gross_margin"),
    "effects.cycle_cut": (
        "sales_cycle_months",
        "leads_per_month",
        "conversion_rate",
        "deal_value",
        "gross_margin",
    ),
    "effects.hours_saved": ("users", "hourly_cost"),
    "effects.hours_entry": ("users", "hourly_cost"),
    "implementation.team_fte": ("hourly_cost",),
    "training.cash_per_user": ("users",),
    "training.hours_per_user": ("users", "hourly_cost"),
    "training.dip": ("users", "hourly_cost"),
    "administration.users_per_admin": ("users",),
}
"""Company facts without which a number would silently have nothing to act on."""

PARTNERS = {
    "effects.hours_saved": "effects.time_realised",
    "training.dip": "training.dip_months",
    "training.dip_months": "training.dip",
    "administration.users_per_admin": "administration.admin_cost",
    "administration.admin_cost": "administration.users_per_admin",
    "legacy.parallel_cost_per_month": "legacy.overlap_months",
    "implementation.overrun": "implementation.quote",
}
"""Numbers that mean nothing without another one of the same offer."""

RETENTION = ("effects.churn_reduction", "effects.retention_points", "effects.retention_lift")


def resolve(file: ScenarioFile, tree: Node, problems: list[Problem]) -> dict[str, Case]:
    """Give the case of every vendor; what cannot run is added to `problems`."""
    shared, apart = streams_of(file), apart_of(file)
    cases = {}
    for name, vendor in file.vendors.items():
        resolver = Resolver(file, tree, name, vendor, shared | _own_streams(name, vendor, apart), problems)
        cases[name] = resolver.case()
    return cases


def apart_of(file: ScenarioFile) -> tuple[str, ...]:
    """Give the named inputs that are not the same for every vendor, in the order of the file."""
    across = file.correlations.across_vendors
    return tuple(name for name in file.inputs if across.get(name, 1.0) < 1)


def streams_of(file: ScenarioFile) -> dict[str, Stream]:
    """Number the shared inputs: even places for the named ones, odd ones for those in place outside the vendors.

    So a new input at the end of either list leaves the draws of all others as they are.
    """
    places = [place for place, leaf in leaves(file, ()) if isinstance(leaf.content, Distribution)]
    in_place = [dotted(place) for place in places if place[0] != "vendors"]
    named = {name: Stream(name, SHARED, 2 * number) for number, name in enumerate(file.inputs)}
    return named | {name: Stream(name, SHARED, 2 * number + 1) for number, name in enumerate(in_place)}


def _own_streams(name: str, vendor: Vendor, apart: tuple[str, ...]) -> dict[str, Stream]:
    """Number a vendor's own inputs: those in place, then the named ones that differ from vendor to vendor."""
    places = [place for place, leaf in leaves(vendor, ("vendors", name)) if isinstance(leaf.content, Distribution)]
    keys = [dotted(place) for place in places] + [dotted(("vendors", name, "inputs", own)) for own in apart]
    return {key: Stream(key, name, position) for position, key in enumerate(keys)}


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

    def case(self) -> Case:
        """Spell the vendor out."""
        self._check_company()
        rate = self._top("discount_rate", 0.0)
        market = market_of(self)
        lines = lines_of(self, market, self._retention())
        return Case(
            vendor=self.name,
            months=self.file.months,
            discount_rate=rate,
            finance_rate=self._top("finance_rate", rate),
            reinvestment_rate=self._top("reinvestment_rate", rate),
            users=self.company("users", 1.0),
            rollout=self._rollout(),
            lines=lines,
            inputs=tuple(self.inputs.values()),
        )

    def offer(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give a number of the vendor's offer, else of the common one, else the default."""
        found = self.find(path)
        if found is None:
            return default
        leaf, place, expects = found
        return self._quantity(leaf, place, expects)

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact, else the default."""
        leaf = getattr(self.file.company, name)
        return default if leaf is None else self._quantity(leaf, ("company", name), _expected(Company, name))

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

    def find(self, path: str) -> tuple[Leaf, Place, Expects] | None:
        """Give the leaf at ``section.field``, its place in the file and what the field takes; None if absent."""
        section, key = path.split(".")
        for base, offer in ((("vendors", self.name), self.vendor), (("common",), self.file.common)):
            shape = getattr(offer, section)
            leaf = getattr(shape, key)
            if leaf is not None:
                return leaf, (*base, section, key), _expected(type(shape), key)
        return None

    def reach(self, quantity: Quantity) -> tuple[float, float]:
        """Give the lowest and the highest value a quantity can be expected to take."""
        if isinstance(quantity, Drawn):
            return self.inputs[quantity.key].distribution.reach
        return quantity, quantity

    def report(self, place: Place, message: str) -> None:
        """Note what is wrong at a place of the file."""
        self.problems.append(self.tree.problem(place, message))

    def _top(self, name: str, default: Quantity) -> Quantity:
        leaf = getattr(self.file, name)
        return default if leaf is None else self._quantity(leaf, (name,), _expected(ScenarioFile, name))

    def _quantity(self, leaf: Leaf, place: Place, expects: Expects, seen: tuple[str, ...] = ()) -> Quantity:
        content = leaf.content
        if isinstance(content, float):
            return content
        if isinstance(content, Distribution):
            key = dotted(place)
            self.inputs[key] = Input(key, self.streams[key], content, expects.kind, *_said(leaf))
            return Drawn(key)
        if content in self.file.inputs:
            return self._named(content, place, expects)
        return self._fact(content, place, expects, seen)

    def _named(self, name: str, place: Place, expects: Expects) -> Quantity:
        """Give a named input: on the vendor's own scale if it overrides it, with the shared quantile either way.

        Where it differs from vendor to vendor, its quantile is the vendor's own as well.
        """
        own = self.vendor.inputs.get(name)
        declared = own or self.file.inputs[name]
        own_key = dotted(("vendors", self.name, "inputs", name))
        stream = self.streams.get(own_key, self.streams[name])
        key = own_key if own or stream.name == own_key else name
        if wrong := _misfit(name, declared, expects):
            self.report(place, wrong)
        self.inputs[key] = Input(key, stream, declared.distribution, expects.kind, *_said(declared))
        return Drawn(key)

    def _fact(self, name: str, place: Place, expects: Expects, seen: tuple[str, ...]) -> Quantity:
        leaf = getattr(self.file.company, name)
        if name in seen:
            self.report(
                place,
                f"'{name}' stands for itself: {' -> '.join((*seen, name))} (write a number in one of them)",
            )
            return 0.0
        value = self._quantity(leaf, ("company", name), _expected(Company, name), (*seen, name))
        if wrong := out_of_bounds(*self.reach(value), expects):
            self.report(place, f"company fact '{name}' {wrong}")
        return value

    def _rollout(self) -> Rollout:
        return Rollout(
            plan_months=self.offer("rollout.plan_months"),
            delay_months=self.offer("rollout.delay_months"),
            adoption=self.offer("rollout.adoption", 1.0),
            ramp_months=self.offer("rollout.ramp_months"),
            shape=self.option("rollout.shape", Shape.EXPONENTIAL),
            decay=self.offer("rollout.decay"),
        )

    def _check_company(self) -> None:
        """Refuse effects with nothing to act on, and numbers without their partner."""
        for path, facts in NEEDS.items():
            missing = [f"company.{fact}" for fact in facts if getattr(self.file.company, fact) is None]
            if missing and (found := self.find(path)):
                them = "it" if len(missing) == 1 else "them"
                self.report(found[1], f"has nothing to act on without {', '.join(missing)} (give {them})")
        for path, partner in PARTNERS.items():
            found = self.find(path)
            if found and self.find(partner) is None and not self._default_for_others(found[1], partner):
                self.report(found[1], f"means nothing without {partner} (give it too)")
        if self.find("licence.list_price") is None:
            self.report(
                ("vendors", self.name),
                "no licence.list_price, here or in common (give the price a seat and month)",
            )
        if self.find("licence.seats") is None and self.file.company.users is None:
            self.report(("vendors", self.name), "no number of seats (give company.users or licence.seats)")

    def _default_for_others(self, place: Place, partner: str) -> bool:
        """Whether a common number has its partner in other vendors: then it is a default this vendor has no use for."""
        section, key = partner.split(".")
        offers = self.file.vendors.values()
        return place[0] == "common" and any(getattr(getattr(offer, section), key) is not None for offer in offers)

    def _retention(self) -> Retention:
        """Give the retention effect, refusing two ways of saying it and retention above 100 %."""
        given = self._ways_of_retention()
        if len(given) > 1:
            place = self._place(given[1])
            self.report(place, f"retention is said twice, also as {given[0]} (keep one)")
        numbers = {path: self.offer(path) for path in given}
        retention = Retention(*(numbers.get(path, 0.0) for path in RETENTION))
        if given and self.file.company.churn is not None:
            self._check_retention(given[-1], retention)
        return retention

    def _ways_of_retention(self) -> list[str]:
        """Give the ways in which retention is said; a vendor's own way takes the place of the common one."""
        for effects in (self.vendor.effects, self.file.common.effects):
            given = [path for path in RETENTION if getattr(effects, path.split(".")[1]) is not None]
            if given:
                return given
        return []

    def _place(self, path: str) -> Place:
        found = self.find(path)
        return found[1] if found else (path,)

    def _check_retention(self, path: str, retention: Retention) -> None:
        churn = self.reach(self.company("churn"))[0]
        points = self.reach(retention.points)[1]
        lift = self.reach(retention.lift)[1]
        after = (1 - churn + points) * (1 + lift) if not (points and lift) else 1 - churn
        if after <= 1 + 1e-9:
            return
        found = self.find(path)
        asked = found[0].asked if found else ""
        most = f"{churn * 100:.4g} points" if path.endswith("points") else f"{churn / (1 - churn) * 100:.4g}%"
        self.report(
            self._place(path),
            f"'{asked}' on a retention of {(1 - churn) * 100:.4g}% (churn {churn * 100:.4g}%) implies"
            f" {after * 100:.4g}% retention, above 100% (at most {most}; if churn is meant to fall by that share,"
            " write it as churn_reduction)",
        )


def _said(number: Declared | Leaf) -> tuple[str, str, str, Column | None]:
    """Give what an input takes over from the file besides its law."""
    return number.asked, number.source, number.note, number.column


def _expected(shape: type[BaseModel], name: str) -> Expects:
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
