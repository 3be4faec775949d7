"""How much of the time that a CRM frees, and takes, counts as work."""

from enum import StrEnum

from sim.numbers.arrays import Value

HOURS_A_WEEK = 160 * 12 / 52
"""Hours of a full-time week: 160 a month."""


class RealisedOn(StrEnum):
    """Which hours the share of freed time that turns into work is taken of."""

    SAVED = "saved"
    """Of the hours saved; those lost to data entry are lost in full."""
    NET = "net"
    """Of the difference, so that lost hours are discounted too."""

    def hours(self, saved: Value, lost: Value, realised: Value) -> Value:
        """Give the hours that turn into work, less those lost."""
        return saved * realised - lost if self is RealisedOn.SAVED else (saved - lost) * realised
