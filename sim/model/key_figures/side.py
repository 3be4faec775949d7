"""One year of a company as its key figures see it: with the CRM, or in a world in which nobody uses it."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.model.case import Case
from sim.model.evaluation import add_up
from sim.model.line import Nature
from sim.model.lines.customers import SalesCycle, SalesPath
from sim.model.lines.freed_time import HOURS_A_WEEK
from sim.model.operations import Operations
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array, Value

WORKING_DAYS_A_MONTH = 260 / 12


@dataclass(frozen=True, eq=False)
class Side:
    """The year up to and with a month. Totals and means are over its months: a number, (1,) or (n,)."""

    case: Case
    operations: Operations
    world: World
    month: int
    used: bool
    """Whether the CRM is used, and paid for."""

    @property
    def window(self) -> slice:
        """The months of the year; fewer where the horizon has fewer."""
        return slice(max(self.month - 11, 1), self.month + 1)

    @property
    def months(self) -> int:
        """How many months there are in it."""
        return min(self.month, 12)

    def __getitem__(self, quantity: Quantity) -> Value:
        return self.world[quantity]

    def total(self, by_month: Array) -> Array:
        """Add up over the year what is given by month, (m, n) or (m, 1)."""
        return np.asarray(by_month[self.window].sum(axis=0))

    def mean(self, by_month: Value) -> Value:
        """Average over the year what is given by month, (m, n) or (m, 1); a plain number is its own average."""
        return by_month if np.ndim(by_month) == 0 else self.total(np.asarray(by_month)) / self.months

    @cached_property
    def path(self) -> SalesPath:
        """What is sold month by month."""
        return self.operations.customers.paths(self.world)[1]

    @cached_property
    def leads(self) -> Array:
        """Leads of the year."""
        return self.total(self.path.leads)

    @cached_property
    def wins(self) -> Array:
        """Deals won in the year."""
        return self.total(self.path.wins)

    @cached_property
    def deals(self) -> Array:
        """Revenue of those deals."""
        return self.total(self.path.wins * self.path.bigger) * self[self.operations.customers.market.deal_value]

    @cached_property
    def revenue(self) -> Array:
        """All sales revenue of the year: deals, those brought forward included, and existing customers."""
        yearly = self[self.operations.customers.market.revenue_per_customer]
        repeat = self.total(self.path.customers * self.path.more_sold) * yearly / 12
        return np.asarray(self.deals + repeat + self._brought_forward)

    @cached_property
    def deals_margin(self) -> Array:
        """Margin of the deals of the year, those brought forward left out."""
        market, margin = self.operations.customers.market, self.path.margin
        if np.ndim(margin) < 2:
            return np.asarray(self.deals * margin)
        return self.total(self.path.wins * self.path.bigger * margin) * self[market.deal_value]

    @cached_property
    def margin(self) -> Array:
        """Margin of all sales of the year; deals brought forward bring the one of today."""
        market, margin = self.operations.customers.market, self.path.margin
        if np.ndim(margin) < 2:
            return np.asarray(self.revenue * margin)
        repeat = self.total(self.path.customers * self.path.more_sold * margin) * self[market.revenue_per_customer] / 12
        return np.asarray(self.deals_margin + repeat + self._brought_forward * self[market.gross_margin])

    @property
    def _brought_forward(self) -> Value:
        cycle = self.operations.cycle
        if cycle.cut == 0.0:
            return 0.0
        return self.total(replace(cycle, market=replace(cycle.market, gross_margin=1.0)).flows(self.world))

    @property
    def revenue_today(self) -> Value:
        """Sales revenue of a month at signature."""
        market = self.operations.customers.market
        wins = self[market.leads_per_month] * np.minimum(self[market.conversion_rate], self[market.conversion_cap])
        repeat = self[market.customers] * self[market.revenue_per_customer] / 12
        return market.limited(self.world, np.asarray(wins)) * self[market.deal_value] + repeat

    @cached_property
    def monthly_loss(self) -> Array:
        """Share of the customers lost a month, on average."""
        return np.asarray(1 - np.prod(self.path.kept[self.window], axis=0) ** (1 / self.months))

    @cached_property
    def marketing(self) -> Array:
        """Marketing budget spent in the year."""
        marketing = self.operations.marketing
        return np.asarray(
            self[marketing.budget_per_month] * self.months - self.total(np.asarray(marketing.flows(self.world)))
        )

    @property
    def hours_freed(self) -> Value:
        """Hours freed a user and week, net of data entry."""
        return self.mean(self.world.adoption()) * self.operations.freed.net_hours(self.world)

    @property
    def output(self) -> Value:
        """Work done in a working hour, by that of today: as many hours fewer for the same work as turn into work."""
        saved = self.mean(self.world.adoption()) * self.operations.freed.worked_hours(self.world)
        return HOURS_A_WEEK / (HOURS_A_WEEK - saved)

    @property
    def net_income(self) -> Array:
        """Margin of all sales, less overhead, and with the CRM the money of every other line; before tax."""
        own = self.margin - self[self.operations.overhead_per_month] * self.months
        return np.asarray(own + self._other_lines)

    @property
    def _other_lines(self) -> Value:
        """Give the money of the year that lines other than the sales margin bring, less what they cost."""
        if not self.used:
            return 0.0
        money = (Nature.CASH_BENEFIT, Nature.CASH_COST)
        sales = (type(self.operations.customers), SalesCycle)
        lines = [line for line in self.case.lines if line.nature in money and not isinstance(line, sales)]
        position = add_up(replace(self.case, lines=tuple(lines), inflation=0.0, tax=None), self.world, self._size)[0]
        return self.total(position.net)

    @property
    def _size(self) -> int:
        return max((len(draws) for draws in self.world.draws.values()), default=1)
