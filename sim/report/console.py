"""Writing to a terminal: what its encoding can show, nothing that moves its cursor."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from sim.distributions.picture import BLOCKS
from sim.report.escape import visible

if TYPE_CHECKING:
    from rich.console import Console


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
    """Write a text and a line end to a stream, standard output if none is given."""
    stream = sys.stdout if stream is None else stream
    stream.write(plain_for(stream, text) + "\n")
    stream.flush()


def say(text: str) -> None:
    """Write a message to standard error."""
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


def new_console(width: int | None) -> "Console":
    """Give a console that writes into memory, as wide as the terminal if no width is given."""
    from rich.console import Console

    real = sys.stdout
    probe = Console(file=real)
    return Console(
        file=io.StringIO(),
        width=width or probe.width,
        force_terminal=probe.is_terminal and width is None,
        no_color=probe.no_color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def page_width() -> int:
    """Give the columns of the terminal, or 80 where there is none."""
    return new_console(None).width
