"""Vendors compared as straight lines in one input: known answers, and a plain run of many draws."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.analysis.comparison import compare, compare_lines
from sim.engine.smooth.law import chances
from sim.engine.smooth.sketches import Affine
from sim.report.contents import note
from sim.sampling.draws import REPLICATES
from tests.analysis.test_smooth import HOURS
from tests.places import SCENARIOS

LAW = chances(sim.Uniform(low=0, high=1))


def lines(**given):
    """Lines by vendor from their values at 0 and at 1, the same in every draw."""
    return {
        name: Affine(np.full(REPLICATES, (at_0 + at_1) / 2), np.full(REPLICATES, float(at_1 - at_0)))
        for name, (at_0, at_1) in given.items()
    }


def test_the_best_of_three_is_the_upper_envelope():
    """-1 to 3 leads above 5/8, 1.5 throughout below it down to 1/4, and 2 to 0 below that."""
    found = compare_lines(lines(rises=(-1, 3), flat=(1.5, 1.5), falls=(2, 0)), LAW)
    chance = {name: standing.p_best.value for name, standing in found.standings.items()}
    assert chance == pytest.approx({"rises": 3 / 8, "flat": 3 / 8, "falls": 1 / 4}, abs=1e-9)
    best = (3 / 8) * (1.5 + 3) / 2 + (3 / 8) * 1.5 + (1 / 4) * (2 + 1.5) / 2
    for name, mean in {"rises": 1.0, "flat": 1.5, "falls": 1.0}.items():
        assert found.standings[name].mean.value == pytest.approx(mean, abs=1e-12)
        assert found.standings[name].gap.value == pytest.approx(1.5 - mean, abs=1e-12)
        assert found.standings[name].regret.value == pytest.approx(best - mean, abs=1e-9)
    beats = {other: chance.value for other, chance in found.standings["rises"].beats.items()}
    assert beats == pytest.approx({"flat": 3 / 8, "falls": 0.5}, abs=1e-9)
    assert found.p_none.value == 0


def test_buying_nothing_is_a_line_at_zero():
    found = compare_lines(lines(a=(-1, 3), b=(-0.3, 0.1)), LAW, "nothing")
    assert found.standings["nothing"].p_best.value == pytest.approx(0.25, abs=1e-9)
    assert found.standings["a"].p_best.value == pytest.approx(0.75, abs=1e-9)
    assert found.standings["a"].regret.value == pytest.approx(0.25 * 0.5, abs=1e-9)
    assert found.p_none.value == pytest.approx(0.25, abs=1e-9)


def test_nobody_is_best_where_all_are_below_zero():
    found = compare_lines(lines(a=(-1, 3), b=(-0.3, 0.1)), LAW)
    assert found.p_none.value == pytest.approx(0.25, abs=1e-9)


def test_equal_offers_share_the_first_place():
    found = compare_lines(lines(a=(0, 1), b=(0, 1), c=(0.5, 0.5)), LAW)
    assert found.standings["a"].p_best.value == pytest.approx(0.25, abs=1e-9)
    assert found.standings["a"].beats["b"].value == 0.5
    assert found.standings["a"].regret.value == pytest.approx(0.625 - 0.5, abs=1e-9)


def test_lines_are_compared_as_their_values_at_many_points_are():
    rng = np.random.default_rng(5)
    law = sim.Pert(low=0, mode=3, high=9)
    some = {name: Affine(rng.normal(0, 1, 64), rng.normal(0, 0.5, 64)) for name in "abcd"}
    x = law.ppf((np.arange(20_000) + 0.5) / 20_000) - law.mean
    points = {name: (line.value[:, None] + line.slope[:, None] * x).ravel() for name, line in some.items()}
    found, known = compare_lines(some, chances(law)), compare(points)
    for name, standing in known.standings.items():
        for part in ("p_best", "mean", "gap", "regret"):
            assert getattr(found.standings[name], part).value == pytest.approx(getattr(standing, part).value, abs=2e-4)
        for other, chance in standing.beats.items():
            assert found.standings[name].beats[other].value == pytest.approx(chance.value, abs=2e-4)
    assert found.p_none.value == pytest.approx(known.p_none.value, abs=2e-4)


def test_the_comparison_of_a_smoothed_run_is_that_of_many_plain_draws():
    """Within 4 standard errors of the difference, with one offer that does not depend on the input."""
    scenario = sim.load(SCENARIOS / "mid_market_independent.yaml")
    names = ("Vtiger One Enterprise", "HubSpot Sales Hub Professional")
    scenario = replace(scenario, cases={name: scenario.cases[name] for name in names})
    plain = scenario.run(draws=2**16, seed=5).comparison
    for smooth in (HOURS, f"vendors.{names[0]}.implementation.quote"):
        results = scenario.run(draws=2**12, seed=6, smooth=smooth)
        for name, standing in plain.standings.items():
            one = results.comparison.standings[name]
            for part in ("p_best", "mean", "gap", "regret"):
                (a, sa), (b, sb) = getattr(one, part), getattr(standing, part)
                assert abs(a - b) <= 4 * np.hypot(sa, sb), (name, part)
        a, b = results.comparison.p_none, plain.p_none
        assert abs(a.value - b.value) <= 4 * np.hypot(a.se, b.se)
        assert "comparison" not in note(results)


def test_the_chance_that_no_offer_pays_is_sharper():
    """A standard error at most half as large, known to 18 % each; it is 8 times smaller."""
    scenario = sim.load(SCENARIOS / "mid_market_independent.yaml")
    plain, smoothed = (scenario.run(draws=4096, smooth=smooth).comparison.p_none for smooth in (None, HOURS))
    assert smoothed.se < plain.se / 2
