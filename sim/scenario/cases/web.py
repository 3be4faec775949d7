"""The latent correlations of a scenario's inputs, and the weights on streams that make them.

What all vendors share is tied first, in the order of its streams; what is a vendor's own is tied to that and to the
rest of the vendor's own. So a vendor more, or in another place, moves no other vendor's numbers.

A named input correlated r between vendors is sqrt(r) U + sqrt(1 - r) V, with U common and V the vendor's own. Its
correlation with what is common comes from U alone, with what is the vendor's own from V alone, and that of two such
inputs from both alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.numbers.arrays import Array
from sim.sampling import correlation as dependence
from sim.sampling.draws import SHARED, Input
from sim.sampling.streams import Latent, Stream

EXTREMES = Stream("\x00extremes", "\x00extremes", 0)
"""The stream of a t copula's chi-square; no vendor can have this name."""

Inputs = Mapping[str, Input]
"""A vendor's inputs by the name they are correlated by."""


@dataclass(frozen=True)
class Web:
    """Names and the latent correlations between them."""

    order: tuple[str, ...]
    """All correlated names: those that vendors share in the order of their streams, then the others."""
    matrix: Array
    """Latent correlations in this order."""
    shared: Mapping[str, Stream]
    """The streams of the names that vendors share, wholly or in part, in the same order."""
    across: Mapping[str, float]
    """Latent correlation between vendors of the names they share in part, above 0 and below 1."""
    df: float | None

    def between(self, a: str, b: str) -> float:
        """Give the latent correlation of two names."""
        return float(self.matrix[self.order.index(a), self.order.index(b)])

    def smallest_eigenvalue(self, inputs: Inputs) -> float:
        """Give the smallest eigenvalue of what a vendor's inputs and all common parts must keep together."""
        own, common = self._split(inputs)
        cross = self._cross(own, common)
        parts = [[self._among(common, common=True), cross.T], [cross, self._among(own, common=False)]]
        whole = np.block(parts)
        return dependence.smallest_eigenvalue(whole) if whole.size else 1.0

    def ties(self, inputs: Inputs) -> dict[str, Latent]:
        """Give the tie of each of a vendor's correlated inputs."""
        own, common = self._split(inputs)
        shared = [name for name in common if name in inputs and name not in self.across]
        weights_of = {name: self._on_common(name) for name in shared}
        beside = self._on_own(inputs, own, common)
        weights_of |= {name: self._mixed(name, weights) for name, weights in zip(own, beside, strict=True)}
        return {name: self._tie(weights) for name, weights in weights_of.items()}

    def _split(self, inputs: Inputs) -> tuple[list[str], list[str]]:
        """Give the names a vendor has of its own, or in part, and the common ones beside which they are tied."""
        own = [n for n in self.order if n in inputs and (n in self.across or inputs[n].stream.block != SHARED)]
        replaced = {name for name in own if name not in self.across}
        return own, [name for name in self.shared if name not in replaced]

    def _among(self, names: Sequence[str], *, common: bool) -> Array:
        """Give the correlations among the common parts of names, or among a vendor's own parts."""
        return np.array([self._part(a, b, common=common) for a in names for b in names]).reshape(len(names), len(names))

    def _part(self, a: str, b: str, *, common: bool) -> float:
        if a == b:
            return 1.0
        partial = [self.across[name] for name in (a, b) if name in self.across]
        shares = [r if common else 1 - r for r in partial]
        room = np.sqrt(np.prod(shares))
        if len(partial) == 2:
            room = np.sqrt(np.prod(partial)) + np.sqrt(np.prod([1 - r for r in partial]))
        return float(self.between(a, b) / room)

    def _cross(self, own: Sequence[str], common: Sequence[str]) -> Array:
        """Give the correlations of a vendor's own parts with the common parts, (own, common)."""
        free = [0.0 if {a, b} & self.across.keys() else self.between(a, b) for a in own for b in common]
        return np.array(free).reshape(len(own), len(common))

    @cached_property
    def _factor(self) -> Array:
        return dependence.factor(self._among(list(self.shared), common=True))

    def _on_common(self, name: str) -> dict[Stream, float]:
        """Give the weights of a common part on the common streams."""
        return dict(zip(self.shared.values(), self._factor[list(self.shared).index(name)], strict=True))

    def _on_own(self, inputs: Inputs, own: Sequence[str], common: Sequence[str]) -> list[dict[Stream, float]]:
        """Give the weights of a vendor's own parts on the common streams and on its own."""
        rows = [list(self.shared).index(name) for name in common]
        on_common, on_own = dependence.beside(
            self._among(own, common=False),
            self._cross(own, common),
            self._among(common, common=True),
            self._factor[rows],
        )
        streams = [*self.shared.values(), *(inputs[name].stream for name in own)]
        return [dict(zip(streams, row, strict=True)) for row in np.hstack([on_common, on_own])]

    def _mixed(self, name: str, own: Mapping[Stream, float]) -> dict[Stream, float]:
        """Add the common part of a name to a vendor's own part of it."""
        if name not in self.across:
            return dict(own)
        r = self.across[name]
        common = self._on_common(name)
        return {s: float(np.sqrt(r) * common.get(s, 0.0) + np.sqrt(1 - r) * w) for s, w in own.items()}

    def _tie(self, weights: Mapping[Stream, float]) -> Latent:
        kept = {stream: float(w) for stream, w in weights.items() if abs(w) > dependence.GONE}
        size = float(np.sqrt(sum(w * w for w in kept.values())))
        scaled = tuple((stream, w / size) for stream, w in kept.items())
        return Latent(scaled, self.df, EXTREMES if self.df is not None else None)
