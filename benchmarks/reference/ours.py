"""This library: its inputs, correlations, rollout, metrics and engine, with the model's lines written in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.reference.constants import (
    ADMIN,
    ADOPTION_FINAL,
    CHURN,
    CONVERSION_LIFT,
    CUSTOMERS,
    IMPLEMENTATION,
    KEPT,
    LATENT_LIFT,
    LATENT_OWN,
    LATENT_RAMP,
    LICENCE,
    MONTHS,
    PRODUCTIVITY_GAIN,
    RAMP_MONTHS,
    RATE,
    RETENTION_GAIN,
    TIME,
    TRAINING,
    USERS,
    WINS,
    Answers,
)
from sim.distributions import Beta, Distribution, Lognormal, Pert, Triangular, TruncatedNormal, Uniform
from sim.engine.draws import Run
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.run import simulate
from sim.engine.sketch import Exact
from sim.finance.schedule import Flows, Scheduled, stock, times
from sim.model.case import Case
from sim.model.line import Line, Nature
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World
from sim.sampling.design import Design
from sim.sampling.draws import SHARED, Input
from sim.sampling.streams import Latent, Stream, Tie


@dataclass(frozen=True)
class Used(Line):
    """A benefit in proportion to adoption."""

    name: str
    nature: Nature
    monthly: float
    share: Drawn

    def flows(self, world: World) -> Flows:
        """Give the benefit of full use, as far as the use has come."""
        return times(world.adopted, self.monthly * world[self.share])


@dataclass(frozen=True)
class Kept(Line):
    """Margin of the customers that stay because of the CRM."""

    gain: Drawn
    name: str = "customers kept"
    nature: Nature = Nature.CASH_BENEFIT

    def flows(self, world: World) -> Flows:
        """Follow the stock of customers kept from month to month."""
        return times(stock(world.adopted, 1 - CHURN / 12), CUSTOMERS / 12 * KEPT * world[self.gain])


@dataclass(frozen=True)
class Monthly(Line):
    """Licences, from the month after signature."""

    fee: Drawn
    name: str = "licences"
    nature: Nature = Nature.CASH_COST

    def flows(self, world: World) -> Flows:
        """Give the same fee every month."""
        return Scheduled(np.asarray(world.t > 0, np.float64), USERS * world[self.fee] + ADMIN)


@dataclass(frozen=True)
class Start(Line):
    """What is paid at signature."""

    quote: Drawn
    training: Drawn
    name: str = "start"
    nature: Nature = Nature.CASH_COST

    def flows(self, world: World) -> Flows:
        """Give the bill in month 0."""
        return Scheduled(np.asarray(world.t == 0, np.float64), world[self.quote] + USERS * world[self.training])


def _named(low: float, mode: float, high: float) -> dict[str, float]:
    return {"low": low, "mode": mode, "high": high}


def _cut_off(mean: float, sd: float, low: float, high: float) -> dict[str, float]:
    return {"mean": mean, "sd": sd, "low": low, "high": high}


LAWS: dict[str, Distribution] = {
    "adoption_final": Beta(a=ADOPTION_FINAL[0], b=ADOPTION_FINAL[1]),
    "retention_gain": Pert(**_named(*RETENTION_GAIN)),
    "conversion_lift": Triangular(**_named(*CONVERSION_LIFT)),
    "implementation": Triangular(**_named(*IMPLEMENTATION)),
    "productivity_gain": TruncatedNormal(**_cut_off(*PRODUCTIVITY_GAIN)),
    "licence": Lognormal(median=LICENCE[0], sigma=LICENCE[1]),
    "ramp_months": Uniform(low=RAMP_MONTHS[0], high=RAMP_MONTHS[1]),
    "training": Uniform(low=TRAINING[0], high=TRAINING[1]),
}
STREAMS = {name: Stream(name, SHARED, position) for position, name in enumerate(LAWS)}
ADOPTION = Latent(
    (
        (STREAMS["conversion_lift"], float(LATENT_LIFT)),
        (STREAMS["ramp_months"], float(LATENT_RAMP)),
        (STREAMS["adoption_final"], float(LATENT_OWN)),
    )
)
METRICS = ("roi", "npv", "payback_first")
ALL = 1 << 40
"""Bytes that a run may take: enough to keep every draw."""
TIES: Mapping[str, Tie] = {"adoption_final": ADOPTION}


def case(ties: Mapping[str, Tie] = TIES) -> Case:
    """Put the model together; without ties its inputs are independent."""
    return Case(
        vendor="CRM",
        months=MONTHS,
        discount_rate=RATE,
        finance_rate=RATE,
        reinvestment_rate=RATE,
        users=float(USERS),
        rollout=Rollout(adoption=Drawn("adoption_final"), ramp_months=Drawn("ramp_months"), shape=Climb.LINEAR),
        lines=(
            Used("wins", Nature.CASH_BENEFIT, WINS, Drawn("conversion_lift")),
            Used("time freed", Nature.SOFT_BENEFIT, TIME, Drawn("productivity_gain")),
            Kept(Drawn("retention_gain")),
            Start(Drawn("implementation"), Drawn("training")),
            Monthly(Drawn("licence")),
        ),
        inputs=tuple(Input(name, STREAMS[name], law, tie=ties.get(name)) for name, law in LAWS.items()),
    )


def run(
    draws: int,
    seed: int,
    *,
    design: Design = Design.SOBOL,
    workers: int = 1,
    ties: Mapping[str, Tie] = TIES,
    metrics: Sequence[str] = METRICS,
) -> Run:
    """Simulate the model and keep every draw, as the others do."""
    cases = {"CRM": case(ties)}
    return simulate(cases, Recipe(draws, seed, design), Means(workers, memory=ALL), metrics=metrics)


def answers(
    draws: int,
    seed: int,
    *,
    irr: bool = False,
    design: Design = Design.SOBOL,
    workers: int = 1,
    ties: Mapping[str, Tie] = TIES,
) -> Answers:
    """Simulate and give the draws."""
    wanted = (*METRICS, "irr") if irr else METRICS
    sketches = run(draws, seed, design=design, workers=workers, ties=ties, metrics=wanted).vendors["CRM"].sketches
    return Answers(*(sketch.values for sketch in sketches.values() if isinstance(sketch, Exact)))
