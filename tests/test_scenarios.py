"""The shipped scenarios say what their articles say."""

import numpy as np
import pytest

import sim
from sim.model.evaluation import evaluate
from sim.model.lines.customers import monthly_rate
from sim.model.world import World
from tests.places import SCENARIOS


def metrics(name, vendor):
    return evaluate(sim.load(SCENARIOS / f"{name}.yaml").cases[vendor], {}).metrics


def test_75000_of_gross_margin_for_12000_is_525_percent_net_and_625_gross():
    found = metrics("gross_margin_525", "CRM at $12,000 a year")
    assert found["benefit"] == pytest.approx([75_000], rel=1e-12)
    assert found["cost"] == pytest.approx([12_000], rel=1e-12)
    assert found["roi"] == pytest.approx([5.25], rel=1e-12)
    assert found["roi_gross"] == pytest.approx([6.25], rel=1e-12)


def test_11000_for_1000_is_1000_percent_net():
    found = metrics("ten_fold", "CRM at $1,000")
    assert found["roi"] == pytest.approx([10.0], rel=1e-12)
    assert found["roi_gross"] == pytest.approx([11.0], rel=1e-12)


def test_break_even_is_net_0_and_gross_100_percent():
    found = metrics("ten_fold", "Break-even at $11,000")
    assert found["roi"][0] == 0.0
    assert found["roi_gross"] == pytest.approx([1.0], rel=1e-12)
    assert found["payback"][0] == 12.0


def test_the_calculator_rests_on_its_three_inputs():
    case = sim.load(SCENARIOS / "vtiger_calculator.yaml").cases["Vtiger One Professional"]
    draws = {i.key: i.distribution.ppf(np.array([0.5])) for i in case.inputs}
    base = evaluate(case, draws).metrics["benefit"][0]
    assert evaluate(case, draws | {"cross_and_upsell": np.array([0.1])}).metrics["benefit"][0] > base
    customers, productivity = (
        next(line for line in case.lines if line.name == n) for n in ("customer margin", "productivity")
    )
    assert productivity.hourly_cost * 160 == pytest.approx(6500)
    assert customers.market.deal_value == 3200


def test_tech_magic_reaches_the_four_published_effects_at_full_use():
    case = sim.load(SCENARIOS / "tech_magic.yaml").cases["CRM as assumed"]
    lines = {line.name: line for line in case.lines}
    customers, cycle, freed = (lines[n] for n in ("customer margin", "sales cycle pull-forward", "productivity"))
    assert cycle.cut == 0.35
    kept_more = customers.retention.monthly_reduction(World(case.rollout, 1, {}), customers.market.churn)
    yearly_retention = (1 - monthly_rate(customers.market.churn) * (1 - kept_more)) ** 12
    assert yearly_retention == pytest.approx(0.7 * 1.3)  # +30 % of 70 %
    assert 40 / (40 - freed.hours_saved) == pytest.approx(1.26, abs=5e-4)  # output an hour
    assert 1 / (1 + customers.conversion) - 1 == pytest.approx(-0.17, abs=5e-5)  # spending a new customer


def test_the_comparison_has_three_vendors_and_events_and_runs():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=1024)
    assert len(results) == 3
    assert sum(s.p_best.value for s in results.comparison.standings.values()) == pytest.approx(1)
