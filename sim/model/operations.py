"""How a company works day by day, whether money hangs on it or not: what its key figures are read from."""

from dataclasses import dataclass

from sim.model.lines.benefits import BetterProcesses, BilledHours, FewerErrors, MarketingSaved, Productivity, Support
from sim.model.lines.customers import Customers, SalesCycle
from sim.model.quantity import Quantity


@dataclass(frozen=True)
class Operations:
    """The company's facts and what the CRM does to them: lines of the model, and facts that only key figures need.

    The lines are here even if they are worth nothing and so left out of the case.
    """

    customers: Customers
    cycle: SalesCycle
    freed: Productivity
    support: Support
    marketing: MarketingSaved
    errors: FewerErrors
    processes: BetterProcesses
    billed: BilledHours
    stated: frozenset[str]
    """What the file gives, as `company.leads_per_month` or `effects.hours_saved`."""
    sales_reps: Quantity = 0.0
    sales_cost_per_month: Quantity = 0.0
    overhead_per_month: Quantity = 0.0
    calls_per_lead: Quantity = 0.0
    opportunity_share: Quantity = 0.0
    support_agents: Quantity = 0.0
    interactions_per_day: Quantity = 0.0
