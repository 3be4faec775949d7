"""The strict base of every shape that a file is read into."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic.fields import FieldInfo

from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number


class Spec(BaseModel):
    """Frozen and strict: no unknown key, no NaN, no infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    source: str | None = Field(default=None, description="Where the number comes from.")
    note: str | None = Field(default=None, description="A remark for the reader.")


def _reading(info: ValidationInfo) -> Reading:
    return info.context if isinstance(info.context, Reading) else Reading()


def _scaled(value: object, info: ValidationInfo) -> float:
    return read_number(value, _reading(info))


def _pure(value: object, info: ValidationInfo) -> float:
    return read_number(value, _reading(info).of_kind(Kind.FACTOR))


def _probability(value: object, info: ValidationInfo) -> float:
    text = isinstance(value, str) and value.strip().endswith("%")
    p = read_number(value, _reading(info).of_kind(Kind.RATE if text else Kind.FACTOR))
    if not 0 <= p <= 1:
        raise ValueError(f"a probability of {value} (must lie between 0 and 1, or 0% and 100%)")
    return p


NUMBER_OF = "x-number-of"
"""Marks a number of some kind in the JSON Schema until `schema` puts the definition of the kind in its place."""


NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"\d"}]}


ON_SCALE = "on the scale of the input"
"""Marks a field of a distribution that is on the scale of the input: money for money, a rate for a rate."""


def on_scale(field: FieldInfo) -> bool:
    """Whether a field is marked so, or any value inside it."""
    stack: list[Any] = [field.annotation, *field.metadata]
    while stack:
        item = stack.pop()
        if item == ON_SCALE:
            return True
        stack += [*getattr(item, "__metadata__", ()), *getattr(item, "__args__", ())]
    return False


Scaled = Annotated[float, BeforeValidator(_scaled), WithJsonSchema(NUMBER_SCHEMA), ON_SCALE]
"""A parameter on the scale of the input itself: a rate for a rate, money for money."""


Pure = Annotated[float, BeforeValidator(_pure), WithJsonSchema({"type": "number"})]
"""A parameter without a unit: a shape, a sigma."""


Probability = Annotated[float, BeforeValidator(_probability), WithJsonSchema(NUMBER_SCHEMA)]
"""A probability, 0 to 1."""
