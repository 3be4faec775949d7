from itertools import combinations

import numpy as np
import pytest
from scipy import stats

import sim
from sim.analysis.results import Results
from sim.scenario.loading import load_file
from tests.runs import simulated

BASE = """\
name: Test
months: 12
discount_rate: 10%
company:
  users: 20
  hourly_cost: $50
  turnover: {dist: uniform, low: 10%, high: 30%}
inputs:
  hours: {dist: pert, low: 1, mode: 3, high: 8}
  adoption: {dist: beta, a: 8, b: 3}
  ramp: {dist: uniform, low: 1, high: 9}
  fixed: 3
common:
  effects: {hours_saved: hours, time_realised: {dist: uniform, low: 40%, high: 90%}}
  rollout: {adoption: adoption, ramp_months: ramp, plan_months: fixed}
  training: {cash_per_user: {dist: uniform, low: 100, high: 300}}
vendors:
  A:
    licence: {list_price: $40}
    implementation: {quote: 10k, overrun: {dist: lognormal, median: 1.2, sigma: 0.3}}
    rollout: {delay_months: {dist: uniform, low: 0, high: 6}}
  B:
    licence: {list_price: $60}
    training: {cash_per_user: {dist: uniform, low: 50, high: 90}}
    implementation: {quote: 20k, overrun: {dist: triangular, low: 1, mode: 1.1, high: 2}}
    rollout: {delay_months: {dist: uniform, low: 0, high: 3}}
    inputs: {adoption: {dist: beta, a: 4, b: 3}}
"""
PAIRS = """\
correlations:
  - {inputs: [hours, adoption], spearman: 0.5}
  - {inputs: [ramp, adoption], spearman: -0.3}
  - {inputs: [implementation.overrun, rollout.delay_months], spearman: 0.6}
  - {inputs: [adoption, implementation.overrun], spearman: -0.2}
  - {inputs: [training.cash_per_user, hours], spearman: 0.4}
"""
every_design = pytest.mark.parametrize("design", ["sobol", "latin", "random"])


def loaded(tmp_path, source):
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return sim.load(path)


def problems_of(tmp_path, correlations):
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, BASE + correlations)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def run_of(scenario, draws=2**14, **options):
    """A run with as few metrics as can be: what is asked here is asked of the inputs."""
    return simulated(scenario.cases, draws=draws, metrics=("benefit",), **options)


def inputs_of(scenario, **options):
    return run_of(scenario, **options).inputs


def spearman(x, y):
    return stats.spearmanr(x, y).statistic


@every_design
def test_the_draws_have_the_correlations_asked_for(tmp_path, design):
    scenario = loaded(tmp_path, BASE + PAIRS)
    run = run_of(scenario, draws=2**16, design=design, seed=2)
    rows = Results(scenario.cases, run, scenario.setting).correlation_rows
    assert len(rows) == 10  # two vendors: hours with each adoption, each own overrun, each own training
    for row in rows:
        assert row["drawn"] == pytest.approx(row["asked"], abs=3 / 2**8)  # three standard errors
        assert row["used"] == row["asked"]


@every_design
def test_inputs_that_are_not_named_together_stay_independent(tmp_path, design):
    drawn = inputs_of(loaded(tmp_path, BASE + PAIRS), design=design, draws=2**16)
    for a, b in (("hours", "ramp"), ("company.turnover", "adoption"), ("ramp", "vendors.A.rollout.delay_months")):
        assert abs(spearman(drawn[a], drawn[b])) < 4 / 2**8


@every_design
def test_correlations_leave_every_distribution_as_it_is(tmp_path, design):
    scenario = loaded(tmp_path, BASE + PAIRS)
    drawn = inputs_of(scenario, design=design)
    for case in scenario.cases.values():
        for i in case.inputs:
            if i.key != "fixed":
                u = np.interp(drawn[i.key], i.distribution.ppf(grid := np.linspace(1e-6, 1 - 1e-6, 20_001)), grid)
                assert stats.kstest(u, "uniform").pvalue > 1e-3, i.key


def test_a_correlation_changes_no_input_outside_of_it(tmp_path):
    plain, tied = inputs_of(loaded(tmp_path, BASE)), inputs_of(loaded(tmp_path, BASE + PAIRS))
    for key in ("company.turnover", "common.effects.time_realised", "hours"):  # the first of a web leads it
        np.testing.assert_array_equal(plain[key], tied[key])
    assert (plain["adoption"] != tied["adoption"]).any()


@every_design
def test_vendors_added_or_reordered_move_no_other_vendors_numbers(tmp_path, design):
    head, a, b = BASE.partition("  A:\n")[0], *BASE.partition("  A:\n")[2].split("  B:\n")
    pairs = PAIRS + "  - {inputs: [licence.discount, hours], kendall: 0.1}\n"
    new = b.replace("list_price: $60", "list_price: $60, discount: {dist: uniform, low: 0%, high: 9%}")
    one = f"{head}  A:\n{a}  C:\n{new}{pairs}"
    other = f"{head}  C:\n{new}  B:\n{b}  A:\n{a}{pairs}"
    first, second = (loaded(tmp_path, text).run(draws=4096, design=design) for text in (one, other))
    for vendor in ("A", "C"):
        np.testing.assert_array_equal(first[vendor]["npv"], second[vendor]["npv"])


def test_an_overridden_input_keeps_its_quantile(tmp_path):
    drawn = inputs_of(loaded(tmp_path, BASE + PAIRS))
    shared = stats.beta.cdf(drawn["adoption"], 8, 3)
    np.testing.assert_allclose(stats.beta.cdf(drawn["vendors.B.inputs.adoption"], 4, 3), shared, atol=1e-8)


@pytest.mark.parametrize("value", [1, -1])
def test_perfect_correlation_is_one_quantile_or_its_mirror(tmp_path, value):
    text = f"correlations: [{{inputs: [hours, ramp], spearman: {value}}}]\n"
    drawn = inputs_of(loaded(tmp_path, BASE + text))
    u = stats.beta.cdf((drawn["hours"] - 1) / 7, 1 + 8 / 7, 1 + 20 / 7)
    np.testing.assert_allclose((drawn["ramp"] - 1) / 8, u if value == 1 else 1 - u, atol=1e-7)


@pytest.mark.parametrize(("key", "stat"), [("kendall", stats.kendalltau), ("correlation", stats.spearmanr)])
def test_the_measure_goes_by_its_name_and_correlation_is_spearman(tmp_path, key, stat):
    drawn = inputs_of(loaded(tmp_path, BASE + f"correlations: [{{inputs: [hours, ramp], {key}: 0.4}}]\n"))
    assert stat(drawn["hours"], drawn["ramp"]).statistic == pytest.approx(0.4, abs=0.02)


def test_normal_scores_are_the_plain_correlation_of_the_scores(tmp_path):
    text = "correlations: [{inputs: [hours, ramp], normal_scores: 0.4}]\n"
    results = loaded(tmp_path, BASE + text).run(draws=2**16)
    assert results.correlation_rows[0]["drawn"] == pytest.approx(0.4, abs=0.005)


@pytest.mark.parametrize("rows", ["[[1, 0.5, 0.2], [0.5, 1, -0.3], [0.2, -0.3, 1]]", "[[1], [0.5, 1], [0.2, -0.3, 1]]"])
def test_a_matrix_or_its_lower_triangle_says_all_pairs(tmp_path, rows):
    text = f"correlations: {{matrix: {{inputs: [hours, adoption, ramp], spearman: {rows}}}}}\n"
    drawn = inputs_of(loaded(tmp_path, BASE + text), draws=2**16)
    found = [spearman(drawn[a], drawn[b]) for a, b in combinations(["hours", "adoption", "ramp"], 2)]
    np.testing.assert_allclose(found, [0.5, 0.2, -0.3], atol=0.006)


def test_a_t_copula_keeps_the_rank_correlation_and_brings_extremes_together(tmp_path):
    pair = "{inputs: [hours, ramp], spearman: 0.5}"
    gauss = inputs_of(loaded(tmp_path, BASE + f"correlations: [{pair}]\n"), draws=2**17)
    heavy = f"correlations: {{copula: student_t, df: 3, pairs: [{pair}]}}\n"
    t = inputs_of(loaded(tmp_path, BASE + heavy), draws=2**17)
    joint = {}
    for name, drawn in (("gauss", gauss), ("t", t)):
        assert spearman(drawn["hours"], drawn["ramp"]) == pytest.approx(0.5, abs=0.006)
        joint[name] = np.mean([drawn[key] < np.quantile(drawn[key], 0.01) for key in ("hours", "ramp")], axis=0)
    assert (joint["t"] == 1).mean() > 1.8 * (joint["gauss"] == 1).mean()


@every_design
@pytest.mark.parametrize(("word", "between"), [("independent", 0.0), ("0.7", 0.7), ("shared", 1.0)])
def test_an_input_goes_across_vendors_as_asked(tmp_path, design, word, between):
    text = f"""\
correlations:
  across_vendors: {{adoption: {word}, hours: {word}}}
  pairs:
    - {{inputs: [adoption, hours], spearman: 0.3}}
    - {{inputs: [adoption, implementation.overrun], spearman: -0.2}}
"""
    drawn = inputs_of(loaded(tmp_path, BASE + text), draws=2**16, design=design)
    a = drawn.get("vendors.A.inputs.adoption", drawn.get("adoption"))
    b = drawn["vendors.B.inputs.adoption"]
    assert spearman(a, b) == pytest.approx(between, abs=0.012)
    hours = drawn.get("vendors.A.inputs.hours", drawn.get("hours"))
    assert spearman(a, hours) == pytest.approx(0.3, abs=0.012)
    assert spearman(a, drawn["vendors.A.implementation.overrun"]) == pytest.approx(-0.2, abs=0.012)


def test_sobol_points_keep_their_low_variance_under_correlation(tmp_path):
    smooth = BASE.replace(
        "    rollout: {delay_months: {dist: uniform, low: 0, high: 6}}\n", "", 1
    )  # no jump of go-live
    scenario = loaded(tmp_path, smooth + PAIRS)
    errors = {}
    for design in ("sobol", "random"):
        runs = [scenario.run(draws=4096, seed=seed, design=design)["A"].statistics("npv").mean.se for seed in range(4)]
        errors[design] = np.sqrt(np.mean(np.square(runs)))
    assert errors["sobol"] < errors["random"] / 8  # 64 times fewer draws for the same error


def test_an_impossible_set_names_its_pairs_and_offers_the_nearest(tmp_path):
    (problem,) = problems_of(
        tmp_path,
        """\
correlations:
  - {inputs: [hours, adoption], spearman: 0.9}
  - {inputs: [adoption, ramp], spearman: 0.9}
  - {inputs: [hours, ramp], spearman: -0.9}
  - {inputs: [hours, turnover], spearman: 0.1}
""",
    )
    assert problem.startswith("x.yaml:28:1: correlations: these correlations contradict each other: ")
    for part in ("'hours' with 'adoption' 0.9", "'adoption' with 'ramp' 0.9", "'hours' with 'ramp' -0.9"):
        assert part in problem
    assert "smallest eigenvalue -0.8" in problem
    assert "instead of 0.9" in problem
    assert "'repair: nearest'" in problem


def test_repair_takes_the_nearest_and_says_what_moved(tmp_path):
    text = """\
correlations:
  repair: nearest
  pairs:
    - {inputs: [hours, adoption], spearman: 0.9}
    - {inputs: [adoption, ramp], spearman: 0.9}
    - {inputs: [hours, ramp], spearman: -0.9}
"""
    path = tmp_path / "x.yaml"
    path.write_text(BASE + text)
    warnings = [str(w) for w in load_file(path).warnings]
    assert sum("instead of" in w for w in warnings) == 3
    results = sim.load(path).run(draws=2**16)
    for row in results.correlation_rows:
        assert row["drawn"] == pytest.approx(row["used"], abs=0.006)
        assert abs(row["used"] - row["asked"]) > 0.3


@pytest.mark.parametrize(
    ("correlations", "expected"),
    [
        (
            "correlations: [{inputs: [hours, adption], spearman: 0.5}]",
            "x.yaml:28:33: correlations[0].inputs[1]: no uncertain number is called 'adption'"
            " (did you mean 'adoption'?)",
        ),
        (
            "correlations: [{inputs: [hours, fixed], spearman: 0.5}]",
            "x.yaml:28:33: correlations[0].inputs[1]: 'fixed' is a constant, so nothing can move with it"
            " (give it a distribution)",
        ),
        (
            "correlations: [{inputs: [hours, users], spearman: 0.5}]",
            "x.yaml:28:33: correlations[0].inputs[1]: 'users' is certain, or another input by name"
            " (correlate uncertain numbers)",
        ),
        (
            "correlations: [{inputs: [hours, ramp], spearman: 1.2}]",
            "x.yaml:28:50: correlations[0].spearman: a correlation of 1.2 (must lie between -1 and 1)",
        ),
        (
            "correlations: [{inputs: [hours, ramp], spearman: 30%}]",
            "x.yaml:28:50: correlations[0].spearman: expected a correlation, got '30%'"
            " (write a number between -1 and 1, such as 0.3)",
        ),
        (
            "correlations: [{inputs: effects, spearman: -0.2}]",
            "x.yaml:28:16: correlations[0]: -0.2 between all effects (must lie between 0 and 1)",
        ),
        (
            "correlations: [{inputs: efects, spearman: 0.2}]",
            "x.yaml:28:25: correlations[0].inputs: 'efects' is neither two names nor effects (write [one, other])",
        ),
        (
            "correlations: [{inputs: [hours, ramp]}]",
            "x.yaml:28:16: correlations[0]: no strength"
            " (give one of: spearman, kendall, normal_scores; correlation means spearman)",
        ),
        (
            "correlations: [{inputs: [hours, hours], spearman: 0.5}]",
            "x.yaml:28:16: correlations[0]: 'hours' with itself (name two inputs)",
        ),
        (
            "correlations: [{inputs: [hours, ramp], spearman: 0.5}, {inputs: [ramp, hours], spearman: 0.4}]",
            "x.yaml:28:56: correlations[1]: 'ramp' with 'hours' is here twice (keep one)",
        ),
        (
            "correlations: {copula: student_t, pairs: [{inputs: [hours, ramp], spearman: 0.5}]}",
            "x.yaml:28:15: correlations: student_t has no df (write copula: student_t and df: 4, or neither)",
        ),
        (
            "correlations: {across_vendors: {adopton: independent}}",
            "x.yaml:28:33: correlations.across_vendors.adopton: no input is called 'adopton'"
            " (did you mean 'adoption'?)",
        ),
        (
            "correlations: {across_vendors: {adoption: -0.5}}",
            "x.yaml:28:43: correlations.across_vendors.adoption: a correlation of -0.5 across vendors"
            " (must lie between 0 and 1)",
        ),
        (
            "correlations: {matrix: {inputs: [hours, ramp], spearman: [[1, 0.5], [0.4, 1]]}}",
            "x.yaml:28:24: correlations.matrix: 'hours' with 'ramp' is 0.5 above the diagonal and 0.4 below"
            " (must be the same)",
        ),
        (
            "correlations: {matrix: {inputs: [hours, ramp], spearman: [[1, 0.5]]}}",
            "x.yaml:28:24: correlations.matrix: 2 inputs, but rows of 2"
            " (give 2 rows of 2 numbers, or the lower triangle)",
        ),
        (
            "correlations:\n  across_vendors: {hours: 0.1}\n  pairs: [{inputs: [hours, adoption], spearman: 0.9}]",
            "x.yaml:29:3: correlations.across_vendors: an input cannot go with others this closely and yet differ this"
            " much between vendors: smallest eigenvalue -1.8",
        ),
    ],
)
def test_each_mistake_is_named_with_its_place_and_what_would_be_right(tmp_path, correlations, expected):
    assert any(problem.startswith(expected) for problem in problems_of(tmp_path, correlations + "\n"))


def test_whether_an_event_occurs_moves_together_with_other_inputs(tmp_path):
    """The overrun is larger where the project is late, for each vendor in its own way."""
    events = """\
common:
  events:
    Late: {probability: 30%, delay_months: 3}
"""
    text = (
        BASE.replace("common:\n", events)
        + "correlations: [{inputs: [events.Late, implementation.overrun], spearman: 0.6}]\n"
    )
    drawn = inputs_of(loaded(tmp_path, text), draws=2**16)
    late = drawn["common.events.Late"] == 1
    assert late.mean() == pytest.approx(0.3, abs=1e-3)
    r = 2 * np.sin(np.pi * 0.6 / 6)
    for vendor in "AB":
        overrun = drawn[f"vendors.{vendor}.implementation.overrun"]
        share = np.searchsorted(np.sort(overrun), np.median(overrun[late])) / overrun.size
        # P(score <= x | late) = 1/2 with the bivariate normal of scipy
        cut = stats.norm.ppf(0.7)
        law = stats.multivariate_normal(cov=[[1, r], [r, 1]])
        x = stats.norm.ppf(share)
        below = (stats.norm.cdf(x) - law.cdf([cut, x])) / 0.3
        assert below == pytest.approx(0.5, abs=0.02)


def test_a_vendor_for_which_an_input_is_certain_has_no_correlation_to_report(tmp_path):
    certain = BASE.replace("inputs: {adoption: {dist: beta, a: 4, b: 3}}", "inputs: {adoption: 60%}")
    scenario = loaded(tmp_path, certain + "correlations: [{inputs: [hours, adoption], spearman: 0.5}]\n")
    (row,) = scenario.run(draws=4096).correlation_rows
    assert (row["input_a"], row["input_b"]) == ("hours", "adoption")


def test_the_smallest_number_of_draws_and_several_workers_do(tmp_path):
    scenario = loaded(tmp_path, BASE + PAIRS)
    one, two = (scenario.run(draws=4096, workers=workers)["B"]["npv"] for workers in (1, 2))
    np.testing.assert_array_equal(one, two)
    assert np.isfinite(scenario.run(draws=1)["A"]["npv"]).all()


def test_an_input_can_be_named_by_the_key_that_reports_print(tmp_path):
    pairs = (
        "correlations:\n"
        "  - {inputs: [vendors.B.inputs.adoption, hours], spearman: 0.5}\n"
        "  - {inputs: [common.effects.time_realised, company.turnover], spearman: 0.4}\n"
    )
    short = pairs.replace("vendors.B.inputs.", "").replace("common.", "").replace("company.", "")
    by_key, by_name = (inputs_of(loaded(tmp_path, BASE + text)) for text in (pairs, short))
    assert by_key.keys() == by_name.keys()
    assert all(np.array_equal(x, by_name[key]) for key, x in by_key.items())


def test_a_key_of_one_vendor_leaves_the_others_as_they_are(tmp_path):
    pair = "  - {inputs: [vendors.A.implementation.overrun, vendors.A.rollout.delay_months], spearman: 0.6}\n"
    scenario = loaded(tmp_path, f"{BASE}correlations:\n{pair}")
    plain, tied = inputs_of(loaded(tmp_path, BASE)), inputs_of(scenario)
    one, other = (
        spearman(tied[f"vendors.{name}.implementation.overrun"], tied[f"vendors.{name}.rollout.delay_months"])
        for name in "AB"
    )
    assert one == pytest.approx(0.6, abs=0.006)  # 5 standard errors of Sobol points at this size
    assert abs(other) < 0.01
    assert all(np.array_equal(x, tied[key]) for key, x in plain.items() if key.startswith("vendors.B."))
    assert [row.a for row in scenario.setting.correlations] == ["vendors.A.implementation.overrun"]


def test_one_vendors_key_and_the_name_for_all_do_not_go_together(tmp_path):
    text = (
        "correlations:\n"
        "  - {inputs: [vendors.A.implementation.overrun, hours], spearman: 0.6}\n"
        "  - {inputs: [implementation.overrun, ramp], spearman: 0.2}\n"
    )
    assert problems_of(tmp_path, text) == [
        "x.yaml:30:15: correlations[1].inputs[0]: 'implementation.overrun' is also named for one vendor, as"
        " 'vendors.A.implementation.overrun' (name it for every vendor, or once)"
    ]


def test_a_key_that_is_nearly_one_is_suggested(tmp_path):
    (problem,) = problems_of(
        tmp_path, "correlations: [{inputs: [vendors.A.implementation.overun, hours], spearman: 0.6}]\n"
    )
    assert "did you mean 'vendors.A.implementation.overrun'?" in problem


MORE = BASE.replace("hours_saved: hours,", "hours_saved: hours, hours_entry: {dist: uniform, low: 0, high: 2},")


def test_one_line_ties_all_effects_and_what_does_harm_goes_against_them(tmp_path):
    source = MORE
    drawn = inputs_of(loaded(tmp_path, f"{source}correlations:\n  - {{inputs: effects, spearman: 0.4}}\n"))
    hours, entry, realised = (
        drawn[key] for key in ("hours", "common.effects.hours_entry", "common.effects.time_realised")
    )
    assert spearman(hours, realised) == pytest.approx(0.4, abs=0.02)
    assert spearman(hours, entry) == pytest.approx(-0.4, abs=0.02)
    assert spearman(entry, realised) == pytest.approx(-0.4, abs=0.02)
    assert spearman(hours, drawn["adoption"]) == pytest.approx(0, abs=0.02)


def test_a_pair_that_is_named_keeps_its_number(tmp_path):
    source = MORE
    pairs = (
        "correlations:\n  - {inputs: effects, spearman: 0.4}\n  - {inputs: [hours, effects.hours_entry], spearman: 0}\n"
    )
    drawn = inputs_of(loaded(tmp_path, source + pairs))
    assert spearman(drawn["hours"], drawn["common.effects.hours_entry"]) == pytest.approx(0, abs=0.02)
    assert spearman(drawn["hours"], drawn["common.effects.time_realised"]) == pytest.approx(0.4, abs=0.02)


def test_effects_that_are_certain_are_not_tied(tmp_path):
    one = BASE.replace(", time_realised: {dist: uniform, low: 40%, high: 90%}", ", time_realised: 70%")
    with pytest.raises(sim.ScenarioError, match=r"correlations\[0\]: 1 uncertain effects \(at least 2 are needed\)"):
        loaded(tmp_path, f"{one}correlations:\n  - {{inputs: effects, spearman: 0.4}}\n")
