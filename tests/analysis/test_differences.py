"""What offers are said to differ in."""

import pytest
import yaml

import sim
from sim.analysis.differences import differences
from tests.places import SCENARIOS
from tests.small import SMALL


@pytest.fixture
def said(tmp_path):
    def of(**vendors):
        path = tmp_path / "x.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(SMALL) | {"vendors": vendors}), encoding="utf-8")
        return differences(sim.load(path).cases)

    return of


PRICE = {"licence": {"list_price": 5}}


def test_offers_that_share_their_benefits_are_said_to_be_ranked_by_price(said):
    text = said(A=PRICE, B={"licence": {"list_price": 9}, "rollout": {"plan_months": 3}})
    assert text.startswith("The offers differ in: subscription; time to go-live.")
    assert "P(best) ranks their prices and delays alone" in text


def test_offers_that_bring_different_things_are_not(said):
    text = said(A=PRICE, B={**PRICE, "effects": {"churn_reduction": "10%"}, "rollout": {"adoption": "50%"}})
    assert text == "The offers differ in: customer margin; adoption."


def test_offers_that_differ_in_what_may_happen_are_no_price_ranking(said):
    text = said(A=PRICE, B={**PRICE, "events": {"Weak": {"probability": "30%", "adoption": "-50%"}}})
    assert text == "The offers differ in: events."


def test_equal_offers_and_a_single_one(said):
    assert said(A=PRICE, B=PRICE) == "The offers are the same in every number."
    assert said(A=PRICE) == ""


def test_an_input_on_a_scale_of_its_own_is_a_difference():
    text = differences(sim.load(SCENARIOS / "mid_market.yaml").cases)
    assert text.endswith("; adoption.")
