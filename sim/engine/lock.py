"""A file that one run has at a time."""

from typing import IO, Any


def lock(file: IO[Any]) -> None:
    """Keep other runs off a file while it is open, where the system can (not on Windows).

    Raises:
        OSError: another run has it.
    """
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
