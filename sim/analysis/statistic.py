"""A statistic of a metric: a probability, a percentile, a mean; and how often an option is best."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.errors import UsageError, suggestion
from sim.finance.metrics import METRICS
from sim.model.setting import Setting
from sim.sampling.estimates import Bounds

COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}

BOUNDS = {"<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}

VIEWS = (
    ("everything counted", ""),
    ("money only", "_cash"),
    ("time spent counted, time freed not", "_hard"),
)
"""What is counted, and the ending of the metrics that count it."""

CASH, MONEY_ONLY = VIEWS[1][1], f", {VIEWS[1][0]}"

ROIS = {"roi": "net ROI", "roi_pv": "ROI on present values"}
"""What returns are called in a probability."""

BEST = "best"
"""The statistic that is no metric's: how often an option has the highest NPV of all."""


@dataclass(frozen=True)
class Statistic:
    """A probability, a mean or a percentile of a metric, or P(best), as it is written."""

    text: str
    what: str
    metric: str
    bounds: Bounds | None = None
    currency: str = ""
    """The sign or code of the currency that a bound is written in, if it is."""

    @property
    def is_probability(self) -> bool:
        """Whether it is one."""
        return self.bounds is not None or self.what == BEST

    @property
    def percentile(self) -> float | None:
        """Which percentile it is, if it is one."""
        return float(self.what[1:]) if self.what[1:2].isdigit() else None

    @property
    def event(self) -> str:
        """What is probable, such as `npv > 0`: the name of a probability in CSV and JSON."""
        sign, bound = self._comparison
        return f"{self.metric} {sign} {bound:g}"

    @property
    def title(self) -> str:
        """What people read of it, such as `P(payback within 24 months)`."""
        sign, bound = self._comparison
        metric, view = (self.metric.removesuffix(CASH), MONEY_ONLY) if self.metric.endswith(CASH) else (self.metric, "")
        if metric == "payback":
            return f"P(payback within {bound:g} months){view}"
        if metric in ROIS:
            return f"P({ROIS[metric]} at least {bound * 100:g}%){view}"
        return f"P({METRICS[metric].title} {sign} {bound:g}){view}"

    @property
    def _comparison(self) -> tuple[str, float]:
        if self.bounds is None:
            raise ValueError(f"{self.text} is no probability")
        return next((sign, x) for sign, name in BOUNDS.items() if (x := getattr(self.bounds, name)) is not None)


def chance(metric: str, sign: str, bound: float) -> Statistic:
    """Give the statistic P(metric sign bound)."""
    return Statistic(f"p({metric} {sign} {bound:g})", "p", metric, Bounds(**{BOUNDS[sign]: bound}))


def targets(setting: Setting) -> tuple[Statistic, ...]:
    """Give the probabilities every report shows: NPV above zero, payback in time, and targets of ROI and of money."""
    shown = [chance("npv", ">", 0.0), chance("payback", "<=", setting.payback_within)]
    if setting.target_roi is not None:
        shown.append(chance(setting.roi, ">=", setting.target_roi))
    if setting.target_payback_cash is not None:
        shown.append(chance("payback_cash", "<=", setting.target_payback_cash))
    if setting.target_roi_cash is not None:
        shown.append(chance("roi_cash", ">=", setting.target_roi_cash))
    return tuple(shown)


def check_metric(metric: str) -> str:
    """Give the metric's name back.

    Raises:
        UsageError: no metric is called so.
    """
    if metric not in METRICS:
        raise UsageError(f"no metric is called '{metric}'{suggestion(metric, METRICS)}")
    return metric
