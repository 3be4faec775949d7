"""Presets: a complete, commented scenario for an industry, a size and some vendors, as `sim init` writes it.

Industries and sizes are baselines only. What a CRM changes comes from the default priors, the same for all of them.
"""

import json
import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.errors import UsageError
from sim.numbers.spec import Spec
from sim.scenario.evidence.catalogue import entry, named
from sim.scenario.evidence.reading import Day, data_text, shaped

FILE = "presets.yaml"
TEMPLATE = "preset.txt"
SIZE = "medium"
"""The size of firm if none is given."""
TICKETS_PER_USER = 6
LEGACY_PER_USER = 10
"""Dollars a user and month."""


class Sourced(Spec):
    """A number as a scenario file writes it, with its source."""

    value: str
    source: str


class Size(Spec):
    """What goes with the size of a firm."""

    users: int = Field(gt=0)
    title: str
    live: str
    """Prior of the time to go-live."""
    delay: str
    """Prior of its delay."""
    team_fte: float


class Industry(Spec):
    """The baseline of a made-up firm of an industry; counts for each user."""

    title: str
    retention: Sourced
    margin: Sourced
    leads: float
    deal_value: Annotated[str, BeforeValidator(str)]
    customers: float
    revenue_per_customer: Annotated[str, BeforeValidator(str)]
    cycle: float
    recurring: str


class VendorDefaults(Spec):
    """What a vendor's bare name stands for."""

    small: str
    medium: str
    large: str
    discount: str
    """Prior of its discount."""
    setup: str | None = None
    """light or heavy, whatever the size; if not given, light for a small firm and standard for others."""


class PresetData(Spec):
    """The data file."""

    as_of: Day
    sizes: dict[str, Size]
    industries: dict[str, Industry]
    vendors: dict[str, VendorDefaults]
    default_vendors: tuple[str, ...]


@cache
def preset_data() -> PresetData:
    """Give the data of the presets."""
    return shaped(PresetData, data_text(FILE), shown=f"sim/data/{FILE}")


def preset_text(industry: str, size: str = SIZE, vendors: Sequence[str] = ()) -> str:
    """Give a scenario file that runs as it is.

    Args:
        industry: one of the industries.
        size: small, medium or large.
        vendors: names from the price catalogue, `vtiger/enterprise`, or a vendor alone, which takes the edition that
            goes with the size; a default set if none is given.

    Raises:
        UsageError: there is no such industry, size, vendor or edition; the message lists those there are.
    """
    data = preset_data()
    firm = data.industries[_choice("industry", industry, data.industries)]
    scale = data.sizes[_choice("size", size, data.sizes)]
    chosen = [_full(name, size) for name in vendors or data.default_vendors]
    if twice := [name for name in chosen if chosen.count(name) > 1]:
        raise UsageError(f"the vendor '{twice[0]}' is given twice")
    rising = [name for name in chosen if _rises_unknown(name)]
    command = f"sim init --industry {industry} --size {size} --vendors {','.join(chosen)}"
    texts = _baseline(firm, scale) | {
        "command": command,
        "size": scale.title,
        "title": firm.title,
        "name": _quoted(f"{scale.title[0].upper()}{scale.title[1:]} {firm.title}, {scale.users} users"),
        "uplift_input": "\n  renewal_uplift: {prior: renewal_uplift}" if rising else "",
        "across": _ACROSS if len(rising) > 1 else "",
        "vendors": "\n\n".join(_vendor(name, size) for name in chosen),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], data_text(TEMPLATE))


_ACROSS = "  across_vendors: {renewal_uplift: 0.3}     # prices rise with inflation everywhere, not all alike\n"


def _rises_unknown(name: str) -> bool:
    """Whether the catalogue does not say what a renewal after a year costs more."""
    rises = entry(name)[0].rises
    return rises is None or rises.at_renewal(12) is None


def _choice(what: str, choice: str, choices: Collection[str]) -> str:
    if choice not in choices:
        near = get_close_matches(choice, choices, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise UsageError(f"no {what} is called '{choice}' ({hint}one of: {', '.join(choices)})")
    return choice


def _full(name: str, size: str) -> str:
    """Give a vendor with its edition."""
    data = preset_data()
    vendor, slash, edition = name.partition("/")
    _choice("vendor", vendor, data.vendors)
    if slash:
        _choice(f"edition of {vendor}", edition, named(vendor).editions)
        return name
    return f"{vendor}/{getattr(data.vendors[vendor], size)}"


def _baseline(firm: Industry, size: Size) -> dict[str, str]:
    """Give the texts of the company's numbers."""
    users = size.users
    return {
        "users": str(users),
        "made_up": _quoted(f"assumption: a made-up {size.title} {firm.title}"),
        "leads": f"{users * firm.leads:g}",
        "deal_value": firm.deal_value,
        "margin": firm.margin.value,
        "margin_source": _quoted(firm.margin.source),
        "customers": f"{users * firm.customers:g}",
        "revenue_per_customer": firm.revenue_per_customer,
        "churn": f"{100 - float(firm.retention.value.rstrip('%')):g}%",
        "churn_source": _quoted(firm.retention.source),
        "recurring": firm.recurring,
        "cycle": f"{firm.cycle:g}",
        "tickets": f"{users * TICKETS_PER_USER}",
        "legacy": f"${users * LEGACY_PER_USER}",
        "team_fte": f"{size.team_fte:g}",
        "live": size.live,
        "delay": size.delay,
    }


def _vendor(name: str, size: str) -> str:
    vendor = name.partition("/")[0]
    defaults = preset_data().vendors[vendor]
    setup = defaults.setup or ("light" if size == "small" else "standard")
    about, edition = entry(name)
    uplift = ", uplift: renewal_uplift" if _rises_unknown(name) else ""
    lines = [
        f"  {_quoted(f'{about.title} {edition.name}')}:",
        f"    catalogue: {name}",
        f"    licence: {{discount: {{prior: {defaults.discount}}}{uplift}}}",
        f"    implementation: {{quote_to_licence: {{prior: implementation_{setup}}}}}",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Give a text as a quoted scalar of YAML, which a string of JSON is."""
    return json.dumps(text, ensure_ascii=False)
