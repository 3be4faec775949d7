"""Rules that a run may be held against: ``p(npv > 0) < 0.6``, ``p50(roi) < 10%``, ``mean(npv) < 100k``."""

import math
import re
from dataclasses import dataclass

from sim.analysis.result import Result
from sim.analysis.results import Results
from sim.analysis.statistic import COMPARE, HOW, OPERATOR, STATISTIC, Statistic, number_in, statistic_in
from sim.analysis.undefined import reasons_text
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.writing import rate

_RULE = re.compile(rf"{STATISTIC}(?P<outer>{OPERATOR})\s*(?P<limit>\S+)\s*", re.VERBOSE)


@dataclass(frozen=True)
class Rule:
    """A statistic of a metric and the comparison that trips."""

    text: str
    statistic: Statistic
    outer: str
    limit: float

    def tripped_by(self, results: Results) -> list[str]:
        """Give the vendors that trip the rule."""
        return [name for name, result in results.items() if COMPARE[self.outer](self._value(result), self.limit)]

    def _value(self, result: Result) -> float:
        """Give what the rule holds against its limit.

        Raises:
            UsageError: it has no value, so that neither passing nor tripping would be true.
        """
        value = result.estimate(self.statistic).value
        if math.isnan(value):
            raise UsageError(f"rule '{self.text}' has no answer for {result.vendor}: {_no_value(result, self)}")
        return value


def _no_value(result: Result, rule: Rule) -> str:
    """Say why a statistic has no value, and what to ask instead."""
    metric = rule.statistic.metric
    described, title = result.statistics(metric), METRICS[metric].title
    if described.undefined.value == 1:
        return f"{title} is not defined in any future: {reasons_text(described)} (leave the vendor out, or ask of npv)"
    never = rate(described.never.value)
    return f"{title} is never reached in {never} of the futures (ask p50({metric}) or p({metric} > ...) instead)"


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        UsageError: it cannot be read, or names no metric; the message says what would be right.
    """
    match = _RULE.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read the rule '{text}' ({HOW})")
    statistic = statistic_in(match, text)
    kind = Kind.RATE if statistic.is_probability else METRICS[statistic.metric].kind
    return Rule(text, statistic, match["outer"], number_in(match["limit"], kind, text))
