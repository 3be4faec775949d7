"""Names of inputs as people read them."""

import re
from collections.abc import Collection

from sim.analysis.tornado import Bar
from sim.numbers.writing import input_value
from sim.scenario.shapes.rows import RowShape


def pair_name(a: str, b: str, vendors: Collection[str]) -> str:
    """Name a pair: 'Acme: implementation.overrun ~ rollout.delay_months' where both are one vendor's own."""
    owners = [next((v for v in vendors if key.startswith(f"vendors.{v}.")), "") for key in (a, b)]
    if owners[0] == owners[1]:
        short = " ~ ".join(short_name(key, owners[0]) for key in (a, b))
        return f"{owners[0]}: {short}" if owners[0] else short
    return " ~ ".join(
        f"{v}: {short_name(key, v)}" if v else short_name(key, v) for v, key in zip(owners, (a, b), strict=True)
    )


def bar_ends(bar: Bar, currency: str) -> tuple[str, str]:
    """Write the input's values at the two ends of a tornado's bar; an event does not happen, or does."""
    if bar.switch:
        return "no", "yes"
    return input_value(bar.low_input, bar.unit, currency), input_value(bar.high_input, bar.unit, currency)


def bar_name(bar: Bar, vendor: str) -> str:
    """Give the name of a tornado's bar; a star marks a default prior."""
    return f"{short_name(bar.input, vendor)}{' *' if bar.prior else ''}"


def short_name(key: str, vendor: str) -> str:
    """Give an input's name as a chart of one vendor shows it: without the parts that say where it stands."""
    for prefix in (f"vendors.{vendor}.inputs.", f"vendors.{vendor}.", "common.", "company."):
        if key.startswith(prefix):
            return _by_year(key.removeprefix(prefix))
    return key


def _by_year(name: str) -> str:
    """Name a number of a row by what it is and its year: 'rows.Sales.factors.deals[1]' is 'Sales, deals, year 2'."""
    if not name.startswith("rows."):
        return name
    name = re.sub(r"\.(?:factors|retained\.rates|retained)\.", ", ", name.removeprefix("rows."))
    name = re.sub(rf"\.({'|'.join(RowShape.model_fields)})(?=\[|$)", r", \1", name)
    name = re.sub(r"\[(\d+)\]$", lambda found: f", year {int(found[1]) + 1}", name)
    return name.replace(", years", "")
