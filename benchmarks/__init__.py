"""How fast the simulator is, and whether its intervals keep their word. Each module here runs with one command.

`python -m benchmarks` times a scenario, `python -m benchmarks.quantiles` every family of distributions;
`python -m benchmarks.coverage` checks the 95 % intervals; `python -m benchmarks.reference` values one model by this
library and by everything else at hand; `python -m benchmarks.accuracy` holds standard errors against time;
`python -m benchmarks.scale` measures what processes and clusters cost, and `python -m benchmarks.golden` compares
every output with that of another checkout. All print Markdown, and write nothing that outlives them.
"""

import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = Path("scenarios") / "mid_market.yaml"
"""The shipped scenario of three vendors, from `ROOT`."""
INDEPENDENT = Path("scenarios") / "mid_market_independent.yaml"
"""The same without correlations: what moves together cannot be integrated out."""


def machine() -> str:
    """Say what machine and versions this is."""
    import numpy as np

    return (
        f"{os.cpu_count()} processors {platform.machine()}, {platform.system()},"
        f" Python {platform.python_version()}, numpy {np.__version__}"
    )
