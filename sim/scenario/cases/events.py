"""From the events of a file to those of a case: names put together from common and vendor, chances to inputs."""

from sim.distributions import Bernoulli
from sim.distributions.events import FirstStrike
from sim.model.events import Event
from sim.model.quantity import Quantity
from sim.numbers.kinds import Kind
from sim.scenario.cases.lookup import Lookup
from sim.scenario.cases.streams import stream_of
from sim.scenario.number import Leaf
from sim.scenario.shapes.sections import EventShape

EFFECTS = ("delay_months", "adoption", "benefits", "costs", "price", "cost", "cancelled_after")


def events_of(get: Lookup) -> tuple[Event, ...]:
    """Give the events of a vendor; those that cannot happen are left out."""
    events = (_event(get, name, shape) for name, shape in get.offer.events.items())
    return tuple(event for event in events if event is not None)


def _event(get: Lookup, name: str, shape: EventShape) -> Event | None:
    chance = _chance(get, name, shape)
    leaves = {key: getattr(shape, key) for key in (*EFFECTS, "when", "lasts")}
    numbers = {key: get.number(leaf) for key, leaf in leaves.items() if leaf is not None}
    if chance is not None and not numbers.keys() & set(EFFECTS):
        get.report(get.place_of("events", name), f"changes nothing (give one of: {', '.join(EFFECTS)})")
    if chance is None:
        return None
    occurs, when = _occurs(get, name, chance)
    if occurs == 0.0:
        return None
    if when is not None:
        if "when" in numbers:
            get.report(chance.place, "strikes in a random month, but 'when' is given too (keep one)")
        numbers["when"] = when
    return Event(name, occurs, **numbers)


def _chance(get: Lookup, name: str, shape: EventShape) -> Leaf | None:
    """Give the probability of an event, a vendor's own before the common one."""
    both = [leaf for leaf in (shape.probability, shape.yearly_probability) if leaf is not None]
    nearest = [leaf for leaf in both if leaf.place[0] == "vendors"] or both
    if len(nearest) > 1:
        get.report(nearest[1].place, "the probability is said twice, also as probability (keep one)")
    if not nearest and not get.is_default("events", name, "probability", "yearly_probability"):
        get.report(get.place_of("events", name), "no probability (give probability or yearly_probability)")
    return nearest[0] if nearest else None


def _occurs(get: Lookup, name: str, leaf: Leaf) -> tuple[Quantity, Quantity | None]:
    """Give whether it happens, and the month if that is random."""
    chance = leaf.content
    if not isinstance(chance, float) or chance == 0.0:
        return 0.0, None
    if leaf.place[-1] == "probability":
        return _happens(get, name, leaf, chance), None
    strike = FirstStrike(yearly=chance, months=get.file.horizon)
    when = get.latent((*leaf.place[:-1], "when"), stream_of(f"events.{name}.when"), strike, Kind.MONTHS, leaf)
    return _happens(get, name, leaf, strike.chance), when


def _happens(get: Lookup, name: str, leaf: Leaf, chance: float) -> Quantity:
    if chance == 1.0:
        return 1.0
    return get.latent(leaf.place[:-1], stream_of(f"events.{name}"), Bernoulli(p=chance), Kind.ANY, leaf)
