"""From the lines that a file makes up to those of a case; a vendor's numbers laid over the common ones by name."""

from typing import Any, Protocol

from sim.model.line import Nature
from sim.model.lines.custom import CustomLine, Origin, Per
from sim.model.quantity import Quantity
from sim.scenario.number import Leaf
from sim.scenario.tree import Place


class Entries(Protocol):
    """The entries by name - events, lines - of a vendor and of all vendors."""

    def names_of(self, section: str) -> list[str]:
        """Give every entry of a section, those of all vendors first."""

    def place_of(self, section: str, name: str) -> Place:
        """Give the place of an entry: the vendor's own if it has one."""

    def leaf_of(self, section: str, name: str, key: str) -> tuple[Leaf, Place] | None:
        """Give a number of an entry and its place in the file; None if absent."""

    def number_of(self, section: str, name: str, key: str) -> Quantity | None:
        """Give a number of an entry as a quantity; None if absent."""

    def setting_of(self, section: str, name: str, key: str, default: Any) -> Any:
        """Give a setting of an entry that is not a number, or the default."""

    def is_default(self, section: str, name: str, *keys: str) -> bool:
        """Whether a common entry has what it needs in other vendors only: then this vendor has no use for it."""

    def company(self, name: str, default: Quantity = 0.0) -> Quantity:
        """Give a company fact."""

    def report(self, place: Place, message: str) -> None:
        """Note what is wrong at a place of the file."""


NATURES = {
    ("benefit", False): Nature.CASH_BENEFIT,
    ("benefit", True): Nature.SOFT_BENEFIT,
    ("cost", False): Nature.CASH_COST,
    ("cost", True): Nature.TIME_COST,
}


def custom_lines(get: Entries, taken: set[str]) -> list[CustomLine]:
    """Give the lines a vendor's file makes up; those of an amount of zero are left out."""
    made = (_line(get, name, taken) for name in get.names_of("lines"))
    return [line for line in made if line is not None and line.amount != 0.0]


def _line(get: Entries, name: str, taken: set[str]) -> CustomLine | None:
    place = get.place_of("lines", name)
    kind, per = (get.setting_of("lines", name, key, None) for key in ("kind", "per"))
    amount = get.number_of("lines", name, "amount")
    missing = [key for key, value in {"kind": kind, "amount": amount, "per": per}.items() if value is None]
    if missing:
        if not get.is_default("lines", name, *missing):
            get.report(place, f"no {' and no '.join(missing)} (such as {{kind: benefit, amount: $500, per: month}})")
        return None
    if name in taken:
        get.report(place, f"'{name}' is the name of a line of the model (choose another)")
        return None
    _check_users(get, per, place)
    benefit = kind == "benefit"
    origin = get.setting_of("lines", name, "counts_from", Origin.GOLIVE if benefit else Origin.SIGNATURE)
    starts, grows = (get.number_of("lines", name, key) for key in ("starts", "grows"))
    return CustomLine(
        name=name,
        nature=NATURES[kind, get.setting_of("lines", name, "soft", False)],
        amount=amount or 0.0,
        per=per,
        users=get.company("users", 1.0),
        starts=1.0 if starts is None else starts,
        ends=get.number_of("lines", name, "ends"),
        origin=origin,
        grows=0.0 if grows is None else grows,
        ramps=get.setting_of("lines", name, "ramps", False),
        capital=get.setting_of("lines", name, "capital", False),
    )


def _check_users(get: Entries, per: Per, place: Place) -> None:
    if per.startswith("user") and get.company("users", 0.0) == 0.0:
        get.report((*place, "per"), f"'{per}' has nothing to act on without company.users (give it)")
