"""The report of a run: a folder with every format, each made by its own module."""

import warnings
from pathlib import Path

from sim.analysis.results import Results
from sim.report.console import boxed
from sim.report.contents import lead, note, sections
from sim.report.formats.csv import table_csv
from sim.report.formats.json import json_text
from sim.report.formats.markdown import markdown_text
from sim.study.folder import Place

EXCEL = "utf-8-sig"
"""UTF-8 with the mark by which Excel knows it."""


def write(results: Results, folder: str | Path, *, force: bool = False) -> Path:
    """Write the report of a run into a folder, whole or not at all; an earlier one is replaced only with `force`.

    Raises:
        ReportError: the folder is taken or cannot be written.
    """
    with Place(Path(folder), force=force) as place:
        if boxes := write_into(results, place):
            warnings.warn(boxed(boxes), stacklevel=2)
    return Path(folder)


def write_into(results: Results, place: Place) -> frozenset[str]:
    """Write the report of a run into a place that is had, whole or not at all; give the signs that are boxes in charts.

    Raises:
        ReportError: it cannot be written.
    """
    from sim.report.charts.files import write_charts

    with place.draft() as draft:
        for name, (text, encoding) in texts(results).items():
            (draft / name).write_text(text, encoding=encoding, newline="")
        return write_charts(results, draft / "charts")


def texts(results: Results) -> dict[str, tuple[str, str]]:
    """Give every text file of a report by its name: the text, and its encoding."""
    parts = list(sections(results))
    tables = [table for section in parts for table in section.data]
    page = markdown_text(results.setting.name, (lead(results), note(results)), parts)
    return {
        "report.json": (json_text(results, tables), "utf-8"),
        "report.md": (page, "utf-8"),
        **{f"{table.name}.csv": (table_csv(table), EXCEL) for table in tables if table.own_file},
    }
