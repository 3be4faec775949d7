"""What becomes of every option if an input goes badly: in the same futures again, or in those that are like that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis import weighted
from sim.analysis.chart import Chart
from sim.analysis.paired import Paired
from sim.analysis.section import Section
from sim.analysis.stress_draws import effective_size, redrawn, weights
from sim.analysis.stress_facts import Stress, StressFacts, UnderStress
from sim.analysis.stress_plan import Plan, in_words
from sim.analysis.stress_shown import QS, stress_chart, stress_section, stress_table
from sim.analysis.table import Table
from sim.analysis.text import Layout, plain
from sim.engine.draws import Run
from sim.errors import UsageError
from sim.model.evaluation import evaluate
from sim.numbers.arrays import Array
from sim.sampling.draws import Input

if TYPE_CHECKING:
    import pandas as pd

RERUN, REWEIGHTING = "re-run", "reweighting"
WAYS = RERUN, REWEIGHTING
"""How a stress is made: every vendor valued again, or the futures of the run weighted."""
LAYOUT = Layout(label=16, wraps=True)
"""How the columns of its tables share the width."""


@dataclass(frozen=True)
class StressTest(StressFacts):
    """Options by NPV as in the file and under some stresses, and how they are written."""

    @property
    def table(self) -> Table:
        """Every figure in long form, a row an option, stress and statistic."""
        return stress_table(self)

    @property
    def section(self) -> Section:
        """The same as people read it."""
        return stress_section(self)

    @property
    def chart(self) -> Chart:
        """P10, median and P90 of every offer."""
        return stress_chart(self)

    def frame(self) -> "pd.DataFrame":
        """Give the long form as a DataFrame, with standard errors as a column."""
        import pandas as pd

        rows = [(*row[:3], *row[3]) for row in self.table.rows if isinstance(row[3], tuple)]
        return pd.DataFrame(rows, columns=["option", "stress", "statistic", "value", "standard_error"])

    def __repr__(self) -> str:
        return plain(self.section, layout=LAYOUT)


@dataclass(frozen=True, eq=False)
class _Futures:
    """The NPV of every option in the same futures, (n,) each, and the weight of these, if they are weighted."""

    npv: Mapping[str, Array]
    weights: Array | None = None

    def against(self, base: Mapping[str, Array]) -> dict[str, UnderStress]:
        """Give the figures of every option, and how its mean differs from a base."""
        best = np.maximum.reduce(list(self.npv.values()))
        winners = sum((v == best).astype(float) for v in self.npv.values())
        return {
            name: UnderStress(
                npv=weighted.describe(v, self.weights, QS),
                p_above=weighted.mean((v > 0).astype(float), self.weights),
                p_best=weighted.mean((v == best) / winners, self.weights),
                regret=weighted.mean(best - v, self.weights),
                change=weighted.change(v, base[name], self.weights),
            )
            for name, v in self.npv.items()
        }


def stress_test(
    paired: Paired, run: Run, inputs: Mapping[str, Input], plans: Sequence[Plan], currency: str, by: str = RERUN
) -> StressTest:
    """Put every option under some stresses.

    By re-run, each vendor that a stress touches is valued again in the same futures: the stressed inputs change at the
    same quantiles, all others are as drawn. By reweighting, futures as drawn count by how likely the stress makes them.

    Raises:
        UsageError: an unknown way, or a stress that weights cannot make.
    """
    if by not in WAYS:
        raise UsageError(f"stress by '{by}' (one of: {', '.join(WAYS)})")
    base = {option: paired.outcome(option, "npv") for option in paired.options}
    made = _rerun if by == RERUN else _reweighted
    stresses = tuple(made(paired, run, inputs, plan, base, currency) for plan in plans)
    return StressTest(currency, paired.size, _Futures(base).against(base), stresses)


def _rerun(
    paired: Paired, run: Run, inputs: Mapping[str, Input], plan: Plan, base: Mapping[str, Array], currency: str
) -> Stress:
    new = {key: redrawn(run, inputs[key], wanted) for key, wanted in plan.changes.items()}
    moved = {key: x for key, x in new.items() if not np.array_equal(x, run.inputs[key])}
    npv, evaluations = dict(base), 0
    for vendor, case in paired.cases.items():
        changed = {key: moved[key] for key in paired.used[vendor] if key in moved}
        if changed:
            npv[vendor] = evaluate(case, paired.draws(vendor) | changed, metrics=("npv",)).metrics["npv"]
            evaluations += 1
    return Stress(plan.name, _told(plan, inputs, paired.cases, currency), _Futures(npv).against(base), evaluations)


def _reweighted(
    paired: Paired,
    run: Run,
    inputs: Mapping[str, Input],
    plan: Plan,
    base: Mapping[str, Array],
    currency: str,
) -> Stress:
    found = weights(run, plan, inputs)
    futures = _Futures(base, None if (found == 1).all() else found)
    told = _told(plan, inputs, paired.cases, currency)
    return Stress(plan.name, told, futures.against(base), 0, effective_size(found))


def _told(plan: Plan, inputs: Mapping[str, Input], vendors: Collection[str], currency: str) -> tuple[str, ...]:
    """Say what becomes of the inputs; whose they are, where it is not the same for every vendor."""
    owners: dict[str, list[str]] = {}
    for key, wanted in plan.changes.items():
        owners.setdefault(in_words(wanted, inputs[key], currency), []).append(inputs[key].owner)
    every = set(vendors)
    return tuple(
        text if "" in of or set(of) == every else f"{text}, for {' and '.join(of)}" for text, of in owners.items()
    )
