"""A number of a scenario that can be set to any value: the cases in which it is drawn by a key of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.model.case import Case
from sim.model.line import drawn_keys
from sim.model.quantity import Quantity
from sim.numbers.kinds import Kind


@dataclass(frozen=True)
class Number:
    """A number of a scenario that is set to one value in every future."""

    key: str
    """What its draws go by in the cases of the probe."""
    what: str
    """Its place inside an offer or the file."""
    title: str
    """What people read."""
    kind: Kind
    low: float | None
    """The least that the scenario accepts; None where there is no bound."""
    high: float | None
    today: Quantity
    """What it is in the scenario."""
    given: bool
    """Whether the file says it; else today's value is what the model takes without it."""
    vendors: tuple[str, ...]
    """Whose cases draw it."""


@dataclass(frozen=True)
class Probe:
    """Numbers of one vendor that can be set, and the cases of all vendors that use one of them."""

    vendor: str
    numbers: tuple[Number, ...]
    cases: Mapping[str, Case]


def lines_with(case: Case, key: str) -> tuple[str, ...]:
    """Give the lines of a case that draw a key themselves."""
    return tuple(line.name for line in case.lines if key in drawn_keys(line))


def is_everywhere(case: Case, key: str) -> bool:
    """Whether a case draws a key outside its lines: then all of them hang on it."""
    around = (case.rollout, case.events, case.tax, tuple(case.risks.values()))
    rates = (case.discount_rate, case.finance_rate, case.reinvestment_rate, case.inflation, case.fit, case.users)
    return any(key in drawn_keys(value) for value in (*around, rates))
