"""The options of a decision side by side: row i of every array is the same future."""

import numpy as np
import pytest

import sim
from sim.model.evaluation import evaluate
from sim.sampling.draws import REPLICATES
from tests.places import SCENARIOS


@pytest.fixture(scope="module")
def results():
    return sim.load(SCENARIOS / "mid_market.yaml").run(draws=256)


def test_the_options_are_the_offers_and_doing_nothing(results):
    assert results.paired.options == (*results, "buy nothing")


def test_every_outcome_is_what_its_row_of_inputs_brings(results):
    """The whole point: valued again, alone, a row of the inputs gives the outcomes of that row."""
    paired = results.paired
    for option, result in results.items():
        draws = {key: x[100:104] for key, x in paired.draws(option).items()}
        again = evaluate(result.case, draws, metrics=("npv", "payback")).metrics
        for metric, values in again.items():
            assert values == pytest.approx(paired.outcome(option, metric)[100:104], rel=1e-12), (option, metric)


def test_rows_are_in_order_of_replicate(results):
    by_replicate = results.paired.outcome("Vtiger One Enterprise", "npv").reshape(REPLICATES, -1).mean(axis=1)
    error = by_replicate.std(ddof=1) / REPLICATES**0.5
    assert results["Vtiger One Enterprise"].statistics("npv").mean.se == pytest.approx(error)


def test_doing_nothing_moves_no_money_and_has_no_return(results):
    assert results.paired.size == 256
    assert not results.paired.outcome("buy nothing", "npv").any()
    assert np.isnan(results.paired.outcome("buy nothing", "roi")).all()


def test_an_option_without_uncertain_inputs_still_has_rows():
    certain = sim.load(SCENARIOS / "gross_margin_525.yaml").run(draws=64)
    option = next(iter(certain))
    (draws,) = certain.paired.draws(option).values()
    assert len(draws) == certain.paired.size == 64
