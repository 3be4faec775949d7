"""Every family that a file can name, and how a law is read from a file, alone or inside another."""

from functools import cache
from typing import Annotated, Any

from pydantic import PlainValidator, SerializeAsAny, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.distributions.base import Distribution
from sim.distributions.bell import Lognormal, Normal, TruncatedNormal
from sim.distributions.bounded import Beta, Constant, Pert, Triangular, Uniform
from sim.distributions.compound import Events, EventSize
from sim.distributions.counts import Binomial, Geometric, NegativeBinomial, Poisson
from sim.distributions.data import Cumulative, Empirical, Histogram
from sim.distributions.events import Bernoulli, Discrete
from sim.distributions.made import Made, depth_of
from sim.distributions.metalog import Metalog
from sim.distributions.nested import (
    Looked,
    Maximum,
    Minimum,
    Mixture,
    MixturePart,
    Multiple,
    Shifted,
    Truncated,
)
from sim.distributions.percentiles import PERCENTILE
from sim.distributions.positive import Exponential, Gamma, LogUniform, Pareto, Weibull
from sim.distributions.tails import Gumbel, StudentT
from sim.errors import suggestion
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, describe, looks_numeric, read_number, two_readings, unit_of
from sim.numbers.spec import NUMBER_OF, ON_SCALE, Spec, on_scale

FAMILIES: tuple[type[Distribution], ...] = (
    *(Constant, Uniform, Triangular, Pert, Normal, TruncatedNormal, Lognormal, Beta),
    *(LogUniform, Gamma, Weibull, Exponential, Pareto, StudentT, Gumbel),
    *(Bernoulli, Discrete, Poisson, Binomial, NegativeBinomial, Geometric),
    *(Metalog, Empirical, Histogram, Cumulative),
    *(Mixture, Truncated, Shifted, Maximum, Minimum, EventSize, Events),
)
"""Every family a scenario file can name by its `dist`."""

DEEPEST = 6
"""Most laws inside each other."""


def family_named(name: object) -> type[Distribution] | None:
    """Give the family whose `dist` is `name`."""
    return next((f for f in FAMILIES if f.model_fields["dist"].default == name), None)


def family_names() -> list[str]:
    """Give every name that `dist` may have."""
    return [str(f.model_fields["dist"].default) for f in FAMILIES]


@cache
def _pure_keys() -> frozenset[str]:
    """Give the keys of distributions whose numbers are not on the scale of the input, such as shapes and weights."""
    shapes: list[type[Spec]] = [*FAMILIES, MixturePart]
    fields = [item for shape in shapes for item in shape.model_fields.items()]
    return frozenset(field.alias or name for name, field in fields if not on_scale(field))


def unit_shown(value: object) -> Kind:
    """Give the kind that a number of a file shows: its text, or any text on its scale inside a distribution or list."""
    if isinstance(value, dict | list):
        parts = value if isinstance(value, list) else [v for key, v in value.items() if key not in _pure_keys()]
        return next((kind for kind in map(unit_shown, parts) if kind is not Kind.ANY), Kind.ANY)
    return unit_of(value)


def unclear_number(value: object, reading: Reading) -> str:
    """Say which two numbers a value, or one on its scale inside a distribution, may mean as a count; empty if none."""
    if isinstance(value, dict | list):
        parts = value if isinstance(value, list) else [v for key, v in value.items() if key not in _pure_keys()]
        return next(filter(None, (unclear_number(part, reading) for part in parts)), "")
    return two_readings(value, reading.of_kind(Kind.COUNT))


def is_distribution(value: object) -> bool:
    """Whether a value of a file is meant as a distribution."""
    return isinstance(value, dict) and ("dist" in value or any(PERCENTILE.fullmatch(str(key)) for key in value))


def read_distribution(value: dict[str, Any], reading: Reading) -> Distribution:
    """Give the distribution that a mapping of a file describes.

    Raises:
        ValueError: what is wrong with it (pydantic's ValidationError among them).
    """
    family = family_named(value["dist"]) if "dist" in value else Metalog
    if family is None:
        hint = suggestion(str(value["dist"]), family_names())
        raise PydanticCustomError("dist", "{text}", {"text": f"unknown distribution {describe(value['dist'])}{hint}"})
    law = family.model_validate(value, context=reading)
    if not isinstance(law, Made):
        law.check_ends()
    if depth_of(law) > DEEPEST:
        raise ValueError(f"distributions inside each other more than {DEEPEST} deep (say it more simply)")
    return law


def _inner(value: object, reading: Reading) -> Distribution:
    """Give the law inside another: a distribution, or a number that is certain."""
    if isinstance(value, Distribution):
        return value
    if is_distribution(value):
        return read_distribution(value, reading)  # type: ignore[arg-type]
    if isinstance(value, str) and not looks_numeric(value):
        raise ValueError(f"the name '{value}' cannot stand inside a distribution (write a number or {{dist: ...}})")
    return Constant(value=read_number(value, reading))


def _inner_law(value: object, info: ValidationInfo) -> Distribution:
    return _inner(value, _reading(info))


def _inner_count(value: object, info: ValidationInfo) -> Distribution:
    return _inner(value, _reading(info).of_kind(Kind.COUNT))


def _reading(info: ValidationInfo) -> Reading:
    return info.context if isinstance(info.context, Reading) else Reading()


_INNER = {
    "Law": Annotated[
        SerializeAsAny[Distribution], PlainValidator(_inner_law), WithJsonSchema({NUMBER_OF: "inner"}), ON_SCALE
    ],
    "CountLaw": Annotated[
        SerializeAsAny[Distribution], PlainValidator(_inner_count), WithJsonSchema({NUMBER_OF: "inner"})
    ],
}

for _family in (MixturePart, Mixture, Truncated, Shifted, Multiple, Looked, Maximum, Minimum, EventSize, Events):
    _family.model_rebuild(_types_namespace=_INNER)
