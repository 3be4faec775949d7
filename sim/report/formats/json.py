"""The JSON document of a run: everything it says, as plain data."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.analysis.key_figures import PERCENTILES as KPI_PERCENTILES
from sim.analysis.key_figures import KpiAnswer
from sim.analysis.results import Result, Results
from sim.analysis.small_runs import Details
from sim.engine.sketch import RELATIVE_ERROR
from sim.engine.smooth.tallies import Smoothed
from sim.finance.metrics import METRICS
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, Statistics, percentile_key
from sim.version import __version__

SCHEMA_VERSION = 1


def document(results: Results) -> dict[str, Any]:
    """Give everything the run says as plain data; what does not exist or is infinite is None."""
    return _head(results) | {
        "vendors": {
            name: _vendor_document(result) | _yearly_document(results, name) | _details_document(results.details, name)
            for name, result in results.items()
        },
        "kpis_recorded": {
            name: {key: getattr(record, key) for key in ("before", "target", "actual", "note")}
            | {"why_not_valued": why}
            for name, record, why in results.details.recorded()
        },
        "comparison": _comparison(results),
        "inputs": [{key: _finite(value) for key, value in row.items()} for row in results.input_rows],
        "features": [asdict(note) for note in results.setting.features],
        "correlations": [{key: _finite(value) for key, value in row.items()} for row in results.correlation_rows],
    }


def _head(results: Results) -> dict[str, Any]:
    """Give what the numbers are of, and how they were made."""
    setting, run = results.setting, results.run
    return {
        "schema_version": SCHEMA_VERSION,
        "program": f"crm-roi-sim {__version__}",
        "scenario": setting.name,
        "file": {"path": setting.path, "sha256": setting.sha256},
        "currency": setting.currency,
        "months": setting.months,
        "discount_rate": setting.discount_rate,
        "seed": run.seed,
        "draws": run.draws,
        "draws_kept": run.kept,
        "percentile_relative_error": RELATIVE_ERROR if run.counted else 0.0,
        "smoothed_over": run.smoothed,
        "precision_missed": list(results.misses),
        "design": str(run.design),
        "replicates": REPLICATES,
        "method": "tei" if setting.tei else "monthly",
    }


def _comparison(results: Results) -> dict[str, Any]:
    compared = results.comparison
    return {
        "metric": compared.metric,
        "none_above_zero": _estimate(compared.p_none),
        "vendors": {
            name: {
                "p_best": _estimate(standing.p_best),
                "mean": _estimate(standing.mean),
                "gap_to_leader": _estimate(standing.gap),
                "expected_regret": _estimate(standing.regret),
                "beats": {other: _estimate(p) for other, p in standing.beats.items()},
            }
            for name, standing in compared.standings.items()
        },
    }


def json_text(results: Results) -> str:
    """Give `document` as JSON without NaN or Infinity."""
    return json.dumps(document(results), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _vendor_document(result: Result) -> dict[str, Any]:
    tornado = result.bars("npv")
    return {
        "smoothed": [metric for metric in METRICS if isinstance(result.tally(metric), Smoothed)],
        "metrics": {metric: _metric_document(result.statistics(metric), result.percentiles) for metric in METRICS},
        "probabilities": {event: _estimate(p) for event, p in result.targets().items()},
        "payback_by_month": [p.value for p in result.payback_by_month()],
        "lines": {name: _estimate(total) for name, total in result.line_means().items()},
        "base_run": {"metric": tornado.metric, "value": _finite(tornado.base)},
        "tornado": [
            {
                "input": bar.input,
                "low_input": bar.low_input,
                "high_input": bar.high_input,
                "at_low": _finite(bar.at_low),
                "at_high": _finite(bar.at_high),
            }
            for bar in tornado.bars
        ],
    }


def _yearly_document(results: Results, vendor: str) -> dict[str, Any]:
    """Give the yearly table of a vendor, if the scenario asks for one; costs are below zero."""
    if not results.setting.tei:
        return {}
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


def _details_document(details: Details, vendor: str) -> dict[str, Any]:
    return {
        "kpis": {answer.name: _kpi_document(answer) for answer in details.kpis(vendor)},
        "kpi_months": {"last": details.kpi_month, "futures": details.kpi_futures},
        "levers": {lever: _estimate(part) for lever, part in details.levers(vendor).items()},
        "cost_of_delay": {str(month): _estimate(lost) for month, lost in details.delays(vendor).items()},
    }


def _kpi_document(answer: KpiAnswer) -> dict[str, Any]:
    sides = {"without": answer.without, "with": answer.with_crm, "change": answer.change}
    return {
        "title": answer.kpi.title,
        **{side: _metric_document(found, KPI_PERCENTILES) for side, found in sides.items()},
        "target": answer.record.target,
        "actual": answer.record.actual,
        "p_target": _estimate(answer.reached) if answer.reached else None,
    }


def _metric_document(found: Statistics, percentiles: Sequence[float]) -> dict[str, Any]:
    parts = {"mean": found.mean, "sd": found.sd} | {percentile_key(q): found.percentiles[q] for q in percentiles}
    return {
        **{name: _finite(part.value) for name, part in parts.items()},
        "se": {name: _finite(part.se) for name, part in parts.items()},
        "undefined": _finite(found.undefined.value),
        "never": _finite(found.never.value),
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {"value": _finite(estimate.value), "se": _finite(estimate.se)}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
