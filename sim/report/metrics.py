"""Values of metrics as people read them."""

import math

from sim.finance.metrics import SCALES, Scale
from sim.numbers.writing import money, months, points, rate, short_money


def metric_value(metric: str, value: float, currency: str) -> str:
    """Write a value of a metric; a value that does not exist is an n/a."""
    if math.isnan(value):
        return "n/a"
    scale = SCALES[metric]
    if scale is Scale.MONTHS:
        return months(value)
    return rate(value) if scale is Scale.RATE else money(value, currency)


def metric_error(metric: str, se: float, currency: str) -> str:
    """Write the standard error of a metric's statistic, with a plus-minus sign; nothing where there is none."""
    if math.isnan(se):
        return ""
    scale = SCALES[metric]
    if scale is Scale.MONTHS:
        return f"±{se:.2g}"
    return points(se) if scale is Scale.RATE else f"±{short_money(se, currency)}"
