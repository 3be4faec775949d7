"""What a run answers of one vendor: percentiles, probabilities, tornados.

pandas is imported by the methods that give DataFrames; the numbers themselves need numpy only.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.driver_table import driver_table, frame_of, kind_table
from sim.analysis.drivers import DriverTornado, driver_tornado
from sim.analysis.paired import Paired
from sim.analysis.statistic import Statistic, check_metric, targets
from sim.analysis.tornado import Tornado, tornado
from sim.analysis.tornado_kinds import tornado_of_kind
from sim.engine.draws import VendorDraws
from sim.engine.sketch import Sketch
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.setting import Setting
from sim.model.world import World
from sim.numbers.arrays import Array
from sim.numbers.percentiles import percentile_key
from sim.sampling import estimates as statistics
from sim.sampling.estimates import Bounds, Estimate, Statistics

if TYPE_CHECKING:
    import pandas as pd

HEADLINE = (10.0, 50.0, 90.0)
"""Percentiles that every report shows, whichever it is asked for."""


class Result:
    """One vendor's draws and what they say. `result["npv"]` gives the draws of a metric that are kept, (k,).

    Those are all draws of a run of up to 131,072, else the first of each replicate; statistics are of all draws.
    """

    def __init__(
        self,
        case: Case,
        draws: VendorDraws,
        setting: Setting,
        percentiles: tuple[float, ...],
        inputs: Mapping[str, Array],
    ) -> None:
        self.case, self.draws, self.setting = case, draws, setting
        self.percentiles = percentiles
        self._inputs = inputs
        self._described: dict[str, Statistics] = {}
        self._described_live: dict[str, Statistics] = {}
        self._tornados: dict[str, Tornado] = {}

    @property
    def vendor(self) -> str:
        """The vendor's name."""
        return self.case.vendor

    def __getitem__(self, metric: str) -> Array:
        return self.draws.metrics[check_metric(metric)]

    def sketch(self, metric: str) -> Sketch:
        """Give what all draws of a metric come to."""
        return self.draws.sketches[check_metric(metric)]

    def statistics(self, metric: str) -> Statistics:
        """Give mean, sd and percentiles of a metric with their standard errors."""
        if metric not in self._described:
            qs = {*self.percentiles, *HEADLINE}
            self._described[metric] = self.sketch(metric).describe(sorted(qs))
        return self._described[metric]

    @cached_property
    def live(self) -> NDArray[np.bool_] | None:
        """In which of the draws kept the project goes live, (k,); None if it is never cancelled before."""
        drawn = {i.key: self._inputs[i.key] for i in self.case.inputs}
        world = World(self.case.rollout, self.case.months, drawn, self.case.events)
        size = len(next(iter(self.draws.metrics.values())))
        return np.broadcast_to(np.isinf(world.stop), size) if world.may_stop else None

    def statistics_live(self, metric: str) -> Statistics:
        """Give the statistics of a metric in the futures, of those kept, in which the project goes live.

        Raises:
            UsageError: an unknown metric, or a project that is never cancelled.
        """
        if self.live is None:
            raise UsageError(f"'{self.vendor}' goes live in every future: no event cancels it before")
        if metric not in self._described_live:
            values = np.where(self.live, self[metric], np.nan)
            whole = METRICS[metric].whole
            qs = sorted({*self.percentiles, *HEADLINE})
            self._described_live[metric] = statistics.describe(values, qs, interpolate=not whole)
        return self._described_live[metric]

    def probability(
        self,
        metric: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> Estimate:
        """Estimate the probability that a metric keeps every bound given; a draw without a value keeps none.

        Raises:
            UsageError: an unknown metric, or no bound at all.
        """
        sketch = self.sketch(metric)
        return sketch.probability(Bounds(at_least=at_least, at_most=at_most, above=above, below=below))

    def payback_by_month(self) -> list[Estimate]:
        """Give P(payback <= m) for every month m from 0 to the horizon."""
        return [self.probability("payback", at_most=month) for month in range(self.setting.months + 1)]

    def line_means(self) -> dict[str, Estimate]:
        """Give the mean total of every benefit and cost line over the horizon, undiscounted."""
        return {
            name: Estimate(float(rows.mean()), statistics.standard_error(rows))
            for name, rows in self.draws.line_means.items()
        }

    def estimate(self, statistic: Statistic) -> Estimate:
        """Estimate a statistic: a probability, a mean or a percentile of a metric."""
        sketch = self.sketch(statistic.metric)
        if statistic.bounds is not None:
            return sketch.probability(statistic.bounds)
        described = self.statistics(statistic.metric)
        if statistic.what == "mean":
            return described.mean
        q = float(statistic.what[1:])
        return self.statistics_at(statistic.metric, q).percentiles[q]

    def statistics_at(self, metric: str, q: float) -> Statistics:
        """Give statistics of a metric that hold a percentile."""
        described = self.statistics(metric)
        return described if q in described.percentiles else self.sketch(metric).describe([q])

    @cached_property
    def targets(self) -> Mapping[Statistic, Estimate]:
        """The probabilities every report shows."""
        return {target: self.estimate(target) for target in targets(self.setting)}

    def bars(self, metric: str = "npv") -> Tornado:
        """Give the one-at-a-time tornado of a metric."""
        if metric not in self._tornados:
            self._tornados[metric] = tornado(self.case, check_metric(metric))
        return self._tornados[metric]

    def summary(self) -> "pd.DataFrame":
        """Give mean, sd and percentiles, a row a metric."""
        import pandas as pd

        return pd.DataFrame({metric: self._row(metric, "value") for metric in METRICS}).T.rename_axis("metric")

    def standard_errors(self) -> "pd.DataFrame":
        """Give the standard errors of `summary`, in the same shape."""
        import pandas as pd

        return pd.DataFrame({metric: self._row(metric, "se") for metric in METRICS}).T.rename_axis("metric")

    @cached_property
    def paired(self) -> Paired:
        """This vendor, and buying nothing, in the futures that are kept."""
        used = {self.vendor: tuple(i.key for i in self.case.inputs)}
        size = len(next(iter(self.draws.metrics.values())))
        outcomes, cases = {self.vendor: self.draws.metrics}, {self.vendor: self.case}
        return Paired(self._inputs, outcomes, used, cases, size, self.setting.nothing)

    def drivers(self, target: str = "npv", *, groups: Sequence[str] = ()) -> DriverTornado:
        """Give what moves a metric of this vendor, or its gap to buying nothing; see `Results.drivers`."""
        return driver_tornado(self.paired, target, self.vendor, groups)

    def tornado(
        self, target: str = "npv", *, kind: str = "", groups: Sequence[str] = (), points: Sequence[float] = ()
    ) -> "pd.DataFrame":
        """Give what moves a metric of this vendor, a row an input, the largest share first; see `Results.tornado`."""
        if kind:
            return frame_of([kind_table(tornado_of_kind(self.paired, kind, target, self.vendor, points))])
        return frame_of([driver_table([self.drivers(target, groups=groups)])])

    def _row(self, metric: str, part: str) -> dict[str, float]:
        statistics = self.statistics(metric)
        row = {"mean": getattr(statistics.mean, part), "sd": getattr(statistics.sd, part)}
        row |= {percentile_key(q): getattr(statistics.percentiles[q], part) for q in self.percentiles}
        return row | {"undefined": getattr(statistics.undefined, part), "never": getattr(statistics.never, part)}

    def __repr__(self) -> str:
        low, median, high = (self.statistics("npv").percentiles[q].value for q in HEADLINE)
        chance = self.probability("npv", above=0).value
        return (
            f"<Result {self.vendor}: median NPV {median:,.0f} {self.setting.currency}"
            f" (P10 {low:,.0f}, P90 {high:,.0f}), P(NPV > 0) {chance:.1%}>"
        )
