import numpy as np
import pytest

import sim
from sim.finance.returns import irr
from sim.finance.roots import flows_of, rates, roots
from sim.model.evaluation import add_up
from sim.model.world import World
from tests.places import SCENARIOS


def positive_roots(net):
    """Independent of the module: eigenvalues of the companion matrix, as discount factors."""
    found = np.roots(np.trim_zeros(net)[::-1])
    real = np.abs(found.imag) < 1e-7 * np.abs(found)
    return found.real[real & (found.real > 0)]


def check_against_roots(running, found, a_year):
    """Compare every column's rate, (n,), with the roots of its polynomial."""
    for net, rate in zip(flows_of(running).T, found, strict=True):
        factors = positive_roots(net) if net.any() else np.empty(0)
        if not net.any() or net[np.flatnonzero(net)[0]] > 0:
            assert np.isnan(rate)
        elif (net <= 0).all():
            assert rate == -1
        elif len(factors) == 1:
            assert rate == pytest.approx(factors[0] ** -a_year - 1, rel=1e-8, abs=1e-9)
        else:
            assert np.isnan(rate)


@pytest.mark.parametrize("name", ["mid_market", "what_may_go_wrong", "wholesaler", "tei_rows"])
def test_irr_is_the_only_root_there_is(name):
    results = sim.load(SCENARIOS / f"{name}.yaml").run(draws=1024)
    for vendor, result in results.items():
        draws, case = results.paired.draws(vendor), result.case
        flows, _ = add_up(case, World(case.rollout, case.months, draws, case.events), 1024)
        np.testing.assert_array_equal(irr(flows), result["irr"])
        check_against_roots(flows.running_by_period, result["irr"], flows.periods_a_year)


@pytest.mark.parametrize("months", [3, 6, 13])
def test_rates_of_random_flows_are_counted_exactly(months):
    """Noise has many roots, none, and pairs close together."""
    net = np.random.default_rng(3).normal(0, 10, (months, 3_000)).round(2)
    counted = rates(net.cumsum(axis=0))
    expected = np.array([len(positive_roots(column)) for column in net.T])
    mattering = counted.out_first
    np.testing.assert_array_equal(counted.count[mattering], expected[mattering])
    assert {0, 1, 2} <= set(expected[mattering])


@pytest.mark.parametrize(("apart", "number"), [(0.05, 2), (1e-3, 2), (1e-5, 2)])
def test_roots_close_together_are_told_apart(apart, number):
    planted = np.poly([0.7, 0.7 + apart, -2.0, 3.0])[::-1, None]
    assert roots(planted, np.zeros(1, bool)) == [number]


def test_complex_roots_near_the_line_are_no_roots():
    near = np.polymul(np.polymul([1, -1.4, 0.49 + 1e-6], [1, -3.0]), [1, 2.0])[::-1, None]
    assert roots(near, np.zeros(1, bool)) == [0]


def test_zero_per_cent_is_one_rate_and_counts_once():
    counted = rates(np.array([[-100.0, 60, 40], [-1, 2, -1], [-3, 8, -5], [-6, 11, -5]]).T.cumsum(axis=0))
    assert counted.count.tolist() == [1, 2, 2, 2]
