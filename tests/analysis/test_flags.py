"""Where the futures say something else than moving an input alone does."""

import numpy as np
import pytest

from sim.analysis.alone import Alone
from sim.analysis.driver import Driver
from sim.analysis.ends import End, Ends
from sim.analysis.flags import flagged, partners_of
from sim.distributions import Uniform
from sim.sampling.draws import SHARED, Input
from sim.sampling.streams import Stream


def driver(key="x", block=0):
    return Driver(
        (Input(key, Stream(key, SHARED, 0), Uniform(low=0, high=1), title=key.upper()),),
        key.upper(),
        "effects",
        block=block,
    )


def ends(swing, *, se=1.0, curve=None, reach=2.0):
    curve = np.array([0.0, swing]) if curve is None else np.array(curve)
    low, high = End(0.0, 0.0, 0.1), End(reach, swing, 0.1)
    return Ends(low, high, se, np.linspace(0, 1, len(curve)), curve, 1.0)


def moved(swing, reach=2.0):
    return Alone(np.array([0.0, reach]), np.array([0.0, swing]), 0.0)


@pytest.mark.parametrize(
    ("seen", "alone", "partner", "said"),
    [
        (100, 90, "", ""),
        (100, 70, "", ""),
        (100, 60, "", "more in the futures than in the base run"),
        (100, 5, "", "only in combination"),
        (60, 100, "", "less in the futures than in the base run"),
        (100, 5, "Y", "moves mainly together with Y"),
        (-100, 50, "Y", "moves mainly together with Y"),
        (20, 100, "Y", "held back by Y, which moves with it"),
        (2, 0, "Y", ""),
    ],
)
def test_two_swings_that_differ_by_more_than_a_third_are_told(seen, alone, partner, said):
    assert flagged(driver(), ends(seen), moved(alone), partner) == said


def test_swings_are_compared_per_unit_of_the_input():
    """The mean of a tenth lies 1.37 times as far out as P10 and P90 of a normal law: no disagreement."""
    assert flagged(driver(), ends(137, reach=2.74), moved(100, reach=2.0), "") == ""
    assert flagged(driver(), ends(160, reach=3.2), moved(100, reach=2.0), "") == ""
    assert flagged(driver(), ends(160, reach=2.0), moved(100, reach=2.0), "")


def test_an_input_that_turns_is_told():
    assert flagged(driver(), ends(1, curve=[50, 0, 51]), moved(0), "") == "its ends are alike, its middle is not"
    assert flagged(driver(), ends(1, curve=[5, 0, 6]), moved(0), "") == ""  # noise


def test_what_an_input_moves_with_is_what_pulls_most():
    x, e = np.random.default_rng(1).normal(size=(2, 4000))
    values = [x, 0.5 * x + e, 0.9 * x + 0.1 * e, e]
    drivers = [driver("a"), driver("b"), driver("c"), driver("d", block=1)]
    assert partners_of(drivers, values, [1.0, 10.0, 2.0, 50.0])[0] == "B"
    assert partners_of(drivers, values, [1.0, 1.0, 2.0, 50.0])[0] == "C"
    assert partners_of(drivers, values, [1.0, 1.0, 2.0, 50.0])[3] == ""
