"""The JSON Schema of scenario files, for editors to complete and check while a planner types."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sim.distributions import FAMILIES
from sim.model.key_figures.table import KPIS, RECORDED
from sim.numbers.kinds import Kind
from sim.numbers.meanings import MeaningfulSchema
from sim.numbers.spec import NUMBER_OF, NUMBER_SCHEMA
from sim.scenario.evidence.catalogue import catalogue
from sim.scenario.evidence.priors import FromPrior, priors
from sim.scenario.from_data import FromData
from sim.scenario.number import MAX_MONTHS
from sim.scenario.shapes.features import QUALITY, QUALITY_SCHEMA
from sim.scenario.shapes.file import ScenarioFile

_TEXTS = {
    Kind.RATE: r"^\s*[-+]?\s*[\d.][\d_.,]*([eE][-+]?\d+)?\s*(%|bp)?\s*$|^[A-Za-z_]",
    Kind.MONEY: r"\d|^[A-Za-z_]",
    Kind.COUNT: r"\d|^[A-Za-z_]",
    Kind.MONTHS: r"\d|^[A-Za-z_]",
    Kind.HOURS: r"\d|^[A-Za-z_]",
    Kind.FACTOR: r"\d|^[A-Za-z_]",
    Kind.ANY: r"\d",
}


def scenario_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a scenario file."""
    shapes: list[type[BaseModel]] = [*FAMILIES, FromData, FromPrior]
    how: Any = {"ref_template": "#/$defs/{model}", "schema_generator": MeaningfulSchema}
    _, families = models_json_schema([(shape, "validation") for shape in shapes], **how)
    schema = ScenarioFile.model_json_schema(**how)
    needed = schema.pop("required")
    for mapping in ("inputs", "vendors"):  # an empty entry removes the base's
        entries = schema["properties"][mapping]
        entries["additionalProperties"] = {"anyOf": [entries["additionalProperties"], {"type": "null"}]}
    schema["$defs"]["Vendor"]["properties"]["catalogue"] |= {"anyOf": [*_catalogue(), {"type": "null"}]}
    section = schema["properties"]["correlations"]
    pairs = {"type": "array", "items": {"$ref": "#/$defs/Pair"}}
    section["anyOf"] = [{"$ref": section.pop("$ref")}, pairs]  # a list of pairs stands for the section
    definitions = {**schema.get("$defs", {}), **{name: _named(d) for name, d in families["$defs"].items()}}
    definitions |= {"FromData": families["$defs"]["FromData"], **_numbers(families["$defs"]["FromPrior"])}
    whole: dict[str, Any] = _with_references(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "CRM ROI scenario",
            **{key: value for key, value in schema.items() if key not in ("$defs", "title")},
            "if": {"not": {"required": ["extends"]}},
            "then": {"required": needed, "anyOf": [{"required": ["months"]}, {"required": ["years"]}]},
            "$defs": dict(sorted(definitions.items())),
        }
    )
    return whole


def _numbers(prior: dict[str, Any]) -> dict[str, Any]:
    """Give the definitions of every kind of number: uncertain or not, certain, whole, a default prior."""
    recorded = {k.unit for k in KPIS.values()} | {r.unit for r in RECORDED.values()}
    definitions = {f"{kind.name.lower()}_prior": _prior(kind, prior) for kind in Kind}
    definitions |= {kind.name.lower(): _number(kind) for kind in Kind}
    definitions |= {
        f"certain_{kind.name.lower()}": _fixed(
            {"type": "number"}, f"{kind.what[0].upper()}{kind.what[1:]} that is certain {kind.how}."
        )
        for kind in recorded
    }
    families = {
        "oneOf": [{"$ref": f"#/$defs/{family.__name__}"} for family in FAMILIES],
        "description": "An uncertain number.",
    }
    inner = {
        "anyOf": [*NUMBER_SCHEMA["anyOf"], {"$ref": "#/$defs/distribution"}],
        "description": "A number or a distribution.",
    }
    return definitions | {
        "distribution": families,
        QUALITY: QUALITY_SCHEMA,
        "inner": inner,
        "fixed_months": _fixed({"type": "integer", "minimum": 1, "maximum": MAX_MONTHS}, "A whole number of months."),
        "fixed_years": _fixed(
            {"type": "integer", "minimum": 1, "maximum": MAX_MONTHS // 12}, "A whole number of years."
        ),
        "fixed_rate": _fixed({"type": "number"}, "A rate that is certain."),
    }


def _with_references(value: Any) -> Any:
    """Put the definition of a kind of number where the shapes only mark the kind."""
    if isinstance(value, list):
        return [_with_references(item) for item in value]
    if not isinstance(value, dict):
        return value
    if NUMBER_OF in value:
        rest = {key: item for key, item in value.items() if key != NUMBER_OF}
        return {"$ref": f"#/$defs/{value[NUMBER_OF]}", **rest}
    return {key: _with_references(item) for key, item in value.items()}


def _named(definition: dict[str, Any]) -> dict[str, Any]:
    """Require the family's name, which is what tells distributions apart."""
    if "dist" not in definition["properties"]:
        return definition
    if definition["properties"]["dist"]["const"] == "metalog":  # percentiles say enough
        return definition
    return {**definition, "required": ["dist", *definition.get("required", [])]}


def _number(kind: Kind) -> dict[str, Any]:
    """Give the schema of a number: itself, a text, a distribution, or either with its source."""
    bare = [
        {"type": "number"},
        {"type": "string", "pattern": _TEXTS[kind]},
        {"$ref": "#/$defs/distribution"},
        {"$ref": "#/$defs/FromData"},
        {"$ref": f"#/$defs/{kind.name.lower()}_prior"},
    ]
    what = f"{kind.what[0].upper()}{kind.what[1:]} {kind.how}"
    names = "" if kind is Kind.ANY else ", the name of an input or company fact"
    return {"anyOf": [*bare, _sourced(bare)], "description": f"{what}{names}, a distribution, a prior, or a column."}


def _catalogue() -> list[dict[str, Any]]:
    """Give the entries of the catalogue, each with what it is."""
    return [
        {"const": f"{key}/{name}", "description": f"{vendor.title} {edition.name}."}
        for key, vendor in catalogue().items()
        for name, edition in vendor.editions.items()
    ]


def _prior(kind: Kind, shape: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a prior of a kind: its names, each with what it means."""
    names = [
        {"const": prior.name, "description": f"{prior.means} ({prior.law.text}; {prior.grade.text})."}
        for prior in priors()
        if kind in (prior.unit, Kind.ANY)
    ]
    properties = shape["properties"] | {
        "prior": {"anyOf": names, "description": shape["properties"]["prior"]["description"]}
    }
    return {**shape, "properties": properties}


def _fixed(number: dict[str, Any], what: str) -> dict[str, Any]:
    """Give the schema of a number that is certain: itself, a text, or either with its source."""
    bare = [number, {"type": "string", "pattern": r"\d"}]
    return {"anyOf": [*bare, _sourced(bare)], "description": what}


def _sourced(bare: list[dict[str, Any]]) -> dict[str, Any]:
    text = {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {"value": {"anyOf": bare}, "source": text, "note": text},
        "required": ["value"],
        "additionalProperties": False,
    }


def schema_text() -> str:
    """Give the schema as JSON."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
