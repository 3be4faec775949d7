"""Rows of yearly tables against published ones and hand computations."""

import numpy as np
import pytest

from sim.distributions import Uniform
from sim.finance.cash_flows import Discounting
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.line import Nature
from sim.model.lines.yearly import Retained, YearlyRow, rounded
from sim.model.quantity import Drawn
from sim.model.rollout import Rollout
from sim.model.world import World
from sim.numbers.kinds import Kind
from sim.sampling.draws import Input
from sim.sampling.streams import Stream

# Forrester Consulting for Intellum, "Drive Business Success Through Customer Education" (May 2024), appendix.
OFFERED, USED, KEPT, SPENT = (0.384, 0.767, 0.767), (0.511,), (0.222,), (0.083,)
BILLION = (1e9,)


def world(years=3, **draws):
    return World(Rollout(), 12 * years, {key: np.asarray(d, float) for key, d in draws.items()})


def amounts(years=3, draws=None, **fields):
    row = YearlyRow("row", fields.pop("nature", Nature.CASH_BENEFIT), **fields)
    return np.array(row.amounts(world(years, **(draws or {}))))


def present_value(flows):
    return sum(x / 1.1**year for year, x in enumerate(flows))


def test_published_retention_that_lags_a_year_and_compounds_to_the_dollar():
    retained = Retained(BILLION, (OFFERED, USED, KEPT), step=0.001)
    assert list(retained.amounts(world(), 3)) == pytest.approx([0, 44_000_000, 90_828_000])  # row A6
    found = amounts(base=retained, factors=((0.12,),), risk=0.2)
    assert found == pytest.approx([0, 0, 4_224_000, 8_719_488])  # row Atr
    assert round(found.sum()) == 12_943_488
    assert round(present_value(found)) == 10_041_989


def test_published_factors_on_a_base_that_grows_with_the_customers_kept_to_the_dollar():
    revenue = Retained(BILLION, (OFFERED, USED, KEPT), step=0.001, with_base=True)
    assert list(revenue.amounts(world(), 3)) == pytest.approx([1e9, 1_044_000_000, 1_090_828_000])  # row B1
    found = amounts(base=revenue, factors=(OFFERED, USED, SPENT, (0.12,)), risk=0.2, step=1.0)
    assert [round(x) for x in found] == [0, 1_563_513, 3_260_364, 3_406_606]  # row Btr
    assert round(found.sum()) == 8_230_482
    assert round(present_value(found)) == 6_675_324


def test_without_rounding_the_rate_is_the_product():
    found = list(Retained((100.0, 200.0, 300.0), ((0.5,), (0.1, 0.2, 0.3))).amounts(world(), 3))
    assert found == pytest.approx([0, 200 * 0.05, (300 + 10) * 0.1])


def test_a_benefit_is_adjusted_down_and_a_cost_up():
    assert amounts(initial=10.0, base=(100.0,), risk=0.2).tolist() == [8, 80, 80, 80]
    assert amounts(initial=10.0, base=(100.0,), risk=0.2, nature=Nature.TIME_COST).tolist() == [12, 120, 120, 120]


def test_ramp_growth_and_a_late_start_multiply():
    found = amounts(base=(100.0,), ramp=(0.5, 0.8, 1.0), grows=0.1, starts_after=3.0)
    assert found == pytest.approx([0, 100 * 0.5 * 0.75, 100 * 0.8 * 1.1, 100 * 1.21])
    assert amounts(base=(100.0,), starts_after=18.0) == pytest.approx([0, 0, 50, 100])


def test_amounts_are_rounded_before_the_risk_adjustment():
    assert amounts(base=(1000.5, 1000.4, 3.0), risk=0.15, step=1.0) == pytest.approx([0, 850.85, 850, 2.55])
    assert amounts(base=(10.5,), step=1.0, nature=Nature.CASH_COST).tolist() == [0, 11, 11, 11]


def test_rounding_does_not_fall_for_what_floats_leave_over():
    assert float(rounded(0.0435, 0.001)) == 0.044  # 43.49999999999999 thousandths
    assert rounded(np.array([-0.5, 0.5, 1.49]), 1.0).tolist() == [-1, 1, 1]


def test_a_years_amount_is_spread_over_its_months():
    row = YearlyRow("row", Nature.CASH_COST, initial=5.0, base=(12.0, 24.0))
    assert np.asarray(row.flows(world(2)))[:, 0].tolist() == [5, *[1] * 12, *[2] * 12]


def test_every_draw_has_its_own_amounts_and_one_alone_is_the_same():
    draws = {"a": [0.1, 0.2, 0.3], "b": [1.0, 2.0, 3.0], "c": [0, 6, 12]}
    row = YearlyRow(
        "row",
        Nature.CASH_BENEFIT,
        base=Retained((Drawn("b"),), ((Drawn("a"),),), with_base=True),
        factors=((Drawn("b"), 2.0, 3.0),),
        ramp=(Drawn("a"),),
        starts_after=Drawn("c"),
        grows=Drawn("a"),
        risk=Drawn("a"),
    )
    together = np.asarray(row.flows(world(3, **draws)))
    for n in range(3):
        alone = np.asarray(row.flows(world(3, **{key: d[n : n + 1] for key, d in draws.items()})))
        np.testing.assert_array_equal(together[:, n], alone[:, 0])


def test_inflation_leaves_rows_alone_and_figures_are_those_of_the_table():
    rows = (
        YearlyRow("gain", Nature.SOFT_BENEFIT, base=(Drawn("x"), 200.0, 300.0)),
        YearlyRow("spent", Nature.CASH_COST, initial=100.0, base=(10.0,)),
    )
    law = Input("x", Stream("x", "", 0), Uniform(low=0, high=1), Kind.MONEY)
    case = Case("v", 36, 0.1, 0.1, 0.1, 1.0, Rollout(), rows, (law,), inflation=0.5, discounting=Discounting.INITIAL)
    found = evaluate(case, {"x": np.array([0.0, 100.0])}).metrics
    costs = 100 + 10 / 1.1 + 10 / 1.21 + 10 / 1.331
    gains = [x / 1.1 + 200 / 1.21 + 300 / 1.331 for x in (0, 100)]
    assert found["cost_pv"] == pytest.approx([costs] * 2)
    assert found["benefit_pv"] == pytest.approx(gains)
    assert found["roi_pv"] == pytest.approx([g / costs - 1 for g in gains])
    assert found["payback_yearly"] == pytest.approx([12 + 12 * 110 / 190, 12 + 12 * 10 / 190])
    assert found["npv_hard"] == pytest.approx([-costs] * 2)
