"""`sim run`: figures, options, and how the work is shared."""

import json

import pytest

from sim.engine.processes import _Worker as Worker
from tests.commands import run
from tests.small import SMALL

pytestmark = pytest.mark.usefixtures("bare_reports")

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


def test_percentiles_choose_the_columns(small):
    metrics = json.loads(run("run", small, "--json", "--draws", 64, "--percentiles", "2.5,50").stdout)
    npv = metrics["vendors"]["A"]["metrics"]["npv"]
    assert npv.keys() == {"mean", "sd", "p2.5", "p50", "se", "undefined", "never"}


def test_several_files_as_json_are_still_one_document(small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("name: Small", "name: Other"))
    found = json.loads(run("run", small, other, "--json", "--draws", 64).stdout)
    assert [scenario["scenario"] for scenario in found["scenarios"]] == ["Small", "Other"]


def test_the_same_seed_prints_the_same_bytes_for_any_number_of_workers(small):
    prints = {run("run", small, "--json", "--draws", 20_000, "--workers", w).stdout for w in (1, 3)}
    assert len(prints) == 1


def test_processes_print_the_same_bytes_as_threads(small):
    threads, processes = (run("run", small, "--json", "--workers", 2, *more) for more in ([], ["--processes"]))
    assert processes.stderr == b""
    assert processes.stdout == threads.stdout


def test_many_files_share_their_workers(small, tmp_path, monkeypatch):
    files = [tmp_path / f"s{number}.yaml" for number in range(4)]
    for file in files:
        file.write_text(SMALL, encoding="utf-8")
    started = []
    start = Worker.__init__

    def counted(self):
        started.append(self)
        start(self)

    monkeypatch.setattr(Worker, "__init__", counted)
    done = run("run", *files, "--json", "--draws", 32_768, "--workers", 2, "--processes")
    assert len(json.loads(done.stdout)["scenarios"]) == 4
    assert len(started) == 2


def test_a_run_that_memory_has_no_room_for_counts_its_draws_and_says_so(small):
    out = small.parent / "out"
    done = run("run", small, "--draws", 65_536, "--memory", "360MB", "--out", out)
    kept = 16_384
    page, found = (out / "report.md").read_text(encoding="utf-8"), json.loads((out / "report.json").read_bytes())
    for text in (" ".join(done.stdout.decode().split()), page):
        assert "Percentiles come from counts and may be off by 0.1% of their value at most" in text
        assert f"show the first {kept:,} futures" in text
    assert (found["draws"], found["draws_kept"], found["percentile_relative_error"]) == (65_536, kept, 2**-10)


def test_a_run_with_room_for_all_draws_says_nothing_of_counts(small):
    done = run("run", small, "--draws", 262_144, "--json")
    found = json.loads(done.stdout)
    assert (found["draws"], found["draws_kept"], found["percentile_relative_error"]) == (262_144, 131_072, 0)


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


@pytest.mark.parametrize("width", ["40", "60", "200"])
def test_every_width_shows_every_vendor(small, width):
    done = run("run", small, "--draws", 64, "--inputs", cwd=small.parent, COLUMNS=width)
    assert done.returncode == 0
    assert max(map(len, done.stdout.decode().splitlines())) <= int(width)


def test_quiet_prints_nothing(small):
    done = run("run", small, "--draws", 64, "--quiet", cwd=small.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_run_prints_key_figures_when_asked(small):
    done = run("run", small, "--draws", 64, "--kpis", cwd=small.parent, COLUMNS="80")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Key figures without the CRM and with it" in text
    assert max(map(len, text.splitlines())) <= 80
