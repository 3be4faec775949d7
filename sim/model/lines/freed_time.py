"""How much of the time that a CRM frees, and takes, counts as work."""

from dataclasses import dataclass
from enum import StrEnum

from sim.model.quantity import Future, Quantity
from sim.numbers.arrays import Value

HOURS_A_MONTH = 160.0
"""Working hours of one person."""

HOURS_A_WEEK = HOURS_A_MONTH * 12 / 52
"""The same for a week."""


@dataclass(frozen=True)
class Connected:
    """What the tools that are connected to the CRM free on top: nothing is typed or looked up twice."""

    tools: Quantity = 0.0
    hours_a_tool: Quantity = 0.0
    """Hours a user and week that each of them frees."""

    def hours(self, future: Future) -> Value:
        """Give the hours freed a user and week by all of them."""
        if self.hours_a_tool == 0.0:
            return 0.0
        return future[self.tools] * future[self.hours_a_tool]


ALONE = Connected()
"""No tools connected."""


class RealisedOn(StrEnum):
    """Which hours the share of freed time that turns into work is taken of."""

    SAVED = "saved"
    """Of the hours saved; those lost to data entry are lost in full."""
    NET = "net"
    """Of the difference, so that lost hours are discounted too."""

    def hours(self, saved: Value, lost: Value, realised: Value) -> Value:
        """Give the hours that turn into work, less those lost."""
        return saved * realised - lost if self is RealisedOn.SAVED else (saved - lost) * realised
