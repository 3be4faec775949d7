"""One table over several scenarios: a row a scenario and vendor, kept when the draws behind it are gone."""

from collections.abc import Iterable, Iterator

from sim.analysis.cells import Figure
from sim.analysis.headline import median
from sim.analysis.results import Results
from sim.analysis.table import Cell, Column, Table, people
from sim.numbers.kinds import Kind

Row = tuple[Cell, ...]
ENDS = (10.0, 50.0, 90.0)


def summary_rows(results: Results) -> Iterator[Row]:
    """Give a scenario's rows of the table as people read it, one a vendor; figures know the scenario's currency."""
    currency, within = results.setting.currency, results.setting.payback_within
    for name, result in results.items():
        medians = (median(result, metric) for metric in (results.setting.roi, "npv"))
        shown = (Figure(m.value, m.kind).text(currency) for m in medians)  # each scenario has a currency of its own
        p_npv, p_payback = result.probability("npv", above=0), result.probability("payback", at_most=within)
        chances = (p_npv, p_payback, results.comparison.standings[name].p_best)
        yield (f"{results.setting.name}: {name}", *shown, *(Figure(p.value, Kind.RATE) for p in chances))


def summary_shown(rows: Iterable[Row]) -> Table:
    """Give the table as people read it."""
    return people("summary", ["Scenario and vendor", "ROI P50", "NPV P50", "NPV > 0", "in time", "best"], list(rows))


def summary_lines(path: str, results: Results) -> Iterator[Row]:
    """Give a scenario's rows of the table in long form, one a vendor."""
    setting = results.setting
    for name, result in results.items():
        ends = (result.statistics(metric).percentiles[q].value for metric in ("roi", "npv") for q in ENDS)
        p_npv = result.probability("npv", above=0).value
        p_payback = result.probability("payback", at_most=setting.payback_within).value
        best = results.comparison.standings[name].p_best.value
        yield (path, setting.name, setting.currency, name, *ends, p_npv, setting.payback_within, p_payback, best)


def summary_table(rows: Iterable[Row]) -> Table:
    """Give the table in long form."""
    ends = (f"{metric}_p{q:g}" for metric in ("roi", "npv") for q in ENDS)
    names = "file", "scenario", "currency", "vendor", *ends, "p(npv > 0)", "payback_target", "p(payback in time)"
    return Table("summary", tuple(map(Column, (*names, "p(best npv)"))), tuple(rows))
