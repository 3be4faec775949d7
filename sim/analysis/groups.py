"""Groups of drivers that are one bar: a part of the scenario file, or all that is one vendor's own."""

from collections.abc import Sequence

from sim.analysis.driver import SECTIONS, Driver
from sim.errors import UsageError, suggestion

BY_SECTION, BY_VENDOR = "section", "vendor"
GROUPS = (BY_SECTION, BY_VENDOR, *SECTIONS)


def check_groups(groups: Sequence[str], kind: str = "") -> Sequence[str]:
    """Give the names of groups back.

    Raises:
        UsageError: an unknown group, or groups for a kind of tornado that has none.
    """
    for group in groups:
        if group not in GROUPS:
            raise UsageError(f"no group is called '{group}'{suggestion(group, GROUPS)}")
    if groups and kind:
        raise UsageError(f"groups have shares of the spread: a {kind} tornado has none (leave --kind or --group out)")
    return groups


def grouped(drivers: Sequence[Driver], groups: Sequence[str]) -> dict[str, list[int]]:
    """Give the places of the drivers of each bar that is a group, by its title.

    Raises:
        UsageError: an unknown group, or one that no driver is in.
    """
    found: dict[str, list[int]] = {}
    for group in check_groups(groups):
        parts = {place: _part(driver, group) for place, driver in enumerate(drivers)}
        if not any(parts.values()):
            there = ", ".join(dict.fromkeys(driver.section for driver in drivers))
            raise UsageError(f"no input that moves the target is under '{group}' (there are: {there})")
        for place, part in parts.items():
            if part and not any(place in places for places in found.values()):
                found.setdefault(part, []).append(place)
    return {_title(part, len(places)): places for part, places in found.items()}


def _part(driver: Driver, group: str) -> str:
    """Give which part of a grouping a driver belongs to; empty if to none."""
    if group == BY_SECTION:
        return driver.section
    if group == BY_VENDOR:
        return f"{driver.owner}'s own" if driver.owner else "what vendors share"
    return group if driver.section == group else ""


def _title(part: str, count: int) -> str:
    return f"{part} ({count} input{'s' if count > 1 else ''})"
