"""Runs with an input integrated out: which can be, the same bytes whoever does the work, what reports say."""

import json
from dataclasses import replace

import pytest

import sim
from sim.distributions import Constant
from sim.engine.journal import Journal
from sim.engine.processes import Processes
from sim.errors import UsageError
from sim.model.quantity import Drawn
from sim.report.contents import note
from sim.report.escape import markdown
from sim.sampling.draws import CHUNK, REPLICATES
from sim.sampling.streams import Latent
from sim.study.scenario import load
from tests.commands import run
from tests.places import SCENARIOS
from tests.reading import document_of, text_of
from tests.runs import simulated, smoothed
from tests.same import assert_same_run
from tests.small import SMALL
from tests.straight_lines import BOTH, AtOnce, Capped, Monthly, case

HOURS = "common.effects.hours_saved"


@pytest.fixture(scope="module")
def shipped():
    return load(SCENARIOS / "mid_market_independent.yaml")


@pytest.mark.parametrize(
    ("one", "smooth", "message"),
    [
        (case(Capped(Drawn("x"), 0.5), x=BOTH["x"]), "x", "no straight line in 'x' (nor can any other)"),
        (case(Monthly(Drawn("x")), x=sim.Poisson(mean=3)), "x", "a probability of their own"),
        (case(Monthly(Drawn("x")), x=Constant(value=3)), "x", "it is certain"),
        (case(Monthly(Drawn("x")), **BOTH), "z", "no input is called 'z' (one of: x, y"),
        (case(Capped(Drawn("x"), 0.5), Monthly(Drawn("y")), **BOTH), "x", "(these could be, widest first: y)"),
        (case(Capped(Drawn("x"), 0.5), x=BOTH["x"]), "auto", "no input can be integrated out"),
    ],
)
def test_what_cannot_be_integrated_out_is_refused_with_the_reason(one, smooth, message):
    with pytest.raises(UsageError) as error:
        smoothed({"A": one}, smooth, draws=64, seed=1)
    assert message in str(error.value)


def test_inputs_that_move_together_are_refused():
    one = case(Monthly(Drawn("x")), Monthly(Drawn("y"), name="other"), **BOTH)
    x, y = one.inputs
    tied = replace(y, tie=Latent(((x.stream, 0.6), (y.stream, 0.8))))
    with pytest.raises(UsageError, match="'y' cannot be integrated out: it moves together with other inputs"):
        smoothed({"A": replace(one, inputs=(x, tied))}, "y", draws=64, seed=1)
    with pytest.raises(UsageError, match="'x' cannot be integrated out: it is drawn together with 'y'"):
        smoothed({"A": replace(one, inputs=(x, tied))}, "x", draws=64, seed=1)


def test_the_end_of_a_name_is_enough_where_no_other_ends_so(shipped):
    assert shipped.run(draws=64, smooth="hours_saved").run.smoothed == HOURS
    with pytest.raises(UsageError, match=r"several inputs end in 'quote' \(write one of: vendors\.Vtiger"):
        shipped.run(draws=64, smooth="quote")
    with pytest.raises(UsageError, match=r"did you mean 'hours_saved'"):
        shipped.run(draws=64, smooth="hours_savd")


def test_auto_takes_the_widest_of_the_tornado_that_is_a_straight_line(shipped):
    """Of the shipped scenario, by all vendors' tornados; in another, the widest is capped and the next is taken."""
    assert shipped.run(draws=64, smooth="auto").run.smoothed == HOURS
    lines = Capped(Drawn("x"), 5.0), Monthly(Drawn("y")), Monthly(Drawn("z"), name="third")
    laws = {"x": sim.Uniform(low=0, high=1e4), "y": sim.Uniform(low=0, high=1), "z": sim.Uniform(low=0, high=2)}
    found = smoothed({"A": case(*lines, **laws)}, "auto", draws=64, seed=1)
    assert found.smoothed == "z"


RARE = case(Capped(Drawn("x"), 0.9999), Monthly(Drawn("y")), **BOTH)
"""A cap that a pilot of few futures does not see."""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bend_that_only_some_draws_see_ends_the_run(workers):
    with pytest.raises(UsageError, match=r"no straight line in 'x' \(these could be, widest first: y\)"):
        smoothed({"A": RARE}, "x", draws=2**17, seed=1, workers=workers)


@pytest.fixture(scope="module")
def pool():
    with Processes(2) as pool:
        yield pool


def test_it_ends_the_run_of_other_processes_too(pool):
    with pytest.raises(UsageError, match=r"no straight line in 'x' \(these could be"):
        smoothed({"A": RARE}, "x", draws=2**17, seed=1, workers=2, map_=pool)


PAIR = {
    "A": case(Monthly(Drawn("x")), Monthly(Drawn("y"), name="other"), AtOnce(12.0), **BOTH),
    "B": replace(case(Monthly(Drawn("y")), AtOnce(9.0), y=BOTH["y"]), vendor="B"),
}
RUN = {"draws": CHUNK * REPLICATES, "seed": 3, "asked": "x"}
RUN["metrics"] = ("npv", "roi", "payback", "payback_discounted")


@pytest.fixture(scope="module")
def alone():
    return smoothed(PAIR, **RUN)


def test_the_same_bytes_for_any_workers(alone, pool):
    assert_same_run(alone, smoothed(PAIR, **RUN, workers=3))
    assert_same_run(alone, smoothed(PAIR, **RUN, workers=2, map_=pool, blocks_per_task=3))


def test_a_run_that_was_cut_off_goes_on(alone, tmp_path):
    class CutOffError(Exception):
        pass

    def stop(share):
        if share > 0.4:
            raise CutOffError

    path = tmp_path / "run.journal"
    with pytest.raises(CutOffError):
        smoothed(PAIR, **RUN, journal=Journal(path, resume=False), progress=stop)
    with pytest.raises(sim.SimError, match="smooth"):
        simulated(PAIR, **{k: v for k, v in RUN.items() if k != "asked"}, journal=Journal(path, resume=True))
    assert_same_run(alone, smoothed(PAIR, **RUN, journal=Journal(path, resume=True)))


def test_doubled_draws_are_those_of_a_run_from_the_start():
    twice = smoothed(PAIR, **RUN | {"draws": 2 * CHUNK * REPLICATES})
    assert_same_run(twice, smoothed(PAIR, **RUN | {"draws": 64}, enough=lambda run: run.draws == twice.draws))


@pytest.fixture(scope="module")
def one_offer(shipped):
    return replace(shipped, cases={"Vtiger One Enterprise": shipped.cases["Vtiger One Enterprise"]})


def test_a_precision_is_reached_with_fewer_draws(one_offer):
    goal = {"precision": ["p(payback <= 24): 0.1%"], "max_draws": 2**16}
    assert one_offer.run(**goal, smooth=HOURS).misses == ()
    assert one_offer.run(**goal).misses


def test_all_draws_must_fit_into_memory(one_offer):
    with pytest.raises(UsageError, match=r"400 MB of memory are too little for 1,048,576 draws"):
        one_offer.run(draws=2**20, memory=400_000_000, smooth=HOURS)
    stopped = one_offer.run(precision=["p(npv > 0): 0.0001%"], memory=400_000_000, smooth=HOURS)
    assert stopped.run.draws == 2**16
    assert stopped.misses


PRICED = "  B|[b](x): {licence: {list_price: {dist: uniform, low: €5, high: €15}}}"
TWO = SMALL.replace("  B: {licence: {list_price: €9}}", PRICED)
"""A small scenario in which one offer has an uncertain price, and a name that no format may take for markup."""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_every_way_out_says_over_which_input_figures_are_worked_out(small):
    results = load(small).run(draws=64, smooth="list_price")
    key = "vendors.B|[b](x).licence.list_price"
    assert f"worked out exactly over {key};" in note(results)
    assert markdown(note(results)) in text_of(results)
    assert markdown(key) != key
    assert f"worked out exactly over {key};" in note(results)
    said = document_of(results)
    assert said["smoothed_over"] == key
    assert "npv" in said["vendors"]["B|[b](x)"]["smoothed"]
    assert said["vendors"]["A"]["smoothed"] == []
    plain = document_of(load(small).run(draws=64))
    assert (plain["smoothed_over"], plain["vendors"]["A"]["smoothed"]) == (None, [])


def test_rules_of_the_command_judge_the_exact_figure(small):
    """The lift alone decides on A: its root lies on the line between the two ends of the tornado's bar."""
    (bar,) = load(small).run(draws=64)["A"].bars("npv").bars
    root = bar.low_input - bar.at_low * (bar.high_input - bar.low_input) / (bar.at_high - bar.at_low)
    chance = 1 - root / 0.2
    assert 0.5 < chance < 0.999
    smoothed = ["run", small, "--draws", "64", "--smooth", "lift", "--json"]
    assert "small.yaml: A: tripped" in run(*smoothed, "--fail-if", f"p(npv > 0) < {chance + 1e-7:.12f}").stderr.decode()
    done = run(*smoothed, "--fail-if", f"p(npv > 0) < {chance - 1e-7:.12f}")
    assert (done.returncode, done.stderr.decode()) == (
        3,
        f"{small}: B|[b](x): tripped --fail-if 'p(npv > 0) < {chance - 1e-7:.12f}'\n",
    )
    found = json.loads(done.stdout)["vendors"]["A"]
    assert found["probabilities"]["npv > 0"]["value"] == pytest.approx(chance, abs=1e-9)
    assert found["probabilities"]["npv > 0"]["se"] < 1e-12


@pytest.mark.usefixtures("bare_reports")
def test_a_file_without_the_input_fails_alone(small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(TWO.replace("lift", "rise"), encoding="utf-8")
    done = run("run", small, other, "--smooth", "lift", "--draws", "64", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert f"{other}: no input is called 'lift'" in done.stderr.decode()
    assert "worked out exactly over lift;" in " ".join(done.stdout.decode().split())
