"""What a line sees: the months, this future's draws, and how far the rollout has come."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from sim.finance.schedule import Flows, Scheduled, powers, settling
from sim.model import events as happenings
from sim.model.events import Event
from sim.model.quantity import Drawn, Quantity
from sim.model.rollout import CLIMBS, Climb, Rollout
from sim.numbers.arrays import Array, Value

T = TypeVar("T")


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
        if not isinstance(quantity, Drawn):
            return quantity
        draws = self.draws[quantity.key]
        return draws if quantity.times == 1.0 else draws * quantity.times

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

    @cached_property
    def ceiling(self) -> Value:
        """Share of the possible use that is reached in the end, with the training there is."""
        return self.rollout.response.ceiling(self, self[self.rollout.adoption])

    @cached_property
    def ramp(self) -> Value:
        """Months of the climb, with the help with the change there is."""
        return self.rollout.response.ramp(self, self[self.rollout.ramp_months])

    @cached_property
    def decay(self) -> Value:
        """Share of the adoption lost a year, with the upkeep there is."""
        return self.rollout.response.decay(self, self[self.rollout.decay])

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
        ramp = self.ramp if self.rollout.shape is Climb.LINEAR else 0.0
        months = self.until(self.golive + ramp)
        climb = self._adoption(self.since[:months], self.t[:months])
        return self.settling(climb, np.where(np.isfinite(self.golive), self.ceiling, 0.0))

    def compounded(self, rate: Quantity) -> Array:
        """Give the growth of one unit at a yearly rate to each month, (m, n) or (m, 1)."""
        return self.once(("compounded", rate), lambda: powers((1 + self[rate]) ** (1 / 12), self.months + 1))

    def dearer(self, renewals: Array, term_months: int) -> Value:
        """Give the factor that events make of a price that has been renewed so many times, 1 or (m, n)."""
        return happenings.dearer(self.events, self, renewals, term_months)

    def weight(self, *, benefit: bool, outlasts_stop: bool) -> Value:
        """Give the factor on a line's flows that events make: changes from a month on, and nothing once cancelled.

        Args:
            benefit: whether the line is a benefit; else it is a cost.
            outlasts_stop: whether the line goes on after the project is cancelled.
        """
        key = ("weight", benefit, outlasts_stop)
        return self.once(key, lambda: np.asarray(self._weight(benefit, outlasts_stop)))

    def _weight(self, benefit: bool, outlasts_stop: bool) -> Value:
        factor = happenings.product(self.events, "benefits" if benefit else "costs", self)
        if not self.may_stop or outlasts_stop:
            return factor
        counts = np.isinf(self.stop) if benefit else self.t <= self.stop
        return factor * np.asarray(counts, np.float64)

    def _adoption(self, since: Array, t: Array) -> Array:
        """Zero up to and in the month of go-live, then the shape's climb to the ceiling, less decay and events."""
        elapsed = np.maximum(since, 0.0)
        ramp = np.maximum(self.ramp, 1e-9)  # no ramp is a step
        climbed = CLIMBS[self.rollout.shape](elapsed, ramp, self.ceiling)
        if self.rollout.decay != 0.0:
            climbed = climbed * np.exp(np.log1p(-self.decay) / 12 * elapsed)
        changed = happenings.product(self.events, "adoption", self, t)
        return np.asarray(climbed if isinstance(changed, float) and changed == 1.0 else climbed * changed)


def _later(x: Array, months: int) -> Array:
    """Shift rows by whole months; what is not there yet is zero."""
    shifted = np.zeros_like(x)
    shifted[months:] = x[: max(len(x) - months, 0)]
    return shifted
