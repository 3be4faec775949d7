"""Inflation and tax: by hand, and what they leave alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.model.adjustments import Tax, written_off
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.lines.benefits import RetiredTools
from sim.model.lines.licence import Billing, Subscription
from sim.model.lines.project import Implementation
from sim.model.rollout import Rollout
from tests.places import SCENARIOS

CASE = Case(
    "Acme", 24, 0.1, 0.1, 0.1, 10.0, Rollout(plan_months=2.0),
    (RetiredTools(1000.0), Subscription(10.0, 20.0, billing=Billing.MONTHLY), Implementation(2400.0)), (),
)  # fmt: skip


def metrics(case):
    return {name: float(x[0]) for name, x in evaluate(case, {}).metrics.items()}


def test_inflation_raises_what_no_contract_fixes():
    found = evaluate(replace(CASE, inflation=0.03), {}).line_sums
    assert found["retired tools"] == pytest.approx(sum(1000 * 1.03 ** (m / 12) for m in range(3, 25)))
    assert found["subscription"] == 24 * 200
    assert found["implementation"] == 2400


def test_inflation_at_the_discount_rate_leaves_today_s_money():
    case = replace(CASE, lines=(RetiredTools(1000.0),), inflation=0.1)
    assert metrics(case)["npv"] == pytest.approx(22 * 1000)


def test_tax_takes_its_share_of_everything_that_is_deducted_at_once():
    before, after = metrics(CASE), metrics(replace(CASE, tax=Tax(0.25)))
    for name in ("npv", "benefit", "cost", "tco", "peak_exposure"):
        assert after[name] == pytest.approx(0.75 * before[name])
    assert after["roi"] == pytest.approx(before["roi"])
    assert after["payback"] == before["payback"]


def test_capital_spending_is_written_off_in_equal_parts():
    found = evaluate(replace(CASE, tax=Tax(0.25, write_off_months=12)), {}).line_sums
    assert found["implementation"] == pytest.approx(2400 - 0.25 * 2400)
    assert found["subscription"] == pytest.approx(0.75 * 4800)
    later = evaluate(replace(CASE, tax=Tax(0.25, write_off_months=48)), {}).line_sums
    # 1,200 paid in month 1 and in month 2: 23 and 22 of 48 parts fall within 24 months.
    assert later["implementation"] == pytest.approx(2400 - 0.25 * 1200 * (23 + 22) / 48)


@given(
    spent=st.lists(st.floats(0, 1e6), min_size=2, max_size=40),
    months=st.integers(1, 60),
)
@settings(max_examples=50, deadline=None)
def test_a_write_off_is_the_sum_of_the_parts_of_earlier_months(spent, months):
    column = np.array(spent)[:, None]
    expected = [sum(spent[max(m - months, 0) : m]) / months for m in range(len(spent))]
    assert written_off(column, months)[:, 0] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_writing_off_later_is_worth_less(tmp_path):
    at_once, later = (metrics(replace(CASE, tax=Tax(0.25, w)))["npv"] for w in (0, 24))
    assert later < at_once


def test_the_file_says_inflation_and_tax(tmp_path):
    source = (SCENARIOS / "gross_margin_525.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(source + "\ninflation: 2%\ntax: {rate: 25%, write_off_months: 36}\n", encoding="utf-8")
    case = next(iter(sim.load(path).cases.values()))
    assert case.inflation == 0.02
    assert case.tax == Tax(0.25, 36)
