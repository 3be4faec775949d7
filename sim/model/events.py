"""What may go wrong, or right: an event happens in some futures and changes the project from then on.

Whether it happens is an input like any other, 0 or 1: it is drawn once, its latent probability is the same for every
vendor, and it has a bar in the tornado. What it changes are factors on what the lines make, so that the lines still
add up; only its own bill is a line. A cancelled project is the one thing that reaches deeper: it never goes live,
and spending stops with it (`World.stop`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.model.quantity import Future, Quantity
from sim.numbers.arrays import Array, Value


@dataclass(frozen=True)
class Event:
    """One thing that may happen; what it leaves alone is zero, or None."""

    name: str
    occurs: Quantity
    """1 in the futures in which it happens, 0 in the others."""
    when: Quantity = 0.0
    """Month from which it is felt."""
    lasts: Quantity | None = None
    """Months it is felt for; to the end if None."""
    delay_months: Quantity = 0.0
    adoption: Quantity = 0.0
    """Relative change of adoption, -1 to 0."""
    benefits: Quantity = 0.0
    """Relative change of all benefits."""
    costs: Quantity = 0.0
    """Relative change of all costs."""
    price: Quantity = 0.0
    """Relative change of the licence price, from the first renewal on that is not before `when`."""
    cost: Quantity = 0.0
    """Money paid once, when it happens."""
    cancelled_after: Quantity | None = None
    """Share of the time to go-live after which the project is cancelled; None if it is not."""

    def felt(self, future: Future, t: Array | None = None) -> Value:
        """Give 1 in the months `t` and futures in which it is felt, (n,) if the month does not matter, else (m, n)."""
        occurs = future[self.occurs]
        if self.when == 0.0 and self.lasts is None:
            return occurs
        months = future.t if t is None else t
        since = months - future[self.when]
        on = since >= 0 if self.lasts is None else (since >= 0) & (since < future[self.lasts])
        return np.asarray(on * occurs)


def product(events: Iterable[Event], effect: str, future: Future, t: Array | None = None) -> Value:
    """Give the factor that all events together make of an effect: (1 + change) of each, 1 if none has it."""
    factor: Value = 1.0
    for event in events:
        change = getattr(event, effect)
        if change != 0.0:
            factor = factor * (1 + future[change] * event.felt(future, t))
    return factor


def delay(events: Iterable[Event], future: Future) -> Value:
    """Give the months by which go-live slips in all, a number or (n,)."""
    slips = [future[e.occurs] * future[e.delay_months] for e in events if e.delay_months != 0.0]
    return sum(slips[1:], slips[0]) if slips else 0.0


def stop(events: Iterable[Event], future: Future, due: Value) -> Value:
    """Give the month in which the project is cancelled, 1 to the month due; `inf` where it is not.

    A system that is live at signature cannot be cancelled before going live.
    """
    month: Value = np.inf
    for event in events:
        if event.cancelled_after is not None:
            at = np.maximum(np.ceil(future[event.cancelled_after] * due), 1)
            happens = np.greater(future[event.occurs], 0) & np.greater_equal(due, 1)
            month = np.asarray(np.minimum(month, np.where(happens, at, np.inf)), np.float64)
    return month


def dearer(events: Iterable[Event], future: Future, renewals: Array, term_months: int) -> Value:
    """Give the factor on a price that has been renewed so many times, (m, n); 1 if no event touches prices."""
    factor: Value = 1.0
    for event in events:
        if event.price != 0.0:
            first = np.maximum(np.ceil((future[event.when] - 1) / term_months), 1)  # month 1 is no renewal
            rise: Value = future[event.price] * future[event.occurs]
            factor = factor * (1 + rise * np.asarray(renewals >= first, np.float64))
    return factor
