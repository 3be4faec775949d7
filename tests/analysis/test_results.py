import math

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.engine.recipe import PERCENTILES
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.sampling.draws import REPLICATES
from sim.study.scenario import load

DRAWS = 1024

SCENARIO = """
name: Two offers
currency: EUR
months: 24
discount_rate: 8%
company: {users: 20, hourly_cost: 50, turnover: 10%}
inputs:
  saved: {dist: uniform, low: 0, high: 5, source: "a survey", note: "hours"}
  realised: {dist: beta, a: 6, b: 3}
common:
  effects: {hours_saved: saved, time_realised: realised}
  rollout: {ramp_months: 3}
vendors:
  Acme:
    licence: {list_price: 60, billing: monthly}
    implementation: {quote: {dist: pert, low: 5k, mode: 10k, high: 30k}}
  Bolt Pro:
    licence: {list_price: {dist: triangular, low: 100, mode: 120, high: 200}, billing: monthly}
    training: {cash_per_user: 100}
  Waste:
    licence: {list_price: 4k, billing: monthly}
targets: {payback: 12 months, roi: 50%}
"""


def loaded(folder, **changes):
    path = folder / "offers.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(SCENARIO) | changes, sort_keys=False), encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def results(scenario):
    return scenario.run(draws=DRAWS, seed=3)


@pytest.fixture(scope="module")
def acme(results):
    return results["Acme"]


def of_replicates(x, statistic):
    """Standard error of a statistic from its spread over the replicates."""
    rows = [statistic(row) for row in x.reshape(REPLICATES, -1)]
    return np.std(rows, ddof=1) / np.sqrt(REPLICATES)


COLUMNS = ["mean", "sd", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "undefined", "never"]


# Mapping


def test_results_are_a_mapping_of_vendors_in_the_order_of_the_file(results):
    assert list(results) == ["Acme", "Bolt Pro", "Waste"]
    assert len(results) == 3
    assert "Acme" in results
    assert "Nobody" not in results
    assert {name: result.vendor for name, result in results.items()} == {name: name for name in results}


def test_get_gives_its_default_for_an_unknown_vendor(results):
    assert results.get("Nobody") is None
    assert results.get("Acme") is results["Acme"]


def test_a_result_gives_the_draws_of_each_metric(acme, results):
    for metric in METRICS:
        assert acme[metric].shape == (results.run.draws,)
        assert acme[metric] is results.run.vendors["Acme"].metrics[metric]


def test_an_unknown_vendor_is_refused_with_a_suggestion(results):
    with pytest.raises(UsageError, match=r"no vendor is called 'Acne' \(did you mean 'Acme'\?\)"):
        results["Acne"]
    with pytest.raises(UsageError, match=r"no vendor is called 'Zzz' \(one of: Acme, Bolt Pro, Waste\)"):
        results["Zzz"]


def test_an_unknown_metric_is_refused_with_a_suggestion(acme, results):
    asked = [
        lambda: acme["npw"],
        lambda: acme.statistics("npw"),
        lambda: acme.probability("npw", above=0),
        lambda: acme.bars("npw"),
        lambda: results.probability("npw", above=0),
    ]
    for ask in asked:
        with pytest.raises(UsageError, match=r"no metric is called 'npw' \(did you mean 'npv'\?\)"):
            ask()


# Summary


def test_a_summary_has_a_row_a_metric(acme):
    summary = acme.summary()
    assert list(summary.index) == list(METRICS)
    assert summary.index.name == "metric"
    assert list(summary.columns) == COLUMNS
    assert (summary.dtypes == "float64").all()


@pytest.mark.parametrize("metric", ["roi", "npv", "mirr", "benefit", "cost", "tco", "peak_exposure"])
def test_a_summary_agrees_with_numpy_on_the_draws(results, metric):
    for result in results.values():
        row, x = result.summary().loc[metric], result[metric]
        assert row["mean"] == pytest.approx(x.mean())
        assert row["sd"] == pytest.approx(x.std(), abs=1e-6)
        assert row[["p5", "p10", "p25", "p50", "p75", "p90", "p95"]].tolist() == pytest.approx(
            np.percentile(x, PERCENTILES).tolist()
        )
        assert row[["undefined", "never"]].tolist() == [0, 0]


def test_standard_errors_have_the_shape_of_the_summary_and_come_from_the_replicates(acme):
    errors, x = acme.standard_errors(), acme["npv"]
    assert errors.shape == acme.summary().shape
    assert list(errors.columns) == COLUMNS
    assert list(errors.index) == list(METRICS)
    assert errors.loc["npv", "mean"] == pytest.approx(of_replicates(x, np.mean))
    assert errors.loc["npv", "sd"] == pytest.approx(of_replicates(x, np.std))
    assert errors.loc["npv", "p90"] == pytest.approx(of_replicates(x, lambda row: np.percentile(row, 90)))


def test_the_summary_of_all_stacks_the_vendors(results):
    summary, errors = results.summary(), results.standard_errors()
    assert list(summary.index.names) == ["vendor", "metric"]
    assert summary.shape == errors.shape == (3 * len(METRICS), len(COLUMNS))
    for name, result in results.items():
        pd.testing.assert_frame_equal(summary.loc[name], result.summary())
        pd.testing.assert_frame_equal(errors.loc[name], result.standard_errors())


def test_percentiles_are_those_asked_for_in_order_and_once(scenario):
    results = scenario.run(draws=64, percentiles=(90, 2.5, 50, 90))
    for table in (results.summary(), results["Acme"].summary(), results["Acme"].standard_errors()):
        assert list(table.columns) == ["mean", "sd", "p2.5", "p50", "p90", "undefined", "never"]
    x = results["Acme"]["npv"]
    assert results["Acme"].summary().loc["npv", "p2.5"] == pytest.approx(np.percentile(x, 2.5))
    assert "P10" in repr(results["Acme"])


# Payback and what does not exist


def test_a_mean_payback_is_not_taken_over_payers_only(acme):
    payback = acme["payback"]
    never = np.isinf(payback).mean()
    assert 0 < never < 0.9
    row = acme.summary().loc["payback"]
    assert math.isnan(row["mean"])
    assert math.isnan(row["sd"])
    assert row["never"] == pytest.approx(never)
    assert math.isnan(acme.standard_errors().loc["payback", "mean"])


def test_percentiles_of_payback_are_months_or_never(acme):
    payback, row = acme["payback"], acme.summary().loc["payback"]
    for q in PERCENTILES:
        value = row[f"p{q:g}"]
        assert value == np.percentile(payback, q, method="inverted_cdf")
        assert value == math.inf or value == int(value)
    assert row["p95"] == math.inf


def test_a_vendor_that_never_pays_back_says_so(results):
    row = results["Waste"].summary().loc["payback"]
    assert row["never"] == 1
    assert row["p5"] == math.inf
    assert results["Waste"].probability("payback", at_most=24) == (0, 0)


# Probability


@pytest.mark.parametrize(
    ("metric", "bounds", "hits"),
    [
        ("npv", {"above": 0}, lambda x: x > 0),
        ("roi", {"at_least": 0.5}, lambda x: x >= 0.5),
        ("payback", {"at_most": 12}, lambda x: x <= 12),
        ("payback", {"below": 12}, lambda x: x < 12),
        ("npv", {"above": 0, "below": 20_000}, lambda x: (x > 0) & (x < 20_000)),
        ("irr", {"at_most": 10}, lambda x: x <= 10),
    ],
)
def test_a_probability_is_the_share_of_the_draws_that_keep_the_bounds(acme, metric, bounds, hits):
    kept = hits(acme[metric])
    found = acme.probability(metric, **bounds)
    assert 0 < found.value < 1
    assert found.value == pytest.approx(kept.mean())
    assert found.se == pytest.approx(of_replicates(kept.astype(float), np.mean))


def test_a_probability_of_all_vendors_has_a_row_each(results):
    found = results.probability("npv", above=0)
    assert list(found.index) == list(results)
    assert list(found.columns) == ["probability", "se"]
    assert found.index.name == "vendor"
    for name, result in results.items():
        assert tuple(found.loc[name]) == result.probability("npv", above=0)


def test_a_probability_without_a_bound_is_refused(acme, results):
    for ask in (acme.probability, results.probability):
        with pytest.raises(UsageError, match="Give at_least, at_most, above or below"):
            ask("npv")


def test_the_payback_curve_rises_month_by_month_to_the_share_that_pays_back(acme):
    curve = [p.value for p in acme.payback_by_month()]
    assert len(curve) == 25
    assert curve == sorted(curve)
    assert curve[-1] == pytest.approx(1 - np.isinf(acme["payback"]).mean())


def test_targets_are_those_of_the_file(acme, tmp_path):
    targets = {target.event: p for target, p in acme.targets.items()}
    assert list(targets) == ["npv > 0", "payback <= 12", "roi >= 0.5"]
    assert targets["payback <= 12"] == acme.probability("payback", at_most=12)
    assert targets["roi >= 0.5"] == acme.probability("roi", at_least=0.5)
    untold = loaded(tmp_path, targets={}).run(draws=64)["Acme"]
    assert [target.event for target in untold.targets] == ["npv > 0", "payback <= 24"]


def test_line_means_add_up_to_the_mean_benefit_less_cost(acme):
    means = acme.line_means()
    benefits = {line.name for line in acme.case.lines if line.nature.is_benefit}
    assert {"productivity", "subscription", "implementation"} <= set(means)
    net = sum(mean.value * (1 if name in benefits else -1) for name, mean in means.items())
    assert net == pytest.approx((acme["benefit"] - acme["cost"]).mean())
    assert means["subscription"].value == pytest.approx(24 * 20 * 60)
    assert means["subscription"].se == pytest.approx(0, abs=1e-6)


# Tornado


def test_a_tornado_has_a_row_an_input_the_largest_share_first(acme):
    found = acme.tornado("npv")
    assert found["input"].tolist() == ["saved", "realised", "vendors.Acme.implementation.quote", "together"]
    assert found["share"][:3].is_monotonic_decreasing
    assert found["share"].sum() == pytest.approx(1)
    assert found.loc[0, ["alone_low_input", "alone_high_input"]].tolist() == pytest.approx([0.5, 4.5])
    assert found.loc[0, ["low_input", "high_input"]].tolist() == pytest.approx([0.25, 4.75], abs=0.01)
    assert found.loc[0, "low_mean"] < acme["npv"].mean() < found.loc[0, "high_mean"]


def test_a_tornado_of_one_vendor_is_of_the_npv_unless_another_metric_is_asked_for(acme):
    pd.testing.assert_frame_equal(acme.tornado(), acme.tornado("npv"))
    assert acme.tornado("cost")["low_mean"][0] != acme.tornado("npv")["low_mean"][0]


def test_the_tornados_of_all_vendors_stand_one_below_the_other(results):
    found = results.tornado("roi")
    assert found["vendor"].tolist() == ["Acme"] * 4 + ["Bolt Pro"] * 4 + ["Waste"] * 3
    assert list(found.index) == list(range(11))
    for name, result in results.items():
        rows = found[found["vendor"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, result.tornado("roi"))


def test_the_one_at_a_time_tornado_is_a_kind_of_its_own(acme):
    found = acme.tornado("npv", kind="one-at-a-time")
    bars = {bar.input: bar for bar in acme.bars("npv").bars}
    for key, bar in bars.items():
        rows = found[found["input"] == key].set_index("statistic")
        assert rows["value"].tolist() == pytest.approx([bar.at_low, bar.at_high, bar.at_high - bar.at_low])
        assert rows["input_value"][:2].tolist() == pytest.approx([bar.low_input, bar.high_input])


# Comparison


def test_compare_agrees_with_numpy_on_the_same_futures(results):
    found = results.compare()
    npv = np.array([*(result["npv"] for result in results.values()), np.zeros(DRAWS)])
    best = npv.max(axis=0)
    assert list(found.index) == [*results, "buy nothing"]
    assert found.index.name == "option"
    assert list(found.columns) == [f"{c}{s}" for c in ("p_best", "mean", "gap", "regret") for s in ("", "_se")]
    assert found["p_best"].tolist() == pytest.approx((npv == best).mean(axis=1).tolist())
    assert found["p_best"].sum() == pytest.approx(1)
    assert found["mean"].tolist() == pytest.approx(npv.mean(axis=1).tolist())
    assert found["gap"].tolist() == pytest.approx((npv.mean(axis=1).max() - npv.mean(axis=1)).tolist())
    assert found["regret"].tolist() == pytest.approx((best - npv).mean(axis=1).tolist())
    assert found.loc["Waste", "regret_se"] == pytest.approx(of_replicates(best - npv[2], np.mean))
    assert found["gap"].min() == 0


def test_a_single_vendor_stands_against_buying_nothing(tmp_path):
    one = yaml.safe_load(SCENARIO)["vendors"]["Acme"]
    results = loaded(tmp_path, vendors={"Acme": one}).run(draws=64)
    npv, found = results["Acme"]["npv"], results.compare().loc["Acme"]
    assert found["p_best"] == pytest.approx((npv > 0).mean() + 0.5 * (npv == 0).mean())
    assert found["regret"] == pytest.approx(np.maximum(-npv, 0).mean())
    assert "Acme" in repr(results)


def test_a_crm_may_be_mandatory(tmp_path):
    decision = {"nothing": "none", "reason": "the old contract ends"}
    results = loaded(tmp_path, decision=decision).run(draws=64)
    assert list(results.compare().index) == list(results)
    assert results.compare()["p_best"].sum() == pytest.approx(1)
    assert "Buying nothing is no option: the old contract ends." in " ".join(repr(results).split())


def test_buying_nothing_goes_by_the_name_the_file_gives_it(tmp_path):
    results = loaded(tmp_path, decision={"nothing": "keep the old tools"}).run(draws=64)
    assert list(results.compare().index)[-1] == "keep the old tools"
    assert "keep the old tools" in repr(results)


# Inputs


def test_inputs_show_what_was_asked_for_and_what_was_drawn(results):
    found = results.inputs()
    assert found.index.name == "input"
    assert set(found.index) == set(results.run.inputs)
    columns = ["used_by", "asked", "asked_mean", "min", "p10", "p50", "mean", "p90", "max", "source", "note"]
    assert list(found.columns) == columns
    for key, x in results.run.inputs.items():
        row = found.loc[key]
        assert row[["min", "mean", "max"]].tolist() == pytest.approx([x.min(), x.mean(), x.max()])
        assert row[["p10", "p50", "p90"]].tolist() == pytest.approx(np.percentile(x, [10, 50, 90]).tolist())
        assert abs(row["mean"] - row["asked_mean"]) < 5 * x.std() / np.sqrt(len(x))


def test_inputs_say_who_uses_them_and_where_they_come_from(results):
    found = results.inputs()
    assert found.loc["saved", ["used_by", "source", "note"]].tolist() == ["Acme, Bolt Pro, Waste", "a survey", "hours"]
    assert found.loc["vendors.Acme.implementation.quote", "used_by"] == "Acme"
    assert found.loc["saved", "asked"] == "uniform: low 0, high 5"


def test_a_scenario_that_is_certain_gives_tables_too(tmp_path):
    certain = loaded(tmp_path, inputs={}, common={}, vendors={"Sure": {"licence": {"list_price": 40}}})
    results = certain.run(draws=64)
    with pytest.raises(UsageError, match="a tornado takes 256 futures at least, and the run has 64"):
        results.tornado()
    with pytest.raises(UsageError, match="the NPV of Sure is the same in every future: nothing moves it"):
        certain.run(draws=256).tornado()
    assert results.summary().loc[("Sure", "npv"), "sd"] == 0
    assert "nan" not in repr(results).lower()


def test_without_uncertainty_the_table_of_inputs_is_empty(tmp_path):
    certain = loaded(tmp_path, inputs={}, common={}, vendors={"Sure": {"licence": {"list_price": 40}}})
    found = certain.run(draws=64).inputs()
    assert found.empty
    assert found.index.name == "input"


# What a notebook shows


def test_a_result_shows_itself_in_one_line(acme):
    low, median, high = np.percentile(acme["npv"], [10, 50, 90])
    chance = (acme["npv"] > 0).mean()
    assert repr(acme) == (
        f"<Result Acme: median NPV {median:,.0f} EUR (P10 {low:,.0f}, P90 {high:,.0f}), P(NPV > 0) {chance:.1%}>"
    )


def test_results_show_the_comparison(results):
    text = repr(results)
    for part in ("Two offers", "24 months, EUR", "1,024 futures", "seed 3", *results):
        assert part in text
    for row in (
        "ROI (net), median",
        "NPV, median",
        "P(payback within 12 months)",
        "P(NPV > 0), money only",
        "buy nothing",
    ):
        assert row in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_text_says_nan_or_inf(results):
    for text in (repr(results), *(repr(result) for result in results.values())):
        assert "nan" not in text.lower()
        assert "inf" not in text.lower()


def test_a_scenario_shows_itself_in_one_line(scenario):
    assert repr(scenario) == "<Scenario Two offers: Acme, Bolt Pro, Waste; 24 months, EUR>"
