"""From the correlations a file asks for to the ties of inputs: names found, the whole matrix checked once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from sim.distributions import Constant, Distribution
from sim.errors import Problem, suggestion
from sim.model.case import Case
from sim.model.fit import FIT
from sim.numbers.arrays import Array
from sim.sampling import correlation as dependence
from sim.sampling.correlation import Copula, Correlation, Measure
from sim.sampling.draws import SHARED, Input
from sim.scenario.cases.naming import called
from sim.scenario.cases.streams import apart_of, shared_streams
from sim.scenario.cases.table_rows import tables_of
from sim.scenario.cases.web import Web
from sim.scenario.numbers import leaves
from sim.scenario.shapes.correlations import Correlations
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node, Place, dotted

SAME = 1e-9
"""There and back through the latent scores leaves a difference of this order."""

HARMFUL = frozenset({"hours_entry", "sales_lag_months", "retention_lag_months"})
"""Effects of which less is better: an optimist takes them for small."""

MOVED = 5e-4
"""A repair below this is not worth a word."""


@dataclass(frozen=True)
class Correlated:
    """Cases whose inputs are tied, the correlations to be reported, and what a repair has moved."""

    cases: dict[str, Case]
    correlations: tuple[Correlation, ...] = ()
    warnings: tuple[Problem, ...] = ()
    idle: Mapping[str, str] = field(default_factory=dict)
    """Names that the file correlates and no vendor uses, and with what."""


@dataclass(frozen=True)
class _Asked:
    """One pair as the file asks for it."""

    a: str
    b: str
    measure: Measure
    value: float
    place: Place
    of_all: bool = False
    """Whether it is one of all pairs of effects."""


def correlate(file: ScenarioFile, tree: Node, cases: dict[str, Case], problems: list[Problem]) -> Correlated:
    """Tie the inputs of the cases; what cannot be is added to `problems`."""
    before = len(problems)
    names = _Names(file, cases)
    asked = _named_first(list(_asked_pairs(file.correlations, names, tree, problems)))
    _check_pairs(asked, tree, problems)
    _check_across(file, names, asked, tree, problems)
    if len(problems) > before or not (asked or apart_of(file)):
        return Correlated(cases, tuple(_rows_across(file.correlations, names)))
    web, warnings = _possible(_web(file.correlations, names, asked), file.correlations, asked, tree, problems)
    if len(problems) == before:
        _check_room(web, names, tree, problems)
    if len(problems) > before:
        return Correlated(cases)
    tied = {vendor: replace(case, inputs=_tied(web, names, case.inputs)) for vendor, case in cases.items()}
    return Correlated(tied, tuple(_rows(file.correlations, asked, web, names)), warnings, _idle(asked, names))


def _is_shared(drawn: Input) -> bool:
    """Whether all vendors draw an input alike: a named one, one in place outside them, whether an event occurs."""
    return drawn.stream.block == SHARED


def _named_alone(section: Correlations, cases: Mapping[str, Case]) -> dict[str, str]:
    """Give the inputs that are correlated by their full key, and what they are called in an offer.

    One that no other vendor has by that name, or that all vendors draw alike, can go by the shorter name.
    """
    asked = {name for pair in section.pairs for name in pair.names}
    asked |= set(section.matrix.inputs) if section.matrix else set()
    owners: dict[str, set[str]] = {}
    for vendor, case in cases.items():
        for drawn in case.inputs:
            owners.setdefault(drawn.name, set()).add(vendor)
    return {
        i.key: i.name
        for case in cases.values()
        for i in case.inputs
        if i.key in asked and i.key != i.name and len(owners[i.name]) > 1 and not _is_shared(i)
    }


class _Names:
    """What may be correlated: every uncertain number by its short name, and the streams that all vendors share."""

    def __init__(self, file: ScenarioFile, cases: Mapping[str, Case]) -> None:
        self.file = file
        self.alone = _named_alone(file.correlations, cases)
        self.by_vendor = {v: {self.name_of(i): i for i in case.inputs} for v, case in cases.items()}
        self.by_key = {i.key: name for inputs in self.by_vendor.values() for name, i in inputs.items()}
        apart = {name for name, value in file.correlations.across_vendors.items() if value == 0}
        used = {n: i.stream for inputs in self.by_vendor.values() for n, i in inputs.items() if _is_shared(i)}
        shared = used | {called(place).name: stream for place, stream in shared_streams(file).items()}
        self.shared = {name: stream for name, stream in shared.items() if name not in apart}
        tables = tables_of(cases)
        self.in_rows = {
            name: i.column.table
            for inputs in self.by_vendor.values()
            for name, i in inputs.items()
            if i.column is not None and i.column.table in tables
        }
        self.drawn = {name for inputs in self.by_vendor.values() for name in inputs} | self.shared.keys()

    def name_of(self, drawn: Input) -> str:
        """Give the name of an input in the web: its key if it is correlated apart from those of other vendors."""
        return drawn.key if drawn.key in self.alone else drawn.name

    def uses(self, name: str) -> list[Input]:
        """Give the inputs of a name, one a vendor that has it."""
        return [inputs[name] for inputs in self.by_vendor.values() if name in inputs]

    def short(self, name: str) -> str:
        """Give the short name that a name in the file stands for.

        Raises:
            ValueError: it stands for nothing uncertain.
        """
        for candidate in (name, f"company.{name}", name.removeprefix("common."), self.by_key.get(name, "")):
            if candidate in self.drawn:
                self._check_one_way(name, candidate)
                self.check_free(name, candidate)
                self._check_varies(name, candidate)
                return candidate
        if self._is_written(name):
            raise ValueError(f"'{name}' is certain, or another input by name (correlate uncertain numbers)")
        raise ValueError(
            f"no uncertain number is called '{name}'{suggestion(name, sorted(self.drawn | self.by_key.keys()))}"
        )

    def check_free(self, name: str, short: str) -> None:
        """Refuse a column of a table whose rows are drawn whole.

        Raises:
            ValueError: it is one.
        """
        if short in self.in_rows:
            raise ValueError(
                f"'{name}' comes with the rows of {self.in_rows[short]} and moves with its other columns"
                " (leave it out here)"
            )

    def _check_one_way(self, name: str, short: str) -> None:
        """Refuse a name for all vendors where one vendor's input is named by its key: it would miss that vendor.

        Raises:
            ValueError: it is one.
        """
        keys = [key for key in self.alone if key.endswith(f".{short}") and self.alone[key] == short]
        if keys:
            raise ValueError(
                f"'{name}' is also named for one vendor, as '{keys[0]}' (name it for every vendor, or once)"
            )

    def _check_varies(self, name: str, short: str) -> None:
        declared = self.file.inputs.get(short)
        distributions = [i.distribution for i in self.uses(short)] or ([declared.distribution] if declared else [])
        if distributions and all(isinstance(distribution, Constant) for distribution in distributions):
            raise ValueError(f"'{name}' is a constant, so nothing can move with it (give it a distribution)")

    def _is_written(self, name: str) -> bool:
        places = [dotted(leaf.place) for leaf in leaves(self.file)]
        return any(place == name or place.endswith(f".{name}") for place in places)


def _asked_pairs(section: Correlations, names: _Names, tree: Node, problems: list[Problem]) -> Iterator[_Asked]:
    """Give every pair with both names found; what is wrong with the others is added to `problems`."""
    listed = isinstance(getattr(tree.at(("correlations",)), "value", None), list)
    for number, pair in enumerate(section.pairs):
        place: Place = ("correlations", number) if listed else ("correlations", "pairs", number)
        measure, value = pair.strength()
        short = _both(pair.names, names, tree, (*place, "inputs"), problems)
        if len(short) == 2:
            yield _Asked(short[0], short[1], measure, value, place)
        elif pair.inputs == "effects":
            yield from _optimism(names, measure, value, place, tree, problems)
    if (matrix := section.matrix) is not None:
        place = ("correlations", "matrix")
        short = _both(matrix.inputs, names, tree, (*place, "inputs"), problems)
        if len(short) == len(matrix.inputs):
            measure = matrix.strength()[0]
            for j, i in combinations(range(len(short)), 2):
                yield _Asked(short[j], short[i], measure, matrix.rows[i][j], place)


def _optimism(
    names: _Names, measure: Measure, value: float, place: Place, tree: Node, problems: list[Problem]
) -> Iterator[_Asked]:
    """Give every two of the uncertain effects; what does harm moves against the others."""
    signs: dict[str, int] = {}
    for leaf in leaves(names.file):
        if "effects" not in leaf.place or isinstance(leaf.content, float):
            continue
        with suppress(ValueError):  # a fixed number by name, or a column that comes with its rows
            short = names.short(leaf.content if isinstance(leaf.content, str) else called(leaf.place).name)
            signs.setdefault(short, -1 if HARMFUL & {*map(str, leaf.place)} else 1)
    if len(signs) < 2:
        problems.append(tree.problem(place, f"{len(signs)} uncertain effects (at least 2 are needed)"))
    for a, b in combinations(signs, 2):
        yield _Asked(a, b, measure, value * signs[a] * signs[b], place, of_all=True)


def _named_first(asked: Sequence[_Asked]) -> list[_Asked]:
    """Leave out those of all effects that are named as pairs."""
    named = {frozenset((pair.a, pair.b)) for pair in asked if not pair.of_all}
    return [pair for pair in asked if not pair.of_all or frozenset((pair.a, pair.b)) not in named]


def _both(wanted: Sequence[str], names: _Names, tree: Node, place: Place, problems: list[Problem]) -> list[str]:
    short = []
    for number, name in enumerate(wanted):
        try:
            short.append(names.short(name))
        except ValueError as error:
            problems.append(tree.problem((*place, number), str(error)))
    return short


def _check_pairs(asked: Sequence[_Asked], tree: Node, problems: list[Problem]) -> None:
    """Refuse a pair that is there twice."""
    seen: set[frozenset[str]] = set()
    for pair in asked:
        both = frozenset((pair.a, pair.b))
        if len(both) == 1:
            problems.append(tree.problem(pair.place, f"'{pair.a}' with itself (name two inputs)"))
        if both in seen:
            problems.append(tree.problem(pair.place, f"'{pair.a}' with '{pair.b}' is here twice (keep one)"))
        seen.add(both)


def _check_fits(file: ScenarioFile, asked: Sequence[_Asked], tree: Node, problems: list[Problem]) -> None:
    """Refuse fits that go together where there are none, or that go with something else as well."""
    place: Place = ("correlations", "across_vendors", FIT)
    laws = [offer.fit for offer in file.offers.values() if offer.fit and isinstance(offer.fit.content, Distribution)]
    if len(laws) < 2:
        wrong = "needs two vendors with an uncertain fit (common: {fit: 15%})"
        problems.append(tree.problem(place, wrong, at_key=True))
    if any(FIT in (pair.a, pair.b) for pair in asked):
        wrong = "fit goes with another input as well, which leaves no room (leave out one of the two)"
        problems.append(tree.problem(place, wrong, at_key=True))


def _check_across(
    file: ScenarioFile, names: _Names, asked: Sequence[_Asked], tree: Node, problems: list[Problem]
) -> None:
    """Refuse what cannot differ between vendors: anything but a named input, and a column of rows drawn whole."""
    for name in file.correlations.across_vendors:
        place = ("correlations", "across_vendors", name)
        if name == FIT and name not in file.inputs:
            _check_fits(file, asked, tree, problems)
            continue
        if name not in file.inputs:
            hint = suggestion(name, file.inputs) or " (only named inputs can differ between vendors)"
            problems.append(tree.problem(place, f"no input is called '{name}'{hint}", at_key=True))
        try:
            names.check_free(name, name)
        except ValueError as error:
            problems.append(tree.problem(place, str(error), at_key=True))


def _web(section: Correlations, names: _Names, asked: Sequence[_Asked]) -> Web:
    """Lay out the latent matrix of all names that are correlated, with others or across vendors."""
    apart = apart_of(names.file)
    copula = Copula(section.df)
    partial = {name: value for name, value in section.across_vendors.items() if 0 < value < 1 and name in apart}
    mentioned = dict.fromkeys([name for pair in asked for name in (pair.a, pair.b)] + list(partial))
    shared = {
        n: names.shared[n] for n in sorted(mentioned.keys() & names.shared, key=lambda n: names.shared[n].position)
    }
    order = (*shared, *(n for n in mentioned if n not in shared))
    matrix = np.eye(len(order))
    for pair in asked:
        i, j = order.index(pair.a), order.index(pair.b)
        matrix[i, j] = matrix[j, i] = copula.latent(pair.measure, pair.value)
    across = {name: copula.latent(Measure.SPEARMAN, value) for name, value in partial.items()}
    return Web(order, matrix, shared, across, section.df)


def _possible(
    web: Web, section: Correlations, asked: Sequence[_Asked], tree: Node, problems: list[Problem]
) -> tuple[Web, tuple[Problem, ...]]:
    """Put the nearest possible matrix in place of an impossible one and say what moved, or refuse it."""
    if dependence.is_possible(web.matrix):
        return web, ()
    fixed = dependence.nearest(web.matrix)
    moves = [
        f"'{web.order[i]}' with '{web.order[j]}' {_shown(web, asked, fixed, i, j)}"
        f" instead of {_shown(web, asked, web.matrix, i, j)}"
        for i, j in combinations(range(len(web.order)), 2)
        if abs(fixed[i, j] - web.matrix[i, j]) > MOVED
    ]
    if section.repair is None:
        problems.append(tree.problem(("correlations",), _contradiction(web, asked, moves), at_key=True))
    return replace(web, matrix=fixed), tuple(tree.problem(("correlations",), move, at_key=True) for move in moves)


def _contradiction(web: Web, asked: Sequence[_Asked], moves: Sequence[str]) -> str:
    worst = ", ".join(
        f"'{web.order[i]}' with '{web.order[j]}' {_shown(web, asked, web.matrix, i, j)}"
        for i, j in dependence.culprits(web.matrix)
    )
    lowest = dependence.smallest_eigenvalue(web.matrix)
    return (
        f"these correlations contradict each other: {worst}; smallest eigenvalue {lowest:.4f}"
        f" (the nearest that can be: {'; '.join(moves)}. Change them, or accept these with 'repair: nearest')"
    )


def _shown(web: Web, asked: Sequence[_Asked], matrix: Array, i: int, j: int) -> str:
    """Write a latent correlation in the measure in which the pair was asked for."""
    pair = {web.order[i], web.order[j]}
    measure = next((p.measure for p in asked if {p.a, p.b} == pair), Measure.SPEARMAN)
    return f"{Copula(web.df).shown(measure, matrix[i, j]):.3g}"


def _check_room(web: Web, names: _Names, tree: Node, problems: list[Problem]) -> None:
    """Refuse correlations across vendors that leave no room for those within one."""
    if not web.across:
        return
    lowest = min(web.smallest_eigenvalue(inputs) for inputs in names.by_vendor.values())
    if lowest < -dependence.SOLVABLE:
        message = (
            "an input cannot go with others this closely and yet differ this much between vendors: smallest eigenvalue"
            f" {lowest:.4f} (raise across_vendors of {', '.join(web.across)}, or lower the correlations)"
        )
        problems.append(tree.problem(("correlations", "across_vendors"), message, at_key=True))


def _tied(web: Web, names: _Names, inputs: Sequence[Input]) -> tuple[Input, ...]:
    """Give a vendor's inputs with their ties."""
    ties = web.ties({names.name_of(i): i for i in inputs})
    return tuple(replace(i, tie=ties.get(names.name_of(i))) for i in inputs)


def _idle(asked: Sequence[_Asked], names: _Names) -> dict[str, str]:
    """Give the names that are correlated and that no vendor uses, and with what each is."""
    pairs = [(one, other) for pair in asked for one, other in ((pair.a, pair.b), (pair.b, pair.a))]
    return {one: other for one, other in pairs if not names.uses(one)}


def _rows(section: Correlations, asked: Sequence[_Asked], web: Web, names: _Names) -> Iterator[Correlation]:
    """Give what is to be held against the draws: a row a pair, or a row a vendor where vendors have their own."""
    copula, varying = Copula(web.df), _varying(names)
    for pair in asked:
        shown = copula.shown(pair.measure, web.between(pair.a, pair.b))
        used = pair.value if abs(shown - pair.value) < SAME else shown
        both = [(i[pair.a].key, i[pair.b].key) for i in varying if pair.a in i and pair.b in i]
        yield from (Correlation(a, b, pair.measure, pair.value, used, pair.of_all) for a, b in dict.fromkeys(both))
    yield from _rows_across(section, names)


def _varying(names: _Names) -> list[dict[str, Input]]:
    """Give the inputs of each vendor that are no constants, by name."""
    return [
        {n: i for n, i in inputs.items() if not isinstance(i.distribution, Constant)}
        for inputs in names.by_vendor.values()
    ]


def _rows_across(section: Correlations, names: _Names) -> Iterator[Correlation]:
    """Give what is to be held against the draws of inputs that differ from vendor to vendor."""
    for name, value in section.across_vendors.items():
        if value < 1:
            keys = [inputs[name].key for inputs in _varying(names) if name in inputs]
            yield from (Correlation(a, b, Measure.SPEARMAN, value, value) for a, b in combinations(keys, 2))
