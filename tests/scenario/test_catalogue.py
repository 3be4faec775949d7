"""The price catalogue: sound data, and list prices that come into a scenario dated, sourced and overridable."""

from datetime import date

import pytest

import sim
from sim.errors import ScenarioError, UsageError
from sim.model.evaluation import evaluate
from sim.model.lines.licence import Billing
from sim.scenario.evidence.catalogue import (
    age,
    age_in_months,
    catalogue,
    entries,
    entry,
    is_old,
    named,
    quote,
    quotes,
    read_vendor,
)
from sim.scenario.evidence.reading import data_text

TODAY = date(2026, 11, 20)
BASE = """\
name: T
currency: {currency}
months: 24
discount_rate: 10%
company: {{users: {users}, leads_per_month: 100, conversion_rate: 5%, deal_value: 4000, gross_margin: 60%}}
common:
  effects: {{conversion: 10%}}
  licence: {common}
vendors:
  A: {vendor}
"""


@pytest.fixture
def load(tmp_path):
    def loaded(vendor, *, currency="USD", users=20, common="{}", today=TODAY):
        path = tmp_path / "t.yaml"
        path.write_text(BASE.format(vendor=vendor, currency=currency, users=users, common=common), "utf-8")
        return sim.load(path, today=today)

    return loaded


def subscription(scenario):
    return scenario.cases["A"].lines[1]


def refusals(load, vendor, **parts):
    with pytest.raises(ScenarioError) as caught:
        load(vendor, **parts)
    return [str(problem).partition("t.yaml:")[2] for problem in caught.value.problems]


def test_the_nine_vendors_are_there_with_dates_sources_and_grades():
    assert list(catalogue()) == [
        "dynamics", "freshsales", "hubspot", "netsuite", "pipedrive", "salesforce", "sugarcrm", "vtiger", "zoho",
    ]  # fmt: skip
    for vendor in catalogue().values():
        for edition in vendor.editions.values():
            for found in quotes(vendor, edition):
                assert found.source
                assert date(2025, 9, 1) < found.as_of < TODAY
                assert found.grade in "ABC"


@pytest.mark.parametrize(
    ("wanted", "price"),
    [
        ("vtiger/growth", 12), ("vtiger/professional", 30), ("vtiger/enterprise", 42), ("vtiger/ai", 50),
        ("salesforce/starter", 25), ("salesforce/pro", 100), ("salesforce/enterprise", 175),
        ("salesforce/unlimited", 350), ("salesforce/agentforce", 550), ("dynamics/professional", 65),
        ("dynamics/enterprise", 105), ("dynamics/premium", 150), ("sugarcrm/standard", 59), ("sugarcrm/premier", 135),
        ("pipedrive/lite", 14), ("pipedrive/ultimate", 79), ("zoho/standard", 14), ("zoho/ultimate", 52),
        ("freshsales/growth", 9), ("freshsales/enterprise", 69), ("hubspot/professional", 90),
        ("hubspot/enterprise", 150), ("netsuite/full_user", 129),
    ],
)  # fmt: skip
def test_prices_are_those_read(wanted, price):
    found = quote(*entry(wanted), "USD", Billing.ANNUAL)
    assert (found.price.low, found.price.high) == (price, price)


def test_every_entry_loads_in_every_currency_it_has(load):
    for wanted in entries():
        for found in quotes(*entry(wanted)):
            vendor = f"{{catalogue: {wanted}, licence: {{billing: {found.billing}}}}}"
            assert load(vendor, currency=found.currency, users=3).cases["A"]


def test_the_entry_gives_price_billing_and_where_they_come_from(load):
    found = load("{catalogue: vtiger/enterprise}")
    line = subscription(found)
    assert (line.list_price, line.billing, line.uplift, line.minimum_seats) == (42, Billing.ANNUAL, 0.0, 0.0)
    said = next(a for a in found.setting.assumptions if a.place == "vendors.A.licence.list_price")
    assert said.asked == "USD 42"
    assert said.source == (
        "catalogue vtiger/enterprise, grade A: price page, as recorded by api-evangelist/vtiger, read 2026-10-07"
    )
    assert not found.warnings


def test_what_the_file_says_stands(load):
    line = subscription(load("{catalogue: vtiger/enterprise, licence: {discount: 10%, billing: annual}}"))
    assert (line.list_price, line.discounts) == (42, (0.1,))
    assert subscription(load("{catalogue: vtiger/enterprise, licence: {list_price: $40}}")).list_price == 40
    line = subscription(load("{catalogue: sugarcrm/standard}", common="{uplift: 2%, minimum_seats: 3}"))
    assert (line.list_price, line.uplift, line.minimum_seats) == (59, 0.02, 3)
    line = subscription(load("{catalogue: zoho/standard}", common="{billing: monthly}"))
    assert (line.list_price, line.billing) == (20, Billing.MONTHLY)
    line = subscription(load("{catalogue: salesforce/pro, licence: {list_price: 90}}", common="{billing: monthly}"))
    assert (line.list_price, line.billing) == (90, Billing.MONTHLY)


def test_the_fewest_seats_are_paid(load):
    found = load("{catalogue: sugarcrm/standard}", users=4)
    cost = evaluate(found.cases["A"], {}).metrics["cost"][0]
    assert cost == pytest.approx(24 * 15 * 59)  # the rise of 8% is capped at list


@pytest.mark.parametrize(("term", "rise"), [(12, 0.08), (24, 1.06**2 - 1), (36, 1.04**3 - 1)])
def test_sugar_rises_by_the_term_of_the_contract(load, term, rise):
    line = subscription(load(f"{{catalogue: sugarcrm/advanced, licence: {{term_months: {term} months}}}}"))
    assert line.uplift == pytest.approx(rise, rel=1e-5)
    assert line.capped_at_list


def test_a_rise_is_not_guessed_for_another_term(load):
    assert subscription(load("{catalogue: salesforce/pro}")).uplift == pytest.approx(0.07)
    assert subscription(load("{catalogue: salesforce/pro, licence: {term_months: 36}}")).uplift == 0.0


def test_a_range_of_prices_is_an_input_with_its_source(load):
    found = load("{catalogue: hubspot/starter}")
    (drawn,) = found.cases["A"].inputs
    assert drawn.key == "vendors.A.licence.list_price"
    assert drawn.asked == "uniform: low USD 15, high USD 20"
    assert drawn.distribution.ends == pytest.approx((15, 20))
    assert drawn.source == "catalogue hubspot/starter, grade C: Pertama, read 2026-02-06"


def test_netsuite_has_a_platform_fee_whatever_the_seats(load):
    found = load("{catalogue: netsuite/full_user, licence: {uplift: 0%}}")
    (fee,) = found.cases["A"].inputs
    assert fee.key == "vendors.A.licence.platform_fee"
    assert fee.distribution.ends == pytest.approx((999, 2499))
    fixed = load("{catalogue: netsuite/full_user, licence: {uplift: 10%, discount: 20%, platform_fee: $1000}}")
    year = 12 * (20 * 129 + 1000) * 0.8
    assert evaluate(fixed.cases["A"], {}).metrics["cost"][0] == pytest.approx(year * (1 + 1.1))


def test_monthly_billing_costs_more_where_that_is_known(load):
    (drawn,) = load("{catalogue: pipedrive/growth, licence: {billing: monthly}}").cases["A"].inputs
    assert drawn.distribution.ends == pytest.approx((39 * 1.2, 39 * 1.3))
    assert "grade C" in drawn.source
    (found,) = refusals(load, "{catalogue: vtiger/ai, licence: {billing: monthly}}")
    assert found == (
        "10:18: vendors.A.catalogue: vtiger/ai has no list price for monthly billing (give licence.list_price, or the"
        " other billing)"
    )


def test_another_currency_is_taken_or_refused(load):
    assert subscription(load("{catalogue: salesforce/enterprise}", currency="GBP")).list_price == 140
    (found,) = refusals(load, "{catalogue: vtiger/ai}", currency="EUR")
    assert "vtiger/ai has list prices in USD, none in EUR, the scenario's currency (give licence.list_price in" in found
    line = subscription(load("{catalogue: vtiger/ai, licence: {list_price: €48}}", currency="EUR"))
    assert line.list_price == 48
    (found,) = refusals(load, "{catalogue: netsuite/full_user, licence: {list_price: 110}}", currency="EUR")
    assert found.endswith("has a platform fee in USD (give licence.platform_fee in EUR)")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("vtigr/ai", "the catalogue has no vendor 'vtigr' (did you mean 'vtiger'?)"),
        ("vtiger/enterprize", "Vtiger One has no edition 'enterprize' (did you mean 'enterprise'?)"),
        ("vtiger", "'vtiger' names no edition (write vendor/edition, such as vtiger/enterprise)"),
        ("../../secrets", "the catalogue has no vendor '..' (one of: dynamics, freshsales, hubspot, netsuite,"),
        ("/etc/passwd", "the catalogue has no vendor '' (one of:"),
        ("priors/a", "the catalogue has no vendor 'priors'"),
        ("5", "expected a text, got '5' (put it in quotes)"),
    ],
)
def test_an_entry_is_one_of_the_catalogue_and_never_a_path(load, wanted, message):
    (found,) = refusals(load, f"{{catalogue: {wanted}}}") if wanted != "5" else refusals(load, "{catalogue: 5}")[:1]
    assert found.startswith("10:18: vendors.A.catalogue: ")
    assert message in found


def test_too_many_seats_are_refused_with_the_edition_that_fits(load):
    assert load("{catalogue: vtiger/growth}", users=15)
    (found,) = refusals(load, "{catalogue: vtiger/growth}", users=16)
    assert found == (
        "10:18: vendors.A.catalogue: Vtiger One Growth has at most 15 seats, not 16 (vtiger/professional would fit)"
    )
    (found,) = refusals(load, "{catalogue: vtiger/pilot}", users=12)
    assert found.endswith("has at most 10 seats, not 12 (vtiger/growth would fit)")
    (found,) = refusals(load, "{catalogue: vtiger/pilot, licence: {seats: {dist: uniform, low: 5, high: 11}}}")
    assert "at most 10 seats, not 11" in found


def test_an_old_price_warns_and_one_said_in_the_file_does_not(load):
    (found,) = load("{catalogue: zoho/standard}").warnings
    assert found.message == (
        "the list price of zoho/standard was read 14 months ago, on 2025-09-16 (LiveResearchBench); look it up and give"
        " licence.list_price [old-price]"
    )
    assert not load("{catalogue: zoho/standard, licence: {list_price: 15}}").warnings
    assert not load("{catalogue: zoho/standard}", today=date(2026, 9, 16)).warnings
    assert load("{catalogue: zoho/standard}", today=date(2026, 9, 17)).warnings


def test_age_is_counted_to_today():
    assert age(TODAY, TODAY) == "0 days"
    assert age(date(2026, 11, 19), TODAY) == "1 day"
    assert age(date(2026, 9, 21), TODAY) == "60 days"
    assert age(date(2026, 9, 20), TODAY) == "2 months"
    assert age_in_months(date(2027, 5, 1), TODAY) == 0
    assert is_old(date(2024, 2, 29), date(2025, 3, 2))
    assert not is_old(date(2024, 2, 29), date(2025, 3, 1))


def test_the_day_changes_no_number(load):
    one, other = (load("{catalogue: hubspot/starter}", today=day) for day in (TODAY, date(2031, 1, 1)))
    assert list(one.run(draws=64)["A"]["npv"]) == list(other.run(draws=64)["A"]["npv"])
    assert one.setting.sha256 == other.setting.sha256


def test_the_data_used_is_part_of_the_hash_of_a_scenario(load, monkeypatch):
    first = load("{catalogue: vtiger/ai}").setting.sha256
    monkeypatch.setattr("sim.scenario.loading.data_text", lambda name: f"other {name}")
    assert load("{catalogue: vtiger/ai}").setting.sha256 != first


def test_what_is_wrong_with_a_file_of_prices_is_said_with_its_line():
    text = data_text("catalogue/hubspot.yaml").replace("{low: 15, high: 20}", "{low: 25, high: 20}")
    with pytest.raises(ScenarioError) as caught:
        read_vendor(text.replace("grade: C\nsource", "grade: Z\nsource", 1), shown="hubspot.yaml")
    found = {(p.line, p.column, p.place) for p in caught.value.problems}
    assert {(4, 8, "grade"), (11, 67, "editions.starter.prices[0].list.USD")} <= found


def test_an_unknown_vendor_is_refused_in_python_too():
    with pytest.raises(UsageError, match="the catalogue has no vendor 'acme'"):
        named("acme")
