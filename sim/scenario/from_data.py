"""`from:` in a scenario file: an uncertain number from a column of a table, or from a library, beside the scenario."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.distributions import Distribution, Empirical
from sim.distributions.averages import block_length, means_of, patterns_of
from sim.distributions.fitting.paste import yaml_of
from sim.distributions.sip_library import SUFFIXES, Library, read_library
from sim.errors import DataError
from sim.numbers.files import UnreadableError, resolved
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.observations import Observations, column_unit, observations
from sim.numbers.reading import Reading
from sim.numbers.spec import Scaled, Spec
from sim.numbers.tables import Reference, Sheet, read_table, reference
from sim.sampling.columns import Column

KEPT = ("hidden", "totals")
"""Rows of a table that are no observations unless a key of that name says `keep`."""

OF_ONE_VALUE = ("method", "family", "low", "high")
"""What is said of the law of one value, not of that of an average."""


class FromData(Spec):
    """An uncertain number as observed, a column of a CSV file or Excel sheet; or as a SIPmath library has it."""

    from_: str = Field(alias="from")
    """`history.csv#conversion`, `book.xlsx#Sheet!conversion` (first sheet if not named), `library.json#name`."""
    use: Literal["average", "month"] | None = None
    """`average`: the mean with its uncertainty, as facts of the company are drawn if neither this nor a method is said;
    `month`: one value, held for the whole horizon."""
    method: Literal["resampled", "smoothed", "fitted"] = "resampled"
    """`resampled`: the values as they are (if nothing is said); `smoothed`: the gaps filled; `fitted`: a family."""
    family: str | None = None
    """With `fitted`: the family, such as gamma (the one with the lowest AIC if not given)."""
    decimal: Literal[".", ","] | None = None
    """The mark before decimals in the column, where no cell of it shows which: "." or ","."""
    low: Scaled | None = None
    """Bound below that a smoothed or fitted distribution must not cross."""
    high: Scaled | None = None
    """Bound above."""
    hidden: Literal["keep"] | None = None
    """`keep`: rows that a workbook hides, by a filter or by hand, are observations too."""
    totals: Literal["keep"] | None = None
    """`keep`: rows that look like totals are observations too: customers may be called so."""


@dataclass(frozen=True)
class FromColumn:
    """What became of a `from:`: a distribution, the column if it has one, how reports say it, what to warn of."""

    distribution: Distribution
    column: Column | None
    asked: str
    remarks: tuple[str, ...]
    unclear: str = ""
    """Which two numbers a bare cell may mean, if it does not show which."""


@dataclass
class DataFolder:
    """The folder of a scenario, below which its tables and libraries lie; each is read once."""

    root: Path
    tables: dict[tuple[Path, str | None, frozenset[str]], Sheet] = field(default_factory=dict)
    libraries: dict[Path, Library] = field(default_factory=dict)
    averaged: Sequence[Mapping[str, Any]] = ()
    """Every `from:` of the file that takes an average."""
    blocks: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)
    """Rows of each table, as read, that belong together."""

    def table(self, wanted: Reference, keep: frozenset[str] = frozenset()) -> Sheet:
        """Read a table, or give it again; `keep` are the rows kept that are no observations: `hidden`, `totals`.

        Raises:
            DataError: it lies outside the folder or cannot be read.
        """
        path = self._inside(wanted)
        key = path, wanted.sheet, keep
        if key not in self.tables:
            self.tables[key] = read_table(path, name=wanted.path, sheet=wanted.sheet, keep=keep)
        return self.tables[key]

    def block_of(self, wanted: Reference, kept: frozenset[str]) -> int:
        """Give how many rows of a table belong together: the most that do in any column of which an average is taken.

        It is one number for all of them, so that their averages are of the same rows.
        """
        key = wanted.table, kept
        if key not in self.blocks:
            self.blocks[key] = max(map(self._block_of_column, self.averaged, repeat(key)), default=1)
        return self.blocks[key]

    def _block_of_column(self, value: Mapping[str, Any], key: tuple[str, frozenset[str]]) -> int:
        """Give the same for one column; 1 if it is of another table, or its own place refuses it."""
        try:
            wanted, kept = reference(str(value["from"])), _kept(value)
            if (wanted.table, kept) != key:
                return 1
            column = self.table(wanted, kept).column(wanted.column)
            how = Reading(notation=Notation.of(value.get("decimal")))
            return block_length(np.array(observations(column, wanted.column, how, foreign=True).values))
        except DataError:
            return 1

    def library(self, wanted: Reference) -> Library:
        """Read a SIPmath library, or give it again.

        Raises:
            DataError: it lies outside the folder or cannot be read.
        """
        path = self._inside(wanted)
        if path not in self.libraries:
            self.libraries[path] = read_library(path, name=wanted.path)
        return self.libraries[path]

    def _inside(self, wanted: Reference) -> Path:
        try:
            path = resolved(self.root / wanted.path)
        except UnreadableError as error:
            raise DataError(f"cannot read '{wanted.path}': {error}") from None
        if not path.is_relative_to(self.root):
            raise DataError(f"'{wanted.path}' is outside the scenario's folder (a data file must lie in or below it)")
        return path

    def digests(self) -> Iterator[bytes]:
        """Give the hash of every file that was read, in an order that depends on nothing else."""
        tables = {table.sha256 for table in self.tables.values()}
        yield from sorted(each.encode() for each in tables | {library.sha256 for library in self.libraries.values()})


@dataclass(frozen=True)
class FileReading(Reading):
    """A reading with the folder of the scenario, in which `from:` finds its tables, and its years."""

    folder: DataFolder | None = None
    years: int | None = None
    """Years of the horizon, if the scenario gives it so: how long a list by years is."""


def is_from(value: object) -> bool:
    """Whether a value of a scenario file is a reference to a column."""
    return isinstance(value, dict) and "from" in value


def shown_unit(value: dict[str, Any], folder: DataFolder | None) -> Kind:
    """Give the kind of number that the cells of a column show; `Kind.ANY` if it cannot be read."""
    try:
        wanted = reference(str(value["from"]))
        if folder is None:
            return Kind.ANY
        return column_unit(folder.table(wanted, _kept(value)).column(wanted.column))
    except DataError:
        return Kind.ANY


def _kept(value: Mapping[str, Any]) -> frozenset[str]:
    """Give which rows are kept that are no observations."""
    return frozenset(key for key in KEPT if value.get(key) == "keep")


def read_from(value: dict[str, Any], reading: Reading) -> tuple[FromData, FromColumn]:
    """Give the distribution that a `from:` stands for.

    Raises:
        ValidationError: the column cannot be used; the error stands at the key `from`.
    """
    shape = FromData.model_validate(value, context=reading)
    try:
        return shape, _from_column(shape, reading)
    except DataError as error:
        raise _at("from", str(error), value) from None


def _from_column(shape: FromData, reading: Reading) -> FromColumn:
    folder = reading.folder if isinstance(reading, FileReading) else None
    if folder is None:
        raise DataError("data can only be read from a scenario file")
    wanted = reference(shape.from_)
    if wanted.path.lower().endswith(SUFFIXES):
        return _from_library(shape, wanted, folder)
    kept = _kept(shape.model_dump())
    table = folder.table(wanted, kept)
    written = replace(reading, notation=Notation.of(shape.decimal), said_by='decimal: "{}" beside from')
    seen = observations(table.column(wanted.column), wanted.column, written)
    rows = f"{wanted.table} (with {', '.join(sorted(kept))})" if kept else wanted.table  # other rows, other trials
    column = Column(rows, wanted.column, seen.values)
    remarks = (*table.remarks, *seen.remarks)
    if shape.use == "average":
        block = folder.block_of(wanted, kept)
        return _average(shape, seen, column, remarks, block=block, by_month=table.is_by_month)
    if shape.method == "fitted":
        distribution, how, doubts = _fitted(shape, seen, reading)
    else:
        distribution, how, doubts = _empirical(shape, seen), "", ()
    asked = f"{shape.method} from {shape.from_}, {len(seen.present)} values{how}"
    return FromColumn(distribution, column, asked, remarks + doubts, seen.unclear)


def _from_library(shape: FromData, wanted: Reference, folder: DataFolder) -> FromColumn:
    """Give the distribution of a SIP as it is written; draws of one library belong together, trial by trial."""
    keys = ("use", "method", "family", "decimal", "low", "high", *KEPT)
    if extra := [key for key in keys if key in shape.model_fields_set]:
        raise DataError(f"a SIP is drawn as its library has it (leave out {' and '.join(extra)})")
    sip = folder.library(wanted).sip(wanted.column)
    column = Column(wanted.table, wanted.column, sip.draws) if sip.draws else None
    return FromColumn(sip.distribution, column, f"from {shape.from_}, {sip.wording}", sip.remarks)


def _average(
    shape: FromData, seen: Observations, column: Column, remarks: tuple[str, ...], *, block: int, by_month: bool
) -> FromColumn:
    """Give the law of the mean of a column; means of columns that are drawn in the same blocks belong together."""
    if stated := [key for key in OF_ONE_VALUE if key in shape.model_fields_set]:
        raise DataError(f"an average has no {' and no '.join(stated)} (leave out, or say use: month)")
    values = np.array(seen.values)
    means = tuple(means_of(values, block).tolist())
    blocks = f", in blocks of {block}" if block > 1 else ""
    drawn = Column(f"{column.table} (averages)", column.name, means, averaged=True)
    patterns = tuple(f"column '{column.name}': {pattern}" for pattern in patterns_of(values, by_month))
    asked = f"average of {shape.from_}, {len(seen.present)} values{blocks}"
    return FromColumn(Empirical(values=means), drawn, asked, remarks + patterns, seen.unclear)


def _fitted(shape: FromData, seen: Observations, reading: Reading) -> tuple[Distribution, str, tuple[str, ...]]:
    """Give the distribution of the best family, or of the one asked for, how reports say it, and any doubts."""
    from sim.distributions.fitting.fit import assessed, rank

    kind = seen.unit if reading.kind is Kind.ANY else reading.kind
    families = [shape.family] if shape.family else []
    bounds = shape.low, shape.high
    fits = rank(seen.present, unit=kind, bounds=bounds, families=families).fits
    fit = assessed(fits[0], bounds=bounds)
    doubt = f"{fit.family} does not fit these values (p below 0.05; see sim fit, or leave out method: fitted)"
    best = "" if shape.family else f" (lowest AIC of {len(fits)} families)"
    return fit.distribution, f": {yaml_of(fit.distribution, kind, seen.mark)}{best}", (doubt,) if fit.rejected else ()


def _empirical(shape: FromData, seen: Observations) -> Distribution:
    if shape.family is not None:
        raise DataError("family is given, but nothing is fitted (write method: fitted, or leave out family)")
    try:
        return Empirical(values=seen.present, method=shape.method, low=shape.low, high=shape.high)
    except ValidationError as error:
        raise DataError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def _at(key: str, message: str, value: object) -> ValidationError:
    what = PydanticCustomError("dist", "{text}", {"text": message})
    return ValidationError.from_exception_data("from", [InitErrorDetails(type=what, loc=(key,), input=value)])
