"""Metrics that have no value in some futures: an offer that costs nothing in 60 % of them, and one that never does."""

import numpy as np
import pytest

import sim
from sim.analysis.rules import parse_rule
from sim.errors import UsageError
from sim.report.charts.results import CHARTS
from sim.sampling.estimates import describe
from tests.commands import run
from tests.reading import document_of, rows_of, text_of

FREE = """\
name: Free tiers
currency: USD
months: 24
discount_rate: 10%
company: {users: 10, customers: 100, revenue_per_customer: 1000, churn: 20%, gross_margin: 50%}
common:
  effects: {churn_reduction: {dist: uniform, low: 0%, high: 20%}}
  licence: {list_price: $0}
vendors:
  Free: {}
  Mostly free:
    administration: {cost_per_month: {dist: discrete, values: [$0, $20], probabilities: [60%, 40%]}}
  Paid: {licence: {list_price: $4}}
targets: {payback: 12, roi: 20%}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("free") / "free.yaml"
    path.write_text(FREE, encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[None, 365_000_000], ids=["kept", "counted"])
def results(request, path):
    draws = 1024 if request.param is None else 32_768
    results = sim.load(path).run(draws=draws, memory=request.param or 10**9)
    assert results.run.counted == (request.param is not None)
    return results


@pytest.mark.parametrize("metric", ["roi", "irr"])
def test_percentiles_and_probabilities_have_the_same_base(results, metric):
    result, values = results["Mostly free"], results["Mostly free"][metric]
    there = values[~np.isnan(values)]
    assert there.size / values.size == pytest.approx(0.4, abs=0.01)
    described = result.statistics(metric)
    level = described.percentiles[50.0].value
    kept = describe(values, (50,)).percentiles[50].se  # of the draws kept, fewer than all
    assert level == pytest.approx(np.median(there), rel=1e-3, abs=4 * kept)
    assert result.probability(metric, at_least=level).value == pytest.approx(0.5, abs=0.01)
    assert result.probability(metric, at_least=0.2).value == pytest.approx((there >= 0.2).mean(), abs=0.01)
    assert result.probability(metric, at_least=-1, at_most=1e9).value == 1
    assert described.undefined.value == pytest.approx(1 - there.size / values.size, abs=0.005)


def test_errors_come_from_the_replicates_among_the_futures_that_have_a_value(path):
    result = sim.load(path).run(draws=1024)["Mostly free"]
    rows = result["roi"].reshape(16, -1)
    shares = [(row >= 0.2).sum() / (~np.isnan(row)).sum() for row in rows]
    assert result.probability("roi", at_least=0.2).se == pytest.approx(np.std(shares, ddof=1) / 4)


def test_reasons_are_told_everywhere(results):
    report, document = text_of(results), document_of(results)
    rows = rows_of(text_of(results, "percentiles.csv").removeprefix("\ufeff"))
    share = results["Mostly free"].statistics("roi").undefined.value
    reason = "share undefined: nothing is spent"
    [told] = [r for r in rows if (r["vendor"], r["metric"], r["statistic"]) == ("Mostly free", "roi", reason)]
    assert float(told["value"]) == pytest.approx(share)
    metric = document["vendors"]["Mostly free"]["metrics"]["roi"]
    assert metric["undefined"] == pytest.approx(share)
    assert metric["undefined_because"] == {"nothing is spent": pytest.approx(share)}
    assert "undefined_because" not in document["vendors"]["Paid"]["metrics"]["roi"]
    assert f"- ROI (net): in {share:.1%} of the futures (nothing is spent)" in report
    assert "- IRR a year: in all futures (money comes in first)" in report
    assert "ROI (net) undefined: nothing is spent" in report
    assert f"not defined for Free always, Mostly free in {share:.1%}" in CHARTS["roi_distribution"][1](results).about


def test_a_scenario_without_costs_runs_without_a_warning_of_a_library(path, tmp_path):
    """Charts, tables and all: warnings are errors in tests."""
    text = path.read_text(encoding="utf-8")
    free = tmp_path / "nothing.yaml"
    free.write_text(text[: text.index("  Mostly free")] + "targets: {payback: 12, roi: 20%}\n", encoding="utf-8")
    done = run("run", free, "--draws", "64", "--out", tmp_path / "out", "--kpis", "--inputs")
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "out" / "charts" / "roi_s_curve.svg").exists()


@pytest.mark.usefixtures("bare_reports")
def test_what_never_has_a_value_is_not_available(path):
    result = sim.load(path).run(draws=64)["Free"]
    assert np.isnan(result.probability("roi", at_least=0).value)
    text = run("run", path, "--draws", "64", "--out", path.parent / "out").stdout.decode()
    assert "nan" not in text
    assert "n/a" in text


@pytest.mark.parametrize(
    ("rule", "vendor", "why"),
    [
        ("p50(roi) < 20%", "Free", "ROI (net) is not defined in any future: nothing is spent"),
        ("p(roi > 20%) < 50%", "Free", "not defined in any future"),
        ("mean(payback) > 12", "Mostly free", "Payback month is never reached in"),
    ],
)
def test_a_rule_without_an_answer_is_an_error(path, rule, vendor, why):
    results = sim.load(path).run(draws=64)
    with pytest.raises(UsageError, match="has no answer") as error:
        parse_rule(rule).tripped_by(results)
    assert vendor in str(error.value)
    assert why in str(error.value)


@pytest.mark.usefixtures("bare_reports")
def test_all_rules_without_an_answer_are_told_and_the_report_stands(path):
    out = path.parent / "judged"
    rules = "--fail-if", "mean(payback) > 12", "--fail-if", "p50(roi) < 20%", "--fail-if", "p(npv > 0) > 0"
    done = run("run", path, "--draws", "64", "--out", out, *rules)
    assert done.returncode == 2
    said = done.stderr.decode()
    assert said.count("has no answer") == 2
    assert "tripped --fail-if 'p(npv > 0) > 0'" in said
    assert (out / "report.md").exists()
