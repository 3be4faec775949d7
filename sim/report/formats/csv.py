"""The CSV files of a report: plain numbers for spreadsheets, texts that cannot turn into formulas."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analysis.key_figures import KPI_COLUMNS
from sim.analysis.preview import COLUMNS as PREVIEW_COLUMNS
from sim.analysis.preview import Preview
from sim.analysis.results import CORRELATION_COLUMNS, INPUT_COLUMNS, Results
from sim.finance.metrics import METRICS
from sim.report.escape import csv_cell
from sim.sampling.estimates import Estimate, percentile_key


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
    return csv_text(["vendor", "metric", "statistic", "value", "standard_error"], rows)


def payback_csv(results: Results) -> str:
    """Give P(payback <= month), a row a month, a column and its standard error a vendor."""
    curves = [result.payback_by_month() for result in results.values()]
    header = ["month", *(part for name in results for part in (name, f"{name} (standard error)"))]
    rows = [[month, *(x for p in at for x in p)] for month, at in enumerate(zip(*curves, strict=True))]
    return csv_text(header, rows)


def tei_table_csv(results: Results) -> str:
    """Give the yearly tables, a row a vendor, line or total and statistic; costs are below zero."""
    tables = [results.yearly(name) for name in results]
    rows: list[list[Any]] = []
    for table in tables:
        for row in table.rows:
            about = [table.vendor, row.part.value, row.line or "total"]
            rows.append([*about, row.statistic, *(cell.value for cell in row.cells)])
            rows.append([*about, f"standard error of {row.statistic}", *(cell.se for cell in row.cells)])
    return csv_text(["vendor", "part", "row", "statistic", *tables[0].columns], rows)


def inputs_csv(results: Results) -> str:
    """Give the inputs as asked and as sampled, a row an input."""
    return csv_text(INPUT_COLUMNS, [list(row.values()) for row in results.input_rows])


def correlations_csv(results: Results) -> str:
    """Give the correlations as asked, as used after a repair, and as drawn, a row a pair."""
    return csv_text(CORRELATION_COLUMNS, [list(row.values()) for row in results.correlation_rows])


def previews_csv(previews: Iterable[Preview]) -> str:
    """Give the uncertain inputs before a run, a row an input."""
    return csv_text(PREVIEW_COLUMNS, [list(preview.row.values()) for preview in previews])


def assumptions_csv(results: Results) -> str:
    """Give every number of the scenario as the file writes it, with its source and note."""
    rows = [[a.place, a.asked, a.source, a.note] for a in results.setting.assumptions]
    return csv_text(["place", "value", "source", "note"], rows)


def features_csv(results: Results) -> str:
    """Give the features of every vendor: quality, what each may move, whether and how that counts."""
    header = ["vendor", "feature", "quality", "about_quality", "moves", "counts", "source"]
    notes = results.setting.features
    return csv_text(header, [[n.vendor, n.feature, n.quality, n.about, n.moves, n.counts, n.source] for n in notes])


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
    return csv_text(header, rows)


def kpis_csv(results: Results) -> str:
    """Give the key figures without the CRM, with it, and their change, a row a vendor, figure and side."""
    rows: list[Sequence[Any]] = [
        row for name in results for answer in results.details.kpis(name) for row in answer.rows(name)
    ]
    return csv_text(KPI_COLUMNS, rows)


def levers_csv(found: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Give the mean part of the customer margin that each lever makes, a row a vendor and lever."""
    rows = [[name, lever, *part] for name, parts in found.items() for lever, part in parts.items()]
    return csv_text(["vendor", "lever", "mean", "standard_error"], rows)


def delay_csv(found: Mapping[str, Mapping[int, Estimate]]) -> str:
    """Give the mean NPV lost by a later go-live, a row a vendor and months of delay."""
    rows = [[name, month, *lost] for name, by_month in found.items() for month, lost in by_month.items()]
    return csv_text(["vendor", "months_later", "mean_npv_lost", "standard_error"], rows)


def report_levers_csv(results: Results) -> str:
    """Give the levers as a report shows them."""
    return levers_csv({name: results.details.levers(name) for name in results})


def report_delay_csv(results: Results) -> str:
    """Give the cost of delay as a report shows it."""
    return delay_csv({name: results.details.delays(name) for name in results})


def summary_csv(lines: Iterable[Sequence[Any]]) -> str:
    """Give one table over several scenarios, of the lines of each."""
    header = ["file", "scenario", "currency", "vendor", *(f"roi_p{q}" for q in (10, 50, 90))]
    header += [
        *(f"npv_p{q}" for q in (10, 50, 90)),
        "p(npv > 0)",
        "payback_target",
        "p(payback in time)",
        "p(best npv)",
    ]
    return csv_text(header, lines)


def summary_lines(path: str, results: Results) -> list[list[Any]]:
    """Give a scenario's lines of that table, one a vendor."""
    setting, lines = results.setting, []
    for name, result in results.items():
        line: list[Any] = [path, setting.name, setting.currency, name]
        line += [result.statistics(m).percentiles[q].value for m in ("roi", "npv") for q in (10.0, 50.0, 90.0)]
        in_time = result.probability("payback", at_most=setting.payback_within).value
        line += [result.probability("npv", above=0).value, setting.payback_within, in_time]
        lines.append([*line, results.comparison.standings[name].p_best.value])
    return lines


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Give a table as CSV: plain numbers, texts that cannot turn into formulas."""
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
