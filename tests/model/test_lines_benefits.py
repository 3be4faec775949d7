from dataclasses import replace

import numpy as np
import pytest

from sim.model.line import Nature
from sim.model.lines.benefits import Productivity, RetiredTools
from sim.model.lines.freed_time import RealisedOn
from sim.model.quantity import Drawn
from sim.model.rollout import Climb, Rollout
from sim.model.world import World

STEP = Rollout(plan_months=2.0, shape=Climb.STEP)
FREED = Productivity(users=30.0, hourly_cost=40.0, hours_saved=3.0, hours_entry=1.0, time_realised=0.75)
MONTHLY = 6500.0
"""Three quarters of 3 hours a week and 1 lost in full, 52 weeks in 12 months, 30 users at 40 an hour."""


def flows(line, rollout=STEP, *, months=6, draws=None):
    return np.asarray(line.flows(World(rollout, months, draws or {})))


def test_productivity_is_hours_a_month_at_the_loaded_cost():
    assert flows(FREED)[:, 0] == pytest.approx([0, 0, 0, MONTHLY, MONTHLY, MONTHLY, MONTHLY])


def test_hours_lost_are_lost_in_full_unless_the_share_is_taken_of_the_net():
    """1.25 against 1.5 hours; with more lost than saved, 1.75 against 1.5 hours lost."""
    hour = 52 / 12 * 30 * 40
    for saved, lost, in_full, of_net in ((3.0, 1.0, 1.25, 1.5), (1.0, 3.0, -2.25, -1.5)):
        line = replace(FREED, hours_saved=saved, hours_entry=lost)
        assert flows(line)[6, 0] == pytest.approx(in_full * hour)
        assert flows(replace(line, realised_on=RealisedOn.NET))[6, 0] == pytest.approx(of_net * hour)


def test_productivity_follows_adoption():
    rollout = Rollout(plan_months=1.0, adoption=0.6, ramp_months=4.0, shape=Climb.LINEAR)
    shares = np.array([0, 0, 0.25, 0.5, 0.75, 1, 1])
    assert flows(FREED, rollout)[:, 0] == pytest.approx(0.6 * shares * MONTHLY)


def test_more_data_entry_than_time_saved_is_a_loss():
    line = Productivity(users=10.0, hourly_cost=12.0, hours_saved=1.0, hours_entry=2.0, time_realised=1.0)
    assert flows(line)[6, 0] == pytest.approx(-10 * 52 / 12 * 12)


def test_productivity_takes_each_draw_of_its_numbers():
    line = Productivity(Drawn("users"), 40.0, Drawn("saved"), 1.0, Drawn("share"))
    draws = {"users": np.array([30.0, 60.0]), "saved": np.array([3.0, 2.0]), "share": np.array([0.75, 0.5])}
    assert flows(line, draws=draws)[6] == pytest.approx([6500, (2 * 0.5 - 1) * 52 / 12 * 60 * 40])


@pytest.mark.parametrize("field", ["users", "hourly_cost", "hours_saved", "hours_entry", "time_realised"])
def test_productivity_gives_the_same_drawn_or_certain(field):
    drawn = Productivity(**vars(FREED) | {field: Drawn("x")})
    found = flows(drawn, draws={"x": np.full(2, getattr(FREED, field))})
    assert found == pytest.approx(np.repeat(flows(FREED), 2, axis=1))


def test_old_tools_are_saved_from_the_month_after_the_overlap():
    line = RetiredTools(cost_per_month=900.0, overlap_months=2.0)
    assert flows(line)[:, 0].tolist() == [0, 0, 0, 0, 0, 900, 900]


def test_old_tools_are_saved_right_after_go_live_without_an_overlap():
    assert flows(RetiredTools(900.0))[:, 0].tolist() == [0, 0, 0, 900, 900, 900, 900]


def test_a_broken_month_of_overlap_is_paid_whole():
    line = RetiredTools(cost_per_month=900.0, overlap_months=1.5)
    assert flows(line)[:, 0].tolist() == [0, 0, 0, 0, 900, 900, 900]


def test_old_tools_are_never_saved_if_the_overlap_outlasts_the_horizon():
    assert flows(RetiredTools(900.0, 10.0)).sum() == 0


def test_a_later_go_live_saves_the_old_tools_later():
    line = RetiredTools(cost_per_month=Drawn("cost"), overlap_months=Drawn("overlap"))
    rollout = Rollout(plan_months=Drawn("golive"))
    draws = {"cost": np.array([900.0, 500.0]), "overlap": np.array([1.0, 2.0]), "golive": np.array([0.0, 3.0])}
    found = flows(line, rollout, draws=draws)
    assert found[:, 0].tolist() == [0, 0, 900, 900, 900, 900, 900]
    assert found[:, 1].tolist() == [0, 0, 0, 0, 0, 0, 500]


def test_freed_time_is_soft_and_saved_licences_are_cash():
    assert Productivity.nature is Nature.SOFT_BENEFIT
    assert RetiredTools.nature is Nature.CASH_BENEFIT
