"""What tells two runs apart: a digest of the program, and of any value by its content."""

import hashlib
import inspect
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.errors import UsageError

SIZE = 16
"""Bytes of a digest: two of them are alike by chance once in 2^64 runs."""


@cache
def program() -> str:
    """Give a digest of this program's source and of the libraries that its last bits depend on."""
    folder = Path(__file__).parents[1]
    sources = [(p.relative_to(folder).as_posix(), p.read_bytes()) for p in sorted(folder.rglob("*.py"))]
    return fingerprint([sources, version("numpy"), version("scipy")])


def fingerprint(value: object) -> str:
    """Give a digest of a value, the same in every process: of what it holds, not of where it lies in memory.

    Raises:
        UsageError: the value holds something that has no content to tell it by, such as an open file.
    """
    digest = hashlib.blake2b(digest_size=SIZE)
    for piece in _pieces(value):
        digest.update(len(piece).to_bytes(8, "little") + piece)
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    """Write a value as pieces: its class and length before its content, so that no two values look alike."""
    kind = value if isinstance(value, type) else type(value)
    yield f"{kind.__module__}.{kind.__qualname__}".encode()
    match value:
        case type():
            yield _source(value)
        case Enum():
            yield value.name.encode()
        case None | bool() | int() | float() | complex() | str():
            yield repr(value).encode()
        case bytes():
            yield value
        case np.ndarray() | np.generic():
            yield f"{value.dtype.str}{value.shape}".encode()
            yield value.tobytes()
        case Mapping():
            yield from _all([part for item in value.items() for part in item])
        case Sequence():
            yield from _all(value)
        case Set():
            yield from _all(sorted(fingerprint(member) for member in value))
        case _:
            yield _source(kind)
            yield from _all([part for item in _content(value).items() for part in item])


def _all(values: Sequence[Any]) -> Iterator[bytes]:
    yield str(len(values)).encode()
    for value in values:
        yield from _pieces(value)


def _content(value: Any) -> Mapping[str, Any]:
    """Give the fields of an object; what it works out from them and keeps is none of them."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise UsageError(f"a {type(value).__name__} cannot be told from another by its content (make it a dataclass)")


@cache
def _source(kind: type) -> bytes:
    """Give the source of a class that is not this program's own, if it can be had: a line of the user's."""
    if kind.__module__.partition(".")[0] == __name__.partition(".")[0]:
        return b""
    try:
        return inspect.getsource(kind).encode()
    except (OSError, TypeError):
        return b""
