"""Texts of a workbook: put together from pieces, with bounds, and the list of those that cells share."""

import re
from collections.abc import Iterator

from sim.errors import DataError
from sim.numbers.workbooks.archive import Archive
from sim.numbers.workbooks.xml import parsed

MAX_TEXT = 32_767
"""Characters of a cell, as in Excel."""

MAX_TEXTS = 1_000_000
"""Texts that cells share."""

MAX_CHARACTERS = 20_000_000
"""Characters of all texts together."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Pieces:
    """Texts in the making; `name` is what errors call the workbook."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pieces: list[str] = []
        self._length = self._total = 0
        self._open = self._spoken = False

    def start(self, *_: object) -> None:
        """Begin the text of a cell."""
        self._pieces.clear()
        self._length = 0

    def open(self, *_: object) -> None:
        """Begin a piece."""
        self._open = True

    def close(self) -> None:
        """End a piece."""
        self._open = False

    def speak(self, *_: object) -> None:
        """Begin how East Asian characters are pronounced, which is no part of the text."""
        self._spoken = True

    def spoken(self) -> None:
        """End how they are pronounced."""
        self._spoken = False

    def add(self, piece: str) -> None:
        """Add characters, if they are part of a text.

        Raises:
            DataError: the text is longer than a cell of Excel can be.
        """
        if self._open and not self._spoken:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > MAX_TEXT:
                raise DataError(f"'{self._name}' holds a cell of over {MAX_TEXT:,} characters (leave such texts out)")

    def raw(self) -> str:
        """Give the characters as they are."""
        return "".join(self._pieces)

    def text(self) -> str:
        """Give the text without blanks around it.

        Raises:
            DataError: all texts together are too long.
        """
        self._total += self._length
        if self._total > MAX_CHARACTERS:
            raise DataError(
                f"'{self._name}' holds texts of over {MAX_CHARACTERS // 1_000_000} million characters"
                " (keep the columns that matter)"
            )
        return _ESCAPED.sub(_unescaped, self.raw()).strip()


def _unescaped(match: re.Match[str]) -> str:
    """Give the character that `_x000D_` stands for, if it can stand in a text."""
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character.isspace() else match[0]


def shared_texts(archive: Archive, part: str) -> list[str]:
    """Give the texts that cells name by their place in a list.

    Raises:
        DataError: the list is damaged or too long.
    """
    return [text for found in _shared(archive, part) for text in found]


def _shared(archive: Archive, part: str) -> Iterator[list[str]]:
    pieces, count = Pieces(archive.name), 0
    found: list[str] = []
    starts = {"si": pieces.start, "t": pieces.open, "rPh": pieces.speak}
    ends = {"si": lambda: found.append(pieces.text()), "t": pieces.close, "rPh": pieces.spoken}
    for _ in parsed(archive, part, starts, ends, pieces.add):
        count += len(found)
        if count > MAX_TEXTS:
            raise DataError(f"'{archive.name}' holds over {MAX_TEXTS:,} texts (keep the columns that matter)")
        yield found
        found.clear()
