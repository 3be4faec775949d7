"""A number as the model holds it: certain, or drawn anew in every future."""

from dataclasses import dataclass
from typing import Protocol

from sim.numbers.arrays import Array, Value


@dataclass(frozen=True)
class Drawn:
    """A number that differs between futures: the key of its draws."""

    key: str


Quantity = float | Drawn
"""A number as a line holds it: certain, or drawn."""


class Future(Protocol):
    """Where the values of quantities come from, and the months they are asked for."""

    t: Array
    """Months 0 to H, (m, 1)."""

    def __getitem__(self, quantity: Quantity) -> Value:
        """Give a quantity's value, a number or (n,)."""
