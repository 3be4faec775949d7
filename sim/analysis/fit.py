"""How well each vendor's CRM works here, which nobody knows before: what the doubt does to the choice.

Vendors that share every effect differ in price and delay alone, and which is best is then a ranking of prices. A fit is
a factor m around 1 on what the use of one vendor's CRM brings (`Line.hangs_on_fit`), drawn for each vendor by itself.
Outcomes are straight lines in it, NPV + B (m - 1) with B the present value of those lines, so that no future has to be
valued again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.comparison import Comparison, compare
from sim.analysis.paired import Paired
from sim.distributions import Normal
from sim.engine.draws import Run
from sim.errors import UsageError
from sim.model.evaluation import present_values
from sim.model.fit import fit_stream
from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES, Input, chunks, draw
from sim.sampling.estimates import Estimate, mean, standard_error

DOUBTS = (0.0, 0.05, 0.1, 0.2, 0.3)
"""Standard deviations of the fit that are looked at."""

MOST_FACTOR = 100.0
"""How many times better than it says an option may have to be."""


@dataclass(frozen=True)
class Advantage:
    """How much better than its effects say a vendor would have to be to catch up with the best."""

    option: str
    factor: Estimate
    """On what its use brings, so that its mean NPV is that of the best; NaN where none can."""
    even: Estimate
    """The same so that it is ahead of the best in half of the futures."""


@dataclass(frozen=True)
class Doubted:
    """The choice under some doubt about fit."""

    doubt: float
    """Standard deviation of each vendor's fit."""
    comparison: Comparison


@dataclass(frozen=True)
class Fit:
    """What a doubt about fit does to the choice, and how much better the others would have to be."""

    doubts: tuple[Doubted, ...]
    advantages: tuple[Advantage, ...]
    """Of every vendor but the best option."""
    best: str
    draws: int


def fits(vendors: Iterable[str], run: Run) -> dict[str, Array]:
    """Give normal scores of each vendor's fit in the futures of a run that are kept, (n,) each."""
    drawn = [Input(name, fit_stream(name), Normal(mean=0.0, sd=1.0)) for name in vendors]
    size, kept = run.draws // REPLICATES, run.kept // REPLICATES
    parts = [
        {key: x[: kept - chunk.start] for key, x in draw(drawn, design=run.design, seed=run.seed, chunk=chunk).items()}
        for chunk in chunks(size)
        if chunk.start < kept
    ]
    return {i.key: np.concatenate([part[i.key] for part in parts]) for i in drawn}


def check_no_fit(table: Paired) -> None:
    """Make sure that the scenario leaves the fit open.

    Raises:
        UsageError: it says one.
    """
    if told := [name for name, case in table.cases.items() if case.fit != 1.0]:
        raise UsageError(f"the scenario says a fit already, of {told[0]} (leave it out here, or in the file)")


def brought(table: Paired, option: str) -> Array:
    """Give the present value of what an offer's use brings, (n,): the part of its NPV that a fit multiplies.

    All benefits are a metric of the run, so that only those that do not hang on fit are worked out.
    """
    case = table.cases[option]
    others = [line.name for line in case.lines if line.nature.is_benefit and not line.hangs_on_fit]
    without = present_values(case, table.draws(option), others) if others else {}
    return np.asarray(table.outcome(option, "benefit_pv") - sum(without.values(), np.zeros(table.size)))


def fit_of(table: Paired, latent: Mapping[str, Array], doubts: Sequence[float] = DOUBTS) -> Fit:
    """Give the choice under several doubts.

    Args:
        table: the options in the same futures.
        latent: normal scores of each vendor's fit in them, (n,) each.
        doubts: standard deviations of the fits.

    Raises:
        UsageError: a vendor's fit is uncertain in the scenario already.
    """
    check_no_fit(table)
    npv = {name: table.outcome(name, "npv") for name in table.outcomes}
    use = {name: brought(table, name) for name in npv}
    compared = tuple(
        Doubted(sd, compare({name: npv[name] + use[name] * sd * latent[name] for name in npv}, table.nothing))
        for sd in doubts
    )
    means = {name: float(x.mean()) for name, x in npv.items()} | ({} if table.nothing is None else {table.nothing: 0.0})
    best = max(means, key=lambda name: means[name])
    leader = table.outcome(best, "npv")
    return Fit(compared, tuple(_advantages(leader, npv, use, best)), best, table.size)


def doubted(table: Paired, latent: Mapping[str, Array], doubt: float) -> Paired:
    """Give the options with every NPV as it is under a doubt about fit, for what is asked of NPV alone."""
    moved = {
        name: {"npv": table.outcome(name, "npv") + brought(table, name) * doubt * latent[name]}
        for name in table.outcomes
    }
    return replace(table, outcomes=moved)


def _advantages(leader: Array, npv: Mapping[str, Array], use: Mapping[str, Array], best: str) -> Iterator[Advantage]:
    for name in npv:
        if name != best:
            yield advantage(name, leader - npv[name], use[name])


def advantage(name: str, behind: Array, use: Array) -> Advantage:
    """Give how much better a vendor would have to be, from how far it is behind and what its use brings, (n,) each."""
    factor = mean_ratio(behind, use) if use.mean() > 0 else Estimate(float("nan"), float("nan"))
    rows = zip(behind.reshape(REPLICATES, -1), use.reshape(REPLICATES, -1), strict=True)
    by_row = np.array([even_factor(*row) for row in rows])
    return Advantage(name, factor, Estimate(even_factor(behind, use), standard_error(by_row)))


def even_factor(behind: Array, use: Array) -> float:
    """Give the factor with which an option is ahead in half of the futures, by bisection; NaN if none does."""
    low, high = 0.0, MOST_FACTOR
    if not _is_even(behind, use, high):
        return float("nan")
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if _is_even(behind, use, middle) else (middle, high)
    return high


def _is_even(behind: Array, use: Array, factor: float) -> bool:
    return bool((use * (factor - 1) > behind).mean() >= 0.5)


def mean_ratio(behind: Array, use: Array) -> Estimate:
    """Give 1 + E behind / E use; its error from the spread of behind - ratio * use (the delta method)."""
    ratio = float(behind.mean() / use.mean())
    return Estimate(1 + ratio, mean(behind - ratio * use).se / abs(float(use.mean())))
