"""The comparison that every planner reads first: a row a question, a column a vendor, and what stands around it."""

from collections.abc import Mapping

from sim.analysis.cells import Figure, Share, Span
from sim.analysis.comparison import Comparison
from sim.analysis.result import Result
from sim.analysis.section import Section
from sim.analysis.statistic import Statistic
from sim.analysis.table import Cell, Table, people
from sim.analysis.undefined import undefined_row
from sim.engine.draws import Run
from sim.engine.sketch import RELATIVE_ERROR
from sim.finance.metrics import METRICS
from sim.model.line import Nature
from sim.model.setting import Setting
from sim.numbers.kinds import Kind
from sim.numbers.writing import rate

Vendors = Mapping[str, Result]

SHORT = {
    "roi_pv": "ROI (TEI)",
    "benefit_pv": "Benefits, PV",
    "cost_pv": "Costs, PV",
    "payback_yearly": "Payback months",
}
"""Titles of yearly tables that fit the first column of a terminal."""

YEARLY = ("benefit_pv", "cost_pv", "payback_yearly")
"""What yearly tables show besides."""


def headline(vendors: Vendors, setting: Setting, run: Run, comparison: Comparison) -> Table:
    """Give the table every planner reads first."""
    rows = [row for metric in (setting.roi, "npv") for row in _metric_rows(vendors, metric)]
    if any(line.nature is Nature.SOFT_BENEFIT for result in vendors.values() for line in result.case.lines):
        rows.insert(*_without_freed_time(vendors, tei=setting.tei))
    rows[2:2] = undefined_row(vendors, setting.roi, SHORT.get(setting.roi, METRICS[setting.roi].title))
    if setting.tei:
        rows += [_median_row(f"{SHORT[metric]}, median", vendors, metric) for metric in YEARLY]
    targets = next(iter(vendors.values())).targets
    rows += [[target.title, *(_target(r, target, run.draws) for r in vendors.values())] for target in targets]
    if len(vendors) > 1:
        standings = comparison.standings.values()
        rows.append(["P(best vendor by NPV)", *(Share(s.p_best, run.kept) for s in standings)])
        regrets = (Figure(s.regret.value, Kind.MONEY, s.regret.se) for s in standings)
        rows.append(["Expected regret of choice", *regrets])
    return people("headline", ["", *vendors], rows, setting.currency)


def _target(result: Result, target: Statistic, draws: int) -> Share:
    """Give a probability among the futures in which its metric exists."""
    existing = 1 - result.statistics(target.metric).undefined.value
    return Share(result.targets[target], round(draws * existing))


def _metric_rows(vendors: Vendors, metric: str) -> list[list[Cell]]:
    """Give a metric's median and range."""
    title, kind = SHORT.get(metric, METRICS[metric].title), METRICS[metric].kind
    ends = ([r.statistics(metric).percentiles[q].value for q in (10.0, 90.0)] for r in vendors.values())
    spans = (Span(low, high, kind) for low, high in ends)
    return [_median_row(f"{title}, median", vendors, metric), [f"{title}, P10 to P90", *spans]]


def _without_freed_time(vendors: Vendors, *, tei: bool) -> tuple[int, list[Cell]]:
    """Give the row of returns in money alone, and its place; yearly tables have no undiscounted ROI beside theirs."""
    if tei:
        return 4, _median_row(METRICS["npv_hard"].title, vendors, "npv_hard")
    return 2, _median_row("ROI without freed time", vendors, "roi_hard")


def _median_row(title: str, vendors: Vendors, metric: str) -> list[Cell]:
    return [title, *(median(result, metric) for result in vendors.values())]


def median(result: Result, metric: str) -> Figure:
    """Give a vendor's median of a metric with its standard error."""
    estimate = result.statistics(metric).percentiles[50.0]
    return Figure(estimate.value, METRICS[metric].kind, estimate.se)


def brief(vendors: Vendors, setting: Setting, run: Run, comparison: Comparison, note: str) -> Section:
    """Give the comparison as terminals and notebooks show it: what it is of, the table, how to read it."""
    none = Share(comparison.p_none, run.kept).text(setting.currency)
    of = ", on present values" if setting.tei else ""
    return Section(
        setting.name,
        (
            f"{setting.months} months, {setting.currency}, discount rate {setting.discount_rate} a year;"
            f" {run.draws:,} futures, {run.design} design, seed {run.seed}",
            headline(vendors, setting, run, comparison),
            f"No vendor has an NPV above zero in {none} of the futures."
            f" ± is the standard error of the simulation. ROI is net{of}: 0% is break-even.",
            note,
        ),
    )


def scope(run: Run, misses: tuple[str, ...]) -> str:
    """Say what of a run's figures is not of all draws, more or less than drawn, or not as close as asked, if any is."""
    sentences = []
    if run.smoothed is not None:
        sentences.append(
            f"Probabilities and percentiles are worked out exactly over {run.smoothed}; draws cover the other"
            " inputs. IRR, peak exposure and the curves of ROI are those of the draws."
        )
    if run.counted:
        sentences.append(
            f"Percentiles come from counts and may be off by {rate(RELATIVE_ERROR)} of their value at most, since"
            " memory has no room for all draws; means are exact."
        )
    if run.kept < run.draws:
        what = "Inputs and charts" if run.smoothed is not None else "The comparison of vendors, inputs and charts"
        sentences.append(f"{what} show the first {run.kept:,} futures.")
    if misses:
        sentences.append(f"Not as close as --precision asked: {'; '.join(misses)}.")
    return " ".join(sentences)
