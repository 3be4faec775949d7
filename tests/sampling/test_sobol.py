import numpy as np
import pytest
from scipy.stats import qmc

from sim.sampling import sobol

ALL = np.arange(sobol.DIMENSIONS)
HALF = 2.0**-33  # points sit in the middle of their smallest cell


def scramble(dimensions, seed=7):
    rng = np.random.default_rng(seed)
    random = rng.integers(0, 2**32, size=(len(dimensions), sobol.WORDS_NEEDED), dtype=np.uint32)
    return sobol.scrambled(np.asarray(dimensions), random)


def points(directions, shifts, start, size):
    words = sobol.points(directions, size) ^ sobol.beginning(directions, shifts, start, size)
    return sobol.uniforms(words)


def unscrambled(size, start=0):
    return points(sobol.direction_numbers(), np.zeros(sobol.DIMENSIONS, dtype=np.uint32), start, size) - HALF


def gray(i):
    return i ^ (i >> 1)


def scipy_points():
    return qmc.Sobol(sobol.DIMENSIONS, scramble=False, bits=32)


def test_points_are_those_of_scipy_in_counting_order():
    i = np.arange(2**12)
    np.testing.assert_array_equal(unscrambled(i.size)[:, gray(i)], scipy_points().random_base2(12).T)


@pytest.mark.filterwarnings("ignore:The balance properties")
@pytest.mark.parametrize("exponent", [13, 16, 19, 21])
def test_later_points_are_those_of_scipy_too(exponent):
    i = 2**exponent + np.arange(64)
    there = scipy_points().fast_forward(2**exponent).random(64)
    start = int(gray(i).min())
    np.testing.assert_array_equal(unscrambled(64, start)[:, gray(i) - start], there.T)


@pytest.mark.parametrize("exponent", [2, 7, 12])
def test_scrambled_points_fall_one_into_each_slice_of_every_dimension(exponent):
    n = 2**exponent
    u = points(*scramble(ALL), 0, n)
    np.testing.assert_array_equal(np.sort(np.floor(u * n), axis=1), np.tile(np.arange(n), (sobol.DIMENSIONS, 1)))


def test_a_later_block_falls_one_into_each_slice_as_well():
    u = points(*scramble(ALL), 3 * 512, 512)
    np.testing.assert_array_equal(np.sort(np.floor(u * 512), axis=1), np.tile(np.arange(512), (sobol.DIMENSIONS, 1)))


@pytest.mark.parametrize(("start", "size"), [(0, 1), (0, 64), (64, 64), (448, 64), (256, 256), (1000, 8), (1023, 1)])
def test_a_block_is_a_slice_of_the_whole(start, size):
    directions, shifts = scramble(ALL)
    whole = points(directions, shifts, 0, 1024)
    np.testing.assert_array_equal(points(directions, shifts, start, size), whole[:, start : start + size])


# A polynomial of degree d costs d - 1 bits of balance: boxes hold 2, 4, 8 ... points where others hold one.
@pytest.mark.parametrize(("pair", "each"), [((0, 1), 1), ((0, 2), 2), ((1, 2), 2), ((1, 3), 4), ((2, 3), 8)])
def test_every_elementary_box_of_two_dimensions_holds_the_same_number_of_points(pair, each):
    n = 1024
    u = points(*scramble(pair), 0, n)
    boxes = n // each
    for rows in (2**k for k in range(boxes.bit_length())):
        cells = np.floor(u[0] * rows) * (boxes // rows) + np.floor(u[1] * (boxes // rows))
        assert set(np.bincount(cells.astype(int), minlength=boxes)) == {each}


def test_each_scrambled_point_is_uniform_over_scrambles():
    scrambles = 4000
    u = points(*scramble(np.full(scrambles, 5)), 0, 8)
    se = 1 / np.sqrt(12 * scrambles)
    assert np.all(np.abs(u.mean(axis=1).mean() - 0.5) < 4 * se)
    assert np.all(np.abs(u.mean(axis=0) - 0.5) < 4 * se)
    assert np.all(np.abs((u**2).mean(axis=0) - 1 / 3) < 4 * np.sqrt(4 / 45 / scrambles))


def test_a_smooth_mean_is_estimated_twenty_times_closer_than_with_random_points():
    n, dimensions = 1024, [0, 1, 2, 3]
    errors = [points(*scramble(dimensions, seed), 0, n).prod(axis=0).mean() - 1 / 16 for seed in range(50)]
    random_error = np.sqrt((1 / 81 - 1 / 256) / n)
    assert np.sqrt(np.mean(np.square(errors))) < random_error / 20


def test_points_stay_off_zero_and_one():
    zeros, ones = np.zeros(1, dtype=np.uint32), np.full(1, 2**32 - 1, dtype=np.uint32)
    directions = sobol.direction_numbers()[:1]
    assert points(directions, zeros, 0, 1).min() > 0
    assert points(directions, ones, 0, 1).max() < 1


def test_there_are_64_dimensions_whose_numbers_cannot_be_changed():
    assert sobol.direction_numbers().shape == (64, 32)
    with pytest.raises(ValueError, match="read-only"):
        sobol.direction_numbers()[0, 0] = 0
