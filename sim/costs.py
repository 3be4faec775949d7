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
    fixed_price: ClassVar[bool] = True

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
        monthly = self.paid_seats(world) * world[self.list_price] * level
        paid = monthly * self.instalments(world)
        return np.concatenate([np.zeros_like(paid[:1]), paid])

    def paid_seats(self, world: World) -> Value:
        """Give the seats that are paid: those wanted, or the fewest that are sold."""
        return np.maximum(world[self.seats], world[self.minimum_seats])

    def instalments(self, world: World) -> Array:
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
class AddOns(Line):
    """What is sold on top of the seats: a share of the subscription, and a price a seat; billed with it."""

    name: ClassVar[str] = "add-ons"
    nature: ClassVar[Nature] = Nature.CASH_COST
    outlasts_stop: ClassVar[bool] = True
    fixed_price: ClassVar[bool] = True

    subscription: Subscription
    share: Quantity = 0.0
    per_seat: Quantity = 0.0
    """A seat and month, no discount."""

    def flows(self, world: World) -> Array:
        """Bill the share and the seats in the months of the subscription."""
        seats = self.subscription.paid_seats(world) * world[self.per_seat] * self.subscription.instalments(world)
        seats = np.concatenate([np.zeros_like(seats[:1]), seats])
        return seats if self.share == 0.0 else seats + world[self.share] * self.subscription.flows(world)


@dataclass(frozen=True)
class Usage(Line):
    """What is billed by use - storage, calls of the API, AI credits - in proportion to adoption."""

    name: ClassVar[str] = "usage"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True

    users: Quantity
    per_active_user: Quantity
    """A month, for each user who has adopted it."""

    def flows(self, world: World) -> Array:
        """Bill the active users."""
        return world.adoption() * (world[self.users] * world[self.per_active_user])


@dataclass(frozen=True)
class Implementation(Line):
    """The integrator's quote times its overrun, in equal parts from month 1 to go-live (or all at once)."""

    name: ClassVar[str] = "implementation"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True
    capital: ClassVar[bool] = True

    quote: Quantity
    overrun: Quantity = 1.0

    def flows(self, world: World) -> Array:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, world[self.quote] * world[self.overrun])


def _over_the_project(world: World, bill: Value) -> Array:
    """Give a bill in equal parts from month 1 to the month in which go-live is due, or all at once, (m, n)."""
    at_once = (world.t == 0) & (world.due == 0)
    working = (world.t >= 1) & (world.t <= world.due)
    return np.asarray((working | at_once) * (bill / np.maximum(world.due, 1)))


@dataclass(frozen=True)
class Migration(Line):
    """Moving the data: cleaned, mapped, loaded; overruns with the project."""

    name: ClassVar[str] = "migration"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True
    capital: ClassVar[bool] = True

    cost: Quantity
    overrun: Quantity = 1.0

    def flows(self, world: World) -> Array:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, world[self.cost] * world[self.overrun])


@dataclass(frozen=True)
class Integrations(Line):
    """Connecting the CRM to the ERP, to professional services automation, to other tools."""

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

    def flows(self, world: World) -> Array:
        """Spread the bill over the months of the project."""
        return _over_the_project(world, self.bill(world))


@dataclass(frozen=True)
class IntegrationUpkeep(Line):
    """Keeping the integrations alive from go-live on: a yearly share of what they cost."""

    name: ClassVar[str] = "integration upkeep"
    nature: ClassVar[Nature] = Nature.CASH_COST

    integrations: Integrations
    share: Quantity

    def flows(self, world: World) -> Array:
        """Pay a twelfth each month."""
        return np.asarray((world.since > 0) * (self.integrations.bill(world) * world[self.share] / 12))


@dataclass(frozen=True)
class ChangeManagement(Line):
    """Communication, coaching, process work: bought until go-live."""

    name: ClassVar[str] = "change management"
    nature: ClassVar[Nature] = Nature.CASH_COST

    cost: Quantity

    def flows(self, world: World) -> Array:
        """Spread it over the months of the project."""
        return _over_the_project(world, world[self.cost])


@dataclass(frozen=True)
class ChangeRequests(Line):
    """Changes to the system once it is live: a yearly share of what the implementation cost."""

    name: ClassVar[str] = "change requests"
    nature: ClassVar[Nature] = Nature.CASH_COST

    implementation: Implementation
    share: Quantity

    def flows(self, world: World) -> Array:
        """Pay a twelfth each month."""
        bill = world[self.implementation.quote] * world[self.implementation.overrun]
        return np.asarray((world.since > 0) * (bill * world[self.share] / 12))


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
