import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.numbers.writing import visible
from sim.report.escape import csv_cell, markdown, slug, slugs

seeded = settings(derandomize=True, deadline=None, max_examples=200)


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
    assert visible(text) == shown


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_reads_no_formula(text):
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(("text", "cell"), [("Acme = best", "Acme = best"), ("\t=1+1", r"\t=1+1"), ("\r=1", r"\r=1")])
def test_other_cells_only_become_visible(text, cell):
    assert csv_cell(text) == cell


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
    assert markdown(text) == escaped


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
    assert slug(text) == name


@seeded
@given(st.text("aZ9é日-_ ./\n", max_size=90))
def test_any_name_makes_a_safe_file_name(text):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text))


def test_every_name_has_a_file_name_of_its_own():
    names = ["A B", "a-b", "A  b", "a b 2", "日本", "中国", "x" * 70, "x" * 71]
    found = slugs(names)
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
