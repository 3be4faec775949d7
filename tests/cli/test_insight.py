"""Commands that ask one thing of a scenario: `inputs`, `levers`, `delay`."""

import csv
import re

import pytest

from sim.cli.main import main
from tests.commands import run
from tests.places import SCENARIOS


def test_inputs_are_shown_before_a_run_on_any_terminal(small):
    done = run("inputs", small, PYTHONIOENCODING="ascii", COLUMNS="60")
    text = done.stdout.decode("ascii")
    assert done.returncode == 0
    assert "1 uncertain input, before any run" in text
    assert re.search(r"^Input .* Shape$", text, re.MULTILINE)
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


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_vendors_column_is_cut_off(width, monkeypatch, capsys):
    """Three long names: each of their figures has its error behind it, whole, at any width."""
    monkeypatch.setenv("COLUMNS", str(width))
    for command, rows in (("levers", 4), ("delay", 4)):
        with pytest.raises(SystemExit):
            main([command, str(SCENARIOS / "mid_market.yaml"), "--draws", "64"])
        text = capsys.readouterr().out
        assert len(re.findall(r"±\$[\d.,]+k?(?=\s)", text)) == 3 * rows
        assert max(map(len, text.splitlines())) <= width
        assert {"Vtiger", "HubSpot", "Salesforce"} <= set(text.split())
