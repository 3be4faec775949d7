"""Rules that a run may be held against: ``p(npv > 0) < 60%``, ``median(roi) < 10%``, ``p(best) < 80%``."""

import math
from dataclasses import dataclass

from sim.analysis.cells import between
from sim.analysis.result import Result
from sim.analysis.results import Results
from sim.analysis.statistic import BEST, COMPARE, Statistic
from sim.analysis.statistic_text import parse_comparison
from sim.analysis.undefined import reasons_text
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.writing import rate


@dataclass(frozen=True)
class Rule:
    """A statistic of a metric and the comparison that trips."""

    text: str
    statistic: Statistic
    outer: str
    limit: float
    currency: str = ""
    """The sign or code of the currency that the limit is written in, if it is."""

    def tripped_by(self, results: Results) -> list[str]:
        """Give the vendors that trip the rule.

        Raises:
            UsageError: it has no answer for some vendor, or is about another currency.
        """
        self._check_currency(results.setting.currency)
        return [
            name for name, result in results.items() if COMPARE[self.outer](self._value(results, result), self.limit)
        ]

    def _check_currency(self, currency: str) -> None:
        for mark in filter(None, (self.currency, self.statistic.currency)):
            if currency not in CURRENCY_SIGNS.get(mark, {mark}):
                raise UsageError(f"rule '{self.text}' is in {mark}, the scenario in {currency}")

    def _value(self, results: Results, result: Result) -> float:
        """Give what the rule holds against its limit; without a value, neither passing nor tripping would be true."""
        if self.statistic.what == BEST:
            return results.comparison.standings[result.vendor].p_best.value
        value = result.estimate(self.statistic).value
        if math.isnan(value):
            raise UsageError(
                f"rule '{self.text}' has no answer for {result.vendor}: {_no_value(result, self.statistic)}"
            )
        self._check_gap(result)
        return value

    def _check_gap(self, result: Result) -> None:
        """Refuse to hold a percentile against a limit in the gap that it falls into."""
        q, metric = self.statistic.percentile, self.statistic.metric
        gap = None if q is None else result.statistics_at(metric, q).gaps.get(q)
        if gap is not None and gap.low < self.limit < gap.high:
            where = between(gap, METRICS[metric].kind, result.setting.currency).replace(" .. ", " and ")
            raise UsageError(f"rule '{self.text}' has no answer for {result.vendor}: that lies between {where}")


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        UsageError: it cannot be read, or names no metric; the message says why and what would be right.
    """
    statistic, outer, limit = parse_comparison(text)
    return Rule(text, statistic, outer, limit.value, limit.currency)


def _no_value(result: Result, statistic: Statistic) -> str:
    """Say why a statistic has no value, and what to ask instead."""
    described, title = result.statistics(statistic.metric), METRICS[statistic.metric].title
    if described.undefined.value == 1:
        return f"{title} is not defined in any future: {reasons_text(described)} (leave the vendor out, or ask of npv)"
    never = rate(described.never.value)
    instead = f"p50({statistic.metric}) or p({statistic.metric} > ...)"
    return f"{title} is never reached in {never} of the futures (ask {instead} instead)"
