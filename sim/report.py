"""The report of a run: a folder with every format, each made by its own module."""

from pathlib import Path

from sim.csv_files import (
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
from sim.folder import whole_folder
from sim.json_file import json_text
from sim.page import markdown_text
from sim.results import Results

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
"""Every text file of a report, how it is made, and its encoding. The charts are in `plots`."""

YEARLY = {"tei_table.csv": (tei_table_csv, EXCEL)}
"""What reports of yearly tables have besides."""


def write_report(results: Results, folder: Path, *, force: bool = False) -> Path:
    """Write the report into `folder`, whole or not at all; an earlier report is replaced only with `force`.

    Raises:
        ReportError: the folder is taken or cannot be written.
    """
    from sim.plots import write_charts

    with whole_folder(folder, force=force) as draft:
        for name, (text, encoding) in (WRITERS | (YEARLY if results.setting.tei else {})).items():
            (draft / name).write_text(text(results), encoding=encoding, newline="")
        write_charts(results, draft / "charts")
    return folder
