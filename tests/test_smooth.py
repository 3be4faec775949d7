"""One input integrated out: known answers, plain runs of many draws, and the same bytes whoever does the work."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.distributions import Constant, Distribution
from sim.errors import UsageError
from sim.finance import METRICS
from sim.finance.flows import CashFlows
from sim.finance.forms import ADDING, FORMED, LASTING, QUANTITIES, QUOTIENTS
from sim.formats import markdown
from sim.journal import Journal
from sim.json_file import document
from sim.model import Case
from sim.page import markdown_text
from sim.processes import Processes
from sim.run import simulate
from sim.sampling import CHUNK, REPLICATES, Design, Input
from sim.scenario import load
from sim.scenario.happenings import stream_of
from sim.smooth import Smoothed
from sim.smooth.tallies import Lasting, Quotient, Straight
from sim.statistics import T95, Bounds
from sim.tables import scope
from sim.tally import Exact
from sim.ties import Latent
from sim.world import Drawn, Line, Nature, Rollout, World
from tests.same import assert_same_run

SCENARIOS = Path(__file__).parent.parent / "scenarios"
HOURS = "common.effects.hours_saved"
MONTHS = 24
QS = (1.0, 5.0, 25.0, 50.0, 75.0, 99.0)


@dataclass(frozen=True)
class Monthly(Line):
    """An amount in every month after signature."""

    amount: Drawn | float
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "monthly"

    def flows(self, world: World):
        return (world.t >= 1) * world[self.amount]


@dataclass(frozen=True)
class AtOnce(Line):
    """An amount at signature."""

    amount: Drawn | float
    nature: Nature = Nature.CASH_COST
    name: str = "at once"

    def flows(self, world: World):
        return (world.t == 0) * world[self.amount]


@dataclass(frozen=True)
class Capped(Line):
    """An amount in month 1, of which what lies above a cap is lost."""

    amount: Drawn
    cap: float
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "capped"

    def flows(self, world: World):
        return (world.t == 1) * np.minimum(world[self.amount], self.cap)


def drawn(key: str, law: Distribution) -> Input:
    return Input(key, stream_of(key), law)


def case(*lines: Line, **laws: Distribution) -> Case:
    inputs = tuple(drawn(key, law) for key, law in laws.items())
    return Case("A", MONTHS, 0.1, 0.1, 0.1, 10.0, Rollout(), lines, inputs)


def ran(one: Case, draws: int = 64, **more):
    return simulate({"A": one}, draws=draws, seed=more.pop("seed", 1), smooth="x", **more).vendors["A"].tallies


BOTH = {"x": sim.Uniform(low=0, high=1), "y": sim.Uniform(low=0, high=1)}
LAWS = {
    "uniform": sim.Uniform(low=1, high=3),
    "pert": sim.Pert(low=1, mode=4, high=10),
    "normal": sim.Normal(mean=5, sd=1),
    "triangular": sim.Triangular(low=1, mode=2, high=6),
}
ANNUITY = sum(1.1 ** (-t / 12) for t in range(1, MONTHS + 1))
COST = 60.0


@pytest.fixture(scope="module", params=LAWS)
def gain(request):
    """An uncertain amount a month, alone: its law, and the tallies of 64 draws."""
    law = LAWS[request.param]
    return law, ran(case(Monthly(Drawn("x")), AtOnce(COST), x=law))


LINES = {
    "benefit": (MONTHS, 0),
    "net_benefit": (MONTHS, -COST),
    "npv": (ANNUITY, -COST),
    "roi": (MONTHS / COST, -1),
    "roi_gross": (MONTHS / COST, 0),
    "roi_pv": (ANNUITY / COST, -1),
}
"""Slope and value at zero of metrics in the amount a month."""


@pytest.mark.parametrize("metric", LINES)
def test_a_metric_of_one_input_alone_is_known_exactly(gain, metric):
    law, tallies = gain
    slope, base = LINES[metric]
    found = tallies[metric].describe(QS)
    scale = slope * (law.ppf(np.array([0.9])) - law.ppf(np.array([0.1])))[0]
    assert found.mean.value == pytest.approx(base + slope * law.mean, abs=1e-9 * scale)
    variance = {"uniform": 1 / 3, "pert": (4.5 - 1) * (10 - 4.5) / 7, "normal": 1.0, "triangular": 7 / 6}
    name = next(name for name, other in LAWS.items() if other == law)
    assert found.sd.value == pytest.approx(slope * variance[name] ** 0.5, rel=1e-9)
    for q in QS:
        assert found.percentiles[q].value == pytest.approx(
            base + slope * law.ppf(np.array([q / 100]))[0], abs=1e-9 * scale
        )
        assert found.percentiles[q].se < 1e-9 * scale
    level = base + slope * 4.0
    assert tallies[metric].probability(Bounds(at_most=level)).value == pytest.approx(
        law.cdf(np.array([4.0]))[0], abs=1e-9
    )
    between = tallies[metric].probability(Bounds(above=base + slope * 2.0, below=level)).value
    assert between == pytest.approx(np.diff(law.cdf(np.array([2.0, 4.0])))[0], abs=1e-9)


@pytest.mark.parametrize(("metric", "rate"), [("payback", 0.0), ("payback_discounted", 0.1)])
def test_payback_of_one_input_alone_is_known_exactly(gain, metric, rate):
    law, tallies = gain
    for month in range(1, MONTHS + 1):
        needed = COST / sum((1 + rate) ** (-t / 12) for t in range(1, month + 1))
        found = tallies[metric].probability(Bounds(at_most=month))
        assert found.value == pytest.approx(1 - law.cdf(np.array([needed]))[0], abs=1e-7)  # the dust of a running total
        assert found.se < 1e-9
    never = tallies[metric].describe([50]).never.value
    assert never == pytest.approx(1 - tallies[metric].probability(Bounds(at_most=MONTHS)).value, abs=1e-12)


def test_months_of_payback_are_those_of_the_median_gain():
    law = sim.Uniform(low=4, high=6)
    found = ran(case(Monthly(Drawn("x")), AtOnce(COST), x=law))["payback"].describe([1, 50, 99])
    assert [found.percentiles[q].value for q in (1.0, 50.0, 99.0)] == [11, 12, 15]
    shares = {m: (min(COST / (m - 1), 6) - max(COST / m, 4)) / 2 for m in range(11, 16)}
    shares[11] = (6 - COST / 11) / 2
    mean = sum(m * p for m, p in shares.items())
    assert found.mean.value == pytest.approx(mean, abs=1e-6)
    assert found.sd.value == pytest.approx((sum(m * m * p for m, p in shares.items()) - mean**2) ** 0.5, abs=1e-6)
    assert found.never.value == 0


def test_a_return_on_an_uncertain_cost_is_a_quotient_known_exactly():
    law, benefit = sim.Uniform(low=1, high=3), 2.5 * MONTHS
    tally = ran(case(Monthly(2.5), Monthly(Drawn("x"), Nature.CASH_COST, "paid"), x=law))["roi"]
    assert isinstance(tally, Quotient)
    found = tally.describe(QS)
    reciprocal = np.log(3) / 2
    assert found.mean.value == pytest.approx(2.5 * reciprocal - 1, rel=1e-10)
    assert found.sd.value == pytest.approx(2.5 * (1 / 3 - reciprocal**2) ** 0.5, rel=1e-10)
    for q in QS:
        assert found.percentiles[q].value == pytest.approx(2.5 / (3 - 2 * q / 100) - 1, abs=1e-9)
    assert tally.probability(Bounds(at_least=0)).value == pytest.approx(0.75, abs=1e-10)
    assert tally.probability(Bounds(at_least=0, at_most=1)).value == pytest.approx(0.75 - 0.125, abs=1e-10)
    assert benefit / MONTHS == 2.5


def test_falling_lines_and_totals_that_rise_and_fall_are_intervals():
    """Paid ahead and earned back or the other way round: only middling amounts pay back by a month."""
    up = Monthly(Drawn("x"))
    law = sim.Uniform(low=0, high=10)
    down = AtOnce(-50.0)
    rising = ran(case(up, replace(down, amount=50.0), x=law))["payback"]
    falling = ran(case(Monthly(5.0), replace(down, amount=Drawn("x")), x=law))
    assert rising.probability(Bounds(at_most=10)).value == pytest.approx(0.5, abs=1e-6)
    assert falling["payback"].probability(Bounds(at_most=1)).value == pytest.approx(0.5, abs=1e-6)
    assert falling["npv"].describe([25]).percentiles[25.0].value == pytest.approx(5 * ANNUITY - 7.5, abs=1e-8)


def test_draws_in_which_the_input_does_not_matter_count_as_they_are():
    """Half of the futures are called off: the result is then minus the cost whatever the input is."""
    called = sim.Bernoulli(p=0.5)
    switched = Gated(Drawn("x"), Drawn("event"))
    tallies = ran(case(switched, AtOnce(10.0), x=sim.Uniform(low=0, high=1), event=called), draws=4096)
    tally = tallies["net_benefit"]
    assert tally.probability(Bounds(at_most=-10)).value == pytest.approx(0.5, abs=1e-15)
    assert tally.probability(Bounds(below=-10)).value == 0
    assert tally.probability(Bounds(above=-10)).value == pytest.approx(0.5, abs=1e-15)
    found = tally.describe([25, 75])
    assert found.percentiles[25.0].value == pytest.approx(-10, abs=1e-10)
    assert found.percentiles[75.0].value == pytest.approx(-9.5, abs=1e-10)


@dataclass(frozen=True)
class Gated(Line):
    """An amount in month 1 if an event happens."""

    amount: Drawn
    event: Drawn
    nature: Nature = Nature.CASH_BENEFIT
    name: str = "gated"

    def flows(self, world: World):
        return (world.t == 1) * world[self.amount] * world[self.event]


def test_intervals_cover_known_percentiles_and_probabilities():
    """The sum of two uniform numbers, 200 seeds: s²/2 lies below s."""
    two = case(
        Monthly(Drawn("x")),
        Monthly(Drawn("y"), name="other"),
        x=sim.Uniform(low=0, high=1),
        y=sim.Uniform(low=0, high=1),
    )
    known = {"p10": 0.2**0.5, "p": 0.18, "mean": 1.0, "sd": (1 / 6) ** 0.5}
    hits = dict.fromkeys(known, 0)
    for seed in range(200):
        tally = ran(two, 256, seed=seed, design=Design.RANDOM, metrics=("benefit",))["benefit"]
        found = tally.describe([10])
        estimates = {"p10": found.percentiles[10.0], "mean": found.mean, "sd": found.sd}
        scaled = {name: (e.value / MONTHS, e.se / MONTHS) for name, e in estimates.items()}
        scaled["p"] = tuple(tally.probability(Bounds(at_most=0.6 * MONTHS)))
        for name, (value, se) in scaled.items():
            hits[name] += abs(value - known[name]) <= T95 * se
    spread = (200 * 0.95 * 0.05) ** 0.5
    assert all(190 - 4 * spread <= n <= 190 + 3.5 * spread for n in hits.values()), hits


@pytest.fixture(scope="module")
def shipped():
    return load(SCENARIOS / "mid_market.yaml")


@pytest.fixture(scope="module")
def wrong():
    return load(SCENARIOS / "what_may_go_wrong.yaml")


@pytest.mark.parametrize(
    ("file", "smooth"),
    [
        ("mid_market.yaml", HOURS),
        ("mid_market.yaml", "vendors.Vtiger One Enterprise.implementation.quote"),
        ("what_may_go_wrong.yaml", "auto"),
        ("mid_market_correlated.yaml", "auto"),
    ],
)
def test_smoothed_figures_are_those_of_many_plain_draws(file, smooth):
    """Every smoothed metric within 4 standard errors (of the difference) of 65,536 plain draws."""
    scenario = load(SCENARIOS / file)
    scenario = replace(scenario, cases=dict(list(scenario.cases.items())[:2]))
    plain, smoothed = scenario.run(draws=2**16, seed=5), scenario.run(draws=2**12, seed=6, smooth=smooth)
    seen = set()
    for name, result in smoothed.items():
        for metric in METRICS:
            if isinstance(result.tally(metric), Smoothed):
                seen.add(metric)
                assert_near(result.tally(metric), plain[name].tally(metric), f"{name}: {metric}")
    assert {"npv", "roi", "payback", "payback_discounted"} <= seen


def assert_near(tally, other, what):
    found, known = tally.describe(QS), other.describe(QS)
    pairs = {"mean": (found.mean, known.mean), "sd": (found.sd, known.sd), "never": (found.never, known.never)}
    if not isinstance(tally, Lasting):
        pairs |= {f"p{q}": (found.percentiles[q], known.percentiles[q]) for q in QS}
        levels = [known.percentiles[q].value for q in (5.0, 50.0)]
        pairs |= {f"<= {x}": (tally.probability(b), other.probability(b)) for x in levels for b in [Bounds(at_most=x)]}
    else:
        months = [Bounds(at_most=month) for month in (0, 6, 12, 18, 24, 36)]
        pairs |= {str(b): (tally.probability(b), other.probability(b)) for b in months}
    for name, (one, two) in pairs.items():
        if np.isnan(two.value):
            assert np.isnan(one.value), (what, name)
        else:
            assert abs(one.value - two.value) <= 4 * np.hypot(one.se, two.se) + 1e-9 * abs(two.value), (what, name)


def test_fewer_draws_do(shipped):
    """Variances over 16 seeds at 4,096 draws, at least 3 times smaller; they are known to 35 %."""
    one = {"Vtiger One Enterprise": shipped.cases["Vtiger One Enterprise"]}

    def spreads(smooth):
        rows = []
        for seed in range(16):
            run = simulate(one, draws=4096, seed=seed, metrics=("roi", "payback"), smooth=smooth)
            tallies = run.vendors["Vtiger One Enterprise"].tallies
            found = tallies["roi"].describe([5, 50, 95]).percentiles.values()
            rows.append([tallies["payback"].probability(Bounds(at_most=24)).value, *(e.value for e in found)])
        return np.var(rows, axis=0, ddof=1)

    assert (spreads(None) / spreads(HOURS) > 3).all()


def test_what_has_no_form_or_no_slope_stays_as_drawn(shipped):
    plain, smoothed = (shipped.run(draws=1024, smooth=smooth) for smooth in (None, "hours_saved"))
    result = smoothed["Vtiger One Enterprise"]
    for metric in ("irr", "mirr", "peak_exposure", "payback_first", "cost", "tco"):
        assert isinstance(result.tally(metric), Exact), metric
        assert repr(result.statistics(metric)) == repr(plain["Vtiger One Enterprise"].statistics(metric))
    for metric in METRICS:
        assert np.array_equal(result[metric], plain["Vtiger One Enterprise"][metric], equal_nan=True)


def test_a_vendor_without_the_input_is_not_touched(shipped):
    key = "vendors.Vtiger One Enterprise.implementation.quote"
    plain, smoothed = (shipped.run(draws=1024, smooth=smooth) for smooth in (None, key))
    name = "HubSpot Sales Hub Professional"
    assert all(isinstance(smoothed[name].tally(metric), Exact) for metric in METRICS)
    assert smoothed[name].statistics("npv") == plain[name].statistics("npv")
    assert isinstance(smoothed["Vtiger One Enterprise"].tally("roi"), Quotient)


def test_a_return_whose_cost_may_be_nothing_stays_as_drawn():
    """No cost, no return: it does not exist for some values of the input."""
    tallies = ran(case(Monthly(1.0), AtOnce(Drawn("x")), x=sim.Uniform(low=-1, high=1)))
    assert isinstance(tallies["roi"], Exact)
    assert isinstance(tallies["npv"], Straight)


def test_every_form_is_that_of_its_metric():
    """Quotients and running totals are those that the metric itself is made of, and nothing is named twice."""
    rng = np.random.default_rng(3)
    benefit, cost = rng.uniform(0, 9, (13, 50)), rng.uniform(0, 8, (13, 50))
    flows = CashFlows(benefit, cost, benefit / 3, cost / 4, 0.1, 0.1, 0.1, 7.0)
    for metric, (part, whole) in QUOTIENTS.items():
        assert QUANTITIES[part](flows) / QUANTITIES[whole](flows) == pytest.approx(METRICS[metric](flows), rel=1e-12)
    for metric, running in LASTING.items():
        total = QUANTITIES[running](flows)
        below = [np.flatnonzero(column < 0).max(initial=-1) + 1 for column in total.T]
        assert np.where(np.array(below) == 13, np.inf, below) == pytest.approx(METRICS[metric](flows))
    for metric in ADDING:
        assert QUANTITIES[metric] is METRICS[metric]
    assert METRICS.keys() >= FORMED


@pytest.mark.parametrize(
    ("one", "smooth", "message"),
    [
        (case(Capped(Drawn("x"), 0.5), x=BOTH["x"]), "x", "no straight line in 'x' (nor can any other)"),
        (case(Monthly(Drawn("x")), x=sim.Poisson(mean=3)), "x", "a probability of their own"),
        (case(Monthly(Drawn("x")), x=Constant(value=3)), "x", "it is certain"),
        (case(Monthly(Drawn("x")), **BOTH), "z", "no input is called 'z' (one of: x, y"),
        (case(Capped(Drawn("x"), 0.5), Monthly(Drawn("y")), **BOTH), "x", "(these could be, widest first: y)"),
        (case(Capped(Drawn("x"), 0.5), x=BOTH["x"]), "auto", "no input can be integrated out"),
    ],
)
def test_what_cannot_be_integrated_out_is_refused_with_the_reason(one, smooth, message):
    with pytest.raises(UsageError) as error:
        simulate({"A": one}, draws=64, seed=1, smooth=smooth)
    assert message in str(error.value)


def test_inputs_that_move_together_are_refused():
    one = case(Monthly(Drawn("x")), Monthly(Drawn("y"), name="other"), **BOTH)
    x, y = one.inputs
    tied = replace(y, tie=Latent(((x.stream, 0.6), (y.stream, 0.8))))
    with pytest.raises(UsageError, match="'y' cannot be integrated out: it moves together with other inputs"):
        simulate({"A": replace(one, inputs=(x, tied))}, draws=64, seed=1, smooth="y")
    with pytest.raises(UsageError, match="'x' cannot be integrated out: it is drawn together with 'y'"):
        simulate({"A": replace(one, inputs=(x, tied))}, draws=64, seed=1, smooth="x")


def test_the_end_of_a_name_is_enough_where_no_other_ends_so(shipped):
    assert shipped.run(draws=64, smooth="hours_saved").run.smoothed == HOURS
    with pytest.raises(UsageError, match=r"several inputs end in 'quote' \(write one of: vendors\.Vtiger"):
        shipped.run(draws=64, smooth="quote")
    with pytest.raises(UsageError, match=r"did you mean 'hours_saved'"):
        shipped.run(draws=64, smooth="hours_savd")


def test_auto_takes_the_widest_of_the_tornado_that_is_a_straight_line(shipped):
    """Of the shipped scenario, by all vendors' tornados; in another, the widest is capped and the next is taken."""
    assert shipped.run(draws=64, smooth="auto").run.smoothed == HOURS
    lines = Capped(Drawn("x"), 5.0), Monthly(Drawn("y")), Monthly(Drawn("z"), name="third")
    laws = {"x": sim.Uniform(low=0, high=1e4), "y": sim.Uniform(low=0, high=1), "z": sim.Uniform(low=0, high=2)}
    found = simulate({"A": case(*lines, **laws)}, draws=64, seed=1, smooth="auto")
    assert found.smoothed == "z"


RARE = case(Capped(Drawn("x"), 0.9999), Monthly(Drawn("y")), **BOTH)
"""A cap that a pilot of few futures does not see."""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bend_that_only_some_draws_see_ends_the_run(workers):
    with pytest.raises(UsageError, match=r"no straight line in 'x' \(these could be, widest first: y\)"):
        simulate({"A": RARE}, draws=2**17, seed=1, smooth="x", workers=workers)


def test_it_ends_the_run_of_other_processes_too(shipped):
    with Processes(2) as pool, pytest.raises(UsageError, match=r"no straight line in 'x' \(these could be"):
        simulate({"A": RARE}, draws=2**17, seed=1, smooth="x", workers=2, map_=pool)


PAIR = {
    "A": case(Monthly(Drawn("x")), Monthly(Drawn("y"), name="other"), AtOnce(12.0), **BOTH),
    "B": replace(case(Monthly(Drawn("y")), AtOnce(9.0), y=BOTH["y"]), vendor="B"),
}
RUN = {"draws": 2 * CHUNK * REPLICATES, "seed": 3, "smooth": "x"}
RUN["metrics"] = ("npv", "roi", "payback", "payback_discounted")


@pytest.fixture(scope="module")
def alone():
    return simulate(PAIR, **RUN)


def test_the_same_bytes_for_any_workers(alone):
    assert_same_run(alone, simulate(PAIR, **RUN, workers=3))
    with Processes(2) as pool:
        assert_same_run(alone, simulate(PAIR, **RUN, workers=2, map_=pool, chunks_per_task=3))


def test_a_run_that_was_cut_off_goes_on(alone, tmp_path):
    class CutOffError(Exception):
        pass

    def stop(share):
        if share > 0.4:
            raise CutOffError

    path = tmp_path / "run.journal"
    with pytest.raises(CutOffError):
        simulate(PAIR, **RUN, journal=Journal(path, resume=False), progress=stop)
    with pytest.raises(sim.SimError, match="smooth"):
        simulate(PAIR, **RUN | {"smooth": None}, journal=Journal(path, resume=True))
    assert_same_run(alone, simulate(PAIR, **RUN, journal=Journal(path, resume=True)))


def test_doubled_draws_are_those_of_a_run_from_the_start(alone):
    assert_same_run(alone, simulate(PAIR, **RUN | {"draws": 64}, enough=lambda run: run.draws == alone.draws))


@pytest.fixture(scope="module")
def one_offer(shipped):
    return replace(shipped, cases={"Vtiger One Enterprise": shipped.cases["Vtiger One Enterprise"]})


def test_a_precision_is_reached_with_fewer_draws(one_offer):
    goal = {"precision": ["p(payback <= 24): 0.1%"], "max_draws": 2**16}
    assert one_offer.run(**goal, smooth=HOURS).misses == ()
    assert one_offer.run(**goal).misses


def test_all_draws_must_fit_into_memory(one_offer):
    with pytest.raises(UsageError, match=r"400 MB of memory are too little for 1,048,576 draws"):
        one_offer.run(draws=2**20, memory=400_000_000, smooth=HOURS)
    stopped = one_offer.run(precision=["p(npv > 0): 0.0001%"], memory=400_000_000, smooth=HOURS)
    assert stopped.run.draws == 2**16
    assert stopped.misses


SMALL = """\
name: Small
currency: EUR
months: 12
discount_rate: 10%
company: {users: 5, customers: 100, revenue_per_customer: 900, gross_margin: 50%, churn: 20%}
inputs:
  lift: {dist: uniform, low: 0%, high: 20%}
common: {effects: {cross_sell: lift}}
vendors:
  A: {licence: {list_price: €5}}
  B|[b](x): {licence: {list_price: {dist: uniform, low: €5, high: €15}}}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_every_way_out_says_over_which_input_figures_are_worked_out(small):
    results = load(small).run(draws=64, smooth="list_price")
    key = "vendors.B|[b](x).licence.list_price"
    assert f"worked out exactly over {key};" in scope(results)
    assert scope(results, markdown) in markdown_text(results)
    assert markdown(key) != key
    said = document(results)
    assert said["smoothed_over"] == key
    assert "npv" in said["vendors"]["B|[b](x)"]["smoothed"]
    assert said["vendors"]["A"]["smoothed"] == []
    plain = document(load(small).run(draws=64))
    assert (plain["smoothed_over"], plain["vendors"]["A"]["smoothed"]) == (None, [])


def test_rules_of_the_command_judge_the_exact_figure(small):
    """The lift alone decides on A: its root lies on the line between the two ends of the tornado's bar."""
    (bar,) = load(small).run(draws=64)["A"].bars("npv").bars
    root = bar.low_input - bar.at_low * (bar.high_input - bar.low_input) / (bar.at_high - bar.at_low)
    chance = 1 - root / 0.2
    assert 0.5 < chance < 0.999
    smoothed = ["run", small, "--draws", "64", "--smooth", "lift", "--json"]
    assert "small.yaml: A: tripped" in command(*smoothed, "--fail-if", f"p(npv > 0) < {chance + 1e-7:.12f}").stderr
    done = command(*smoothed, "--fail-if", f"p(npv > 0) < {chance - 1e-7:.12f}")
    assert (done.returncode, done.stderr) == (
        3,
        f"{small}: B|[b](x): tripped --fail-if 'p(npv > 0) < {chance - 1e-7:.12f}'\n",
    )
    found = json.loads(done.stdout)["vendors"]["A"]
    assert found["probabilities"]["npv > 0"]["value"] == pytest.approx(chance, abs=1e-9)
    assert found["probabilities"]["npv > 0"]["se"] < 1e-12


def test_a_file_without_the_input_fails_alone(small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("lift", "rise"), encoding="utf-8")
    done = command("run", small, other, "--smooth", "lift", "--draws", "64", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert f"{other}: no input is called 'lift'" in done.stderr
    assert "worked out exactly over lift;" in " ".join(done.stdout.split())


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=SCENARIOS.parent,
        env={**os.environ, "PYTHONPATH": str(SCENARIOS.parent), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )
