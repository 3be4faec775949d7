from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy import stats

from sim.distributions import Beta, Normal, Uniform
from sim.numbers.random import generator
from sim.sampling import hdr
from sim.sampling.design import MOST_NUMBERED, Design
from sim.sampling.draws import (
    CHUNK,
    REPLICATES,
    SHARED,
    TOGETHER,
    Chunk,
    Input,
    blocks,
    chunks,
    draw,
    draw_block,
    draws_a_replicate,
    medians,
    uniforms,
)
from sim.sampling.streams import Stream

SEEDS = [0, 1, 2, 7, -1, -7, 2**63, 2**64 + 1, -(10**40)]
FIRST = Chunk(0, 0, CHUNK)
every_design = pytest.mark.parametrize("design", Design)


def block(name, size, start=0):
    return [Stream(f"{name}.{i}", name, i) for i in range(start, start + size)]


def rows(streams, *, design=Design.SOBOL, seed=1, chunk=FIRST):
    """Give the uniforms of each stream, (k, chunk.size)."""
    u = uniforms(streams, design=design, seed=seed, chunk=chunk)
    return np.array([u[s.name] for s in streams])


def largest_correlation(x, y):
    return np.abs(np.corrcoef(x, y)[: len(x), len(x) :]).max()


@every_design
def test_a_streams_draws_depend_on_no_other_stream(design):
    shared, one, other = block(SHARED, 3), block("One", 2), block("Other", 4)
    alone = rows(one, design=design)
    np.testing.assert_array_equal(rows([*reversed(other), *shared, *one], design=design)[-2:], alone)


@every_design
def test_the_same_key_gives_the_same_draws_again(design):
    np.testing.assert_array_equal(rows(block("One", 2), design=design), rows(block("One", 2), design=design))


@every_design
@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"chunk": Chunk(1, 0, CHUNK, 2 * CHUNK)},
        {"chunk": Chunk(0, CHUNK, CHUNK, CHUNK)},
        {"streams": [Stream("another", "", 0)]},
    ],
    ids=["seed", "replicate", "start", "name"],
)
def test_another_seed_chunk_or_name_gives_other_draws(design, other):
    key = {"streams": [Stream("users", "", 0)], "design": design, "seed": 1, "chunk": FIRST}
    assert np.mean(rows(**key) == rows(**key | other)) < 0.001


def test_the_place_in_the_block_chooses_the_sobol_dimension():
    one, other = [Stream("users", "", 0)], [Stream("users", "", 1)]
    assert np.mean(rows(one) == rows(other)) < 0.1  # one scramble of two dimensions, which meet here and there


def _allowed(design, seed):
    return design is not Design.HDR or 0 <= seed < hdr.SEEDS


@every_design
def test_every_seed_gives_its_own_uniforms_strictly_inside_zero_and_one(design):
    u = [rows(block(SHARED, 1), design=design, seed=seed)[0] for seed in SEEDS if _allowed(design, seed)]
    assert all(x.min() > 0 and x.max() < 1 for x in u)
    assert all(stats.kstest(x, "uniform").pvalue > 1e-6 for x in u)
    assert all(np.mean(x == y) < 0.001 for x, y in combinations(u, 2))


@every_design
def test_extreme_uniforms_have_finite_quantiles(design):
    x = draw([Input("x", Stream("x", "", 0), Normal(mean=0, sd=1))], design=design, seed=3, chunk=FIRST)["x"]
    assert np.isfinite(x).all()


@every_design
def test_two_seeds_share_no_value_between_any_two_inputs_or_replicates(design):
    streams, n = [*block(SHARED, 2), *block("One", 2)], 64
    one, two = (
        np.concatenate([rows(streams, design=design, seed=seed, chunk=Chunk(r, 0, n)) for r in range(REPLICATES)])
        for seed in (1, 2)
    )
    shared = np.intersect1d(one, two)  # 32-bit values: 4096 against 4096 meet by chance 0.004 times
    assert shared.size == 0


@pytest.mark.parametrize("design", [Design.RANDOM, Design.LATIN])
def test_two_seeds_are_uncorrelated_between_any_two_inputs(design):
    streams = [*block(SHARED, 4), *block("One", 4)]
    x, y = rows(streams, design=design, seed=1), rows(streams, design=design, seed=2)
    assert largest_correlation(x, y) < 5 / np.sqrt(CHUNK)


def test_two_seeds_are_uncorrelated_between_different_sobol_dimensions():
    x, y = rows(block(SHARED, 8), seed=1), rows(block(SHARED, 8), seed=2)
    between = np.corrcoef(x, y)[:8, 8:][~np.eye(8, dtype=bool)]
    assert np.abs(between).max() < 5 / np.sqrt(CHUNK)


def test_sobol_scrambles_of_two_seeds_are_uncorrelated_over_many_seeds():
    """Point by point two scrambles of one dimension lie in the same or in opposite halves, either way equally often."""
    u = [rows(block(SHARED, 1), seed=seed, chunk=Chunk(0, 0, 16))[0] for seed in range(1001)]
    r = np.array([np.corrcoef(x, y)[0, 1] for x, y in pairwise(u)])
    assert abs(r.mean()) < 4 * r.std(ddof=1) / np.sqrt(r.size)


@every_design
@pytest.mark.parametrize("lag", [1, 2, 64, 1024])
def test_a_seed_is_no_other_seed_some_draws_on(design, lag):
    streams = [*block(SHARED, 2), *block("One", 2)]
    x, y = rows(streams, design=design, seed=1), rows(streams, design=design, seed=2)
    assert np.intersect1d(x[:, lag:], y[:, :-lag]).size == 0


def test_sobol_points_of_two_seeds_differ_by_more_than_a_digital_shift():
    x, y = ((rows(block(SHARED, 1), seed=seed)[0] * 2**32).astype(np.uint32) for seed in (1, 2))
    assert np.unique(x ^ y).size > CHUNK / 2


@pytest.mark.parametrize("size", [5, 625, CHUNK])
def test_latin_draws_fall_one_into_each_slice(size):
    u = rows(block(SHARED, 3), design=Design.LATIN, chunk=Chunk(2, 0, size))
    np.testing.assert_array_equal(np.sort(np.floor(u * size), axis=1), np.tile(np.arange(size), (3, 1)))


def test_sobol_draws_fall_one_into_each_slice_in_every_block():
    u = rows([*block(SHARED, 70), *block("One", 70)])
    np.testing.assert_array_equal(np.sort(np.floor(u * CHUNK), axis=1), np.tile(np.arange(CHUNK), (140, 1)))


def test_sobol_chunks_make_up_a_balanced_whole():
    parts = [rows(block("One", 2), chunk=Chunk(3, start, CHUNK)) for start in range(0, 4 * CHUNK, CHUNK)]
    u, n = np.concatenate(parts, axis=1), 4 * CHUNK
    np.testing.assert_array_equal(np.sort(np.floor(u * n), axis=1), np.tile(np.arange(n), (2, 1)))


@every_design
def test_two_vendors_are_independent_of_each_other_and_of_what_they_share(design):
    shared, one, other = (rows(block(name, 4), design=design) for name in (SHARED, "One", "Other"))
    for x, y in combinations([shared, one, other], 2):
        assert largest_correlation(x, y) < 5 / np.sqrt(CHUNK)
        assert largest_correlation(np.abs(x - 0.5), np.abs(y - 0.5)) < 5 / np.sqrt(CHUNK)


@every_design
@pytest.mark.parametrize("name", [SHARED, "One"])
def test_a_block_may_have_more_inputs_than_there_are_sobol_dimensions(design, name):
    u = rows(block(name, 130), design=design)
    assert largest_correlation(u[:64], u[64:]) < 5 / np.sqrt(CHUNK)


@every_design
def test_an_input_on_two_scales_keeps_its_quantile(design):
    stream = Stream("adoption", "", 0)
    inputs = [Input("adoption", stream, Uniform(low=0, high=1)), Input("Acme.adoption", stream, Normal(mean=5, sd=2))]
    found = draw(inputs, design=design, seed=1, chunk=FIRST)
    np.testing.assert_allclose(stats.norm(5, 2).cdf(found["Acme.adoption"]), found["adoption"], rtol=1e-12)


@every_design
def test_nothing_to_draw_is_nothing_drawn(design):
    assert draw([], design=design, seed=1, chunk=FIRST) == {}


def test_medians_are_one_draw_each():
    inputs = [Input(name, Stream(name, "", i), Normal(mean=i, sd=1)) for i, name in enumerate("ab")]
    assert medians(inputs) == {"a": [0.0], "b": [1.0]}


def test_generators_differ_by_seed_and_purpose():
    keys = [(0,), (1,), (1, "a"), (1, "b"), (1, "a", "b"), (11, "a"), (-1, "a")]
    assert len({generator(*key).random() for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("draws", "sobol", "other"),
    [
        (1, 4, 4),
        (64, 4, 4),
        (65, 8, 5),
        (10_000, 1024, 625),
        (65_536, 4096, 4096),
        (65_537, 8192, 4097),
        (MOST_NUMBERED, 2**28, 2**28),
    ],
)
def test_replicates_are_rounded_up_to_equal_size_and_to_powers_of_two_for_sobol(draws, sobol, other):
    assert draws_a_replicate(draws, Design.SOBOL) == sobol
    assert draws_a_replicate(draws, Design.LATIN) == draws_a_replicate(draws, Design.RANDOM) == other


@pytest.mark.parametrize("size", [1, 4, 625, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 100])
@pytest.mark.parametrize("after", [0, CHUNK])
def test_blocks_hold_every_chunk_once_at_one_place_of_neighbouring_replicates(size, after):
    found = blocks(size, after=after)
    assert sorted(chunk for block in found for chunk in block) == sorted(chunks(size, after=after))
    for block in found:
        assert len({(c.start, c.size) for c in block}) == 1
        assert [c.replicate for c in block] == list(range(block[0].replicate, block[0].replicate + len(block)))
        assert len(block) == 16 or TOGETHER / 2 < len(block) * block[0].size <= TOGETHER


def test_a_block_draws_what_its_chunks_draw():
    inputs = [
        Input("x", Stream("x", SHARED, 0), Normal(mean=0, sd=1)),
        Input("y", Stream("y", "One", 0), Beta(a=2, b=3)),
    ]
    for design in Design:
        block = blocks(2 * CHUNK)[3]
        together = draw_block(inputs, design=design, seed=4, block=block)
        alone = [draw(inputs, design=design, seed=4, chunk=chunk) for chunk in block]
        for key in ("x", "y"):
            np.testing.assert_array_equal(together[key], np.concatenate([part[key] for part in alone]))


@pytest.mark.parametrize("size", [1, 4, 625, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 100])
def test_chunks_cover_every_replicate_exactly_and_in_order(size):
    covered = [(c.replicate, c.start + i) for c in chunks(size) for i in range(c.size)]
    assert covered == [(replicate, i) for replicate in range(REPLICATES) for i in range(size)]
    assert max(c.size for c in chunks(size)) <= CHUNK
