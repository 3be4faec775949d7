import pytest
from pydantic import ValidationError

from sim.numbers.currencies import CODES, CURRENCY_SIGNS
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, describe, looks_numeric, read_number, unit_of
from sim.numbers.spec import Probability, Pure, Scaled, Spec

READ = [
    (Kind.RATE, "12%", 0.12),
    (Kind.RATE, "12 %", 0.12),
    (Kind.RATE, "-2.5%", -0.025),
    (Kind.RATE, "+2%", 0.02),
    (Kind.RATE, "150%", 1.5),
    (Kind.RATE, "1000%", 10.0),
    (Kind.RATE, "50 bp", 0.005),
    (Kind.RATE, "50bp", 0.005),
    (Kind.RATE, "0.12", 0.12),
    (Kind.RATE, 0.12, 0.12),
    (Kind.RATE, 1, 1.0),
    (Kind.RATE, -1, -1.0),
    (Kind.MONEY, 75, 75.0),
    (Kind.MONEY, "75", 75.0),
    (Kind.MONEY, "$75", 75.0),
    (Kind.MONEY, "75$", 75.0),
    (Kind.MONEY, "USD 75", 75.0),
    (Kind.MONEY, "75 USD", 75.0),
    (Kind.MONEY, "USD75", 75.0),
    (Kind.MONEY, "-$75", -75.0),
    (Kind.MONEY, "$-75", -75.0),
    (Kind.MONEY, "$18k", 18_000.0),
    (Kind.MONEY, "18k", 18_000.0),
    (Kind.MONEY, "18K", 18_000.0),
    (Kind.MONEY, "18 k USD", 18_000.0),
    (Kind.MONEY, "$1.2M", 1_200_000.0),
    (Kind.MONEY, "1.2bn", 1.2e9),
    (Kind.MONEY, "1.2B", 1.2e9),
    (Kind.MONEY, "$1,234,567.89", 1_234_567.89),
    (Kind.MONEY, "18_000", 18_000.0),
    (Kind.MONEY, "1e3", 1000.0),
    (Kind.MONEY, "  $75  ", 75.0),
    (Kind.COUNT, "1.2M", 1_200_000.0),
    (Kind.COUNT, "12k", 12_000.0),
    (Kind.COUNT, 900, 900.0),
    (Kind.MONTHS, "24 months", 24.0),
    (Kind.MONTHS, "1 month", 1.0),
    (Kind.MONTHS, "2 years", 24.0),
    (Kind.MONTHS, "1.5 years", 18.0),
    (Kind.MONTHS, "1 year", 12.0),
    (Kind.MONTHS, 6, 6.0),
    (Kind.HOURS, "3 hours", 3.0),
    (Kind.HOURS, "1 hour", 1.0),
    (Kind.HOURS, "3h", 3.0),
    (Kind.HOURS, 2.5, 2.5),
    (Kind.FACTOR, "1.15x", 1.15),
    (Kind.FACTOR, "1.15", 1.15),
    (Kind.FACTOR, ".5", 0.5),
    (Kind.FACTOR, "5.", 5.0),
    (Kind.ANY, "12%", 0.12),
    (Kind.ANY, "$12k", 12_000.0),
    (Kind.ANY, "2 years", 24.0),
    (Kind.ANY, "3 hours", 3.0),
    (Kind.ANY, "1.5x", 1.5),
    (Kind.ANY, 7, 7.0),
]

REFUSED = [
    (Kind.MONEY, "12%", "'12%' is a percentage where .*an amount of money"),
    (Kind.COUNT, "12%", "'12%' is a percentage where .*a count"),
    (Kind.MONTHS, "50 bp", "'50 bp' is a percentage where .*a number of months"),
    (Kind.RATE, "$75", r"'\$75' is money where .*a rate"),
    (Kind.COUNT, "75 USD", "'75 USD' is money where .*a count"),
    (Kind.HOURS, "$3", r"'\$3' is money where .*a number of hours"),
    (Kind.RATE, "18k", "cannot read '18k' as .*a rate"),
    (Kind.MONTHS, "18k", "cannot read '18k' as .*a number of months"),
    (Kind.MONEY, "24 months", "cannot read '24 months' as .*an amount of money"),
    (Kind.COUNT, "1.15x", "cannot read '1.15x' as .*a count"),
    (Kind.MONTHS, "3 hours", "cannot read '3 hours' as .*a number of months"),
    (Kind.HOURS, "3 months", "cannot read '3 months' as .*a number of hours"),
    (Kind.MONTHS, "3 weeks", "cannot read '3 weeks' as .*write 6, '6 months' or '2 years'"),
    (Kind.MONEY, "1.2m", "cannot read '1.2m'"),
    (Kind.MONEY, "-$-75", "two signs"),
    (Kind.MONEY, "--75", "two signs"),
    (Kind.MONEY, "", "cannot read ''"),
    (Kind.MONEY, "$", "cannot read"),
    (Kind.MONEY, "fifty", "cannot read 'fifty' as .*an amount of money"),
    (Kind.RATE, "12%%", "cannot read '12%%' as .*a rate"),
    (Kind.RATE, 12, r"a bare rate above 1 .did you mean 12%\? Write 1200% if you mean it"),
    (Kind.RATE, "-3", "a bare rate above 1"),
    (Kind.FACTOR, "nan", "'nan' is not a finite number"),
    (Kind.FACTOR, ".NaN", "'.NaN' is not a finite number"),
    (Kind.FACTOR, "-inf", "'-inf' is not a finite number"),
    (Kind.FACTOR, "Infinity", "'Infinity' is not a finite number"),
    (Kind.FACTOR, float("nan"), "'nan' is not a finite number"),
    (Kind.FACTOR, float("-inf"), "'-inf' is not a finite number"),
    (Kind.FACTOR, "1e400", "'1e400' is beyond what can be reckoned with .at most 1e18."),
    (Kind.COUNT, 10**400, "0' is beyond what can be reckoned with"),
    (Kind.MONEY, 1e160, "'1e.160' is beyond what can be reckoned with .at most 1e18."),
    (Kind.MONEY, "2000000000bn", "'2000000000bn' is beyond"),
    (Kind.RATE, "-1e-31", "'-1e-31' is closer to zero than can be reckoned with .0, or at least 1e-30."),
    (Kind.COUNT, None, "expected .*a count.* got nothing"),
    (Kind.COUNT, True, "got true"),
    (Kind.COUNT, [1], "got a list"),
    (Kind.COUNT, {"a": 1}, "got a mapping"),
    (Kind.ANY, "$12%", "cannot read|is a percentage where|is money where"),
]

CURRENCIES = [
    ("USD", "€75", r"'€75' is in EUR, not in USD, the scenario's currency \(convert the amount to USD\)"),
    ("USD", "75 EUR", "'75 EUR' is in EUR, not in USD"),
    ("EUR", "$18k", r"'\$18k' is in USD or another currency with that sign, not in EUR"),
    ("GBP", "USD 5", "'USD 5' is in USD, not in GBP"),
    ("CHF", "₺5", "'₺5' is in TRY, not in CHF"),
    ("IDR", "€18.000", "'€18.000' is in EUR, not in IDR"),
    ("USD", "Rp 500", "'Rp 500' is in IDR, not in USD"),
    ("USD", "500 kr", "'500 kr' is in DKK or another currency with that sign, not in USD"),
    ("USD", "ABC 500", "cannot read 'ABC 500': 'ABC' is no currency"),
    ("USD", "75 Dollar", "cannot read '75 Dollar': 'Dollar' is no currency"),
    ("USD", "usd 75", r"'usd' is no currency \(did you mean 'USD'"),
    ("USD", "$75€", "€"),
    ("EUR", "$75€", r"\$"),
]


@pytest.mark.parametrize(("kind", "value", "number"), READ)
def test_a_number_is_read_as_planners_write_it(kind, value, number):
    assert read_number(value, Reading(kind=kind)) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_a_text_of_the_wrong_kind_is_refused_with_what_would_be_right(kind, value, message):
    with pytest.raises(ValueError, match=message):
        read_number(value, Reading(kind=kind))


@pytest.mark.parametrize(("currency", "text", "message"), CURRENCIES)
def test_another_currency_is_refused_and_never_relabelled(currency, text, message):
    with pytest.raises(ValueError, match=message):
        read_number(text, Reading(currency=currency, kind=Kind.MONEY))


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        ("EUR", "€75"),
        ("GBP", "£75"),
        ("CAD", "$75"),
        ("JPY", "¥75"),
        ("INR", "₹75"),
        ("PLN", "75 zł"),
        ("CHF", "CHF 75"),
    ],
)
def test_the_scenarios_own_currency_is_read(currency, text):
    assert read_number(text, Reading(currency=currency, kind=Kind.MONEY)) == 75


def test_every_sign_is_read_in_every_currency_that_it_may_stand_for():
    for sign, codes in CURRENCY_SIGNS.items():
        for code in codes:
            for text in (f"{sign} 75", f"75 {sign}", f"-{sign} 75"):
                if sign != "K" or text != "75 K":  # thousands
                    assert abs(read_number(text, Reading(code, Kind.MONEY))) == 75, (text, code)
                    assert looks_numeric(text), text


def test_every_code_is_read_on_either_side_and_is_a_code_of_iso_4217():
    assert {code for codes in CURRENCY_SIGNS.values() for code in codes} <= CODES
    for code in CODES:
        assert {read_number(text, Reading(code, Kind.MONEY)) for text in (f"{code}75", f"{code} 75", f"75 {code}")} == {
            75
        }
        assert looks_numeric(f"{code}75")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("12%", Kind.RATE),
        ("50 bp", Kind.RATE),
        ("$75", Kind.MONEY),
        ("75 EUR", Kind.MONEY),
        ("$18k", Kind.MONEY),
        ("2 years", Kind.MONTHS),
        ("18k", Kind.ANY),
        ("1.15x", Kind.ANY),
        ("adoption", Kind.ANY),
        (0.12, Kind.ANY),
        (None, Kind.ANY),
    ],
)
def test_the_unit_is_the_one_that_the_file_shows(value, kind):
    assert unit_of(value) is kind


@pytest.mark.parametrize(
    "text", ["12%", "$75", "-$5", "USD 5", "-2", "+3", ".5", " 18k", "nan", "-inf", ".nan", "3 weeks"]
)
def test_what_is_meant_as_a_number_looks_numeric(text):
    assert looks_numeric(text)


@pytest.mark.parametrize("text", ["adoption", "users", "information", "nano", "usd_rate", "p90", "", "x2"])
def test_the_name_of_an_input_does_not_look_numeric(text):
    assert not looks_numeric(text)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ({}, "a mapping"),
        ([1], "a list"),
        ("abc", "'abc'"),
        (12, "'12'"),
    ],
)
def test_values_are_described_in_a_planners_words(value, name):
    assert describe(value) == name


class Shape(Spec):
    scaled: Scaled = 0.0
    pure: Pure = 0.0
    probability: Probability = 0.0


def test_parameters_are_read_on_the_scale_of_their_input():
    rate, money = Reading(kind=Kind.RATE), Reading(kind=Kind.MONEY, currency="EUR")
    assert Shape.model_validate({"scaled": "5%"}, context=rate).scaled == 0.05
    assert Shape.model_validate({"scaled": "€5k"}, context=money).scaled == 5000
    with pytest.raises(ValidationError, match=r"is a percentage where .*an amount of money"):
        Shape.model_validate({"scaled": "5%"}, context=money)


def test_parameters_without_a_unit_take_none():
    assert Shape.model_validate({"pure": 2.5}, context=Reading(kind=Kind.RATE)).pure == 2.5
    with pytest.raises(ValidationError, match=r"is a percentage where .*a plain factor"):
        Shape.model_validate({"pure": "25%"}, context=Reading(kind=Kind.RATE))


@pytest.mark.parametrize(
    ("value", "p"), [("12%", 0.12), (0.12, 0.12), ("0.12", 0.12), (1, 1.0), (0, 0.0), ("100%", 1.0)]
)
def test_probabilities_are_shares_or_percentages(value, p):
    assert Shape(probability=value).probability == p


@pytest.mark.parametrize("value", [1.01, -0.1, "101%", 12])
def test_probabilities_outside_0_to_1_are_refused(value):
    with pytest.raises(ValidationError, match=f"a probability of {value} .must lie between 0 and 1"):
        Shape(probability=value)


def test_unknown_keys_are_refused_and_shapes_cannot_be_changed():
    with pytest.raises(ValidationError, match=r"(?s)probabilty.*Extra inputs are not permitted"):
        Shape(probabilty=0.5)
    with pytest.raises(ValidationError, match="frozen"):
        Shape().pure = 1.0


def test_every_shape_takes_a_source_and_a_note():
    shape = Shape(source="survey of 2024", note="shrunk")
    assert (shape.source, shape.note) == ("survey of 2024", "shrunk")
