"""Files that people name: read whole if they are files and not too large, and nothing else is opened."""

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG


class UnreadableError(ValueError):
    """A file that cannot be read; the text says why."""


def content(path: Path, most: int) -> bytes:
    """Give the bytes of a file, one more than `most` at most. A pipe or a device is not waited for.

    Raises:
        FileNotFoundError: there is none.
        UnreadableError: it is no file, or may not be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:
            mode = os.fstat(handle).st_mode
            if not S_ISREG(mode):
                raise UnreadableError("it is a folder" if S_ISDIR(mode) else "it is a pipe or a device, not a file")
            return stream.read(most + 1)
    except IsADirectoryError:
        raise UnreadableError("it is a folder") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from None
    except ValueError as error:  # a NUL in the name
        raise error if isinstance(error, UnreadableError) else UnreadableError(str(error)) from None


def resolved(path: Path) -> Path:
    """Give where a path leads.

    Raises:
        UnreadableError: nowhere: its links run in a circle, or no file can be called so.
    """
    try:
        return path.resolve()
    except RuntimeError:  # what Python says of a circle up to 3.12
        raise UnreadableError("its links run in a circle") from None
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from None
    except ValueError:
        raise UnreadableError("no file can be called so") from None
