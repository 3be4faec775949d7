"""What tests of several rooms share."""

import os
import sys

import pytest

# Processes that tests start, workers of the tests among them, need not compile every module again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture
def bare_reports(monkeypatch):
    """Reports without charts, for tests of anything else: drawing takes most of the time of a report."""
    monkeypatch.setattr("sim.report.charts.files.write_charts", lambda results, folder: folder.mkdir())
