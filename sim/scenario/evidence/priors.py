"""Priors: default distributions with their evidence, which a scenario uses by name, `{prior: conversion_lift}`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, model_validator

from sim.distributions import Distribution, read_distribution
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading
from sim.numbers.spec import Spec
from sim.scenario.evidence.reading import Day, Grade, Text, data_text, distribution_text, refused_at, shaped

FILE = "priors.yaml"


@dataclass(frozen=True)
class Law:
    """A distribution, and how its file writes it."""

    distribution: Distribution
    text: str


def _kind(value: object) -> Kind:
    if str(value).upper() not in Kind.__members__:
        raise ValueError(f"no unit is called '{value}' (one of: {', '.join(k.name.lower() for k in Kind)})")
    return Kind[str(value).upper()]


def _law(value: Any, info: ValidationInfo) -> Law:
    reading = info.context if isinstance(info.context, Reading) else Reading()
    if not isinstance(value, dict):
        raise ValueError("expected a distribution (write {dist: ...})")
    return Law(read_distribution(value, reading.of_kind(info.data.get("unit", Kind.ANY))), distribution_text(value))


class Published(Spec):
    """One published figure."""

    says: Annotated[Text, BeforeValidator(str)]
    """The figure as printed."""
    source: Text
    """Who printed it."""
    grade: Grade
    """How far it can be trusted."""


class Prior(Spec):
    """A default distribution of one input, and what it rests on."""

    places: tuple[Text, ...] = Field(min_length=1)
    """Where in a scenario file it belongs: `effects.conversion`."""
    unit: Annotated[Kind, PlainValidator(_kind)]
    """What it measures."""
    law: Annotated[Law, PlainValidator(_law)]
    """The distribution."""
    means: Text
    """What the number is."""
    conditional: Text
    """What it holds for: full adoption, a size of firm ..."""
    grade: Grade
    """The grade of the figures that it mostly rests on."""
    source: Text
    """What it rests on, in one line."""
    published: tuple[Published, ...] = ()
    """Figures seen, whether they were followed or not."""
    name: str = ""
    as_of: Day = date.min
    """When its evidence was last gone through (that of the file if not given)."""
    claim: bool = False
    """Whether it is an extreme claim, for a stress test."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.source.startswith("assumption: ") != (self.grade is Grade.NONE):
            raise ValueError("grade none and a source 'assumption: ...' go together")
        return self

    @property
    def distribution(self) -> Distribution:
        """The distribution."""
        return self.law.distribution

    @property
    def asked(self) -> str:
        """How inputs and reports say it."""
        return f"{'stress case' if self.claim else 'default prior'} {self.name}, {self.law.text}"

    @property
    def cited(self) -> str:
        """Its source, with the grade in front unless it is an assumption, which says so itself."""
        return self.source if self.grade is Grade.NONE else f"{self.grade.text}: {self.source}"


class Refused(Spec):
    """A claim that is no input."""

    says: Text
    """The claim."""
    source: Text
    """Who makes it."""
    why: Text
    """Why it cannot be used."""


class PriorsFile(Spec):
    """The priors that come with the program."""

    as_of: Day
    """When the evidence was last gone through."""
    currency: str
    """The currency of amounts of money."""
    priors: dict[str, Prior]
    """Default distributions by name."""
    claims: dict[str, Prior]
    """Extreme claims, for stress tests, by name."""
    refused: dict[str, Refused]
    """Claims that stand for no input."""

    def __iter__(self) -> Iterator[Prior]:  # type: ignore[override]
        """Give the priors, then the claims."""
        yield from (*self.priors.values(), *self.claims.values())

    def named(self, name: str) -> Prior | None:
        """Give a prior or claim by its name."""
        return self.priors.get(name) or self.claims.get(name)


def read_priors(text: str, *, shown: str) -> PriorsFile:
    """Read a file of priors.

    Raises:
        ScenarioError: with every problem of the file.
    """
    file = shaped(PriorsFile, text, shown=shown)
    for entries, claim in ((file.priors, False), (file.claims, True)):
        for name, prior in entries.items():
            more = {"name": name, "claim": claim, "as_of": max(prior.as_of, file.as_of)}
            entries[name] = prior.model_copy(update=more)
    return file


@cache
def priors() -> PriorsFile:
    """Give the priors that come with the program."""
    return read_priors(data_text(FILE), shown=f"sim/data/{FILE}")


class FromPrior(Spec):
    """An uncertain number from the priors of the program; `sim priors` lists them with their evidence."""

    prior: str
    """Name of the prior: `conversion_lift`."""


def is_prior(value: object) -> bool:
    """Whether a value of a scenario file names a prior."""
    return isinstance(value, dict) and "prior" in value


def unit_of_prior(value: dict[str, Any]) -> Kind:
    """Give the unit of the prior that a value names; `Kind.ANY` if there is none."""
    prior = priors().named(str(value["prior"]))
    return Kind.ANY if prior is None else prior.unit


def read_prior(value: Any, reading: Reading) -> tuple[FromPrior, Prior]:
    """Give the prior that a value names.

    Raises:
        ValidationError: there is none, or it does not fit; the error stands at the key `prior`.
    """
    shape = FromPrior.model_validate(value, context=reading)
    prior = priors().named(shape.prior)
    wrong = _unknown(shape.prior) if prior is None else _misfit(prior, reading)
    if prior is None or wrong:
        raise refused_at("prior", wrong, value)
    return shape, prior


def _unknown(name: str) -> str:
    file = priors()
    if name in file.refused:
        claim = file.refused[name]
        return f"'{claim.says}' ({claim.source}) is no input: {claim.why}"
    near = get_close_matches(name.lower(), [prior.name for prior in file], n=3, cutoff=0.6)
    near += [prior.name for prior in file if name.lower() in prior.name and prior.name not in near][:3]
    hint = f"did you mean {' or '.join(repr(n) for n in near)}? " if near else ""
    return f"no prior is called '{name}' ({hint}'sim priors' lists all)"


def _misfit(prior: Prior, reading: Reading) -> str:
    if reading.kind not in (prior.unit, Kind.ANY):
        return f"the prior '{prior.name}' is {prior.unit.what} where {reading.kind.what} is expected"
    currency = priors().currency
    if prior.unit is Kind.MONEY and reading.currency != currency:
        return (
            f"the prior '{prior.name}' is in {currency}, the scenario in {reading.currency}"
            f" (write the range in {reading.currency}: it is {prior.law.text})"
        )
    return ""
