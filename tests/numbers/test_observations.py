import pytest

from sim.errors import DataError
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.observations import observations
from sim.numbers.reading import Reading
from sim.numbers.rows import Held
from sim.numbers.tables import Cells


def seen(*texts, kind=Kind.MONEY, separator=";", decimal=None):
    reading = Reading("EUR", kind, notation=Notation.of(decimal), said_by="--decimal {}")
    return observations(Cells(texts, tuple(range(2, 2 + len(texts))), separator), "x", reading)


def test_one_cell_shows_how_a_column_is_written_and_a_remark_names_it():
    found = seen("9.500 €", "12.450 €", "7.300 €", "8.915,50 €", "11.040 €")
    assert found.present == (9500, 12450, 7300, 8915.5, 11040)
    assert found.remarks[0] == "column 'x': read with a decimal comma, as row 5 '8.915,50 €' shows"
    assert seen("9.500", "1.234.567", "3", "4", "5").present == (9500, 1_234_567, 3, 4, 5)
    assert seen("12,5%", "1,125%", "3%", "4%", "5%", kind=Kind.RATE).present == (0.125, 0.01125, 0.03, 0.04, 0.05)
    found = seen("1,200", "900.50", "3", "4", "5", separator=",")
    assert found.present == (1200, 900.5, 3, 4, 5)
    assert found.remarks[0] == "column 'x': read with a decimal point, as row 3 '900.50' shows"


def test_a_column_of_points_that_mean_one_thing_needs_no_remark():
    assert not any("decimal" in remark for remark in seen("9.5", "12.25", "7", "8.1", "3").remarks)


def test_a_column_that_shows_no_notation_is_refused_unless_it_is_stated():
    texts = ("9.500 €", "12.450 €", "7.300 €", "8.915 €", "11.040 €")
    with pytest.raises(DataError, match=r"row 2: '9.500 €' may be 9,500 or 9.5 .write 9500 or 9.5, or say --decimal ,"):
        seen(*texts)
    assert seen(*texts, decimal=",").present == (9500, 12450, 7300, 8915, 11040)
    assert seen(*texts, decimal=".").present == (9.5, 12.45, 7.3, 8.915, 11.04)


def test_between_semicolons_numbers_of_any_kind_are_refused_but_rates_are_read():
    texts = ("1.125", "2.250", "3.375", "4.500", "5.625")
    with pytest.raises(DataError, match=r"row 2: '1.125' may be 1,125 or 1.125"):
        seen(*texts, kind=Kind.ANY)
    assert seen(*texts, kind=Kind.FACTOR).present == (1.125, 2.25, 3.375, 4.5, 5.625)
    found = seen(*texts, kind=Kind.ANY, separator=",")
    assert found.present == (1.125, 2.25, 3.375, 4.5, 5.625)
    assert found.unclear.startswith("row 2: '1.125' may be 1,125 or 1.125")


@pytest.mark.parametrize(
    "cells",
    [("12,5", "3", "0.5"), ("1.234.567", "12.5", "3"), ("1.234,50", "1,234.50", "3")],
)
def test_cells_that_contradict_each_other_are_both_named(cells):
    first, second = [text for text in cells if text != "3"]
    with pytest.raises(DataError, match=f"mixes decimal marks: row 2 is '{first}', row . is '{second}'"):
        seen(*cells, "4", "5")


def test_a_cell_that_does_not_go_with_the_stated_notation_is_refused():
    with pytest.raises(DataError, match=r"row 3: '12.5' does not go with a decimal comma"):
        seen("9.500", "12.5", "7", "8", "9", decimal=",")


def test_digits_with_underscores_are_read_as_a_scenario_file_reads_them():
    assert seen("1_000", "3", "4", "5", "6").present == (1000, 3, 4, 5, 6)
    with pytest.raises(DataError, match=r"row 2: cannot read '1_0'"):
        seen("1_0", "3", "4", "5", "6")


def held(*numbers, beside=""):
    return [Held(number, beside) for number in numbers]


def test_numbers_that_cells_hold_say_nothing_of_how_texts_are_written():
    numbers = held("1100.5", "1200.125", "3.5", "4.5")
    with pytest.raises(DataError, match=r"row 6: '1.500 €' may be 1,500 or 1.5"):
        seen(*numbers, "1.500 €")
    assert seen(*numbers, "1.500 €", decimal=",").present == (1100.5, 1200.125, 3.5, 4.5, 1500)
    assert seen(*numbers, "1.234,50 €").present == (1100.5, 1200.125, 3.5, 4.5, 1234.5)
    assert seen(*held("1.125", "2.25", "3.375", "4.5", "5.625")).remarks[0].startswith("only 5")


@pytest.mark.parametrize("beside", ["万", "dozen"])
def test_a_count_is_no_label_for_words_of_size(beside):
    with pytest.raises(DataError, match=f"its format shows '{beside}'"):
        seen(*held("3", "1", "4", "5", "6", beside=beside), kind=Kind.COUNT)


@pytest.mark.parametrize("beside", ["million", "Mio.", "000", "days", "m", "per user"])
def test_what_a_format_shows_beside_a_number_is_not_read_past(beside):
    with pytest.raises(DataError, match=rf"row 2: the cell holds 3.2, its format shows '{beside}' beside it"):
        seen(*held("3.2", "1.1", "4", "5", "6", beside=beside))


def test_what_is_counted_may_stand_beside_a_count():
    found = seen(*held("3", "1", "4", "5", "6", beside="users"), kind=Kind.COUNT)
    assert found.present == (3, 1, 4, 5, 6)
    assert found.remarks[0] == "column 'x': 'users' beside its numbers read past"
    with pytest.raises(DataError, match=r"its format shows 'Mio\.'"):
        seen(*held("3", "1", "4", "5", "6", beside="Mio."), kind=Kind.COUNT)


def test_where_too_few_are_left_it_is_said_what_was_left_out():
    cells = Cells(("3", "4"), (2, 3), ",", ("row 4 of 't.csv' is a total and left out",))
    with pytest.raises(DataError, match=r"has 2 values \(at least 5 are needed\); row 4 of 't.csv' is a total"):
        observations(cells, "x", Reading())


def test_a_month_is_no_number():
    with pytest.raises(DataError, match=r"cannot read '01\.2024'"):
        seen("01.2024", "02.2024", "3", "4", "5")


def test_a_sign_and_the_code_it_stands_for_are_one_unit():
    assert seen("5 €", "6 EUR", "7", "8 €", "9").present == (5, 6, 7, 8, 9)
    with pytest.raises(DataError, match=r"mixes units: row 2 is '5 €', row 3 is '6 \$'"):
        seen("5 €", "6 $", "7", "8", "9")


def test_long_cells_are_shown_cut():
    with pytest.raises(DataError, match=r"row 2: cannot read '1{99}…', a text of 5,001 characters") as caught:
        seen("1" * 5000 + "y", "3", "4", "5", "6")
    assert len(str(caught.value)) < 200


def test_a_size_behind_digits_proves_no_decimal_mark():
    with pytest.raises(DataError, match=r"row 3: '1.050k' may be 1,050k or 1.05k"):
        seen("950k", "1.050k", "1.120k", "980k", "870k")
    assert seen("950k", "1.050k", "1.120k", "980,5k", "870k").present == (950e3, 1050e3, 1120e3, 980.5e3, 870e3)


def test_what_to_write_keeps_its_sign_and_its_unit_apart():
    for text, right in (("-1.250 €", "write -1250 or -1.25,"), ("(1.250 €)", "write -1250 or -1.25,")):
        with pytest.raises(DataError, match=right):
            seen(text, "3", "4", "5", "6")
    with pytest.raises(DataError, match=r"row 2: .* a bracket is missing"):
        seen("(1.250", "3", "4", "5", "6", decimal=",")
    with pytest.raises(DataError, match=r"row 2: "):
        seen("(1.250", "3", "4", "5", "6")
