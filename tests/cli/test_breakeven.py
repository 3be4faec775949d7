"""The command that asks what a number may be at most: `breakeven`."""

import csv
import json

import pytest

from tests.commands import run
from tests.places import SCENARIOS

MID, VTIGER = SCENARIOS / "mid_market.yaml", "Vtiger One Enterprise"


def ask(*arguments, draws=512, file=MID, vendor=VTIGER):
    return run("breakeven", file, "--vendor", vendor, "--draws", draws, *arguments)


def test_it_says_what_a_price_may_be_at_most(small):
    done = ask("--what", "licence.list_price", file=small, vendor="A")
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "A: list price of a seat and month" in text
    assert "At most €" in text
    assert "today's €5.00, for P(NPV > 0) of at least 80.0%." in text
    assert "straight line" in text
    assert max(map(len, text.splitlines())) <= 100


def test_csv_and_json_hold_the_same(small):
    arguments = ("--what", "licence.list_price", "--such-that", "best")
    (row,) = csv.DictReader(ask(*arguments, "--csv", file=small, vendor="A").stdout.decode().splitlines())
    (record,) = json.loads(ask(*arguments, "--json", file=small, vendor="A").stdout)["breakeven"]
    assert float(row["high"]) == record["high"]
    assert (row["number"], row["verdict"]) == ("licence.list_price", "at most")
    assert record["low"] is None


def test_the_curve_with_its_regrets_as_csv_and_as_charts(small):
    charts = small.parent / "curve.svg", small.parent / "regret.svg"
    done = ask(
        "--what", "licence.list_price", "--curve", "--csv", "--chart", charts[0], "--regret-chart", charts[1],
        file=small, vendor="A",
    )  # fmt: skip
    curve, switches = done.stdout.decode().split("\n\n")
    rows = list(csv.DictReader(curve.splitlines()))
    assert {row["option"] for row in rows} == {"A", "B", "buy nothing"}
    assert [row["best_below"] for row in csv.DictReader(switches.splitlines())] == ["A"]
    assert b"95% interval" in charts[0].read_bytes()
    assert b"the choice changes at" in charts[1].read_bytes()


def test_two_numbers_give_pairs():
    done = ask("--what", "licence.list_price", "--what", "rollout.adoption", "--csv")
    rows = list(csv.DictReader(done.stdout.decode().splitlines()))
    assert done.returncode == 0, done.stderr
    assert len(rows) == 27
    eighty = [
        float(row["licence.list_price"]) for row in rows if row["such_that"] == "p(npv > 0) >= 80%" and row["ci_low"]
    ]
    assert eighty == sorted(eighty)
    text = ask("--what", "licence.list_price", "--what", "rollout.adoption").stdout.decode()
    assert "for each adoption" in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_number_of_all_vendors_is_told_as_such():
    text = ask("--what", "company.leads_per_month").stdout.decode()
    assert "it is set for every vendor" in " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--what", "licence.list_price", "--such-that", "p(npv > 0) >= 180%"], "between 0% and 100%"),
        (["--what", "nonsense"], "has no number called 'nonsense'"),
        (["--what", "licence.list_price", "--draws", "64"], "64 futures are too few"),
        (["--what", "fit", "--what", "fit"], "'fit' is asked for twice"),
        (["--what", "a", "--what", "b", "--what", "c"], "more than twice"),
        (["--what", "fit", "--what", "users", "--curve"], "about one number"),
        (["--what", "licence.list_price", "--chart", "x.pdf"], "x.pdf is neither .png nor .svg"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(arguments, message):
    done = ask(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert done.stdout == b""


def test_whose_number_has_to_be_said_where_there_are_several(small):
    done = run("breakeven", small, "--what", "licence.list_price")
    assert b"whose number? Give --vendor (one of: A, B)" in done.stderr


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("what", ["licence.list_price", "rollout.adoption", "fit"])
@pytest.mark.parametrize("such_that", ["p(npv > 0) >= 80%", "best"])
def test_every_scenario_answers_or_refuses_in_a_sentence(path, what, such_that):
    import sim

    vendor = next(iter(sim.load(path).cases))
    done = ask("--what", what, "--such-that", such_that, file=path, vendor=vendor)
    assert done.returncode in (0, 2)
    assert (done.returncode == 0) == bool(done.stdout)


def test_a_quote_that_follows_the_licence_moves_with_its_price(small):
    """And so do change requests, which are a share of it."""
    text = small.read_text(encoding="utf-8")
    more = "A: {implementation: {quote_to_licence: 2}, administration: {change_requests: 10%}, licence"
    small.write_text(text.replace("A: {licence", more), encoding="utf-8")
    said = " ".join(ask("--what", "licence.list_price", file=small, vendor="A").stdout.decode().split())
    assert "With the licence move: implementation, change requests, as the quote is a multiple of the licence." in said
