"""Key figures as people read them: tables of texts, for every way out that shows them."""

import math
from collections.abc import Callable, Iterator

from sim.analysis.key_figures import PERCENTILES, KpiAnswer, missing
from sim.analysis.results import Results
from sim.model.key_figures.table import AFTER, KPIS, RECORDED
from sim.numbers.kinds import Kind
from sim.numbers.writing import input_value, points
from sim.report.metrics import metric_value
from sim.report.tables.headline import share
from sim.sampling.estimates import Estimate

NEAR = 2
"""Numbers that a key figure may lack and still be named."""

Table = tuple[list[str], list[list[str]]]


def about(results: Results) -> str:
    """Say what year the key figures are of, and how they are made."""
    last = results.setting.kpi_month
    first, size = max(last - 11, 1), results.details.kpi_futures
    return (
        f"Months {first} to {last}, in {size:,} futures of this seed; without the CRM means that nobody uses it,"
        " so growth is on both sides. Today's money, before tax. ± is the standard error of the simulation, left out"
        " where it is below 0.5% of the change."
    )


def kpi_table(results: Results, vendor: str) -> Table:
    """Give a vendor's key figures: a header, and a row each."""
    currency = results.setting.currency
    rows = [[a.kpi.title, *_sides(a, currency), _change(a, currency)] for a in results.details.kpis(vendor)]
    rows += [_after(results, vendor, metric, title) for metric, title in AFTER.items()]
    return ["", "Without", "With, P50", "P5 to P95", "Mean change"], rows


def target_table(results: Results, vendor: str) -> Table:
    """Give the key figures that the file says something of: a header, and a row each; no rows if it says nothing."""
    currency, draws = results.setting.currency, results.details.kpi_futures
    rows = []
    for answer in results.details.kpis(vendor):
        said = [_said(x, answer.kpi.unit, currency) for x in (answer.record.target, answer.record.actual)]
        if any(said):
            median = _value(answer.with_crm.percentiles[50.0].value, answer.kpi.unit, currency)
            sign = "at least " if answer.kpi.rises else "at most "
            target = f"{sign}{said[0]}" if said[0] else "-"
            chance = share(answer.reached, draws) if answer.reached else "-"
            rows.append([answer.kpi.title, median, target, chance, said[1] or "-"])
    return ["Against its target", "With, P50", "Target", "P(reached)", "Measured"], rows


def recorded_table(results: Results, escape: Callable[[str], str] = str) -> Table:
    """Give the key figures that the file records and the model does not value, with the reason."""
    currency = results.setting.currency
    rows = []
    for name, noted in RECORDED.items():
        if record := results.setting.kpis.get(name):
            numbers = [_said(x, noted.unit, currency) or "-" for x in (record.before, record.target, record.actual)]
            why = f"{noted.why}{f' ({escape(record.note)})' if record.note else ''}"
            rows.append([noted.title, *numbers, why])
    return ["Recorded, not valued", "Before", "Target", "Actual", "Why no money hangs on it"], rows


def missing_lines(results: Results) -> Iterator[str]:
    """Say what the file would have to give for the key figures that are not there; those that lack most in one line."""
    operations = next(iter(results.values())).case.operations
    found = {} if operations is None else missing(operations)
    far = [name for needs, names in found.items() if len(needs) > NEAR for name in names]
    for needs, names in found.items():
        if len(needs) <= NEAR:
            yield f"{', '.join(KPIS[name].title for name in names)}: give {' and '.join(needs)}"
    if far:
        yield f"{len(far)} more that lack more than {NEAR} numbers: see `kpis` in the reference of scenario files"


def _sides(answer: KpiAnswer, currency: str) -> tuple[str, str, str]:
    low, median, high = (_value(p.value, answer.kpi.unit, currency) for p in answer.with_crm.percentiles.values())
    before = answer.without.percentiles[50.0].value
    return _value(before, answer.kpi.unit, currency), median, low if low == high else f"{low} to {high}"


def _change(answer: KpiAnswer, currency: str) -> str:
    """Write the mean change with its sign and standard error; of a rate in points."""
    mean: Estimate = answer.change.mean
    if math.isnan(mean.value):
        return "n/a"
    if answer.kpi.unit is Kind.RATE:
        written, error = f"{abs(mean.value) * 100:.2f} points", points(mean.se)
    else:
        written = _value(abs(mean.value), answer.kpi.unit, currency)
        error = f"±{_value(float(f'{mean.se:.2g}'), answer.kpi.unit, currency)}"
    if not mean.value:
        return "none"
    shown = f"{'-' if mean.value < 0 else '+'}{written}"
    return shown if mean.se < 0.005 * abs(mean.value) else f"{shown} {error}"


def _after(results: Results, vendor: str, metric: str, title: str) -> list[str]:
    """Give a metric that is a key figure too; its P5 and P95 if the run was asked for them."""
    found, currency = results[vendor].statistics(metric).percentiles, results.setting.currency
    low, median, high = (metric_value(metric, found[q].value, currency) if q in found else "" for q in PERCENTILES)
    span = low if low == high else f"{low} to {high}"
    return [title, "", median, span if low and high else "", ""]


def _said(value: float | None, unit: Kind, currency: str) -> str:
    return "" if value is None else _value(value, unit, currency)


def _value(value: float, unit: Kind, currency: str) -> str:
    return "n/a" if math.isnan(value) else input_value(value, unit, currency)
