"""Families of uncertain inputs: fields as a scenario file writes them, and the inverse CDF that draws them.

Every family is a frozen value with `ppf(u)`: probabilities in (0, 1) of any shape in, values of the same
shape out, never decreasing in `u`. Drawing is `ppf` of uniforms, which is what makes common random numbers,
Latin hypercubes and Sobol points possible with one mechanism.
"""

from sim.distributions.base import REMOTE, Array, Distribution
from sim.distributions.bell import Lognormal, Normal, TruncatedNormal
from sim.distributions.bounded import Beta, Constant, Pert, Triangular, Uniform
from sim.distributions.counts import Binomial, Geometric, NegativeBinomial, Poisson
from sim.distributions.data import Cumulative, Empirical, Histogram
from sim.distributions.events import Bernoulli, Discrete
from sim.distributions.positive import Exponential, Gamma, LogUniform, Pareto, Weibull
from sim.distributions.tails import Gumbel, StudentT

FAMILIES: tuple[type[Distribution], ...] = (
    Constant,
    Uniform,
    Triangular,
    Pert,
    Normal,
    TruncatedNormal,
    Lognormal,
    Beta,
    LogUniform,
    Gamma,
    Weibull,
    Exponential,
    Pareto,
    StudentT,
    Gumbel,
    Bernoulli,
    Discrete,
    Poisson,
    Binomial,
    NegativeBinomial,
    Geometric,
    Empirical,
    Histogram,
    Cumulative,
)
"""Every family a scenario file can name by its `dist`."""


def family_named(name: object) -> type[Distribution] | None:
    """Give the family whose `dist` is `name`."""
    return next((f for f in FAMILIES if f.model_fields["dist"].default == name), None)


def family_names() -> list[str]:
    """Give every name that `dist` may have."""
    return [str(f.model_fields["dist"].default) for f in FAMILIES]


__all__ = [
    "FAMILIES",
    "REMOTE",
    "Array",
    "Bernoulli",
    "Beta",
    "Constant",
    "Cumulative",
    "Discrete",
    "Distribution",
    "Empirical",
    "Histogram",
    "Lognormal",
    "Normal",
    "Pert",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
    "family_named",
    "family_names",
]
