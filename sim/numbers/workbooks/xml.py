"""XML read as a stream: tag by tag, without entities, with bounds on depth and on the length of a tag."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from sim.errors import DataError
from sim.numbers.workbooks.archive import Archive

MAX_DEPTH = 100
"""Tags inside each other; those of a workbook take about ten."""

MAX_TAG = 1_000_000
"""Bytes of one tag with its attributes, or of one comment."""

MAX_TAGS = 10_000_000
"""Tags of a part with cells."""

MAX_OTHER_TAGS = 250_000
"""Tags of any other part: the most styles that Excel takes are about 65,000."""

Starts = Mapping[str, Callable[[dict[str, str]], None]]
Ends = Mapping[str, Callable[[], None]]

_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)


class _Refused(Exception):  # noqa: N818
    """XML that is not read; the message ends a sentence about its part."""


def parsed(
    archive: Archive,
    part: str,
    starts: Starts,
    ends: Ends,
    text: Callable[[str], None] | None = None,
    *,
    cells: bool = True,
) -> Iterator[None]:
    """Parse a part bit by bit, calling a function for each start and end of the tags given, and for texts.

    A part without `cells` may have fewer tags. Tags of other namespaces than those of workbooks are passed over.

    Raises:
        DataError: the part is missing, damaged, too large, or XML that no workbook needs.
    """
    parser, fed = _parser(starts, ends, text, MAX_TAGS if cells else MAX_OTHER_TAGS), 0
    try:
        for chunk in archive.chunks(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TAG:  # expat would read it again from its start with every chunk
                raise _Refused(f"has a tag of over {MAX_TAG // 1_000_000} MB")
            yield
        parser.Parse(b"", True)
        yield
    except _Refused as error:
        raise DataError(
            f"'{archive.name}' cannot be read: its part {part!r} {error} (open and save it in Excel)"
        ) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise DataError(f"'{archive.name}' is damaged in its part {part!r} (open and save it in Excel)") from error


def parse(archive: Archive, part: str, starts: Starts, ends: Ends) -> None:
    """Parse a part without cells to its end, as `parsed` does."""
    for _ in parsed(archive, part, starts, ends, cells=False):
        pass


def _parser(starts: Starts, ends: Ends, text: Callable[[str], None] | None, most: int) -> Any:
    opening = {f"{space} {tag}": call for tag, call in starts.items() for space in _SPACES}
    closing = {f"{space} {tag}": call for tag, call in ends.items() for space in _SPACES}
    depth = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if count > most:
            raise _Refused(f"has over {most:,} tags")
        if depth > MAX_DEPTH:
            raise _Refused(f"has over {MAX_DEPTH} tags inside each other")
        if (call := opening.get(tag)) is not None:
            call(attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if (call := closing.get(tag)) is not None:
            call()

    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _no_doctype
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


def _no_doctype(*_: object) -> None:
    raise _Refused("declares entities")
