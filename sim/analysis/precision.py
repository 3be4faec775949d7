"""How accurate a run is to be: which statistics, how closely, and which of them are not there yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.result import Result
from sim.analysis.results import Results
from sim.analysis.statistic import BEST, Statistic
from sim.analysis.statistic_text import parse_statistic
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.sampling.estimates import T95, Bounds, Estimate

HOW = "write '0.5%', 'p(npv > 0): 0.2%', 'mean(npv): 1%' or 'p50(roi): 0.01'"


@dataclass(frozen=True)
class Goal:
    """A statistic and the half-width its 95 % interval may have.

    A share of a probability is meant in points; of anything else, of its value - or, where `of_spread`, of the
    distance from P10 to P90, which is never close to zero by chance.
    """

    statistic: Statistic
    within: float
    relative: bool = False
    of_spread: bool = False

    def missed_by(self, result: Result) -> bool:
        """Whether a vendor's interval is wider, or has no width because the statistic does not exist."""
        estimate = result.estimate(self.statistic)
        if self._in_gap(result):
            return False  # no number of draws tells more
        return not T95 * estimate.se <= self.within * self._scale(result, estimate)

    def _in_gap(self, result: Result) -> bool:
        q = self.statistic.percentile
        return q is not None and q in result.statistics_at(self.statistic.metric, q).gaps

    def _scale(self, result: Result, estimate: Estimate) -> float:
        if self.of_spread:
            percentiles = result.statistics(self.statistic.metric).percentiles
            return percentiles[90].value - percentiles[10].value
        return abs(estimate.value) if self.relative else 1.0


def parse_goals(texts: Iterable[str], payback: int) -> tuple[Goal, ...]:
    """Read what `--precision` says: one share for what every report shows, or statistics with a tolerance each.

    A share alone is meant for P(NPV > 0) and P(payback <= `payback`), in points, and for the mean, P10, P50 and P90
    of NPV, as a share of the distance from P10 to P90.

    Raises:
        UsageError: a text that cannot be read; the message says what would be right.
    """
    return tuple(goal for text in texts for goal in _parsed(text, payback))


def _parsed(text: str, payback: int) -> list[Goal]:
    what, colon, tolerance = text.rpartition(":")
    if not colon:
        return _usual(_tolerance(tolerance, Kind.RATE, text), payback)
    statistic = parse_statistic(what)
    if statistic.what == BEST:
        raise UsageError(f"cannot read the precision '{text}': p(best) is no statistic of one vendor ({HOW})")
    if statistic.is_probability:
        return [Goal(statistic, _tolerance(tolerance, Kind.RATE, text))]
    if tolerance.strip().endswith("%"):
        return [Goal(statistic, _tolerance(tolerance, Kind.RATE, text), relative=True)]
    return [Goal(statistic, _tolerance(tolerance, METRICS[statistic.metric].kind, text))]


def _usual(within: float, payback: int) -> list[Goal]:
    events = (Bounds(above=0.0), "npv", "p(npv > 0)"), (Bounds(at_most=payback), "payback", f"p(payback <= {payback})")
    goals = [Goal(Statistic(text, "p", metric, bounds), within) for bounds, metric, text in events]
    means = [Statistic(f"{what}(npv)", what, "npv") for what in ("mean", "p10", "p50", "p90")]
    return goals + [Goal(statistic, within, of_spread=True) for statistic in means]


def _tolerance(text: str, kind: Kind, whole: str) -> float:
    text = text.strip()
    try:
        exact = kind is Kind.RATE and not text.endswith("%")
        value = read_number(text, Reading(kind=Kind.FACTOR if exact else kind, said_by=""))
    except ValueError as error:
        raise UsageError(f"cannot read the precision '{whole}': {error} ({HOW})") from None
    if not value > 0:
        raise UsageError(f"cannot read the precision '{whole}': the tolerance must be above 0 ({HOW})")
    return value


def misses(goals: Iterable[Goal], results: Results) -> list[tuple[str, Goal]]:
    """Give the vendors and goals that are not met yet."""
    return [(vendor, goal) for goal in goals for vendor, result in results.items() if goal.missed_by(result)]
