"""The prior predictive check: measures by hand, verdicts, and the figures of its page within their standard errors."""

import math
import re

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.calibration import COLUMNS, FACTORS, TITLES, calibration_csv, calibration_text
from sim.cli.main import app
from sim.model.evaluation import evaluate
from sim.scenario.evidence.presets import preset_text
from sim.study.calibration import Survey, calibrate, planned_benefit, surveys
from tests.places import ROOT

PAGE = ROOT / "docs" / "calibration.md"
DRAWS = 1024


@pytest.fixture(scope="module")
def found():
    return calibrate(draws=DRAWS, seed=2)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("one") / "x.yaml"
    path.write_text(preset_text("finance", "medium"), encoding="utf-8")
    return sim.load(path).run(draws=DRAWS, seed=2)


def row(found, name):
    return next(row for row in found.presets if row.name == name)


def table(text, first):
    """The rows of the Markdown table whose first heading is `first`, by their first cell."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    header = cells(lines[start])
    rows = {}
    for line in lines[start + 2 :]:
        if len(cells(line)) != len(header):
            break
        rows[cells(line)[0]] = cells(line)[1:]
    return rows


def cells(line):
    return [cell.strip().replace("\\", "") for cell in line.strip().strip("|").split(" | ")]


def number(text):
    """A printed figure, and half of its last digit."""
    digits = re.match(r"[\d.]+", text)[0]
    scale = 0.01 if "%" in text else 1.0
    return float(digits) * scale, 0.5 * 10 ** -len(digits.partition(".")[2]) * scale


def agrees(printed, estimate, draws=4096):
    """Whether a printed figure and one of other draws differ by less than five standard errors of their difference.

    The error of the printed one is that of its larger number of draws, as 1/sqrt(draws) at the least.
    """
    value, rounding = number(printed)
    error = estimate.se * math.sqrt(1 + DRAWS / draws)
    return abs(value - estimate.value) <= 5 * error + rounding


def test_the_measures_are_those_of_the_results_by_hand(found, one):
    finance = row(found, "finance medium")
    results = list(one.values())

    def mean(measure):
        return np.mean([measure(result) for result in results])

    assert finance["roi_above_zero"].value == pytest.approx(mean(lambda r: (r["roi"] > 0).mean()))
    assert finance["payback_18"].value == pytest.approx(mean(lambda r: (r["payback"] <= 18).mean()))
    returns = finance["gross_return"].value
    assert returns == pytest.approx(mean(lambda r: r["benefit"].mean() / r["cost"].mean()), rel=0.01)
    tco = finance["tco_multiple"].value
    assert tco == pytest.approx(mean(lambda r: r["tco"].mean() / r.line_means()["subscription"].value), rel=0.01)
    mix = finance["customer_margin"].value + finance["freed_time"].value
    rest = mean(
        lambda r: (
            sum(r.line_means()[n].value for n in ("support", "retired tools", "sales cycle pull-forward"))
            / r["benefit"].mean()
        )
    )
    assert mix + rest == pytest.approx(1, abs=0.01)


def test_payback_from_going_live_counts_from_there_and_cancelled_projects_never_pay_back(found, one):
    finance, result = row(found, "finance medium"), next(iter(one.values()))
    cancelled = one.run.inputs["common.events.Cancelled before going live"] > 0
    assert finance["cancelled"].value == pytest.approx(cancelled.mean())
    assert np.isinf(result["payback"][cancelled]).all()
    assert finance["payback_18"].value < finance["payback_18_live"].value <= finance["payback_36"].value


def test_a_project_misses_its_objectives_below_three_quarters_of_the_plan(one, found):
    shares = [(r["benefit"] < 0.75 * planned_benefit(r)).mean() for r in one.values()]
    assert row(found, "finance medium")["missed"].value == pytest.approx(np.mean(shares))
    result = next(iter(one.values()))
    plan = {i.key: i.distribution.ppf(np.array([0.5])) for i in result.case.inputs}
    plan |= {event.occurs.key: np.zeros(1) for event in result.case.events}
    assert planned_benefit(result) == pytest.approx(evaluate(result.case, plan).metrics["benefit"][0])
    assert planned_benefit(result) > np.median(result["benefit"])  # nothing goes wrong in a plan


def test_all_presets_weigh_the_same_and_their_error_is_that_of_the_average(found):
    values = [row["missed"].value for row in found.presets]
    assert len(values) == 24
    assert found.whole["missed"].value == pytest.approx(np.mean(values))
    singles = np.mean([row["missed"].se for row in found.presets])
    assert found.whole["missed"].se > 0.5 * singles  # the presets share their draws: 24 of them do not cancel out


@pytest.mark.parametrize(
    ("value", "comparable", "verdict"),
    [(0.39, True, "below"), (0.4, True, "in"), (0.6, True, "in"), (0.61, True, "above"), (0.5, False, "(in)")],
)
def test_a_verdict_says_where_a_value_falls(value, comparable, verdict):
    survey = Survey(
        measure="missed", says="x", low=0.4, high=0.6, source="x", grade="B", comparable=comparable, why="x"
    )
    assert survey.verdict(value) == verdict


def test_every_survey_is_of_a_measure_and_says_why_it_can_be_compared(found):
    assert {survey.measure for survey in surveys()} <= set(found.whole.by_replicate) == set(TITLES)
    assert all(survey.source and survey.why and survey.low <= survey.high for survey in surveys())


def test_the_priors_meet_every_comparable_survey_but_payback_from_signature(found):
    """The claim of the page: one reading of 'about half within 18 months' is met, the other is not."""
    outside = {}
    for survey in (survey for survey in surveys() if survey.comparable):
        value, error = found.whole[survey.measure]
        if not survey.low - 3 * error <= value <= survey.high + 3 * error:
            outside[survey.measure] = survey.verdict(value)
    assert outside == {"payback_18": "below"}


def test_the_page_says_what_the_presets_say(found):
    rows = table(PAGE.read_text(encoding="utf-8"), "Preset")
    assert list(rows) == [row.name for row in (*found.presets, found.whole)]
    wrong = [
        (row.name, measure, printed, row[measure])
        for row in (*found.presets, found.whole)
        for measure, printed in zip(COLUMNS, rows[row.name], strict=True)
        if not agrees(printed, row[measure])
    ]
    assert wrong == []


def test_the_page_shows_every_survey_with_its_range_and_verdict(found):
    rows = table(PAGE.read_text(encoding="utf-8"), "Measure")
    assert len(rows) == len(surveys())
    for survey in surveys():
        simulated, published, verdict, source, why = rows[TITLES[survey.measure].replace(">", "&gt;")]
        estimate = found.whole[survey.measure]
        assert agrees(simulated, estimate), survey.measure
        assert number(published)[0] == pytest.approx(survey.low, abs=0.05 if survey.measure in FACTORS else 1e-9)
        assert verdict == survey.verdict(number(simulated)[0])
        assert (why, survey.says in source) == (survey.why, True)


def test_the_page_says_what_moving_the_priors_did(found):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("calibrate", PAGE.with_name("calibrate.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = table(PAGE.read_text(encoding="utf-8"), "Priors")
    assert list(rows) == list(module.STEPS)
    for name in ("first proposal", "not taken: attribution 100%"):
        again = calibrate(draws=256, seed=2, instead=module.STEPS[name]).whole
        for measure, printed in zip(module.SHOWN, rows[name], strict=True):
            assert agrees(printed, again[measure]), (name, measure, printed, again[measure])


def test_the_text_fits_a_terminal_and_the_csv_has_every_figure(found):
    text = calibration_text(found)
    assert max(map(len, text.splitlines())) <= 80
    assert "P(payback within 18 months): " in text
    lines = calibration_csv(found).splitlines()
    assert len(lines) == 1 + 25 * len(TITLES)
    assert lines[-1].startswith('"all presets","freed_time",0.3')


def test_the_command_prints_the_check():
    printed = CliRunner().invoke(app, ["calibrate", "--draws", "64", "--csv"])
    assert printed.exit_code == 0
    assert printed.output.splitlines()[0] == '"preset","measure","value","standard_error"'
