"""The book of business: the levers that act on the same customers, in one line.

Leads, conversion, deal size, retention and cross-sell multiply each other, so they are not five benefits to be
added up. One customer stock is carried forward twice, with and without the CRM; the benefit is the difference in
margin. Nothing is counted twice, and no lift means no benefit, to the last bit.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from sim.model.line import Line, Nature
from sim.model.lines.freed_time import ALONE, HOURS_A_WEEK, Connected, RealisedOn
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array, Value, in_place, is_one


@dataclass(frozen=True)
class Market:
    """What the company sells and to whom, before any CRM. Money a month or a year as named; rates a year."""

    leads_per_month: Quantity = 0.0
    conversion_rate: Quantity = 0.0
    conversion_cap: Quantity = 1.0
    deal_value: Quantity = 0.0
    gross_margin: Quantity = 0.0
    customers: Quantity = 0.0
    revenue_per_customer: Quantity = 0.0
    churn: Quantity = 0.0
    recurring_share: Quantity = 0.0
    """Share of the won deals that become customers of the stock: 1 for a subscription, 0 for one-off sales."""
    growth: Quantity = 0.0
    """Yearly growth of leads that comes with or without a CRM, hence in both paths."""

    win_capacity: Quantity = np.inf
    """Deals a month that the sales team can win at most."""

    def win_margin(self, world: World) -> Array:
        """Margin on the deals won each month without a CRM, (m, 1) or (m, n)."""
        rate = np.minimum(world[self.conversion_rate], world[self.conversion_cap])
        if self.win_capacity == np.inf:
            monthly = world[self.leads_per_month] * rate * world[self.deal_value] * world[self.gross_margin]
            return np.asarray(monthly * world.compounded(self.growth))
        wins = self.limited(world, world[self.leads_per_month] * rate * world.compounded(self.growth))
        return np.asarray(wins * (world[self.deal_value] * world[self.gross_margin]))

    def limited(self, world: World, wins: Array, more: Value = 0.0) -> Array:
        """Give the wins that the sales team has the capacity for, which is `more` (a share) than today's."""
        if self.win_capacity == np.inf:
            return wins
        return np.minimum(wins, world[self.win_capacity] * (1 + more))


@dataclass(frozen=True)
class Retention:
    """How much retention improves at full adoption; one of the three ways to say it, the others zero."""

    churn_reduction: Quantity = 0.0
    """Share of the yearly churn that is avoided."""
    points: Quantity = 0.0
    """Percentage points added to yearly retention."""
    lift: Quantity = 0.0
    """Relative rise of yearly retention."""

    def monthly_reduction(self, world: World, churn: Value) -> Value:
        """Give the share of the monthly churn that is avoided at full adoption; at most 1, negative if retention falls.

        Found from the yearly rates, so that at full adoption a year loses exactly the customers the file says.
        """
        after = churn * (1 - world[self.churn_reduction]) - world[self.points] - (1 - churn) * world[self.lift]
        # The same operation on the same shape gives the same last bit, so that no effect is exactly none.
        before = monthly_rate(np.broadcast_to(churn, np.shape(after)).copy())
        with np.errstate(invalid="ignore", divide="ignore"):
            avoided = 1 - monthly_rate(np.clip(after, 0, 1)) / before
        return np.where(np.asarray(before) > 0, avoided, 0.0)


@dataclass(frozen=True)
class SellingTime:
    """Freed time that goes into more selling, where capacity limits the wins."""

    share: Quantity = 0.0
    """Share of the freed time, 0 to 1."""
    hours_saved: Quantity = 0.0
    hours_entry: Quantity = 0.0
    time_realised: Quantity = 1.0
    realised_on: RealisedOn = RealisedOn.SAVED
    connected: Connected = ALONE

    def more(self, world: World, adoption: Array) -> Value:
        """Give the share by which capacity rises: hours that go into selling by the hours of a working week."""
        if self.share == 0.0:
            return 0.0
        saved = world[self.hours_saved] + self.connected.hours(world)
        lost, realised = world[self.hours_entry], world[self.time_realised]
        return self.realised_on.hours(saved, lost, realised) * world[self.share] / HOURS_A_WEEK * adoption


def monthly_rate(churn: Value) -> Value:
    """Give the monthly churn that adds up to a yearly one: 1 - (1 - churn)^(1/12)."""
    return 1 - (1 - churn) ** (1 / 12)


class SalesPath(NamedTuple):
    """What a company sells from month to month, with or without the CRM; (m, n), (m, 1), or a plain number."""

    leads: Array
    wins: Array
    bigger: Value
    """Factor on the value of a deal."""
    kept: Array
    """Share of the customers at the start of a month that is still there at its end."""
    customers: Array
    """Customers at the start of a month."""
    more_sold: Value
    """Factor on the yearly revenue of a customer."""
    margin: Value
    """Share of the revenue that is left after what it costs to fulfil."""


@dataclass(frozen=True)
class Customers(Line):
    """Margin with the CRM less margin without it, on one customer stock."""

    name: ClassVar[str] = "customer margin"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    market: Market
    leads: Quantity = 0.0
    conversion: Quantity = 0.0
    deal_value: Quantity = 0.0
    retention: Retention = Retention()
    cross_sell: Quantity = 0.0
    cost_per_lead_cut: Quantity = 0.0
    """Share by which a lead gets cheaper, if the budget stays and buys more of them."""
    selling_time: SellingTime = SellingTime()
    attribution: Quantity = 1.0
    """Share of the measured lifts that is the CRM's own doing, 0 to 1."""
    sales_lag_months: Quantity = 0.0
    retention_lag_months: Quantity = 0.0
    margin_points: Quantity = 0.0
    """Percentage points added to the gross margin of all sales, with the sales lag."""

    @property
    def sells_more(self) -> bool:
        """Whether a lever on new or repeated sales is on."""
        levers = (self.leads, self.conversion, self.deal_value, self.cross_sell, self.margin_points)
        return any(lever != 0.0 for lever in levers)

    @property
    def keeps_more(self) -> bool:
        """Whether a lever on retention is on."""
        kept = self.retention
        return any(lever != 0.0 for lever in (kept.churn_reduction, kept.points, kept.lift))

    def flows(self, world: World) -> Array:
        """Carry the stock forward month by month, with and without, and give the difference in margin."""
        market = self.market
        without, with_crm = self.paths(world)
        if self.margin_points != 0.0:
            return self._margin(world, with_crm) - self._margin(world, without)
        margin = without.margin
        sold = _more(with_crm.wins, with_crm.bigger, without.wins)
        repeat = _more(with_crm.customers, with_crm.more_sold, without.customers)
        sold = in_place(np.multiply, sold, world[market.deal_value] * margin)
        repeat = in_place(np.multiply, repeat, world[market.revenue_per_customer] / 12 * margin)
        return in_place(np.add, sold, repeat)  # nothing at signature: nothing is adopted yet

    def _margin(self, world: World, path: SalesPath) -> Array:
        """Give the margin of a path by month."""
        deals = path.wins * path.bigger * world[self.market.deal_value]
        repeat = path.customers * path.more_sold * (world[self.market.revenue_per_customer] / 12)
        return np.asarray((deals + repeat) * path.margin)

    def paths(self, world: World) -> tuple["SalesPath", "SalesPath"]:
        """Give what the company sells each month, without the CRM and with it."""
        market = self.market
        churn = world[market.churn]
        monthly_churn = monthly_rate(churn)
        avoided = monthly_churn * self.retention.monthly_reduction(world, churn) * world[self.attribution]
        selling = world.adoption(self.sales_lag_months)
        keeping = world.adoption(self.retention_lag_months)
        leads = world[market.leads_per_month] * world.compounded(market.growth)
        rate, cap = world[market.conversion_rate], world[market.conversion_cap]
        wins = market.limited(world, leads * np.minimum(rate, cap))
        more_leads = _times(_times(leads, self._lifted(world, self.leads, selling)), self._cheaper(world, selling))
        more_wins = more_leads * in_place(
            np.minimum, in_place(np.multiply, self._lifted(world, self.conversion, selling), rate), cap
        )
        more_wins = market.limited(world, more_wins, self.selling_time.more(world, selling))
        recurring, customers = world[market.recurring_share], world[market.customers]
        kept, margin = np.asarray(1 - monthly_churn), world[market.gross_margin]
        kept_more = in_place(np.add, np.asarray(avoided * keeping), kept)
        return (
            SalesPath(leads, wins, 1.0, kept, _stock(world, customers, kept, wins * recurring), 1.0, margin),
            SalesPath(
                leads=more_leads,
                wins=more_wins,
                bigger=self._lifted(world, self.deal_value, selling),
                kept=kept_more,
                customers=_stock(world, customers, kept_more, more_wins * recurring),
                more_sold=self._lifted(world, self.cross_sell, keeping),
                margin=self._better(world, margin, selling),
            ),
        )

    def _lifted(self, world: World, lever: Quantity, adoption: Array) -> Value:
        """Give the factor that a lever makes of an adoption: 1 + lift x attribution x adoption."""
        if lever == 0.0:
            return 1.0
        lifted = np.asarray(world[lever] * world[self.attribution] * adoption)
        return np.add(lifted, 1.0, out=lifted)

    def _better(self, world: World, margin: Value, adoption: Array) -> Value:
        """Give the margin with the points that an adoption adds to it, at most 1."""
        if self.margin_points == 0.0:
            return margin
        return np.minimum(margin + world[self.margin_points] * world[self.attribution] * adoption, 1.0)

    def _cheaper(self, world: World, adoption: Array) -> Value:
        """Give the factor on leads that the same budget buys: 1 / (1 - cut) at full adoption."""
        if self.cost_per_lead_cut == 0.0:
            return 1.0
        more = 1 / (1 - world[self.cost_per_lead_cut]) - 1
        return 1 + more * world[self.attribution] * adoption


def _more(x: Array, factor: Value, without: Array) -> Array:
    """Give what x times a factor is more than it was without, in a new array."""
    return x - without if is_one(factor) else in_place(np.subtract, x * factor, without)


def _times(x: Array, factor: Value) -> Array:
    """Multiply, but not by one: whole arrays are costly."""
    return x if is_one(factor) else np.asarray(x * factor)


def _stock(world: World, customers: Value, kept: Array, joining: Array) -> Array:
    """Give the customers at the start of each month: those kept from the month before and those who joined in it."""
    shape = np.broadcast_shapes(kept.shape, joining.shape, (len(world.t), np.size(customers)))
    stock = np.empty(shape)
    stock[0] = stock[1] = customers  # signature is the start of month 1
    kept, joining = np.broadcast_to(kept, shape), np.broadcast_to(joining, shape)
    for month in range(1, world.months):
        np.multiply(stock[month], kept[month], out=stock[month + 1])
        np.add(stock[month + 1], joining[month], out=stock[month + 1])
    return stock


@dataclass(frozen=True)
class SalesCycle(Line):
    """A shorter sales cycle: deals arrive sooner, once.

    A cut of `d` months pulls `d` months of wins forward when it takes hold; it is not a lasting rise in deals, and
    where adoption decays the lead is given back. Priced on the wins without a CRM, so that the lifts of the book are
    not counted again.
    """

    drivers: ClassVar[tuple[str, ...]] = ("cut",)

    name: ClassVar[str] = "sales cycle pull-forward"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    market: Market
    cycle_months: Quantity
    cut: Quantity
    attribution: Quantity = 1.0
    lag_months: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Price the extra months of wins that each month adds to the lead gained so far."""
        gained = self.gained(world)
        return np.diff(gained, axis=0, prepend=np.zeros_like(gained[:1])) * self.market.win_margin(world)

    def gained(self, world: World) -> Array:
        """Give the months by which the cycle is shorter, (m, n) or (m, 1)."""
        most = world[self.cycle_months] * world[self.cut] * world[self.attribution]
        return world.adoption(self.lag_months) * most
