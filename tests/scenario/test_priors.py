"""Priors: what comes with the program is sound, and a scenario uses it by name, never silently."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.analysis.preview import previews
from sim.errors import ScenarioError
from sim.model.evaluation import evaluate
from sim.numbers.kinds import Kind
from sim.scenario.checks.priors import field_of
from sim.scenario.evidence.priors import FILE, priors, read_priors
from sim.scenario.evidence.reading import Grade, data_text
from sim.scenario.number import Expects, expects_of, out_of_bounds
from sim.scenario.shapes.file import Offer, ScenarioFile
from sim.scenario.shapes.sections import Company, EventShape

BASE = """\
name: T
{currency}months: 24
discount_rate: {rate}
company:
  {{users: 10, hourly_cost: 50, leads_per_month: 100, conversion_rate: 5%, deal_value: 4000, gross_margin: 60%,
  customers: 100, revenue_per_customer: 20k, churn: {churn}}}
inputs: {inputs}
common:
  effects: {effects}
vendors:
  A: {{licence: {{list_price: 42, billing: monthly}}, implementation: {implementation}}}
"""


def text(rate="10%", churn="20%", inputs="{}", effects="{conversion: 10%}", implementation="{}", currency=""):
    return BASE.format(
        rate=rate, churn=churn, inputs=inputs, effects=effects, implementation=implementation, currency=currency
    )


@pytest.fixture
def load(tmp_path):
    def loaded(**parts):
        path = tmp_path / "t.yaml"
        path.write_text(text(**parts), encoding="utf-8")
        return sim.load(path)

    return loaded


def refusals(load, **parts):
    with pytest.raises(ScenarioError) as caught:
        load(**parts)
    return [str(problem).partition("t.yaml:")[2] for problem in caught.value.problems]


def expects_at(place):
    section, _, key = place.rpartition(".")
    if section == "events":
        shape = EventShape
    elif section == "company":
        shape = Company
    else:
        shape = type(getattr(Offer(), section)) if section else ScenarioFile
    return expects_of(shape, key)


@pytest.mark.parametrize("prior", list(priors()), ids=lambda prior: prior.name)
def test_a_prior_fits_every_place_it_is_made_for(prior):
    for place in prior.places:
        expects = expects_at(place)
        assert isinstance(expects, Expects), place
        assert expects.kind is prior.unit, place
        assert not out_of_bounds(*prior.distribution.reach, expects), place


def test_every_kind_of_number_has_a_prior_and_an_assumption_says_so():
    found = list(priors())
    assert {prior.unit for prior in found} == set(Kind) - {Kind.ANY}
    for prior in found:
        assert (prior.grade is Grade.NONE) == prior.source.startswith("assumption: ")
        assert prior.grade is Grade.NONE or prior.claim or prior.published, prior.name
        assert prior.as_of.year == 2026


def test_effects_and_rollout_have_priors_for_all_but_what_only_the_firm_knows():
    known = {place for prior in priors() for place in prior.places}
    offer = Offer()
    for section, without in {
        "effects": {"retention_points", "cost_per_lead_use", "time_realised_on"},
        "rollout": {"shape"},
        "training": set(),
        "administration": {"admin_cost", "cost_per_month"},
    }.items():
        keys = set(type(getattr(offer, section)).model_fields) - {"source", "note"}
        assert {key for key in keys if f"{section}.{key}" not in known} == without


def test_the_laws_are_those_proposed():
    law = priors().named("conversion_lift").distribution
    a, b = 1 + 4 * 0.12 / 0.37, 1 + 4 * 0.25 / 0.37
    assert law.ppf(np.array([0.1, 0.9])) == pytest.approx(stats.beta(a, b, -0.02, 0.37).ppf([0.1, 0.9]), abs=1e-9)
    assert priors().named("cancellation_chance").distribution.mean == pytest.approx(0.1)


def test_the_overrun_has_the_published_share_beyond_half_and_a_heavier_tail_without_a_cloud():
    cloud, bespoke = (priors().named(f"overrun_{kind}").distribution for kind in ("cloud", "bespoke"))
    a, b = 1 + 4 * 0.25 / 0.9, 1 + 4 * 0.65 / 0.9
    beyond = 0.9 * stats.beta(a, b, 0.9, 0.9).sf(1.5) + 0.1
    assert 1 - cloud.cdf(np.array([1.5]))[0] == pytest.approx(beyond, abs=1e-7)
    assert 0.12 < beyond < 0.2  # 18% of IT projects run over by more than half (Flyvbjerg and Gardner)
    for law, alpha in ((cloud, 2.5), (bespoke, 1.5)):
        left = ((1.8 / 3) ** alpha - (1.8 / 10) ** alpha) / (1 - (1.8 / 10) ** alpha)
        assert 1 - law.cdf(np.array([3.0]))[0] == pytest.approx(0.1 * left, abs=1e-7)
        assert law.ends[1] <= 10


def test_claims_of_more_output_are_hours_of_a_week_of_forty():
    assert priors().named("productivity_claim").distribution.mean == pytest.approx(40 * (1 - 1 / 1.34), abs=0.005)
    assert priors().named("productivity_claim_vtiger").distribution.mean == pytest.approx(40 * (1 - 1 / 1.26), abs=0.01)
    assert priors().named("acquisition_cost_claim").distribution.mean == pytest.approx(1 / 0.83 - 1, abs=5e-5)


@pytest.mark.parametrize(
    "parts",
    [
        {"effects": "{conversion: {prior: conversion_lift}}"},
        {"effects": "{conversion: lift}", "inputs": "{lift: {prior: conversion_lift}}"},
        {"effects": "{conversion: {value: {prior: conversion_lift}, note: here}}"},
    ],
)
def test_a_prior_draws_as_its_distribution_does_and_says_that_it_is_one(load, parts):
    key = "lift" if "inputs" in parts else "common.effects.conversion"
    same = {
        name: value.replace("{prior: conversion_lift}", "{dist: pert, low: -2%, mode: 10%, high: 35%}")
        for name, value in parts.items()
    }
    asked, plain = load(**parts), load(**same)
    assert list(asked.run(draws=256)["A"]["npv"]) == list(plain.run(draws=256)["A"]["npv"])
    drawn = next(p.input for p in previews(asked.cases) if p.input.key == key)
    assert drawn.asked == "default prior conversion_lift, pert: low -2%, mode 10%, high 35%"
    assert drawn.source.startswith("grade C: vendor and consultant claims")
    assert drawn.note == ("here" if "here" in str(parts) else priors().named("conversion_lift").note)
    said = next(a for a in asked.setting.assumptions if a.asked == drawn.asked)
    assert said.source == drawn.source
    assert not asked.warnings


def test_a_source_of_the_file_stands_before_the_priors(load):
    found = load(effects="{conversion: {prior: conversion_lift, source: our talk with Ann}}")
    assert found.cases["A"].inputs[0].source.startswith("our talk with Ann; grade C: ")


def test_a_chance_counts_with_the_mean_of_its_prior(load):
    found = load(
        effects="{conversion: 10%}\n  events: {stop: {probability: {prior: cancellation_chance}, cancelled_after: 50%}}"
    )
    happens = next(i for i in found.cases["A"].inputs if i.key.endswith("events.stop"))
    assert happens.distribution.mean == pytest.approx(0.1)
    assert "cancellation_chance" in happens.asked


def test_a_prior_and_a_distribution_replace_each_other_whole_in_a_file_that_extends(tmp_path, load):
    path = tmp_path / "over.yaml"
    path.write_text("extends: t.yaml\ncommon: {effects: {conversion: {prior: conversion_lift}}}\n", "utf-8")
    for below in ("{dist: uniform, low: 1%, high: 2%}", "{prior: acquisition_cost_claim, note: below}"):
        load(effects=f"{{conversion: {below}}}")
        (drawn,) = sim.load(path).cases["A"].inputs
        assert drawn.distribution == priors().named("conversion_lift").distribution
        assert drawn.note != "below"


def test_an_unknown_prior_is_refused_with_near_names(load):
    found = refusals(load, effects="{conversion: {prior: conversion_lit}, churn_reduction: {prior: zzz}}")
    assert found == [
        "9:33: common.effects.conversion.prior: no prior is called 'conversion_lit' (did you mean 'conversion_lift' or"
        " 'conversion_claim'? 'sim priors' lists all)",
        "9:75: common.effects.churn_reduction.prior: no prior is called 'zzz' ('sim priors' lists all)",
    ]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"effects": "{conversion: {prior: hours_saved}}"},
            "common.effects.conversion.prior: the prior 'hours_saved' is a number of hours where a rate is expected",
        ),
        (
            {"effects": "{conversion: lift}", "inputs": "{lift: {prior: ramp_months}}"},
            "common.effects.conversion: 'lift' is a number of months where a rate is expected (write 12% or 0.12)",
        ),
        (
            {"effects": "{conversion: {prior: revenue_claim}}"},
            "'revenue +29%' (NetSuite, How to measure CRM ROI) is no input: revenue follows from leads",
        ),
        (
            {"effects": "{deal_value: {prior: conversion_claim}}"},
            "common.effects.deal_value: the claim 'conversion_claim' is about effects.conversion (it makes no sense",
        ),
        (
            {"effects": "{cross_sell: x}", "inputs": "{x: {prior: conversion_claim}}"},
            "common.effects.cross_sell: the claim 'conversion_claim' is about effects.conversion",
        ),
        (
            {"effects": "{retention_lift: {prior: retention_claim}}"},
            "implies 104% retention, above 100%",
        ),
        ({"effects": "{conversion: {prior: conversion_lift, case: high}}"}, "unknown key 'case'"),
        (
            {"implementation": "{migration: {prior: migration_cost}}", "currency": "currency: EUR\n"},
            "is in USD, the scenario in EUR (write the range in EUR: it is pert: low $2k, mode $4k, high $10k)",
        ),
        (
            {"effects": "{conversion: {dist: shifted, of: {prior: conversion_lift}, by: 1%}}"},
            "expected a rate, got a mapping",
        ),
    ],
)
def test_a_prior_that_does_not_fit_is_refused(load, parts, message):
    (found,) = refusals(load, **parts)
    assert message in found


def test_a_claim_warns_by_name(load):
    found = load(effects="{conversion: {prior: conversion_claim}}", churn="25%")
    warning, slip = found.warnings
    assert slip.message.endswith("[return-out-of-range]"), "a claim that returns what no CRM does"
    assert warning.message.startswith("'conversion_claim' is a stress case, not a forecast: conversion three times")
    assert warning.message.endswith("[stress-case]")
    asked = {a.place: a.asked for a in found.setting.assumptions}["common.effects.conversion"]
    assert asked == "stress case conversion_claim, constant: value 300%"


def test_retention_can_rise_by_30_percent_only_where_it_is_below_76_9(load):
    assert load(effects="{retention_lift: {prior: retention_claim}}", churn="24%").warnings


def test_a_prior_elsewhere_warns(load):
    (found,) = load(effects="{conversion: {prior: churn_reduction}}").warnings
    assert found.message.startswith("the evidence of the prior 'churn_reduction' is about effects.churn_reduction")
    assert found.message.endswith("[prior-elsewhere]")


def test_the_field_of_a_place_leaves_out_names_of_the_planner():
    assert field_of(("vendors", "A", "licence", "discount", 1)) == "licence.discount"
    assert field_of(("common", "events", "weak", "benefits")) == "events.benefits"
    assert field_of(("discount_rate",)) == "discount_rate"


def test_what_is_wrong_with_the_data_is_said_with_its_line():
    broken = (
        data_text(FILE)
        .replace("unit: rate", "unit: share", 1)
        .replace("grade: none", "grade: A", 1)
        .replace("{dist: pert, low: 0%, mode: 2%, high: 10%}", "{dist: pert, low: 9%, mode: 2%, high: 10%}")
    )
    with pytest.raises(ScenarioError) as caught:
        read_priors(broken, shown="priors.yaml")
    assert [p.place for p in caught.value.problems] == ["priors.attribution.unit", "priors.leads_lift.law"]
    assert caught.value.problems[0].line == 14
    with pytest.raises(ScenarioError, match=r"priors.attribution: grade none and a source 'assumption: ...' go"):
        read_priors(data_text(FILE).replace("grade: none", "grade: A", 1), shown="priors.yaml")


def test_a_quote_by_the_licence_is_its_multiple_of_the_first_year(load):
    def cost(implementation):
        return evaluate(load(implementation=implementation).cases["A"], {}).metrics["cost"][0]

    licence = 24 * 10 * 42
    assert cost("{}") == pytest.approx(licence)
    assert cost("{quote_to_licence: 0.5x}") == pytest.approx(licence + 0.5 * 12 * 10 * 42)
    assert cost("{quote_to_licence: 0.5x, overrun: 2}") == pytest.approx(licence + 12 * 10 * 42)
    (found,) = refusals(load, implementation="{quote: 9k, quote_to_licence: 0.5}")
    assert found.endswith("the quote is said twice, also as implementation.quote (keep one)")


def test_a_vendors_quote_takes_the_place_of_the_common_multiple(load):
    both = load(effects="{conversion: 10%}\n  implementation: {quote_to_licence: 3}", implementation="{quote: 1000}")
    assert evaluate(both.cases["A"], {}).metrics["cost"][0] == pytest.approx(24 * 10 * 42 + 1000)


def test_the_multiple_is_of_what_is_paid_after_discounts_and_for_the_fewest_seats(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(
        text(implementation="{quote_to_licence: 1}").replace(
            "list_price: 42", "list_price: 42, discount: [10%, 20%], minimum_seats: 15"
        ),
        "utf-8",
    )
    year = 12 * 15 * 42 * 0.9 * 0.8
    assert evaluate(sim.load(path).cases["A"], {}).metrics["cost"][0] == pytest.approx(3 * year)


@pytest.mark.parametrize("name", ["overrun_cloud", "overrun_bespoke"])
def test_what_an_overrun_says_of_itself_is_what_its_law_gives(name):
    """The share that runs over by more than half, and by how much on average."""
    prior = priors().named(name)
    x = prior.distribution.ppf((np.arange(1 << 16) + 0.5) / (1 << 16))
    share, by = (x > 1.5).mean(), x[x > 1.5].mean() - 1
    assert f"{share:.0%} run over by more than half, by {by:.0%} on average" in prior.source
    assert prior.grade is Grade.C


AS_PUBLISHED = {
    "time_realised_sales": lambda law: (law.ppf(np.array([0.0, 1.0])), (0.7, 0.9)),  # Nucleus: 70 to 90%
    "weak_rollout_chance": lambda law: (law.mean, pytest.approx(0.25 / 0.9, abs=0.005)),  # of those that go live
    "discount_rate": lambda law: (law.mean, pytest.approx(0.1)),  # Forrester's default
}
"""Priors graded A or B: what their law must give, as published."""


def test_a_high_grade_is_that_of_the_law_as_it_is_used():
    high = {prior.name: prior for prior in priors() if prior.grade in (Grade.A, Grade.B) and not prior.claim}
    assert high.keys() == AS_PUBLISHED.keys()
    for name, prior in high.items():
        found, published = AS_PUBLISHED[name](prior.distribution)
        assert np.allclose(found, published) if isinstance(published, tuple) else found == published, name


def test_what_the_cut_of_the_cycle_says_of_its_best_fifth_is_what_its_law_gives():
    prior = priors().named("cycle_cut")
    best = prior.distribution.ppf(1 - 0.21 * (np.arange(1 << 14) + 0.5) / (1 << 14)).mean()
    assert f"that of this law {best:.0%}" in prior.source
