"""The place of a file or folder that is written: had by one run at a time, free of what dead runs have left there.

Beside the place stand, for as long as a run has it, an empty file that it locks, and drafts. Their names begin with a
dot, the name of the place and `TAG`. A lock goes with its process, however that ends: who has the lock may clear away
every draft, since nobody else is writing. Where there are no locks, drafts go when they are a day old.
"""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sim.engine.lock import lock
from sim.errors import ReportError

TAG = "crm-roi"
DAY = 86_400
"""Seconds after which a draft is nobody's, even where no lock says so."""

LONGEST = 80
"""Bytes of a name beyond which drafts carry a digest in its stead: a name has 255 at most."""


def because(error: OSError) -> str:
    """Give the reason of an error, and what helps against it if something does."""
    reason = (error.strerror or str(error)).lower()
    return f"{reason} (free some and run again)" if "space" in reason or "quota" in reason else reason


def prefix(path: Path, kind: str) -> str:
    """Give what the names of our drafts beside a place begin with."""
    name = path.name
    if len(os.fsencode(name)) > LONGEST:
        name = hashlib.blake2b(os.fsencode(name), digest_size=8).hexdigest()
    return f".{name}.{TAG}-{kind}"


def drafts(path: Path, kind: str) -> list[Path]:
    """Give the drafts of a kind beside a place, the oldest first."""
    ours = re.compile(re.escape(prefix(path, f"{kind}-")) + "[a-z0-9_]{8}")  # as `mkdtemp` names them, nothing else
    found = [each for each in path.parent.iterdir() if ours.fullmatch(each.name) and not each.is_symlink()]
    return sorted(found, key=lambda each: each.stat().st_mtime)


def clear_drafts(path: Path, *, alone: bool) -> None:
    """Clear away the drafts of dead runs beside a place; `alone` if it is sure that nobody else is writing there."""
    for draft in drafts(path, "draft"):
        if alone or draft.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Have a place for oneself, and give whether that is sure.

    Folders above it are made, and go again if nothing was put into them.

    Raises:
        ReportError: another run has it, or nothing can be written there.
    """
    made = _made_above(path)
    try:
        file, alone = _locked(path)
    except OSError as error:
        _unmade(made)
        raise ReportError(f"cannot write {path}: {because(error)}") from error
    try:
        yield alone
    finally:
        with suppress(OSError):
            os.unlink(file.name)
        file.close()
        _unmade(made)


def _made_above(path: Path) -> list[Path]:
    """Make the folders above a place and give those that are new, the innermost first."""
    try:
        missing = [each for each in path.parents if not each.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {because(error)}") from error
    return missing


def _unmade(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _locked(path: Path) -> tuple[IO[bytes], bool]:
    """Lock the file beside a place: the one that others would find there, not one that was just cleared away."""
    beside = path.parent / prefix(path, "lock")
    while True:
        file = open(beside, "ab", opener=_no_link)  # noqa: SIM115 - whoever has the place closes it
        try:
            alone = lock(file)
        except OSError:
            file.close()
            raise ReportError(
                f"another run is writing to {path} (wait until it ends, or choose another place with --out)"
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), os.stat(beside)):
                return file, alone
        file.close()


def _no_link(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)


@contextmanager
def draft_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a place, which goes in the end if it is still there."""
    draft = Path(tempfile.mkdtemp(prefix=prefix(path, "draft-"), dir=path.parent))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
