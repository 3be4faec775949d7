"""The decision in words: over generated scenarios no sentence says other than the figures do."""

import re

import numpy as np
import pytest

import sim
from sim.analysis.advice import SMALL, TIED
from sim.analysis.sentences import ENGLISH
from tests.places import SCENARIOS

DRAWS = 256
MANY = 200
WORDS_WITH_DIGITS = re.compile(r"worst 5%|±\d+%")


def generated(number):
    """Give a scenario: one to three offers that may pay, may not, may be alike, in a firm that may need one."""
    rng = np.random.default_rng(number)
    prices = rng.integers(10, 220, rng.integers(1, 4))
    quotes = rng.integers(2, 60, prices.size)
    if rng.random() < 0.2:
        prices[:], quotes[:] = prices[0], quotes[0]
    vendors = "\n".join(
        f"  V{i}: {{licence: {{list_price: {p}}}, implementation: {{quote: {{dist: uniform, low: 1k, high: {k}k}}}}}}"
        for i, (p, k) in enumerate(zip(prices, quotes, strict=True))
    )
    effects = f"conversion: {{dist: uniform, low: -2%, high: {rng.integers(0, 40)}%}}"
    if rng.random() < 0.7:
        effects += f", hours_saved: {{dist: uniform, low: 0, high: {rng.integers(1, 6)}}}, time_realised: 70%"
    fit = "  fit: 10%\n" if rng.random() < 0.2 else ""
    must = "decision: {nothing: none, reason: a contract ends}\n" if rng.random() < 0.2 else ""
    tolerance = "decision: {risk_tolerance: 50k}\n" if not must and rng.random() < 0.2 else ""
    return f"""\
name: Generated
months: 24
discount_rate: 10%
{must}{tolerance}company:
  {{users: 12, hourly_cost: 40, leads_per_month: 80, conversion_rate: 8%, deal_value: 2k, gross_margin: 50%}}
common:
{fit}  effects: {{{effects}}}
  rollout: {{plan_months: 2, adoption: {{dist: uniform, low: 20%, high: 90%}}}}
vendors:
{vendors}
"""


@pytest.fixture(scope="module")
def advised(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    found = []
    for number in range(MANY):
        path = folder / f"{number}.yaml"
        path.write_text(generated(number), encoding="utf-8")
        results = sim.load(path).run(draws=DRAWS, seed=number)
        found.append((results, results.advice()))
    return found


def npvs(results):
    return {name: results.paired.outcome(name, "npv") for name in results.paired.options}


def ranked(results):
    return sorted(npvs(results), key=lambda name: npvs(results)[name].mean(), reverse=True)


def said(advice):
    return {sentence.name: sentence for sentence in advice.sentences}


def close_call(results):
    """Whether the two best are too close, worked out apart from the program."""
    values, (first, *others) = npvs(results), ranked(results)
    gap = values[first] - values[others[0]]
    se = gap.reshape(16, -1).mean(axis=1).std(ddof=1) / 4
    regret = (np.maximum.reduce(list(values.values())) - values[others[0]]).mean()
    spenders = [name for name in (others[0], first) if name in results]
    spent = results[spenders[0]]["cost_pv"].mean()
    return abs(gap.mean()) <= TIED * se or regret < SMALL * spent


def test_the_recommendation_is_the_highest_mean_and_a_tie_is_a_tie(advised):
    kinds = set()
    for results, advice in advised:
        first, *rest = ranked(results)
        nothing, kind = results.setting.nothing, advice.sentences[0].name
        kinds.add(kind)
        if not rest:
            assert kind == "only"
        elif close_call(results):
            assert kind == ("tie_nothing" if nothing in (first, rest[0]) else "tie")
            assert all(name in advice.sentences[0].text for name in (first, rest[0]) if name != nothing)
        else:
            assert kind == ("nothing" if first == nothing else "take" if nothing else "must")
            assert first in advice.sentences[0].text
    assert kinds >= {"take", "nothing", "tie", "must"}, kinds


def test_every_number_of_a_sentence_is_a_reference_and_every_reference_is_in_its_sentence(advised):
    for _, advice in advised:
        for sentence in advice.sentences:
            text = WORDS_WITH_DIGITS.sub("", re.sub(r"\bV\d\b", "", sentence.text))
            for reference in sorted(sentence.references, key=lambda reference: -len(reference.shown)):
                assert reference.shown in sentence.text
                text = text.replace(reference.shown, " ")
            assert not re.search(r"\d", text), (text, sentence)


def test_what_is_said_of_two_options_is_counted_in_the_same_futures(advised):
    for results, advice in advised:
        values, told = npvs(results), said(advice)
        if "ahead" not in told:
            continue
        best = advice_best(results)
        for reference in told["ahead"].references:
            first, other = reference.row.split(" over ")
            assert first == best
            over = values[first] - values[other]
            counted = (over > 0).mean() + 0.5 * (over == 0).mean()
            wanted = counted if reference.column == "Ahead in" else over.mean()
            assert reference.estimate.value == pytest.approx(wanted)
            assert reference.estimate.value >= 0 or reference.column == "Ahead in"


def advice_best(results):
    return ranked(results)[0]


def test_what_is_said_of_an_offer_is_what_its_draws_say(advised):
    for results, advice in advised:
        told = said(advice)
        offer = next((name for name in ranked(results) if name in results), None)
        x = results[offer]["npv"]
        if "range" in told:
            low, high, loss, worst = (r.estimate.value for r in told["range"].references)
            assert low == pytest.approx(np.percentile(x, 10))
            assert high == pytest.approx(np.percentile(x, 90))
            assert loss == pytest.approx((x < 0).mean())
            assert worst <= low
            assert offer in told["range"].text
        if "views" in told:
            metrics = "npv", "npv_cash", "npv_hard"
            shares = [(results[offer][metric] > 0).mean() for metric in metrics]
            assert [r.estimate.value for r in told["views"].references] == pytest.approx(shares)
        if "views_warning" in told:
            views = told.get("views") or told["views_money"]
            assert len({r.estimate.value >= 0.5 for r in views.references}) == 2


def test_a_worth_of_knowing_is_the_least_regret_and_none_if_there_is_none(advised):
    for results, advice in advised:
        values, told = npvs(results), said(advice)
        best = np.maximum.reduce(list(values.values()))
        least = min((best - x).mean() for x in values.values())
        if "knowledge" in told:
            assert told["knowledge"].references[0].estimate.value == pytest.approx(least)
        elif "knowledge_none" in told:
            assert least == pytest.approx(0, abs=1e-6)


def test_how_much_better_another_would_have_to_be_makes_it_level(advised):
    seen = 0
    for results, advice in advised:
        told = said(advice)
        if "catch_up" not in told:
            continue
        seen += 1
        rise = told["catch_up"].references[0]
        other = next(name for name in ranked(results)[1:] if name in results)
        assert rise.row == other
        used = sum(
            value
            for name, value in results.paired.values(other).items()
            if next(line for line in results[other].case.lines if line.name == name).hangs_on_fit
        )
        level = (npvs(results)[other] + rise.estimate.value * used).mean()
        assert level == pytest.approx(npvs(results)[advice_best(results)].mean(), abs=1e-6)
    assert seen > 20


def test_a_doubt_of_the_file_itself_is_not_said_a_second_time(advised):
    for results, advice in advised:
        if any(result.case.fit != 1.0 for result in results.values()):
            assert not {"doubt", "catch_up"} & said(advice).keys()


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_has_a_paragraph_without_holes(path):
    advice = sim.load(path).run(draws=1024).advice()
    assert not re.search(r"nan|[{}]|None|inf\b", advice.text)
    assert advice.text == " ".join(sentence.text for sentence in advice.sentences)
    assert len(advice.table.rows) >= len(advice.sentences)


def test_all_sentences_are_in_one_place_and_used():
    source = (SCENARIOS.parent / "sim" / "analysis" / "advice.py").read_text(encoding="utf-8")
    assert [name for name in ENGLISH if f'"{name}"' not in source] == []
