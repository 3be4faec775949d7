"""From the lines that a file makes up to those of a case; a vendor's numbers laid over the common ones by name."""

from sim.model.line import Nature
from sim.model.lines.custom import CustomLine, Origin, Per
from sim.scenario.cases.lookup import Lookup
from sim.scenario.shapes.own_lines import LineKind, LineShape
from sim.scenario.tree import Place

NATURES = {
    ("benefit", False): Nature.CASH_BENEFIT,
    ("benefit", True): Nature.SOFT_BENEFIT,
    ("cost", False): Nature.CASH_COST,
    ("cost", True): Nature.TIME_COST,
}


def custom_lines(get: Lookup, taken: set[str]) -> list[CustomLine]:
    """Give the lines a vendor's file makes up; those of an amount of zero are left out."""
    lines = (_line(get, name, shape, taken) for name, shape in get.offer.lines.items())
    return [line for line in lines if line is not None and line.amount != 0.0]


def _line(get: Lookup, name: str, shape: LineShape, taken: set[str]) -> CustomLine | None:
    place = get.place_of("lines", name)
    if shape.kind is None or shape.amount is None or shape.per is None:
        missing = [key for key in ("kind", "amount", "per") if getattr(shape, key) is None]
        if not get.is_default("lines", name, *missing):
            get.report(place, f"no {' and no '.join(missing)} (such as {{kind: benefit, amount: $500, per: month}})")
        return None
    amount = get.number(shape.amount)
    if name in taken:
        get.report(place, f"'{name}' is the name of a line of the model (choose another)")
        return None
    _check_users(get, shape.per, place)
    default = Origin.GOLIVE if shape.kind is LineKind.BENEFIT else Origin.SIGNATURE
    starts, grows = get.number(shape.starts, 1.0), get.number(shape.grows)
    return CustomLine(
        name=name,
        nature=NATURES[shape.kind, shape.soft or False],
        amount=amount,
        per=shape.per,
        users=get.company("users", 1.0),
        starts=starts,
        ends=None if shape.ends is None else get.number(shape.ends),
        origin=shape.counts_from or default,
        grows=grows,
        ramps=shape.ramps or False,
        capital=shape.capital or False,
    )


def _check_users(get: Lookup, per: Per, place: Place) -> None:
    if per.startswith("user") and get.company("users", 0.0) == 0.0:
        get.report((*place, "per"), f"'{per}' has nothing to act on without company.users (give it)")
