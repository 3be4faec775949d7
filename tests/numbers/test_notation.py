import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation, Written
from sim.numbers.reading import Reading, decimal_shown, read_number

seeded = settings(derandomize=True, deadline=None, max_examples=300)
UNSAID, POINT, COMMA = Notation(), Notation.of("."), Notation.of(",")
MONEY, COUNT, RATE, FACTOR, HOURS, ANY = Kind.MONEY, Kind.COUNT, Kind.RATE, Kind.FACTOR, Kind.HOURS, Kind.ANY

READ = [
    (UNSAID, MONEY, "1,234,567", 1_234_567),
    (UNSAID, MONEY, "1.234.567", 1_234_567),
    (UNSAID, MONEY, "1,234.50", 1234.5),
    (UNSAID, MONEY, "1.234,50", 1234.5),
    (UNSAID, MONEY, "12,5", 12.5),
    (UNSAID, MONEY, "0.125", 0.125),
    (UNSAID, MONEY, "0,125", 0.125),
    (UNSAID, MONEY, ".125", 0.125),
    (UNSAID, MONEY, "1234.567", 1234.567),
    (UNSAID, MONEY, "1234,567", 1234.567),
    (UNSAID, MONEY, "1.2345", 1.2345),
    (UNSAID, MONEY, "1.25M", 1_250_000),
    (UNSAID, COUNT, "1.12k", 1120),
    (UNSAID, RATE, "1.125%", 0.01125),
    (UNSAID, RATE, "12,5%", 0.125),
    (UNSAID, FACTOR, "1.125", 1.125),
    (UNSAID, FACTOR, Written("1.125"), 1.125),
    (UNSAID, HOURS, "1.125", 1.125),
    (UNSAID, ANY, "1.850", 1.85),
    (UNSAID, MONEY, "18 000", 18_000),
    (UNSAID, MONEY, "18\u00a0000", 18_000),
    (UNSAID, MONEY, "18\u202f000,50", 18_000.5),
    (UNSAID, MONEY, "18\u2009000.50", 18_000.5),
    (UNSAID, MONEY, "18'000.50", 18_000.5),
    (UNSAID, MONEY, "18\u2019000", 18_000),
    (UNSAID, MONEY, "18_000", 18_000),
    (UNSAID, MONEY, "1 234.567", 1234.567),
    (UNSAID, MONEY, "12,34,567", 1_234_567),
    (UNSAID, MONEY, "1,23,45,678.90", 12_345_678.9),
    (UNSAID, MONEY, "(1,234.50)", -1234.5),
    (UNSAID, MONEY, "$(1,234.50)", -1234.5),
    (UNSAID, MONEY, "($1,234.50)", -1234.5),
    (UNSAID, MONEY, "(1,234.50 USD)", -1234.5),
    (UNSAID, MONEY, "1234-", -1234),
    (UNSAID, MONEY, "1.234,50-", -1234.5),
    (UNSAID, MONEY, "1234 $-", -1234),
    (UNSAID, MONEY, "\u22121234", -1234),
    (UNSAID, RATE, "(12%)", -0.12),
    (POINT, MONEY, "1.850", 1.85),
    (POINT, MONEY, "$1,200", 1200),
    (POINT, RATE, "1,200%", 12),
    (COMMA, MONEY, "1.850", 1850),
    (COMMA, MONEY, Written("1.850"), 1850),
    (COMMA, MONEY, "1,850", 1.85),
    (COMMA, MONEY, "1.850k", 1_850_000),
    (COMMA, COUNT, "1.850", 1850),
    (COMMA, RATE, "1,125%", 0.01125),
    (COMMA, MONEY, "18 000,5", 18_000.5),
    (Notation.of(None, "."), MONEY, "1.850", 1850),
    (Notation.of(None, "'"), MONEY, "1.850", 1.85),
    (Notation.of(",", "'"), MONEY, "1'850,5", 1850.5),
]

REFUSED = [
    (UNSAID, MONEY, "1.850", "'1.850' may be 1,850 or 1.85 (write 1850 or 1.85, or say numbers: {decimal: \",\"})"),
    (UNSAID, COUNT, Written("1.850"), "'1.850' may be 1,850 or 1.85 (write 1850 or 1.85"),
    (UNSAID, MONEY, "$1,200", "'$1,200' may be 1,200 or 1.2 (write 1200 or 1.2, or say numbers: {decimal: \".\"})"),
    (UNSAID, MONEY, "$1.125", "'$1.125' may be 1,125 or 1.125 (write 1125 or 1.1250, or say"),
    (UNSAID, MONEY, "(1,200)", "'(1,200)' may be -1,200 or -1.2"),
    (UNSAID, ANY, "1.850 $", "'1.850 $' may be 1,850 or 1.85"),
    (UNSAID, MONEY, "1,250k", "'1,250k' may be 1,250k or 1.25k (write 1250k or 1.25k"),
    (UNSAID, FACTOR, "1,125", "'1,125' may be 1,125 or 1.125"),
    (UNSAID, RATE, "1,125%", "'1,125%' may be 1,125% or 1.125%"),
    (COMMA, MONEY, "12.5", "'12.5' does not go with a decimal comma, as is said of these numbers (write 12,5)"),
    (COMMA, RATE, Written("0.12"), "'0.12' does not go with a decimal comma"),
    (COMMA, MONEY, "1,234.50", "(write 1234,5)"),
    (POINT, MONEY, "12,5", "'12,5' does not go with a decimal point, as is said of these numbers (write 12.5)"),
    (Notation.of(".", " "), MONEY, "1,850", "does not go with a decimal point, as is said of these"),
    (UNSAID, MONEY, "1 85", "cannot read '1 85'"),
    (UNSAID, MONEY, "1.23.456", "cannot read '1.23.456'"),
    (UNSAID, MONEY, "1 234.567.890", "cannot read '1 234.567.890'"),
    (UNSAID, MONEY, "1_0", "cannot read '1_0'"),
    (UNSAID, MONEY, "5,", "cannot read '5,'"),
    (UNSAID, MONEY, "(5", "a bracket is missing"),
    (UNSAID, MONEY, "-(5)", "two signs"),
    (UNSAID, MONEY, "-5-", "two signs"),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "kind", "text", "number"), READ)
def test_a_number_with_one_reading_is_read(notation, kind, text, number):
    assert read_number(text, Reading(kind=kind, notation=notation)) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(("notation", "kind", "text", "message"), REFUSED)
def test_a_number_with_two_readings_or_none_is_refused_with_what_would_be_right(notation, kind, text, message):
    with pytest.raises(ValueError, match=r"may be|go with|cannot read") as caught:
        read_number(text, Reading(kind=kind, notation=notation))
    assert message in str(caught.value)


def grouped(number, decimals, decimal, group):
    whole, _, part = f"{abs(number):,.{decimals}f}".partition(".")
    text = whole.replace(",", group) + (decimal + part if part else "")
    return f"-{text}" if number < 0 else text


@seeded
@given(
    st.integers(-(10**14), 10**14),
    st.integers(0, 6),
    st.sampled_from([".,", ",.", ". ", ", ", ".'", ",'", "._", ".\u00a0", ",\u202f", ".\u2019"]),
    st.sampled_from([MONEY, COUNT, FACTOR]),
)
def test_a_number_is_read_back_from_every_notation_that_is_stated(digits, decimals, marks, kind):
    number, (decimal, group) = digits / 10**decimals, marks
    notation = Notation.of(decimal, None if group in ",." else group)
    for text in (grouped(number, decimals, decimal, group), grouped(number, decimals, decimal, "")):
        assert read_number(text, Reading(kind=kind, notation=notation)) == number


@seeded
@given(st.integers(0, 10**14), st.integers(0, 6), st.sampled_from([".,", ",.", ". ", ", ", ".'"]))
def test_without_a_stated_notation_a_text_is_read_as_it_was_meant_or_refused(digits, decimals, marks):
    number, (decimal, group) = digits / 10**decimals, marks
    for text in (grouped(number, decimals, decimal, group), grouped(number, decimals, decimal, "")):
        try:
            assert read_number(text, Reading(kind=MONEY)) == number
        except ValueError as error:
            assert "may be" in str(error)  # noqa: PT017


@seeded
@given(st.floats(-1e17, 1e17).filter(lambda x: x == 0 or abs(x) > 1e-29))
def test_what_a_notation_writes_has_one_reading(number):
    for notation in (UNSAID, COMMA, Notation.of(",", " ")):
        text = notation.write(repr(number))
        assert read_number(text, Reading(kind=MONEY, notation=notation)) == number


@pytest.mark.parametrize("text", ["1" * 100_000, "1 " * 50_000, "1,111" * 20_000, "(" * 100_000, "$" * 100_000 + "1"])
def test_long_texts_are_refused_without_delay(text):
    with pytest.raises(ValueError, match=r"cannot read|beyond"):
        read_number(text, Reading(kind=MONEY))
    assert decimal_shown(text) in ("", ".")


def test_a_number_remembers_how_it_is_written():
    number = Written("1.850")
    assert (number, number + 1, str(number), number.text) == (1.85, 2.85, "1.85", "1.850")
    for same in (copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert (same, same.text) == (1.85, "1.850")


@pytest.mark.parametrize("text", ["18'000.-", "CHF 18'000.-", "18000.–", "18'000.- CHF", "18000,-", "18.000,--"])
def test_a_dash_for_no_cents_is_no_minus(text):
    assert read_number(text, Reading(currency="CHF", kind=Kind.MONEY)) == 18_000
