"""One input integrated out: known answers, and plain runs of many draws."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.engine.sketch import Exact
from sim.engine.smooth.sketches import Lasting, Quotient, Smoothed, Straight
from sim.finance.cash_flows import CashFlows
from sim.finance.metric import Adds, Lasts, Ratio
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.line import Nature
from sim.model.quantity import Drawn
from sim.sampling.design import Design
from sim.sampling.estimates import T95, Bounds
from sim.study.scenario import load
from tests.places import SCENARIOS
from tests.runs import simulated, smoothed
from tests.straight_lines import MONTHS, AtOnce, Gated, Monthly, case

HOURS = "common.effects.hours_saved"
QS = (1.0, 5.0, 25.0, 50.0, 75.0, 99.0)


def ran(one: Case, draws: int = 64, **more):
    return smoothed({"A": one}, "x", draws=draws, seed=more.pop("seed", 1), **more).vendors["A"].sketches


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
    law, sketches = gain
    slope, base = LINES[metric]
    found = sketches[metric].describe(QS)
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
    assert sketches[metric].probability(Bounds(at_most=level)).value == pytest.approx(
        law.cdf(np.array([4.0]))[0], abs=1e-9
    )
    between = sketches[metric].probability(Bounds(above=base + slope * 2.0, below=level)).value
    assert between == pytest.approx(np.diff(law.cdf(np.array([2.0, 4.0])))[0], abs=1e-9)


@pytest.mark.parametrize(("metric", "rate"), [("payback", 0.0), ("payback_discounted", 0.1)])
def test_payback_of_one_input_alone_is_known_exactly(gain, metric, rate):
    law, sketches = gain
    for month in range(1, MONTHS + 1):
        needed = COST / sum((1 + rate) ** (-t / 12) for t in range(1, month + 1))
        found = sketches[metric].probability(Bounds(at_most=month))
        assert found.value == pytest.approx(1 - law.cdf(np.array([needed]))[0], abs=1e-7)  # the dust of a running total
        assert found.se < 1e-9
    never = sketches[metric].describe([50]).never.value
    assert never == pytest.approx(1 - sketches[metric].probability(Bounds(at_most=MONTHS)).value, abs=1e-12)


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
    sketch = ran(case(Monthly(2.5), Monthly(Drawn("x"), Nature.CASH_COST, "paid"), x=law))["roi"]
    assert isinstance(sketch, Quotient)
    found = sketch.describe(QS)
    reciprocal = np.log(3) / 2
    assert found.mean.value == pytest.approx(2.5 * reciprocal - 1, rel=1e-10)
    assert found.sd.value == pytest.approx(2.5 * (1 / 3 - reciprocal**2) ** 0.5, rel=1e-10)
    for q in QS:
        assert found.percentiles[q].value == pytest.approx(2.5 / (3 - 2 * q / 100) - 1, abs=1e-9)
    assert sketch.probability(Bounds(at_least=0)).value == pytest.approx(0.75, abs=1e-10)
    assert sketch.probability(Bounds(at_least=0, at_most=1)).value == pytest.approx(0.75 - 0.125, abs=1e-10)
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
    sketches = ran(case(switched, AtOnce(10.0), x=sim.Uniform(low=0, high=1), event=called), draws=4096)
    sketch = sketches["net_benefit"]
    assert sketch.probability(Bounds(at_most=-10)).value == pytest.approx(0.5, abs=1e-15)
    assert sketch.probability(Bounds(below=-10)).value == 0
    assert sketch.probability(Bounds(above=-10)).value == pytest.approx(0.5, abs=1e-15)
    found = sketch.describe([25, 40, 75])
    assert found.percentiles[25.0].value == pytest.approx(-10, abs=1e-10)
    assert found.percentiles[40.0].value == pytest.approx(-10, abs=1e-10)
    assert found.percentiles[75.0].value == pytest.approx(-9.5, abs=1e-10)


def test_a_percentile_between_two_stories_has_an_error_or_is_told_as_a_gap():
    """Half of the law lies below 1 and half above 2: the last digit decides whether the median is an end or between."""
    law = sim.Histogram(edges=(0, 1, 2, 3), weights=(1, 0, 1))
    told = ran(case(Monthly(Drawn("x")), x=law))["benefit"].describe([50])
    found = told.percentiles[50.0]
    assert MONTHS * (1 - 1e-6) <= found.value <= 2 * MONTHS * (1 + 1e-6)
    assert np.isfinite(found.se) != (50.0 in told.gaps)


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
        sketch = ran(two, 256, seed=seed, design=Design.RANDOM, metrics=("benefit",))["benefit"]
        found = sketch.describe([10])
        estimates = {"p10": found.percentiles[10.0], "mean": found.mean, "sd": found.sd}
        scaled = {name: (e.value / MONTHS, e.se / MONTHS) for name, e in estimates.items()}
        scaled["p"] = tuple(sketch.probability(Bounds(at_most=0.6 * MONTHS)))
        for name, (value, se) in scaled.items():
            hits[name] += abs(value - known[name]) <= T95 * se
    spread = (200 * 0.95 * 0.05) ** 0.5
    assert all(190 - 4 * spread <= n <= 190 + 3.5 * spread for n in hits.values()), hits


@pytest.fixture(scope="module")
def shipped():
    return load(SCENARIOS / "mid_market_independent.yaml")


@pytest.mark.parametrize(
    ("file", "smooth"),
    [
        ("mid_market_independent.yaml", HOURS),
        ("mid_market_independent.yaml", "vendors.Vtiger One Enterprise.implementation.quote"),
        ("what_may_go_wrong.yaml", "auto"),
        ("mid_market.yaml", "auto"),
    ],
)
def test_smoothed_figures_are_those_of_many_plain_draws(file, smooth):
    """Every smoothed metric within 4 standard errors (of the difference) of 65,536 plain draws."""
    scenario = load(SCENARIOS / file)
    scenario = replace(scenario, cases=dict(list(scenario.cases.items())[:1]))
    options = {"metrics": tuple(name for name, metric in METRICS.items() if metric.form)}
    plain = simulated(scenario.cases, draws=2**16, seed=5, **options)
    sharp = smoothed(scenario.cases, smooth, draws=2**12, seed=6, **options)
    seen = set()
    for name, vendor in sharp.vendors.items():
        for metric, sketch in vendor.sketches.items():
            if isinstance(sketch, Smoothed):
                seen.add(metric)
                assert_near(sketch, plain.vendors[name].sketches[metric], f"{name}: {metric}")
    assert {"npv", "roi", "payback", "payback_discounted"} <= seen


def assert_near(sketch, other, what):
    found, known = sketch.describe(QS), other.describe(QS)
    pairs = {"mean": (found.mean, known.mean), "sd": (found.sd, known.sd), "never": (found.never, known.never)}
    if not isinstance(sketch, Lasting):
        pairs |= {f"p{q}": (found.percentiles[q], known.percentiles[q]) for q in QS}
        levels = [known.percentiles[q].value for q in (5.0, 50.0)]
        pairs |= {f"<= {x}": (sketch.probability(b), other.probability(b)) for x in levels for b in [Bounds(at_most=x)]}
    else:
        months = [Bounds(at_most=month) for month in (0, 6, 12, 18, 24, 36)]
        pairs |= {str(b): (sketch.probability(b), other.probability(b)) for b in months}
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
            run = smoothed(one, smooth, draws=4096, seed=seed, metrics=("roi", "payback"))
            sketches = run.vendors["Vtiger One Enterprise"].sketches
            found = sketches["roi"].describe([5, 50, 95]).percentiles.values()
            rows.append([sketches["payback"].probability(Bounds(at_most=24)).value, *(e.value for e in found)])
        return np.var(rows, axis=0, ddof=1)

    assert (spreads(None) / spreads(HOURS) > 3).all()


def test_what_has_no_form_or_no_slope_stays_as_drawn(shipped):
    plain, smoothed = (shipped.run(draws=1024, smooth=smooth) for smooth in (None, "hours_saved"))
    result = smoothed["Vtiger One Enterprise"]
    for metric in ("irr", "mirr", "peak_exposure", "payback_first", "cost", "tco"):
        assert isinstance(result.sketch(metric), Exact), metric
        assert repr(result.statistics(metric)) == repr(plain["Vtiger One Enterprise"].statistics(metric))
    for metric in METRICS:
        assert np.array_equal(result[metric], plain["Vtiger One Enterprise"][metric], equal_nan=True)


def test_a_vendor_without_the_input_is_not_touched(shipped):
    key = "vendors.Vtiger One Enterprise.implementation.quote"
    plain, smoothed = (shipped.run(draws=1024, smooth=smooth) for smooth in (None, key))
    name = "HubSpot Sales Hub Professional"
    assert all(isinstance(smoothed[name].sketch(metric), Exact) for metric in METRICS)
    assert smoothed[name].statistics("npv") == plain[name].statistics("npv")
    assert isinstance(smoothed["Vtiger One Enterprise"].sketch("roi"), Quotient)


def test_a_return_whose_cost_may_be_nothing_stays_as_drawn():
    """No cost, no return: it does not exist for some values of the input."""
    sketches = ran(case(Monthly(1.0), AtOnce(Drawn("x")), x=sim.Uniform(low=-1, high=1)))
    assert isinstance(sketches["roi"], Exact)
    assert isinstance(sketches["npv"], Straight)


def test_every_form_is_that_of_its_metric():
    """Quotients and running totals are those that the metric itself is made of, and nothing is named twice."""
    rng = np.random.default_rng(3)
    benefit, cost = rng.uniform(0, 9, (13, 50)), rng.uniform(0, 8, (13, 50))
    flows = CashFlows(benefit, cost, benefit / 3, cost / 4, 0.1, 0.1, 0.1, 7.0)
    forms = [metric.form for metric in METRICS.values()]
    assert [sum(isinstance(form, kind) for form in forms) for kind in (Ratio, Lasts, Adds)] == [5, 3, 15]
    for metric in METRICS.values():
        match metric.form:
            case Ratio(part, whole):
                assert part(flows) / whole(flows) == pytest.approx(metric(flows), rel=1e-12)
            case Lasts(total):
                below = [np.flatnonzero(column < 0).max(initial=-1) + 1 for column in total(flows).T]
                assert np.where(np.array(below) == 13, np.inf, below) == pytest.approx(metric(flows))
            case Adds():
                assert list(metric.quantities) == [metric.name]
