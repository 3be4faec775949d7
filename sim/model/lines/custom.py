"""Lines that a scenario file makes up: an amount, how often, from when to when; more than that is a `Line` in code."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.finance.schedule import Flows, Scheduled, times
from sim.model.line import Line, Nature
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array


class Per(StrEnum):
    """What an amount is for."""

    MONTH = "month"
    YEAR = "year"
    ONCE = "once"
    USER = "user"
    USER_MONTH = "user_month"
    USER_YEAR = "user_year"


class Origin(StrEnum):
    """What the months of a line are counted from."""

    GOLIVE = "golive"
    SIGNATURE = "signature"


_ONCE, _YEARLY, _BY_USER = (
    (Per.ONCE, Per.USER),
    (Per.YEAR, Per.USER_YEAR),
    (Per.USER, Per.USER_MONTH, Per.USER_YEAR),
)


@dataclass(frozen=True)
class CustomLine(Line):
    """An amount a month, a year or once, for the company or each user, between two months.

    A cost a year is paid at the beginning of each year, a benefit a year is earned month by month.
    """

    name: str
    nature: Nature
    amount: Quantity
    per: Per
    users: Quantity = 1.0
    starts: Quantity = 1.0
    """First month, counted from the origin; 1 is the month after it."""
    ends: Quantity | None = None
    """Last month, counted likewise."""
    origin: Origin = Origin.GOLIVE
    grows: Quantity = 0.0
    """Yearly growth of the amount, from signature on."""
    ramps: bool = False
    """Whether it is in proportion to adoption."""
    capital: bool = False

    def flows(self, world: World) -> Flows:
        """Give the amount in the months it falls in."""
        amount = world[self.amount] * (world[self.users] if self.per in _BY_USER else 1.0)
        flows: Flows = Scheduled(self._share(world), amount)
        if self.grows != 0.0:
            flows = times(flows, world.compounded(self.grows))
        return times(flows, world.adoption()) if self.ramps else flows

    def _share(self, world: World) -> Array:
        """Give the share of the amount that falls in each month, (m, n)."""
        month = world.since if self.origin is Origin.GOLIVE else world.t
        elapsed = month - np.floor(world[self.starts] + 0.5)
        if self.per in _ONCE:
            return np.asarray(elapsed == 0, np.float64)
        on = elapsed >= 0
        if self.ends is not None:
            on = on & (month <= world[self.ends])
        if self.per not in _YEARLY:
            return np.asarray(on, np.float64)
        return np.asarray(on / 12 if self.nature.is_benefit else on & (np.maximum(elapsed, 0) % 12 == 0), np.float64)
