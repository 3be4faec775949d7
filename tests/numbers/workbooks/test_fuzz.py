"""Damaged workbooks: bytes, parts, attributes and texts changed at random end in a table or in one clear sentence."""

import random
import re
import zipfile

import pytest

from sim.errors import DataError
from sim.numbers.tables import read_table
from tests.books import heading, packed, parts, styles, texts, workbook

VALUES = ["", "-1", "0", "1", "99", "99999999999999999999", "A0", "XFD1048576", "ZZZZ9", "1e999", "nan", "s", "é", "\n"]
CELLS = [
    ('s="1"', "<v>45000</v>"),
    ('s="2"', "<v>0.12</v>"),
    ('s="3"', "<v>12</v>"),
    ('t="s"', "<v>0</v>"),
    ('t="e"', "<v>#DIV/0!</v>"),
    ('t="b"', "<v>1</v>"),
    ('t="inlineStr"', "<is><t>May</t></is>"),
    ("", "<f>1+1</f><v>2</v>"),
    ('t="s"', "<v>1</v>"),
]
ROWS = [heading("day", "rate", "deal")]
for n in (2, 3, 4):
    row = "".join(
        f'<c r="{letter}{n}" {kind}>{content}</c>'
        for letter, (kind, content) in zip("ABC", CELLS[3 * n - 6 : 3 * n - 3], strict=True)
    )
    ROWS.append(f'<row r="{n}" hidden="{int(n == 3)}">{row}</row>')
WHOLE = parts(
    ROWS,
    styles=styles("yyyy-mm-dd", "0.0%", '"CHF" #,##0;[Red]-0'),
    sharedStrings=texts("<t>Total</t>", "<r><t>1</t></r><r><t>2%</t></r>"),
    workbook=workbook(("Sheet1", "visible"), properties='<workbookPr date1904="0"/>'),
)


def changed_bytes(raw, rng):
    raw = bytearray(raw)
    for _ in range(rng.randint(1, 8)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def changed_part(contents, rng):
    """Drop, double, empty, cut, swap or scramble a part."""
    contents = dict(contents)
    name, other = rng.choice(list(contents)), rng.choice(list(contents))
    text = contents[name]
    match rng.randrange(6):
        case 0:
            del contents[name]
        case 1:
            contents[name.upper()] = text
        case 2:
            contents[name] = ""
        case 3:
            contents[name] = text[: rng.randrange(len(text))]
        case 4:
            contents[name], contents[other] = contents[other], text
        case _:
            contents[name] = changed_bytes(text.encode(), rng)
    return contents


def changed_attribute(contents, rng):
    """Give another value to an attribute, or another text to a tag."""
    contents = dict(contents)
    name = rng.choice(list(contents))
    places = list(re.finditer(r'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', contents[name]))
    if places:
        place = rng.choice(places)
        text = contents[name]
        contents[name] = text[: place.start()] + rng.choice(VALUES) + text[place.end() :]
    return contents


def changed_tag(contents, rng):
    """Leave out, double or rename a tag."""
    contents = dict(contents)
    name = rng.choice(list(contents))
    places = list(re.finditer(r"<[^<>]*/>|<[^<>]*>", contents[name]))
    place = rng.choice(places)
    text, tag = contents[name], place.group()
    new = rng.choice(["", tag * 2, tag.replace("c", "row"), tag.replace("row", "c"), "<v>", "</row>", "<row/>"])
    contents[name] = text[: place.start()] + new + text[place.end() :]
    return contents


def mutant(seed):
    rng = random.Random(seed)
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    change = rng.choice([None, changed_part, changed_attribute, changed_attribute, changed_tag])
    if change is None:
        return changed_bytes(packed(WHOLE, method), rng)
    contents = WHOLE
    for _ in range(rng.randint(1, 3)):
        contents = {name: text for name, text in contents.items() if isinstance(text, str) and text}
        contents = change(contents, rng)
    return packed(contents, method)


def outcome(path):
    """Give the message of the error, or nothing for a table."""
    try:
        read_table(path, name="b.xlsx")
    except DataError as error:
        return str(error)
    return ""


def test_the_whole_workbook_is_read(tmp_path):
    (tmp_path / "b.xlsx").write_bytes(packed(WHOLE))
    found = read_table(tmp_path / "b.xlsx", name="b.xlsx")
    assert found.rows == (("2023-03-15", "12%", "CHF 12"), ("May", "2", "12%"))


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_a_damaged_workbook_is_a_table_or_one_sentence(tmp_path, first):
    messages = []
    for seed in range(first, first + 50):
        (tmp_path / "b.xlsx").write_bytes(mutant(seed))
        messages.append(outcome(tmp_path / "b.xlsx"))
    refused = [message for message in messages if message]
    assert all("'b.xlsx'" in message and "\n" not in message for message in refused)
    assert 10 < len(refused) < 50
