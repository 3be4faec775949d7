"""What may happen: each effect by hand, the same futures for all vendors, and nothing else moved."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.distributions.events import FirstStrike
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.events import Event
from sim.model.lines.benefits import Productivity, RetiredTools
from sim.model.lines.changeover import EventBill, Exit
from sim.model.lines.licence import Billing, Subscription
from sim.model.lines.project import Implementation
from sim.model.lines.staff import InternalTeam, TrainingCash
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World
from tests.places import SCENARIOS

HIT = {"hit": np.array([0.0, 1.0])}
"""Two futures: it does not happen, it does."""

ROLLOUT = Rollout(plan_months=4.0, adoption=0.8, shape=Climb.STEP)
FREED = Productivity(users=10.0, hourly_cost=60.0, hours_saved=2.0, hours_entry=0.0, time_realised=1.0)
SEATS = Subscription(seats=10.0, list_price=50.0, billing=Billing.MONTHLY)


def event(**effects):
    return Event("Bad luck", Drawn("hit"), **effects)


def flows(line, *events, months=24, rollout=ROLLOUT):
    """Flows of a line in the two futures, as the model books them."""
    world = World(rollout, months, HIT, events)
    weight = world.weight(benefit=line.nature.is_benefit, outlasts_stop=line.outlasts_stop)
    return np.broadcast_to(np.asarray(line.flows(world)) * weight, (months + 1, 2))


def case_of(*events, months=24):
    lines = (
        FREED,
        RetiredTools(200.0),
        SEATS,
        Implementation(8000.0),
        InternalTeam(0.5, 60.0),
        TrainingCash(10.0, 100.0, 0.2),
        *(EventBill(e) for e in events if e.cost),
    )
    return Case("Acme", months, 0.1, 0.1, 0.1, 10.0, ROLLOUT, lines, (), events)


# Cancelled before going live


def test_a_cancelled_project_never_goes_live_and_spends_up_to_its_stop():
    stopped = event(cancelled_after=0.5)
    for line in (FREED, RetiredTools(200.0), TrainingCash(10.0, 100.0)):
        assert not flows(line, stopped)[:, 1].any()
    assert flows(Implementation(8000.0), stopped)[:6, 1].tolist() == [0, 2000, 2000, 0, 0, 0]
    assert flows(InternalTeam(1.0, 10.0), stopped)[:6, 1].tolist() == [0, 1600, 1600, 0, 0, 0]


def test_the_other_futures_are_as_without_the_event():
    stopped = event(cancelled_after=0.5)
    for line in (FREED, Implementation(8000.0), TrainingCash(10.0, 100.0), SEATS):
        assert np.array_equal(flows(line, stopped)[:, 0], flows(line)[:, 0])


@pytest.mark.parametrize(("share", "month"), [(0.0, 1), (0.2, 1), (0.3, 2), (0.5, 2), (0.51, 3), (1.0, 4)])
def test_the_stop_is_a_month_of_the_project(share, month):
    assert World(ROLLOUT, 24, HIT, [event(cancelled_after=share)]).stop.tolist() == [np.inf, month]


def test_what_is_live_at_signature_cannot_be_cancelled_before():
    at_once = Rollout(plan_months=0.0, shape=Climb.STEP)
    assert np.array_equal(flows(FREED, event(cancelled_after=1.0), rollout=at_once), flows(FREED, rollout=at_once))


def test_seats_signed_for_are_paid_to_the_end_of_the_term():
    stopped = event(cancelled_after=0.5)
    assert np.flatnonzero(flows(SEATS, stopped)[:, 1]).tolist() == list(range(1, 13))
    short = Subscription(seats=10.0, list_price=50.0, billing=Billing.MONTHLY, term_months=3)
    assert np.flatnonzero(flows(short, stopped)[:, 1]).tolist() == [1, 2, 3]


def test_annual_prepayments_of_the_signed_term_are_paid_and_lost():
    three_years = Subscription(seats=10.0, list_price=50.0, term_months=36)
    found = flows(three_years, event(cancelled_after=0.5), months=60)
    assert np.flatnonzero(found[:, 1]).tolist() == [1, 13, 25]
    assert np.flatnonzero(found[:, 0]).tolist() == [1, 13, 25, 37, 49]
    one_year = Subscription(seats=10.0, list_price=50.0)
    assert flows(one_year, event(cancelled_after=0.5))[:, 1].sum() == 6000


def test_leaving_costs_once_at_the_stop_or_at_the_horizon():
    stopped = event(cancelled_after=0.5)
    found = flows(Exit(700.0, at_horizon=True), stopped)
    assert found[2].tolist() == [0, 700]
    assert found[24].tolist() == [700, 0]
    assert found.sum() == 1400
    assert flows(Exit(700.0), stopped).sum(axis=0).tolist() == [0, 700]
    assert not flows(Exit(700.0)).any()


# What changes other lines


def test_a_weak_rollout_takes_its_share_of_every_benefit_of_adoption():
    found = flows(FREED, event(adoption=-0.4))
    assert found[:, 1] == pytest.approx(0.6 * found[:, 0])
    assert found[24, 0] == pytest.approx(2 * 52 / 12 * 10 * 60 * 0.8)


def test_late_go_live_delays_benefits_and_prolongs_the_team():
    late = event(delay_months=3.0)
    assert np.argmax(flows(FREED, late) > 0, axis=0).tolist() == [5, 8]
    assert flows(InternalTeam(1.0, 10.0), late).sum(axis=0).tolist() == [4 * 1600, 7 * 1600]
    assert flows(Implementation(8000.0), late).sum(axis=0) == pytest.approx([8000, 8000])
    assert np.array_equal(flows(SEATS, late)[:, 0], flows(SEATS, late)[:, 1])


def test_a_price_shock_takes_hold_at_the_next_renewal():
    for when, first in ((0.0, 13), (1.0, 13), (12.0, 13), (13.0, 13), (13.5, 25), (14.0, 25)):
        found = flows(SEATS, event(price=0.25, when=when), months=36)[:, 1]
        assert np.flatnonzero(found == 625).tolist() == list(range(first, 37)), when
        assert (found[1:first] == 500).all()


def test_a_price_capped_at_list_cannot_be_shocked_above_it():
    held = Subscription(seats=10.0, list_price=50.0, discounts=(0.1,), billing=Billing.MONTHLY, capped_at_list=True)
    found = flows(held, event(price=0.25))[:, 1]
    assert (found[1:13] == 450).all()
    assert (found[13:] == 500).all()


def test_adoption_lost_for_a_while_comes_back():
    gone = event(adoption=-0.25, when=10.0, lasts=6.0)
    found = flows(FREED, gone)
    changed = found[:, 1] / np.where(found[:, 0] == 0, 1, found[:, 0])
    assert changed[5:10].tolist() == [1.0] * 5
    assert changed[10:16] == pytest.approx([0.75] * 6)
    assert changed[16:].tolist() == [1.0] * 9


@pytest.mark.parametrize("lag", [2.0, Drawn("lag")])
def test_a_lagged_effect_feels_the_event_later(lag):
    world = World(ROLLOUT, 24, HIT | {"lag": np.full(2, 2.0)}, [event(adoption=-0.5, when=10.0)])
    adoption = world.adoption(lag)
    assert adoption[11].tolist() == [0.8, 0.8]
    assert adoption[12].tolist() == [0.8, 0.4]


def test_benefits_and_costs_change_from_the_month_on():
    worse = event(benefits=-0.3, costs=0.1, when=12.0)
    assert flows(FREED, worse)[11:13, 1] / flows(FREED)[11:13, 0] == pytest.approx([1, 0.7])
    assert flows(SEATS, worse)[11:13, 1].tolist() == pytest.approx([500, 550])


def test_two_events_multiply():
    both = (event(benefits=-0.5), event(benefits=-0.2))
    assert flows(FREED, *both)[24, 1] == pytest.approx(0.4 * flows(FREED)[24, 0])


def test_a_bill_is_paid_once_in_the_first_month_not_before_it():
    bill = event(cost=900.0, when=6.2)
    found = flows(EventBill(bill), bill)
    assert found.sum(axis=0).tolist() == [0, 900]
    assert found[7, 1] == 900


def test_lines_still_add_up():
    events = (event(benefits=-0.3, costs=0.2, when=5.0, cost=400.0), Event("Stop", 0.0, cancelled_after=0.5))
    outcome = evaluate(case_of(*events), HIT)
    natures = {line.name: line.nature for line in case_of(*events).lines}
    for metric, benefit in (("benefit", True), ("cost", False)):
        total = sum(v for name, v in outcome.line_sums.items() if natures[name].is_benefit is benefit)
        assert outcome.metrics[metric].sum() == pytest.approx(total)


def test_what_does_not_happen_changes_nothing():
    events = [
        Event("All at once", 0.0, delay_months=3.0, adoption=-1.0, benefits=-1.0, costs=2.0, price=1.0, cost=9e9),
        Event("Stop", 0.0, cancelled_after=0.5),
    ]
    for metric in METRICS:
        calm, none = (evaluate(case_of(*e), HIT).metrics[metric] for e in (events, ()))
        assert calm == pytest.approx(none, rel=1e-12, nan_ok=True)


# From the file


FILE = """\
name: Test
months: 36
discount_rate: 10%
company: {users: 10, hourly_cost: $50}
common:
  effects: {hours_saved: {dist: uniform, low: 1, high: 3}, time_realised: 1}
  rollout: {plan_months: 4, adoption: {dist: uniform, low: 60%, high: 90%}}
  events:
    Weak: {probability: 35%, adoption: {dist: uniform, low: -80%, high: -30%}}
    Shock: {yearly_probability: 10%, price: 25%}
vendors:
  A: {licence: {list_price: $40}}
  B: {licence: {list_price: $40}, events: {Weak: {probability: 20%}}}
"""


def loaded(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return sim.load(path)


def test_an_event_happens_as_often_as_it_says_and_is_an_input(tmp_path):
    results = loaded(tmp_path, FILE).run(draws=16_384, seed=3)
    inputs = results.run.inputs
    assert inputs["common.events.Weak"].mean() == pytest.approx(0.35, abs=1e-3)
    assert inputs["vendors.B.events.Weak"].mean() == pytest.approx(0.20, abs=1e-3)
    assert inputs["common.events.Shock"].mean() == pytest.approx(1 - 0.9**3, abs=1e-3)
    assert "common.events.Weak" in {bar.input for bar in results["A"].bars().bars}


def test_one_future_for_all_vendors(tmp_path):
    inputs = loaded(tmp_path, FILE).run(draws=4096, seed=3).run.inputs
    assert (inputs["vendors.B.events.Weak"] <= inputs["common.events.Weak"]).all()


def test_an_event_moves_no_other_draw(tmp_path):
    more = FILE.replace("    Shock:", "    Breach: {probability: 2%, cost: $50k}\n    Shock:")
    before, after = (loaded(tmp_path, text).run(draws=1024, seed=3).run.inputs for text in (FILE, more))
    for key, draws in before.items():
        assert np.array_equal(draws, after[key]), key
    alone = loaded(tmp_path, FILE.replace("  A: {licence: {list_price: $40}}\n", "")).run(draws=1024, seed=3)
    for key, draws in alone.run.inputs.items():
        assert np.array_equal(draws, before[key]), key


def test_events_are_independent_of_each_other_and_of_the_inputs(tmp_path):
    inputs = loaded(tmp_path, FILE).run(draws=16_384, seed=3).run.inputs
    keys = [k for k in inputs if not k.startswith("vendors.B")]
    correlation = np.corrcoef([inputs[k] for k in keys])
    # 1/sqrt(16,384) is the standard error of a correlation of independent draws.
    assert np.abs(correlation - np.eye(len(keys))).max() < 4 / np.sqrt(16_384)


def test_probabilities_of_none_and_all_need_no_draw(tmp_path):
    sure = FILE.replace("probability: 20%", "probability: 100%").replace("probability: 35%", "probability: 0%")
    scenario = loaded(tmp_path, sure)
    assert not any("Weak" in i.key and "adoption" not in i.key for i in scenario.cases["A"].inputs)
    assert [e.name for e in scenario.cases["A"].events] == ["Shock"]
    assert scenario.cases["B"].events[0].occurs == 1.0


def test_a_spread_of_the_probability_counts_with_its_mean(tmp_path):
    spread = FILE.replace("probability: 35%", "probability: {dist: beta, a: 2, b: 18}")
    weak = next(i for i in loaded(tmp_path, spread).cases["A"].inputs if i.key == "common.events.Weak")
    assert weak.distribution.p == pytest.approx(0.1)
    assert weak.asked == "Weak: beta: a 2, b 18"


def test_an_event_of_other_vendors_may_be_described_in_common(tmp_path):
    source = FILE.replace("Weak: {probability: 35%, ", "Weak: {")
    cases = loaded(tmp_path, source).cases
    assert [e.name for e in cases["A"].events] == ["Shock"]
    assert [e.name for e in cases["B"].events] == ["Weak", "Shock"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("probability: 35%, ", "", None),
        ("{probability: 35%, adoption: {dist: uniform, low: -80%, high: -30%}}", "{probability: 35%}",
         "9: common.events.Weak: changes nothing (give one of: delay_months, adoption, benefits, costs, price,"
         " cost, cancelled_after)"),
        ("Shock: {yearly_probability: 10%, ", "Shock: {",
         "10: common.events.Shock: no probability (give probability or yearly_probability)"),
        ("Shock: {yearly_probability: 10%, ", "Shock: {yearly_probability: 10%, probability: 1%, ",
         "10: common.events.Shock.yearly_probability: the probability is said twice, also as probability"
         " (keep one)"),
        ("Shock: {yearly_probability: 10%, ", "Shock: {yearly_probability: 10%, when: 12, ",
         "10: common.events.Shock.yearly_probability: strikes in a random month, but 'when' is given too"
         " (keep one)"),
        ("price: 25%", "adoption: 25%",
         "10: common.events.Shock.adoption: 25% is above 0% (must be -100% to 0%)"),
        ("probability: 35%", "probability: users",
         "9: common.events.Weak.probability: 'users' is a count where a rate is expected"
         " (write 12% or 0.12)"),
        ("  events:\n    Weak", "  exit: {cost: $5k}\n  events:\n    Weak",
         "8: common.exit.cost: is never paid (give exit.at_horizon: true, or an event with cancelled_after)"),
        ("price: 25%", "cancelled_after: 50%", None),
        ("plan_months: 4, adoption", "adoption", None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_said_at_its_place(tmp_path, old, new, expected):
    assert old in FILE
    if expected is None:
        loaded(tmp_path, FILE.replace(old, new))
        return
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, FILE.replace(old, new))
    first = caught.value.problems[0]
    assert f"{first.line}: {first.place}: {first.message}" == expected


def test_a_name_is_no_probability(tmp_path):
    source = FILE.replace("common:", "inputs: {chance: 20%}\ncommon:").replace(
        "probability: 35%", "probability: chance"
    )
    with pytest.raises(sim.ScenarioError, match="a probability is a number or a distribution, not the name 'chance'"):
        loaded(tmp_path, source)


# The month of a first strike


def test_the_first_strike_is_a_cut_off_exponential():
    law = FirstStrike(yearly=0.15, months=36)
    scale = -12 / np.log(0.85)
    known = stats.truncexpon(b=36 / scale, scale=scale)
    u = np.linspace(0.001, 0.999, 200)
    assert law.ppf(u) == pytest.approx(known.ppf(u), rel=1e-9)
    assert law.mean == pytest.approx(known.mean(), rel=1e-9)
    assert law.chance == pytest.approx(1 - 0.85**3)


def test_the_shipped_scenario_with_events_runs_and_is_worse_than_without():
    with_events = sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=4096, seed=7)
    without = sim.load(SCENARIOS / "mid_market.yaml").run(draws=4096, seed=7)
    for vendor in without:
        assert with_events[vendor]["npv"].mean() < without[vendor]["npv"].mean()
    assert with_events.run.inputs["common.events.Cancelled before going live"].mean() == pytest.approx(0.1, abs=0.002)
