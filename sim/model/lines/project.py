"""The project up to go-live, and what keeps its results alive."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.finance.schedule import Flows, times
from sim.model.line import Line, Nature
from sim.model.lines.licence import Subscription
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Value


@dataclass(frozen=True)
class Implementation(Line):
    """The integrator's quote times its overrun, in equal parts from month 1 to go-live (or all at once).

    Where there is no quote yet: a multiple of the first year's licence.
    """

    drivers: ClassVar[tuple[str, ...]] = (
        "quote",
        "quote_to_licence",
    )

    name: ClassVar[str] = "implementation"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True
    capital: ClassVar[bool] = True

    quote: Quantity
    overrun: Quantity = 1.0
    quote_to_licence: Quantity = 0.0
    """The quote as a multiple of the first year's licence."""
    licence: Subscription | None = None
    """What that is a multiple of."""

    def flows(self, world: World) -> Flows:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, self.bill(world))

    def bill(self, world: World) -> Value:
        """Give what the project costs in the end, a number or (n,)."""
        quote = world[self.quote]
        if self.licence is not None:
            quote = quote + world[self.quote_to_licence] * self.licence.first_year(world)
        return quote * world[self.overrun]


def _over_the_project(world: World, bill: Value) -> Flows:
    """Give a bill in equal parts from month 1 to the month in which go-live is due, or all at once."""
    return times(world.project_months, bill / np.maximum(world.due, 1))


@dataclass(frozen=True)
class Migration(Line):
    """Moving the data: cleaned, mapped, loaded; overruns with the project."""

    drivers: ClassVar[tuple[str, ...]] = ("cost",)

    name: ClassVar[str] = "migration"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True
    capital: ClassVar[bool] = True

    cost: Quantity
    overrun: Quantity = 1.0

    def flows(self, world: World) -> Flows:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, world[self.cost] * world[self.overrun])


@dataclass(frozen=True)
class Integrations(Line):
    """Connecting the CRM to the ERP, to professional services automation, to other tools."""

    drivers: ClassVar[tuple[str, ...]] = (
        "erp",
        "psa",
        "third_party",
    )

    name: ClassVar[str] = "integrations"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True
    capital: ClassVar[bool] = True

    erp: Quantity = 0.0
    psa: Quantity = 0.0
    third_party: Quantity = 0.0
    """How many other tools."""
    third_party_cost: Quantity = 0.0
    overrun: Quantity = 1.0

    def bill(self, world: World) -> Value:
        """Give what all of them cost, overrun included."""
        others = world[self.third_party] * world[self.third_party_cost]
        return (world[self.erp] + world[self.psa] + others) * world[self.overrun]

    def flows(self, world: World) -> Flows:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, self.bill(world))


@dataclass(frozen=True)
class IntegrationUpkeep(Line):
    """Keeping the integrations alive from go-live on: a yearly share of what they cost."""

    drivers: ClassVar[tuple[str, ...]] = ("share",)

    name: ClassVar[str] = "integration upkeep"
    nature: ClassVar[Nature] = Nature.CASH_COST

    integrations: Integrations
    share: Quantity

    def flows(self, world: World) -> Flows:
        """Pay a twelfth each month."""
        return times(world.operating, self.integrations.bill(world) * world[self.share] / 12)


@dataclass(frozen=True)
class ChangeManagement(Line):
    """Communication, coaching, process work: bought until go-live."""

    drivers: ClassVar[tuple[str, ...]] = ("cost",)

    name: ClassVar[str] = "change management"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost: Quantity

    def flows(self, world: World) -> Flows:
        """Spread it over the months of the project."""
        return _over_the_project(world, world[self.cost])


@dataclass(frozen=True)
class ChangeRequests(Line):
    """Changes to the system once it is live: a yearly share of what the implementation cost."""

    drivers: ClassVar[tuple[str, ...]] = ("share",)

    name: ClassVar[str] = "change requests"
    nature: ClassVar[Nature] = Nature.CASH_COST

    implementation: Implementation
    share: Quantity

    def flows(self, world: World) -> Flows:
        """Pay a twelfth each month."""
        bill = self.implementation.bill(world)
        return times(world.operating, bill * world[self.share] / 12)
