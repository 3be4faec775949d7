import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.sketch import RELATIVE_ERROR, Cells, Counted, Exact, exact, rounded
from sim.numbers.undefined import Why, undefined
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Bounds

QS = (0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def counted(values, *, centre=0.0, pieces=4):
    """Count draws in order of replicate, several chunks a replicate."""
    parts = []
    for row in values.reshape(REPLICATES, -1):
        cells = Cells(centre)
        for piece in np.array_split(row, pieces):
            cells.add(piece)
        cells.settle()
        parts.append(cells)
    return Counted(tuple(parts))


@pytest.fixture(scope="module")
def values():
    rng = np.random.default_rng(1)
    return np.concatenate([rng.normal(3e4, 2e5, 60_000), rng.lognormal(0, 4, 40_000), np.zeros(400), -np.zeros(400)])[
        rng.permutation(100_800)
    ]


@given(numbers)
@settings(derandomize=True)
def test_exact_numbers_are_the_floats(x):
    assert Fraction(exact(x), 1 << 1074) == Fraction(x)
    assert rounded(exact(x)) == x


@given(st.lists(st.floats(-1e200, 1e200), min_size=1, max_size=20), st.randoms())
@settings(derandomize=True)
def test_sums_do_not_depend_on_the_order(xs, random):
    whole = sum(map(exact, xs))
    random.shuffle(xs)
    assert sum(map(exact, xs)) == whole
    assert rounded(whole) == float(sum(map(Fraction, xs)))


def test_percentiles_are_within_a_thousandth(values):
    found, true = (t.describe(QS) for t in (counted(values), Exact(values)))
    ordered = np.sort(values)
    for q in QS:
        at = ordered[int(np.ceil(q / 100 * values.size)) - 1]
        assert abs(found.percentiles[q].value - at) <= RELATIVE_ERROR * abs(at), q
        assert found.percentiles[q].se == pytest.approx(true.percentiles[q].se, rel=0.05, abs=2e-3 * abs(at))


def test_mean_and_sd_are_those_of_the_values(values):
    found, true = (t.describe(QS) for t in (counted(values, centre=3e4), Exact(values)))
    assert found.mean == pytest.approx(true.mean, rel=1e-12)
    assert found.sd == pytest.approx(true.sd, rel=1e-9)
    assert (found.undefined, found.never) == (true.undefined, true.never)


def test_sd_of_numbers_far_from_zero_keeps_its_digits():
    values = 1e9 + np.random.default_rng(2).normal(0, 1, 16_000)
    assert counted(values, centre=1e9).describe(QS).sd.value == pytest.approx(values.std(), rel=1e-9)


def test_whole_numbers_are_counted_exactly():
    rng = np.random.default_rng(3)
    months = np.where(rng.random(32_000) < 0.2, np.inf, rng.integers(0, 2048, 32_000).astype(float))
    found, true = counted(months), Exact(months, whole=True)
    for q in QS:
        assert found.describe(QS).percentiles[q].value == true.describe(QS).percentiles[q].value
    for month in (0, 1, 24, 36.5, 2047):
        for bound in ("at_most", "at_least", "above", "below"):
            bounds = Bounds(**{bound: float(month)})
            assert found.probability(bounds) == pytest.approx(true.probability(bounds), rel=1e-12), (month, bound)


def test_probabilities_of_sign_are_exact_and_others_close(values):
    found, true = counted(values), Exact(values)
    for bounds in (Bounds(above=0), Bounds(at_least=0), Bounds(below=0), Bounds(at_most=0)):
        assert found.probability(bounds) == pytest.approx(true.probability(bounds), rel=1e-12)
    for x in np.quantile(values, [0.1, 0.5, 0.9]):
        bounds = Bounds(at_least=float(x))
        assert found.probability(bounds).value == pytest.approx(true.probability(bounds).value, abs=1e-3)
    both = Bounds(at_least=-1e4, below=1e5)
    assert found.probability(both).value == pytest.approx(true.probability(both).value, abs=1e-3)


def test_many_draws_of_one_number_are_that_number():
    """A project that is cancelled loses all of it: an ROI of exactly -100 % in many futures."""
    rng = np.random.default_rng(4)
    roi = np.where(rng.random(32_000) < 0.3, -1.0, rng.normal(0.5, 0.5, 32_000).clip(-0.999))
    roi[roi > 1.5] = 1.5
    found, true = counted(roi), Exact(roi)
    for q, value in ((1, -1.0), (10, -1.0), (25, -1.0), (99, 1.5)):
        assert found.describe(QS).percentiles[q].value == true.describe(QS).percentiles[q].value == value
    for x in (-1.0, 1.5):
        for bound in ("at_most", "at_least", "above", "below"):
            bounds = Bounds(**{bound: x})
            assert found.probability(bounds) == pytest.approx(true.probability(bounds), rel=1e-12), (x, bound)


@given(st.floats(1e-100, 1e100), st.floats(0, 1), st.booleans())
@settings(derandomize=True)
def test_no_percentile_is_further_off_than_a_thousandth(x, spread, negative):
    """The worst case: all draws of a cell at one end of it."""
    values = np.full(REPLICATES * 8, -x if negative else x)
    values[: REPLICATES * 4] *= 1 + spread * RELATIVE_ERROR
    found = counted(values).describe((1, 50, 99))
    ordered = np.sort(values)
    for q in (1, 50, 99):
        at = ordered[int(np.ceil(q / 100 * values.size)) - 1]
        assert abs(found.percentiles[q].value - at) <= RELATIVE_ERROR * abs(at)


def test_numbers_that_are_not_there_are_counted_apart():
    values = np.tile([1.0, undefined(Why.NO_RATE), np.inf, -2.0], 64)
    found = counted(values).describe((50,))
    assert found.reasons == Exact(values).describe((50,)).reasons == {Why.NO_RATE: 0.25}
    assert (found.undefined.value, found.never.value) == (0.25, 0.25)
    assert np.isnan(found.mean.value)
    assert found.percentiles[50].value == pytest.approx(1.0, rel=RELATIVE_ERROR)
    for sketch in (counted(values), Exact(values)):
        assert sketch.probability(Bounds(at_least=1)) == (pytest.approx(2 / 3), pytest.approx(0))


def test_nothing_but_undefined_has_no_percentiles():
    found = counted(np.full(32, np.nan)).describe((50,))
    assert np.isnan(found.percentiles[50].value)
    assert np.isnan(found.mean.value)
    assert found.undefined.value == 1


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), min_size=2, max_size=6), st.randoms())
@settings(derandomize=True, deadline=None, max_examples=50)
def test_parts_merge_in_any_order_to_the_same_bits(chunks, random):
    def merged(order):
        total = Cells(0.5)
        for number in order:
            part = Cells(0.5)
            part.add(np.array(chunks[number]))
            total.merge(pickle.loads(pickle.dumps(part)))
        return total

    numbers = list(range(len(chunks)))
    one = merged(numbers)
    random.shuffle(numbers)
    other = merged(numbers)
    assert one.cells.tolist() == other.cells.tolist()
    assert one.counts.tolist() == other.counts.tolist()
    assert (one.total, one.squares) == (other.total, other.squares)
