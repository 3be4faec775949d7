"""A law as a scenario file writes it, in the unit in which its column was written."""

import numpy as np

from sim.distributions import Distribution
from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.spec import on_scale

DIGITS = 6
"""Significant digits of a parameter: more than any sample can tell."""


def yaml_of(law: Distribution, unit: Kind, mark: str) -> str:
    """Give the YAML of a law; `mark` is the currency of the column, if its cells show one.

    Example:
        >>> from sim.distributions import Normal
        >>> yaml_of(Normal(mean=0.0412, sd=0.005), Kind.RATE, "%")
        '{dist: normal, mean: 4.12%, sd: 0.5%}'
    """
    values = law.model_dump(exclude_none=True, exclude={"source", "note", "dist"})
    fields = type(law).model_fields
    dist = fields["dist"].default
    kinds = {name: unit if on_scale(fields[name]) else Kind.ANY for name in values}
    parts = [f"{fields[name].alias or name}: {_written(value, kinds[name], mark)}" for name, value in values.items()]
    return f"{{{', '.join([f'dist: {dist}', *parts])}}}"


def _written(value: float, unit: Kind, mark: str) -> str:
    size = abs(value) * (100 if unit is Kind.RATE else 1)
    digits = np.format_float_positional(float(f"{size:.{DIGITS}g}"), trim="-")
    sign = "-" if value < 0 else ""
    if unit is Kind.RATE:
        return f"{sign}{digits}%"
    digits = Notation().write(digits)
    if unit is Kind.MONEY and mark:
        return f"{sign}{mark}{'' if mark in CURRENCY_SIGNS else ' '}{digits}"
    return f"{sign}{digits}"
