"""`sim tornado`: what moves a result, on a terminal, as CSV, JSON and charts."""

import csv
import json
import re

import pytest

from sim.analysis.tornado_kinds import KINDS
from tests.commands import run
from tests.places import SCENARIOS


def rows_of(done):
    return list(csv.DictReader(done.stdout.decode().splitlines()))


def test_tornado_prints_bars_and_draws_them(small):
    chart = small.parent / "t.svg"
    done = run("tornado", small, "--vendor", "A", "--metric", "roi", "--draws", 256, "--chart", chart)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "What moves the ROI (net) of A" in text
    assert "cross_sell" not in text
    assert re.search(r"^lift +0\.984% +19\.1% +33\.5% +2,486% +100\.0% +█{12}$", text, re.MULTILINE)
    assert "moved alone, P10 to P90" in chart.read_text()


def test_two_vendors_that_share_what_moves_them_say_what_the_gap_shows():
    done = run("tornado", SCENARIOS / "mid_market.yaml", "--draws", 256)
    text = " ".join(done.stdout.decode().split())
    assert "What moves the gap: NPV of Vtiger One Enterprise less that of HubSpot Sales Hub Professional" in text
    assert "is taken to be the same, so only prices, delays and events that change them move the gap." in text


def test_csv_and_json_hold_every_bar_and_the_remainder(small):
    path = SCENARIOS / "tech_magic.yaml"
    rows = rows_of(run("tornado", path, "--draws", 256, "--csv"))
    assert {row["target"] for row in rows} == {"npv"}
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)
    assert rows[-1]["input"] == "together"
    found = json.loads(run("tornado", path, "--draws", 256, "--json").stdout)
    assert found["title"] == "NPV of CRM as assumed"
    assert [row["share"]["value"] for row in found["rows"]] == [float(row["share"]) for row in rows]
    assert set(found["rows"][0]) >= {"low_mean", "high_mean", "alone_low", "alone_high", "floor", "flag", "se"} - {"se"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_table_csv_json_and_a_chart(tmp_path, kind):
    path, chart = SCENARIOS / "tech_magic.yaml", tmp_path / "t.png"
    done = run("tornado", path, "--draws", 256, "--kind", kind, "--chart", chart)
    assert done.returncode == 0
    assert f"What moves the NPV of CRM as assumed: {kind}" in done.stdout.decode()
    assert chart.read_bytes()[:4] == b"\x89PNG"
    rows = rows_of(run("tornado", path, "--draws", 256, "--kind", kind, "--csv"))
    assert {row["kind"] for row in rows} == {kind}
    found = json.loads(run("tornado", path, "--draws", 256, "--kind", kind, "--json").stdout)
    assert len(found["rows"]) == len(rows)
    assert found["not_shown"]


def test_a_group_is_one_bar():
    rows = rows_of(run("tornado", SCENARIOS / "tech_magic.yaml", "--draws", 256, "--group", "section", "--csv"))
    assert "implementation (1 input)" in {row["input"] for row in rows}


@pytest.mark.parametrize("columns", [60, 80, 100, 140])
def test_it_fits_the_terminal(columns):
    for more in ([], ["--target", "npv"], ["--kind", "change"]):
        done = run("tornado", SCENARIOS / "what_may_go_wrong.yaml", "--draws", 256, *more, COLUMNS=str(columns))
        assert done.returncode == 0
        assert max(map(len, done.stdout.decode().splitlines())) <= columns


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vendor", "C", "--draws", 256], "no vendor is called 'C' (one of: A, B)"),
        (["--metric", "rio"], "no target is called 'rio' (did you mean 'roi'?)"),
        (["--kind", "spidre"], "no kind of tornado is called 'spidre' (did you mean 'spider'?)"),
        (["--group", "effect"], "no group is called 'effect' (did you mean 'effects'?)"),
        (["--points", "5,95"], "points are percentiles for moving inputs alone"),
        (["--kind", "spider", "--points", "a"], "cannot read the percentiles"),
        (["--kind", "spider", "--group", "effects"], "groups have shares of the spread: a spider tornado has none"),
        (["--draws", 64], "a tornado takes 256 futures at least, and the run has 64 (--draws 256)"),
        (["--chart", "t.pdf"], "t.pdf is neither .png nor .svg"),
    ],
)
def test_what_it_does_not_know_is_one_sentence(small, arguments, said):
    done = run("tornado", small, *arguments)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert said in done.stderr.decode()
