import pytest

import sim
from sim.analysis.rules import parse_rule
from sim.analysis.table import Table
from tests.places import SCENARIOS
from tests.small import SMALL


@pytest.mark.parametrize(
    ("text", "what", "metric", "bound", "limit"),
    [
        ("p(npv > 0) < 0.6", "p", "npv", 0.0, 0.6),
        ("p( payback<=24 )<60%", "p", "payback", 24.0, 0.6),
        ("p(payback <= 2 years) < 60%", "p", "payback", 24.0, 0.6),
        ("p(payback > 24 months) > 20%", "p", "payback", 24.0, 0.2),
        ("P(NPV > 0) < 60%", "p", "npv", 0.0, 0.6),
        ("P(payback within 24 months) < 50%", "p", "payback", 24.0, 0.5),
        ("P(net ROI at least 100%) < 30%", "p", "roi", 1.0, 0.3),
        ("P(ROI on present values at least 50%) < 30%", "p", "roi_pv", 0.5, 0.3),
        ("P(NPV > 0), money only < 50%", "p", "npv_cash", 0.0, 0.5),
        ("P(NPV > 0), time spent counted, time freed not < 5%", "p", "npv_hard", 0.0, 0.05),
        ("P(NPV > 0), everything counted < 5%", "p", "npv", 0.0, 0.05),
        ("p(ROI (net) > 20%) < 50%", "p", "roi", 0.2, 0.5),
        ("p(roi_cash > 0) < 50%", "p", "roi_cash", 0.0, 0.5),
        ("p(best) < 80%", "best", "npv", 0.0, 0.8),
        ("P(best by NPV) < 80%", "best", "npv", 0.0, 0.8),
        ("median(npv) < $100k", "p50", "npv", 0.0, 100_000.0),
        ("p(roi >= 150%) < .5", "p", "roi", 1.5, 0.5),
        ("p(roi >= 200%) < .5", "p", "roi", 2.0, 0.5),
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
        ("mean(npv > 0) < 1", "mean(...) takes a metric alone; a comparison belongs in p(...)"),
        ("p(npv < 0) > 20", "a bare rate above 1 (did you mean 20%?"),
        ("p(roi >= 2) < 50%", "a bare rate above 1 (did you mean 2%?"),
        ("p(npv < 0) > 2000%", "a probability lies between 0% and 100%"),
        ("payback > 24 months", "which statistic of payback? Write 'median(payback) ...'"),
        ("p(npv > 0)", "it holds nothing against a limit"),
        ("worst(npv) < 1", "there is no statistic 'worst' (p, mean, median, or a percentile such as p10)"),
        ("P(irr > 0), money only < 5%", "there is no 'irr, money only'"),
        ("P(NPV > 0), cash < 4%", "'cash' is none of: everything counted; money only;"),
        ("p(npv == 0) < 1", "compare with <, <=, > or >="),
        ("p(nvp > 0) < 1", "no metric is called 'nvp' (did you mean 'npv'?)"),
        ("p(npv > 10%) < 1", "'10%' is a percentage where an amount of money is expected"),
        ("p50(npv) < 1.850", "'1.850' may be 1,850 or 1.85 (write 1850 or 1.85)"),
        ("p0(npv) < 1", "percentiles lie between 0 and 100"),
        ("p(npv = 0) < 1", "compare with <, <=, > or >="),
        ("__import__('os')", "it holds nothing against a limit"),
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


def test_what_a_table_prints_can_be_pasted_as_a_rule():
    """Every probability that a report prints, with a limit behind it."""
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=64)
    tables = [b for b in results.brief.blocks if isinstance(b, Table)]
    printed = [str(row[0]) for table in tables for row in table.rows if str(row[0]).startswith("P(")]
    assert len(printed) == 6
    for text in printed:
        parse_rule(f"{text} < 50%").tripped_by(results)


def test_targets_of_money_only_are_reported_and_can_be_pasted_as_rules(tmp_path):
    path = tmp_path / "cash.yaml"
    cash = SMALL.replace("roi: 50%}", "roi: 50%, payback_cash: 6, roi_cash: 20%}")
    path.write_text(cash, encoding="utf-8")
    results = sim.load(path).run(draws=256)
    money = [t for t in results["A"].targets if t.metric.endswith("_cash")]
    assert [t.title for t in money] == [
        "P(payback within 6 months), money only", "P(net ROI at least 20%), money only"
    ]  # fmt: skip
    for target in money:
        share = results["A"].targets[target].value
        assert share == pytest.approx(results["A"].estimate(parse_rule(f"{target.title} < 50%").statistic).value)


def test_how_often_an_option_is_best_is_held_against_all_of_them():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=256)
    assert parse_rule("p(best) >= 60%").tripped_by(results) == ["Vtiger One Enterprise"]
    assert parse_rule("p(best) >= 99%").tripped_by(results) == []  # buying nothing is best too often


def test_a_rule_in_another_currency_is_refused():
    results = sim.load(SCENARIOS / "ten_fold.yaml").run(draws=64)
    for text in ("mean(npv) < €5k", "p(npv > 5 EUR) < 50%"):
        with pytest.raises(sim.UsageError, match=r"is in (€|EUR), the scenario in USD"):
            parse_rule(text).tripped_by(results)
    assert parse_rule("mean(npv) < -$1M").tripped_by(results) == []
