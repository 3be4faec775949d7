"""What is known of the worst futures of an option: their inputs, rules, mean and lines."""

from dataclasses import dataclass

from sim.analysis.tail_rules import Rules
from sim.distributions import Bernoulli
from sim.sampling.draws import Input
from sim.sampling.estimates import Estimate

CVAR = 5.0
"""Percent of the futures whose mean is told, and split over lines."""


@dataclass(frozen=True)
class Shift:
    """One input in the worst futures, against all of them."""

    input: Input
    everywhere: Estimate
    """Its mean; of an event, how often it happens."""
    in_tail: Estimate
    """The same in the worst futures."""
    shift: Estimate
    """How far they lie apart, in standard deviations of the input; below zero where it is low in the worst ones."""
    lift: Estimate
    """P(bad | the worst fifth of the input) / P(bad); of an event, given that it happens, or does not."""

    @property
    def is_event(self) -> bool:
        """Whether it happens or does not, and has no amount."""
        return isinstance(self.input.distribution, Bernoulli)


@dataclass(frozen=True)
class LinePart:
    """What one line is of the NPV: on average, and in the worst futures; costs are below zero."""

    line: str
    everywhere: Estimate
    in_tail: Estimate
    change: Estimate
    """In the worst futures less on average."""


@dataclass(frozen=True)
class TailFacts:
    """The worst futures of one option by NPV, as numbers."""

    vendor: str
    currency: str
    level: float
    """Percent of the futures that are the worst ones."""
    threshold: float
    """NPV below which they lie."""
    loss: Estimate
    """P(NPV < 0)."""
    of_losses: bool
    """Whether rules and lifts are of losses, NPV below zero; else of the worst futures."""
    shifts: tuple[Shift, ...]
    """Every input that varies, the one that is shifted most first."""
    rules: Rules
    """Short rules that tell losses, or the worst futures, apart."""
    mean: Estimate
    """Mean NPV."""
    cvar: Estimate
    """Mean NPV of the worst 5 % of the futures."""
    lines: tuple[LinePart, ...]
    """What the CVaR is made of, the line that costs most of the mean first; they add up to it exactly."""
    draws: int
