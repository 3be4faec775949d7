"""How much of the spread of an outcome each input tells: first-order shares, and Shapley shares of what is correlated.

Both are estimated from given draws. The share of an input is the part of the outcome's variance that a curve in that
input explains, Var(E[Y | X]) / Var(Y) (Sobol' 1993). Inputs that are correlated explain parts of the same variance;
each gets what it adds to the others, averaged over every order of asking them (Shapley 1953; for variances Lindeman,
Merenda and Gold 1980, and Owen 2014, "Sobol' indices and Shapley value", SIAM/ASA JUQ 2). An input that is correlated
with no other is a set of one: its Shapley share is its first-order share.
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
ORDERS = 240
"""Orders of more of them: half are drawn, half are these in reverse."""
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
    inputs: Sequence[Array], y: Array, replicate: Places | None = None
) -> tuple[list[Told], list[Array]]:
    """Give the share of each of some correlated inputs, and the curve of each in a fit of all of them, (n,).

    Each input comes as columns, (n, k), whose sums are curves in it (`splines.columns_of`). A set of inputs tells what
    the best sum of two curves an input tells: its conditional mean E[Y | X], and its part of the fit of all inputs at
    once. What a fit explains by chance is taken off, by the columns of each input: the shares add up to the adjusted
    R² of the fit of all inputs, and are unbiased around zero for a useless one.

    The sums are exact for what is linear in the inputs' curves, and shares add up for every model. What inputs do only
    in combination is in none of them.

    Args:
        inputs: the columns of each input.
        y: the outcome, (n,), in order of replicate.
        replicate: the replicate of each draw, (n,), in rising order; `REPLICATES` of equal size if not given.
    """
    sums = products_of(np.column_stack([*inputs, y]), replicate)
    sizes = [columns.shape[1] for columns in inputs]
    whole = sums.sum(axis=0)
    shares, fits = zip(
        *(_shares(whole - sums[r] if r >= 0 else whole, sizes) for r in range(-1, len(sums))), strict=True
    )
    curves = [columns @ part for columns, part in zip(inputs, np.split(fits[0], np.cumsum(sizes)[:-1]), strict=True)]
    rows = np.array(shares)
    return [Told(float(rows[0, i]), rows[1:, i]) for i in range(len(inputs))], curves


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


def _shares(sums: Array, sizes: Sequence[int]) -> tuple[Array, Array]:
    """Give the shares, (inputs,), and the weights of all columns in the fit, (k,), from sums of products."""
    size, columns = sums[0, 0], sum(sizes)
    centred = sums[1:, 1:] - np.outer(sums[0, 1:], sums[0, 1:]) / size
    products, with_y, spread = centred[:-1, :-1], centred[:-1, -1], centred[-1, -1]
    fit = _solved(products, with_y)
    ends = np.cumsum(sizes)
    parts = [slice(end - k, end) for end, k in zip(ends, sizes, strict=True)]
    weights = np.zeros((columns, 2 * len(sizes)))
    for i, part in enumerate(parts):
        weights[part, 2 * i] = _solved(products[part, part], with_y[part])
        weights[part, 2 * i + 1] = fit[part]
    shares = _averaged(weights.T @ products @ weights / spread, weights.T @ with_y / spread)
    left = max(1 - shares.sum(), 0.0)
    return shares - left * np.array(sizes) / max(size - columns - 1, 1), fit


def _solved(products: Array, with_y: Array) -> Array:
    """Give least-squares weights; columns that say the same share theirs."""
    if not with_y.size:
        return with_y
    return np.asarray(np.linalg.pinv(products, hermitian=True, rcond=1e-11) @ with_y)


def _averaged(products: Array, with_y: Array) -> Array:
    """Give what each input's two curves add to the R² of those asked before, averaged over orders, (inputs,).

    The last row of the Cholesky factor of columns and outcome holds what each column adds, in the order they stand in.
    """
    scale = np.sqrt(np.diag(products))
    scale = np.where(scale > 0, scale, 1.0)
    full = np.eye(len(products) + 1) * (1 + RIDGE)
    full[:-1, :-1] += np.where(np.eye(len(products)) > 0, 0.0, products / np.outer(scale, scale))
    full[-1, :-1] = full[:-1, -1] = with_y / scale
    orders = _orders(len(products) // 2)
    places = np.column_stack([np.stack([2 * orders, 2 * orders + 1], axis=2).reshape(len(orders), -1), _last(orders)])
    factors = np.linalg.cholesky(full[places[:, :, None], places[:, None, :]])
    added = (factors[:, -1, :-1] ** 2).reshape(len(orders), -1, 2).sum(axis=2)
    shares = np.zeros(orders.shape[1])
    np.add.at(shares, orders.ravel(), added.ravel())
    return shares / len(orders)


def _last(orders: Places) -> Places:
    return np.full(len(orders), 2 * orders.shape[1])


def _orders(count: int) -> Places:
    """Give orders of so many inputs: all of them if few, else some with their reverses, the same ones always."""
    if count <= ALL_ORDERS:
        return np.array(list(permutations(range(count)))).reshape(factorial(count), count)
    rng = generator(0, "orders", count)
    drawn = np.array([rng.permutation(count) for _ in range(ORDERS // 2)])
    return np.concatenate([drawn, drawn[:, ::-1]])
