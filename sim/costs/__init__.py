"""Costs that simply add, money and staff time apart. Licences are paid from signature, whatever the go-live."""

from sim.costs.changeover import EventBill, Exit, ParallelRun
from sim.costs.licence import AddOns, Billing, Subscription, Usage
from sim.costs.project import (
    ChangeManagement,
    ChangeRequests,
    Implementation,
    Integrations,
    IntegrationUpkeep,
    Migration,
)
from sim.costs.staff import Administration, InternalTeam, ProductivityDip, TrainingCash, TrainingTime

__all__ = [
    "AddOns",
    "Administration",
    "Billing",
    "ChangeManagement",
    "ChangeRequests",
    "EventBill",
    "Exit",
    "Implementation",
    "IntegrationUpkeep",
    "Integrations",
    "InternalTeam",
    "Migration",
    "ParallelRun",
    "ProductivityDip",
    "Subscription",
    "TrainingCash",
    "TrainingTime",
    "Usage",
]
