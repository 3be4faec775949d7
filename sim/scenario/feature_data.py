"""What each of the ten features may move, and by how much where a scenario asks for it: `data/features.yaml`."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from sim.distributions import Distribution
from sim.errors import Problem
from sim.scenario.features import Feature
from sim.scenario.leaf import Expects, FixedRate, Leaf, expects_of
from sim.scenario.sections import Effects
from sim.scenario.text import parse
from sim.spec import Reading, Spec

FILE = "features.yaml"

Grade = Literal["A", "B", "C", "D", "none"]


class _LeverShape(Spec):
    """The default effect on one number of `effects`."""

    law: dict[str, Any]
    grade: Grade


class _FeatureShape(Spec):
    """One feature: its title, and which share of each lever's effect is its own."""

    title: str
    moves: dict[str, FixedRate] = Field(min_length=1)


class _FileShape(Spec):
    """The data file."""

    as_of: Annotated[datetime.date, BeforeValidator(str)]
    qualities: dict[str, FixedRate]
    levers: dict[str, _LeverShape]
    features: dict[Feature, _FeatureShape]


@dataclass(frozen=True)
class Lever:
    """A number of `effects` that features may move: what it takes, the default law with its source, and its grade."""

    expects: Expects
    leaf: Leaf
    grade: str

    @property
    def law(self) -> Distribution:
        """The default effect at full quality of every feature that moves it."""
        if not isinstance(self.leaf.content, Distribution):
            raise TypeError(f"{FILE}: {self.leaf.asked} is no distribution")
        return self.leaf.content


@dataclass(frozen=True)
class FeatureData:
    """The data file, read."""

    as_of: datetime.date
    qualities: Mapping[str, float]
    levers: Mapping[str, Lever]
    titles: Mapping[Feature, str]
    moves: Mapping[Feature, Mapping[str, float]]

    def worth(self, quality: Leaf) -> float:
        """Give the share of a full feature that a quality stands for."""
        return quality.content if isinstance(quality.content, float) else self.qualities[str(quality.content)]


@cache
def feature_data() -> FeatureData:
    """Read the data file that comes with the program.

    Raises:
        ValueError: the file is not as it should be.
    """
    found: list[Problem] = []
    tree = parse(files("sim").joinpath("data", FILE).read_text(encoding="utf-8"), found, shown=FILE)
    if tree is None or found:
        raise ValueError("; ".join(map(str, found)))
    shape = _FileShape.model_validate(tree.plain(), context=Reading())
    return FeatureData(
        as_of=shape.as_of,
        qualities=shape.qualities,
        levers={name: _lever(name, lever) for name, lever in shape.levers.items()},
        titles={name: feature.title for name, feature in shape.features.items()},
        moves={name: feature.moves for name, feature in shape.features.items()},
    )


def _lever(name: str, shape: _LeverShape) -> Lever:
    """Read a lever's law as a scenario file's number at its place would be read."""
    expects = expects_of(Effects, name)
    if expects is None:
        raise ValueError(f"{FILE}: effects.{name} takes no number")
    leaf: Leaf = TypeAdapter(Annotated[Leaf, expects]).validate_python(shape.law, context=Reading())
    return Lever(expects, replace(leaf, source=shape.source or "", note=shape.note or ""), shape.grade)
