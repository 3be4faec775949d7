"""The place of a report: one run at a time, whatever dead runs have left there."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import ReportError
from sim.study.folder import MARK, Place, check_free, check_new, whole_file, whole_folder, write_whole
from sim.study.place import prefix
from tests.places import ROOT


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def report(folder, text, *, force=False):
    with whole_folder(folder, force=force) as draft:
        (draft / "a.txt").write_text(text)


def killed(program, *arguments):
    """Run a program that kills itself."""
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


KILL = "import os, signal\nfrom pathlib import Path\nimport sys\nhere = Path(sys.argv[1])\n"
IN_DRAFT = f"""{KILL}
from sim.study.folder import whole_folder
with whole_folder(here, force=True) as draft:
    (draft / "a.txt").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
IN_SWAP = f"""{KILL}
from sim.study.folder import whole_folder
whole = os.replace
def replace(source, target):
    if Path(target) == here:
        os.kill(os.getpid(), signal.SIGKILL)
    whole(source, target)
os.replace = replace
with whole_folder(here, force=True) as draft:
    (draft / "a.txt").write_text("new")
"""
IN_FILE = f"""{KILL}
from sim.study.folder import whole_file
with whole_file(here) as draft:
    draft.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


IN_REMOVAL = f"""{KILL}
import shutil
from sim.study.folder import whole_folder
whole = shutil.rmtree
def rmtree(folder, **more):
    if "-old-" in Path(folder).name:
        (Path(folder) / "a.txt").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    whole(folder, **more)
shutil.rmtree = rmtree
with whole_folder(here, force=True) as draft:
    (draft / "a.txt").write_text("new")
"""


def test_a_place_is_had_by_one_run(tmp_path):
    with Place(tmp_path / "report", force=True) as place:
        with pytest.raises(ReportError, match=r"another run is writing to .*report"):
            report(tmp_path / "report", "other", force=True)
        report(tmp_path / "beside", "fine")
        with place.draft() as draft:
            (draft / "a.txt").write_text("mine")
    assert (tmp_path / "report" / "a.txt").read_text() == "mine"
    assert names(tmp_path) == ["beside", "report"]


def test_the_draft_of_a_killed_run_goes_with_the_next(tmp_path):
    killed(IN_DRAFT, tmp_path / "report")
    assert len(names(tmp_path)) == 2, "the draft and the lock"
    (tmp_path / ".report.other").mkdir()
    report(tmp_path / "report", "next")
    assert names(tmp_path) == [".report.other", "report"]
    assert (tmp_path / "report" / "a.txt").read_text() == "next"


def test_a_run_killed_while_reports_change_places_loses_none(tmp_path):
    report(tmp_path / "report", "old")
    killed(IN_SWAP, tmp_path / "report")
    assert not (tmp_path / "report").exists()
    with pytest.raises(ReportError, match="already holds a report"):
        report(tmp_path / "report", "next")
    assert (tmp_path / "report" / "a.txt").read_text() == "old"
    report(tmp_path / "report", "next", force=True)
    assert names(tmp_path) == ["report"]


def moved_aside(folder):
    """Leave a report as a run does that was killed between the two renames."""
    report(folder, "old")
    return folder.rename(folder.parent / f"{prefix(folder, 'old-')}abcd_123")


def test_a_report_moved_aside_outlives_an_empty_folder_in_its_place(tmp_path):
    moved_aside(tmp_path / "report")
    (tmp_path / "report").mkdir()
    with pytest.raises(ReportError, match="already holds a report"):
        report(tmp_path / "report", "next")
    assert (tmp_path / "report" / "a.txt").read_text() == "old"


def test_a_report_moved_aside_outlives_other_files_in_its_place(tmp_path):
    old = moved_aside(tmp_path / "report")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "thesis.txt").write_text("years of work")
    with pytest.raises(ReportError, match="holds other files"):
        report(tmp_path / "report", "next", force=True)
    assert (old / "a.txt").read_text() == "old"
    assert names(tmp_path / "report") == ["thesis.txt"]


def test_a_report_that_was_being_taken_away_is_not_put_back(tmp_path):
    report(tmp_path / "report", "old")
    killed(IN_REMOVAL, tmp_path / "report")
    shutil.rmtree(tmp_path / "report")
    report(tmp_path / "report", "next")
    assert names(tmp_path) == ["report"]
    assert (tmp_path / "report" / "a.txt").read_text() == "next"


def test_what_is_named_like_a_draft_and_more_is_kept(tmp_path):
    for kind in ("draft-", "old-"):
        mine = tmp_path / f"{prefix(tmp_path / 'report', kind)}of my thesis"
        mine.mkdir()
        (mine / "a.txt").write_text("years of work")
    report(tmp_path / "report", "fine")
    assert len(names(tmp_path)) == 3


def test_a_folder_that_cannot_move_aside_leaves_nothing_beside_it(tmp_path, monkeypatch):
    report(tmp_path / "report", "old")

    def busy(source, target):
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(ReportError, match="device or resource busy"):
        report(tmp_path / "report", "new", force=True)
    assert names(tmp_path) == ["report"]
    assert (tmp_path / "report" / "a.txt").read_text() == "old"


def test_a_disk_of_its_own_is_refused_at_the_start():
    with pytest.raises(ReportError, match=r"/dev is a disk of its own \(name a folder on it"):
        check_free(Path("/dev"), force=True)


def test_the_draft_of_a_killed_file_goes_with_the_next(tmp_path):
    killed(IN_FILE, tmp_path / "x.json")
    write_whole(tmp_path / "x.json", "next", force=False)
    assert names(tmp_path) == ["x.json"]


def test_names_too_long_for_drafts_are_shortened(tmp_path):
    name = "é" * 120 + ".json"
    write_whole(tmp_path / name, "text", force=False)
    assert names(tmp_path) == [name]
    assert len(os.fsencode(prefix(tmp_path / name, "draft-"))) < 60
    with pytest.raises(ReportError, match="file name too long"):
        write_whole(tmp_path / ("x" * 300), "text", force=False)
    with pytest.raises(ReportError, match="file name too long"):
        report(tmp_path / ("x" * 300), "text")


def test_folders_made_for_nothing_go_again(tmp_path):
    with pytest.raises(RuntimeError), Place(tmp_path / "a" / "b" / "report", force=False):
        raise RuntimeError
    assert names(tmp_path) == []


@pytest.mark.parametrize("folder", [".", "..", "/", ""])
def test_the_folder_one_is_in_is_never_replaced(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReportError, match="is the folder you are in, or above it"):
        report(tmp_path.joinpath(folder) if folder == "/" else type(tmp_path)(folder), "x", force=True)


@pytest.mark.parametrize("mark", ["bytes", "folder", "pipe"])
def test_a_mark_that_is_none_keeps_its_folder(mark, tmp_path):
    report(tmp_path / "report", "old")
    (tmp_path / "report" / MARK).unlink()
    if mark == "bytes":
        (tmp_path / "report" / MARK).write_bytes(b"\xff\xfe\x00")
    elif mark == "folder":
        (tmp_path / "report" / MARK).mkdir()
    else:
        os.mkfifo(tmp_path / "report" / MARK)
    with pytest.raises(ReportError, match=r"is damaged|holds other files"):
        check_free(tmp_path / "report", force=True)
    assert (tmp_path / "report" / "a.txt").read_text() == "old"


def test_a_place_of_links_in_a_circle_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ReportError):
        report(tmp_path / "loop", "x")
    with pytest.raises(ReportError, match="too many levels"):
        check_new(tmp_path / "loop", force=True)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReportError, match="is not a file"):
        check_new(tmp_path / "pipe", force=True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full disk to try")
def test_a_full_disk_is_one_error_and_leaves_no_draft(tmp_path):
    report(tmp_path / "report", "old")
    with (
        pytest.raises(ReportError, match=r"cannot write .*report: no space left on device \(free some"),
        whole_folder(tmp_path / "report", force=True) as draft,
    ):
        (draft / "full").symlink_to("/dev/full")
        (draft / "full").write_text("x" * 100_000)
    with pytest.raises(ReportError, match=r"cannot write .*x.json: no space"), whole_file(tmp_path / "x.json") as draft:
        draft.symlink_to("/dev/full")
        draft.write_text("x" * 100_000)
    assert names(tmp_path) == ["report"]
    assert (tmp_path / "report" / "a.txt").read_text() == "old"


def test_without_locks_a_place_is_had_and_the_drafts_of_the_living_stay(tmp_path, monkeypatch):
    """As on Windows, and on disks that answer a lock with ENOLCK."""

    def unknown(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unknown)
    killed(IN_DRAFT, tmp_path / "report")
    (draft,) = (p for p in tmp_path.iterdir() if p.is_dir())
    report(tmp_path / "report", "next")
    assert (draft / "a.txt").read_text() == "half", "its run may be alive"
    os.utime(draft, (0, 0))
    report(tmp_path / "report", "third", force=True)
    assert names(tmp_path) == ["report"]
