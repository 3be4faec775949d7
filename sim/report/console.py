"""Writing to a terminal: what its encoding can show, nothing that moves its cursor."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from sim.analysis.text import new_console
from sim.distributions.picture import BLOCKS
from sim.errors import ReportError, ScenarioError, SimError
from sim.numbers.writing import PROSE, clipped, visible
from sim.report.streams import cannot_print, give_up

BESIDE = 40
"""Most characters of the name beside a progress."""

MOST = 50
"""Problems or warnings of a file that are listed; of more, the count is enough."""

MOST_TOLD = 20
"""Signs without a font that are named."""

_PLAIN = {
    "±": "+/-",
    "–": "-",
    "€": "EUR ",
    "£": "GBP ",
    "¥": "JPY ",
    "₹": "INR ",
    **dict(zip(BLOCKS, " .:-=+*%#", strict=True)),
    "…": "...",
    "─": "-",
    "│": "|",
}


def plain_for(stream: IO[str], text: str) -> str:
    """Give a text that the stream's encoding can write."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = "".join(_PLAIN.get(c, c) for c in text)
    return text.encode(encoding, "replace").decode(encoding)


def show(text: str) -> None:
    """Write lines of text to standard output, with what hides or moves the cursor made visible."""
    show_styled("\n".join(map(visible, text.split("\n"))))


def show_line(text: str) -> None:
    """Write one line to standard output, whatever is in it."""
    show_styled(visible(text))


def show_styled(text: str) -> None:
    """Write to standard output what has been made visible and then styled for a terminal.

    Raises:
        ReportError: it takes nothing: it is closed, or its disk is full.
    """
    _write(text, sys.stdout)


def say(text: str) -> None:
    """Write a message, one line, to standard error."""
    with suppress(ReportError):  # there is nobody to tell it
        _write(clipped(text, PROSE), sys.stderr)


def say_boxes(signs: frozenset[str]) -> None:
    """Say which signs are boxes in charts, if there are any."""
    if signs:
        say(boxed(signs))


def boxed(signs: frozenset[str]) -> str:
    """Say which signs are boxes in charts."""
    told = visible("".join(sorted(signs)[:MOST_TOLD])) + ("…" if len(signs) > MOST_TOLD else "")
    return (
        f"no font of this machine has {told}: PNG charts show boxes instead, SVG charts and the report the signs"
        " themselves (install a font that has them, such as one of the Noto fonts)"
    )


def _write(text: str, stream: IO[str] | None) -> None:
    if stream is None:
        raise ReportError(cannot_print(None))
    try:
        stream.write(plain_for(stream, text) + "\n")
        stream.flush()
    except BrokenPipeError:  # whoever read it has seen enough: the work goes on
        give_up(stream)
    except OSError as error:
        give_up(stream)
        raise ReportError(cannot_print(error)) from error


def say_error(error: SimError, before: str = "") -> None:
    """Write what is wrong to standard error, a line a problem, after what stands before the first."""
    lines = error.problems if isinstance(error, ScenarioError) else (error,)
    _say_some(f"{'' if n else before}{line}" for n, line in enumerate(lines))


def say_warnings(warnings: Iterable[object]) -> None:
    """Write the warnings of a scenario to standard error, a line each."""
    _say_some((f"{warning} [warning]" for warning in warnings), "warnings")


def _say_some(lines: Iterable[str], what: str = "problems") -> None:
    """Write the first of some lines, and how many more there are."""
    every = list(lines)
    for line in every[:MOST]:
        say(line)
    if (more := len(every) - MOST) > 0:
        say(f"... and {more:,} more {what}")


@contextmanager
def progress(name: str, *, hidden: bool = False) -> Iterator[Callable[[float], None]]:
    """Show progress on a terminal's standard error, and wipe it away."""
    if hidden or not sys.stderr.isatty():
        yield lambda share: None
        return
    shown = clipped(name, BESIDE)
    try:
        yield lambda share: print(f"\r{shown}: {share:4.0%}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def page_width() -> int:
    """Give the columns of the terminal, or 80 where there is none."""
    return new_console().width
