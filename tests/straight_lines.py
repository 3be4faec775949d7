"""Cases whose results are straight lines in their inputs, or nearly."""

from dataclasses import dataclass

import numpy as np

import sim
from sim.distributions import Distribution
from sim.model.case import Case
from sim.model.line import Line, Nature
from sim.model.quantity import Drawn
from sim.model.rollout import Rollout
from sim.model.world import World
from sim.sampling.draws import Input
from sim.scenario.cases.streams import stream_of

MONTHS = 24
BOTH = {"x": sim.Uniform(low=0, high=1), "y": sim.Uniform(low=0, high=1)}


@dataclass(frozen=True)
class Monthly(Line):
    """An amount in every month after signature."""

    amount: Drawn | float
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "monthly"

    def flows(self, world: World):
        return (world.t >= 1) * world[self.amount]


@dataclass(frozen=True)
class AtOnce(Line):
    """An amount at signature."""

    amount: Drawn | float
    nature: Nature = Nature.CASH_COST
    name: str = "at once"

    def flows(self, world: World):
        return (world.t == 0) * world[self.amount]


@dataclass(frozen=True)
class Capped(Line):
    """An amount in month 1, of which what lies above a cap is lost."""

    amount: Drawn
    cap: float
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "capped"

    def flows(self, world: World):
        return (world.t == 1) * np.minimum(world[self.amount], self.cap)


def drawn(key: str, law: Distribution) -> Input:
    return Input(key, stream_of(key), law)


def case(*lines: Line, **laws: Distribution) -> Case:
    inputs = tuple(drawn(key, law) for key, law in laws.items())
    return Case("A", MONTHS, 0.1, 0.1, 0.1, 10.0, Rollout(), lines, inputs)


@dataclass(frozen=True)
class Gated(Line):
    """An amount in month 1 if an event happens."""

    amount: Drawn
    event: Drawn
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "gated"

    def flows(self, world: World):
        return (world.t == 1) * world[self.amount] * world[self.event]
