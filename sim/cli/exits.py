"""What an exit code says."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code says."""

    OK = 0
    BUG = 1
    INVALID = 2
    TRIPPED = 3
    INTERRUPTED = 130
