"""A number of a file set to any value: where it stands, what it may be, and whom it moves."""

import numpy as np
import pytest

import sim
from sim.errors import UsageError
from sim.model.evaluation import evaluate
from sim.model.probe import lines_with
from sim.model.quantity import Drawn
from sim.numbers.kinds import Kind
from tests.places import SCENARIOS

FILE = """\
name: Probe
currency: USD
months: 24
discount_rate: 10%
company:
  users: 20
  hourly_cost: $50
  customers: 100
  revenue_per_customer: $2k
  gross_margin: 50%
  churn: 20%
inputs:
  lift: {dist: uniform, low: 0%, high: 20%}
  price: {dist: uniform, low: $20, high: $40}
  own_price: $30
common:
  effects: {cross_sell: lift, retention_lift: 5%}
  administration: {cost_per_month: $300}
  rollout: {adoption: 70%, plan_months: 3}
vendors:
  A:
    licence: {list_price: price, discount: [10%, 5%], add_ons: 10%}
    implementation: {quote_to_licence: 1.5, overrun: 1.2}
    administration: {change_requests: 10%}
  B:
    licence: {list_price: price}
    implementation: {quote: $5k}
    inputs: {lift: {dist: uniform, low: 5%, high: 25%}}
  C:
    licence: {list_price: own_price, seats: users}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("probe") / "probe.yaml"
    path.write_text(FILE)
    return sim.load(path)


def number(scenario, vendor, what):
    return scenario.probe(vendor, [what]).numbers[0]


@pytest.mark.parametrize(
    ("vendor", "what", "vendors"),
    [
        ("A", "implementation.overrun", ("A",)),
        ("C", "licence.list_price", ("C",)),
        ("A", "price", ("A", "B")),
        ("A", "lift", ("A", "C")),
        ("B", "lift", ("B",)),
        ("A", "effects.cross_sell", ("A", "B", "C")),
        ("A", "common.effects.cross_sell", ("A", "B", "C")),
        ("A", "rollout.adoption", ("A", "B", "C")),
        ("A", "administration.cost_per_month", ("A", "B", "C")),
        ("A", "company.users", ("A", "B", "C")),
        ("A", "users", ("A", "B", "C")),
        ("A", "discount_rate", ("A", "B", "C")),
        ("A", "licence.discount[1]", ("A",)),
        ("B", "licence.discount", ("B",)),
        ("B", "licence.platform_fee", ("B",)),
        ("B", "fit", ("B",)),
    ],
)
def test_a_number_moves_those_whose_it_is(scenario, vendor, what, vendors):
    assert number(scenario, vendor, what).vendors == vendors


@pytest.mark.parametrize(
    ("what", "today", "given", "low", "high"),
    [
        ("implementation.overrun", 1.2, True, 0, None),
        ("licence.platform_fee", 0.0, False, 0, None),
        ("licence.discount[0]", 0.1, True, 0, 1),
        ("licence.seats", 20.0, False, 0, None),
        ("company.users", 20.0, True, 1, None),
        ("effects.cross_sell", Drawn("lift"), True, -1, None),
        ("effects.retention_lift", 0.05, True, -1, pytest.approx(0.25)),  # a retention of 80 % becomes 100 %
        ("rollout.plan_months", 3.0, True, 0, 600),
        ("fit", 1.0, False, 0, None),
    ],
)
def test_a_number_knows_what_it_is_and_may_be(scenario, what, today, given, low, high):
    found = number(scenario, "A", what)
    assert (found.today, found.given, found.low) == (today, given, low)
    assert found.high == high


def test_a_named_input_keeps_within_every_field_that_it_stands_in(scenario):
    found = number(scenario, "A", "price")
    assert (found.kind, found.low, found.high) == (Kind.MONEY, 0, None)


@pytest.mark.parametrize(
    ("vendor", "what", "message"),
    [
        ("A", "licence.list_price", "the input 'price', which B uses too: changing it changes them"),
        ("A", "licence.discount", r"several numbers \(ask for one of: licence.discount\[0\], licence.discount\[1\]\)"),
        ("A", "licence.list_prise", "A has no number called 'licence.list_prise'"),
        ("D", "licence.list_price", r"no vendor is called 'D' \(one of: A, B, C\)"),
        ("B", "implementation.quote_to_licence", "not given for B, and the quote is said twice"),
        (
            "C",
            "effects.tickets_deflected",
            "not given for C, and has nothing to act on without company.cost_per_ticket or hours_per_ticket",
        ),
        ("C", "implementation.third_party_cost", "means nothing without implementation.third_party_integrations"),
        ("C", "company.sales_reps", "C does not use company.sales_reps"),
        ("C", "own_price", None),
    ],
)
def test_what_cannot_be_set_is_refused(scenario, vendor, what, message):
    if message is None:
        assert number(scenario, vendor, what).vendors == ("C",)
        return
    with pytest.raises(UsageError, match=message):
        scenario.probe(vendor, [what])


def test_rows_have_no_list_price_and_numbers_of_their_own():
    scenario = sim.load(SCENARIOS / "tei_rows.yaml")
    with pytest.raises(
        UsageError,
        match=r"Suite has no number called 'licence\.list_price' \(give its place in the file, such as rows\.",
    ):
        scenario.probe("Suite", ["licence.list_price"])
    assert number(scenario, "Suite", "rows.Administration.years").vendors == ("Suite", "Starter")


def test_what_follows_the_licence_moves_with_its_price(scenario):
    probe = scenario.probe("A", ["price"])
    key = probe.numbers[0].key
    assert lines_with(probe.cases["A"], key) == ("subscription", "add-ons", "implementation", "change requests")
    assert lines_with(probe.cases["B"], key) == ("subscription",)


@pytest.mark.parametrize("what", ["effects.cross_sell", "rollout.adoption", "implementation.overrun", "users"])
def test_set_to_what_it_is_a_number_changes_nothing(scenario, what):
    """The cases of the probe are the scenario's, but for the one number."""
    paired = scenario.run(draws=64).paired
    probe = scenario.probe("A", [what])
    (found,) = probe.numbers
    for name, case in probe.cases.items():
        today = found.today
        same = paired.inputs[today.key] if isinstance(today, Drawn) else np.full(64, today)
        if name == "B" and isinstance(today, Drawn):
            same = paired.inputs["vendors.B.inputs.lift"]
        npv = evaluate(case, {**paired.draws(name), found.key: same}).metrics["npv"]
        assert npv == pytest.approx(paired.outcome(name, "npv"), rel=1e-12)


def test_lines_that_a_program_adds_stay(scenario):
    from tests.analysis.test_breakeven import AtOnce

    more = scenario.with_lines(AtOnce("grant", 500.0))
    case = more.probe("C", ["licence.list_price"]).cases["C"]
    assert case.lines[-1].name == "grant"


def test_a_scenario_and_its_results_can_be_sent_to_another_process(scenario):
    import pickle

    results = pickle.loads(pickle.dumps(scenario.run(draws=512)))
    again = scenario.run(draws=512).breakeven("C", "licence.list_price", "mean(npv) >= 0")
    assert results.breakeven("C", "licence.list_price", "mean(npv) >= 0") == again
