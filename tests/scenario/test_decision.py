"""What a file may say of the decision."""

import pytest
import yaml

import sim
from sim.errors import ScenarioError
from tests.small import SMALL


def load(folder, decision):
    path = folder / "x.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(SMALL) | {"decision": decision}), encoding="utf-8")
    return sim.load(path)


@pytest.mark.parametrize(
    ("decision", "option"),
    [
        ({}, "buy nothing"),
        ({"nothing": "keep the old tools"}, "keep the old tools"),
        ({"nothing": "none", "reason": "the old system is switched off"}, None),
        ({"nothing": "None", "reason": "the old system is switched off"}, None),
    ],
)
def test_buying_nothing_is_an_option_unless_it_is_left_out(tmp_path, decision, option):
    assert load(tmp_path, decision).setting.nothing == option


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        ({"nothing": "none"}, "decision.nothing: leaves out an option and does not say why"),
        ({"reason": "we want one"}, "decision.reason: says why a CRM has to be bought, which needs `nothing: none`"),
        ({"nothing": "A"}, "decision.nothing: a vendor and buying nothing are both called 'A'"),
        ({"nothing": ""}, "decision.nothing"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(tmp_path, decision, wrong):
    with pytest.raises(ScenarioError, match="decision") as error:
        load(tmp_path, decision)
    assert wrong in str(error.value)
