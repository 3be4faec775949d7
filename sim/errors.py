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

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


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
    names = list(known)
    close = get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.6)
    if close:
        return f" (did you mean '{next(n for n in names if n.lower() == close[0])}'?)"
    return f" (one of: {', '.join(names)})" if 0 < len(names) <= 20 else ""
