"""(b) A careful loop over months in numpy: rows written in place, no matrices; samplers chosen for speed."""

import numpy as np

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
    Sampled,
)
from sim.numbers.arrays import Array


def answers(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample and value."""
    return valued(sampled(draws, seed), irr=irr)


def sampled(draws: int, seed: int) -> Sampled:
    """Sample: numpy's own samplers where nothing is correlated, scipy.special where it is."""
    from scipy import special

    rng = np.random.Generator(np.random.SFC64(seed))
    lift, ramp, own = rng.standard_normal((3, draws))
    adoption = LATENT_LIFT * lift + LATENT_RAMP * ramp + LATENT_OWN * own
    mean, sd, low, high = PRODUCTIVITY_GAIN
    ends = special.ndtr([(low - mean) / sd, (high - mean) / sd])
    a, b = 1 + 4 * 0.03 / 0.08, 1 + 4 * 0.05 / 0.08
    return Sampled(
        conversion_lift=_triangular(special.ndtr(lift), *CONVERSION_LIFT),
        retention_gain=RETENTION_GAIN[2] * rng.beta(a, b, draws),
        productivity_gain=mean + sd * special.ndtri(ends[0] + (ends[1] - ends[0]) * rng.random(draws)),
        licence=LICENCE[0] * np.exp(LICENCE[1] * rng.standard_normal(draws)),
        training=rng.uniform(*TRAINING, draws),
        adoption_final=special.betaincinv(*ADOPTION_FINAL, special.ndtr(adoption)),
        ramp_months=RAMP_MONTHS[0] + (RAMP_MONTHS[1] - RAMP_MONTHS[0]) * special.ndtr(ramp),
        implementation=rng.triangular(*IMPLEMENTATION, draws),
    )


def valued(x: Sampled, *, irr: bool = False) -> Answers:
    """Value the draws a month at a time on rows, (n,)."""
    direct = WINS * x.conversion_lift + TIME * x.productivity_gain
    monthly_cost = USERS * x.licence + ADMIN
    start = x.implementation + USERS * x.training
    gain = CUSTOMERS / 12 * x.retention_gain
    a_month = 1 / x.ramp_months
    retained, benefit, npv, running = np.zeros_like(direct), np.zeros_like(direct), -start, -start
    adoption, flow = np.empty_like(direct), np.empty_like(direct)
    payback = np.full_like(direct, np.inf)
    by_month = np.empty((MONTHS + 1, len(direct))) if irr else None
    if by_month is not None:
        by_month[0] = -start
    for t in range(1, MONTHS + 1):
        np.multiply(a_month, t, out=adoption)
        np.minimum(adoption, 1.0, out=adoption)
        adoption *= x.adoption_final
        retained *= 1 - CHURN / 12
        retained += np.multiply(gain, adoption, out=flow)
        np.multiply(retained, KEPT, out=flow)
        adoption *= direct
        flow += adoption
        benefit += flow
        flow -= monthly_cost
        running += flow
        np.minimum(payback, np.where(running >= 0, float(t), np.inf), out=payback)
        if by_month is not None:
            by_month[t] = flow
        flow *= (1 + MONTHLY) ** -t
        npv += flow
    cost = start + MONTHS * monthly_cost
    return Answers((benefit - cost) / cost, npv, payback, None if by_month is None else _irr(by_month))


def _irr(flows: Array) -> Array:
    """Give the yearly rate at which each column's present value is zero, by Newton's method from zero.

    -1 where nothing comes back.
    """
    v = np.ones(flows.shape[1])
    _newton(flows, v, steps=12)
    late = np.flatnonzero(~(_newton(flows, v, steps=1) < 1e-9))
    few = v[late]
    step = _newton(flows[:, late], few, steps=250)
    v[late] = np.where(step < 1e-9, few, np.nan)
    return np.where((flows <= 0).all(axis=0), -1.0, v**-12 - 1)


def _newton(flows: Array, v: Array, *, steps: int) -> Array:
    """Improve monthly discount factors in place; give the size of the last step."""
    step = np.zeros_like(v)
    for _ in range(steps):
        value, slope = np.zeros_like(v), np.zeros_like(v)
        for flow in flows[::-1]:
            slope *= v
            slope += value
            value *= v
            value += flow
        step = value / slope
        v -= step
    return np.abs(step)


def _triangular(u: Array, low: float, mode: float, high: float) -> Array:
    peak = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    return np.asarray(np.where(u < peak, rising, high - np.sqrt((1 - u) * (high - low) * (high - mode))))
