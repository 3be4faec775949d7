"""Scenario files: `load` one, `run` it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, UsageError
from sim.model import Case
from sim.results import PERCENTILES, Results, Setting
from sim.run import simulate
from sim.sampling import Design
from sim.scenario.loading import load_file
from sim.statistics import check_percentiles

DRAWS = 65_536


@dataclass(frozen=True)
class Scenario:
    """A scenario that can run: a case a vendor, and what the numbers refer to."""

    setting: Setting
    cases: dict[str, Case]
    warnings: tuple[Problem, ...] = ()

    def run(
        self,
        *,
        draws: int = DRAWS,
        seed: int = 1,
        design: str = "sobol",
        percentiles: Sequence[float] = PERCENTILES,
        workers: int = 1,
        map_: Any = None,
        chunks_per_task: int = 1,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Results:
        """Simulate every vendor in the same futures.

        Args:
            draws: futures to draw, at least; rounded up to whole replicates.
            seed: any whole number; the same seed gives the same numbers.
            design: how draws fill the space of inputs: sobol, latin, random or hdr.
            percentiles: which ones summaries show.
            workers: threads that share the work; the numbers do not depend on it.
            map_: another way to share it, called like the built-in `map`.
            chunks_per_task: how much work is handed over at a time; the numbers do not depend on it.
            progress: called with the share of the work done.

        Raises:
            UsageError: an argument that makes no sense.
        """
        check_percentiles(percentiles)
        if design not in list(Design):
            raise UsageError(f"no design is called '{design}' (one of: {', '.join(Design)})")
        run = simulate(
            self.cases,
            draws=draws,
            seed=seed,
            design=Design(design),
            workers=workers,
            map_=map_,
            chunks_per_task=chunks_per_task,
            progress=progress,
        )
        return Results(self.cases, run, self.setting, percentiles)

    def __repr__(self) -> str:
        vendors = ", ".join(self.cases)
        return f"<Scenario {self.setting.name}: {vendors}; {self.setting.months} months, {self.setting.currency}>"


def load(path: str | Path) -> Scenario:
    """Read and check a scenario file.

    Raises:
        ScenarioError: with every problem of the file, each with its line and column.
    """
    loaded = load_file(Path(path))
    file = loaded.file
    setting = Setting(
        name=file.name,
        currency=file.currency,
        months=file.months,
        target_payback=file.targets.payback,
        target_roi=file.targets.roi,
        path=str(path),
        sha256=loaded.sha256,
        discount_rate=file.discount_rate.asked,
        assumptions=loaded.assumptions,
        correlations=loaded.correlations,
    )
    return Scenario(setting, loaded.cases, loaded.warnings)
