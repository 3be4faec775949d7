"""Priors and list prices as text: the table, one entry, words to look for, every width."""

from datetime import date

import pytest

from sim.cli import main as cli
from sim.cli.evidence import figures, matching, priors_lines, vendors_lines
from sim.errors import UsageError
from sim.scenario.evidence.catalogue import Price, catalogue
from sim.scenario.evidence.priors import priors

TODAY = date(2026, 11, 20)


def test_the_table_has_every_prior_with_its_figures_law_grade_and_source():
    text = "\n".join(priors_lines("", 400))
    for prior in priors():
        row = next(line for line in text.splitlines() if line.split()[:1] == [prior.name])
        assert row.split()[1:] == [*figures(prior), prior.grade]
        assert f"  {prior.law.text}; {prior.source}" in text
    assert "revenue_claim" in text


def test_figures_are_in_the_unit_of_the_prior():
    assert figures(priors().named("discount_rate")) == ["8.34%", "10%", "11.7%"]
    assert figures(priors().named("migration_cost"))[1].startswith("$4")


def test_a_word_finds_names_places_meanings_and_sources():
    names = {prior.name for prior in matching("damodaran")[0]}
    assert names == {"discount_rate"}
    assert {prior.name for prior in matching("licence.uplift")[0]} == {"renewal_uplift", "renewal_uplift_long_term"}
    found, refused = matching("REVENUE")
    assert [name for name, _ in refused] == ["revenue_claim"]
    assert "cross_sell_lift" in {prior.name for prior in found}
    assert not any("conversion_lift" in line for line in priors_lines("damodaran", 80))


def test_a_word_found_nowhere_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"no prior has 'adoptoin' in its .* \(did you mean 'adoption'\?\)"):
        priors_lines("adoptoin", 80)


def test_one_prior_shows_all_its_evidence():
    text = "\n".join(priors_lines("conversion_lift", 200))
    prior = priors().named("conversion_lift")
    for part in (prior.means, prior.conditional, prior.law.text, str(prior.source), "2026-10-07", "effects.conversion"):
        assert part in text
    for seen in prior.published:
        assert f"{seen.grade}  {seen.says} ({seen.source})" in text
    assert "an extreme claim" in "\n".join(priors_lines("conversion_claim", 80))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_page(width):
    for name in ("", "overrun_cloud"):
        assert max(map(len, priors_lines(name, width))) <= max(width, 66)
    for name in (None, *catalogue()):
        assert max(map(len, vendors_lines(name, TODAY, width))) <= max(width, 79)


def test_the_vendors_show_price_age_grade_and_source_and_flag_the_old():
    text = "\n".join(vendors_lines(None, TODAY, 100))
    rows = {line.split()[0]: line for line in text.splitlines() if line.split() and line.split()[0] in catalogue()}
    assert rows["vtiger"].split() == ["vtiger", "$0", "to", "50", "2026-10-07", "44", "days", "A"]
    assert rows["zoho"].split()[-4:] == ["14", "months", "old", "A-C"]
    assert "Vendor      A seat and month" in text
    assert rows["netsuite"].split()[1] == "$129"
    assert "Oracle NetSuite, and a platform fee; Redress Compliance" in text
    assert "old: a price was read more than 12 months ago" in text


def test_a_vendor_shows_every_edition_its_terms_and_what_others_print():
    text = "\n".join(vendors_lines("salesforce", TODAY, 200))
    assert "enterprise       $175              annual   3 months  A" in text
    assert "also €175, £140, AUD 245, ¥21,000, SEK 1,750" in text
    assert "renewals, a year: +7% in a term of 12 months" in text
    assert "165 for Enterprise after the rise of August 2025 (Redress Compliance)" in text
    assert "old:" not in text
    assert "old:" in "\n".join(vendors_lines("salesforce", date(2027, 8, 14), 200))
    assert "(from 15 seats)" in "\n".join(vendors_lines("sugarcrm/standard", TODAY, 80))
    assert "monthly billing: +20% to 30%" in "\n".join(vendors_lines("pipedrive", TODAY, 80))


def test_a_price_is_a_number_or_a_uniform_range():
    assert Price(2, 2).text() == "2"
    assert Price(1, 2.5).text("USD {:g}") == {"dist": "uniform", "low": "USD 1", "high": "USD 2.5"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["priors", "receivables"], "receivables_days"),
        (["priors", "ramp_months"], "exponential climb"),
        (["vendors"], "freshsales"),
        (["vendors", "sugarcrm"], "SugarCRM SugarAI"),
    ],
)
def test_the_commands_print(arguments, said, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 0
    assert said in capsys.readouterr().out


def test_an_unknown_vendor_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["vendors", "vtigr"])
    assert left.value.code == 2
    assert capsys.readouterr().err == "sim: the catalogue has no vendor 'vtigr' (did you mean 'vtiger'?)\n"
