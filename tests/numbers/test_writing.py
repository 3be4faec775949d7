import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.numbers import writing as formats
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.reading import Reading, read_number

NAN, INF = float("nan"), float("inf")
ENGLISH = Notation.of(".")
seeded = settings(derandomize=True, deadline=None, max_examples=200)
sizes = st.floats(1e-3, 9.9e11) | st.floats(1e-3, 9.9e11).map(lambda x: -x) | st.integers(-99_999, 99_999)
awkward = pytest.mark.parametrize("size", [9.9996, 99.6, 99.96, 99.996, 999.6, 999.96, 9999.6, 99_960.0, 999_960.0])


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (75, "EUR", "€75.00"),
        (7.5, "GBP", "£7.50"),
        (99.996, "USD", "$100"),
        (420.25, "USD", "$420"),
        (999.6, "USD", "$1,000"),
        (3319.4, "EUR", "€3,319"),
        (-9999.4, "USD", "-$9,999"),
        (9999.6, "USD", "$10.0k"),
        (18_400, "CHF", "CHF 18.4k"),
        (-1_234_567, "USD", "-$1.23M"),
        (999_600, "USD", "$1.00M"),
        (2.5e9, "INR", "₹2.50bn"),
        (2.5e12, "INR", "₹2,500bn"),
        (-0.0001, "USD", "$0.00"),
        (-6.1e-15, "USD", "$0.00"),
        (-0.0, "USD", "$0.00"),
    ],
)
def test_money_is_written_with_its_sign_and_three_to_four_digits(value, currency, text):
    assert formats.money(value, currency) == text


@seeded
@given(sizes)
def test_money_is_read_back_to_its_digits(value):
    text = formats.money(value, "USD")
    assert read_number(text, Reading(kind=Kind.MONEY, notation=ENGLISH)) == pytest.approx(value, rel=6e-3, abs=6e-3)
    assert "e" not in text


@seeded
@given(sizes)
def test_no_amount_has_three_decimals_that_may_be_thousands(value):
    texts = [formats.money(value, "EUR"), *(formats.input_value(value, k, "EUR") for k in (Kind.MONEY, Kind.COUNT))]
    texts += [formats.plain_number(value)]
    assert [text for text in texts if re.search(r"[1-9]\d*\.\d{3}(?!\d)", text)] == []


@pytest.mark.parametrize(
    ("se", "text"), [(0, "±$0"), (3.1e-15, "±$0"), (0.004, "±$0"), (0.5, "±$0.5"), (79.4, "±$79"), (1540, "±$1.5k")]
)
def test_a_standard_error_below_a_cent_is_none(se, text):
    assert formats.error(se, Kind.MONEY, "USD") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.124, "12.4%"),
        (0, "0.0%"),
        (-0.05, "-5.0%"),
        (-0.0001, "0.0%"),
        (1.5, "150.0%"),
        (9.5, "950.0%"),
        (12.345, "1,234%"),
        (-20, "-2,000%"),
    ],
)
def test_rates_are_percentages(value, text):
    assert formats.rate(value) == text


@seeded
@given(st.floats(-50, 50))
def test_rates_are_read_back_to_their_digits(value):
    assert read_number(formats.rate(value), Reading(kind=Kind.RATE, notation=ENGLISH)) == pytest.approx(
        value, rel=6e-4, abs=6e-4
    )


def test_months_are_plain_or_never():
    assert [formats.months(x) for x in (0, 14.0, 7.47, INF)] == ["0", "14", "7.5", "never"]


@awkward
def test_nothing_is_written_with_an_exponent_just_below_a_power_of_ten(size):
    texts = [formats.money(size, "USD"), formats.short_money(size, "USD"), formats.points(size / 100)]
    texts += [formats.input_value(size, kind, "USD") for kind in (Kind.MONEY, Kind.COUNT)]
    texts += [formats.rate(size / 100), formats.input_value(size / 100, Kind.RATE, "USD")]
    assert [text for text in texts if "e" in text] == []


@awkward
def test_money_has_at_most_four_digits(size):
    assert len(re.findall(r"\d", formats.money(size, "USD"))) <= 4
    assert len(re.findall(r"\d", formats.plain_number(size))) <= 4 or size > 9999


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.125, Kind.RATE, "12.5%"),
        (-0.02, Kind.RATE, "-2%"),
        (25, Kind.RATE, "2,500%"),
        (4500, Kind.MONEY, "€4,500"),
        (-4500, Kind.MONEY, "-€4,500"),
        (18_000, Kind.MONEY, "€18k"),
        (1_250_000, Kind.MONEY, "€1.25M"),
        (900, Kind.COUNT, "900"),
        (12_500, Kind.COUNT, "12.5k"),
        (100_000, Kind.COUNT, "100k"),
        (1.6714, Kind.HOURS, "1.67"),
        (112.5, Kind.MONEY, "€112.5"),
        (8, Kind.MONTHS, "8"),
        (1.15, Kind.FACTOR, "1.15"),
        (0, Kind.ANY, "0"),
    ],
)
def test_an_input_is_written_in_its_own_unit(value, unit, text):
    assert formats.input_value(value, unit, "EUR") == text


@seeded
@given(sizes, st.sampled_from([Kind.MONEY, Kind.COUNT]))
def test_an_inputs_value_is_read_back_to_its_digits(value, kind):
    text = formats.input_value(value, kind, "USD")
    assert read_number(text, Reading(kind=kind, notation=ENGLISH)) == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        (Kind.MONEY, "$1,500", "±$5"),
        (Kind.RATE, "150,000%", "±500"),
        (Kind.MONTHS, "1500", "±5"),
        (Kind.FACTOR, "1,500", "±5"),
        (Kind.COUNT, "1,500", "±5"),
    ],
)
def test_a_figure_is_written_in_its_own_unit(kind, text, error):
    assert (formats.figure(1500.0, kind, "USD"), formats.error(5.0, kind, "USD")) == (text, error)


@pytest.mark.parametrize(("text", "shown"), [("abcde", "abcde"), ("abcdef", "abcd…"), ("abcd\x1b", r"abcd…"), ("", "")])
def test_a_long_text_is_cut_where_a_terminal_shows_it(text, shown):
    assert formats.clipped(text, 5) == shown
