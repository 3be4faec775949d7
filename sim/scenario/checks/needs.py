"""What has nothing to act on, is said twice, or cannot be: the checks that need more than one number of a file."""

from sim.model.lines.customers import Retention
from sim.scenario.cases.lookup import Lookup
from sim.scenario.evidence.catalogue import entries, entry
from sim.scenario.shapes.file import Offer
from sim.scenario.shapes.needs import Needs, needs_of
from sim.scenario.shapes.sections import CUSTOMERS, QUOTE, SALES, CheaperLeads
from sim.scenario.tree import Place

INSTEAD = {"hourly_cost": "monthly_cost"}
"""Company facts that may be said as another."""

RETENTION = ("effects.churn_reduction", "effects.retention_points", "effects.retention_lift")


def check_support(get: Lookup) -> None:
    """Refuse tickets that are worth nothing, or valued twice."""
    company = get.file.company
    if company.cost_per_ticket and company.hours_per_ticket:
        get.report(("company", "hours_per_ticket"), "a ticket is valued twice, also by cost_per_ticket (keep one)")
    levers = (get.leaf(f"effects.{lever}") for lever in ("tickets_deflected", "ticket_handling_cut"))
    used = next((leaf for leaf in levers if leaf), None)
    if used and not company.cost_per_ticket and not company.hours_per_ticket:
        get.report(used.place, "has nothing to act on without company.cost_per_ticket or hours_per_ticket (give one)")
    if used and company.hours_per_ticket and not company.agent_hourly_cost and not _given(get, "hourly_cost"):
        get.report(used.place, "has nothing to act on without company.agent_hourly_cost or hourly_cost (give one)")


def check_leads(get: Lookup) -> None:
    """Refuse cheaper leads that save nothing, or bring what `effects.leads` brings already."""
    leaf = get.leaf("effects.cost_per_lead_cut")
    if leaf is None:
        return
    if get.leaf("effects.leads"):
        get.report(
            leaf.place,
            "cheaper leads and more leads (effects.leads) are two uses of one effect, which would count twice"
            " (keep one; with cost_per_lead_use: leads the same budget buys more)",
        )
    more = get.offer.effects.cost_per_lead_use is CheaperLeads.LEADS
    facts = SALES if more else ("marketing_per_month",)
    missing = [f"company.{fact}" for fact in facts if getattr(get.file.company, fact) is None]
    if missing:
        get.report(leaf.place, f"has nothing to act on without {', '.join(missing)} (give them)")


def check_exit(get: Lookup) -> None:
    """Refuse a cost of leaving that no future ever pays."""
    leaf = get.leaf("exit.cost")
    if leaf is None or get.offer.exit.at_horizon:
        return
    anywhere = [*get.file.common.events.values(), *(e for v in get.file.vendors.values() for e in v.events.values())]
    if not any(event.cancelled_after for event in anywhere):
        get.report(leaf.place, "is never paid (give exit.at_horizon: true, or an event with cancelled_after)")


def check_hourly_cost(get: Lookup) -> None:
    """Refuse the cost of a user said twice."""
    if get.file.company.hourly_cost and get.file.company.monthly_cost:
        why = "the cost of a user is said twice, also as hourly_cost (keep one; an hour is a 160th of a month)"
        get.report(("company", "monthly_cost"), why)


def check_margin(get: Lookup) -> None:
    """Refuse points on a margin of nothing, and a margin above 100 %."""
    leaf, company = get.leaf("effects.margin_points"), get.file.company
    if leaf is None or company.gross_margin is None:
        return
    if not any(all(getattr(company, fact) is not None for fact in facts) for facts in (SALES, CUSTOMERS)):
        of = " or ".join(f"({', '.join(facts[:-1])})" for facts in (SALES, CUSTOMERS))
        get.report(leaf.place, f"has nothing to act on without what the company sells: {of} (give one of the two)")
    today = get.reach(get.company("gross_margin"))[1]
    after = today + get.reach(get.offered("effects.margin_points"))[1]
    if after > 1 + 1e-9:
        get.report(
            leaf.place,
            f"'{leaf.asked}' on a gross margin of up to {today * 100:.4g}% makes {after * 100:.4g}%, above 100% (at"
            f" most {(1 - today) * 100:.4g} points)",
        )


def check_company(get: Lookup) -> None:
    """Refuse effects with nothing to act on, and numbers without their partner."""
    check_hourly_cost(get)
    check_support(get)
    check_margin(get)
    check_leads(get)
    check_exit(get)
    check_quote(get)
    check_seats(get)
    for path, needs in needs_of(Offer):
        if leaf := get.leaf(path):
            _check_needs(get, leaf.place, needs)
    if get.leaf("licence.list_price") is None and get.offer.catalogue is None:  # an entry gives it, or is refused
        get.report(
            ("vendors", get.name),
            "no licence.list_price, here or in common (give the price a seat and month)",
        )
    if get.leaf("licence.seats") is None and get.file.company.users is None:
        get.report(("vendors", get.name), "no number of seats (give company.users or licence.seats)")


def _check_needs(get: Lookup, place: Place, needs: Needs) -> None:
    """Refuse a number at a place that lacks what it needs."""
    missing = [f"company.{fact}" for fact in needs.facts if not _given(get, fact)]
    if missing:
        them = "it" if len(missing) == 1 else "them"
        get.report(place, f"has nothing to act on without {', '.join(missing)} (give {them})")
    if needs.partner and not _is_there(get, place, needs.partner):
        get.report(place, f"means nothing without {needs.partner} (give it too)")
    if needs.one_of and not any(_is_there(get, place, one) for one in needs.one_of):
        get.report(place, f"means nothing without {' or '.join(needs.one_of)} (give one of them)")


def _given(get: Lookup, fact: str) -> bool:
    """Whether the file says a company fact, in one way or another."""
    return any(getattr(get.file.company, way) is not None for way in (fact, INSTEAD.get(fact, fact)))


def _is_there(get: Lookup, place: Place, path: str) -> bool:
    """Whether a number beside the one at a place is given, or is left to other vendors."""
    return get.leaf(path) is not None or _default_for_others(get, place, path)


def check_quote(get: Lookup) -> None:
    """Refuse a quote said in money and as a multiple of the licence."""
    if len(stated := get.nearest(*QUOTE)) > 1 and (leaf := get.leaf(stated[1])):
        get.report(leaf.place, f"the quote is said twice, also as {stated[0]} (keep one)")


def check_seats(get: Lookup) -> None:
    """Refuse more seats than an edition of the catalogue is sold for."""
    if get.offer.catalogue is None or get.offer.catalogue not in entries():  # what is no entry is refused before
        return
    vendor, edition = entry(get.offer.catalogue)
    seats = get.reach(get.offered("licence.seats", get.company("users")))[1]
    if edition.maximum_seats is None or seats <= edition.maximum_seats:
        return
    fitting = [(key, e) for key, e in vendor.editions.items() if not e.partial and (e.maximum_seats or seats) >= seats]
    instead = f"{get.offer.catalogue.partition('/')[0]}/{fitting[0][0]} would" if fitting else "no other edition would"
    get.report(
        ("vendors", get.name, "catalogue"),
        f"{vendor.title} {edition.name} has at most {edition.maximum_seats} seats, not {seats:g} ({instead} fit)",
    )


def _default_for_others(get: Lookup, place: Place, partner: str) -> bool:
    """Whether a common number has its partner in other vendors: then it is a default this vendor has no use for."""
    section, key = partner.split(".")
    offers = get.file.vendors.values()
    return place[0] == "common" and any(getattr(getattr(offer, section), key) is not None for offer in offers)


def retention_of(get: Lookup) -> Retention:
    """Give the retention effect, refusing two ways of saying it and retention above 100 %."""
    stated = get.nearest(*RETENTION)
    if len(stated) > 1:
        place = _place(get, stated[1])
        get.report(place, f"retention is said twice, also as {stated[0]} (keep one)")
    numbers = {path: get.offered(path) for path in stated}
    retention = Retention(*(numbers.get(path, 0.0) for path in RETENTION))
    if stated and get.file.company.churn is not None:
        _check_retention(get, stated[-1], retention)
    return retention


def _place(get: Lookup, path: str) -> Place:
    leaf = get.leaf(path)
    return leaf.place if leaf else (path,)


def _check_retention(get: Lookup, path: str, retention: Retention) -> None:
    churn = get.reach(get.company("churn"))[0]
    points = get.reach(retention.points)[1]
    lift = get.reach(retention.lift)[1]
    after = (1 - churn + points) * (1 + lift) if not (points and lift) else 1 - churn
    if after <= 1 + 1e-9:
        return
    leaf = get.leaf(path)
    asked = leaf.asked if leaf else ""
    most = f"{churn * 100:.4g} points" if path.endswith("points") else f"{churn / (1 - churn) * 100:.4g}%"
    get.report(
        _place(get, path),
        f"'{asked}' on a retention of {(1 - churn) * 100:.4g}% (churn {churn * 100:.4g}%) implies"
        f" {after * 100:.4g}% retention, above 100% (at most {most}; if churn is meant to fall by that share,"
        " write it as churn_reduction)",
    )
