"""What an input is called, from where it stands in the file: whose it is, its name in an offer, its title."""

from functools import lru_cache
from typing import NamedTuple

from sim.scenario.cases.words import in_words
from sim.scenario.tree import Place, dotted

WRAPPERS = ("factors", "retained")
"""Steps on the way to a number of a row that say nothing to a reader."""


class Called(NamedTuple):
    """Fields of an `Input` that say what it is called."""

    owner: str
    name: str
    title: str


@lru_cache(maxsize=4_096)
def called(place: Place) -> Called:
    """Give whose an input is, what correlations call it, and what people read.

    Example:
        >>> called(("vendors", "Acme", "licence", "discount"))
        Called(owner='Acme', name='licence.discount', title='discount on the list price')
        >>> called(("common", "rows", "Sales", "factors", "deals", 1)).title
        'Sales, deals, year 2'
    """
    owner, inside = _inside(place)
    is_row = inside[0] == "rows" and len(inside) > 1
    return Called(owner, dotted(inside), _of_row(inside[1:]) if is_row else in_words(inside))


def _inside(place: Place) -> tuple[str, Place]:
    """Give the owner of a place, and the place inside an offer."""
    if place[0] == "vendors" and len(place) > 2:
        inside = place[2:]
        return str(place[1]), inside[1:] if inside[0] == "inputs" and len(inside) > 1 else inside
    return "", place[1:] if place[0] == "common" and len(place) > 1 else place


def _of_row(place: Place) -> str:
    """Name a number of a row by what it is and its year."""
    row, *steps = place
    if steps and steps[0] in WRAPPERS and len(steps) > 1:
        steps = steps[2:] if steps[:2] == ["retained", "rates"] and len(steps) > 2 else steps[1:]
    words = (f"year {step + 1}" if isinstance(step, int) else str(step) for step in steps if step != "years")
    return ", ".join([str(row), *words])
