"""The parts of a workbook: files of a zip archive, unpacked bit by bit and never more than a bound."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from sim.errors import DataError

MAX_UNPACKED = 200_000_000
"""Bytes that the parts that are read may unpack to, together: a small file can hold gigabytes of zeros."""

MAX_PARTS = 10_000
"""Files in a workbook: each takes memory before anything of it is read."""

CHUNK = 65_536
"""Bytes that are unpacked at a time."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = b"PK\x01\x02"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What `zipfile` raises for an archive that is damaged, encrypted or packed in a way that it does not know."""


class Archive:
    """The parts of a workbook by name; `name` is what errors call the workbook.

    Sizes are counted while unpacking, whatever the archive says of them.
    """

    def __init__(self, raw: bytes, name: str) -> None:
        self.name = name
        self._unpacked = 0
        _check_container(raw, name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except _DAMAGE as error:
            raise DataError(f"'{name}' is not an Excel workbook (save it as .xlsx or CSV)") from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            part = _key(entry.filename)
            if part in self._parts:
                raise DataError(f"'{name}' holds two parts called {entry.filename!r} (open and save it in Excel)")
            self._parts[part] = entry

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._parts

    def chunks(self, part: str) -> Iterator[bytes]:
        """Give a part bit by bit.

        Raises:
            DataError: no such part, too much of it, damaged, or packed in a way that Excel does not read.
        """
        entry = self._parts.get(_key(part))
        if entry is None:
            raise DataError(f"'{self.name}' has no part {part!r} (open and save it in Excel)")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(f"'{self.name}' is packed in a way that Excel does not read (open and save it in Excel)")
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    self._count(len(chunk))
                    yield chunk
        except _DAMAGE as error:
            raise DataError(f"'{self.name}' is damaged in its part {part!r} (open and save it in Excel)") from error

    def _count(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > MAX_UNPACKED:
            raise DataError(
                f"'{self.name}' unpacks to over {MAX_UNPACKED // 1_000_000} MB (keep the columns that matter)"
            )


def _key(part: str) -> str:
    """Give a part's name as it is compared: whatever its case, slashes forward and none in front."""
    return part.replace("\\", "/").lstrip("/").lower()


def _check_container(raw: bytes, name: str) -> None:
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise DataError(f"'{name}' is encrypted (save it without a password)")
        raise DataError(f"'{name}' is a workbook of Excel 97-2003 or another old document (save it as .xlsx)")
    if raw.count(_ENTRY) > MAX_PARTS:
        raise DataError(f"'{name}' holds over {MAX_PARTS:,} files (save it as .xlsx or CSV)")
