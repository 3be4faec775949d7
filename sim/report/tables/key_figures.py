"""Key figures as people read them: without the CRM and with it, against targets, recorded, and those missing."""

from collections.abc import Iterator
from dataclasses import replace

from sim.analysis.cells import Asked, AskedSpan, Change, Share, Span, percentile
from sim.analysis.key_figures import PERCENTILES, KpiAnswer, missing
from sim.analysis.results import Results
from sim.analysis.table import Cell, Table, people
from sim.finance.metrics import METRICS
from sim.model.key_figures.table import AFTER, KPIS, RECORDED
from sim.numbers.kinds import Kind

NEAR = 2
"""Numbers that a key figure may lack and still be named."""


def about(results: Results) -> str:
    """Say what year the key figures are of, and how they are made."""
    last = results.setting.kpi_month
    first, size = max(last - 11, 1), results.details.kpi_futures
    return (
        f"Months {first} to {last}, in {size:,} futures of this seed; without the CRM means that nobody uses it,"
        " so growth is on both sides. Today's money, before tax. ± is the standard error of the simulation, left out"
        " where it is below 0.5% of the change."
    )


def kpis_shown(results: Results, vendor: str) -> Table:
    """Give a vendor's key figures, a row each."""
    rows = [_kpi_row(answer) for answer in results.details.kpis(vendor)]
    rows += [_metric_row(results, vendor, metric, title) for metric, title in AFTER.items()]
    header = ["", "Without", "With, P50", "P5 to P95", "Mean change"]
    return people("kpis", header, rows, results.setting.currency)


def _kpi_row(answer: KpiAnswer) -> list[Cell]:
    unit = answer.kpi.unit
    low, median, high = (p.value for p in answer.with_crm.percentiles.values())
    before = answer.without.percentiles[50.0].value
    change = Change(answer.change.mean, unit)
    return [answer.kpi.title, Asked(before, unit), Asked(median, unit), AskedSpan(low, high, unit), change]


def _metric_row(results: Results, vendor: str, metric: str, title: str) -> list[Cell]:
    """Give a metric that is a key figure too; its P5 and P95 if the run was asked for them."""
    described, kind = results[vendor].statistics(metric), METRICS[metric].kind
    known = {q: replace(percentile(described, q, kind), se=None) for q in PERCENTILES if q in described.percentiles}
    low, median, high = map(known.get, PERCENTILES)
    span: Cell = ""
    if low is not None and high is not None:
        span = low if low.text("") == high.text("") else Span(low, high)
    return [title, "", median or "", span, ""]


def targets_shown(results: Results, vendor: str) -> Table:
    """Give the key figures that the file says something of, a row each; no rows if it says nothing."""
    rows = [_target_row(results, answer) for answer in results.details.kpis(vendor) if _is_told(answer)]
    header = ["Against its target", "With, P50", "Target", "P(reached)", "Measured"]
    return people("kpi_targets", header, rows, results.setting.currency)


def _is_told(answer: KpiAnswer) -> bool:
    return answer.record.target is not None or answer.record.actual is not None


def _target_row(results: Results, answer: KpiAnswer) -> list[Cell]:
    unit, currency = answer.kpi.unit, results.setting.currency
    target: Cell = "-"
    if answer.record.target is not None:
        sign = "at least" if answer.kpi.rises else "at most"
        target = f"{sign} {Asked(answer.record.target, unit).text(currency)}"
    chance: Cell = Share(answer.reached, results.details.kpi_futures) if answer.reached else "-"
    median = Asked(answer.with_crm.percentiles[50.0].value, unit)
    return [answer.kpi.title, median, target, chance, _told(answer.record.actual, unit)]


def recorded_shown(results: Results) -> Table:
    """Give the key figures that the file records and the model does not value, with the reason."""
    rows: list[list[Cell]] = []
    for name, recorded in RECORDED.items():
        if record := results.setting.kpis.get(name):
            numbers = [_told(x, recorded.unit) for x in (record.before, record.target, record.actual)]
            rows.append([recorded.title, *numbers, f"{recorded.why}{f' ({record.note})' if record.note else ''}"])
    header = ["Recorded, not valued", "Before", "Target", "Actual", "Why no money hangs on it"]
    return people("kpis_recorded", header, rows, results.setting.currency)


def _told(value: float | None, unit: Kind) -> Cell:
    return "-" if value is None else Asked(value, unit)


def missing_lines(results: Results) -> Iterator[str]:
    """Say what the file would have to give for the key figures that are not there; those that lack most in one line."""
    operations = next(iter(results.values())).case.operations
    lacking = {} if operations is None else missing(operations)
    far = [name for needs, names in lacking.items() if len(needs) > NEAR for name in names]
    for needs, names in lacking.items():
        if len(needs) <= NEAR:
            yield f"{', '.join(KPIS[name].title for name in names)}: give {' and '.join(needs)}"
    if far:
        yield f"{len(far)} more that lack more than {NEAR} numbers: see `kpis` in the reference of scenario files"
