"""What a report says beyond the run, each made of a small run of its own: key figures, levers, the cost of delay.

The small runs have the seed and design of the run and whole replicates, so every figure has its standard error. They
keep the report quick and its memory bounded, however many futures the run has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.analysis.delay import delay_losses, has_golive
from sim.analysis.key_figures import KpiAnswer, answers
from sim.analysis.levers import lever_margins
from sim.model.case import Case
from sim.model.key_figures.table import RECORDED, Record
from sim.numbers.arrays import Array
from sim.sampling import estimates as statistics
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES, futures
from sim.sampling.estimates import Estimate

KPI_FUTURES = 256
"""Futures of each replicate that key figures are made of."""
FEW = 128
"""Futures of each replicate that levers and delays are made of."""
LATER = (1, 3, 6)
"""Months of delay that a report shows."""


@dataclass(frozen=True)
class Details:
    """A run's cases and what its draws go by; what has been asked for once is kept."""

    cases: Mapping[str, Case]
    seed: int
    design: Design
    replicate: int
    """Draws of a replicate of the run."""
    kpi_month: int
    records: Mapping[str, Record]
    _futures: dict[int, dict[str, Array]] = field(default_factory=dict)
    _kpis: dict[tuple[str, int], list[KpiAnswer]] = field(default_factory=dict)
    _levers: dict[str, dict[str, Estimate]] = field(default_factory=dict)
    _delays: dict[str, dict[int, Estimate]] = field(default_factory=dict)

    @property
    def kpi_futures(self) -> int:
        """Futures that key figures are made of, in all."""
        return min(KPI_FUTURES, self.replicate) * REPLICATES

    @property
    def few_futures(self) -> int:
        """Futures that levers and delays are made of, in all."""
        return min(FEW, self.replicate) * REPLICATES

    def futures(self, vendor: str, size: int) -> dict[str, Array]:
        """Give a vendor's inputs in `size` futures of each replicate, or all if there are fewer, (n,) each."""
        size = min(size, self.replicate)
        if size not in self._futures:
            inputs = {i.key: i for case in self.cases.values() for i in case.inputs}
            self._futures[size] = futures(list(inputs.values()), design=self.design, seed=self.seed, size=size)
        drawn = self._futures[size]
        return {i.key: drawn[i.key] for i in self.cases[vendor].inputs} or {"": np.zeros(size * REPLICATES)}

    def kpis(self, vendor: str, month: int | None = None) -> list[KpiAnswer]:
        """Give a vendor's key figures in the year up to a month, that of the file if not given.

        Raises:
            UsageError: a month outside the horizon.
        """
        key = vendor, self.kpi_month if month is None else month
        if key not in self._kpis:
            draws = self.futures(vendor, KPI_FUTURES)
            self._kpis[key] = list(answers(self.cases[vendor], draws, key[1], self.records))
        return self._kpis[key]

    def recorded(self) -> list[tuple[str, Record, str]]:
        """Give the key figures that are only recorded: name, what the file says, and why no money hangs on it."""
        return [(name, self.records[name], noted.why) for name, noted in RECORDED.items() if name in self.records]

    def levers(self, vendor: str) -> dict[str, Estimate]:
        """Give the mean part of a vendor's customer margin that each lever makes."""
        if vendor not in self._levers:
            margins = lever_margins(self.cases[vendor], self.futures(vendor, FEW))
            self._levers[vendor] = {lever: statistics.mean(part) for lever, part in margins.items()}
        return self._levers[vendor]

    def delays(self, vendor: str) -> dict[int, Estimate]:
        """Give the mean NPV that a vendor loses by months of delay; nothing where there is no go-live."""
        if not has_golive(self.cases[vendor]):
            return {}
        if vendor not in self._delays:
            lost = delay_losses(self.cases[vendor], self.futures(vendor, FEW), LATER)
            self._delays[vendor] = {month: statistics.mean(loss) for month, loss in lost.items()}
        return self._delays[vendor]
