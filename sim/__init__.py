"""Monte Carlo scenarios for the return on a CRM investment.

>>> import sim
>>> scenario = sim.load("scenarios/mid_market.yaml")  # doctest: +SKIP
>>> results = scenario.run(seed=7)  # doctest: +SKIP
>>> sim.write(results, "reports/mid-market")  # doctest: +SKIP

The names below are imported when first used, so that `import sim` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.analysis.result import Result as Result
    from sim.analysis.results import Results as Results
    from sim.distributions import Bernoulli as Bernoulli
    from sim.distributions import Beta as Beta
    from sim.distributions import Binomial as Binomial
    from sim.distributions import Constant as Constant
    from sim.distributions import Cumulative as Cumulative
    from sim.distributions import Discrete as Discrete
    from sim.distributions import Empirical as Empirical
    from sim.distributions import Events as Events
    from sim.distributions import EventSize as EventSize
    from sim.distributions import Exponential as Exponential
    from sim.distributions import Gamma as Gamma
    from sim.distributions import Geometric as Geometric
    from sim.distributions import Gumbel as Gumbel
    from sim.distributions import Histogram as Histogram
    from sim.distributions import Lognormal as Lognormal
    from sim.distributions import LogUniform as LogUniform
    from sim.distributions import Maximum as Maximum
    from sim.distributions import Metalog as Metalog
    from sim.distributions import Minimum as Minimum
    from sim.distributions import Mixture as Mixture
    from sim.distributions import NegativeBinomial as NegativeBinomial
    from sim.distributions import Normal as Normal
    from sim.distributions import Pareto as Pareto
    from sim.distributions import Pert as Pert
    from sim.distributions import Poisson as Poisson
    from sim.distributions import Shifted as Shifted
    from sim.distributions import StudentT as StudentT
    from sim.distributions import Triangular as Triangular
    from sim.distributions import Truncated as Truncated
    from sim.distributions import TruncatedNormal as TruncatedNormal
    from sim.distributions import Uniform as Uniform
    from sim.distributions import Weibull as Weibull
    from sim.errors import JournalError as JournalError
    from sim.errors import ReportError as ReportError
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SimError as SimError
    from sim.errors import UsageError as UsageError
    from sim.errors import WorkError as WorkError
    from sim.model.case import Case as Case
    from sim.model.evaluation import evaluate as evaluate
    from sim.model.line import Line as Line
    from sim.model.line import Nature as Nature
    from sim.model.quantity import Drawn as Drawn
    from sim.report.write import write as write
    from sim.study.scenario import Scenario as Scenario
    from sim.study.scenario import load as load

_HOMES = {
    "sim.distributions": (
        "Bernoulli", "Beta", "Binomial", "Constant", "Cumulative", "Discrete", "Empirical", "EventSize", "Events",
        "Exponential", "Gamma", "Geometric", "Gumbel", "Histogram", "LogUniform", "Lognormal", "Maximum",
        "Metalog", "Minimum", "Mixture", "NegativeBinomial", "Normal", "Pareto", "Pert", "Poisson", "Shifted",
        "StudentT", "Triangular", "Truncated", "TruncatedNormal", "Uniform", "Weibull",
    ),
    "sim.errors": ("JournalError", "ReportError", "ScenarioError", "SimError", "UsageError", "WorkError"),
    "sim.model.case": ("Case",),
    "sim.model.evaluation": ("evaluate",),
    "sim.analysis.result": ("Result",),
    "sim.analysis.results": ("Results",),
    "sim.study.scenario": ("Scenario", "load"),
    "sim.report.write": ("write",),
    "sim.model.line": ("Line", "Nature"),
    "sim.model.quantity": ("Drawn",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return list(__all__)
