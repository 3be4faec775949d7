"""A report folder appears whole or not at all, and never over something else."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import ReportError

MARK = ".crm-roi-report"
"""Lists what this program wrote into a folder. A folder with it, and nothing beyond its list, may be replaced."""


def check_free(folder: Path, *, force: bool) -> None:
    """Make sure that a report may go to `folder`, before any work is done.

    Raises:
        ReportError: something is there that is not to be replaced.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ReportError(f"{folder} is not a folder (choose another with --out)")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).is_file():
        raise ReportError(f"{folder} holds other files, which a report will not replace (choose another with --out)")
    if strange := sorted(_files(folder) - set((folder / MARK).read_text(encoding="utf-8").split("\n"))):
        raise ReportError(f"{folder} holds files that are not of its report: {', '.join(strange[:5])} (move them away)")
    if not force:
        raise ReportError(f"{folder} already holds a report (--force replaces it, --out chooses another folder)")


def _files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `folder` when everything in it is written.

    Raises:
        ReportError: the place is taken or cannot be written.
    """
    check_free(folder, force=force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ReportError(f"cannot write beside {folder}: {error.strerror}") from error
    try:
        yield draft
        (draft / MARK).write_text("\n".join([MARK, *sorted(_files(draft))]), encoding="utf-8")
        draft.chmod(0o755)
        _swap(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _swap(draft: Path, folder: Path) -> None:
    """Move the draft to its place; an earlier report steps aside first and goes when the new one stands."""
    if not folder.exists():
        os.replace(draft, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        os.replace(folder, old)
        os.replace(draft, folder)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def check_new(path: Path, *, force: bool) -> None:
    """Make sure that a file may be written, before any work is done.

    Raises:
        ReportError: it exists and `force` is off.
    """
    if path.exists() and not force:
        raise ReportError(f"{path} exists already (--force replaces it)")


def write_whole(path: Path, text: str, *, force: bool) -> None:
    """Write one text file, whole or not at all; its folder is made.

    Raises:
        ReportError: it exists and `force` is off, or it cannot be written.
    """
    check_new(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror}") from error
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary file of the same name that takes the place of `path` when it is written.

    Raises:
        ReportError: it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
            draft = Path(folder, path.name)
            yield draft
            os.replace(draft, path)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror}") from error
