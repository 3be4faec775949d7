import pytest

from sim.errors import DataError
from sim.numbers.tables import read_table
from sim.numbers.workbooks.dates import date_text
from tests.books import heading, packed, parts, styles, texts, workbook

FORMATS = styles("yyyy-mm-dd", "0.0%", "[h]:mm")


def read(tmp_path, *cells, **others):
    """Give the row of cells, written without their references."""
    row = f'<row r="2">{"".join(cells)}</row>'
    names = [f"h{n}" for n in range(len(cells))]
    (tmp_path / "b.xlsx").write_bytes(packed(parts([heading(*names), row], **{"styles": FORMATS, **others})))
    return read_table(tmp_path / "b.xlsx", name="b.xlsx").rows[0]


def test_every_kind_of_cell_is_read(tmp_path):
    shared = texts("<t>plain</t>", '<r><rPr><b/></rPr><t xml:space="preserve">two </t></r><r><t>parts</t></r>')
    assert read(
        tmp_path,
        '<c t="s"><v>0</v></c>',
        '<c t="s"><v>1</v></c>',
        '<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>',
        '<c t="str"><f>A1&amp;"x"</f><v>computed</v></c>',
        '<c t="b"><v>1</v></c>',
        '<c t="e"><v>#DIV/0!</v></c>',
        '<c t="d"><v>2024-01-31</v></c>',
        '<c s="1"><v>45322</v></c>',
        '<c s="2"><v>0.12</v></c>',
        '<c s="3"><v>1.5</v></c>',
        "<c><v>1.5E3</v></c>",
        "<c><f>1+1</f></c>",
        '<c t="n"><v>-1.125</v></c>',
        sharedStrings=shared,
    ) == (
        *("plain", "two parts", "inline", "computed", "TRUE", "#DIV/0!", "2024-01-31", "2024-01-31", "12%", "36:00:00"),
        *("1500", "", "-1.125"),
    )


def test_how_a_text_is_pronounced_is_no_part_of_it(tmp_path):
    assert read(
        tmp_path, '<c t="s"><v>0</v></c>', sharedStrings=texts('<t>東京</t><rPh sb="0" eb="2"><t>トウ</t></rPh>')
    ) == ("東京",)


def test_escaped_characters_are_read(tmp_path):
    cells = (f'<c t="str"><v>{text}</v></c>' for text in ("a_x000A_b", "_x005F_x", "_x0000_", "_xD800_"))
    assert read(tmp_path, *cells) == ("a\nb", "_x", "_x0000_", "_xD800_")


def test_cells_and_rows_left_out_are_empty(tmp_path):
    rows = [heading("a", "b", "c"), '<row r="7"><c r="C7"><v>1</v></c></row>', '<row r="1048576"><c><v>2</v></c></row>']
    (tmp_path / "b.xlsx").write_bytes(packed(parts(rows)))
    found = read_table(tmp_path / "b.xlsx", name="b.xlsx")
    assert (found.column("c").texts, found.column("a").texts) == (("1", ""), ("", "2"))
    assert found.numbers == (7, 1048576)


DAMAGED = {
    "no such text": ('<c r="B2" t="s"><v>9</v></c>', "cell B2 is damaged: the workbook has no text 9"),
    "a negative text": ('<c r="B2" t="s"><v>-1</v></c>', "cell B2 is damaged: the workbook has no text -1"),
    "no such style": ('<c r="B2" s="9"><v>1</v></c>', "cell B2 is damaged: the workbook has no style 9"),
    "no number": ('<c r="B2"><v>1,5</v></c>', "cell B2 is damaged: '1,5' is no number"),
    "too large": ('<c r="B2"><v>1e999</v></c>', "cell B2 is damaged: '1e999' is no number"),
    "not a number": ('<c r="B2"><v>NaN</v></c>', "cell B2 is damaged: 'NaN' is no number"),
    "no boolean": ('<c r="B2" t="b"><v>2</v></c>', "cell B2 is damaged: '2' is no value of the kind 'b'"),
    "no date": ('<c r="B2" t="d"><v>12</v></c>', "cell B2 is damaged: '12' is no value of the kind 'd'"),
    "no kind": ('<c r="B2" t="x"><v>1</v></c>', "cell B2 is damaged: '1' is no value of the kind 'x'"),
    "another row": ('<c r="B3"><v>1</v></c>', "cell B3 is damaged: it stands in row 2"),
    "no reference": ('<c r="2"><v>1</v></c>', "cell 2 is damaged: no cell can be called so"),
    "twice": (
        '<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>',
        "cell A2 is damaged: the sheet has two cells of that name",
    ),
    "a row that goes back": ('</row><row r="2"><c/>', "is damaged: row '2' after row 2"),
    "a row below the last": ('</row><row r="1048577"><c/>', "is damaged: row '1048577' after row 2"),
}


@pytest.mark.parametrize(("cells", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_cell_is_named_with_its_sheet(tmp_path, cells, message):
    with pytest.raises(DataError) as caught:
        read(tmp_path, cells, sharedStrings=texts("<t>x</t>"))
    assert str(caught.value).startswith(
        f"'b.xlsx', sheet 'Sheet1'{',' if message.startswith('cell') else ''} {message}"
    )


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (61, "1900-03-01"),
        (45322, "2024-01-31"),
        (45322.75, "2024-01-31 18:00:00"),
        (0.5, "12:00:00"),
        (2958465, "9999-12-31"),
        (2958466, "#####"),
        (-1, "#####"),
        (2958465.9999999, "#####"),
        (1e300, "#####"),
    ],
)
def test_days_are_iso_dates(days, text):
    assert date_text(float(days), since_1904=False, elapsed=False) == text


def test_days_may_count_from_1904(tmp_path):
    mac = workbook(("Sheet1", "visible"), properties='<workbookPr date1904="1"/>')
    assert read(tmp_path, '<c s="1"><v>43860</v></c>', workbook=mac) == ("2024-01-31",)
    assert date_text(0.25, since_1904=True, elapsed=False) == "06:00:00"
