"""The shapes of `correlations` in a scenario file: pairs, a matrix, the copula, and the same input across vendors."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, describe, read_number
from sim.numbers.spec import Pure, Spec
from sim.sampling.correlation import Measure

_DECIMAL_COMMA = re.compile(r"[-+]?[01]?,\d+")


def _coefficient(value: object, info: ValidationInfo) -> float:
    text = isinstance(value, str) and not _DECIMAL_COMMA.fullmatch(value)
    if text or isinstance(value, bool | dict | list | None):
        raise ValueError(
            f"expected a correlation, got {describe(value)} (write a number between -1 and 1, such as 0.3)"
        )
    reading = info.context if isinstance(info.context, Reading) else Reading()
    number = read_number(value, reading.of_kind(Kind.FACTOR))
    if not -1 <= number <= 1:
        raise ValueError(f"a correlation of {number:g} (must lie between -1 and 1)")
    return number


Coefficient = Annotated[
    float, BeforeValidator(_coefficient), WithJsonSchema({"type": "number", "minimum": -1, "maximum": 1})
]
Row = tuple[Coefficient, ...]

_MEASURES = {
    "correlation": Measure.SPEARMAN,
    "spearman": Measure.SPEARMAN,
    "kendall": Measure.KENDALL,
    "normal_scores": Measure.NORMAL_SCORES,
}


class _Measured(Spec):
    """What a pair and a matrix share: how strongly, said in one of four ways."""

    def strength(self) -> tuple[Measure, Any]:
        """Give the measure and the numbers."""
        ((key, value),) = self._stated.items()
        return _MEASURES[key], value

    @property
    def _stated(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in _MEASURES if getattr(self, key) is not None}

    def _check_strength(self) -> None:
        if len(self._stated) != 1:
            what = f"the strength is said {len(self._stated)} times" if self._stated else "no strength"
            raise ValueError(f"{what} (give one of: spearman, kendall, normal_scores; correlation means spearman)")


def _two_or_effects(value: object) -> object:
    two = isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(name, str) for name in value)
    if two or value == "effects":
        return value
    raise ValueError(f"{describe(value)} is neither two names nor effects (write [one, other])")


class Pair(_Measured):
    """Two inputs that move together, or all effects."""

    inputs: Annotated[tuple[str, str] | Literal["effects"], BeforeValidator(_two_or_effects)]
    """Two uncertain numbers: inputs by name, others by place, such as implementation.overrun; or `effects`, every two
    of the uncertain ones: who estimated them may have been optimistic in all. Pairs that are named go before."""
    correlation: Coefficient | None = None
    """The same as spearman."""
    spearman: Coefficient | None = None
    """Rank correlation, -1 to 1."""
    kendall: Coefficient | None = None
    """Kendall's tau, -1 to 1."""
    normal_scores: Coefficient | None = None
    """Correlation of the normal scores, -1 to 1; gaussian copula only."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_strength()
        if self.inputs == "effects":
            if not 0 <= (optimism := self.strength()[1]) <= 1:
                raise ValueError(f"{optimism:g} between all effects (must lie between 0 and 1)")
        elif self.inputs[0] == self.inputs[1]:
            raise ValueError(f"'{self.inputs[0]}' with itself (name two inputs)")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The two inputs by name; none if it is all effects."""
        return () if self.inputs == "effects" else self.inputs


class Matrix(_Measured):
    """Several inputs and all correlations between them: a square, or its lower triangle as spreadsheets print it."""

    inputs: Annotated[tuple[str, ...], Field(min_length=2)]
    """The uncertain numbers, in the order of rows and columns."""
    correlation: tuple[Row, ...] | None = None
    """The same as spearman."""
    spearman: tuple[Row, ...] | None = None
    """Rank correlations, a list a row."""
    kendall: tuple[Row, ...] | None = None
    """Kendall's tau, a list a row."""
    normal_scores: tuple[Row, ...] | None = None
    """Correlations of the normal scores, a list a row; gaussian copula only."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_strength()
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError("an input is named twice (name each once)")
        rows = self.rows
        size = len(self.inputs)
        lengths = [len(row) for row in rows]
        if lengths not in ([size] * size, list(range(1, size + 1))):
            raise ValueError(
                f"{size} inputs, but rows of {', '.join(map(str, lengths)) or 'nothing'}"
                f" (give {size} rows of {size} numbers, or the lower triangle)"
            )
        for i, row in enumerate(rows):
            if row[i] != 1:
                raise ValueError(f"row {i + 1} has {row[i]:g} on the diagonal (must be 1)")
            for j in range(i):
                if len(rows[j]) > i and rows[j][i] != row[j]:
                    raise ValueError(
                        f"'{self.inputs[j]}' with '{self.inputs[i]}' is {rows[j][i]:g} above the diagonal"
                        f" and {row[j]:g} below (must be the same)"
                    )
        return self

    @property
    def rows(self) -> tuple[Row, ...]:
        """The numbers, a tuple a row."""
        rows: tuple[Row, ...] = self.strength()[1]
        return rows


class CopulaName(StrEnum):
    """How inputs move together, whatever their own distributions."""

    GAUSSIAN = "gaussian"
    STUDENT_T = "student_t"


def _across(value: object, info: ValidationInfo) -> float:
    if value in ("shared", "independent"):
        return 1.0 if value == "shared" else 0.0
    if isinstance(value, str) and not _DECIMAL_COMMA.fullmatch(value):
        raise ValueError(f"expected shared, independent or a correlation, got {describe(value)}")
    number = _coefficient(value, info)
    if number < 0:
        raise ValueError(f"a correlation of {number:g} across vendors (must lie between 0 and 1)")
    return number


Across = Annotated[
    float,
    BeforeValidator(_across),
    WithJsonSchema({"anyOf": [{"enum": ["shared", "independent"]}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]


class Correlations(Spec):
    """Which uncertain numbers move together. Pairs that are not named are independent."""

    pairs: tuple[Pair, ...] = ()
    """Correlated pairs. A list in place of this whole section is a list of pairs."""
    matrix: Matrix | None = None
    """All pairs of several inputs at once."""
    copula: CopulaName = CopulaName.GAUSSIAN
    """gaussian (if not given), or student_t: extremes come together more often."""
    df: Pure | None = None
    """Degrees of freedom of student_t, 1 to 100; the fewer, the more often extremes come together."""
    repair: Literal["nearest"] | None = None
    """nearest: where the correlations contradict each other, take the nearest ones that do not, and say which moved."""
    across_vendors: dict[str, Across] = {}
    """How a named input of one vendor goes with another's: shared (if not given), independent, or a number 0 to 1."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.copula is CopulaName.STUDENT_T) != (self.df is not None):
            wrong = "student_t has no df" if self.df is None else "df goes with copula: student_t only"
            raise ValueError(f"{wrong} (write copula: student_t and df: 4, or neither)")
        if self.df is not None and not 1 <= self.df <= 100:
            raise ValueError(f"df is {self.df:g} (must lie between 1 and 100)")
        return self


def _pairs_alone(value: object) -> object:
    return {"pairs": value} if isinstance(value, list) else value


CorrelationsField = Annotated[Correlations, BeforeValidator(_pairs_alone)]
"""The section, or a list of pairs in place of it."""
