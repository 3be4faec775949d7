"""The draws of a stressed input in the futures of a run, and the weights that make a stress of futures as drawn."""

from collections.abc import Callable, Mapping
from itertools import groupby

import numpy as np

from sim.analysis.stress_plan import Band, Plan, Wanted
from sim.distributions import Distribution
from sim.engine.draws import Run
from sim.errors import UsageError
from sim.numbers.arrays import Array
from sim.sampling.draws import REPLICATES, Input, chunks, uniforms_of_block
from sim.sampling.streams import EDGES, Uniforms

CELLS = 1024
"""Cells of equal probability of a law over which weights are averaged."""
OUTSIDE = 0.001
"""Probability that a new law may have where the old one has none, at most, to be made by weights."""
FEWEST, SHARE = 1_000, 0.1
"""Effective futures, and their share of all, that weights must leave."""


def redrawn(run: Run, drawn: Input, wanted: Wanted) -> Array:
    """Give an input's draws under a stress, (n,), in the futures that a run keeps.

    Its quantile in each future stays what it is, mapped into the band where there is one; what is correlated with it
    stays as drawn. A stress that changes nothing gives the draws of the run back, bit by bit.
    """
    if isinstance(wanted, Band):
        if wanted.is_whole:
            return run.inputs[drawn.key]
        at = np.clip(wanted.low + (wanted.high - wanted.low) * _uniforms(run, drawn), *EDGES)
        return drawn.distribution.ppf(at)
    if isinstance(wanted, Distribution):
        if wanted == drawn.distribution:
            return run.inputs[drawn.key]
        return _again(run, drawn, lambda u: u.quantiles(wanted, drawn.stream, drawn.tie))
    return np.full(run.kept, wanted)


def _uniforms(run: Run, drawn: Input) -> Array:
    """Give an input's quantile in each future, (n,)."""
    if drawn.tie is None:
        return _again(run, drawn, lambda u: u.streams[drawn.stream.name])
    tie = drawn.tie
    return _again(run, drawn, lambda u: u.tied(tie))


def _again(run: Run, drawn: Input, made: Callable[[Uniforms], Array]) -> Array:
    """Make something of an input's streams once more, chunk by chunk as the run did, for the futures that are kept."""
    size, kept = run.draws // REPLICATES, run.kept // REPLICATES
    parts = []
    for chunk in chunks(size):
        if chunk.start < kept:
            block = uniforms_of_block(set(drawn.streams), design=run.design, seed=run.seed, block=(chunk,))
            parts.append(made(Uniforms(block)))
    return np.ascontiguousarray(np.concatenate(parts).reshape(REPLICATES, -1)[:, :kept]).ravel()


def weights(run: Run, plan: Plan, inputs: Mapping[str, Input]) -> Array:
    """Give the weight that each future has under a stress, (n,), with a mean of about 1.

    A future weighs what the new law gives its value by what the old one does (importance weights; Beckman and McKay
    1987, "Monte Carlo estimation under different distributions using the same simulation", Technometrics 29(2)),
    averaged over 1,024 cells; a band counts its futures alone.

    Raises:
        UsageError: weights cannot make the stress, or leave too few futures.
    """
    changed = [inputs[key] for key in plan.changes]
    _check(plan, changed)
    found = np.ones(run.kept)
    for _, group in groupby(sorted(changed, key=_stream), key=_stream):
        first = next(group)
        found *= _weight(run, first, plan.changes[first.key], plan.name)
    effective = effective_size(found)
    if effective < (needed := max(FEWEST, SHARE * run.kept)):
        raise UsageError(
            f"stress '{plan.name}': reweighting leaves {effective:,.0f} effective futures of {run.kept:,}, fewer than"
            f" {needed:,.0f} (stress it by re-run)"
        )
    return found


def effective_size(weights: Array) -> float:
    """Give of how many equal weights a weighted mean is worth (Kish 1965, *Survey Sampling*)."""
    return float(weights.sum() ** 2 / (weights @ weights)) if weights.any() else 0.0


def _stream(drawn: Input) -> str:
    return drawn.stream.name


def _check(plan: Plan, changed: list[Input]) -> None:
    """Make sure that weights can make a stress.

    Raises:
        UsageError: they cannot.
    """
    of = f"stress '{plan.name}'"
    for drawn in changed:
        if isinstance(plan.changes[drawn.key], float):
            raise UsageError(
                f"{of}: {drawn.title} is set to one value, which no future has as drawn (stress it by re-run)"
            )
    laws = [drawn for drawn in changed if isinstance(plan.changes[drawn.key], Distribution)]
    for law in laws:
        for other in changed:
            if other is not law and set(other.streams) & set(law.streams):
                raise UsageError(
                    f"{of}: {law.title} and {other.title}{_whose(other)} hang together, so that weights cannot give one"
                    " of them another law alone (stress it by re-run)"
                )


def _whose(drawn: Input) -> str:
    return f" of {drawn.owner}" if drawn.owner else ""


def _weight(run: Run, drawn: Input, wanted: Wanted, stress: str) -> Array:
    if isinstance(wanted, Band):
        u = _uniforms(run, drawn)
        inside = (u > wanted.low) & (u <= wanted.high)
        return inside / (wanted.high - wanted.low)
    assert isinstance(wanted, Distribution)
    old, x = drawn.distribution, run.inputs[drawn.key]
    if wanted == old:
        return np.ones(run.kept)
    edges = np.unique(old.ppf(np.arange(1, CELLS) / CELLS))
    outside = wanted.below(old.ends[0]) + 1 - float(wanted.cdf(np.array([old.ends[1]]))[0])
    if outside > OUTSIDE:
        raise UsageError(
            f"stress '{stress}': {outside * 100:.3g}% of the new law of {drawn.title} lies where the old one never is"
            " (stress it by re-run)"
        )
    new, before = (np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]])) for law in (wanted, old))
    by_cell = np.divide(new, before, out=np.zeros_like(new), where=before > 0)
    return np.asarray(by_cell[np.searchsorted(edges, x, side="left")])
