"""The ten features of a CRM as a scenario file lists them: at what quality, and whether they count by default."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, describe, looks_numeric, read_number
from sim.numbers.spec import NUMBER_OF, Spec
from sim.scenario.number import Leaf

DEFAULT = "default"
"""All the features that a vendor has, at their default effects."""

HOW = "(write full, basic, none, or a share such as 70%)"


class Feature(StrEnum):
    """The features by name."""

    ORDER_FULFILMENT = "order_fulfilment"
    SUPPORT = "support"
    CROSS_SELLING = "cross_selling"
    UPSELLING = "upselling"
    RENEWALS = "renewals"
    QUOTING = "quoting"
    WEB_TO_LEAD = "web_to_lead"
    PORTAL = "portal"
    FORECASTING = "forecasting"
    COMMISSIONS = "commissions"


def _quality(value: object, info: ValidationInfo) -> Leaf:
    """Read a quality, or one with its source; a word stays a word until the data says what it is worth."""
    inner, source, note = value, "", ""
    if isinstance(value, dict):
        if "value" not in value or value.keys() - {"value", "source", "note"}:
            raise ValueError(f"cannot read this as a quality {HOW}")
        inner, source, note = value["value"], str(value.get("source") or ""), str(value.get("note") or "")
    return Leaf(_worth(inner, info), str(inner), source, note)


def _worth(value: object, info: ValidationInfo) -> float | str:
    if isinstance(value, str) and value in ("full", "basic", "none"):
        return value
    if isinstance(value, bool | dict | list) or (isinstance(value, str) and not looks_numeric(value)):
        raise ValueError(f"{describe(value)} is no quality {HOW}")
    reading = info.context if isinstance(info.context, Reading) else Reading()
    share = read_number(value, reading.of_kind(Kind.RATE))
    if not 0 <= share <= 1:
        raise ValueError(f"{value} will not do (a quality lies between 0% and 100%)")
    return share


QUALITY = "quality"
"""Name of the definition of a quality in the JSON Schema."""

_BARE: list[dict[str, Any]] = [
    {"enum": ["full", "basic", "none"]},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "string", "pattern": r"\d"},
]
_WITH_SOURCE: dict[str, Any] = {
    "type": "object",
    "properties": {"value": {"anyOf": _BARE}, "source": {"type": "string"}, "note": {"type": "string"}},
    "required": ["value"],
    "additionalProperties": False,
}

QUALITY_SCHEMA: dict[str, Any] = {
    "anyOf": [*_BARE, _WITH_SOURCE],
    "description": f"A quality {HOW}.",
}

Quality = Annotated[Leaf, PlainValidator(_quality), WithJsonSchema({NUMBER_OF: QUALITY})]
"""full, basic, none or a share: certain, since what is uncertain about a feature is its effect."""


class Features(Spec):
    """Which of the ten features that drive a return a vendor has: full, basic, none, or a share such as 70%.

    They are recorded. What they bring is counted only where `feature_effects` says so.
    """

    order_fulfilment: Quality | None = None
    """Orders become deliveries and invoices without being typed again."""
    support: Quality | None = None
    """Agents see a customer's history and can pass tasks on."""
    cross_selling: Quality | None = None
    """Suggests what goes with what a customer has."""
    upselling: Quality | None = None
    """Suggests the larger version of what a customer has."""
    renewals: Quality | None = None
    """Contracts are renewed, or brought up, in time."""
    quoting: Quality | None = None
    """Quotes are written inside the CRM."""
    web_to_lead: Quality | None = None
    """Forms of the website become leads."""
    portal: Quality | None = None
    """Customers help themselves."""
    forecasting: Quality | None = None
    """Sales forecasts for staff and budget."""
    commissions: Quality | None = None
    """Commissions are worked out by the CRM."""


def _counted(value: object) -> tuple[str, ...]:
    """Read which features count: `default` for all that a vendor has, or a list of them."""
    if value == DEFAULT:
        return (DEFAULT,)
    names = list(Feature)
    if not isinstance(value, list) or not value:
        raise ValueError(f"expected default or a list of features, got {describe(value)} (such as [quoting, portal])")
    if unknown := [name for name in value if name not in names]:
        raise ValueError(f"no feature is called {describe(unknown[0])} (one of: {', '.join(names)})")
    if twice := [name for name in value if value.count(name) > 1]:
        raise ValueError(f"'{twice[0]}' is listed twice (list it once)")
    return tuple(value)


FeatureEffects = Annotated[
    tuple[str, ...],
    PlainValidator(_counted),
    WithJsonSchema({"anyOf": [{"const": DEFAULT}, {"type": "array", "items": {"enum": list(Feature)}, "minItems": 1}]}),
]
