"""What decides the numbers of a run; it loads nothing heavy, so that the command line can show its defaults."""

from dataclasses import dataclass, replace

from sim.errors import UsageError
from sim.numbers.percentiles import check_percentiles
from sim.sampling.design import MOST_NUMBERED, Design

DRAWS = 65_536
"""Futures of a run, by default."""

MOST_DOUBLED = 1 << 22
"""Where doubling for the sake of precision ends, by default."""

PERCENTILES = (5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0)
"""What reports show, by default."""

MEMORY = 1_000_000_000
"""Bytes that a run may take, by default."""

CLUSTER_WAIT = 60.0
"""Seconds that the scheduler and the first worker of a cluster may take, by default: busy machines start slowly."""


@dataclass(frozen=True)
class Recipe:
    """All that decides the numbers of a scenario's run, and nothing else: the same recipe gives the same numbers.

    It is checked once, when it is made. What a file of percentiles or a narrower interval shows of the draws is part of
    it: two reports are alike if their recipes are.

    Raises:
        UsageError: a number, a design or a percentile that makes no sense.
    """

    draws: int = DRAWS
    """Futures to draw, at least; rounded up to whole replicates."""
    seed: int = 1
    design: Design = Design.SOBOL
    percentiles: tuple[float, ...] = PERCENTILES
    """Which ones summaries show, in order."""
    precision: tuple[str, ...] = ()
    """How wide the 95 % intervals may be; draws are doubled until all of them are met."""
    max_draws: int = MOST_DOUBLED
    """Where doubling ends."""
    smooth: str | None = None
    """The input that is integrated out, by its name, or "auto"."""

    def __post_init__(self) -> None:
        """Check every field, and put it in its one form."""
        object.__setattr__(self, "percentiles", check_percentiles(self.percentiles))
        if self.design not in list(Design):
            raise UsageError(f"no design is called '{self.design}' (one of: {', '.join(Design)})")
        object.__setattr__(self, "design", Design(self.design))
        if self.precision and self.design is Design.HDR:
            raise UsageError("draws of the hdr design cannot be doubled (use --draws, or another design)")
        if not 1 <= self.draws <= MOST_NUMBERED:
            raise UsageError(f"cannot make {self.draws:,} draws (1 to {MOST_NUMBERED:,})")

    def of_draws(self, draws: int) -> "Recipe":
        """Give the recipe of so many draws, once it is known how many were made."""
        return replace(self, draws=draws)

    def facts(self) -> dict[str, str | int]:
        """Give what tells a run's draws from those of another, as journals and documents write it."""
        return {"seed": self.seed, "draws": self.draws, "design": str(self.design)}
