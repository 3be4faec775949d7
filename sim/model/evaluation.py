"""The whole model in one function: `evaluate(case, draws)` values one vendor in every future."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import LineError
from sim.finance.cash_flows import CashFlows, sums_over_months
from sim.finance.metrics import METRICS
from sim.finance.schedule import Flows, Sum, times
from sim.model.adjustments import settled
from sim.model.case import Case
from sim.model.line import Line, Nature, drawn_keys
from sim.model.world import World
from sim.numbers.arrays import Array

MOST = 1e36
"""What a line may add up to: sums of many such, and their running totals in single precision, are still numbers."""

Metrics = Mapping[str, Callable[[CashFlows], Array]]


@dataclass(frozen=True)
class Outcome:
    """What became of the draws: metrics, totals of lines, and running totals by month of the first draws."""

    metrics: Mapping[str, Array]
    line_totals: Mapping[str, Array]
    """Over the horizon, undiscounted, (n,)."""
    position: Array
    """(m, paths)."""
    running: Array
    """(m, paths)."""

    @property
    def line_sums(self) -> dict[str, float]:
        """The total of each line over all draws."""
        return {name: float(total.sum()) for name, total in self.line_totals.items()}


def evaluate(
    case: Case, draws: Mapping[str, Array], *, metrics: Iterable[str] | Metrics = tuple(METRICS), paths: int = 0
) -> Outcome:
    """Value a vendor in every future of `draws`, (n,) an input; give the paths of the first few if asked.

    Metrics are names, or functions of cash flows by name, (n,) or (m, n) each.
    """
    wanted = metrics if isinstance(metrics, Mapping) else {name: METRICS[name] for name in metrics}
    size = len(next(iter(draws.values()))) if draws else 1
    tiles = [
        _evaluate_tile(
            case,
            {key: d[start : start + case.tile] for key, d in draws.items()},
            min(case.tile, size - start),
            wanted,
            max(paths - start, 0),
        )
        for start in range(0, size, case.tile)
    ]
    if len(tiles) == 1:
        return tiles[0]
    return Outcome(
        metrics={name: np.concatenate([tile.metrics[name] for tile in tiles], axis=-1) for name in wanted},
        line_totals={line.name: np.concatenate([tile.line_totals[line.name] for tile in tiles]) for line in case.lines},
        position=np.concatenate([tile.position for tile in tiles], axis=1),
        running=np.concatenate([tile.running for tile in tiles], axis=1),
    )


def _evaluate_tile(case: Case, draws: Mapping[str, Array], size: int, wanted: Metrics, paths: int) -> Outcome:
    world = World(case.rollout, case.months, draws, case.events)
    flows, totals = add_up(case, world, size)
    metrics = {name: metric(flows) for name, metric in wanted.items()}
    if not paths:
        none = np.empty((case.months + 1, 0))
        return Outcome(metrics, totals, none, none)
    return Outcome(metrics, totals, flows.position[:, :paths], flows.running[:, :paths])


def add_up(case: Case, world: World, size: int) -> tuple[CashFlows, dict[str, Array]]:
    """Give a vendor's cash flows, and the total of each line over the months, (n,)."""
    flows: dict[Nature, list[Flows]] = {nature: [] for nature in Nature}
    totals = sums_over_months(case.months + 1, world[case.discount_rate], case.discounting, world.golive)
    by_line = {}
    for line, settling in settled_lines(case, world):
        flows[line.nature].append(settling)
        by_line[line.name] = _finite(np.broadcast_to(totals.of(settling), size), case, line, world)
    cash_flows = CashFlows(
        benefit=Sum(flows[Nature.CASH_BENEFIT] + flows[Nature.SOFT_BENEFIT]),
        cost=Sum(flows[Nature.CASH_COST] + flows[Nature.TIME_COST]),
        soft=Sum(flows[Nature.SOFT_BENEFIT]),
        time=Sum(flows[Nature.TIME_COST]),
        discount_rate=world[case.discount_rate],
        finance_rate=world[case.finance_rate],
        reinvestment_rate=world[case.reinvestment_rate],
        users=world[case.users],
        golive=world.golive,
        discounting=case.discounting,
        shape=(case.months + 1, size),
        totals=totals,
    )
    return cash_flows, by_line


def _finite(total: Array, case: Case, line: Line, world: World) -> Array:
    """Give a line's totals back, (n,), if all of them are numbers.

    Raises:
        LineError: some are not; the message says of which line and vendor, in how many futures, and what the inputs of
            the first of them are.
    """
    if total @ total < MOST**2:  # false for what is no number too
        return total
    bad = np.flatnonzero(~(np.abs(total) < MOST))
    if not bad.size:
        return total
    keys = sorted(drawn_keys(line)) or sorted(world.draws)
    inputs = ", ".join(f"{key} = {world.draws[key][bad[0]]:.6g}" for key in keys if key)
    where = f"; in the first of them {inputs}" if inputs else ""
    raise LineError(
        f"'{case.vendor}': the line '{line.name}' is no amount to reckon with (at most {MOST:g}) in"
        f" {bad.size:,} of {total.size:,} futures looked at{where}"
    )


def settled_lines(case: Case, world: World) -> Iterator[tuple[Line, Flows]]:
    """Give each line of a vendor and its flows after inflation, events, risk adjustments and tax."""
    for line in case.lines:
        yield line, settled_line(case, line, world)


def settled_line(case: Case, line: Line, world: World) -> Flows:
    """Give the flows of a line of a vendor, or of a variant of one, after everything that holds for it."""
    risk = case.risks.get(line.name, 0.0)
    flows = line.flows(world)
    if case.fit != 1.0 and line.hangs_on_fit:
        flows = times(flows, world[case.fit])
    return settled(line, flows, world, case.inflation, case.tax, risk)


def present_values(case: Case, draws: Mapping[str, Array], lines: Iterable[str] | None = None) -> dict[str, Array]:
    """Give what each line, or each of some, is of the NPV, (n,): benefits above zero, costs below; all add up to it."""
    wanted = {line.name for line in case.lines} if lines is None else set(lines)
    some = replace(case, lines=tuple(line for line in case.lines if line.name in wanted))
    size = len(next(iter(draws.values()))) if draws else 1
    values = {line.name: np.empty(size) for line in some.lines}
    for start in range(0, size, case.tile):
        tile = slice(start, min(start + case.tile, size))
        world = World(case.rollout, case.months, {key: d[tile] for key, d in draws.items()}, case.events)
        present = _discounted(case, world, tile.stop - tile.start)
        for line, flows in settled_lines(some, world):
            values[line.name][tile] = present(Sum([flows])) * (1 if line.nature.is_benefit else -1)
    return values


def _discounted(case: Case, world: World, size: int) -> Callable[[Sum], Array]:
    """Give what discounts a sum of flows to month 0, (size,)."""
    none = Sum()
    rates = world[case.discount_rate], world[case.finance_rate], world[case.reinvestment_rate]
    shape = case.months + 1, size
    flows = CashFlows(none, none, none, none, *rates, world[case.users], world.golive, case.discounting, shape=shape)
    return flows.present_value
