"""What a report of a run says, without writing it."""

import csv
import io
import json

from sim.report.write import texts


def text_of(results, name="report.md"):
    """Give one file of the report as text."""
    return texts(results)[name][0]


def document_of(results):
    """Give the JSON document; NaN and infinity are no JSON."""
    return json.loads(text_of(results, "report.json"), parse_constant=lambda name: 1 / 0)


def rows_of(text):
    """Give the rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline="")))
