"""Benefits that simply add: freed time and retired tools. The levers on customers are in `book`."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.distributions import Array
from sim.world import Line, Nature, Quantity, World

WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True)
class Productivity(Line):
    """Hours freed a user and week, net of the data entry the CRM asks for, as far as they turn into work."""

    name: ClassVar[str] = "productivity"
    nature: ClassVar[Nature] = Nature.SOFT_BENEFIT

    users: Quantity
    hourly_cost: Quantity
    hours_saved: Quantity
    hours_entry: Quantity
    time_realised: Quantity
    """Share of freed time that becomes useful work (the Nucleus correction factor), 0 to 1."""

    def flows(self, world: World) -> Array:
        """Value the net hours at the loaded cost; more data entry than time saved makes it negative."""
        hours = world[self.hours_saved] - world[self.hours_entry]
        monthly = hours * WEEKS_A_MONTH * world[self.users] * world[self.hourly_cost] * world[self.time_realised]
        return world.adoption() * monthly


@dataclass(frozen=True)
class RetiredTools(Line):
    """What the old tools cost, saved once the overlap after go-live is over.

    During the overlap the old licences are paid with and without the CRM, so they are not a cost of it: the
    saving merely starts later.
    """

    name: ClassVar[str] = "retired tools"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    cost_per_month: Quantity
    overlap_months: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Pay nothing more for the old tools from the first month after the overlap."""
        retired = world.since > np.maximum(world[self.overlap_months], 0)
        return np.asarray(retired * world[self.cost_per_month])
