"""What `benchmarks.accuracy` claims: smoothed runs estimate the same, axes change no law, its tables are right."""

import sys

import numpy as np
import pytest
from scipy import stats

from benchmarks.accuracy import plain, smooth
from benchmarks.accuracy.__main__ import (
    Measurement,
    draws_for,
    main,
    methods,
    random_draws_for,
    saving,
    stated_against_true,
)
from benchmarks.accuracy.offers import NAMES, along, by_direction, by_influence, influence, offers, shipped
from sim.distributions import Uniform
from sim.engine.smooth.law import chances
from sim.engine.smooth.sketches import Affine
from sim.sampling.design import Design
from sim.sampling.draws import Chunk, draw

SMOOTHED = ("productivity_gain", "implementation")
UNIFORM = chances(Uniform(low=0, high=1))


@pytest.mark.parametrize("key", SMOOTHED)
@pytest.mark.parametrize("design", [Design.SOBOL, Design.RANDOM])
def test_smoothed_estimates_are_those_of_plain_draws(key, design):
    values, errors = plain.run(offers(), Design.SOBOL, 65_536, 1)
    smoothed = [smooth.run(offers(), key, 4096, seed, design) for seed in range(8)]
    for name, value in values.items():
        runs = np.array([run[name] for run in smoothed])
        apart = abs(runs.mean() - value) / np.hypot(runs.std(ddof=1) / np.sqrt(8), errors[name])
        assert apart < 5, name  # 7 and 15 degrees of freedom; percentiles of 4,096 draws are biased by a little


def test_smoothing_works_on_the_shipped_scenario():
    values, errors = plain.run(shipped(), Design.SOBOL, 16_384, 1)
    smoothed = [smooth.run(shipped(), "common.effects.hours_saved", 2048, seed) for seed in range(6)]
    for name, value in values.items():
        runs = np.array([run[name] for run in smoothed])
        assert abs(runs.mean() - value) < 5 * np.hypot(runs.std(ddof=1) / np.sqrt(6), errors[name]), name


def test_smoothing_the_gain_leaves_less_than_a_third_of_the_variance_of_sobol_points():
    seeds = range(16)
    jumps = [plain.run(offers(), Design.SOBOL, 1024, seed)[0][plain.PAYBACK] for seed in seeds]
    smoothed = [smooth.run(offers(), "productivity_gain", 1024, seed)[plain.PAYBACK] for seed in seeds]
    assert np.var(jumps) / np.var(smoothed) > 3


def test_shortfalls_of_a_line_by_hand():
    """Of lines from 0 to 2, from 1 to -1, and at 0 and 3 throughout, over x evenly in (0, 1)."""
    lines = Affine(np.array([1.0, 0, 0, 3]), np.array([2.0, -2, 0, 0]))
    # (1 - 2x)+ up to x = 0.5; 1 - (1 - 2x) = 2x everywhere; 1; never.
    np.testing.assert_allclose(smooth.shortfall(lines, 1, UNIFORM), [0.25, 1, 1, 0], atol=1e-12)
    np.testing.assert_allclose(smooth.shortfall(lines, 0, UNIFORM), [0, 0.25, 0, 0], atol=1e-12)  # 2x - 1 from x = 0.5


@pytest.mark.parametrize("axes", [by_influence, by_direction])
def test_other_axes_change_neither_laws_nor_correlations(axes):
    basis = axes()
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(NAMES)), atol=1e-12)
    chunk = Chunk(0, 0, 4096)
    plain_, turned = (
        draw(cases["Base"].inputs, design=Design.SOBOL, seed=1, chunk=chunk) for cases in (offers(), along(basis))
    )
    for name in NAMES:
        np.testing.assert_allclose(
            np.quantile(turned[name], [0.1, 0.5, 0.9]), np.quantile(plain_[name], [0.1, 0.5, 0.9]), rtol=0.02
        )
    for other, rho in {"conversion_lift": 0.5, "ramp_months": -0.3}.items():
        assert stats.spearmanr(turned["adoption_final"], turned[other]).statistic == pytest.approx(rho, abs=0.02)


def test_the_axes_begin_with_what_matters_most():
    slopes = dict(zip(NAMES, influence(), strict=True))
    assert max(slopes, key=lambda name: abs(slopes[name])) == "conversion_lift"
    assert slopes["implementation"] < 0 < slopes["productivity_gain"]
    assert by_influence()[NAMES.index("conversion_lift"), 0] == 1
    direction = by_direction()[:, 0] @ influence() / np.linalg.norm(influence())
    assert abs(direction) == pytest.approx(1)


def test_the_dearer_offer_lives_in_the_same_futures():
    drawn = draw(
        [i for case in offers().values() for i in case.inputs], design=Design.RANDOM, seed=1, chunk=Chunk(0, 0, 999)
    )
    np.testing.assert_allclose(drawn["dear.licence"] / drawn["licence"], 1.6)
    assert (drawn["dear.adoption_final"] > drawn["adoption_final"]).all()


def test_a_tail_mean_counts_the_edge_in_part():
    assert plain.tail_mean(np.arange(10.0, 0, -1), 0.25) == 1.8
    assert plain.tail_mean(np.arange(4.0), 1) == 1.5


def found(method, draws, error):
    return Measurement(method, draws, 1.0, {}, {plain.MEAN: error}, {})


def test_savings_are_ratios_of_variances():
    runs = [found("random", 100, 6), found("sobol", 100, 2), found("random", 400, 3)]
    assert saving(runs[1], runs, plain.MEAN) == 9


def test_no_spread_gives_no_saving():
    assert np.isnan(saving(found("sobol", 100, 0), [found("random", 100, 6)], plain.MEAN))


def test_stated_errors_are_held_against_true_ones():
    runs = [
        Measurement("sobol", 100, 1.0, {}, dict.fromkeys(plain.NAMES, 2.0), dict.fromkeys(plain.NAMES, x))
        for x in (1, 4)
    ]
    assert stated_against_true(runs) == pytest.approx(1)


def test_random_draws_for_an_error_come_from_the_variance_of_one():
    runs = [found("random", 100, 0.5), found("sobol", 100, 0.01), found("random", 400, 0.35)]
    assert random_draws_for(0.1, runs) == pytest.approx((25 + 49) / 2 / 0.01)


def test_draws_for_an_error_are_read_off_a_straight_line():
    assert draws_for(0.01, [found("sobol", n, 1 / n) for n in (10, 1000)]) == pytest.approx(100)
    bent = [found("sobol", 10, 1), found("sobol", 100, 0.1), found("sobol", 1000, 0.001)]
    assert [draws_for(error, bent) for error in (10, 1, 0.01, 1e-5)] == pytest.approx([1, 10, 100 * 10**0.5, 10_000])


def test_the_benchmark_prints_a_row_a_method_and_size(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["accuracy", "--quick", "--seeds", "2"])
    main()
    text = capsys.readouterr().out
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line[:1] == "|"]
    assert all(rows.count(name) == 2 + 2 + 1 for name in methods() if name != "random")
    assert rows.count("random") == 2 + 1
    assert "times fewer." in text
