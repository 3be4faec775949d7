"""The worst futures of an option: which inputs make them, what they cost, and which lines of value that comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.chart import Chart
from sim.analysis.paired import Paired
from sim.analysis.section import Section
from sim.analysis.table import Table
from sim.analysis.tail_facts import CVAR, LinePart, Shift, TailFacts
from sim.analysis.tail_rules import Hits, rules_of
from sim.analysis.tail_shown import tail_chart, tail_section, tail_table
from sim.analysis.text import plain
from sim.analysis.worst import conditional_mean, worst_weights
from sim.distributions import Bernoulli
from sim.errors import UsageError
from sim.model.case import Case
from sim.numbers.arrays import Array
from sim.sampling.draws import Input
from sim.sampling.estimates import Estimate, mean, probability

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 10.0
"""Percent of the futures that are called the worst ones."""
RARE, COMMON = 0.02, 0.5
"""Losses are told apart where they are at least so many of the futures, and at most so many; else the worst ones."""
HELD_OUT = 100
"""Bad futures that it takes among those held out to say what a rule is worth."""
FEWEST = 1_000
"""Futures that it takes at least."""
FIFTH = 0.2
"""Share of the futures in which an input lies in its worst fifth."""


@dataclass(frozen=True)
class Tail(TailFacts):
    """The worst futures of one option by NPV, and how they are written."""

    @property
    def table(self) -> Table:
        """All that is said of them in long form, a row a statistic."""
        return tail_table(self)

    @property
    def section(self) -> Section:
        """The same as people read it."""
        return tail_section(self)

    @property
    def chart(self) -> Chart:
        """How the inputs are shifted in them."""
        return tail_chart(self)

    def frame(self) -> "pd.DataFrame":
        """Give the long form as a DataFrame, with standard errors as a column."""
        import pandas as pd

        return pd.DataFrame(
            [(*row[1:4], *row[4]) for row in self.table.rows if isinstance(row[4], Estimate)],
            columns=["about", "item", "statistic", "value", "standard_error"],
        )

    def __repr__(self) -> str:
        return plain(self.section)


def tail(paired: Paired, vendor: str, currency: str, level: float = LEVEL) -> Tail:
    """Say what the worst futures of a vendor are made of.

    The mean of the worst 5 % is split by Euler's rule for a risk measure that grows with its amounts: a line's part is
    its own mean in those futures (Tasche 1999, "Risk contributions and performance measurement", TU Munich).

    Raises:
        UsageError: too few futures, or all of them alike.
    """
    case, npv = paired.cases[vendor], paired.outcome(vendor, "npv")
    varying = _varying(case, paired.inputs)
    _check(case, npv, varying, level)
    worst, loss = worst_weights(npv, level / 100), probability(npv < 0)
    of_losses = bool(RARE <= loss.value <= COMMON and (npv < 0).sum() >= 2 * HELD_OUT)
    bad = npv < 0 if of_losses else _worst(npv, level / 100)
    shifts = [_shift(drawn, paired.inputs[drawn.key], worst, bad) for drawn in varying]
    cvar = worst_weights(npv, CVAR / 100)
    return Tail(
        vendor,
        currency,
        level,
        float(npv[worst > 0].max()),
        loss,
        of_losses,
        tuple(sorted(shifts, key=lambda shift: -abs(shift.shift.value))),
        rules_of(varying, paired.inputs, bad),
        mean(npv),
        conditional_mean(npv, cvar),
        _parts(paired.values(vendor), cvar),
        npv.size,
    )


def _varying(case: Case, draws: Mapping[str, Array]) -> list[Input]:
    return [drawn for drawn in case.inputs if np.ptp(draws[drawn.key]) > 0]


def _check(case: Case, npv: Array, varying: Sequence[Input], level: float) -> None:
    """Make sure that there is a tail, and futures enough to tell it.

    Raises:
        UsageError: there is none, or are too few.
    """
    if not 0 < level <= 100 * COMMON:
        raise UsageError(f"the worst {level:g}% of the futures (give more than 0 and at most 50 percent)")
    if not varying:
        raise UsageError(f"{case.vendor}: nothing is uncertain, so that no future is worse than another")
    if np.ptp(npv) <= 1e-9 * np.abs(npv).max():
        raise UsageError(f"{case.vendor}: the NPV is the same in every future, so that none is worse than another")
    needed = max(FEWEST, int(np.ceil(2 * HELD_OUT / (level / 100))))
    if npv.size < needed:
        raise UsageError(
            f"{npv.size:,} futures are too few to tell the worst {level:g}% apart (draw {needed:,} or more)"
        )


def _worst(npv: Array, share: float) -> Hits:
    """Say which futures are the worst, (n,); of many at the very quantile all or none, whichever is nearer to it."""
    last = float(npv[worst_weights(npv, share) > 0].max())
    below, upto = npv < last, npv <= last
    return below if share - below.mean() < upto.mean() - share else upto


def _shift(drawn: Input, x: Array, worst: Array, bad: Hits) -> Shift:
    inside = conditional_mean(x, worst)
    apart = conditional_mean(x - x.mean(), worst)
    sd = float(x.std())
    shift = Estimate(apart.value / sd, apart.se / sd)
    return Shift(drawn, mean(x), inside, shift, _lift(drawn, x, bad, down=shift.value < 0))


def _lift(drawn: Input, x: Array, bad: Hits, *, down: bool) -> Estimate:
    """Give how much likelier a bad future is where an input is at its worse end."""
    if isinstance(drawn.distribution, Bernoulli):
        there = (x == 0 if down else x == 1).astype(float)
    else:
        there = worst_weights(x if down else -x, FIFTH)
    chance = bad.mean()
    return conditional_mean(bad / chance, there)


def _parts(values: Mapping[str, Array], worst: Array) -> tuple[LinePart, ...]:
    parts = [
        LinePart(line, mean(x), conditional_mean(x, worst), conditional_mean(x - x.mean(), worst))
        for line, x in values.items()
    ]
    return tuple(sorted(parts, key=lambda part: part.change.value))
