"""A part of a run as plain bytes and back: names and whole numbers as JSON, arrays as they lie in memory.

Nothing in it can run when it is read, unlike a pickle.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.parts import DrawnRows, Part
from sim.engine.sketch import Cells
from sim.numbers.undefined import Why
from sim.sampling.draws import Chunk

DTYPES = {name: np.dtype(name) for name in ("|u1", "<u2", "<u4", "<u8", "<f4", "<f8")}
"""What arrays may be made of."""

LENGTH = 8
"""Bytes of the length of the JSON text."""


def pack(part: Part) -> bytes:
    """Give a part as bytes; cells and counts in the narrowest whole numbers that hold them."""
    arrays: list[NDArray[Any]] = []

    def put(x: NDArray[Any]) -> int:
        arrays.append(x)
        return len(arrays) - 1

    content = {
        "chunks": part.chunks,
        "seconds": part.seconds,
        "rows": [_packed_rows(rows, put) for rows in part.rows],
        "cells": [[*place, *_packed_cells(cells, put)] for place, cells in part.cells.items()],
        "lines": [[*place, hex(total)] for place, total in part.lines.items()],
    }
    whole = [np.ascontiguousarray(x, x.dtype.newbyteorder("<")) for x in arrays]
    head = json.dumps(content | {"arrays": [(x.dtype.str, x.shape) for x in whole]}).encode()
    return b"".join([len(head).to_bytes(LENGTH, "little"), head, *(x.tobytes() for x in whole)])


def unpack(data: bytes) -> Part:
    """Give the part that `pack` wrote.

    Raises:
        ValueError: the bytes are no part.
        KeyError, TypeError, IndexError, AttributeError: likewise.
    """
    end = LENGTH + int.from_bytes(data[:LENGTH], "little")
    content = json.loads(data[LENGTH:end])
    arrays = []
    for name, shape in content["arrays"]:
        x = np.frombuffer(data, DTYPES[name], count=int(np.prod(shape)), offset=end).reshape(shape)
        end += x.nbytes
        arrays.append(x)
    if end != len(data):
        raise ValueError("more bytes than arrays")
    return Part(
        chunks=[Chunk(*chunk) for chunk in content["chunks"]],
        seconds=content["seconds"],
        rows=[_rows(rows, arrays) for rows in content["rows"]],
        cells={(v, m, r): _cells(cells, arrays) for v, m, r, *cells in content["cells"]},
        lines={(v, line, r): int(total, 16) for v, line, r, total in content["lines"]},
    )


def _packed_rows(rows: DrawnRows, put: Any) -> dict[str, Any]:
    return {
        "chunk": rows.chunk,
        "inputs": _placed(rows.inputs, put),
        "metrics": {name: _placed(metrics, put) for name, metrics in rows.metrics.items()},
        "paths": {name: [put(x) for x in paths] for name, paths in rows.paths.items()},
        "coefficients": {name: _placed(coefficients, put) for name, coefficients in rows.coefficients.items()},
    }


def _placed(arrays: Mapping[str, NDArray[Any]], put: Any) -> dict[str, int]:
    return {key: put(x) for key, x in arrays.items()}


def _rows(packed: Mapping[str, Any], arrays: list[NDArray[Any]]) -> DrawnRows:
    return DrawnRows(
        chunk=Chunk(*packed["chunk"]),
        inputs={key: arrays[i] for key, i in packed["inputs"].items()},
        metrics={name: {m: arrays[i] for m, i in metrics.items()} for name, metrics in packed["metrics"].items()},
        paths={name: (arrays[i], arrays[j]) for name, (i, j) in packed["paths"].items()},
        coefficients={
            name: {q: arrays[i] for q, i in coefficients.items()}
            for name, coefficients in packed["coefficients"].items()
        },
    )


def _packed_cells(cells: Cells, put: Any) -> list[Any]:
    """Give the first cell, the steps from one to the next, and how many draws lie in each; then sums."""
    first = int(cells.cells[0]) if cells.cells.size else 0
    steps = np.asarray(np.diff(cells.cells.astype(np.int64), prepend=first), np.int64)
    numbers = [cells.centre, first, put(_narrow(steps)), put(_narrow(cells.counts))]
    return [*numbers, list(cells.reasons.items()), cells.never, hex(cells.total), hex(cells.squares)]


def _cells(packed: list[Any], arrays: list[NDArray[Any]]) -> Cells:
    centre, first, steps, counts, reasons, never, total, squares = packed
    cells = Cells(float(centre))
    cells.cells = (first + np.cumsum(arrays[steps], dtype=np.int64)).astype(np.int32)
    cells.counts = arrays[counts].astype(np.int64)
    cells.reasons, cells.never = Counter({Why(why): int(count) for why, count in reasons}), int(never)
    cells.total, cells.squares = int(total, 16), int(squares, 16)
    return cells


def _narrow(x: NDArray[np.int64]) -> NDArray[Any]:
    """Give whole numbers from 0 in the narrowest type that holds them."""
    return x.astype(np.min_scalar_type(int(x.max(initial=0))))
