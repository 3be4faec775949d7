"""The mean of a history: its error is that of independent rows, or of rows that hang together."""

import json
import tracemalloc

import numpy as np
import pytest

from sim.distributions.averages import REPLICATES, block_length, means_of, patterns_of
from tests.places import ROOT


def series(n, tie, seed):
    """Give a first-order autoregression that has forgotten its beginning."""
    rng = np.random.default_rng(seed)
    x = np.zeros(n + 200)
    for i, error in enumerate(rng.standard_normal(n + 200)):
        x[i] = tie * x[i - 1] + error
    return x[200:]


def test_blocks_are_as_long_as_independent_code_makes_them():
    """`optimal_block_length` of arch 8.0, circular, rounded: within one, or a fifth, but for a case on an edge."""
    cases = json.loads((ROOT / "tests/distributions/block_lengths.json").read_text())
    found = [block_length(series(case["n"], case["tie"], case["seed"])) for case in cases]
    wanted = [max(round(case["length"]), 1) for case in cases]
    far = [pair for pair in zip(found, wanted, strict=True) if abs(pair[0] - pair[1]) > max(1, 0.2 * pair[1])]
    assert len(cases) == 36
    assert len(far) <= 1


@pytest.mark.parametrize(("tie", "n"), [(0.0, 24), (0.0, 60), (0.3, 60), (0.6, 120), (0.8, 120)])
def test_the_error_of_a_mean_is_that_of_many_histories(tie, n):
    """The median over 100 histories, within 8 % of the spread of 4,000 means."""
    true = np.std([series(n, tie, seed).mean() for seed in range(10_000, 14_000)])
    found = [means_of(x, block_length(x)).std() for x in (series(n, tie, seed) for seed in range(100))]
    assert np.median(found) == pytest.approx(true, rel=0.08)


def test_means_keep_the_mean_and_stay_within_what_was_seen():
    x = np.array([700.0, 1200, np.nan, 900, 1450, 800, 990, np.nan])
    found = means_of(x, 1)
    assert found.shape == (REPLICATES,)
    assert found.mean() == pytest.approx(np.nanmean(x), rel=1e-3)
    assert found.min() >= 700
    assert found.max() <= 1450
    assert found.std() == pytest.approx(np.nanstd(x, ddof=1) / np.sqrt(6), rel=0.1)


def test_what_is_no_history_of_months_has_no_patterns():
    rising = np.arange(48.0)
    assert patterns_of(rising, by_month=False) == ()
    assert len(patterns_of(rising, by_month=True)) == 1
    assert patterns_of(np.random.default_rng(2).standard_normal(48), by_month=True) == ()
    assert patterns_of(np.full(48, 2.0), by_month=True) == ()


def test_a_long_table_is_averaged_within_bounds():
    """A hundred thousand rows are drawn in heaps: gigabytes if each by itself."""
    x = np.random.default_rng(4).lognormal(8, 1, 100_000)
    tracemalloc.start()
    found = means_of(x, block_length(x))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300e6
    assert found.mean() == pytest.approx(x.mean(), rel=1e-3)
    assert found.std() == pytest.approx(x.std() / np.sqrt(x.size), rel=0.08)
