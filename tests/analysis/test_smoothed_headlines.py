"""The figures of the shipped scenarios: whoever moves them changes everybody's, and has to say why."""

import pytest

import sim
from sim.model.line import drawn_keys
from tests.places import SCENARIOS

HEADLINES = {
    ("mid_market", "Vtiger One Enterprise"): (136306.8559743697, 0.5188967084017524, 0.438232421875),
    ("mid_market", "HubSpot Sales Hub Professional"): (53282.28951073819, 0.23136696063946785, 0.286865234375),
    ("mid_market", "Salesforce Enterprise"): (-285190.33446839196, -0.3107357169008273, 0.020263671875),
    ("vtiger_calculator", "Vtiger One Professional"): (86512.4215407894, 2.451380638150053, 0.778564453125),
    ("vtiger_calculator", "Vtiger One Enterprise"): (73784.77254496433, 1.6262091679108028, 0.69482421875),
    ("tech_magic", "CRM as assumed"): (310380.45570488065, 5.7311760919789005, 1.0),
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
