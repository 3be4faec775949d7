"""(d) Libraries from PyPI: each samples the inputs in its own way; none has a cash flow, so each gets that of (b).

A library that cannot correlate samples independently, and is held against this library without correlations.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.reference import loop
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
    SPEARMAN_LIFT,
    SPEARMAN_RAMP,
    TIME,
    TRAINING,
    USERS,
    WINS,
    Answers,
    Sampled,
)

MEAN, SD, LOW, HIGH = PRODUCTIVITY_GAIN
MU, SIGMA = float(np.log(LICENCE[0])), LICENCE[1]
SCORES = [[1, 0, LATENT_LIFT], [0, 1, LATENT_RAMP], [LATENT_LIFT, LATENT_RAMP, 1]]
"""Correlations of the normal scores of conversion lift, ramp and adoption."""

LIFT, RAMP, ADOPTION = (Sampled._fields.index(name) for name in ("conversion_lift", "ramp_months", "adoption_final"))


def squigglepy(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with squigglepy: correlation by reordering. It clips and cannot truncate, so the rest is drawn again."""
    import squigglepy as sq

    sq.set_seed(seed)
    lift, ramp, adoption = sq.correlate(
        (sq.triangular(*CONVERSION_LIFT), sq.uniform(*RAMP_MONTHS), sq.beta(*ADOPTION_FINAL)),
        SCORES,
    )
    productivity = sq.norm(mean=MEAN, sd=SD) @ (draws + draws // 50 + 100)
    x = Sampled(
        conversion_lift=lift @ draws,
        retention_gain=sq.pert(*RETENTION_GAIN) @ draws,
        productivity_gain=productivity[(productivity > LOW) & (productivity < HIGH)][:draws],
        licence=sq.lognorm(norm_mean=MU, norm_sd=SIGMA) @ draws,
        training=sq.uniform(*TRAINING) @ draws,
        adoption_final=adoption @ draws,
        ramp_months=ramp @ draws,
        implementation=sq.triangular(*IMPLEMENTATION) @ draws,
    )
    return loop.valued(x, irr=irr)


def open_riskpy(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with open-riskpy: Spearman correlations by reordering."""
    from riskpy import mc

    model = mc.Model(
        conversion_lift=mc.Triangular(*CONVERSION_LIFT),
        retention_gain=mc.PERT(*RETENTION_GAIN),
        productivity_gain=mc.Truncated(mc.Normal(mean=MEAN, sd=SD), low=LOW, high=HIGH),
        licence=mc.LogNormal(mu=MU, sigma=SIGMA),
        training=mc.Uniform(*TRAINING),
        adoption_final=mc.Beta(*ADOPTION_FINAL),
        ramp_months=mc.Uniform(*RAMP_MONTHS),
        implementation=mc.Triangular(*IMPLEMENTATION),
    )
    model.correlate("conversion_lift", "adoption_final", SPEARMAN_LIFT)
    model.correlate("ramp_months", "adoption_final", SPEARMAN_RAMP)
    return loop.valued(Sampled(**model.sample(draws, seed=seed)), irr=irr)


def chaospy(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with chaospy: a Nataf copula."""
    import chaospy as cp

    margins = cp.J(
        cp.Triangle(*CONVERSION_LIFT),
        cp.Beta(*_pert_shapes(), RETENTION_GAIN[0], RETENTION_GAIN[2]),  # its PERT has the mean for the mode
        cp.TruncNormal(LOW, HIGH, MEAN, SD),
        cp.LogNormal(MU, SIGMA),
        cp.Uniform(*TRAINING),
        cp.Beta(*ADOPTION_FINAL),
        cp.Uniform(*RAMP_MONTHS),
        cp.Triangle(*IMPLEMENTATION),
    )
    scores = np.eye(len(Sampled._fields))
    tied = np.ix_((LIFT, RAMP, ADOPTION), (LIFT, RAMP, ADOPTION))
    scores[tied] = SCORES
    return loop.valued(Sampled(*cp.Nataf(margins, scores).sample(draws, seed=seed)), irr=irr)


def openturns(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with OpenTURNS: a normal copula made from Spearman's correlations; its own threads off."""
    import openturns as ot

    ot.TBB.Disable()
    ot.RandomGenerator.SetSeed(seed)
    a, b = _pert_shapes()
    margins = [
        ot.Triangular(*CONVERSION_LIFT),
        ot.Beta(a, b, RETENTION_GAIN[0], RETENTION_GAIN[2]),
        ot.TruncatedNormal(*PRODUCTIVITY_GAIN),
        ot.LogNormal(MU, SIGMA),
        ot.Uniform(*TRAINING),
        ot.Beta(*ADOPTION_FINAL, 0, 1),
        ot.Uniform(*RAMP_MONTHS),
        ot.Triangular(*IMPLEMENTATION),
    ]
    spearman = ot.CorrelationMatrix(len(margins))
    spearman[LIFT, ADOPTION], spearman[RAMP, ADOPTION] = SPEARMAN_LIFT, SPEARMAN_RAMP
    copula = ot.NormalCopula(ot.NormalCopula.GetCorrelationFromSpearmanCorrelation(spearman))
    sample = np.asarray(ot.JointDistribution(margins, copula).getSample(draws))
    return loop.valued(Sampled(*np.ascontiguousarray(sample.T)), irr=irr)


def mcerp(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with mcerp: a Latin hypercube, correlated by reordering."""
    import mcerp as mc

    mc.npts = draws
    np.random.seed(seed)  # noqa: NPY002  # the generator it uses
    law, parameters = _scipy_laws()["productivity_gain"]
    x: Any = Sampled(
        conversion_lift=mc.Tri(*CONVERSION_LIFT),
        retention_gain=mc.PERT(*RETENTION_GAIN),
        productivity_gain=mc.uv(law(**parameters)),
        licence=mc.LogN(*LICENCE),  # its mu is the median
        training=mc.U(*TRAINING),
        adoption_final=mc.Beta(*ADOPTION_FINAL, 0, 1),
        ramp_months=mc.U(*RAMP_MONTHS),
        implementation=mc.Tri(*IMPLEMENTATION),
    )
    mc.correlate([x.conversion_lift, x.ramp_months, x.adoption_final], SCORES)
    return loop.valued(Sampled(*(np.ascontiguousarray(drawn._mcpts) for drawn in x)), irr=irr)


def monaco(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with monaco, which values one case at a time and has no correlations; a power of two of draws."""
    import monaco as mc

    fields = Answers._fields if irr else Answers._fields[:3]
    functions = {
        "preprocess": lambda case: ({name: case.invals[name].val for name in Sampled._fields},),
        "run": lambda x: (_one_case(x, irr=irr),),
        "postprocess": lambda case, answers: [case.addOutVal(name, answers[name]) for name in fields],
    }
    run = mc.Sim("reference", 1 << (draws.bit_length() - 1), functions, seed=seed, verbose=False)
    for name, (law, parameters) in _scipy_laws().items():
        run.addInVar(name, law, parameters)
    run.runSim()
    return Answers(**{name: np.array(run.outvars[name].nums) for name in fields})


def salib(draws: int, seed: int, *, irr: bool = False) -> Answers:
    """Sample with SALib: a Latin hypercube without correlations; it has no beta, so those two are inverted by hand."""
    from SALib.sample import latin
    from scipy.special import betaincinv

    laws = {
        "conversion_lift": ("triang", _peaked(*CONVERSION_LIFT)),
        "retention_gain": ("unif", [0, 1]),
        "productivity_gain": ("truncnorm", [LOW, HIGH, MEAN, SD]),
        "licence": ("lognorm", [MU, SIGMA]),
        "training": ("unif", list(TRAINING)),
        "adoption_final": ("unif", [0, 1]),
        "ramp_months": ("unif", list(RAMP_MONTHS)),
        "implementation": ("triang", _peaked(*IMPLEMENTATION)),
    }
    problem = {
        "num_vars": len(laws),
        "names": list(laws),
        "bounds": [bounds for _, bounds in laws.values()],
        "dists": [law for law, _ in laws.values()],
    }
    x = Sampled(*np.ascontiguousarray(latin.sample(problem, draws, seed=seed).T))
    retained = RETENTION_GAIN[2] * betaincinv(*_pert_shapes(), x.retention_gain)
    x = x._replace(retention_gain=retained, adoption_final=betaincinv(*ADOPTION_FINAL, x.adoption_final))
    return loop.valued(x, irr=irr)


def _peaked(low: float, mode: float, high: float) -> list[float]:
    """Give a triangle as SALib takes it: ends, and the mode as a share of the width."""
    return [low, high, (mode - low) / (high - low)]


def _pert_shapes() -> tuple[float, float]:
    low, mode, high = RETENTION_GAIN
    return 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)


def _scipy_laws() -> dict[str, tuple[Any, dict[str, float]]]:
    """Give the inputs as laws of scipy.stats and their parameters."""
    from scipy import stats

    a, b = _pert_shapes()
    return {
        "conversion_lift": (stats.triang, _triangle(*CONVERSION_LIFT)),
        "retention_gain": (stats.beta, {"a": a, "b": b, "loc": RETENTION_GAIN[0], "scale": RETENTION_GAIN[2]}),
        "productivity_gain": (
            stats.truncnorm,
            {"a": (LOW - MEAN) / SD, "b": (HIGH - MEAN) / SD, "loc": MEAN, "scale": SD},
        ),
        "licence": (stats.lognorm, {"s": SIGMA, "scale": LICENCE[0]}),
        "training": (stats.uniform, {"loc": TRAINING[0], "scale": TRAINING[1] - TRAINING[0]}),
        "adoption_final": (stats.beta, {"a": ADOPTION_FINAL[0], "b": ADOPTION_FINAL[1]}),
        "ramp_months": (stats.uniform, {"loc": RAMP_MONTHS[0], "scale": RAMP_MONTHS[1] - RAMP_MONTHS[0]}),
        "implementation": (stats.triang, _triangle(*IMPLEMENTATION)),
    }


def _triangle(low: float, mode: float, high: float) -> dict[str, float]:
    return {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}


def _one_case(x: Mapping[str, float], *, irr: bool) -> dict[str, float]:
    """Value a single future in plain Python, which is faster for one than arrays are."""
    direct = WINS * x["conversion_lift"] + TIME * x["productivity_gain"]
    monthly_cost = USERS * x["licence"] + ADMIN
    start = x["implementation"] + USERS * x["training"]
    retained, benefit, npv, running, payback = 0.0, 0.0, -start, -start, math.inf
    flows = [-start]
    for t in range(1, MONTHS + 1):
        adoption = x["adoption_final"] * min(1.0, t / x["ramp_months"])
        retained = retained * (1 - CHURN / 12) + CUSTOMERS / 12 * x["retention_gain"] * adoption
        gained = adoption * direct + retained * KEPT
        benefit += gained
        flows.append(gained - monthly_cost)
        running += flows[-1]
        npv += flows[-1] * (1 + MONTHLY) ** -t
        if running >= 0 and payback == math.inf:
            payback = t
    cost = start + MONTHS * monthly_cost
    answer = {"roi": (benefit - cost) / cost, "npv": npv, "payback": payback}
    return answer | {"irr": _rate(flows)} if irr else answer


def _rate(flows: Sequence[float]) -> float:
    """Give the yearly rate of zero present value, by Newton's method from zero; NaN if it does not settle."""
    v = 1.0
    for _ in range(300):
        value, slope = 0.0, 0.0
        for flow in reversed(flows):
            slope = slope * v + value
            value = value * v + flow
        v -= value / slope
        if abs(value / slope) < 1e-9 * abs(v):
            return float(v**-12 - 1)
    return math.nan


PEERS: Mapping[str, Callable[..., Answers]] = {
    "squigglepy": squigglepy,
    "open-riskpy": open_riskpy,
    "chaospy": chaospy,
    "OpenTURNS": openturns,
    "mcerp": mcerp,
    "monaco": monaco,
    "SALib": salib,
}
