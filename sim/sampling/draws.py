"""From a seed to draws: which uniforms each input gets, in which design, chunk by chunk.

Every input has a stream of its own, named by the input. What a stream yields depends on the seed, its name,
its place within its block and the chunk - never on who computes it, and never on another vendor:

* the inputs that all vendors share form one block and one Sobol point set;
* the inputs of one vendor form a block of its own. The points of each block are put in a random order against
  those of the others. That is Latin supercube sampling (Owen 1998, "Latin supercube sampling for very high-dimensional
  simulations", ACM TOMACS 8(1)): low discrepancy inside a block, independence between blocks. The shared one
  may stay as it is: an order is random against another's as soon as one of the two is.

A run is `REPLICATES` independently scrambled point sets of equal size. The spread of a statistic over them
gives its standard error, whatever the statistic and the design.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution
from sim.errors import UsageError
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.numbers.random import generator, hashed
from sim.sampling import hdr, sobol
from sim.sampling.columns import Column
from sim.sampling.design import Design
from sim.sampling.streams import EDGES, Stream, Tie, Uniforms

REPLICATES = 16
"""Independent scrambles a run; 15 degrees of freedom for every standard error."""

CHUNK = 4096
"""Draws a chunk. Part of what a seed means, so not a tuning knob."""

TOGETHER = 4 * CHUNK
"""Draws that are valued at a time, about: enough to make a call of numpy long, few enough for the processor's cache."""

SHARED = ""
"""The block of the inputs that every vendor draws alike."""

FIRST_SET = SHARED, 0
"""The set of points that stays in its own order; the others are put in a random one against it."""


@dataclass(frozen=True)
class Input:
    """One uncertain input of one case: the key its draws go by, its stream, its law, and what the file says.

    Its uniforms are those of its stream, or what its tie makes of several streams.
    """

    key: str
    stream: Stream
    distribution: Distribution
    unit: Kind = Kind.ANY
    asked: str = ""
    source: str = ""
    note: str = ""
    column: Column | None = None
    """The column of a table that the law comes from: inputs of one table were observed together."""
    prior: str = ""
    """Name of the default prior that it is, if it is one."""
    tie: Tie | None = None
    owner: str = ""
    """The vendor whose own it is; empty if vendors share it."""
    name: str = ""
    """What the file calls it inside an offer, and what correlations call it; the key if there is no shorter name."""
    title: str = ""
    """What people read where the owner is known; the name if nothing else is said."""
    bounds: tuple[float | None, float | None] = (None, None)
    """What it must stay within wherever it stands in the file, whatever its law; None where there is no end."""

    def __post_init__(self) -> None:
        """Call it by its key where nothing else is said."""
        object.__setattr__(self, "name", self.name or self.key)
        object.__setattr__(self, "title", self.title or self.name)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams its uniforms are made from."""
        return self.tie.streams if self.tie else (self.stream,)


class Chunk(NamedTuple):
    """Draws `start` to `start + size` of one replicate."""

    replicate: int
    start: int
    size: int
    before: int = 0
    """Draws of the whole run before the chunk: what a counter-based design counts from."""


def draws_a_replicate(draws: int, design: Design) -> int:
    """Give the size of each replicate for at least `draws` draws in all: a power of two for Sobol points."""
    size = max(4, -(-draws // REPLICATES))
    return 1 << (size - 1).bit_length() if design is Design.SOBOL else size


def chunks(size: int, *, after: int = 0) -> list[Chunk]:
    """Cut `REPLICATES` replicates of `size` draws into chunks, replicate by replicate; of each, those after some."""
    return [
        Chunk(replicate, start, min(CHUNK, size - start), replicate * size + start)
        for replicate in range(REPLICATES)
        for start in range(after, size, CHUNK)
    ]


Block = tuple[Chunk, ...]
"""Chunks of equal size at the same place in several replicates: what is drawn and valued in one go."""


def blocks(size: int, *, after: int = 0) -> list[Block]:
    """Put the chunks of a run into blocks: which, hangs on the size of a chunk alone.

    Those of the same replicates follow each other, so that a task leaves the counts of few replicates.
    """
    whole = range(after, size - CHUNK + 1, CHUNK)
    rest = range(after + CHUNK * len(whole), size, CHUNK)
    return [*_blocks_at(whole, CHUNK, size), *_blocks_at(rest, size - rest.start, size)]


def _blocks_at(starts: Sequence[int], wide: int, size: int) -> Iterator[Block]:
    if not starts:
        return
    many = min(REPLICATES, 1 << (TOGETHER // wide).bit_length() - 1)
    for first in range(0, REPLICATES, many):
        for start in starts:
            yield tuple(Chunk(r, start, wide, r * size + start) for r in range(first, first + many))


def draw(inputs: Iterable[Input], *, design: Design, seed: int, chunk: Chunk) -> dict[str, Array]:
    """Give the chunk's draws of every input, (chunk.size,) each, by key; see `draw_block`."""
    return draw_block(inputs, design=design, seed=seed, block=(chunk,))


def draw_block(inputs: Iterable[Input], *, design: Design, seed: int, block: Block) -> dict[str, Array]:
    """Give the draws of every input, (n,) each, by key: those of each chunk of a block, one after the other.

    Inputs with the same stream or tie get the same quantile: one future on two scales.
    """
    wanted = list(inputs)
    u = Uniforms(uniforms_of_block({s for i in wanted for s in i.streams}, design=design, seed=seed, block=block))
    return {i.key: u.quantiles(i.distribution, i.stream, i.tie) for i in wanted}


def futures(inputs: Sequence[Input], *, design: Design, seed: int, size: int) -> dict[str, Array]:
    """Give the draws of a small run, `size` of each replicate, (n,) an input; for what is not asked of every draw."""
    parts = [
        draw(inputs, design=design, seed=seed, chunk=Chunk(replicate, 0, size, replicate * size))
        for replicate in range(REPLICATES)
    ]
    return {i.key: np.concatenate([part[i.key] for part in parts]) for i in inputs}


def medians(inputs: Iterable[Input]) -> dict[str, Array]:
    """Give each input's median as a single draw, (1,) each."""
    return {i.key: i.distribution.ppf(np.array([0.5])) for i in inputs}


def base_run(inputs: Iterable[Input]) -> dict[str, Array]:
    """Give one draw of each input, (1,), in which it is at its median and nothing happens that may or may not."""
    return {i.key: np.array([i.distribution.base]) for i in inputs}


def uniforms(streams: Iterable[Stream], *, design: Design, seed: int, chunk: Chunk) -> Mapping[str, Array]:
    """Give the chunk's probabilities of every stream, (chunk.size,) each; see `uniforms_of_block`."""
    return uniforms_of_block(streams, design=design, seed=seed, block=(chunk,))


def uniforms_of_block(streams: Iterable[Stream], *, design: Design, seed: int, block: Block) -> Mapping[str, Array]:
    """Give the probabilities of every stream, (n,) each, strictly inside (0, 1): those of each chunk in turn."""
    ordered = sorted(streams, key=lambda s: (s.block, s.position))
    if design is Design.SOBOL:
        return _sobol(ordered, seed, block)
    if design is Design.HDR:
        parts = [_hdr([s.name for s in ordered], seed, chunk) for chunk in block]
    else:
        one = _latin if design is Design.LATIN else _random
        parts = [{s.name: one(s.name, seed, chunk) for s in ordered} for chunk in block]
    return {s.name: np.concatenate([part[s.name] for part in parts]) for s in ordered}


def _sobol(streams: Sequence[Stream], seed: int, block: Block) -> dict[str, Array]:
    if not streams:
        return {}
    names, dimensions = tuple(s.name for s in streams), tuple(s.position % sobol.DIMENSIONS for s in streams)
    sets = [list(group) for _, group in groupby(range(len(streams)), key=lambda i: _place(streams[i]))]
    size = block[0].size
    words = np.empty((len(streams), len(block) * size), np.uint32)
    for first, chunk in zip(range(0, words.shape[1], size), block, strict=True):
        directions, shifts, kept = _scrambled(names, dimensions, seed, chunk.replicate, size)
        moved = kept ^ sobol.beginning(directions, shifts, chunk.start, size)
        for rows in sets:
            place, of_set = _place(streams[rows[0]]), slice(rows[0], rows[-1] + 1)
            points = moved[of_set] if place == FIRST_SET else moved[of_set].take(_order(place, seed, chunk), axis=1)
            words[of_set, first : first + size] = points
    return dict(zip(names, sobol.uniforms(words), strict=True))


def _place(stream: Stream) -> tuple[str, int]:
    """Give which set of points a stream belongs to."""
    return stream.block, stream.position // sobol.DIMENSIONS


@lru_cache(maxsize=REPLICATES)
def _scrambled(
    names: tuple[str, ...], dimensions: tuple[int, ...], seed: int, replicate: int, size: int
) -> tuple[sobol.Words, sobol.Words, sobol.Words]:
    """Give the directions, shifts and first points of the streams in a replicate: the same for all its chunks."""
    needed = 4 * sobol.WORDS_NEEDED
    secret = b"".join(hashed(needed, seed, "sobol", name, replicate) for name in names)
    random = np.frombuffer(secret, dtype="<u4").reshape(len(names), sobol.WORDS_NEEDED)
    directions, shifts = sobol.scrambled(np.array(dimensions), random)
    return directions, shifts, sobol.points(directions, size)


def _order(place: tuple[str, int], seed: int, chunk: Chunk) -> NDArray[np.int64]:
    """Give the random order of one set of points within the chunk: what keeps it independent of the others."""
    return generator(seed, "order", *place, chunk.replicate, chunk.start).permutation(chunk.size)


def _latin(name: str, seed: int, chunk: Chunk) -> Array:
    """Give one point in each of `chunk.size` equal slices, in random order (McKay, Beckman and Conover 1979)."""
    rng = generator(seed, "latin", name, chunk.replicate, chunk.start)
    slices = rng.permutation(chunk.size)
    return _open((slices + rng.random(chunk.size)) / chunk.size)


def _random(name: str, seed: int, chunk: Chunk) -> Array:
    return _open(generator(seed, "random", name, chunk.replicate, chunk.start).random(chunk.size))


def _hdr(names: Sequence[str], seed: int, chunk: Chunk) -> dict[str, Array]:
    """Give the trials of the SIPmath standard: the run's draws are trials 1, 2, 3 ... in order, the seed is seed4."""
    if not 0 <= seed < hdr.SEEDS:
        raise UsageError(f"seed {seed} is not one of the hdr design (0 to {hdr.SEEDS - 1:,})")
    variables: dict[int, str] = {}
    for name in names:
        other = variables.setdefault(hdr.variable_id(name), name)
        if other != name:
            raise UsageError(f"'{other}' and '{name}' have the same variable in the hdr design (rename one of them)")
    return {
        name: hdr.uniforms(variable, first=chunk.before + 1, size=chunk.size, seed4=seed)
        for variable, name in variables.items()
    }


def _open(u: Array) -> Array:
    """Keep probabilities off 0 and 1, where quantiles may be infinite."""
    return np.clip(u, *EDGES)
