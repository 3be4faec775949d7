"""Which stream of random numbers each input draws from: by where it stands, so that no addition moves the others."""

from sim.distributions import Distribution
from sim.model.fit import FIT
from sim.sampling.draws import SHARED
from sim.sampling.sobol import DIMENSIONS
from sim.sampling.streams import Stream
from sim.scenario.number import Leaf
from sim.scenario.numbers import leaves
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Place, dotted


def stream_of(name: str) -> Stream:
    """Give the stream of an event, or of a number that a program adds: the same for all vendors, by its name alone.

    Each is a point set of its own far from the numbered places of the shared block, so that it moves no other draw.
    """
    number = int.from_bytes(name.encode()[:4096]) % (2**61 - 1)
    return Stream(name, SHARED, DIMENSIONS * (1_000_000 + number))


def apart_of(file: ScenarioFile) -> tuple[str, ...]:
    """Give the named inputs that are not the same for every vendor, in the order of the file."""
    across = file.correlations.across_vendors
    return tuple(name for name in file.inputs if across.get(name, 1.0) < 1)


def shared_streams(file: ScenarioFile) -> dict[Place, Stream]:
    """Number the shared inputs by where they stand: even numbers for the named ones, odd ones outside the vendors.

    So a new input at the end of either list leaves the draws of all others as they are.
    """
    shared = file.model_copy(update={"vendors": {}})
    in_place = [leaf.place for leaf in leaves(shared) if _is_numbered(leaf)]
    named: dict[Place, Stream] = {(name,): Stream(name, SHARED, 2 * number) for number, name in enumerate(file.inputs)}
    return named | {place: Stream(dotted(place), SHARED, 2 * n + 1) for n, place in enumerate(in_place)}


def _is_numbered(leaf: Leaf) -> bool:
    return isinstance(leaf.content, Distribution) and leaf.place[-1] != FIT


def own_streams(file: ScenarioFile, vendor: str) -> dict[str, Stream]:
    """Number a vendor's own inputs by key: those in place, then the named ones that differ from vendor to vendor."""
    in_place = [leaf.place for leaf in leaves(file.vendors[vendor]) if _is_numbered(leaf)]
    places = [*in_place, *(("vendors", vendor, "inputs", name) for name in apart_of(file))]
    return {dotted(place): Stream(dotted(place), vendor, number) for number, place in enumerate(places)}
