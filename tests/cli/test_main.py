"""The command line as a whole, and the commands that run nothing: `check`, `init`, `schema`."""

import json
import subprocess
import sys

import pytest

from tests.commands import run
from tests.places import ROOT
from tests.small import SMALL


def test_check_lists_problems_with_code_2_and_writes_nothing(small):
    small.write_text(SMALL.replace("users: 5,", "users: 5%, usres: 3,"))
    done = run("check", small, cwd=small.parent)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(lines) == 2
    assert lines[0].startswith(f"{small}:5:18: company.users: '5%' is a percentage where a count is expected")
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def test_check_says_ok(small):
    done = run("check", small)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"{small}: ok, 2 vendors, 1 uncertain input\n"


def test_a_name_for_a_fixed_number_is_no_uncertain_input(small):
    text = small.read_text().replace("inputs:\n", "inputs:\n  fixed: 20%\n").replace("churn: 20%", "churn: fixed")
    small.write_text(text)
    assert run("check", small).stdout.decode() == f"{small}: ok, 2 vendors, 1 uncertain input\n"


def test_init_writes_a_file_that_runs_as_it_is_and_keeps_an_existing_one(tmp_path):
    mine = tmp_path / "my.yaml"
    assert run("init", "--out", mine).returncode == 0
    assert run("check", mine).returncode == 0
    assert run("run", mine, "--draws", 64, "--json").returncode == 0
    again = run("init", "--out", mine)
    assert again.returncode == 2
    assert b"exists already" in again.stderr
    assert run("init").stdout.decode() == mine.read_text()


def test_schema_prints_the_shipped_schema():
    assert json.loads(run("schema").stdout) == json.loads((ROOT / "scenarios/scenario.schema.json").read_text())


@pytest.mark.usefixtures("bare_reports")
def test_a_pipe_that_cannot_write_the_euro_sign_still_works(small):
    done = run("run", small, "--draws", 64, "--inputs", cwd=small.parent, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    text = done.stdout.decode("ascii")
    assert "EUR" in text
    assert "+/-" in text


def test_a_reader_that_goes_away_is_no_traceback(small):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "schema"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(timeout=30)
