"""Mutated scenario files: refused with a line, failed with a sentence, or run with their invariants kept."""

import pytest

from benchmarks.fuzz.__main__ import SHIPPED, main, trials
from benchmarks.fuzz.mutate import mutant
from benchmarks.fuzz.trial import tried
from sim.errors import Problem, ScenarioError
from sim.scenario import loading

PARTS, EACH = 5, 100


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_of_shipped_scenarios_break_nothing(part):
    numbers = range(part * EACH, (part + 1) * EACH)
    wrong = {number: verdict.wrong for number, _, verdict in trials(numbers, 20, run_every=8) if verdict.wrong}
    assert not wrong


def test_a_mutant_can_be_made_again_and_is_another_one():
    text = SHIPPED[0].read_text(encoding="utf-8")
    again = [mutant(text, 1, number) for number in range(40)]
    assert again == [mutant(text, 1, number) for number in range(40)]
    assert len({text, *again}) > 38


def test_what_is_wrong_is_seen(tmp_path, monkeypatch):
    """Held against a program that fails, and one that refuses without a line or a word."""
    path = tmp_path / "x.yaml"
    path.write_text(SHIPPED[0].read_text(encoding="utf-8"), encoding="utf-8")
    assert (tried(path, runs=False).outcome, tried(path, runs=True).outcome) == ("read", "ran")

    def broken(error):
        def load(*_, **__):
            raise error

        monkeypatch.setattr(loading, "_read_with_bases", load)
        return tried(path, runs=False).wrong

    assert broken(ZeroDivisionError("x")).startswith("ZeroDivisionError at scenario/loading.py:")
    assert broken(ScenarioError([Problem("x.yaml", 0, 0, "", "odd")])) == "a problem without a line: odd"
    assert broken(ScenarioError([])) == "refused without a problem"


def test_the_command_counts_what_became_of_them(capsys):
    assert main(["--mutants", "12", "--seed", "5"]) == 0
    said = capsys.readouterr().out
    assert "refused" in said
    assert "0 wrong" in said
