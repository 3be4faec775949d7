"""Correlations of normal scores: what a Gaussian copula needs to know of a run's inputs and results."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.analysis.results import Results
from sim.numbers.arrays import Array
from sim.sampling import correlation as dependence
from sim.sampling.draws import Input
from sim.sampling.streams import Latent


@dataclass(frozen=True)
class Score:
    """What one input, or several alike, are drawn by: uniforms, which a copula knows by their normal scores."""

    name: str
    draws: Array
    """Draws of an input that it moves, (n,)."""
    streams: frozenset[str]
    weights: Mapping[str, float] | None
    """Weights of the scores of streams; none if they are not all that is in it (a t copula, rows of a table)."""


def input_scores(results: Results) -> tuple[dict[str, int], list[Score]]:
    """Give the scores of the inputs that vary, and which of them draws each input, by key.

    They stand in the order of their streams, in which shared inputs are tied: the Cholesky factor of their matrix has
    the weights of their ties, and whoever draws by it draws the run's own futures.
    """
    asked = {key: results.inputs_asked[key] for key, x in results.run.inputs.items() if x.min() < x.max()}
    users: dict[Hashable, list[str]] = {}
    for key in sorted(asked, key=lambda k: (not _is_own(asked[k]), k)):
        users.setdefault(asked[key].stream.name if _is_own(asked[key]) else asked[key].tie, []).append(key)
    taken: set[str] = set()
    scores: list[tuple[Score, list[str]]] = []
    for keys in users.values():
        first = asked[keys[0]]
        name = keys[0] if first.stream.name in taken else first.stream.name
        taken.add(name)
        scores.append((_score(name, first, results.run.inputs[keys[0]]), keys))
    scores.sort(key=lambda each: (asked[each[1][0]].stream.block, asked[each[1][0]].stream.position))
    return {key: n for n, (_, keys) in enumerate(scores) for key in keys}, [score for score, _ in scores]


def _is_own(drawn: Input) -> bool:
    """Whether an input is drawn by its own stream as it is."""
    return drawn.tie is None or (
        isinstance(drawn.tie, Latent) and drawn.tie.df is None and drawn.tie.weights == ((drawn.stream, 1.0),)
    )


def _score(name: str, drawn: Input, x: Array) -> Score:
    streams = frozenset(stream.name for stream in drawn.streams)
    if _is_own(drawn):
        return Score(name, x, streams, {drawn.stream.name: 1.0})
    if isinstance(drawn.tie, Latent) and drawn.tie.df is None:
        return Score(name, x, streams, {stream.name: weight for stream, weight in drawn.tie.weights})
    return Score(name, x, streams, None)


def among_inputs(scores: list[Score]) -> Array:
    """Give the correlations of the inputs' scores, (k, k).

    Exact for weighted sums of streams; as drawn where a t copula or the rows of a table are in it; 0 for those that
    have no stream in common. The nearest possible matrix if these do not go together.
    """
    z = [normal_scores(score.draws) if score.weights is None else None for score in scores]
    r = np.eye(len(scores))
    for i, a in enumerate(scores):
        for j, b in enumerate(scores[:i]):
            if a.weights is not None and b.weights is not None:
                r[i, j] = sum(w * b.weights.get(stream, 0.0) for stream, w in a.weights.items())
            elif a.streams & b.streams:
                both = [normal_scores(s.draws) if seen is None else seen for s, seen in ((a, z[i]), (b, z[j]))]
                r[i, j] = np.mean(both[0] * both[1])
            r[j, i] = r[i, j]
    return r if dependence.is_possible(r) else dependence.nearest(r)


def with_results(r: Array, scores: list[Score], outputs: Mapping[str, Array]) -> Array:
    """Give the correlations of inputs, `r`, and results: by regression of the results' scores on the inputs'.

    Regression keeps the matrix positive definite although the inputs' own chance correlations are left out.
    """
    k, m = len(scores), len(outputs)
    if not m:
        return _definite(r)
    y = np.array([normal_scores(x) for x in outputs.values()])
    if k:
        z = np.array([normal_scores(score.draws) for score in scores])
        slopes = np.linalg.lstsq(z.T, y.T, rcond=None)[0].T
        rest, cross = y - slopes @ z, slopes @ r
        joint = np.block([[r, cross.T], [cross, cross @ slopes.T + rest @ rest.T / y.shape[1]]])
    else:
        joint = y @ y.T / y.shape[1]
    sd = np.sqrt(np.diag(joint))
    return _definite(np.asarray(joint / np.outer(sd, sd), dtype=np.float64))


def _definite(r: Array) -> Array:
    """Give the matrix with its smallest eigenvalue lifted to what a Cholesky factor needs."""
    short = 1e-9 - float(np.linalg.eigvalsh(r)[0]) if r.size else 0.0
    return r if short <= 0 else (r + 2 * short * np.eye(len(r))) / (1 + 2 * short)


def normal_scores(x: Array) -> Array:
    """Give normal scores of the ranks, equal values sharing theirs, with mean 0 and sd 1; zeros of a constant."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    z = ndtri((np.cumsum(counts) - counts / 2) / x.size)[place]
    sd = z.std()
    return np.asarray((z - z.mean()) / sd) if sd else np.zeros_like(z)
