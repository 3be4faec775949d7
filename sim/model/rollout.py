"""When a CRM goes live and how its use spreads."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.model.quantity import Quantity
from sim.model.response import NO_RESPONSE, Response
from sim.numbers.arrays import Array, Value, in_place


class Climb(StrEnum):
    """How adoption climbs from go-live to its ceiling."""

    EXPONENTIAL = "exponential"
    LINEAR = "linear"
    LOGISTIC = "logistic"
    STEP = "step"


@dataclass(frozen=True)
class Rollout:
    """When the CRM goes live and how its use spreads from there."""

    plan_months: Quantity = 0.0
    delay_months: Quantity = 0.0
    adoption: Quantity = 1.0
    """Ceiling: the share of the possible use that is reached in the end, 0 to 1."""
    ramp_months: Quantity = 0.0
    shape: Climb = Climb.EXPONENTIAL
    decay: Quantity = 0.0
    """Share of the adoption lost a year, from go-live on; below 1."""
    response: Response = NO_RESPONSE
    """How ceiling, ramp and decay answer to training, upkeep and change management."""

    @property
    def settles(self) -> bool:
        """Whether adoption stays at its ceiling from some month on."""
        return self.shape in (Climb.LINEAR, Climb.STEP) and self.decay == 0.0


def _exponential(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    """1 - exp(-s/ramp) of the ceiling: 63 % after one `ramp`, 95 % after three."""
    climbed = np.asarray(elapsed * (-1 / ramp))
    np.exp(climbed, out=climbed)
    return in_place(np.multiply, np.subtract(1.0, climbed, out=climbed), ceiling)


def _linear(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    climbed = np.asarray(elapsed * (ceiling / ramp))
    return np.minimum(climbed, ceiling, out=climbed)


def _logistic(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    """S-curve, half-way at `ramp`, shifted and scaled to start at zero."""
    at_start = 1 / (1 + np.exp(4.0))
    climbed = 1 / (1 + np.exp(np.minimum(4 - 4 * elapsed / ramp, 700)))
    return in_place(np.multiply, (climbed - at_start) / (1 - at_start), ceiling)


def _step(elapsed: Array, ramp: Value, ceiling: Value) -> Array:  # noqa: ARG001 - one signature for every shape
    return in_place(np.multiply, (elapsed > 0).astype(float), ceiling)


CLIMBS = {
    Climb.EXPONENTIAL: _exponential,
    Climb.LINEAR: _linear,
    Climb.LOGISTIC: _logistic,
    Climb.STEP: _step,
}
