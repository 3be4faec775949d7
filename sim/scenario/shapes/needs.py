"""What a number of an offer needs beside it, said at its field: without that it would have nothing to act on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel


@dataclass(frozen=True)
class Needs:
    """What must be given too."""

    facts: tuple[str, ...] = ()
    """Company facts, all of them."""
    partner: str = ""
    """Another number of the same offer, as ``section.field``."""
    one_of: tuple[str, ...] = ()
    """Several numbers of the same offer, at least one of them."""


@cache
def needs_of(offer: type[BaseModel]) -> tuple[tuple[str, Needs], ...]:
    """Give every number of an offer that needs something, as ``section.field``, in the order of the sections."""
    return tuple(_needs_of(offer))


def _needs_of(offer: type[BaseModel]) -> Iterator[tuple[str, Needs]]:
    for section, field in offer.model_fields.items():
        shape = field.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            for name, inner in shape.model_fields.items():
                yield from ((f"{section}.{name}", need) for need in inner.metadata if isinstance(need, Needs))
