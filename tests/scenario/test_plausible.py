"""Slips of a zero or a unit: warned of by name, with the figure that looks wrong; a plausible firm is left in peace."""

import pytest

from sim.scenario.loading import load_file

FIRM = """\
name: Test
months: 36
discount_rate: 10%
company:
  users: 10
  hourly_cost: $50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: $2k
  gross_margin: 60%
  customers: 200
  revenue_per_customer: $9k
  churn: 20%
  recurring_share: 50%
common:
  effects: {conversion: 10%, hours_saved: 2, time_realised: 70%}
  rollout: {adoption: 60%}
vendors:
  A: {licence: {list_price: $60}, implementation: {quote: $40k}}
"""


def warned(tmp_path, *changes):
    source = FIRM
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return [str(w).partition("x.yaml:")[2] for w in load_file(path).warnings]


def test_a_plausible_firm_is_left_in_peace(tmp_path):
    assert warned(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("revenue_per_customer: $9k", "revenue_per_customer: $900"),
            "5:3: company: 10 users at $50.00 an hour cost $960k a year, more than the firm's gross margin of $177k: it"
            " cannot live (a zero missing in customers, deals or revenue, or one too many?) [firm-cannot-live]",
        ),
        (
            ("hours_saved: 2", "hours_saved: 30"),
            "16:43: common.effects.hours_saved: 30 hours saved a user and week (claims end at 10; is it a month?)"
            " [hours-out-of-range]",
        ),
        (
            ("conversion: 10%", "conversion: 1000%"),
            "returns 79 times what it costs, most of it by customer margin",
        ),
    ],
)
def test_a_slip_is_warned_of_with_its_figure(tmp_path, change, message):
    found = warned(tmp_path, change)
    assert any(message in text for text in found), found


def test_an_hour_for_the_price_of_a_year_is_one(tmp_path):
    found = warned(tmp_path, ("hourly_cost: $50", "hourly_cost: $50k"))
    assert any("an hour of a user costs $50.0k, a month of a seat $60.00" in text for text in found), found
    assert any("[firm-cannot-live]" in text for text in found)


def test_who_gives_no_customers_is_not_judged(tmp_path):
    firm = ("  customers: 200\n  revenue_per_customer: $9k\n  churn: 20%\n  recurring_share: 50%\n", "")
    assert not any("firm-cannot-live" in text for text in warned(tmp_path, firm))
