"""The customer margin, split into what each lever makes of it."""

import numpy as np
import pytest

import sim
from sim.analysis.levers import OFF, WORDS, lever_margins
from sim.model.adjustments import Tax
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.lines.customers import Customers, Market, Retention, SellingTime
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from tests.places import SCENARIOS

MARKET = Market(
    leads_per_month=100.0, conversion_rate=0.05, deal_value=1000.0, gross_margin=0.5, customers=300.0,
    revenue_per_customer=1200.0, churn=0.2, recurring_share=0.5, win_capacity=9.0,
)  # fmt: skip
AT_ONCE = Rollout(shape=Climb.STEP)


def case_of(customers, **changes):
    return Case("Acme", 24, 0.1, 0.1, 0.1, 10.0, AT_ONCE, (customers,), (), **changes)


def test_two_levers_share_what_only_both_make():
    """Leads +10 % and conversion +20 % on 5 deals a month: 0.5 and 1 alone, 0.1 together, half of it each."""
    customers = Customers(
        Market(leads_per_month=100.0, conversion_rate=0.05, deal_value=1.0, gross_margin=1.0), 0.1, 0.2
    )
    found = lever_margins(case_of(customers), {})
    assert found["leads"] == pytest.approx([24 * 0.55])
    assert found["conversion"] == pytest.approx([24 * 1.05])


def test_the_parts_add_up_in_every_draw():
    rng = np.random.default_rng(5)
    customers = Customers(
        MARKET, leads=0.1, conversion=Drawn("c"), deal_value=0.1, retention=Retention(churn_reduction=Drawn("r")),
        cross_sell=0.05, cost_per_lead_cut=0.2, selling_time=SellingTime(0.5, 4.0, 1.0, 0.7), attribution=0.6,
    )  # fmt: skip
    draws = {"c": rng.uniform(-0.1, 0.5, 50), "r": rng.uniform(0, 0.5, 50)}
    for case in (case_of(customers), case_of(customers, tax=Tax(0.25), inflation=0.03)):
        found = lever_margins(case, draws)
        assert len(found) == 7
        assert sum(found.values()) == pytest.approx(evaluate(case, draws).metrics["benefit"], rel=1e-12)


def test_a_lever_alone_has_all_of_it_and_a_lever_that_is_off_none():
    customers = Customers(MARKET, cross_sell=0.1)
    found = lever_margins(case_of(customers), {})
    assert list(found) == ["cross_sell"]
    assert found["cross_sell"] == pytest.approx(evaluate(case_of(customers), {}).metrics["benefit"])
    assert lever_margins(case_of(Customers(MARKET)), {}) == {}


def test_a_result_gives_them_by_vendor():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=256)
    table = results.levers()
    for name, result in results.items():
        rows = table[table.vendor == name]
        assert set(rows.lever) == {"conversion", "deal_value", "retention", "cross_sell"}
        assert rows["mean"].sum() == pytest.approx(result.line_means()["customer margin"].value, rel=1e-9)


def test_delay_costs_what_the_same_futures_lose():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=256)
    lost = results.cost_of_delay("Vtiger One Enterprise", [0, 1, 2])
    assert lost[0].value == pytest.approx(0, abs=1e-6)
    assert 0 < lost[1].value < lost[2].value


def test_every_lever_has_a_name_of_its_own_for_people():
    assert WORDS.keys() == OFF.keys()
    assert len(set(WORDS.values())) == len(WORDS)
