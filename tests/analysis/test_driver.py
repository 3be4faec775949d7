"""Which inputs are one bar."""

import pytest

import sim
from sim.analysis.driver import drivers_of
from tests.places import SCENARIOS

BASE = """\
name: Two
months: 24
discount_rate: 10%
company: {users: 20, hourly_cost: 40}
inputs:
  adoption: {dist: uniform, low: 40%, high: 80%}
  saved: {dist: uniform, low: 1, high: 3}
common:
  effects: {hours_saved: saved, time_realised: 50%}
  rollout: {adoption: adoption, delay_months: {dist: uniform, low: 0, high: 4}}
  events:
    Late: {probability: 20%, delay_months: {dist: uniform, low: 1, high: 5}}
    Late again: {probability: 10%, cost: {dist: uniform, low: 1k, high: 9k}}
vendors:
  A: {licence: {list_price: 30, discount: {dist: uniform, low: 0%, high: 20%}}}
  B:
    licence: {list_price: 40, discount: {dist: uniform, low: 0%, high: 20%}}
    inputs: {adoption: {dist: uniform, low: 50%, high: 90%}}
    events: {Late: {probability: 40%}}
"""


def drivers(tmp_path, text=BASE, vendors=("A", "B")):
    path = tmp_path / "two.yaml"
    path.write_text(text, encoding="utf-8")
    cases = sim.load(path).cases
    return {driver.title: driver for driver in drivers_of({name: cases[name] for name in vendors})}


def test_every_input_is_in_just_one_bar():
    for path in sorted(SCENARIOS.glob("*.yaml")):
        cases = sim.load(path).cases
        keys = [key for driver in drivers_of(cases) for key in driver.keys]
        assert sorted(keys) == sorted({i.key for case in cases.values() for i in case.inputs}), path


def test_an_event_is_one_bar_with_its_sizes_whatever_vendors_say_of_its_chance(tmp_path):
    found = drivers(tmp_path)
    late = found["Late"]
    assert late.event
    assert [one.key for one in late.occurs] == ["common.events.Late", "vendors.B.events.Late"]
    assert [one.name for one in late.sizes] == ["events.Late.delay_months"]
    assert [one.name for one in found["Late again"].inputs] == ["events.Late again", "events.Late again.cost"]


def test_an_override_on_the_same_quantile_is_one_bar(tmp_path):
    assert [one.key for one in drivers(tmp_path)["adoption"].inputs] == ["adoption", "vendors.B.inputs.adoption"]


def test_names_of_two_vendors_are_told_apart_and_one_vendors_are_not(tmp_path):
    assert {"discount on the list price (A)", "discount on the list price (B)"} <= set(drivers(tmp_path))
    assert "discount on the list price" in drivers(tmp_path, vendors=("A",))


def test_correlated_inputs_are_of_one_block_and_others_of_none(tmp_path):
    text = BASE + "correlations: [{inputs: [adoption, saved], spearman: 0.5}]\n"
    found = drivers(tmp_path, text)
    assert found["adoption"].block == found["saved"].block
    assert len({driver.block for driver in found.values()}) == len(found) - 1


def test_rows_of_one_table_are_of_one_block():
    found = drivers_of(sim.load(SCENARIOS / "own_data.yaml").cases)
    blocks = {driver.key: driver.block for driver in found}
    assert blocks["conversion"] == blocks["deal_value"] != blocks["conversion_lift"]


@pytest.mark.parametrize(
    ("title", "section"),
    [("saved", "effects"), ("adoption", "rollout"), ("discount on the list price (A)", "licence"), ("Late", "events")],
)
def test_a_bar_knows_its_part_of_the_file(tmp_path, title, section):
    assert drivers(tmp_path)[title].section == section
