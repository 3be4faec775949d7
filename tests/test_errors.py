import pytest

from sim.errors import Problem, ReportError, ScenarioError, SimError, UsageError, suggestion


def test_a_problem_says_where_what_and_what_would_be_right():
    problem = Problem("acme.yaml", 31, 9, "vendors.Acme.users", "'12%' is a percentage (write 60)")
    assert str(problem) == "acme.yaml:31:9: vendors.Acme.users: '12%' is a percentage (write 60)"


def test_a_problem_leaves_out_what_it_does_not_know():
    assert str(Problem("acme.yaml", 3, 1, "", "not YAML")) == "acme.yaml:3:1: not YAML"
    assert str(Problem("acme.yaml", 0, 0, "", "no such file")) == "acme.yaml: no such file"


def test_problems_come_in_the_files_order_once_each():
    late, early = Problem("a.yaml", 12, 3, "users", "negative"), Problem("a.yaml", 2, 5, "months", "zero")
    same_line = Problem("a.yaml", 12, 1, "leads", "negative")
    error = ScenarioError(iter([late, early, late, same_line]))
    assert error.problems == (early, same_line, late)
    assert str(error) == "a.yaml:2:5: months: zero\na.yaml:12:1: leads: negative\na.yaml:12:3: users: negative"


def test_two_problems_at_one_place_are_both_told():
    problems = [Problem("a.yaml", 2, 5, "months", "zero"), Problem("a.yaml", 2, 5, "months", "not whole")]
    assert len(ScenarioError(problems).problems) == 2


@pytest.mark.parametrize("error", [ScenarioError([]), UsageError("x"), ReportError("x")])
def test_whatever_a_user_can_put_right_is_one_family(error):
    assert isinstance(error, SimError)


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("convertion", ["conversion", "churn"], " (did you mean 'conversion'?)"),
        ("CHURN", ["conversion", "churn"], " (did you mean 'churn'?)"),
        ("vtiger", ["Vtiger", "HubSpot"], " (did you mean 'Vtiger'?)"),
        ("xyz", ["conversion", "churn"], " (one of: conversion, churn)"),
        ("xyz", [], ""),
        ("xyz", [f"input_{i}" for i in range(21)], ""),
    ],
)
def test_a_misspelt_name_gets_a_suggestion(name, known, text):
    assert suggestion(name, iter(known)) == text


@pytest.mark.parametrize("wrong", ["conversoin_lift", "conversion_lif", "konversion_lift", "conversion_liftt"])
def test_among_many_names_one_that_differs_by_a_letter_is_found(wrong):
    many = [*(f"input_{i}" for i in range(2_000)), "conversion_lift"]
    assert suggestion(wrong, many) == " (did you mean 'conversion_lift'?)"
    assert suggestion("something else", many) == ""
