"""Key figures before and after: by hand, against the flows they must agree with, and as a file asks for them."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.analysis.key_figures import answers, change_of, kpi_draws, missing, sides
from sim.model.evaluation import add_up
from sim.model.key_figures.side import WORKING_DAYS_A_MONTH
from sim.model.key_figures.table import KPIS, RECORDED, Record
from sim.model.lines.freed_time import HOURS_A_WEEK
from sim.model.world import World
from tests.places import SCENARIOS

FILE = """\
name: Test
months: 24
discount_rate: 10%
company:
  users: 10
  hourly_cost: $50
  leads_per_month: 100
  conversion_rate: 5%
  deal_value: $2k
  gross_margin: 60%
  customers: 200
  revenue_per_customer: $1200
  churn: 20%
  recurring_share: 50%
  sales_cycle_months: 4
  tickets_per_month: 400
  hours_per_ticket: 0.5
  marketing_per_month: $5k
  errors_per_month: 20
  process_cost_per_month: $3k
  consultants: 4
  billing_rate: $100
  cost_per_error: $40
  sales_reps: 4
  sales_cost_per_month: $20k
  overhead_per_month: $10k
  calls_per_lead: 3
  opportunity_share: 40%
  support_agents: 5
  interactions_per_day: 12
common:
  effects:
    attribution: 50%
    conversion: 20%
    deal_value: 10%
    churn_reduction: 30%
    cross_sell: 8%
    cycle_cut: 25%
    hours_saved: 4
    hours_entry: 1
    time_realised: 70%
    tickets_deflected: 10%
    ticket_handling_cut: 20%
    cost_per_lead_cut: 10%
    error_reduction: 30%
    process_cost_cut: 20%
    billed_hours: 0.5
  rollout: {plan_months: 2, adoption: 80%, shape: step}
vendors:
  A: {licence: {list_price: $40, billing: monthly}}
"""
LIFT = 0.5 * 0.8
"""Attribution times adoption: the share of a lift that arrives, from month 3 on."""


def loaded(tmp_path, source=FILE):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return sim.load(path)


def figures(case, month=24, draws=None):
    return kpi_draws(case, draws or {}, month)


# By hand


def stock(monthly_churn, wins, months):
    """Customers at the start of each month, and of the one after the last."""
    found = [200.0]
    for _ in range(months):
        found.append(found[-1] * (1 - monthly_churn) + wins * 0.5)
    return found


def test_every_key_figure_by_hand(tmp_path):
    found = figures(loaded(tmp_path).cases["A"])
    assert found.keys() == KPIS.keys()
    keep, lost = 0.8 ** (1 / 12), 1 - 0.8 ** (1 / 12)
    less = lost + (1 - (1 - 0.2 * 0.7) ** (1 / 12) - lost) * LIFT
    wins = 5 * (1 + 0.2 * LIFT)
    before = stock(lost, 5, 24)
    after = before[:2] + [0.0] * 22  # the same in months 1 and 2; month 3 starts from month 2
    after[2] = before[2]
    for month in range(3, 24):
        after[month] = after[month - 1] * (1 - less) + wins * 0.5
    # `stock[m]` is the start of month m + 1; the last year is months 13 to 24.
    revenue = 5 * 2000 + 100 * np.mean(before[12:24])
    revenue_with = wins * 2000 * (1 + 0.1 * LIFT) + 100 * (1 + 0.08 * LIFT) * np.mean(after[12:24])
    i = 1.1 ** (1 / 12) - 1
    value = 0.6 * (2000 + 0.5 * 100 / (lost + i))
    value_with = 0.6 * (2000 * (1 + 0.1 * LIFT) + 0.5 * 100 * (1 + 0.08 * LIFT) / (less + i))
    spent = 5000 * (1 - 0.1 * LIFT)
    cac, cac_with = 25_000 / 5, (spent + 20_000) / wins
    output = HOURS_A_WEEK / (HOURS_A_WEEK - (4 * 0.7 - 1) * 0.8)
    handling = 1 - 0.2 * 0.8
    cases = 400 / 5 / WORKING_DAYS_A_MONTH
    today = 5 * 2000 + 200 * 100
    hours = 0.5 * 50 * 0.7
    tickets = 400 * hours * (1 - (1 - 0.1 * 0.8) * handling)
    other = 5000 * 0.1 * LIFT + 20 * 40 * 0.3 * 0.8 - 10 * 40  # marketing and errors saved, licence paid; no hours
    other += 3000 * 0.2 * 0.8 + 4 * 100 * 0.5 * 52 / 12 * 0.8  # processes, hours billed
    assert tickets > 0
    expected = {
        "leads": (100, 100),
        "conversion": (0.05, wins / 100),
        "close_rate": (0.125, wins / 40),
        "wins": (5, wins),
        "deal_value": (2000, 2000 * (1 + 0.1 * LIFT)),
        "sales_cycle": (4, 4 - 4 * 0.25 * LIFT),
        "sales_efficiency": (5 / 300, wins / 300),
        "revenue": (revenue, revenue_with),
        "revenue_rise": (revenue - today, revenue_with - today),
        "revenue_per_rep": (revenue / 4, revenue_with / 4),
        "gross_margin": (0.6 * revenue, 0.6 * revenue_with),
        "margin_rate": ((0.6 * revenue - 10_000) / revenue, (0.6 * revenue_with - 10_000 + other) / revenue_with),
        "churn": (0.2, 1 - (1 - less) ** 12),
        "retention": (keep**12, (1 - less) ** 12),
        "customers": (before[23], after[23]),
        "lifetime_value": (value, value_with),
        "acquisition_cost": (cac, cac_with),
        "ltv_to_cac": (value / cac, value_with / cac_with),
        "cost_per_lead": (50, spent / 100),
        "marketing_return": (5 * 2000 * 0.6 / 5000, wins * 2000 * (1 + 0.1 * LIFT) * 0.6 / spent),
        "hours_freed": (0, 2.4),
        "output": (1, output),
        "interactions": (12, 12 * output),
        "tickets": (400, 400 * 0.92),
        "resolution_hours": (0.5, 0.5 * handling),
        "cases_per_agent": (cases, cases / handling),
        "errors": (20, 20 * (1 - 0.3 * 0.8)),
        "process_cost": (3000, 3000 * (1 - 0.2 * 0.8)),
        "billed_hours": (0, 0.5 * 0.8),
    }
    for name, (without, with_crm) in expected.items():
        assert found[name][0] == pytest.approx([without], rel=1e-12), name
        assert found[name][1] == pytest.approx([with_crm], rel=1e-12), name


def test_points_of_margin_show_in_every_figure_that_margin_is_part_of(tmp_path):
    more = FILE.replace("conversion: 20%", "conversion: 20%\n    margin_points: 4%")
    points, plain = (figures(loaded(tmp_path, source).cases["A"]) for source in (more, FILE))
    better = 0.6 + 0.04 * LIFT
    for name in ("gross_margin", "lifetime_value", "ltv_to_cac", "marketing_return"):
        assert points[name][0] == pytest.approx(plain[name][0])
        assert points[name][1] == pytest.approx(plain[name][1] / 0.6 * better), name
    margin = plain["gross_margin"][1] / 0.6 * (better - 0.6)
    assert points["margin_rate"][1] - plain["margin_rate"][1] == pytest.approx(margin / plain["revenue"][1])
    assert points["revenue"][1] == pytest.approx(plain["revenue"][1])


def test_a_lifetime_value_is_the_sum_of_what_a_customer_pays(tmp_path):
    case = loaded(tmp_path).cases["A"]
    side, _ = sides(case, case.operations, {}, 24)
    lost, i = float(side.monthly_loss[0]), 1.1 ** (1 / 12) - 1
    months = np.arange(1, 3000)
    paid = 0.5 * 100 * (1 - lost) ** (months - 1) * (1 + i) ** -months
    assert figures(case)["lifetime_value"][0] == pytest.approx([0.6 * (2000 + paid.sum())])


def test_the_year_may_end_earlier_or_be_the_first_months(tmp_path):
    case = loaded(tmp_path).cases["A"]
    for month, used in ((2, 0), (3, 1 / 3), (14, 12 / 12), (13, 11 / 12)):
        assert figures(case, month)["hours_freed"][1] == pytest.approx([3 * 0.8 * used]), month


def test_a_better_conversion_lowers_the_cost_of_a_won_deal_by_itself(tmp_path):
    lines = [line for line in FILE.splitlines() if "cost_per_lead_cut" not in line]
    found = figures(loaded(tmp_path, "\n".join(lines)).cases["A"])
    before, after = found["acquisition_cost"]
    assert after == pytest.approx(before / (1 + 0.2 * LIFT))


# What must always hold


@pytest.mark.parametrize("name", sorted(p.stem for p in SCENARIOS.glob("*.yaml")))
def test_the_rise_of_the_margin_is_what_the_lines_of_the_margin_bring(name):
    for case in sim.load(SCENARIOS / f"{name}.yaml").cases.values():
        if "revenue" not in kpi_draws(case, _drawn(case), case.months):
            continue
        draws = _drawn(case)
        before, after = kpi_draws(case, draws, case.months)["gross_margin"]
        operations = case.operations
        world = World(case.rollout, case.months, draws, case.events)
        flows = operations.customers.flows(world) + operations.cycle.flows(world)
        year = flows[-min(case.months, 12) :].sum(axis=0) / min(case.months, 12)
        assert after - before == pytest.approx(np.broadcast_to(year, before.shape), rel=1e-9, abs=1e-6)


def _drawn(case, size=64):
    rng = np.random.default_rng(3)
    return {i.key: i.distribution.ppf(rng.uniform(0.01, 0.99, size)) for i in case.inputs} or {"": np.zeros(size)}


@pytest.mark.parametrize("name", sorted(p.stem for p in SCENARIOS.glob("*.yaml")))
def test_nobody_who_uses_it_changes_nothing(name):
    for case in sim.load(SCENARIOS / f"{name}.yaml").cases.values():
        idle = replace(case, rollout=replace(case.rollout, adoption=0.0))
        for figure, (before, after) in kpi_draws(idle, _drawn(case), case.months).items():
            if figure != "margin_rate":  # the licence is paid all the same
                assert np.array_equal(before, after, equal_nan=True), figure


def test_the_margin_rate_holds_every_line_of_money(tmp_path):
    case = loaded(tmp_path).cases["A"]
    flows, _ = add_up(case, World(case.rollout, 24, {}), 1)
    before, after = (figures(case)["margin_rate"][k] * figures(case)["revenue"][k] * 12 for k in (0, 1))
    assert after - before == pytest.approx(flows.position[24] - flows.position[12], rel=1e-9)


def test_a_cancelled_project_leaves_the_company_as_it_is(tmp_path):
    source = FILE.replace("  rollout:", "  events: {Cancelled: {probability: 50%, cancelled_after: 50%}}\n  rollout:")
    case = loaded(tmp_path, source).cases["A"]
    key = case.inputs[0].key
    found = kpi_draws(case, {key: np.array([1.0, 0.0])}, 24)
    for name in ("conversion", "churn", "hours_freed", "tickets"):
        before, after = found[name]
        assert before[0] == after[0], name
        assert before[1] != after[1], name


# Answers


def test_answers_are_of_the_draws_and_say_whether_a_target_is_reached():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=1024, seed=3)
    vendor = "Vtiger One Enterprise"
    case, draws = results[vendor].case, results.details.futures(vendor, 64)
    found = kpi_draws(case, draws, 36)
    records = {"conversion": Record(target=0.052), "churn": Record(target=0.17)}
    given = {a.name: a for a in answers(case, draws, 36, records)}
    assert given["conversion"].reached.value == pytest.approx((found["conversion"][1] >= 0.052).mean())
    assert given["churn"].reached.value == pytest.approx((found["churn"][1] <= 0.17).mean())
    assert given["wins"].reached is None
    before, after = found["revenue"]
    assert given["revenue"].change.percentiles[95.0].value == pytest.approx(np.percentile(after - before, 95))
    assert 0 < given["revenue"].change.mean.se < given["revenue"].change.sd.value


def test_a_table_has_three_rows_a_figure():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=1024)
    table = results.kpis()
    assert set(table.side) == {"without", "with", "change"}
    assert len(table) == 3 * len(table[["vendor", "kpi"]].drop_duplicates())
    wide = table.pivot_table(index=["vendor", "kpi"], columns="side", values="mean", dropna=False)
    assert (wide["with"] - wide["without"]).to_numpy() == pytest.approx(wide["change"].to_numpy(), abs=1e-6)
    early = results.kpis(month=12)
    assert early["mean"].iloc[0] < table["mean"].iloc[0]  # leads grow


def test_a_year_outside_the_horizon_is_refused():
    results = sim.load(SCENARIOS / "mid_market.yaml").run(draws=64)
    for month in (0, 37):
        with pytest.raises(sim.UsageError, match=rf"month {month} is outside the horizon \(1 to 36\)"):
            results.kpis(month=month)


def test_what_is_missing_is_named_with_what_it_would_give():
    case = sim.load(SCENARIOS / "mid_market.yaml").cases["Vtiger One Enterprise"]
    found = missing(case.operations)
    assert found["company.opportunity_share",] == ["close_rate"]
    assert found["company.tickets_per_month", "company.support_agents"] == ["cases_per_agent"]


def test_more_futures_leave_the_key_figures_as_they_are():
    scenario = sim.load(SCENARIOS / "mid_market.yaml")
    few, many = (scenario.run(draws=draws, seed=5).kpis() for draws in (4096, 8192))
    assert few.equals(many)


# The file


def test_the_file_says_targets_what_was_measured_and_what_cannot_be_computed(tmp_path):
    said = """\
kpi_month: 12 months
kpis:
  conversion: {target: 6%, actual: 5.5%}
  nps: {before: 31, target: 45, actual: 38, note: yearly survey}
  revenue: {target: $40k}
"""
    scenario = loaded(tmp_path, FILE + said)
    assert scenario.setting.kpi_month == 12
    records = scenario.setting.kpis
    assert records["conversion"] == Record(target=0.06, actual=0.055)
    assert records["nps"] == Record(31, 45, 38, "yearly survey")
    table = scenario.run(draws=64).kpis().set_index(["kpi", "side"])
    assert table.loc[("conversion", "with"), ["target", "actual", "p_target"]].tolist() == [0.06, 0.055, 0]
    assert np.isnan(table.loc[("conversion", "without"), "target"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("kpis: {convrsion: {target: 6%}}", "51: kpis.convrsion: unknown key 'convrsion' (did you mean 'conversion'?)"),
        ("kpis: {nps: {before: 31%}}", "51: kpis.nps.before: '31%' is a percentage where a count is expected"
         " (write 900, 12k or 1.2M)"),
        ("kpis: {conversion: {before: 6%}}", "51: kpis.conversion.before: unknown key 'before' (one of: source,"
         " note, target, actual)"),
        ("kpis: {conversion: {target: {dist: uniform, low: 0, high: 1}}}",
         "51: kpis.conversion.target: a rate that is certain is expected, not a distribution (write 12% or 0.12)"),
        ("kpis: {conversion: {}}", "51: kpis.conversion: says nothing (give target, actual or, if recorded, before)"),
        ("kpi_month: 25", "51: kpi_month: month 25 is after the horizon (at most 24)"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_place(tmp_path, said, expected):
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, FILE + said + "\n")
    first = caught.value.problems[0]
    assert f"{first.line}: {first.place}: {first.message}" == expected


def test_a_target_of_what_cannot_be_computed_is_refused(tmp_path):
    source = FILE.replace("  sales_reps: 4\n", "") + "kpis: {revenue_per_rep: {target: $10k}}\n"
    with pytest.raises(sim.ScenarioError, match=r"cannot be computed without company\.sales_reps \(give it\)"):
        loaded(tmp_path, source)


def test_every_figure_that_is_only_recorded_says_why():
    assert not KPIS.keys() & RECORDED.keys()
    assert all(len(noted.why) > 20 for noted in RECORDED.values())


def test_a_figure_that_the_crm_does_not_touch_changes_by_nothing_at_all():
    before = np.array([4000.0, 1e7, 0.0, 0.31])
    after = before * np.array([1 + 4e-16, 1 - 2e-16, 1, 1.01])
    assert change_of(before, after).tolist() == [0, 0, 0, pytest.approx(0.0031)]
