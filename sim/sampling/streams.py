"""Where an input's uniforms come from: a stream of its own, or several streams that others share in."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.distributions.gridded import OfProbability
from sim.numbers.arrays import Array

EDGES = (2.0**-54, 1 - 2.0**-53)
"""The lowest and highest uniform: quantiles at 0 and 1 may be infinite."""


@dataclass(frozen=True)
class Stream:
    """Where uniforms come from: a name, its block, its place in the block."""

    name: str
    block: str
    position: int


class Uniforms:
    """One chunk's uniforms by stream, and what ties make of them, each worked out once."""

    def __init__(self, streams: Mapping[str, Array]) -> None:
        self.streams = streams
        self._made: dict[Hashable, Array] = {}

    def score(self, name: str) -> Array:
        """Give a stream's normal scores, (n,), good to 1e-9 of the tail."""
        return self._once(("score", name), lambda: _scores()(self.streams[name]))

    def root_chi(self, name: str, df: float) -> Array:
        """Give sqrt(chi-square / df) from a stream, (n,): what turns normal scores into Student's t."""
        from scipy.special import chdtri

        return self._once(("chi", name, df), lambda: np.sqrt(np.asarray(chdtri(df, 1 - self.streams[name])) / df))

    def quantiles(self, law: Distribution, stream: Stream, tie: "Tie | None") -> Array:
        """Give a law's draws on a stream, or on what a tie makes of several, (n,)."""
        if tie is None:
            return law.ppf(self.streams[stream.name])
        if isinstance(tie, Latent) and tie.is_normal:
            return law.of_score(self._once(("latent", tie), lambda: tie.total(self)))
        return law.ppf(self.tied(tie))

    def tied(self, tie: "Tie") -> Array:
        """Give the uniforms of a tie, (n,)."""
        return self._once(tie, lambda: tie.uniform(self))

    def _once(self, key: Hashable, make: object) -> Array:
        if key not in self._made:
            assert callable(make)
            self._made[key] = make()
        return self._made[key]


@cache
def _scores() -> OfProbability:
    return OfProbability(lambda z: z)


class Tie(ABC):
    """A way to make one input's uniforms from several streams."""

    @property
    @abstractmethod
    def streams(self) -> tuple[Stream, ...]:
        """The streams it needs."""

    @abstractmethod
    def uniform(self, u: Uniforms) -> Array:
        """Give uniforms inside (0, 1), (n,)."""


@dataclass(frozen=True)
class Latent(Tie):
    """A copula's part for one input: a weighted sum of normal scores, back to a uniform.

    The squares of the weights add up to 1, so the sum is standard normal and the input keeps its own distribution.
    """

    weights: tuple[tuple[Stream, float], ...]
    df: float | None = None
    """Degrees of freedom of a t copula; none for the Gaussian one."""
    mixing: Stream | None = None
    """The stream of the chi-square that all inputs of a t copula share."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams with a weight, and the one that a t copula mixes in."""
        return (*(stream for stream, _ in self.weights), *((self.mixing,) if self.mixing else ()))

    @property
    def is_normal(self) -> bool:
        """Whether it makes a normal score of several: what a law can be read at without a uniform between."""
        return self.df is None and len(self.weights) > 1

    def uniform(self, u: Uniforms) -> Array:
        """Add the scores up; a single stream in a Gaussian copula is passed on as it is, or mirrored."""
        if self.df is None and len(self.weights) == 1:
            ((stream, weight),) = self.weights
            only = u.streams[stream.name]
            return only if weight > 0 else 1 - only
        return np.clip(self._probability(u), *EDGES)

    def _probability(self, u: Uniforms) -> Array:
        from scipy.special import ndtr, stdtr

        total = self.total(u)
        if self.df is None or self.mixing is None:
            return np.asarray(ndtr(total))
        return np.asarray(stdtr(self.df, total / u.root_chi(self.mixing.name, self.df)))

    def total(self, u: Uniforms) -> Array:
        """Add the weighted normal scores up, (n,)."""
        (first, weight), *others = self.weights
        total = weight * u.score(first.name)
        for stream, weight in others:
            total += weight * u.score(stream.name)
        return total


@dataclass(frozen=True, eq=False)
class TableRows(Tie):
    """One input's part in drawing whole rows of a table: all inputs of the table see the same row.

    The row's value stands at some rank among the column's; a uniform inside that rank's slice goes through the input's
    own quantile function. The joint law of the ranks is that of the table (its empirical copula), whether the column is
    resampled, smoothed or fitted.
    """

    row: Stream
    """Which row: the table's stream."""
    within: Stream
    """Where within the slice: the input's own stream."""
    ranks: NDArray[np.intp]
    """Rank of the input's value in each row, from 0, (rows,)."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The table's and the input's own."""
        return self.row, self.within

    def uniform(self, u: Uniforms) -> Array:
        """Look the row up, and spread within its slice."""
        size = len(self.ranks)
        rows = np.minimum((u.streams[self.row.name] * size).astype(np.intp), size - 1)
        return np.clip((self.ranks[rows] + u.streams[self.within.name]) / size, *EDGES)
