"""(a) What an analyst writes: `scipy.stats` for the inputs, whole (draws, months) matrices for the model."""

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
    """Sample: a multivariate normal for what is correlated, the quantile functions of scipy.stats on top."""
    from scipy import stats

    rng = np.random.default_rng(seed)
    latent = [[1, 0, LATENT_LIFT], [0, 1, LATENT_RAMP], [LATENT_LIFT, LATENT_RAMP, 1]]
    u = stats.norm.cdf(rng.multivariate_normal(np.zeros(3), latent, size=draws))
    mean, sd, low, high = PRODUCTIVITY_GAIN
    return Sampled(
        conversion_lift=_triangular(*CONVERSION_LIFT).ppf(u[:, 0]),
        retention_gain=_pert(*RETENTION_GAIN, draws, rng),
        productivity_gain=stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd).rvs(draws, random_state=rng),
        licence=rng.lognormal(np.log(LICENCE[0]), LICENCE[1], draws),
        training=rng.uniform(*TRAINING, draws),
        adoption_final=stats.beta(*ADOPTION_FINAL).ppf(u[:, 2]),
        ramp_months=stats.uniform(RAMP_MONTHS[0], RAMP_MONTHS[1] - RAMP_MONTHS[0]).ppf(u[:, 1]),
        implementation=rng.triangular(*IMPLEMENTATION, draws),
    )


def valued(x: Sampled, *, irr: bool = False) -> Answers:
    """Value the draws month by month in matrices, (n, 36)."""
    month = np.arange(1, MONTHS + 1)
    adoption = x.adoption_final[:, None] * np.minimum(1, month / x.ramp_months[:, None])
    retained = np.zeros_like(adoption)
    for t in range(MONTHS):
        before = retained[:, t - 1] if t else 0.0
        retained[:, t] = before * (1 - CHURN / 12) + CUSTOMERS * x.retention_gain * adoption[:, t] / 12
    wins = adoption * (WINS * x.conversion_lift)[:, None]
    time = adoption * (TIME * x.productivity_gain)[:, None]
    benefit = wins + time + retained * KEPT
    cost = np.repeat((USERS * x.licence + ADMIN)[:, None], MONTHS, axis=1)
    start = x.implementation + USERS * x.training
    flows = np.hstack([-start[:, None], benefit - cost])
    total_cost = start + cost.sum(axis=1)
    running = np.cumsum(flows, axis=1)
    reached = running >= 0
    return Answers(
        roi=(benefit.sum(axis=1) - total_cost) / total_cost,
        npv=(flows / (1 + MONTHLY) ** np.arange(MONTHS + 1)).sum(axis=1),
        payback=np.where(reached.any(axis=1), reached.argmax(axis=1).astype(float), np.inf),
        irr=_irr(flows) if irr else None,
    )


def _irr(flows: Array) -> Array:
    """Give the yearly rate at which each row's present value is zero, by halving; -1 if nothing comes back."""
    low, high = np.full(len(flows), -0.9999), np.full(len(flows), 1.0)
    months = np.arange(flows.shape[1])
    for _ in range(50):
        middle = (low + high) / 2
        above = (flows * (1 + middle[:, None]) ** -months).sum(axis=1) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(high < 1, (1 + low) ** 12 - 1, np.nan)


def _triangular(low: float, mode: float, high: float):  # type: ignore[no-untyped-def]  # a frozen law of scipy.stats
    from scipy import stats

    return stats.triang((mode - low) / (high - low), low, high - low)


def _pert(low: float, mode: float, high: float, draws: int, rng: np.random.Generator) -> Array:
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    return low + (high - low) * rng.beta(a, b, draws)
