"""What moves a target, from the run's own draws."""

import numpy as np
import pytest

import sim
from sim.analysis.drivers import FEWEST
from sim.errors import UsageError
from sim.sampling.draws import REPLICATES
from tests.places import SCENARIOS

SURE = 4.0
"""Standard errors that an estimate may be off."""

LINEAR = """\
name: Linear
months: 12
discount_rate: 0%
company: {users: 10}
common:
  lines:
    Gain: {kind: benefit, amount: {dist: normal, mean: 100k, sd: 3k}, per: once}
    Fee: {kind: cost, amount: {dist: normal, mean: 50k, sd: 4k}, per: once}
    Pennies: {kind: cost, amount: {dist: uniform, low: 4, high: 6}, per: once}
vendors:
  A: {licence: {list_price: 0}}
"""


def loaded(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return sim.load(path)


@pytest.fixture(scope="module")
def wrong():
    return sim.load(SCENARIOS / "what_may_go_wrong.yaml").run(draws=4096)


def test_a_sum_of_two_is_shared_by_their_variances(tmp_path):
    """NPV = gain - fee with sd 3k and 4k: .36 and .64, and nothing together."""
    found = loaded(tmp_path, LINEAR).run(draws=4096).drivers()
    gain, fee = sorted(found.told, key=lambda bar: bar.told.share)
    assert gain.share.value == pytest.approx(0.36, abs=SURE * gain.share.se)
    assert fee.share.value == pytest.approx(0.64, abs=SURE * fee.share.se)
    assert abs(found.together.value) < 1e-4
    assert gain.ends.swing == pytest.approx(2 * 1.755 * 3000, abs=SURE * gain.ends.swing_se)
    assert gain.alone.swing == pytest.approx(2 * 1.2816 * 3000, rel=1e-4)
    assert not gain.flag
    assert not fee.flag


def test_a_line_of_pennies_is_below_the_noise(tmp_path):
    found = loaded(tmp_path, LINEAR).run(draws=4096).drivers()
    assert ["Pennies" in bar.title for bar in found.noise] == [True]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shares_add_up_to_one_on_every_shipped_scenario(path):
    results = sim.load(path).run(draws=1024)
    for target in ("", "npv"):
        try:
            found = results.drivers(target)
        except UsageError as refused:
            assert "is the same in every future: nothing moves it" in str(refused)  # noqa: PT017 - certain scenarios
            continue
        assert sum(bar.share.value for bar in found.bars) + found.together.value == pytest.approx(1)
        assert all(bar.told.share < 1.01 for bar in found.bars)
        assert found.together.value > -0.01


def test_the_mean_is_that_of_the_run(wrong):
    leader = wrong.drivers("npv").target.vendor
    assert wrong.drivers("npv").mean == pytest.approx(wrong[leader].statistics("npv").mean.value)


def test_an_event_is_a_bar_by_whether_it_happens(wrong):
    found = wrong.drivers("npv")
    bar = next(bar for bar in found.bars if bar.title == "Cancelled before going live")
    npv, happens = wrong[found.target.vendor]["npv"], wrong.run.inputs[bar.key] > 0
    assert (bar.ends.low.mean, bar.ends.high.mean) == pytest.approx((npv[~happens].mean(), npv[happens].mean()))
    assert bar.ends.high.chance == happens.mean()
    assert len(bar.drivers[0].keys) == 2


def test_the_gap_moves_by_what_moves_both_alone(wrong):
    found = wrong.drivers()
    assert found.target.name == "gap"
    bars = [wrong[name].bars("npv") for name in (found.target.vendor, found.target.against)]
    by_key = [{bar.input: bar for bar in tornado.bars} for tornado in bars]
    for bar in found.bars:
        sides = [by.get(bar.key) for by in by_key]
        if bar.alone is None or len(bar.drivers[0].keys) > 1:
            continue
        for end, name in ((0, "at_low"), (1, "at_high")):
            first, second = (getattr(s, name) if s else t.base for s, t in zip(sides, bars, strict=True))
            assert bar.alone.values[end] == pytest.approx(first - second)


def test_a_group_has_the_sum_of_its_shares_and_adds_up_too(wrong):
    single, grouped = wrong.drivers("npv"), wrong.drivers("npv", groups=("events", "effects"))
    for section in ("events", "effects"):
        (bar,) = [bar for bar in grouped.bars if bar.title.startswith(section)]
        shares = [one.told.share for one in single.bars if one.drivers[0].section == section]
        assert bar.told.share == pytest.approx(sum(shares))
        assert bar.title == f"{section} ({len(shares)} inputs)"
        assert bar.ends.low.mean < grouped.mean < bar.ends.high.mean
        assert bar.alone is None
    assert grouped.together == pytest.approx(single.together)
    assert sum(b.share.value for b in grouped.bars) + grouped.together.value == pytest.approx(1)


def test_groups_by_vendor_and_by_section_hold_every_input(wrong):
    for group in ("vendor", "section"):
        found = wrong.drivers(groups=(group,))
        assert sum(len(bar.drivers) for bar in found.bars) == len(wrong.drivers().bars)
    titles = [bar.title for bar in wrong.drivers(groups=("vendor",)).bars]
    assert any(title.startswith("what vendors share") for title in titles)
    assert any(title.startswith("HubSpot Sales Hub Professional's own") for title in titles)


def test_a_target_that_exists_in_some_futures_only_is_of_those(wrong):
    found = wrong.drivers("irr")
    values = wrong[found.target.vendor]["irr"]
    assert found.draws == np.isfinite(values).sum() < values.size
    assert found.mean == pytest.approx(values[np.isfinite(values)].mean())


@pytest.mark.parametrize("target", ["loss", "wins"])
def test_a_probability_is_in_points_and_has_no_swing_alone(wrong, target):
    found = wrong.drivers(target)
    assert 0 < found.mean < 1
    assert all(np.isnan(bar.alone.values).all() and not bar.flag.startswith("only") for bar in found.bars)


def test_shares_are_alike_with_a_fourth_of_the_draws():
    scenario = sim.load(SCENARIOS / "mid_market.yaml")
    few, many = (scenario.run(draws=draws, seed=seed).drivers("npv") for draws, seed in ((2048, 1), (8192, 2)))
    shares = {bar.key: bar.share for bar in many.bars}
    for bar in few.bars:
        error = np.hypot(bar.share.se, shares[bar.key].se)
        assert bar.share.value == pytest.approx(shares[bar.key].value, abs=SURE * error + 0.003), bar.key


def test_what_cannot_be_answered_is_refused_in_a_sentence(wrong, tmp_path):
    few = loaded(tmp_path, LINEAR).run(draws=64)
    certain = sim.load(SCENARIOS / "gross_margin_525.yaml").run(draws=FEWEST)
    for ask, said in (
        (few.drivers, f"a tornado takes {FEWEST} futures at least, and the run has 64 (--draws {FEWEST})"),
        (certain.drivers, "is the same in every future: nothing moves it"),
        (lambda: wrong.drivers("npw"), "no target is called 'npw' (did you mean 'npv'?)"),
        (lambda: wrong.drivers("npv", vendor="Vtiger"), "no vendor is called 'Vtiger'"),
        (lambda: wrong.drivers(groups=("effect",)), "no group is called 'effect' (did you mean 'effects'?)"),
        (lambda: wrong.drivers(groups=("exit",)), "no input that moves the target is under 'exit' (there are: "),
        (lambda: wrong["Salesforce Enterprise"].drivers("payback"), "of the futures: too few for a tornado of it"),
        (lambda: wrong.drivers("npv", vendor="buy nothing"), "'buy nothing' is certain: nothing moves it"),
    ):
        with pytest.raises(UsageError) as caught:
            ask()
        assert said in str(caught.value)


def test_the_gap_of_one_vendor_is_to_buying_nothing():
    results = sim.load(SCENARIOS / "tech_magic.yaml").run(draws=FEWEST)
    gap, npv = results.drivers("gap"), results.drivers("npv")
    assert (gap.target.vendor, gap.target.against) == (npv.target.vendor, "buy nothing")
    assert [bar.told.share for bar in gap.bars] == [bar.told.share for bar in npv.bars]
    assert results.drivers().target.name == "npv"


def test_the_draws_of_shares_are_the_first_of_each_replicate(monkeypatch):
    results = sim.load(SCENARIOS / "tech_magic.yaml").run(draws=4096)
    monkeypatch.setattr("sim.analysis.drivers.MOST", 2048)
    few = results.drivers()
    keep = np.arange(4096) % (4096 // REPLICATES) < 2048 // REPLICATES
    assert few.draws == 4096
    assert few.mean == pytest.approx(results[few.target.vendor]["npv"].mean())
    assert keep.sum() == 2048
    assert few.bars[0].floor == pytest.approx(few.floor)
