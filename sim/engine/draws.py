"""What a run leaves of each vendor."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.engine.parts import Paths
from sim.engine.recipe import Recipe
from sim.engine.sketch import Sketch
from sim.numbers.arrays import Array
from sim.sampling.design import Design


@dataclass(frozen=True, eq=False)
class VendorDraws:
    """What a run leaves of one vendor, in order of replicate: (k,) reshapes to (REPLICATES, k / REPLICATES)."""

    metrics: Mapping[str, Array]
    """(k,) by metric: the draws that are kept, on the same rows as the run's inputs."""
    sketches: Mapping[str, Sketch]
    """What all draws of a metric come to."""
    line_means: Mapping[str, Array]
    """Mean total of each line in each replicate, (REPLICATES,)."""
    position: Paths
    """Running total of money received and paid by month, (m, p), of the first draws of each replicate."""
    running: Paths
    """Running total of the net flows, staff time included, (m, p)."""


@dataclass(frozen=True, eq=False)
class Run:
    """All that a run leaves: of each vendor, and of every input by key, (k,)."""

    vendors: Mapping[str, VendorDraws]
    inputs: Mapping[str, Array]
    recipe: Recipe
    """What decided the numbers, with the draws that were made."""
    kept: int
    """Draws that are kept in full: all of them, or the first of each replicate."""
    counted: bool = False
    """Whether percentiles come from counts, within 0.1 % of their value, because there was no room for all draws."""
    smoothed: str | None = None
    """Key of the input that probabilities and percentiles are worked out over exactly, if there is one."""

    @property
    def seed(self) -> int:
        """The seed of its draws."""
        return self.recipe.seed

    @property
    def design(self) -> Design:
        """How its draws fill the space of inputs."""
        return self.recipe.design

    @property
    def draws(self) -> int:
        """How many futures were drawn."""
        return self.recipe.draws
