"""Options under stress: by re-run, by weights, and what cannot be stressed."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.analysis.stress_draws import effective_size, redrawn, weights
from sim.analysis.stress_plan import Band, Known, Plan, band_in
from sim.analysis.weighted import describe
from sim.distributions import Normal, Pert
from sim.errors import UsageError
from sim.sampling.estimates import describe as plainly
from tests.places import SCENARIOS
from tests.small import SMALL

VTIGER, HUBSPOT, SALESFORCE = "Vtiger One Enterprise", "HubSpot Sales Hub Professional", "Salesforce Enterprise"
LOWER = {"dist": "pert", "low": "10%", "mode": "60%", "high": "95%"}


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=4096)


@pytest.fixture(scope="module")
def independent():
    return sim.load(SCENARIOS / "mid_market_independent.yaml").run(draws=2**16)


def test_the_base_is_what_the_run_says(results):
    base = results.stress({"Low": {"adoption": "below p20"}}).base
    for option, standing in results.comparison.standings.items():
        assert base[option].npv.mean == pytest.approx(standing.mean, rel=1e-12)
        assert base[option].p_best == standing.p_best
        assert base[option].regret == standing.regret
    assert base[VTIGER].p_above == results[VTIGER].probability("npv", above=0)


@pytest.mark.parametrize("design", ["sobol", "latin", "random", "hdr"])
@pytest.mark.parametrize("name", ["mid_market", "what_may_go_wrong", "own_data"])
def test_draws_are_made_again_as_they_were(name, design):
    """Every input at its own law once more: ties, tables, events, and each vendor's own."""
    run = (made := sim.load(SCENARIOS / f"{name}.yaml").run(draws=64, design=design)).run
    for key, drawn in made.inputs_asked.items():
        law = drawn.distribution
        other = replace(drawn, distribution=Normal(mean=0, sd=1))
        assert np.array_equal(redrawn(run, other, law), run.inputs[key]), key


def test_draws_of_a_run_that_keeps_only_some_are_those_of_the_same_futures():
    run = (made := sim.load(SCENARIOS / "own_data.yaml").run(draws=2**18)).run
    assert run.kept < run.draws
    for key, drawn in made.inputs_asked.items():
        again = redrawn(run, replace(drawn, distribution=Normal(mean=0, sd=1)), drawn.distribution)
        assert np.array_equal(again, run.inputs[key]), key


@pytest.mark.parametrize("what", ["p0..p100", {"dist": "pert", "low": "30%", "mode": "60%", "high": "90%"}])
@pytest.mark.parametrize("by", ["re-run", "reweighting"])
def test_a_stress_that_changes_nothing_gives_the_base_bit_for_bit(results, what, by):
    test = results.stress({"Same": {"attribution": what}}, by=by)
    assert test.evaluations == 0
    for option, base in test.base.items():
        assert test.stresses[0].options[option] == base
        assert test.stresses[0].options[option].change == (0, 0)


def test_a_name_moves_every_vendor_and_an_own_input_only_its_vendor(results):
    every = results.stress({"Low": {"adoption": "below p20"}}).stresses[0]
    assert every.evaluations == 3
    assert all(every.options[vendor].change.value < 0 for vendor in results)
    one = results.stress({"Dear": {f"overrun of {SALESFORCE}": 2.5}}).stresses[0]
    assert one.evaluations == 1
    assert [one.options[vendor].change.value < 0 for vendor in results] == [False, False, True]
    assert one.options["buy nothing"].change == (0, 0)
    assert one.told == (f"overrun, times the quote = 2.5, for {SALESFORCE}",)


def test_a_band_holds_an_input_in_it_at_the_same_quantiles(results):
    drawn, x = results.inputs_asked["adoption"], results.run.inputs["adoption"]
    low = redrawn(results.run, drawn, Band(0.0, 0.2))
    assert low.max() <= drawn.distribution.ppf(np.array([0.2]))[0] + 1e-12
    assert np.array_equal(np.argsort(low), np.argsort(x))
    assert drawn.distribution.cdf(low) == pytest.approx(0.2 * drawn.distribution.cdf(x), abs=1e-9)


def test_a_value_is_what_evaluating_with_it_brings(results):
    """Known answer: the model itself, asked with the input's draws replaced."""
    option = results.stress({"Set": {"adoption": "40%"}}).stresses[0].options[VTIGER]
    draws = results.paired.draws(VTIGER) | {"adoption": np.full(results.paired.size, 0.4)}
    npv = sim.evaluate(results[VTIGER].case, draws).metrics["npv"]
    assert option.npv.mean.value == pytest.approx(npv.mean(), rel=1e-12)
    assert option.change.value == pytest.approx((npv - results[VTIGER]["npv"]).mean(), rel=1e-9)


def test_another_law_is_a_run_of_a_file_that_says_so(results, tmp_path):
    text = (SCENARIOS / "mid_market.yaml").read_text(encoding="utf-8")
    before = "  attribution:\n    dist: pert\n    low: 30%\n    mode: 60%"
    assert before in text
    path = tmp_path / "lower.yaml"
    path.write_text(text.replace(before, before.replace("60%", "50%")), encoding="utf-8")
    again = sim.load(path).run(draws=4096)
    law = {"dist": "pert", "low": "30%", "mode": "50%", "high": "90%"}
    stressed = results.stress({"Less": {"attribution": law}}).stresses[0].options
    for vendor in results:
        assert stressed[vendor].npv.mean.value == pytest.approx(again[vendor].statistics("npv").mean.value, rel=1e-9)


@pytest.mark.parametrize("what", ["p10..p60", "55%", "65%"])
def test_weights_and_a_re_run_agree(independent, what):
    """Where nothing is correlated, both are the same question: within 4 standard errors of the less exact way."""
    law = what if what.startswith("p") else {"dist": "pert", "low": "30%", "mode": what, "high": "90%"}
    asked = {"Other": {"attribution": law}}
    again, weighed = (independent.stress(asked, by=by).stresses[0] for by in ("re-run", "reweighting"))
    assert weighed.evaluations == 0
    for vendor in independent:
        one, other = again.options[vendor], weighed.options[vendor]
        assert one.change.value != 0
        for a, b in (
            (one.npv.mean, other.npv.mean),
            (one.npv.percentiles[10.0], other.npv.percentiles[10.0]),
            (one.p_above, other.p_above),
            (one.p_best, other.p_best),
            (one.regret, other.regret),
        ):
            assert abs(a.value - b.value) <= 4 * np.hypot(a.se, b.se) + 1e-12


def test_where_inputs_are_correlated_weights_take_what_comes_with_them(results):
    """Low adoption comes with a low lift and few hours saved: its futures are worse than what it does by itself."""
    again, weighed = (results.stress({"Low": {"adoption": "below p30"}}, by=by) for by in ("re-run", "reweighting"))
    one, other = (test.stresses[0].options[VTIGER].change for test in (again, weighed))
    assert other.value < one.value - 4 * np.hypot(one.se, other.se)


def test_the_weights_of_a_shifted_law_are_its_density_ratio(independent):
    """Known answer: PERT from 30 to 90 % is a beta law; its density ratio, averaged over 1,024 cells."""
    law = Pert(low=0.3, mode=0.7, high=0.9)
    run, drawn = independent.run, independent.inputs_asked["attribution"]
    found = weights(run, Plan("x", {"attribution": law}), independent.inputs_asked)
    u = (run.inputs["attribution"] - 0.3) / 0.6
    a, b, c, d = 1 + 4 * 4 / 6, 1 + 4 * 2 / 6, 1 + 4 * 3 / 6, 1 + 4 * 3 / 6
    from scipy.stats import beta

    ratio = beta(a, b).pdf(u) / beta(c, d).pdf(u)
    middle = np.abs(u - 0.5) < 0.3
    old = drawn.distribution
    assert (old.low, old.mode, old.high) == (0.3, 0.6, 0.9)
    assert found[middle] == pytest.approx(ratio[middle], rel=0.01)
    assert found.mean() == pytest.approx(1, abs=1e-3)


def test_the_weights_of_a_band_are_those_of_its_futures_alone(results):
    drawn, x = results.inputs_asked["attribution"], results.run.inputs["attribution"]
    found = weights(results.run, Plan("x", {"attribution": Band(0.5, 1.0)}), results.inputs_asked)
    assert np.array_equal(found, np.where(drawn.distribution.cdf(x) > 0.5, 2.0, 0.0))


def test_weights_that_are_all_alike_change_no_statistic():
    x = np.random.default_rng(2).normal(size=16 * 256)
    one, other = plainly(x, (10.0, 50.0)), describe(x, np.full(x.size, 2.0), (10.0, 50.0))
    assert other.mean == pytest.approx(one.mean)
    assert other.sd.value == pytest.approx(one.sd.value)
    assert other.percentiles[10.0].value == pytest.approx(one.percentiles[10.0].value, abs=5e-3)
    assert effective_size(np.array([1.0, 1.0, 0.0, 0.0])) == 2


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"adoption": "40%"}, "stress 'S': adoption is set to one value, which no future has as drawn"),
        ({"attribution": "below p5"}, "leaves 20. effective futures of 4,096, fewer than 1,000"),
        ({"adoption": LOWER}, "adoption and adoption of Salesforce Enterprise hang together"),
        ({"attribution": {"dist": "uniform", "low": "0%", "high": "90%"}}, "of the new law of attribution lies where"),
    ],
)
def test_what_weights_cannot_make_is_refused(results, asked, message):
    with pytest.raises(UsageError, match=message):
        results.stress({"S": asked}, by="reweighting")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "it changes nothing"),
        ("adoption", "it changes nothing"),
        ({"adoptoin": "40%"}, r"no vendor has an uncertain input called 'adoptoin' \(did you mean 'adoption'\?\)"),
        ({"users": 50}, "no vendor has an uncertain input called 'users'"),
        ({"adoption": "140%"}, r"stress 'S', adoption: 140% is out of its bounds \(must be 0% to 100%\)"),
        ({"overrun": -1}, r"-1 is out of its bounds \(must be at least 0\)"),
        ({"adoption": 40}, "a bare rate above 1"),
        ({"adoption": "p20..p20"}, r"the band 'p20..p20' is empty \(write the lower percentile first"),
        ({"adoption": "p20..p120"}, "beyond p100"),
        ({"adoption": {"dist": "prt"}}, r"unknown distribution 'prt' \(did you mean 'pert'\?\)"),
        ({"adoption": {"dist": "pert", "low": "10%", "mode": "5%", "high": "50%"}}, "S', adoption: "),
        ({"adoption": {**LOWER, "high": "120%"}}, "120% is out of its bounds"),
        ({"adoption": None}, "cannot read None"),
        ({"adoption": "30%", "adoption of Salesforce Enterprise": "20%"}, "is changed twice"),
        ({f"adoption of {VTIGER}": "30%"}, f"{VTIGER} has no uncertain 'adoption' of its own"),
    ],
)
def test_what_cannot_be_stressed_is_refused(results, asked, message):
    with pytest.raises(UsageError, match=message):
        results.stress({"S": asked})


def test_an_event_happens_or_does_not():
    results = sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=1024)
    test = results.stress(
        {"Yes": {"Weak rollout": "yes"}, "No": {"Weak rollout": "no"},
         "More": {"Weak rollout": {"dist": "bernoulli", "p": "60%"}}}
    )  # fmt: skip
    assert [stress.told for stress in test.stresses] == [
        ("Weak rollout happens",), ("Weak rollout does not happen",), ("Weak rollout happens with 60%",)
    ]  # fmt: skip
    yes, no, more = (stress.options[VTIGER].npv.mean.value for stress in test.stresses)
    assert yes < more < test.base[VTIGER].npv.mean.value < no
    with pytest.raises(UsageError, match="it happens or does not"):
        results.stress({"S": {"Weak rollout": "40%"}})


def test_a_text_is_a_band_or_none():
    assert band_in("p5 .. p97.5") == Band(0.05, 0.975)
    assert band_in("below p20") == Band(0.0, 0.2)
    assert band_in("20%") is None


def test_an_input_in_two_places_keeps_the_bounds_of_both(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(SMALL.replace("{cross_sell: lift}", "{cross_sell: lift, attribution: lift}"), encoding="utf-8")
    two = sim.load(path).run(draws=64)
    assert two.inputs_asked["lift"].bounds == (0, 1)
    with pytest.raises(UsageError, match=r"120% is out of its bounds \(must be 0% to 100%\)"):
        two.stress({"S": {"lift": "120%"}})


def test_a_name_that_may_be_two_inputs_is_refused(results):
    inputs = results.inputs_asked
    a, b = inputs["attribution"], inputs["common.effects.deal_value"]
    both = {"a": replace(a, key="a", name="x.lift", title="one"), "b": replace(b, key="b", name="y.lift", title="two")}
    with pytest.raises(UsageError, match=r"'lift' may be x.lift or y.lift \(write one of them\)"):
        Known(both, (), "USD").called("lift", "S")


def test_tables_for_programs_and_people(results):
    test = results.stress({"Weak rollout": {"adoption": "below p20", "overrun": 1.8}})
    frame = test.frame()
    assert set(frame["option"]) == {*results, "buy nothing"}
    assert set(frame["stress"]) == {"as in the file", "Weak rollout"}
    mean = frame[(frame.option == VTIGER) & (frame.stress == "Weak rollout") & (frame.statistic == "mean")]
    assert mean["value"].item() == test.stresses[0].options[VTIGER].npv.mean.value
    text = repr(test)
    assert "overrun, times the quote = 1.8" in text
    line = " ".join(text.split())
    assert "adoption in its lowest 20% (up to 54.9%), for Salesforce Enterprise" in line
    assert "3 evaluations of a vendor" in line
    assert "vendors." not in text
