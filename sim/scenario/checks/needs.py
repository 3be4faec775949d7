"""What has nothing to act on, is said twice, or cannot be: the checks that need more than one number of a file."""

from typing import Protocol

from sim.model.lines.customers import Retention
from sim.model.quantity import Quantity
from sim.scenario.cases.lines import Lookup
from sim.scenario.evidence.catalogue import entries, entry
from sim.scenario.number import Expects, Leaf
from sim.scenario.shapes.file import Offer, ScenarioFile, Vendor
from sim.scenario.shapes.needs import Needs, needs_of
from sim.scenario.shapes.sections import QUOTE, SALES, CheaperLeads
from sim.scenario.tree import Place

RETENTION = ("effects.churn_reduction", "effects.retention_points", "effects.retention_lift")


class Offers(Lookup, Protocol):
    """A vendor's numbers, with their places."""

    file: ScenarioFile
    name: str
    vendor: Vendor

    def find(self, path: str) -> tuple[Leaf, Place, Expects] | None:
        """Give the leaf at ``section.field``, its place and what the field takes; None if absent."""

    def reach(self, quantity: Quantity) -> tuple[float, float]:
        """Give the lowest and the highest value a quantity can be expected to take."""

    def report(self, place: Place, message: str) -> None:
        """Note what is wrong at a place of the file."""


def check_support(get: Offers) -> None:
    """Refuse tickets that are worth nothing, or valued twice."""
    company = get.file.company
    if company.cost_per_ticket and company.hours_per_ticket:
        get.report(("company", "hours_per_ticket"), "a ticket is valued twice, also by cost_per_ticket (keep one)")
    used = [found for path in ("tickets_deflected", "ticket_handling_cut") if (found := get.find(f"effects.{path}"))]
    if used and not company.cost_per_ticket and not company.hours_per_ticket:
        get.report(used[0][1], "has nothing to act on without company.cost_per_ticket or hours_per_ticket (give one)")
    if used and company.hours_per_ticket and not (company.agent_hourly_cost or company.hourly_cost):
        get.report(used[0][1], "has nothing to act on without company.agent_hourly_cost or hourly_cost (give one)")


def check_leads(get: Offers) -> None:
    """Refuse cheaper leads that save nothing, or bring what `effects.leads` brings already."""
    found = get.find("effects.cost_per_lead_cut")
    if found is None:
        return
    if get.find("effects.leads"):
        get.report(
            found[1],
            "cheaper leads and more leads (effects.leads) are two uses of one effect, which would count twice"
            " (keep one; with cost_per_lead_use: leads the same budget buys more)",
        )
    more = get.option("effects.cost_per_lead_use", CheaperLeads.BUDGET) is CheaperLeads.LEADS
    facts = SALES if more else ("marketing_per_month",)
    missing = [f"company.{fact}" for fact in facts if getattr(get.file.company, fact) is None]
    if missing:
        get.report(found[1], f"has nothing to act on without {', '.join(missing)} (give them)")


def check_exit(get: Offers) -> None:
    """Refuse a cost of leaving that no future ever pays."""
    found = get.find("exit.cost")
    if found is None or get.option("exit.at_horizon", False):
        return
    anywhere = [*get.file.common.events.values(), *(e for v in get.file.vendors.values() for e in v.events.values())]
    if not any(event.cancelled_after for event in anywhere):
        get.report(found[1], "is never paid (give exit.at_horizon: true, or an event with cancelled_after)")


def check_company(get: Offers) -> None:
    """Refuse effects with nothing to act on, and numbers without their partner."""
    check_support(get)
    check_leads(get)
    check_exit(get)
    check_quote(get)
    check_seats(get)
    for path, needs in needs_of(Offer):
        if found := get.find(path):
            _check_needs(get, found[1], needs)
    if get.find("licence.list_price") is None and get.vendor.catalogue is None:  # an entry gives it, or is refused
        get.report(
            ("vendors", get.name),
            "no licence.list_price, here or in common (give the price a seat and month)",
        )
    if get.find("licence.seats") is None and get.file.company.users is None:
        get.report(("vendors", get.name), "no number of seats (give company.users or licence.seats)")


def _check_needs(get: Offers, place: Place, needs: Needs) -> None:
    """Refuse a number at a place that lacks what it needs."""
    missing = [f"company.{fact}" for fact in needs.facts if getattr(get.file.company, fact) is None]
    if missing:
        them = "it" if len(missing) == 1 else "them"
        get.report(place, f"has nothing to act on without {', '.join(missing)} (give {them})")
    if needs.partner and not _is_there(get, place, needs.partner):
        get.report(place, f"means nothing without {needs.partner} (give it too)")
    if needs.one_of and not any(_is_there(get, place, one) for one in needs.one_of):
        get.report(place, f"means nothing without {' or '.join(needs.one_of)} (give one of them)")


def _is_there(get: Offers, place: Place, path: str) -> bool:
    """Whether a number beside the one at a place is given, or is left to other vendors."""
    return get.find(path) is not None or _default_for_others(get, place, path)


def check_quote(get: Offers) -> None:
    """Refuse a quote said in money and as a multiple of the licence."""
    if len(given := get.nearest(*QUOTE)) > 1 and (found := get.find(given[1])):
        get.report(found[1], f"the quote is said twice, also as {given[0]} (keep one)")


def check_seats(get: Offers) -> None:
    """Refuse more seats than an edition of the catalogue is sold for."""
    if get.vendor.catalogue is None or get.vendor.catalogue not in entries():  # what is no entry is refused before
        return
    vendor, edition = entry(get.vendor.catalogue)
    seats = get.reach(get.offer("licence.seats", get.company("users")))[1]
    if edition.maximum_seats is None or seats <= edition.maximum_seats:
        return
    fitting = [(key, e) for key, e in vendor.editions.items() if not e.partial and (e.maximum_seats or seats) >= seats]
    instead = f"{get.vendor.catalogue.partition('/')[0]}/{fitting[0][0]} would" if fitting else "no other edition would"
    get.report(
        ("vendors", get.name, "catalogue"),
        f"{vendor.title} {edition.name} has at most {edition.maximum_seats} seats, not {seats:g} ({instead} fit)",
    )


def _default_for_others(get: Offers, place: Place, partner: str) -> bool:
    """Whether a common number has its partner in other vendors: then it is a default this vendor has no use for."""
    section, key = partner.split(".")
    offers = get.file.vendors.values()
    return place[0] == "common" and any(getattr(getattr(offer, section), key) is not None for offer in offers)


def retention_of(get: Offers) -> Retention:
    """Give the retention effect, refusing two ways of saying it and retention above 100 %."""
    given = get.nearest(*RETENTION)
    if len(given) > 1:
        place = _place(get, given[1])
        get.report(place, f"retention is said twice, also as {given[0]} (keep one)")
    numbers = {path: get.offer(path) for path in given}
    retention = Retention(*(numbers.get(path, 0.0) for path in RETENTION))
    if given and get.file.company.churn is not None:
        _check_retention(get, given[-1], retention)
    return retention


def _place(get: Offers, path: str) -> Place:
    found = get.find(path)
    return found[1] if found else (path,)


def _check_retention(get: Offers, path: str, retention: Retention) -> None:
    churn = get.reach(get.company("churn"))[0]
    points = get.reach(retention.points)[1]
    lift = get.reach(retention.lift)[1]
    after = (1 - churn + points) * (1 + lift) if not (points and lift) else 1 - churn
    if after <= 1 + 1e-9:
        return
    found = get.find(path)
    asked = found[0].asked if found else ""
    most = f"{churn * 100:.4g} points" if path.endswith("points") else f"{churn / (1 - churn) * 100:.4g}%"
    get.report(
        _place(get, path),
        f"'{asked}' on a retention of {(1 - churn) * 100:.4g}% (churn {churn * 100:.4g}%) implies"
        f" {after * 100:.4g}% retention, above 100% (at most {most}; if churn is meant to fall by that share,"
        " write it as churn_reduction)",
    )
