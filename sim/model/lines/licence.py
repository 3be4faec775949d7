"""The licence: seats, add-ons, usage. Paid from signature, whatever the go-live."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from sim.finance.schedule import Flows, Scheduled, Sum, times
from sim.model.line import Line, Nature
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array, Value


class Billing(StrEnum):
    """When a subscription is paid."""

    ANNUAL = "annual"
    MONTHLY = "monthly"


class Prepaid(StrEnum):
    """What becomes of months that are paid ahead and lie beyond the horizon."""

    LOST = "lost"
    """They count in full: that is the money that leaves."""
    PRO_RATA = "pro_rata"
    """They do not count: the last payment is for the months within the horizon."""


@dataclass(frozen=True)
class Subscription(Line):
    """Seats at the list price less compound discounts; the price rises at each renewal of the contract.

    Annual billing pays twelve months ahead at months 1, 13, 25 ...; the last year in full even if the horizon ends
    within it, unless prepaid months beyond it are left out. A project that is cancelled has signed for the running
    term: its seats are paid to the end of it, and what was paid ahead is lost.
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
    platform_fee: Quantity = 0.0
    """A month, whatever the seats; discounts and rises are those of the seats."""
    prepaid: Prepaid = Prepaid.LOST

    def flows(self, world: World) -> Flows:
        """Bill the seats each month, or each twelfth: one amount a term of the contract."""
        renewals = np.arange(-(-world.months // self.term_months), dtype=float)[:, None]
        level = self._kept(world) * (1 + world[self.uplift]) ** renewals * world.dearer(renewals, self.term_months)
        if self.capped_at_list:
            level = np.minimum(level, 1.0)
        monthly = self._at_list(world) * level
        due, term = self.instalments(world), np.floor((world.t - 1) / self.term_months)
        return Sum(Scheduled(due * (term == number), amount) for number, amount in enumerate(monthly))

    def _kept(self, world: World) -> Value:
        """Give the share of the list price that the discounts leave."""
        kept: Value = 1.0
        for discount in self.discounts:
            kept = kept * (1 - world[discount])
        return kept

    def first_year(self, world: World) -> Value:
        """Give what twelve months cost before any price rise, a number or (n,)."""
        return 12 * self._at_list(world) * self._kept(world)

    def _at_list(self, world: World) -> Value:
        """Give what a month costs at list prices."""
        return self.paid_seats(world) * world[self.list_price] + world[self.platform_fee]

    def paid_seats(self, world: World) -> Value:
        """Give the seats that are paid: those wanted, or the fewest that are sold."""
        return np.maximum(world[self.seats], world[self.minimum_seats])

    def instalments(self, world: World) -> Array:
        """Give how many months' price each month pays, (m, 1), or (m, n) if the project may be cancelled."""
        due = np.where(world.t > 0, _instalments(world.t, self.billing), 0.0)
        if self.prepaid is Prepaid.PRO_RATA:
            due = np.minimum(due, world.months + 1 - world.t)
        if not world.may_stop:
            return due
        signed_for = self.term_months * np.ceil(world.stop / self.term_months)
        return np.asarray(due * (world.t <= signed_for))


def _instalments(month: Array, billing: Billing) -> Array:
    """Give how many months' price each month from 1 on pays, (m, 1)."""
    if billing is Billing.MONTHLY:
        return np.ones_like(month)
    return np.where((month - 1) % 12 == 0, 12.0, 0.0)


@dataclass(frozen=True)
class AddOns(Line):
    """What is sold on top of the seats: a share of the subscription, and a price a seat; billed with it."""

    drivers: ClassVar[tuple[str, ...]] = (
        "share",
        "per_seat",
    )

    name: ClassVar[str] = "add-ons"
    nature: ClassVar[Nature] = Nature.CASH_COST
    outlasts_stop: ClassVar[bool] = True
    fixed_price: ClassVar[bool] = True

    subscription: Subscription
    share: Quantity = 0.0
    per_seat: Quantity = 0.0
    """A seat and month, no discount."""

    def flows(self, world: World) -> Flows:
        """Bill the share and the seats in the months of the subscription."""
        seats = self.subscription.paid_seats(world) * world[self.per_seat]
        own = Scheduled(self.subscription.instalments(world), seats)
        return own if self.share == 0.0 else Sum([own, times(self.subscription.flows(world), world[self.share])])


@dataclass(frozen=True)
class Usage(Line):
    """What is billed by use - storage, calls of the API, AI credits - in proportion to adoption."""

    drivers: ClassVar[tuple[str, ...]] = ("per_active_user",)

    name: ClassVar[str] = "usage"
    nature: ClassVar[Nature] = Nature.CASH_COST
    fixed_price: ClassVar[bool] = True

    users: Quantity
    per_active_user: Quantity
    """A month, for each user who has adopted it."""

    def flows(self, world: World) -> Flows:
        """Bill the active users."""
        return times(world.adopted, world[self.users] * world[self.per_active_user])
