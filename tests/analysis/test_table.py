"""Tables: one answer for programs and for people, and the cells that know how they are written."""

import math

import pytest

from sim.analysis.cells import Figure, Share, Span
from sim.analysis.section import Section
from sim.analysis.table import Column, Table, people, records, written
from sim.numbers.kinds import Kind
from sim.report.formats.csv import table_csv
from sim.report.formats.markdown import markdown_text
from sim.sampling.estimates import Estimate

LOST = Table(
    "lost",
    (Column("vendor", "Vendor"), Column("months", "Later by"), Column("npv", "", Kind.MONEY, "error", "npv_lost")),
    (("A", 1, Estimate(1234.5, 5.0)), ("A", 3, Estimate(3e6, 0.0)), ("B", 1, Estimate(-7.0, 0.5))),
    "EUR",
    index=2,
)


def test_people_read_numbers_in_what_their_column_measures():
    assert LOST.header == ["Vendor", "Later by", ""]
    assert LOST.texts == [["A", "1", "€1,234 ±€5"], ["A", "3", "€3.00M"], ["B", "1", "-€7.00 ±€0.5"]]
    plain = Table("x", (Column("r", kind=Kind.RATE), Column("n")), ((0.5, 0.5), (math.nan, None), ("none", 3)))
    assert plain.texts == [["50.0%", "0.5"], ["n/a", ""], ["none", "3"]]


def test_a_wide_table_has_a_column_a_vendor_and_a_dash_where_there_is_nothing():
    wide = LOST.wide("Go-live")
    assert wide.header == ["Go-live", "A", "B"]
    assert wide.texts == [["1", "€1,234 ±€5", "-€7.00 ±€0.5"], ["3", "€3.00M", "-"]]


def test_the_rows_of_one_vendor_leave_out_its_name():
    only = LOST.only("A")
    assert [column.name for column in only.columns] == ["months", "npv"]
    assert (only.rows, only.index) == (((1, Estimate(1234.5, 5.0)), (3, Estimate(3e6, 0.0))), 1)
    assert not LOST.only("C")


def test_programs_get_the_numbers_themselves_by_key():
    assert next(records(LOST)) == {"vendor": "A", "months": 1, "npv_lost": Estimate(1234.5, 5.0)}
    assert table_csv(LOST).splitlines()[:2] == ['"vendor","months","npv","error"', '"A",1,1234.5,5.0']


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Figure(0.25, Kind.RATE), "25.0%"),
        (Figure(0.25, Kind.RATE, 0.001), "25.0% ±0.1"),
        (Figure(math.nan, Kind.MONEY, math.nan), "n/a"),
        (Span(Figure(-1000, Kind.MONEY, 5.0), Figure(2000, Kind.MONEY)), "-$1,000 to $2,000"),
        (Share(Estimate(0.0, 0.0), 64), "0.0% (0 of 64)"),
        (None, ""),
        ("as it is", "as it is"),
    ],
)
def test_a_cell_is_written_as_people_read_it(cell, text):
    assert written(cell, "USD") == text


def test_the_name_of_a_custom_line_stays_a_text_in_csv_and_markdown():
    hostile = "=cmd|'x'!A0 <b>*"
    table = people("lines", ["Line", "Mean"], [(hostile, Figure(5.0, Kind.MONEY))], "USD")
    assert table_csv(table).splitlines()[1].startswith("\"'=cmd") or table_csv(table).splitlines()[1].startswith(
        "'=cmd"
    )
    page = markdown_text("Title", (), [Section("Lines", (table,))])
    assert "<b>" not in page
    assert "=cmd\\|" in page
