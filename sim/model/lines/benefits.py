"""Benefits that simply add: freed time, cheaper operations, retired tools. The levers on customers are in `book`."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.finance.schedule import Flows, Scheduled, times
from sim.model.line import Line, Nature
from sim.model.lines.customers import Market
from sim.model.lines.freed_time import ALONE, Connected, RealisedOn
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array, Value

WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True)
class Productivity(Line):
    """Hours freed a user and week as far as they turn into work, less those that the CRM's data entry takes."""

    name: ClassVar[str] = "productivity"
    nature: ClassVar[Nature] = Nature.SOFT_BENEFIT

    users: Quantity
    hourly_cost: Quantity
    hours_saved: Quantity
    hours_entry: Quantity
    time_realised: Quantity
    """Share of freed time that becomes useful work (the Nucleus correction factor), 0 to 1."""
    time_to_selling: Quantity = 0.0
    """Share of it that goes into more selling; its worth is then in the deals, so it is not counted here."""
    realised_on: RealisedOn = RealisedOn.SAVED
    connected: Connected = ALONE

    @property
    def is_void(self) -> bool:
        """Whether no hours are saved or lost at all."""
        return self.hours_saved == 0.0 == self.hours_entry and self.connected.hours_a_tool == 0.0

    def flows(self, world: World) -> Flows:
        """Value the hours at the loaded cost; more data entry than realised time makes it negative."""
        monthly = self.worked_hours(world) * WEEKS_A_MONTH * world[self.users] * world[self.hourly_cost]
        if self.time_to_selling != 0.0:
            monthly = monthly * (1 - world[self.time_to_selling])
        return times(world.adopted, monthly)

    def net_hours(self, world: World) -> Value:
        """Give the hours freed a user and week at full adoption."""
        return self._saved(world) - world[self.hours_entry]

    def worked_hours(self, world: World) -> Value:
        """Give those of them that turn into work, less what is lost to data entry."""
        return self.realised_on.hours(self._saved(world), world[self.hours_entry], world[self.time_realised])

    def _saved(self, world: World) -> Value:
        return world[self.hours_saved] + self.connected.hours(world)


@dataclass(frozen=True)
class RetiredTools(Line):
    """What the old tools cost, saved once the overlap after go-live is over.

    During the overlap the old licences are paid with and without the CRM, so they are not a cost of it: the
    saving merely starts later.
    """

    drivers: ClassVar[tuple[str, ...]] = ("cost_per_month",)

    name: ClassVar[str] = "retired tools"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    cost_per_month: Quantity
    overlap_months: Quantity = 0.0

    @property
    def hangs_on_fit(self) -> bool:
        """No: old tools are switched off, however well the new one works."""
        return False

    def flows(self, world: World) -> Flows:
        """Pay nothing more for the old tools from the first month after the overlap."""
        overlap = np.maximum(world[self.overlap_months], 0)
        retired = (world.since > overlap).astype(np.float64)
        without = world.settling(retired[: world.until(world.golive + overlap)], retired[-1])
        return times(without, world[self.cost_per_month])


@dataclass(frozen=True)
class Support(Line):
    """Support tickets that do not come any more, and those that come and take less.

    A ticket is worth what it costs, or the agents' time it takes; never both. Handling is saved on the tickets that
    are left: (1 - deflected)(1 - cut) of today's cost remains, so the two shares are not added up.
    """

    drivers: ClassVar[tuple[str, ...]] = (
        "deflected",
        "handling_cut",
    )

    name: ClassVar[str] = "support"

    tickets_per_month: Quantity
    deflected: Quantity = 0.0
    handling_cut: Quantity = 0.0
    cost_per_ticket: Quantity = 0.0
    hours_per_ticket: Quantity = 0.0
    hourly_cost: Quantity = 0.0
    time_realised: Quantity = 1.0

    @property
    def nature(self) -> Nature:
        """Staff time if tickets are valued by the hours they take, money if by a cost."""
        return Nature.CASH_BENEFIT if self.hours_per_ticket == 0.0 else Nature.SOFT_BENEFIT

    def flows(self, world: World) -> Flows:
        """Value the share of today's cost that falls away."""
        left = self.coming(world) * self.handling(world)
        hours = world[self.hours_per_ticket] * world[self.hourly_cost] * world[self.time_realised]
        return np.asarray((1 - left) * (world[self.tickets_per_month] * (world[self.cost_per_ticket] + hours)))

    def coming(self, world: World) -> Array:
        """Give the share of today's tickets that still come, (m, n) or (m, 1)."""
        return 1 - world[self.deflected] * world.adoption()

    def handling(self, world: World) -> Array:
        """Give the share of today's handling that a ticket still takes, (m, n) or (m, 1)."""
        return 1 - world[self.handling_cut] * world.adoption()


@dataclass(frozen=True)
class MarketingSaved(Line):
    """The same leads for less: the part of the marketing budget that cheaper leads set free.

    The other use of cheaper leads, more of them for the same budget, is a lever of the book; a scenario has one.
    """

    drivers: ClassVar[tuple[str, ...]] = ("cut",)

    name: ClassVar[str] = "marketing budget"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    budget_per_month: Quantity
    cut: Quantity
    attribution: Quantity = 1.0
    lag_months: Quantity = 0.0

    def flows(self, world: World) -> Flows:
        """Save the share of the budget, as far as it is the CRM's doing."""
        most = world[self.budget_per_month] * world[self.cut] * world[self.attribution]
        return Scheduled(world.adoption(self.lag_months), most)


@dataclass(frozen=True)
class OrderToCash(Line):
    """Customers pay sooner: the capital no longer tied up in receivables saves its cost.

    Only the interest is a benefit; the cash itself would have come anyway.
    """

    drivers: ClassVar[tuple[str, ...]] = ("days",)

    name: ClassVar[str] = "order to cash"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    yearly_revenue: Quantity
    days: Quantity
    """Days by which payment comes sooner."""
    cost_of_capital: Quantity

    def flows(self, world: World) -> Flows:
        """Save a twelfth of the yearly cost of the capital each month."""
        capital = world[self.yearly_revenue] / 365 * world[self.days]
        return times(world.adopted, capital * world[self.cost_of_capital] / 12)


@dataclass(frozen=True)
class FewerErrors(Line):
    """Wrong orders, invoices and deliveries that do not happen, at what each costs to put right."""

    drivers: ClassVar[tuple[str, ...]] = ("reduction",)

    name: ClassVar[str] = "fewer errors"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    errors_per_month: Quantity
    cost_per_error: Quantity
    reduction: Quantity

    def flows(self, world: World) -> Flows:
        """Save the share of today's errors."""
        return times(world.adopted, world[self.errors_per_month] * world[self.cost_per_error] * world[self.reduction])


@dataclass(frozen=True)
class BetterProcesses(Line):
    """Processes redesigned with the CRM: the part of the money they cost today that is not spent any more."""

    drivers: ClassVar[tuple[str, ...]] = ("cut",)

    name: ClassVar[str] = "better processes"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    cost_per_month: Quantity
    cut: Quantity

    def flows(self, world: World) -> Flows:
        """Save the share of today's cost."""
        return times(world.adopted, world[self.cost_per_month] * world[self.cut])


@dataclass(frozen=True)
class BilledHours(Line):
    """Hours worked for clients that reach an invoice: what linking projects (PSA) to the CRM is bought for.

    They are worked and paid with and without a CRM, so the whole rate is gained.
    """

    drivers: ClassVar[tuple[str, ...]] = ("hours",)

    name: ClassVar[str] = "hours billed"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    consultants: Quantity
    rate: Quantity
    """What a client pays for an hour."""
    hours: Quantity
    """More hours billed a consultant and week."""

    def flows(self, world: World) -> Flows:
        """Bill the hours of all consultants."""
        monthly = world[self.hours] * WEEKS_A_MONTH * world[self.consultants] * world[self.rate]
        return times(world.adopted, monthly)


@dataclass(frozen=True)
class Paperwork(Line):
    """Time freed in writing quotes and in working out commissions."""

    drivers: ClassVar[tuple[str, ...]] = (
        "hours_per_quote",
        "commission_hours",
    )

    name: ClassVar[str] = "quotes and commissions"
    nature: ClassVar[Nature] = Nature.SOFT_BENEFIT

    quotes_per_month: Quantity
    hours_per_quote: Quantity
    commission_hours: Quantity
    """A month, in all."""
    hourly_cost: Quantity
    time_realised: Quantity = 1.0

    def flows(self, world: World) -> Flows:
        """Value the hours at the loaded cost, as far as they turn into work."""
        hours = world[self.quotes_per_month] * world[self.hours_per_quote] + world[self.commission_hours]
        return times(world.adopted, hours * world[self.hourly_cost] * world[self.time_realised])


@dataclass(frozen=True)
class BetterForecasts(Line):
    """Staff and stock planned in excess, or bought in a hurry, that better forecasts avoid."""

    drivers: ClassVar[tuple[str, ...]] = ("cut",)

    name: ClassVar[str] = "better forecasts"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    misplanning_per_month: Quantity
    cut: Quantity

    def flows(self, world: World) -> Flows:
        """Save the share of what misplanning costs today."""
        return times(world.adopted, world[self.misplanning_per_month] * world[self.cut])


@dataclass(frozen=True)
class ShorterRamp(Line):
    """Newcomers in sales who sell sooner: those who leave are replaced, and the CRM shortens the replacement's ramp.

    A twelfth of the yearly turnover of sellers starts each month, each seller's margin on won deals being an equal
    share of the team's; so the number of sellers cancels. Priced on the wins without a CRM, as the pull-forward is.
    """

    drivers: ClassVar[tuple[str, ...]] = ("months_saved",)

    name: ClassVar[str] = "shorter ramp of newcomers"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    market: Market
    turnover: Quantity
    """Share of the sellers who leave and are replaced a year."""
    months_saved: Quantity
    """Months of a full seller's deals gained with each newcomer."""
    attribution: Quantity = 1.0

    def flows(self, world: World) -> Flows:
        """Give the newcomers' share of a month's margin for the months gained."""
        gained = world[self.turnover] / 12 * world[self.months_saved] * world[self.attribution]
        return times(world.adopted, gained * self.market.win_margin(world))
