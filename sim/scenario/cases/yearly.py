"""From `rows` to lines, and what `method: tei` asks of a file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.errors import Problem, suggestion
from sim.finance.cash_flows import Discounting
from sim.model.case import Case
from sim.model.key_figures.table import KPIS
from sim.model.lines.yearly import ByYear, Retained, YearlyRow
from sim.scenario.cases.custom import NATURES
from sim.scenario.cases.lookup import Lookup
from sim.scenario.shapes.file import Offer, ScenarioFile
from sim.scenario.shapes.rows import Method, RetainedShape, RowShape
from sim.scenario.tree import Node, Place

EXAMPLE = "{kind: benefit, years: [$50k, $80k, $100k]}"


def yearly_rows(get: Lookup) -> Iterator[YearlyRow]:
    """Give the rows of a vendor; those of amounts of zero are left out."""
    for name, shape in get.offer.rows.items():
        row = _row(get, name, shape)
        if row is not None and not (row.initial == 0.0 and row.base == (0.0,)):
            yield row


def _row(get: Lookup, name: str, shape: RowShape) -> YearlyRow | None:
    base = _base(get, name, shape)
    if shape.kind is None or base is None:
        if not get.is_default("rows", name, "kind", "initial", "years", "factors", "retained"):
            missing = "kind" if shape.kind is None else "amount"
            get.report(get.place_of("rows", name), f"no {missing} (such as {EXAMPLE})")
        return None
    initial, starts_after, grows = (get.number(leaf) for leaf in (shape.initial, shape.starts_after, shape.grows))
    return YearlyRow(
        name=name,
        nature=NATURES[shape.kind, shape.soft or False],
        base=base,
        factors=tuple(get.numbers(by_year) for by_year in shape.factors.values()),
        ramp=get.numbers(shape.ramp) or (1.0,),
        risk=get.number(shape.risk_adjustment),
        step=shape.round_to or 0.0,
        initial=initial,
        starts_after=starts_after,
        grows=grows,
    )


def _base(get: Lookup, name: str, shape: RowShape) -> ByYear | Retained | None:
    """Give what the factors of a row multiply; None if it has no amount at all."""
    years, retained = get.numbers(shape.years), _retained(get, name, shape.retained)
    if years and retained:
        get.report(get.place_of("rows", name), "the amount is said twice, as years and as retained (keep one)")
    if years or retained:
        return years or retained
    if shape.factors:
        return (1.0,)
    return None if shape.initial is None else (0.0,)


def _retained(get: Lookup, name: str, shape: RetainedShape) -> Retained | None:
    base, rates = get.numbers(shape.base), tuple(get.numbers(by_year) for by_year in shape.rates.values())
    if base and rates:
        return Retained(base, rates, shape.round_to or 0.0, bool(shape.with_base))
    if base or rates:
        lacks = "rates" if base else "base"
        get.report((*get.place_of("rows", name), "retained"), f"means nothing without {lacks} (give base and rates)")
    return None


def check_method(file: ScenarioFile, tree: Node, problems: list[Problem]) -> None:
    """Refuse what `method: tei`, and a scenario given by rows alone, have no use for."""
    report = _reporter(tree, problems)
    if file.months is not None and file.years is not None:
        report(("years",), "the horizon is said twice, also as months (keep one)")
    if file.method is Method.TEI and tree.at(("discounting",)) and file.discounting is not Discounting.INITIAL:
        report(("discounting",), "method: tei discounts whole years after an undiscounted start (leave this out)")
    if file.risk_adjustments and file.method is not Method.TEI:
        report(("risk_adjustments",), "need `method: tei`; else ranges and events hold the risk (leave them out)")
    if not file.by_rows:
        return
    if file.method is not Method.TEI:
        report(_first_rows(file), "rows need `method: tei` at the top of the file (add it)")
    for key, instead in _NO_USE.items():
        if tree.at((key,)) is not None and not (key == "months" and file.years):  # said twice is said already
            report((key,), f"has no use in a scenario of rows ({instead})")
    for name in KPIS:
        if getattr(file.kpis, name) is not None:
            report(("kpis", name), "cannot be computed from rows (give company, licence and effects instead)")
    for place, offer in _offers(file):
        _check_offer(offer, place, tree, report)
    for name, vendor in file.vendors.items():
        if not vendor.rows and not file.common.rows:
            report(("vendors", name), f"no rows, here or in common (such as {EXAMPLE})")


_NO_USE = {
    "kpi_month": "key figures are those of the CRM model",
    "risk_adjustments": "give risk_adjustment in a row",
    "months": "give years",
    "prepaid_at_horizon": "rows say what is paid in each year",
    "inflation": "amounts are those of their year; give grows in a row",
    "finance_rate": "for MIRR, which yearly tables do not have; leave it out",
    "reinvestment_rate": "for MIRR, which yearly tables do not have; leave it out",
}
_KEPT = {"rows", "events", "inputs", "source", "note"}
_EVENTS = ("delay_months", "adoption", "price", "cancelled_after")

Report = Callable[[Place, str], None]


def _check_offer(offer: Offer, place: Place, tree: Node, report: Report) -> None:
    node = tree.at(place)
    for key in node.value if node is not None and isinstance(node.value, dict) else ():
        if key not in _KEPT:
            report((*place, key), "has no place beside rows, which give the whole account (make it a row)")
    for name, event in offer.events.items():
        for key in _EVENTS:
            if getattr(event, key) is not None:
                report((*place, "events", name, key), "has nothing to act on in rows (use benefits, costs or cost)")


def _offers(file: ScenarioFile) -> list[tuple[Place, Offer]]:
    return [(("common",), file.common), *((("vendors", name), vendor) for name, vendor in file.vendors.items())]


def _first_rows(file: ScenarioFile) -> Place:
    return next((*place, "rows") for place, offer in _offers(file) if offer.rows)


def _reporter(tree: Node, problems: list[Problem]) -> Report:
    return lambda place, message: problems.append(tree.problem(place, message, at_key=True))


def check_risks(file: ScenarioFile, cases: Mapping[str, Case], tree: Node, problems: list[Problem]) -> None:
    """Refuse a risk adjustment of a line that no vendor has."""
    names = {line.name for case in cases.values() for line in case.lines}
    for name in file.risk_adjustments:
        if name not in names and not file.by_rows:
            hint = suggestion(name, names) or f" (one of: {', '.join(sorted(names))})"
            problems.append(tree.problem(("risk_adjustments", name), f"no line is called '{name}'{hint}", at_key=True))


def stated_missing(raw: dict[str, Any]) -> list[str]:
    """Give the keys that a file must have and has not, beyond those every scenario needs."""
    common, vendors = raw.get("common"), raw.get("vendors")
    offers = [common, *(vendors.values() if isinstance(vendors, dict) else ())]
    if any(isinstance(offer, dict) and "rows" in offer for offer in offers):
        return ["years"] if not {"years", "months"} & raw.keys() else []
    missing = [] if {"years", "months"} & raw.keys() else ["months"]
    return missing if "company" in raw else [*missing, "company"]
