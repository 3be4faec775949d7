"""The whole model in one function: `evaluate(case, draws)` values one vendor in every future.

A Monte Carlo run, a tornado and a what-if differ only in where the draws come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.distributions import Constant
from sim.finance.cash_flows import Discounting
from sim.model.adjustments import Tax
from sim.model.events import Event
from sim.model.line import Line
from sim.model.operations import Operations
from sim.model.quantity import Quantity
from sim.model.rollout import Rollout
from sim.sampling.draws import TOGETHER, Input

TILE = TOGETHER
"""Draws evaluated at a time, half as many where whole arrays over all months are needed: tiles stay in the cache."""


@dataclass(frozen=True)
class Case:
    """One vendor, spelled out: nothing left to default, no name left to look up."""

    vendor: str
    months: int
    discount_rate: Quantity
    finance_rate: Quantity
    reinvestment_rate: Quantity
    users: Quantity
    rollout: Rollout
    lines: tuple[Line, ...]
    inputs: tuple[Input, ...]
    """Every uncertain input this vendor's quantities refer to."""
    events: tuple[Event, ...] = ()
    """What may happen; the bill of an event is a line."""
    inflation: Quantity = 0.0
    tax: Tax | None = None
    discounting: Discounting = Discounting.MONTHLY
    operations: Operations | None = None
    """What key figures are read from; nothing of it adds to the cash flows."""
    risks: Mapping[str, Quantity] = field(default_factory=dict)
    """Risk adjustments by line: the share by which a benefit is lowered, a cost raised."""
    fit: Quantity = 1.0
    """Factor on what the use of this vendor's CRM brings, by how well it works here; see `Line.hangs_on_fit`."""

    def __post_init__(self) -> None:
        """Make sure that a line can be told by its name.

        Raises:
            ValueError: two lines have the same name.
        """
        names = [line.name for line in self.lines]
        if len(set(names)) < len(names):
            raise ValueError(f"two lines of {self.vendor} have the same name: {', '.join(sorted(names))}")

    @property
    def tile(self) -> int:
        """How many draws are evaluated at a time."""
        return TILE if self.rollout.settles and not self.events else max(TILE // 2, 1)

    @property
    def varying(self) -> set[str]:
        """Keys of the inputs that differ between futures: all but those that are constants by name."""
        return {i.key for i in self.inputs if not isinstance(i.distribution, Constant)}


def delayed(case: Case, months: float) -> Case:
    """Give the case with go-live so many months later."""
    return replace(case, events=(*case.events, Event("later", 1.0, delay_months=float(months))))


def all_inputs(cases: Mapping[str, Case]) -> dict[str, Input]:
    """Give every uncertain input of the cases by key; shared ones once."""
    return {i.key: i for case in cases.values() for i in case.inputs}
