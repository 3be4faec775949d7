"""From the events of a file to those of a case: names put together from common and vendor, chances to inputs."""

from typing import Protocol

from sim.distributions import Bernoulli, Distribution
from sim.distributions.events import FirstStrike
from sim.model.events import Event
from sim.model.quantity import Drawn, Quantity
from sim.numbers.kinds import Kind
from sim.sampling.draws import SHARED
from sim.sampling.sobol import DIMENSIONS
from sim.sampling.streams import Stream
from sim.scenario.cases.custom import Entries
from sim.scenario.number import Leaf
from sim.scenario.tree import Place

EFFECTS = ("delay_months", "adoption", "benefits", "costs", "price", "cost", "cancelled_after")


class Offers(Entries, Protocol):
    """Where the events come from."""

    def latent(self, place: Place, stream: Stream, law: Distribution, unit: Kind, leaf: Leaf) -> Drawn:
        """Note an input that stands for no number of the file."""

    def months(self) -> int:
        """Give the horizon."""


def stream_of(name: str) -> Stream:
    """Give the stream of an event, or of a number that a program adds: the same for all vendors, by its name alone.

    Each is a point set of its own far from the numbered places of the shared block, so that it moves no other draw.
    """
    number = int.from_bytes(name.encode()[:4096]) % (2**61 - 1)
    return Stream(name, SHARED, DIMENSIONS * (1_000_000 + number))


def events_of(get: Offers) -> tuple[Event, ...]:
    """Give the events of a vendor; those that cannot happen are left out."""
    found = (_event(get, name) for name in get.names_of("events"))
    return tuple(event for event in found if event is not None)


def _event(get: Offers, name: str) -> Event | None:
    chance = _chance(get, name)
    given = {key: get.number_of("events", name, key) for key in (*EFFECTS, "when", "lasts")}
    numbers = {key: value for key, value in given.items() if value is not None}
    if chance is not None and not numbers.keys() & set(EFFECTS):
        get.report(get.place_of("events", name), f"changes nothing (give one of: {', '.join(EFFECTS)})")
    if chance is None:
        return None
    leaf, place = chance
    occurs, when = _occurs(get, name, leaf, place)
    if occurs == 0.0:
        return None
    if when is not None:
        if "when" in numbers:
            get.report(place, "strikes in a random month, but 'when' is given too (keep one)")
        numbers["when"] = when
    return Event(name, occurs, **numbers)


def _chance(get: Offers, name: str) -> tuple[Leaf, Place] | None:
    """Give the probability of an event and its place, a vendor's own before the common one."""
    found = [f for key in ("probability", "yearly_probability") if (f := get.leaf_of("events", name, key))]
    own = [f for f in found if f[1][0] == "vendors"] or found
    if len(own) > 1:
        get.report(own[1][1], "the probability is said twice, also as probability (keep one)")
    if not own and not get.is_default("events", name, "probability", "yearly_probability"):
        get.report(get.place_of("events", name), "no probability (give probability or yearly_probability)")
    return own[0] if own else None


def _occurs(get: Offers, name: str, leaf: Leaf, place: Place) -> tuple[Quantity, Quantity | None]:
    """Give whether it happens, and the month if that is random."""
    chance = leaf.content
    if not isinstance(chance, float) or chance == 0.0:
        return 0.0, None
    if place[-1] == "probability":
        return _happens(get, name, leaf, place, chance), None
    strike = FirstStrike(yearly=chance, months=get.months())
    when = get.latent((*place[:-1], "when"), stream_of(f"events.{name}.when"), strike, Kind.MONTHS, leaf)
    return _happens(get, name, leaf, place, strike.chance), when


def _happens(get: Offers, name: str, leaf: Leaf, place: Place, chance: float) -> Quantity:
    if chance == 1.0:
        return 1.0
    return get.latent(place[:-1], stream_of(f"events.{name}"), Bernoulli(p=chance), Kind.ANY, leaf)
