"""The whole model in one function: `evaluate(case, draws)` values one vendor in every future.

A Monte Carlo run, a tornado and a what-if differ only in where the draws come from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.distributions import Array, Constant
from sim.events import Event
from sim.finance import METRICS, CashFlows
from sim.sampling import Input
from sim.terms import Tax, settled
from sim.world import Line, Nature, Quantity, Rollout, World
from sim.years import Discounting

TILE = 4096
"""Draws evaluated at a time, so that a tile's (m, n) arrays stay in the cache."""


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
    risks: Mapping[str, Quantity] = field(default_factory=dict)
    """Risk adjustments by line: the share by which a benefit is lowered, a cost raised."""

    def __post_init__(self) -> None:
        """Make sure that a line can be told by its name.

        Raises:
            ValueError: two lines have the same name.
        """
        names = [line.name for line in self.lines]
        if len(set(names)) < len(names):
            raise ValueError(f"two lines of {self.vendor} have the same name: {', '.join(sorted(names))}")

    @property
    def varying(self) -> set[str]:
        """Keys of the inputs that differ between futures: all but those that are constants by name."""
        return {i.key for i in self.inputs if not isinstance(i.distribution, Constant)}


def delayed(case: Case, months: float) -> Case:
    """Give the case with go-live so many months later."""
    return replace(case, events=(*case.events, Event("later", 1.0, delay_months=float(months))))


@dataclass(frozen=True)
class Outcome:
    """What became of the draws: metrics, (n,), running totals by month, (m, n), and the sum of each line."""

    metrics: Mapping[str, Array]
    line_sums: Mapping[str, float]
    position: Array
    running: Array


def evaluate(case: Case, draws: Mapping[str, Array]) -> Outcome:
    """Value a vendor in every future of `draws`, (n,) an input."""
    size = len(next(iter(draws.values()))) if draws else 1
    tiles = [
        _evaluate_tile(case, {key: d[start : start + TILE] for key, d in draws.items()}, min(TILE, size - start))
        for start in range(0, size, TILE)
    ]
    if len(tiles) == 1:
        return tiles[0]
    return Outcome(
        metrics={name: np.concatenate([tile.metrics[name] for tile in tiles]) for name in METRICS},
        line_sums={line.name: sum(tile.line_sums[line.name] for tile in tiles) for line in case.lines},
        position=np.concatenate([tile.position for tile in tiles], axis=1),
        running=np.concatenate([tile.running for tile in tiles], axis=1),
    )


def _evaluate_tile(case: Case, draws: Mapping[str, Array], size: int) -> Outcome:
    world = World(case.rollout, case.months, draws, case.events)
    flows, sums = add_up(case, world, size)
    metrics = {name: metric(flows) for name, metric in METRICS.items()}
    return Outcome(metrics, sums, flows.position, flows.running)


def add_up(case: Case, world: World, size: int) -> tuple[CashFlows, dict[str, float]]:
    """Give a vendor's cash flows, and the sum of each line over months and draws."""
    by_nature = {nature: np.zeros((case.months + 1, size)) for nature in Nature}
    sums: dict[str, float] = {}
    for line, flows in settled_lines(case, world):
        by_nature[line.nature] += flows
        sums[line.name] = float(flows.sum()) * (size // flows.shape[1])
    soft, time = by_nature[Nature.SOFT_BENEFIT], by_nature[Nature.TIME_COST]
    cash_flows = CashFlows(
        benefit=by_nature[Nature.CASH_BENEFIT] + soft,
        cost=by_nature[Nature.CASH_COST] + time,
        soft=soft,
        time=time,
        discount_rate=world[case.discount_rate],
        finance_rate=world[case.finance_rate],
        reinvestment_rate=world[case.reinvestment_rate],
        users=world[case.users],
        golive=world.golive,
        discounting=case.discounting,
    )
    return cash_flows, sums


def settled_lines(case: Case, world: World) -> Iterator[tuple[Line, Array]]:
    """Give each line of a vendor and its flows after inflation, events and tax, (m, n) or (m, 1)."""
    for line in case.lines:
        yield line, settled_line(case, line, world)


def settled_line(case: Case, line: Line, world: World) -> Array:
    """Give the flows of a line of a vendor, or of a variant of one, after everything that holds for it."""
    risk = case.risks.get(line.name, 0.0)
    return settled(line, line.flows(world), world, case.inflation, case.tax, risk)
