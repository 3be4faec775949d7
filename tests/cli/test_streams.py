"""Standard output and standard error that are full, closed, or read by nobody: a sentence, and no traceback."""

import os
import subprocess
import sys

import pytest

from tests.places import ROOT

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device to try")
SIM = f"{sys.executable} -m sim"
FULL = "cannot write to standard output: no space left on device"


def shell(command):
    return subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    ["check scenarios/ten_fold.yaml", "schema", "--help", "--version", "priors", "inputs scenarios/ten_fold.yaml"],
)
def test_a_full_output_is_one_sentence(command):
    done = shell(f"{SIM} {command} >/dev/full")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"sim: {FULL}")
    assert done.stderr.count("\n") == 1


def test_a_run_into_a_full_output_keeps_its_report(tmp_path):
    done = shell(f"{SIM} run scenarios/ten_fold.yaml --draws 64 --out {tmp_path}/report >/dev/full")
    assert done.returncode == 2
    assert FULL in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "report" / "report.json").exists()


TWO = "run scenarios/ten_fold.yaml scenarios/gross_margin_525.yaml --draws 64 --out"


def test_several_files_into_a_full_output_are_one_sentence_and_keep_their_table(tmp_path):
    done = shell(f"{SIM} {TWO} {tmp_path}/all >/dev/full")
    assert done.returncode == 2
    assert done.stderr.count(FULL) == 1
    assert {p.name for p in (tmp_path / "all").iterdir()} == {"ten-fold", "gross-margin-525", "summary.csv"}


def test_several_files_whose_reader_goes_away_are_all_done(tmp_path):
    done = shell(f"({SIM} {TWO} {tmp_path}/all; echo $? >{tmp_path}/code) | head -1")
    assert (tmp_path / "code").read_text() == "0\n", done.stderr
    assert {p.name for p in (tmp_path / "all").iterdir()} == {"ten-fold", "gross-margin-525", "summary.csv"}


def test_messages_that_nobody_takes_leave_the_output_alone():
    done = shell(f"{SIM} check missing.yaml scenarios/ten_fold.yaml 2>/dev/full")
    assert done.returncode == 2
    assert done.stdout.startswith("scenarios/ten_fold.yaml: ok")


def test_closed_streams_make_no_traceback():
    out = shell(f"{SIM} check scenarios/ten_fold.yaml >&-")
    assert (out.returncode, out.stderr.count("\n")) == (2, 1)
    assert "cannot write to standard output: it is closed" in out.stderr
    assert shell(f"{SIM} check scenarios/ten_fold.yaml 2>&-").returncode == 0
    assert shell(f"{SIM} check missing.yaml 2>&-").returncode == 2
    assert shell(f"{SIM} check missing.yaml 2>/dev/full").returncode == 2


def test_a_reader_that_goes_away_is_no_error():
    done = shell(f"{SIM} schema | head -1")
    assert (done.returncode, done.stderr) == (0, "")
