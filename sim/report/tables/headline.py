"""Tables as people read them, for every way out that shows them: a header, and rows of texts."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sim.analysis.results import Results
from sim.analysis.tornado import Bar
from sim.analysis.yearly import Part, TableRow, YearlyTable
from sim.engine.sketch import RELATIVE_ERROR
from sim.finance.metrics import TITLES
from sim.model.line import Nature
from sim.numbers.writing import accounting, input_value, points, rate
from sim.report.metrics import metric_error, metric_value
from sim.sampling.estimates import Estimate, Statistics
from sim.scenario.shapes.rows import RowShape


def headline_rows(results: Results, escape: Callable[[str], str] = str) -> tuple[list[str], list[list[str]]]:
    """Give the table every planner reads first: a header, and a row a question with a column a vendor."""
    currency, tei = results.setting.currency, results.setting.tei
    rows: list[list[str]] = []
    for metric in (results.setting.roi, "npv"):
        found = [result.statistics(metric) for result in results.values()]
        rows.append([f"{_short_title(metric)}, median", *_medians(results, metric)])
        rows.append([f"{_short_title(metric)}, P10 to P90", *(_range(metric, f, currency) for f in found)])
    if any(line.nature is Nature.SOFT_BENEFIT for result in results.values() for line in result.case.lines):
        # yearly tables have no undiscounted ROI to set beside theirs
        place, title, metric = (4, TITLES["npv_hard"], "npv_hard") if tei else (2, "ROI without freed time", "roi_hard")
        rows.insert(place, [title, *_medians(results, metric)])
    if tei:
        rows += [[_SHORT[metric] + ", median", *_medians(results, metric)] for metric in _YEARLY]
    targets = [result.targets() for result in results.values()]
    draws = results.run.draws
    rows += [[_event_title(event), *(share(found[event], draws) for found in targets)] for event in targets[0]]
    if len(results) > 1:
        standings = results.comparison.standings.values()
        rows.append(["P(best vendor by NPV)", *(share(s.p_best, results.run.kept) for s in standings)])
        regrets = [s.regret for s in standings]
        rows.append(["Expected regret of choice", *(with_error("npv", r, currency) for r in regrets)])
    header = ["", *(escape(name) for name in results)]
    return header, rows


_SHORT = {
    "roi_pv": "ROI (TEI)",
    "benefit_pv": "Benefits, PV",
    "cost_pv": "Costs, PV",
    "payback_yearly": "Payback months",
}
"""Titles of yearly tables that fit the first column of a terminal."""
_YEARLY = ("benefit_pv", "cost_pv", "payback_yearly")


def _short_title(metric: str) -> str:
    return _SHORT.get(metric, TITLES[metric])


def _medians(results: Results, metric: str) -> list[str]:
    currency = results.setting.currency
    return [with_error(metric, r.statistics(metric).percentiles[50.0], currency) for r in results.values()]


def yearly_rows(table: YearlyTable, escape: Callable[[str], str] = str) -> tuple[list[str], list[list[str]]]:
    """Give a yearly table as people read it: a header, and a row a line and total, amounts in whole units."""
    rows = [[_row_title(row, escape), *(accounting(cell.value) for cell in row.cells)] for row in table.means]
    spread = [row for row in table.rows if row.part is Part.NET and row.statistic in ("p10", "p90")]
    rows += [
        [f"{row.part.capitalize()}, {row.statistic.upper()}", *(accounting(cell.value) for cell in row.cells)]
        for row in spread
    ]
    return _without_empty_years(["", *table.columns], rows)


def _without_empty_years(header: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Leave out the last years that hold nothing: a late go-live puts fewer into the horizon."""
    last = len(header) - 3
    while last > 2 and all(row[last] == "0" for row in rows):
        last -= 1
    return [*header[: last + 1], *header[-2:]], [[*row[: last + 1], *row[-2:]] for row in rows]


def _row_title(row: TableRow, escape: Callable[[str], str]) -> str:
    if row.line:
        return escape(row.line)
    return row.part.capitalize() if row.part is Part.NET else f"Total {row.part}"


def yearly_figures(results: Results, vendor: str) -> str:
    """Give the figures below a yearly table in one line; medians where numbers are uncertain."""
    result, currency = results[vendor], results.setting.currency
    values = {m: result.statistics(m).percentiles[50.0].value for m in ("roi_pv", "npv", "payback_yearly")}
    months = metric_value("payback_yearly", values["payback_yearly"], currency)
    payback = f"{months} months" if months != "never" else f"not within {results.setting.months} months"
    medians = " (medians)" if results.yearly(vendor).uncertain else ""
    roi, npv = metric_value("roi_pv", values["roi_pv"], currency), accounting(values["npv"])
    return f"ROI {roi}, NPV {npv}, payback {payback}{medians}."


YEARLY_NOTE = (
    "ROI is the net present value by the present value of the costs. The start is not discounted, years are at their"
    " ends; payback is in a straight line inside the year."
)


SUMMARY = ("Scenario and vendor", "ROI P50", "NPV P50", "NPV > 0", "in time", "best")
"""Header of one table over several scenarios."""


def summary_rows(results: Results) -> list[list[str]]:
    """Give a scenario's rows of that table as people read it, one a vendor."""
    rows = []
    currency, within = results.setting.currency, results.setting.payback_within
    for name, result in results.items():
        roi, npv = (
            metric_value(metric, result.statistics(metric).percentiles[50.0].value, currency)
            for metric in (results.setting.roi, "npv")
        )
        chances = [result.probability("npv", above=0), result.probability("payback", at_most=within)]
        chances.append(results.comparison.standings[name].p_best)
        rows.append([f"{results.setting.name}: {name}", roi, npv, *(rate(chance.value) for chance in chances)])
    return rows


def written_input(results: Results, row: Mapping[str, Any]) -> list[str]:
    """Write an input's min, P10, P50, mean, P90 and max as drawn, in its own unit."""
    unit, currency = results.inputs_asked[row["input"]].unit, results.setting.currency
    return [input_value(row[key], unit, currency) for key in ("min", "p10", "p50", "mean", "p90", "max")]


def scope(results: Results, escape: Callable[[str], str] = str) -> str:
    """Say what of a run's figures is not of all draws, more or less than drawn, or not as close as asked, if any is."""
    run, parts = results.run, []
    if run.smoothed is not None:
        parts.append(
            f"Probabilities and percentiles are worked out exactly over {escape(run.smoothed)}; draws cover the other"
            " inputs. IRR, peak exposure and the curves of ROI are those of the draws."
        )
    if run.counted:
        parts.append(
            f"Percentiles come from counts and may be off by {rate(RELATIVE_ERROR)} of their value at most, since"
            " memory has no room for all draws; means are exact."
        )
    if run.kept < run.draws:
        what = "Inputs and charts" if run.smoothed is not None else "The comparison of vendors, inputs and charts"
        parts.append(f"{what} show the first {run.kept:,} futures.")
    if results.misses:
        parts.append(f"Not as close as --precision asked: {escape('; '.join(results.misses))}.")
    return " ".join(parts)


def correlation_table(results: Results, escape: Callable[[str], str] = str) -> tuple[list[str], list[list[str]]]:
    """Give the correlations as people read them: a header, and a row a pair; no rows if none were asked for."""
    rows = []
    for row in results.correlation_rows:
        numbers = [f"{row[key]:.3f}" for key in ("asked", "used", "drawn")]
        pair = escape(pair_name(row["input_a"], row["input_b"], results))
        rows.append([pair, row["measure"].replace("_", " "), *numbers])
    return ["Inputs that move together", "Measure", "Asked", "Used", "Drawn"], rows


def pair_name(a: str, b: str, vendors: Collection[str]) -> str:
    """Name a pair: 'Acme: implementation.overrun ~ rollout.delay_months' where both are one vendor's own."""
    owners = [next((v for v in vendors if key.startswith(f"vendors.{v}.")), "") for key in (a, b)]
    if owners[0] == owners[1]:
        short = " ~ ".join(short_name(key, owners[0]) for key in (a, b))
        return f"{owners[0]}: {short}" if owners[0] else short
    return " ~ ".join(
        f"{v}: {short_name(key, v)}" if v else short_name(key, v) for v, key in zip(owners, (a, b), strict=True)
    )


def bar_ends(bar: Bar, currency: str) -> tuple[str, str]:
    """Write the input's values at the two ends of a tornado's bar; an event does not happen, or does."""
    if bar.switch:
        return "no", "yes"
    return input_value(bar.low_input, bar.unit, currency), input_value(bar.high_input, bar.unit, currency)


DEFAULT_PRIORS = "* a default prior (sim priors NAME): better a number of your own."
"""What the star behind an input's name says."""


def bar_name(bar: Bar, vendor: str) -> str:
    """Give the name of a tornado's bar; a star marks a default prior."""
    return f"{short_name(bar.input, vendor)}{' *' if bar.prior else ''}"


def short_name(key: str, vendor: str) -> str:
    """Give an input's name as a chart of one vendor shows it: without the parts that say where it stands."""
    for prefix in (f"vendors.{vendor}.inputs.", f"vendors.{vendor}.", "common.", "company."):
        if key.startswith(prefix):
            return _by_year(key.removeprefix(prefix))
    return key


def _by_year(name: str) -> str:
    """Name a number of a row by what it is and its year: 'rows.Sales.factors.deals[1]' is 'Sales, deals, year 2'."""
    if not name.startswith("rows."):
        return name
    name = re.sub(r"\.(?:factors|retained\.rates|retained)\.", ", ", name.removeprefix("rows."))
    name = re.sub(rf"\.({'|'.join(RowShape.model_fields)})(?=\[|$)", r", \1", name)
    name = re.sub(r"\[(\d+)\]$", lambda found: f", year {int(found[1]) + 1}", name)
    return name.replace(", years", "")


def _event_title(event: str) -> str:
    metric, sign, bound = event.split()
    if metric == "payback":
        return f"P(payback within {bound} months)"
    if metric in ("roi", "roi_pv"):
        return f"P(net ROI at least {float(bound) * 100:g}%)"
    return f"P({TITLES[metric]} {sign} {bound})"


def share(p: Estimate, draws: int) -> str:
    """Write a probability with its standard error, or with the count of draws where none or all of them hit.

    No spread between replicates is no proof of certainty: after no hit in n draws, 3/n is still within the 95 %
    interval (the rule of three; Hanley and Lippman-Hand 1983, JAMA 249(13)).
    """
    if p.se == 0 and p.value in (0, 1):
        return f"{rate(p.value)} ({'all' if p.value else '0 of'} {draws:,})"
    return f"{rate(p.value)} {points(p.se)}"


def with_error(metric: str, estimate: Estimate, currency: str) -> str:
    """Write a statistic of a metric with its standard error."""
    shown = metric_value(metric, estimate.value, currency)
    return f"{shown} {metric_error(metric, estimate.se, currency)}".rstrip()


def _range(metric: str, found: Statistics, currency: str) -> str:
    low, high = (metric_value(metric, found.percentiles[q].value, currency) for q in (10.0, 90.0))
    return f"{low} to {high}"
