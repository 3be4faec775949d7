"""Standard output and standard error that may be closed, full, or a pipe nobody reads any more."""

import errno
import os
import sys
from contextlib import suppress
from typing import IO

FULL = frozenset({errno.ENOSPC, errno.EBADF, errno.EIO, errno.EFBIG, errno.EDQUOT})
"""Errors of an output that takes nothing more."""


def open_streams() -> None:
    """Let errors be said into nothing where standard error is closed; a closed standard output is told when used."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the program runs


def cannot_print(error: OSError | None) -> str:
    """Say that nothing can be written to standard output."""
    reason = (error.strerror or str(error)).lower() if error else "it is closed"
    return f"cannot write to standard output: {reason} (what is written into files is not touched by it)"


def give_up(stream: IO[str] | None) -> None:
    """Drop what a stream has not taken and all that follows, so that the end of the program does not try again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]  # closed ones have none
