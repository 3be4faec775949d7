"""`catalogue: vtiger/enterprise` in a vendor of a file: its list price and terms put where the file leaves them out.

The entry becomes part of the tree before the shapes check it, at the place of the key `catalogue`. So it passes the
same checks as what a planner writes, and whatever the file says itself, for the vendor or in common, stands.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sim.errors import Problem, UsageError
from sim.model.lines.licence import Billing
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.reading import Reading, read_number
from sim.scenario.evidence.catalogue import CatalogueVendor, Edition, Price, Quote, age, entry, is_old, quote, quotes
from sim.scenario.tree import Node


class Stocked(NamedTuple):
    """A tree with the entries of the catalogue in it, and what to warn of."""

    tree: Node
    warnings: tuple[Problem, ...]


def stocked(tree: Node, today: date, notation: Notation, problems: list[Problem]) -> Stocked:
    """Put list prices and terms into every vendor that names an entry, in the notation of the file.

    What cannot be is added to `problems`.
    """
    vendors = tree.child("vendors")
    if vendors is None or not isinstance(vendors.value, dict) or not isinstance(tree.value, dict):
        return Stocked(tree, ())
    warnings: list[Problem] = []
    filled = {
        name: _filled(tree, name, node, today, notation, problems, warnings) for name, node in vendors.value.items()
    }
    return Stocked(_with(tree, vendors=_with(vendors, **filled)), tuple(warnings))


def _with(node: Node, **children: Node) -> Node:
    held = node.value if isinstance(node.value, dict) else {}
    return Node({**held, **children}, node.file, node.line, node.column, node.key_line, node.key_column)


def _filled(
    tree: Node,
    name: str,
    vendor: Node,
    today: date,
    notation: Notation,
    problems: list[Problem],
    warnings: list[Problem],
) -> Node:
    """Give a vendor of the file with what its entry adds."""
    key = vendor.child("catalogue")
    if key is None or not isinstance(key.value, str):  # what is no text is refused with the shapes
        return vendor
    place = ("vendors", name, "catalogue")
    stated = _said(tree.at(("common", "licence"))) | _said(vendor.child("licence"))
    try:
        added, price = _terms(key.value, stated, _currency(tree))
    except UsageError as error:
        problems.append(tree.problem(place, str(error)))
        return vendor
    if price is not None and is_old(price.as_of, today):
        why = f"the list price of {key.value} was read {age(price.as_of, today)} ago, on {price.as_of} ({price.source})"
        warnings.append(tree.problem(place, f"{why}; look it up and give licence.list_price [old-price]"))
    new = {field: _node(_noted(value, notation), key) for field, value in added.items() if field not in stated}
    licence = vendor.child("licence") or Node({}, key.file, key.line, key.column, key.key_line, key.key_column)
    return _with(vendor, licence=_with(licence, **new)) if isinstance(licence.value, dict) else vendor


def _said(licence: Node | None) -> dict[str, Node]:
    """Give what a file says of a licence."""
    value = licence.value if licence is not None else None
    return {key: node for key, node in value.items() if node.value is not None} if isinstance(value, dict) else {}


def _currency(tree: Node) -> str:
    node = tree.child("currency")
    return str(node.value) if node is not None else "USD"


def _terms(name: str, stated: Mapping[str, Node], currency: str) -> tuple[dict[str, Any], Quote | None]:
    """Give what an entry says of a licence, as a file would, and the list price if the file says none.

    Raises:
        UsageError: there is no such entry, or it has no price in the currency, or for the way of billing.
    """
    vendor, edition = entry(name)
    terms: dict[str, Any] = {}
    if edition.minimum_seats is not None:
        terms["minimum_seats"] = {"value": edition.minimum_seats, "source": _cite(name, vendor)}
    price = None
    if "list_price" not in stated:
        price = _priced(name, vendor, edition, currency, _billing(stated))
        terms["list_price"] = {
            "value": price.price.text(currency + " {:.12g}"),
            "source": f"catalogue {name}, {price.cited}",
        }
        terms["billing"] = str(price.billing)
    if edition.platform_fee and "platform_fee" not in stated:
        terms["platform_fee"] = _fee(name, vendor, edition, currency)
    return terms | _rises(name, vendor, stated), price


def _priced(name: str, vendor: CatalogueVendor, edition: Edition, currency: str, billing: Billing | None) -> Quote:
    offer = quote(vendor, edition, currency, billing)
    if offer is not None:
        return offer
    known = sorted({q.currency for q in quotes(vendor, edition)})
    if currency not in known:
        raise UsageError(
            f"{name} has list prices in {', '.join(known)}, none in {currency}, the scenario's currency"
            f" (give licence.list_price in {currency}, as the vendor quotes it)"
        )
    raise UsageError(f"{name} has no list price for {billing} billing (give licence.list_price, or the other billing)")


def _fee(name: str, vendor: CatalogueVendor, edition: Edition, currency: str) -> dict[str, Any]:
    if currency not in edition.platform_fee:
        known = ", ".join(edition.platform_fee)
        raise UsageError(f"{name} has a platform fee in {known} (give licence.platform_fee in {currency})")
    return {
        "value": edition.platform_fee[currency].text(currency + " {:.12g}"),
        "source": _cite(name, vendor),
    }


def _rises(name: str, vendor: CatalogueVendor, stated: Mapping[str, Node]) -> dict[str, Any]:
    """Give the rise at renewals, where it is known for the term of the contract."""
    rises = vendor.rises
    rise = rises.at_renewal(_term(stated)) if rises is not None else None
    if rises is None or rise is None or "uplift" in stated:
        return {}
    percent = Price(100 * rise.low, 100 * rise.high).text("{:.6g}%")
    uplift = {"value": percent, "source": f"catalogue {name}, {rises.grade.text}: {rises.source}"}
    return {"uplift": uplift} | ({"capped_at_list": True} if rises.capped_at_list else {})


def _cite(name: str, vendor: CatalogueVendor) -> str:
    return f"catalogue {name}, {vendor.grade.text}: {vendor.source}, read {vendor.as_of}"


def _billing(stated: Mapping[str, Node]) -> Billing | None:
    """Give the billing that a file asks for; what is no choice is refused with the shapes."""
    value = stated["billing"].value if "billing" in stated else None
    return Billing(value) if isinstance(value, str) and value in list(Billing) else None


def _term(stated: Mapping[str, Node]) -> int:
    """Give the months between renewals; what is no time is refused with the shapes."""
    plain = stated["term_months"].plain() if "term_months" in stated else 12
    try:
        return int(read_number(plain["value"] if isinstance(plain, dict) else plain, Reading(kind=Kind.MONTHS)))
    except (ValueError, KeyError):
        return 0


def _noted(term: object, notation: Notation) -> object:
    """Give what an entry says of a term with its numbers as the file writes them; sources stay as they are."""
    if isinstance(term, dict):
        return {key: item if key == "source" else _noted(item, notation) for key, item in term.items()}
    return notation.write(term) if isinstance(term, str) else term


def _node(value: object, at: Node) -> Node:
    """Give a value as part of the tree, at the place of the key that asked for it."""
    inner = {key: _node(child, at) for key, child in value.items()} if isinstance(value, dict) else value
    return Node(inner, at.file, at.line, at.column, at.key_line, at.key_column)
