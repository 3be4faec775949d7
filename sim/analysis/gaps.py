"""What is said of percentiles between two groups of futures, such as those of a cancelled project and the rest."""

from collections.abc import Iterator, Mapping

from sim.analysis.cells import between
from sim.analysis.result import Result
from sim.finance.metrics import METRICS
from sim.numbers.percentiles import percentile_key
from sim.numbers.writing import rate
from sim.sampling.estimates import Gap

LEGEND = "a .. b: the percentile lies between two groups of futures, and no run tells where."

CLOSE = 0.005
"""How near the share of one group must be to that of the cancelled futures to be them."""


def gap_lines(result: Result) -> Iterator[str]:
    """Say of each percentile of a vendor in a gap between what it lies, and what tells the groups apart."""
    for name, metric in METRICS.items():
        for q, gap in result.statistics(name).gaps.items():
            if q in result.percentiles:
                where = between(gap, metric.kind, result.setting.currency).replace(" .. ", " and ")
                yield f"{metric.title}: {percentile_key(q).upper()} lies between {where}{_why(result, gap)}"


def _why(result: Result, gap: Gap) -> str:
    """Say what the futures on one side are, if they are the cancelled ones; else how many there are."""
    cancelled = 0.0 if result.live is None else 1 - float(result.live.mean())
    if cancelled and min(abs(gap.below - cancelled), abs(1 - gap.below - cancelled)) < CLOSE:
        return f": cancelled in {rate(cancelled)}"
    return f": {rate(gap.below)} of the futures lie below"


def has_gap(vendors: Mapping[str, Result], metrics: tuple[str, ...], qs: tuple[float, ...]) -> bool:
    """Whether one of some percentiles falls into a gap."""
    return any(q in r.statistics(metric).gaps for r in vendors.values() for metric in metrics for q in qs)
