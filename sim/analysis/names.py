"""What uncertain inputs are called where several stand side by side, no two alike."""

from collections.abc import Iterable, Sequence

from sim.sampling.draws import Input


def names_of(inputs: Iterable[Input]) -> dict[str, str]:
    """Give what each input is called by its key, no two alike: three vendors' discounts are three rows.

    Behind what others are called too stands whose it is; what vendors share goes without, or by its key if two do.
    """
    by_title: dict[str, list[Input]] = {}
    for one in inputs:
        by_title.setdefault(one.title, []).append(one)
    return {one.key: _apart(one, same) for same in by_title.values() for one in same}


def _apart(one: Input, same: Sequence[Input]) -> str:
    """Name an input among those of the same title."""
    alike = [other for other in same if other.owner == one.owner]
    if len(alike) > 1:
        return f"{one.title} ({one.key})"
    return f"{one.title} ({one.owner})" if one.owner and len(same) > 1 else one.title
