"""What a later go-live costs, in the same futures otherwise."""

from collections.abc import Mapping, Sequence

from sim.distributions import Array
from sim.model import Case, delayed, evaluate


def delay_losses(case: Case, draws: Mapping[str, Array], months: Sequence[int]) -> dict[int, Array]:
    """Give the NPV lost in each future if go-live comes so many months later, (n,) each; negative if it is a gain."""
    now = _npv(case, draws)
    return {later: now - _npv(delayed(case, later), draws) for later in months}


def _npv(case: Case, draws: Mapping[str, Array]) -> Array:
    return evaluate(case, draws, metrics=("npv",)).metrics["npv"]
