"""The comparison that every planner reads first: a row a question, a column a vendor, and what stands around it."""

from collections.abc import Mapping

from sim.analysis.cells import Figure, Share, Span, percentile
from sim.analysis.comparison import Comparison
from sim.analysis.differences import differences
from sim.analysis.gaps import LEGEND, has_gap
from sim.analysis.options import Options
from sim.analysis.options_text import options_shown
from sim.analysis.result import Result
from sim.analysis.section import Block, Section
from sim.analysis.statistic import VIEWS, Statistic, chance
from sim.analysis.table import Cell, Table, people
from sim.analysis.undefined import undefined_row
from sim.engine.draws import Run
from sim.engine.sketch import RELATIVE_ERROR
from sim.finance.metrics import METRICS
from sim.model.line import Nature
from sim.model.setting import Setting
from sim.numbers.kinds import Kind
from sim.numbers.writing import rate
from sim.sampling.estimates import Statistics

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


def headline(vendors: Vendors, setting: Setting, run: Run) -> Table:
    """Give the table every planner reads first."""
    rows = [row for metric in (setting.roi, "npv") for row in _metric_rows(vendors, metric)]
    if any(result.live is not None for result in vendors.values()):
        rows += [_live_row(vendors, metric) for metric in (setting.roi, "npv")]
    rows[2:2] = undefined_row(vendors, setting.roi, SHORT.get(setting.roi, METRICS[setting.roi].title))
    if setting.tei:
        rows += [_median_row(f"{SHORT[metric]}, median", vendors, metric) for metric in YEARLY]
    targets = next(iter(vendors.values())).targets
    rows += [[target.title, *(_target(r, target, run.draws) for r in vendors.values())] for target in targets]
    return people("headline", ["", *vendors], rows, setting.currency)


def choice_note(vendors: Vendors, setting: Setting, run: Run, comparison: Comparison) -> str:
    """Say what the table of options leaves open: whether nothing is one, and what the offers differ in."""
    told = differences({name: result.case for name, result in vendors.items()})
    if setting.nothing is not None:
        return told
    none = Share(comparison.p_none, run.kept).text(setting.currency)
    must = f"Buying nothing is no option: {setting.must_buy}. No offer has an NPV above zero in {none} of the futures."
    return f"{must} {told}".rstrip()


def _target(result: Result, target: Statistic, draws: int) -> Share:
    """Give a probability among the futures in which its metric exists."""
    existing = 1 - result.statistics(target.metric).undefined.value
    return Share(result.estimate(target), round(draws * existing))


def _metric_rows(vendors: Vendors, metric: str) -> list[list[Cell]]:
    """Give a metric's median and range."""
    title, kind = SHORT.get(metric, METRICS[metric].title), METRICS[metric].kind
    spans = (_span(r.statistics(metric), kind) for r in vendors.values())
    return [_median_row(f"{title}, median", vendors, metric), [f"{title}, P10 to P90", *spans]]


def bridge(vendors: Vendors, setting: Setting, run: Run) -> Table:
    """Give the answers to "does it pay" by what is counted; no rows where no staff time is.

    Everything, money alone, or the staff time spent but not that freed, which nobody pays out. Yearly tables have no
    undiscounted ROI beside theirs.
    """
    natures = {line.nature for result in vendors.values() for line in result.case.lines}
    views = VIEWS if Nature.SOFT_BENEFIT in natures else VIEWS[:2] if Nature.TIME_COST in natures else ()
    what, title = ("npv", "NPV") if setting.tei else ("roi", "ROI")
    rows = [_median_row(f"{title}, {view}", vendors, what + of) for view, of in views]
    for view, of in views:
        chances = (_target(r, chance(f"npv{of}", ">", 0.0), run.draws) for r in vendors.values())
        rows.append([f"P(NPV > 0), {view}", *chances])
    return people("bridge", ["Does it pay? (medians)", *vendors], rows, setting.currency)


def _live_row(vendors: Vendors, metric: str) -> list[Cell]:
    """Give a metric's range in the futures in which the project goes live, where it may be cancelled before."""
    title, kind = SHORT.get(metric, METRICS[metric].title), METRICS[metric].kind
    spans = (
        _span(r.statistics(metric) if r.live is None else r.statistics_live(metric), kind) for r in vendors.values()
    )
    return [f"{title}, P10 to P90 if it goes live", *spans]


def _span(described: Statistics, kind: Kind) -> Span:
    return Span(*(percentile(described, q, kind) for q in (10.0, 90.0)))


def _median_row(title: str, vendors: Vendors, metric: str) -> list[Cell]:
    return [title, *(median(result, metric) for result in vendors.values())]


def median(result: Result, metric: str) -> Figure:
    """Give a vendor's median of a metric with its standard error."""
    return percentile(result.statistics(metric), 50.0, METRICS[metric].kind)


def answers_of(
    vendors: Vendors, setting: Setting, run: Run, comparison: Comparison, options: Options, advice: str
) -> tuple[Block, ...]:
    """Give what stands below the first table: whether it pays, by what is counted, which option is best, in words."""
    paid, said = bridge(vendors, setting, run), choice_note(vendors, setting, run, comparison)
    shown = options_shown(options, setting.currency)
    return (*((paid,) if paid else ()), shown, *filter(None, (advice, said)))


def brief(
    vendors: Vendors, setting: Setting, run: Run, comparison: Comparison, options: Options, advice: str, note: str
) -> Section:
    """Give the comparison as terminals and notebooks show it: what it is of, the tables, how to read them."""
    of = ", on present values" if setting.tei else ""
    return Section(
        setting.name,
        (
            f"{setting.months} months, {setting.currency}, discount rate {setting.discount_rate} a year;"
            f" {run.draws:,} futures, {run.design} design, seed {run.seed}",
            headline(vendors, setting, run),
            *answers_of(vendors, setting, run, comparison, options, advice),
            f"± is the standard error of the simulation. ROI is net{of}: 0% is break-even.",
            LEGEND if has_gap(vendors, (setting.roi, "npv"), (10.0, 50.0, 90.0)) else "",
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
