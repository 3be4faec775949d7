"""Whether a prior stands where its evidence applies: elsewhere a warning, and an error for a claim."""

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.evidence.priors import Prior, priors
from sim.scenario.numbers import leaves
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node, Place, dotted


def check_claims(file: ScenarioFile, tree: Node, problems: list[Problem]) -> None:
    """Refuse an extreme claim as anything else than the lever that it is about."""
    for place, prior in _strangers(file):
        if prior.claim:
            problems.append(
                tree.problem(place, f"the claim '{prior.name}' is about {_home(prior)} (it makes no sense here)")
            )


def misplaced(file: ScenarioFile, tree: Node) -> Iterator[Problem]:
    """Warn of priors whose evidence is about another number."""
    for place, prior in _strangers(file):
        yield tree.problem(
            place,
            f"the evidence of the prior '{prior.name}' is about {_home(prior)} (write the range itself if it is meant)"
            " [prior-elsewhere]",
        )


def _strangers(file: ScenarioFile) -> Iterator[tuple[Place, Prior]]:
    """Give every use of a prior, by itself or through a named input, that is not one of its places."""
    by_input = _by_input(file)
    for leaf in leaves(file):
        through = by_input.get(leaf.content, ()) if isinstance(leaf.content, str) else ()
        for name in (leaf.prior, *through):
            prior = priors().named(name) if name else None
            if prior is not None and field_of(leaf.place) not in prior.places:
                yield leaf.place, prior


def _by_input(file: ScenarioFile) -> dict[str, list[str]]:
    """Give the priors that each named input stands for, vendors' own scales included."""
    found: dict[str, list[str]] = {}
    for inputs in (file.inputs, *(vendor.inputs for vendor in file.vendors.values())):
        for name, declared in inputs.items():
            if declared.prior:
                found.setdefault(name, []).append(declared.prior)
    return found


def field_of(place: Place) -> str:
    """Give the field of a place as priors name it: `effects.conversion`, `events.probability`, `discount_rate`."""
    steps = [step for step in place if isinstance(step, str)]
    if steps[0] in ("common", "vendors"):
        steps = steps[1 if steps[0] == "common" else 2 :]
    if steps[0] in ("events", "lines"):
        steps = [steps[0], *steps[2:]]
    return dotted(tuple(steps))


def _home(prior: Prior) -> str:
    return " and ".join(prior.places)
