import math

import pytest

import sim
from sim.analysis.tornado import tornado
from sim.distributions import Bernoulli, Constant, Discrete, EventSize, Normal, Uniform
from sim.model.case import Case
from sim.model.evaluation import evaluate
from sim.model.lines.benefits import RetiredTools
from sim.model.lines.licence import Billing, Subscription
from sim.model.lines.project import Implementation
from sim.model.quantity import Drawn
from sim.model.rollout import Rollout
from sim.numbers.kinds import Kind
from sim.report.formats.terminal import print_drivers
from sim.report.tables.drivers import DEFAULT_PRIORS
from sim.sampling.draws import SHARED, Input, medians
from sim.sampling.streams import Stream
from tests.reading import text_of

MONTHS = 10


def input_of(key, distribution, position=0):
    return Input(key, Stream(key, SHARED, position), distribution, Kind.MONEY)


def case_of(*inputs, quote=1000.0, price=0.0, saved=300.0):
    """Undiscounted: saves money each month, pays a quote at signature and a seat a month."""
    lines = (
        RetiredTools(saved),
        Implementation(quote),
        Subscription(seats=1.0, list_price=price, billing=Billing.MONTHLY),
    )
    return Case("Acme", MONTHS, 0.0, 0.0, 0.0, 1.0, Rollout(), lines, inputs)


QUOTE = input_of("quote", Uniform(low=1000, high=2000))
PRICE = input_of("price", Uniform(low=0, high=200), 1)
TWO = case_of(QUOTE, PRICE, quote=Drawn("quote"), price=Drawn("price"))
"""NPV is 3,000 less the quote less ten times the price."""


def bars_of(found):
    return {bar.input: bar for bar in found.bars}


def test_the_base_is_the_run_with_every_input_at_its_median():
    found = tornado(TWO, "npv")
    assert found.base == pytest.approx(3000 - 1500 - 10 * 100)
    assert found.base == evaluate(TWO, medians(TWO.inputs)).metrics["npv"][0]


@pytest.mark.parametrize("law", [Bernoulli(p=0.578), EventSize(p=0.9, size=Constant(value=500.0))])
def test_every_event_is_off_in_the_base_run_however_likely(law):
    likely = input_of("likely", law, 2)
    found = tornado(case_of(QUOTE, likely, quote=Drawn("quote"), price=Drawn("likely")), "cost")
    assert found.base == 1500
    assert bars_of(found)["likely"].at_high > 1500
    certain = input_of("certain", law.model_copy(update={"p": 1.0}), 2)
    assert tornado(case_of(QUOTE, certain, quote=Drawn("quote"), price=Drawn("certain")), "cost").base > 1500


def test_each_bar_runs_from_p10_to_p90_of_its_input_with_the_others_at_their_medians():
    bars = bars_of(tornado(TWO, "npv"))
    quote, price = bars["quote"], bars["price"]
    assert (quote.low_input, quote.high_input) == pytest.approx((1100, 1900))
    assert (quote.at_low, quote.at_high) == pytest.approx((900, 100))
    assert (price.low_input, price.high_input) == pytest.approx((20, 180))
    assert (price.at_low, price.at_high) == pytest.approx((1300, -300))
    assert (quote.swing, price.swing) == pytest.approx((800, 1600))


def test_the_widest_bar_comes_first():
    other_way = case_of(PRICE, QUOTE, quote=Drawn("quote"), price=Drawn("price"))
    for case in (TWO, other_way):
        assert [bar.input for bar in tornado(case, "npv").bars] == ["price", "quote"]


def test_the_order_is_that_of_the_metric_asked_for():
    rarely = input_of("saved", Uniform(low=299, high=301), 2)
    case = case_of(rarely, QUOTE, quote=Drawn("quote"), saved=Drawn("saved"))
    assert [bar.input for bar in tornado(case, "benefit").bars] == ["saved", "quote"]
    assert [bar.input for bar in tornado(case, "cost").bars] == ["quote", "saved"]
    assert bars_of(tornado(case, "benefit"))["quote"].swing == 0


def test_the_tornado_says_whose_it_is_and_of_what():
    found = tornado(TWO, "roi")
    assert (found.vendor, found.metric) == ("Acme", "roi")
    assert {bar.unit for bar in found.bars} == {Kind.MONEY}
    assert found.base == pytest.approx(3000 / 2500 - 1)


def test_a_normal_input_moves_by_its_own_p10_and_p90():
    case = case_of(input_of("saved", Normal(mean=300, sd=10)), saved=Drawn("saved"))
    bar = tornado(case, "npv").bars[0]
    assert (bar.low_input, bar.high_input) == pytest.approx((300 - 12.8155, 300 + 12.8155), abs=1e-3)


def test_a_rare_event_is_a_bar_between_off_and_on():
    case = case_of(input_of("saved", Bernoulli(p=0.02)), saved=Drawn("saved"))
    bar = tornado(case, "benefit").bars[0]
    assert (bar.low_input, bar.high_input, bar.at_low, bar.at_high) == (0, 1, 0, 10)
    assert tornado(case, "benefit").base == 0


def test_a_likely_event_is_a_bar_between_off_and_on_too():
    case = case_of(input_of("saved", Bernoulli(p=0.99)), saved=Drawn("saved"))
    bar = tornado(case, "benefit").bars[0]
    assert (bar.low_input, bar.high_input, bar.at_low, bar.at_high) == (0, 1, 0, 10)
    assert tornado(case, "benefit").base == 0


def test_a_rare_value_of_a_discrete_input_is_a_bar_between_the_extremes():
    law = Discrete(values=(300, 500, 100), probabilities=(0.94, 0.03, 0.03))
    bar = tornado(case_of(input_of("saved", law), saved=Drawn("saved")), "benefit").bars[0]
    assert (bar.low_input, bar.high_input, bar.at_low, bar.at_high) == (100, 500, 1000, 5000)


def test_a_discrete_input_with_likely_values_moves_between_p10_and_p90():
    law = Discrete(values=(0, 100, 200, 900), probabilities=(0.02, 0.49, 0.47, 0.02))
    bar = tornado(case_of(input_of("saved", law), saved=Drawn("saved")), "benefit").bars[0]
    assert (bar.low_input, bar.high_input) == (100, 200)


def test_an_impossible_value_of_a_discrete_input_is_no_extreme():
    law = Discrete(values=(300, 9999, 500), probabilities=(0.95, 0.0, 0.05))
    bar = tornado(case_of(input_of("saved", law), saved=Drawn("saved")), "benefit").bars[0]
    assert (bar.low_input, bar.high_input) == (300, 500)


def test_an_input_that_is_certain_has_a_bar_without_width():
    case = case_of(input_of("saved", Constant(value=300)), QUOTE, saved=Drawn("saved"), quote=Drawn("quote"))
    found = tornado(case, "npv")
    assert found.bars[-1].input == "saved"
    assert found.bars[-1].swing == 0


def test_a_case_without_inputs_has_a_base_and_no_bars():
    found = tornado(case_of(), "npv")
    assert found.base == 2000
    assert found.bars == ()


def test_a_bar_to_never_is_the_widest():
    saved = input_of("saved", Uniform(low=50, high=300))
    quote = input_of("quote", Uniform(low=100, high=1700), 1)
    case = case_of(quote, saved, saved=Drawn("saved"), quote=Drawn("quote"))
    found = tornado(case, "payback")
    assert [bar.input for bar in found.bars] == ["saved", "quote"]
    saved_bar, quote_bar = found.bars
    assert (saved_bar.at_low, saved_bar.at_high) == (math.inf, 4)  # 75 a month never repay 900, 275 do in month 4
    assert saved_bar.swing == math.inf
    assert (quote_bar.at_low, quote_bar.at_high) == (2, 9)  # 260 and 1,540 at 175 a month
    assert found.base == 6


def test_a_bar_between_never_and_never_has_no_width_and_comes_last():
    dear = input_of("price", Uniform(low=1500, high=2500))
    saved = input_of("saved", Uniform(low=100, high=3000), 1)
    found = tornado(case_of(dear, saved, price=Drawn("price"), saved=Drawn("saved")), "payback")
    assert found.base == math.inf
    assert [(bar.input, bar.at_low, bar.at_high) for bar in found.bars] == [
        ("saved", math.inf, 2),
        ("price", math.inf, math.inf),
    ]


def test_a_bar_to_an_irr_that_does_not_exist_comes_last():
    free = input_of("quote", Discrete(values=(0, 1000), probabilities=(0.3, 0.7)))
    saved = input_of("saved", Uniform(low=200, high=300), 1)
    found = tornado(case_of(free, saved, quote=Drawn("quote"), saved=Drawn("saved")), "irr")
    assert [bar.input for bar in found.bars] == ["saved", "quote"]
    assert math.isnan(found.bars[-1].at_low)
    assert found.bars[0].at_low < found.base < found.bars[0].at_high


def test_a_star_marks_default_priors_wherever_bars_are_shown(tmp_path, capsys):
    path = tmp_path / "star.yaml"
    path.write_text(
        """\
name: Star
months: 12
discount_rate: 10%
company: {users: 5, leads_per_month: 50, conversion_rate: 5%, deal_value: 3000, gross_margin:
    {dist: uniform, low: 40%, high: 60%}}
common: {effects: {conversion: {prior: conversion_lift}}}
vendors: {A: {licence: {list_price: 42}}}
""",
        encoding="utf-8",
    )
    results = sim.load(path).run(draws=256)
    bars = {bar.input: bar.prior for bar in results["A"].bars("npv").bars}
    assert bars == {"common.effects.conversion": "conversion_lift", "company.gross_margin": ""}
    print_drivers(results.drivers(), results)
    printed = capsys.readouterr().out
    assert "rise in conversion *" in printed
    assert "gross_margin *" not in printed
    assert DEFAULT_PRIORS in printed
    page = text_of(results)
    assert "| rise in conversion \\* |" in page
    assert "sim priors NAME" in page
