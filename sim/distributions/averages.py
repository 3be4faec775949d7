"""The mean of a history with its uncertainty: block bootstrap of its rows, trend and season named.

What a company sells or loses in one month is no level that holds for three years; the mean of many months is, and is
known up to its sampling error. Rows are drawn in blocks, round the end (circular block bootstrap, Politis and Romano
1992), as long as the rows hang together, so that a mean of months that do keeps its larger error.
"""

import numpy as np

from sim.numbers.arrays import Array

REPLICATES = 4_096
"""Means that stand for the law of the mean: their spread is that of all by 1.1 %."""

SEED = 20_1126
"""The same table gives the same means, whatever the seed of a run."""

LONGEST = 1_200
"""Rows beyond which a table is no history by months: they are taken to be independent, and drawn in as many heaps."""

FEWEST_YEARS = 3
"""Years of months from which a season can be told."""

STRETCH = 5
"""Correlations in a row that are no more than chance where rows no longer hang together."""

SURE = 0.01
"""Chance of a trend or a season where there is none, below which one is named."""


def block_length(values: Array) -> int:
    """Give how many rows belong together: the block length of Politis and White (2004) for the circular bootstrap.

    As corrected by Patton, Politis and White (2009), rounded; 1 where rows do not hang together, or are too few or too
    many to say so. Missing values are left out.

    Args:
        values: a column in the order of its rows, NaN where missing.

    """
    x = values[~np.isnan(values)]
    n = x.size
    if n < 12 or values.size > LONGEST or x.std() == 0:
        return 1
    off = x - x.mean()
    most = min(int(np.ceil(np.sqrt(n))) + STRETCH, n - 2)
    covariance = np.array([off[: n - k] @ off[k:] / n for k in range(most + 1)])
    sizes = np.array([(off[k:] @ off[k:]) * (off[: n - k] @ off[: n - k]) for k in range(most + 1)])
    lags = min(2 * _first_of_chance(covariance * n / np.sqrt(sizes), n), most)
    k = np.arange(1, lags + 1)
    taper = np.clip(2 * (1 - k / lags), 0.0, 1.0)
    spectrum = covariance[0] + 2 * float(taper @ covariance[k])
    slope = 2 * float(taper @ (k * covariance[k]))
    if spectrum <= 0:
        return 1
    length = (2 * slope**2 / (4 / 3 * spectrum**2)) ** (1 / 3) * n ** (1 / 3)
    return int(np.clip(round(length), 1, min(np.ceil(3 * np.sqrt(n)), n / 3)))


def _first_of_chance(correlation: Array, n: int) -> int:
    """Give the first lag of a stretch of correlations that are all no more than chance, as Patton's own code does."""
    telling = np.abs(correlation[1:]) > 2 * np.sqrt(np.log10(n) / n)
    starts = range(len(telling) - STRETCH + 1)
    return next((lag + 1 for lag in starts if not telling[lag : lag + STRETCH].any()), len(telling))


def means_of(values: Array, block: int) -> Array:
    """Give means of the column drawn anew, (REPLICATES,): columns of one table and block get the same rows.

    Blocks of a short history spread less than its mean does: by the root of 1 - block / n where rows are independent,
    which is taken off, and by more where they hang together. Their spread is then at least that of the mean of a first-
    order autoregression, its coefficient corrected for bias (Kendall 1954).
    """
    seen = ~np.isnan(values)
    middle = float(values[seen].mean())
    heap = np.arange(values.size) % LONGEST
    sums, counts = (np.bincount(heap, x) for x in (np.where(seen, values - middle, 0.0), seen))
    n = sums.size
    starts = np.random.default_rng(SEED).integers(0, n, (REPLICATES, -(-n // block)))
    places = np.arange(n)
    rows = (starts[:, places // block] + places % block) % n
    off = sums[rows].sum(axis=1) / np.maximum(counts[rows].sum(axis=1), 1)
    off -= off.mean()
    spread = max(float(off.std()) / np.sqrt(1 - block / n), _spread_if_tied(values[seen]))
    return np.asarray(np.clip(middle + off * (spread / off.std()), np.nanmin(values), np.nanmax(values)))


def _spread_if_tied(x: Array) -> float:
    """Give the standard error of the mean of rows that hang together, each on the one before; 0 if they do not."""
    n, off = x.size, x - x.mean()
    if not 12 <= n <= LONGEST:
        return 0.0
    plain = float(off[1:] @ off[:-1] / (off @ off))
    tied = min(plain + (1 + 3 * plain) / n, 0.97)
    if tied < 2 / np.sqrt(n):
        return 0.0
    left = off[1:] - tied * off[:-1]
    return float(np.sqrt(left @ left / (n - 2) / n) / (1 - tied))


def patterns_of(values: Array, by_month: bool) -> tuple[str, ...]:
    """Say what a history has that its mean leaves out: a trend, a season of twelve months."""
    from scipy import stats

    seen = ~np.isnan(values)
    if not by_month or seen.sum() < 12 or values[seen].std() == 0:
        return ()
    found = []
    places = np.flatnonzero(seen)
    trend = stats.kendalltau(places, values[seen])
    if trend.pvalue < SURE:
        way, side = ("rises", "above") if trend.statistic > 0 else ("falls", "below")
        found.append(f"it {way} over the months (Kendall's tau {trend.statistic:.2f}): the last lie {side} its average")
    if seen.sum() >= 12 * FEWEST_YEARS:
        line = np.polynomial.polynomial.polyval(places, np.polynomial.polynomial.polyfit(places, values[seen], 1))
        off = values[seen] - line
        seasons = [off[places % 12 == month] for month in range(12)]
        if stats.kruskal(*[each for each in seasons if each.size]).pvalue < SURE:
            found.append("it has a season of twelve months, which its average leaves out")
    return tuple(found)
