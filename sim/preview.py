"""The uncertain inputs of a scenario before anything is run: what was asked for, and what that means in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.model import Case
from sim.picture import Picture
from sim.run import all_inputs
from sim.sampling import Input

PROBABILITIES = (0.05, 0.1, 0.5, 0.9, 0.95)
COLUMNS = ("input", "used_by", "asked", "mean", "p5", "p10", "p50", "p90", "p95", "source", "note")


@dataclass(frozen=True)
class Preview:
    """One uncertain input and the vendors whose value depends on it."""

    input: Input
    users: tuple[str, ...]

    @cached_property
    def figures(self) -> tuple[float, ...]:
        """Mean, P5, P10, P50, P90 and P95 of the law, exact rather than sampled."""
        quantiles = self.input.distribution.ppf(np.array(PROBABILITIES))
        return (self.input.distribution.mean, *(float(q) for q in quantiles))

    @cached_property
    def picture(self) -> Picture:
        """The law's shape."""
        return Picture(self.input.distribution)

    @property
    def row(self) -> dict[str, str | float]:
        """Everything about it by `COLUMNS`."""
        said = (self.input.key, ", ".join(self.users), self.input.asked)
        return dict(zip(COLUMNS, (*said, *self.figures, self.input.source, self.input.note), strict=True))


def previews(cases: Mapping[str, Case]) -> list[Preview]:
    """Give every uncertain input of the cases in the order in which they use them; what is certain is left out."""
    users = {
        key: tuple(name for name, case in cases.items() if key in {i.key for i in case.inputs})
        for key in all_inputs(cases)
    }
    found = [Preview(asked, users[key]) for key, asked in all_inputs(cases).items()]
    return [one for one in found if one.input.distribution.reach[0] < one.input.distribution.reach[1]]
