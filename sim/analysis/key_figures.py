"""Key figures as distributions: without the CRM, with it, and the change, from the same draws."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.table import Column, Table
from sim.errors import UsageError
from sim.model.case import TILE, Case
from sim.model.key_figures.side import Side
from sim.model.key_figures.table import KPIS, Kpi, Record
from sim.model.operations import Operations
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.sampling import estimates as statistics
from sim.sampling.estimates import Estimate, Statistics

PERCENTILES = (5.0, 50.0, 95.0)

ROUNDING = 1e-12
"""Share of a figure that its change may come to by rounding alone."""


@dataclass(frozen=True)
class KpiAnswer:
    """One key figure of a vendor. The change is with less without, future by future."""

    name: str
    kpi: Kpi
    without: Statistics
    with_crm: Statistics
    change: Statistics
    record: Record
    reached: Estimate | None
    """P(the target is reached with the CRM); None without a target."""

    def rows(self, vendor: str) -> Iterator[tuple[str | float, ...]]:
        """Give its rows of a table, by `KPI_COLUMNS`: without the CRM, with it, and the change."""
        goals = [np.nan if x is None else x for x in (self.record.target, self.record.actual)]
        blank = (np.nan,) * 4
        reached = self.reached or (np.nan, np.nan)
        for side, described in (("without", self.without), ("with", self.with_crm), ("change", self.change)):
            numbers = [x for part in (described.mean, *described.percentiles.values()) for x in part]
            yield (vendor, self.name, side, *numbers, *((*goals, *reached) if side == "with" else blank))


KPI_COLUMNS = (
    "vendor", "kpi", "side", "mean", "mean_se", *(f"p{q:g}{se}" for q in PERCENTILES for se in ("", "_se")),
    "target", "actual", "p_target", "p_target_se",
)  # fmt: skip
"""Of a table of key figures: a row a vendor, figure and side."""


def kpi_table(answers_by_vendor: Mapping[str, Sequence[KpiAnswer]]) -> Table:
    """Give key figures without the CRM, with it, and their change, a row a vendor, figure and side."""
    rows = (row for vendor, told in answers_by_vendor.items() for answer in told for row in answer.rows(vendor))
    return Table("kpis", tuple(map(Column, KPI_COLUMNS)), tuple(rows), index=3)


def known(operations: Operations) -> dict[str, Kpi]:
    """Give the key figures for which the file gives enough."""
    return {name: kpi for name, kpi in KPIS.items() if set(kpi.needs) <= operations.stated}


def missing(operations: Operations) -> dict[tuple[str, ...], list[str]]:
    """Give what a file would have to give for the other key figures, and which those are."""
    by_needs: dict[tuple[str, ...], list[str]] = {}
    for name, kpi in KPIS.items():
        if lacking := tuple(need for need in kpi.needs if need not in operations.stated):
            by_needs.setdefault(lacking, []).append(name)
    return by_needs


def sides(case: Case, operations: Operations, draws: Mapping[str, Array], month: int) -> tuple[Side, Side]:
    """Give the year up to a month, without the CRM and with it."""
    idle = World(replace(case.rollout, adoption=0.0), case.months, draws, case.events)
    busy = World(case.rollout, case.months, draws, case.events)
    return Side(case, operations, idle, month, used=False), Side(case, operations, busy, month, used=True)


def kpi_draws(case: Case, draws: Mapping[str, Array], month: int) -> dict[str, tuple[Array, Array]]:
    """Give every key figure without and with the CRM, (n,) each, in the year up to a month."""
    if case.operations is None:
        return {}
    size = len(next(iter(draws.values()))) if draws else 1
    tiles = [
        _tile(case, case.operations, {key: d[start : start + TILE] for key, d in draws.items()}, month)
        for start in range(0, size, TILE)
    ]
    return {
        name: (np.concatenate([tile[name][0] for tile in tiles]), np.concatenate([tile[name][1] for tile in tiles]))
        for name in known(case.operations)
    }


def _tile(case: Case, operations: Operations, draws: Mapping[str, Array], month: int) -> dict[str, tuple[Array, Array]]:
    size = len(next(iter(draws.values()))) if draws else 1
    without, with_crm = sides(case, operations, draws, month)
    return {
        name: (np.broadcast_to(kpi.of(without), size), np.broadcast_to(kpi.of(with_crm), size))
        for name, kpi in known(operations).items()
    }


def answers(case: Case, draws: Mapping[str, Array], month: int, records: Mapping[str, Record]) -> Iterator[KpiAnswer]:
    """Give every key figure that the file gives enough for, with what it records of it.

    Raises:
        UsageError: a month outside the horizon.
    """
    if not 1 <= month <= case.months:
        raise UsageError(f"month {month} is outside the horizon (1 to {case.months})")
    for name, (without, with_crm) in kpi_draws(case, draws, month).items():
        kpi, record = KPIS[name], records.get(name, Record())
        sides_and_change = without, with_crm, change_of(without, with_crm)
        before, after, change = (statistics.describe(x, PERCENTILES) for x in sides_and_change)
        yield KpiAnswer(name, kpi, before, after, change, record, _reached(kpi, with_crm, record.target))


def change_of(without: Array, with_crm: Array) -> Array:
    """Give with less without, (n,), zero where they differ by no more than the rounding of what both are made of."""
    change = with_crm - without
    return np.where(np.abs(change) <= ROUNDING * np.maximum(np.abs(without), np.abs(with_crm)), 0.0, change)


def _reached(kpi: Kpi, x: Array, target: float | None) -> Estimate | None:
    if target is None:
        return None
    return statistics.probability(np.asarray(x >= target if kpi.rises else x <= target, np.float64))
