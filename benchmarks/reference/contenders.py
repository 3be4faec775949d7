"""Who takes part. Nothing heavy is imported here: a child's peak memory counts that of the process it came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.reference.constants import Answers

OURS, THREADED, INDEPENDENT = "ours, sobol", "ours, sobol, threads", "ours, independent"
PLAIN, WITH_IRR = "ours, sobol, without IRR", "ours, sobol, with IRR"


@dataclass(frozen=True)
class Contender:
    """How one of them is run."""

    package: str = "numpy"
    """What has to be installed, by its import name."""
    correlated: bool = True
    """Whether it can correlate; if not, it is held against this library without correlations."""
    fewer: int = 1
    """How many times fewer draws it makes, because it is slow."""

    @property
    def is_installed(self) -> bool:
        """Whether it can run here."""
        return find_spec(self.package) is not None


CONTENDERS: dict[str, Contender] = {
    OURS: Contender(),
    "ours, random": Contender(),
    "(a) matrices": Contender(),
    "(b) month loop": Contender(),
    "(c) numba kernel": Contender("numba"),
    "squigglepy": Contender("squigglepy"),
    "open-riskpy": Contender("riskpy"),
    "chaospy": Contender("chaospy"),
    "OpenTURNS": Contender("openturns"),
    "mcerp": Contender("mcerp"),
    "monaco": Contender("monaco", correlated=False, fewer=64),
    "SALib": Contender("SALib", correlated=False),
}


def answering(name: str, threads: int = 1) -> "Callable[..., Answers]":
    """Give what makes a contender's answers, from draws, seed and whether the IRR is wanted."""
    from benchmarks.reference import analyst, loop, ours, peers
    from sim.sampling.design import Design

    if name == "(c) numba kernel":
        from benchmarks.reference import kernel

        return kernel.answers
    own: Mapping[str, Callable[..., Answers]] = {
        **dict.fromkeys((OURS, PLAIN, WITH_IRR), ours.answers),
        THREADED: partial(ours.answers, workers=threads),
        INDEPENDENT: partial(ours.answers, ties={}),
        "ours, random": partial(ours.answers, design=Design.RANDOM),
        "(a) matrices": analyst.answers,
        "(b) month loop": loop.answers,
    }
    return own[name] if name in own else peers.PEERS[name]
