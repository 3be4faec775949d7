"""How adoption answers to what is done for it: training, upkeep, help with the change.

One curve for all three, that of effort with falling returns: of what there is to be won, an effort `x` wins the share
1 - exp(-x / x0), which is 63 % at `x0`. The form is a convention (the modified exponential of marketing
effort: Lilien, Kotler and Moorthy 1992, "Marketing Models"); no study measures it for a CRM.
"""

from dataclasses import dataclass

import numpy as np

from sim.model.quantity import Future, Quantity
from sim.numbers.arrays import Value

USUAL_HOURS = 10.0
"""Hours of training a user that surveys of adoption are taken to have seen."""


@dataclass(frozen=True)
class Answer:
    """What is to be won, and how much effort that takes, in hours a user."""

    share: Quantity = 0.0
    """How much of a number hangs on the effort, 0 to 1; 0 if it does not answer."""
    hours: Quantity = 1.0
    """Effort by which 63 % of that is won."""

    def won(self, future: Future, effort: Value) -> Value:
        """Give the share that an effort wins of the whole number."""
        hours = np.maximum(future[self.hours], 1e-9)  # a curve without width is a step
        return np.asarray(future[self.share] * -np.expm1(-effort / hours))


@dataclass(frozen=True)
class Response:
    """How the ceiling, the decay and the ramp of adoption answer."""

    training: Answer = Answer()
    """Of the ceiling, to hours of training a user."""
    upkeep: Answer = Answer()
    """Of the decay, to hours a user and year of refreshers and data upkeep."""
    change: Answer = Answer()
    """Of the ramp, to change management, in hours of a user that the money would pay."""
    usual_hours: Quantity = USUAL_HOURS
    """Training that the ceiling is stated for."""
    trained: Quantity = 0.0
    """Hours of training a user."""
    refresh: Quantity = 0.0
    """Share of it that is repeated every year."""
    data_upkeep: Quantity = 0.0
    """Hours a user and year that keeping the data right takes."""
    change_management: Quantity = 0.0
    """Money."""
    users: Quantity = 1.0
    hourly_cost: Quantity = 0.0

    def ceiling(self, future: Future, adoption: Value) -> Value:
        """Give the ceiling that is reached with this training, at most 1: as stated with the usual training."""
        if self.training.share == 0.0:
            return adoption
        reached, usual = (
            1 - future[self.training.share] + self.training.won(future, hours)
            for hours in (future[self.trained], future[self.usual_hours])
        )
        return np.minimum(adoption * (reached / np.maximum(usual, 1e-9)), np.maximum(adoption, 1.0))

    def decay(self, future: Future, decay: Value) -> Value:
        """Give the decay that is left with this upkeep; as stated without any."""
        if self.upkeep.share == 0.0:
            return decay
        hours = future[self.refresh] * future[self.trained] + future[self.data_upkeep]
        return decay * (1 - self.upkeep.won(future, hours))

    def ramp(self, future: Future, months: Value) -> Value:
        """Give the ramp that is left with this help; as stated without any."""
        if self.change.share == 0.0 or self.change_management == 0.0:
            return months
        hour = np.asarray(future[self.users] * future[self.hourly_cost])
        money = np.broadcast_to(
            future[self.change_management],
            np.broadcast_shapes(np.shape(hour), np.shape(future[self.change_management])),
        )
        hours = np.divide(money, hour, out=np.zeros(money.shape), where=hour > 0)
        return months * (1 - self.change.won(future, hours))


NO_RESPONSE = Response()
"""Adoption is what it is, whatever is done for it."""
