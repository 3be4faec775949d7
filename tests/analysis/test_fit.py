"""Doubt about how well each CRM works here: known answers, and the same as a file that says it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

import sim
from sim.analysis.catch_up import catch_up
from sim.analysis.comparison import compare
from sim.analysis.fit import advantage, brought, even_factor, fits
from sim.model.evaluation import evaluate
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES, Chunk, uniforms
from sim.sampling.streams import Stream
from tests.places import SCENARIOS

SHIPPED = sorted(path for path in SCENARIOS.glob("*.yaml"))


def normals(count, size=4096):
    streams = [Stream(str(number), "", number) for number in range(count)]
    parts = [uniforms(streams, design=Design.SOBOL, seed=3, chunk=Chunk(r, 0, size)) for r in range(REPLICATES)]
    return [ndtri(np.concatenate([part[str(number)] for part in parts])) for number in range(count)]


def near(estimate, value):
    return estimate.value == pytest.approx(value, abs=4 * estimate.se + 1e-12)


def test_two_vendors_that_bring_the_same_have_their_known_answers():
    """100 brought by both, costs of 40 and 45, fits N(1, 0.05): P(best) Phi(5 / 5 sqrt 2)."""
    a, b = normals(2)
    found = compare({"A": 60 + 5 * a, "B": 55 + 5 * b}, "nothing")
    assert near(found.standings["A"].p_best, 0.760250)
    assert near(found.standings["A"].regret, 0.998206)
    caught = advantage("B", np.full(a.size, 5.0), np.full(a.size, 100.0))
    assert caught.factor.value == pytest.approx(1.05)
    assert caught.even.value == pytest.approx(1.05)


def test_who_brings_nothing_or_harm_cannot_catch_up():
    caught = advantage("B", np.full(64, 5.0), np.full(64, -1.0))
    assert np.isnan(caught.factor.value)
    assert np.isnan(caught.even.value)


def test_ahead_in_half_of_the_futures_is_where_half_of_them_are_level():
    (z,) = normals(1)
    use = 100 + 10 * z
    assert even_factor(np.full(z.size, 20.0), use) == pytest.approx(1.2, abs=1e-3)


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=8192, seed=2)


@pytest.fixture
def with_fit(tmp_path):
    def load(text, correlations=None):
        path = tmp_path / "x.yaml"
        shipped = (SCENARIOS / "mid_market.yaml").read_text(encoding="utf-8")
        if correlations is not None:
            shipped = re.sub(r"^correlations:.*?^(?=targets)", f"{correlations}\n", shipped, flags=re.M | re.S)
        path.write_text(shipped.replace("common:\n", f"common:\n  fit: {text}\n", 1), encoding="utf-8")
        return sim.load(path)

    return load


def test_a_doubt_is_the_same_without_editing_the_file(results, with_fit):
    """The same draws of everything else, the same fits, and outcomes that are straight lines in them."""
    edited = with_fit("15%").run(draws=8192, seed=2)
    for key, drawn in results.run.inputs.items():
        assert (edited.run.inputs[key] == drawn).all(), key
    latent = fits(results, results.run)
    for name in results:
        fit = edited.run.inputs[f"vendors.{name}.fit"]
        assert fit == pytest.approx(1 + 0.15 * latent[name])
        moved = results[name]["npv"] + brought(results.paired, name) * (fit - 1)
        assert edited[name]["npv"] == pytest.approx(moved, abs=1e-6)
    unedited = results.options(fit=0.15)
    for option, same in zip(unedited.options, edited.options().options, strict=True):
        assert option.name == same.name
        assert option.p_best.value == pytest.approx(same.p_best.value, abs=1e-3)
        assert option.regret.value == pytest.approx(same.regret.value, rel=1e-6)


def test_vendors_draw_their_fits_for_themselves_or_partly_together(with_fit):
    apart = with_fit("20%").run(draws=8192)
    together = with_fit("20%", "correlations: {across_vendors: {fit: 0.6}}")
    keys = [f"vendors.{name}.fit" for name in apart]
    first, second = (apart.run.inputs[key] for key in keys[:2])
    assert first.std() == pytest.approx(0.2, abs=0.002)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0, abs=4 / np.sqrt(8192))
    tied = together.run(draws=8192)
    ranks = [np.argsort(np.argsort(tied.run.inputs[key])) for key in keys[:2]]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0.6, abs=4 * 0.64 / np.sqrt(8192))
    assert any(row["measure"] == "spearman" and row["asked"] == 0.6 for row in tied.correlation_rows)


def test_fits_that_go_together_need_two_and_no_other_partner(with_fit):
    for text, across, message in (
        ("1.02", "{across_vendors: {fit: 0.6}}", "needs two vendors with an uncertain fit"),
        ("15%", "{across_vendors: {fit: 0.6}, pairs: [{inputs: [fit, adoption], spearman: 0.3}]}", "leaves no room"),
    ):
        with pytest.raises(sim.ScenarioError, match=message):
            with_fit(text, f"correlations: {across}")


def test_the_more_doubt_the_less_sure_and_the_more_knowing_is_worth(results):
    found = results.fit()
    assert [doubted.doubt for doubted in found.doubts] == [0.0, 0.05, 0.1, 0.2, 0.3]
    regrets = [doubted.comparison.standings[found.best].regret.value for doubted in found.doubts]
    assert regrets == sorted(regrets)
    assert found.doubts[0].comparison.standings[found.best].p_best == results.options().best.p_best
    for doubted in found.doubts:
        assert sum(s.p_best.value for s in doubted.comparison.standings.values()) == pytest.approx(1)


def test_an_advantage_put_back_makes_level(results):
    found = results.fit()
    for caught in found.advantages:
        case, draws = results[caught.option].case, results.paired.draws(caught.option)
        level = evaluate(replace(case, fit=caught.factor.value), draws, metrics=("npv",)).metrics["npv"]
        assert level.mean() == pytest.approx(results[found.best]["npv"].mean(), rel=1e-9)
        even = evaluate(replace(case, fit=caught.even.value), draws, metrics=("npv",)).metrics["npv"]
        assert (even > results[found.best]["npv"]).mean() == pytest.approx(0.5, abs=2 / even.size)


def test_more_adoption_or_hours_put_back_make_level(results):
    best = results.options().best.name
    name = next(name for name in results if name != best)
    caught = catch_up(results.paired, name, best)
    assert 0.02 < caught.adoption.value < 0.2
    assert 0 < caught.adoption.se < 0.01
    assert 0.1 < caught.hours.value < 2
    hardest = [one for one in results.catch_up() if np.isnan(one.adoption.value)]
    assert [one.option for one in hardest] == ["Salesforce Enterprise"]  # not even if all use it
    assert all(one.hours.value > 0 for one in hardest)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_on_every_shipped_scenario(path):
    found = sim.load(path).run(draws=512)
    assert len(found.fit().doubts) == 5
    assert len(found.catch_up()) >= len(found) - 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0%", "a doubt of 0% (must be above 0% and at most 50%)"),
        ("80%", "a doubt of 80% (must be above 0% and at most 50%)"),
        ("-1", "a fit of -1 (a factor above 0"),
    ],
)
def test_a_fit_that_makes_no_sense_is_refused(with_fit, text, message):
    with pytest.raises(sim.ScenarioError) as caught:
        with_fit(text)
    assert message in str(caught.value)


def test_a_claim_is_not_a_doubt_and_the_same_doubt_is_not_said_twice(with_fit):
    assert not with_fit("15%").warnings
    (claim,) = with_fit("1.2").warnings
    assert claim.message.endswith("[fit-claim]")
    assert not with_fit("1.02").warnings
    (law,) = with_fit("{dist: uniform, low: 0.5, high: 1.2}").warnings
    assert "a mean of 0.85" in law.message


def test_a_scenario_that_says_a_fit_takes_no_second_one(with_fit):
    found = with_fit("15%").run(draws=512)
    with pytest.raises(sim.UsageError, match="the scenario says a fit already, of Vtiger"):
        found.options(fit=0.1)
    with pytest.raises(sim.UsageError, match="a doubt of 70% about fit"):
        sim.load(SCENARIOS / "mid_market.yaml").run(draws=512).fit([0.7])
