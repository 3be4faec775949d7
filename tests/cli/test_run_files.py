"""What `sim run` writes: reports whole or not at all, nothing of another's replaced."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import run
from tests.places import ROOT
from tests.small import SMALL

MID_MARKET = ROOT / "scenarios" / "mid_market.yaml"


def test_run_prints_the_comparison_and_writes_the_report(small):
    done = run("run", small, "--draws", 1024, cwd=small.parent)
    text = done.stdout.decode()
    assert done.returncode == 0
    for expected in (
        "Small",
        "ROI (net), median",
        "P10 to P90",
        "P(NPV > 0)",
        "P(payback within 12 months)",
        "P(best",
        "±",
    ):
        assert expected in text
    folder = small.parent / "reports" / "small"
    assert {p.name for p in folder.iterdir()} >= {"report.json", "report.md", "percentiles.csv", "inputs.csv", "charts"}
    assert str(Path("reports/small")) in text


@pytest.mark.usefixtures("bare_reports")
def test_an_existing_report_is_kept_unless_forced(small):
    out = small.parent / "out"
    assert run("run", small, "--draws", 64, "--out", out).returncode == 0
    before = (out / "report.json").read_bytes()
    refused = run("run", small, "--draws", 64, "--out", out, "--seed", 2)
    assert refused.returncode == 2
    assert b"already holds a report (--force replaces it" in refused.stderr
    assert (out / "report.json").read_bytes() == before
    assert run("run", small, "--draws", 64, "--out", out, "--seed", 2, "--force").returncode == 0
    assert (out / "report.json").read_bytes() != before


def test_a_folder_with_other_files_is_never_replaced(small):
    (small.parent / "mine").mkdir()
    (small.parent / "mine" / "thesis.txt").write_text("years of work")
    done = run("run", small, "--draws", 64, "--out", small.parent / "mine", "--force")
    assert done.returncode == 2
    assert b"holds other files" in done.stderr
    assert (small.parent / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.usefixtures("bare_reports")
def test_a_bad_file_fails_alone_and_is_named_at_the_end(small, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.replace("users: 5", "users: 5%"))
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("name: Small", "name: Other"))
    done = run("run", small, bad, other, "--draws", 64, "--out", tmp_path / "all")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == f"1 of 3 files failed: {bad}"
    assert {p.name for p in (tmp_path / "all").iterdir()} == {"small", "other", "summary.csv"}
    with (tmp_path / "all" / "summary.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["scenario"], row["vendor"]) for row in rows] == [
        ("Small", "A"),
        ("Small", "B"),
        ("Other", "A"),
        ("Other", "B"),
    ]


@pytest.mark.usefixtures("bare_reports")
def test_files_of_the_same_name_get_folders_of_their_own(small, tmp_path):
    (tmp_path / "b").mkdir()
    twin = tmp_path / "b" / "small.yaml"
    twin.write_text(SMALL)
    assert run("run", small, twin, "--draws", 64, "--out", tmp_path / "all", "--quiet").returncode == 0
    assert len([p for p in (tmp_path / "all").iterdir() if p.is_dir()]) == 2


def test_names_from_the_file_cannot_move_the_cursor_or_become_markup(small):
    hostile = '  "\\e[31m[bold]=HYPERLINK(1)|<script>": {licence: {list_price: €5}}'
    small.write_text(SMALL.replace("  A: {licence: {list_price: €5}}", hostile), encoding="utf-8")
    out = small.parent / "out"
    done = run("run", small, "--draws", 64, "--out", out)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert b"[bold]" in done.stdout.replace(b"\n", b"").replace(b" ", b"")
    assert "<script>" not in (out / "report.md").read_text()
    assert b"<script>" not in (out / "charts" / "roi_s_curve.svg").read_bytes()
    assert b"\x1b" not in (out / "percentiles.csv").read_bytes()


@pytest.mark.usefixtures("bare_reports")
def test_a_run_is_written_as_a_sipmath_library_whole_and_never_over_another(small):
    library = small.parent / "small.json"
    done = run("run", small, "--draws", 640, "--design", "hdr", "--sip", library, cwd=small.parent)
    assert done.returncode == 0
    document = json.loads(library.read_bytes())
    assert {"lift", "A: npv", "B: roi", "lift (draws)"} <= {sip["name"] for sip in document["sips"]}
    assert "left out, infinite or the same in every future: A: cost, A: tco" in done.stderr.decode()
    before = library.read_bytes()
    again = run("run", small, "--draws", 640, "--sip", library, "--out", small.parent / "new", cwd=small.parent)
    assert again.returncode == 2
    assert "small.json exists already (--force replaces it)" in again.stderr.decode()
    assert library.read_bytes() == before
    assert not (small.parent / "new").exists()


def test_a_library_is_of_one_scenario(small):
    done = run("run", small, MID_MARKET, "--sip", small.parent / "x.json", cwd=small.parent)
    assert done.returncode == 2
    assert "--sip writes one library (give one scenario file)" in done.stderr.decode()


def test_an_interrupted_run_ends_with_130_and_leaves_no_report(small, tmp_path_factory):
    journal = tmp_path_factory.mktemp("journal")
    arguments = ["run", str(MID_MARKET), "--draws", "50000000", "--workers", "2", "--out", str(small.parent / "out")]
    arguments += ["--journal", str(journal)]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=small.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_interruptible,  # noqa: PLW1509 - a test with one thread
    )
    while process.poll() is None and not any(file.stat().st_size for file in journal.iterdir()):
        time.sleep(0.05)  # until the run has begun
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def _interruptible():
    """Undo what a job in the background inherits: it ignores interrupts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
