"""Charts written into files: those of a report, and single ones."""

from pathlib import Path

import matplotlib

from sim.analysis.chart import Chart
from sim.analysis.results import Results
from sim.report.charts.drawing import drawn
from sim.report.charts.inputs import inputs_page
from sim.report.charts.results import charts_of
from sim.report.charts.style import STYLE, save
from sim.study.folder import whole_file


def write_charts(results: Results, folder: Path) -> frozenset[str]:
    """Draw every chart of a report into `folder`, which is made; give the signs that are boxes in them."""
    folder.mkdir(parents=True)
    boxes: frozenset[str] = frozenset()
    with matplotlib.rc_context(STYLE):
        for name, (_, chart) in charts_of(results).items():
            boxes |= save(drawn(chart(results)), folder / name, ".png", ".svg")
        save(inputs_page(results), folder / "inputs", ".svg")  # its many texts take half a second as PNG
    return boxes


def write_chart(chart: Chart, path: Path) -> frozenset[str]:
    """Draw a chart into one file, whole or not at all; the suffix says the format. Gives the signs that are boxes.

    Raises:
        ReportError: the file cannot be written.
    """
    with matplotlib.rc_context(STYLE), whole_file(path) as draft:
        return save(drawn(chart), draft.with_suffix(""), draft.suffix)
