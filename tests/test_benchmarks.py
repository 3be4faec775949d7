import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import ROOT, decision, quantiles
from benchmarks.coverage import Quantity, coverage, pooled
from benchmarks.coverage import main as coverage_main
from benchmarks.table import table
from sim.sampling.design import Design
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import T95, Estimate, mean
from tests.places import SCENARIOS
from tests.small import SMALL

NPV = Quantity("A", "mean NPV")


def printed(folder: Path, *arguments: str) -> str:
    """Run a benchmark with a temporary folder of its own and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def said(capsys, monkeypatch):
    """Run a benchmark in this process and give what it prints."""

    def run(main, *arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
        main()
        return capsys.readouterr().out

    return run


def tables(text: str) -> list[list[list[str]]]:
    """Give the cells of every table, by row, headers and rules left out."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    return [[[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]] for lines in blocks]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quick")
    path = tmp_path_factory.mktemp("small") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    (rows,) = tables(printed(folder, "benchmarks", "--quick", "--scenario", str(path)))
    return folder, rows


def test_quick_benchmark_prints_a_row_for_each_thing_measured(quick):
    _, rows = quick
    assert [row[0] for row in rows] == [
        "reading the scenario",
        "simulation, 1 thread, 4,096 draws",
        "simulation, 2 threads, 4,096 draws",
        "part: sampling",
        "part: model lines",
        "part: metrics",
        "part: statistics",
        "charts",
        "process: run with report and charts, 4,096 draws",
        "process: run --quiet --json, 16,384 draws",
        "process: --help",
    ]


def test_quick_benchmark_leaves_nothing_behind(quick):
    folder, _ = quick
    assert list(folder.iterdir()) == []


def test_shares_of_the_parts_add_up(quick):
    _, rows = quick
    shares = [int(row[3].rstrip("%")) for row in rows if row[3]]
    assert len(shares) == 4
    assert sum(shares) == pytest.approx(100, abs=2)


def test_each_future_is_one_for_every_vendor(quick):
    _, rows = quick
    rates = [[float(cell.replace(",", "")) for cell in row[4:6]] for row in rows if row[4]]
    assert [vendor / future for future, vendor in rates] == pytest.approx([2, 2], rel=1e-3)


def test_memory_is_measured_for_processes_each_on_its_own(quick):
    _, rows = quick
    memory = {row[0]: int(row[6].removesuffix(" MB").replace(",", "")) for row in rows if row[6]}
    assert len(memory) == 3
    assert memory["process: --help"] < min(value for what, value in memory.items() if what != "process: --help")


def test_coverage_prints_a_row_a_vendor_quantity_and_design(said):
    text = said(coverage_main, "--seeds", "2", "--draws", "256", "--reference", "1024")
    quantities, designs = tables(text)
    rows = {tuple(row[:3]) for row in quantities}
    assert len(rows) == len(quantities) == 36
    assert ("Vtiger One Enterprise", "P(payback <= 24)", "sobol") in rows
    assert ("Salesforce Enterprise", "mean NPV", "random") in rows
    assert [row[0] for row in designs] == ["sobol", "latin", "random", "hdr"]
    assert text.startswith("2 seeds of 256 draws")


def test_coverage_knows_percentiles_between_the_cancelled_projects_and_the_others(said):
    wrong = str(SCENARIOS / "what_may_go_wrong.yaml")
    arguments = ("--seeds", "4", "--draws", "4096", "--reference", "16384", "--design", "sobol", "--scenario", wrong)
    quantities, _ = tables(said(coverage_main, *arguments))
    covered = {(row[0], row[1]): row[4] for row in quantities}
    assert len(covered) == 3 * 7
    assert covered["Vtiger One Enterprise", "P10 cost"] == "100.0%"


def test_coverage_of_one_design_shows_no_gain_over_random(said):
    arguments = ("--seeds", "2", "--draws", "256", "--reference", "1024", "--design", "latin")
    quantities, designs = tables(said(coverage_main, *arguments))
    assert {(row[2], row[-1]) for row in quantities} == {("latin", "-")}
    assert [row[0] for row in designs] == ["latin"]


def test_intervals_cover_95_percent_when_the_draws_are_normal():
    rng = np.random.default_rng(1)
    runs = [{NPV: mean(rng.normal(5, 2, 100 * REPLICATES))} for _ in range(4000)]
    found = coverage(runs, NPV, Design.RANDOM, Estimate(5, 0))
    assert found.covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 4000))
    assert found.calibration == pytest.approx(1, abs=4 / np.sqrt(2 * 4000))
    assert found.variance == pytest.approx(4 / (100 * REPLICATES), rel=0.03)


def test_coverage_counts_by_hand():
    estimates = [Estimate(10, 1), Estimate(10 + T95 * 0.99, 1), Estimate(10 + T95 * 1.01, 1), Estimate(10.5, 0)]
    found = coverage([{NPV: estimate} for estimate in estimates], NPV, Design.SOBOL, Estimate(10, 0.1))
    assert found.covered == 0.5
    assert found.half_width == pytest.approx(T95 * 0.75)
    assert found.variance == pytest.approx(0.75)


def test_independent_runs_are_pooled_by_their_mean_and_root_sum_of_squares():
    long_run = pooled([{NPV: Estimate(1, 3)}, {NPV: Estimate(2, 4)}])
    assert long_run == {NPV: Estimate(1.5, 2.5)}


def test_tables_line_up():
    assert table(("", "time"), [("a", "1.5 s"), ("long", "2 s")]) == (
        "|      |  time |\n| ---- | ----: |\n| a    | 1.5 s |\n| long |   2 s |"
    )


def test_every_family_is_timed_and_its_error_is_small(said):
    (rows,) = tables(said(quantiles.main, "--quick"))
    assert len(rows) == 31
    for name, ours, theirs, _, error in rows:
        assert float(ours) >= 0, name
        assert error in ("", "none") or float(error) < 1e-8 or "below 0.5" in name, (name, error)
        assert bool(theirs) == (error != "") or name == "mixture"


def test_every_answer_of_a_decision_is_timed(said):
    (rows,) = tables(said(decision.main, "--draws", "4096"))
    assert [row[0] for row in rows][1:-1] == [name for name, _, _ in decision.QUESTIONS]
    assert all(float(row[2]) >= 0 for row in rows)
    assert {name for name, _, _ in decision.QUESTIONS} >= decision.TOGETHER


def test_a_large_job_is_worked_out_from_what_a_task_costs():
    from benchmarks import scale

    costs = scale.Costs(block=1.6384, enter=0.03, part=3_000_000, packed=1, append=0.01, blocks=10, vendors=10)
    rows = list(scale._big_rows(costs))
    assert rows[0][1] == "27,778 core hours"  # 10^9 draws x 1,000 scenarios x 100 us
    assert rows[1][1] == "27.8 hours"
    assert rows[2] == ("tasks of 3 s", "33,333,333")
    assert rows[3][1] == "100.0 TB"
    assert rows[6][1] == "100"  # 3 s of work for 0.03 s of entering
