"""The errors a user can cause, each with its place, what is wrong and what would be right.

SimError
├── ScenarioError   a scenario file that cannot run: every problem of it, at once
├── DataError       a data file or a column of it that cannot be used
├── WorkError       work that nobody could do: workers die, a scheduler is not there
├── LineError       a line, often one of your own, that gives no finite number in some futures
├── UsageError      a wrong argument: an unknown vendor, metric, percentile, design ...
├── JournalError    a journal that cannot be used: damaged, of another run, in use
└── ReportError     a report that cannot be written: the folder exists, is not ours, is not writable
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

MANY = 100
"""Known names among which a misspelt one is no longer compared with each."""

LONGEST = 60
"""Letters of a name that may be the wrong one."""


class SimError(Exception):
    """Anything the user can put right. The command line prints it without a traceback."""


class UsageError(SimError):
    """An argument that names nothing, or makes no sense."""


class DataError(SimError):
    """A data file, or a column of it, that cannot be used."""


class LineError(SimError):
    """A line that gives no finite number in some futures."""


class WorkError(SimError):
    """Work that nobody could do: worker processes that keep dying, a cluster that is not there."""


class JournalError(SimError):
    """A journal of a run that cannot be used."""


class ReportError(SimError):
    """A report that cannot be written where it was asked for."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a scenario file; prints as ``file:line:column: place: what (what would be right)``."""

    file: str
    line: int
    column: int
    place: str
    message: str

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (spot, self.place, self.message) if part)


class ScenarioError(SimError):
    """A scenario that cannot run. `problems` holds everything that is wrong with it, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggestion(name: str, known: Iterable[str]) -> str:
    """Give `` (did you mean 'x'?)`` for a misspelt name, else the short list of what exists, else nothing.

    Example:
        >>> suggestion("convertion", ["conversion", "churn"])
        " (did you mean 'conversion'?)"
    """
    names = tuple(known)
    close = _close(name.lower(), tuple(n.lower() for n in names))
    if close:
        return f" (did you mean '{next(n for n in names if n.lower() == close)}'?)"
    return f" (one of: {', '.join(names)})" if 0 < len(names) <= 20 else ""


def _close(name: str, known: tuple[str, ...]) -> str | None:
    """Give the name that is meant; among many, one that differs by a letter, so that many mistakes cost little."""
    if len(known) <= MANY:
        return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), None)
    meant = _by_letters_left(known)
    return next((meant[left] for left in _letters_left(name) if left in meant), None)


@lru_cache(maxsize=4)
def _by_letters_left(names: tuple[str, ...]) -> dict[str, str]:
    """Give each name by itself and by what is left of it without one of its letters."""
    return {left: name for name in reversed(names) for left in reversed(list(_letters_left(name)))}


def _letters_left(name: str) -> Iterator[str]:
    yield name
    yield from (name[:i] + name[i + 1 :] for i in range(min(len(name), LONGEST)))
