"""The book of business: the levers that act on the same customers, in one line.

Leads, conversion, deal size, retention and cross-sell multiply each other, so they are not five benefits to be
added up. One customer stock is carried forward twice, with and without the CRM; the benefit is the difference in
margin. Nothing is counted twice, and no lift means no benefit, to the last bit.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.distributions import Array
from sim.world import Line, Nature, Quantity, Value, World


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

    def growth_factor(self, world: World) -> Array:
        """Leads of each month relative to today's, (m, 1) or (m, n)."""
        return np.asarray((1 + world[self.growth]) ** (world.t / 12))

    def win_margin(self, world: World) -> Array:
        """Margin on the deals won each month without a CRM, (m, 1) or (m, n)."""
        rate = np.minimum(world[self.conversion_rate], world[self.conversion_cap])
        monthly = world[self.leads_per_month] * rate * world[self.deal_value] * world[self.gross_margin]
        return np.asarray(monthly * self.growth_factor(world))


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
        """Give the share of the monthly churn that is avoided at full adoption, 0 to 1.

        Found from the yearly rates, so that at full adoption a year loses exactly the customers the file says.
        """
        after = churn * (1 - world[self.churn_reduction]) - world[self.points] - (1 - churn) * world[self.lift]
        before = monthly_rate(churn)
        with np.errstate(invalid="ignore", divide="ignore"):
            avoided = 1 - monthly_rate(np.clip(after, 0, 1)) / before
        return np.where(np.asarray(before) > 0, avoided, 0.0)


def monthly_rate(churn: Value) -> Value:
    """Give the monthly churn that adds up to a yearly one: 1 - (1 - churn)^(1/12)."""
    return 1 - (1 - churn) ** (1 / 12)


@dataclass(frozen=True)
class Book(Line):
    """Margin with the CRM less margin without it, on one customer stock."""

    name: ClassVar[str] = "customer margin"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    market: Market
    leads: Quantity = 0.0
    conversion: Quantity = 0.0
    deal_value: Quantity = 0.0
    retention: Retention = Retention()
    cross_sell: Quantity = 0.0
    attribution: Quantity = 1.0
    """Share of the measured lifts that is the CRM's own doing, 0 to 1."""
    sales_lag_months: Quantity = 0.0
    retention_lag_months: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Carry the stock forward month by month, with and without, and give the difference in margin."""
        market = self.market
        churn = world[market.churn]
        monthly_churn = monthly_rate(churn)
        kept_more = self.retention.monthly_reduction(world, churn)
        selling = world.adoption(world[self.sales_lag_months]) * world[self.attribution]
        keeping = world.adoption(world[self.retention_lag_months]) * world[self.attribution]
        leads = world[market.leads_per_month] * market.growth_factor(world)
        rate, cap = world[market.conversion_rate], world[market.conversion_cap]
        deal, recurring = world[market.deal_value], world[market.recurring_share]
        yearly, margin = world[market.revenue_per_customer], world[market.gross_margin]
        more_leads, more_wins = world[self.leads], world[self.conversion]
        bigger, more_sold = world[self.deal_value], world[self.cross_sell]

        with_crm: Value = world[market.customers]
        without = with_crm
        rows: list[Value] = [0.0]
        for month in range(1, world.months + 1):
            sold, kept, month_leads = selling[month], keeping[month], leads[month]
            wins = month_leads * np.minimum(rate, cap)
            more = month_leads * (1 + more_leads * sold) * np.minimum(rate * (1 + more_wins * sold), cap)
            from_wins = (more * (1 + bigger * sold) - wins) * deal
            from_stock = (with_crm * (1 + more_sold * kept) - without) * (yearly / 12)
            rows.append(margin * (from_wins + from_stock))
            with_crm = with_crm * (1 - monthly_churn * (1 - kept_more * kept)) + more * recurring
            without = without * (1 - monthly_churn) + wins * recurring
        return np.stack(np.broadcast_arrays(*rows))


@dataclass(frozen=True)
class SalesCycle(Line):
    """A shorter sales cycle: deals arrive sooner, once.

    A cut of `d` months pulls `d` months of wins forward when it takes hold and changes nothing after that; it is
    not a lasting rise in deals. Priced on the wins without a CRM, so that the lifts of the book are not counted again.
    """

    name: ClassVar[str] = "sales cycle pull-forward"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    market: Market
    cycle_months: Quantity
    cut: Quantity
    attribution: Quantity = 1.0
    lag_months: Quantity = 0.0

    def flows(self, world: World) -> Array:
        """Price the extra months of wins that each month adds to the lead gained so far."""
        most = world[self.cycle_months] * world[self.cut] * world[self.attribution]
        gained = world.adoption(world[self.lag_months]) * most
        return np.diff(gained, axis=0, prepend=np.zeros_like(gained[:1])) * self.market.win_margin(world)
