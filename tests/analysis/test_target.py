"""What a tornado is of."""

import numpy as np
import pytest

from sim.analysis.paired import Paired
from sim.analysis.target import target_of
from sim.errors import UsageError


def options(nothing="buy nothing", **npv):
    outcomes = {
        name: {"npv": np.array(values, float), "npv_cash": np.array(values) * 0.5} for name, values in npv.items()
    }
    size = len(next(iter(npv.values())))
    return Paired({}, outcomes, dict.fromkeys(npv, ()), {}, size, nothing)


THREE = options(A=[1, 2, 6, -1], B=[3, 1, 1, 2], C=[-9, 9, 0, -1])


def test_by_default_it_is_the_gap_between_the_best_and_the_next():
    found = target_of(THREE)
    assert (found.name, found.vendor, found.against) == ("gap", "A", "B")
    assert found.values.tolist() == [-2, 1, 5, -3]
    assert found.signs == {"A": 1.0, "B": -1.0}


def test_buying_nothing_may_be_the_best_or_the_next():
    best = target_of(options(A=[-3, 1], B=[-4, -4]))
    assert (best.vendor, best.against, best.values.tolist()) == ("buy nothing", "A", [3, -1])
    assert best.vendors == ("A",)
    following = target_of(options(A=[5, 1], B=[-4, -4]))
    assert (following.vendor, following.against, following.values.tolist()) == ("A", "buy nothing", [5, 1])


def test_of_one_vendor_it_is_the_npv():
    found = target_of(options(A=[1, 2]))
    assert (found.name, found.title, found.values.tolist()) == ("npv", "NPV of A", [1, 2])


def test_of_a_vendor_that_is_named_it_is_the_npv():
    assert (target_of(THREE, vendor="C").title) == "NPV of C"


def test_a_vendor_is_compared_with_the_best_of_the_others():
    assert target_of(THREE, "gap", "B").against == "A"
    assert target_of(THREE, "gap", "A").against == "B"


def test_cash_loss_and_wins():
    assert target_of(THREE, "cash", "B").values.tolist() == [1.5, 0.5, 0.5, 1]
    assert target_of(THREE, "loss", "A").values.tolist() == [0, 0, 0, 1]
    wins = target_of(options(A=[1, 2, 6, 2], B=[3, 1, 1, 2]), "wins")
    assert (wins.vendor, wins.values.tolist()) == ("A", [0, 1, 1, 0.5])  # a tie is split
    assert wins.is_chance


def test_what_names_nothing_is_refused():
    for name, vendor, said in (
        ("profit", "", "no target is called 'profit'"),
        ("npv", "D", r"no vendor is called 'D' \(one of: A, B, C\)"),
    ):
        with pytest.raises(UsageError, match=said):
            target_of(THREE, name, vendor)
    with pytest.raises(UsageError, match="the gap needs two options, and buying nothing is none here"):
        target_of(options(None, A=[1, 2]), "gap")
