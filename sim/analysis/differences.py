"""What the offers of a scenario differ in: where they share their benefits, the best of them is the cheapest."""

from collections.abc import Iterable, Mapping
from dataclasses import fields

from sim.model.case import Case

_GOLIVE = ("plan_months", "delay_months")


def differences(cases: Mapping[str, Case]) -> str:
    """Say in a sentence or two what the offers differ in, and what that means for P(best); nothing of a single one."""
    offers = list(cases.values())
    if len(offers) < 2:
        return ""
    costs = _differing(offers, benefits=False)
    golive = ["time to go-live"] if any(_differs(offers, name) for name in _GOLIVE) else []
    spread = [field.name for field in fields(offers[0].rollout) if field.name not in _GOLIVE]
    use = ["adoption"] if any(_differs(offers, name) for name in spread) else []
    events = ["events"] if _unlike(case.events for case in offers) else []
    fit = ["how well each works here (fit)"] if _unlike(case.fit for case in offers) else []
    brought = [*_differing(offers, benefits=True), *use, *fit, *events]  # an event may change what an offer brings
    parts = [*costs, *golive, *brought]
    if not parts:
        return "The offers are the same in every number."
    said = f"The offers differ in: {'; '.join(parts)}."  # a name may hold a comma
    if brought:
        return said
    return f"{said} What they bring in use is taken to be the same, so P(best) ranks their prices and delays alone."


def _differing(offers: Iterable[Case], *, benefits: bool) -> list[str]:
    """Give the names of the benefits or the costs that are not the same for all offers, in order of the lines."""
    lines = [{line.name: line for line in case.lines if line.nature.is_benefit == benefits} for case in offers]
    names = dict.fromkeys(name for by_name in lines for name in by_name)
    return [name for name in names if _unlike(by_name.get(name) for by_name in lines)]


def _differs(offers: Iterable[Case], name: str) -> bool:
    return _unlike(getattr(case.rollout, name) for case in offers)


def _unlike(values: Iterable[object]) -> bool:
    first, *others = values
    return any(other != first for other in others)
