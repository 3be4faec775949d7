import numpy as np
import pytest
from scipy import stats

from sim.sampling.design import Design
from sim.sampling.draws import CHUNK, REPLICATES, Chunk, uniforms
from sim.sampling.streams import EDGES, Latent, Stream, Uniforms

A, B, EXTREMES = Stream("a", "", 0), Stream("b", "", 2), Stream("x", "extremes", 0)


def drawn(*streams, design=Design.RANDOM, replicates=REPLICATES):
    """Give uniforms of independent streams over some replicates."""
    parts = [uniforms(streams, design=design, seed=5, chunk=Chunk(r, 0, CHUNK)) for r in range(replicates)]
    return Uniforms({s.name: np.concatenate([part[s.name] for part in parts]) for s in streams})


def test_a_single_weight_passes_the_stream_on_or_mirrors_it():
    u = drawn(A, replicates=1)
    np.testing.assert_array_equal(u.tied(Latent(((A, 1.0),))), u.streams["a"])
    np.testing.assert_array_equal(u.tied(Latent(((A, -1.0),))), 1 - u.streams["a"])


@pytest.mark.parametrize("df", [None, 1.0, 4.0])
def test_a_tie_leaves_the_uniforms_uniform(df):
    u = drawn(A, B, EXTREMES)
    tie = Latent(((A, 0.6), (B, 0.8)), df, EXTREMES if df else None)
    assert stats.kstest(u.tied(tie), "uniform").pvalue > 0.01
    assert (u.tied(tie) > 0).all()
    assert (u.tied(tie) < 1).all()


def test_the_scores_correlate_as_the_weights_say():
    u = drawn(A, B)
    tied = stats.norm.ppf(u.tied(Latent(((A, 0.6), (B, 0.8)))))
    found = np.corrcoef(tied, stats.norm.ppf(u.streams["a"]))[0, 1]
    assert abs(found - 0.6) < 3 * (1 - 0.36) / np.sqrt(tied.size)


@pytest.mark.parametrize("df", [None, 4.0])
def test_extremes_come_together_as_often_as_the_copula_says(df):
    """P(both in their lowest 1 %), with the bivariate laws of scipy as the reference."""
    u = drawn(A, B, EXTREMES, replicates=16)
    mixing = EXTREMES if df else None
    one, other = u.tied(Latent(((A, 1.0),), df, mixing)), u.tied(Latent(((A, 0.5), (B, np.sqrt(0.75))), df, mixing))
    correlation = [[1, 0.5], [0.5, 1]]
    if df is None:
        expected = stats.multivariate_normal(cov=correlation).cdf(2 * [stats.norm.ppf(0.01)])
    else:
        expected = stats.multivariate_t(shape=correlation, df=df).cdf(2 * [stats.t.ppf(0.01, df)], random_state=1)
    both = ((one < 0.01) & (other < 0.01)).mean()
    assert abs(both - expected) < 3 * np.sqrt(expected / one.size)


def test_no_uniform_reaches_the_edges():
    u = Uniforms({"a": np.array(EDGES), "b": np.array(EDGES)})
    tied = u.tied(Latent(((A, np.sqrt(0.5)), (B, np.sqrt(0.5)))))
    assert tied[0] >= EDGES[0]
    assert tied[1] <= EDGES[1]
