"""Scenarios that say something hostile in every place where a file may say what it likes."""

import types
import typing

import yaml
from pydantic import BaseModel

from sim.model.key_figures.table import KPIS, RECORDED
from sim.scenario.number import Declared, Leaf
from sim.scenario.shapes.file import Offer, ScenarioFile

TEXTS = {
    "formula": "=1+1;＝2;@x|+3;-4",
    "script": "<script>alert(1)</script><!-- &lt; &amp; ]]>",
    "link": "[c](javascript:x) ![i](http://e/x) [a]: b",
    "address": "http://evil www.evil.com <ftp://e> a@b.cd",
    "control": "\x1b[2J\x9b2J\u202eb\u200b\r\n\tx\x7f\u2028y\x00",
    "console": "- [red]x[/] [link=http://e]y[/link] :smile:",
    "formulae": "a $x^2$ $\\frac{ **b** _i_ `c` ~~s~~ %s",
    "list": "  === | #12 [^1] \\* @me \\",
    "quote": '> "q" {0} 日本 🚀 عرب',
    "rule": "---",
}

REFERENCES = {"extends", "currency", "catalogue", "across_vendors", "risk_adjustments"}
"""Fields whose texts name something; they say nothing of their own."""

NAME = "*"
"""Stands for the text in the numbers below."""

RANGE = {"dist": "uniform", "low": "0%", "high": "20%"}
MONTHLY = {
    "months": 12,
    "discount_rate": "10%",
    "company": {
        **{"users": 5, "hourly_cost": "$40", "customers": 100, "revenue_per_customer": "$900"},
        **{"gross_margin": "50%", "churn": "20%"},
    },
    "inputs": {"*": RANGE, "*b": RANGE},
    "common": {
        "effects": {
            "cross_sell": "*",
            "retention_lift": {**RANGE, "high": "5%"},
            "hours_saved": "1",
            "time_realised": "50%",
        },
        "features": {"quoting": "full"},
        "events": {"*": {"probability": "20%", "costs": "5%"}},
        "lines": {"*": {"kind": "benefit", "amount": {"dist": "uniform", "low": "$5", "high": "$9"}, "per": "month"}},
        "rows": None,
    },
    "vendors": {
        "*v": {"licence": {"list_price": "$5"}, "inputs": None, "rows": None},
        "*w": {"licence": {"list_price": "$9"}, "inputs": {"*": {**RANGE, "high": "30%"}}, "rows": None},
    },
    "correlations": {"pairs": [{"inputs": ["*", "*b"], "spearman": 0.3}]},
    "decision": {"reason": None},
    "kpis": dict.fromkeys((*KPIS, *RECORDED)) | {"nps": {"target": 50}},
    "risk_adjustments": None,
    "targets": {"payback": 12, "roi": "10%"},
}
"""The numbers of a scenario; None for what does not go with the rest."""

OFFER = dict.fromkeys(name for name in Offer.model_fields if name not in ("events", "rows", "source", "note"))
"""What has no place beside rows."""

ROWS = {
    "method": "tei",
    "years": 2,
    "discount_rate": "10%",
    "inputs": {"*": RANGE},
    "common": {
        "events": {"*": {"probability": "20%", "costs": "5%"}},
        **OFFER,
        "rows": {"*": {"kind": "benefit", "years": "$90", "factors": {"*": "*"}, "retained": None}},
    },
    "vendors": {
        "*v": OFFER | {"inputs": None, "rows": {"*c": {"kind": "cost", "initial": "$5", "years": "$9"}}},
        "*w": OFFER | {"inputs": {"*": {**RANGE, "high": "30%"}}, "rows": {"*c": {"kind": "cost", "years": "$9"}}},
    },
    "decision": {"nothing": "none"},
    "kpis": None,
    "tax": None,
    "risk_adjustments": None,
}
"""The numbers of a scenario by yearly rows."""


def scenario(text, numbers):
    """Give a scenario file that says a text in every place, and the numbers given."""
    said = _said(ScenarioFile, _named(numbers, text), text)
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=1 << 20)


def _named(numbers, text):
    if isinstance(numbers, dict):
        return {_named(key, text): _named(value, text) for key, value in numbers.items()}
    if isinstance(numbers, list):
        return [_named(value, text) for value in numbers]
    return numbers.replace(NAME, text) if isinstance(numbers, str) else numbers


def _said(shape, numbers, text):
    """Give what a file says by a shape: the numbers given, and the text wherever a text can stand."""
    said = {}
    for name, field in shape.model_fields.items():
        if name not in numbers or numbers[name] is not None:
            value = _value(_parts(field.annotation, *field.metadata), name, numbers.get(name), text)
            said |= {} if value is None else {name: value}
    return said


def _parts(*annotations):
    """Give the types that an annotation is made of, outermost first."""
    found, waiting = [], list(annotations)
    while waiting:
        one = waiting.pop(0)
        origin = typing.get_origin(one)
        if origin in (typing.Union, types.UnionType, typing.Annotated):
            waiting += typing.get_args(one)
        else:
            found.append(one)
    return found


def _value(parts, name, given, text):
    for part in parts:
        if part is str and given is None and name not in REFERENCES:
            return text
        if typing.get_origin(part) is dict and name not in REFERENCES:
            inner = _parts(typing.get_args(part)[1])
            return {key: _value(inner, "", of, text) for key, of in (given or {text: None}).items() if of is not None}
        if isinstance(part, type) and issubclass(part, BaseModel):
            needed = any(field.is_required() for field in part.model_fields.values())
            return None if needed and given is None else _said(part, given or {}, text)
        if part in (Leaf, Declared) and given is not None:
            return _sourced(given, text)
    return given


def _sourced(given, text):
    said = {"source": text, "note": text}
    return given | said if isinstance(given, dict) else {"value": given} | said
