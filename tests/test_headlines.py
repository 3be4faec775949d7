"""The figures of the shipped scenarios: whoever moves them changes everybody's, and has to say why."""

from pathlib import Path

import pytest

import sim
from sim.world import drawn_keys

SCENARIOS = Path(__file__).parent.parent / "scenarios"

HEADLINES = {
    ("mid_market", "Vtiger One Enterprise"): (184617.6349007989, 0.6668451089491412, 0.51708984375),
    ("mid_market", "HubSpot Sales Hub Professional"): (101081.41625393467, 0.3484656150971139, 0.34423828125),
    ("mid_market", "Salesforce Enterprise"): (-235643.60913640558, -0.23783030565165109, 0.029296875),
    ("vtiger_calculator", "Vtiger One Professional"): (107888.1436624169, 3.027482388951981, 0.860595703125),
    ("vtiger_calculator", "Vtiger One Enterprise"): (95160.97907252007, 2.0631202962546977, 0.791015625),
    ("tech_magic", "CRM as assumed"): (300152.9205968332, 4.646005578511353, 1.0),
    ("ten_fold", "CRM at $1,000"): (9458.358233439474, 10.0, 1.0),
    ("ten_fold", "Break-even at $11,000"): (-462.53120103043506, 0.0, 1.0),
    ("gross_margin_525", "CRM at $12,000 a year"): (59347.98161195301, 5.25, 1.0),
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
