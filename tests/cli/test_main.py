"""The command line, as a user runs it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import process, run
from tests.places import ROOT

MID_MARKET = ROOT / "scenarios" / "mid_market.yaml"
METRICS = {
    "roi",
    "roi_gross",
    "npv",
    "irr",
    "mirr",
    "payback",
    "payback_discounted",
    "benefit",
    "cost",
    "tco",
    "tco_per_user",
    "peak_exposure",
}

SMALL = """\
name: Small
currency: EUR
months: 12
discount_rate: 10%
company: {users: 5, customers: 100, revenue_per_customer: 900, gross_margin: 50%, churn: 20%}
inputs:
  lift: {dist: uniform, low: 0%, high: 20%}
common: {effects: {cross_sell: lift}}
vendors:
  A: {licence: {list_price: €5}}
  B: {licence: {list_price: €9}}
targets: {payback: 12, roi: 50%}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_json_is_one_document_with_every_metric_and_nothing_else(small):
    done = run("run", small, "--json", "--draws", 1024, "--seed", 3)
    found = json.loads(done.stdout, parse_constant=pytest.fail)  # no NaN, no Infinity
    assert done.returncode == 0
    assert done.stderr == b""
    assert (found["schema_version"], found["scenario"], found["seed"], found["draws"]) == (1, "Small", 3, 1024)
    assert list(found["vendors"]) == ["A", "B"]
    metrics = found["vendors"]["A"]["metrics"]
    assert metrics.keys() >= METRICS
    for metric in metrics.values():
        assert metric.keys() >= {"mean", "sd", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "se"}
        assert metric["se"].keys() >= {"mean", "sd", "p5", "p50", "p95"}
    assert found["vendors"]["A"]["probabilities"].keys() == {"npv > 0", "payback <= 12", "roi >= 0.5"}
    assert found["vendors"]["A"]["probabilities"]["npv > 0"].keys() == {"value", "se"}
    assert found["comparison"]["vendors"].keys() == {"A", "B"}
    assert not (small.parent / "reports").exists()


def test_a_payback_that_may_never_come_has_no_mean(small):
    payback = json.loads(run("run", small, "--json", "--draws", 256).stdout)["vendors"]["B"]["metrics"]["payback"]
    assert payback["mean"] is None
    assert payback["never"] > 0


def test_the_same_seed_prints_the_same_bytes_for_any_number_of_workers(small):
    prints = {run("run", small, "--json", "--draws", 70_000, "--workers", w).stdout for w in (1, 2, 3)}
    assert len(prints) == 1


def test_a_run_that_memory_has_no_room_for_counts_its_draws_and_says_so(small):
    out = small.parent / "out"
    done = run("run", small, "--draws", 262_144, "--memory", "380MB", "--out", out)
    kept = 32_768
    page, found = (out / "report.md").read_text(encoding="utf-8"), json.loads((out / "report.json").read_bytes())
    for text in (" ".join(done.stdout.decode().split()), page):
        assert "Percentiles come from counts and may be off by 0.1% of their value at most" in text
        assert f"show the first {kept:,} futures" in text
    assert (found["draws"], found["draws_kept"], found["percentile_relative_error"]) == (262_144, kept, 2**-10)


def test_a_run_with_room_for_all_draws_says_nothing_of_counts(small):
    done = run("run", small, "--draws", 262_144, "--json")
    found = json.loads(done.stdout)
    assert (found["draws"], found["draws_kept"], found["percentile_relative_error"]) == (262_144, 131_072, 0)


def test_processes_print_the_same_bytes_as_threads(small):
    threads, processes = (run("run", small, "--json", "--workers", 2, *more) for more in ([], ["--processes"]))
    assert processes.stderr == b""
    assert processes.stdout == threads.stdout


def test_run_prints_the_comparison_and_writes_the_report(small):
    done = run("run", small, "--draws", 1024, cwd=small.parent)
    text = done.stdout.decode()
    assert done.returncode == 0
    for expected in (
        "Small",
        "ROI (net), median",
        "P10 to P90",
        "P(NPV > 0)",
        "P(payback within 12 months)",
        "P(best",
        "±",
    ):
        assert expected in text
    folder = small.parent / "reports" / "small"
    assert {p.name for p in folder.iterdir()} >= {"report.json", "report.md", "percentiles.csv", "inputs.csv", "charts"}
    assert str(Path("reports/small")) in text


def test_an_existing_report_is_kept_unless_forced(small):
    out = small.parent / "out"
    assert run("run", small, "--draws", 64, "--out", out).returncode == 0
    before = (out / "report.json").read_bytes()
    refused = run("run", small, "--draws", 64, "--out", out, "--seed", 2)
    assert refused.returncode == 2
    assert b"already holds a report (--force replaces it" in refused.stderr
    assert (out / "report.json").read_bytes() == before
    assert run("run", small, "--draws", 64, "--out", out, "--seed", 2, "--force").returncode == 0
    assert (out / "report.json").read_bytes() != before


def test_a_folder_with_other_files_is_never_replaced(small):
    (small.parent / "mine").mkdir()
    (small.parent / "mine" / "thesis.txt").write_text("years of work")
    done = run("run", small, "--draws", 64, "--out", small.parent / "mine", "--force")
    assert done.returncode == 2
    assert b"holds other files" in done.stderr
    assert (small.parent / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_bad_file_fails_alone_and_is_named_at_the_end(small, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.replace("users: 5", "users: 5%"))
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("name: Small", "name: Other"))
    done = run("run", small, bad, other, "--draws", 64, "--out", tmp_path / "all")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == f"1 of 3 files failed: {bad}"
    assert {p.name for p in (tmp_path / "all").iterdir()} == {"small", "other", "summary.csv"}
    with (tmp_path / "all" / "summary.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["scenario"], row["vendor"]) for row in rows] == [
        ("Small", "A"),
        ("Small", "B"),
        ("Other", "A"),
        ("Other", "B"),
    ]


def test_files_of_the_same_name_get_folders_of_their_own(small, tmp_path):
    (tmp_path / "b").mkdir()
    twin = tmp_path / "b" / "small.yaml"
    twin.write_text(SMALL)
    assert run("run", small, twin, "--draws", 64, "--out", tmp_path / "all", "--quiet").returncode == 0
    assert len([p for p in (tmp_path / "all").iterdir() if p.is_dir()]) == 2


def test_several_files_as_json_are_still_one_document(small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("name: Small", "name: Other"))
    found = json.loads(run("run", small, other, "--json", "--draws", 64).stdout)
    assert [scenario["scenario"] for scenario in found["scenarios"]] == ["Small", "Other"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("p(npv > 0) < 0.99", 3),
        ("p(npv > 0) < 1%", 0),
        ("p50(roi) < 10000%", 3),
        ("mean(npv) > 1M", 0),
        ("p(payback <= 12) < 99%", 3),
    ],
)
def test_fail_if_trips_with_code_3_and_names_the_vendor(small, rule, code):
    done = run("run", small, "--draws", 256, "--json", "--fail-if", rule)
    assert done.returncode == code
    assert (f"tripped --fail-if '{rule}'" in done.stderr.decode()) == (code == 3)


@pytest.mark.parametrize(
    "rule", ["npv < 0", "p(npvv > 0) < 1", "p(npv) < 1", "p50(npv > 0) < 1", "p(npv > 12%) < 1", ""]
)
def test_a_rule_that_cannot_be_read_is_a_usage_error_before_any_work(small, rule):
    done = run("run", small, "--fail-if", rule)
    assert done.returncode == 2
    assert done.stderr.startswith(b"sim: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--draws", "0"], "cannot make 0 draws"),
        (["--draws", "many"], "valid int"),
        (["--design", "grid"], "no design is called 'grid' (one of: sobol, latin, random, hdr)"),
        (["--percentiles", "5,101"], "percentiles must lie between 0 and 100: 101"),
        (["--percentiles", "a"], "cannot read the percentiles 'a'"),
        (["--workers", "-1"], "-1 workers"),
        (["--memory", "500"], "cannot read the memory '500' (write 500MB, 2GB or 1GiB)"),
        (["--memory", "300MB"], "300 MB of memory are too little for this run (at least"),
        (["--nonsense"], "No such option"),
    ],
)
def test_arguments_that_make_no_sense_end_with_code_2_and_write_nothing(small, arguments, message):
    done = run("run", small, *arguments, cwd=small.parent)
    assert done.returncode == 2
    assert message.lower() in " ".join(done.stderr.decode().replace("│", " ").split()).lower()
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def test_percentiles_choose_the_columns(small):
    metrics = json.loads(run("run", small, "--json", "--draws", 64, "--percentiles", "2.5,50").stdout)
    npv = metrics["vendors"]["A"]["metrics"]["npv"]
    assert npv.keys() == {"mean", "sd", "p2.5", "p50", "se", "undefined", "never"}


def test_check_lists_problems_with_code_2_and_writes_nothing(small):
    small.write_text(SMALL.replace("users: 5,", "users: 5%, usres: 3,"))
    done = run("check", small, cwd=small.parent)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(lines) == 2
    assert lines[0].startswith(f"{small}:5:18: company.users: '5%' is a percentage where a count is expected")
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def test_check_says_ok(small):
    done = run("check", small)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"{small}: ok, 2 vendors, 1 uncertain inputs\n"


def test_init_writes_a_file_that_runs_as_it_is_and_keeps_an_existing_one(tmp_path):
    mine = tmp_path / "my.yaml"
    assert run("init", "--out", mine).returncode == 0
    assert run("check", mine).returncode == 0
    assert run("run", mine, "--draws", 64, "--json").returncode == 0
    again = run("init", "--out", mine)
    assert again.returncode == 2
    assert b"exists already" in again.stderr
    assert run("init").stdout.decode() == mine.read_text()


def test_schema_prints_the_shipped_schema():
    assert json.loads(run("schema").stdout) == json.loads((ROOT / "scenarios/scenario.schema.json").read_text())


def test_tornado_prints_bars_and_draws_them(small):
    chart = small.parent / "t.svg"
    done = run("tornado", small, "--vendor", "A", "--metric", "roi", "--draws", 64, "--chart", chart)
    assert done.returncode == 0
    assert "Base run" in done.stdout.decode()
    assert "simulated median" in done.stdout.decode()
    assert "cross_sell" not in done.stdout.decode()
    assert "lift" in done.stdout.decode()
    assert b"base run (every input at its median)" in chart.read_bytes()
    table = run("tornado", small, "--metric", "payback", "--draws", 64, "--csv").stdout.decode()
    assert [row["vendor"] for row in csv.DictReader(table.splitlines())] == ["A", "B"]


def test_tornado_names_what_it_does_not_know(small):
    assert b"no vendor is called 'C' (one of: A, B)" in run("tornado", small, "--vendor", "C", "--draws", 64).stderr
    done = run("tornado", small, "--metric", "rio")
    assert (done.returncode, done.stderr) == (2, b"sim: no metric is called 'rio' (did you mean 'roi'?)\n")


def test_names_from_the_file_cannot_move_the_cursor_or_become_markup(small):
    hostile = '  "\\e[31m[bold]=HYPERLINK(1)|<script>": {licence: {list_price: €5}}'
    small.write_text(SMALL.replace("  A: {licence: {list_price: €5}}", hostile), encoding="utf-8")
    out = small.parent / "out"
    done = run("run", small, "--draws", 64, "--out", out)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert b"[bold]" in done.stdout.replace(b"\n", b"").replace(b" ", b"")
    assert "<script>" not in (out / "report.md").read_text()
    assert b"<script>" not in (out / "charts" / "roi_s_curve.svg").read_bytes()
    assert b"\x1b" not in (out / "percentiles.csv").read_bytes()


def test_a_pipe_that_cannot_write_the_euro_sign_still_works(small):
    done = process("run", small, "--draws", 64, "--inputs", cwd=small.parent, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    text = done.stdout.decode("ascii")
    assert "EUR" in text
    assert "+/-" in text


@pytest.mark.parametrize("width", ["40", "60", "200"])
def test_every_width_shows_every_vendor(small, width):
    done = run("run", small, "--draws", 64, "--inputs", cwd=small.parent, COLUMNS=width)
    assert done.returncode == 0
    assert max(map(len, done.stdout.decode().splitlines())) <= int(width)


def test_quiet_prints_nothing(small):
    done = run("run", small, "--draws", 64, "--quiet", cwd=small.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_interrupted_run_ends_with_130_and_leaves_no_report(small):
    arguments = ["run", str(MID_MARKET), "--draws", "50000000", "--workers", "2", "--out", str(small.parent / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=small.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_interruptible,  # noqa: PLW1509 - a test with one thread
    )
    _wait_for_threads(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def _interruptible():
    """Undo what a job in the background inherits: it ignores interrupts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _wait_for_threads(process):
    """Wait until a run has started its workers, and a little more."""
    tasks = Path(f"/proc/{process.pid}/task")
    deadline = time.monotonic() + 60
    while tasks.exists() and len(list(tasks.iterdir())) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1 if tasks.exists() else 8)


def test_a_reader_that_goes_away_is_no_traceback(small):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "schema"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(timeout=30)


def test_inputs_are_shown_before_a_run_on_any_terminal(small):
    done = run("inputs", small, PYTHONIOENCODING="ascii", COLUMNS="60")
    text = done.stdout.decode("ascii")
    assert done.returncode == 0
    assert "1 uncertain input, before any run" in text
    assert "############" in text
    assert "?" not in text
    assert max(map(len, text.splitlines())) <= 60


def test_inputs_of_one_vendor_as_csv_and_as_a_chart(small):
    chart = small.parent / "page.svg"
    done = run("inputs", small, "--vendor", "B", "--csv", "--chart", chart)
    rows = list(csv.DictReader(done.stdout.decode().splitlines()))
    assert [(row["input"], row["used_by"], float(row["mean"])) for row in rows] == [("lift", "A, B", 0.1)]
    assert b"lift" in chart.read_bytes()
    assert set(small.parent.iterdir()) == {chart, small}


def test_inputs_refuses_what_it_cannot_show_or_write(small):
    (small.parent / "page.svg").write_text("mine")
    for arguments, message in (
        (["--vendor", "b"], "no vendor is called 'b' (did you mean 'B'?)"),
        (["--chart", small.parent / "page.svg"], "exists already (--force replaces it)"),
        (["--chart", "page.pdf"], "page.pdf is neither .png nor .svg"),
    ):
        done = run("inputs", small, *arguments)
        assert done.returncode == 2
        assert message in done.stderr.decode()
    assert (small.parent / "page.svg").read_text() == "mine"


def test_a_run_is_written_as_a_sipmath_library_whole_and_never_over_another(small):
    library = small.parent / "small.json"
    done = run("run", small, "--draws", 640, "--design", "hdr", "--sip", library, cwd=small.parent)
    assert done.returncode == 0
    document = json.loads(library.read_bytes())
    assert {"lift", "A: npv", "B: roi", "lift (draws)"} <= {sip["name"] for sip in document["sips"]}
    assert "left out, infinite or the same in every future: A: cost, A: tco" in done.stderr.decode()
    before = library.read_bytes()
    again = run("run", small, "--draws", 640, "--sip", library, "--out", small.parent / "new", cwd=small.parent)
    assert again.returncode == 2
    assert "small.json exists already (--force replaces it)" in again.stderr.decode()
    assert library.read_bytes() == before
    assert not (small.parent / "new").exists()


def test_a_library_is_of_one_scenario(small):
    done = run("run", small, MID_MARKET, "--sip", small.parent / "x.json", cwd=small.parent)
    assert done.returncode == 2
    assert "--sip writes one library (give one scenario file)" in done.stderr.decode()


def test_levers_add_up_and_are_a_table_or_csv(small):
    text = run("levers", small, "--draws", 64).stdout.decode()
    assert "What makes the customer margin" in text
    assert "their sum" in " ".join(text.split())
    rows = list(
        csv.DictReader(run("levers", small, "--draws", 64, "--vendor", "B", "--csv").stdout.decode().splitlines())
    )
    assert {row["vendor"] for row in rows} == {"B"}
    assert b"no vendor is called 'C'" in run("levers", small, "--vendor", "C", "--draws", 64).stderr


def test_delay_prices_each_month_asked_for(small):
    done = run("delay", small, "--draws", 64, "--months", "3,1", "--csv")
    rows = list(csv.DictReader(done.stdout.decode().splitlines()))
    assert [(row["vendor"], row["months_later"]) for row in rows] == [("A", "1"), ("A", "3"), ("B", "1"), ("B", "3")]
    assert "3 months later" in run("delay", small, "--draws", 64, "--months", "3").stdout.decode()


@pytest.mark.parametrize("months", ["0", "a", "1.5", "601", ""])
def test_delays_that_make_no_sense_are_refused(small, months):
    done = run("delay", small, "--months", months)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)
    assert b"months" in done.stderr


def test_run_prints_key_figures_when_asked(small):
    done = run("run", small, "--draws", 64, "--kpis", cwd=small.parent, COLUMNS="80")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Key figures without the CRM and with it" in text
    assert max(map(len, text.splitlines())) <= 80


def test_many_files_share_their_workers(small, tmp_path):
    files = [tmp_path / f"s{number}.yaml" for number in range(4)]
    for file in files:
        file.write_text(SMALL, encoding="utf-8")
    arguments = ["run", *map(str, files), "--json", "--draws", "32768", "--workers", "2", "--processes"]
    count = """
import sys
from sim.cli import main as cli
from sim.engine import processes
started = []
start = processes._Worker.__init__
def counted(self):
    started.append(self)
    start(self)
if __name__ == "__main__":
    processes._Worker.__init__ = counted
    try:
        cli.main(sys.argv[1:])
    finally:
        print(len(started), file=sys.stderr)
"""
    script = tmp_path / "count.py"
    script.write_text(count, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert len(json.loads(done.stdout)["scenarios"]) == 4
    assert done.stderr.split()[-1] == b"2"
