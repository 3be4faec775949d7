"""The ten features: recorded unless the scenario counts them, each moves its own lines, nothing counts twice."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.main import app
from sim.distributions import Multiple, Pert
from sim.errors import ScenarioError
from sim.scenario.cases.features import expected_of
from sim.scenario.cases.words import in_words
from sim.scenario.evidence.features import feature_data
from sim.scenario.number import out_of_bounds
from sim.scenario.shapes.features import Feature, Features
from sim.scenario.shapes.sections import Effects
from tests.reading import document_of, rows_of, text_of

FILE = """\
name: Test
months: 24
discount_rate: 10%
company:
  users: 10
  hourly_cost: $50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: $2k
  gross_margin: 60%
  customers: 200
  revenue_per_customer: $9000
  churn: 20%
  tickets_per_month: 100
  cost_per_ticket: $8
  quotes_per_month: 50
  yearly_revenue: $1M
  errors_per_month: 10
  cost_per_error: $90
  misplanning_per_month: $500
common:
  effects: {time_realised: 70%, deal_value: 1%}
vendors:
  A: {licence: {list_price: $40}, FEATURES}
  B: {licence: {list_price: $60}}
"""

MOVES = {
    "order_fulfilment": {"order to cash", "fewer errors"},
    "support": {"support"},
    "cross_selling": {"customer margin"},
    "upselling": {"customer margin"},
    "renewals": {"customer margin"},
    "quoting": {"quotes and commissions"},
    "web_to_lead": {"customer margin"},
    "portal": {"support"},
    "forecasting": {"better forecasts"},
    "commissions": {"quotes and commissions"},
}

LEVERS = {"cross_selling": "cross_sell", "upselling": "cross_sell", "renewals": "retention", "web_to_lead": "leads"}


def loaded(tmp_path, features="", source=FILE):
    path = tmp_path / "x.yaml"
    path.write_text(source.replace(", FEATURES", f", {features}" if features else ""), encoding="utf-8")
    return sim.load(path)


def problems(tmp_path, features, source=FILE):
    with pytest.raises(ScenarioError) as error:
        loaded(tmp_path, features, source)
    return [f"{p.line}: {p.place}: {p.message}" for p in error.value.problems]


def lines_of(scenario, vendor="A", draws=1024):
    return {name: total.value for name, total in scenario.run(draws=draws)[vendor].line_means().items()}


def test_the_features_of_the_file_are_those_of_the_data_and_their_levers_are_effects():
    data = feature_data()
    assert set(data.features) == set(Feature) == set(Features.model_fields) - {"source", "note"}
    assert {lever for entry in data.features.values() for lever in entry.moves} == set(data.levers)
    assert set(data.levers) <= set(Effects.model_fields)


def test_the_shares_of_a_lever_never_exceed_it():
    totals = {}
    for entry in feature_data().features.values():
        for lever, share in entry.moves.items():
            totals[lever] = totals.get(lever, 0) + share
    assert totals == dict.fromkeys(totals, 1.0) | {"churn_reduction": 0.5}


@pytest.mark.parametrize("lever", feature_data().levers)
def test_the_prior_of_a_lever_belongs_there_fits_and_starts_at_no_effect(lever):
    prior = feature_data().prior(lever)
    assert f"effects.{lever}" in prior.places
    assert not out_of_bounds(*prior.distribution.reach, expected_of(lever))
    assert prior.distribution.ends[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_that_is_only_listed_changes_nothing(tmp_path, feature):
    plain, listed = loaded(tmp_path), loaded(tmp_path, f"features: {{{feature}: full}}")
    assert listed.cases["A"].lines == plain.cases["A"].lines
    assert listed.cases["A"].inputs == plain.cases["A"].inputs
    assert [n.counts for n in listed.setting.features] == ["not counted: recorded only"] * len(
        feature_data().features[feature].moves
    )


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_that_counts_moves_its_own_lines_and_leaves_the_others_alone(tmp_path, feature):
    before = loaded(tmp_path)
    after = loaded(tmp_path, f"features: {{{feature}: full}}, feature_effects: default")
    was, now = lines_of(before), lines_of(after)
    moved = {name for name in now if now[name] != was.get(name, 0.0)}
    assert moved == MOVES[feature]
    assert all(now[name] > was.get(name, 0.0) for name in moved)
    assert lines_of(after, "B") == lines_of(before, "B")


@pytest.mark.parametrize(("feature", "lever"), LEVERS.items())
def test_a_feature_on_customers_moves_one_lever_of_the_book(tmp_path, feature, lever):
    before, after = (
        next(line for line in scenario.cases["A"].lines if line.name == "customer margin")
        for scenario in (
            loaded(tmp_path),
            loaded(tmp_path, f"features: {{{feature}: full}}, feature_effects: default"),
        )
    )
    changed = [name for name in vars(before) if getattr(before, name) != getattr(after, name)]
    assert changed == [lever]


@pytest.mark.parametrize(
    ("quality", "share"), [("full", 1.0), ("basic", 0.5), ("30%", 0.3), ("0.25", 0.25), ("{value: 80%}", 0.8)]
)
def test_the_quality_is_the_share_of_the_effect(tmp_path, quality, share):
    scenario = loaded(tmp_path, f"features: {{portal: {quality}}}, feature_effects: [portal]")
    (found,) = scenario.cases["A"].inputs
    law = Pert(low=0, mode=0.1, high=0.25)
    u = np.linspace(0.01, 0.99, 9)
    assert found.distribution.ppf(u) == pytest.approx(law.ppf(u) * share)
    assert found.distribution.mean == pytest.approx(law.mean * share)
    assert found.distribution.cdf(law.ppf(u) * share) == pytest.approx(u)


def test_two_features_on_one_lever_share_its_effect_and_never_exceed_it(tmp_path):
    law = feature_data().distribution("cross_sell")
    for features, share in (("cross_selling: full", 0.5), ("cross_selling: full, upselling: basic", 0.75)):
        (found,) = loaded(tmp_path, f"features: {{{features}}}, feature_effects: default").cases["A"].inputs
        assert found.distribution == Multiple(of=law, times=share)
    scenario = loaded(tmp_path, "features: {cross_selling: full, upselling: full}, feature_effects: default")
    (found,) = scenario.cases["A"].inputs
    assert (found.key, found.distribution, found.prior) == ("features.cross_sell", law, "cross_sell_lift")


def test_a_feature_of_no_quality_has_no_effect(tmp_path):
    scenario = loaded(tmp_path, "features: {portal: none, quoting: full}, feature_effects: default")
    assert [i.key for i in scenario.cases["A"].inputs] == ["features.hours_per_quote"]


def test_vendors_see_the_same_future_of_a_feature_each_as_much_as_it_has(tmp_path):
    source = FILE.replace("B: {licence: {list_price: $60}}", "B: {licence: {list_price: $60}, features: {portal: 40%}}")
    source = source.replace("common:\n", "common:\n  feature_effects: default\n")
    run = loaded(tmp_path, "features: {portal: full}", source).run(draws=1024).run
    full, part = run.inputs["features.tickets_deflected"], run.inputs["features.tickets_deflected at 40%"]
    assert part == pytest.approx(full * 0.4, rel=1e-12)


def test_features_leave_the_draws_of_every_other_input_as_they_are(tmp_path):
    source = FILE.replace("deal_value: 1%", "deal_value: {dist: pert, low: 0%, mode: 1%, high: 5%}")
    before = loaded(tmp_path, source=source).run(draws=512).run.inputs
    after = loaded(tmp_path, "features: {portal: full}, feature_effects: default", source).run(draws=512).run.inputs
    assert np.array_equal(before["common.effects.deal_value"], after["common.effects.deal_value"])


def test_common_features_hold_for_every_vendor_that_does_not_say_otherwise(tmp_path):
    source = FILE.replace(
        "common:\n", "common:\n  features: {portal: full, quoting: full}\n  feature_effects: [portal]\n"
    )
    scenario = loaded(tmp_path, "features: {portal: none}", source)
    assert [[i.key for i in case.inputs] for case in scenario.cases.values()] == [[], ["features.tickets_deflected"]]


@pytest.mark.parametrize(
    ("feature", "given", "facts"),
    [
        ("renewals", "churn_reduction: 5%", ""),
        ("renewals", "retention_points: 2%", ""),
        ("web_to_lead", "leads: 3%", ""),
        ("web_to_lead", "cost_per_lead_cut: 3%", "  marketing_per_month: $2k\n"),
        ("portal", "tickets_deflected: 4%", ""),
        ("upselling", "cross_sell: 4%", ""),
    ],
)
def test_a_lever_that_the_scenario_moves_itself_is_refused(tmp_path, feature, given, facts):
    source = FILE.replace("deal_value: 1%", f"deal_value: 1%, {given}")
    source = source.replace("  users: 10\n", f"  users: 10\n{facts}")
    (found,) = problems(tmp_path, f"features: {{{feature}: full}}, feature_effects: default", source)
    lever, way = next(iter(feature_data().features[Feature(feature)].moves)), given.split(":", maxsplit=1)[0]
    assert f"{feature} of A moves effects.{lever}, which effects.{way} moves already" in found
    assert "would count twice" in found
    listed = loaded(tmp_path, f"features: {{{feature}: full}}", source)
    own = in_words(("effects", way))
    assert listed.setting.features[0].counts == f"not counted: the scenario has a figure of its own, {own}"


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("features: {portal: great}", "24: vendors.A.features.portal: 'great' is no quality (write full, basic, none,"),
        ("features: {portal: true}", "true is no quality"),
        ("features: {portal: 120%}", "120% will not do (a quality lies between 0% and 100%)"),
        ("features: {portal: {value: full, grade: A}}", "cannot read this as a quality"),
        ("features: {portals: full}", "vendors.A.features.portals: unknown key 'portals' (did you mean 'portal'?)"),
        ("features: {portal: full}, feature_effects: all", "expected default or a list of features, got 'all'"),
        ("features: {portal: full}, feature_effects: []", "expected default or a list of features, got a list"),
        ("features: {portal: full}, feature_effects: [porta]", "no feature is called 'porta' (one of: order_fulfil"),
        ("features: {portal: full}, feature_effects: [portal, portal]", "'portal' is listed twice"),
        ("feature_effects: default", "no features of A are listed"),
        ("features: {portal: full}, feature_effects: [quoting]", "quoting is not among the features of A (list it:"),
        ("features: {portal: none}, feature_effects: [portal]", "portal is not among the features of A"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(tmp_path, features, expected):
    (found,) = problems(tmp_path, features)
    assert expected in found
    assert found.startswith("24: vendors.A.feature")


def test_a_list_for_all_names_features_that_some_vendor_has(tmp_path):
    source = FILE.replace("common:\n", "common:\n  feature_effects: [portal, quoting]\n")
    (found,) = problems(tmp_path, "features: {portal: full}", source)
    assert "common.feature_effects: quoting is not among the features of any vendor" in found


def test_a_feature_with_nothing_to_act_on_is_refused_like_an_effect(tmp_path):
    source = FILE.replace("  quotes_per_month: 50\n", "")
    (found,) = problems(tmp_path, "features: {quoting: full}, feature_effects: default", source)
    assert "vendors.A.feature_effects: has nothing to act on without company.quotes_per_month" in found


def test_hours_of_a_feature_may_be_the_same_as_the_hours_saved(tmp_path):
    source = FILE.replace("deal_value: 1%", "deal_value: 1%, hours_saved: 1")
    scenario = loaded(tmp_path, "features: {quoting: full}, feature_effects: default", source)
    assert any("[same-hours]" in warning.message for warning in scenario.warnings)


def test_features_that_bring_one_vendor_more_are_warned_of_by_name(tmp_path):
    (warning,) = loaded(tmp_path, "features: {portal: full}, feature_effects: default").warnings
    assert (warning.place, warning.line) == ("vendors.A.features", 24)
    assert "more tickets_deflected than another vendor's" in warning.message
    assert warning.message.endswith("[feature-effect]")


def test_reports_list_features_quality_what_each_moved_and_the_source(tmp_path):
    features = "features: {portal: {value: basic, source: '=data | sheet'}, quoting: full}, feature_effects: [portal]"
    results = loaded(tmp_path, features).run(draws=64)
    rows = rows_of(text_of(results, "features.csv"))
    assert [row["feature"] for row in rows] == ["Quoting inside the CRM", "Customer portal"]
    assert rows[1]["quality"] == "basic"
    assert rows[1]["about_quality"] == "'=data | sheet"
    assert rows[1]["counts"] == "50% of the default prior tickets_deflected, pert: low 0%, mode 10%, high 25%"
    assert rows[1]["source"].startswith("grade C: 10 to 25% in surveys")
    assert rows[0]["counts"] == "not counted: recorded only"
    assert document_of(results)["features"][1]["moves"] == "effects.tickets_deflected"
    text = text_of(results)
    assert "## Features" in text
    assert "basic (=data \\| sheet)" in text
    assert ["vendors.A.features.portal", "basic"] in [[a.place, a.asked] for a in results.setting.assumptions]


def test_the_model_page_lists_what_each_feature_moves():
    text = Path("docs/model.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (`[a-z_`, ]+`) \| (`[a-z_`, ]+`)(?:, half of it(?: each)?)? \|$", text, re.MULTILINE))
    said = {
        name: set(re.findall(r"`(\w+)`", moves))
        for names, moves in rows.items()
        for name in re.findall(r"`(\w+)`", names)
    }
    assert {feature: said[feature] for feature in Feature} == {
        name: set(entry.moves) for name, entry in feature_data().features.items()
    }


def test_a_report_without_features_does_not_speak_of_them(tmp_path):
    assert "## Features" not in text_of(loaded(tmp_path).run(draws=64))


def test_the_command_lists_every_feature_with_its_effect_grade_and_source():
    found = CliRunner().invoke(app, ["features"])
    assert found.exit_code == 0
    assert all(f"{feature} - " in found.output for feature in Feature)
    assert "P10 4.72%, P50 10.6%, P90 17.2%" in " ".join(found.output.split())
    assert "50% of the prior cross_sell_lift" in found.output
    assert max(map(len, found.output.splitlines())) <= 80
