"""What is said of metrics that have no value in some futures: in how many, and why."""

from collections.abc import Iterator, Mapping

from sim.analysis.cells import Figure
from sim.analysis.result import Result
from sim.analysis.table import Cell
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.undefined import Why
from sim.numbers.writing import rate
from sim.sampling.estimates import Statistics

BASE = "Percentiles, means and probabilities of a figure are those of the futures in which it exists."


def reasons_text(described: Statistics) -> str:
    """Say why a metric has no value, with the share of futures behind each reason where there are several."""
    reasons = described.reasons
    if len(reasons) == 1:
        return next(iter(reasons)).text
    return ", ".join(f"{why.text} {rate(share)}" for why, share in sorted(reasons.items(), key=lambda r: -r[1]))


def _how_often(described: Statistics) -> str:
    share = described.undefined.value
    where = "all futures" if share == 1 else f"{rate(share)} of the futures"
    return f"in {where} ({reasons_text(described)})"


def undefined_lines(result: Result) -> Iterator[str]:
    """Say of each metric of a vendor that has no value in some futures in how many, and why."""
    for name, metric in METRICS.items():
        described = result.statistics(name)
        if described.undefined.value:
            yield f"{metric.title}: {_how_often(described)}"


def undefined_row(vendors: Mapping[str, Result], metric: str, title: str) -> list[list[Cell]]:
    """Give the row that says in how many futures a metric of each vendor has no value; none if it always has one."""
    described = [result.statistics(metric) for result in vendors.values()]
    reasons = {why for one in described for why in one.reasons}
    if not reasons:
        return []
    shares = (Figure(d.undefined.value, Kind.RATE, d.undefined.se) if d.undefined.value else "" for d in described)
    return [[f"{title} undefined: {_texts(reasons)}", *shares]]


def _texts(reasons: set[Why]) -> str:
    return ", ".join(why.text for why in sorted(reasons))


def undefined_note(vendors: Mapping[str, Result], metric: str, short: Mapping[str, str]) -> str:
    """Say beside a chart for which vendors a metric has no value in some futures; nothing if it always has one.

    Args:
        vendors: those of the chart.
        metric: what it shows.
        short: the names of vendors as the chart shows them.
    """
    shares = {name: result.statistics(metric).undefined.value for name, result in vendors.items()}
    parts = [
        f"{short[name]} {'always' if share == 1 else f'in {rate(share)}'}" for name, share in shares.items() if share
    ]
    return f"not defined for {', '.join(parts)}" if parts else ""
