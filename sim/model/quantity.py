"""A number as the model holds it: certain, or drawn anew in every future."""

from dataclasses import dataclass
from typing import Protocol

from sim.numbers.arrays import Array, Value


@dataclass(frozen=True)
class Drawn:
    """A number that differs between futures: the key of its draws, and what they are multiplied by."""

    key: str
    times: float = 1.0


Quantity = float | Drawn
"""A number as a line holds it: certain, or drawn."""


def scaled(quantity: Quantity, times: float) -> Quantity:
    """Give a quantity times a number.

    Example:
        >>> scaled(Drawn("company.monthly_cost"), 1 / 160)
        Drawn(key='company.monthly_cost', times=0.00625)
    """
    if isinstance(quantity, Drawn):
        return Drawn(quantity.key, quantity.times * times)
    return quantity * times


class Future(Protocol):
    """Where the values of quantities come from, and the months they are asked for."""

    t: Array
    """Months 0 to H, (m, 1)."""

    def __getitem__(self, quantity: Quantity) -> Value:
        """Give a quantity's value, a number or (n,)."""
