"""What the fields of a file's shapes mean: the texts that stand below them in the source.

Pydantic can read them itself while it makes a class (`use_attribute_docstrings`). That took half the time that a
command needs to start, for texts that only the schema and some error messages show.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import ModelSchema


def meanings(shape: type[BaseModel]) -> dict[str, str]:
    """Give what the fields of a shape mean, by their keys in a file; fields without a text are left out."""
    texts = {name: text for base in reversed(shape.__mro__) for name, text in _own_texts(base).items()}
    stated = {name: field.description for name, field in shape.model_fields.items() if field.description}
    fields = shape.model_fields
    return {fields[name].alias or name: text for name, text in (texts | stated).items() if name in fields}


class MeaningfulSchema(GenerateJsonSchema):
    """The JSON Schema of shapes, with the meaning of every field."""

    def model_schema(self, schema: ModelSchema) -> dict[str, Any]:
        """Give the schema of one shape."""
        whole = super().model_schema(schema)
        texts = meanings(schema["cls"])
        for name, entry in whole.get("properties", {}).items():
            if name in texts:
                entry.setdefault("description", texts[name])
        return whole


def _own_texts(shape: type) -> Mapping[str, str]:
    return _texts_of_module(shape.__module__).get(shape.__qualname__, {})


@cache
def _texts_of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """Give the texts below the attributes of each class of a module, by the name of the class."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError):  # typed in at a prompt, or made by a program
        return {}
    return {node.name: dict(_texts_below(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _texts_below(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, below in pairwise(node.body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield statement.target.id, inspect.cleandoc(text)
