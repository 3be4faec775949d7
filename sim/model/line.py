"""The contract of a line: one benefit or cost that adds to the others."""

from abc import ABC, abstractmethod
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from sim.finance.schedule import Flows
from sim.model.quantity import Drawn
from sim.model.world import World


class Nature(Enum):
    """What kind of flow a line is; benefits and costs are both positive amounts."""

    CASH_BENEFIT = "money received or saved"
    SOFT_BENEFIT = "staff time freed, at its loaded cost"
    CASH_COST = "money paid"
    TIME_COST = "staff time taken, at its loaded cost"

    @property
    def is_benefit(self) -> bool:
        """Whether it adds to the return."""
        return self in (Nature.CASH_BENEFIT, Nature.SOFT_BENEFIT)


class Line(ABC):
    """One benefit or cost that simply adds to the others: fields, and the flows they make in a world.

    A subclass says its `name` (unique among a vendor's lines) and its `nature`, for all its lines or for each.
    """

    drivers: ClassVar[tuple[str, ...]] = ()
    """Fields that make the line what it is: where all of them are 0, it is zero in every future."""

    @property
    def is_void(self) -> bool:
        """Whether it is zero in every future because nothing of what drives it was given."""
        return bool(self.drivers) and all(getattr(self, name) == 0.0 for name in self.drivers)

    @property
    def outlasts_stop(self) -> bool:
        """Whether it goes on after the project is cancelled, as what a contract binds to does. Others are cut off."""
        return False

    @property
    def hangs_on_fit(self) -> bool:
        """Whether it grows with how well the vendor's CRM works here: what its use brings does."""
        return self.nature.is_benefit

    @property
    def fixed_price(self) -> bool:
        """Whether a contract fixes its prices, so that inflation does not touch them."""
        return False

    @property
    def capital(self) -> bool:
        """Whether the tax office sees an asset in it, to be written off over years."""
        return False

    if TYPE_CHECKING:  # a class variable here, a field there

        @property
        def name(self) -> str:
            """What reports call it."""

        @property
        def nature(self) -> Nature:
            """What kind of flow it is."""

    @abstractmethod
    def flows(self, world: World) -> Flows:
        """Give the amounts by month and draw, (m, n), or (m, 1) if the draw does not matter.

        Where they are a pattern times an amount, `Scheduled` says so, and saves multiplying it out.
        """


def drawn_keys(value: object) -> set[str]:
    """Give the keys of every input that a line, or what it is made of, refers to."""
    if isinstance(value, Drawn):
        return {value.key}
    if is_dataclass(value):
        return set().union(*(drawn_keys(getattr(value, field.name)) for field in fields(value)))
    return set().union(*map(drawn_keys, value)) if isinstance(value, tuple) else set()
