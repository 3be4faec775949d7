"""Costs that simply add, money and staff time apart. Licences are paid from signature, whatever the go-live."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from sim.distributions import Array
from sim.events import Event
from sim.world import Line, Nature, Quantity, Value, World

HOURS_A_MONTH = 160
"""Hours a full-time employee works a month."""


class Billing(StrEnum):
    """When a subscription is paid."""

    ANNUAL = "annual"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Subscription(Line):
    """Seats at the list price less compound discounts; the price rises at each renewal of the contract.

    Annual billing pays twelve months ahead at months 1, 13, 25 ..., the last year in full even if the horizon ends
    within it: that is the money that leaves. A project that is cancelled has signed for the running term: its seats
    are paid to the end of it, and what was paid ahead is lost.
    """

    name: ClassVar[str] = "subscription"
    nature: ClassVar[Nature] = Nature.CASH_COST
    outlasts_stop: ClassVar[bool] = True

    seats: Quantity
    list_price: Quantity
    """A seat and month."""
    discounts: tuple[Quantity, ...] = ()
    minimum_seats: Quantity = 0.0
    billing: Billing = Billing.ANNUAL
    uplift: Quantity = 0.0
    """Price rise at a renewal."""
    term_months: int = 12
    capped_at_list: bool = False

    def flows(self, world: World) -> Array:
        """Bill the seats each month, or each twelfth."""
        month = world.t[1:]
        kept: Value = 1.0
        for discount in self.discounts:
            kept = kept * (1 - world[discount])
        renewals = (month - 1) // self.term_months
        level = kept * (1 + world[self.uplift]) ** renewals * world.dearer(renewals, self.term_months)
        if self.capped_at_list:
            level = np.minimum(level, 1.0)
        seats = np.maximum(world[self.seats], world[self.minimum_seats])
        monthly = seats * world[self.list_price] * level
        paid = monthly * self._instalments(world)
        return np.concatenate([np.zeros_like(paid[:1]), paid])

    def _instalments(self, world: World) -> Array:
        """Give how many months' price each month pays, (m, 1), or (m, n) if the project may be cancelled."""
        due = _instalments(world.t[1:], self.billing)
        if not world.may_stop:
            return due
        signed_for = self.term_months * np.ceil(world.stop / self.term_months)
        return np.asarray(due * (world.t[1:] <= signed_for))


def _instalments(month: Array, billing: Billing) -> Array:
    """Give how many months' price each month pays, (m, 1)."""
    if billing is Billing.MONTHLY:
        return np.ones_like(month)
    return np.where((month - 1) % 12 == 0, 12.0, 0.0)


@dataclass(frozen=True)
class Implementation(Line):
    """The integrator's quote times its overrun, in equal parts from month 1 to go-live (or all at once)."""

    name: ClassVar[str] = "implementation"
    nature: ClassVar[Nature] = Nature.CASH_COST

    quote: Quantity
    overrun: Quantity = 1.0

    def flows(self, world: World) -> Array:
        """Spread the bill over the months of the project."""
        at_once = (world.t == 0) & (world.due == 0)
        working = (world.t >= 1) & (world.t <= world.due)
        bill = world[self.quote] * world[self.overrun] / np.maximum(world.due, 1)
        return np.asarray((working | at_once) * bill)


@dataclass(frozen=True)
class InternalTeam(Line):
    """Own people on the project until go-live; a delay keeps them on it."""

    name: ClassVar[str] = "internal team"
    nature: ClassVar[Nature] = Nature.TIME_COST

    fte: Quantity
    hourly_cost: Quantity

    def flows(self, world: World) -> Array:
        """Charge full-time equivalents at the loaded hourly cost."""
        worked = (world.t >= 1) & (world.t <= world.due)
        return np.asarray(worked * (world[self.fte] * HOURS_A_MONTH * world[self.hourly_cost]))


@dataclass(frozen=True)
class TrainingCash(Line):
    """Training bought: for every user at go-live, for newcomers ever after, and a refresher a year later and on."""

    name: ClassVar[str] = "training, paid"
    nature: ClassVar[Nature] = Nature.CASH_COST

    users: Quantity
    per_user: Quantity
    turnover: Quantity = 0.0
    """Share of the users who leave and are replaced a year."""
    refresh: Quantity = 0.0
    """Share of the first training that each yearly refresher takes."""

    def flows(self, world: World) -> Array:
        """Price the training load."""
        load = _training_load(world, self.turnover, self.refresh)
        return load * (world[self.users] * world[self.per_user])


@dataclass(frozen=True)
class TrainingTime(Line):
    """The users' own hours in training, at their loaded cost."""

    name: ClassVar[str] = "training, time"
    nature: ClassVar[Nature] = Nature.TIME_COST

    users: Quantity
    hours_per_user: Quantity
    hourly_cost: Quantity
    turnover: Quantity = 0.0
    refresh: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Value the training load in hours."""
        load = _training_load(world, self.turnover, self.refresh)
        return load * (world[self.users] * world[self.hours_per_user] * world[self.hourly_cost])


def _training_load(world: World, turnover: Quantity, refresh: Quantity) -> Array:
    """Give how many times over the users are trained in each month, (m, n)."""

    def load() -> Array:
        since = world.since
        anniversary = (since > 0) & (since == 12 * np.floor(since / 12))
        return np.asarray((since == 0) + (since > 0) * (world[turnover] / 12) + anniversary * world[refresh])

    return world.once(("training load", turnover, refresh), load)


@dataclass(frozen=True)
class ProductivityDip(Line):
    """Work lost while users find their way, for some months after go-live."""

    name: ClassVar[str] = "productivity dip"
    nature: ClassVar[Nature] = Nature.TIME_COST

    users: Quantity
    hourly_cost: Quantity
    dip: Quantity
    """Share of working time lost."""
    dip_months: Quantity

    def flows(self, world: World) -> Array:
        """Charge the lost share of a month's hours; a broken last month counts in part."""
        lasting = np.minimum(np.maximum(world[self.dip_months] + 1 - world.since, 0), 1) * (world.since > 0)
        return np.asarray(lasting * (world[self.users] * world[self.hourly_cost] * HOURS_A_MONTH * world[self.dip]))


@dataclass(frozen=True)
class Administration(Line):
    """Administrators in proportion to users, and other running costs, from go-live on."""

    name: ClassVar[str] = "administration"
    nature: ClassVar[Nature] = Nature.CASH_COST

    users: Quantity
    users_per_admin: Quantity
    """How many users one full-time administrator serves; 0 for none needed."""
    admin_cost_per_year: Quantity
    cost_per_month: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Pay the administrators' share of a year each month."""
        users, served = np.broadcast_arrays(world[self.users], world[self.users_per_admin])
        admins = np.divide(users, served, out=np.zeros(served.shape), where=served > 0)
        monthly = admins * world[self.admin_cost_per_year] / 12 + world[self.cost_per_month]
        return np.asarray((world.since > 0) * monthly)


@dataclass(frozen=True)
class ParallelRun(Line):
    """What running both systems costs beyond the old licences: exports, double entry services, bridges."""

    name: ClassVar[str] = "parallel run"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost_per_month: Quantity
    overlap_months: Quantity

    def flows(self, world: World) -> Array:
        """Pay in the months of the overlap."""
        overlapping = (world.since > 0) & (world.since <= world[self.overlap_months])
        return np.asarray(overlapping * world[self.cost_per_month])


@dataclass(frozen=True)
class EventBill(Line):
    """What an event costs once, in the month it happens."""

    nature: ClassVar[Nature] = Nature.CASH_COST

    event: Event

    @property
    def name(self) -> str:
        """The event's name, marked as one."""
        return f"event: {self.event.name}"

    def flows(self, world: World) -> Array:
        """Pay in the first month that is not before it, in the futures in which it happens."""
        month = np.ceil(world[self.event.when])
        return np.asarray((world.t == month) * (world[self.event.occurs] * world[self.event.cost]))


@dataclass(frozen=True)
class Exit(Line):
    """Leaving: data export, penalties, notice; paid when the project is cancelled, at the horizon if it ends there."""

    name: ClassVar[str] = "exit"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost: Quantity
    at_horizon: bool = False

    def flows(self, world: World) -> Array:
        """Pay once, in the month of the end."""
        leaving = world.t == world.stop
        if self.at_horizon:
            leaving = leaving | ((world.t == world.months) & np.isinf(world.stop))
        return np.asarray(leaving * world[self.cost])
