"""What is not the user's error: told in a line, with the details in a file; the other files of a batch run."""

import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sim.cli.crash import say_crash
from sim.cli.exits import Exit
from sim.cli.run import Batch, Journals, Output
from sim.engine.recipe import Recipe
from sim.engine.workers import WorkersWanted
from tests.places import ROOT
from tests.small import SMALL


class Failing(Batch):
    """A batch in which the program fails at files of one name."""

    def _one(self, path, folder, ours):
        if path.stem == "crash":
            raise ZeroDivisionError("float division by\nzero")
        super()._one(path, folder, ours)


def batch(folder, *names):
    files = [folder / f"{name}.yaml" for name in names]
    for file in files:
        file.write_text("name: [" if file.stem == "broken" else SMALL, encoding="utf-8")
    return Failing(
        files=files,
        recipe=Recipe(draws=64),
        memory=1_000_000_000,
        asked=WorkersWanted(1, False, None, None, 30.0),
        journals=Journals(),
        output=Output(folder / "out", quiet=True),
        rules=(),
    )


@pytest.fixture(autouse=True)
def details(tmp_path, monkeypatch):
    """The folder that details are written into."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.usefixtures("bare_reports")
def test_a_failure_of_the_program_ends_one_file_and_not_the_batch(tmp_path, details, capsys):
    asked = batch(tmp_path, "fine", "crash", "broken", "also")
    assert asked.run() == Exit.BUG
    said = capsys.readouterr().err
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"fine", "also", "summary.csv"}
    line = next(line for line in said.splitlines() if "crash.yaml" in line)
    assert "crash.yaml: the program failed, which is no error of yours: ZeroDivisionError: float division by" in line
    (file,) = details.iterdir()
    assert str(file) in line
    assert "Traceback" in file.read_text()
    assert re.search(r"2 of 4 files failed: .*broken.yaml, .*crash.yaml", said)


@pytest.mark.usefixtures("bare_reports")
def test_a_failure_of_the_program_is_the_exit_code_whatever_else_fails(tmp_path, capsys):
    asked = batch(tmp_path, "fine", "crash")
    (tmp_path / "out" / "summary.csv").mkdir(parents=True)
    assert asked.run() == Exit.BUG
    assert "summary.csv is not a file" in capsys.readouterr().err


def test_details_that_cannot_be_written_are_said(details, capsys):
    details.rmdir()
    try:
        raise RecursionError("too deep")
    except RecursionError as error:
        say_crash(error, "x.yaml: ")
    said = capsys.readouterr().err
    assert said.startswith("x.yaml: the program failed, which is no error of yours: RecursionError: too deep\n")
    assert "Traceback" in said


def limited(*arguments, **limits):
    """Run the program with limits of the system."""

    def limit():
        for name, size in limits.items():
            resource.setrlimit(getattr(resource, name), (size, size))

    command = [sys.executable, "-B", "-m", "sim", *map(str, arguments)]  # no bytecode: it would be cut off too
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=limit)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("run", "scenarios/ten_fold.yaml", "--draws", "64", "--quiet", "--out"), "report"),
        (("run", "scenarios/mid_market.yaml", "--draws", "64", "--json", "--sip"), "x.sip.json"),
        (("run", "scenarios/ten_fold.yaml", "--draws", "4096", "--json", "--journal"), "journals"),
        (("fit", "scenarios/history.csv", "--column", "conversion", "--chart"), "x.png"),
        (("init", "--industry", "retail", "--out"), "x.yaml"),
    ],
)
def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_nothing(command, name, tmp_path):
    done = limited(*command, tmp_path / name, RLIMIT_FSIZE=2_000)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "file too large" in done.stderr.lower()
    left = [p for p in Path(tmp_path).rglob("*") if p.name not in ("temporary", "journals")]
    assert [p.suffix for p in left] in ([], [".journal"])
