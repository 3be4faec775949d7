"""A report folder appears whole or not at all, and never over something else."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from types import TracebackType
from typing import Self

from sim.errors import ReportError
from sim.study.place import because, clear_drafts, draft_folder, drafts, held, prefix

MARK = ".crm-roi-report"
"""Lists what this program wrote into a folder. A folder with it, and nothing beyond its list, may be replaced."""

MOST_LISTED = 1_000_000
"""Bytes of a mark that are read."""


def check_free(folder: Path, *, force: bool) -> None:
    """Make sure that a report may go to `folder`, before any work is done.

    Raises:
        ReportError: something is there that is not to be replaced.
    """
    try:
        _check_free(folder, force=force)
    except OSError as error:
        raise ReportError(f"cannot write {folder}: {because(error)}") from error


def _check_free(folder: Path, *, force: bool) -> None:
    here = Path.cwd()
    if os.path.realpath(folder) in map(str, (here, *here.parents)):
        raise ReportError(f"{folder} is the folder you are in, or above it (name one inside it, such as --out report)")
    if os.path.ismount(folder):
        raise ReportError(f"{folder} is a disk of its own (name a folder on it, such as --out {folder / 'report'})")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ReportError(f"{folder} is not a folder (choose another with --out)")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).is_file():
        raise ReportError(f"{folder} holds other files, which a report will not replace (choose another with --out)")
    if strange := sorted(_files(folder) - _listed(folder)):
        raise ReportError(f"{folder} holds files that are not of its report: {', '.join(strange[:5])} (move them away)")
    if not force:
        raise ReportError(f"{folder} already holds a report (--force replaces it, --out chooses another folder)")


def _files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


def _listed(folder: Path) -> set[str]:
    """Give the files that the mark of a folder lists."""
    with (folder / MARK).open("rb") as file:
        raw = file.read(MOST_LISTED)
    try:
        return set(raw.decode("utf-8").split("\n"))
    except UnicodeDecodeError:
        raise ReportError(f"{folder / MARK} is damaged (move the folder away, or choose another with --out)") from None


class Place:
    """The place of a report, had by one run from its beginning to its end: `with Place(folder) as place`.

    Raises:
        ReportError: another run has it, it is not to be replaced, or nothing can be written there.
    """

    def __init__(self, folder: Path, *, force: bool) -> None:
        self.folder, self._force = folder, force
        self._held = ExitStack()

    def __enter__(self) -> Self:
        check_free(self.folder, force=True)
        with ExitStack() as stack:
            alone = stack.enter_context(held(self.folder))
            _restore(self.folder)
            clear_drafts(self.folder, alone=alone)
            check_free(self.folder, force=self._force)
            self._held = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Give a folder that takes the place when everything in it is written; an earlier report stands until then.

        Raises:
            ReportError: something could not be written.
        """
        try:
            with draft_folder(self.folder) as draft:
                yield draft
                (draft / MARK).write_text("\n".join([MARK, *sorted(_files(draft))]), encoding="utf-8")
                draft.chmod(0o755)
                _swap(draft, self.folder)
        except OSError as error:
            raise ReportError(f"cannot write {self.folder}: {because(error)}") from error


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `folder` when everything in it is written.

    Raises:
        ReportError: the place is taken or cannot be written.
    """
    with Place(folder, force=force) as place, place.draft() as draft:
        yield draft


def _swap(draft: Path, folder: Path) -> None:
    """Move the draft to its place; an earlier report steps aside first and goes when the new one stands."""
    if not folder.exists():
        os.replace(draft, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=prefix(folder, "old-"), dir=folder.parent))
    try:
        os.replace(folder, old)
        os.replace(draft, folder)
    except BaseException:
        with suppress(OSError):
            os.replace(old, folder)
        with suppress(OSError):  # an empty one, if the earlier report did not move
            old.rmdir()
        raise
    _remove(old)


def _remove(old: Path) -> None:
    """Take an earlier report away; its mark first, so that half of it is never put back as a whole."""
    with suppress(OSError):
        (old / MARK).unlink(missing_ok=True)
        shutil.rmtree(old, ignore_errors=True)


def _restore(folder: Path) -> None:
    """Put back the earlier report of a run that was killed while it put a new one in its place; remove others."""
    for old in reversed(drafts(folder, "old")):
        if (old / MARK).is_file() and not (folder / MARK).is_file():
            with suppress(OSError):  # other files stand in its place: both stay
                os.replace(old, folder)
        else:
            _remove(old)


def check_new(path: Path, *, force: bool) -> None:
    """Make sure that a file may be written, before any work is done.

    Raises:
        ReportError: it is no file, or exists and `force` is off.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise ReportError(f"cannot write {path}: {because(error)}") from error
    if not S_ISREG(mode):
        raise ReportError(f"{path} is not a file (choose another name)")
    if not force:
        raise ReportError(f"{path} exists already (--force replaces it)")


def write_whole(path: Path, text: str, *, force: bool) -> None:
    """Write one text file, whole or not at all; its folder is made.

    Raises:
        ReportError: it exists and `force` is off, or it cannot be written.
    """
    with whole_file(path) as draft:
        check_new(path, force=force)  # here, where no other run can make it any more
        draft.write_text(text, encoding="utf-8", newline="")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary file of the same name that takes the place of `path` when it is written.

    Raises:
        ReportError: it cannot be written, or another run is writing it.
    """
    with held(path) as alone:
        try:
            clear_drafts(path, alone=alone)
            with draft_folder(path) as folder:
                draft = folder / path.name
                yield draft
                os.replace(draft, path)
        except OSError as error:
            raise ReportError(f"cannot write {path}: {because(error)}") from error
