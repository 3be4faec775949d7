"""The page of priors and list prices, made from their data: `python docs/evidence.py` writes docs/evidence.md."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.cli.evidence import amount, figures, percent
from sim.report.escape import markdown
from sim.scenario.evidence.catalogue import OLD_MONTHS, CatalogueVendor, catalogue, quotes
from sim.scenario.evidence.priors import Prior, priors
from sim.scenario.evidence.reading import Grade

PAGE = Path(__file__).with_name("evidence.md")

START = """\
# Evidence: priors and list prices

What the program brings along: default distributions with what was published about them, and list prices of nine
vendors. It is made from the files in `sim/data` by `python docs/evidence.py`; change the data, not the page. Nothing
here is used unless a scenario names it, and your own numbers are always better.

`sim priors` and `sim vendors` print the same, `sim priors NAME` and `sim vendors NAME` everything about one.

## Grades"""

PRIORS = """\
## Priors

The grade is that of the law as it is used, not of the best citation near it: A or B only where the law gives the
figures of such a source on the very thing, C where it departs from them or where they are about something near.

`{{prior: conversion_lift}}` stands wherever a number stands, and under `inputs`. It is an input like any other; `sim
inputs` and reports say that it is a default prior, with its source and grade. A prior whose evidence is about another
number warns; one of another unit, or of money in another currency than {currency}, is refused.

Ranges shrink what vendors and consultants claim and keep a tail without effect; "up to" figures are tails, never modes.
Almost every published lift is a mean over users who stayed, so it contains adoption; the priors are **at full adoption
and before attribution**, because the model multiplies both itself. The evidence was gone through on {as_of}."""

CLAIMS = """\
### Claims

Extremes of two articles on the return of a CRM, to see what would follow if they held. Each warns by name wherever it
is used, and is refused as anything else than the lever that it is about."""

NONE = """\
### Without a prior

What only the firm knows has none: leads, conversion, deal value, margin, customers, churn, wages, and the money of
tickets, processes, quotes, migration to its own systems, integrations and leaving. `retention_points` and
`retention_lift` have none, as `churn_reduction` says the same; `commission_hours` depends on the size of the firm.
Inflation and tax are facts of a country."""

PRICES = """\
## List prices

`catalogue: vtiger/enterprise` in a vendor gives what its `licence` leaves out: list price, billing, fewest seats, a
platform fee, and rises at renewals where they are known for the term of the contract. What the file says, for the
vendor or in common, stands: `licence: {{discount: 10%}}` keeps the list price. A range of prices becomes a uniform
input. A price in another currency is refused, never converted. More seats than an edition has are refused, with the
edition that fits. A price read more than {months} months ago warns.

Prices are a seat and month. A rise is that of a year; at the renewal of a longer contract it compounds."""


def evidence_text() -> str:
    """Give the page."""
    sections = [
        ("Effects", "effects"), ("Rollout", "rollout"), ("Implementation", "implementation"), ("Training", "training"),
        ("Running and old tools", "administration legacy company"), ("Licence", "licence"),
        ("What may happen", "events"), ("Capital", "discount_rate"),
    ]  # fmt: skip
    ordinary = list(priors().priors.values())
    parts = [
        START,
        _table(["Grade", "Means"], [[grade, grade.means] for grade in Grade]),
        PRIORS.format(currency=priors().currency, as_of=priors().as_of),
        *(_priors(f"### {title}", ordinary, names.split()) for title, names in sections),
        f"{CLAIMS}\n\n{_laws(priors().claims.values())}",
        _table(["Refused", "Because"], [[f"{c.says} ({c.source})", c.why] for c in priors().refused.values()]),
        NONE,
        PRICES.format(months=OLD_MONTHS),
        *(_vendor(key, vendor) for key, vendor in catalogue().items()),
    ]
    return "\n\n".join(parts) + "\n"


def _priors(heading: str, every: Sequence[Prior], sections: Sequence[str]) -> str:
    """Give the priors whose first place is in one of some sections: their laws, then what was published."""
    found = [prior for prior in every if prior.places[0].partition(".")[0] in sections]
    seen = [f"- `{prior.name}`: {_published(prior)}." for prior in found if prior.published]
    return "\n\n".join([heading, _laws(found), *(["Published:", "\n".join(seen)] if seen else [])])


def _published(prior: Prior) -> str:
    return "; ".join(f"{markdown(p.says)} ({markdown(p.source or '')}, {p.grade})" for p in prior.published)


def _laws(found: Iterable[Prior]) -> str:
    rows = [
        [
            f"`{prior.name}`",
            f"{prior.means}; {prior.conditional}",
            ", ".join(f"`{place}`" for place in prior.places),
            f"{markdown(prior.law.text)} (P10 {', P50 '.join(figures(prior)[:2])}, P90 {figures(prior)[2]})",
            prior.grade,
            markdown(prior.source or ""),
        ]
        for prior in found
    ]
    return _table(["Prior", "What it is", "For", "Law", "Grade", "Source"], rows)


def _vendor(key: str, vendor: CatalogueVendor) -> str:
    rows = [
        [
            f"`{key}/{name}`",
            f"{edition.name}{_limits(edition.minimum_seats, edition.maximum_seats)}",
            amount(q.price, q.currency),
            q.billing,
            str(q.as_of),
            q.grade,
            markdown(q.source),
        ]
        for name, edition in vendor.editions.items()
        for q in quotes(vendor, edition)
    ]
    table = _table(["Entry", "Edition", "Price", "Billing", "Read", "Grade", "Source"], rows)
    said = [*_terms(vendor), *map(markdown, vendor.remarks)]
    said += [f"Also printed: {markdown(c.says)} ({markdown(c.source or '')})." for c in vendor.conflicts]
    return "\n\n".join([f"### {vendor.title}", table, *(["\n".join(f"- {text}" for text in said)] if said else [])])


def _limits(least: int | None, most: int | None) -> str:
    said = [f"{word} {seats}" for word, seats in (("from", least), ("up to", most)) if seats is not None]
    return f" ({' '.join(said)} seats)" if said else ""


def _terms(vendor: CatalogueVendor) -> list[str]:
    terms = [
        f"`{name}`: a platform fee of {amount(fee, currency)} a month on top."
        for name, edition in vendor.editions.items()
        for currency, fee in edition.platform_fee.items()
    ]
    if (monthly := vendor.monthly_premium) is not None:
        why = f"{markdown(monthly.source or '')}; {monthly.grade.text}"
        terms.append(f"Monthly billing: +{percent(monthly.premium)} ({why}).")
    if (rises := vendor.rises) is not None:
        each = ", ".join(f"+{percent(rate)} in a term of {term} months" for term, rate in rises.per_year.items())
        terms.append(f"Rise a year: {each} ({markdown(rises.source or '')}; {rises.grade.text}).")
    return terms


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(evidence_text(), encoding="utf-8")
