"""What a line sees: the months, this future's draws, and how far the rollout has come."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property
from typing import ClassVar

import numpy as np

from sim.distributions import Array

Value = float | Array
"""A number, or one a draw, (n,)."""


@dataclass(frozen=True)
class Drawn:
    """A number that differs between futures: the key of its draws."""

    key: str


Quantity = float | Drawn
"""A number as a line holds it: certain, or drawn."""


class Shape(StrEnum):
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
    shape: Shape = Shape.EXPONENTIAL
    decay: Quantity = 0.0
    """Share of the adoption lost a year, from go-live on; below 1."""


class World:
    """One vendor's futures: `world[quantity]` gives a number or (n,), `adoption` gives (m, n)."""

    def __init__(self, rollout: Rollout, months: int, draws: Mapping[str, Array]) -> None:
        self.rollout = rollout
        self.draws = draws
        self.months = months
        self.t = np.arange(months + 1, dtype=float)[:, None]
        """Months 0 to H, (m, 1)."""
        self._made: dict[Hashable, Array] = {}

    def __getitem__(self, quantity: Quantity) -> Value:
        return self.draws[quantity.key] if isinstance(quantity, Drawn) else quantity

    @cached_property
    def golive(self) -> Value:
        """Month of go-live, a whole number: plan plus delay, rounded half up."""
        return np.floor(self[self.rollout.plan_months] + self[self.rollout.delay_months] + 0.5)

    @cached_property
    def since(self) -> Array:
        """Months since go-live, negative before it, (m, n) or (m, 1)."""
        return self.t - self.golive

    def once(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """Give what `make` gives, computed once for all lines that need it."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def adoption(self, lag: Quantity = 0.0) -> Array:
        """Share of the possible effect that has arrived, `lag` months after the use behind it, (m, n) or (m, 1)."""
        if lag == 0.0:
            return self.once("adoption", lambda: self._adoption(self.since))
        if isinstance(lag, float) and lag.is_integer():
            return self.once(("adoption", lag), lambda: _later(self.adoption(), int(lag)))
        return self.once(("adoption", lag), lambda: self._adoption(self.since - self[lag]))

    def compounded(self, rate: Quantity) -> Array:
        """Give the growth of one unit at a yearly rate to each month, (m, n) or (m, 1)."""
        return self.once(("compounded", rate), lambda: np.exp(np.log1p(self[rate]) / 12 * self.t))

    def _adoption(self, since: Array) -> Array:
        """Zero up to and in the month of go-live, then the shape's climb to the ceiling, less the decay."""
        elapsed = np.maximum(since, 0.0)
        ramp = np.maximum(self[self.rollout.ramp_months], 1e-9)  # no ramp is a step
        climbed = CLIMBS[self.rollout.shape](elapsed, ramp) * self[self.rollout.adoption]
        if self.rollout.decay != 0.0:
            climbed = climbed * np.exp(np.log1p(-self[self.rollout.decay]) / 12 * elapsed)
        return np.asarray(climbed)


def _later(x: Array, months: int) -> Array:
    """Shift rows by whole months; what is not there yet is zero."""
    shifted = np.zeros_like(x)
    shifted[months:] = x[: max(len(x) - months, 0)]
    return shifted


def _exponential(elapsed: Array, ramp: Value) -> Array:
    """1 - exp(-s/ramp): 63 % after one `ramp`, 95 % after three."""
    return 1 - np.exp(elapsed * (-1 / ramp))


def _linear(elapsed: Array, ramp: Value) -> Array:
    return np.minimum(elapsed * (1 / ramp), 1.0)


def _logistic(elapsed: Array, ramp: Value) -> Array:
    """S-curve, half-way at `ramp`, shifted and scaled to start at zero."""
    at_start = 1 / (1 + np.exp(4.0))
    climbed = 1 / (1 + np.exp(np.minimum(4 - 4 * elapsed / ramp, 700)))
    return np.asarray((climbed - at_start) / (1 - at_start))


def _step(elapsed: Array, ramp: Value) -> Array:  # noqa: ARG001 - one signature for every shape
    return (elapsed > 0).astype(float)


CLIMBS = {
    Shape.EXPONENTIAL: _exponential,
    Shape.LINEAR: _linear,
    Shape.LOGISTIC: _logistic,
    Shape.STEP: _step,
}


class Nature(Enum):
    """What kind of flow a line is; benefits and costs are both positive amounts."""

    CASH_BENEFIT = "money received or saved"
    SOFT_BENEFIT = "staff time freed, at its loaded cost"
    CASH_COST = "money paid"
    TIME_COST = "staff time taken, at its loaded cost"

    @property
    def is_benefit(self) -> bool:
        """Whether it adds to the return."""
        return self in (Nature.CASH_BENEFIT, Nature.SOFT_BENEFIT)


class Line(ABC):
    """One benefit or cost that simply adds to the others: fields, and the flows they make in a world."""

    name: ClassVar[str]
    nature: ClassVar[Nature]

    @abstractmethod
    def flows(self, world: World) -> Array:
        """Give the amounts by month and draw, (m, n), or (m, 1) if the draw does not matter."""
