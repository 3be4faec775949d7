"""Two runs compared to the last bit."""

import numpy as np

from sim.engine.draws import Run
from sim.engine.sketch import Counted
from sim.engine.smooth.sketches import Smoothed
from sim.sampling.estimates import Bounds

HALF = Bounds(at_least=0.5)


def assert_same_run(a: Run, b: Run) -> None:
    """Every number that two runs leave is the same."""
    assert what_of(a) == what_of(b)
    assert list(a.inputs) == list(b.inputs)
    for key, x in a.inputs.items():
        assert np.array_equal(x, b.inputs[key]), key
    assert list(a.vendors) == list(b.vendors)
    for name, one in a.vendors.items():
        _assert_same_vendor(one, b.vendors[name])


def what_of(run):
    return run.seed, run.design, run.draws, run.kept, run.counted, run.smoothed


def _assert_same_vendor(one, other):
    assert list(one.metrics) == list(other.metrics)
    for metric, x in one.metrics.items():
        assert np.array_equal(x, other.metrics[metric], equal_nan=True), metric
        _assert_same_sketch(one.sketches[metric], other.sketches[metric])
    for line, x in one.line_means.items():
        assert np.array_equal(x, other.line_means[line]), line
    assert np.array_equal(one.position, other.position)
    assert np.array_equal(one.running, other.running)


def _assert_same_sketch(one, other):
    assert type(one) is type(other)
    if isinstance(one, Smoothed):
        assert repr(one.describe((5, 50))) == repr(other.describe((5, 50)))  # which NaN equals
        assert one.probability(HALF) == other.probability(HALF)
        return
    if not isinstance(one, Counted):
        assert np.array_equal(one.values, other.values, equal_nan=True)
        return
    for a, b in zip(one.replicates, other.replicates, strict=True):
        assert np.array_equal(a.cells, b.cells)
        assert np.array_equal(a.counts, b.counts)
        assert (a.total, a.squares, a.undefined, a.never) == (b.total, b.squares, b.undefined, b.never)
