"""The families that are fitted: when, with which estimate, density and CDF, and as which law of the project."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.distributions import Beta, Distribution, Lognormal, Normal, Pert, Triangular, Uniform
from sim.distributions.counts import Binomial, Geometric, NegativeBinomial, Poisson
from sim.distributions.fitting import count_estimates as counts
from sim.distributions.fitting import estimates as ml
from sim.distributions.fitting.estimates import Theta
from sim.distributions.positive import Exponential, Gamma, LogUniform, Pareto, Weibull
from sim.distributions.tails import Gumbel, StudentT
from sim.numbers.arrays import Array

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Candidate:
    """A family that can be fitted.

    `estimate` takes samples as rows and gives parameters as columns; `log_density` and `cdf` take both. Where the
    bounds are known, values have been scaled to 0 to 1 (`scaled`) before any of them.
    """

    name: str
    parameters: int
    refusal: Callable[[Array, Bounds], str]
    """Why it does not suit some values; empty if it does."""
    estimate: Callable[[Array], Theta]
    log_density: Callable[[Array, Theta], Any]
    cdf: Callable[[Array, Theta], Any]
    law: Callable[..., Distribution]
    """What makes the distribution of its parameters, and of the bounds if it is scaled."""
    whole: bool = False
    """Whether it is a family of whole numbers."""
    scaled: bool = False
    """Whether it is fitted between given bounds, on the scale from 0 to 1."""


def _unbounded(_: Array, bounds: Bounds) -> str:
    return "cannot keep bounds" if bounds != (None, None) else ""


def _positive(x: Array, bounds: Bounds) -> str:
    if x.min() <= 0:
        return "needs values above 0"
    return "can keep no bound but 0" if bounds not in ((None, None), (0, None)) else ""


def _between(x: Array, bounds: Bounds) -> str:
    low, high = bounds
    if low is None or high is None:
        return "needs both bounds (--bounds low,high)"
    return "" if low < x.min() and x.max() < high else "needs every value strictly between the bounds"


def _share(x: Array, bounds: Bounds) -> str:
    if bounds not in ((None, None), (0, 1), (0, None)):
        return "lies between 0 and 1, whatever the bounds"
    return "" if x.min() > 0 and x.max() < 1 else "needs values strictly between 0 and 1"


def _counts(x: Array, bounds: Bounds) -> str:
    if bounds not in ((None, None), (0, None)):
        return "cannot keep bounds"
    return "" if x.min() >= 0 and np.all(x == np.floor(x)) else "needs whole numbers from 0"


def _spread(x: Array, bounds: Bounds, sign: int, word: str) -> str:
    if wrong := _counts(x, bounds):
        return wrong
    return "" if sign * (x.var() - x.mean()) > 0 else f"needs {word} spread than Poisson"


def _tries(x: Array, bounds: Bounds) -> str:
    return _counts(x, bounds) or ("" if x.min() >= 1 else "counts from 1")


def _log_normal_density(z: Array) -> Array:
    return np.asarray(-(z**2) / 2 - np.log(2 * np.pi) / 2)


def _special() -> Any:
    from scipy import special

    return special


def _log_t(x: Array, theta: Theta) -> Any:
    df, location, scale = theta
    gammaln = _special().gammaln
    flat = gammaln((df + 1) / 2) - gammaln(df / 2) - np.log(df * np.pi) / 2 - np.log(scale)
    return flat - (df + 1) / 2 * np.log1p(((x - location) / scale) ** 2 / df)


def _log_beta(x: Array, a: Array, b: Array) -> Any:
    return (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - _special().betaln(a, b)


def _log_triangular(z: Array, theta: Theta) -> Any:
    return np.log(2 * np.where(z <= theta[0], z / theta[0], (1 - z) / (1 - theta[0])))


def _triangular_cdf(z: Array, theta: Theta) -> Any:
    return np.where(z <= theta[0], z**2 / theta[0], 1 - (1 - z) ** 2 / (1 - theta[0]))


def _log_negative_binomial(x: Array, theta: Theta) -> Any:
    r, p = theta
    s = _special()
    return s.gammaln(x + r) - s.gammaln(r) - s.gammaln(x + 1) + r * np.log(p) + s.xlog1py(x, -p)


def _log_binomial(x: Array, theta: Theta) -> Any:
    n, p = theta
    s = _special()
    ways = s.gammaln(n + 1) - s.gammaln(x + 1) - s.gammaln(n - x + 1)
    return ways + s.xlogy(x, p) + s.xlog1py(n - x, -p)


def _gumbel_log(x: Array, theta: Theta) -> Any:
    z = (x - theta[0]) / theta[1]
    return -z - np.exp(-z) - np.log(theta[1])


def _weibull_log(x: Array, theta: Theta) -> Any:
    z = np.log(x / theta[1])
    return np.log(theta[0]) - np.log(x) + theta[0] * z - np.exp(theta[0] * z)


def _pert(mode: float, low: float, high: float) -> Distribution:
    return Pert(low=low, mode=low + mode * (high - low), high=high)


def _triangular(mode: float, low: float, high: float) -> Distribution:
    return Triangular(low=low, mode=low + mode * (high - low), high=high)


CANDIDATES = (
    Candidate(
        "normal", 2, _unbounded, ml.normal,
        lambda x, t: _log_normal_density((x - t[0]) / t[1]) - np.log(t[1]),
        lambda x, t: _special().ndtr((x - t[0]) / t[1]),
        lambda mean, sd: Normal(mean=mean, sd=sd),
    ),
    Candidate(
        "lognormal", 2, _positive, ml.lognormal,
        lambda x, t: _log_normal_density((np.log(x) - t[0]) / t[1]) - np.log(t[1] * x),
        lambda x, t: _special().ndtr((np.log(x) - t[0]) / t[1]),
        lambda mu, sigma: Lognormal(median=float(np.exp(mu)), sigma=sigma),
    ),
    Candidate(
        "gamma", 2, _positive, ml.gamma,
        lambda x, t: (t[0] - 1) * np.log(x) - x / t[1] - _special().gammaln(t[0]) - t[0] * np.log(t[1]),
        lambda x, t: _special().gammainc(t[0], x / t[1]),
        lambda shape, scale: Gamma(shape=shape, scale=scale),
    ),
    Candidate(
        "weibull", 2, _positive, ml.weibull, _weibull_log,
        lambda x, t: -np.expm1(-((x / t[1]) ** t[0])),
        lambda shape, scale: Weibull(shape=shape, scale=scale),
    ),
    Candidate(
        "exponential", 1, _positive, ml.exponential,
        lambda x, t: -np.log(t[0]) - x / t[0],
        lambda x, t: -np.expm1(-x / t[0]),
        lambda mean: Exponential(mean=mean),
    ),
    Candidate(
        "student_t", 3, _unbounded, ml.student_t, _log_t,
        lambda x, t: _special().stdtr(t[0], (x - t[1]) / t[2]),
        lambda df, location, scale: StudentT(df=df, location=location, scale=scale),
    ),
    Candidate(
        "gumbel", 2, _unbounded, ml.gumbel, _gumbel_log,
        lambda x, t: np.exp(-np.exp(-(x - t[0]) / t[1])),
        lambda location, scale: Gumbel(location=location, scale=scale),
    ),
    Candidate(
        "log_uniform", 2, _positive, ml.log_uniform,
        lambda x, t: -np.log(x) - np.log(np.log(t[1] / t[0])),
        lambda x, t: np.log(x / t[0]) / np.log(t[1] / t[0]),
        lambda low, high: LogUniform(low=low, high=high),
    ),
    Candidate(
        "pareto", 2, _positive, ml.pareto,
        lambda x, t: np.log(t[1] / x) + t[1] * np.log(t[0] / x),
        lambda x, t: 1 - (t[0] / x) ** t[1],
        lambda low, alpha: Pareto(low=low, alpha=alpha),
    ),
    Candidate(
        "beta", 2, _share, ml.beta,
        lambda x, t: _log_beta(x, *t),
        lambda x, t: _special().betainc(t[0], t[1], x),
        lambda a, b: Beta(a=a, b=b),
    ),
    Candidate(
        "pert", 1, _between, lambda z: (ml.pert_mode(z),),
        lambda z, t: _log_beta(z, 1 + 4 * t[0], 5 - 4 * t[0]),
        lambda z, t: _special().betainc(1 + 4 * t[0], 5 - 4 * t[0], z),
        _pert, scaled=True,
    ),
    Candidate(
        "triangular", 1, _between, lambda z: (ml.triangular_mode(z),), _log_triangular, _triangular_cdf,
        _triangular, scaled=True,
    ),
    Candidate(
        "uniform", 0, _between, lambda z: (), lambda z, t: np.zeros_like(z), lambda z, t: z,
        lambda low, high: Uniform(low=low, high=high), scaled=True,
    ),
    Candidate(
        "poisson", 1, _counts, counts.poisson,
        lambda x, t: x * np.log(t[0]) - t[0] - _special().gammaln(x + 1),
        lambda x, t: _special().gammaincc(x + 1, t[0]),
        lambda mean: Poisson(mean=mean), whole=True,
    ),
    Candidate(
        "binomial", 2, lambda x, b: _spread(x, b, -1, "less"), counts.binomial, _log_binomial,
        lambda x, t: np.where(x >= t[0], 1.0, _special().bdtr(np.minimum(x, t[0]), t[0].astype(int), t[1])),
        lambda n, p: Binomial(n=n, p=p), whole=True,
    ),
    Candidate(
        "negative_binomial", 2, lambda x, b: _spread(x, b, 1, "more"), counts.negative_binomial,
        _log_negative_binomial,
        lambda x, t: _special().betainc(t[0], x + 1, t[1]),
        lambda r, p: NegativeBinomial(successes=r, p=p), whole=True,
    ),
    Candidate(
        "geometric", 1, _tries, counts.geometric,
        lambda x, t: np.log(t[0]) + _special().xlog1py(x - 1, -t[0]),
        lambda x, t: 1 - (1 - t[0]) ** np.maximum(x, 0),
        lambda p: Geometric(p=p), whole=True,
    ),
)  # fmt: skip
"""Every family that is fitted, continuous ones first."""
