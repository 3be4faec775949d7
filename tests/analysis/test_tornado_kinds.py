"""Tornados as other tools draw them, and the trap of each."""

import numpy as np
import pytest
from scipy.stats import spearmanr

import sim
from sim.analysis.chart import Bars
from sim.analysis.tornado_kinds import KINDS, TRAPS, contributions, rank_correlations, standardised
from sim.errors import UsageError
from sim.report.charts.tornado import kind_chart
from sim.sampling.draws import REPLICATES
from tests.places import SCENARIOS

N = 16_384
REPLICATE = np.arange(N) * REPLICATES // N
SURE = 4.0


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=1024)


def normal(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape)


def test_rank_correlations_are_those_of_other_code():
    x = normal(3, N)
    y = np.exp(x[0]) + x[1]
    found = rank_correlations(list(x), y, REPLICATE)
    assert [one.value for one in found] == pytest.approx([spearmanr(one, y).statistic for one in x])
    assert abs(found[2].value) < SURE * found[2].se


def test_rank_correlation_shows_nothing_for_what_turns_and_credits_a_bystander():
    """Spearman of normal scores correlated by .8 is 6/pi asin(.4) = .785939."""
    x, e = normal(2, N)
    (turning,) = rank_correlations([x], x**2, REPLICATE)
    assert abs(turning.value) < SURE * turning.se
    (bystander,) = rank_correlations([0.8 * x + 0.6 * e], x, REPLICATE)
    assert bystander.value == pytest.approx(0.785939, abs=SURE * bystander.se)


def test_contributions_have_signs_and_add_up_to_one():
    x = normal(2, N)
    found = contributions(list(x), x[0] - 2 * x[1], REPLICATE)
    assert sum(abs(one.value) for one in found) == pytest.approx(1)
    rho = [6 / np.pi * np.arcsin(r / 2) for r in (1 / np.sqrt(5), 2 / np.sqrt(5))]
    assert found[0].value == pytest.approx(rho[0] ** 2 / (rho[0] ** 2 + rho[1] ** 2), abs=SURE * found[0].se)
    assert found[1].value < 0


def test_standardised_coefficients_of_a_sum():
    """Y = X + 2 Z + 2 W with W unseen: 1/3 and 2/3, and R² = 5/9."""
    x = normal(3, N)
    found, explained = standardised(list(x[:2]), x[0] + 2 * x[1] + 2 * x[2], REPLICATE)
    for one, known in zip((*found, explained), (1 / 3, 2 / 3, 5 / 9), strict=True):
        assert one.value == pytest.approx(known, abs=SURE * one.se)
        assert 0 < one.se < 0.01


def test_a_regression_does_not_fall_over_what_never_varies_or_is_said_twice():
    x = normal(N)
    found, explained = standardised([x, x, np.full(N, 7.0)], x, REPLICATE)
    assert [one.value for one in found] == pytest.approx([0.5, 0.5, 0.0])
    assert explained.value == pytest.approx(1)


def test_a_regression_takes_ten_draws_an_input():
    with pytest.raises(UsageError, match="a regression on 30 inputs takes 300 futures at least, and there are 256"):
        standardised(list(normal(30, 256)), normal(256), np.arange(256) // 16)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_orders_inputs_by_strength_and_says_its_trap(results, kind):
    found = results.tornado_of(kind, "npv")
    strengths = [abs(row.value.value) for row in found.rows]
    assert strengths == sorted(strengths, reverse=True)
    assert TRAPS[kind] in found.trap
    assert len(found.rows) == len(results.drivers("npv").bars)


def test_points_of_a_one_at_a_time_tornado(results):
    found = results.tornado_of("one-at-a-time", "npv", points=(5, 95))
    case = results[found.target.vendor].case
    laws = {one.key: one.distribution for one in case.inputs}
    for row in found.rows:
        if not row.driver.event:
            assert row.inputs == pytest.approx(laws[row.driver.key].ppf(np.array([0.05, 0.95])))


def test_a_spider_runs_through_the_base_run_at_the_median(results):
    found = results.tornado_of("spider", "npv")
    for row in found.rows:
        if not row.driver.event:
            assert row.outcomes[found.points.index(50.0)] == pytest.approx(found.middle)


def test_what_makes_no_sense_is_refused(results):
    for ask, said in (
        (("tornado",), "no kind of tornado is called 'tornado'"),
        (("spearman", "npv", (10, 90)), "points are for one-at-a-time and spider: a spearman tornado has none"),
        (("spider", "npv", (90, 10)), "two or more rising percentiles between 0 and 100"),
        (("one-at-a-time", "npv", (50,)), "two or more rising percentiles"),
        (("one-at-a-time", "loss"), "one run either has it or not"),
    ):
        kind, target, points = (*ask, "npv", ())[:3] if len(ask) == 1 else (*ask, ())[:3]
        with pytest.raises(UsageError) as caught:
            results.tornado_of(kind, target, points=points)
        assert said in str(caught.value)


def test_nothing_uncertain_is_refused_and_never_is_drawn_beyond_all_numbers():
    certain = sim.load(SCENARIOS / "gross_margin_525.yaml").run(draws=256)
    with pytest.raises(UsageError, match="is the same in every future: nothing moves it"):
        certain.tornado_of("one-at-a-time")
    late = sim.load(SCENARIOS / "wholesaler.yaml").run(draws=256).tornado_of("one-at-a-time", "payback")
    ends = np.concatenate([row.outcomes for row in late.rows])
    assert np.isinf(ends).any()
    (panel,) = kind_chart(late, "EUR").panels
    assert "never" in panel.x.label
    assert np.isfinite(panel.x.ends).all()
    assert all(np.isfinite(mark.ends).all() for mark in panel.marks if isinstance(mark, Bars))
