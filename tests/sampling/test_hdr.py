"""HDR uniforms: the published values, a second way of computing them, and runs that number trials as other tools do."""

import math

import numpy as np
import pytest
from scipy import stats

import sim
from sim.distributions import Uniform
from sim.errors import UsageError
from sim.sampling import hdr
from sim.sampling.design import Design
from sim.sampling.draws import SHARED, Chunk, Input, chunks, draw, draws_a_replicate
from sim.sampling.streams import Stream


def one(counter, entity, variable, seed3, seed4):
    """The formula with floating-point remainders, as spreadsheets compute it."""
    first = counter * 2499997 + variable * 1800451 + entity * 2000371 + seed3 * 1796777 + seed4 * 2299603
    second = counter * 2246527 + variable * 2399993 + entity * 2100869 + seed3 * 1918303 + seed4 * 1624729
    left = math.fmod(math.fmod(999999999999989, math.fmod(first, 7450589) * 4658 + 7450581) * 383, 99991)
    right = math.fmod(math.fmod(999999999999989, math.fmod(second, 7450987) * 7580 + 7560584) * 17669, 7440893)
    return (math.fmod((left * 7440893 + right) * 1343, 4294967296) + 0.5) / 4294967296


def test_published_values_of_two_other_implementations():
    # hdr-random 0.0.4 (PyPI), README: entity 10, variable 2, seeds 3 and 4, counters 1 to 8.
    readme = [
        0.18532938009593636, 0.9937039703363553, 0.09836426738183945, 0.7941507144132629,
        0.7279702170053497, 0.03101965703535825, 0.41562155552674085, 0.06352685287129134,
    ]  # fmt: skip
    assert hdr.uniforms(2, first=1, size=8, entity=10, seed3=3, seed4=4).tolist() == readme
    # PyHDR of ProbabilityManagement.org, its test: all four seeds 1, counters 1 to 10, rounded to 15 places.
    pyhdr = [
        0.017076639574952, 0.635042575071566, 0.110189726925455, 0.862261233734898, 0.88441537565086,
        0.725698619498871, 0.25156592449639, 0.688599606859498, 0.330484181526117, 0.3708222535206,
    ]  # fmt: skip
    found = hdr.uniforms(1, first=1, size=10, entity=1, seed3=1, seed4=1)
    assert found == pytest.approx(pyhdr, abs=1e-15)


def test_whole_numbers_and_spreadsheet_arithmetic_agree_up_to_eight_digits():
    rng = np.random.default_rng(1)
    for variable, entity, seed3, seed4, trial in rng.integers(0, hdr.SEEDS, (200, 5)).tolist():
        found = hdr.uniforms(variable, first=trial, size=1, entity=entity, seed3=seed3, seed4=seed4)
        assert found[0] == one(trial, entity, variable, seed3, seed4)


def test_any_stretch_of_trials_stands_by_itself():
    whole = hdr.uniforms(77, first=1, size=1000, seed4=5)
    assert np.array_equal(hdr.uniforms(77, first=301, size=200, seed4=5), whole[300:500])


def test_uniform_and_uncorrelated():
    u = np.array([hdr.uniforms(hdr.variable_id(f"input {i}"), first=1, size=2**16, seed4=1) for i in range(12)])
    counts = np.array([np.bincount((row * 64).astype(int), minlength=64) for row in u])
    chi2 = ((counts - 1024) ** 2 / 1024).sum(axis=1)
    assert np.all(np.abs(chi2 - 63) < 4 * math.sqrt(2 * 63))  # chi-squared with 63 degrees: four standard deviations
    correlations = np.corrcoef(u)[np.triu_indices(12, 1)]
    assert np.abs(correlations).max() < 4.5 / math.sqrt(2**16)  # 66 pairs
    following = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in u]
    assert np.abs(following).max() < 4 / math.sqrt(2**16)


def inputs(*names):
    return [Input(n, Stream(n, SHARED, i), Uniform(low=0, high=1)) for i, n in enumerate(names)]


def test_draws_of_a_run_are_trials_one_two_three():
    size = draws_a_replicate(80_000, Design.HDR)
    drawn = [draw(inputs("a"), design=Design.HDR, seed=9, chunk=chunk)["a"] for chunk in chunks(size)]
    expected = hdr.uniforms(hdr.variable_id("a"), first=1, size=80_000, seed4=9)
    assert np.array_equal(np.concatenate(drawn), expected)


def test_draws_do_not_depend_on_other_inputs():
    chunk = Chunk(0, 0, 100)
    alone = draw(inputs("a"), design=Design.HDR, seed=1, chunk=chunk)
    among = draw(inputs("b", "c", "a"), design=Design.HDR, seed=1, chunk=chunk)
    assert np.array_equal(alone["a"], among["a"])
    assert not np.array_equal(among["a"], among["b"])


@pytest.mark.parametrize("seed", [-1, hdr.SEEDS])
def test_a_seed_of_more_than_eight_digits_is_refused(seed):
    with pytest.raises(UsageError, match=rf"seed {seed} is not one of the hdr design \(0 to 99,999,999\)"):
        draw(inputs("a"), design=Design.HDR, seed=seed, chunk=Chunk(0, 0, 4))


def test_two_names_of_one_variable_are_refused():
    seen = {}
    for number in range(100_000):
        variable = hdr.variable_id(name := f"x{number}")
        if variable in seen:
            break
        seen[variable] = name
    with pytest.raises(UsageError, match=f"'{seen[variable]}' and '{name}' have the same variable"):
        draw(inputs(seen[variable], name), design=Design.HDR, seed=1, chunk=Chunk(0, 0, 4))


def test_correlated_inputs_of_the_hdr_design_have_their_correlations_and_their_own_laws(tmp_path):
    text = """\
name: T
months: 24
discount_rate: 10%
company: {users: 10, leads_per_month: 100, conversion_rate: rate, deal_value: deal, gross_margin: 60%}
inputs: {rate: {dist: uniform, low: 2%, high: 6%}, deal: {dist: lognormal, median: $900, sigma: 0.4}}
correlations: [{inputs: [rate, deal], spearman: -0.5}]
vendors: {A: {licence: {list_price: $40}, effects: {conversion: 10%}}}
"""
    (tmp_path / "x.yaml").write_text(text)
    results = sim.load(tmp_path / "x.yaml").run(draws=65_536, seed=5, design="hdr")
    rate, deal = (results.run.inputs[key] for key in ("rate", "deal"))
    n = rate.size
    achieved = stats.spearmanr(rate, deal).statistic
    assert abs(achieved + 0.5) < 4 / math.sqrt(n)  # four standard errors at most: it is 1/sqrt(n) for independence
    furthest = 1.95 / math.sqrt(n)  # Kolmogorov's 0.1% point
    assert stats.kstest(rate, stats.uniform(0.02, 0.04).cdf).statistic < furthest
    assert stats.kstest(deal, stats.lognorm(0.4, scale=900).cdf).statistic < furthest
    first = hdr.uniforms(hdr.variable_id("rate"), first=1, size=n, seed4=5)
    np.testing.assert_allclose(rate, 0.02 + 0.04 * first, rtol=1e-12)
