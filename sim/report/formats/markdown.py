"""The report as a page of Markdown."""

from collections.abc import Iterable, Sequence

from sim.analysis.results import Result, Results
from sim.distributions.picture import blocks
from sim.finance.metrics import METRICS, TITLES
from sim.numbers.writing import points, rate
from sim.report.escape import markdown
from sim.report.metrics import metric_value
from sim.report.tables.headline import (
    DEFAULT_PRIORS,
    YEARLY_NOTE,
    bar_ends,
    bar_name,
    correlation_table,
    headline_rows,
    scope,
    with_error,
    written_input,
    yearly_figures,
    yearly_rows,
)
from sim.report.tables.key_figures import about, kpi_table, missing_lines, recorded_table, target_table
from sim.report.tables.levers import ADDS_UP, DELAY, delay_table, lever_table

CHARTS = {
    "roi_distribution": "Distribution of net ROI",
    "roi_s_curve": "Probability of at least a net ROI",
    "payback_by_month": "Probability of payback by month",
    "cash_position": "Cash position over time",
    "tornado": "What moves the NPV",
}


def markdown_text(results: Results) -> str:
    """Give the report as a page of Markdown."""
    setting, run = results.setting, results.run
    parts = [
        f"# {markdown(setting.name)}",
        f"{setting.months} months from signature, {setting.currency},"
        f" discount rate {markdown(setting.discount_rate)} a year."
        f" {run.draws:,} futures ({run.design} design, seed {run.seed});"
        " every vendor is valued in the same futures. Behind ± stands the standard error of the simulation.",
        scope(results, markdown),
        "## Vendors",
        _table(*headline_rows(results, escape=markdown)),
        _none_line(results),
        _conventions(results),
        *_yearly_sections(results),
        *(f"![{title}](charts/{name}.svg)" for name, title in CHARTS.items()),
        "## Where the value comes from",
        "Mean of each line over the horizon, undiscounted.",
        _table(*_line_rows(results)),
        "## All percentiles",
        *(_percentile_section(result) for result in results.values()),
        "## What moves the NPV",
        "One input at a time at its P10 and its P90, the others at their medians (base run).",
        *(_tornado_section(result) for result in results.values()),
        *_lever_section(results),
        *_delay_section(results),
        *_kpi_section(results),
        "## Inputs as asked and as sampled",
        "![Every input as asked for and as drawn](charts/inputs.svg)",
        _input_table(results),
        _correlation_section(results),
        _feature_section(results),
        "## Sources and notes",
        "What the scenario says of its numbers; every number of it is in assumptions.csv.",
        _assumption_table(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _delay_section(results: Results) -> list[str]:
    found = {name: results.details.delays(name) for name in results}
    if not all(found.values()):  # rows of a yearly table have no go-live
        return []
    about = f"{DELAY} {results.details.few_futures:,} futures."
    return ["## What a later go-live costs", about, _table(*delay_table(found, results.setting.currency, markdown))]


def _conventions(results: Results) -> str:
    if results.setting.tei:
        return f"{YEARLY_NOTE} 0% is break-even; staff time is included. Payback counts only if it lasts."
    return (
        "ROI is net: (benefit - cost) / cost, undiscounted, staff time included; 0% is break-even."
        " NPV is discounted monthly. Payback counts only if it lasts."
    )


def _yearly_sections(results: Results) -> list[str]:
    """Give the yearly tables of a scenario that asks for them."""
    if not results.setting.tei:
        return []
    tables = [results.yearly(name) for name in results]
    means = " Rows are means; percentiles are those of each column by itself." if tables[0].uncertain else ""
    parts = ["## Yearly tables", f"In {results.setting.currency}, costs in brackets.{means}"]
    for table in tables:
        figures = yearly_figures(results, table.vendor)
        parts += [f"### {markdown(table.vendor)}", _table(*yearly_rows(table, escape=markdown)), figures]
    return parts


def _none_line(results: Results) -> str:
    none = results.comparison.p_none
    share = f"{rate(none.value)} ({points(none.se)})"
    return f"In {share} of the futures no vendor has an NPV above zero: buying nothing is best."


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
        rows.append([TITLES[metric], *(with_error(metric, cell, currency) for cell in cells), *shares])
    return f"### {markdown(result.vendor)}\n\n{_table(header, rows)}"


def _tornado_section(result: Result) -> str:
    found = result.bars("npv")
    currency = result.setting.currency
    median = result.statistics("npv").percentiles[50.0].value
    header = ["Input", "P10", "P90", "NPV at P10", "NPV at P90"]
    rows = [
        [
            markdown(bar_name(bar, result.vendor)),
            *bar_ends(bar, currency),
            metric_value("npv", bar.at_low, currency),
            metric_value("npv", bar.at_high, currency),
        ]
        for bar in found.bars
    ]
    at_base, simulated = (metric_value("npv", value, currency) for value in (found.base, median))
    base = f"Base run {at_base}, simulated median {simulated}."
    note = f"\n\n{markdown(DEFAULT_PRIORS)}" if any(bar.prior for bar in found.bars) else ""
    return f"### {markdown(result.vendor)}\n\n{base}\n\n{_table(header, rows)}{note}"


def _lever_section(results: Results) -> list[str]:
    found = {name: results.details.levers(name) for name in results}
    header, rows = lever_table(found, results.setting.currency, markdown)
    if not rows:
        return []
    return [
        "## Which lever makes the customer margin",
        f"{ADDS_UP} {results.details.few_futures:,} futures, so that the sum may differ from the line above in the"
        " last digits.",
        _table(header, rows),
    ]


def _kpi_section(results: Results) -> list[str]:
    parts = ["## Key figures without the CRM and with it", about(results)]
    for name in results:
        parts += [f"### {markdown(name)}: key figures", _table(*kpi_table(results, name))]
        header, rows = target_table(results, name)
        parts += [_table(header, rows)] if rows else []
    header, rows = recorded_table(results, markdown)
    parts += [_table(header, rows)] if rows else []
    lines = [f"- {line}" for line in missing_lines(results)]
    return parts + (["Not computed, because the scenario does not say enough:\n\n" + "\n".join(lines)] if lines else [])


def _input_table(results: Results) -> str:
    header = ["Input", "Asked", "Min", "P10", "P50", "Mean", "P90", "Max", "Shape as drawn"]
    rows = []
    for row in results.input_rows:
        numbers = written_input(results, row)
        shape = blocks(results.input_pictures[row["input"]][1], 12).strip() or "-"
        rows.append([markdown(row["input"]), markdown(row["asked"]), *numbers, shape])
    return _table(header, rows)


def _correlation_section(results: Results) -> str:
    header, rows = correlation_table(results, escape=markdown)
    return f"## Correlations as asked and as drawn\n\n{_table(header, rows)}" if rows else ""


def _feature_section(results: Results) -> str:
    notes = results.setting.features
    header = ["Vendor", "Feature", "Quality", "May move", "Counts", "Source"]
    rows = [[n.vendor, n.feature, f"{n.quality} ({n.about})" if n.about else n.quality] for n in notes]
    rows = [[*row, n.moves, n.counts, n.source] for row, n in zip(rows, notes, strict=True)]
    table = _table(header, [[markdown(text) for text in row] for row in rows])
    about = "What each vendor has, and whether the result holds anything of it."
    return f"## Features\n\n{about}\n\n{table}" if notes else ""


def _assumption_table(results: Results) -> str:
    said = [a for a in results.setting.assumptions if a.source or a.note]
    rows = [[markdown(text) for text in (a.place, a.asked, a.source, a.note)] for a in said]
    return _table(["Number", "Value", "Source", "Note"], rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
