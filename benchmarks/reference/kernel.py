"""(c) The practical limit: one compiled loop for this one model, inputs and cash flow fused, nothing in memory.

Quantiles are looked up by normal score in fine tables; normals come from numpy's ziggurat, uniforms from xoshiro256+.
"""

from functools import cache

import numpy as np
from numba import njit

from benchmarks.reference.constants import (
    ADMIN,
    ADOPTION_FINAL,
    CHURN,
    CONVERSION_LIFT,
    CUSTOMERS,
    IMPLEMENTATION,
    KEPT,
    LATENT_LIFT,
    LATENT_OWN,
    LATENT_RAMP,
    LICENCE,
    MONTHLY,
    MONTHS,
    PRODUCTIVITY_GAIN,
    RAMP_MONTHS,
    RETENTION_GAIN,
    TIME,
    TRAINING,
    USERS,
    WINS,
    Answers,
)
from sim.distributions import Pert, Triangular, Uniform
from sim.numbers.arrays import Array

EDGE, CELLS = 7.0, 1 << 13
"""Reach and size of the tables, in normal scores: linear interpolation errs by less than 1e-6 of the spread."""

PER_SCORE = CELLS / (2 * EDGE)
DISCOUNT = 1 / (1 + MONTHLY)
IMPLEMENTATION_PEAK = (IMPLEMENTATION[1] - IMPLEMENTATION[0]) / (IMPLEMENTATION[2] - IMPLEMENTATION[0])
WIDTH = IMPLEMENTATION[2] - IMPLEMENTATION[0]
MEAN, SD, LOW, HIGH = PRODUCTIVITY_GAIN


def answers(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample and value."""
    rng = np.random.Generator(np.random.SFC64(seed))
    state = rng.integers(1, 2**63, 4, dtype=np.uint64)
    roi, npv, payback = (np.empty(draws) for _ in range(3))
    rate = np.empty(draws if irr else 0)
    _fused(rng, state, *_tables(), roi, npv, payback, rate)
    return Answers(roi, npv, payback, rate if irr else None)


@cache
def _tables() -> tuple[Array, Array, Array, Array]:
    """Give the quantiles of conversion lift, retention gain, final adoption and ramp at each normal score."""
    from scipy.special import betaincinv, ndtr

    u = np.clip(ndtr(np.linspace(-EDGE, EDGE, CELLS + 1)), 2.0**-54, 1 - 2.0**-53)
    low, mode, high = CONVERSION_LIFT
    return (
        Triangular(low=low, mode=mode, high=high).ppf(u),
        Pert(low=RETENTION_GAIN[0], mode=RETENTION_GAIN[1], high=RETENTION_GAIN[2]).ppf(u),
        np.asarray(betaincinv(*ADOPTION_FINAL, u)),
        Uniform(low=RAMP_MONTHS[0], high=RAMP_MONTHS[1]).ppf(u),
    )


@njit(inline="always")
def _at(table, z):  # type: ignore[no-untyped-def]
    place = (min(max(z, -EDGE), EDGE * (1 - 1e-12)) + EDGE) * PER_SCORE
    cell = int(place)
    return table[cell] + (place - cell) * (table[cell + 1] - table[cell])


@njit(inline="always")
def _uniform(s):  # type: ignore[no-untyped-def]
    """Give the next number of xoshiro256+ (Blackman and Vigna 2021), in [0, 1)."""
    result = s[0] + s[3]
    t = s[1] << np.uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = (s[3] << np.uint64(45)) | (s[3] >> np.uint64(19))
    return (result >> np.uint64(11)) * 2.0**-53


@njit(fastmath={"contract", "reassoc", "arcp", "nsz"})
def _fused(rng, s, lifts, gains, ceilings, ramps, roi, npv, payback, rate):  # type: ignore[no-untyped-def]
    flows = np.empty(MONTHS + 1)
    for i in range(roi.size):
        g1, g2 = rng.standard_normal(), rng.standard_normal()
        own = rng.standard_normal()
        productivity = MEAN + SD * rng.standard_normal()
        while not LOW < productivity < HIGH:
            productivity = MEAN + SD * rng.standard_normal()
        u = _uniform(s)
        if u < IMPLEMENTATION_PEAK:
            quote = IMPLEMENTATION[0] + WIDTH * np.sqrt(u * IMPLEMENTATION_PEAK)
        else:
            quote = IMPLEMENTATION[2] - WIDTH * np.sqrt((1 - u) * (1 - IMPLEMENTATION_PEAK))
        start = quote + USERS * (TRAINING[0] + (TRAINING[1] - TRAINING[0]) * _uniform(s))
        ceiling = _at(ceilings, LATENT_LIFT * g1 + LATENT_RAMP * g2 + LATENT_OWN * own)
        direct = WINS * _at(lifts, g1) + TIME * productivity
        gain = CUSTOMERS / 12 * _at(gains, rng.standard_normal())
        monthly_cost = USERS * LICENCE[0] * np.exp(LICENCE[1] * rng.standard_normal()) + ADMIN
        a_month = 1 / _at(ramps, g2)
        retained, benefit, total, value, v, first = 0.0, 0.0, -start, -start, 1.0, np.inf
        flows[0] = -start
        for t in range(1, MONTHS + 1):
            adoption = ceiling * min(1.0, t * a_month)
            retained = retained * (1 - CHURN / 12) + gain * adoption
            gained = adoption * direct + retained * KEPT
            benefit += gained
            flow = gained - monthly_cost
            total += flow
            v *= DISCOUNT
            value += flow * v
            flows[t] = flow
            if total >= 0 and first == np.inf:
                first = t
        cost = start + MONTHS * monthly_cost
        roi[i], npv[i], payback[i] = (benefit - cost) / cost, value, first
        if rate.size:
            rate[i] = _irr(flows)


@njit
def _irr(flows):  # type: ignore[no-untyped-def]
    """Give the yearly rate of zero present value, by Newton's method from zero; NaN if it does not settle.

    -1 where nothing comes back.
    """
    if flows.max() <= 0:
        return -1.0
    v = 1.0
    for _ in range(300):
        value, slope = 0.0, 0.0
        for t in range(flows.size - 1, -1, -1):
            slope = slope * v + value
            value = value * v + flows[t]
        step = value / slope
        v -= step
        if abs(step) < 1e-9 * abs(v):
            return v**-12 - 1
    return np.nan
