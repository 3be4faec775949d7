"""Writing to a terminal: what its encoding can show, nothing that moves its cursor."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from sim.analysis.text import new_console
from sim.distributions.picture import BLOCKS
from sim.errors import ReportError
from sim.numbers.writing import visible
from sim.report.streams import cannot_print

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


def show(text: str, stream: IO[str] | None = None) -> None:
    """Write a text and a line end to a stream, standard output if none is given.

    Raises:
        ReportError: the stream takes nothing: it is closed, or its disk is full.
    """
    stream = sys.stdout if stream is None else stream
    if stream is None:
        raise ReportError(cannot_print(None))
    try:
        stream.write(plain_for(stream, text) + "\n")
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ReportError(cannot_print(error)) from error


def say(text: str) -> None:
    """Write a message to standard error."""
    with suppress(ReportError):  # there is nobody to tell it
        show(visible_lines(text), sys.stderr)


def visible_lines(text: str) -> str:
    """Make control characters visible, line ends kept."""
    return "\n".join(visible(line) for line in text.split("\n"))


@contextmanager
def progress(name: str, *, hidden: bool = False) -> Iterator[Callable[[float], None]]:
    """Show progress on a terminal's standard error, and wipe it away."""
    if hidden or not sys.stderr.isatty():
        yield lambda share: None
        return
    try:
        yield lambda share: print(f"\r{name}: {share:4.0%}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def page_width() -> int:
    """Give the columns of the terminal, or 80 where there is none."""
    return new_console().width
