"""Facts of the company from its history: they hold for the whole horizon, so that averages are what is drawn."""

from typing import Any

from sim.distributions.sip_library import SUFFIXES
from sim.scenario.from_data import OF_ONE_VALUE, is_from


def with_use(raw: dict[str, Any]) -> dict[str, Any]:
    """Give a scenario in which columns that are facts of the company, by themselves or by name, say `use: average`.

    Those that say what is used, or a method, keep what they say.
    """
    company, inputs = raw.get("company"), raw.get("inputs")
    if not isinstance(company, dict):
        return raw
    named = {_bare(value) for value in company.values() if isinstance(_bare(value), str)}
    facts = {key: _averaged(value) for key, value in company.items()}
    if not isinstance(inputs, dict):
        return {**raw, "company": facts}
    return {
        **raw,
        "company": facts,
        "inputs": {key: _averaged(value) if key in named else value for key, value in inputs.items()},
    }


def _bare(value: object) -> object:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _averaged(value: object) -> object:
    if isinstance(value, dict) and "value" in value:
        return {**value, "value": _averaged(value["value"])}
    if not (isinstance(value, dict) and is_from(value)) or {"use", *OF_ONE_VALUE} & value.keys():
        return value
    library = str(value["from"]).partition("#")[0].lower().endswith(SUFFIXES)
    return value if library else {**value, "use": "average"}


def averages_in(raw: object) -> list[dict[str, Any]]:
    """Give every `from:` of a scenario that takes an average."""
    if isinstance(raw, dict) and is_from(raw):
        return [raw] if raw.get("use") == "average" else []
    inside = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return [found for value in inside for found in averages_in(value)]
