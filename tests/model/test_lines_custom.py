"""Lines that a file makes up, and lines of a program's own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import sim
from sim.errors import LineError
from sim.model.events import Event
from sim.model.line import Nature
from sim.model.lines.custom import CustomLine, Origin, Per
from sim.model.quantity import Drawn, Quantity
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

LIVE = Rollout(plan_months=2.0, adoption=0.5, shape=Climb.STEP)
MONEY_IN, MONEY_OUT = Nature.CASH_BENEFIT, Nature.CASH_COST


def column(months=14, **fields):
    line = CustomLine(**{"name": "x", "nature": MONEY_OUT, "amount": 120.0} | fields)
    return np.asarray(line.flows(World(LIVE, months, {})))[:, 0]


def booked(**fields):
    """Amounts by month, without the months of nothing."""
    found = column(**fields)
    return {int(month): float(round(found[month], 9)) for month in np.flatnonzero(found)}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"per": Per.ONCE}, {3: 120}),
        ({"per": Per.ONCE, "starts": 0.0}, {2: 120}),
        ({"per": Per.ONCE, "starts": 0.0, "origin": Origin.SIGNATURE}, {0: 120}),
        ({"per": Per.USER, "users": 4.0}, {3: 480}),
        ({"per": Per.MONTH, "ends": 3.0}, {3: 120, 4: 120, 5: 120}),
        ({"per": Per.MONTH, "starts": 3.0, "ends": 4.0, "origin": Origin.SIGNATURE}, {3: 120, 4: 120}),
        ({"per": Per.USER_MONTH, "users": 2.0, "ends": 1.0}, {3: 240}),
        ({"per": Per.YEAR, "origin": Origin.SIGNATURE}, {1: 120, 13: 120}),
        ({"per": Per.YEAR, "origin": Origin.SIGNATURE, "ends": 12.0}, {1: 120}),
        ({"per": Per.YEAR, "nature": MONEY_IN, "ends": 2.0}, {3: 10, 4: 10}),
        ({"per": Per.USER_YEAR, "users": 3.0, "nature": MONEY_IN, "ends": 1.0}, {3: 30}),
        ({"per": Per.MONTH, "ramps": True, "ends": 1.0}, {3: 60}),
        ({"per": Per.ONCE, "grows": 0.21, "starts": 4.0}, {6: 132}),
    ],
)
def test_an_amount_falls_where_it_says(fields, expected):
    assert booked(**fields) == pytest.approx(expected)


def test_a_cancelled_project_keeps_no_benefit_and_stops_its_costs():
    world = World(LIVE, 6, {}, [Event("Stop", 1.0, cancelled_after=0.5)])
    for nature, origin, expected in ((MONEY_IN, Origin.SIGNATURE, 0), (MONEY_IN, Origin.GOLIVE, 0),
                                     (MONEY_OUT, Origin.SIGNATURE, 120), (MONEY_OUT, Origin.GOLIVE, 0)):  # fmt: skip
        line = CustomLine("x", nature, 120.0, Per.MONTH, origin=origin)
        weight = world.weight(benefit=line.nature.is_benefit, outlasts_stop=line.outlasts_stop)
        assert (np.asarray(line.flows(world)) * weight).sum() == expected
    yearly = CustomLine("x", MONEY_OUT, 120.0, Per.YEAR)
    assert not np.asarray(yearly.flows(world)).any()


FILE = """\
name: Test
months: 12
discount_rate: 10%
company: {users: 10}
common:
  lines:
    Fewer trade fairs: {kind: benefit, amount: {dist: uniform, low: $1k, high: $3k}, per: month}
    Audit: {kind: cost, per: once, starts: 6}
vendors:
  A: {licence: {list_price: $40}, lines: {Audit: {amount: $8k}}}
  B: {licence: {list_price: $40}, lines: {Fewer trade fairs: {amount: 0}, Phones: {kind: cost, amount: 90, per: user}}}
"""


def loaded(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return sim.load(path)


def test_lines_of_the_file_are_lines_of_the_vendors(tmp_path):
    results = loaded(tmp_path, FILE).run(draws=1024)
    a, b = ({line.name for line in results[v].case.lines} for v in "AB")
    assert a == {"customer margin", "subscription", "Fewer trade fairs", "Audit"}
    assert b == {"customer margin", "subscription", "Phones"}
    assert results["A"].line_means()["Audit"].value == 8000
    assert results["B"].line_means()["Phones"].value == 900
    assert results["A"].line_means()["Fewer trade fairs"].value == pytest.approx(24_000, rel=1e-3)
    assert [i.key for i in results["A"].case.inputs] == ["common.lines.Fewer trade fairs.amount"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: cost, amount: 90, ", "kind: cost, ",
         "11: vendors.B.lines.Phones: no amount (such as {kind: benefit, amount: $500, per: month})"),
        ("kind: cost, per: once", "kind: cots, per: once",
         "8: common.lines.Audit.kind: 'cots' is not a choice (one of: benefit or cost)"),
        ("Audit", "subscription",
         "10: vendors.A.lines.subscription: 'subscription' is the name of a line of the model (choose another)"),
        ("company: {users: 10}", "company: {}",
         "10: vendors.A: no number of seats (give company.users or licence.seats)"),
        ("starts: 6", "strats: 6", "8: common.lines.Audit.strats: unknown key 'strats' (did you mean 'starts'?)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_at_its_place(tmp_path, old, new, expected):
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, FILE.replace(old, new))
    assert expected in [f"{p.line}: {p.place}: {p.message}" for p in caught.value.problems]


# A line of one's own


@dataclass(frozen=True)
class Referrals(sim.Line):
    """Deals that happy customers send: none before go-live, then so many a month."""

    name: ClassVar[str] = "referrals"
    nature: ClassVar[Nature] = Nature.CASH_BENEFIT

    deals_per_month: Quantity
    margin: Quantity

    def flows(self, world):
        return world.adoption() * (world[self.deals_per_month] * world[self.margin])


def test_a_line_of_a_program_joins_the_others_with_draws_of_its_own(tmp_path):
    scenario = loaded(tmp_path, FILE)
    line = Referrals(Drawn("referred"), 500.0)
    more = scenario.with_lines(line, vendors=["A"], inputs={"referred": sim.Uniform(low=1, high=3)})
    before, after = scenario.run(draws=1024), more.run(draws=1024)
    assert after["A"].line_means()["referrals"].value == pytest.approx(12 * 2 * 500, rel=2e-3)
    assert "referrals" not in after["B"].line_means()
    assert np.array_equal(after["B"]["npv"], before["B"]["npv"])
    for key, draws in before.run.inputs.items():
        assert np.array_equal(draws, after.run.inputs[key])
    assert "referred" in {bar.input for bar in after["A"].bars().bars}


def test_a_line_may_use_an_input_of_the_file(tmp_path):
    key = "common.lines.Fewer trade fairs.amount"
    found = loaded(tmp_path, FILE).with_lines(Referrals(2.0, Drawn(key)), vendors=["A"]).run(draws=1024)["A"]
    means = found.line_means()
    assert means["referrals"].value == pytest.approx(2 * means["Fewer trade fairs"].value)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"vendors": ["C"]}, "no vendor is called 'C'"),
        ({"inputs": {}}, "A: the line 'referrals' draws 'referred', which is no input of it"),
        ({"twice": True}, "A: two lines are called 'referrals'"),
    ],
)
def test_what_cannot_be_added_is_said(tmp_path, change, expected):
    lines = [Referrals(Drawn("referred"), 500.0)] * (2 if change.pop("twice", False) else 1)
    arguments = {"vendors": ["A"], "inputs": {"referred": sim.Uniform(low=1, high=3)}} | change
    with pytest.raises(sim.UsageError, match=expected):
        loaded(tmp_path, FILE).with_lines(*lines, **arguments)


@dataclass(frozen=True)
class Broken(sim.Line):
    """A benefit that divides by what may be nothing."""

    name: ClassVar[str] = "broken"
    nature: ClassVar[Nature] = MONEY_IN

    x: Quantity

    def flows(self, world):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(world.adoption() * (1 / np.maximum(world[self.x] - 0.5, 0)))


def test_a_line_that_is_no_number_is_named_with_its_vendor_and_the_inputs_of_the_first_future(tmp_path):
    scenario = loaded(tmp_path, FILE).with_lines(
        Broken(Drawn("luck")), vendors=["A"], inputs={"luck": sim.Uniform(low=0, high=1)}
    )
    with pytest.raises(
        LineError, match=r"'A': the line 'broken' is no amount to reckon with .* in 5\d\d of 1,024 futures"
    ) as error:
        scenario.run(draws=1024)
    assert "; in the first of them luck = 0." in str(error.value)


def test_an_input_that_the_file_correlates_and_no_vendor_uses_cannot_be_drawn_by_a_line(tmp_path):
    text = FILE + "inputs: {spare: {dist: uniform, low: 0, high: 9}, used: {dist: uniform, low: 0%, high: 9%}}\n"
    text += "correlations: [{inputs: [spare, used], spearman: 0.5}]\n"
    text = text.replace("vendors:", "tax: {rate: used}\nvendors:") if "tax:" not in text else text
    scenario = loaded(tmp_path, text)
    for inputs in (None, {"spare": sim.Uniform(low=0, high=9)}):
        with pytest.raises(sim.UsageError, match="the file correlates 'spare' with 'used', but no vendor of it uses"):
            scenario.with_lines(Referrals(2.0, Drawn("spare")), inputs=inputs)
