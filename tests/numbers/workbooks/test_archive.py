import struct
import zipfile

import pytest

from sim.errors import DataError
from sim.numbers.tables import read_table
from tests.books import MAIN, SHEET, heading, packed, parts, sheet, texts

ROW = '<row r="2"><c r="A2"><v>1</v></c></row>'
WHOLE = parts([heading("a"), ROW])


def message(tmp_path, raw):
    (tmp_path / "b.xlsx").write_bytes(raw if isinstance(raw, bytes) else packed(raw))
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / "b.xlsx", name="b.xlsx")
    return str(caught.value)


def entry(raw, part):
    """Give where the directory of an archive speaks of a part."""
    place = raw.find(b"PK\x01\x02")
    while raw[place + 46 : place + 46 + len(part)] != part.encode():
        place = raw.find(b"PK\x01\x02", place + 4)
    return place


def test_an_encrypted_workbook_and_an_old_one_are_told_apart(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert message(tmp_path, ole + "EncryptedPackage".encode("utf-16-le")) == (
        "'b.xlsx' is encrypted (save it without a password)"
    )
    assert "Excel 97-2003" in message(tmp_path, ole + "Workbook".encode("utf-16-le"))


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"PK\x03\x04 nothing", packed({"x": "y"})])
def test_what_is_no_workbook_is_refused(tmp_path, raw):
    assert message(tmp_path, raw) == "'b.xlsx' is not an Excel workbook (save it as .xlsx or CSV)"


def test_a_binary_workbook_is_refused(tmp_path):
    contents = {name.replace("workbook.xml", "workbook.bin"): text for name, text in WHOLE.items()}
    contents["_rels/.rels"] = contents["_rels/.rels"].replace("workbook.xml", "workbook.bin")
    assert message(tmp_path, contents) == "'b.xlsx' is a binary workbook (save it as .xlsx or CSV)"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_than_excel_s_is_refused(tmp_path, method):
    assert "is packed in a way that Excel does not read" in message(tmp_path, packed(WHOLE, method))


def test_an_unknown_compression_method_is_refused(tmp_path):
    raw = bytearray(packed(WHOLE))
    struct.pack_into("<H", raw, entry(raw, SHEET) + 10, 97)
    assert "is packed in a way that Excel does not read" in message(tmp_path, bytes(raw))


def test_a_part_with_a_password_is_refused(tmp_path):
    raw = bytearray(packed(WHOLE))
    struct.pack_into("<H", raw, entry(raw, SHEET) + 8, 1)
    assert f"is damaged in its part '{SHEET}'" in message(tmp_path, bytes(raw))


@pytest.mark.parametrize("size", [10, 4_000_000_000])
def test_sizes_are_counted_whatever_the_directory_says(tmp_path, monkeypatch, size):
    monkeypatch.setattr("sim.numbers.workbooks.archive.MAX_UNPACKED", 300_000)
    raw = bytearray(packed({**WHOLE, SHEET: sheet(heading("a"), " " * 2_000_000)}))
    struct.pack_into("<I", raw, entry(raw, SHEET) + 24, size)
    assert ("is damaged in its part" if size == 10 else "unpacks to over 0 MB") in message(tmp_path, bytes(raw))


def test_parts_that_are_not_read_do_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.numbers.workbooks.archive.MAX_UNPACKED", 100_000)
    (tmp_path / "b.xlsx").write_bytes(packed({**WHOLE, "xl/media/logo.png": bytes(1_000_000)}))
    assert read_table(tmp_path / "b.xlsx", name="b.xlsx").rows == (("1",),)


def test_a_workbook_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.numbers.workbooks.archive.MAX_PARTS", 4)
    assert "holds over 4 files" in message(tmp_path, WHOLE)


def test_two_parts_of_one_name_are_refused(tmp_path):
    assert "holds two parts called 'XL/workbook.xml'" in message(tmp_path, {**WHOLE, "XL/workbook.xml": "x"})


def test_names_of_parts_may_differ_in_case_and_slashes(tmp_path):
    contents = {name.replace("/sheet1", "\\Sheet1"): text for name, text in WHOLE.items()}
    (tmp_path / "b.xlsx").write_bytes(packed(contents))
    assert read_table(tmp_path / "b.xlsx", name="b.xlsx").rows == (("1",),)


BOMBS = {
    "entities": ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet(heading("a"), ROW), "declares entities"),
    "depth": (sheet("<row>" * 101), "has over 100 tags inside each other"),
    "a long tag": (sheet(f'<row x="{"a" * 1_200_000}">'), "has a tag of over 1 MB"),
    "column XFD": (sheet(heading("a"), '<row r="2"><c r="XFD2"><v>1</v></c></row>'), "cell XFD2: over 1,000 columns"),
    "long text": (sheet(f'<row><c t="str"><v>{"a" * 32_768}</v></c></row>'), "a cell of over 32,767 characters"),
    "no XML": ("<worksheet", "is damaged in its part"),
    "an unknown encoding": ('<?xml version="1.0" encoding="x-none"?><a/>', "is damaged in its part"),
}


@pytest.mark.parametrize(("content", "expected"), BOMBS.values(), ids=BOMBS)
def test_xml_that_would_cost_too_much_is_refused(tmp_path, content, expected):
    assert expected in message(tmp_path, {**WHOLE, SHEET: content})


@pytest.mark.parametrize(("part", "bound"), [(SHEET, "MAX_TAGS"), ("xl/workbook.xml", "MAX_OTHER_TAGS")])
def test_tags_are_counted_that_mean_nothing(tmp_path, monkeypatch, part, bound):
    monkeypatch.setattr(f"sim.numbers.workbooks.xml.{bound}", 1000)
    content = WHOLE[part].replace("><", ">" + "<other/>" * 2000 + "<", 1)
    assert f"its part '{part}' has over 1,000 tags" in message(tmp_path, {**WHOLE, part: content})


def test_empty_cells_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.numbers.workbooks.sheet.MAX_CELLS", 1000)
    content = sheet(heading("a"), "<row>" + "<c/>" * 600 + "</row><row>" + "<c/>" * 600 + "</row>")
    assert "sheet 'Sheet1' has over 1,000 cells" in message(tmp_path, {**WHOLE, SHEET: content})


def test_shared_texts_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.numbers.workbooks.texts.MAX_TEXTS", 1000)
    assert "holds over 1,000 texts" in message(tmp_path, parts([ROW], sharedStrings=texts(*["<t/>"] * 1001)))
    monkeypatch.setattr("sim.numbers.workbooks.texts.MAX_CHARACTERS", 1_000_000)
    long = texts(*[f"<t>{'a' * 30_000}</t>"] * 40)
    assert "texts of over 1 million characters" in message(tmp_path, parts([ROW], sharedStrings=long))


def test_stray_formats_far_out_do_no_harm(tmp_path):
    content = sheet(heading("a"), '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="0"/></row>')
    (tmp_path / "b.xlsx").write_bytes(packed({**WHOLE, SHEET: content}))
    assert read_table(tmp_path / "b.xlsx", name="b.xlsx").rows == (("1",),)


def test_the_strict_form_of_the_format_is_read(tmp_path):
    strict = {name: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main") for name, text in WHOLE.items()}
    (tmp_path / "b.xlsx").write_bytes(packed(strict))
    assert read_table(tmp_path / "b.xlsx", name="b.xlsx").rows == (("1",),)
