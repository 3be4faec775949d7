"""A statistic of a metric as people write it: `p(npv > 0)`, `p50(roi)`, `mean(npv)`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.errors import UsageError, suggestion
from sim.finance.metrics import METRICS
from sim.model.setting import Setting
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.sampling.estimates import Bounds

COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}

_BOUNDS = {"<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}

OPERATOR = "|".join(COMPARE)

STATISTIC = rf"""\s*(?P<what>p|mean|p\d{{1,2}}(\.\d+)?)\s*
    \(\s*(?P<metric>\w+)\s*((?P<inner>{OPERATOR})\s*(?P<bound>[^\s)]+)\s*)?\)\s*"""

_ALONE = re.compile(STATISTIC, re.VERBOSE)

HOW = "write 'p(npv > 0) < 0.6', 'p(payback <= 24) < 50%', 'p50(roi) < 10%' or 'mean(npv) < 100k'"


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

    @property
    def event(self) -> str:
        """What is probable, such as `npv > 0`: the name of a probability in CSV and JSON."""
        sign, bound = self._comparison
        return f"{self.metric} {sign} {bound:g}"

    @property
    def title(self) -> str:
        """What people read of it, such as `P(payback within 24 months)`."""
        sign, bound = self._comparison
        if self.metric == "payback":
            return f"P(payback within {bound:g} months)"
        if self.metric in ("roi", "roi_pv"):
            return f"P(net ROI at least {bound * 100:g}%)"
        return f"P({METRICS[self.metric].title} {sign} {bound:g})"

    @property
    def _comparison(self) -> tuple[str, float]:
        if self.bounds is None:
            raise ValueError(f"{self.text} is no probability")
        return next((sign, x) for sign, name in _BOUNDS.items() if (x := getattr(self.bounds, name)) is not None)


def chance(metric: str, sign: str, bound: float) -> Statistic:
    """Give the statistic P(metric sign bound)."""
    return Statistic(f"p({metric} {sign} {bound:g})", "p", metric, Bounds(**{_BOUNDS[sign]: bound}))


def targets(setting: Setting) -> tuple[Statistic, ...]:
    """Give the probabilities every report shows: NPV above zero, payback in time, ROI target if there is one."""
    shown = [chance("npv", ">", 0.0), chance("payback", "<=", setting.payback_within)]
    if setting.target_roi is not None:
        shown.append(chance(setting.roi, ">=", setting.target_roi))
    return tuple(shown)


def check_metric(metric: str) -> str:
    """Give the metric's name back.

    Raises:
        UsageError: no metric is called so.
    """
    if metric not in METRICS:
        raise UsageError(f"no metric is called '{metric}'{suggestion(metric, METRICS)}")
    return metric


def parse_statistic(text: str) -> Statistic:
    """Read a statistic on its own, such as ``p(npv > 0)`` or ``p50(roi)``.

    Raises:
        UsageError: as for rules.
    """
    match = _ALONE.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read '{text}' (write 'p(npv > 0)', 'p50(roi)' or 'mean(npv)')")
    return statistic_in(match, text)


def statistic_in(match: re.Match[str], text: str) -> Statistic:
    """Give the statistic that a part of a text, matched by `STATISTIC`, names.

    Raises:
        UsageError: it makes no sense; the message shows the whole text.
    """
    what, metric = match["what"], check_metric(match["metric"])
    if (what == "p") != bool(match["inner"]):
        raise UsageError(f"cannot read the rule '{text}': p(...) takes a comparison inside, others do not ({HOW})")
    if what not in ("p", "mean") and not 0 < float(what[1:]) < 100:
        raise UsageError(f"cannot read the rule '{text}': percentiles lie between 0 and 100")
    if not match["inner"]:
        return Statistic(text.strip(), what, metric)
    bound = number_in(match["bound"], METRICS[metric].kind, text)
    return Statistic(text.strip(), what, metric, Bounds(**{_BOUNDS[match["inner"]]: bound}))


def number_in(text: str, kind: Kind, rule: str) -> float:
    """Give the number of a kind that a rule holds something against.

    Raises:
        UsageError: it is none; the message shows the whole rule.
    """
    try:
        if kind is Kind.RATE and not text.endswith("%"):
            return read_number(text, Reading(kind=Kind.FACTOR))  # in a rule, roi >= 2 may mean 200 %
        return read_number(text, Reading(kind=kind))
    except ValueError as error:
        raise UsageError(f"cannot read the rule '{rule}': {error}") from None
