"""Correlations: what a planner asks for, what the copula behind it needs, and whether the whole can exist.

A copula ties the uniforms of inputs and leaves their distributions alone. Planners say how strongly two inputs move
together as a rank correlation; the copula works on latent scores, whose plain correlation is a function of it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from sim.numbers.arrays import Array

SOLVABLE = 1e-8
"""An eigenvalue this far below zero is rounding, not a contradiction."""

GONE = 1e-9
"""A weight below this is none."""


class Measure(StrEnum):
    """How the strength of a dependence is said."""

    SPEARMAN = "spearman"
    KENDALL = "kendall"
    NORMAL_SCORES = "normal_scores"


@dataclass(frozen=True)
class Copula:
    """Which joint law ties the inputs: Gaussian, or Student's t with `df` degrees of freedom for joint extremes."""

    df: float | None = None

    def latent(self, measure: Measure, value: float) -> float:
        """Give the correlation of the latent scores behind a rank correlation, -1 to 1.

        Kendall's tau is 2/pi asin(r) for every elliptical copula (Lindskog, McNeil and Schmock 2003); Spearman's rho is
        6/pi asin(r/2) for the Gaussian one (Kruskal 1958, "Ordinal measures of association", JASA 53).

        Raises:
            ValueError: normal scores with a t copula, whose latent scores are no normal scores.

        Example:
            >>> round(Copula().latent(Measure.SPEARMAN, 0.5), 6)
            0.517638
        """
        if measure is Measure.KENDALL:
            return _rounded(np.sin(np.pi * value / 2))
        if measure is Measure.SPEARMAN:
            return _rounded(2 * np.sin(np.pi * value / 6) if self.df is None else _latent_of_t(value, self.df))
        if self.df is not None:
            raise ValueError("normal_scores goes with the gaussian copula only (write spearman or kendall)")
        return float(value)

    def shown(self, measure: Measure, latent: float) -> float:
        """Give the rank correlation that a latent one makes: the inverse of `latent`."""
        if measure is Measure.KENDALL:
            return float(2 / np.pi * np.arcsin(latent))
        if measure is Measure.SPEARMAN:
            return float(6 / np.pi * np.arcsin(latent / 2) if self.df is None else spearman_of_t(latent, self.df))
        return float(latent)


@dataclass(frozen=True)
class Correlation:
    """Two inputs by key, the correlation that was asked for, and the one that was used after a repair."""

    a: str
    b: str
    measure: Measure
    asked: float
    used: float
    of_all: bool = False
    """Whether it is one of all pairs of effects that one line of the file asks for."""


def _rounded(latent: float) -> float:
    """Keep a perfect correlation perfect: sine and inverse sine miss it by a last bit."""
    return float(np.sign(latent)) if abs(latent) > 1 - 1e-12 else float(latent)


def spearman_of_t(latent: float, df: float) -> float:
    """Give Spearman's rho of a t copula.

    A t vector is a normal one over the root of a common chi-square, X = sqrt(W) Z. Spearman's rho asks three
    independent copies whether (X1 - X2)(Y1 - Y3) is above zero; given their W, that is a normal orthant, so
    rho = 6/pi E asin(r W1 / sqrt((W1 + W2)(W1 + W3))). (Heinen and Valdesogo 2020, "Spearman rank correlation of the
    bivariate Student t and scale mixtures of normal distributions", Journal of Multivariate Analysis 179.)
    """
    weights, factors = _mixing(df)
    return float(6 / np.pi * (weights * np.arcsin(latent * factors)).sum())


@lru_cache(maxsize=32)
def _mixing(df: float) -> tuple[Array, Array]:
    """Give the quadrature weights and the factors W1 / sqrt((W1 + W2)(W1 + W3)), flat."""
    from scipy.special import chdtri

    nodes, weights = np.polynomial.legendre.leggauss(40)
    w = df / chdtri(df, (nodes + 1) / 2)
    share = np.sqrt(w[:, None] / (w[:, None] + w))  # (W1, W2)
    factors = share[:, :, None] * share[:, None, :]
    half = weights / 2
    return (half[:, None, None] * half[:, None] * half).ravel(), factors.ravel()


def _latent_of_t(spearman: float, df: float) -> float:
    """Invert `spearman_of_t`, which is odd and rises, by regula falsi with the Illinois rule."""
    low, high, wanted = 0.0, 1.0, abs(spearman)
    at_low, at_high = -wanted, spearman_of_t(1.0, df) - wanted
    if at_high <= 0:
        return float(np.sign(spearman))
    for _ in range(60):
        middle = high - at_high * (high - low) / (at_high - at_low)
        at_middle = spearman_of_t(middle, df) - wanted
        if abs(at_middle) < 1e-13:
            break
        if at_middle * at_high < 0:
            low, at_low = high, at_high
        else:
            at_low /= 2
        high, at_high = middle, at_middle
    return float(np.sign(spearman) * middle)


def smallest_eigenvalue(matrix: Array) -> float:
    """Give the smallest eigenvalue of a symmetric matrix; below zero, no numbers can have these correlations."""
    return float(np.linalg.eigvalsh(matrix)[0])


def is_possible(matrix: Array) -> bool:
    """Whether some numbers have exactly these correlations."""
    return not matrix.size or smallest_eigenvalue(matrix) >= -SOLVABLE


def culprits(matrix: Array) -> list[tuple[int, int]]:
    """Give the pairs that make a matrix impossible: those that weigh most in its worst direction, strongest first."""
    _, vectors = np.linalg.eigh(matrix)
    pull = np.abs(matrix * np.outer(vectors[:, 0], vectors[:, 0]))
    above = [(i, j) for i in range(len(matrix)) for j in range(i + 1, len(matrix))]
    most = max((pull[pair] for pair in above), default=0.0)
    return sorted((pair for pair in above if pull[pair] > 0.1 * most), key=lambda pair: -pull[pair])


def nearest(matrix: Array) -> Array:
    """Give the nearest correlation matrix in the Frobenius norm.

    Alternating projections on the positive semidefinite matrices and on those with a diagonal of ones, with Dykstra's
    correction (Higham 2002, "Computing the nearest correlation matrix - a problem from finance", IMA Journal of
    Numerical Analysis 22(3), algorithm 3.3).
    """
    unit, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(2000):
        shifted = unit - correction
        positive = _positive_part(shifted)
        correction = positive - shifted
        before, unit = unit, positive.copy()
        np.fill_diagonal(unit, 1.0)
        if np.abs(unit - before).max() < 1e-12:
            break
    positive = _positive_part(unit)  # the last projection, then back to ones on the diagonal by scaling
    scale = 1 / np.sqrt(np.diag(positive))
    repaired = positive * np.outer(scale, scale)
    np.fill_diagonal(repaired, 1.0)
    return np.asarray(repaired)


def _positive_part(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)


def factor(matrix: Array) -> Array:
    """Give the lower triangle L with L L' = matrix (Cholesky); a singular matrix has columns of zeros.

    Each row uses only rows above it, so an input appended changes none before it.
    """
    lower = np.zeros_like(matrix)
    for j in range(len(matrix)):
        left = matrix[j, j] - lower[j, :j] @ lower[j, :j]
        if left <= SOLVABLE:  # tied to those before it completely
            continue
        lower[j, j] = np.sqrt(left)
        lower[j + 1 :, j] = (matrix[j + 1 :, j] - lower[j + 1 :, :j] @ lower[j, :j]) / lower[j, j]
    return lower


def beside(own: Array, cross: Array, common: Array, common_weights: Array) -> tuple[Array, Array]:
    """Give the weights of further inputs beside common ones, on the common ones' scores and on scores of their own.

    Args:
        own: correlations of the further inputs, (k, k).
        cross: of the further with the common, (k, g).
        common: of the common, (g, g).
        common_weights: weights that make the common ones from their scores, (g, s).
    """
    slope = cross @ np.linalg.pinv(common, hermitian=True, rcond=1e-10)
    return slope @ common_weights, factor(own - slope @ cross.T)


def measured(measure: Measure, x: Array, y: Array) -> float:
    """Give the correlation of two columns of draws in a measure; NaN if one of them does not vary."""
    if x.min() == x.max() or y.min() == y.max():
        return float("nan")
    if measure is Measure.KENDALL:
        from scipy.stats import kendalltau

        return float(kendalltau(x, y).statistic)
    ranks = np.array([average_ranks(x), average_ranks(y)])
    if measure is Measure.NORMAL_SCORES:
        from scipy.special import ndtri

        ranks = np.asarray(ndtri(ranks / (len(x) + 1)))
    return float(np.corrcoef(ranks)[0, 1])


def average_ranks(x: Array) -> Array:
    """Give ranks from 1, ties at the middle of theirs."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])
