"""What a tornado is of: a metric of one vendor, the gap between two options, or how likely one is to lose or to win."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.paired import Paired
from sim.errors import UsageError, suggestion
from sim.finance.metrics import METRICS
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind

GAP, WINS, LOSS = "gap", "wins", "loss"
SHORT = {"cash": "npv_cash"}
"""Names of targets for which metrics have longer ones."""
TARGETS = ("npv", "roi", "cash", GAP, LOSS, WINS)
"""Targets by the names that people know; any metric is one too."""


@dataclass(frozen=True, eq=False)
class Target:
    """A number of every future, (n,), and what it is made of."""

    name: str
    title: str
    """What people read, such as 'NPV of Acme'."""
    kind: Kind
    values: Array
    """(n,); NaN or infinite where it does not exist."""
    vendor: str
    """The option that it is of."""
    against: str = ""
    """The option that it is compared with, if there is one."""
    metric: str = "npv"
    signs: Mapping[str, float] | None = None
    """The target as a sum of the metric of vendors; None if it is no sum, but how likely something is."""
    vendors: tuple[str, ...] = ()
    """Vendors whose inputs it depends on."""

    @property
    def is_chance(self) -> bool:
        """Whether it is how likely something is, so that differences are points."""
        return self.signs is None


def check_target(name: str) -> str:
    """Give the target's name back.

    Raises:
        UsageError: neither a target nor a metric is called so.
    """
    if name not in TARGETS and name not in METRICS:
        raise UsageError(f"no target is called '{name}'{suggestion(name, (*TARGETS, *METRICS))}")
    return name


def target_of(options: Paired, name: str = "", vendor: str = "") -> Target:
    """Give a target of the options: by default the gap of the best vendor, or the NPV of the only one or of one named.

    Without a vendor it is of the option with the highest mean NPV: for the gap and for winning, buying nothing is one.

    Raises:
        UsageError: an unknown target or vendor, or a gap with nothing to compare with.
    """
    name = check_target(name or (GAP if len(options.outcomes) > 1 and not vendor else "npv"))
    if vendor and vendor not in options.options:
        raise UsageError(f"no vendor is called '{vendor}'{suggestion(vendor, options.outcomes)}")
    if name in (GAP, WINS):
        return _compared(options, name, vendor)
    of = vendor or best(options, options.outcomes)
    if of == options.nothing:
        raise UsageError(f"'{of}' is certain: nothing moves it (ask for a vendor, or for the gap)")
    return _of_vendor(options, name, of)


def best(options: Paired, among: Mapping[str, object] | tuple[str, ...]) -> str:
    """Give the option with the highest mean NPV."""
    return max(among, key=lambda name: float(options.outcome(name, "npv").mean()))


def _of_vendor(options: Paired, name: str, vendor: str) -> Target:
    if name == LOSS:
        lost = (options.outcome(vendor, "npv") < 0).astype(float)
        return Target(
            name, f"probability that {vendor} loses money (NPV below 0)", Kind.RATE, lost, vendor, vendors=(vendor,)
        )
    metric = METRICS[SHORT.get(name, name)]
    values = options.outcome(vendor, metric.name)
    signs = {vendor: 1.0}
    return Target(name, f"{metric.title} of {vendor}", metric.kind, values, vendor, "", metric.name, signs, (vendor,))


def _compared(options: Paired, name: str, vendor: str) -> Target:
    """Compare an option, the best if none is given, with the best of the others."""
    if len(options.options) < 2:
        raise UsageError(f"the {name} needs two options, and buying nothing is none here (write --target npv)")
    first = vendor or best(options, options.options)
    others = tuple(other for other in options.options if other != first)
    if name == WINS:
        return _wins(options, first, others)
    second = best(options, others)
    npv = {option: options.outcome(option, "npv") for option in (first, second)}
    signs = {option: sign for option, sign in ((first, 1.0), (second, -1.0)) if option != options.nothing}
    title = f"gap: NPV of {first} less that of {second}"
    return Target(name, title, Kind.MONEY, npv[first] - npv[second], first, second, "npv", signs, tuple(signs))


def _wins(options: Paired, first: str, others: tuple[str, ...]) -> Target:
    npv = np.array([options.outcome(option, "npv") for option in (first, *others)])
    highest = npv == npv.max(axis=0)
    title = f"probability that {first} is the best option"
    won = highest[0] / highest.sum(axis=0)
    return Target(WINS, title, Kind.RATE, won, first, "all others", vendors=tuple(options.outcomes))
