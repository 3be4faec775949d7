"""What is known of options under stress: their figures as in the file and under each stress, and what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.sampling.estimates import Estimate, Statistics


@dataclass(frozen=True)
class UnderStress:
    """One option by NPV, as in the file or under a stress."""

    npv: Statistics
    """Its mean, P10, median and P90."""
    p_above: Estimate
    """P(NPV > 0)."""
    p_best: Estimate
    """Probability of the highest NPV of all options; ties are split."""
    regret: Estimate
    """Expected loss against always picking the best option with hindsight."""
    change: Estimate
    """Mean NPV less that as in the file, in the same futures."""


@dataclass(frozen=True)
class Stress:
    """All options under one stress."""

    name: str
    told: tuple[str, ...]
    """What becomes of the inputs, in words."""
    options: Mapping[str, UnderStress]
    evaluations: int
    """How many times a vendor was valued again in every future."""
    effective: float | None = None
    """Of how many futures of equal weight reweighted ones are worth; None where none are."""


@dataclass(frozen=True)
class StressFacts:
    """Options by NPV as in the file and under some stresses, as numbers."""

    currency: str
    draws: int
    base: Mapping[str, UnderStress]
    stresses: tuple[Stress, ...]

    @property
    def evaluations(self) -> int:
        """How many times a vendor was valued again in every future."""
        return sum(stress.evaluations for stress in self.stresses)
