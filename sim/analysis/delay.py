"""What a later go-live costs, in the same futures otherwise."""

from collections.abc import Mapping, Sequence

from sim.errors import UsageError
from sim.model.case import Case, delayed
from sim.model.evaluation import evaluate
from sim.model.lines.yearly import YearlyRow
from sim.numbers.arrays import Array


def has_golive(case: Case) -> bool:
    """Whether anything of a case hangs on go-live: rows of a yearly table do not."""
    return not any(isinstance(line, YearlyRow) for line in case.lines)


def delay_losses(case: Case, draws: Mapping[str, Array], months: Sequence[int]) -> dict[int, Array]:
    """Give the NPV lost in each future if go-live comes so many months later, (n,) each; negative if it is a gain.

    Raises:
        UsageError: the case is given by rows, which have no go-live.
    """
    if not has_golive(case):
        raise UsageError("a scenario of rows has no go-live that could come later (delay a row by starts_after)")
    now = _npv(case, draws)
    return {later: now - _npv(delayed(case, later), draws) for later in months}


def _npv(case: Case, draws: Mapping[str, Array]) -> Array:
    return evaluate(case, draws, metrics=("npv",)).metrics["npv"]
