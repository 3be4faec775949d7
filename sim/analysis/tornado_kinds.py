"""Tornados that other tools draw, by the names that people know; each says below it what it does not show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.analysis.alone import alone
from sim.analysis.driver import Driver, drivers_of
from sim.analysis.drivers import Sample, sampled
from sim.analysis.ends import ends_of
from sim.analysis.paired import Paired
from sim.analysis.shares import products_of
from sim.analysis.target import Target, target_of
from sim.errors import UsageError, suggestion
from sim.numbers.arrays import Array, Places
from sim.sampling.correlation import average_ranks
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate, standard_error

ALONE, SPIDER, SPEARMAN = "one-at-a-time", "spider", "spearman"
REGRESSION, CONTRIBUTION, CHANGE = "regression", "contribution", "change"
ENDS = (10.0, 90.0)
LEGS = (5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0)
"""Percentiles that a spider's lines run through."""
DRAWS_AN_INPUT = 10
"""Draws that a regression takes for each input, at least."""
NAN = float("nan")

TRAPS = {
    ALONE: "The base run - inputs at medians, events off - is like no future: what inputs do only together is missing,"
    " and an input that turns at its middle (Y = X²) shows nothing.",
    SPIDER: "The base run - inputs at medians, events off - is like no future: what inputs do only together is"
    " missing.",
    SPEARMAN: "An input that only moves with one that matters gets credit too; one that turns at its middle (Y = X²)"
    " shows nothing; and nothing is in money.",
    CONTRIBUTION: "An input that only moves with one that matters gets credit too, and what no input tells alone is"
    " spread over all of them.",
    REGRESSION: "Straight lines only: what curves and combinations make of the spread is in no coefficient, and inputs"
    " that move together share theirs by chance.",
    CHANGE: "Correlated inputs move along, and an input that turns at its middle (Y = X²) shows nothing: shares of the"
    " spread tell it (leave --kind out).",
}
"""What each does not show."""

ABOUT = {
    ALONE: "One input at a time, the others as in the base run",
    SPIDER: "One input at a time through its percentiles, the others as in the base run",
    SPEARMAN: "Rank correlation of each input with the target (Spearman)",
    CONTRIBUTION: "Contribution to variance: squared rank correlations, scaled to 100%, with their signs",
    REGRESSION: "Standardised coefficients of a linear regression on all inputs: standard deviations of the target a"
    " standard deviation of the input",
    CHANGE: "Change in output mean: the mean of the target with the input in its lowest and highest tenth",
}
"""What each is."""
KINDS = tuple(ABOUT)


@dataclass(frozen=True, eq=False)
class KindRow:
    """What one driver is in a tornado of some kind."""

    driver: Driver
    value: Estimate
    """What rows are ordered by: a coefficient, a share, or a swing."""
    inputs: Array
    """The input where the target is given, (k,)."""
    outcomes: Array
    """The target there, (k,)."""


@dataclass(frozen=True, eq=False)
class KindTornado:
    """A tornado of some kind, the strongest input first."""

    kind: str
    target: Target
    rows: tuple[KindRow, ...]
    points: tuple[float, ...] = ()
    """Percentiles of the inputs, where these are moved alone."""
    middle: float = NAN
    """The target in the base run, or its mean."""
    explained: Estimate | None = None
    """R² of a regression."""

    @property
    def about(self) -> str:
        """What it is."""
        return ABOUT[self.kind]

    @property
    def trap(self) -> str:
        """What it does not show."""
        told = f"Straight lines explain {self.explained.value:.0%} of the spread. " if self.explained else ""
        return told + TRAPS[self.kind]


def check_kind(kind: str, points: Sequence[float] = ()) -> str:
    """Give the name of a kind back.

    Raises:
        UsageError: an unknown kind, or points that it has no use for or that are none.
    """
    if points and not kind:
        raise UsageError("points are percentiles for moving inputs alone (add --kind one-at-a-time or --kind spider)")
    if kind not in KINDS:
        raise UsageError(f"no kind of tornado is called '{kind}'{suggestion(kind, KINDS)}")
    if points and kind not in (ALONE, SPIDER):
        raise UsageError(f"points are for one-at-a-time and spider: a {kind} tornado has none")
    rising = list(points) == sorted(set(points)) and all(0 < point < 100 for point in points)
    if points and (len(points) < 2 or not rising):
        raise UsageError("points are two or more rising percentiles between 0 and 100, such as 10,90")
    return kind


def tornado_of_kind(
    options: Paired, kind: str, name: str = "", vendor: str = "", points: Sequence[float] = ()
) -> KindTornado:
    """Give a tornado of some kind for a target, see `Target`; `points` are percentiles for moving inputs alone.

    Raises:
        UsageError: an unknown kind, target or vendor, points that a kind has no use for, or too few draws.
    """
    check_kind(kind, points)
    target = target_of(options, name, vendor)
    drivers = drivers_of({one: options.cases[one] for one in target.vendors})
    if kind in (ALONE, SPIDER):
        return _alone(options, kind, target, drivers, tuple(points) or (ENDS if kind == ALONE else LEGS))
    return _from_draws(options, kind, target, drivers)


def _alone(
    options: Paired, kind: str, target: Target, drivers: Sequence[Driver], points: tuple[float, ...]
) -> KindTornado:
    """Move each input alone through percentiles."""
    if target.signs is None:
        raise UsageError(
            f"one run either has it or not: the {target.title} has no {kind} tornado (write --kind change)"
        )
    if not drivers:
        raise UsageError(f"the {target.title} is the same in every future: nothing moves it")
    found = alone(target, options.cases, drivers, points)
    rows = [
        KindRow(driver, Estimate(one.swing, NAN), one.inputs, one.values)
        for driver, one in zip(drivers, found, strict=True)
    ]
    return KindTornado(kind, target, _sorted(rows), points, found[0].base if found else NAN)


def _sorted(rows: Sequence[KindRow]) -> tuple[KindRow, ...]:
    """Order rows by strength; one that does not exist comes last, one that goes to 'never' first."""
    return tuple(sorted(rows, key=lambda row: -np.nan_to_num(abs(row.value.value), nan=-1.0)))


def _from_draws(options: Paired, kind: str, target: Target, drivers: Sequence[Driver]) -> KindTornado:
    """Give what the draws in which the target exists say of each input."""
    sample = sampled(target)
    values = [driver.values(options.inputs)[sample.rows] for driver in drivers]
    if kind == CHANGE:
        rows = [_changed(d, x, options.inputs, sample) for d, x in zip(drivers, values, strict=True)]
        return KindTornado(kind, target, _sorted(rows), middle=float(sample.y.mean()))
    explained = None
    if kind == REGRESSION:
        found, explained = standardised(values, sample.y, sample.replicate)
    else:
        found = (rank_correlations if kind == SPEARMAN else contributions)(values, sample.y, sample.replicate)
    rows = [KindRow(d, value, np.zeros(0), np.zeros(0)) for d, value in zip(drivers, found, strict=True)]
    return KindTornado(kind, target, _sorted(rows), explained=explained)


def _changed(driver: Driver, x: Array, inputs: Mapping[str, Array], sample: Sample) -> KindRow:
    found = ends_of(x, sample.y, sample.replicate, None if driver.event else inputs[driver.key][sample.rows])
    at, means = (np.array([getattr(end, what) for end in (found.low, found.high)]) for what in ("input", "mean"))
    return KindRow(driver, Estimate(found.swing, found.swing_se), at, means)


def rank_correlations(inputs: Sequence[Array], y: Array, replicate: Places) -> list[Estimate]:
    """Give Spearman's rank correlation of each input with an outcome, (n,) each; zero where one does not vary."""
    *ranks, of_y = (average_ranks(column) for column in (*inputs, y))
    parts = _parts(replicate)
    return [
        Estimate(_correlation(x, of_y), standard_error(np.array([_correlation(x[p], of_y[p]) for p in parts])))
        for x in ranks
    ]


def contributions(inputs: Sequence[Array], y: Array, replicate: Places) -> list[Estimate]:
    """Give each input's squared rank correlation over the sum of all, with its sign: sizes add up to 1.

    What spreadsheet tools call contribution to variance.
    """
    ranks = [average_ranks(column) for column in (*inputs, y)]

    def parts(draws: slice) -> Array:
        found = np.array([_correlation(x[draws], ranks[-1][draws]) for x in ranks[:-1]])
        total = float((found**2).sum())
        return np.asarray(np.sign(found) * found**2 / (total or 1.0))

    rows = np.array([parts(part) for part in _parts(replicate)])
    return [Estimate(float(p), standard_error(rows[:, i])) for i, p in enumerate(parts(slice(None)))]


def standardised(inputs: Sequence[Array], y: Array, replicate: Places) -> tuple[list[Estimate], Estimate]:
    """Give standardised coefficients of the regression of an outcome on all inputs, and its R²; errors by jackknife.

    Raises:
        UsageError: fewer than ten draws an input.
    """
    if y.size < DRAWS_AN_INPUT * len(inputs):
        raise UsageError(
            f"a regression on {len(inputs)} inputs takes {DRAWS_AN_INPUT * len(inputs):,} futures at least, and"
            f" there are {y.size:,} (--draws)"
        )
    sums = products_of(np.column_stack([*inputs, y]), replicate)
    whole = sums.sum(axis=0)
    rows = np.array([_coefficients(whole - part) for part in (np.zeros_like(whole), *sums)])
    errors = np.sqrt((REPLICATES - 1) * rows[1:].var(axis=0))
    found = [Estimate(float(value), float(error)) for value, error in zip(rows[0], errors, strict=True)]
    return found[:-1], found[-1]


def _coefficients(sums: Array) -> Array:
    """Give standardised coefficients and, last, R², from sums of products with a constant in front."""
    centred = sums[1:, 1:] - np.outer(sums[0, 1:], sums[0, 1:]) / sums[0, 0]
    scale = np.sqrt(np.maximum(np.diag(centred), 0))
    moving = scale > 1e-12 * np.sqrt(np.diag(sums)[1:])
    scale = np.where(moving, scale, 1.0)
    ties = centred / np.outer(scale, scale) * np.outer(moving, moving)
    weights = np.linalg.pinv(ties[:-1, :-1], hermitian=True, rcond=1e-10) @ ties[:-1, -1]
    return np.append(weights, weights @ ties[:-1, -1])


def _correlation(x: Array, y: Array) -> float:
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / spread if spread else 0.0


def _parts(replicate: Places) -> list[slice]:
    ends = np.searchsorted(replicate, np.arange(REPLICATES + 1))
    return [slice(start, stop) for start, stop in pairwise(ends) if stop - start > 1]
