"""What a run leaves: finished parts entered in any order, and the run that they come to."""

import numpy as np

from sim.engine.draws import Run, VendorDraws
from sim.engine.parts import DrawnRows, Part, Paths
from sim.engine.plan import PATHS, Plan
from sim.engine.sketch import Cells, Counted, Exact, Sketch, rounded
from sim.engine.smooth.kept import Kept
from sim.finance.metrics import METRICS
from sim.model.case import all_inputs
from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES, chunks


class Gathering:
    """Where finished parts are entered, in any order."""

    def __init__(self, plan: Plan, size: int) -> None:
        self.plan, self.size = plan, size
        self.centres = plan.centres() if plan.counts else {}
        self.inputs = {key: np.empty((REPLICATES, plan.rows)) for key in all_inputs(plan.cases)}
        self.metrics = {
            name: {metric: np.empty((REPLICATES, self._long)) for metric in plan.metrics} for name in plan.cases
        }
        paths = REPLICATES, min(size, PATHS)
        self.paths: dict[str, tuple[Paths, Paths]] = {
            name: (np.empty((case.months + 1, *paths), np.float32), np.empty((case.months + 1, *paths), np.float32))
            for name, case in plan.cases.items()
        }
        self.cells: dict[tuple[str, str, int], Cells] = {}
        self.lines: dict[tuple[str, str, int], int] = {}
        self.coefficients = {
            name: Kept(plan.smoothing, plan.metrics, case.months + 1, size)
            for name, case in plan.cases.items()
            if plan.smoothing and plan.smoothing.concerns(case)
        }

    @property
    def _long(self) -> int:
        """Draws of each replicate whose metrics are kept."""
        return self.plan.rows if self.plan.counts else self.size

    def grow(self, plan: Plan, size: int) -> None:
        """Make room for more draws of each replicate; what was kept so far is counted if there is no room for all."""
        if plan.counts and not self.plan.counts:
            self._count(plan)
        self.plan, self.size = plan, size
        self.inputs = {key: _resized(x, plan.rows) for key, x in self.inputs.items()}
        self.metrics = {
            name: {metric: _resized(x, self._long) for metric, x in metrics.items()}
            for name, metrics in self.metrics.items()
        }
        for kept in self.coefficients.values():
            kept.grow(size)

    def _count(self, plan: Plan) -> None:
        """Count the draws kept, chunk by chunk as they were made, so that sums come out the same."""
        self.centres = plan.centres()
        for chunk in chunks(self.size):
            values = slice(chunk.start, chunk.start + chunk.size)
            part = Part()
            for name, metrics in self.metrics.items():
                drawn = {metric: x[chunk.replicate, values] for metric, x in metrics.items()}
                part.count(name, chunk.replicate, drawn, self.centres[name])
            self.enter(part)

    def enter(self, part: Part) -> None:
        """Put a part's draws in their place, and add its counts and sums."""
        for rows in part.rows:
            self._enter_rows(rows)
        for place, total in part.lines.items():
            self.lines[place] = self.lines.get(place, 0) + total
        for place, cells in part.cells.items():
            if place in self.cells:
                self.cells[place].merge(cells)
            else:
                self.cells[place] = cells

    def _enter_rows(self, rows: DrawnRows) -> None:
        replicate, start = rows.chunk.replicate, rows.chunk.start
        for key, x in rows.inputs.items():
            self.inputs[key][replicate, start : start + len(x)] = x
        for name, metrics in rows.metrics.items():
            for metric, x in metrics.items():
                self.metrics[name][metric][replicate, start : start + len(x)] = x
        for name, paths in rows.paths.items():
            for whole, piece in zip(self.paths[name], paths, strict=True):
                whole[:, replicate, start : start + piece.shape[1]] = piece
        for name, coefficients in rows.coefficients.items():
            self.coefficients[name].enter(rows.chunk, coefficients)

    def close(self) -> Run:
        """Give the finished run."""
        return Run(
            vendors={name: self._vendor(name) for name in self.plan.cases},
            inputs={key: x.ravel() for key, x in self.inputs.items()},
            recipe=self.plan.recipe.of_draws(self.size * REPLICATES),
            kept=self.plan.rows * REPLICATES,
            counted=self.plan.counts,
            smoothed=self.plan.smoothing.key if self.plan.smoothing else None,
        )

    def _vendor(self, name: str) -> VendorDraws:
        case, metrics = self.plan.cases[name], self.metrics[name]
        position, running = (x.reshape(case.months + 1, -1) for x in self.paths[name])
        return VendorDraws(
            metrics={metric: np.ascontiguousarray(x[:, : self.plan.rows]).ravel() for metric, x in metrics.items()},
            sketches={metric: self._sketch(name, metric) for metric in metrics},
            line_means={line.name: self._line_means(name, line.name) for line in case.lines},
            position=position,
            running=running,
        )

    def _sketch(self, name: str, metric: str) -> Sketch:
        if name in self.coefficients:
            return self.coefficients[name].sketch(metric, self.metrics[name][metric].ravel())
        if not self.plan.counts:
            return Exact(self.metrics[name][metric].ravel(), whole=METRICS[metric].whole)
        cells = tuple(self.cells[name, metric, replicate] for replicate in range(REPLICATES))
        return Counted(cells, whole=METRICS[metric].whole)

    def _line_means(self, name: str, line: str) -> Array:
        return np.array([rounded(self.lines[name, line, replicate]) / self.size for replicate in range(REPLICATES)])


def _resized(x: Array, size: int) -> Array:
    """Give rows of another length: cut off, or with room at the end."""
    if size <= x.shape[1]:
        return x[:, :size]
    longer = np.empty((len(x), size))
    longer[:, : x.shape[1]] = x
    return longer
