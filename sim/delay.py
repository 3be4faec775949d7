"""What a later go-live costs, in the same futures otherwise."""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.distributions import Array
from sim.finance.returns import npv
from sim.model import TILE, Case, add_up, delayed
from sim.world import World


def delay_losses(case: Case, draws: Mapping[str, Array], months: Sequence[int]) -> dict[int, Array]:
    """Give the NPV lost in each future if go-live comes so many months later, (n,) each; negative if it is a gain."""
    now = _npv(case, draws)
    return {later: now - _npv(delayed(case, later), draws) for later in months}


def _npv(case: Case, draws: Mapping[str, Array]) -> Array:
    """Give the NPV alone, (n,)."""
    size = len(next(iter(draws.values()))) if draws else 1
    tiles = []
    for start in range(0, size, TILE):
        tile = {key: x[start : start + TILE] for key, x in draws.items()}
        world = World(case.rollout, case.months, tile, case.events)
        tiles.append(npv(add_up(case, world, min(TILE, size - start))[0]))
    return np.concatenate(tiles)
