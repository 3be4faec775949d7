import pytest

from sim.finance.metrics import METRICS
from sim.numbers.writing import error, figure

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("roi", 0.5, "50.0%"),
        ("npv", -18_000, "-€18.0k"),
        ("payback", 14.0, "14"),
        ("payback", INF, "never"),
        ("irr", NAN, "n/a"),
        ("npv", NAN, "n/a"),
    ],
)
def test_a_metric_is_written_on_its_scale(metric, value, text):
    assert figure(value, METRICS[metric].kind, "EUR") == text


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_written(metric):
    assert figure(2.0, METRICS[metric].kind, "USD")
    assert error(2.0, METRICS[metric].kind, "USD").startswith("±")
    assert error(NAN, METRICS[metric].kind, "USD") == ""


@pytest.mark.parametrize(
    ("metric", "se", "text"),
    [
        ("npv", 1234, "±$1.2k"),
        ("npv", 42, "±$42"),
        ("npv", 123_456, "±$123k"),
        ("npv", 0, "±$0"),
        ("roi", 0.0123, "±1.2"),
        ("roi", 1.5, "±150"),
        ("payback", 0.25, "±0.25"),
    ],
)
def test_standard_errors_have_two_digits(metric, se, text):
    assert error(se, METRICS[metric].kind, "USD") == text
