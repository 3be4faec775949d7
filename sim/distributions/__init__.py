"""Families of uncertain inputs: fields as a scenario file writes them, and the inverse CDF that draws them.

Every family is a frozen value with `ppf(u)`: probabilities in (0, 1) of any shape in, values of the same
shape out, never decreasing in `u`. Drawing is `ppf` of uniforms, which is what makes common random numbers,
Latin hypercubes and Sobol points possible with one mechanism.
"""

from sim.distributions.base import REMOTE, Distribution
from sim.distributions.bell import Lognormal, Normal, TruncatedNormal
from sim.distributions.bounded import Beta, Constant, Pert, Triangular, Uniform
from sim.distributions.compound import Events, EventSize
from sim.distributions.counts import Binomial, Geometric, NegativeBinomial, Poisson
from sim.distributions.data import Cumulative, Empirical, Histogram
from sim.distributions.events import Bernoulli, Discrete
from sim.distributions.families import FAMILIES, family_named, family_names, is_law, read_law
from sim.distributions.metalog import Metalog
from sim.distributions.nested import Maximum, Minimum, Mixture, MixturePart, Multiple, Shifted, Truncated
from sim.distributions.positive import Exponential, Gamma, LogUniform, Pareto, Weibull
from sim.distributions.tails import Gumbel, StudentT
from sim.numbers.arrays import Array

__all__ = [
    "FAMILIES",
    "REMOTE",
    "Array",
    "Bernoulli",
    "Beta",
    "Binomial",
    "Constant",
    "Cumulative",
    "Discrete",
    "Distribution",
    "Empirical",
    "EventSize",
    "Events",
    "Exponential",
    "Gamma",
    "Geometric",
    "Gumbel",
    "Histogram",
    "LogUniform",
    "Lognormal",
    "Maximum",
    "Metalog",
    "Minimum",
    "Mixture",
    "MixturePart",
    "Multiple",
    "NegativeBinomial",
    "Normal",
    "Pareto",
    "Pert",
    "Poisson",
    "Shifted",
    "StudentT",
    "Triangular",
    "Truncated",
    "TruncatedNormal",
    "Uniform",
    "Weibull",
    "family_named",
    "family_names",
    "is_law",
    "read_law",
]
