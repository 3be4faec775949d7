"""Monte Carlo scenarios for the return on a CRM investment.

>>> import sim
>>> scenario = sim.load("scenarios/mid_market.yaml")  # doctest: +SKIP
>>> results = scenario.run(seed=7)  # doctest: +SKIP

The names below are imported when first used, so that `import sim` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.distributions import (
        Bernoulli as Bernoulli,
    )
    from sim.distributions import (
        Beta as Beta,
    )
    from sim.distributions import (
        Constant as Constant,
    )
    from sim.distributions import (
        Discrete as Discrete,
    )
    from sim.distributions import (
        Lognormal as Lognormal,
    )
    from sim.distributions import (
        Normal as Normal,
    )
    from sim.distributions import (
        Pert as Pert,
    )
    from sim.distributions import (
        Triangular as Triangular,
    )
    from sim.distributions import (
        TruncatedNormal as TruncatedNormal,
    )
    from sim.distributions import (
        Uniform as Uniform,
    )
    from sim.errors import ReportError as ReportError
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SimError as SimError
    from sim.errors import UsageError as UsageError
    from sim.model import Case as Case
    from sim.model import evaluate as evaluate
    from sim.results import Result as Result
    from sim.results import Results as Results
    from sim.scenario import Scenario as Scenario
    from sim.scenario import load as load
    from sim.world import Drawn as Drawn
    from sim.world import Line as Line
    from sim.world import Nature as Nature

_HOMES = {
    "sim.distributions": (
        "Bernoulli", "Beta", "Constant", "Discrete", "Lognormal",
        "Normal", "Pert", "Triangular", "TruncatedNormal", "Uniform",
    ),
    "sim.errors": ("ReportError", "ScenarioError", "SimError", "UsageError"),
    "sim.model": ("Case", "evaluate"),
    "sim.results": ("Result", "Results"),
    "sim.scenario": ("Scenario", "load"),
    "sim.world": ("Drawn", "Line", "Nature"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return list(__all__)
