"""What a run does with each chunk, and what it has room to keep."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.engine.smooth.kept import numbers
from sim.engine.smooth.lines import Smoothing
from sim.errors import UsageError
from sim.model.case import Case, all_inputs
from sim.model.evaluation import evaluate
from sim.sampling.draws import REPLICATES, Design, medians

PATHS = 1024
"""Draws of each replicate whose month-by-month totals are kept for charts."""


@dataclass(frozen=True)
class Plan:
    """What a run does with each chunk, whoever does it."""

    cases: Mapping[str, Case]
    design: Design
    seed: int
    metrics: tuple[str, ...]
    rows: int
    """Draws of each replicate that are kept, inputs and metrics on the same rows."""
    counts: bool
    """Whether the draws beyond those rows are counted; else every metric keeps them all."""
    smoothing: Smoothing | None = None
    """The input that is integrated out, if one is."""

    def centres(self) -> dict[str, dict[str, float]]:
        """Give each vendor's metrics in the median future, 0 where they are not finite: what sums are taken about."""
        found = {}
        for name, case in self.cases.items():
            middle = evaluate(case, medians(case.inputs) or {"": np.zeros(1)}, metrics=self.metrics).metrics
            found[name] = {metric: float(np.nan_to_num(x[0], posinf=0.0, neginf=0.0)) for metric, x in middle.items()}
        return found


ROWS = 131_072
"""Draws whose inputs and metrics are kept side by side, at most."""


MEMORY = 1_000_000_000
"""Bytes that a run may take, by default."""


PROGRAM = 350_000_000
"""Bytes that the program itself takes, with a chart in the making."""


def _plan(
    cases: Mapping[str, Case],
    design: Design,
    seed: int,
    metrics: tuple[str, ...],
    size: int,
    memory: int,
    smoothing: Smoothing | None = None,
) -> Plan:
    """Decide what is kept: every draw if there is room, else some rows and counts."""
    outcomes = len(cases) * len(metrics)
    room = memory - PROGRAM
    rows = min(ROWS // REPLICATES, size)
    a_row = 8 * REPLICATES * (outcomes + len(all_inputs(cases)))
    everything = Plan(cases, design, seed, metrics, rows, counts=False, smoothing=smoothing)
    all_draws = 8 * REPLICATES * size * (outcomes + _lines(everything) + 3)  # 3 to sort a metric
    counts = all_draws + (rows * a_row if size > rows else 0) > room
    if counts and smoothing:
        raise UsageError(
            f"{memory / 1e6:,.0f} MB of memory are too little for {size * REPLICATES:,} draws with an input integrated"
            " out: all of them are kept (it needs far fewer draws; or leave it out)"
        )
    while counts and rows > PATHS and rows * a_row > room / 2:
        rows //= 2
    if rows * a_row > room:
        need = (PROGRAM + rows * a_row) / 1e6
        raise UsageError(f"{memory / 1e6:,.0f} MB of memory are too little for this run (at least {need:,.0f} MB)")
    return replace(everything, rows=rows, counts=counts)


def _lines(plan: Plan) -> int:
    """Give how many numbers are kept of a draw for the sake of the input integrated out."""
    if plan.smoothing is None:
        return 0
    return numbers(plan.metrics) * sum(map(plan.smoothing.concerns, plan.cases.values()))


def _too_many(plan: Plan, size: int, memory: int) -> bool:
    """Whether a run that must keep every draw has no room for so many of each replicate."""
    try:
        _plan(plan.cases, plan.design, plan.seed, plan.metrics, size, memory, plan.smoothing)
    except UsageError:
        return plan.smoothing is not None
    return False
