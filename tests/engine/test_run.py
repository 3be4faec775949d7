import multiprocessing

import numpy as np
import pytest
import yaml

from sim.engine.plan import PATHS
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.sampling.draws import CHUNK, REPLICATES
from sim.study.scenario import load
from tests.places import SCENARIOS

MID_MARKET = SCENARIOS / "mid_market.yaml"
DESIGNS = ("sobol", "latin", "random")
DRAWS = 16 * 64
MANY = 16 * 8192
"""More than a chunk a replicate."""

SMALL = """
name: Small firm
months: 18
discount_rate: 10%
company:
  users: 20
  hourly_cost: $50
  leads_per_month: 300
  conversion_rate: 5%
  deal_value: {dist: pert, low: $2k, mode: $4k, high: $7k}
  gross_margin: 60%
inputs:
  lift: {dist: uniform, low: 0%, high: 30%}
  adoption: {dist: beta, a: 6, b: 3}
common:
  effects: {conversion: lift, attribution: {dist: uniform, low: 20%, high: 90%}}
  rollout: {adoption: adoption, ramp_months: 4}
vendors:
  Acme:
    licence: {list_price: $60, uplift: {dist: uniform, low: 0%, high: 10%}}
    implementation: {quote: $15k, overrun: {dist: lognormal, median: 1.2, sigma: 0.3}}
    rollout: {plan_months: 2, delay_months: {dist: uniform, low: 0, high: 4}}
  Bolt:
    licence: {list_price: $150, uplift: 5%}
    implementation: {quote: $30k, overrun: {dist: lognormal, median: 1.2, sigma: 0.3}}
    inputs: {adoption: {dist: triangular, low: 20%, mode: 80%, high: 100%}}
  Crux:
    licence: {list_price: {dist: uniform, low: $30, high: $50}}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return written(tmp_path_factory.mktemp("small"), yaml.safe_load(SMALL))


@pytest.fixture(scope="module")
def runs(scenario):
    """A run of each design, one thread, seed 7."""
    return {design: scenario.run(draws=DRAWS, seed=7, design=design) for design in DESIGNS}


@pytest.fixture(scope="module")
def long_run(scenario):
    """More draws than a chunk holds."""
    return scenario.run(draws=MANY, seed=3)


def written(folder, content):
    """The scenario that a mapping says."""
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return load(path)


def content_with(*vendors):
    content = yaml.safe_load(SMALL)
    return content | {"vendors": {name: content["vendors"][name] for name in vendors}}


def assert_same_vendor(a, b, name):
    """Every number of a vendor is the same to the last bit."""
    one, other = a.run.vendors[name], b.run.vendors[name]
    assert set(one.metrics) == set(other.metrics) == set(METRICS)
    for metric in METRICS:
        assert np.array_equal(one.metrics[metric], other.metrics[metric], equal_nan=True), metric
    assert one.line_means.keys() == other.line_means.keys()
    for line, means in one.line_means.items():
        assert np.array_equal(means, other.line_means[line]), line
    assert np.array_equal(one.position, other.position)
    assert np.array_equal(one.running, other.running)


def assert_same(a, b):
    """Two runs are the same to the last bit."""
    assert a.run.inputs.keys() == b.run.inputs.keys()
    for key, values in a.run.inputs.items():
        assert np.array_equal(values, b.run.inputs[key]), key
    assert list(a) == list(b)
    for name in a:
        assert_same_vendor(a, b, name)


def assert_no_draw_twice(results):
    """No value comes back within a replicate, of any input."""
    for key, values in results.run.inputs.items():
        for replicate in values.reshape(REPLICATES, -1):
            assert len(np.unique(replicate)) == len(replicate), key


def ranks(x):
    return np.argsort(np.argsort(x))


def correlation(x, y):
    return np.corrcoef(ranks(x), ranks(y))[0, 1]


# Whoever does the work


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_threads_gives_the_same_bytes(scenario, runs, design, workers):
    assert_same(runs[design], scenario.run(draws=DRAWS, seed=7, design=design, workers=workers))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("blocks_per_task", [2, 5, 100])
def test_any_number_of_blocks_a_task_gives_the_same_bytes(scenario, runs, design, blocks_per_task):
    again = scenario.run(draws=DRAWS, seed=7, design=design, workers=2, blocks_per_task=blocks_per_task)
    assert_same(runs[design], again)


def test_a_pool_of_processes_gives_the_same_bytes(scenario, runs):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for design in DESIGNS:
            again = scenario.run(draws=DRAWS, seed=7, design=design, map_=pool.map, blocks_per_task=3)
            assert_same(runs[design], again)
        assert_same(runs["sobol"], scenario.run(draws=DRAWS, seed=7, map_=pool.imap_unordered))


def test_more_draws_than_a_chunk_holds_give_the_same_bytes_any_way(scenario, long_run):
    assert long_run.run.draws == MANY == 2 * CHUNK * REPLICATES
    assert_same(long_run, scenario.run(draws=MANY, seed=3, workers=3, blocks_per_task=3))
    assert_no_draw_twice(long_run)


UNEVEN = 16 * (2 * CHUNK + 3)
"""Two whole chunks a replicate and a rest of three."""


def backwards(function, tasks):
    """A map that finishes the last task first."""
    return map(function, reversed(list(tasks)))


@pytest.mark.parametrize("design", ["latin", "random"])
def test_the_order_in_which_chunks_are_finished_changes_no_byte(tmp_path, design):
    crux = written(tmp_path, content_with("Crux"))
    alone = crux.run(draws=UNEVEN, seed=3, design=design)
    assert alone.run.draws == UNEVEN
    assert_same(alone, crux.run(draws=UNEVEN, seed=3, design=design, map_=backwards, blocks_per_task=2))
    assert_no_draw_twice(alone)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_mid_market_scenario_gives_the_same_bytes_any_way(design):
    scenario = load(MID_MARKET)
    alone = scenario.run(draws=512, seed=1, design=design)
    assert_same(alone, scenario.run(draws=512, seed=1, design=design, workers=2, blocks_per_task=5))


def test_the_same_seed_gives_the_same_bytes_again(scenario, runs):
    assert_same(runs["sobol"], scenario.run(draws=DRAWS, seed=7))


# The same futures for everyone


@pytest.mark.parametrize(
    ("vendors", "design"),
    [
        (("Acme",), "sobol"),
        (("Bolt",), "sobol"),
        (("Crux", "Acme"), "sobol"),
        (("Crux", "Bolt", "Acme"), "sobol"),
        (("Bolt", "Crux"), "latin"),
        (("Crux", "Bolt", "Acme"), "random"),
    ],
)
def test_other_vendors_and_their_order_change_no_number_of_a_vendor(tmp_path, runs, design, vendors):
    everyone = runs[design]
    some = written(tmp_path, content_with(*vendors)).run(draws=DRAWS, seed=7, design=design)
    assert list(some) == list(vendors)
    for name in vendors:
        assert_same_vendor(everyone, some, name)
    for key, values in some.run.inputs.items():
        assert np.array_equal(values, everyone.run.inputs[key]), key


def test_other_vendors_change_no_number_even_with_more_draws_than_a_chunk_holds(tmp_path, long_run):
    assert_same_vendor(long_run, written(tmp_path, content_with("Acme")).run(draws=MANY, seed=3), "Acme")


def test_a_newcomer_with_inputs_of_its_own_changes_no_number(tmp_path, runs):
    content = yaml.safe_load(SMALL)
    newcomer = {
        "licence": {
            "list_price": {"dist": "uniform", "low": 1, "high": 2},
            "discount": [{"dist": "beta", "a": 2, "b": 9}],
        },
        "effects": {"conversion": {"dist": "uniform", "low": 0, "high": 0.5}},
        "inputs": {"adoption": {"dist": "uniform", "low": 0, "high": 1}},
    }
    content["vendors"] = {"Aaron": newcomer} | content["vendors"]
    after = written(tmp_path, content).run(draws=DRAWS, seed=7)
    for name in runs["sobol"]:
        assert_same_vendor(runs["sobol"], after, name)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_shared_input_on_a_vendors_own_scale_keeps_its_quantile(runs, design):
    inputs = runs[design].run.inputs
    shared, own = inputs["adoption"], inputs["vendors.Bolt.inputs.adoption"]
    assert (ranks(shared) == ranks(own)).all()
    assert not np.array_equal(shared, own)


@pytest.mark.parametrize("design", DESIGNS)
def test_inputs_in_place_in_different_vendors_are_independent(runs, design):
    inputs = runs[design].run.inputs
    mine, theirs = (inputs[f"vendors.{name}.implementation.overrun"] for name in ("Acme", "Bolt"))
    assert abs(correlation(mine, theirs)) < 5 / np.sqrt(DRAWS)  # 1 / sqrt(n) is the standard error at no correlation
    assert np.sort(mine) == pytest.approx(np.sort(theirs), rel=0.5)


@pytest.mark.parametrize("design", DESIGNS)
def test_all_inputs_with_names_of_their_own_are_independent(runs, design):
    inputs = runs[design].run.inputs
    keys = [key for key in inputs if key != "vendors.Bolt.inputs.adoption"]
    assert len(keys) == 9
    for place, key in enumerate(keys):
        for other in keys[place + 1 :]:
            assert abs(correlation(inputs[key], inputs[other])) < 5 / np.sqrt(DRAWS), (key, other)


def test_an_input_in_common_is_the_same_for_every_vendor(scenario):
    shared = {"lift", "common.effects.attribution", "company.deal_value"}
    used = [{i.key for i in case.inputs} for case in scenario.cases.values()]
    assert all(shared <= keys for keys in used)
    assert shared <= scenario.run(draws=64).run.inputs.keys()


def test_two_vendors_that_say_the_same_get_the_same_numbers(tmp_path):
    content = content_with("Crux")
    offer = {"licence": {"list_price": 40}}
    results = written(tmp_path, content | {"vendors": {"One": offer, "Two": offer}}).run(draws=DRAWS)
    for metric in METRICS:
        assert np.array_equal(results["One"][metric], results["Two"][metric], equal_nan=True)


def test_a_dearer_vendor_is_worse_by_the_price_in_every_future(tmp_path):
    vendors = {name: {"licence": {"list_price": price, "billing": "monthly"}} for name, price in (("A", 40), ("B", 50))}
    results = written(tmp_path, content_with("Crux") | {"vendors": vendors}).run(draws=DRAWS)
    assert results["B"]["cost"] - results["A"]["cost"] == pytest.approx(18 * 20 * 10)
    assert np.ptp(results["A"]["npv"] - results["B"]["npv"]) < 1e-6


# Seeds and designs


@pytest.mark.parametrize("design", DESIGNS)
def test_another_seed_gives_other_futures(scenario, design):
    runs = [scenario.run(draws=64, seed=seed, design=design).run for seed in (0, 1, 2, -1)]
    for key in runs[0].inputs:
        seen = np.concatenate([run.inputs[key] for run in runs])
        assert len(np.unique(seen)) == len(seen)


def test_every_design_asks_the_same_question(scenario):
    found = [scenario.run(draws=8192, seed=5, design=design)["Acme"].statistics("npv").mean for design in DESIGNS]
    for one in found:
        for other in found:
            assert abs(one.value - other.value) <= 5 * np.hypot(one.se, other.se)


def test_what_was_asked_for_is_in_the_run(scenario):
    run = scenario.run(draws=256, seed=9, design="latin").run
    assert (run.seed, run.design, run.draws) == (9, "latin", 256)


@pytest.mark.parametrize(
    ("asked", "design", "made"),
    [(1, "sobol", 64), (65, "sobol", 128), (1000, "sobol", 1024), (1000, "latin", 1008), (1000, "random", 1008)],
)
def test_at_least_the_draws_asked_for_are_made(scenario, asked, design, made):
    results = scenario.run(draws=asked, design=design)
    assert results.run.draws == made
    assert all(len(results["Acme"][metric]) == made for metric in METRICS)
    assert all(len(values) == made for values in results.run.inputs.values())


# What a run keeps


def test_paths_are_kept_of_every_draw_of_a_short_run(runs):
    vendor = runs["latin"].run.vendors["Acme"]
    assert vendor.position.shape == vendor.running.shape == (19, DRAWS)
    assert_paths_agree(vendor, np.arange(DRAWS))


def test_paths_are_kept_of_the_first_draws_of_each_replicate_of_a_long_run(long_run):
    vendor = long_run.run.vendors["Acme"]
    assert vendor.position.shape == vendor.running.shape == (19, REPLICATES * PATHS)
    assert_paths_agree(vendor, np.arange(MANY).reshape(REPLICATES, -1)[:, :PATHS].ravel())


def assert_paths_agree(vendor, kept):
    """The paths end where the metrics of the kept draws say."""
    net = (vendor.metrics["benefit"] - vendor.metrics["cost"])[kept]
    deepest = np.maximum(-vendor.position.min(axis=0), 0)
    assert np.allclose(vendor.running[-1], net, rtol=1e-6, atol=0.05)
    assert np.allclose(deepest, vendor.metrics["peak_exposure"][kept], rtol=1e-6, atol=0.05)


def test_paths_agree_with_the_payback_month(runs):
    results = runs["random"]
    running, payback = results.run.vendors["Acme"].running, results["Acme"]["payback"]
    assert 0.05 < np.isinf(payback).mean() < 0.95
    rounding = 1e-6 * np.abs(running).max(axis=0)
    assert (running[-1] <= rounding)[np.isinf(payback)].all()
    for n in np.flatnonzero(np.isfinite(payback)):
        month = int(payback[n])
        assert (running[month:, n] >= -rounding[n]).all()
        assert month == 0 or running[month - 1, n] < 0


def test_line_means_add_up_to_the_mean_benefit_and_cost_of_each_replicate(long_run):
    for result in long_run.values():
        for metric, is_benefit in (("benefit", True), ("cost", False)):
            names = [line.name for line in result.case.lines if line.nature.is_benefit is is_benefit]
            total = sum(result.draws.line_means[name] for name in names)
            assert total == pytest.approx(result[metric].reshape(REPLICATES, -1).mean(axis=1), rel=1e-10)


def test_a_scenario_without_uncertainty_runs(tmp_path):
    content = content_with("Crux") | {"inputs": {"lift": 0.1, "adoption": 0.7}}
    content["company"] |= {"deal_value": 4000}
    content["common"]["effects"]["attribution"] = 0.5
    results = written(tmp_path, content | {"vendors": {"Sure": {"licence": {"list_price": 40}}}}).run(draws=100)
    assert np.ptp(results["Sure"]["npv"]) == 0
    assert len(results["Sure"]["npv"]) == results.run.draws


# Progress and wrong arguments


@pytest.mark.parametrize("how", [{}, {"workers": 2}, {"blocks_per_task": 5}, {"blocks_per_task": 100}])
def test_progress_rises_to_one(scenario, how):
    seen = []
    scenario.run(draws=64, progress=seen.append, **how)
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    assert all(0 < share <= 1 for share in seen)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"draws": 0}, "cannot make 0 draws"),
        ({"draws": -5}, "cannot make -5 draws"),
        ({"draws": 2**33}, "cannot make 8,589,934,592 draws"),
        ({"workers": 0}, "workers and blocks_per_task must be at least 1"),
        ({"blocks_per_task": 0}, "workers and blocks_per_task must be at least 1"),
        ({"design": "halton"}, "no design is called 'halton'"),
        ({"percentiles": (0, 50)}, "percentiles must lie between 0 and 100"),
        ({"percentiles": ()}, "percentiles must lie between 0 and 100"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(scenario, arguments, message):
    with pytest.raises(UsageError, match=message):
        scenario.run(**arguments)


def test_an_error_in_the_work_comes_out_of_the_threads(scenario):
    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scenario.run(draws=64, workers=2, progress=interrupt)
