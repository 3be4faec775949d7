"""The uncertain inputs of a scenario before anything is run: what was asked for, and what that means in figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.analysis.table import Cell, Column, Table
from sim.distributions.picture import Picture
from sim.model.case import Case, all_inputs
from sim.numbers.arrays import Array
from sim.sampling.correlation import GONE, Copula, Correlation, Measure
from sim.sampling.draws import Input
from sim.sampling.streams import Latent, TableRows

PROBABILITIES = (0.05, 0.1, 0.5, 0.9, 0.95)
COLUMNS = ("input", "used_by", "asked", "mean", "p5", "p10", "p50", "p90", "p95", "source", "note")


@dataclass(frozen=True)
class Preview:
    """One uncertain input and the vendors whose value depends on it."""

    input: Input
    users: tuple[str, ...]

    @cached_property
    def figures(self) -> tuple[float, ...]:
        """Mean, P5, P10, P50, P90 and P95 of the distribution, exact rather than sampled."""
        quantiles = self.input.distribution.ppf(np.array(PROBABILITIES))
        return (self.input.distribution.mean, *(float(q) for q in quantiles))

    @cached_property
    def picture(self) -> Picture:
        """The distribution's shape."""
        return Picture(self.input.distribution)


def previews_table(previews: Iterable[Preview]) -> Table:
    """Give everything about the inputs in long form, a row an input."""
    rows: Iterator[tuple[Cell, ...]] = (
        (p.input.key, ", ".join(p.users), p.input.asked, *p.figures, p.input.source, p.input.note) for p in previews
    )
    return Table("inputs", tuple(map(Column, COLUMNS)), tuple(rows), index=1)


def correlation_matrix(correlations: Sequence[Correlation], inputs: Mapping[str, Input]) -> tuple[list[str], Array]:
    """Give the correlated ones among some inputs and their rank correlations, with those that follow from others."""
    pairs = [pair for pair in correlations if pair.a in inputs and pair.b in inputs]
    names = list(dict.fromkeys(key for pair in pairs for key in (pair.a, pair.b)))
    matrix = np.array([[_rank_correlation(inputs[a], inputs[b]) for b in names] for a in names]).reshape(
        len(names), len(names)
    )
    for pair in pairs:
        if isinstance(inputs[pair.a].tie, TableRows):  # said by the table, not by weights
            i, j = names.index(pair.a), names.index(pair.b)
            matrix[i, j] = matrix[j, i] = pair.used
    return names, matrix


def _rank_correlation(a: Input, b: Input) -> float:
    """Give Spearman's rho of two inputs from the streams they share."""
    if a.key == b.key:
        return 1.0
    one, other = _weights(a), _weights(b)
    latent = sum(weight * other.get(name, 0.0) for name, weight in one.items())
    if abs(latent) < GONE:
        return 0.0
    df = a.tie.df if isinstance(a.tie, Latent) else None
    return Copula(df).shown(Measure.SPEARMAN, float(np.clip(latent, -1, 1)))


def _weights(drawn: Input) -> dict[str, float]:
    if isinstance(drawn.tie, Latent):
        return {stream.name: weight for stream, weight in drawn.tie.weights}
    return {drawn.stream.name: 1.0} if drawn.tie is None else {}


def previews(cases: Mapping[str, Case]) -> list[Preview]:
    """Give every uncertain input of the cases in the order in which they use them; what is certain is left out."""
    users = {
        key: tuple(name for name, case in cases.items() if key in {i.key for i in case.inputs})
        for key in all_inputs(cases)
    }
    listed = [Preview(asked, users[key]) for key, asked in all_inputs(cases).items()]
    return [one for one in listed if one.input.distribution.reach[0] < one.input.distribution.reach[1]]
