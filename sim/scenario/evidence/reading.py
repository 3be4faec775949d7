"""Evidence that comes with the program: data files read by strict shapes as a scenario is, and grades.

A scenario names an entry, never a file: what can be read is the closed list of files in `sim/data`.
"""

from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.errors import Problem, ScenarioError
from sim.numbers.reading import Reading
from sim.scenario.tree import Node, parse

Shape = TypeVar("Shape", bound=BaseModel)


class Grade(StrEnum):
    """How far a published figure can be trusted."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NONE = "none"

    @property
    def means(self) -> str:
        """What the grade says of a source."""
        return _MEANINGS[self]

    @property
    def text(self) -> str:
        """The grade in words: 'grade C', or 'an assumption'."""
        return "an assumption" if self is Grade.NONE else f"grade {self}"


_MEANINGS = {
    Grade.A: "official price page, peer-reviewed or primary data",
    Grade.B: "analyst, large survey, commissioned study",
    Grade.C: "vendor, partner, consultant, adviser; or a law that departs from better figures",
    Grade.D: "aggregator without a source, synthetic data",
    Grade.NONE: "an assumption: no source",
}


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"'{value}' is no day (write 2026-10-07)") from None


Day = Annotated[date, PlainValidator(_day)]
"""A day as a data file writes it."""
Text = Annotated[str, Field(min_length=1), AfterValidator(str.strip)]
"""A text that is not empty."""


@cache
def data_text(name: str) -> str:
    """Give the text of a data file of the program."""
    return files("sim").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


def shaped(shape: type[Shape], text: str, *, shown: str, currency: str = "USD") -> Shape:
    """Read a text by a shape.

    Raises:
        ScenarioError: with every problem of the text, each with its line and column.
    """
    problems: list[Problem] = []
    tree = parse(text, problems, shown=shown)
    if tree is None or problems:
        raise ScenarioError(problems)
    try:
        return shape.model_validate(tree.plain(), context=Reading(currency))
    except ValidationError as error:
        raise ScenarioError(_problem(tree, detail) for detail in error.errors()) from None


def _problem(tree: Node, error: Any) -> Problem:
    return tree.problem(error["loc"], str(error["msg"]).removeprefix("Value error, "))


def refused_at(key: str, message: str, value: object) -> ValidationError:
    """Give the error that something is wrong at a key of a mapping."""
    what = PydanticCustomError("dist", "{text}", {"text": message})
    return ValidationError.from_exception_data(key, [InitErrorDetails(type=what, loc=(key,), input=value)])


def distribution_text(distribution: dict[str, Any]) -> str:
    """Give what a file says of a distribution, on one line: 'pert: low 0%, mode 5%, high 15%'."""
    return f"{distribution.get('dist', 'metalog')}: {_parameters(distribution)}"


def _parameters(distribution: dict[str, Any]) -> str:
    return ", ".join(f"{k} {_flat(v)}" for k, v in distribution.items() if k not in ("dist", "source", "note"))


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['dist']} ({_parameters(value)})" if "dist" in value else _parameters(value)
    return " / ".join(_flat(v) for v in value) if isinstance(value, list) else str(value)
