"""Levers and the cost of delay as people read them, for every way out that shows them."""

from collections.abc import Callable, Mapping

from sim.report.metrics import metric_error, metric_value
from sim.sampling.estimates import Estimate

Table = tuple[list[str], list[list[str]]]
Means = Mapping[str, Mapping[str, Estimate]]
ADDS_UP = (
    "What each lever adds to the customer margin, averaged over every order of switching them on (Shapley values):"
    " the parts add up to the line in every future. Mean over the horizon, undiscounted."
)
DELAY = (
    "Mean NPV lost if go-live comes later than in the plan and its delays, in the same futures otherwise: licences and"
    " the team are paid for longer, benefits start later."
)


def lever_table(found: Means, currency: str, escape: Callable[[str], str] = str) -> Table:
    """Give the mean part of each lever: a header, a row a lever with a column a vendor, and their sum."""
    levers = list(dict.fromkeys(lever for parts in found.values() for lever in parts))
    rows = [
        [
            lever.replace("_", " "),
            *(_money(parts[lever], currency) if lever in parts else "-" for parts in found.values()),
        ]
        for lever in levers
    ]
    sums = [sum(part.value for part in parts.values()) for parts in found.values()]
    rows.append(["customer margin, their sum", *(metric_value("npv", total, currency) for total in sums)])
    return ["Lever", *(escape(name) for name in found)], rows if levers else []


def delay_table(
    found: Mapping[str, Mapping[int, Estimate]], currency: str, escape: Callable[[str], str] = str
) -> Table:
    """Give the mean NPV lost by months of delay: a header, and a row a delay with a column a vendor."""
    months = next(iter(found.values()))
    rows = [
        [f"{month} month{'s' if month > 1 else ''} later", *(_money(lost[month], currency) for lost in found.values())]
        for month in months
    ]
    return ["Go-live", *(escape(name) for name in found)], rows


def _money(estimate: Estimate, currency: str) -> str:
    shown = metric_value("npv", estimate.value, currency)
    return f"{shown} {metric_error('npv', estimate.se, currency)}" if estimate.se else shown
