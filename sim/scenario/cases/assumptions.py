"""Every number of a file as it is written, with its source and note, and what people read for its place."""

from sim.model.setting import Assumption
from sim.scenario.cases.naming import called
from sim.scenario.number import Declared, Leaf
from sim.scenario.numbers import uncertain
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Place, dotted


def assumptions_of(file: ScenarioFile) -> tuple[Assumption, ...]:
    """Give every number of the file, the named inputs first, with its source and note."""
    return tuple(map(_assumption, uncertain(file)))


def _assumption(number: Declared | Leaf) -> Assumption:
    return Assumption(dotted(number.place), _title(number.place), number.asked, number.source, number.note)


def _title(place: Place) -> str:
    """Name a place in words, and whose it is: the named input 'adoption' is not the adoption of the rollout."""
    named = place[0] == "inputs" and len(place) > 1
    owner, _, title = called(place[1:] if named else place)
    if named:
        return f"{title} (named input)"
    return f"{title} ({owner})" if owner else title
