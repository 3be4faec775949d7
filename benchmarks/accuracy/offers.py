"""The reference model as two vendors in the same futures, and the axes along which its points are even."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from benchmarks import INDEPENDENT, ROOT
from benchmarks.reference import ours
from benchmarks.reference.constants import LATENT_LIFT, LATENT_OWN, LATENT_RAMP
from sim.distributions import Beta, Distribution, Lognormal
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.quantity import Drawn
from sim.numbers.arrays import Array
from sim.sampling.design import Design
from sim.sampling.draws import SHARED, Chunk, Input, draw, uniforms
from sim.sampling.streams import Latent, Stream

Cases = Mapping[str, Case]

NAMES = tuple(ours.LAWS)
PILOT = Chunk(0, 0, 4096)
PILOT_SEED = 12345


@cache
def offers() -> Cases:
    """Give two vendors: the reference model, and one at 1.6 times the licence fee whose adoption goes further."""
    base = ours.case()
    laws: dict[str, Distribution] = {
        "licence": Lognormal(median=120, sigma=0.15),
        "adoption_final": Beta(a=9, b=2.5),
    }
    dear = replace(
        base,
        vendor="Dear",
        rollout=replace(base.rollout, adoption=Drawn("dear.adoption_final")),
        lines=tuple(ours.Monthly(Drawn("dear.licence")) if line.name == "licences" else line for line in base.lines),
        inputs=tuple(_own(i, laws[i.key]) if i.key in laws else i for i in base.inputs),
    )
    return {"Base": base, "Dear": dear}


@cache
def shipped() -> Cases:
    """Give the first two vendors of the shipped scenario."""
    from sim.study.scenario import load

    return dict(list(load(ROOT / INDEPENDENT).cases.items())[:2])


def _own(shared: Input, law: Distribution) -> Input:
    """Give an input of the other vendor: the same future on another scale."""
    return replace(shared, key=f"dear.{shared.key}", distribution=law)


def along(axes: Array) -> Cases:
    """Give the offers with the first Sobol dimension on the first of some orthonormal axes, (inputs, inputs)."""
    weights = _loadings() @ axes
    streams = [Stream(f"axis {place}", SHARED, place) for place in range(len(NAMES))]
    ties = {name: _tie(row, streams) for name, row in zip(NAMES, weights, strict=True)}
    return {
        name: replace(case, inputs=tuple(replace(i, tie=ties[i.stream.name]) for i in case.inputs))
        for name, case in offers().items()
    }


def _tie(weights: Array, streams: Sequence[Stream]) -> Latent:
    return Latent(tuple((stream, float(w)) for stream, w in zip(streams, weights, strict=True) if abs(w) > 1e-12))


def by_influence() -> Array:
    """Give the inputs as axes, the most influential first."""
    return np.eye(len(NAMES))[:, np.argsort(-np.abs(influence()))]


def by_direction() -> Array:
    """Give axes of which the first is the direction in which the NPV rises fastest."""
    axes, _ = np.linalg.qr(np.column_stack([influence(), np.eye(len(NAMES))]))
    return np.asarray(axes)


@cache
def influence() -> Array:
    """Give the slope of the NPV along each input's own normal score, by least squares over a pilot run."""
    from scipy.special import ndtri

    case = offers()["Base"]
    u = uniforms(ours.STREAMS.values(), design=Design.SOBOL, seed=PILOT_SEED, chunk=PILOT)
    drawn = draw(case.inputs, design=Design.SOBOL, seed=PILOT_SEED, chunk=PILOT)
    npv = evaluate(case, drawn, metrics=["npv"]).metrics["npv"]
    scores = np.column_stack([ndtri(u[name]) for name in NAMES])
    slopes, *_ = np.linalg.lstsq(scores - scores.mean(axis=0), npv - npv.mean())
    return np.asarray(slopes)


def _loadings() -> Array:
    """Give each input's correlated score as a sum of independent ones, (inputs, inputs)."""
    weights = np.eye(len(NAMES))
    row = {"conversion_lift": LATENT_LIFT, "ramp_months": LATENT_RAMP, "adoption_final": LATENT_OWN}
    weights[NAMES.index("adoption_final")] = [row.get(name, 0.0) for name in NAMES]
    return weights
