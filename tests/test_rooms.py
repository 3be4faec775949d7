"""The rooms of the package: who may import from whom, and that no modules need each other in a circle."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sim
from tests.places import ROOT

PACKAGE = Path(sim.__file__).parent

BELOW = {
    "errors": (),
    "version": (),
    "numbers": ("errors",),
    "distributions": ("numbers",),
    "finance": ("numbers",),
    "sampling": ("distributions",),
    "model": ("sampling", "finance"),
    "scenario": ("model",),
    "engine": ("model",),
    "analysis": ("engine",),
    "study": ("scenario", "analysis"),
    "report": ("study", "version"),
    "cli": ("report",),
    "__main__": ("cli",),
}
"""The rooms right below each room. It may import from these, and from all that is below them."""


def reach(room):
    """Give a room and all rooms below it."""
    return {room}.union(*(reach(below) for below in BELOW[room]))


def sources():
    """Give the source of every module of the package by name."""
    named = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return named


@cache
def imported(source):
    """Give what a source imports from the package: the module, and the name if there is one."""
    pairs = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            pairs |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            pairs |= {(node.module, alias.name) for alias in node.names}
    return {(module, name) for module, name in pairs if module.split(".")[0] == "sim"}


def imports_of(source, known):
    """Give the modules of the package that a source imports: at its top, inside functions and for type checkers."""
    return {f"{module}.{name}" if f"{module}.{name}" in known else module for module, name in imported(source)}


def graph_of(named):
    """Give what each module imports; the face of the package, which loads names when they are used, is left out."""
    return {name: imports_of(source, named) - {name} for name, source in named.items() if name != "sim"}


def upward(graph):
    """Name every import from a room that is not below, and those from the face of the package."""
    return [
        f"{name} imports {target}"
        for name, targets in graph.items()
        for target in sorted(targets)
        if target == "sim" or target.split(".")[1] not in reach(name.split(".")[1])
    ]


def test_every_room_is_in_the_table_and_nothing_else_is():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__"} == set(BELOW)


def test_rooms_import_only_from_rooms_below_them():
    assert upward(graph_of(sources())) == []


def test_modules_import_in_no_circle():
    TopologicalSorter(graph_of(sources())).prepare()


@pytest.mark.parametrize(
    "line",
    [
        "import sim.report.write",
        "from sim.report import write",
        "from sim import load",
        "def f():\n    from sim.report.write import write",
        "if TYPE_CHECKING:\n    from sim.analysis.results import Results",
    ],
)
def test_an_import_from_above_is_seen_wherever_it_stands(line):
    named = sources()
    named["sim.numbers.kinds"] += f"\n{line}\n"
    assert upward(graph_of(named))


def test_a_circle_is_seen_though_one_of_its_imports_stands_in_a_function():
    named = sources()
    named["sim.numbers.kinds"] += "\ndef f():\n    from sim.numbers.reading import Kind\n"
    with pytest.raises(CycleError):
        TopologicalSorter(graph_of(named)).prepare()


def test_every_room_says_in_one_sentence_what_is_in_it():
    for path in sorted(PACKAGE.rglob("__init__.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert text.splitlines()[0].endswith("."), path


def test_the_design_describes_every_room():
    table = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").partition("## Rooms")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)/?` \|", table, re.MULTILINE)
    assert described == [room for room in BELOW if (PACKAGE / room).is_dir()]


def test_tests_lie_in_folders_named_like_the_rooms():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))}
    assert folders == {room for room in BELOW if (PACKAGE / room).is_dir()}
