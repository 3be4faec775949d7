from random import Random

import pytest

from sim.numbers.rows import Held
from sim.numbers.tables import MISSING, read_table
from sim.numbers.totals import totals
from tests.books import packed, parts

MONTHS = [("Jan", "10"), ("Feb", "20"), ("Mar", "30"), ("Apr", "40")]


@pytest.mark.parametrize(
    "label",
    [
        *("Total", "TOTALS:", "Grand total", "sum", "Subtotal", "Summe", "Gesamt:", "Gesamtergebnis", "Razem", "Suma"),
        *("Ogółem", "Jumlah", "Total général", "Totale", "Totaal", "Totalt", "Итого:", "合計", "Sub-total ."),
        *(
            "** Total **",
            "Grand-Total",
            "Total (EUR)",
            "Summe 2024",
            "TOTAL HT",
            "Łącznie",
            "Gesamtbetrag",
            "Yht.",
            "Σ",
        ),
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


@pytest.mark.parametrize("group", ["Nord", "North America"])
def test_subtotals_are_known_where_the_group_is_named_once(group):
    inside = [(group, "a", "1"), ("", "b", "2"), ("", "c", "7")]
    for label in (f"{group} Ergebnis", f"Total {group}", f"{group.upper()} - Total"):
        assert totals([*inside, (label, "", "3"), ("Süd", "a", "4")]) == (3,)
    assert totals([*inside, ("West Total", "", "3"), ("Süd", "a", "4")]) == ()


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
        [(*month, "5") for month in MONTHS] + [("All", "100", "6")],  # another column is no sum
        [*MONTHS, ("May", "4 or 5"), ("", "100")],  # a number that is not understood
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
    assert found.remarks == ("rows 4, 6 of 't.csv' are totals and left out (totals: keep beside from: keeps them)",)


def test_many_totals_are_counted(tmp_path):
    (tmp_path / "t.csv").write_text("month,leads\n" + "Jan,10\nSubtotal,10\n" * 7)
    assert read_table(tmp_path / "t.csv", name="t.csv").remarks == (
        "rows 3, 5, 7, 9, 11 and 2 more of 't.csv' are totals and left out (totals: keep beside from: keeps them)",
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
    kept = read_table(path, name="b.xlsx", keep={"hidden"})
    assert (len(kept.rows), kept.remarks) == (5, ())


def test_a_heading_may_be_hidden(tmp_path):
    assert read_table(book(tmp_path, {1}), name="b.xlsx").headings == ("a",)


def test_a_total_is_the_sum_of_the_rows_that_are_shown(tmp_path):
    found = read_table(book(tmp_path, {5}), name="b.xlsx")
    assert found.column("a").texts == ("10", "20", "30")
    assert found.remarks == (
        "1 hidden row of 'b.xlsx' left out (hidden: keep beside from: keeps it)",
        "row 6 of 'b.xlsx' is a total and left out (totals: keep beside from: keeps it)",
    )


STYLES = [
    ("1 100,50", "2 200,25", "3 300,25", "6 601,00"),
    ("1\u00a0100,50 €", "2\u00a0200,25 €", "3\u00a0300,25 €", "6\u202f601,00 €"),
    ("1'100.50", "2'200.25", "3'300.25", "6'601.00"),
    ("CHF 1'100", "CHF 2'200", "CHF 3'300", "CHF 6'600"),
    ("1100 kr", "2200 kr", "3300 kr", "6600 kr"),
    ("1100,50 zł", "2200,25 zł", "3300,25 zł", "6601 zł"),
    ("R$ 1.100,50", "R$ 2.200,25", "R$ 3.300,25", "R$ 6.601,00"),
    ("US$1,100", "US$2,200", "US$3,300", "US$6,600"),
    ("$11k", "$22k", "$33k", "$66k"),
    ("11 months", "22 months", "33 months", "66 months"),
    ("(1,100)", "2,200", "3,300", "4,400"),
    ("1100-", "2200", "3300", "4400"),
    ("\u22121100", "2200", "3300", "4400"),
]


@pytest.mark.parametrize("texts", STYLES, ids=lambda texts: texts[0])
def test_sums_are_found_however_amounts_are_written(texts):
    assert totals([(text,) for text in texts]) == (3,)
    assert totals([(text,) for text in (*texts[:3], texts[0])]) == ()


def test_sums_are_found_above_notes_and_averages_and_below_averages():
    sums = ("", "100")
    assert totals([*MONTHS, sums, ("Source: the ledger", "")]) == (4,)
    assert totals([*MONTHS, sums, ("Average", "25")]) == (4, 5)
    assert totals([*MONTHS, ("Mittelwert:", "25"), sums]) == (4, 5)
    assert totals([*MONTHS, ("Max", "40"), ("Min", "10"), ("Std. dev.", "12.91"), sums]) == (4, 5, 6, 7)


def test_a_sum_may_stand_beside_a_count_an_average_or_nothing():
    rows = [(*month, rate, other) for month, rate, other in zip(MONTHS, "1234", ("5", "-", "5", "7"), strict=True)]
    assert totals([*rows, ("", "100", "2.5", "n/a")], MISSING) == (4,)
    assert totals([*rows, ("", "100", "4", "3")], MISSING) == (4,)
    assert totals([*rows, ("All", "100", "4", "2")], MISSING) == ()


def test_percentages_have_averages():
    rates = [("a", "1%"), ("b", "2%"), ("c", "4%")]
    assert totals([*rates, ("Average", "2.3%")]) == (3,)
    assert totals([*rates, ("Media", "2.4%")]) == ()


@pytest.mark.parametrize("name", ["Max", "Media", "N"])
def test_who_is_called_like_a_statistic_is_an_observation(name):
    sellers = [("Ann", "10"), ("Bob", "25"), ("Cem", "31")]
    assert totals([*sellers, (name, "44")]) == ()
    assert totals([*sellers, (name, "44"), ("", "110")]) == (4,)


def test_a_total_may_be_the_sum_of_rows_that_are_hidden_too(tmp_path):
    rows = [("10",), ("20",), ("30",), ("40",), ("100",)]
    assert totals(rows, hidden={1}) == (4,)
    assert totals([*rows[:4], ("80",)], hidden={1}) == (4,)
    assert totals([*rows[:4], ("90",)], hidden={1}) == ()
    found = read_table(book(tmp_path, {5}), name="b.xlsx", keep={"totals"})
    assert found.column("a").texts == ("10", "20", "30", "60")


def test_numbers_of_a_workbook_have_points_whatever_else_has_commas():
    held = [(Held("1100.125"),), (Held("2200.125"),), ("3.300,25",), (Held("6600.5"),)]
    assert totals(held) == (3,)


def test_totals_are_kept_where_that_is_said(tmp_path):
    (tmp_path / "t.csv").write_text("customer,value\nTotal,10\nShell,30\n")
    found = read_table(tmp_path / "t.csv", name="t.csv", keep={"totals"})
    assert (found.column("value").texts, found.remarks) == (("10", "30"), ())


def test_a_row_is_no_total_for_the_numbers_that_are_read_while_others_are_not():
    """With decimal commas $5,176.35 is no number: what is left, a count and an average, proves nothing."""
    rows = [("Bob", "0", "$526.81", "3"), ("Ann", "0", "$5,570.82", "3"), ("Cem", "5", "$386.26", "2")]
    assert totals([*rows, ("", "5", "$5,176.35", "3")]) == ()
    assert totals([*rows, ("Average", "1.67", "$2,161.30", "2.67")]) == (3,)


def test_a_statistic_is_the_one_that_its_row_says():
    scores = [("Ann", "12"), ("Bob", "25"), ("Cem", "41"), ("Dee", "25")]
    assert totals([*scores, ("Max", "41")]) == (4,)
    assert totals([*scores, ("Max", "25")]) == ()
    assert totals([*scores, ("Median", "25")]) == (4,)
    assert totals([("Ann", "3"), ("Bob", "5"), ("Cem", "4"), ("Max", "5")]) == ()


def test_ordinary_tables_lose_no_row():
    """Two thousand made-up ones, of names, counts, amounts and rates."""
    random = Random(5)
    made = {
        "count": lambda: str(int(random.lognormvariate(5, 1))),
        "small": lambda: str(random.randint(0, 9)),
        "amount": lambda: f"${random.lognormvariate(7, 1):,.2f}",
        "rate": lambda: f"{random.random() * 10:.1f}%",
        "rare": lambda: random.choice(["0", "0", "0", str(random.randint(1, 20))]),
    }
    for _ in range(2_000):
        columns = random.choices(list(made), k=random.randint(2, 4))
        rows = [
            (random.choice(["Ann", "Total Wine", "Shell", ""]), *(made[column]() for column in columns))
            for _ in range(random.randint(5, 40))
        ]
        assert totals(rows, MISSING) == (), rows


def test_a_sum_may_stand_beside_a_ratio_of_totals_where_its_row_says_nothing():
    rows = [("Jan", "100", "0.1"), ("Feb", "400", "0.2"), ("Mar", "250", "0.15")]
    assert totals([*rows, ("", "750", "0.17")]) == (3,)
    assert totals([*rows, ("Big", "750", "0.17")]) == ()


def test_averages_need_no_proof_and_many_statistics_are_many():
    rows = [(name, value) for name, value in zip("abcdefg", ("3", "5", "7", "4", "6", "8", "2"), strict=True)]
    assert totals([*rows, ("Average", "5.3"), ("Std", "2"), ("Median", "5")]) == (7, 8, 9)


def test_numbers_without_end_are_none():
    rows = [("a", "inf"), ("b", "-inf"), ("c", "1e308"), ("d", "1e308")]
    assert totals([*rows, ("Max", "5"), ("", "7")]) == ()


@pytest.mark.parametrize(
    "word", ["Average", "Count", "Toplam", "Итог", "Celkem", "Zwischensumme", "Razem", "Sum", "集計"]
)
def test_a_group_may_be_summed_up_by_any_such_word(word):
    rows = [("North", "10"), ("North", "20"), (f"North {word}", "15"), ("South", "30")]
    assert totals(rows) == (2,)
    assert totals([*rows[:2], (f"{word} North", "15"), rows[3]]) == (2,)
    assert totals([*rows[:2], (f"East {word}", "15"), rows[3]]) == ()


def test_a_grade_between_others_is_no_average():
    grades = [("Poor", "12"), ("Average", "45"), ("Good", "30"), ("Excellent", "21"), ("None", "3")]
    assert totals(grades) == ()
