"""Presets: every industry and size runs as it is, says where each number comes from, and refuses what is not there."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.main import app, main
from sim.errors import UsageError
from sim.scenario.evidence.catalogue import catalogue, entry
from sim.scenario.evidence.presets import preset_data, preset_text
from sim.scenario.evidence.priors import priors
from sim.scenario.loading import load_file

INDUSTRIES = ("retail", "finance", "hospitality", "insurance", "consulting", "manufacturing", "wholesale", "software")
SIZES = ("small", "medium", "large")
TODAY = date(2026, 11, 24)
EVERY = [(industry, size) for industry in INDUSTRIES for size in SIZES]


@cache
def loaded(*choice, load=sim.load):
    """A preset as it can run: of an industry, a size, and vendors if not the usual ones."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "preset.yaml")
        path.write_text(preset_text(*choice), encoding="utf-8")
        return load(path, today=TODAY)


def test_the_industries_and_sizes_are_those_that_help_and_documentation_name():
    assert tuple(preset_data().industries) == INDUSTRIES
    assert tuple(preset_data().sizes) == SIZES
    text = " ".join(CliRunner().invoke(app, ["init", "--help"], env={"COLUMNS": "200"}).output.split())
    assert "retail, finance, hospitality, insurance, consulting, manufacturing, wholesale or software" in text


@pytest.mark.parametrize(("industry", "size"), EVERY)
def test_every_preset_runs_as_it_is_without_a_warning(industry, size):
    scenario = loaded(industry, size)
    assert scenario.warnings == ()
    results = scenario.run(draws=128)
    assert len(results) == 3
    for result in results.values():
        assert (result["cost"] > 0).all()
        assert -1 <= result["roi"].min() < result["roi"].max() < 100
        assert 0 < result.probability("npv", above=0).value < 1


@pytest.mark.parametrize(("industry", "size"), EVERY)
def test_leaving_training_out_never_raises_the_mean_npv(industry, size, tmp_path):
    whole = loaded(industry, size).run(draws=256)
    text, left_out = re.subn(r"    (cash_per_user|hours_per_user|refresh): .*\n", "", preset_text(industry, size))
    assert left_out == 3
    path = tmp_path / "untrained.yaml"
    path.write_text(text, encoding="utf-8")
    without = sim.load(path, today=TODAY).run(draws=256)
    for name, result in whole.items():
        assert result["npv"].mean() > without[name]["npv"].mean(), name


@pytest.mark.parametrize(("industry", "size"), EVERY)
def test_every_number_of_a_preset_has_a_source_and_what_is_assumed_says_so(industry, size):
    scenario = loaded(industry, size)
    inputs = {a.place.removeprefix("inputs.") for a in scenario.setting.assumptions if a.place.startswith("inputs.")}
    silent = [a.place for a in scenario.setting.assumptions if not a.source and a.asked not in inputs]
    assert silent == []
    made_up = [a.source for a in scenario.setting.assumptions if "made-up" in a.source]
    assert made_up
    assert all(source.startswith("assumption: ") for source in made_up)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_a_made_up_firm_can_live(industry):
    """Its margin is about $120k a user and year, and its new customers replace those who leave, plus growth of 3%."""
    found = loaded(industry, "medium", load=load_file)
    fact = {key: leaf.content for key, leaf in dict(found.file.company).items() if hasattr(leaf, "content")}
    wins = 12 * fact["leads_per_month"] * fact["conversion_rate"]
    revenue = wins * fact["deal_value"] + fact["customers"] * fact["revenue_per_customer"]
    assert revenue * fact["gross_margin"] / fact["users"] == pytest.approx(120_000, rel=0.1)
    leaving = fact["customers"] * (fact["churn"] + 0.03)
    assert wins * fact["recurring_share"] == pytest.approx(leaving, rel=0.15)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("vendor", preset_data().vendors)
def test_every_vendor_has_an_edition_for_every_size(vendor, size):
    scenario = loaded("wholesale", size, (vendor,))
    assert all(warning.message.endswith("[old-price]") for warning in scenario.warnings)
    (case,) = scenario.cases.values()
    about, edition = entry(f"{vendor}/{getattr(preset_data().vendors[vendor], size)}")
    assert case.vendor == f"{about.title} {edition.name}"
    assert not edition.partial


def test_vendors_and_priors_of_presets_are_those_of_the_program():
    data = preset_data()
    assert set(data.vendors) == set(catalogue())
    assert set(data.default_vendors) <= set(data.vendors)
    names = {v.discount for v in data.vendors.values()} | {n for s in data.sizes.values() for n in (s.live, s.delay)}
    assert names <= set(priors().priors)


def test_vendors_are_taken_as_given_in_their_order():
    scenario = loaded("software", "small", ("sugarcrm", "zoho/enterprise", "vtiger/growth"))
    names = ["SugarCRM", "Zoho", "Vtiger"]
    assert [name.partition(" ")[0] for name in scenario.cases] == names


def test_renewals_rise_as_the_catalogue_says_and_otherwise_by_the_prior():
    scenario = loaded("software", "large", ("sugarcrm", "vtiger"))
    uplifts = [
        next(line for line in case.lines if line.name == "subscription").uplift for case in scenario.cases.values()
    ]
    assert uplifts[0] == pytest.approx(0.08)
    assert "renewal_uplift" in uplifts[1].key


def test_the_brand_makes_no_difference_to_what_a_preset_gains():
    """What a lever does is drawn once for all vendors, and the same (CRMGuru: the brand does not drive success)."""
    scenario = loaded("retail", "medium")
    lines = [[line for line in case.lines if line.nature.is_benefit] for case in scenario.cases.values()]
    assert lines[0] == lines[1] == lines[2]


def test_the_text_names_the_command_that_makes_it_again():
    text = preset_text("insurance", "large", ["hubspot", "vtiger/ai"])
    line = next(line for line in text.splitlines() if "sim init" in line)
    arguments = line.partition("sim init ")[2].split()
    assert CliRunner().invoke(app, ["init", *arguments]).output == text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--industry", "retial"], "no industry is called 'retial' (did you mean 'retail'? one of: retail, finance,"),
        (["--industry", "retail", "--size", "huge"], "no size is called 'huge' (one of: small, medium, large)"),
        (["--industry", "retail", "--vendors", "acme"], "no vendor is called 'acme' (one of: vtiger, hubspot, sales"),
        (["--industry", "retail", "--vendors", ""], "no vendor is called ''"),
        (["--industry", "retail", "--vendors", "vtiger/gold"], "no edition of vtiger is called 'gold' (one of: pilot"),
        (["--industry", "retail", "--vendors", "vtiger,vtiger"], "the vendor 'vtiger/enterprise' is given twice"),
        (["--size", "small"], "--size goes with --industry (such as: sim init --industry retail --size small)"),
        (["--vendors", "zoho"], "--vendors goes with --industry"),
    ],
)
def test_what_is_not_there_is_one_clear_error_with_the_choices(tmp_path, capsys, arguments, expected):
    out = tmp_path / "x.yaml"
    with pytest.raises(SystemExit) as stop:
        main(["init", *arguments, "--out", str(out)])
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert expected in message
    assert message.count("\n") == 1
    assert not out.exists()


def test_a_library_call_raises_the_same_error():
    with pytest.raises(UsageError, match="no size is called 'tiny'"):
        preset_text("retail", "tiny")


def test_init_without_an_industry_writes_the_starter_as_before():
    found = CliRunner().invoke(app, ["init"])
    assert found.output.startswith("# A scenario to start from.")
