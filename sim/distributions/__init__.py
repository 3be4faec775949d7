"""Families of uncertain inputs: fields as a scenario file writes them, and the inverse CDF that draws them.

Every family is a frozen value with `ppf(u)`: probabilities in (0, 1) of any shape in, values of the same
shape out, never decreasing in `u`. Drawing is `ppf` of uniforms, which is what makes common random numbers,
Latin hypercubes and Sobol points possible with one mechanism.
"""

# A family is listed where it is written, in `__all__` of its module, and where files can name it, in `FAMILIES`.
from sim.distributions.base import REMOTE, Distribution
from sim.distributions.bell import *
from sim.distributions.bounded import *
from sim.distributions.compound import *
from sim.distributions.counts import *
from sim.distributions.data import *
from sim.distributions.events import *
from sim.distributions.families import (
    FAMILIES,
    family_named,
    family_names,
    is_distribution,
    read_distribution,
    unclear_number,
    unit_shown,
)
from sim.distributions.metalog import *
from sim.distributions.nested import *
from sim.distributions.positive import *
from sim.distributions.tails import *
from sim.numbers.arrays import Array

__all__ = [
    "FAMILIES",
    "REMOTE",
    "Array",
    "Distribution",
    "family_named",
    "family_names",
    "is_distribution",
    "read_distribution",
    "unclear_number",
    "unit_shown",
]
__all__ += [family.__name__ for family in FAMILIES]
