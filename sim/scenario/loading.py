"""From a file to what can run: read, follow `extends`, check everything, report all that is wrong at once."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.distributions import family_named
from sim.errors import Problem, ScenarioError, suggestion
from sim.model.case import Case
from sim.model.line import Line
from sim.model.lines.customers import Customers
from sim.model.setting import Assumption, FeatureNote
from sim.numbers.files import UnreadableError, resolved
from sim.numbers.kinds import Kind
from sim.numbers.meanings import meanings
from sim.numbers.notation import Notation
from sim.numbers.reading import Reading, describe
from sim.sampling.correlation import Correlation
from sim.scenario.cases.assumptions import assumptions_of
from sim.scenario.cases.correlate import Correlated, correlate
from sim.scenario.cases.features import check_features, feature_notes
from sim.scenario.cases.resolve import check_overrides, resolve
from sim.scenario.cases.table_rows import check_rows, correlations_of, tables_of, tie_rows
from sim.scenario.cases.yearly import check_method, stated_missing
from sim.scenario.checks.conventions import conventions_of
from sim.scenario.checks.decision import check_decision
from sim.scenario.checks.double_counting import REFUSED, traps_of
from sim.scenario.checks.fractions import fractions_of
from sim.scenario.checks.key_figures import check_kpis
from sim.scenario.checks.plausible import plausible_of
from sim.scenario.checks.priors import check_claims, misplaced
from sim.scenario.company_history import averages_in, with_use
from sim.scenario.evidence.features import FILE as FEATURES
from sim.scenario.evidence.priors import FILE as PRIORS
from sim.scenario.evidence.priors import FromPrior
from sim.scenario.evidence.reading import data_text
from sim.scenario.evidence.stock import stocked
from sim.scenario.from_data import DataFolder, FileReading, FromData
from sim.scenario.number import declared_unit, expects_of, whole_years
from sim.scenario.numbers import placed, uncertain
from sim.scenario.shapes.file import NumbersShape, ScenarioFile
from sim.scenario.shapes.sections import Company
from sim.scenario.tree import Node, Place, read

MAX_EXTENDS = 10


@dataclass(frozen=True)
class Loaded:
    """A file that can run: its shape, a case a vendor, warnings, a hash of what was read, and every number in it."""

    file: ScenarioFile
    cases: dict[str, Case]
    warnings: tuple[Problem, ...]
    sha256: str
    assumptions: tuple[Assumption, ...]
    correlations: tuple[Correlation, ...]
    features: tuple[FeatureNote, ...]
    idle: Mapping[str, str]
    """Names that the file correlates and no vendor uses, and with what."""


def load_file(path: Path, *, today: date | None = None) -> Loaded:
    """Read and check a scenario file; the age of catalogue prices is counted to today, the clock's if not given.

    Raises:
        ScenarioError: with every problem of the file, each with its line and column.
    """
    problems: list[Problem] = []
    digest = hashlib.sha256()
    try:
        root = resolved(path).parent
    except UnreadableError as error:
        raise ScenarioError([Problem(str(path), 0, 0, "", f"cannot read the file: {error}")]) from None
    tree = _read_with_bases(path, str(path), root, [], problems, digest)
    if tree is None:
        raise ScenarioError(problems)
    folder = DataFolder(root)
    tree, old_prices = stocked(tree, today or date.today(), _notation(tree.plain()), problems)
    file = _shape(tree, folder, problems)
    for digest_of_table in folder.digests():
        digest.update(digest_of_table)
    correlated = Correlated({})
    if file is not None:
        check_overrides(file, tree, problems)
        check_method(file, tree, problems)
        problems += [tree.problem(place, wrong) for place, wrong in check_features(file)]
        check_decision(file, tree, problems)
        check_kpis(file, tree, problems)
        check_claims(file, tree, problems)
        correlated = _tied(file, tree, resolve(file, tree, problems), problems)
    if problems or file is None:
        raise ScenarioError(problems)
    for text in _evidence(file):
        digest.update(text.encode())
    cases = correlated.cases
    doubts = *traps_of(file, cases, tree), *conventions_of(file, cases, tree), *plausible_of(file, cases, tree)
    traps = sorted({*doubts})
    warnings = (*_warnings(file, cases, tree), *traps, *old_prices, *correlated.warnings)
    facts = (assumptions_of(file), correlated.correlations, feature_notes(file))
    return Loaded(file, cases, warnings, digest.hexdigest(), *facts, correlated.idle)


def _evidence(file: ScenarioFile) -> Iterator[str]:
    """Give the texts of the program's data files that a scenario draws on: they are part of what it says."""
    counted = any(offer.feature_effects for offer in (file.common, *file.vendors.values()))
    if counted:
        yield data_text(FEATURES)
    if counted or any(number.prior for number in uncertain(file)):
        yield data_text(PRIORS)
    for vendor in file.vendors.values():
        if vendor.catalogue is not None:
            yield data_text(f"catalogue/{vendor.catalogue.partition('/')[0]}.yaml")


def _tied(file: ScenarioFile, tree: Node, cases: dict[str, Case], problems: list[Problem]) -> Correlated:
    """Tie what the file correlates, and what comes from the rows of one table."""
    correlated, tables = correlate(file, tree, cases, problems), tables_of(cases)
    warnings = check_rows(tables, tree, problems)
    if problems:
        return correlated
    from_rows = correlations_of(cases, tables)
    return Correlated(
        tie_rows(correlated.cases, tables),
        (*correlated.correlations, *from_rows),
        (*correlated.warnings, *warnings),
        correlated.idle,
    )


def _read_with_bases(
    path: Path, shown: str, root: Path, chain: list[Path], problems: list[Problem], digest: Any
) -> Node | None:
    """Read a file, and the file it extends below it."""
    tree = read(path, problems, shown=shown)
    if tree is None:
        return None
    tree = _rebased(tree, path.resolve().parent.relative_to(root).as_posix())
    digest.update(path.read_bytes())
    wanted = tree.child("extends")
    if wanted is None or not isinstance(wanted.value, str):  # what is no text is refused with the shapes
        return tree
    chain = [*chain, path.resolve()]
    base = _base_path(wanted, path, root, chain)
    if isinstance(base, str):
        problems.append(tree.problem(("extends",), base))
        return None
    found: list[Problem] = []
    below = _read_with_bases(base, str(Path(shown).parent / str(wanted.value)), root, chain, found, digest)
    problems += [each if each.line else tree.problem(("extends",), each.message) for each in found]
    if below is None:
        return None
    if _notation(tree.plain()) != _notation(below.plain()):
        why = f"'{wanted.value}' writes its numbers otherwise (say the same under numbers: in both files)"
        problems.append(tree.problem(("extends",), why))
    return _merge(below, tree)


def _base_path(wanted: Node, path: Path, root: Path, chain: list[Path]) -> Path | str:
    """Give the file that `extends` names, or what is wrong with it."""
    try:
        base = resolved(path.parent / str(wanted.value))
    except UnreadableError as error:
        return f"cannot read '{wanted.value}': {error}"
    if not base.is_relative_to(root):
        return f"'{wanted.value}' is outside the scenario's folder (a base file must lie in or below it)"
    if base in chain:
        return f"'{wanted.value}' extends itself: {' -> '.join(p.name for p in [*chain, base])} (remove one)"
    if len(chain) >= MAX_EXTENDS:
        return f"more than {MAX_EXTENDS} files extend each other (flatten them)"
    return base


def _merge(base: Node, over: Node) -> Node:
    """Lay one tree over another: mappings merge by key, a distribution or a value replaces, an empty entry removes."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if {"dist", "value", "from", "prior"} & over.value.keys():
        return over
    merged = dict(base.value)
    for key, child in over.value.items():
        if child.value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge(merged[key], child) if key in merged else child
    return Node(merged, over.file, over.line, over.column, over.key_line, over.key_column)


def _rebased(node: Node, folder: str, key: str = "") -> Node:
    """Make every `from:` of a file in a folder below the scenario's relative to the scenario."""
    value = node.value
    if folder == ".":
        return node
    if isinstance(value, dict):
        value = {name: _rebased(child, folder, name) for name, child in value.items()}
    elif isinstance(value, list):
        value = [_rebased(child, folder) for child in value]
    elif key == "from" and isinstance(value, str) and "#" in value:
        value = f"{folder}/{value}"
    return replace(node, value=value)


def _shape(tree: Node, folder: DataFolder, problems: list[Problem]) -> ScenarioFile | None:
    """Check the tree against the shapes."""
    raw = tree.plain()
    missing = stated_missing(raw) if isinstance(raw, dict) else []
    problems.extend(tree.problem((key,), f"missing ({_meaning(raw, (key,))})") for key in missing)
    try:
        notation = _notation(raw)
        reading = FileReading(_currency(raw), notation=notation, folder=folder, years=_years(raw, notation))
        said = with_use(raw) if isinstance(raw, dict) else raw
        folder.averaged = averages_in(said)
        file = ScenarioFile.model_validate(said, context=replace(reading, names=_names(raw, reading)))
        return None if missing else placed(file)
    except ValidationError as error:
        problems.extend(_problem(tree, raw, detail) for detail in error.errors())
        return None


def _currency(raw: dict[str, Any]) -> str:
    currency = raw.get("currency", "USD")
    return currency if isinstance(currency, str) else "USD"


def _notation(raw: dict[str, Any]) -> Notation:
    """Give how the file writes its numbers; what it says of it and cannot be is refused with the shapes."""
    try:
        return NumbersShape.model_validate(raw.get("numbers", {})).notation
    except ValidationError:
        return Notation()


def _years(raw: dict[str, Any], notation: Notation) -> int | None:
    """Give the horizon in years, if it is given so and can be read; what cannot is refused with the shapes."""
    try:
        return whole_years(raw["years"], Reading(notation=notation)) if "years" in raw else None
    except ValueError:
        return None


def _names(raw: dict[str, Any], reading: Reading) -> dict[str, Kind]:
    """Give every name that a number may be replaced by, and what it measures."""
    company, inputs = raw.get("company"), raw.get("inputs")
    kinds: dict[str, Kind] = {}
    for name in company if isinstance(company, dict) else ():
        expects = expects_of(Company, name) if name in Company.model_fields else None
        if expects is not None:
            kinds[name] = expects.kind
    if isinstance(inputs, dict):
        kinds |= {name: declared_unit(value, reading) for name, value in inputs.items()}
    return kinds


def _problem(tree: Node, raw: dict[str, Any], error: Any) -> Problem:
    """Say a validation error in a planner's words, at its place in the file."""
    place = _real_place(tree, error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        if place[-2:-1] == ("effects",) and place[-1] in REFUSED:
            return tree.problem(place, f"there is no '{place[-1]}': {REFUSED[str(place[-1])]}", at_key=True)
        known = _keys_at(raw, error["loc"][:-1])
        return tree.problem(place, f"unknown key '{place[-1]}'{suggestion(str(place[-1]), known)}", at_key=True)
    if kind == "missing":
        return tree.problem(place, f"missing ({_meaning(raw, place)})")
    return tree.problem(place, _message(kind, error))


def _message(kind: str, error: Any) -> str:
    if kind in ("value_error", "dist"):
        return str(error["msg"]).removeprefix("Value error, ")
    got = describe(error["input"])
    if kind in ("enum", "literal_error"):
        choices = error["ctx"]["expected"]
        return f"{got} is not a choice (one of: {choices if _MARKS in choices else choices.replace(chr(39), '')})"
    if kind == "too_short" and (least := error["ctx"]["min_length"]) > 1:
        return f"has too few entries (give at least {least})"
    wording = _WORDINGS.get(kind, "{message}, got {got}")
    return wording.format(got=got, message=error["msg"])


_MARKS = "','"
"""What a list of choices has if they are marks, which only quotes tell from those of the list."""

_WORDINGS = {
    **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), "expected a mapping, got {got}"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false, got {got}"),
    **dict.fromkeys(("too_short", "string_too_short"), "is empty (give at least one)"),
    "string_type": "expected a text, got {got} (put it in quotes)",
}


def _real_place(tree: Node, loc: Place) -> Place:
    """Give the place in the file: without what reading one discount, or a list of pairs, has added; with `value`."""
    section = tree.at(("correlations",))
    if loc[:2] == ("correlations", "pairs") and section is not None and isinstance(section.value, list):
        loc = ("correlations", *loc[2:])
    above = tree.at(loc[:-1])
    if above is not None and loc and above.child(loc[-1]) is None and (inner := above.child("value")) is not None:
        return (*loc[:-1], "value", loc[-1]) if inner.child(loc[-1]) is not None else loc
    if loc and isinstance(loc[-1], int):
        above = tree.at(loc[:-1])
        if above is not None and not isinstance(above.value, list):
            return loc[:-1]
    return loc


def _keys_at(raw: Any, place: Place) -> list[str]:
    """Give the keys that the shape at a place knows."""
    shape = _shape_at(raw, place)
    return [] if shape is None else [f.alias or name for name, f in shape.model_fields.items()]


def _meaning(raw: Any, place: Place) -> str:
    shape = _shape_at(raw, place[:-1])
    meaning = meanings(shape).get(str(place[-1])) if shape else None
    return meaning[0].lower() + meaning[1:].rstrip(".") if meaning else "give a number"


def _shape_at(raw: Any, place: Place) -> type[BaseModel] | None:
    """Give the model that checks the mapping at a place."""
    kind: Any = ScenarioFile
    for step in place:
        raw = raw.get(step) if isinstance(raw, dict) else None
        kind = _step(kind, str(step))
    if isinstance(raw, dict) and "value" in raw and isinstance(raw["value"], dict):
        raw = raw["value"]
    if isinstance(raw, dict) and "from" in raw and not isinstance(kind, type):
        return FromData
    if isinstance(raw, dict) and "prior" in raw and not isinstance(kind, type):
        return FromPrior
    if isinstance(raw, dict) and "dist" in raw:
        return family_named(raw["dist"])
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _step(kind: Any, key: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _plain_type(kind.model_fields[key].annotation) if key in kind.model_fields else None
    if get_origin(kind) is tuple:
        return _plain_type(get_args(kind)[0])
    return _plain_type(get_args(kind)[1]) if get_origin(kind) is dict else None


def _plain_type(annotation: Any) -> Any:
    """Give the type inside ``X | None``."""
    inner = [a for a in get_args(annotation) if a is not type(None)]
    return inner[0] if get_origin(annotation) is not dict and len(inner) == 1 else annotation


def _warnings(file: ScenarioFile, cases: dict[str, Case], tree: Node) -> list[Problem]:
    """Say what is allowed and yet likely to be a mistake."""
    used = {i.name for case in cases.values() for i in case.inputs}
    warnings = [
        tree.problem(("inputs", name), "no vendor uses this input", at_key=True)
        for name in file.inputs
        if name not in used
    ]
    warnings += [tree.problem(number.place, remark) for number in uncertain(file) for remark in number.remarks]
    warnings += misplaced(file, tree)
    warnings += fractions_of(file, tree)
    no_benefit = [name for name, case in cases.items() if not any(_acts(line) for line in case.lines)]
    return warnings + [
        tree.problem(
            ("vendors", name),
            "has no effect that brings a benefit (give effects, or rows that are benefits, here or in common)",
            at_key=True,
        )
        for name in no_benefit
    ]


def _acts(line: Line) -> bool:
    """Whether a line brings a benefit: the customer stock does where a lever is on."""
    return line.sells_more or line.keeps_more if isinstance(line, Customers) else line.nature.is_benefit
