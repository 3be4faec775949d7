"""What one variate of each family costs, and how far its probability is off: `python -m benchmarks.quantiles`.

Draws are made as a run makes them, a chunk at a time on one thread. Processor times are the least of three passes; the
error is the largest distance between `u` and the exact probability of the quantile at `u`, tails included.
"""

import argparse
from collections.abc import Callable, Mapping
from time import process_time
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.table import table
from sim import distributions as d
from sim.distributions import Distribution
from sim.numbers.arrays import Array
from sim.sampling.draws import CHUNK

PROBES = np.concatenate([10.0 ** np.linspace(-12, -2, 101), np.linspace(0.01, 0.99, 4001), 1 - np.logspace(-2, -9, 71)])
"""Probabilities at which the error is taken."""


def laws() -> Mapping[str, tuple[Distribution, Any]]:
    """Give a law of each family, and scipy's where it has it."""
    normal = d.Normal(mean=3, sd=2)
    two = (d.Normal(mean=0, sd=1), d.Lognormal(median=5, sigma=0.4))
    mixture = d.Mixture.model_validate(
        {"parts": [{"weight": w, "of": of} for w, of in zip((0.7, 0.3), two, strict=True)]}
    )
    return {
        "uniform": (d.Uniform(low=1, high=4), stats.uniform(1, 3)),
        "triangular": (d.Triangular(low=0, mode=1, high=5), stats.triang(0.2, 0, 5)),
        "pert": (d.Pert(low=0, mode=1, high=5), stats.beta(1.8, 4.2, 0, 5)),
        "beta": (d.Beta(a=8, b=3), stats.beta(8, 3)),
        "beta, shapes below 0.5": (d.Beta(a=0.3, b=0.3), stats.beta(0.3, 0.3)),
        "normal": (normal, stats.norm(3, 2)),
        "truncated normal": (d.TruncatedNormal(mean=0, sd=1, low=-1, high=3), stats.truncnorm(-1, 3)),
        "lognormal": (d.Lognormal(median=5, sigma=0.4), stats.lognorm(0.4, scale=5)),
        "gamma": (d.Gamma(shape=2.5, scale=3), stats.gamma(2.5, scale=3)),
        "weibull": (d.Weibull(shape=1.5, scale=3), stats.weibull_min(1.5, scale=3)),
        "exponential": (d.Exponential(mean=3), stats.expon(scale=3)),
        "student t": (d.StudentT(df=4, location=1, scale=2), stats.t(4, 1, 2)),
        "log-uniform": (d.LogUniform(low=1, high=50), stats.loguniform(1, 50)),
        "pareto": (d.Pareto(low=2, alpha=2.5), stats.pareto(2.5, scale=2)),
        "truncated pareto": (d.Pareto(low=2, alpha=2.5, high=60), stats.truncpareto(2.5, 30, scale=2)),
        "gumbel": (d.Gumbel(location=1, scale=2), stats.gumbel_r(1, 2)),
        "bernoulli": (d.Bernoulli(p=0.2), stats.bernoulli(0.2)),
        "poisson": (d.Poisson(mean=40), stats.poisson(40)),
        "binomial": (d.Binomial(n=200, p=0.3), stats.binom(200, 0.3)),
        "negative binomial": (d.NegativeBinomial(successes=9.4, p=0.5), stats.nbinom(9.4, 0.5)),
        "geometric": (d.Geometric(p=0.1), stats.geom(0.1)),
        "metalog": (d.Metalog.model_validate({"p10": 35, "p50": 50, "p90": 75}), None),
        "metalog, bounded": (d.Metalog.model_validate({"p10": 35, "p50": 50, "p90": 75, "low": 0, "high": 200}), None),
        "empirical, resampled": (d.Empirical(values=tuple(np.linspace(1, 9, 60) ** 2)), None),
        "empirical, smoothed": (d.Empirical(values=tuple(np.linspace(1, 9, 60) ** 2), method="smoothed"), None),
        "histogram": (d.Histogram(edges=(0, 1, 3, 9), weights=(2, 5, 1)), None),
        "mixture": (mixture, _Weighted([(0.7, stats.norm()), (0.3, stats.lognorm(0.4, scale=5))])),
        "truncated gamma": (d.Truncated(of=d.Gamma(shape=2.5, scale=3), low=1, high=20), None),
        "maximum of 3": (d.Maximum(of=normal, copies=3), None),
        "event": (d.EventSize(p=0.2, size=d.Lognormal(median=5, sigma=0.4)), None),
        "events, sizes of their own": (d.Events(number=d.Poisson(mean=4), size=d.Gamma(shape=2.5, scale=3)), None),
    }


class _Weighted:
    """The CDF of a mixture, from scipy's laws."""

    def __init__(self, parts: list[tuple[float, Any]]) -> None:
        self.parts = parts

    def cdf(self, x: Array) -> Array:
        """Add up the parts."""
        return np.asarray(sum(weight * law.cdf(x) for weight, law in self.parts))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quantiles", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few draws, in some seconds")
    draws = 2**14 if parser.parse_args().quick else 2**20
    u = np.random.default_rng(1).random(draws)
    rows = [_row(name, law, reference, u) for name, (law, reference) in laws().items()]
    print(table(("family", "ns a variate", "scipy, ns", "ratio", "error in probability"), rows))


def _row(name: str, law: Distribution, reference: Any, u: Array) -> list[str]:
    law.ppf(u[:CHUNK])  # a table is made once
    ours = _nanoseconds(law.ppf, u)
    theirs = _nanoseconds(reference.ppf, u[: 4 * CHUNK]) if hasattr(reference, "ppf") else None
    shown = [f"{ours:.0f}", *(("", "") if theirs is None else (f"{theirs:,.0f}", f"{theirs / ours:,.0f}"))]
    return [name, *shown, "" if reference is None else _error(law, reference)]


def _nanoseconds(ppf: Callable[[Array], Array], u: Array) -> float:
    times = []
    for _ in range(3):
        start = process_time()
        for first in range(0, u.size, CHUNK):
            ppf(u[first : first + CHUNK])
        times.append(process_time() - start)
    return min(times) / u.size * 1e9


def _error(law: Distribution, reference: Any) -> str:
    """Give the largest error in probability, or 'none' for whole-number laws whose values are scipy's."""
    x = law.ppf(PROBES)
    if hasattr(reference, "pmf") and hasattr(reference.dist, "pmf"):
        differing = int((x != reference.ppf(PROBES)).sum())
        return "none" if not differing else f"{differing} values differ"
    return f"{np.abs(reference.cdf(x) - PROBES).max():.0e}"


if __name__ == "__main__":
    main()
