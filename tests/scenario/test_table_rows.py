import numpy as np
import pytest

import sim

TABLE = """\
month,conversion,deal,days
1,2.0%,$900,40
2,3.0%,$800,35
3,4.0%,$700,36
4,5.0%,,30
5,6.0%,$500,31
6,7.0%,$450,25
7,7.0%,$400,20
"""
SCENARIO = """\
name: T
months: 12
discount_rate: 10%
company:
  users: 10
  leads_per_month: 100
  conversion_rate: conversion
  deal_value: deal
  gross_margin: 60%
inputs:
  conversion: {from: h.csv#conversion, use: month}
  deal: {from: h.csv#deal, use: month}
  lift: {dist: uniform, low: 5%, high: 15%}
vendors:
  A: {licence: {list_price: $40}, effects: {conversion: lift}}
"""
PAIRS = [(0.02, 900), (0.03, 800), (0.04, 700), (0.06, 500), (0.07, 450), (0.07, 400)]


def loaded(tmp_path, scenario=SCENARIO):
    (tmp_path / "h.csv").write_text(TABLE)
    (tmp_path / "x.yaml").write_text(scenario)
    return sim.load(tmp_path / "x.yaml")


def problems_of(tmp_path, scenario):
    with pytest.raises(sim.ScenarioError) as caught:
        loaded(tmp_path, scenario)
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize("design", ["sobol", "latin", "random"])
def test_every_draw_of_two_resampled_columns_is_a_row_that_was_seen(tmp_path, design):
    drawn = loaded(tmp_path).run(draws=6 * 1024, design=design).run.inputs
    seen, counts = np.unique(np.round([drawn["conversion"], drawn["deal"]], 9), axis=1, return_counts=True)
    assert sorted(map(tuple, seen.T)) == sorted(PAIRS)
    share = counts / counts.sum()
    assert np.abs(share - 1 / 6).max() < 4 * np.sqrt(5 / 36 / counts.sum())


def test_incomplete_rows_are_left_out_and_said_to_be(tmp_path):
    said = [str(w).replace(f"{tmp_path}/", "") for w in loaded(tmp_path).warnings]
    expected = (
        "x.yaml:11:22: inputs.conversion.from: rows of h.csv are drawn whole: 6 of 7 have a value in all of"
        " 'conversion', 'deal'"
    )
    assert expected in said


def test_a_smoothed_column_keeps_the_order_of_the_rows(tmp_path):
    smooth = SCENARIO.replace("from: h.csv#deal", "from: h.csv#deal, method: smoothed, low: $0")
    results = loaded(tmp_path, smooth).run(draws=2**14)
    (row,) = results.correlation_rows
    assert row["asked"] == pytest.approx(-0.9856, abs=1e-4)  # scipy.stats.spearmanr of the six complete rows
    assert row["drawn"] == pytest.approx(row["asked"], abs=0.04)
    assert len(np.unique(results.run.inputs["deal"])) > 10_000


def test_one_column_alone_is_drawn_from_all_its_values(tmp_path):
    alone = SCENARIO.replace("{from: h.csv#deal, use: month}", "$500")
    scenario = loaded(tmp_path, alone)
    assert scenario.setting.correlations == ()
    assert set(np.round(scenario.run(draws=1024).run.inputs["conversion"], 9)) >= {0.05}


def test_a_column_drawn_with_its_rows_takes_no_other_correlation(tmp_path):
    text = "correlations: {pairs: [{inputs: [conversion, lift], spearman: 0.3}], across_vendors: {deal: independent}}\n"
    found = problems_of(tmp_path, SCENARIO + text)
    assert len(found) == 2
    place = "x.yaml:16:34: correlations.pairs[0].inputs[0]: "
    assert found[0].startswith(place + "'conversion' comes with the rows of h.csv and moves with its other columns")
    assert "correlations.across_vendors.deal: 'deal' comes with the rows of h.csv" in found[1]


def test_rows_move_together_whatever_the_workers(tmp_path):
    scenario = loaded(tmp_path)
    one, two = (scenario.run(draws=2**16, workers=w).run.inputs["deal"] for w in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_a_table_without_a_complete_row_is_refused(tmp_path):
    (tmp_path / "gaps.csv").write_text("a,b\n" + "".join(f"{n}00,\n,{n}50\n" for n in range(1, 7)))
    gaps = SCENARIO.replace("h.csv#conversion", "gaps.csv#a").replace("h.csv#deal", "gaps.csv#b")
    gaps = gaps.replace("conversion_rate: conversion", "conversion_rate: 5%")
    gaps = gaps.replace("deal_value: deal", "deal_value: deal\n  customers: conversion")
    found = problems_of(tmp_path, gaps)
    assert any("0 of 12 rows of gaps.csv have a value in all of" in problem for problem in found), found
