"""People: the team of the project, training, the dip after go-live, administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.finance.schedule import Flows, Scheduled, Sum, times
from sim.model.line import Line, Nature
from sim.model.lines.freed_time import HOURS_A_MONTH
from sim.model.quantity import Quantity
from sim.model.world import World


@dataclass(frozen=True)
class InternalTeam(Line):
    """Own people on the project until go-live; a delay keeps them on it."""

    drivers: ClassVar[tuple[str, ...]] = ("fte",)

    name: ClassVar[str] = "internal team"
    nature: ClassVar[Nature] = Nature.TIME_COST

    fte: Quantity
    hourly_cost: Quantity

    def flows(self, world: World) -> Flows:
        """Charge full-time equivalents at the loaded hourly cost."""
        return times(world.project, world[self.fte] * HOURS_A_MONTH * world[self.hourly_cost])


@dataclass(frozen=True)
class TrainingCash(Line):
    """Training bought: for every user at go-live, for newcomers ever after, and a refresher a year later and on."""

    drivers: ClassVar[tuple[str, ...]] = ("per_user",)

    name: ClassVar[str] = "training, paid"
    nature: ClassVar[Nature] = Nature.CASH_COST

    users: Quantity
    per_user: Quantity
    turnover: Quantity = 0.0
    """Share of the users who leave and are replaced a year."""
    refresh: Quantity = 0.0
    """Share of the first training that each yearly refresher takes."""

    def flows(self, world: World) -> Flows:
        """Price the training load."""
        load = _training_load(world, self.turnover, self.refresh)
        return times(load, world[self.users] * world[self.per_user])


@dataclass(frozen=True)
class TrainingTime(Line):
    """The users' own hours in training, at their loaded cost."""

    drivers: ClassVar[tuple[str, ...]] = ("hours_per_user",)

    name: ClassVar[str] = "training, time"
    nature: ClassVar[Nature] = Nature.TIME_COST

    users: Quantity
    hours_per_user: Quantity
    hourly_cost: Quantity
    turnover: Quantity = 0.0
    refresh: Quantity = 0.0

    def flows(self, world: World) -> Flows:
        """Value the training load in hours."""
        load = _training_load(world, self.turnover, self.refresh)
        return times(load, world[self.users] * world[self.hours_per_user] * world[self.hourly_cost])


def _training_load(world: World, turnover: Quantity, refresh: Quantity) -> Flows:
    """Give how many times over the users are trained in each month."""
    return world.once(("training load", turnover, refresh), lambda: Sum(_occasions(world, turnover, refresh)))


def _occasions(world: World, turnover: Quantity, refresh: Quantity) -> Iterator[Flows]:
    golive = world.since[: world.until(world.golive)] == 0
    yield world.settling(golive.astype(np.float64))
    yield times(world.operating, world[turnover] / 12)
    if refresh != 0.0:
        anniversary = np.zeros(world.since.shape, np.bool_)
        for year in range(12, world.months + 1, 12):
            anniversary |= world.since == year
        yield Scheduled(anniversary.astype(np.float64), world[refresh])


@dataclass(frozen=True)
class DataUpkeep(Line):
    """Staff time that keeping customer data right takes, from go-live on."""

    drivers: ClassVar[tuple[str, ...]] = ("hours",)

    name: ClassVar[str] = "data upkeep"
    nature: ClassVar[Nature] = Nature.TIME_COST

    users: Quantity
    hours: Quantity
    """A user and year."""
    hourly_cost: Quantity

    def flows(self, world: World) -> Flows:
        """Charge a twelfth of a year's hours each month."""
        return times(world.operating, world[self.users] * world[self.hours] * world[self.hourly_cost] / 12)


@dataclass(frozen=True)
class ProductivityDip(Line):
    """Work lost while users find their way, for some months after go-live."""

    drivers: ClassVar[tuple[str, ...]] = ("dip",)

    name: ClassVar[str] = "productivity dip"
    nature: ClassVar[Nature] = Nature.TIME_COST

    users: Quantity
    hourly_cost: Quantity
    dip: Quantity
    """Share of working time lost."""
    dip_months: Quantity

    def flows(self, world: World) -> Flows:
        """Charge the lost share of a month's hours; a broken last month counts in part."""
        since = world.since[: world.until(world.golive + world[self.dip_months] + 1)]
        lasting = np.minimum(np.maximum(world[self.dip_months] + 1 - since, 0), 1) * (since > 0)
        return times(
            world.settling(lasting), world[self.users] * world[self.hourly_cost] * HOURS_A_MONTH * world[self.dip]
        )


@dataclass(frozen=True)
class Administration(Line):
    """Administrators in proportion to users, and other running costs, from go-live on."""

    drivers: ClassVar[tuple[str, ...]] = (
        "users_per_admin",
        "cost_per_month",
    )

    name: ClassVar[str] = "administration"
    nature: ClassVar[Nature] = Nature.CASH_COST

    users: Quantity
    users_per_admin: Quantity
    """How many users one full-time administrator serves; 0 for none needed."""
    admin_cost_per_year: Quantity
    cost_per_month: Quantity = 0.0

    def flows(self, world: World) -> Flows:
        """Pay the administrators' share of a year each month."""
        users, served = np.broadcast_arrays(world[self.users], world[self.users_per_admin])
        admins = np.divide(users, served, out=np.zeros(served.shape), where=served > 0)
        monthly = admins * world[self.admin_cost_per_year] / 12 + world[self.cost_per_month]
        return times(world.operating, monthly)
