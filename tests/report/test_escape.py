import csv
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.numbers.writing import visible
from sim.report.escape import csv_cell, json_printable, markdown, markdown_line, slug, slugs

seeded = settings(derandomize=True, deadline=None, max_examples=200)
SIGNS = tuple("=+-@＝＋－＠")


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
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("\ud800", r"\ud800"),
        ("", ""),
    ],
)
def test_control_and_direction_characters_become_visible(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1＋1", "'＝1＋1"),
        ("－1", "'－1"),
        ("＠SUM", "'＠SUM"),
        (" \u00a0=1", "' \u00a0=1"),
        ('"=1', '\'""=1'),
        ("x;=1+1;y", "x;'=1+1;y"),
        ("x; -1", "x;' -1"),
        ('x;"=1', 'x;\'""=1'),
        ("x|=1", "x|'=1"),
        ("Acme = best", "Acme = best"),
        ("low -2%, high +3%", "low -2%, high +3%"),
        ("\t=1+1", r"\t=1+1"),
        ("\r=1", r"\r=1"),
        ('6" pipe', '6"" pipe'),
        ("'=1", "'=1"),
        ("", ""),
    ],
)
def test_a_spreadsheet_reads_a_text_and_no_formula(text, cell):
    assert csv_cell(text) == f'"{cell}"'


@seeded
@given(st.lists(st.text('=+-@＝;,|\t"\r\n \u00a0a1', max_size=12), min_size=1, max_size=4))
def test_no_cell_begins_with_a_sign_whatever_the_separator(texts):
    line = ",".join(map(csv_cell, texts))
    for separator in ",;|\t":
        for cell in next(csv.reader([line], delimiter=separator)):
            assert not cell.strip().startswith(SIGNS)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Acme", "Acme"),
        ("a|b", r"a\|b"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("[link](http://x)", r"\[link\](http\://x)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("A&B", "A&amp;B"),
        ("back\\slash", r"back\\slash"),
        ("# head", r"\# head"),
        ("two\nlines", r"two\\nlines"),
        ("http://evil, WWW.evil", r"http\://evil, WWW\.evil"),
        ("@someone :smile: 8:30", r"\@someone \:smile: 8\:30"),
        ("$x^2$ for $5", r"\$x\^2\$ for $5"),
        (" out\u00a0", "&#32;out&#160;"),
        ("a: b; 12.4% - 3", "a: b; 12.4% - 3"),
        ("- x", "- x"),
    ],
)
def test_markdown_and_html_are_escaped(text, escaped):
    assert markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("- x", r"\- x"),
        ("+", r"\+"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("12. x", r"12\. x"),
        ("1)", r"1\)"),
        (": x", r"\: x"),
        ("12.4% more", "12.4% more"),
        ("Acme", "Acme"),
    ],
)
def test_a_line_of_markdown_begins_no_list_and_no_rule(text, escaped):
    assert markdown_line(text) == escaped


@seeded
@given(st.text())
def test_json_says_the_same_with_what_hides_escaped(text):
    shown = json_printable(json.dumps([text], ensure_ascii=False))
    assert json.loads(shown) == [text]
    assert shown == visible(shown)
    shown.encode()


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
