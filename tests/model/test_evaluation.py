from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
import sim.model.case
from sim.finance.metrics import METRICS
from sim.model.case import Case
from sim.model.evaluation import add_up, evaluate, present_values
from sim.model.line import Nature
from sim.model.lines.benefits import Productivity, RetiredTools
from sim.model.lines.changeover import ParallelRun
from sim.model.lines.customers import Customers, Market, Retention, SalesCycle
from sim.model.lines.licence import Billing, Subscription
from sim.model.lines.project import Implementation
from sim.model.lines.staff import Administration, InternalTeam, ProductivityDip, TrainingCash, TrainingTime
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World
from sim.numbers.kinds import Kind
from tests.places import SCENARIOS

RANGES = {
    "users": (5, 200),
    "leads": (0, 500),
    "rate": (0, 0.2),
    "cap": (0.1, 1),
    "deal": (0, 10_000),
    "margin": (0.1, 1),
    "customers": (0, 2000),
    "revenue": (0, 5000),
    "churn": (0, 0.6),
    "recurring": (0, 1),
    "growth": (-0.2, 0.3),
    "leads_lift": (-0.05, 0.3),
    "conversion_lift": (-0.05, 0.5),
    "deal_lift": (-0.05, 0.3),
    "churn_cut": (0, 0.5),
    "cross_sell": (-0.05, 0.2),
    "attribution": (0, 1),
    "lag": (0, 6),
    "cut": (0, 0.4),
    "hourly": (20, 120),
    "saved": (0, 5),
    "realised": (0, 1),
    "legacy": (0, 2000),
    "overlap": (0, 4),
    "price": (10, 200),
    "discount": (0, 0.5),
    "uplift": (0, 0.15),
    "quote": (0, 100_000),
    "overrun": (0.8, 3),
    "fte": (0, 3),
    "training": (0, 400),
    "hours": (0, 24),
    "turnover": (0, 0.5),
    "dip": (0, 0.1),
    "dip_months": (0, 4),
    "admin": (0, 120_000),
    "running": (0, 2000),
    "plan": (0, 9),
    "delay": (0, 9),
    "ceiling": (0, 1),
    "ramp": (0, 12),
    "decay": (0, 0.3),
    "discount_rate": (0, 0.3),
}
"""Every number of a made-up firm and offer, and where it may lie."""

LIFTS = ("leads_lift", "conversion_lift", "deal_lift", "churn_cut", "cross_sell", "cut")
LINES = (Customers, SalesCycle, Productivity, RetiredTools)
LINES += (Subscription, Implementation, InternalTeam, TrainingCash, TrainingTime)
LINES += (ProductivityDip, Administration, ParallelRun)


def lines_of(q, billing):
    market = Market(
        leads_per_month=q["leads"],
        conversion_rate=q["rate"],
        conversion_cap=q["cap"],
        deal_value=q["deal"],
        gross_margin=q["margin"],
        customers=q["customers"],
        revenue_per_customer=q["revenue"],
        churn=q["churn"],
        recurring_share=q["recurring"],
        growth=q["growth"],
    )
    customers = Customers(
        market,
        leads=q["leads_lift"],
        conversion=q["conversion_lift"],
        deal_value=q["deal_lift"],
        retention=Retention(churn_reduction=q["churn_cut"]),
        cross_sell=q["cross_sell"],
        attribution=q["attribution"],
        sales_lag_months=q["lag"],
        retention_lag_months=4.0,
    )
    users, hourly = q["users"], q["hourly"]
    return (
        customers,
        SalesCycle(market, cycle_months=3.0, cut=q["cut"], attribution=q["attribution"]),
        Productivity(users, hourly, q["saved"], 0.5, q["realised"]),
        RetiredTools(q["legacy"], q["overlap"]),
        Subscription(users, q["price"], (q["discount"], 0.04), billing=billing, uplift=q["uplift"]),
        Implementation(q["quote"], q["overrun"]),
        InternalTeam(q["fte"], hourly),
        TrainingCash(users, q["training"], q["turnover"], 0.3),
        TrainingTime(users, q["hours"], hourly, q["turnover"], 0.3),
        ProductivityDip(users, hourly, q["dip"], q["dip_months"]),
        Administration(users, 120.0, q["admin"], q["running"]),
        ParallelRun(q["legacy"], q["overlap"]),
    )


def case_of(q, *, shape=Climb.EXPONENTIAL, billing=Billing.ANNUAL, months=36):
    rollout = Rollout(q["plan"], q["delay"], q["ceiling"], q["ramp"], shape, q["decay"])
    rate = q["discount_rate"]
    return Case("Acme", months, rate, rate, 0.06, q["users"], rollout, lines_of(q, billing), ())


drafts = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32),
        "certain": st.sets(st.sampled_from(sorted(RANGES))),
        "shape": st.sampled_from(Climb),
        "billing": st.sampled_from(Billing),
        "months": st.integers(1, 48),
    }
)
"""Random cases, as `made` makes them."""


def made(draft, size=20):
    """A case with some numbers certain and the others drawn, and the draws."""
    rng = np.random.default_rng(draft["seed"])
    numbers = {name: rng.uniform(low, high, size) for name, (low, high) in RANGES.items()}
    certain = {name: float(numbers[name][0]) for name in draft["certain"]}
    quantities = {name: certain.get(name, Drawn(name)) for name in RANGES}
    case = case_of(quantities, shape=draft["shape"], billing=draft["billing"], months=draft["months"])
    return case, {name: x for name, x in numbers.items() if name not in certain} | {"": np.zeros(size)}


def changed(case, line_type, **changes):
    """The case with one line changed."""
    lines = (replace(line, **changes) if isinstance(line, line_type) else line for line in case.lines)
    return replace(case, lines=tuple(lines))


def spelled_out(value, draws, n):
    """A case, line or rollout with the numbers of one draw in place of what was drawn."""
    if isinstance(value, Drawn):
        return float(draws[value.key][n])
    if isinstance(value, tuple):
        return tuple(spelled_out(part, draws, n) for part in value)
    if not is_dataclass(value):
        return value
    return replace(value, **{f.name: spelled_out(getattr(value, f.name), draws, n) for f in fields(value)})


@pytest.fixture(scope="module")
def plain():
    """A case in which everything is drawn, and 300 draws."""
    rng = np.random.default_rng(11)
    draws = {name: rng.uniform(low, high, 300) for name, (low, high) in RANGES.items()}
    return case_of({name: Drawn(name) for name in RANGES}), draws


@given(draft=drafts)
@settings(max_examples=40, deadline=None)
def test_no_lift_is_no_customer_benefit(draft):
    case, draws = made(draft)
    world = World(case.rollout, case.months, draws | {name: np.zeros(20) for name in LIFTS})
    zero = replace(case.lines[0], leads=0.0, conversion=0.0, deal_value=0.0, retention=Retention(), cross_sell=0.0)
    assert (np.asarray(zero.flows(world)) == 0).all()
    assert (np.asarray(replace(case.lines[1], cut=0.0).flows(world)) == 0).all()


@given(draft=drafts)
@settings(max_examples=40, deadline=None)
def test_lines_add_up_to_the_totals(draft):
    case, draws = made(draft)
    outcome = evaluate(case, draws)
    assert set(outcome.line_sums) == {line.name for line in LINES}
    for metric, natures in {
        "benefit": {Nature.CASH_BENEFIT, Nature.SOFT_BENEFIT},
        "cost": {Nature.CASH_COST, Nature.TIME_COST},
        "tco": {Nature.CASH_COST},
        "opportunity_cost": {Nature.TIME_COST},
    }.items():
        sums = [outcome.line_sums[line.name] for line in case.lines if line.nature in natures]
        scale = sum(map(abs, sums)) + 1
        assert outcome.metrics[metric].sum() == pytest.approx(sum(sums), abs=1e-10 * scale)


@given(draft=drafts)
@settings(max_examples=20, deadline=None)
def test_a_total_is_the_sum_of_the_flows_of_its_lines(draft):
    case, draws = made(draft)
    world = World(case.rollout, case.months, draws)
    flows, _ = add_up(case, world, 20)
    signed = sum(np.asarray(line.flows(world)) * (1 if line.nature.is_benefit else -1) for line in case.lines)
    assert flows.net == pytest.approx(signed, abs=1e-6)
    cash = sum(
        np.asarray(line.flows(world)) * (1 if line.nature.is_benefit else -1)
        for line in case.lines
        if line.nature in (Nature.CASH_BENEFIT, Nature.CASH_COST)
    )
    assert flows.position[-1] == pytest.approx(cash.sum(axis=0), abs=1e-5)


@given(draft=drafts)
@settings(max_examples=20, deadline=None)
def test_a_line_that_does_not_depend_on_the_draw_counts_in_each(draft):
    case, draws = made(draft)
    same = Subscription(10.0, 100.0, billing=Billing.MONTHLY)
    outcome = evaluate(replace(case, lines=(same,)), draws)
    assert outcome.metrics["cost"].tolist() == [1000.0 * case.months] * 20
    assert outcome.line_sums == {"subscription": 20 * 1000.0 * case.months}


@given(draft=drafts)
@settings(max_examples=30, deadline=None)
def test_gross_roi_is_net_roi_and_one(draft):
    metrics = evaluate(*made(draft)).metrics
    assert metrics["roi_gross"] == pytest.approx(metrics["roi"] + 1, nan_ok=True)
    assert metrics["roi_gross"] == pytest.approx(metrics["benefit"] / metrics["cost"], nan_ok=True)


@given(draft=drafts)
@settings(max_examples=40, deadline=None)
def test_the_npv_at_the_irr_is_nothing(draft):
    case, draws = made(draft, size=60)
    irr = evaluate(case, draws).metrics["irr"]
    found = irr > -1  # where nothing comes back there is nothing to be zero
    rate = np.where(found, irr, 0.0)
    world = World(case.rollout, case.months, draws | {"irr": rate})
    flows, _ = add_up(replace(case, discount_rate=Drawn("irr")), world, 60)
    allowed = 1e-8 + 1e-14 / (1 + rate)  # a rate close to -100 % has lost the digits of 1 + rate
    error = np.abs(flows.present.sum(axis=0)) / np.abs(flows.present).sum(axis=0)
    assert (error[found] <= allowed[found]).all()


def test_many_draws_of_the_plain_case_have_an_irr(plain):
    irr = evaluate(*plain).metrics["irr"]
    assert np.isfinite(irr).mean() > 0.1


@given(draft=drafts, factor=st.floats(1, 10))
@settings(max_examples=40, deadline=None)
def test_a_higher_list_price_never_raises_the_npv_in_any_draw(draft, factor):
    case, draws = made(draft)
    price = next(line.list_price for line in case.lines if isinstance(line, Subscription))
    dear = Drawn("dear") if isinstance(price, Drawn) else factor * price
    dear_draws = draws | {"dear": factor * draws.get("price", 0)} if isinstance(price, Drawn) else draws
    before = evaluate(case, draws).metrics["npv"]
    after = evaluate(changed(case, Subscription, list_price=dear), dear_draws).metrics["npv"]
    assert (after <= before).all()


@given(draft=drafts)
@settings(max_examples=20, deadline=None)
def test_a_higher_price_lowers_the_npv_where_seats_are_paid(draft):
    case, draws = made(draft)
    before = evaluate(changed(case, Subscription, list_price=50.0), draws).metrics["npv"]
    after = evaluate(changed(case, Subscription, list_price=51.0), draws).metrics["npv"]
    assert (after < before).all()


SIZES = ("users", "leads", "customers", "legacy", "quote", "fte", "running")


@given(draft=drafts)
@settings(max_examples=40, deadline=None)
def test_a_firm_twice_the_size_has_twice_the_benefit_and_cost(draft):
    case, draws = made(draft | {"certain": set()})
    small = evaluate(case, draws)
    large = evaluate(case, draws | {name: 2 * draws[name] for name in SIZES})
    for metric in ("benefit", "cost", "npv", "peak_exposure"):
        assert (large.metrics[metric] == 2 * small.metrics[metric]).all()
    assert np.array_equal(large.metrics["roi"], small.metrics["roi"], equal_nan=True)


@given(draft=drafts)
@settings(max_examples=30, deadline=None)
def test_adoption_stays_below_its_ceiling_and_the_ceiling_below_one(draft):
    case, draws = made(draft)
    world = World(case.rollout, case.months, draws)
    ceiling = world[case.rollout.adoption]
    assert np.all((world.adoption() >= 0) & (world.adoption() <= ceiling))
    assert np.all(np.asarray(ceiling) <= 1)


@given(draft=drafts)
@settings(max_examples=30, deadline=None)
def test_payback_is_a_month_of_the_horizon_or_never(draft):
    case, draws = made(draft)
    outcome = evaluate(case, draws, paths=len(next(iter(draws.values()), [0])))
    payback, running = outcome.metrics["payback"], outcome.running
    never = np.isinf(payback)
    assert (never == (running[-1] < -1e-6)).all()
    for n in np.flatnonzero(~never):
        month = int(payback[n])
        assert 0 <= month < len(running)
        assert (running[month:, n] >= -1e-6).all()
        assert month == 0 or running[month - 1, n] < 0


def test_running_and_position_are_totals_by_month(plain):
    case, draws = plain
    outcome = evaluate(case, draws, paths=300)
    metrics = outcome.metrics
    assert outcome.running.shape == outcome.position.shape == (37, 300)
    assert outcome.running[-1] == pytest.approx(metrics["benefit"] - metrics["cost"])
    assert metrics["peak_exposure"] == pytest.approx(np.maximum(0, -outcome.position.min(axis=0)))


@pytest.mark.parametrize("tile", [2, 7, 25, 64])
def test_the_tile_changes_no_number(plain, tile, monkeypatch):
    case, draws = plain
    whole = evaluate(case, draws, paths=300)
    monkeypatch.setattr(sim.model.case, "TILE", tile)
    tiled = evaluate(case, draws, paths=300)
    scale = np.abs(whole.running).max()  # the last digits hang on where a tile's schedules stop to differ
    for name in METRICS:
        close = 1e-13 * (scale if METRICS[name].kind is Kind.MONEY else 10)
        digits = 1e-9 if name == "irr" else 1e-11  # a rate is solved for to nine digits
        assert tiled.metrics[name] == pytest.approx(whole.metrics[name], rel=digits, abs=close, nan_ok=True), name
    np.testing.assert_allclose(tiled.running, whole.running, rtol=1e-12, atol=1e-13 * scale)
    np.testing.assert_allclose(tiled.position, whole.position, rtol=1e-12, atol=1e-13 * scale)
    assert tiled.line_sums == pytest.approx(whole.line_sums)


def test_one_draw_gives_what_many_equal_ones_give(plain):
    case, draws = plain
    for n in range(10):
        one = evaluate(case, {name: x[n : n + 1] for name, x in draws.items()})
        many = evaluate(case, {name: np.full(5, x[n]) for name, x in draws.items()})
        for name in METRICS:
            digits = 1e-9 if name == "irr" else 1e-12
            assert many.metrics[name] == pytest.approx(np.repeat(one.metrics[name], 5), rel=digits, nan_ok=True), name


def test_numbers_that_are_certain_give_what_equal_draws_give(plain):
    case, draws = plain
    drawn = evaluate(case, draws).metrics
    for n in range(10):
        certain = evaluate(spelled_out(case, draws, n), {}).metrics
        for name in METRICS:
            assert certain[name][0] == pytest.approx(drawn[name][n], rel=1e-9, nan_ok=True), name


def test_a_draw_does_not_see_the_others(plain):
    case, draws = plain
    order = np.random.default_rng(3).permutation(300)
    straight = evaluate(case, draws).metrics
    shuffled = evaluate(case, {name: x[order] for name, x in draws.items()}).metrics
    for name in METRICS:
        assert shuffled[name] == pytest.approx(straight[name][order], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", RANGES)
def test_a_single_drawn_number_among_certain_ones_gives_what_certain_ones_give(name):
    certain = {key: (low + high) / 2 for key, (low, high) in RANGES.items()}
    expected = evaluate(case_of(certain), {}).metrics
    found = evaluate(case_of(certain | {name: Drawn("x")}), {"x": np.full(3, certain[name])}).metrics
    for metric in METRICS:
        assert found[metric] == pytest.approx(np.repeat(expected[metric], 3), rel=1e-9, nan_ok=True)


def test_two_lines_of_the_same_name_are_refused(plain):
    case, _ = plain
    with pytest.raises(ValueError, match="have the same name"):
        replace(case, lines=(*case.lines, case.lines[0]))


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_lines_are_parts_of_the_npv_and_a_fit_moves_those_of_use_alone(path):
    """In every future; the fit is a straight line, whatever the tax, events, inflation and discounting."""
    results = sim.load(path).run(draws=1024)
    for name, result in results.items():
        values, draws = results.paired.values(name), results.paired.draws(name)
        size = np.abs(np.array(list(values.values()))).max()
        assert sum(values.values()) == pytest.approx(result["npv"], abs=1e-12 * size)
        used = sum((values[line.name] for line in result.case.lines if line.hangs_on_fit), np.zeros(1024))
        fitted = evaluate(replace(result.case, fit=1.25), draws, metrics=("npv",)).metrics["npv"]
        assert fitted == pytest.approx(result["npv"] + 0.25 * used, abs=1e-12 * size)
        (some,) = present_values(result.case, draws, [next(iter(values))]).values()
        assert (some == next(iter(values.values()))).all()


def test_old_tools_are_switched_off_however_well_the_new_one_works():
    assert not RetiredTools(100.0).hangs_on_fit
    assert Productivity(1.0, 1.0, 1.0, 0.0, 1.0).hangs_on_fit
