import pytest

from sim.errors import DataError
from sim.numbers.tables import read_table


def read(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    return read_table(tmp_path / "t.csv", name="t.csv")


WIDE = ",".join(["1"] * 1001)
REFUSED = {
    "a long cell": ("a,b\n1,2\n3," + "x" * 140_000 + "\n", "'t.csv', line 3: a cell of over 131,072 characters"),
    "a long cell alone": ("x" * 140_000, "line 1: a cell of over 131,072 characters"),
    "an open quote": ('a,b\n1,2\n3,"4\n5,6\n', "'t.csv', line 3: a quote opens there that is never closed"),
    "an open quote far up": ('a,b\n1,"2\n' + "3,4\n" * 40_000, "line 2: a cell of over 131,072 characters"),
    "a quote in a quote": ('a,b\n1,"2"x\n', "'t.csv', line 2: ',' expected after '\"'"),
    "binary": ("a,b\n1,\x002\n", "'t.csv' holds binary data"),
    "many columns": (f"a,b\n{WIDE}\n", "line 2 of 't.csv' has over 1,000 columns"),
    "many columns after quotes": (f'a,b\n"1,2",{WIDE}\n', "line 2 of 't.csv' has over 1,000 columns"),
    "many columns after lines": (f'a,b\n"1\n2",{WIDE}\n', "line 3 of 't.csv' has over 1,000 columns"),
    "separators only": ("," * 300_000, "line 1 of 't.csv' has over 1,000 columns"),
    "separators in quotes and out": ('""' + "," * 300_000, "line 1 of 't.csv' has over 1,000 columns"),
    "many headings": (",".join(f"h{n}" for n in range(1001)) + "\n", "line 1 of 't.csv' has over 1,000 columns"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_cut_into_cells_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["\n" * 1000, "\n,,,,,,,,," * 100, "a\n" + "1\n" * 500])
def test_cells_are_counted_empty_ones_too(tmp_path, monkeypatch, text):
    monkeypatch.setattr("sim.numbers.delimited.MAX_CELLS", 900)
    with pytest.raises(DataError, match="has over 900 cells"):
        read(tmp_path, text)


def test_a_text_may_hold_many_commas(tmp_path):
    found = read(tmp_path, 'a,b\n"' + "1," * 1500 + '\n",2\n')
    assert found.column("b").texts == ("2",)


def test_a_thousand_columns_are_read(tmp_path):
    found = read(tmp_path, ",".join(f"h{n}" for n in range(1000)) + "\n1\n")
    assert (len(found.headings), found.column("h999").texts) == (1000, ("",))


def test_short_rows_take_no_room(tmp_path):
    found = read(tmp_path, ",".join(f"h{n}" for n in range(1000)) + "\n" + "1\n" * 50)
    assert {len(row) for row in found.rows} == {1}
