"""A file that one run has at a time."""

import errno
from typing import IO, Any

_TAKEN = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})


def lock(file: IO[Any]) -> bool:
    """Keep other runs off a file while it is open; give whether that is sure.

    Windows, and disks that know no locks, let every run have every file.

    Raises:
        OSError: another run has it.
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            raise
        return False
    return True
