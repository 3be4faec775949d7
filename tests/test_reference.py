"""The contenders of `benchmarks.reference`: all must answer alike, or their times would compare nothing."""

import sys

import numpy as np
import pytest

from benchmarks.reference import analyst, loop, ours, peers
from benchmarks.reference.__main__ import another, main
from benchmarks.reference.child import estimated, measured
from benchmarks.reference.constants import Sampled
from benchmarks.reference.contenders import CONTENDERS, INDEPENDENT, OURS, Contender
from benchmarks.reference.measured import AGREE, Measured, Round, child, farthest
from sim.engine.plan import ROWS

DRAWS = 32_768


@pytest.fixture(scope="module")
def known():
    return {name: measured(name, DRAWS, 1, irr=True)["statistics"] for name in (OURS, INDEPENDENT)}


@pytest.fixture(scope="module")
def run():
    return ours.run(8_192, 5, metrics=(*ours.METRICS, "irr"))


def drawn(run):
    return Sampled(**{name: run.inputs[name] for name in Sampled._fields})


@pytest.mark.parametrize("valued", [analyst.valued, loop.valued])
def test_the_same_draws_are_valued_alike(run, valued):
    found, engine = valued(drawn(run), irr=True), run.vendors["CRM"].metrics
    np.testing.assert_allclose(found.roi, engine["roi"], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.npv, engine["npv"], rtol=1e-10, atol=1e-6)
    np.testing.assert_array_equal(found.payback, engine["payback_first"])
    plain = engine["irr"] > -0.5  # beyond, a present value may have several rates close together
    np.testing.assert_allclose(found.irr[plain], engine["irr"][plain], rtol=1e-7)


def test_a_single_future_is_valued_alike(run):
    x = drawn(run)
    whole = loop.valued(x, irr=True)
    for i in range(20):
        case = peers._one_case({name: float(column[i]) for name, column in x._asdict().items()}, irr=True)
        assert case == pytest.approx({name: getattr(whole, name)[i] for name in case}, rel=1e-8, nan_ok=True)


@pytest.mark.parametrize(
    "name", [name for name, each in CONTENDERS.items() if each.package == "numpy" and name != OURS]
)
def test_contenders_agree_with_this_library(known, name):
    found = measured(name, DRAWS, 2, irr=True)
    assert farthest(found["statistics"], known[OURS])[1] <= AGREE


@pytest.mark.parametrize("name", [name for name, each in CONTENDERS.items() if each.package != "numpy"])
def test_contenders_of_the_extra_agree_with_this_library(known, name):
    contender = CONTENDERS[name]
    if not contender.is_installed:
        pytest.skip(f"{contender.package} is not installed")
    found = child(name, DRAWS // contender.fewer, 3, irr=True)
    assert farthest(found.statistics, known[OURS if contender.correlated else INDEPENDENT])[1] <= AGREE


def test_correlations_matter_to_the_comparison(known):
    name, apart = farthest(known[OURS], known[INDEPENDENT])
    assert apart > 100, name


def test_every_draw_is_answered_for():
    assert len(ours.answers(2 * ROWS, 1).npv) == 2 * ROWS


def test_an_estimate_of_batches_by_hand():
    x = np.repeat(np.arange(16.0), 4)
    value, error = estimated(lambda x: np.asarray(x.mean(axis=-1)), np.append(x, 99))  # 99: beyond the last batch
    assert value == 7.5
    assert error == pytest.approx(np.sqrt(16 * 17 / 12) / 4)  # the sample variance of 0 to 15 is 16 * 17 / 12


def test_rounds_come_to_least_times_most_memory_and_pooled_estimates():
    found = Measured([Round(100, 2, 3, 50, "", {"a": (1, 3)}), Round(100, 4, 1, 40, "", {"a": (2, 4)})])
    assert (found.seconds, found.processor_seconds, found.megabytes, found.rate) == (2, 1, 50, 100)
    assert found.statistics == {"a": (1.5, 2.5)}


def test_the_farthest_statistic_counts():
    ours, theirs = {"a": (1.0, 3.0), "b": (5.0, 0.0), "c": (0.0, 1.0)}, {"a": (21.0, 4.0), "b": (5.0, 0.0)}
    assert farthest(ours, theirs) == ("a", 4.0)


def test_what_is_not_installed_or_fails_is_a_row_that_says_so():
    missing = another("x", Contender("no_such_package"), (), 64, 1, threads=1, irr=False)
    assert missing.failure == "not installed (pip install -e '.[bench]')"
    broken = another("no such name", Contender(), (), 64, 1, threads=1, irr=False)
    assert broken.failure == "does not run: KeyError: 'no such name'"


def in_this_process(name, draws, seed, **options):
    return Round(**measured(name, draws, seed, **options))


def test_the_table_has_a_row_a_contender_and_says_what_was_checked(capsys, monkeypatch):
    """Only the contender runs in a process of its own: the others take as long to start, and are made alike."""
    name = "(b) month loop"
    asked = ["--draws", "4096", "--rounds", "1", "--contender", name]
    monkeypatch.setattr(
        "benchmarks.reference.__main__.child",
        lambda wanted, *rest, **options: (child if wanted == name else in_this_process)(wanted, *rest, **options),
    )
    monkeypatch.setattr(sys, "argv", ["reference", *asked])
    main()
    text = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"]
    assert [row[:2] for row in rows[2:]] == [["ours, sobol", "4,096"], ["(b) month loop", "4,096"]]
    assert rows[3][5].startswith("yes")
    assert "1, 2, 3, 8 workers: the same bytes of ROI, NPV, payback and IRR, 4,096 draws." in text
