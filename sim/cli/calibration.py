"""The prior predictive check as text for a terminal, as CSV and as Markdown."""

import textwrap
from collections.abc import Iterator

from sim.report.formats.csv import csv_text
from sim.report.formats.markdown import markdown_table
from sim.study.calibration import PLAN, Calibration, Row, Survey, surveys

WIDTH = 80
TITLES = {
    "roi_above_zero": "P(net ROI > 0 in 36 months)",
    "payback_12": "P(payback within 12 months)",
    "payback_18": "P(payback within 18 months)",
    "payback_36": "P(payback within 36 months)",
    "payback_18_live": "P(payback within 18 months of go-live)",
    "cancelled": "Cancelled before going live",
    "missed": "Missed objectives",
    "gross_return": "Benefit for each $1 of cost",
    "tco_multiple": "TCO as a multiple of the licence",
    "customer_margin": "Share of customer margin in benefits",
    "freed_time": "Share of freed time in benefits",
}
COLUMNS = {
    "roi_above_zero": "ROI>0",
    "payback_18": "<=18",
    "payback_18_live": "live+18",
    "payback_36": "<=36",
    "missed": "missed",
    "gross_return": "return",
    "tco_multiple": "TCO",
    "customer_margin": "margin",
    "freed_time": "time",
}
FACTORS = ("gross_return", "tco_multiple")
DEFINED = (
    f"A project misses its objectives if its benefits over 36 months stay below {PLAN:.0%} of those in the plan: every"
    " input at its median, and nothing happens. Payback counts from signature unless it says live, and only if it"
    " lasts. ROI is net, staff time included. Return is the mean benefit for each $1 of mean cost; TCO is money paid,"
    " by what the seats cost; margin and time are the shares of customer margin and freed time in all benefits."
)


def calibration_text(calibration: Calibration) -> str:
    """Give the check for a terminal: every preset, then all of them beside the surveys."""
    return "\n".join([*_presets(calibration), "", *textwrap.wrap(DEFINED, WIDTH), "", *_beside_surveys(calibration)])


def _presets(calibration: Calibration) -> Iterator[str]:
    count, each = len(calibration.presets), f"{calibration.draws:,} futures each"
    yield f"{count} presets with the default priors, {each}, seed {calibration.seed}"
    yield ""
    sizes = [max(len(title), 5) + 1 for title in COLUMNS.values()]
    yield f"{'':20}" + "".join(f"{title:>{size}}" for title, size in zip(COLUMNS.values(), sizes, strict=True))
    yield "─" * (20 + sum(sizes))
    for row in (*calibration.presets, calibration.whole):
        cells = [_written(measure, row[measure].value, digits=0) for measure in COLUMNS]
        yield f"{row.name:20}" + "".join(f"{cell:>{size}}" for cell, size in zip(cells, sizes, strict=True))


def _beside_surveys(calibration: Calibration) -> Iterator[str]:
    whole = calibration.whole
    yield "All presets beside surveys; in brackets where the two are not comparable"
    for survey in surveys():
        value, verdict = _with_error(survey.measure, whole), survey.verdict(whole[survey.measure].value)
        yield ""
        yield f"{TITLES[survey.measure]}: {value}, {verdict} {_range(survey)}"
        for text in (f"{survey.says} ({survey.source}; grade {survey.grade})", survey.why):
            yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def calibration_csv(calibration: Calibration) -> str:
    """Give every measure of every preset with its standard error."""
    header = ["preset", "measure", "value", "standard_error"]
    rows = [
        [row.name, measure, *row[measure]] for row in (*calibration.presets, calibration.whole) for measure in TITLES
    ]
    return csv_text(header, rows)


def presets_markdown(calibration: Calibration) -> str:
    """Give the table of presets."""
    rows = [
        [row.name, *(_written(measure, row[measure].value, digits=1) for measure in COLUMNS)]
        for row in (*calibration.presets, calibration.whole)
    ]
    return _table(["Preset", *COLUMNS.values()], rows)


def surveys_markdown(calibration: Calibration) -> str:
    """Give all presets beside the surveys."""
    whole = calibration.whole
    rows = [
        [
            TITLES[s.measure],
            _with_error(s.measure, whole),
            _range(s),
            s.verdict(whole[s.measure].value),
            f"{s.says} ({s.source}; grade {s.grade})",
            s.why,
        ]
        for s in surveys()
    ]
    return _table(["Measure", "Simulated", "Published", "Falls", "Source", "Comparable?"], rows)


def _table(header: list[str], rows: list[list[str]]) -> str:
    return markdown_table(header, ["---"] * len(header), rows)


def _written(measure: str, value: float, *, digits: int) -> str:
    return f"{value:.2f}" if measure in FACTORS else f"{value * 100:.{digits}f}%"


def _with_error(measure: str, row: Row) -> str:
    estimate = row[measure]
    if measure in FACTORS:
        return f"{estimate.value:.2f} ±{estimate.se:.2g}"
    return f"{estimate.value * 100:.1f}% ±{estimate.se * 100:.2g}"


def _range(survey: Survey) -> str:
    if survey.measure in FACTORS:
        return f"{survey.low:.1f} to {survey.high:.1f}"
    low, high = (f"{x * 100:.0f}%" for x in (survey.low, survey.high))
    return low if low == high else f"{low} to {high}"
