"""Percentiles between two groups of futures: told as such, on every sketch, and not held against a limit inside."""

import numpy as np
import pytest

import sim
from sim.analysis.gaps import gap_lines
from sim.analysis.precision import parse_goals
from sim.analysis.rules import parse_rule
from sim.engine.sketch import Cells, Counted, Exact
from sim.errors import UsageError
from sim.sampling.draws import REPLICATES
from tests.places import SCENARIOS
from tests.reading import document_of, rows_of, text_of

VENDOR = "Vtiger One Enterprise"


def exact(values):
    return Exact(values)


def counted(values):
    rows = [Cells(0.0) for _ in range(REPLICATES)]
    for cells, row in zip(rows, values.reshape(REPLICATES, -1), strict=True):
        cells.add(row)
        cells.settle()
    return Counted(tuple(rows))


def in_two_groups(share=0.1, n=16_384, seed=1):
    """A tenth near 100, the others near 1,000."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < share, rng.normal(100, 10, n), rng.normal(1000, 50, n))


@pytest.mark.parametrize("sketch", [exact, counted])
@pytest.mark.parametrize("seed", range(5))
def test_a_percentile_between_two_groups_is_a_gap(sketch, seed):
    described = sketch(in_two_groups(seed=seed)).describe((5, 10, 50))
    assert set(described.gaps) == {10}
    gap = described.gaps[10]
    assert 90 < gap.low < 150
    assert 800 < gap.high < 1000
    assert gap.below == pytest.approx(0.1, abs=0.01)
    assert np.isnan(described.percentiles[10].se)
    assert described.percentiles[5].se > 0


@pytest.mark.parametrize("sketch", [exact, counted])
@pytest.mark.parametrize(
    "law",
    [
        lambda rng, n: rng.normal(0, 1, n),
        lambda rng, n: rng.lognormal(0, 1.5, n),
        lambda rng, n: rng.uniform(0, 1, n),
        lambda rng, n: rng.exponential(1, n),
        lambda rng, n: np.full(n, 3.0),
        lambda rng, n: in_two_groups(share=0.3, n=n),
    ],
)
def test_there_is_no_gap_where_draws_lie_close(sketch, law):
    rng = np.random.default_rng(3)
    for n in (64, 1024, 16_384):
        assert sketch(law(rng, n)).describe((5, 10, 25, 50, 75, 90, 95)).gaps == {}


@pytest.mark.parametrize("sketch", [exact, counted])
def test_one_number_in_many_draws_is_told_with_its_share(sketch):
    rng = np.random.default_rng(4)
    roi = np.where(rng.random(16_384) < 0.2, -1.0, rng.normal(0.5, 0.5, 16_384))
    described = sketch(roi).describe((10, 50))
    assert described.atoms == {10: pytest.approx(0.2, abs=0.01)}
    assert sketch(np.full(160, 2.0)).describe((50,)).atoms == {}


def test_whole_months_have_no_gaps_between_them():
    months = np.random.default_rng(5).integers(10, 14, 16_384).astype(float)
    assert Exact(months, whole=True).describe((25, 50, 75)).gaps == {}


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=16_384)


def test_runs_of_any_seed_lie_within_the_gap_that_one_of_them_states(results):
    gap = results[VENDOR].statistics("cost").gaps[10]
    for seed in (2, 3, 4, 5):
        again = sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=16_384, seed=seed)
        assert gap.low < again[VENDOR].statistics("cost").percentiles[10].value < gap.high


def test_reports_say_between_what_it_lies_and_who_is_on_either_side(results):
    lines = list(gap_lines(results[VENDOR]))
    (cost,) = (line for line in lines if line.startswith("Cost, staff time included"))
    assert "P10 lies between $" in cost
    assert cost.endswith(": cancelled in 10.0%")
    assert f"- {cost}" in text_of(results)
    told = document_of(results)["vendors"][VENDOR]["metrics"]["cost"]
    assert told["gaps"]["p10"]["share_below"] == pytest.approx(0.1, abs=0.001)
    assert told["se"]["p10"] is None
    rows = {r["statistic"]: r for r in rows_of(text_of(results, "percentiles.csv").removeprefix("\ufeff"))
            if (r["vendor"], r["metric"]) == (VENDOR, "cost")}  # fmt: skip
    assert float(rows["p10 at least"]["value"]) == told["gaps"]["p10"]["at_least"]
    assert float(rows["p10 at most"]["value"]) == told["gaps"]["p10"]["at_most"]


def test_the_percentiles_of_the_futures_that_go_live_stand_beside(results):
    result, document = results[VENDOR], document_of(results)
    live = result["cost"][result.live]
    assert result.live.mean() == pytest.approx(0.9, abs=0.005)
    assert result.statistics_live("cost").percentiles[10].value == pytest.approx(np.quantile(live, 0.1))
    assert document["vendors"][VENDOR]["metrics"]["cost"]["if_live"]["p10"] == pytest.approx(np.quantile(live, 0.1))
    assert "NPV, P10 to P90 if it goes live" in text_of(results)


def test_a_project_that_is_never_cancelled_has_no_such_rows():
    certain = sim.load(SCENARIOS / "mid_market.yaml").run(draws=64)
    assert certain[VENDOR].live is None
    assert "goes live" not in text_of(certain)
    with pytest.raises(UsageError, match="goes live in every future"):
        certain[VENDOR].statistics_live("npv")


def test_a_rule_with_its_limit_in_the_gap_has_no_answer(results):
    with pytest.raises(UsageError, match="has no answer for Vtiger One Enterprise: that lies between"):
        parse_rule("p10(cost) > 200k").tripped_by(results)
    assert VENDOR in parse_rule("p10(cost) > 50k").tripped_by(results)
    assert parse_rule("p10(cost) > 3M").tripped_by(results) == []


def test_no_number_of_draws_is_asked_for_a_percentile_in_a_gap(results):
    (goal,) = parse_goals(["p10(cost): 1%"], 24)
    assert not goal.missed_by(results[VENDOR])
