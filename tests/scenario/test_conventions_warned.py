"""Warnings of conventions that move figures."""

import pytest
import yaml

import sim
from tests.places import SCENARIOS
from tests.small import SMALL

PREPAID, UNTAUGHT = "prepaid-beyond-horizon", "training-without-effect"


def warned(folder, name=PREPAID, **changes):
    path = folder / "x.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(SMALL) | changes), encoding="utf-8")
    return [w for w in sim.load(path).warnings if f"[{name}]" in str(w)]


def test_a_year_paid_ahead_that_the_horizon_cuts_is_told_with_its_amount(tmp_path):
    """5 seats at 5 a month: 300 in month 13, 11 of 12 months beyond 13."""
    found = warned(tmp_path, months=13)
    assert len(found) == 2
    assert "months: A is paid twelve months ahead in month 13, 11 of them beyond the horizon: some €275" in str(
        found[0]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"months": 12},
        {"months": 13, "prepaid_at_horizon": "pro_rata"},
        {"months": 13, "common": {"licence": {"billing": "monthly"}}},
        {"months": 13, "vendors": {"A": {"licence": {"list_price": 0}}}},
    ],
)
def test_no_warning_where_nothing_is_lost(tmp_path, changes):
    assert warned(tmp_path, **changes) == []


def test_pro_rata_takes_the_step_out_of_the_horizon(tmp_path):
    """A horizon of one month more costs a month more, not a year."""
    path = tmp_path / "x.yaml"
    costs = {}
    for months in (12, 13, 24):
        for rule in ("lost", "pro_rata"):
            changed = yaml.safe_load(SMALL) | {"months": months, "prepaid_at_horizon": rule}
            path.write_text(yaml.safe_dump(changed), encoding="utf-8")
            costs[months, rule] = sim.load(path).run(draws=64)["A"]["cost"][0]
    assert costs[12, "lost"] == costs[12, "pro_rata"] == 300
    assert costs[13, "lost"] == 600
    assert costs[13, "pro_rata"] == 325
    assert costs[24, "lost"] == costs[24, "pro_rata"] == 600


TRAINED = {"cash_per_user": 50}
ANSWERS = {"training_share": "40%", "training_hours": 4}


def test_training_that_nothing_answers_to_is_told_once_for_all_vendors(tmp_path):
    found = warned(tmp_path, UNTAUGHT, common={"training": TRAINED})
    assert len(found) == 1
    assert "common.training: training is a cost that nothing answers to" in str(found[0])


def test_training_of_one_vendor_is_told_there(tmp_path):
    vendors = {"A": {"licence": {"list_price": 5}}, "B": {"licence": {"list_price": 5}, "training": TRAINED}}
    (found,) = warned(tmp_path, UNTAUGHT, vendors=vendors)
    assert "vendors.B.training" in str(found)


@pytest.mark.parametrize("common", [{}, {"training": TRAINED, "response": ANSWERS}, {"response": ANSWERS}])
def test_no_training_and_training_that_is_answered_need_no_warning(tmp_path, common):
    assert warned(tmp_path, UNTAUGHT, common=common) == []


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_shipped_scenario_is_warned(path):
    told = [str(w) for w in sim.load(path).warnings]
    assert not [text for text in told if PREPAID in text or UNTAUGHT in text]
