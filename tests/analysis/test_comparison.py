import numpy as np
import pytest

from sim.analysis.comparison import compare
from sim.sampling.draws import REPLICATES


def each(*columns):
    """Repeat a few futures, given as (a, b, ...), in every replicate; the result is one array a vendor."""
    return (np.tile(np.array(column, dtype=float), REPLICATES) for column in zip(*columns, strict=True))


def correlated_normals(n=2**18, rho=0.9):
    x, y = np.random.default_rng(42).standard_normal((2, n))
    return {"A": 1 + 1.5 * x, "B": 0.8 + 1.2 * (rho * x + np.sqrt(1 - rho**2) * y)}


def test_standings_by_hand():
    a, b, c = each((4, 1, 0), (4, 6, 0), (-8, -2, -3), (8, 5, 0), (5, 5, 0), (0, 0, 0))
    found = compare({"a": a, "b": b, "c": c})
    standings = found.standings.values()
    assert [s.p_best.value for s in standings] == pytest.approx([17 / 36, 17 / 36, 2 / 36])
    assert [s.mean.value for s in standings] == pytest.approx([13 / 6, 15 / 6, -3 / 6])
    assert [s.gap.value for s in standings] == pytest.approx([2 / 6, 0, 18 / 6])
    assert [s.regret.value for s in standings] == pytest.approx([8 / 6, 6 / 6, 24 / 6])
    assert found.standings["a"].beats["b"].value == pytest.approx(3 / 6)
    assert found.standings["a"].beats["c"].value == pytest.approx(4.5 / 6)
    assert found.standings["c"].beats["a"].value == pytest.approx(1.5 / 6)
    assert found.p_none.value == pytest.approx(2 / 6)


def test_two_correlated_normals_agree_with_the_closed_form():
    """A - B is normal with mean 0.2 and variance 0.45: P(A > B) = Phi(.298), regret of A = E max(B - A, 0)."""
    found = compare(correlated_normals())
    a, b = found.standings["A"], found.standings["B"]
    known = [
        (a.beats["B"], 0.617203),
        (a.p_best, 0.617203),
        (b.beats["A"], 1 - 0.617203),
        (a.regret, 0.179425),
        (b.regret, 0.379425),
        (b.gap, 0.2),
        (a.mean, 1.0),
        (b.mean, 0.8),
    ]
    for estimate, value in known:
        assert abs(estimate.value - value) < 4 * estimate.se
        assert 0 < estimate.se < 0.01


def test_buying_nothing_is_an_option_like_the_others():
    """Three normals, one of them fixed at 0; figures by numerical integration of the bivariate normal."""
    found = compare(correlated_normals(), "nothing").standings
    known = [
        (found["nothing"].p_best, 0.195233),
        (found["A"].p_best, 0.546622),
        (found["B"].p_best, 0.258145),
        (found["A"].regret, 0.319074),  # the value of perfect information: A has the highest mean
        (found["B"].regret, 0.519074),
        (found["nothing"].regret, 1.319074),
        (found["A"].beats["nothing"], 0.747507),
        (found["nothing"].gap, 1.0),
    ]
    for estimate, value in known:
        assert abs(estimate.value - value) < 4 * estimate.se
        assert 0 < estimate.se < 0.01
    assert found["nothing"].mean == (0, 0)


def test_an_option_more_changes_no_pair():
    offers = correlated_normals(2**10)
    alone, beside = compare(offers).standings, compare(offers, "nothing").standings
    assert alone["A"].beats["B"] == beside["A"].beats["B"]
    assert alone["A"].mean == beside["A"].mean


def test_nothing_is_best_where_every_offer_loses_and_shares_ties():
    (x,) = each((-3,), (-1,), (0,), (-2,))
    found = compare({"only": x}, "nothing").standings
    assert found["nothing"].p_best == (7 / 8, 0)
    assert found["nothing"].regret == (0, 0)
    assert found["only"].regret.value == pytest.approx(6 / 4)


def test_probabilities_of_being_best_add_up_to_one_with_ties():
    rng = np.random.default_rng(8)
    values = {name: rng.integers(0, 3, 1600).astype(float) for name in "abcd"}
    standings = compare(values).standings
    assert sum(s.p_best.value for s in standings.values()) == pytest.approx(1, abs=1e-12)
    assert standings["a"].beats["b"].value + standings["b"].beats["a"].value == pytest.approx(1, abs=1e-12)


def test_equals_share_first_place_and_regret_nothing():
    x = np.random.default_rng(1).normal(size=160)
    found = compare({"one": x, "twin": x.copy()})
    for name, other in (("one", "twin"), ("twin", "one")):
        standing = found.standings[name]
        assert standing.p_best == standing.beats[other] == (0.5, 0)
        assert standing.gap == standing.regret == (0, 0)


def test_the_least_regret_belongs_to_the_highest_mean():
    found = compare(correlated_normals(2**12)).standings
    assert found["A"].gap == (0, 0)
    assert found["B"].regret.value - found["A"].regret.value == pytest.approx(found["B"].gap.value, rel=1e-9)
    assert all(s.regret.value >= 0 for s in found.values())


def test_a_single_vendor_is_best_and_none_is_better_when_it_loses():
    (x,) = each((3,), (-1,), (0,), (2,))
    found = compare({"only": x})
    assert found.standings["only"].p_best == (1, 0)
    assert found.standings["only"].beats == {}
    assert found.p_none == (0.5, 0)


def test_the_comparison_says_of_what():
    (x,) = each((3,))
    assert compare({"only": x}).metric == "npv"
    assert compare({"only": x}, metric="roi").metric == "roi"
