"""Percentiles as people ask for them and as files name them."""

from collections.abc import Sequence

from sim.errors import UsageError


def percentile_key(q: float) -> str:
    """Write a percentile's name: 5 -> 'p5', 2.5 -> 'p2.5'."""
    return f"p{q:g}"


def check_percentiles(percentiles: Sequence[float]) -> tuple[float, ...]:
    """Give the percentiles in order, once each.

    Raises:
        UsageError: one is not between 0 and 100, both excluded.
    """
    wrong = [q for q in percentiles if not 0 < q < 100]
    if wrong or not percentiles:
        raise UsageError(
            f"percentiles must lie between 0 and 100: {', '.join(f'{q:g}' for q in wrong) or 'none given'}"
        )
    return tuple(sorted(set(percentiles)))
