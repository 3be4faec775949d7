"""The report of a run: one JSON document, percentiles and inputs as CSV, a page of Markdown, and charts."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim import __version__
from sim.finance import METRICS, TITLES
from sim.folder import whole_folder
from sim.formats import (
    csv_cell,
    input_value,
    markdown,
    metric_error,
    metric_value,
    points,
    rate,
)
from sim.results import Result, Results
from sim.sampling import REPLICATES
from sim.statistics import Estimate, Statistics, percentile_key

SCHEMA_VERSION = 1


def write_report(results: Results, folder: Path, *, force: bool = False) -> Path:
    """Write the report into `folder`, whole or not at all; an earlier report is replaced only with `force`.

    Raises:
        ReportError: the folder is taken or cannot be written.
    """
    from sim.plots import write_charts

    with whole_folder(folder, force=force) as draft:
        (draft / "report.json").write_text(json_text(results), encoding="utf-8")
        (draft / "percentiles.csv").write_text(percentiles_csv(results), encoding="utf-8-sig")
        (draft / "payback_by_month.csv").write_text(payback_csv(results), encoding="utf-8-sig")
        (draft / "inputs.csv").write_text(inputs_csv(results), encoding="utf-8-sig")
        (draft / "tornado.csv").write_text(tornado_csv(results), encoding="utf-8-sig")
        (draft / "report.md").write_text(markdown_text(results), encoding="utf-8")
        write_charts(results, draft / "charts")
    return folder


def document(results: Results) -> dict[str, Any]:
    """Give everything the run says as plain data; what does not exist or is infinite is None."""
    setting, run = results.setting, results.run
    compared = results.comparison
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
        "design": str(run.design),
        "replicates": REPLICATES,
        "vendors": {name: _vendor_document(result) for name, result in results.items()},
        "comparison": {
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
        },
        "inputs": [{key: _finite(value) for key, value in row.items()} for row in results.input_rows],
    }


def _vendor_document(result: Result) -> dict[str, Any]:
    tornado = result.bars("npv")
    return {
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


def json_text(results: Results) -> str:
    """Give `document` as JSON without NaN or Infinity."""
    return json.dumps(document(results), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def inputs_csv(results: Results) -> str:
    """Give the inputs as asked and as sampled, a row an input."""
    rows = results.input_rows
    return _csv(list(rows[0]) if rows else ["input"], [list(row.values()) for row in rows])


def percentiles_csv(results: Results) -> str:
    """Give mean, sd and percentiles with their standard errors, a row a vendor, metric and statistic."""
    rows: list[list[Any]] = []
    for name, result in results.items():
        for metric in METRICS:
            found = result.statistics(metric)
            parts = {"mean": found.mean, "sd": found.sd}
            parts |= {percentile_key(q): found.percentiles[q] for q in result.percentiles}
            parts |= {"share undefined": found.undefined, "share never": found.never}
            rows += [[name, metric, statistic, part.value, part.se] for statistic, part in parts.items()]
        rows += [[name, event, "probability", p.value, p.se] for event, p in result.targets().items()]
        best = results.comparison.standings[name]
        rows += [
            [name, "best npv", "probability", *best.p_best],
            [name, "npv", "expected regret", *best.regret],
        ]
    return _csv(["vendor", "metric", "statistic", "value", "standard_error"], rows)


def payback_csv(results: Results) -> str:
    """Give P(payback <= month), a row a month, a column and its standard error a vendor."""
    curves = [result.payback_by_month() for result in results.values()]
    header = ["month", *(part for name in results for part in (name, f"{name} (standard error)"))]
    rows = [[month, *(x for p in at for x in p)] for month, at in enumerate(zip(*curves, strict=True))]
    return _csv(header, rows)


def tornado_csv(results: Results, metric: str = "npv", vendors: Iterable[str] | None = None) -> str:
    """Give the one-at-a-time tornados, a row a vendor and input."""
    rows = []
    for name in vendors or results:
        found = results[name].bars(metric)
        rows += [
            [
                name,
                metric,
                found.base,
                bar.input,
                bar.low_input,
                bar.high_input,
                bar.at_low,
                bar.at_high,
                bar.swing,
            ]
            for bar in found.bars
        ]
    header = ["vendor", "metric", "base_run", "input", "input_p10", "input_p90", "at_p10", "at_p90", "swing"]
    return _csv(header, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_cell(name) for name in header])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else "never" if math.isinf(value) else repr(value)
    return csv_cell(value) if isinstance(value, str) else value


def summary_csv(all_results: Mapping[str, Results]) -> str:
    """Give one table over several scenarios, a row a file and vendor."""
    header = ["file", "scenario", "currency", "vendor", *(f"roi_p{q}" for q in (10, 50, 90))]
    header += [
        *(f"npv_p{q}" for q in (10, 50, 90)),
        "p(npv > 0)",
        "payback_target",
        "p(payback in time)",
        "p(best npv)",
    ]
    rows = []
    for path, results in all_results.items():
        setting = results.setting
        for name, result in results.items():
            row: list[Any] = [path, setting.name, setting.currency, name]
            row += [result.statistics(m).percentiles[q].value for m in ("roi", "npv") for q in (10.0, 50.0, 90.0)]
            in_time = result.probability("payback", at_most=setting.payback_within).value
            row += [result.probability("npv", above=0).value, setting.payback_within, in_time]
            rows.append([*row, results.comparison.standings[name].p_best.value])
    return _csv(header, rows)


def summary_rows(all_results: Mapping[str, Results]) -> tuple[list[str], list[list[str]]]:
    """Give the same table as people read it: a header, and a row a scenario and vendor."""
    rows = []
    for results in all_results.values():
        currency, within = results.setting.currency, results.setting.payback_within
        for name, result in results.items():
            roi, npv = (
                metric_value(metric, result.statistics(metric).percentiles[50.0].value, currency)
                for metric in ("roi", "npv")
            )
            chances = [result.probability("npv", above=0), result.probability("payback", at_most=within)]
            chances.append(results.comparison.standings[name].p_best)
            rows.append([f"{results.setting.name}: {name}", roi, npv, *(rate(chance.value) for chance in chances)])
    return ["Scenario and vendor", "ROI P50", "NPV P50", "NPV > 0", "in time", "best"], rows


def markdown_text(results: Results) -> str:
    """Give the report as a page of Markdown."""
    setting, run = results.setting, results.run
    parts = [
        f"# {markdown(setting.name)}",
        f"{setting.months} months from signature, {setting.currency},"
        f" discount rate {markdown(setting.discount_rate)} a year."
        f" {run.draws:,} futures ({run.design} design, seed {run.seed});"
        " every vendor is valued in the same futures. Behind ± stands the standard error of the simulation.",
        "## Vendors",
        _table(*headline_rows(results, escape=markdown)),
        _none_line(results),
        "ROI is net: (benefit - cost) / cost, undiscounted, staff time included; 0% is break-even."
        " NPV is discounted monthly. Payback counts only if it lasts.",
        *(f"![{title}](charts/{name}.svg)" for name, title in _CHART_TITLES.items()),
        "## Where the value comes from",
        "Mean of each line over the horizon, undiscounted.",
        _table(*_line_rows(results)),
        "## All percentiles",
        *(_percentile_section(result) for result in results.values()),
        "## What moves the NPV",
        "One input at a time at its P10 and its P90, the others at their medians (base run).",
        *(_tornado_section(result) for result in results.values()),
        "## Inputs as asked and as sampled",
        _input_table(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_CHART_TITLES = {
    "roi_distribution": "Distribution of net ROI",
    "roi_s_curve": "Probability of at least a net ROI",
    "payback_by_month": "Probability of payback by month",
    "cash_position": "Cash position over time",
    "tornado": "What moves the NPV",
}


def headline_rows(results: Results, escape: Any = lambda text: text) -> tuple[list[str], list[list[str]]]:
    """Give the table every planner reads first: a header, and a row a question with a column a vendor."""
    currency = results.setting.currency
    rows: list[list[str]] = []
    for metric in ("roi", "npv"):
        found = [result.statistics(metric) for result in results.values()]
        rows.append(
            [
                f"{TITLES[metric]}, median",
                *(_with_error(metric, f.percentiles[50.0], currency) for f in found),
            ]
        )
        rows.append([f"{TITLES[metric]}, P10 to P90", *(_range(metric, f, currency) for f in found)])
    targets = [result.targets() for result in results.values()]
    rows += [[_event_title(event), *(_share(found[event]) for found in targets)] for event in targets[0]]
    if len(results) > 1:
        rows.append(["P(best vendor by NPV)", *(_share(s.p_best) for s in results.comparison.standings.values())])
        regrets = [s.regret for s in results.comparison.standings.values()]
        rows.append(["Expected regret of choice", *(_with_error("npv", r, currency) for r in regrets)])
    header = ["", *(escape(name) for name in results)]
    return header, rows


def _none_line(results: Results) -> str:
    none = results.comparison.p_none
    share = f"{rate(none.value)} ({points(none.se)})"
    return f"In {share} of the futures no vendor has an NPV above zero: buying nothing is best."


def _event_title(event: str) -> str:
    metric, sign, bound = event.split()
    if metric == "payback":
        return f"P(payback within {bound} months)"
    if metric == "roi":
        return f"P(net ROI at least {float(bound) * 100:g}%)"
    return f"P({TITLES[metric]} {sign} {bound})"


def _share(p: Estimate) -> str:
    return f"{rate(p.value)} {points(p.se)}"


def _with_error(metric: str, estimate: Estimate, currency: str) -> str:
    shown = metric_value(metric, estimate.value, currency)
    return f"{shown} {metric_error(metric, estimate.se, currency)}".rstrip()


def _range(metric: str, found: Statistics, currency: str) -> str:
    low, high = (metric_value(metric, found.percentiles[q].value, currency) for q in (10.0, 90.0))
    return f"{low} to {high}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line_rows(results: Results) -> tuple[list[str], list[list[str]]]:
    means = {name: result.line_means() for name, result in results.items()}
    kinds = {line.name: line.nature for result in results.values() for line in result.case.lines}
    currency = results.setting.currency
    rows = []
    for line, nature in sorted(kinds.items(), key=lambda item: not item[1].is_benefit):
        cells = [metric_value("npv", found[line].value, currency) if line in found else "-" for found in means.values()]
        rows.append([f"{'Benefit' if nature.is_benefit else 'Cost'}: {line} ({nature.value})", *cells])
    return ["", *(markdown(name) for name in results)], rows


def _percentile_section(result: Result) -> str:
    currency = result.setting.currency
    header = ["", "Mean", *(f"P{q:g}" for q in result.percentiles), "not defined", "never"]
    rows = []
    for metric in METRICS:
        found = result.statistics(metric)
        cells = [found.mean, *(found.percentiles[q] for q in result.percentiles)]
        shares = [rate(share.value) if share.value else "" for share in (found.undefined, found.never)]
        rows.append([TITLES[metric], *(_with_error(metric, cell, currency) for cell in cells), *shares])
    return f"### {markdown(result.vendor)}\n\n{_table(header, rows)}"


def _tornado_section(result: Result) -> str:
    found = result.bars("npv")
    currency = result.setting.currency
    median = result.statistics("npv").percentiles[50.0].value
    header = ["Input", "P10", "P90", "NPV at P10", "NPV at P90"]
    rows = [
        [
            markdown(short_name(bar.input, result.vendor)),
            input_value(bar.low_input, bar.unit, currency),
            input_value(bar.high_input, bar.unit, currency),
            metric_value("npv", bar.at_low, currency),
            metric_value("npv", bar.at_high, currency),
        ]
        for bar in found.bars
    ]
    at_base, simulated = (metric_value("npv", value, currency) for value in (found.base, median))
    base = f"Base run {at_base}, simulated median {simulated}."
    return f"### {markdown(result.vendor)}\n\n{base}\n\n{_table(header, rows)}"


def _input_table(results: Results) -> str:
    header = ["Input", "Asked", "Min", "P10", "P50", "Mean", "P90", "Max", "Source"]
    rows = []
    for row in results.input_rows:
        numbers = written_input(results, row)
        source = "; ".join(text for text in (row["source"], row["note"]) if text)
        rows.append([markdown(row["input"]), markdown(row["asked"]), *numbers, markdown(source)])
    return _table(header, rows)


def written_input(results: Results, row: Mapping[str, Any]) -> list[str]:
    """Write an input's min, P10, P50, mean, P90 and max as drawn, in its own unit."""
    unit, currency = results.inputs_asked[row["input"]].unit, results.setting.currency
    return [input_value(row[key], unit, currency) for key in ("min", "p10", "p50", "mean", "p90", "max")]


def short_name(key: str, vendor: str) -> str:
    """Give an input's name as a chart of one vendor shows it: without the parts that say where it stands."""
    for prefix in (f"vendors.{vendor}.inputs.", f"vendors.{vendor}.", "common.", "company."):
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    return key
