"""Statistics as people write them, and as tables print them: `p(npv > 0)`, `P(payback within 24 months)`.

Numbers are read as in a scenario file: a share is 60% or 0.6, a bare 60 is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.statistic import BEST, BOUNDS, COMPARE, ROIS, VIEWS, Statistic
from sim.errors import UsageError, suggestion
from sim.finance.metrics import METRICS
from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, mark_of, read_number
from sim.sampling.estimates import Bounds

HOW = "write 'p(npv > 0) < 60%', 'p(payback <= 24 months) < 50%', 'median(roi) < 10%' or 'mean(npv) < 100k'"

_HELD = re.compile(rf"(?P<left>[^<>=]*\(.*\)[^<>=()]*|[^<>=]*)(?P<outer>{'|'.join(COMPARE)})(?P<limit>[^<>=()]+)")

_WORDS = {"within": "<=", "at most": "<=", "at least": ">=", "above": ">", "below": "<"}
_SIGN = "|".join((*BOUNDS, *(rf"\b{word}\b" for word in _WORDS)))
_CALL = re.compile(r"\s*(?P<what>[a-z]+[\d.]*)\s*\((?P<inner>.*)\)\s*(,\s*(?P<view>.*?)\s*)?", re.IGNORECASE)
_COMPARISON = re.compile(rf"\s*(?P<name>.+?)\s*(?P<sign>{_SIGN})\s*(?P<bound>.+?)\s*", re.IGNORECASE)
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)")

_NAMES: Mapping[str, str] = {
    **{metric.title.lower(): name for name, metric in METRICS.items()},
    **{title.lower(): name for name, title in ROIS.items()},
    **{name: name for name in METRICS},
}
"""Metrics by what people may call them: the name, or a title of tables."""


@dataclass(frozen=True)
class Amount:
    """A number of a rule, and the currency it is written in, if it is."""

    value: float
    currency: str = ""


def parse_statistic(text: str, whole: str = "") -> Statistic:
    """Read a statistic, such as ``p(npv > 0)``, ``p50(roi)`` or ``p(best)``.

    Args:
        text: the statistic.
        whole: what it is part of, for messages; nothing else if it is not given.

    Raises:
        UsageError: it makes no sense; the message says why, and what would be right.
    """
    whole = whole or text
    call = _CALL.fullmatch(text)
    if call is None:
        raise _unreadable(whole, _why_no_call(text))
    what, inner = call["what"].lower().replace("median", "p50"), call["inner"]
    ending = _ending_of(call["view"], whole)
    if what == "p":
        return _probability(text, inner, ending, whole)
    if what != "mean":
        _check_percentile(what, whole)
    if _COMPARISON.fullmatch(inner):
        raise _unreadable(whole, f"{what}(...) takes a metric alone; a comparison belongs in p(...)")
    return Statistic(text.strip(), what, _metric(inner, ending, whole))


def parse_comparison(text: str) -> tuple[Statistic, str, Amount]:
    """Read a statistic that is held against a limit, such as ``p(npv > 0) < 60%``: the statistic, the sign, the limit.

    Raises:
        UsageError: it makes no sense; the message says why, and what would be right.
    """
    match = _HELD.fullmatch(text)
    if match is None:
        raise _unreadable(text, _why_no_comparison(text))
    statistic = parse_statistic(match["left"], text)
    kind = Kind.RATE if statistic.is_probability else METRICS[statistic.metric].kind
    limit = number_in(match["limit"], kind, text)
    if statistic.is_probability and not 0 <= limit.value <= 1:
        raise _unreadable(text, "a probability lies between 0% and 100%")
    return statistic, match["outer"], limit


def number_in(text: str, kind: Kind, whole: str) -> Amount:
    """Give the number of a kind that a rule holds something against.

    Raises:
        UsageError: it is none; the message shows the whole rule.
    """
    mark = mark_of(text) if kind is Kind.MONEY else ""
    currency = next(iter(sorted(CURRENCY_SIGNS[mark]))) if mark in CURRENCY_SIGNS else mark or "USD"
    try:
        return Amount(read_number(text.strip(), Reading(kind=kind, currency=currency, said_by="")), mark)
    except ValueError as error:
        raise _unreadable(whole, str(error)) from None


def _probability(text: str, inner: str, ending: str, whole: str) -> Statistic:
    if inner.strip().lower() in (BEST, "best by npv"):
        return Statistic(text.strip(), BEST, "npv")
    comparison = _COMPARISON.fullmatch(inner)
    if comparison is None:
        if "=" in inner:
            raise _unreadable(whole, "compare with <, <=, > or >=")
        raise _unreadable(whole, f"p(...) takes a comparison inside, such as p({inner.strip() or 'npv'} > 0)")
    sign = comparison["sign"].lower()
    metric = _metric(comparison["name"], ending, whole)
    bound = number_in(comparison["bound"], METRICS[metric].kind, whole)
    return Statistic(text.strip(), "p", metric, Bounds(**{BOUNDS[_WORDS.get(sign, sign)]: bound.value}), bound.currency)


def _ending_of(view: str | None, whole: str) -> str:
    """Give the ending of the metrics that count what is said behind a statistic: `P(NPV > 0), money only`."""
    if view is None:
        return ""
    for title, ending in VIEWS:
        if view.lower() == title:
            return ending
    raise _unreadable(whole, f"'{view}' is none of: {'; '.join(title for title, _ in VIEWS)}")


def _metric(text: str, ending: str, whole: str) -> str:
    name = " ".join(text.lower().split())
    if name not in _NAMES:
        raise _unreadable(whole, f"no metric is called '{text.strip()}'{suggestion(name, METRICS)}")
    metric = _NAMES[name] + ending
    if metric not in METRICS:
        view = next(title for title, one in VIEWS if one == ending)
        raise _unreadable(whole, f"there is no '{text.strip()}, {view}' (of npv and roi there is)")
    return metric


def _check_percentile(what: str, whole: str) -> None:
    match = _PERCENTILE.fullmatch(what)
    if match is None:
        raise _unreadable(whole, f"there is no statistic '{what}' (p, mean, median, or a percentile such as p10)")
    if not 0 < float(match[1]) < 100:
        raise _unreadable(whole, "percentiles lie between 0 and 100")


def _why_no_call(text: str) -> str:
    metric = next((m for m in METRICS if re.match(rf"\s*{m}\b", text, re.IGNORECASE)), None)
    if metric is None:
        return HOW
    return f"which statistic of {metric}? Write 'median({metric}) ...', 'mean({metric}) ...' or 'p({metric} > ...) ...'"


def _why_no_comparison(text: str) -> str:
    """Say what a comparison lacks."""
    if re.search(r"(?<![<>])=|==|!=", text):
        return "compare with <, <=, > or >="
    if re.search(r"\)\s*$", text):
        return f"it holds nothing against a limit ({HOW})"
    return HOW


def _unreadable(whole: str, why: str) -> UsageError:
    return UsageError(f"cannot read the rule '{whole}': {why}")
