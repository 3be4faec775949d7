import pytest

import sim
from sim.scenario.loading import load_file

GOOD = """\
name: Test
currency: USD
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
  revenue_per_customer: $9000
  churn: 20%
inputs:
  lift: {dist: pert, low: 0%, mode: 10%, high: 30%}
common:
  effects: {conversion: lift}
vendors:
  A: {licence: {list_price: $40}}
  B: {licence: {list_price: $60}, implementation: {quote: {dist: uniform, low: 5k, high: $9k}}}
"""


def problems_of(tmp_path, source, **others):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    for name, other in others.items():
        (tmp_path / f"{name}.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(path)
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def loaded(tmp_path, source, **others):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    for name, other in others.items():
        (tmp_path / f"{name}.yaml").write_text(other, encoding="utf-8")
    return load_file(path)


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_file_gives_a_case_a_vendor(tmp_path):
    cases = loaded(tmp_path, GOOD).cases
    assert list(cases) == ["A", "B"]
    assert [i.key for i in cases["B"].inputs] == ["lift", "vendors.B.implementation.quote"]
    assert cases["A"].months == 24


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("users: 10", "usres: 10", "x.yaml:6:3: company.usres: unknown key 'usres' (did you mean 'users'?)"),
        (
            "conversion: lift",
            "conversion: lfit",
            "x.yaml:18:25: common.effects.conversion: no input or company fact is called 'lfit' (did you mean 'lift'?)",
        ),
        ("mode: 10%", "mode: 40%", "x.yaml:16:9: inputs.lift: mode 0.4 is above high 0.3 (need low <= mode <= high)"),
        (
            "{dist: pert, low: 0%, mode: 10%, high: 30%}",
            "{dist: normal, mean: 10%, sd: -1%}",
            "x.yaml:16:9: inputs.lift: sd is -0.01 (a standard deviation must be above 0)",
        ),
        (
            "{dist: pert, low: 0%, mode: 10%, high: 30%}",
            "{dist: lognormal, p10: 30%, p90: 10%}",
            "x.yaml:16:9: inputs.lift: p10 0.3 is not below p90 0.1 (need p10 < p90)",
        ),
        (
            "{dist: pert, low: 0%, mode: 10%, high: 30%}",
            "{dist: bernoulli, p: 1.2}",
            "x.yaml:16:30: inputs.lift.p: a probability of 1.2 (must lie between 0 and 1, or 0% and 100%)",
        ),
        (
            "dist: pert",
            "dist: prt",
            "x.yaml:16:9: inputs.lift: unknown distribution 'prt' (did you mean 'pert'?)",
        ),
        (
            "hourly_cost: $50",
            "hourly_cost: 50%",
            "x.yaml:7:16: company.hourly_cost: '50%' is a percentage where an amount of money is expected"
            " (write 75, 18k or 1.2M, with or without the currency)",
        ),
        (
            "deal_value: $2k",
            "deal_value: €2k",
            "x.yaml:10:15: company.deal_value: '€2k' is in EUR, not in USD, the scenario's currency"
            " (convert the amount to USD)",
        ),
        (
            "churn: 20%",
            "churn: 20",
            "x.yaml:14:10: company.churn: a bare rate above 1 (did you mean 20%? Write 2000% if you mean it)",
        ),
        ("churn: 20%", "churn: .nan", "x.yaml:14:10: company.churn: 'nan' is not a finite number"),
        ("churn: 20%", "churn: 120%", "x.yaml:14:10: company.churn: 120% is above 100% (must be 0% to 100%)"),
        ("currency: USD", "currency: dollars", "x.yaml:2:11: currency: 'dollars' is no currency"),
        ("months: 24", "months: 2.5", "x.yaml:3:9: months: 2.5 will not do (must be a whole number of months"),
        ("months: 24\n", "", "months: missing (horizon in months from signature, unless given in `years`)"),
        (
            "{licence: {list_price: $40}}",
            "{licence: {list_price: $40, billing: weekly}}",
            "x.yaml:20:43: vendors.A.licence.billing: 'weekly' is not a choice (one of: annual or monthly)",
        ),
        ("{licence: {list_price: $40}}", "5", "x.yaml:20:6: vendors.A: expected a mapping, got '5'"),
        ("{licence: {list_price: $40}}", "{}", "x.yaml:20:6: vendors.A: no licence.list_price, here or in common"),
        (
            "conversion: lift",
            "hours_saved: lift",
            "common.effects.hours_saved: 'lift' is a rate where a number of hours is expected",
        ),
        ("low: 0%", "low: $0", "x.yaml:16:37: inputs.lift.mode: '10%' is a percentage where an amount of money"),
    ],
)
def test_each_mistake_is_named_with_its_place_and_what_would_be_right(tmp_path, old, new, expected):
    found = problems_of(tmp_path, changed(old, new))
    assert any(expected in problem for problem in found), found


def test_a_name_of_the_wrong_kind_is_refused(tmp_path):
    found = problems_of(tmp_path, changed("{licence: {list_price: $40}}", "{licence: {list_price: churn}}"))
    assert "vendors.A.licence.list_price: 'churn' is a rate where an amount of money is expected" in found[0]


def test_a_bare_input_used_as_a_rate_must_look_like_one(tmp_path):
    found = problems_of(tmp_path, changed("low: 0%, mode: 10%, high: 30%", "low: 0, mode: 10, high: 30"))
    assert "input 'lift' is a bare rate above 1: its median is" in found[0]


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path):
    source = GOOD.replace("users: 10", "usres: 10").replace("churn: 20%", "churn: 20").replace("mode: 10%", "mode: 40%")
    source = source.replace("name: Test", "name: Test\nname: Again").replace("conversion: lift", "conversion: lfit")
    lines = [int(problem.split(":")[1]) for problem in problems_of(tmp_path, source)]
    assert lines == [2, 7, 15, 17, 19]


def test_unbounded_tails_must_keep_the_bounds(tmp_path):
    found = problems_of(tmp_path, changed("churn: 20%", "churn: {dist: normal, mean: 20%, sd: 10%}"))
    assert "company.churn: reaches down to" in found[0]
    assert "bound the distribution" in found[0]
    loaded(tmp_path, changed("churn: 20%", "churn: {dist: normal, mean: 20%, sd: 2%}"))


def test_an_effect_with_nothing_to_act_on_is_refused(tmp_path):
    found = problems_of(tmp_path, changed("  leads_per_month: 100\n", ""))
    assert found[0].endswith("has nothing to act on without company.leads_per_month (give it)")


def test_numbers_without_their_partner_are_refused(tmp_path):
    found = problems_of(tmp_path, changed("{conversion: lift}", "{conversion: lift, hours_saved: 3}"))
    assert found[0].endswith("common.effects.hours_saved: means nothing without effects.time_realised (give it too)")


def test_a_common_default_may_lie_idle_for_a_vendor_without_its_partner(tmp_path):
    common = "{conversion: lift}\n  administration: {admin_cost: 90k}"
    used = changed(
        "{licence: {list_price: $40}}", "{licence: {list_price: $40}, administration: {users_per_admin: 50}}"
    )
    cases = loaded(tmp_path, used.replace("{conversion: lift}", common)).cases
    assert [any(line.name == "administration" for line in cases[v].lines) for v in "AB"] == [True, False]
    found = problems_of(tmp_path, changed("{conversion: lift}", common))
    assert "administration.admin_cost: means nothing without administration.users_per_admin" in found[0]


@pytest.mark.parametrize(
    ("effect", "most"),
    [("retention_lift: 30%", "at most 25%"), ("retention_points: 25%", "at most 20 points")],
)
def test_retention_above_100_percent_is_refused_with_an_explanation(tmp_path, effect, most):
    found = problems_of(tmp_path, changed("{conversion: lift}", f"{{{effect}}}"))
    assert "on a retention of 80% (churn 20%) implies" in found[0]
    assert most in found[0]
    assert "write it as churn_reduction" in found[0]


def test_the_cost_of_a_month_is_160_hours(tmp_path):
    def hours(cost):
        source = GOOD.replace("hourly_cost: $50", cost)
        source = source.replace("{conversion: lift}", "{conversion: lift, hours_saved: 2, time_realised: 70%}")
        loaded(tmp_path, source)
        return sim.load(tmp_path / "x.yaml").run(draws=1024, seed=3)["A"].line_means()["productivity"]

    by_hour = hours("hourly_cost: $55")
    assert hours("monthly_cost: $8.8k").value == pytest.approx(by_hour.value)
    drawn = hours("monthly_cost: {dist: uniform, low: $8000, high: $9600}")
    assert drawn.value == pytest.approx(by_hour.value, abs=4 * drawn.se)
    found = problems_of(tmp_path, changed("hourly_cost: $50", "hourly_cost: $50\n  monthly_cost: $8k"))
    assert found == [
        "x.yaml:8:17: company.monthly_cost: the cost of a user is said twice, also as hourly_cost (keep one; an hour is"
        " a 160th of a month)"
    ]


def test_a_month_of_a_user_is_as_good_as_an_hour_for_whatever_needs_one(tmp_path):
    effects = "{conversion: lift, hours_saved: 2, time_realised: 70%, tickets_deflected: 10%}"
    source = changed("{conversion: lift}", effects).replace(
        "hourly_cost: $50", "monthly_cost: $8k\n  tickets_per_month: 100\n  hours_per_ticket: 1"
    )
    loaded(tmp_path, source)
    found = problems_of(tmp_path, source.replace("  monthly_cost: $8k\n", ""))
    assert [problem.split(" (")[0].split(": ", 1)[1] for problem in found] == [
        "common.effects.hours_saved: has nothing to act on without company.hourly_cost",
        "common.effects.tickets_deflected: has nothing to act on without company.agent_hourly_cost or hourly_cost",
    ]


def test_points_of_margin_need_sales_and_leave_the_margin_at_or_below_100_percent(tmp_path):
    found = problems_of(tmp_path, changed("{conversion: lift}", "{margin_points: 41%}"))
    assert found[0].endswith(
        "common.effects.margin_points: '41%' on a gross margin of up to 60% makes 101%, above 100% (at most 40 points)"
    )
    loaded(tmp_path, changed("{conversion: lift}", "{margin_points: 40%}"))
    idle = changed("{conversion: lift}", "{margin_points: 4%}")
    for fact in ("  leads_per_month: 100\n", "  churn: 20%\n"):
        idle = idle.replace(fact, "")
    assert "has nothing to act on without what the company sells: (leads_per_month" in problems_of(tmp_path, idle)[0]


def test_retention_up_to_100_percent_is_accepted(tmp_path):
    loaded(tmp_path, changed("{conversion: lift}", "{retention_lift: 25%}"))
    loaded(tmp_path, changed("{conversion: lift}", "{retention_points: 20%}"))


def test_retention_is_said_once_and_a_vendors_own_way_wins(tmp_path):
    found = problems_of(tmp_path, changed("{conversion: lift}", "{retention_lift: 5%, churn_reduction: 5%}"))
    assert "retention is said twice" in found[0]
    source = changed("{conversion: lift}", "{retention_lift: 5%}")
    own = source.replace("{licence: {list_price: $40}}", "{licence: {list_price: $40}, effects: {churn_reduction: 7%}}")
    customers = loaded(tmp_path, own).cases["A"].lines[0]
    assert (customers.retention.churn_reduction, customers.retention.lift) == (0.07, 0.0)


def test_a_vendor_may_only_override_shared_inputs(tmp_path):
    found = problems_of(
        tmp_path, changed("{licence: {list_price: $40}}", "{licence: {list_price: 4}, inputs: {lfit: 3%}}")
    )
    assert found == ["x.yaml:20:42: vendors.A.inputs.lfit: overrides no shared input (did you mean 'lift'?)"]


def test_an_unused_input_is_a_warning(tmp_path):
    warnings = loaded(tmp_path, changed("inputs:\n", "inputs:\n  spare: 3%\n")).warnings
    assert [w.place for w in warnings] == ["inputs.spare"]


def test_sources_and_notes_are_kept(tmp_path):
    sourced = '{value: {dist: uniform, low: 40%, high: 50%}, source: "a book", note: "x"}'
    case = loaded(tmp_path, changed("gross_margin: 60%", f"gross_margin: {sourced}")).cases["A"]
    found = next(i for i in case.inputs if i.key == "company.gross_margin")
    assert (found.source, found.note, found.asked) == ("a book", "x", "uniform: low 40%, high 50%")


def test_company_facts_may_stand_for_each_other_but_not_for_themselves(tmp_path):
    case = loaded(tmp_path, changed("{list_price: $40}", "{list_price: $40, seats: customers}")).cases["A"]
    assert next(line.seats for line in case.lines if line.name == "subscription") == 200.0
    looped = changed("users: 10", "users: customers").replace("customers: 200", "customers: users")
    assert "stands for itself" in problems_of(tmp_path, looped)[0]


def test_extends_merges_deeply_and_replaces_distributions_whole(tmp_path):
    child = """\
extends: base.yaml
name: Child
inputs:
  lift: {dist: normal, mean: 10%, sd: 2%}
vendors:
  A: {licence: {discount: 10%}}
  B:
  C: {licence: {list_price: $10}}
"""
    found = loaded(tmp_path, child, base=GOOD)
    assert list(found.cases) == ["A", "C"]
    assert found.file.name == "Child"
    subscription = next(line for line in found.cases["A"].lines if line.name == "subscription")
    assert (subscription.list_price, subscription.discounts) == (40.0, (0.1,))
    assert found.file.inputs["lift"].distribution.sd == 0.02


def test_a_problem_in_the_base_names_the_base(tmp_path):
    found = problems_of(tmp_path, "extends: base.yaml\nname: Child\n", base=GOOD.replace("churn: 20%", "churn: 20"))
    assert found[0].startswith("base.yaml:14:10: company.churn: a bare rate above 1")


@pytest.mark.parametrize(
    ("extends", "wrong"),
    [
        ("../outside.yaml", "is outside the scenario's folder"),
        ("/etc/passwd", "is outside the scenario's folder"),
        ("x.yaml", "extends itself: x.yaml -> x.yaml"),
        ("[a, b]", "expected a text, got a list"),
        ("''", "it is a folder"),
        ("missing.yaml", "no such file"),
    ],
)
def test_extends_stays_in_the_folder_and_ends(tmp_path, extends, wrong):
    (tmp_path.parent / "outside.yaml").write_text(GOOD)
    found = problems_of(tmp_path, GOOD + f"extends: {extends}\n")
    assert len(found) == 1
    assert wrong in found[0]


def test_a_cycle_over_two_files_is_refused(tmp_path):
    found = problems_of(tmp_path, GOOD + "extends: base.yaml\n", base="extends: x.yaml\n")
    assert "extends itself: x.yaml -> base.yaml -> x.yaml" in found[0]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text(GOOD)
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "is outside the scenario's folder" in problems_of(inside, GOOD + "extends: link.yaml\n")[0]


def test_the_hash_covers_the_base_too(tmp_path):
    first = loaded(tmp_path, "extends: base.yaml\nname: C\n", base=GOOD).sha256
    assert first != loaded(tmp_path, "extends: base.yaml\nname: C\n", base=GOOD + "# \n").sha256
