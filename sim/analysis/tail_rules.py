"""Short rules that tell bad futures from the others: found on one half of the replicates, measured on the other.

A rule is a box of one or two inputs below or above a value, as in scenario discovery (Bryant and Lempert 2010,
"Thinking inside the box", Technological Forecasting and Social Change 77(1)), after PRIM (Friedman and Fisher 1999,
"Bump hunting in high-dimensional data", Statistics and Computing 9). Two conditions are few enough to try every pair
of thresholds, so that nothing has to be peeled off step by step. The best box has the highest harmonic mean of
precision and recall (van Rijsbergen 1979, *Information Retrieval*, chapter 7); the next one is looked for in the
futures that it leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.worst import ratio
from sim.distributions import Bernoulli
from sim.numbers.arrays import Array
from sim.numbers.writing import input_value
from sim.sampling.draws import REPLICATES, Input
from sim.sampling.estimates import Estimate, standard_error

Hits = NDArray[np.bool_]

MOST = 3
"""Most rules that are told."""
SCREENED = 8
"""Inputs of which pairs are tried: those whose distribution among the bad futures differs most from that among all."""
CUTS = 25
"""Thresholds of an input, at least."""
FEW = 40
"""Values of an input up to which thresholds lie between them."""
WORTH = 0.02
"""What a second condition must add to the harmonic mean of precision and recall."""
LIFT = 1.5
"""How much more often futures of a rule must be bad than all that earlier rules leave, by those held out."""
SURE = 4.0
"""By how many standard errors, of 8 replicates, a rule must be better than chance: once in 400 by luck."""
NEW = 0.05
"""Share of the bad futures held out that a further rule must catch beyond those before it."""


@dataclass(frozen=True)
class Condition:
    """An input below a value, or at it and above; of an event, that it happens or does not."""

    input: Input
    cut: float
    above: bool

    def text(self, currency: str) -> str:
        """Write it in a planner's words: `adoption below 55%`, `Weak rollout happens`."""
        if isinstance(self.input.distribution, Bernoulli):
            return f"{self.input.title} {'happens' if self.above else 'does not happen'}"
        value = input_value(self.cut, self.input.unit, currency)
        return f"{self.input.title} {'above' if self.above else 'below'} {value}"

    @property
    def formula(self) -> str:
        """Write it for programs, by the input's key."""
        return f"{self.input.key} {'>=' if self.above else '<'} {self.cut:.12g}"


@dataclass(frozen=True)
class Measured:
    """How well a rule tells bad futures, in those held out, with errors from the spread of their replicates."""

    coverage: Estimate
    """Share of all futures that are in its box."""
    recall: Estimate
    """Share of the bad futures that are in it."""
    precision: Estimate
    """Share of the futures in it that are bad."""


@dataclass(frozen=True)
class Rule:
    """Conditions that hold together."""

    conditions: tuple[Condition, ...]
    measured: Measured

    def text(self, currency: str) -> str:
        """Write it in a planner's words."""
        return " and ".join(condition.text(currency) for condition in self.conditions)

    @property
    def formula(self) -> str:
        """Write it for programs."""
        return " and ".join(condition.formula for condition in self.conditions)


@dataclass(frozen=True)
class Rules:
    """The rules found, best first; none where none is better than chance."""

    rules: tuple[Rule, ...]
    together: Measured | None
    """How well "any of them" tells the bad futures; None where there is no rule."""
    base: Estimate
    """Share of the futures held out that are bad."""
    futures: int
    """Futures held out."""


@dataclass(frozen=True, eq=False)
class _Columns:
    """What rules are made of: in which cell between thresholds each future lies, by input."""

    inputs: Sequence[Input]
    cuts: Sequence[Array]
    cells: Sequence[NDArray[np.intp]]
    """(n,) each: how many thresholds of the input a future has reached."""

    def where(self, futures: Hits) -> "_Columns":
        """Give those of some futures."""
        return _Columns(self.inputs, self.cuts, [cells[futures] for cells in self.cells])


@dataclass(frozen=True)
class _Side:
    """One condition by place: at or above the threshold of a number, or below it."""

    column: int
    cut: int
    above: bool

    def holds(self, columns: _Columns) -> Hits:
        reached = columns.cells[self.column] > self.cut
        return reached if self.above else ~reached

    def condition(self, columns: _Columns) -> Condition:
        return Condition(columns.inputs[self.column], float(columns.cuts[self.column][self.cut]), self.above)


_Box = tuple[_Side, ...]


def rules_of(inputs: Sequence[Input], draws: Mapping[str, Array], bad: Hits) -> Rules:
    """Find up to three rules for bad futures, (n,) in order of replicate, by the draws of inputs, (n,) each.

    Every second replicate is searched, the others are held out: what is told of a rule is what it is worth there.
    """
    columns = _columns(inputs, draws)
    searched = np.repeat(np.arange(REPLICATES) % 2 == 0, bad.size // REPLICATES)
    seen, held = columns.where(searched), columns.where(~searched)
    found = _Found(held, bad[~searched])
    left = np.ones(int(searched.sum()), bool)
    for _ in range(MOST):
        box = _best(seen.where(left), bad[searched][left])
        if box is None or not found.takes(box):
            break
        left &= ~_inside(seen, box)
    return found.rules()


def _columns(inputs: Sequence[Input], draws: Mapping[str, Array]) -> _Columns:
    """Cut the inputs that vary into cells."""
    cuts = {i.key: _cuts(i, draws[i.key]) for i in inputs}
    told = [i for i in inputs if cuts[i.key].size]
    cells = [np.searchsorted(cuts[i.key], draws[i.key], side="right") for i in told]
    return _Columns(told, [cuts[i.key] for i in told], cells)


def _cuts(drawn: Input, x: Array) -> Array:
    """Give the thresholds of an input, (k,): round numbers from its P2 to its P98, or the middles of a few values."""
    values = drawn.distribution.values_alone
    if values is not None and len(values) <= FEW:
        return np.asarray((values[1:] + values[:-1]) / 2)
    low, high = np.quantile(x, (0.02, 0.98))
    return _round_numbers(float(low), float(high)) if high > low else np.empty(0)


def _round_numbers(low: float, high: float) -> Array:
    """Give the multiples of a step of 1, 2 or 5 times a power of ten between two numbers: 25 of them or a few more."""
    rough = (high - low) / CUTS
    power = int(np.floor(np.log10(rough)))
    size = next(size for size in (5, 2, 1) if size * 10.0**power <= rough * (1 + 1e-9))
    steps = np.arange(np.ceil(low / (size * 10.0**power)), np.floor(high / (size * 10.0**power)) + 1)
    return np.round(steps * size * 10.0**power, max(-power, 0))


def _best(columns: _Columns, bad: Hits) -> _Box | None:
    """Give the best box of one condition, or of two where the second is worth it; None without bad futures."""
    if not bad.any() or not columns.cells:
        return None
    every, hits = ([np.bincount(c[of], minlength=0) for c in columns.cells] for of in (slice(None), bad))
    counts = [
        (_padded(a, len(k) + 1), _padded(h, len(k) + 1)) for a, h, k in zip(every, hits, columns.cuts, strict=True)
    ]
    singles = [_best_single(n, all_, of_bad) for n, (all_, of_bad) in enumerate(counts)]
    score, box = max(singles, key=lambda found: found[0])
    screened = sorted(range(len(counts)), key=lambda n: -_distance(*counts[n]))[:SCREENED]
    pairs = [_best_pair(columns, bad, a, b) for a, b in combinations(sorted(screened), 2)]
    higher, pair = max(pairs, key=lambda found: found[0], default=(0.0, box))
    return pair if higher > score + WORTH else box


def _padded(counts: NDArray[np.intp], size: int) -> Array:
    return np.pad(counts, (0, size - len(counts))).astype(float)


def _distance(every: Array, hits: Array) -> float:
    """Give the largest gap between the distributions of an input among bad futures and among all (Kolmogorov)."""
    return float(np.abs(np.cumsum(hits) / hits.sum() - np.cumsum(every) / every.sum()).max())


def _best_single(column: int, every: Array, hits: Array) -> tuple[float, _Box]:
    """Give the best threshold of one input, and how good it is."""
    below, bad_below = np.cumsum(every)[:-1], np.cumsum(hits)[:-1]
    total = hits.sum()
    scores = np.array([_score(below, bad_below, total), _score(every.sum() - below, total - bad_below, total)])
    side, cut = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[side, cut]), (_Side(column, int(cut), bool(side)),)


def _best_pair(columns: _Columns, bad: Hits, a: int, b: int) -> tuple[float, _Box]:
    """Give the best pair of thresholds of two inputs, and how good it is: every one of them, from a table of counts."""
    shape = len(columns.cuts[a]) + 1, len(columns.cuts[b]) + 1
    codes = columns.cells[a] * shape[1] + columns.cells[b]
    every, hits = (np.bincount(of, minlength=shape[0] * shape[1]).reshape(shape) for of in (codes, codes[bad]))
    scores = np.array(
        [_score(boxed, bad_boxed, bad.sum()) for boxed, bad_boxed in zip(_boxes(every), _boxes(hits), strict=True)]
    )
    side, first, second = np.unravel_index(int(scores.argmax()), scores.shape)
    box = _Side(a, int(first), side in (1, 3)), _Side(b, int(second), side in (2, 3))
    return float(scores[side, first, second]), box


def _boxes(counts: NDArray[np.intp]) -> Iterator[Array]:
    """Give the counts in the boxes at each pair of thresholds: both below, the first above, the second, both."""
    table = counts.cumsum(axis=0).cumsum(axis=1).astype(float)
    inner, right, top, whole = table[:-1, :-1], table[-1:, :-1], table[:-1, -1:], table[-1, -1]
    yield inner
    yield right - inner
    yield top - inner
    yield whole - right - top + inner


def _score(boxed: Array, bad_boxed: Array, bad: float) -> Array:
    """Give the harmonic mean of precision and recall of boxes."""
    return np.asarray(2 * bad_boxed / (boxed + bad))


def _inside(columns: _Columns, box: _Box) -> Hits:
    return np.asarray(np.logical_and.reduce([side.holds(columns) for side in box]))


@dataclass
class _Found:
    """Rules that hold among the futures held out, in the order in which they were found."""

    columns: _Columns
    bad: Hits
    boxes: list[_Box] = field(default_factory=list)
    covered: Hits = field(init=False)

    def __post_init__(self) -> None:
        self.covered = np.zeros(self.bad.size, bool)

    def takes(self, box: _Box) -> bool:
        """Take a rule up if it is better than chance where the rules before it say nothing."""
        inside, left = _inside(self.columns, box) & ~self.covered, ~self.covered
        if (inside & self.bad).sum() < NEW * self.bad.sum():
            return False
        boxed, every = (_by_replicate(self.bad & of, of) for of in (inside, left))
        precision, chance = ratio(*boxed).value, ratio(*every).value
        error = standard_error(_by_row(*boxed) - _by_row(*every))
        if precision < LIFT * chance or precision - chance < SURE * error:
            return False
        self.boxes.append(box)
        self.covered |= inside
        return True

    def rules(self) -> Rules:
        """Give the rules with what they are worth."""
        rules = tuple(
            Rule(_conditions(self.columns, box), _measured(_inside(self.columns, box), self.bad)) for box in self.boxes
        )
        together = _measured(self.covered, self.bad) if rules else None
        base = ratio(*_by_replicate(self.bad, np.ones_like(self.bad)))
        return Rules(rules, together, base, self.bad.size)


def _conditions(columns: _Columns, box: _Box) -> tuple[Condition, ...]:
    """Give the conditions of a box; that an event happens comes before how bad it is."""
    conditions = (side.condition(columns) for side in box)
    return tuple(sorted(conditions, key=lambda of: not isinstance(of.input.distribution, Bernoulli)))


def _measured(inside: Hits, bad: Hits) -> Measured:
    both = inside & bad
    pairs = ((inside, np.ones_like(bad)), (both, bad), (both, inside))
    return Measured(*(ratio(*_by_replicate(hits, there)) for hits, there in pairs))


def _by_replicate(hits: Hits, there: Hits) -> tuple[Array, Array]:
    """Count in each of the replicates held out, (8,) each."""
    rows = (of.reshape(REPLICATES // 2, -1).sum(axis=1).astype(float) for of in (hits, there))
    return next(rows), next(rows)


def _by_row(hits: Array, there: Array) -> Array:
    """Give a share in each replicate; none where nothing is there."""
    return np.divide(hits, there, out=np.zeros_like(hits), where=there > 0)
