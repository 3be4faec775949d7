import pytest

import sim
from sim.scenario.loading import load_file

GOOD = """\
name: Test
currency: EUR
months: 24
discount_rate: 10%
company:
  users: 10
  hourly_cost: 50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: 1850
  gross_margin: 60%
vendors:
  A: {licence: {list_price: 40}, effects: {conversion: 10%}}
"""
COMMA = 'numbers: {decimal: ","}\n'


def loaded(tmp_path, source, **others):
    (tmp_path / "x.yaml").write_text(source, encoding="utf-8")
    for name, other in others.items():
        (tmp_path / name.replace("_", ".")).write_text(other, encoding="utf-8")
    return load_file(tmp_path / "x.yaml")


def problems_of(tmp_path, source, **others):
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, source, **others)
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def changed(*changes, source=GOOD):
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return source


MISTAKES = {
    "a bare amount": (
        ("deal_value: 1850", "deal_value: 1.850"),
        "x.yaml:10:15: company.deal_value: '1.850' may be 1,850 or 1.85"
        ' (write 1850 or 1.85, or say numbers: {decimal: ","})',
    ),
    "a count": (("users: 10", "users: 1.850"), "company.users: '1.850' may be 1,850 or 1.85"),
    "with a sign": (("1850", "9.500 €"), "'9.500 €' may be 9,500 or 9.5 (write 9500 or 9.5, or say"),
    "a parameter": (
        ("1850", "{dist: uniform, low: 1.850, high: 2400}"),
        "company.deal_value.low: '1.850' may be 1,850 or 1.85",
    ),
    "a percentile": (("1850", "{p10: 900, p50: 1.850, p90: 2400}"), "'1.850' may be 1,850 or 1.85"),
    "another currency": (
        ("1850", "Rp 18.000"),
        "'Rp 18.000' is in IDR, not in EUR, the scenario's currency (convert the amount to EUR)",
    ),
    "no currency": (("1850", "eur 18"), "cannot read 'eur 18': 'eur' is no currency (did you mean 'EUR'?)"),
    "no code": (
        ("currency: EUR", "currency: EUO"),
        "x.yaml:2:11: currency: 'EUO' is no currency (did you mean 'EUR'?)",
    ),
    "too large": (("1850", "1e160"), "company.deal_value: '1e160' is beyond what can be reckoned with (at most 1e18)"),
    "too small": (("1850", "1e-31"), "'1e-31' is closer to zero than can be reckoned with (0, or at least 1e-30)"),
    "one mark twice": (
        ("months: 24", 'months: 24\nnumbers: {decimal: ",", group: ","}'),
        "numbers: decimal and group are both ',' (must differ)",
    ),
    "no mark": (("months: 24", 'months: 24\nnumbers: {decimal: ";"}'), "numbers.decimal: ';' is not a choice"),
    "a comma in braces": (
        ("list_price: 40}", "list_price: 40,5}"),
        "a comma splits the number before '5' (write it without the comma, or in quotes)",
    ),
}


@pytest.mark.parametrize(("change", "message"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_named_with_its_place_and_what_would_be_right(tmp_path, change, message):
    assert any(message in problem for problem in problems_of(tmp_path, changed(change)))


def test_rates_and_factors_may_have_three_decimals(tmp_path):
    found = loaded(
        tmp_path, changed(("conversion: 10%", "conversion: 1.125%"), ("discount_rate: 10%", "discount_rate: 0.125"))
    )
    assert found.cases["A"].discount_rate == 0.125


def test_an_input_with_two_readings_is_refused_where_it_is_money_or_a_count_and_read_elsewhere(tmp_path):
    source = changed(("deal_value: 1850", "deal_value: deal"), ("vendors:", "inputs:\n  deal: 1.850\nvendors:"))
    assert problems_of(tmp_path, source) == [
        "x.yaml:10:15: company.deal_value: input 'deal' is an amount of money here: '1.850' may be 1,850 or 1.85"
        ' (write 1850 or 1.85, or say numbers: {decimal: ","})'
    ]
    spread = source.replace("deal: 1.850", "deal: {dist: uniform, low: 900, high: 1.850}")
    assert "'1.850' may be 1,850 or 1.85" in problems_of(tmp_path, spread.replace("low: 900", "low: 1"))[0]
    hours = changed(
        ("conversion: 10%}", "hours_saved: saved, time_realised: 50%}"),
        ("vendors:", "inputs:\n  saved: 1.125\nvendors:"),
    )
    assert loaded(tmp_path, hours)


def test_a_file_that_says_how_it_writes_numbers_is_read_so(tmp_path):
    source = COMMA + changed(
        ("deal_value: 1850", "deal_value: {dist: uniform, low: 1.850, high: '2.400,50'}"),
        ("conversion_rate: 5%", "conversion_rate: {dist: normal, p10: '4,5%', p90: '5,5%'}"),
        ("discount_rate: 10%", "discount_rate: 0,125"),
        ("users: 10", "users: 1.850"),
        ("hourly_cost: 50", "hourly_cost: 12,5"),
    )
    found = loaded(tmp_path, source)
    deal = next(i for i in found.cases["A"].inputs if i.key == "company.deal_value").distribution
    assert (deal.low, deal.high) == (1850, 2400.5)
    assert found.file.company.users.content == 1850
    assert found.file.company.hourly_cost.content == 12.5
    assert found.cases["A"].discount_rate == 0.125
    wrong = problems_of(tmp_path, source.replace("12,5\n", "12.5\n"))
    assert "'12.5' does not go with a decimal comma, as is said of these numbers (write 12,5)" in wrong[0]


def test_list_prices_are_read_in_a_file_of_any_notation(tmp_path):
    stocked = changed(("A: {licence: {list_price: 40},", "A: {catalogue: vtiger/enterprise,"), ("EUR", "USD"))
    plain, comma = loaded(tmp_path, stocked), loaded(tmp_path, COMMA + stocked)
    assert plain.file.vendors["A"].licence.list_price.content == comma.file.vendors["A"].licence.list_price.content


def test_files_that_extend_each_other_say_the_same_of_their_numbers(tmp_path):
    over = "extends: base.yaml\ncompany: {users: 1.850}\n"
    message = "extends: 'base.yaml' writes its numbers otherwise (say the same under numbers: in both files)"
    for first, second in (("", COMMA), (COMMA, "")):
        assert any(message in problem for problem in problems_of(tmp_path, first + over, base_yaml=second + GOOD))
    found = loaded(tmp_path, COMMA + over, base_yaml=COMMA + GOOD)
    assert found.file.company.users.content == 1850


DEALS = "deal;x\n9.500 €;1\n12.450 €;1\n7.300 €;1\n8.915 €;1\n11.040 €;1\n"


def test_a_column_is_read_as_it_shows_itself_or_as_is_said_beside_it(tmp_path):
    source = changed(("deal_value: 1850", "deal_value: {from: h.csv#deal, use: month}"))
    assert "row 2: '9.500 €' may be 9,500 or 9.5" in problems_of(tmp_path, COMMA + source, h_csv=DEALS)[0]
    assert 'or say decimal: "," beside from)' in problems_of(tmp_path, source, h_csv=DEALS)[0]
    stated = source.replace("#deal,", '#deal, decimal: ",",')
    for text, table in ((stated, DEALS), (source, DEALS.replace("8.915", "8.915,00"))):
        found = loaded(tmp_path, text, h_csv=table)
        drawn = next(i for i in found.cases["A"].inputs if i.key == "company.deal_value")
        assert drawn.distribution.values == (9500, 12450, 7300, 8915, 11040)
    assert any("read with a decimal comma, as row 5 '8.915,00 €' shows" in str(w) for w in found.warnings)


def test_an_input_of_a_bare_column_with_two_readings_is_refused_where_it_is_money(tmp_path):
    source = changed(
        ("deal_value: 1850", "deal_value: deal"),
        ("vendors:", "inputs:\n  deal: {from: h.csv#deal, use: month}\nvendors:"),
    )
    table = DEALS.replace(" €", "").replace(";", ",")
    assert (
        "input 'deal' is an amount of money here: row 2: '9.500' may be"
        in problems_of(tmp_path, source, h_csv=table)[0]
    )


def test_a_fraction_of_a_person_is_warned_of(tmp_path):
    for text in ("users: 12.5", "users: people\ninputs: {people: 12.5}\nx"):
        source = changed(("users: 10\n", f"{text.partition(chr(10))[0]}\n"))
        if "people" in text:
            source = changed(("vendors:", "inputs: {people: 12.5}\nvendors:"), source=source)
        told = [str(warning) for warning in loaded(tmp_path, source).warnings]
        assert any("company.users: 12.5 users is no whole number" in w and "[fraction-of-a-count]" in w for w in told)
    assert not any("fraction" in str(warning) for warning in loaded(tmp_path, GOOD).warnings)


def test_of_a_currency_that_is_none_amounts_are_no_errors_too(tmp_path):
    said = problems_of(tmp_path, changed(("currency: EUR", "currency: EURO"), ("1850", "€ 1850.50")))
    assert said == ["x.yaml:2:11: currency: 'EURO' is no currency (did you mean 'EUR'?)"]


def test_marks_are_listed_in_quotes(tmp_path):
    said = problems_of(tmp_path, changed(("months: 24", 'months: 24\nnumbers: {group: ""}')))
    assert any(
        text.endswith("""numbers.group: '' is not a choice (one of: '.', ',', ' ', "'" or '_')""") for text in said
    )


def test_a_fraction_of_a_person_in_a_column_is_warned_of(tmp_path):
    source = changed(("users: 10\n", "users: {from: d.csv#v, use: month}\n"))
    told = loaded(tmp_path, source, d_csv="v\n12\n14\n13.5\n15\n16\n").warnings
    assert any("company.users: 13.5 users is no whole number" in str(warning) for warning in told)
