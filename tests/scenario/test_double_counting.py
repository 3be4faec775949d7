"""What would count twice is refused with its reason, or warned of by name."""

import pytest

import sim
from sim.scenario.checks.double_counting import REFUSED

FILE = """\
name: Test
months: 24
discount_rate: 10%
company:
  users: 10
  turnover: 20%
  hourly_cost: $50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: $2k
  gross_margin: 60%
  customers: 200
  revenue_per_customer: $9000
  churn: 20%
  recurring_share: 50%
  win_capacity: 9
  tickets_per_month: 100
  hours_per_ticket: 0.5
  quotes_per_month: 50
  errors_per_month: 20
  cost_per_error: $40
  process_cost_per_month: $3k
inputs:
  lift: {dist: pert, low: 0%, mode: 10%, high: 30%}
common:
  effects: {conversion: lift, hours_saved: 2, time_realised: 70%}
  rollout: {plan_months: 2, adoption: {dist: pert, low: 10%, mode: 60%, high: 95%}}
vendors:
  A: {licence: {list_price: $40}}
  B: {licence: {list_price: $60}}
"""


def warnings_of(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return [f"{w.line}: {w.place}: {w.message}" for w in sim.load(path).warnings]


def test_a_plain_scenario_has_no_warning(tmp_path):
    assert warnings_of(tmp_path, FILE) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("gross_margin: 60%", "gross_margin: 100%",
         "11: company.gross_margin: a margin of 100% books revenue as profit; give the contribution margin of"
         " additional sales [revenue-as-margin]"),
        ("deal_value: $2k", "deal_value: $9k",
         "10: company.deal_value: is the yearly revenue again: with a recurring_share the first year would count twice;"
         " give what is paid once, or a note that it is [first-year-twice]"),
        ("hours_saved: 2", "hours_saved: 2, hours_per_quote: 0.2",
         "26: common.effects.hours_saved: must leave out the hours that hours_per_quote saves already [same-hours]"),
        ("effects: {conversion: lift,", "effects: {process_cost_cut: 5%, error_reduction: 5%, conversion: lift,",
         "26: common.effects.process_cost_cut: must leave out the money that error_reduction saves already"
         " [same-cost]"),
        ("hours_saved: 2", "hours_saved: 2, tickets_deflected: 10%",
         "26: common.effects.hours_saved: must leave out the hours that tickets_deflected saves already [same-hours]"),
        ("hours_saved: 2", "hours_saved: 2, time_to_selling: 20%",
         "26: common.effects.time_to_selling: turns freed hours into deals: conversion must then hold better selling"
         " only, not more of it, or the same deals count twice [hours-and-deals]"),
        ("  rollout:", "  events: {Weak: {probability: 35%, adoption: -50%}}\n  rollout:",
         "27: common.events.Weak: the range of rollout.adoption goes below 35% in one future of twenty, so that it"
         " holds weak rollouts already; narrow it, or drop the event [haircut-stacking]"),
        ("hours_saved: 2", "hours_saved: 2, ramp_months_saved: 1",
         "26: common.effects.ramp_months_saved: counts the deals of newcomers: conversion must then be the lift of"
         " sellers who are up to speed, or the same deals count twice [newcomers-and-deals]"),
        ("  rollout:", "  legacy: {cost_per_month: $900, overlap_months: 2, parallel_cost_per_month: $900}\n  rollout:",
         "27: common.legacy.parallel_cost_per_month: is the cost of the old tools again: during the overlap they are"
         " paid with and without the CRM; give only what running both costs on top [old-tools-twice]"),
        ("  A: {licence: {list_price: $40}}", "  A: {licence: {list_price: $40, uplift: {dist: pert, low: 0%, mode: 6%,"
         " high: 30%}}, events: {Shock: {yearly_probability: 5%, price: 25%}}}",
         "29: vendors.A.events.Shock: the range of licence.uplift goes above 15% in one future of twenty, so that it"
         " holds price shocks already; narrow it, or drop the event [price-stacking]"),
        ("$60}}", "$60}, effects: {conversion: 20%}}",
         "30: vendors.B.effects.conversion: a better effect than the other vendors' needs evidence: in surveys the"
         " brand of the CRM does not drive success (CRMGuru); what differs is price, overrun, time to go-live,"
         " adoption [vendor-effect]"),
        ("$60}}", "$60}, inputs: {lift: {dist: uniform, low: 5%, high: 40%}}}",
         "30: vendors.B.inputs.lift: a better effect than the other vendors' needs evidence: in surveys the"
         " brand of the CRM does not drive success (CRMGuru); what differs is price, overrun, time to go-live,"
         " adoption [vendor-effect]"),
    ],
)  # fmt: skip
def test_what_may_count_twice_is_warned_of_by_name(tmp_path, old, new, expected):
    assert old in FILE
    assert warnings_of(tmp_path, FILE.replace(old, new)) == [expected]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deal_value: $2k", "deal_value: {value: $9k, note: onboarding only}"),
        ("  rollout:", "  events: {Leaves: {yearly_probability: 15%, adoption: -50%}}\n  rollout:"),
        ("low: 10%, mode: 60%, high: 95%}}", "low: 45%, mode: 60%, high: 95%}}\n  events: {Weak: {probability: 35%,"
         " adoption: -50%}}"),
        ("$60}}", "$60}, inputs: {lift: {dist: pert, low: 0%, mode: 10%, high: 30%}}, effects: {hours_saved: 2}}"),
        ("hours_saved: 2", "hours_saved: 0, hours_per_quote: 0.2"),
        ("  rollout:", "  legacy: {cost_per_month: $900, overlap_months: 2, parallel_cost_per_month: $300}\n"
         "  rollout:"),
        ("  A: {licence: {list_price: $40}}", "  A: {licence: {list_price: $40, uplift: {dist: pert, low: 0%, mode: 6%,"
         " high: 12%}}, events: {Shock: {yearly_probability: 5%, price: 25%}}}"),
        ("conversion: lift, hours_saved: 2", "leads: lift, hours_saved: 2, ramp_months_saved: 1"),
    ],
)  # fmt: skip
def test_what_is_explained_or_cannot_count_twice_is_not_warned_of(tmp_path, old, new):
    assert old in FILE
    found = warnings_of(tmp_path, FILE.replace(old, new))
    assert [w for w in found if "vendor-effect" not in w] == []


@pytest.mark.parametrize("key", sorted(REFUSED))
def test_a_lever_that_would_count_twice_is_refused_with_its_reason(tmp_path, key):
    path = tmp_path / "x.yaml"
    path.write_text(FILE.replace("hours_saved: 2", f"hours_saved: 2, {key}: 10%"), encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(path)
    assert caught.value.problems[0].message == f"there is no '{key}': {REFUSED[key]}"


def test_freed_time_can_be_left_out_of_every_figure(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(FILE, encoding="utf-8")
    whole = sim.load(path).run(draws=1024)
    path.write_text(FILE + "soft_benefits: false\n", encoding="utf-8")
    hard = sim.load(path).run(draws=1024)
    assert hard["A"]["roi"] == pytest.approx(whole["A"]["roi_hard"])
    assert hard["A"]["npv"] == pytest.approx(whole["A"]["npv_hard"])
    assert "productivity" not in hard["A"].line_means()
    assert "freed staff time left out" in repr(hard)
    assert "time spent counted" in repr(whole)
    assert "time spent counted" not in repr(hard)
