import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import formats
from sim.finance import METRICS
from sim.spec import Kind, Reading, read_number

NAN, INF = float("nan"), float("inf")
seeded = settings(derandomize=True, deadline=None, max_examples=200)
sizes = st.floats(1e-3, 9.9e11) | st.floats(1e-3, 9.9e11).map(lambda x: -x) | st.integers(-99_999, 99_999)
awkward = pytest.mark.parametrize("size", [9.9996, 99.6, 99.96, 99.996, 999.6, 999.96, 9999.6, 99_960.0, 999_960.0])


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (75, "EUR", "€75.00"),
        (7.5, "GBP", "£7.500"),
        (420.25, "USD", "$420.2"),
        (999.94, "USD", "$999.9"),
        (999.96, "USD", "$1.000k"),
        (18_400, "CHF", "CHF 18.40k"),
        (-1_234_567, "USD", "-$1.235M"),
        (999_960, "USD", "$1.000M"),
        (2.5e9, "INR", "₹2.500bn"),
        (-0.0001, "USD", "$0.000"),
        (-0.0, "USD", "$0.00"),
    ],
)
def test_money_is_written_with_its_sign_and_three_to_four_digits(value, currency, text):
    assert formats.money(value, currency) == text


@seeded
@given(sizes)
def test_money_is_read_back_to_its_digits(value):
    text = formats.money(value, "USD")
    assert read_number(text, Reading(kind=Kind.MONEY)) == pytest.approx(value, rel=6e-4, abs=6e-4)
    assert "e" not in text


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
    assert read_number(formats.rate(value), Reading(kind=Kind.RATE)) == pytest.approx(value, rel=6e-4, abs=6e-4)


def test_months_are_plain_or_never():
    assert [formats.months(x) for x in (0, 14.0, 7.47, INF)] == ["0", "14", "7.5", "never"]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("roi", 0.5, "50.0%"),
        ("npv", -18_000, "-€18.00k"),
        ("payback", 14.0, "14"),
        ("payback", INF, "never"),
        ("irr", NAN, "n/a"),
        ("npv", NAN, "n/a"),
    ],
)
def test_a_metric_is_written_on_its_scale(metric, value, text):
    assert formats.metric_value(metric, value, "EUR") == text


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_written(metric):
    assert formats.metric_value(metric, 2.0, "USD")
    assert formats.metric_error(metric, 2.0, "USD").startswith("±")
    assert formats.metric_error(metric, NAN, "USD") == ""


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
    assert formats.metric_error(metric, se, "USD") == text


@awkward
def test_nothing_is_written_with_an_exponent_just_below_a_power_of_ten(size):
    texts = [formats.money(size, "USD"), formats.short_money(size, "USD"), formats.points(size / 100)]
    texts += [formats.input_value(size, kind, "USD") for kind in (Kind.MONEY, Kind.COUNT)]
    texts += [formats.rate(size / 100), formats.input_value(size / 100, Kind.RATE, "USD")]
    assert [text for text in texts if "e" in text] == []


@awkward
def test_money_has_at_most_four_digits(size):
    assert len(re.findall(r"\d", formats.money(size, "USD"))) <= 4


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.125, Kind.RATE, "12.5%"),
        (-0.02, Kind.RATE, "-2%"),
        (25, Kind.RATE, "2,500%"),
        (4500, Kind.MONEY, "€4500"),
        (-4500, Kind.MONEY, "-€4500"),
        (18_000, Kind.MONEY, "€18k"),
        (1_250_000, Kind.MONEY, "€1.25M"),
        (900, Kind.COUNT, "900"),
        (12_500, Kind.COUNT, "12.5k"),
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
    assert read_number(text, Reading(kind=kind)) == pytest.approx(value, rel=6e-4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë & Söhne 日本 🚀", "Zoë & Söhne 日本 🚀"),
        ("Acme\x1b[2J", r"Acme\x1b[2J"),
        ("two\nlines\t", r"two\nlines\t"),
        ("bell\a", r"bell\x07"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\x9b2J", r"\x9b2J"),
        ("", ""),
    ],
)
def test_control_and_direction_characters_become_visible(text, shown):
    assert formats.visible(text) == shown


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_reads_no_formula(text):
    assert formats.csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(("text", "cell"), [("Acme = best", "Acme = best"), ("\t=1+1", r"\t=1+1"), ("\r=1", r"\r=1")])
def test_other_cells_only_become_visible(text, cell):
    assert formats.csv_cell(text) == cell


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Acme", "Acme"),
        ("a|b", r"a\|b"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("[link](http://x)", r"\[link\](http://x)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("A&B", "A&amp;B"),
        ("back\\slash", r"back\\slash"),
        ("# head", r"\# head"),
        ("two\nlines", r"two\\nlines"),
    ],
)
def test_markdown_and_html_are_escaped(text, escaped):
    assert formats.markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vtiger Enterprise", "vtiger-enterprise"),
        ("Zoë & Söhne", "zoe-sohne"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp", "c-temp"),
        ("日本", "unnamed"),
        ("", "unnamed"),
        ("a" * 80, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_file_name_is_letters_digits_and_hyphens(text, name):
    assert formats.slug(text) == name


@seeded
@given(st.text("aZ9é日-_ ./\n", max_size=90))
def test_any_name_makes_a_safe_file_name(text):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", formats.slug(text))


def test_every_name_has_a_file_name_of_its_own():
    names = ["A B", "a-b", "A  b", "a b 2", "日本", "中国", "x" * 70, "x" * 71]
    found = formats.slugs(names)
    assert list(found) == names
    assert list(found.values()) == [
        "a-b",
        "a-b-2",
        "a-b-3",
        "a-b-2-2",
        "unnamed",
        "unnamed-2",
        "x" * 60,
        "x" * 60 + "-2",
    ]
