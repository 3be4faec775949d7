"""The report of a run: a folder with every format, each made by its own module."""

from pathlib import Path

from sim.analysis.results import Results
from sim.report.formats.csv import (
    assumptions_csv,
    correlations_csv,
    features_csv,
    inputs_csv,
    kpis_csv,
    payback_csv,
    percentiles_csv,
    report_delay_csv,
    report_levers_csv,
    tei_table_csv,
    tornado_csv,
)
from sim.report.formats.json import json_text
from sim.report.formats.markdown import markdown_text
from sim.study.folder import whole_folder

EXCEL = "utf-8-sig"
"""UTF-8 with the mark by which Excel knows it."""

WRITERS = {
    "report.json": (json_text, "utf-8"),
    "report.md": (markdown_text, "utf-8"),
    "percentiles.csv": (percentiles_csv, EXCEL),
    "payback_by_month.csv": (payback_csv, EXCEL),
    "tornado.csv": (tornado_csv, EXCEL),
    "kpis.csv": (kpis_csv, EXCEL),
    "levers.csv": (report_levers_csv, EXCEL),
    "cost_of_delay.csv": (report_delay_csv, EXCEL),
    "inputs.csv": (inputs_csv, EXCEL),
    "correlations.csv": (correlations_csv, EXCEL),
    "features.csv": (features_csv, EXCEL),
    "assumptions.csv": (assumptions_csv, EXCEL),
}
"""Every text file of a report, how it is made, and its encoding. Charts are drawn by `report.charts`."""

YEARLY = {"tei_table.csv": (tei_table_csv, EXCEL)}
"""What reports of yearly tables have besides."""


def write(results: Results, folder: str | Path, *, force: bool = False) -> Path:
    """Write the report of a run into a folder, whole or not at all; an earlier one is replaced only with `force`.

    Raises:
        ReportError: the folder is taken or cannot be written.
    """
    from sim.report.charts.results import write_charts

    folder = Path(folder)
    with whole_folder(folder, force=force) as draft:
        for name, (text, encoding) in (WRITERS | (YEARLY if results.setting.tei else {})).items():
            (draft / name).write_text(text(results), encoding=encoding, newline="")
        write_charts(results, draft / "charts")
    return folder
