"""Options against each other: known answers of three normals, and what must hold on every shipped scenario."""

import numpy as np
import pytest
from scipy.special import ndtri

import sim
from sim.analysis.comparison import compare
from sim.analysis.options import is_efficient, options_of, violations, worst_mean
from sim.analysis.paired import Paired
from sim.analysis.utility import certain, tolerances
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES, Chunk, uniforms
from sim.sampling.streams import Stream
from tests.places import SCENARIOS

SIZE = 8192


@pytest.fixture(scope="module")
def normals():
    """A ~ N(1, 1.5) and B ~ N(0.8, 1.2), correlated by 0.9, beside nothing: 16 replicates of Sobol points."""
    streams = [Stream("a", "", 0), Stream("b", "", 1)]
    parts = [uniforms(streams, design=Design.SOBOL, seed=1, chunk=Chunk(r, 0, SIZE)) for r in range(REPLICATES)]
    z, e = (ndtri(np.concatenate([part[name] for part in parts])) for name in "ab")
    npvs = {"A": 1 + 1.5 * z, "B": 0.8 + 1.2 * (0.9 * z + np.sqrt(1 - 0.81) * e)}
    return table_of(npvs)


def table_of(npvs, nothing="nothing"):
    size = len(next(iter(npvs.values())))
    return Paired({}, {name: {"npv": x} for name, x in npvs.items()}, dict.fromkeys(npvs, ()), {}, size, nothing)


def found_in(table, tolerance=None):
    offers = {name: outcome["npv"] for name, outcome in table.outcomes.items()}
    return options_of(table, compare(offers, table.nothing), tolerance)


def near(estimate, value):
    return estimate.value == pytest.approx(value, abs=4 * estimate.se)


def test_three_normals_have_their_known_answers(normals):
    found = found_in(normals)
    assert [option.name for option in found.options] == ["A", "B", "nothing"]
    assert near(found["A"].p_best, 0.546622)
    assert near(found["B"].p_best, 0.258145)
    assert near(found["nothing"].p_best, 0.195233)
    assert near(found.knowledge, 0.319074)
    assert near(found["B"].regret, 0.519074)
    assert near(found["nothing"].regret, 1.319074)
    assert found.knowledge == found["A"].regret
    assert near(found["A"].worst, 1 - 1.5 * 2.062713)
    assert near(found["A"].p_loss, 0.252493)  # Phi(-1 / 1.5)
    pair = found.pairs[0]
    assert (pair.first, pair.second) == ("A", "B")
    assert near(pair.beats, 0.617203)
    assert near(pair.gap, 0.2)


def test_a_certainty_equivalent_of_a_normal_is_its_mean_less_half_its_variance_by_the_tolerance(normals):
    found = found_in(normals, 2.0)
    assert near(found["A"].certain.amount, 0.4375)
    assert near(found["B"].certain.amount, 0.44)
    assert found["nothing"].certain.amount.value == 0
    switches = found.tolerances.switches
    assert [(s.below, s.above) for s in switches] == [("B", "A"), ("nothing", "B")]
    assert near(switches[0].tolerance, 2.025)
    assert near(switches[1].tolerance, 0.9)


def test_a_worth_that_hangs_on_one_future_is_not_told():
    x = np.zeros(1600)
    x[5] = -1000
    one = certain(x, 50.0)
    assert not one.is_known
    assert np.isnan(one.amount.value)
    assert one.heaviest == pytest.approx(1 / (1 + 1599 * np.exp(-20)))


def test_the_mean_of_the_worst_counts_the_last_one_in_part():
    assert worst_mean(np.arange(1.0, 11.0), 0.25) == pytest.approx(1.8)
    assert worst_mean(np.arange(1.0, 11.0), 0.2) == pytest.approx(1.5)
    assert worst_mean(np.array([3.0]), 0.05) == pytest.approx(3.0)


def test_dominance_is_an_area_not_a_yes_or_no():
    assert violations(np.array([1.0, 2.0, 0.0])) == (0.0, 0.0)
    assert violations(np.array([-1.0, -2.0])) == (1.0, 1.0)
    assert violations(np.array([3.0, -1.0])) == (0.25, 0.0)  # a better bad case pays for the worse good one
    assert violations(np.array([-1.0, 3.0])) == (0.25, 0.25)
    assert violations(np.zeros(3)) == (0.0, 0.0)


def test_identical_options_share_and_a_loser_leaves_all_to_nothing():
    x = np.linspace(1, 2, 1600)
    found = found_in(table_of({"A": x, "B": x.copy()}))
    assert [found[name].p_best.value for name in ("A", "B", "nothing")] == [0.5, 0.5, 0.0]
    assert found["A"].regret.value == found["B"].regret.value == 0
    assert found.pairs[0].violation == 0
    lost = found_in(table_of({"A": -x}))
    assert lost.best.name == "nothing"
    assert lost["nothing"].p_best.value == 1
    assert lost.knowledge.value == 0
    assert lost["A"].p_loss.value == 1


def test_an_option_is_efficient_if_nothing_beats_it_in_mean_and_in_risk():
    risks = {"a": (5.0, -3.0), "b": (4.0, -4.0), "c": (1.0, 0.0), "d": (5.0, -3.0)}
    assert [is_efficient(name, risks) for name in risks] == [True, False, True, True]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_on_every_shipped_scenario(path):
    results = sim.load(path).run(draws=2048)
    found = results.options(risk_tolerance=1e9)
    assert sum(option.p_best.value for option in found.options) == pytest.approx(1)
    assert found.knowledge.value == pytest.approx(min(option.regret.value for option in found.options))
    assert any(option.efficient for option in found.options)
    for option in found.options:
        assert option.certain.amount.value == pytest.approx(option.mean.value, abs=2e-2 * abs(option.mean.value) + 1e3)
    fewer = list(results)[:-1]
    if fewer:  # adding an option changes no pair of others
        offers = {name: results.paired.outcome(name, "npv") for name in fewer}
        less = options_of(table_of(offers, results.setting.nothing), compare(offers, results.setting.nothing))
        both = {(p.first, p.second): p for p in found.pairs}
        assert all(both[p.first, p.second] == p for p in less.pairs)


def test_nothing_uncertain_switches_nothing():
    looked = tolerances({"A": np.full(64, 5.0), "nothing": np.zeros(64)})
    assert looked.switches == ()


def test_a_loss_is_as_likely_as_the_headline_says_where_an_input_is_integrated_out():
    """P(loss) and P(NPV > 0) stand on one screen and are worked out alike."""
    results = sim.load(SCENARIOS / "mid_market_independent.yaml").run(draws=1024, smooth="auto")
    for name, result in results.items():
        loss = results.options()[name].p_loss
        assert loss.value == pytest.approx(1 - result.probability("npv", above=0).value, abs=1e-9)
        assert loss.value != (result["npv"] < 0).mean()
