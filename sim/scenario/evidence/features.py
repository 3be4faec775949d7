"""What each of the ten features may move, and by how much where a scenario asks for it: `data/features.yaml`."""

from functools import cache

from pydantic import Field

from sim.distributions import Distribution
from sim.numbers.spec import Spec
from sim.scenario.evidence.priors import Prior, priors
from sim.scenario.evidence.reading import Day, data_text, shaped
from sim.scenario.number import FixedRate, Leaf
from sim.scenario.shapes.features import Feature

FILE = "features.yaml"


class FeatureEntry(Spec):
    """One feature."""

    title: str
    moves: dict[str, FixedRate] = Field(min_length=1)
    """Share of the lever's effect that is the feature's, by number of `effects`."""
    why: str
    """Why it moves them, or moves them so far."""


class FeatureData(Spec):
    """The data file."""

    as_of: Day
    qualities: dict[str, FixedRate]
    levers: dict[str, str]
    """Name of the prior of each lever."""
    features: dict[Feature, FeatureEntry]

    def worth(self, quality: Leaf) -> float:
        """Give the share of a full feature that a quality stands for."""
        return quality.content if isinstance(quality.content, float) else self.qualities[str(quality.content)]

    def prior(self, lever: str) -> Prior:
        """Give the prior of a lever: its effect at full quality of every feature that moves it."""
        return priors().priors[self.levers[lever]]

    def distribution(self, lever: str) -> Distribution:
        """Give the distribution of that effect."""
        return self.prior(lever).distribution


@cache
def feature_data() -> FeatureData:
    """Give the features as the program knows them."""
    return shaped(FeatureData, data_text(FILE), shown=f"sim/data/{FILE}")
