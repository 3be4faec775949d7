"""How much of the spread of an outcome each input tells: first-order shares, and Shapley shares of what is correlated.

Both are estimated from given draws, by one additive fit: a sum of a curve in each input. The share of an input is the
part of the outcome's variance that its curve explains, Var(E[Y | X]) / Var(Y) where inputs are independent (Sobol'
1993). Inputs that are correlated explain parts of the same variance; each gets what it adds to the others, averaged
over every order of asking them (Shapley 1953; for variances Lindeman, Merenda and Gold 1980, and Owen 2014, "Sobol'
indices and Shapley value", SIAM/ASA Journal on Uncertainty Quantification 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from math import factorial

import numpy as np

from sim.numbers.arrays import Array, Places
from sim.numbers.random import generator
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate

ALL_ORDERS = 5
"""Most inputs of which every order is gone through."""
ORDERS, FEWER_ORDERS = 240, 48
"""Orders of more of them, half of them drawn, half these in reverse: for the shares, and for their errors."""
RIDGE = 1e-9
"""What is added to a variance of 1, so that columns which say the same twice do no harm."""
LUCK = 0.01
"""How likely a useless input is to have a share above the floor."""


@dataclass(frozen=True, eq=False)
class Told:
    """A share of the variance, and what it is without each replicate: (REPLICATES,)."""

    share: float
    without: Array

    @property
    def estimate(self) -> Estimate:
        """The share with its standard error: the jackknife over replicates (Efron and Stein 1981)."""
        rows = self.without
        return Estimate(self.share, float(np.sqrt((rows.size - 1) * rows.var())))

    def __add__(self, other: "Told") -> "Told":
        return Told(self.share + other.share, self.without + other.without)


NONE = Told(0.0, np.zeros(REPLICATES))
WHOLE = Told(1.0, np.ones(REPLICATES))


def shapley_shares(
    inputs: Sequence[Array], y: Array, *, blocks: Sequence[int] | None = None, replicate: Places | None = None
) -> tuple[list[Told], list[Array]]:
    """Give the share of each input, and its curve in a fit of all of them, (n,).

    Each input comes as columns, (n, k), whose sums are curves in it (`splines.columns_of`). Some inputs tell what the
    best sum of their curves tells: of each its part of the fit of all inputs, and of one that is correlated with others
    its conditional mean E[Y | X] too. What a fit explains by chance is taken off by the number of columns. The shares
    add up to the adjusted R² of the fit, whatever the inputs; for independent ones they are first-order shares.

    Exact where the outcome is a sum of such curves; what inputs do only in combination is in no share.

    Args:
        inputs: the columns of each input.
        y: the outcome, (n,), in order of replicate.
        blocks: the block of each input: those of one block are correlated, and with no other. All in one if not given.
        replicate: the replicate of each draw, (n,), in rising order; `REPLICATES` of equal size if not given.
    """
    sums = products_of(np.column_stack([*inputs, y]), replicate)
    sizes = [columns.shape[1] for columns in inputs]
    of = list(blocks or [0] * len(inputs))
    tied = [of.count(block) > 1 for block in of]
    whole = sums.sum(axis=0)
    shares, fit = _shares(whole, sizes, tied, ORDERS)
    without = np.array([_shares(whole - part, sizes, tied, FEWER_ORDERS)[0] for part in sums])
    curves = [columns @ part for columns, part in zip(inputs, np.split(fit, np.cumsum(sizes)[:-1]), strict=True)]
    return [Told(float(share), without[:, i]) for i, share in enumerate(shares)], curves


def floor(columns: int, size: int) -> float:
    """Give the share that a useless input with so many columns exceeds in 1 of 100 runs of `size` random draws.

    What it explains by chance is chi-square with a degree of freedom a column, over the number of draws, less what is
    taken off for chance. Sobol points scatter less, so that the floor is on the safe side.
    """
    from scipy.special import chdtri

    return float((chdtri(columns, LUCK) - columns) / size) if columns else 0.0


def products_of(columns: Array, replicate: Places | None) -> Array:
    """Give the sums of products of columns and a constant in each replicate, (REPLICATES, k + 1, k + 1)."""
    size = len(columns)
    if replicate is None:
        ends = np.linspace(0, size, REPLICATES + 1).astype(int)
    else:
        ends = np.searchsorted(replicate, np.arange(REPLICATES + 1))
    parts = [np.column_stack([np.ones(stop - start), columns[start:stop]]) for start, stop in pairwise(ends)]
    return np.array([part.T @ part for part in parts])


def _shares(sums: Array, sizes: Sequence[int], tied: Sequence[bool], orders: int) -> tuple[Array, Array]:
    """Give the shares, (inputs,), and the weights of all columns in the fit, (k,), from sums of products."""
    size, columns = sums[0, 0], sum(sizes)
    centred = sums[1:, 1:] - np.outer(sums[0, 1:], sums[0, 1:]) / size
    products, with_y, spread = centred[:-1, :-1], centred[:-1, -1], centred[-1, -1]
    fit = _solved(products, with_y)
    curves, owners = _curves(products, with_y, fit, sizes, tied)
    added = _averaged(curves.T @ products @ curves / spread, curves.T @ with_y / spread, owners, orders)
    shares = np.bincount(owners, added, minlength=len(sizes))
    left = max(1 - shares.sum(), 0.0)
    return shares - left * np.array(sizes) / max(size - columns - 1, 1), fit


def _curves(
    products: Array, with_y: Array, fit: Array, sizes: Sequence[int], tied: Sequence[bool]
) -> tuple[Array, Places]:
    """Give the weights of the columns in each curve, (k, curves), and the input whose each is, (curves,)."""
    curves, owners = [], []
    for i, (end, columns) in enumerate(zip(np.cumsum(sizes), sizes, strict=True)):
        part = slice(end - columns, end)
        for weights in (fit[part], *([_solved(products[part, part], with_y[part])] if tied[i] else [])):
            curve = np.zeros(len(fit))
            curve[part] = weights
            curves.append(curve)
            owners.append(i)
    return np.array(curves).reshape(len(owners), len(fit)).T, np.array(owners, dtype=np.intp)


def _solved(products: Array, with_y: Array) -> Array:
    """Give least-squares weights; columns that say the same share theirs."""
    if not with_y.size:
        return with_y
    diagonal = np.diag(products)
    return np.asarray(np.linalg.solve(products + np.diag(RIDGE * diagonal + (diagonal <= 0)), with_y))


def _averaged(products: Array, with_y: Array, owners: Places, orders: int) -> Array:
    """Give what each curve adds to the R² of those asked before, averaged over orders of the inputs, (curves,).

    The last row of the Cholesky factor of curves and outcome holds what each curve adds, in the order they stand in.
    """
    scale = np.sqrt(np.diag(products))
    scale = np.where(scale > 0, scale, 1.0)
    full = np.eye(len(products) + 1)
    full[:-1, :-1] = products / np.outer(scale, scale)
    full[-1, :-1] = full[:-1, -1] = with_y / scale
    places = _places(owners, orders)
    factors = _factors(full, places)
    added = np.bincount(places[:, :-1].ravel(), (factors[:, -1, :-1] ** 2).ravel(), minlength=len(products))
    return np.asarray(added / len(places))


def _factors(full: Array, places: Places) -> Array:
    """Give the Cholesky factors of a matrix of correlations in several orders, (orders, k, k).

    Curves that say the same but for rounding may leave it a little short of positive definite: more is added to its
    diagonal until it is, which is far below what any share is known to.
    """
    for ridge in RIDGE * np.array([1.0, 1e2, 1e4, 1e6]):
        ridged = full + ridge * np.eye(len(full))
        try:
            return np.linalg.cholesky(ridged[places[:, :, None], places[:, None, :]])
        except np.linalg.LinAlgError:
            continue
    raise ValueError("correlations that contradict each other by far more than rounding")


def _places(owners: Places, orders: int) -> Places:
    """Give the places of the curves in orders of the inputs, and last that of the outcome, (orders, curves + 1)."""
    count = int(owners.max(initial=-1)) + 1
    rank = np.argsort(_orders(count, orders), axis=1)[:, owners]
    places = np.argsort(rank, axis=1, kind="stable")
    return np.column_stack([places, np.full(len(places), len(owners))])


def _orders(count: int, most: int) -> Places:
    """Give orders of so many inputs: all of them if few, else some with their reverses, the same ones always."""
    if count <= ALL_ORDERS:
        return np.array(list(permutations(range(count)))).reshape(factorial(count), count)
    rng = generator(0, "orders", count)
    drawn = np.array([rng.permutation(count) for _ in range(most // 2)])
    return np.concatenate([drawn, drawn[:, ::-1]])
