import pytest

import sim
from sim.analysis.rules import parse_rule


@pytest.mark.parametrize(
    ("text", "what", "metric", "bound", "limit"),
    [
        ("p(npv > 0) < 0.6", "p", "npv", 0.0, 0.6),
        ("p( payback<=24 )<60%", "p", "payback", 24.0, 0.6),
        ("p(payback <= '2years') < 60%".replace("'", ""), "p", "payback", 24.0, 0.6),
        ("p(roi >= 150%) < .5", "p", "roi", 1.5, 0.5),
        ("p(roi >= 2) < .5", "p", "roi", 2.0, 0.5),
        ("p50(roi) < 10%", "p50", "roi", 0.0, 0.1),
        ("p2.5(npv) < -100k", "p2.5", "npv", 0.0, -100_000.0),
        ("mean(npv) <= 1.2M", "mean", "npv", 0.0, 1_200_000.0),
    ],
)
def test_rules_read_as_they_are_written(text, what, metric, bound, limit):
    rule = parse_rule(text)
    bounds = rule.statistic.bounds
    given = [x for x in vars(bounds).values() if x is not None] if bounds else [0.0]
    assert (rule.statistic.what, rule.statistic.metric, rule.limit) == (what, metric, pytest.approx(limit))
    assert given == [pytest.approx(bound)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("p(npv) < 1", "takes a comparison inside"),
        ("mean(npv > 0) < 1", "takes a comparison inside"),
        ("p(nvp > 0) < 1", "no metric is called 'nvp' (did you mean 'npv'?)"),
        ("p(npv > 10%) < 1", "'10%' is a percentage where an amount of money is expected"),
        ("p0(npv) < 1", "percentiles lie between 0 and 100"),
        ("p(npv = 0) < 1", "cannot read the rule"),
        ("__import__('os')", "cannot read the rule"),
    ],
)
def test_what_is_no_rule_is_refused(text, wrong):
    with pytest.raises(sim.UsageError) as caught:
        parse_rule(text)
    assert wrong in str(caught.value)


def test_a_rule_names_just_the_vendors_that_trip_it():
    results = sim.load("scenarios/ten_fold.yaml").run(draws=64)
    assert parse_rule("p(npv > 0) < 50%").tripped_by(results) == ["Break-even at $11,000"]
    assert parse_rule("p50(roi) >= 999%").tripped_by(results) == ["CRM at $1,000"]
    assert parse_rule("mean(cost) > 1M").tripped_by(results) == []
    assert parse_rule("mean(payback) > 3").tripped_by(results) == ["Break-even at $11,000"]
