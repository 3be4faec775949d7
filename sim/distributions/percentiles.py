"""Families of two parameters by two percentiles: what a planner believes, in place of a mean and a spread."""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, ValidationInfo, model_validator

from sim.distributions.base import Distribution
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.numbers.spec import on_scale

PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")
"""A key that names a percentile: p10, p2.5."""

SCALED = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"\d"}]}

Points = tuple[tuple[float, float], tuple[float, float]]
"""Two probabilities in rising order, and the values asked for there."""


def with_percentiles(schema: dict[str, Any]) -> None:
    """Let a family's JSON Schema take percentiles, which may stand in place of what it requires."""
    schema["patternProperties"] = {r"^p\d{1,2}(\.\d+)?$": SCALED}
    schema["additionalProperties"] = False
    schema.pop("required", None)


class ByPercentiles(Distribution):
    """A family that two percentiles fix. They become its parameters as it is read, so that nothing else knows them."""

    model_config = ConfigDict(json_schema_extra=with_percentiles)

    replaced: ClassVar[tuple[str, ...]]
    """The parameters in whose place two percentiles may stand."""
    needed: ClassVar[tuple[str, ...]] = ()
    """The parameters that must be given besides."""
    kept: ClassVar[tuple[str, ...]] = ()
    """Percentiles that are fields of the family: they are its own."""

    @classmethod
    @abstractmethod
    def through(cls, points: Points, needed: Mapping[str, float]) -> dict[str, float]:
        """Give the parameters of the law that has these percentiles.

        Raises:
            ValueError: there is none; the message says what would be right.
        """

    @model_validator(mode="before")
    @classmethod
    def _read_percentiles(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        keys = [key for key in value if isinstance(key, str) and PERCENTILE.fullmatch(key)]
        if not keys or (cls.kept and set(keys) <= set(cls.kept)):
            return value
        rest = {key: item for key, item in value.items() if key not in keys}
        reading = info.context if isinstance(info.context, Reading) else Reading()
        points = _points(value, keys, cls.replaced, reading)
        needed = {name: _number(name, rest[name], reading) for name in cls.needed if rest.get(name) is not None}
        if missing := [name for name in cls.needed if name not in needed]:
            raise ValueError(f"two percentiles and no {missing[0]} (give the {missing[0]} too)")
        parameters = cls.through(points, needed)
        scaled = {field.alias or name for name, field in cls.model_fields.items() if on_scale(field)}
        kinds = {name: reading.kind if name in scaled else Kind.ANY for name in parameters}
        return rest | {name: _written(number, kinds[name], reading) for name, number in parameters.items()}


def _points(value: Mapping[str, Any], keys: list[str], replaced: tuple[str, ...], reading: Reading) -> Points:
    words = " and ".join(replaced)
    if len(keys) != 2:
        raise ValueError(f"{len(keys)} percentile{'s' * (len(keys) > 1)} (give two, or {words})")
    if both := [name for name in replaced if value.get(name) is not None]:
        raise ValueError(f"{both[0]} and two percentiles (give two percentiles, or {words})")
    (p, x), (q, y) = sorted((float(key[1:]) / 100, _number(key, value[key], reading)) for key in keys)
    if not 0 < p < q:
        raise ValueError("percentiles must lie above p0 and differ")
    if not x < y:
        raise ValueError(f"p{p * 100:g} {x:g} is not below p{q * 100:g} {y:g} (percentiles must rise)")
    return (p, x), (q, y)


def _number(key: str, value: Any, reading: Reading) -> float:
    try:
        return read_number(value, reading)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _written(number: float, kind: Kind, reading: Reading) -> float | str:
    """Write a parameter so that it is read as the same number: a bare rate above 1 would be refused."""
    return reading.notation.write(f"{number * 100!r}%") if kind is Kind.RATE else number


def around_mode(points: Points, mode: float, quantile: Callable[[float, float], float]) -> dict[str, float]:
    """Give low and high of a peaked law from two percentiles and its mode.

    With the mode at a share c of the range, a percentile lies at mode + width (q(c, p) - c), where q is the quantile of
    the law on 0 to 1. Two of them leave one equation in c, whose left side rises; it is halved until it is exact.

    Raises:
        ValueError: the mode lies too far from the percentiles for any range.
    """
    (p, x), (q, y) = points

    def share(c: float) -> float:
        """Where the mode lies between the two percentiles, 0 at the lower and 1 at the upper."""
        return (c - quantile(c, p)) / (quantile(c, q) - quantile(c, p))

    wanted = (mode - x) / (y - x)
    if not share(0.0) <= wanted <= share(1.0):
        lowest, highest = (x + (y - x) * share(c) for c in (0.0, 1.0))
        raise ValueError(
            f"mode {mode:g} lies too far from p{p * 100:g} {x:g} and p{q * 100:g} {y:g}"
            f" (must lie between {lowest:.4g} and {highest:.4g})"
        )
    left, right = 0.0, 1.0
    for _ in range(100):
        c = (left + right) / 2
        left, right = (c, right) if share(c) < wanted else (left, c)
    width = (y - x) / (quantile(c, q) - quantile(c, p))
    return {"low": mode - width * c, "high": mode + width * (1 - c)}
