"""Yearly tables as accounts print them."""

from sim.analysis.cells import Booked, Figure
from sim.analysis.headline import median
from sim.analysis.results import Results
from sim.analysis.table import Cell, Table, people
from sim.analysis.yearly import TablePart, TableRow, YearlyTable
from sim.numbers.kinds import Kind
from sim.numbers.writing import accounting

NOTE = (
    "ROI is the net present value by the present value of the costs. The start is not discounted, years are at their"
    " ends; payback is in a straight line inside the year."
)
SPREAD = ("p10", "p90")
"""Percentiles of the net benefits that people are shown."""


def yearly_shown(yearly: YearlyTable) -> Table:
    """Give a yearly table as people read it: a row a line and total, amounts in whole units; totals stand out."""
    rows = [[_title(row), *_amounts(row)] for row in yearly.means]
    spread = [row for row in yearly.rows if row.part is TablePart.NET and row.statistic in SPREAD]
    rows += [[f"{row.part.capitalize()}, {row.statistic.upper()}", *_amounts(row)] for row in spread]
    last = _last_year(rows)
    kept = [[*row[: last + 1], *row[-2:]] for row in rows]
    header = ["", *yearly.columns]
    strong = (place for place, row in enumerate(kept) if row[0] not in yearly.lines)
    return people("yearly", [*header[: last + 1], *header[-2:]], kept, strong=strong)


def _amounts(row: TableRow) -> list[Cell]:
    return [Booked(cell.value) for cell in row.cells]


def _last_year(rows: list[list[Cell]]) -> int:
    """Give the column of the last year that holds something: a late go-live puts fewer years into the horizon."""
    last = len(rows[0]) - 3
    while last > 2 and all(isinstance(cell := row[last], Booked) and accounting(cell.value) == "0" for row in rows):
        last -= 1
    return last


def _title(row: TableRow) -> str:
    if row.line:
        return row.line
    return row.part.capitalize() if row.part is TablePart.NET else f"Total {row.part}"


def figures(results: Results, vendor: str) -> str:
    """Give the figures below a yearly table in one line; medians where numbers are uncertain."""
    roi, npv, payback = (median(results[vendor], metric).value for metric in ("roi_pv", "npv", "payback_yearly"))
    months = Figure(payback, Kind.MONTHS).text("")
    within = f"{months} months" if months != "never" else f"not within {results.setting.months} months"
    medians = " (medians)" if results.yearly(vendor).uncertain else ""
    return f"ROI {Figure(roi, Kind.RATE).text('')}, NPV {accounting(npv)}, payback {within}{medians}."
