"""The JSON document of a run: everything it says, as plain data, from the tables of the report."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from sim.analysis.answers import (
    BEST,
    GAP_BELOW,
    GAP_HIGH,
    GAP_LOW,
    LIVE,
    NEVER,
    PROBABILITY,
    REGRET,
    UNDEFINED,
)
from sim.analysis.differences import differences
from sim.analysis.key_figures import PERCENTILES as KPI_PERCENTILES
from sim.analysis.key_figures import KpiAnswer
from sim.analysis.results import Results
from sim.analysis.small_runs import Details
from sim.analysis.table import Cell, Table, records
from sim.analysis.target import GAP
from sim.engine.sketch import RELATIVE_ERROR
from sim.engine.smooth.sketches import Smoothed
from sim.finance.metrics import METRICS
from sim.numbers.percentiles import percentile_key
from sim.report.escape import json_printable
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, Statistics
from sim.version import __version__

SCHEMA_VERSION = 1

BECAUSE = f"{UNDEFINED}: "
"""What stands before the reason in the name of a statistic."""

SHAPED = {
    *("percentiles", "payback_by_month", "standings", "beats", "lines", "tornado", "levers", "cost_of_delay"),
    *("kpis", "tei_table", "inputs", "features", "correlations", "assumptions"),
}
"""Tables that the document holds in a form of its own, or leaves out; any other is a list of its rows by its name."""


def document(results: Results, tables: Iterable[Table]) -> dict[str, Any]:
    """Give everything the run says as plain data, from the tables of its report in long form.

    What does not exist or is infinite is None.
    """
    named = {table.name: table for table in tables}
    return _head(results) | {
        "vendors": {name: _vendor(results, named, name) for name in results},
        "kpis_recorded": _recorded(results.details),
        "comparison": _comparison(results, named),
        "gap_drivers": _gap(named["tornado"]),
        "inputs": _records(named["inputs"]),
        "features": _records(named["features"]),
        "correlations": _records(named["correlations"]),
        **{name: _records(table) for name, table in named.items() if name not in SHAPED},
    }


def json_text(results: Results, tables: Iterable[Table]) -> str:
    """Give `document` as JSON without NaN or Infinity."""
    return printed(document(results, tables)) + "\n"


def answer_text(results: Results, tables: Iterable[Table]) -> str:
    """Give the answers to one question as JSON: what the numbers are of, and the rows of each table by its name."""
    return printed(_head(results) | {table.name: _records(table) for table in tables})


def table_json(table: Table, head: Mapping[str, Any]) -> str:
    """Give one table as JSON: what it is of, and its rows."""
    return printed({**{key: _finite(value) for key, value in head.items()}, "rows": _records(table)})


def printed(document: Any, *, indent: int | None = 1, ascii_only: bool = False) -> str:
    """Give plain data as JSON without NaN or Infinity, which a terminal can show and any file can hold."""
    return json_printable(json.dumps(document, indent=indent, allow_nan=False, ensure_ascii=ascii_only))


def _head(results: Results) -> dict[str, Any]:
    """Give what the numbers are of, and how they were made."""
    setting, run = results.setting, results.run
    facts = run.recipe.facts()
    return {
        "schema_version": SCHEMA_VERSION,
        "program": f"crm-roi-sim {__version__}",
        "scenario": setting.name,
        "file": {"path": setting.path, "sha256": setting.sha256},
        "currency": setting.currency,
        "months": setting.months,
        "discount_rate": setting.discount_rate,
        "seed": facts["seed"],
        "draws": facts["draws"],
        "draws_kept": run.kept,
        "percentile_relative_error": RELATIVE_ERROR if run.counted else 0.0,
        "smoothed_over": run.smoothed,
        "precision_missed": list(results.misses),
        "design": facts["design"],
        "replicates": REPLICATES,
        "method": "tei" if setting.tei else "monthly",
    }


def _vendor(results: Results, tables: Mapping[str, Table], name: str) -> dict[str, Any]:
    of = {table.name: table.only(name) for table in tables.values() if table.columns[0].name == "vendor"}
    told, result = of["percentiles"], results[name]
    return {
        "smoothed": [metric for metric in METRICS if isinstance(result.sketch(metric), Smoothed)],
        "metrics": {metric: _metric(told, metric) for metric in METRICS},
        "probabilities": {
            str(event): _plain(p) for event, what, p in told.rows if what == PROBABILITY and event != BEST
        },
        "payback_by_month": [p.value for _, p in of["payback_by_month"].rows if isinstance(p, Estimate)],
        "lines": _by_name(of["lines"]),
        **_tornado(tables["tornado"], results, name),
        **(_yearly(results, name) if "tei_table" in of else {}),
        **_details(results.details, name),
        "levers": _by_name(of["levers"]),
        "cost_of_delay": _by_name(of["cost_of_delay"]),
    }


def _by_name(table: Table) -> dict[str, Any]:
    """Give the last cell of every row by the first."""
    return {str(name): _plain(value) for name, value in table.rows}


def _metric(table: Table, metric: str) -> dict[str, Any]:
    """Give the statistics of one metric and their standard errors."""
    estimates: dict[str, Estimate] = {
        str(what): value
        for name, what, value in table.rows
        if name == metric and what not in (PROBABILITY, REGRET) and isinstance(value, Estimate)
    }
    undefined, never = estimates.pop(UNDEFINED), estimates.pop(NEVER)
    gaps = _gaps(estimates)
    live = {name.removesuffix(LIVE): _finite(estimates.pop(name).value) for name in [*estimates] if LIVE in name}
    reasons = {name.removeprefix(BECAUSE): estimates.pop(name).value for name in [*estimates] if BECAUSE in name}
    more = {"undefined_because": reasons, "gaps": gaps, "if_live": live}
    return _statistics(estimates, undefined, never) | {name: what for name, what in more.items() if what}


def _gaps(estimates: dict[str, Estimate]) -> dict[str, dict[str, float]]:
    """Take out what is known of percentiles that fall into a gap, and give it by percentile."""
    keys = {"at_least": GAP_LOW, "at_most": GAP_HIGH, "share_below": GAP_BELOW}
    names = [name.removesuffix(GAP_LOW) for name in estimates if name.endswith(GAP_LOW)]
    return {name: {key: estimates.pop(f"{name}{end}").value for key, end in keys.items()} for name in names}


def _statistics(parts: Mapping[str, Estimate], undefined: Estimate, never: Estimate) -> dict[str, Any]:
    return {
        **{name: _finite(part.value) for name, part in parts.items()},
        "se": {name: _finite(part.se) for name, part in parts.items()},
        "undefined": _finite(undefined.value),
        "never": _finite(never.value),
    }


def _tornado(bars: Table, results: Results, name: str) -> dict[str, Any]:
    """Give what moves a vendor's NPV: one input at a time around the base run, and from the draws."""
    tornado = results[name].bars("npv")
    alone = ("input", "low_input", "high_input", "at_low", "at_high")
    return {
        "base_run": {"metric": tornado.metric, "value": _finite(tornado.base)},
        "tornado": [{key: _finite(getattr(bar, key)) for key in alone} for bar in tornado.bars],
        "drivers": [row for row in _records(bars) if (row["target"], row["vendor"]) == ("npv", name)],
    }


def _gap(bars: Table) -> list[dict[str, Any]]:
    """Give what moves the gap between the best option and the next."""
    return [row for row in _records(bars) if row["target"] == GAP]


def _yearly(results: Results, vendor: str) -> dict[str, Any]:
    """Give the yearly table of a vendor; costs are below zero."""
    table = results.yearly(vendor)
    rows = [
        {
            "part": row.part.value,
            "line": row.line or None,
            "statistic": row.statistic,
            "values": [_finite(cell.value) for cell in row.cells],
            "se": [_finite(cell.se) for cell in row.cells],
        }
        for row in table.rows
    ]
    return {"yearly_table": {"columns": list(table.columns), "rows": rows}}


def _details(details: Details, vendor: str) -> dict[str, Any]:
    return {
        "kpis": {answer.name: _kpi(answer) for answer in details.kpis(vendor)},
        "kpi_months": {"last": details.kpi_month, "futures": details.kpi_futures},
    }


def _kpi(answer: KpiAnswer) -> dict[str, Any]:
    sides = {"without": answer.without, "with": answer.with_crm, "change": answer.change}
    return {
        "title": answer.kpi.title,
        **{side: _described(described) for side, described in sides.items()},
        "target": answer.record.target,
        "actual": answer.record.actual,
        "p_target": _plain(answer.reached) if answer.reached else None,
    }


def _described(described: Statistics) -> dict[str, Any]:
    parts = {"mean": described.mean, "sd": described.sd}
    parts |= {percentile_key(q): described.percentiles[q] for q in KPI_PERCENTILES}
    return _statistics(parts, described.undefined, described.never)


def _recorded(details: Details) -> dict[str, Any]:
    return {
        name: {key: getattr(record, key) for key in ("before", "target", "actual", "note")} | {"why_not_valued": why}
        for name, record, why in details.recorded()
    }


def _comparison(results: Results, tables: Mapping[str, Table]) -> dict[str, Any]:
    options = {str(row.pop("vendor")): row for row in _records(tables["standings"])}
    for name, row in options.items():
        row["beats"] = _by_name(tables["beats"].only(name))
    nothing, none = results.setting.nothing, results.comparison.p_none
    return {
        "metric": results.comparison.metric,
        "none_above_zero": _plain(none),
        "vendors": {name: options[name] for name in results},
        "nothing": None if nothing is None else {"name": nothing, **options[nothing]},
        "differences": differences({name: result.case for name, result in results.items()}),
    }


def _records(table: Table) -> list[dict[str, Any]]:
    return [{key: _plain(cell) for key, cell in row.items()} for row in records(table)]


def _plain(cell: Cell) -> Any:
    """Give a cell as JSON knows it."""
    if isinstance(cell, Estimate):
        return {"value": _finite(cell.value), "se": _finite(cell.se)}
    return _finite(cell)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
