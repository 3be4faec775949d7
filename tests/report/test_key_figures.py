"""Key figures, levers and delays as people read them: on the terminal, in the report, for other programs."""

import json

import pytest

import sim
from sim.analysis.delay import delay_table, delays_shown
from sim.analysis.levers import lever_table, levers_shown
from sim.report.formats.csv import table_csv
from sim.report.formats.terminal import print_kpis
from sim.report.tables.key_figures import about, kpis_shown, missing_lines, recorded_shown, targets_shown
from sim.sampling.estimates import Estimate
from tests.places import SCENARIOS
from tests.reading import document_of, rows_of, text_of

VENDOR = "Vtiger One Enterprise"


def shown(table):
    return table.header, table.texts


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=4096, seed=2)


@pytest.fixture(scope="module")
def noted(tmp_path_factory):
    """The same with what was measured, and a figure that is only recorded."""
    path = tmp_path_factory.mktemp("noted") / "x.yaml"
    text = (SCENARIOS / "mid_market.yaml").read_text(encoding="utf-8")
    said = "  churn: {target: 17%, actual: 17.5%}\n  nps: {before: 31, target: 45, note: '<b>survey</b>'}\n"
    path.write_text(text.replace("  churn: {target: 17%}\n", said), encoding="utf-8")
    return sim.load(path).run(draws=1024)


def test_a_table_of_key_figures_says_before_after_change_and_target(results):
    header, rows = shown(kpis_shown(results, VENDOR))
    assert header == ["", "Without", "With, P50", "P5 to P95", "Mean change"]
    assert all(len(row) == len(header) for row in rows)
    found = {row[0]: row[1:] for row in rows}
    answer = next(a for a in results.details.kpis(VENDOR) if a.name == "conversion")
    low, median, high = (f"{p.value * 100:.3g}%" for p in answer.with_crm.percentiles.values())
    assert found["Conversion rate"][:3] == ["5%", median, f"{low} to {high}"]
    assert found["Conversion rate"][3].startswith(f"+{answer.change.mean.value * 100:.2f} points")
    _, targets = shown(targets_shown(results, VENDOR))
    assert [(row[0], row[2]) for row in targets] == [
        ("Conversion rate", "at least 5.5%"),
        ("Churn a year", "at most 17%"),
    ]
    assert targets[0][1] == found["Conversion rate"][1]
    assert targets[0][3].startswith(f"{answer.reached.value * 100:.1f}% ±")
    assert targets[0][4] == "-"
    assert found["Leads a month"][3] == "none"
    assert found["Whole horizon: break-even month"][2].endswith("never")


def test_what_was_measured_and_recorded_stands_beside(noted):
    _, rows = shown(targets_shown(noted, VENDOR))
    assert [row[4] for row in rows if row[0] == "Churn a year"] == ["17.5%"]
    _, recorded = shown(recorded_shown(noted))
    assert recorded[0][:4] == ["Net promoter score", "31", "45", "-"]
    assert "retention" in recorded[0][4]
    assert "<b>" not in text_of(noted)


def test_what_is_missing_and_the_year_are_said(results):
    assert "Close rate: give company.opportunity_share" in list(missing_lines(results))
    assert about(results).startswith("Months 25 to 36, in 4,096 futures of this seed")


def test_what_lacks_most_is_only_counted():
    lines = list(missing_lines(sim.load(SCENARIOS / "ten_fold.yaml").run(draws=64)))
    assert any(line.startswith("Leads a month: give company.leads_per_month") for line in lines)
    assert lines[-1].endswith("more that lack more than 2 numbers: see `kpis` in the reference of scenario files")
    assert all(line.count("company.") <= 2 for line in lines)


@pytest.mark.parametrize("width", ["80", "100"])
def test_no_column_is_cut_off(noted, capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    print_kpis(noted)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(width)
    assert sum("points" in line for line in lines) >= 3 * 3  # the last column: conversion, churn, retention


def test_the_terminal_shows_every_vendor_and_what_is_recorded(noted, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    print_kpis(noted)
    text = capsys.readouterr().out
    for part in (*noted, "Cost of a won deal (CAC)", "Net promoter score", "Not computed, because", "17.5%"):
        assert part in " ".join(text.split()), part


def test_levers_and_delays_have_a_column_a_vendor():
    found = {
        "A": {"leads": Estimate(1000.0, 10.0), "cross_sell": Estimate(500.0, 0.0)},
        "B|": {"leads": Estimate(5.0, 1)},
    }
    header, rows = shown(levers_shown(found, "USD"))
    assert header == ["Lever", "A", "B|"]
    assert rows == [
        ["more leads", "$1,000 ±$10", "$5.00 ±$1"],
        ["more cross-selling", "$500", "-"],
        ["customer margin, their sum", "$1,500", "$5.00"],
    ]
    assert not levers_shown({"A": {}}, "USD")
    _, rows = shown(delays_shown({"A": {1: Estimate(10.0, 1.0), 2: Estimate(30.0, 1.0)}}, "USD"))
    assert [row[0] for row in rows] == ["1 month later", "2 months later"]


def test_csv_files_hold_the_same_numbers(results):
    table = rows_of(text_of(results, "kpis.csv"))
    frame = results.kpis()
    assert [float(row["mean"]) for row in table] == pytest.approx(frame["mean"].tolist())
    levers = {name: results.details.levers(name) for name in results}
    assert {row["vendor"] for row in rows_of(table_csv(lever_table(levers, "USD")))} == set(results)
    delays = rows_of(table_csv(delay_table({VENDOR: results.details.delays(VENDOR)}, "USD")))
    assert [row["months_later"] for row in delays] == ["1", "3", "6"]


def test_levers_of_a_report_add_up_to_the_line_in_their_futures(results):
    """4,096 draws are 256 a replicate; the report takes the first 128 of each."""
    total = sum(part.value for part in results.details.levers(VENDOR).values())
    line = results[VENDOR].line_means()["customer margin"]
    assert abs(total - line.value) < 0.01 * line.value
    whole = sum(part.value for part in results.lever_means(VENDOR).values())
    assert whole == pytest.approx(line.value, rel=1e-9)


def test_json_holds_key_figures_levers_delays_and_what_is_recorded(noted):
    found = json.loads(json.dumps(document_of(noted), allow_nan=False))
    vendor = found["vendors"][VENDOR]
    assert vendor["kpis"]["churn"]["actual"] == 0.175
    assert vendor["kpis"]["churn"]["p_target"].keys() == {"value", "se"}
    assert vendor["kpis"]["conversion"]["with"].keys() == {"mean", "sd", "p5", "p50", "p95", "se", "undefined", "never"}
    assert vendor["levers"].keys() == {"conversion", "deal_value", "retention", "cross_sell"}
    assert list(vendor["cost_of_delay"]) == ["1", "3", "6"]
    assert found["kpis_recorded"]["nps"]["before"] == 31
    assert "survey score" in found["kpis_recorded"]["nps"]["why_not_valued"]


def test_the_report_has_a_section_of_each(results):
    page = text_of(results)
    for heading in (
        "Which lever makes the customer margin",
        "What a later go-live costs",
        "Key figures without the CRM",
    ):
        assert f"## {heading}" in page
    assert "nan" not in page.lower().replace("finance", "")
