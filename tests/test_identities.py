"""What always holds, in random futures of random companies: every shipped scenario, preset, line and event.

A random case is a vendor of a shipped scenario or preset with some of its own lines, a random one of each other line of
the model, some events, and perhaps inflation, tax and another way of discounting. Its inputs are drawn at random
quantiles.
"""

from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.analysis.levers import lever_margins
from sim.finance.cash_flows import Discounting
from sim.finance.metrics import METRICS
from sim.model.adjustments import Tax
from sim.model.evaluation import add_up, evaluate
from sim.model.events import Event
from sim.model.line import Nature
from sim.model.lines.benefits import (
    BetterForecasts,
    BetterProcesses,
    BilledHours,
    FewerErrors,
    MarketingSaved,
    OrderToCash,
    Paperwork,
    Productivity,
    RetiredTools,
    ShorterRamp,
    Support,
)
from sim.model.lines.changeover import EventBill, Exit, ParallelRun
from sim.model.lines.custom import CustomLine
from sim.model.lines.customers import Customers, Market, Retention, SalesCycle, SellingTime
from sim.model.lines.freed_time import Connected
from sim.model.lines.licence import AddOns, Subscription, Usage
from sim.model.lines.project import (
    ChangeManagement,
    ChangeRequests,
    Implementation,
    Integrations,
    IntegrationUpkeep,
    Migration,
)
from sim.model.lines.staff import Administration, InternalTeam, ProductivityDip, TrainingCash, TrainingTime
from sim.model.quantity import Drawn
from sim.model.world import World
from sim.sampling.design import Design
from sim.scenario.evidence.presets import preset_data, preset_text
from tests.places import SCENARIOS
from tests.runs import simulated

SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
SCENARIOS = [path for path in SHIPPED if not path.stem.startswith("tei_")]
"""Those of the CRM model; yearly rows have tests of their own."""
SIZE = 12
seeded = settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def cases():
    """Every vendor of every shipped scenario and every preset."""
    shipped = {path.stem: sim.load(path) for path in SCENARIOS}
    return {(name, v): case for name, found in (shipped | presets()).items() for v, case in found.cases.items()}


def presets():
    """The scenarios that `sim init` writes, for every industry and size."""
    found, data = {}, preset_data()
    with TemporaryDirectory() as folder:
        for industry, size in product(data.industries, data.sizes):
            path = Path(folder, f"{industry}_{size}.yaml")
            path.write_text(preset_text(industry, size), encoding="utf-8")
            found[path.stem] = sim.load(path)
    return found


VENDORS = st.deferred(lambda: st.sampled_from(sorted(cases())))
"""Read when the first test needs them."""


def one_of_each(number):
    """One line of every kind, made of random numbers."""
    market = Market(
        number(0, 500), number(0, 0.2), number(0.1, 1), number(0, 10_000), number(0.1, 1), number(0, 2000),
        number(0, 5000), number(0, 0.6), number(0, 1), number(-0.2, 0.3), number(1, 60),
    )  # fmt: skip
    attribution, lag, users, hourly = number(0, 1), number(0, 6), number(5, 200), number(20, 120)
    share, realised = number(0, 0.5), number(0, 1)
    customers = Customers(
        market, number(-0.05, 0.3), number(-0.05, 0.5), number(-0.05, 0.3), Retention(number(0, 0.5)),
        number(-0.05, 0.2), 0.0, SellingTime(number(0, 1), number(0, 5), 0.5, realised), attribution, lag, 4.0,
        number(-0.02, 0.1),
    )  # fmt: skip
    seats = Subscription(users, number(10, 200), (number(0, 0.5),), number(0, 20), uplift=number(0, 0.15))
    quote, overrun = number(0, 100_000), number(0.8, 3)
    built = Integrations(number(0, 9000), number(0, 9000), number(0, 5), number(0, 3000), overrun)
    built_once = Implementation(quote, overrun)
    turnover, refresh = number(0, 0.5), number(0, 0.5)
    return (
        customers, SalesCycle(market, number(0, 9), number(0, 0.4), attribution, lag),
        ShorterRamp(market, turnover, number(0, 6), attribution),
        Productivity(
            users, hourly, number(0, 5), number(0, 2), realised, share,
            connected=Connected(number(0, 5), number(0, 1)),
        ),
        RetiredTools(number(0, 2000), number(0, 4)),
        Support(number(0, 900), number(0, 0.3), number(0, 0.3), number(0, 20)),
        MarketingSaved(number(0, 30_000), number(0, 0.3), attribution, lag),
        OrderToCash(number(0, 9e6), number(0, 5), number(0, 0.2)),
        FewerErrors(number(0, 90), number(0, 90), share),
        Paperwork(number(0, 500), share, number(0, 30), hourly, realised), BetterForecasts(number(0, 9000), share),
        BetterProcesses(number(0, 9000), share), BilledHours(number(0, 30), number(50, 300), number(0, 2)),
        seats, AddOns(seats, share, number(0, 20)), Usage(users, number(0, 9)),
        built_once, Migration(number(0, 9000), overrun), built, IntegrationUpkeep(built, share),
        ChangeManagement(number(0, 9000)), ChangeRequests(built_once, share), InternalTeam(number(0, 3), hourly),
        TrainingCash(users, number(0, 400), turnover, refresh),
        TrainingTime(users, number(0, 24), hourly, turnover, refresh),
        ProductivityDip(users, hourly, number(0, 0.1), number(0, 4)),
        Administration(users, number(20, 300), number(0, 120_000), number(0, 2000)),
        ParallelRun(number(0, 900), number(0, 4)), Exit(number(0, 9000), at_horizon=True),
    )  # fmt: skip


EFFECTS = {
    "adoption": (-1, 0), "benefits": (-0.5, 0.3), "costs": (-0.2, 0.5), "price": (-0.2, 0.5), "cost": (0, 20_000),
    "delay_months": (0, 12), "cancelled_after": (0.1, 1),
}  # fmt: skip

drafts = st.fixed_dictionaries(
    {
        "vendor": VENDORS,
        "seed": st.integers(0, 2**32),
        "effects": st.sets(st.sampled_from(sorted(EFFECTS)), max_size=3),
        "inflation": st.sampled_from([0.0, 0.03]),
        "tax": st.sampled_from([None, Tax(0.25), Tax(0.3, write_off_months=24)]),
        "discounting": st.sampled_from(Discounting),
    }
)


def drawn(case, rng, size=SIZE):
    """Draws of a case's inputs at random quantiles."""
    return {i.key: i.distribution.ppf(rng.uniform(1e-3, 1 - 1e-3, size)) for i in case.inputs}


def made(draft):
    """A random case and its draws."""
    rng = np.random.default_rng(draft["seed"])
    case = cases()[draft["vendor"]]
    draws = drawn(case, rng)

    def number(low, high):
        if rng.uniform() < 0.4:
            return float(rng.uniform(low, high))
        key = f"made {len(draws)}"
        draws[key] = rng.uniform(low, high, SIZE)
        return Drawn(key)

    more = {line.name: line for line in one_of_each(number)}
    kept = tuple(line for line in case.lines if line.name not in more or rng.uniform() < 0.5)
    lines = kept + tuple(line for name, line in more.items() if name not in {line.name for line in kept})
    draws["happens"] = (rng.uniform(size=SIZE) < 0.6).astype(float)
    events = tuple(
        Event(effect, Drawn("happens"), when=float(rng.integers(0, case.months)), **{effect: number(*EFFECTS[effect])})
        for effect in sorted(draft["effects"])
    )
    bills = tuple(EventBill(e) for e in events if e.cost != 0.0)
    changes = {key: draft[key] for key in ("inflation", "tax", "discounting")}
    return replace(case, lines=lines + bills, events=case.events + events, **changes), draws


def totals(case, draws, *metrics):
    return evaluate(case, draws, metrics=metrics or METRICS).metrics


# Zero lift, zero benefit

DRIVERS = {
    Customers: {"leads": 0.0, "conversion": 0.0, "deal_value": 0.0, "retention": Retention(), "cross_sell": 0.0,
           "cost_per_lead_cut": 0.0, "selling_time": SellingTime(), "margin_points": 0.0},
    SalesCycle: {"cut": 0.0}, ShorterRamp: {"months_saved": 0.0},
    Productivity: {"hours_saved": 0.0, "hours_entry": 0.0, "connected": Connected()},
    RetiredTools: {"cost_per_month": 0.0},
    Support: {"deflected": 0.0, "handling_cut": 0.0}, MarketingSaved: {"cut": 0.0}, OrderToCash: {"days": 0.0},
    FewerErrors: {"reduction": 0.0}, Paperwork: {"hours_per_quote": 0.0, "commission_hours": 0.0},
    BetterForecasts: {"cut": 0.0}, BetterProcesses: {"cut": 0.0}, BilledHours: {"hours": 0.0},
}  # fmt: skip
"""Every benefit of the model, and where what it does is nothing."""


@seeded
@given(drafts)
def test_no_lift_is_no_benefit_to_the_last_bit(draft):
    case, draws = made(draft)
    world = World(case.rollout, case.months, draws, case.events)
    for line in case.lines:
        if type(line) in DRIVERS:
            assert not np.any(np.asarray(replace(line, **DRIVERS[type(line)]).flows(world))), line.name
    assert {type(line) for line in case.lines if line.nature.is_benefit} - {CustomLine} == DRIVERS.keys()


@seeded
@given(drafts)
def test_nobody_who_uses_it_leaves_only_what_does_not_hang_on_use(draft):
    case, draws = made(draft)
    idle = replace(case, rollout=replace(case.rollout, adoption=0.0))
    world = World(idle.rollout, idle.months, draws, idle.events)
    for line in idle.lines:
        if type(line) in DRIVERS.keys() - {RetiredTools} | {Usage}:
            assert not np.any(np.asarray(line.flows(world))), line.name


# Adding up


@seeded
@given(drafts)
def test_lines_add_up_to_the_totals_and_natures_stay_apart(draft):
    case, draws = made(draft)
    outcome = evaluate(case, draws)
    for metric, natures in {
        "benefit": (Nature.CASH_BENEFIT, Nature.SOFT_BENEFIT),
        "cost": (Nature.CASH_COST, Nature.TIME_COST),
        "tco": (Nature.CASH_COST,),
        "opportunity_cost": (Nature.TIME_COST,),
    }.items():
        parts = [outcome.line_sums[line.name] for line in case.lines if line.nature in natures]
        allowed = 1e-6 * (1 + sum(map(abs, parts)))
        assert outcome.metrics[metric].sum() == pytest.approx(sum(parts), rel=1e-9, abs=allowed)


@seeded
@given(drafts)
def test_without_a_line_only_its_own_kind_changes_and_by_its_sum(draft):
    case, draws = made(draft)
    shown = ("benefit", "cost", "opportunity_cost", "tco", "peak_exposure")
    whole, sums = totals(case, draws, *shown), evaluate(case, draws, metrics=()).line_sums
    rng = np.random.default_rng(draft["seed"])
    for line in rng.choice(np.array(case.lines, dtype=object), 6, replace=False):
        rest = totals(replace(case, lines=tuple(x for x in case.lines if x is not line)), draws, *shown)
        side, other = ("benefit", "cost") if line.nature.is_benefit else ("cost", "benefit")
        assert (whole[side] - rest[side]).sum() == pytest.approx(sums[line.name], rel=1e-7, abs=1e-4), line.name
        assert rest[other] == pytest.approx(whole[other]), line.name
        if line.nature is not Nature.TIME_COST:
            assert rest["opportunity_cost"] == pytest.approx(whole["opportunity_cost"])
        if line.nature is not Nature.CASH_COST:
            assert rest["tco"] == pytest.approx(whole["tco"])
        if line.nature in (Nature.SOFT_BENEFIT, Nature.TIME_COST):
            assert rest["peak_exposure"] == pytest.approx(whole["peak_exposure"])


@seeded
@given(drafts)
def test_gross_is_net_and_one_and_the_rest_agrees(draft):
    found = totals(*made(draft))
    assert found["roi_gross"] == pytest.approx(found["roi"] + 1, nan_ok=True, abs=1e-9)
    assert found["net_benefit"] == pytest.approx(found["benefit"] - found["cost"])
    assert found["cost"] == pytest.approx(found["tco"] + found["opportunity_cost"])
    assert np.all(np.sign(np.nan_to_num(found["roi"])) == np.sign(np.where(found["cost"] > 0, found["net_benefit"], 0)))
    assert found["roi_pv"] == pytest.approx(found["npv"] / found["cost_pv"], nan_ok=True)


@seeded
@given(drafts)
def test_the_parts_of_the_levers_add_up_in_every_future(draft):
    case, draws = made(draft)
    customers = next(line for line in case.lines if isinstance(line, Customers))
    parts = lever_margins(case, draws)
    whole = totals(replace(case, lines=(customers,)), draws, "benefit")["benefit"]
    assert sum(parts.values(), np.zeros(SIZE)) == pytest.approx(whole, rel=1e-9, abs=1e-6)


# Rates and months


@seeded
@given(drafts)
def test_the_npv_at_the_irr_is_nothing(draft):
    case, draws = made(draft | {"discounting": Discounting.MONTHLY})
    irr = totals(case, draws, "irr")["irr"]
    found = np.isfinite(irr) & (irr > -0.9)
    rate = np.where(found, irr, 0.0)
    world = World(case.rollout, case.months, draws | {"irr": rate}, case.events)
    present = add_up(replace(case, discount_rate=Drawn("irr")), world, SIZE)[0].present
    error = np.abs(present.sum(axis=0)) / np.maximum(np.abs(present).sum(axis=0), 1)
    assert (error[found] <= 1e-7).all()


@seeded
@given(drafts)
def test_payback_is_a_month_of_the_horizon_or_never_and_first_comes_first(draft):
    case, draws = made(draft)
    outcome = evaluate(case, draws, paths=SIZE)
    for metric in ("payback", "payback_discounted", "payback_first"):
        month = outcome.metrics[metric]
        assert np.all(np.isinf(month) | ((month >= 0) & (month <= case.months))), metric
    assert (outcome.metrics["payback_first"] <= outcome.metrics["payback"]).all()
    assert (np.isinf(outcome.metrics["payback"]) == (outcome.running[-1] < -1e-6)).all()


@seeded
@given(drafts)
def test_shares_stay_within_their_bounds(draft):
    case, draws = made(draft)
    world = World(case.rollout, case.months, draws, case.events)
    ceiling = np.asarray(world.ceiling)
    assert np.all((world.adoption() >= 0) & (world.adoption() <= ceiling + 1e-12))
    assert np.all(ceiling <= 1)
    customers = next(line for line in case.lines if isinstance(line, Customers))
    cap = np.asarray(world[customers.market.conversion_cap])
    for path in customers.paths(world):
        assert np.all((path.kept >= -1e-12) & (path.kept <= 1 + 1e-12))
        assert np.all(path.wins <= path.leads * cap * (1 + 1e-12))


# Prices and sizes


@seeded
@given(drafts, st.floats(1, 5))
def test_a_higher_list_price_never_raises_the_npv_in_any_future(draft, factor):
    case, draws = made(draft)
    dearer = scaled(case, draws, factor, {Subscription: ("list_price",), AddOns: ("subscription",)})
    before, after = totals(case, draws, "npv")["npv"], totals(*dearer, "npv")["npv"]
    assert (after <= before + 1e-9 * np.abs(before)).all()


SIZES = {
    Market: ("leads_per_month", "customers", "win_capacity"), Customers: ("market",), SalesCycle: ("market",),
    ShorterRamp: ("market",), Productivity: ("users",), RetiredTools: ("cost_per_month",),
    Support: ("tickets_per_month",), MarketingSaved: ("budget_per_month",), OrderToCash: ("yearly_revenue",),
    FewerErrors: ("errors_per_month",), Paperwork: ("quotes_per_month", "commission_hours"),
    BetterForecasts: ("misplanning_per_month",), BetterProcesses: ("cost_per_month",),
    BilledHours: ("consultants",), Subscription: ("seats", "minimum_seats", "platform_fee"),
    AddOns: ("subscription",), Usage: ("users",), Implementation: ("quote", "licence"), Migration: ("cost",),
    Integrations: ("erp", "psa", "third_party_cost"), IntegrationUpkeep: ("integrations",),
    ChangeManagement: ("cost",), ChangeRequests: ("implementation",), InternalTeam: ("fte",),
    TrainingCash: ("users",), TrainingTime: ("users",), ProductivityDip: ("users",),
    Administration: ("users", "cost_per_month"), ParallelRun: ("cost_per_month",), EventBill: ("event",),
    Event: ("cost",), Exit: ("cost",), CustomLine: ("amount",),
}  # fmt: skip
"""What is twice as much in a firm twice as big, for every line."""


def scaled(case, draws, factor, sizes):
    """The case with some fields of its lines times a factor, and its draws."""
    more = {}

    def larger(value):
        if isinstance(value, Drawn):
            more[f"{value.key} *"] = factor * draws[value.key]
            return Drawn(f"{value.key} *")
        return grown(value) if is_dataclass(value) else None if value is None else factor * value

    def grown(value):
        kept = (name for name in sizes.get(type(value), ()) if name in {f.name for f in fields(value)})
        return replace(value, **{name: larger(getattr(value, name)) for name in kept})

    return replace(case, lines=tuple(grown(line) for line in case.lines)), draws | more


@seeded
@given(drafts)
def test_a_firm_twice_the_size_has_twice_of_everything(draft):
    case, draws = made(draft)
    assert {type(line) for line in case.lines} <= SIZES.keys()
    small, large = totals(case, draws), totals(*scaled(case, draws, 2.0, SIZES))
    for metric in ("benefit", "cost", "tco", "opportunity_cost", "npv", "peak_exposure"):
        assert large[metric] == pytest.approx(2 * small[metric], rel=1e-9, abs=1e-5), metric
    assert large["roi"] == pytest.approx(small["roi"], nan_ok=True, abs=1e-9)


# Events

PRICED = {"subscription", "add-ons"}
CHANGES = {
    "adoption": lambda line: line.nature.is_benefit or line.name == "usage" or getattr(line, "ramps", False),
    "benefits": lambda line: line.nature.is_benefit,
    "costs": lambda line: not line.nature.is_benefit,
    "price": lambda line: line.name in PRICED,
    "cost": lambda line: isinstance(line, EventBill),
    "delay_months": lambda line: line.name not in PRICED,
    "cancelled_after": lambda line: True,
}
"""Which lines each effect of an event may touch."""


@pytest.mark.parametrize("effect", sorted(EFFECTS))
@settings(seeded, max_examples=15)
@given(draft=drafts)
def test_an_event_changes_what_it_says_and_leaves_the_rest_alone(effect, draft):
    case, draws = made(draft | {"effects": {effect}, "tax": None})
    event = case.events[-1]
    never = replace(event, occurs=0.0)
    swapped = {event: never}
    lines = tuple(replace(x, event=never) if isinstance(x, EventBill) and x.event is event else x for x in case.lines)
    calm = replace(case, events=tuple(swapped.get(e, e) for e in case.events), lines=lines)
    shown = ("benefit", "cost", "npv")
    with_event, without = (evaluate(one, draws, metrics=shown) for one in (case, calm))
    stop_moves = effect == "delay_months" and World(case.rollout, 1, draws, case.events).may_stop
    for line in case.lines:
        if not CHANGES[effect](line) and not stop_moves:  # a later go-live is cancelled later, in a later term
            assert with_event.line_sums[line.name] == pytest.approx(without.line_sums[line.name]), line.name
    calm_futures = draws["happens"] == 0
    for metric in shown:
        assert with_event.metrics[metric][calm_futures] == pytest.approx(without.metrics[metric][calm_futures])
    if effect == "cancelled_after":
        hit = ~calm_futures & (np.broadcast_to(World(calm.rollout, calm.months, draws, calm.events).due, SIZE) >= 1)
        assert not with_event.metrics["benefit"][hit].any()


# Vendors


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_adding_and_reordering_vendors_changes_no_byte(path):
    scenario = sim.load(path).cases
    whole = simulated(scenario, draws=256, seed=4, design=Design.SOBOL)
    backwards = simulated(dict(reversed(scenario.items())), draws=256, seed=4, design=Design.SOBOL)
    for name, case in scenario.items():
        alone = simulated({name: case}, draws=256, seed=4, design=Design.SOBOL)
        for metric, values in whole.vendors[name].metrics.items():
            for other in (backwards, alone):
                assert np.array_equal(values, other.vendors[name].metrics[metric], equal_nan=True), metric
