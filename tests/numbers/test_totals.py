import pytest

from sim.numbers.tables import MISSING, read_table
from sim.numbers.totals import totals
from tests.books import packed, parts

MONTHS = [("Jan", "10"), ("Feb", "20"), ("Mar", "30"), ("Apr", "40")]


@pytest.mark.parametrize(
    "label",
    [
        *("Total", "TOTALS:", "Grand total", "sum", "Subtotal", "Summe", "Gesamt:", "Gesamtergebnis", "Razem", "Suma"),
        *("Ogółem", "Jumlah", "Total général", "Totale", "Totaal", "Totalt", "Итого:", "合計", "Sub-total ."),
    ],
)
def test_a_row_that_says_so_is_a_total_wherever_it_stands(label):
    assert totals([*MONTHS, (label, "7"), ("May", "1")]) == (4,)
    assert totals([*MONTHS, ("", label, "7")]) == (4,)


def test_a_total_may_stand_behind_the_number_of_its_line():
    numbered = [(str(n), month, amount) for n, (month, amount) in enumerate(MONTHS, start=1)]
    assert totals([*numbered, ("5", "Total", "7")]) == (4,)


def test_sums_are_found_in_decimal_commas_too():
    rows = [("A", "1.234,50 €"), ("B", "2.000,25 €"), ("C", "3.000,25 €")]
    assert totals([*rows, ("Saldo", "6.235,00 €")]) == (3,)
    assert totals([*rows, ("Saldo", "6.236,00 €")]) == ()


def test_small_decimals_may_add_up_by_chance():
    assert totals([("0.1",), ("0.2",), ("0.3",), ("0.6",)]) == ()


def test_a_subtotal_below_its_group_is_one():
    rows = [
        ("North", "1"),
        ("North", "2"),
        ("North Total", "3"),
        ("South", "4"),
        ("Süd Ergebnis", "4"),
        ("Cash Total", "5"),
    ]
    assert totals(rows) == (2,)


@pytest.mark.parametrize("label", ["Total Energies", "Summer", "Totally", "Sumatra", "Lump sum"])
def test_names_that_only_begin_like_one_are_none(label):
    assert totals([*MONTHS, (label, "7")]) == ()


@pytest.mark.parametrize(
    "last",
    [("", "100"), ("All months", "100"), ("", "$100"), ("", "100.0")],
)
def test_a_last_row_that_is_the_sum_of_the_others_is_one(last):
    assert totals([*MONTHS, last]) == (4,)


def test_sums_are_found_in_columns_of_numbers_alone_and_beside_percentages():
    assert totals([("1.5",), ("2.5",), ("-",), ("0.25",), ("4.25",)], MISSING) == (4,)
    assert totals([("$1,000", "5%"), ("$2,000", "7%"), ("$3,000", "9%"), ("$6,000", "7%")]) == (3,)


@pytest.mark.parametrize(
    "rows",
    [
        [*MONTHS, ("2024-05", "100")],  # a date of its own
        [*MONTHS, ("5", "100")],  # a number of its own
        [*MONTHS, ("", "101")],
        [("a", "10"), ("b", "20"), ("", "30")],  # two are too few
        [("a", "0"), ("b", "10"), ("c", "0"), ("d", "20"), ("", "30")],  # zeros do not count
        [("a", "1"), ("b", "2"), ("c", "1"), ("", "4")],  # small counts
        [(*month, "5") for month in MONTHS] + [("", "100", "5")],  # another column is no sum
        [*MONTHS, ("May", "n"), ("", "100")],  # a text among the numbers
        [("", "x"), ("", "y")],
        [],
    ],
)
def test_a_last_row_is_an_observation_if_there_is_any_doubt(rows):
    assert totals(rows) == ()


def test_totals_are_left_out_of_a_table_with_a_word(tmp_path):
    (tmp_path / "t.csv").write_text("month,leads\nJan,10\nFeb,30\nTotal,40\nMar,20\n,60\n")
    found = read_table(tmp_path / "t.csv", name="t.csv")
    assert found.column("leads").texts == ("10", "30", "20")
    assert found.column("leads").rows == (2, 3, 5)
    assert found.remarks == ("rows 4, 6 of 't.csv' are totals and left out",)


def test_many_totals_are_counted(tmp_path):
    (tmp_path / "t.csv").write_text("month,leads\n" + "Jan,10\nSubtotal,10\n" * 7)
    assert read_table(tmp_path / "t.csv", name="t.csv").remarks == (
        "rows 3, 5, 7, 9, 11 and 2 more of 't.csv' are totals and left out",
    )


def book(tmp_path, hidden):
    """Write a workbook of five rows below the heading, some of them hidden."""
    cells = [("t='str'", "a"), *(("", str(n)) for n in (10, 20, 30, 40, 60))]
    rows = [
        f'<row r="{n}" hidden="{int(n in hidden)}"><c r="A{n}" {kind}><v>{value}</v></c></row>'
        for n, (kind, value) in enumerate(cells, start=1)
    ]
    (tmp_path / "b.xlsx").write_bytes(packed(parts(rows)))
    return tmp_path / "b.xlsx"


def test_hidden_rows_are_left_out_with_a_word_or_kept(tmp_path):
    path = book(tmp_path, {3, 4})
    found = read_table(path, name="b.xlsx")
    assert (found.column("a").texts, found.numbers) == (("10", "40", "60"), (2, 5, 6))
    assert found.remarks == ("2 hidden rows of 'b.xlsx' left out (hidden: keep beside from: keeps them)",)
    kept = read_table(path, name="b.xlsx", hidden=True)
    assert (len(kept.rows), kept.remarks) == (5, ())


def test_a_heading_may_be_hidden(tmp_path):
    assert read_table(book(tmp_path, {1}), name="b.xlsx").headings == ("a",)


def test_a_total_is_the_sum_of_the_rows_that_are_shown(tmp_path):
    found = read_table(book(tmp_path, {5}), name="b.xlsx")
    assert found.column("a").texts == ("10", "20", "30")
    assert found.remarks == (
        "1 hidden row of 'b.xlsx' left out (hidden: keep beside from: keeps it)",
        "row 6 of 'b.xlsx' is a total and left out",
    )
