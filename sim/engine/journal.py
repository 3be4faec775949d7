"""A journal of a run's finished parts, so that a run that was cut off is taken up where it ended.

A file of frames, only ever added to. Each frame has its length, a checksum of its content and a checksum of both; it is
on the disk before its part is counted as done. The first frame says which run it is. A frame that the file ends in,
torn or filled up with zeros, was being written when the run ended and is dropped. Anything else that does not fit is
refused.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sim.engine.lock import lock
from sim.engine.packing import pack, unpack
from sim.engine.parts import Part
from sim.errors import JournalError
from sim.sampling.draws import Chunk

MAGIC = b"crm-roi-sim journal 1\n"
LENGTH, DIGEST, CHECK = 8, 16, 8
"""Bytes of a frame's length, of the checksum of its content, and of the checksum of those two."""
HEAD = LENGTH + DIGEST + CHECK

Key = Mapping[str, str | int]
"""What a run is, by what people call it."""


class _Frame(NamedTuple):
    content: bytes
    end: int
    """Where it ends in the file."""


class Journal:
    """The journal of one run.

    Args:
        path: its file.
        resume: whether to go on with an existing one; else there must be none.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self.path, self._resume = path, resume
        self._file: BinaryIO | None = None
        self._secret = b""

    @contextmanager
    def of(self, key: Key) -> Iterator["Journal"]:
        """Open it for a run.

        Raises:
            JournalError: it exists and is not to be resumed, belongs to another run, is damaged, is in use or cannot be
                written.
        """
        try:
            self._file = self._opened()
        except OSError as error:
            raise JournalError(f"cannot write the journal {self.path}: {error.strerror}") from error
        try:
            with self._file:
                self._begin(key)
                yield self
        finally:
            self._file = None

    def parts(self, todo: Sequence[Chunk]) -> Iterator[Part]:
        """Give the finished parts of some chunks.

        Raises:
            JournalError: the journal is damaged.
        """
        wanted, seen = set(todo), set[Chunk]()
        for frame in self._frames(skip=1):
            part = self._part(frame)
            mine = wanted.intersection(part.chunks)
            if not mine:
                continue
            if len(mine) < len(part.chunks) or mine & seen:
                raise self._damaged(frame.end - len(frame.content))
            seen |= mine
            yield part

    def append(self, part: Part) -> None:
        """Add a finished part; it is on the disk when this returns.

        Raises:
            JournalError: it cannot be written.
        """
        self._append(pack(part))

    def _opened(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not self.path.is_file():
            raise JournalError(f"the journal {self.path} is not a file (choose another folder with --journal)")
        if self.path.exists() and self.path.stat().st_size and not self._resume:
            raise JournalError(f"the journal {self.path} exists (--resume goes on with it; delete it to start anew)")
        file = self.path.open("r+b" if self.path.exists() else "x+b")
        try:
            lock(file)
        except OSError:
            file.close()
            raise JournalError(f"the journal {self.path} is in use by another run") from None
        return file

    def _begin(self, key: Key) -> None:
        """Check that the journal is of this run, or say so in a new one."""
        file = self._open_file()
        start = file.read(len(MAGIC))
        written = start.rstrip(b"\0")
        if not MAGIC.startswith(written) or (start != written and not self._only_zeros(len(start))):
            raise JournalError(f"{self.path} is not a journal of this program")
        head_frame = next(self._frames(), None) if start == MAGIC else None
        if head_frame is None:
            file.seek(0)
            file.truncate()
            file.write(MAGIC)
            self._append(json.dumps(dict(key), sort_keys=True).encode())
            _sync_folder(self.path.parent)
            head_frame = next(self._frames())
        else:
            self._compare(head_frame, key)
        self._secret = hashlib.blake2b(head_frame.content, digest_size=DIGEST).digest()
        end = head_frame.end
        for frame in self._frames(skip=1):
            end = frame.end
        file.seek(end)
        file.truncate()

    def _compare(self, frame: _Frame, key: Key) -> None:
        earlier = json.loads(frame.content)
        different = [name for name in key if earlier.get(name) != key[name]]
        if different:
            raise JournalError(
                f"the journal {self.path} is of another run: not the same {', '.join(different)}"
                " (resume with what that run was given, or choose another --journal)"
            )

    def _frames(self, *, skip: int = 0) -> Iterator[_Frame]:
        """Give the whole frames of the file in order; one that the file ends in is none."""
        file = self._open_file()
        size, at, number = os.fstat(file.fileno()).st_size, len(MAGIC), 0
        while at + HEAD <= size:
            file.seek(at)
            head = file.read(HEAD)
            length = int.from_bytes(head[:LENGTH], "little")
            if _checksum(head[:-CHECK], b"", CHECK) != head[-CHECK:]:
                if self._only_zeros(at + HEAD):
                    return
                raise self._damaged(at)
            if at + HEAD + length > size:
                return
            content = file.read(length)
            if _checksum(content, self._secret if number else b"", DIGEST) != head[LENGTH:-CHECK]:
                if content.endswith(b"\0") and self._only_zeros(at + HEAD + length):
                    return
                raise self._damaged(at)
            at += HEAD + length
            number += 1
            if number > skip:
                yield _Frame(content, at)

    def _only_zeros(self, at: int) -> bool:
        """Whether nothing but zeros follows, as a file system may leave a file when the power goes."""
        file = self._open_file()
        file.seek(at)
        while piece := file.read(1 << 20):
            if piece.strip(b"\0"):
                return False
        return True

    def _append(self, content: bytes) -> None:
        file = self._open_file()
        about = len(content).to_bytes(LENGTH, "little") + _checksum(content, self._secret, DIGEST)
        try:
            file.seek(0, os.SEEK_END)
            file.write(about + _checksum(about, b"", CHECK) + content)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise JournalError(f"cannot write the journal {self.path}: {error.strerror}") from error

    def _part(self, frame: _Frame) -> Part:
        try:
            return unpack(frame.content)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise self._damaged(frame.end - len(frame.content)) from error

    def _damaged(self, at: int) -> JournalError:
        return JournalError(f"the journal {self.path} is damaged at byte {at:,} (delete it to start anew)")

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("a journal is used within `with journal.of(key)`")
        return self._file


def _checksum(content: bytes, secret: bytes, size: int) -> bytes:
    return hashlib.blake2b(content, digest_size=size, key=secret).digest()


def _sync_folder(folder: Path) -> None:
    """Make sure that a new file's name is on the disk too, where a folder can be opened (not on Windows)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
