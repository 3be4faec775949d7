"""The command that compares options, as a planner gives it."""

import json

import pytest

from tests.commands import run
from tests.places import SCENARIOS

MID = str(SCENARIOS / "mid_market.yaml")


def test_compare_prints_the_options_their_pairs_and_what_a_doubt_does(tmp_path):
    done = run("compare", MID, "--draws", "2048", cwd=tmp_path, COLUMNS="100")
    assert done.returncode == 0
    shown = " ".join(done.stdout.decode().split())
    for part in (
        "Which option?", "Mean NPV", "P(best)", "Regret", "P(loss)", "Worst 5%", "Finding out more before the choice",
        "Pair by pair", "Ahead in", "P(best) by doubt about", "±30%", "To be level with Vtiger", "points ±",
    ):  # fmt: skip
        assert part in shown, part
    assert not (tmp_path / "reports").exists()


def test_compare_takes_a_risk_tolerance_and_a_doubt(tmp_path):
    shown = run("compare", MID, "--draws", "2048", "--risk-tolerance", "$300k", "--fit", "15%", cwd=tmp_path).stdout
    assert "doubt of ±15% about how well each CRM works here" in " ".join(shown.decode().split())
    assert "Worth" in shown.decode()
    assert "$300k" in shown.decode()
    assert "To be level with" not in shown.decode()


def test_compare_writes_json_csv_and_a_chart(tmp_path):
    document = json.loads(run("compare", MID, "--draws", "512", "--json", cwd=tmp_path).stdout)
    assert sum(row["p_best"]["value"] for row in document["options"]) == pytest.approx(1)
    assert {row["doubt"] for row in document["fit"]} == {0.0, 0.05, 0.1, 0.2, 0.3}
    assert len(document["pairs"]) == 6
    rows = run("compare", MID, "--draws", "512", "--csv", cwd=tmp_path).stdout.decode().splitlines()
    assert rows[0].startswith('"option","mean","mean_se","p_best"')
    done = run("compare", MID, "--draws", "512", "--chart", "c.svg", cwd=tmp_path)
    assert done.returncode == 0
    assert "Mean against risk" in (tmp_path / "c.svg").read_text(encoding="utf-8")
    again = run("compare", MID, "--draws", "512", "--chart", "c.svg", cwd=tmp_path)
    assert again.returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--risk-tolerance", "lots"], "cannot read the amount 'lots'"),
        (["--risk-tolerance", "€5k"], "is in EUR, not in USD"),
        (["--risk-tolerance", "0"], "a risk tolerance of 0 makes no sense (give an amount above zero)"),
        (["--fit", "80%"], "a doubt of 80% about fit (must be 0% to 50%)"),
        (["--fit", "15"], "cannot read the doubt about fit '15'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(tmp_path, arguments, message):
    done = run("compare", MID, "--draws", "64", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert not done.stdout


def test_one_vendor_is_compared_with_buying_nothing(tmp_path):
    done = run("compare", str(SCENARIOS / "tech_magic.yaml"), "--draws", "512", cwd=tmp_path)
    assert "buy nothing" in done.stdout.decode()
    assert "Nothing that could be found out before would change the choice." in " ".join(done.stdout.decode().split())
