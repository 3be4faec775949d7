"""Libraries of the SIPmath standard, version 3.0: the laws of uncertain numbers that another tool wrote down.

ProbabilityManagement.org, *SIPmath 3.0* JSON schema. A library is a text: nothing in it is run, and numbers in it have
no unit.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from sim.distributions import Discrete, Distribution, Empirical, Metalog
from sim.errors import DataError, suggestion
from sim.numbers.rows import MAX_ROWS
from sim.numbers.tables import contents

SUFFIXES = (".json", ".sipmath")
"""How the names of libraries end, in small letters: SIPmath's own tools write the second."""

TERMS = range(2, 11)
"""Numbers of coefficients that a metalog may have."""

METALOG, LOOKUP, DRAWS = "Metalog_1_0", "Lookup_Table", "SIP_Array"


@dataclass(frozen=True)
class Sip:
    """An uncertain number of a library: its distribution, how reports say it, its draws if it is made of them."""

    distribution: Distribution
    wording: str
    """How reports say it."""
    draws: tuple[float, ...] = ()
    """Its draws in the order of trials; the trials of one library belong together."""
    remarks: tuple[str, ...] = ()
    """What to warn of."""


@dataclass(frozen=True)
class Library:
    """The SIPs of a library as its file has them, and a hash of the file."""

    name: str
    sips: Sequence[Mapping[str, Any]]
    sha256: str

    def sip(self, name: str) -> Sip:
        """Give an uncertain number by its name.

        Raises:
            DataError: there is none, or several; it is of a kind that is not read; it has no law.
        """
        matches = [sip for sip in self.sips if sip["name"] == name]
        if not matches:
            hint = suggestion(name, [sip["name"] for sip in self.sips])
            raise DataError(f"no SIP of '{self.name}' is called '{name}'{hint}")
        if len(matches) > 1:
            raise DataError(f"{len(matches)} SIPs of '{self.name}' are called '{name}' (rename all but one)")
        place = f"'{name}' of '{self.name}'"
        readers = {METALOG: _metalog, LOOKUP: _lookup, DRAWS: self._draws}
        function, arguments = matches[0].get("function"), matches[0].get("arguments")
        if function not in readers or not isinstance(arguments, dict):
            raise DataError(f"{place} is no {METALOG}, {LOOKUP} or {DRAWS} with arguments (others are not read)")
        return _with_remark(readers[function](arguments, place), matches[0])

    def _draws(self, arguments: Mapping[str, Any], place: str) -> Sip:
        values = tuple(_numbers(arguments.get("value"), place))
        if not 2 <= len(values) <= MAX_ROWS:
            raise DataError(f"{place} has {len(values):,} draws (2 to {MAX_ROWS:,} can be drawn from)")
        sizes = {len(v) for v in map(_values, self.sips) if v is not None}
        if len(sizes) > 1:
            raise DataError(f"the SIPs of '{self.name}' have {min(sizes):,} to {max(sizes):,} draws (need one number)")
        return Sip(Empirical(values=values), f"{len(values):,} draws", values)


def read_library(path: Path, *, name: str) -> Library:
    """Read a library from a file; `name` is what errors call it.

    Raises:
        DataError: the file cannot be read, is too large, or is no library.
    """
    raw = contents(path, name, SUFFIXES)
    try:
        document = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise DataError(f"cannot read '{name}', line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        why = "lists too deep" if isinstance(error, RecursionError) else str(error)
        raise DataError(f"cannot read '{name}': {why}") from None
    sips = document.get("sips") if isinstance(document, dict) else None
    if not isinstance(sips, list) or not all(isinstance(s, dict) and isinstance(s.get("name"), str) for s in sips):
        raise DataError(f"'{name}' is no SIPmath library (it needs a list 'sips', each with a name)")
    return Library(name, sips, hashlib.sha256(raw).hexdigest())


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _metalog(arguments: Mapping[str, Any], place: str) -> Sip:
    """Give the metalog with the bounds it has; Keelin (2016), equation 6, for the order of the coefficients."""
    coefficients = _numbers(arguments.get("aCoefficients"), place)
    if len(coefficients) not in TERMS:
        raise DataError(f"{place} has {len(coefficients)} coefficients (two to ten can be drawn)")
    ends = (arguments.get(key) for key in ("lowerBound", "upperBound"))
    low, high = (None if end is None else _numbers([end], place)[0] for end in ends)
    try:
        law = Metalog(coefficients=tuple(coefficients), low=low, high=high)
    except ValidationError as error:
        _refuse(place, error)
    return Sip(law, f"metalog of {len(coefficients)} terms")


def _lookup(arguments: Mapping[str, Any], place: str) -> Sip:
    """Give the law of a table of rising cumulative probabilities, each with the value that reaches it."""
    rows = arguments.get("value")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, list) and len(r) == 2 for r in rows):
        raise DataError(f"{place} has no rows of cumulative probability and value")
    up_to = [0.0, *_numbers([row[0] for row in rows], place)]
    masses = [after - before for before, after in pairwise(up_to)]
    if min(masses) < 0 or not math.isclose(up_to[-1], 1, abs_tol=1e-6):
        raise DataError(f"the probabilities of {place} do not rise to 1")
    values = _numbers([row[1] for row in rows], place)
    kept = [(v, mass / up_to[-1]) for v, mass in zip(values, masses, strict=True) if mass > 0]
    try:
        law = Discrete(values=tuple(v for v, _ in kept), probabilities=tuple(p for _, p in kept))
    except ValidationError as error:
        _refuse(place, error)
    return Sip(law, f"table of {len(kept)} values")


def _with_remark(sip: Sip, sip_input: Mapping[str, Any]) -> Sip:
    ref = sip_input.get("ref")
    if not isinstance(ref, dict) or ref.get("source") != "copula":
        return sip
    remark = "the library correlates this SIP by a copula, which is not read (say it under correlations)"
    return replace(sip, remarks=(remark,))


def _values(sip: Mapping[str, Any]) -> list[Any] | None:
    """Give the draws of a SIP that is made of them."""
    arguments = sip.get("arguments")
    values = arguments.get("value") if isinstance(arguments, dict) and sip.get("function") == DRAWS else None
    return values if isinstance(values, list) else None


def _numbers(values: object, place: str) -> list[float]:
    if not isinstance(values, list):
        raise DataError(f"{place} has no list of numbers")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
            raise DataError(f"{place} holds '{str(value)[:40]}' where a number is expected")
    return [float(value) for value in values]


def _refuse(place: str, error: ValidationError) -> NoReturn:
    raise DataError(f"{place}: {str(error.errors()[0]['msg']).removeprefix('Value error, ')}") from None
