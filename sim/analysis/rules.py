"""Rules that a run may be held against: ``p(npv > 0) < 0.6``, ``p50(roi) < 10%``, ``mean(npv) < 100k``."""

import re
from dataclasses import dataclass

from sim.analysis.results import Results
from sim.analysis.statistic import COMPARE, HOW, OPERATOR, STATISTIC, Statistic, number_in, statistic_in
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind

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
        compare = COMPARE[self.outer]
        return [name for name, result in results.items() if compare(result.estimate(self.statistic).value, self.limit)]


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
