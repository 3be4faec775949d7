"""Excel's days since 1900 or 1904 as ISO texts, so that no date is taken for a number."""

from datetime import datetime, timedelta

UNSHOWABLE = "#####"
"""What Excel shows for a date before its first or after its last day."""

_LAST = {False: 2_958_466, True: 2_957_004}
"""The first day number after the year 9999, counted from 1900 or 1904."""


def date_text(days: float, *, since_1904: bool, elapsed: bool) -> str:
    """Write a day number as a date, a part of a day as a time, and time that has passed as hours.

    Example:
        >>> date_text(45322.5, since_1904=False, elapsed=False), date_text(1.5, since_1904=False, elapsed=True)
        ('2024-01-31 12:00:00', '36:00:00')
    """
    seconds = round(days * 86_400)
    if not 0 <= seconds < _LAST[since_1904] * 86_400:
        return UNSHOWABLE
    if elapsed or seconds < 86_400:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    moment = _first(days, since_1904) + timedelta(seconds=seconds)
    return moment.isoformat(" ") if seconds % 86_400 else moment.date().isoformat()


def _first(days: float, since_1904: bool) -> datetime:
    """Give the day from which days count; Excel's 1900 has a 29 February that there never was."""
    if since_1904:
        return datetime(1904, 1, 1)
    return datetime(1899, 12, 31 if days < 60 else 30)
