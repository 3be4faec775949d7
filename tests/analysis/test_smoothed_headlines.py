"""The figures of the shipped scenarios: whoever moves them changes everybody's, and has to say why."""

import pytest

import sim
from sim.model.line import drawn_keys
from tests.places import SCENARIOS

HEADLINES = {
    ("mid_market", "Vtiger One Enterprise"): (567795.1439539456, 2.1436682275059575, 0.796142578125),
    ("mid_market", "HubSpot Sales Hub Professional"): (487915.16976895614, 1.4706116578643753, 0.662109375),
    ("mid_market", "Salesforce Enterprise"): (115818.97701755312, 0.29766023430331695, 0.18017578125),
    ("vtiger_calculator", "Vtiger One Professional"): (114430.31313731664, 3.2127301889465536, 0.85205078125),
    ("vtiger_calculator", "Vtiger One Enterprise"): (101702.66414149158, 2.205538353050727, 0.7900390625),
    ("tech_magic", "CRM as assumed"): (392997.829991968, 7.2516654026443526, 1.0),
    ("ten_fold", "CRM at $1,000"): (9458.358233439476, 10.0, 1.0),
    ("ten_fold", "Break-even at $11,000"): (-462.5312010304333, 0.0, 1.0),
    ("gross_margin_525", "CRM at $12,000 a year"): (59347.98161195301, 5.25000000000001, 1.0),
}
"""Mean NPV, mean ROI and P(payback <= 24 months) at 4,096 draws and seed 7."""


@pytest.mark.parametrize("name", sorted({name for name, _ in HEADLINES}))
def test_the_shipped_scenarios_keep_their_figures(name):
    results = sim.load(SCENARIOS / f"{name}.yaml").run(draws=4096, seed=7)
    for vendor, result in results.items():
        found = result["npv"].mean(), result["roi"].mean(), (result["payback"] <= 24).mean()
        assert found == pytest.approx(HEADLINES[name, vendor], rel=1e-9), vendor
    assert {(name, vendor) for vendor in results} == {key for key in HEADLINES if key[0] == name}


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_runs_on_the_inputs_it_names(path):
    scenario = sim.load(path)
    for case in scenario.cases.values():
        assert drawn_keys(case) == {i.key for i in case.inputs}
    scenario.run(draws=64)
