"""Estimates with one input integrated out exactly, given all others (conditional Monte Carlo, or preintegration).

Where all cash flows are affine in an input - a quote, a price, a yearly gain that multiplies one line - two values of
it give them for every value. A probability given the rest is then one of that input's distribution function: no jump is
left, which Sobol points reward. Source: Griewank, Kuo, Leövey and Sloan 2018, "High dimensional integration of
kinks and jumps - smoothing by preintegration", Journal of Computational and Applied Mathematics 344.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.accuracy.offers import Cases
from benchmarks.accuracy.plain import BEST, CVAR, MEAN, P5, P50, P95, PAYBACK, TAIL, WITHIN, Estimates
from sim.distributions import Array, Distribution
from sim.model import Case, evaluate
from sim.run import all_inputs
from sim.sampling import Chunk, Design, chunks, draw, draws_a_replicate

CELLS = 4096
"""Cells of the table of an integrated distribution function."""


@dataclass(frozen=True)
class Affine:
    """A result of every draw as a function of the input: `base + slope * x`, (n,) or (m, n) each."""

    base: Array
    slope: Array

    def __sub__(self, other: "Affine") -> "Affine":
        """Give the difference of two results."""
        return Affine(self.base - other.base, self.slope - other.slope)

    def times(self, factor: float) -> "Affine":
        """Give a multiple of the result."""
        return Affine(self.base * factor, self.slope * factor)

    def root(self, level: float) -> Array:
        """Give the input's value at which the result is at a level; infinite where it never changes."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.slope == 0, np.inf, (level - self.base) / self.slope)

    def at_most(self, level: float, law: Distribution) -> Array:
        """Give the probability of no more than a level, given the rest, for a law without atoms."""
        below = law.cdf(self.root(level))
        return np.where(self.slope > 0, below, np.where(self.slope < 0, 1 - below, self.base <= level))

    def shortfall(self, level: float, law: Distribution) -> Array:
        """Give the expected shortfall below a level, E[(level - result)+], given the rest."""
        root = np.where(self.slope == 0, 0.0, self.root(level))
        below = integrated(law)(root)  # E[(root - x)+]
        above = below + law.mean - root  # E[(x - root)+]
        certain = np.maximum(level - self.base, 0)
        return np.where(self.slope == 0, certain, np.abs(self.slope) * np.where(self.slope > 0, below, above))


def reached(running: Affine, law: Distribution) -> Array:
    """Give the probability that a running total, (m, n), is at or above zero in any month, given the rest.

    The values of the input that do it in some month lie above the least root of a rising total or below the highest
    root of a falling one.
    """
    root = running.root(0)
    above = np.where(running.slope > 0, root, np.inf).min(axis=0)
    below = np.where(running.slope < 0, root, -np.inf).max(axis=0)
    certain = ((running.slope == 0) & (running.base >= 0)).any(axis=0)
    return np.where(certain, 1.0, 1 - np.maximum(law.cdf(above) - law.cdf(below), 0))


@cache
def integrated(law: Distribution) -> Callable[[Array], Array]:
    """Give E[(level - x)+] as a function of the level: the integral of the distribution function (bounded laws)."""
    from scipy.interpolate import CubicHermiteSpline

    edges = np.linspace(*law.ends, CELLS + 1)
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = np.diff(edges)[:, None] / 2
    cells = (law.cdf((edges[:-1, None] + half) + half * nodes) * weights * half).sum(axis=1)
    spline = CubicHermiteSpline(edges, np.concatenate([[0], np.cumsum(cells)]), law.cdf(edges))
    low, high = law.ends
    return lambda level: np.asarray(spline(np.clip(level, low, high)) + np.maximum(level - high, 0))


@dataclass(frozen=True)
class Given:
    """What one vendor's draws are as functions of the input, and its chance of payback in time, (n,)."""

    npv: Affine
    benefit: Affine
    cost: Affine
    paid_back: Array


def run(cases: Cases, key: str, draws: int, seed: int, design: Design = Design.SOBOL) -> Estimates:
    """Value two vendors in each future, an input left open, and estimate; the probability of being best is the first's.

    The input has a stream of its own, and no vendor depends on it but in affine ways.
    """
    parts = [given(cases, key, design, seed, chunk) for chunk in chunks(draws_a_replicate(draws, design))]
    first, second = (joined([part[name] for part in parts]) for name in cases)
    return estimates(first, second, law_of(cases, key))


def law_of(cases: Cases, key: str) -> Distribution:
    """Give the law of an input."""
    return all_inputs(cases)[key].distribution


def given(cases: Cases, key: str, design: Design, seed: int, chunk: Chunk) -> Mapping[str, Given]:
    """Value every vendor in the futures of a chunk as functions of an input."""
    drawn = draw([i for k, i in all_inputs(cases).items() if k != key], design=design, seed=seed, chunk=chunk)
    return {name: _given(case, drawn, key, law_of(cases, key), chunk.size) for name, case in cases.items()}


def _given(case: Case, drawn: Mapping[str, Array], key: str, law: Distribution, size: int) -> Given:
    low, high = law.ends
    metrics = ("npv", "benefit", "cost")
    at_low, at_high = (
        evaluate(case, {**drawn, key: np.full(size, x)}, metrics=metrics, paths=size) for x in (low, high)
    )

    def affine(a: Array, b: Array) -> Affine:
        slope = (b - a) / (high - low)
        return Affine(a - slope * low, slope)

    lines = {name: affine(at_low.metrics[name], at_high.metrics[name]) for name in metrics}
    running = affine(at_low.running[: WITHIN + 1], at_high.running[: WITHIN + 1])
    return Given(**lines, paid_back=reached(running, law))


def joined(parts: list[Given]) -> Given:
    """Put chunks together."""

    def affine(each: list[Affine]) -> Affine:
        return Affine(np.concatenate([x.base for x in each]), np.concatenate([x.slope for x in each]))

    return Given(
        npv=affine([part.npv for part in parts]),
        benefit=affine([part.benefit for part in parts]),
        cost=affine([part.cost for part in parts]),
        paid_back=np.concatenate([part.paid_back for part in parts]),
    )


def estimates(first: Given, second: Given, law: Distribution) -> Estimates:
    """Estimate everything as means of what is known given the rest."""

    def roi_at_most(level: float) -> float:
        return float((first.benefit - first.cost.times(1 + level)).at_most(0, law).mean())

    def npv_at_most(level: float) -> float:
        return float(first.npv.at_most(level, law).mean())

    edge = solved(npv_at_most, TAIL, _ends(first.npv, law))
    gross = np.concatenate([_value(first.benefit, x) / _value(first.cost, x) for x in law.ends])
    ends = float(gross.min()) - 1, float(gross.max()) - 1
    return {
        MEAN: float(_value(first.npv, law.mean).mean()),
        PAYBACK: float(first.paid_back.mean()),
        **{name: solved(roi_at_most, q, ends) for name, q in {P5: 0.05, P50: 0.5, P95: 0.95}.items()},
        CVAR: edge - float(first.npv.shortfall(edge, law).mean()) / TAIL,
        BEST: float(1 - (first.npv - second.npv).at_most(0, law).mean()),
    }


def solved(probability: Callable[[float], float], target: float, ends: tuple[float, float]) -> float:
    """Find the level at which a probability is on target."""
    from scipy.optimize import brentq

    low, high = ends
    return float(brentq(lambda level: probability(level) - target, low, high, xtol=1e-10 * (high - low)))


def _ends(line: Affine, law: Distribution) -> tuple[float, float]:
    values = np.concatenate([_value(line, x) for x in law.ends])
    return float(values.min()), float(values.max())


def _value(line: Affine, x: float) -> Array:
    return line.base + line.slope * x
