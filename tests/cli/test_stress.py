"""`sim stress`: the worst futures of a vendor, and every option under stress."""

import csv
import json

import pytest

from sim.cli.stress import stress_of
from sim.errors import UsageError
from tests.commands import run
from tests.places import SCENARIOS

FILE = SCENARIOS / "tei_rows.yaml"
WEAK = "Fewer deals: more deals = below p20; hours a week = 1"


def test_it_prints_the_worst_futures_of_the_best_vendor_or_of_one():
    text = run("stress", FILE, "--draws", 2048).stdout.decode()
    assert text.startswith("Starter: the worst futures by NPV\n2,048 futures. The NPV is below zero in 3.")
    assert "NPV under stress" not in text
    assert max(map(len, text.splitlines())) <= 100
    other = run("stress", FILE, "--draws", 2048, "--vendor", "Suite", "--level", 20).stdout.decode()
    assert "Suite: the worst futures by NPV" in other
    assert "Inputs in the worst 20%" in other


def test_with_stresses_it_prints_every_option_under_each():
    text = run("stress", FILE, "--draws", 2048, "--stress", WEAK, "--stress", "kept = p50..p100").stdout.decode()
    assert "Starter: the worst futures by NPV" in text
    assert "Fewer deals: more deals in its lowest 20% (up to 4.52%); hours a week = 1" in text
    assert "kept = p50..p100: kept in its highest 50%" in text
    assert "buy nothing" in text
    assert "4 evaluations of a vendor" in " ".join(text.split())


def test_weights_evaluate_nothing():
    done = run("stress", FILE, "--draws", 4096, "--stress", "Low: more deals = below p40", "--by", "reweighting")
    text = " ".join(done.stdout.decode().split())
    assert "Nothing was evaluated again" in text
    assert "Effective futures: Low 1,639." in text


def test_for_programs():
    arguments = ["stress", FILE, "--draws", 2048]
    rows = list(csv.DictReader(run(*arguments, "--csv").stdout.decode().splitlines()))
    assert {row["about"] for row in rows} == {"npv", "input", "rule", "line"}
    assert "more_deals" in {row["item"] for row in rows}
    rows = list(csv.DictReader(run(*arguments, "--stress", WEAK, "--csv").stdout.decode().splitlines()))
    assert {row["stress"] for row in rows} == {"as in the file", "Fewer deals"}
    document = json.loads(run(*arguments, "--stress", WEAK, "--json").stdout)
    assert document["draws"] == 2048
    assert {row["option"] for row in document["stress"]} == {"Suite", "Starter", "buy nothing"}
    assert any(row["about"] == "line" for row in document["tail"])


def test_both_charts_are_drawn(tmp_path):
    tail, stress = tmp_path / "tail.svg", tmp_path / "stress.svg"
    run("stress", FILE, "--draws", 2048, "--chart", tail)
    assert b"What is different in the worst tenth" in tail.read_bytes()
    run("stress", FILE, "--draws", 2048, "--stress", WEAK, "--chart", stress)
    assert b"NPV under stress" in stress.read_bytes()
    assert b"Fewer deals" in stress.read_bytes()
    done = run("stress", FILE, "--draws", 2048, "--chart", tail)
    assert b"exists already (--force replaces it)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vendor", "Suit"], "no vendor is called 'Suit' (did you mean 'Suite'?)"),
        (["--draws", "64"], "64 futures are too few to tell the worst 10% apart (draw 2,000 or more)"),
        (["--by", "magic", "--stress", WEAK], "stress by 'magic' (one of: re-run, reweighting)"),
        (["--stress", WEAK, "--stress", WEAK], "two stresses are called 'Fewer deals'"),
        (["--stress", "more deels = 4%"], "no vendor has an uncertain input called 'more deels' (did you mean 'more"),
        (["--stress", "more deals"], "cannot read the stress 'more deals' (write 'Weak rollout: adoption = below p20;"),
        (["--stress", "Low: more deals = 4%; kept"], "cannot read 'kept'"),
        (["--stress", "kept = {dist: pert"], "cannot read the law '{dist: pert'"),
        (["--csv", "--json"], "--csv and --json: one of them"),
    ],
)
def test_mistakes_are_told(arguments, message):
    done = run("stress", FILE, "--draws", 2048, *arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()


def test_what_is_certain_has_no_worst_futures():
    done = run("stress", SCENARIOS / "gross_margin_525.yaml", "--draws", 2048)
    assert done.returncode == 2
    assert b"nothing is uncertain" in done.stderr


def test_a_stress_is_read_with_laws_and_without_a_name():
    nested = "a: b = {dist: truncated, of: {dist: normal, mean: 1, sd: 2}, low: 0}; c = 2"
    assert list(stress_of(nested)[1]) == ["b", "c"]
    name, changes = stress_of("adoption = {dist: pert, low: 10%, mode: 40%, high: 70%}; overrun = above p80")
    assert name == "adoption = {dist: pert, low: 10%, mode: 40%, high: 70%}; overrun = above p80"
    assert changes["adoption"] == {"dist": "pert", "low": "10%", "mode": "40%", "high": "70%"}
    assert changes["overrun"] == "above p80"
    with pytest.raises(UsageError, match="'overrun' is changed twice"):
        stress_of("a: overrun = 1; overrun = 2")
