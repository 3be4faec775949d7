"""Scenarios given by rows: what a file may say, what becomes of it, and what is refused."""

import json

import numpy as np
import pytest
import yaml
from jsonschema import Draft202012Validator

import sim
from sim.errors import ScenarioError
from sim.finance.cash_flows import Discounting
from sim.model.line import Nature
from sim.model.lines.yearly import Retained, YearlyRow
from sim.model.quantity import Drawn
from sim.numbers.kinds import Kind
from sim.scenario.schema import schema_text

FILE = """\
name: Test
method: tei
years: 3
discount_rate: 10%
company: {users: 40}
inputs:
  lift: {dist: pert, low: 0%, mode: 10%, high: 30%}
  hours: {dist: uniform, low: 1, high: 3}
common:
  rows:
    Licences: {kind: cost, years: [$10k, $11k, $12k]}
    Time:
      {kind: benefit, soft: true, factors: {people: users, hours: hours, weeks: 46, an hour: $40}, ramp: [50%, 1, 1]}
vendors:
  A:
    rows:
      Sales: {kind: benefit, years: {dist: uniform, low: $20k, high: $40k}, factors: {more: lift}, grows: 3%}
  B:
    rows:
      Licences: {years: $8k, initial: $5k}
      Sales: {kind: benefit, years: [$1k, {dist: uniform, low: $2k, high: $4k}, $3k], starts_after: 3 months}
"""


def written(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return path


def load(tmp_path, source=FILE):
    return sim.load(written(tmp_path, source))


def problems_of(tmp_path, source):
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, source)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def changed(old, new):
    assert old in FILE
    return FILE.replace(old, new)


def rows_of(scenario, vendor):
    return {line.name: line for line in scenario.cases[vendor].lines}


def test_rows_become_lines_with_their_numbers_by_year(tmp_path):
    scenario = load(tmp_path)
    case = scenario.cases["A"]
    assert (case.months, case.discounting, case.rollout.plan_months) == (36, Discounting.INITIAL, 0.0)
    assert rows_of(scenario, "A") == {
        "Licences": YearlyRow("Licences", Nature.CASH_COST, base=(10e3, 11e3, 12e3)),
        "Time": YearlyRow(
            "Time",
            Nature.SOFT_BENEFIT,
            factors=((40.0,), (Drawn("hours"),), (46.0,), (40.0,)),
            ramp=(0.5, 1.0, 1.0),
        ),
        "Sales": YearlyRow(
            "Sales",
            Nature.CASH_BENEFIT,
            base=(Drawn("vendors.A.rows.Sales.years"),),
            factors=((Drawn("lift"),),),
            grows=0.03,
        ),
    }


def test_uncertain_numbers_of_rows_keep_the_unit_of_their_text(tmp_path):
    source = changed("{more: lift}", "{more: lift, price: {dist: uniform, low: $1, high: $2}}")
    units = {i.key: i.unit for i in load(tmp_path, source).cases["A"].inputs}
    assert units == {
        "hours": Kind.ANY,
        "vendors.A.rows.Sales.years": Kind.MONEY,
        "lift": Kind.RATE,
        "vendors.A.rows.Sales.factors.price": Kind.MONEY,
    }


def test_a_vendor_changes_single_numbers_of_a_common_row(tmp_path):
    rows = rows_of(load(tmp_path), "B")
    assert rows["Licences"] == YearlyRow("Licences", Nature.CASH_COST, initial=5e3, base=(8e3,))
    assert rows["Sales"].base == (1e3, Drawn("vendors.B.rows.Sales.years[1]"), 3e3)
    assert rows["Sales"].starts_after == 3.0


def test_a_factor_of_a_common_row_is_overridden_by_name(tmp_path):
    source = changed("Licences: {years: $8k, initial: $5k}", "Time: {factors: {weeks: 40}}")
    assert rows_of(load(tmp_path, source), "B")["Time"].factors == ((40.0,), (Drawn("hours"),), (40.0,), (40.0,))


def test_retained_customers(tmp_path):
    source = changed(
        "years: [$1k, {dist: uniform, low: $2k, high: $4k}, $3k]",
        "retained: {base: $1M, rates: {a: [1%, 2%, 3%], b: lift}, round_to: 0.1%, with_base: true}, round_to: $1",
    )
    row = rows_of(load(tmp_path, source), "B")["Sales"]
    assert row.base == Retained((1e6,), ((0.01, 0.02, 0.03), (Drawn("lift"),)), 0.001, with_base=True)
    assert row.step == 1.0


def test_a_row_of_zeros_is_dropped(tmp_path):
    source = changed("Licences: {years: $8k, initial: $5k}", "Licences: {years: 0}")
    assert list(rows_of(load(tmp_path, source), "B")) == ["Time", "Sales"]


def test_freed_time_can_be_left_out(tmp_path):
    assert list(rows_of(load(tmp_path, "soft_benefits: false\n" + FILE), "A")) == ["Licences", "Sales"]


def test_shared_rows_are_drawn_once_and_everything_an_ordinary_run_offers_is_there(tmp_path):
    results = load(tmp_path).run(draws=1024)
    assert results["A"].case.inputs[0].key in results.run.inputs
    assert {bar.input for bar in results["A"].bars("npv").bars} == {"hours", "lift", "vendors.A.rows.Sales.years"}
    assert results["A"].probability("npv", above=0).value == pytest.approx(1)
    assert sum(s.p_best.value for s in results.comparison.standings.values()) == pytest.approx(1)
    assert results["A"].line_means()["Licences"].value == pytest.approx(33e3)
    assert results.levers().empty


def test_a_scenario_of_rows_has_no_delay_to_cost(tmp_path):
    results = load(tmp_path).run(draws=64)
    with pytest.raises(sim.UsageError, match="a scenario of rows has no go-live that could come later"):
        results.cost_of_delay("A")


def test_events_change_benefits_and_costs_of_rows(tmp_path):
    source = FILE + "    events: {Crisis: {probability: 50%, benefits: -100%, cost: $7k}}\n"
    results = load(tmp_path, source).run(draws=1024)
    spent = results["B"]["cost"]
    assert sorted(np.unique(np.round(spent, 6))) == [29e3, 36e3]
    assert (results["B"]["benefit"][spent > 30e3] == 0).all()
    assert (results["B"]["benefit"][spent < 30e3] > 0).all()


def test_the_schema_takes_it(tmp_path):
    Draft202012Validator(json.loads(schema_text())).validate(yaml.safe_load(FILE))


def test_every_problem_of_rows_is_told_at_once(tmp_path):
    source = """\
name: Test
method: tei
years: 3
discount_rate: 10%
vendors:
  A:
    rows:
      One: {kind: benefit, years: [1, 2], risk_adjustment: -10%}
      Two: {kind: benefit, yeers: [1, 2, 3]}
      Three: {kind: gain, factors: {price: nosuch, deals: [1]}, round_to: 0}
      Four: {kind: cost, retained: {base: 1, rates: {a: [1%, 2%], b: 120%}}}
      Five: {kind: cost, years: []}
"""
    assert problems_of(tmp_path, source) == [
        "x.yaml:8:35: vendors.A.rows.One.years: has 2 numbers for 3 years (give 3 of them, or one without brackets)",
        "x.yaml:8:60: vendors.A.rows.One.risk_adjustment: -10% is below 0% (must be 0% to 100%)",
        "x.yaml:9:28: vendors.A.rows.Two.yeers: unknown key 'yeers' (did you mean 'years'?)",
        "x.yaml:10:21: vendors.A.rows.Three.kind: 'gain' is not a choice (one of: benefit or cost)",
        "x.yaml:10:44: vendors.A.rows.Three.factors.price: no input or company fact is called 'nosuch'"
        " (write 12, 12% or $12)",
        "x.yaml:10:59: vendors.A.rows.Three.factors.deals: has 1 number for 3 years (give 3 of them, or one without"
        " brackets)",
        "x.yaml:10:75: vendors.A.rows.Three.round_to: cannot round to 0 (must be above 0)",
        "x.yaml:11:57: vendors.A.rows.Four.retained.rates.a: has 2 numbers for 3 years (give 3 of them, or one without"
        " brackets)",
        "x.yaml:11:70: vendors.A.rows.Four.retained.rates.b: 120% is above 100% (must be 0% to 100%)",
        "x.yaml:12:33: vendors.A.rows.Five.years: has 0 numbers for 3 years (give 3 of them, or one without brackets)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("method: tei\n", "", "x.yaml:9:3: common.rows: rows need `method: tei` at the top of the file (add it)"),
        ("years: 3\n", "years: 3\nmonths: 36\n",
         "x.yaml:3:1: years: the horizon is said twice, also as months (keep one)"),
        ("years: 3\n", "months: 36\n", "x.yaml:3:1: months: has no use in a scenario of rows (give years)"),
        ("years: 3\n", "", "years: missing (horizon in years)"),
        ("years: 3\n", "years: 2.5\n", "x.yaml:3:8: years: 2.5 will not do (must be a whole number of years, 1 to 50)"),
        ("years: 3\n", "years: 30 months\n",
         "x.yaml:3:8: years: 30 months will not do (must be a whole number of years, 1 to 50)"),
        ("years: 3\n", "years: 3\ninflation: 2%\n",
         "x.yaml:4:1: inflation: has no use in a scenario of rows (amounts are those of their year; give grows in a"
         " row)"),
        ("years: 3\n", "years: 3\nkpi_month: 12\n",
         "x.yaml:4:1: kpi_month: has no use in a scenario of rows (key figures are those of the CRM model)"),
        ("years: 3\n", "years: 3\nkpis: {revenue_per_rep: {target: $1k}}\n",
         "kpis.revenue_per_rep: cannot be computed"),
        ("years: 3\n", "years: 3\ndiscounting: monthly\n",
         "x.yaml:4:1: discounting: method: tei discounts whole years after an undiscounted start (leave this out)"),
        ("  B:\n", "  B:\n    licence: {list_price: $30}\n",
         "x.yaml:19:5: vendors.B.licence: has no place beside rows, which give the whole account (make it a row)"),
        ("  B:\n", "  B:\n    events: {Late: {probability: 10%, delay_months: 3}}\n",
         "x.yaml:19:39: vendors.B.events.Late.delay_months: has nothing to act on in rows (use benefits, costs or"
         " cost)"),
        ("kind: benefit, years: [$1k", "years: [$1k",
         "x.yaml:21:14: vendors.B.rows.Sales: no kind (such as {kind: benefit, years: [$50k, $80k, $100k]})"),
        ("years: {dist: uniform, low: $20k, high: $40k}, factors: {more: lift}, grows: 3%", "ramp: 50%",
         "x.yaml:17:14: vendors.A.rows.Sales: no amount (such as {kind: benefit, years: [$50k, $80k, $100k]})"),
        ("factors: {more: lift}", "retained: {base: 1, rates: {a: 1%}}",
         "x.yaml:17:14: vendors.A.rows.Sales: the amount is said twice, as years and as retained (keep one)"),
        ("factors: {more: lift}", "retained: {base: 1}",
         "vendors.A.rows.Sales.retained: means nothing without rates (give base and rates)"),
    ],
)  # fmt: skip
def test_what_rows_have_no_use_for_is_refused(tmp_path, old, new, expected):
    found = problems_of(tmp_path, changed(old, new))
    assert [problem for problem in found if expected in problem], found
    assert len(found) == 1, found


def test_a_vendor_without_rows_is_refused(tmp_path):
    source = "name: T\nmethod: tei\nyears: 1\ndiscount_rate: 5%\nvendors:\n"
    source += "  A: {rows: {x: {kind: cost, years: 1}}}\n  B: {}\n"
    assert problems_of(tmp_path, source) == [
        "x.yaml:7:3: vendors.B: no rows, here or in common (such as {kind: benefit, years: [$50k, $80k, $100k]})"
    ]


def test_years_are_a_horizon_for_every_scenario(tmp_path):
    source = (
        "name: T\nyears: 2 years\ndiscount_rate: 5%\ncompany: {users: 3}\nvendors:\n  A: {licence: {list_price: 1}}\n"
    )
    assert load(tmp_path, source).cases["A"].months == 24


def test_a_scenario_without_rows_still_needs_its_company_and_horizon(tmp_path):
    source = "name: T\ndiscount_rate: 5%\nvendors:\n  A: {licence: {list_price: 1}}\n"
    assert [p.partition(": ")[2] for p in problems_of(tmp_path, source)] == [
        "company: missing (the company as it is; not needed where vendors are given by `rows`)",
        "months: missing (horizon in months from signature, unless given in `years`)",
    ]


def test_a_risk_adjustment_on_what_is_uncertain_is_warned_of_by_name(tmp_path):
    warned = load(tmp_path, changed("grows: 3%", "risk_adjustment: 10%")).warnings
    assert [w.place for w in warned] == ["vendors.A.rows.Sales"]
    assert warned[0].message.startswith("takes a risk adjustment off what is uncertain already")
    assert warned[0].message.endswith("[haircut-stacking]")
    assert load(tmp_path, changed("starts_after: 3 months", "risk_adjustment: 10%")).warnings
    assert not load(tmp_path, changed("years: $8k", "years: $8k, risk_adjustment: 10%")).warnings
    constant = changed("{dist: uniform, low: 1, high: 3}", "2")
    assert not load(tmp_path, constant.replace("soft: true", "soft: true, risk_adjustment: 10%")).warnings
    shaken = changed("years: $8k", "years: $8k, risk_adjustment: 10%")
    shaken += "    events: {Crisis: {probability: 50%, costs: 10%}}\n"
    assert [w.place for w in load(tmp_path, shaken).warnings] == ["vendors.B.rows.Licences"]


CRM = """\
name: Test
method: tei
months: 24
discount_rate: 10%
company: {users: 20, hourly_cost: $50}
vendors:
  A:
    licence: {list_price: $40}
    effects: {hours_saved: 2, time_realised: 70%}
risk_adjustments: {subscription: 10%, productivity: 25%}
"""


def test_lines_of_the_crm_model_can_be_adjusted_for_risk(tmp_path):
    scenario = load(tmp_path, CRM)
    plain = load(tmp_path, CRM.replace("risk_adjustments:", "#"))
    assert not scenario.warnings
    found, without = (s.run(draws=64)["A"] for s in (scenario, plain))
    assert found["cost"] == pytest.approx(without["cost"] * 1.1)
    assert found["benefit"] == pytest.approx(without["benefit"] * 0.75)
    assert found.line_means()["productivity"].value == pytest.approx(found["benefit"][0])


def test_the_levers_of_an_adjusted_margin_still_add_up_to_it(tmp_path):
    source = CRM.replace("users: 20", "users: 20, leads_per_month: 90, conversion_rate: 5%, deal_value: $2k")
    source = source.replace("hourly_cost: $50", "hourly_cost: $50, gross_margin: 60%")
    source = source.replace("hours_saved: 2, time_realised: 70%", "conversion: 10%, leads: 5%")
    results = load(tmp_path, source.replace("productivity: 25%", "customer margin: 25%")).run(draws=64)
    assert results.levers()["mean"].sum() == pytest.approx(results["A"].line_means()["customer margin"].value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hours_saved: 2", "hours_saved: {dist: uniform, low: 1, high: 2}"),
        ("effects:", "rollout: {delay_months: {dist: uniform, low: 0, high: 4}}\n    effects:"),
        ("effects:", "events: {Late: {probability: 10%, delay_months: 2}}\n    effects:"),
    ],
)
def test_a_haircut_on_an_uncertain_line_is_warned_of(tmp_path, old, new):
    warned = load(tmp_path, CRM.replace(old, new)).warnings
    assert "risk_adjustments.productivity" in [w.place for w in warned]
    assert all(w.message.endswith("[haircut-stacking]") for w in warned)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("productivity: 25%", "productivty: 25%",
         "x.yaml:10:39: risk_adjustments.productivty: no line is called 'productivty' (did you mean 'productivity'?)"),
        ("productivity: 25%", "productivity: -5%",
         "x.yaml:10:53: risk_adjustments.productivity: -5% is below 0% (must be 0% to 100%)"),
        ("method: tei\n", "", "x.yaml:9:1: risk_adjustments: need `method: tei`; else ranges and events hold the risk"
         " (leave them out)"),
    ],
)  # fmt: skip
def test_what_cannot_be_adjusted_is_refused(tmp_path, old, new, expected):
    assert problems_of(tmp_path, CRM.replace(old, new)) == [expected]


def test_rows_have_risk_adjustments_of_their_own(tmp_path):
    assert problems_of(tmp_path, FILE + "risk_adjustments: {Sales: 10%}\n") == [
        "x.yaml:22:1: risk_adjustments: has no use in a scenario of rows (give risk_adjustment in a row)"
    ]
