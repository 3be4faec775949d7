"""Laws of laws against plain simulation: the same story told draw by draw, without a table or a transform."""

import random

import numpy as np
import pytest

from sim.distributions.families import read_distribution
from sim.numbers.reading import Reading
from tests.distributions.test_switched_off import SIMPLE

DRAWS = 40_000
AT = np.array([0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])


def drawn(law, n, rng):  # noqa: PLR0911 - one a law
    """Draw a law as its words say."""
    if not isinstance(law, dict):
        return np.full(n, float(law))
    of = law.get("of", law.get("size"))
    match law["dist"]:
        case "mixture":
            which = rng.choice(len(law["parts"]), size=n, p=[part["weight"] for part in law["parts"]])
            return np.choose(which, [drawn(part["of"], n, rng) for part in law["parts"]])
        case "truncated":
            x = drawn(of, 40 * n, rng)
            return x[(x >= law.get("low", -np.inf)) & (x <= law.get("high", np.inf))][:n]
        case "shifted":
            return drawn(of, n, rng) + law["by"]
        case "maximum":
            return drawn(of, n * law["copies"], rng).reshape(n, -1).max(axis=1)
        case "minimum":
            return drawn(of, n * law["copies"], rng).reshape(n, -1).min(axis=1)
        case "event":
            return np.where(rng.random(n) < law["p"], drawn(of, n, rng), 0.0)
        case "events":
            number = drawn(law["number"], n, rng).astype(int)
            if law["sizes"] == "same":
                return number * drawn(of, n, rng)
            return np.bincount(np.repeat(np.arange(n), number), drawn(of, int(number.sum()), rng), minlength=n)
        case _:
            return read_distribution(law, Reading()).ppf(rng.random(n))


def wrapped(law, other, rng):
    """Give a law that is made of one, or of two."""
    sums = [
        {"dist": "events", "number": number, "size": law, "sizes": sizes}
        for number in (3, SIMPLE["poisson"], {"dist": "binomial", "n": 5, "p": 0.4})
        for sizes in ("own", "same")
    ]
    return rng.choice(
        [
            {"dist": "mixture", "parts": [{"weight": 0.4, "of": law}, {"weight": 0.6, "of": other}]},
            {"dist": "truncated", "of": law, "low": 0.5},
            {"dist": "shifted", "of": law, "by": -3},
            {"dist": "maximum", "of": law, "copies": 3},
            {"dist": "minimum", "of": law, "copies": 2},
            {"dist": "event", "p": 0.3, "size": law},
            *sums,
        ]
    )


@pytest.mark.parametrize("seed", range(60))
def test_quantiles_and_means_are_those_of_a_simulation(seed):
    """Within five standard errors; a value of its own probability may lie a hundred-thousandth of the range away."""
    rng = random.Random(seed)
    law, other = (rng.choice(list(SIMPLE.values())) for _ in range(2))
    for _ in range(rng.choice((1, 2, 2, 3))):
        law = wrapped(law, other, rng)
    try:
        found = read_distribution(law, Reading())
    except ValueError:
        return  # refused: the cut leaves nothing, or the tail has no variance
    x = drawn(law, DRAWS, np.random.default_rng(seed))
    near = 1e-5 * np.ptp(x) + 1e-12
    q = found.ppf(AT)
    upto, below = ((x[:, None] <= q + near).mean(axis=0), (x[:, None] < q - near).mean(axis=0))
    error = np.sqrt(AT * (1 - AT) / x.size)
    assert ((upto >= AT - 5 * error) & (below <= AT + 5 * error)).all(), law
    assert abs(x.mean() - found.mean) <= 5 * x.std() / np.sqrt(x.size) + 1e-9, law
