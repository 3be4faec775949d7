import zipfile

import openpyxl
import pytest

from sim.errors import DataError
from sim.numbers.kinds import Kind
from sim.numbers.observations import observations
from sim.numbers.reading import Reading
from sim.numbers.tables import Reference, read_table, reference


def written(tmp_path, content, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def column(tmp_path, content, name="a", kind=Kind.ANY, **options):
    table = read_table(written(tmp_path, content), name="t.csv")
    return observations(table.column(name), name, Reading(kind=kind), **options)


def lines(*cells):
    return "a\n" + "".join(f"{cell}\n" for cell in cells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h.csv#a b", Reference("h.csv", None, "a b")),
        ("b.xlsx#My Sheet!won", Reference("b.xlsx", "My Sheet", "won")),
        ("b.xlsx#won", Reference("b.xlsx", None, "won")),
        ("h.csv#won!", Reference("h.csv", None, "won!")),
    ],
)
def test_a_reference_names_a_file_a_sheet_and_a_column(text, expected):
    assert reference(text) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    text = "\n".join(separator.join(row) for row in (["m", "a", "b"], ["x", "1", "2"], ["y", "3", "4"]))
    assert read_table(written(tmp_path, text), name="t").column("b").texts == ("2", "4")


def test_quoted_cells_may_hold_separators_and_line_ends(tmp_path):
    text = 'a,b\n"$1,200","two\nlines"\n\n$900,x\n'
    found = read_table(written(tmp_path, text), name="t")
    assert (found.column("a").texts, found.numbers) == (("$1,200", "$900"), (2, 4))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart_and_windows_is_mentioned(tmp_path, encoding):
    found = read_table(written(tmp_path, "größe,b\n€5,2\n".encode(encoding)), name="t")
    assert found.column("größe").texts == ("€5",)
    assert bool(found.remarks) == (encoding == "cp1252")


def test_cells_are_read_as_planners_write_them(tmp_path):
    money = column(tmp_path, lines('"$1,200"', "1.2k", "$900", "-", "800", "$1M"), kind=Kind.MONEY)
    assert money.present == (1200, 1200, 900, 800, 1e6)
    assert money.missing == (5,)
    assert "1 of 6 values missing and left out (row 5)" in money.remarks
    rates = column(tmp_path, lines("12%", "50bp", "NA", "n/a", "3%", "-2%", "4%"))
    assert rates.present == (0.12, 0.005, 0.03, -0.02, 0.04)
    assert rates.unit is Kind.RATE


def test_a_currency_of_the_column_s_own_is_taken_where_asked(tmp_path):
    found = column(tmp_path, lines("€5", "€6", "€7", "€8", "€9"), foreign=True)
    assert (found.currency, found.present) == ("EUR", (5, 6, 7, 8, 9))


REFUSED = {
    "mixed": (lines("3%", "0.02", "1%", "2%", "3%"), "mixes units: row 2 is '3%', row 3 is '0.02'"),
    "two currencies": (lines("$3", "€2", "$1", "$2", "$3"), r"mixes units: row 2 is '\$3', row 3 is '€2'"),
    "text": (lines("3", "x", "4", "5", "y", "6"), "row 3: cannot read 'x' .*; row 6: cannot read 'y'"),
    "empty": (lines("NA", "-", "n/a"), "is empty"),
    "few": (lines("1", "2", "3", "4"), "has 4 values .at least 5"),
    "constant": (lines(*["7%"] * 9), "every value of column 'a' is 7% .write the number"),
    "unknown": ("leads,b\n1,2\n", "no column of 't.csv' is called 'a' .one of: leads, b"),
    "twice": ("a,a\n1,2\n", "2 columns of 't.csv' are called 'a'"),
    "no table": ("\n\n", "'t.csv' is empty"),
    "no headings": ("1,2\n3,4\n", "first row of 't.csv' holds numbers"),
    "wide": ("a\n$1,200\n$900\n", "row 2 of 't.csv' has 2 cells under 1 headings"),
    "decimal marks": ("a;b\n0,5;1\n3;1\n0.5;1\n", "mixes decimal marks: row 2 is '0,5', row 4 is '0.5'"),
    "either comma": ("a;b\n1,500;1\n", "row 2: '1,500' may be 1,500 or 1.5 .write 1500 or 1.5, or say"),
    "binary": ("a\x00b\n", "holds binary data"),
    "open quote": ('a\n"1\n', "cannot read 't.csv', line"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_one_clear_error(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        column(tmp_path, text)


def test_files_that_are_no_table_are_refused(tmp_path):
    (tmp_path / "history.csv").write_text("a\n1\n")
    (tmp_path / "folder.csv").mkdir()
    for name, message in (
        ("histroy.csv", "no such file .did you mean 'history.csv'"),
        ("folder.csv", "it is a folder"),
        ("x.pdf", "not a table .one of: .csv"),
    ):
        with pytest.raises(DataError, match=message):
            read_table(tmp_path / name, name=name)
    with pytest.raises(DataError, match="is not an Excel workbook"):
        read_table(written(tmp_path, b"PK\x03\x04 nothing", "b.xlsx"), name="b.xlsx")


def test_a_large_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.numbers.tables.MAX_BYTES", 10)
    with pytest.raises(DataError, match="is over 0 MB"):
        read_table(written(tmp_path, "a\n" + "1\n" * 9), name="t")


@pytest.fixture
def book(tmp_path):
    found = openpyxl.Workbook()
    first, second = found.active, found.create_sheet("Won deals")
    first.append(["rate", "deal"])
    for rate, deal in ((0.12, 1200), (0.07, 900.5), (None, 800), (0.05, 700), (0.03, 10), (0.5, 12)):
        first.append([rate, deal])
    for row in first.iter_rows(min_row=2):
        row[0].number_format, row[1].number_format = "0.0%", "[$€-407] #,##0.00"
    for cell in ("won", 1, 2, 3, 4, 5):
        second.append([cell])
    found.save(tmp_path / "b.xlsx")
    return tmp_path / "b.xlsx"


def test_excel_cells_show_the_unit_of_their_format(book):
    table = read_table(book, name="b.xlsx")
    rate = observations(table.column("rate"), "rate", Reading())
    assert (rate.unit, rate.present, rate.missing) == (Kind.RATE, (0.12, 0.07, 0.05, 0.03, 0.5), (4,))
    deal = observations(table.column("deal"), "deal", Reading(), foreign=True)
    assert (deal.currency, deal.present) == ("EUR", (1200, 900.5, 800, 700, 10, 12))


def test_a_sheet_is_found_by_its_name(book):
    assert read_table(book, name="b.xlsx", sheet="Won deals").column("won").texts == ("1", "2", "3", "4", "5")
    with pytest.raises(DataError, match=r"no sheet of 'b.xlsx' is called 'Won deal' .did you mean 'Won deals'"):
        read_table(book, name="b.xlsx", sheet="Won deal")


def test_a_damaged_workbook_is_refused(book, tmp_path):
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, b"<worksheet><sheetData><row>" if part.endswith("sheet1.xml") else content)
    with pytest.raises(DataError, match=r"'bad.xlsx' is damaged in its part 'xl/worksheets/sheet1.xml'"):
        read_table(tmp_path / "bad.xlsx", name="bad.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(book, monkeypatch):
    monkeypatch.setattr("sim.numbers.workbooks.archive.MAX_UNPACKED", 100)
    with pytest.raises(DataError, match="unpacks to over"):
        read_table(book, name="b.xlsx")
