import pytest

from sim.errors import DataError
from sim.numbers.tables import read_table
from tests.books import heading, packed, parts, relations, sheet, workbook

ROW = '<row r="2"><c r="A2"><v>1</v></c></row>'
RELS = "xl/_rels/workbook.xml.rels"


def book(*tabs, kinds=(), **changes):
    """Give a workbook of several sheets, each with a heading that says its number."""
    kinds = kinds or ["worksheet"] * len(tabs)
    contents = parts([], workbook=workbook(*tabs))
    contents[RELS] = relations(*((kind, f"worksheets/sheet{n}.xml") for n, kind in enumerate(kinds, start=1)))
    for n in range(1, len(tabs) + 1):
        contents[f"xl/worksheets/sheet{n}.xml"] = sheet(heading(f"column{n}"), ROW)
    return {**contents, **changes}


def read(tmp_path, contents, **options):
    (tmp_path / "b.xlsx").write_bytes(packed({name: text for name, text in contents.items() if text is not None}))
    return read_table(tmp_path / "b.xlsx", name="b.xlsx", **options)


def test_the_first_sheet_that_can_be_seen_is_read(tmp_path):
    found = read(tmp_path, book(("Old", "hidden"), ("Now", "visible")))
    assert found.headings == ("column2",)
    assert found.remarks == ("sheet 'Now' of 'b.xlsx' was read, the first that is not hidden",)
    assert read(tmp_path, book(("Now", "visible"), ("Old", "veryHidden"))).remarks == ()


def test_a_hidden_sheet_is_read_by_name_and_where_there_is_no_other(tmp_path):
    named = read(tmp_path, book(("Old", "hidden"), ("Now", "visible")), sheet="Old")
    assert (named.headings, named.remarks) == (("column1",), ())
    only = read(tmp_path, book(("Old", "hidden")))
    assert only.remarks == ("sheet 'Old' of 'b.xlsx' is hidden, and was read since no other is named",)


def test_a_sheet_of_charts_is_passed_over(tmp_path):
    tabs = ("Chart", "visible"), ("Data", "visible")
    assert read(tmp_path, book(*tabs, kinds=["chartsheet", "worksheet"])).headings == ("column2",)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (book(("Chart", "visible"), kinds=["chartsheet"]), "'b.xlsx' has no sheet of cells"),
        (book(), "'b.xlsx' has no sheet of cells"),
        (book(("A", "visible"), **{"xl/workbook.xml": None}), "'b.xlsx' is not an Excel workbook"),
        (book(("A", "visible"), **{"xl/worksheets/sheet1.xml": None}), "has no part 'xl/worksheets/sheet1.xml'"),
        (book(("A", "visible"), **{RELS: None}), "its sheet 'A' is nowhere in it"),
        (book(("A&#10;B", "visible"), **{RELS: None}), r"its sheet 'A\\nB' is nowhere in it"),
        (
            book(
                ("A", "visible"),
                **{RELS: relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "s.xml"))},
            ),
            "has no part 'xl/s.xml'",
        ),
    ],
)
def test_a_workbook_without_what_it_needs_is_refused(tmp_path, contents, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, contents)


def test_targets_may_be_absolute(tmp_path):
    contents = book(("A", "visible"), **{RELS: relations(("worksheet", "/xl/worksheets/sheet1.xml"))})
    assert read(tmp_path, contents).headings == ("column1",)
