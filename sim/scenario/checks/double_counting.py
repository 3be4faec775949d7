"""Counting twice: what a file may say, and yet is likely to count the same money two times. Warnings, each with a name.

What cannot be said at all needs no warning: levers that multiply are one line on one stock of customers, a shorter
sales cycle pulls deals forward once, old tools are saved only after the overlap, and the cost of a won customer is no
key. A key that would count twice is refused with its reason (`REFUSED`).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.distributions import Distribution
from sim.errors import Problem
from sim.model.case import Case
from sim.model.events import Event
from sim.model.line import drawn_keys
from sim.model.lines.customers import Customers
from sim.model.lines.licence import Subscription
from sim.model.lines.yearly import YearlyRow
from sim.model.quantity import Drawn, Quantity
from sim.scenario.cases.features import moved_levers
from sim.scenario.number import Leaf
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.shapes.sections import Effects
from sim.scenario.tree import Node, Place

_MORE_DEALS = "a higher win rate is a higher conversion; as a lever of its own it would count the same deals twice"
_REVENUE = "revenue follows from leads, conversion, deal_value, retention and cross_sell, and enters as margin"
_ACQUISITION = "the cost of a won customer falls by itself when conversion rises; a saving is cost_per_lead_cut"
_LIFETIME = "the value of a customer follows from churn and cross_sell on the stock of customers"
REFUSED = {
    **dict.fromkeys(("win_rate", "close_rate", "deals_per_rep", "deals"), _MORE_DEALS),
    **dict.fromkeys(("revenue", "sales", "revenue_lift", "sales_lift"), _REVENUE),
    **dict.fromkeys(("cac", "acquisition_cost", "customer_acquisition_cost"), _ACQUISITION),
    **dict.fromkeys(("clv", "ltv", "lifetime_value"), _LIFETIME),
    **dict.fromkeys(("upsell", "up_sell"), "deal_value is for new customers, cross_sell for existing ones, upsell too"),
    **dict.fromkeys(("productivity", "productivity_lift"), "hours can be checked and priced: use hours_saved"),
    **dict.fromkeys(("velocity", "sales_velocity"), "a shorter cycle brings deals forward once: use cycle_cut"),
    **dict.fromkeys(("margin", "gross_margin", "margin_rate"), "points of the margin of all sales: use margin_points"),
    **dict.fromkeys(("process_improvement", "processes"), "money saved is process_cost_cut, time saved is hours_saved"),
    **dict.fromkeys(("response_time", "lead_response"), "a faster answer shows in conversion: use conversion"),
}
"""Keys of `effects` that planners look for, and why the model has none of them."""

LEVERS = (
    "leads", "conversion", "deal_value", "churn_reduction", "retention_points", "retention_lift", "cross_sell",
    "cycle_cut", "hours_saved", "tickets_deflected", "ticket_handling_cut", "cost_per_lead_cut", "error_reduction",
    "margin_points", "hours_saved_a_tool", "process_cost_cut", "billed_hours",
)  # fmt: skip
LOW_ADOPTION = 0.35
"""An adoption that is below this in one future of twenty holds weak rollouts already."""
HIGH_UPLIFT = 0.15
"""A rise at each renewal that is above this in one future of twenty holds price shocks already."""


def traps_of(file: ScenarioFile, cases: dict[str, Case], tree: Node) -> Iterator[Problem]:
    """Give a warning for everything that is likely to count twice."""
    for place, name, why in (*_company(file, cases), *_offers(file, cases)):
        yield tree.problem(place, f"{why} [{name}]")


Trap = tuple[Place, str, str]


def _company(file: ScenarioFile, cases: dict[str, Case]) -> Iterator[Trap]:
    company = file.company
    sells = any(isinstance(line, Customers) and line.sells_more for case in cases.values() for line in case.lines)
    if sells and company.gross_margin and company.gross_margin.content == 1.0:
        why = "a margin of 100% books revenue as profit; give the contribution margin of additional sales"
        yield ("company", "gross_margin"), "revenue-as-margin", why
    deal, yearly, recurring = company.deal_value, company.revenue_per_customer, company.recurring_share
    explained = bool(deal and (deal.note or deal.source))
    if deal and yearly and recurring and recurring.content != 0.0 and deal.content == yearly.content and not explained:
        why = (
            "is the yearly revenue again: with a recurring_share the first year would count twice;"
            " give what is paid once, or a note that it is"
        )
        yield ("company", "deal_value"), "first-year-twice", why


def _features(file: ScenarioFile) -> Iterator[Trap]:
    """Features that bring one vendor more than another."""
    shares = {name: {lever: m.share for lever, m in moved_levers(file, name).items()} for name in file.vendors}
    for name, own in shares.items():
        more = [lever for lever, share in own.items() if share > min(s.get(lever, 0.0) for s in shares.values())]
        if more:
            yield ("vendors", name, "features"), "feature-effect", _FEATURES.format(", ".join(more))


_FEATURES = (
    "by their default effects bring more {} than another vendor's: no study measured the effect of a single feature,"
    " and in surveys the brand of the CRM does not drive success (CRMGuru); see whether the choice hangs on it"
)


def _offers(file: ScenarioFile, cases: dict[str, Case]) -> Iterator[Trap]:
    yield from _features(file)
    for name, vendor in file.vendors.items():
        yield from _hours(file, name)
        yield from _processes(file, name)
        yield from _newcomers(file, name)
        yield from _old_tools(file, name)
        yield from _prices(file, name, cases[name])
        yield from _rollouts(file, name, cases[name])
        yield from _adjusted(file, cases[name])
        yield from _fits(file, name)
        yield from _brand(vendor.effects, file.common.effects, name)
        used = {leaf.content for key in LEVERS if (leaf := getattr(file.common.effects, key))}
        for key in vendor.inputs:
            if key in used:
                yield ("vendors", name, "inputs", key), "vendor-effect", _BRAND


def _adjusted(file: ScenarioFile, case: Case) -> Iterator[Trap]:
    """A flat risk adjustment on what is uncertain already."""
    varying = case.varying
    shaken = bool(case.events) or bool(drawn_keys(case.rollout) & varying)
    for line in case.lines:
        if (
            isinstance(line, YearlyRow)
            and line.risk != 0.0
            and (shaken or drawn_keys(replace(line, risk=0.0)) & varying)
        ):
            offer: Place = ("vendors", case.vendor) if line.name in file.vendors[case.vendor].rows else ("common",)
            yield (*offer, "rows", line.name), "haircut-stacking", _HAIRCUT
        if case.risks.get(line.name, 0.0) != 0.0 and (shaken or drawn_keys(line) & varying):
            yield ("risk_adjustments", line.name), "haircut-stacking", _HAIRCUT


_HAIRCUT = (
    "takes a risk adjustment off what is uncertain already: if the ranges and events hold the risk, it counts twice;"
    " keep the adjustment with fixed numbers, to reproduce a published table"
)


def _fits(file: ScenarioFile, vendor: str) -> Iterator[Trap]:
    """A fit that claims more than the effects do, or that is said in a vendor's own effects already."""
    leaf, own = file.offers[vendor].fit, file.vendors[vendor].effects
    if leaf is None or isinstance(leaf.content, str):
        return
    mean = leaf.content if isinstance(leaf.content, float) else leaf.content.mean
    if abs(mean - 1) > MOST_CLAIMED:
        yield leaf.place, "fit-claim", _CLAIM.format(mean)
    uncertain = isinstance(leaf.content, Distribution)
    if uncertain and any(getattr(own, key) is not None and _varies(getattr(own, key)) for key in LEVERS):
        yield leaf.place, "fit-and-effects", _TWICE


def _varies(leaf: Leaf) -> bool:
    return isinstance(leaf.content, Distribution)


MOST_CLAIMED = 0.05
"""How far the mean of a fit may be off 1 and be a doubt; beyond, it claims that one vendor brings more or less."""
_CLAIM = (
    "has a mean of {:.3g}: that is a claim about what this CRM brings, not a doubt; say it in the effects, with its"
    " evidence"
)
_TWICE = "is the same doubt twice: the vendor has uncertain effects of its own as well; keep one of them"
_BRAND = (
    "a better effect than the other vendors' needs evidence: in surveys the brand of the CRM does not drive success"
    " (CRMGuru); what differs is price, overrun, time to go-live, adoption"
)


def _brand(own: Effects, common: Effects, vendor: str) -> Iterator[Trap]:
    for key in LEVERS:
        mine, theirs = getattr(own, key), getattr(common, key)
        if mine and theirs and mine.content != theirs.content:
            yield ("vendors", vendor, "effects", key), "vendor-effect", _BRAND


def _hours(file: ScenarioFile, vendor: str) -> Iterator[Trap]:
    """Hours that may be the same ones, and hours that turn into the deals that a lift has already."""
    saved = _effect(file, vendor, "hours_saved")
    parts = [key for key in ("hours_per_quote", "commission_hours") if _effect(file, vendor, key)]
    if file.company.hours_per_ticket:
        parts += [key for key in ("tickets_deflected", "ticket_handling_cut") if _effect(file, vendor, key)]
    if saved and parts:
        why = f"must leave out the hours that {', '.join(parts)} saves already"
        yield saved.place, "same-hours", why
    selling = _effect(file, vendor, "time_to_selling")
    lift = _effect(file, vendor, "conversion")
    if selling and lift:
        why = (
            "turns freed hours into deals: conversion must then hold better selling only, not more of it, or the same"
            " deals count twice"
        )
        yield selling.place, "hours-and-deals", why


def _processes(file: ScenarioFile, vendor: str) -> Iterator[Trap]:
    """Money of processes that other effects may save too."""
    better = _effect(file, vendor, "process_cost_cut")
    same = [key for key in ("error_reduction", "misplanning_cut") if _effect(file, vendor, key)]
    if better and same:
        yield better.place, "same-cost", f"must leave out the money that {', '.join(same)} saves already"


def _effect(file: ScenarioFile, vendor: str, key: str) -> Leaf | None:
    """Give an effect of a vendor that is not zero."""
    leaf: Leaf | None = getattr(file.offers[vendor].effects, key)
    moved = moved_levers(file, vendor).get(key)
    if leaf is None and moved is not None:
        return moved.leaf
    return None if leaf is None or leaf.content == 0.0 else leaf


def _newcomers(file: ScenarioFile, vendor: str) -> Iterator[Trap]:
    """Newcomers who sell sooner, and a conversion that may have been measured on all sellers, newcomers included."""
    ramp = _effect(file, vendor, "ramp_months_saved")
    if ramp and _effect(file, vendor, "conversion"):
        why = (
            "counts the deals of newcomers: conversion must then be the lift of sellers who are up to speed, or the"
            " same deals count twice"
        )
        yield ramp.place, "newcomers-and-deals", why


def _old_tools(file: ScenarioFile, vendor: str) -> Iterator[Trap]:
    """The cost of the old tools, booked as a cost of the overlap too."""
    legacy = file.offers[vendor].legacy
    saved, on_top = legacy.cost_per_month, legacy.parallel_cost_per_month
    if saved and on_top and saved.content == on_top.content != 0.0:
        why = (
            "is the cost of the old tools again: during the overlap they are paid with and without the CRM; give only"
            " what running both costs on top"
        )
        yield on_top.place, "old-tools-twice", why


def _prices(file: ScenarioFile, vendor: str, case: Case) -> Iterator[Trap]:
    """A price shock as an event, and in the range of the uplift as well."""
    shocks = [e for e in case.events if e.price != 0.0]
    lines = [line for line in case.lines if isinstance(line, Subscription)]
    if not shocks or not lines or _quantile(case, lines[0].uplift, 0.95) <= HIGH_UPLIFT:
        return
    why = (
        f"the range of licence.uplift goes above {HIGH_UPLIFT:.0%} in one future of twenty, so that it holds price"
        " shocks already; narrow it, or drop the event"
    )
    yield (*_home(file, vendor, shocks[0]), "events", shocks[0].name), "price-stacking", why


def _home(file: ScenarioFile, vendor: str, event: Event) -> Place:
    return ("vendors", vendor) if event.name in file.vendors[vendor].events else ("common",)


def _rollouts(file: ScenarioFile, vendor: str, case: Case) -> Iterator[Trap]:
    """A weak rollout as an event, and in the range of adoption as well."""
    weak = [e for e in case.events if e.adoption != 0.0 and _from_the_start(e)]
    if not weak or _quantile(case, case.rollout.adoption, 0.05) >= LOW_ADOPTION:
        return
    why = (
        f"the range of rollout.adoption goes below {LOW_ADOPTION:.0%} in one future of twenty, so that it holds weak"
        " rollouts already; narrow it, or drop the event"
    )
    yield (*_home(file, vendor, weak[0]), "events", weak[0].name), "haircut-stacking", why


def _from_the_start(event: Event) -> bool:
    return event.when == 0.0


def _quantile(case: Case, quantity: Quantity, p: float) -> float:
    """Give a percentile of a quantity."""
    if not isinstance(quantity, Drawn):
        return quantity
    distribution: Distribution = next(i.distribution for i in case.inputs if i.key == quantity.key)
    return float(distribution.ppf(np.array([p]))[0])
