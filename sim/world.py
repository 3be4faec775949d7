"""What a line sees: the months, this future's draws, and how far the rollout has come."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from sim import events as happenings
from sim.distributions import Array
from sim.events import Event
from sim.quantity import Drawn, Quantity, Value
from sim.schedule import Flows, Scheduled, powers, settling

__all__ = [
    "CLIMBS", "Drawn", "Flows", "Line", "Nature", "Quantity", "Rollout", "Scheduled", "Shape", "Value", "World",
    "drawn_keys",
]  # fmt: skip

T = TypeVar("T")


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

    @property
    def settles(self) -> bool:
        """Whether adoption stays at its ceiling from some month on."""
        return self.shape in (Shape.LINEAR, Shape.STEP) and self.decay == 0.0


class World:
    """One vendor's futures: `world[quantity]` gives a number or (n,), `adoption` gives (m, n)."""

    def __init__(self, rollout: Rollout, months: int, draws: Mapping[str, Array], events: Sequence[Event] = ()) -> None:
        self.rollout, self.events = rollout, events
        self.draws = draws
        self.months = months
        self.t = np.arange(months + 1, dtype=float)[:, None]
        """Months 0 to H, (m, 1)."""
        self._made: dict[Hashable, object] = {}

    def __getitem__(self, quantity: Quantity) -> Value:
        return self.draws[quantity.key] if isinstance(quantity, Drawn) else quantity

    @cached_property
    def due(self) -> Value:
        """Month in which go-live is due, a whole number: plan plus delays, rounded half up."""
        months = self[self.rollout.plan_months] + self[self.rollout.delay_months]
        return np.asarray(np.floor(months + happenings.delay(self.events, self) + 0.5), np.float64)

    @cached_property
    def stop(self) -> Value:
        """Month in which the project is cancelled before going live; `inf` where it is not."""
        return happenings.stop(self.events, self, self.due)

    @property
    def may_stop(self) -> bool:
        """Whether the project is cancelled in some future."""
        return any(event.cancelled_after is not None for event in self.events)

    @cached_property
    def golive(self) -> Value:
        """Month of go-live; `inf` where the project is cancelled before."""
        if not self.may_stop:
            return self.due
        return np.asarray(np.where(np.isfinite(self.stop), np.inf, self.due), np.float64)

    @cached_property
    def since(self) -> Array:
        """Months since go-live, negative before it, (m, n) or (m, 1); `-inf` where there is none."""
        return self.t - self.golive

    @cached_property
    def live(self) -> Array:
        """1 in the months after go-live, else 0, (m, n) or (m, 1)."""
        return (self.since > 0).astype(np.float64)

    def until(self, month: Value) -> int:
        """Give how many months there are up to the last of some, none of them counted that never comes."""
        last = np.max(month, where=np.isfinite(month), initial=0.0)
        return int(np.clip(last, 0, self.months)) + 1

    @cached_property
    def operating(self) -> Flows:
        """One unit in each of the months after go-live."""
        return self.settling(self.live[: self.until(self.golive)], self.live[-1])

    @cached_property
    def project(self) -> Flows:
        """One unit from month 1 to the month in which go-live is due."""
        t = self.t[: self.until(self.due)]
        return self.settling(np.asarray((t >= 1) & (t <= self.due), np.float64))

    @cached_property
    def project_months(self) -> Flows:
        """The same, but one in month 0 where go-live is due at once: the months that a project's bill falls in."""
        t = self.t[: self.until(self.due)]
        return self.settling(np.asarray((t >= np.minimum(self.due, 1)) & (t <= self.due), np.float64))

    def settling(self, climb: Array, settled: Value = 0.0) -> Flows:
        """Give a schedule of which only the first months differ from each other, and what each month after them is.

        Args:
            climb: the first months, (h, n) or (h, 1).
            settled: one number, or one a draw, (n,).
        """
        return settling(climb, settled, self.months + 1)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what `make` gives, computed once for all lines that need it."""
        if key not in self._made:
            self._made[key] = make()
        return cast("T", self._made[key])

    def adoption(self, lag: Quantity = 0.0) -> Array:
        """Share of the possible effect that has arrived, `lag` months after the use behind it, (m, n) or (m, 1)."""
        if lag == 0.0:
            return self.once("adoption", lambda: self._adoption(self.since, self.t))
        if isinstance(lag, float) and lag.is_integer():
            return self.once(("adoption", lag), lambda: _later(self.adoption(), int(lag)))
        return self.once(("adoption", lag), lambda: self._adoption(self.since - self[lag], self.t - self[lag]))

    @cached_property
    def adopted(self) -> Flows:
        """Adoption without a lag, as flows: month by month only as long as it climbs."""
        if self.events or not self.rollout.settles:
            return Scheduled(self.adoption())
        ramp = self[self.rollout.ramp_months] if self.rollout.shape is Shape.LINEAR else 0.0
        months = self.until(self.golive + ramp)
        climb = self._adoption(self.since[:months], self.t[:months])
        return self.settling(climb, np.where(np.isfinite(self.golive), self[self.rollout.adoption], 0.0))

    def compounded(self, rate: Quantity) -> Array:
        """Give the growth of one unit at a yearly rate to each month, (m, n) or (m, 1)."""
        return self.once(("compounded", rate), lambda: powers((1 + self[rate]) ** (1 / 12), self.months + 1))

    def dearer(self, renewals: Array, term_months: int) -> Value:
        """Give the factor that events make of a price that has been renewed so many times, 1 or (m, n)."""
        return happenings.dearer(self.events, self, renewals, term_months)

    def weight(self, line: "Line") -> Value:
        """Give the factor on a line's flows that events make: changes from a month on, and nothing once cancelled."""
        benefit = line.nature.is_benefit
        key = ("weight", benefit, line.outlasts_stop)
        return self.once(key, lambda: np.asarray(self._weight(benefit, line.outlasts_stop)))

    def _weight(self, benefit: bool, outlasts_stop: bool) -> Value:
        factor = happenings.product(self.events, "benefits" if benefit else "costs", self)
        if not self.may_stop or outlasts_stop:
            return factor
        counts = np.isinf(self.stop) if benefit else self.t <= self.stop
        return factor * np.asarray(counts, np.float64)

    def _adoption(self, since: Array, t: Array) -> Array:
        """Zero up to and in the month of go-live, then the shape's climb to the ceiling, less decay and events."""
        elapsed = np.maximum(since, 0.0)
        ramp = np.maximum(self[self.rollout.ramp_months], 1e-9)  # no ramp is a step
        climbed = CLIMBS[self.rollout.shape](elapsed, ramp, self[self.rollout.adoption])
        if self.rollout.decay != 0.0:
            climbed = climbed * np.exp(np.log1p(-self[self.rollout.decay]) / 12 * elapsed)
        changed = happenings.product(self.events, "adoption", self, t)
        return np.asarray(climbed if isinstance(changed, float) and changed == 1.0 else climbed * changed)


def _later(x: Array, months: int) -> Array:
    """Shift rows by whole months; what is not there yet is zero."""
    shifted = np.zeros_like(x)
    shifted[months:] = x[: max(len(x) - months, 0)]
    return shifted


def _exponential(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    """1 - exp(-s/ramp) of the ceiling: 63 % after one `ramp`, 95 % after three."""
    climbed = np.asarray(elapsed * (-1 / ramp))
    np.exp(climbed, out=climbed)
    return _times(np.subtract(1.0, climbed, out=climbed), ceiling)


def _linear(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    climbed = np.asarray(elapsed * (ceiling / ramp))
    return np.minimum(climbed, ceiling, out=climbed)


def _logistic(elapsed: Array, ramp: Value, ceiling: Value) -> Array:
    """S-curve, half-way at `ramp`, shifted and scaled to start at zero."""
    at_start = 1 / (1 + np.exp(4.0))
    climbed = 1 / (1 + np.exp(np.minimum(4 - 4 * elapsed / ramp, 700)))
    return _times((climbed - at_start) / (1 - at_start), ceiling)


def _step(elapsed: Array, ramp: Value, ceiling: Value) -> Array:  # noqa: ARG001 - one signature for every shape
    return _times((elapsed > 0).astype(float), ceiling)


def _times(x: Array, factor: Value) -> Array:
    """Multiply, in place where the shape allows it."""
    fits = np.broadcast_shapes(x.shape, np.shape(factor)) == x.shape
    return np.multiply(x, factor, out=x if fits else None)


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
    """One benefit or cost that simply adds to the others: fields, and the flows they make in a world.

    A subclass says its `name` (unique among a vendor's lines) and its `nature`, for all its lines or for each.
    """

    @property
    def outlasts_stop(self) -> bool:
        """Whether it goes on after the project is cancelled, as what a contract binds to does. Others are cut off."""
        return False

    @property
    def fixed_price(self) -> bool:
        """Whether a contract fixes its prices, so that inflation does not touch them."""
        return False

    @property
    def capital(self) -> bool:
        """Whether the tax office sees an asset in it, to be written off over years."""
        return False

    if TYPE_CHECKING:  # a class variable here, a field there

        @property
        def name(self) -> str:
            """What reports call it."""

        @property
        def nature(self) -> Nature:
            """What kind of flow it is."""

    @abstractmethod
    def flows(self, world: World) -> Flows:
        """Give the amounts by month and draw, (m, n), or (m, 1) if the draw does not matter.

        Where they are a pattern times an amount, `Scheduled` says so, and saves multiplying it out.
        """


def drawn_keys(value: object) -> set[str]:
    """Give the keys of every input that a line, or what it is made of, refers to."""
    if isinstance(value, Drawn):
        return {value.key}
    if is_dataclass(value):
        return set().union(*(drawn_keys(getattr(value, field.name)) for field in fields(value)))
    return set().union(*map(drawn_keys, value)) if isinstance(value, tuple) else set()
