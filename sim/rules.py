"""Rules that a run may be held against: ``p(npv > 0) < 0.6``, ``p50(roi) < 10%``, ``mean(npv) < 100k``."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.errors import UsageError
from sim.finance import METRICS, SCALES, Scale
from sim.results import Result, Results, check_metric
from sim.spec import Kind, Reading, read_number
from sim.statistics import Bounds, Estimate

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
_RULE = re.compile(rf"{_STATISTIC}(?P<outer>{_OPERATOR})\s*(?P<limit>\S+)\s*", re.VERBOSE)
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


@dataclass(frozen=True)
class Rule:
    """A statistic of a metric and the comparison that trips."""

    text: str
    statistic: Statistic
    outer: str
    limit: float

    def tripped_by(self, results: Results) -> list[str]:
        """Give the vendors that trip the rule."""
        compare = _COMPARE[self.outer]
        return [name for name, result in results.items() if compare(self.statistic.estimate(result).value, self.limit)]


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        UsageError: it cannot be read, or names no metric; the message says what would be right.
    """
    match = _RULE.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read the rule '{text}' ({HOW})")
    statistic = _statistic(match, text)
    kind = Kind.RATE if statistic.is_probability else KINDS[SCALES[statistic.metric]]
    return Rule(text, statistic, match["outer"], _number(match["limit"], kind, text))


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


assert set(KINDS) == {SCALES[m] for m in METRICS}
