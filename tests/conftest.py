"""What tests of several rooms share."""

import os

import pytest

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # processes that tests start need not compile every module again


@pytest.fixture
def bare_reports(monkeypatch):
    """Reports without charts, for tests of anything else: drawing takes most of the time of a report."""
    monkeypatch.setattr("sim.report.charts.files.write_charts", lambda results, folder: folder.mkdir())
