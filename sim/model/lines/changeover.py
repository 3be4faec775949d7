"""Going from one system to another: both side by side, bills of events, leaving."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.finance.schedule import Flows, Scheduled, times
from sim.model.events import Event
from sim.model.line import Line, Nature
from sim.model.quantity import Quantity
from sim.model.world import World


@dataclass(frozen=True)
class ParallelRun(Line):
    """What running both systems costs beyond the old licences: exports, double entry services, bridges."""

    drivers: ClassVar[tuple[str, ...]] = ("cost_per_month",)

    name: ClassVar[str] = "parallel run"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost_per_month: Quantity
    overlap_months: Quantity

    def flows(self, world: World) -> Flows:
        """Pay in the months of the overlap."""
        since = world.since[: world.until(world.golive + world[self.overlap_months])]
        overlapping = (since > 0) & (since <= world[self.overlap_months])
        return times(world.settling(overlapping.astype(np.float64)), world[self.cost_per_month])


@dataclass(frozen=True)
class EventBill(Line):
    """What an event costs once, in the month it happens."""

    nature: ClassVar[Nature] = Nature.CASH_COST

    event: Event

    @property
    def name(self) -> str:
        """The event's name, marked as one."""
        return f"event: {self.event.name}"

    def flows(self, world: World) -> Flows:
        """Pay in the first month that is not before it, in the futures in which it happens."""
        month = np.ceil(world[self.event.when])
        schedule = np.asarray(world.t == month, np.float64)
        return Scheduled(schedule, world[self.event.occurs] * world[self.event.cost])


@dataclass(frozen=True)
class Exit(Line):
    """Leaving: data export, penalties, notice; paid when the project is cancelled, at the horizon if it ends there."""

    drivers: ClassVar[tuple[str, ...]] = ("cost",)

    name: ClassVar[str] = "exit"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost: Quantity
    at_horizon: bool = False

    def flows(self, world: World) -> Flows:
        """Pay once, in the month of the end."""
        leaving = world.t == world.stop
        if self.at_horizon:
            leaving = leaving | ((world.t == world.months) & np.isinf(world.stop))
        return Scheduled(np.asarray(leaving, np.float64), world[self.cost])
