"""What `benchmarks.accuracy` claims: smoothing is exact, axes change no law, and the arithmetic of its tables."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import integrate, stats

from benchmarks import ROOT
from benchmarks.accuracy import plain, smooth
from benchmarks.accuracy.__main__ import Found, draws_for, methods, saving, stated_against_true
from benchmarks.accuracy.offers import NAMES, along, by_direction, by_influence, influence, offers
from benchmarks.accuracy.smooth import Affine, integrated, reached
from sim.distributions import Triangular, TruncatedNormal, Uniform
from sim.model import evaluate
from sim.sampling import Chunk, Design, draw

CHUNK = Chunk(0, 0, 256)
SMOOTHED = ("productivity_gain", "implementation")
UNIFORM = Uniform(low=0, high=1)


def affine(*lines):
    """Give results of several draws, each as base and slope."""
    base, slope = np.array(lines, dtype=float).T
    return Affine(base, slope)


@pytest.mark.parametrize("key", SMOOTHED)
@pytest.mark.parametrize("vendor", ["Base", "Dear"])
def test_a_third_value_of_the_input_lies_on_the_line_through_two(key, vendor):
    case, given = offers()[vendor], smooth.given(offers(), key, Design.SOBOL, 1, CHUNK)[vendor]
    inputs = [i for i in case.inputs if i.key != key]
    x = float(smooth.law_of(offers(), key).ppf(np.array([0.3]))[0])
    drawn = draw(inputs, design=Design.SOBOL, seed=1, chunk=CHUNK) | {key: np.full(CHUNK.size, x)}
    exact = evaluate(case, drawn, metrics=("npv", "benefit", "cost")).metrics
    for name in exact:
        line = getattr(given, name)
        np.testing.assert_allclose(line.base + line.slope * x, exact[name], rtol=1e-11, atol=1e-4)


@pytest.mark.parametrize("key", SMOOTHED)
def test_the_chance_of_payback_given_the_rest_is_that_of_many_values(key):
    case, size = offers()["Base"], 4096
    given = smooth.given(offers(), key, Design.SOBOL, 1, CHUNK)["Base"]
    drawn = draw([i for i in case.inputs if i.key != key], design=Design.SOBOL, seed=1, chunk=CHUNK)
    x = smooth.law_of(offers(), key).ppf((np.arange(size) + 0.5) / size)
    for i in range(0, CHUNK.size, 16):
        draws = {name: np.full(size, value[i]) for name, value in drawn.items()} | {key: x}
        month = evaluate(case, draws, metrics=("payback_first",)).metrics["payback_first"]
        assert given.paid_back[i] == pytest.approx((month <= plain.WITHIN).mean(), abs=1 / size)


@pytest.mark.parametrize("key", SMOOTHED)
@pytest.mark.parametrize("design", [Design.SOBOL, Design.RANDOM])
def test_smoothed_estimates_are_those_of_plain_draws(key, design):
    values, errors = plain.run(offers(), Design.SOBOL, 65_536, 1)
    smoothed = [smooth.run(offers(), key, 4096, seed, design) for seed in range(8)]
    for name, value in values.items():
        runs = np.array([run[name] for run in smoothed])
        apart = abs(runs.mean() - value) / np.hypot(runs.std(ddof=1) / np.sqrt(8), errors[name])
        assert apart < 5, name  # 7 and 15 degrees of freedom; percentiles of 4,096 draws are biased by a little


def test_smoothing_the_gain_leaves_less_than_a_third_of_the_variance_of_sobol_points():
    seeds = range(16)
    jumps = [plain.run(offers(), Design.SOBOL, 1024, seed)[0][plain.PAYBACK] for seed in seeds]
    smoothed = [smooth.run(offers(), "productivity_gain", 1024, seed)[plain.PAYBACK] for seed in seeds]
    assert np.var(jumps) / np.var(smoothed) > 3


def test_probabilities_of_a_line_by_hand():
    lines = affine((1, 2), (1, -2), (1, 0), (3, 0))  # 1 + 2x <= 2 up to x = 0.5; 1 - 2x <= 0.5 from x = 0.25
    np.testing.assert_allclose(lines.at_most(2, UNIFORM), [0.5, 1, 1, 0])
    np.testing.assert_allclose(lines.at_most(0.5, UNIFORM), [0, 0.75, 0, 0])


def test_shortfalls_of_a_line_by_hand():
    lines = affine((0, 2), (1, -2), (0, 0), (3, 0))
    # Over x in (0, 1): (1 - 2x)+ up to x = 0.5; 1 - (1 - 2x) = 2x everywhere; 1; never.
    np.testing.assert_allclose(lines.shortfall(1, UNIFORM), [0.25, 1, 1, 0], atol=1e-12)
    np.testing.assert_allclose(lines.shortfall(0, UNIFORM), [0, 0.25, 0, 0], atol=1e-12)  # 2x - 1 from x = 0.5


@pytest.mark.parametrize(
    "law", [Triangular(low=40, mode=60, high=120), TruncatedNormal(mean=0.1, sd=0.04, low=0, high=0.4)]
)
def test_integrated_distribution_functions_are_those_of_quadrature(law):
    low, high = law.ends
    levels = np.linspace(low - (high - low) / 5, high + (high - low) / 5, 41)
    kink = [60] if isinstance(law, Triangular) else None
    for level, found in zip(levels, integrated(law)(levels), strict=True):
        exact, _ = integrate.quad(
            lambda x: float(law.cdf(np.array([x]))[0]),
            low,
            max(level, low),
            points=kink and [k for k in kink if k < level],
        )
        assert found == pytest.approx(exact, abs=1e-7 * (high - low))


def test_payback_given_the_rest_takes_any_month_whichever_way_it_moves():
    months = [
        [(-2, 0), (-1, 2), (-1, 4)],  # from x = 0.5, from 0.25: 0.75
        [(-2, 0), (0.25, -1), (-1, 0)],  # up to 0.25
        [(-2, 0), (0.25, -1), (-3, 4)],  # up to 0.25 or from 0.75: 0.5
        [(-2, 0), (0.75, -1), (-1, 4)],  # up to 0.75 or from 0.25: always
        [(-2, 0), (1, 0), (-1, 0)],  # in any case
        [(-2, 0), (-1, 0), (-1, 0)],  # never
    ]
    base, slope = np.moveaxis(np.array(months, dtype=float), -1, 0)
    np.testing.assert_allclose(reached(Affine(base.T, slope.T), UNIFORM), [0.75, 0.25, 0.5, 1, 1, 0])


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
    return Found(method, draws, 1.0, {}, {plain.MEAN: error}, {})


def test_savings_are_ratios_of_variances():
    runs = [found("random", 100, 6), found("sobol", 100, 2), found("random", 400, 3)]
    assert saving(runs[1], runs, plain.MEAN) == 9


def test_no_spread_gives_no_saving():
    assert np.isnan(saving(found("sobol", 100, 0), [found("random", 100, 6)], plain.MEAN))


def test_stated_errors_are_held_against_true_ones():
    runs = [
        Found("sobol", 100, 1.0, {}, dict.fromkeys(plain.NAMES, 2.0), dict.fromkeys(plain.NAMES, x)) for x in (1, 4)
    ]
    assert stated_against_true(runs) == pytest.approx(1)


def test_draws_for_an_error_are_read_off_a_straight_line():
    assert draws_for(0.3, [found("random", n, 6 / np.sqrt(n)) for n in (100, 400, 1600)]) == pytest.approx(400)
    assert draws_for(0.01, [found("sobol", n, 1 / n) for n in (10, 1000)]) == pytest.approx(100)


def test_the_benchmark_prints_a_row_a_method_and_size():
    command = [sys.executable, "-m", "benchmarks.accuracy", "--quick", "--seeds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line[:1] == "|"]
    assert all(rows.count(name) == 2 + 2 + 1 for name in methods() if name != "random")
    assert rows.count("random") == 2 + 1
    assert "times fewer." in done.stdout
