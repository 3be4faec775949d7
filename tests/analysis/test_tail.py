"""The worst futures of an option: inputs, rules, and the lines their loss comes from."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.analysis.paired import Paired
from sim.analysis.tail import tail
from sim.analysis.tail_rules import rules_of
from sim.distributions import Bernoulli, Uniform
from sim.errors import UsageError
from sim.model.case import Case
from sim.model.rollout import Climb, Rollout
from sim.numbers.kinds import Kind
from sim.sampling.draws import REPLICATES, Input
from sim.sampling.streams import Stream
from tests.places import SCENARIOS

SIZE = 2**14


def input_called(name, kind=Kind.RATE, law=None):
    return Input(name, Stream(name, "", 0), law or Uniform(low=0, high=1), kind)


def of(names, seed=1):
    rng = np.random.default_rng(seed)
    return {name: rng.random(SIZE) for name in names}


def paired_of(npv, draws, lines=None, laws=()):
    """Give one vendor whose NPV is known."""
    given = dict(laws)
    inputs = tuple(input_called(name, law=given.get(name)) for name in draws)
    case = Case("Acme", 12, 0.1, 0.1, 0.1, 1.0, Rollout(shape=Climb.STEP), (), inputs)
    held = Paired(draws, {"Acme": {"npv": npv}}, {"Acme": tuple(draws)}, {"Acme": case}, npv.size, "buy nothing")
    held._values["Acme"] = lines if lines is not None else {"all": npv}
    return held


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=4096)


def test_a_planted_rule_is_found():
    """Losses iff adoption < .55 and overrun > 1.4: thresholds to a step, and all of the losses and little else."""
    noise = of([f"noise{n}" for n in range(12)], 7)
    draws = of(["adoption"]) | {"overrun": 0.8 + 1.2 * of(["x"], 2)["x"]} | noise
    bad = (draws["adoption"] < 0.55) & (draws["overrun"] > 1.4)
    found = rules_of([input_called(name) for name in draws], draws, bad)
    (rule,) = found.rules
    assert {c.input.key: (c.above, c.cut) for c in rule.conditions} == {
        "adoption": (False, pytest.approx(0.55, abs=0.02)),
        "overrun": (True, pytest.approx(1.4, abs=0.03)),
    }
    assert rule.measured.precision.value > 0.95
    assert rule.measured.recall.value > 0.95
    assert rule.measured.coverage.value == pytest.approx(0.275, abs=0.02)
    assert found.base.value == pytest.approx(bad.mean(), abs=4 * found.base.se)


def test_what_a_rule_is_worth_is_counted_by_hand_among_futures_held_out():
    draws = of(["a", "b"])
    bad = (draws["a"] < 0.3) & (np.random.default_rng(9).random(SIZE) < 0.8)
    (rule,) = rules_of([input_called("a"), input_called("b")], draws, bad).rules
    (condition,) = rule.conditions
    held = np.repeat(np.arange(REPLICATES) % 2 == 1, SIZE // REPLICATES)
    inside = draws["a"] < condition.cut
    assert rule.measured.coverage.value == pytest.approx(inside[held].mean())
    assert rule.measured.recall.value == pytest.approx((inside & bad)[held].sum() / bad[held].sum())
    assert rule.measured.precision.value == pytest.approx((inside & bad)[held].sum() / inside[held].sum())


def test_two_causes_are_two_rules_and_one_condition_is_enough():
    draws = of(["a", "b", "c"])
    bad = (draws["a"] < 0.1) | (draws["b"] > 0.9)
    found = rules_of([input_called(name) for name in draws], draws, bad)
    assert sorted(rule.formula for rule in found.rules) == ["a < 0.1", "b >= 0.9"]
    assert found.together.recall.value > 0.98


@pytest.mark.parametrize("seed", range(6))
def test_a_second_condition_has_to_be_worth_it(seed):
    """Some futures are bad by luck: of 20 inputs of noise, some cut off a corner in which fewer are."""
    draws = of(["a", *(f"noise{n}" for n in range(20))], seed)
    bad = (draws["a"] < 0.3) & (np.random.default_rng(50 + seed).random(SIZE) < 0.3)
    (rule,) = rules_of([input_called(name) for name in draws], draws, bad).rules
    assert [condition.input.key for condition in rule.conditions] == ["a"]


@pytest.mark.parametrize("seed", range(8))
def test_noise_makes_no_rule(seed):
    draws = of([f"noise{n}" for n in range(20)], seed)
    bad = np.random.default_rng(100 + seed).random(SIZE) < 0.1
    found = rules_of([input_called(name) for name in draws], draws, bad)
    assert found.rules == ()
    assert found.together is None


def test_an_event_is_told_in_words():
    draws = of(["a"]) | {"Weak rollout": (of(["e"], 4)["e"] < 0.2).astype(float)}
    bad = (draws["Weak rollout"] == 1) & (draws["a"] < 0.5)
    inputs = [input_called("a"), input_called("Weak rollout", Kind.ANY, Bernoulli(p=0.2))]
    (rule,) = rules_of(inputs, draws, bad).rules
    assert rule.text("USD") == "Weak rollout happens and a below 50%"
    assert rule.formula == "Weak rollout >= 0.5 and a < 0.5"


def test_the_tail_of_a_sum_is_split_by_euler():
    """Of normal parts with sd s_i, a part of the CVaR about the mean is s_i corr(i, sum); 3 and 4 of 5: .36 and .64."""
    rng = np.random.default_rng(11)
    a, b = 3 * rng.normal(size=SIZE * 4), 4 * rng.normal(size=SIZE * 4)
    draws = {"a": a, "b": b}
    told = tail(paired_of(10 + a + b, draws, {"first": 10 + a, "second": b}), "Acme", "USD")
    parts = {part.line: part for part in told.lines}
    whole = told.cvar.value - told.mean.value
    assert whole == pytest.approx(-2.062713 * 5, abs=4 * told.cvar.se)
    assert parts["first"].change.value == pytest.approx(-2.062713 * 5 * 0.36, abs=4 * parts["first"].change.se)
    assert parts["second"].change.value == pytest.approx(-2.062713 * 5 * 0.64, abs=4 * parts["second"].change.se)
    assert sum(part.in_tail.value for part in told.lines) == pytest.approx(told.cvar.value, rel=1e-12)


def test_shift_and_lift_of_an_input_that_alone_decides():
    """NPV = x, uniform: the worst tenth has mean .05, shifted by -.45 sd 12; all losses are in the worst fifth."""
    draws = {"x": (np.arange(SIZE) + 0.5) / SIZE} | of(["noise"])
    order = np.random.default_rng(5).permutation(SIZE)
    draws["x"] = draws["x"][order]
    told = tail(paired_of(draws["x"] - 0.1, draws), "Acme", "USD")
    first, noise = told.shifts
    assert told.of_losses
    assert first.in_tail.value == pytest.approx(0.05, abs=1e-3)
    assert first.shift.value == pytest.approx(-0.45 * 12**0.5, abs=1e-2)
    assert first.lift.value == pytest.approx(5, abs=0.01)
    assert abs(noise.shift.value) < 4 * noise.shift.se


@pytest.mark.parametrize(("below", "of_losses"), [(0.01, False), (0.03, True), (0.4, True), (0.6, False)])
def test_the_worst_tenth_stands_in_for_losses_that_are_rare_or_common(below, of_losses):
    draws = of(["x"])
    told = tail(paired_of(draws["x"] - below, draws), "Acme", "USD")
    assert told.of_losses is of_losses
    assert told.rules.base.value == pytest.approx(below if of_losses else 0.1, abs=0.01)


def test_lines_add_up_to_the_tail_of_a_scenario(results):
    for vendor in results:
        told = results.tail(vendor)
        assert sum(part.in_tail.value for part in told.lines) == pytest.approx(told.cvar.value, rel=1e-9)
        assert sum(part.everywhere.value for part in told.lines) == pytest.approx(told.mean.value, rel=1e-9)
    assert results.tail().vendor == results.leader == "Vtiger One Enterprise"


def test_what_people_read_has_words_and_units_and_no_keys(results):
    text = repr(results.tail())
    assert "below 3" in text
    assert "hours saved a user and week" in text
    assert "effects." not in text
    assert "implementation.overrun" not in text
    assert {"input", "rule", "line", "npv"} == set(results.tail().frame()["about"])


def test_what_has_no_tail_is_refused(results):
    draws = of(["x"])
    flat = paired_of(np.full(SIZE, 5.0), draws)
    with pytest.raises(UsageError, match="Acme: the NPV is the same in every future"):
        tail(flat, "Acme", "USD")
    with pytest.raises(UsageError, match="Acme: nothing is uncertain"):
        tail(dataclasses.replace(flat, cases={"Acme": dataclasses.replace(flat.cases["Acme"], inputs=())}), "Acme", "$")
    with pytest.raises(UsageError, match=r"4,096 futures are too few to tell the worst 2% apart \(draw 10,000 or more"):
        results.tail(level=2)
    with pytest.raises(UsageError, match="no vendor is called 'Vtigr'"):
        results.tail("Vtigr")
    with pytest.raises(UsageError, match="more than 0 and at most 50 percent"):
        results.tail(level=0)
