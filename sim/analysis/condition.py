"""What a number of an offer must bring about: ``p(npv > 0) >= 80%``, ``mean(npv) >= 50k``, ``best`` ...

A statistic is taken of values by option along their last axis, so that the same function gives it of all draws, (1, n),
and of each replicate, (R, n / R).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.statistic import BEST, COMPARE, Statistic
from sim.analysis.statistic_text import number_in, parse_comparison
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.numbers.arrays import Array
from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.kinds import Kind
from sim.numbers.writing import figure
from sim.sampling.draws import REPLICATES

LEAD = "lead"
"""The statistic behind `best`: by how much the mean NPV is above the highest of all other options."""

CE = "ce"
"""The certainty equivalent: the sure amount that is worth as much as the NPV, at a risk tolerance."""

BEYOND = 20
"""Draws that it takes, at least, on either side of a share or percentile."""

HEAVIEST = 0.1
"""Share of the weight that one draw may carry in a certainty equivalent."""

_CE = re.compile(
    rf"\s*ce\s*\(\s*npv\s*,\s*(?P<tolerance>[^<>=()]+)\)\s*(?P<outer>{'|'.join(COMPARE)})(?P<limit>[^<>=()]+)",
    re.IGNORECASE,
)

Values = Mapping[str, Array]
"""A metric by option, (..., n) each."""


@dataclass(frozen=True)
class Condition:
    """A statistic of a metric of one option among others, and the limit that it is to keep."""

    text: str
    statistic: Statistic
    outer: str
    limit: float
    tolerance: float = math.nan
    """Risk tolerance of a certainty equivalent, in money."""
    currencies: tuple[str, ...] = ()
    """Signs or codes of currencies that its amounts are written in."""

    @property
    def is_least(self) -> bool:
        """Whether the statistic is to be at least the limit; else at most."""
        return self.outer in (">=", ">")

    @property
    def compares(self) -> bool:
        """Whether it is about one option against all others."""
        return self.statistic.what in (LEAD, BEST)

    @property
    def kind(self) -> Kind:
        """What the statistic measures."""
        return Kind.RATE if self.statistic.is_probability else METRICS[self.statistic.metric].kind

    def holds(self, value: float) -> bool:
        """Whether a value of the statistic keeps the limit; one that does not exist keeps none."""
        return COMPARE[self.outer](value, self.limit)

    def of(self, values: Values, option: str) -> Array:
        """Give the statistic of an option along the last axis of the values, (...,)."""
        what, x = self.statistic.what, values[option]
        if self.statistic.bounds is not None:
            return np.asarray(self.statistic.bounds.kept(x).mean(axis=-1))
        if what == BEST:
            best = np.maximum.reduce(list(values.values()))
            winners = sum((v == best).astype(float) for v in values.values())
            return np.asarray(((x == best) / winners).mean(axis=-1))
        if what == LEAD:
            others = [v.mean(axis=-1) for name, v in values.items() if name != option]
            return np.asarray(x.mean(axis=-1) - np.maximum.reduce(others))
        if what == CE:
            return certainty_equivalent(x, self.tolerance)
        return _of_existing(x, self.statistic)

    def title(self, currency: str) -> str:
        """Give what people read of the statistic."""
        metric, what = METRICS[self.statistic.metric].title, self.statistic.what
        if what == LEAD:
            return "lead in mean NPV over the next best option"
        if what == BEST:
            return "P(best by NPV)"
        if what == CE:
            return (
                f"certainty equivalent of the NPV at a risk tolerance of {figure(self.tolerance, Kind.MONEY, currency)}"
            )
        if self.statistic.is_probability:
            return self.statistic.title
        return f"{'mean' if what == 'mean' else 'median' if what == 'p50' else what.upper()} {metric}"


def certainty_equivalent(x: Array, tolerance: float) -> Array:
    """Give the certainty equivalent under exponential utility along the last axis: -R ln mean exp(-x / R).

    R is the risk tolerance (Pratt 1964, "Risk aversion in the small and in the large"; Howard 1988). The largest
    exponent is taken out first, so that nothing overflows.
    """
    exponents = -x / tolerance
    most = exponents.max(axis=-1, keepdims=True)
    return np.asarray(-tolerance * (most[..., 0] + np.log(np.exp(exponents - most).mean(axis=-1))))


def heaviest(x: Array, tolerance: float) -> float:
    """Give the share of the weight that the worst draw carries in a certainty equivalent of draws, (n,)."""
    exponents = -x / tolerance
    return float(1 / np.exp(exponents - exponents.max()).sum())


def _of_existing(x: Array, statistic: Statistic) -> Array:
    """Give a mean or percentile of the values that exist along the last axis; NaN where there is none."""
    if statistic.what == "mean":
        there = ~np.isnan(x)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(there, x, 0).sum(axis=-1) / there.sum(axis=-1))
    q = (statistic.percentile or 0) / 100
    quantile = np.nanquantile if np.isnan(x).any() else np.quantile
    if METRICS[statistic.metric].whole or np.isinf(x).any():
        return np.asarray(quantile(x, q, axis=-1, method="inverted_cdf"))
    return np.asarray(quantile(x, q, axis=-1))


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        UsageError: it makes no sense, always holds or can never hold; the message says why.
    """
    if text.strip().lower() == BEST:
        return Condition(text.strip(), Statistic(text.strip(), LEAD, "npv"), ">=", 0.0)
    try:
        condition = _certainty_equivalent(text) or _comparison(text)
    except UsageError as error:
        raise UsageError(str(error).replace("the rule", "the condition", 1)) from None
    if wrong := _contradiction(condition):
        raise UsageError(f"the condition '{text.strip()}' {wrong}")
    return condition


def _comparison(text: str) -> Condition:
    statistic, outer, limit = parse_comparison(text)
    marks = (statistic.currency, limit.currency)
    return Condition(text.strip(), statistic, outer, limit.value, currencies=tuple(filter(None, marks)))


def _certainty_equivalent(text: str) -> Condition | None:
    match = _CE.fullmatch(text)
    if match is None:
        if re.match(r"\s*ce\b", text, re.IGNORECASE):
            raise UsageError(
                f"cannot read the condition '{text}': write 'ce(npv, 200k) >= 0', the certainty equivalent of the NPV"
                " at a risk tolerance of 200k"
            )
        return None
    tolerance, limit = (number_in(match[part], Kind.MONEY, text) for part in ("tolerance", "limit"))
    if tolerance.value <= 0:
        raise UsageError(f"cannot read the condition '{text}': a risk tolerance is an amount above zero")
    marks = tuple(filter(None, (tolerance.currency, limit.currency)))
    statistic = Statistic(text.strip(), CE, "npv")
    return Condition(text.strip(), statistic, match["outer"], limit.value, tolerance.value, marks)


def _contradiction(condition: Condition) -> str:
    """Say why a probability can never keep its limit, or always does; empty if neither is so."""
    if not condition.statistic.is_probability:
        return ""
    if (condition.outer, condition.limit) in ((">=", 0.0), ("<=", 1.0)):
        return "holds whatever the number is (ask for a probability between 0% and 100%)"
    if (condition.outer, condition.limit) in ((">", 1.0), ("<", 0.0)):
        return "can never hold (ask for a probability between 0% and 100%)"
    if condition.limit in (0.0, 1.0):
        return "asks for certainty, which no number of futures shows (ask for 99% or 1%)"
    return ""


def check_condition(condition: Condition, draws: int, currency: str) -> None:
    """Make sure that a run can answer a condition.

    Raises:
        UsageError: it has too few draws, or amounts of another currency.
    """
    for mark in condition.currencies:
        if currency not in CURRENCY_SIGNS.get(mark, {mark}):
            raise UsageError(f"the condition '{condition.text}' is in {mark}, the scenario in {currency}")
    if draws < (needed := draws_needed(condition)):
        raise UsageError(
            f"{draws:,} futures are too few to tell '{condition.text}': it takes {needed:,} (give --draws {needed})"
        )


def draws_needed(condition: Condition) -> int:
    """Give how many draws it takes to tell a condition: some on either side of the share or percentile it speaks of."""
    q = condition.limit if condition.statistic.is_probability else (condition.statistic.percentile or 50) / 100
    return max(BEYOND * REPLICATES, math.ceil(BEYOND / min(q, 1 - q) - 1e-9))
