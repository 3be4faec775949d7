from dataclasses import dataclass

import numpy as np
import pytest

import sim
from sim.analysis.precision import misses, parse_goals
from sim.engine.sketch import Counted
from sim.errors import UsageError
from sim.model.case import Case
from sim.model.line import Line, Nature
from sim.model.quantity import Drawn
from sim.model.rollout import Rollout
from sim.model.world import World
from sim.report.contents import note
from sim.sampling.design import Design
from sim.sampling.draws import CHUNK, REPLICATES, Input
from sim.sampling.estimates import T95
from sim.scenario.cases.streams import stream_of
from tests.reading import document_of, text_of
from tests.runs import simulated

START = CHUNK * REPLICATES


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("precision") / "acme.yaml"
    path.write_text(
        """\
name: Small firm
months: 24
discount_rate: 10%
company: {users: 20, hourly_cost: $50, leads_per_month: 100, conversion_rate: 5%, deal_value: $1k, gross_margin: 60%}
common:
  effects:
    conversion: {dist: uniform, low: 0%, high: 30%}
    hours_saved: {dist: pert, low: 0.5, mode: 3, high: 7}
    time_realised: {dist: uniform, low: 20%, high: 60%}
  rollout: {adoption: {dist: beta, a: 6, b: 3}, ramp_months: 4}
vendors:
  Cheap: {licence: {list_price: $60}, implementation: {quote: {dist: pert, low: $10k, mode: $20k, high: $60k}}}
  Dear: {licence: {list_price: $120}, implementation: {quote: {dist: pert, low: $9k, mode: $15k, high: $60k}}}
"""
    )
    return sim.load(path)


def same_run(one, other):
    """Every draw that is kept, and every line, is the same to the last bit."""
    for key, x in one.inputs.items():
        assert np.array_equal(x, other.inputs[key]), key
    for name, vendor in one.vendors.items():
        for metric, x in vendor.metrics.items():
            assert np.array_equal(x, other.vendors[name].metrics[metric], equal_nan=True), (name, metric)
        for line, means in vendor.line_means.items():
            assert np.array_equal(means, other.vendors[name].line_means[line]), (name, line)
        assert np.array_equal(vendor.position, other.vendors[name].position)


@pytest.mark.parametrize(
    ("text", "within", "relative", "of_spread"),
    [
        ("p(npv > 0): 0.2%", 0.002, False, False),
        ("p(payback <= 12): .01", 0.01, False, False),
        ("mean(npv): 1%", 0.01, True, False),
        ("p50(roi): 0.01", 0.01, False, False),
        ("p90(npv): 5k", 5000, False, False),
    ],
)
def test_goals_read_as_they_are_written(text, within, relative, of_spread):
    (goal,) = parse_goals([text], 24)
    assert (goal.within, goal.relative, goal.of_spread) == (pytest.approx(within), relative, of_spread)


def test_a_share_alone_is_meant_for_what_every_report_shows():
    goals = parse_goals(["0.5%"], 18)
    assert [goal.statistic.text for goal in goals] == [
        "p(npv > 0)", "p(payback <= 18)", "mean(npv)", "p10(npv)", "p50(npv)", "p90(npv)"
    ]  # fmt: skip
    assert {goal.within for goal in goals} == {0.005}
    assert [goal.of_spread for goal in goals] == [False, False, True, True, True, True]


@pytest.mark.parametrize(
    "text", ["", "half", "p(npv > 0): -1%", "p(npv > 0): 0", "npv: 1%", "p(npv): 1%", "0.5% please"]
)
def test_what_cannot_be_read_says_what_would_be_right(text):
    with pytest.raises(UsageError, match="cannot read"):
        parse_goals([text], 24)


def test_draws_are_doubled_until_every_interval_is_narrow_enough(scenario):
    loose = scenario.run(precision=["p(npv > 0): 5%"])
    assert loose.run.draws == START
    results = scenario.run(precision=["p(npv > 0): 0.3%", "mean(npv): 0.1%"])
    assert results.run.draws > START
    assert results.misses == ()
    for result in results.values():
        assert T95 * result.probability("npv", above=0).se <= 0.003
        mean = result.statistics("npv").mean
        assert T95 * mean.se <= 1e-3 * abs(mean.value)
    before = scenario.run(draws=results.run.draws // 2)
    assert misses(parse_goals(["p(npv > 0): 0.3%", "mean(npv): 0.1%"], 24), before)


def test_a_doubled_run_is_the_run_of_so_many_draws(scenario):
    doubled = scenario.run(precision=["p(npv > 0): 0.0001%"], max_draws=2 * START)
    assert doubled.run.draws == 2 * START
    same_run(doubled.run, scenario.run(draws=2 * START).run)


@pytest.mark.parametrize("design", ["sobol", "latin", "random"])
def test_what_is_counted_later_is_counted_alike(scenario, design):
    """The first doublings fit and are kept, the last is counted: as if it had been from the start."""
    case = {"Cheap": scenario.cases["Cheap"]}
    options = {"design": Design(design), "seed": 3, "memory": 375_000_000}
    grown = simulated(case, draws=1, enough=lambda run: run.counted, **options)
    fixed = simulated(case, draws=grown.draws, **options)
    assert grown.counted
    assert grown.draws > START
    same_run(grown, fixed)
    for name, vendor in grown.vendors.items():
        for metric, sketch in vendor.sketches.items():
            assert isinstance(sketch, Counted)
            other = fixed.vendors[name].sketches[metric]
            for one, two in zip(sketch.replicates, other.replicates, strict=True):
                assert (one.total, one.squares) == (two.total, two.squares), metric
                assert np.array_equal(one.cells, two.cells)
                assert np.array_equal(one.counts, two.counts)


def test_what_was_not_reached_at_the_cap_is_named(scenario):
    results = scenario.run(precision=["p(npv > 0): 0.0001%", "mean(npv): 50%"], max_draws=2 * START)
    assert results.run.draws == 2 * START
    assert set(results.misses) == {"Cheap: p(npv > 0)", "Dear: p(npv > 0)"}
    assert "Not as close as --precision asked: Cheap: p(npv > 0); Dear: p(npv > 0)." in note(results)
    assert "Cheap: p(npv &gt; 0)" in text_of(results)
    assert document_of(results)["precision_missed"] == list(results.misses)


def test_draws_of_the_hdr_design_cannot_be_doubled(scenario):
    with pytest.raises(UsageError, match="hdr"):
        scenario.run(precision=["1%"], design="hdr")


@dataclass(frozen=True)
class Once(Line):
    """An amount in month 1."""

    amount: Drawn
    name: str = "once"
    nature: Nature = Nature.CASH_BENEFIT

    def flows(self, world: World):
        return (world.t == 1) * world[self.amount]


def test_intervals_still_cover_where_they_stop_the_run():
    """95 % intervals of a known mean, over 40 seeds of runs that stopped themselves."""
    x = Input("x", stream_of("x"), sim.Uniform(low=0, high=1))
    case = Case("A", 2, 0.1, 0.1, 0.1, 1.0, Rollout(), (Once(Drawn("x")),), (x,))
    hits, draws = 0, set()
    for seed in range(40):
        run = simulated(
            {"A": case}, draws=1, seed=seed, design=Design.RANDOM, metrics=("benefit",), max_draws=16 * START,
            enough=lambda run: T95 * estimate(run).se <= 0.0015,
        )  # fmt: skip
        hits += abs(estimate(run).value - 0.5) <= T95 * estimate(run).se
        draws.add(run.draws)
    assert len(draws) > 1, "nothing was doubled"
    assert hits / 40 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 40)


def estimate(run):
    return run.vendors["A"].sketches["benefit"].describe((50,)).mean
