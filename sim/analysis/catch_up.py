"""How much more adoption, or how many more hours saved, would make one vendor's mean NPV that of the best.

Only this vendor's number moves, in a few thousand of the run's futures: an answer in a planner's own units beside the
factor on benefits (`fit`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.paired import Paired
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.line import Line
from sim.model.lines.benefits import Productivity
from sim.model.lines.customers import Customers
from sim.model.quantity import Drawn, Quantity
from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, standard_error

FEW = 256
"""Futures of each replicate that are valued again."""

MOVED = "what is moved"
"""Key of the number that is moved; no input of a file is called so."""

ROUNDS = 4
"""Times that the answer is drawn nearer by the secant, which is exact at once for what is a straight line."""

Draws = Mapping[str, Array]


@dataclass(frozen=True)
class CatchUp:
    """What it takes to be level with the best; NaN where nothing does."""

    option: str
    adoption: Estimate
    """Points of adoption on top, 0 to 1."""
    hours: Estimate
    """Hours saved a user and week on top."""


def catch_up(table: Paired, option: str, best: str) -> CatchUp:
    """Give what would make an offer's mean NPV that of the best option."""
    case, draws, behind = table.cases[option], few(table.draws(option)), few_of(table.outcome(best, "npv"))
    adoption = _needed(case, draws, behind, with_adoption, case.rollout.adoption, most=1.0)
    hours = next((line.hours_saved for line in case.lines if isinstance(line, Productivity)), None)
    return CatchUp(
        option, adoption, NONE if hours is None else _needed(case, draws, behind, with_hours, hours, most=np.inf)
    )


NONE = Estimate(float("nan"), float("nan"))


def few(draws: Draws) -> dict[str, Array]:
    """Give the first draws of each replicate."""
    return {key: few_of(x) for key, x in draws.items()}


def few_of(x: Array) -> Array:
    """Give the first of each replicate, (m,)."""
    return np.ascontiguousarray(x.reshape(REPLICATES, -1)[:, :FEW]).ravel()


def _needed(
    case: Case, draws: Draws, best: Array, moved: Callable[[Case], Case], number: Quantity, *, most: float
) -> Estimate:
    """Find by how much a number must rise until the mean NPV is that of the best; its error by the delta method."""
    today = _value(draws, number, len(best))

    def behind(rise: float) -> Array:
        values = {**draws, MOVED: np.minimum(today + rise, most)}
        return np.asarray(best - evaluate(moved(case), values, metrics=("npv",)).metrics["npv"])

    step = STEP if np.isinf(most) else most - float(today.min())
    low, high = (0.0, behind(0.0)), (step, behind(step))
    if step <= 0 or (np.isfinite(most) and high[1].mean() > 0) or high[1].mean() >= low[1].mean():
        return NONE
    for _ in range(ROUNDS):
        slope = (high[1].mean() - low[1].mean()) / (high[0] - low[0])
        at = low[0] - low[1].mean() / slope
        found = at, behind(at)
        if abs(found[1].mean()) <= EXACT * abs(low[1].mean()):
            break
        low, high = (found, high) if found[1].mean() > 0 else (low, found)
    rows = found[1].reshape(REPLICATES, -1).mean(axis=1)
    return Estimate(float(found[0]), standard_error(rows) / abs(float(slope)))


STEP = 1.0
"""First step of a number without a bound."""

EXACT = 1e-6
"""Share of the gap at which the answer is good enough."""


def _value(draws: Draws, number: Quantity, size: int) -> Array:
    if not isinstance(number, Drawn):
        return np.full(size, float(number))
    return np.asarray(draws[number.key] * number.times)


def with_adoption(case: Case) -> Case:
    """Give the case with the number that is moved as its adoption."""
    return replace(case, rollout=replace(case.rollout, adoption=Drawn(MOVED)))


def with_hours(case: Case) -> Case:
    """Give the case with the number that is moved as its hours saved, wherever they go."""
    return replace(case, lines=tuple(map(_with_hours, case.lines)))


def _with_hours(line: Line) -> Line:
    if isinstance(line, Productivity):
        return replace(line, hours_saved=Drawn(MOVED))
    if isinstance(line, Customers) and line.selling_time.share != 0.0:
        return replace(line, selling_time=replace(line.selling_time, hours_saved=Drawn(MOVED)))
    return line
