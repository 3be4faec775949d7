"""A statistic of a metric as people write it: `p(npv > 0)`, `p50(roi)`, `mean(npv)`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.analysis.results import Result, check_metric
from sim.errors import UsageError
from sim.finance.metrics import SCALES, Scale
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.sampling.estimates import Bounds, Estimate

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


_BOUNDS = {"<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}


_OPERATOR = "|".join(_COMPARE)


_STATISTIC = rf"""\s*(?P<what>p|mean|p\d{{1,2}}(\.\d+)?)\s*
    \(\s*(?P<metric>\w+)\s*((?P<inner>{_OPERATOR})\s*(?P<bound>[^\s)]+)\s*)?\)\s*"""


_ALONE = re.compile(_STATISTIC, re.VERBOSE)


HOW = "write 'p(npv > 0) < 0.6', 'p(payback <= 24) < 50%', 'p50(roi) < 10%' or 'mean(npv) < 100k'"


KINDS = {Scale.RATE: Kind.RATE, Scale.MONEY: Kind.MONEY, Scale.MONTHS: Kind.MONTHS}


@dataclass(frozen=True)
class Statistic:
    """A probability, a mean or a percentile of a metric, as it is written."""

    text: str
    what: str
    metric: str
    bounds: Bounds | None = None

    @property
    def is_probability(self) -> bool:
        """Whether it is one."""
        return self.bounds is not None

    def estimate(self, result: Result) -> Estimate:
        """Give its value for a vendor, and the standard error."""
        tally = result.tally(self.metric)
        if self.bounds is not None:
            return tally.probability(self.bounds)
        if self.what == "mean":
            return result.statistics(self.metric).mean
        q, known = float(self.what[1:]), result.statistics(self.metric).percentiles
        return known[q] if q in known else tally.describe([q]).percentiles[q]


def parse_statistic(text: str) -> Statistic:
    """Read a statistic on its own, such as ``p(npv > 0)`` or ``p50(roi)``.

    Raises:
        UsageError: as for rules.
    """
    match = _ALONE.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read '{text}' (write 'p(npv > 0)', 'p50(roi)' or 'mean(npv)')")
    return _statistic(match, text)


def _statistic(match: re.Match[str], text: str) -> Statistic:
    what, metric = match["what"], check_metric(match["metric"])
    if (what == "p") != bool(match["inner"]):
        raise UsageError(f"cannot read the rule '{text}': p(...) takes a comparison inside, others do not ({HOW})")
    if what not in ("p", "mean") and not 0 < float(what[1:]) < 100:
        raise UsageError(f"cannot read the rule '{text}': percentiles lie between 0 and 100")
    if not match["inner"]:
        return Statistic(text.strip(), what, metric)
    bound = _number(match["bound"], KINDS[SCALES[metric]], text)
    return Statistic(text.strip(), what, metric, Bounds(**{_BOUNDS[match["inner"]]: bound}))


def _number(text: str, kind: Kind, rule: str) -> float:
    try:
        if kind is Kind.RATE and not text.endswith("%"):
            return read_number(text, Reading(kind=Kind.FACTOR))  # in a rule, roi >= 2 may mean 200 %
        return read_number(text, Reading(kind=kind))
    except ValueError as error:
        raise UsageError(f"cannot read the rule '{rule}': {error}") from None
