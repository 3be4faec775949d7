"""Rules that a run may be held against: ``p(npv > 0) < 0.6``, ``p50(roi) < 10%``, ``mean(npv) < 100k``."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.distributions import Array
from sim.errors import UsageError
from sim.finance import METRICS, SCALES, Scale
from sim.results import Result, Results, check_metric
from sim.spec import Kind, Reading, read_number
from sim.statistics import describe, probability

_COMPARE: Mapping[str, Callable[[Array | float, float], object]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_OPERATOR = "|".join(_COMPARE)
_RULE = re.compile(
    rf"""\s*(?P<what>p|mean|p\d{{1,2}}(\.\d+)?)\s*
         \(\s*(?P<metric>\w+)\s*((?P<inner>{_OPERATOR})\s*(?P<bound>[^\s)]+)\s*)?\)\s*
         (?P<outer>{_OPERATOR})\s*(?P<limit>\S+)\s*""",
    re.VERBOSE,
)
HOW = "write 'p(npv > 0) < 0.6', 'p(payback <= 24) < 50%', 'p50(roi) < 10%' or 'mean(npv) < 100k'"
_KINDS = {Scale.RATE: Kind.RATE, Scale.MONEY: Kind.MONEY, Scale.MONTHS: Kind.MONTHS}


@dataclass(frozen=True)
class Rule:
    """A statistic of a metric and the comparison that trips."""

    text: str
    what: str
    metric: str
    inner: str
    bound: float
    outer: str
    limit: float

    def tripped_by(self, results: Results) -> list[str]:
        """Give the vendors that trip the rule."""
        return [name for name, result in results.items() if _COMPARE[self.outer](self._value(result), self.limit)]

    def _value(self, result: Result) -> float:
        x = result[self.metric]
        if self.what == "p":
            return probability(np.asarray(_COMPARE[self.inner](x, self.bound))).value
        whole = SCALES[self.metric] is not Scale.MONTHS
        if self.what == "mean":
            return result.statistics(self.metric).mean.value
        q = float(self.what[1:])
        return describe(x, [q], interpolate=whole).percentiles[q].value


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        UsageError: it cannot be read, or names no metric; the message says what would be right.
    """
    match = _RULE.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read the rule '{text}' ({HOW})")
    what, metric = match["what"], match["metric"]
    check_metric(metric)
    if (what == "p") != bool(match["inner"]):
        raise UsageError(f"cannot read the rule '{text}': p(...) takes a comparison inside, others do not ({HOW})")
    if what not in ("p", "mean") and not 0 < float(what[1:]) < 100:
        raise UsageError(f"cannot read the rule '{text}': percentiles lie between 0 and 100")
    kind = _KINDS[SCALES[metric]]
    bound = _number(match["bound"], kind, text) if match["inner"] else 0.0
    limit = _number(match["limit"], Kind.RATE if what == "p" else kind, text)
    return Rule(text, what, metric, match["inner"] or "", bound, match["outer"], limit)


def _number(text: str, kind: Kind, rule: str) -> float:
    try:
        if kind is Kind.RATE and not text.endswith("%"):
            return read_number(text, Reading(kind=Kind.FACTOR))  # in a rule, roi >= 2 may mean 200 %
        return read_number(text, Reading(kind=kind))
    except ValueError as error:
        raise UsageError(f"cannot read the rule '{rule}': {error}") from None


assert set(_KINDS) == {SCALES[m] for m in METRICS}
