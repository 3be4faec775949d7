"""Priors and list prices as text: a table of all, or everything about one."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from sim.errors import UsageError, suggestion
from sim.numbers.writing import PREFERRED_SIGNS, input_value, visible
from sim.scenario.evidence.catalogue import (
    OLD_MONTHS,
    CatalogueVendor,
    Edition,
    Price,
    Quote,
    age,
    catalogue,
    is_old,
    named,
    quotes,
)
from sim.scenario.evidence.priors import Prior, Refused, priors
from sim.scenario.evidence.reading import Grade

INDENT = "  "
PROBABILITIES = (0.1, 0.5, 0.9)
OLD = f"old: a price was read more than {OLD_MONTHS} months ago; look it up and give licence.list_price."


def figures(prior: Prior) -> list[str]:
    """Give P10, P50 and P90 of a prior in its unit."""
    values = prior.distribution.ppf(np.array(PROBABILITIES))
    return [input_value(float(value), prior.unit, priors().currency) for value in values]


def matching(word: str) -> tuple[list[Prior], list[tuple[str, Refused]]]:
    """Give the priors, and the refused claims by name, that a word is found in."""
    wanted = word.lower()
    matches = [prior for prior in priors() if wanted in _searched(prior)]
    refused = [(n, claim) for n, claim in priors().refused.items() if wanted in f"{n} {claim.says} {claim.why}".lower()]
    return matches, refused


def _searched(prior: Prior) -> str:
    texts = [text for p in prior.published for text in (p.says, str(p.source))]
    return " ".join((prior.name, *prior.places, prior.means, prior.conditional, str(prior.source), *texts)).lower()


def priors_lines(word: str, width: int) -> list[str]:
    """Give everything about the prior of that name, else a table of those that a word is found in.

    Raises:
        UsageError: nothing fits.
    """
    if (one := priors().named(word)) is not None:
        return prior_lines(one, width)
    matches, refused = matching(word)
    if not matches and not refused:
        hint = suggestion(word, [prior.name for prior in priors()])
        raise UsageError(f"no prior has '{word}' in its name, place, meaning or source{hint}")
    names = max((len(prior.name) for prior in matches), default=0) + 2
    lines = [_row("Prior", names, ("P10", "P50", "P90"), "Grade"), "─" * min(width, names + 33)] if matches else []
    section = ""
    for prior in matches:
        if section != (section := _section(prior)):
            lines += ["", section]
        lines += [
            _row(prior.name, names, figures(prior), prior.grade),
            *_said(f"{prior.law.text}; {prior.source}", width),
        ]
    return [*lines, *_refused(refused, width), "", *_ending(matches, width)]


def _row(name: str, names: int, values: Sequence[str], grade: str) -> str:
    return f"{name:{names}}{''.join(f'{value:>9}' for value in values)}  {grade}"


def _section(prior: Prior) -> str:
    section, dot, _ = prior.places[0].partition(".")
    return "Claims, for stress tests only" if prior.claim else section if dot else "top of the file"


def _refused(refused: Iterable[tuple[str, Refused]], width: int) -> list[str]:
    lines = [line for n, c in refused for line in (n, *_said(f"{c.says} ({c.source}): {c.why}", width))]
    return ["", "Refused", *lines] if lines else []


def _ending(matches: Sequence[Prior], width: int) -> list[str]:
    grades = "; ".join(f"{grade}: {grade.means}" for grade in Grade)
    ending = [f"Grades: {grades}."]
    if matches:
        ending += [f"Use one with {{prior: {matches[0].name}}}; sim priors {matches[0].name} shows its evidence."]
    return [line for text in ending for line in textwrap.wrap(text, width)]


def prior_lines(prior: Prior, width: int) -> list[str]:
    """Give everything about one prior."""
    low, middle, high = figures(prior)
    mean = input_value(prior.distribution.mean, prior.unit, priors().currency)
    facts = {
        "is": "an extreme claim, for stress tests only" if prior.claim else "a default prior",
        "law": prior.law.text,
        "figures": f"P10 {low}, P50 {middle}, P90 {high}, mean {mean}",
        "unit": prior.unit.what,
        "for": ", ".join(prior.places),
        "holds at": prior.conditional,
        "grade": f"{prior.grade} ({prior.grade.means})",
        "source": str(prior.source),
        "as of": str(prior.as_of),
        "note": prior.note or "",
    }
    seen = [f"{p.grade}  {p.says} ({p.source})" for p in prior.published]
    lines = _facts(prior.name, prior.means, facts, width)
    return [*lines, *_listed("Published", seen, width), "", f"{prior.places[0]}: {{prior: {prior.name}}}"]


def _facts(title: str, about: str, facts: dict[str, str], width: int) -> list[str]:
    margin = max(map(len, facts)) + 3
    lines = [
        line
        for name, text in facts.items()
        if text
        for line in textwrap.wrap(
            visible(text), width, initial_indent=f"{INDENT}{name:{margin - 2}}", subsequent_indent=" " * margin
        )
    ]
    return [title, *textwrap.wrap(about, width), "", *lines]


def _listed(title: str, texts: Iterable[str], width: int) -> list[str]:
    wrapped = [line for text in texts for line in _said(text, width)]
    return ["", title, *wrapped] if wrapped else []


def _said(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        visible(text), width, initial_indent=INDENT, subsequent_indent=INDENT * 2, break_on_hyphens=False
    )


def vendors_lines(name: str | None, today: date, width: int) -> list[str]:
    """Give everything about a vendor's list prices, or a table of all vendors.

    Raises:
        UsageError: no such vendor.
    """
    if name is not None:
        return vendor_lines(name.partition("/")[0], today, width)
    table = _columns(
        ["Vendor", "A seat and month", "Read", "Age", "Grade"],
        [(_summary(key, vendor, today), _about(vendor)) for key, vendor in catalogue().items()],
        width,
    )
    ending = "Use one with catalogue: vtiger/enterprise in a vendor; sim vendors vtiger shows its editions."
    return [*table, "", *(line for text in (OLD, ending) for line in textwrap.wrap(text, width))]


def _summary(key: str, vendor: CatalogueVendor, today: date) -> list[str]:
    every = [q for edition in vendor.editions.values() for q in quotes(vendor, edition)]
    oldest = min(q.as_of for q in every)
    best, worst = min(q.grade for q in every), max(q.grade for q in every)
    grade = best if best == worst else f"{best}-{worst}"
    return [key, _span(every), str(oldest), _aged(oldest, today), grade]


def _about(vendor: CatalogueVendor) -> str:
    fee = ", and a platform fee" if any(edition.platform_fee for edition in vendor.editions.values()) else ""
    return f"{vendor.title}{fee}; {vendor.source}"


def _span(every: Sequence[Quote]) -> str:
    dollars = [q for q in every if q.currency == "USD"]
    ends = Price(min(q.price.low for q in dollars), max(q.price.high for q in dollars))
    return amount(ends, "USD")


def _aged(day: date, today: date) -> str:
    return f"{age(day, today)}{' old' if is_old(day, today) else ''}"


def _columns(header: Sequence[str], rows: Sequence[tuple[Sequence[str], str]], width: int) -> list[str]:
    """Give a table; each row has a text that goes below it."""
    sizes = [max(len(row[c]) for row in (header, *(cells for cells, _ in rows))) + 2 for c in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "".join(f"{cell:{size}}" for cell, size in zip(cells, sizes, strict=True)).rstrip()

    below = [part for cells, text in rows for part in (line(cells), *_said(text, width))]
    return [line(header), "─" * min(width, sum(sizes) - 2), *below]


def vendor_lines(key: str, today: date, width: int) -> list[str]:
    """Give the editions of one vendor with every price, and what is known of its terms.

    Raises:
        UsageError: no such vendor.
    """
    vendor = named(key)
    rows = [row for name, edition in vendor.editions.items() for row in _prices(name, vendor, edition, today)]
    old = [OLD] if any("old" in cells[3].split() for cells, _ in rows) else []
    return [
        vendor.title,
        *([vendor.page] if vendor.page else []),
        "",
        *_columns([f"{key}/", "A seat and month", "Billing", "Age", "Grade"], rows, width),
        *_listed("Terms and remarks", [*_terms(vendor), *vendor.remarks, *old], width),
        *_listed("Other sources print", [f"{c.says} ({c.source})" for c in vendor.conflicts], width),
    ]


def _prices(name: str, vendor: CatalogueVendor, edition: Edition, today: date) -> list[tuple[list[str], str]]:
    """Give a row a way of billing and source, in the first of its currencies; the others go below it."""
    by_terms: dict[tuple[str, ...], list[str]] = {}
    for q in quotes(vendor, edition):
        terms = (q.billing, _aged(q.as_of, today), q.grade, f"{edition.name}{_limits(edition)}; {q.source}, {q.as_of}")
        by_terms.setdefault(terms, []).append(amount(q.price, q.currency))
    return [
        ([name, prices[0], billing, aged, grade], f"{about}{'; also ' if prices[1:] else ''}{', '.join(prices[1:])}")
        for (billing, aged, grade, about), prices in by_terms.items()
    ]


def amount(price: Price, currency: str) -> str:
    """Write a price, or its range, in a currency."""
    sign = PREFERRED_SIGNS.get(currency, f"{currency} ")
    low, high = (f"{value:,.10g}" for value in (price.low, price.high))
    return f"{sign}{low}" if low == high else f"{sign}{low} to {high}"


def _limits(edition: Edition) -> str:
    limits = (("from", edition.minimum_seats), ("up to", edition.maximum_seats))
    texts = [f"{word} {seats}" for word, seats in limits if seats is not None]
    return f" ({' '.join(texts)} seats)" if texts else ""


def _terms(vendor: CatalogueVendor) -> list[str]:
    """Say what is known of fees, monthly billing and renewals."""
    terms = [
        f"{name}: {amount(fee, currency)} a month on top for the platform"
        for name, edition in vendor.editions.items()
        for currency, fee in edition.platform_fee.items()
    ]
    if (monthly := vendor.monthly_premium) is not None:
        terms.append(f"monthly billing: +{percent(monthly.premium)} ({monthly.source}; {monthly.grade.text})")
    if (rises := vendor.rises) is not None:
        each = ", ".join(f"+{percent(rate)} in a term of {term} months" for term, rate in rises.per_year.items())
        terms.append(f"renewals, a year: {each} ({rises.source}; {rises.grade.text})")
    return terms


def percent(share: Price) -> str:
    """Write a share, or its range, in percent."""
    return f"{share.low:.0%}" if share.low == share.high else f"{share.low:.0%} to {share.high:.0%}"
