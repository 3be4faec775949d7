"""Which lines a vendor's offer makes: one place that knows both the file's words and the model's lines."""

from collections.abc import Sequence
from typing import Any, Protocol

from sim.benefits import Productivity, RetiredTools
from sim.book import Book, Market, Retention, SalesCycle
from sim.costs import (
    Administration,
    Billing,
    EventBill,
    Exit,
    Implementation,
    InternalTeam,
    ParallelRun,
    ProductivityDip,
    Subscription,
    TrainingCash,
    TrainingTime,
)
from sim.events import Event
from sim.world import Line, Quantity


class Lookup(Protocol):
    """Where the numbers come from."""

    def offer(self, path: str, default: Quantity = 0.0) -> Quantity:
        """Give a number of the vendor's offer."""

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact."""

    def discounts(self) -> tuple[Quantity, ...]:
        """Give the compound discounts."""

    def option(self, path: str, default: Any) -> Any:
        """Give a setting."""


def market_of(get: Lookup) -> Market:
    """Give the company's market."""
    return Market(
        leads_per_month=get.company("leads_per_month"),
        conversion_rate=get.company("conversion_rate"),
        conversion_cap=get.company("conversion_cap", 1.0),
        deal_value=get.company("deal_value"),
        gross_margin=get.company("gross_margin"),
        customers=get.company("customers"),
        revenue_per_customer=get.company("revenue_per_customer"),
        churn=get.company("churn"),
        recurring_share=get.company("recurring_share"),
        growth=get.company("growth"),
    )


def lines_of(get: Lookup, market: Market, retention: Retention, events: Sequence[Event]) -> tuple[Line, ...]:
    """Give every line of a vendor, benefits first; lines that are zero throughout are left out."""
    made = [*_benefits(get, market, retention), *_costs(get), *_training(get), *_endings(get, events)]
    return tuple(line for line in made if not _is_void(line))


def _benefits(get: Lookup, market: Market, retention: Retention) -> list[Line]:
    attribution = get.offer("effects.attribution", 1.0)
    sales_lag = get.offer("effects.sales_lag_months")
    book = Book(
        market=market,
        leads=get.offer("effects.leads"),
        conversion=get.offer("effects.conversion"),
        deal_value=get.offer("effects.deal_value"),
        retention=retention,
        cross_sell=get.offer("effects.cross_sell"),
        attribution=attribution,
        sales_lag_months=sales_lag,
        retention_lag_months=get.offer("effects.retention_lag_months"),
    )
    cycle = SalesCycle(
        market=market,
        cycle_months=get.company("sales_cycle_months"),
        cut=get.offer("effects.cycle_cut"),
        attribution=attribution,
        lag_months=sales_lag,
    )
    freed = Productivity(
        users=get.company("users"),
        hourly_cost=get.company("hourly_cost"),
        hours_saved=get.offer("effects.hours_saved"),
        hours_entry=get.offer("effects.hours_entry"),
        time_realised=get.offer("effects.time_realised", 1.0),
    )
    retired = RetiredTools(get.offer("legacy.cost_per_month"), get.offer("legacy.overlap_months"))
    return [book, cycle, freed, retired]


def _costs(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), get.company("hourly_cost")
    return [
        Subscription(
            seats=get.offer("licence.seats", users),
            list_price=get.offer("licence.list_price"),
            discounts=get.discounts(),
            minimum_seats=get.offer("licence.minimum_seats"),
            billing=get.option("licence.billing", Billing.ANNUAL),
            uplift=get.offer("licence.uplift"),
            term_months=get.option("licence.term_months", 12),
            capped_at_list=get.option("licence.capped_at_list", False),
        ),
        Implementation(get.offer("implementation.quote"), get.offer("implementation.overrun", 1.0)),
        InternalTeam(get.offer("implementation.team_fte"), hourly),
        Administration(
            users=users,
            users_per_admin=get.offer("administration.users_per_admin"),
            admin_cost_per_year=get.offer("administration.admin_cost"),
            cost_per_month=get.offer("administration.cost_per_month"),
        ),
        ParallelRun(get.offer("legacy.parallel_cost_per_month"), get.offer("legacy.overlap_months")),
    ]


def _training(get: Lookup) -> list[Line]:
    users, hourly = get.company("users"), get.company("hourly_cost")
    turnover, refresh = get.company("turnover"), get.offer("training.refresh")
    return [
        TrainingCash(users, get.offer("training.cash_per_user"), turnover, refresh),
        TrainingTime(users, get.offer("training.hours_per_user"), hourly, turnover, refresh),
        ProductivityDip(users, hourly, get.offer("training.dip"), get.offer("training.dip_months")),
    ]


def _endings(get: Lookup, events: Sequence[Event]) -> list[Line]:
    leaving = Exit(get.offer("exit.cost"), get.option("exit.at_horizon", False))
    return [leaving, *(EventBill(event) for event in events if event.cost != 0.0)]


def _is_void(line: Line) -> bool:
    """Whether a line is zero in every future because what drives it was not given."""
    return any(all(getattr(line, name) == 0.0 for name in names) for names in _DRIVERS.get(type(line), ()))


_DRIVERS: dict[type[Line], tuple[tuple[str, ...], ...]] = {
    SalesCycle: (("cut",),),
    Productivity: (("hours_saved", "hours_entry"),),
    RetiredTools: (("cost_per_month",),),
    Implementation: (("quote",),),
    InternalTeam: (("fte",),),
    Administration: (("users_per_admin", "cost_per_month"),),
    ParallelRun: (("cost_per_month",),),
    TrainingCash: (("per_user",),),
    TrainingTime: (("hours_per_user",),),
    ProductivityDip: (("dip",),),
    Exit: (("cost",),),
}
