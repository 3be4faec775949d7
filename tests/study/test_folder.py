import os
import subprocess
import sys

import pytest

from sim.errors import ReportError
from sim.study.folder import MARK, check_free, whole_folder, write_whole


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_folder_appears_whole(tmp_path):
    with whole_folder(tmp_path / "deep" / "report", force=False) as draft:
        (draft / "a.txt").write_text("a")
        assert not (tmp_path / "deep" / "report").exists()
    assert names(tmp_path / "deep" / "report") == [MARK, "a.txt"]
    assert names(tmp_path / "deep") == ["report"]


def test_a_failure_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "report", force=False) as draft:
        (draft / "a.txt").write_text("a")
        raise RuntimeError
    assert names(tmp_path) == []


def test_a_failure_keeps_the_earlier_report(tmp_path):
    with whole_folder(tmp_path / "report", force=False) as draft:
        (draft / "a.txt").write_text("first")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "report", force=True) as draft:
        (draft / "a.txt").write_text("second")
        raise RuntimeError
    assert (tmp_path / "report" / "a.txt").read_text() == "first"
    assert names(tmp_path) == ["report"]


def test_force_replaces_an_earlier_report_whole(tmp_path):
    for text in ("first", "second"):
        with whole_folder(tmp_path / "report", force=True) as draft:
            (draft / f"{text}.txt").write_text(text)
    assert names(tmp_path / "report") == [MARK, "second.txt"]
    assert names(tmp_path) == ["report"]


def test_a_killed_run_leaves_no_report_and_keeps_the_old_one(tmp_path):
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom sim.study.folder import whole_folder\n"
        "with whole_folder(Path(sys.argv[1]), force=True) as draft:\n"
        "    (draft / 'a.txt').write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for old in (False, True):
        if old:
            with whole_folder(tmp_path / "report", force=False) as draft:
                (draft / "a.txt").write_text("old")
        subprocess.run([sys.executable, "-c", program, str(tmp_path / "report")], env=os.environ, check=False)
        assert (tmp_path / "report").exists() == old
    assert (tmp_path / "report" / "a.txt").read_text() == "old"


def test_an_empty_folder_may_be_used_and_others_not(tmp_path):
    (tmp_path / "empty").mkdir()
    check_free(tmp_path / "empty", force=False)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="is not a folder"):
        check_free(tmp_path / "file", force=True)
    with pytest.raises(ReportError, match="holds other files"):
        check_free(tmp_path, force=True)
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    with pytest.raises(ReportError, match="is not a folder"):
        check_free(tmp_path / "link", force=True)


def test_a_report_with_a_file_of_the_users_in_it_is_not_thrown_away(tmp_path):
    with whole_folder(tmp_path / "report", force=False) as draft:
        (draft / "report.json").write_text("{}")
    (tmp_path / "report" / "my notes.txt").write_text("mine")
    with pytest.raises(ReportError, match="my notes"):
        check_free(tmp_path / "report", force=True)


def test_a_text_file_is_written_whole_and_kept_unless_forced(tmp_path):
    write_whole(tmp_path / "a" / "x.yaml", "one", force=False)
    with pytest.raises(ReportError, match="exists already"):
        write_whole(tmp_path / "a" / "x.yaml", "two", force=False)
    write_whole(tmp_path / "a" / "x.yaml", "three", force=True)
    assert (tmp_path / "a" / "x.yaml").read_text() == "three"
    assert names(tmp_path / "a") == ["x.yaml"]


def test_a_place_that_cannot_be_written_is_a_report_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="cannot write"), whole_folder(tmp_path / "file" / "report", force=False):
        pass
    with pytest.raises(ReportError, match="cannot write"):
        write_whole(tmp_path / "file" / "x.yaml", "x", force=False)
