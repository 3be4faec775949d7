"""The options of a decision side by side: inputs and outcomes of every one in the same futures, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.engine.draws import Run
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.evaluation import present_values
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind


@dataclass(frozen=True, eq=False)
class Paired:
    """The draws of a run that are kept, n of them in order of replicate: row i of every array is the same future."""

    inputs: Mapping[str, Array]
    """Every uncertain input by key, (n,)."""
    outcomes: Mapping[str, Mapping[str, Array]]
    """Every metric by offer, (n,)."""
    used: Mapping[str, tuple[str, ...]]
    """Keys of the inputs that an option's outcomes depend on."""
    cases: Mapping[str, Case]
    """What each offer is, by name."""
    size: int
    """n."""
    nothing: str | None
    """What taking none of the offers is called: no money moves then. None where it is no option."""
    _values: dict[str, dict[str, Array]] = field(default_factory=dict)

    @property
    def options(self) -> tuple[str, ...]:
        """All that can be chosen, buying nothing last."""
        return (*self.outcomes, *(() if self.nothing is None else (self.nothing,)))

    def outcome(self, option: str, metric: str) -> Array:
        """Give a metric of an option, (n,); of buying nothing, amounts are zero and other metrics do not exist."""
        if option == self.nothing:
            return np.full(self.size, 0.0 if METRICS[metric].kind is Kind.MONEY else np.nan)
        return self.outcomes[option][metric]

    def values(self, option: str) -> Mapping[str, Array]:
        """Give what each line of an offer is of its NPV, (n,) each: they add up to it. Worked out once."""
        if option not in self._values:
            self._values[option] = present_values(self.cases[option], self.draws(option))
        return self._values[option]

    def draws(self, option: str) -> dict[str, Array]:
        """Give the inputs that an option's outcomes depend on, (n,) each, as `evaluate` takes them."""
        return {key: self.inputs[key] for key in self.used[option]} or {"": np.zeros(self.size)}


def paired(cases: Mapping[str, Case], run: Run, nothing: str | None) -> Paired:
    """Give the options of a run side by side."""
    outcomes = {name: vendor.metrics for name, vendor in run.vendors.items()}
    used = {name: tuple(i.key for i in case.inputs) for name, case in cases.items()}
    return Paired(run.inputs, outcomes, used, cases, run.kept, nothing)
