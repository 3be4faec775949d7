"""Where the futures say something else of an input than moving it alone does, and what that means."""

from collections.abc import Sequence

import numpy as np

from sim.analysis.alone import Alone
from sim.analysis.driver import Driver
from sim.analysis.ends import Ends
from sim.numbers.arrays import Array

APART = 1 / 3
"""Part of the larger of two swings by which they must differ."""
SURE = 3.0
"""Standard errors by which they must differ too."""
BENT = 8.0
"""Standard errors of its points that a curve must span to be said to bend."""


def flagged(driver: Driver, ends: Ends, moved: Alone, partner: str) -> str:
    """Say in a few words where conditional means and the one-at-a-time swing disagree by more than a third.

    Both are taken per unit of the input, since the mean of a tenth lies further out than P10 and P90. `partner` is the
    input that this one is correlated with; empty if there is none.
    """
    if _bends(ends):
        return "its ends are alike, its middle is not"
    seen, expected = ends.swing, moved.swing * _reach(driver, ends, moved)
    apart = abs(seen - expected)
    if not apart > max(APART * max(abs(seen), abs(expected)), SURE * ends.swing_se):
        return ""
    further = abs(seen) > abs(expected) or seen * expected < 0
    if partner:
        return f"moves mainly together with {partner}" if further else f"held back by {partner}, which moves with it"
    if not further:
        return "less in the futures than in the base run"
    return "only in combination" if abs(expected) < APART * abs(seen) else "more in the futures than in the base run"


def _bends(ends: Ends) -> bool:
    span = float(np.ptp(ends.curve))
    return abs(ends.swing) < APART * span and span > BENT * ends.noise


def _reach(driver: Driver, ends: Ends, moved: Alone) -> float:
    """Give how much further apart the input is at the ends of a bar than where it was moved alone."""
    if driver.event or ends.low.by_level:
        return 1.0
    span = float(moved.inputs[-1] - moved.inputs[0])
    return (ends.high.input - ends.low.input) / span if span else 1.0


def partners_of(drivers: Sequence[Driver], values: Sequence[Array], swings: Sequence[float]) -> list[str]:
    """Give the title of what each driver moves with: of its block, the one that pulls most on the target through it.

    Empty for an input that is correlated with no other.
    """
    partners = [""] * len(drivers)
    for block in {driver.block for driver in drivers}:
        places = [i for i, driver in enumerate(drivers) if driver.block == block]
        if len(places) > 1:
            ties = np.abs(
                np.nan_to_num(_correlations([values[i] for i in places])) * np.array([swings[i] for i in places])
            )
            np.fill_diagonal(ties, -1.0)
            for i, most in zip(places, ties.argmax(axis=1), strict=True):
                partners[i] = drivers[places[most]].title
    return partners


def _correlations(columns: Sequence[Array]) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.corrcoef(np.array(columns)))
