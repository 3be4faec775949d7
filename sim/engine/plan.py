"""What a run does with each chunk, and what it has room to keep."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.engine.recipe import Recipe
from sim.engine.smooth.kept import numbers
from sim.engine.smooth.lines import Smoothing
from sim.errors import UsageError
from sim.model.case import Case, all_inputs
from sim.model.evaluation import evaluate
from sim.sampling.draws import REPLICATES, medians

PATHS = 1024
"""Draws of each replicate whose month-by-month totals are kept for charts."""


ROWS = 131_072
"""Draws whose inputs and metrics are kept side by side, at most."""

PROGRAM = 350_000_000
"""Bytes that the program itself takes, with a chart in the making."""


@dataclass(frozen=True)
class Plan:
    """What a run does with each chunk, whoever does it."""

    cases: Mapping[str, Case]
    recipe: Recipe
    metrics: tuple[str, ...]
    smoothing: Smoothing | None = None
    """The input that is integrated out, if one is."""
    rows: int = 0
    """Draws of each replicate that are kept, inputs and metrics on the same rows."""
    counts: bool = False
    """Whether the draws beyond those rows are counted; else every metric keeps them all."""

    def sized(self, size: int, memory: int) -> "Plan":
        """Give the plan for `size` draws of each replicate: every draw is kept if there is room, else rows and counts.

        Raises:
            UsageError: there is no room for so many of what must be kept.
        """
        rows = min(ROWS // REPLICATES, size)
        room, a_row = memory - PROGRAM, self._row
        counts = self._all_draws(size) + (rows * a_row if size > rows else 0) > room
        if counts and self.smoothing:
            raise UsageError(
                f"{memory / 1e6:,.0f} MB of memory are too little for {size * REPLICATES:,} draws with an input"
                " integrated out: all of them are kept (it needs far fewer draws; or leave it out)"
            )
        while counts and rows > PATHS and rows * a_row > room / 2:
            rows //= 2
        if rows * a_row > room:
            need = (PROGRAM + rows * a_row) / 1e6
            raise UsageError(f"{memory / 1e6:,.0f} MB of memory are too little for this run (at least {need:,.0f} MB)")
        return replace(self, rows=rows, counts=counts)

    def has_room(self, size: int, memory: int) -> bool:
        """Whether a run that must keep every draw has room for so many of each replicate; others always have."""
        try:
            self.sized(size, memory)
        except UsageError:
            return self.smoothing is None
        return True

    @property
    def numbers_a_draw(self) -> int:
        """How many numbers a draw leaves that is kept whole, inputs aside."""
        return len(self.cases) * len(self.metrics) + self._lines

    @property
    def _row(self) -> int:
        """Bytes of one row of all replicates: every input and metric."""
        return 8 * REPLICATES * (len(self.cases) * len(self.metrics) + len(all_inputs(self.cases)))

    def _all_draws(self, size: int) -> int:
        """Give the bytes that keeping every draw takes, with what sorting a metric takes."""
        return 8 * REPLICATES * size * (self.numbers_a_draw + 3)

    @property
    def _lines(self) -> int:
        """How many numbers are kept of a draw for the sake of the input integrated out."""
        if self.smoothing is None:
            return 0
        return numbers(self.metrics) * sum(map(self.smoothing.concerns, self.cases.values()))

    def centres(self) -> dict[str, dict[str, float]]:
        """Give each vendor's metrics in the median future, 0 where they are not finite: what sums are taken about."""
        return {name: self._centres(case) for name, case in self.cases.items()}

    def _centres(self, case: Case) -> dict[str, float]:
        middle = evaluate(case, medians(case.inputs) or {"": np.zeros(1)}, metrics=self.metrics).metrics
        return {metric: float(np.nan_to_num(x[0], posinf=0.0, neginf=0.0)) for metric, x in middle.items()}
