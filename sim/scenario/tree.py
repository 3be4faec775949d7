"""Scenario files as trees that remember their place: YAML 1.2 scalars, no tags, no duplicate keys, bounded size.

Reading events instead of objects means that nothing in a file can name a Python type or run code, and that every
value keeps its file, line and column for the errors that follow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Problem
from sim.numbers.files import UnreadableError, content
from sim.numbers.notation import Written

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 50_000

Place = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", "+.inf", ".Inf", "+.Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}


@dataclass
class Node:
    """A value in a file: a mapping of nodes, a list of nodes or a scalar, and where it and its key stand."""

    value: dict[str, "Node"] | list["Node"] | object
    file: str
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0

    def plain(self) -> Any:
        """Give the same value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def at(self, place: Place) -> "Node | None":
        """Give the node at a place below this one, or None."""
        node: Node | None = self
        for step in place:
            node = node.child(step) if node is not None else None
        return node

    def child(self, step: str | int) -> "Node | None":
        """Give the node at a key or an index."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def problem(self, place: Place, message: str, *, at_key: bool = False) -> Problem:
        """Say what is wrong at `place`; the position is that of the nearest node that exists."""
        node, known = self, True
        for step in place:
            below = node.child(step)
            if below is None:
                known = False
                break
            node = below
        use_key = (at_key or not known) and node.key_line > 0
        line, column = (node.key_line, node.key_column) if use_key else (node.line, node.column)
        return Problem(node.file, line, column, dotted(place), message)


def dotted(place: Place) -> str:
    """Write a place as ``vendors.Acme.licence.discount[1]``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def read(path: Path, problems: list[Problem], *, shown: str) -> Node | None:
    """Read a file into a tree; what is wrong is added to `problems`, and None means that nothing could be read."""
    try:
        text = _text(path)
    except ValueError as error:
        problems.append(Problem(shown, 0, 0, "", str(error)))
        return None
    return parse(text, problems, shown=shown)


def _text(path: Path) -> str:
    """Give a file's text.

    Raises:
        ValueError: it cannot be read, is too large, or is no text.
    """
    try:
        raw = content(path, MAX_BYTES)
    except FileNotFoundError:
        raise ValueError("cannot read the file: no such file") from None
    except UnreadableError as error:
        raise ValueError(f"cannot read the file: {error}") from None
    if len(raw) > MAX_BYTES:
        raise ValueError(f"the file is over {MAX_BYTES // 1000:,} kB (a scenario is text of a few kB)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not a text file in UTF-8 (byte {error.start} cannot be read; save it as UTF-8)") from None
    if "\x00" in text:
        raise ValueError("not a text file: it holds binary data (a scenario is a YAML text)")
    return text


def parse(text: str, problems: list[Problem], *, shown: str) -> Node | None:
    """Parse YAML into a tree; what is wrong is added to `problems`, and None means that there is no tree."""
    builder = _Builder(shown, problems)
    try:
        tree = builder.document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        problems.append(Problem(shown, line, column, "", _invalid(what)))
        return None
    except yaml.YAMLError as error:
        problems.append(Problem(shown, 1, 1, "", f"not valid YAML: {' '.join(str(error).split())}"))
        return None
    except _GiveUpError as stop:
        problems.append(stop.problem)
        return None
    if tree is not None and not isinstance(tree.value, dict):
        problems.append(tree.problem((), "a scenario is a mapping (begin with 'name: ...')"))
        return None
    return tree


def _invalid(what: str) -> str:
    """Say why a text is no YAML; some parsers count the levels themselves, before `_Builder` can."""
    if "maximum nesting depth" in what:
        return f"nested over {MAX_DEPTH} levels deep"
    return f"not valid YAML: {what} (check quotes, indents and colons)"


class _GiveUpError(Exception):
    """The file must not be read any further."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass
class _Builder:
    """Builds the tree from parser events, counting as it goes."""

    file: str
    problems: list[Problem]
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    nodes: int = 0

    def document(self, text: str) -> Node | None:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        events = (e for e in yaml.parse(text, Loader=loader) if not isinstance(e, yaml.StreamStartEvent))
        tree: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    self._report(event, "a second document starts here (one scenario a file)")
                    return tree
                tree = self._node(next(events), events, 0)
        if tree is None:
            self.problems.append(Problem(self.file, 1, 1, "", "the file is empty (begin with 'name: ...')"))
        return tree

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _GiveUpError(self._problem(event, f"nested over {MAX_DEPTH} levels deep"))
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if getattr(event, "tag", None) is not None:
            self._report(event, f"the tag {event.tag} is not read (write plain numbers, texts, lists and mappings)")
        before = self.nodes
        node = Node(None, self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            node.value = _scalar(event.value) if event.implicit[0] else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            node.value = list(self._items(events, depth))
        else:
            node.value = self._mapping(events, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.nodes - before + 1)
        return node

    def _count(self, event: Any, more: int) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            raise _GiveUpError(self._problem(event, f"more than {MAX_NODES:,} values once aliases are expanded"))

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            raise _GiveUpError(self._problem(event, f"the alias *{event.anchor} has no anchor above it"))
        node, size = self.anchors[event.anchor]
        self._count(event, size)
        return Node(node.value, self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events, depth + 1)

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self._node(event, events, depth + 1)
            child = self._node(next(events), events, depth + 1)
            child.key_line, child.key_column = event.start_mark.line + 1, event.start_mark.column + 1
            if wrong := self._wrong_key(key, child, nodes):
                self._report(event, wrong)
            elif key is not None:
                nodes[key] = child
        return nodes

    def _wrong_key(self, key: str | None, child: Node, nodes: dict[str, Node]) -> str:
        if key is None:
            return "a key must be a plain text"
        if key == "<<":
            return "YAML merge keys are not read (use 'extends:' or 'common:')"
        if re.fullmatch(r"\d+(\.\d+)?\D{0,2}", key) and child.value is None and nodes:
            return f"a comma splits the number before '{key}' (write it without the comma, or in quotes)"
        if key in nodes:
            return f"the key '{key}' is here twice (first on line {nodes[key].key_line}; keep one)"
        return ""

    def _problem(self, event: Any, message: str) -> Problem:
        return Problem(self.file, event.start_mark.line + 1, event.start_mark.column + 1, "", message)

    def _report(self, event: Any, message: str) -> None:
        self.problems.append(self._problem(event, message))


def _scalar(text: str) -> object:
    """Give the value of a plain scalar under the core schema of YAML 1.2: 012 is twelve, `no` is a text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return Written(text) if _FLOAT.fullmatch(text) else text
