"""What an exit code says."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code says. Of several files, 1 comes before 2, and 2 before 3."""

    OK = 0
    BUG = 1
    INVALID = 2
    TRIPPED = 3
    INTERRUPTED = 130
