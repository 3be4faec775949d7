"""A run as a library of the SIPmath standard, version 3.0, for other tools (ProbabilityManagement.org).

Each input is a metalog, or a table of its few values, drawn by the HDR uniforms of its stream; each main result is a
metalog that a Gaussian copula ties to the inputs and to the other results. The draws themselves are arrays beside them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from sim import __version__, hdr, metalog
from sim.distributions import Array, Distribution, Metalog
from sim.errors import UsageError
from sim.picture import Picture
from sim.results import Results

METRICS = ("roi", "npv", "benefit", "cost", "tco", "peak_exposure")
"""Results that are written where they exist in every future and vary."""

DRAWS = 10_000
"""Most draws written, the first of the run."""

DENSITY = 25
"""Cells of the density that the standard's tools sketch."""

COPULA, MATRIX, INDEX = "Gaussian", "correlationMatrix", "trial number"

_AT = (np.arange(400) + 0.5) / 400


class Library(NamedTuple):
    """A library as plain data, the results that could not be written, and the largest misfit with its name."""

    document: dict[str, Any]
    left_out: tuple[str, ...]
    misfit: tuple[float, str]


def library(results: Results, created: str) -> Library:
    """Give a run as a library; `created` is the day as text.

    Raises:
        UsageError: inputs are correlated, which a library of this program does not hold yet.
    """
    if tied := [key for key, asked in results.inputs_asked.items() if asked.tie]:
        raise UsageError(f"a SIPmath library of correlated inputs cannot be written yet ({', '.join(tied[:5])})")
    outputs, left_out = _outputs(results)
    seed = results.run.seed if 0 <= results.run.seed < hdr.SEEDS else results.run.seed % hdr.SEEDS
    inputs = {key: x for key, x in results.run.inputs.items() if x.min() < x.max()}
    streams = {results.inputs_asked[key].stream.name: x for key, x in inputs.items()}
    sips = [_input(results, key, x) for key, x in inputs.items()]
    sips += [_output(name, x, f"c{n}") for n, (name, x) in enumerate(outputs.items(), start=len(streams) + 1)]
    misfits = [(sip["metadata"].get("misfit", 0.0), sip["name"]) for sip in sips]
    first = min(DRAWS, results.run.draws)
    sips += [_array(name, x[:first]) for name, x in {**inputs, **outputs}.items()]
    names = [*streams, *outputs]
    rngs = [_rng(name, seed) for name in names]
    setting, run = results.setting, results.run
    document = {
        "name": setting.name,
        "objectType": "sipModel",
        "libraryType": "SIPmath_3_0",
        "dateCreated": created,
        "provenance": f"crm-roi-sim {__version__}; {run.draws} draws, {run.design} design, seed {run.seed};"
        f" scenario sha256 {setting.sha256}",
        "version": "1",
        "globalVariables": [{"name": MATRIX, "value": _matrix(names, _correlations(streams, outputs))}],
        "U01": {"rng": [*rngs, _counter()], "copula": [_copula(names)]},
        "sips": sips,
    }
    return Library(document, left_out, max(misfits, default=(0.0, "")))


def library_text(found: Library) -> str:
    """Give a library as JSON without NaN or Infinity."""
    return json.dumps(found.document, allow_nan=False, ensure_ascii=False, indent=None) + "\n"


def _outputs(results: Results) -> tuple[dict[str, Array], tuple[str, ...]]:
    found, left_out = {}, []
    for vendor, result in results.items():
        for metric in METRICS:
            x, name = result[metric], f"{vendor}: {metric}"
            if np.isfinite(x).all() and np.quantile(x, 0.01) < np.quantile(x, 0.99):
                found[name] = x
            else:
                left_out.append(name)
    return found, tuple(left_out)


def _input(results: Results, key: str, x: Array) -> dict[str, Any]:
    asked = results.inputs_asked[key]
    picture = Picture(asked.distribution)
    sip: dict[str, Any] = {"name": key, "ref": {"source": "rng", "name": asked.stream.name}}
    metadata = _metadata(x) | {"asked": asked.asked, "source": asked.source}
    if picture.values.size:
        rows = np.column_stack([np.cumsum(picture.masses), picture.values])
        rows[-1, 0] = 1.0
        return sip | {"function": "Lookup_Table", "arguments": {"value": rows.tolist()}, "metadata": metadata}
    law = metalog.fitted(_AT, asked.distribution.ppf(_AT), *_bounds(asked.distribution))
    return sip | _written(law, asked.distribution.ppf(_AT), metadata)


def _output(name: str, x: Array, layer: str) -> dict[str, Any]:
    quantiles = np.quantile(x, _AT)
    ref = {"source": "copula", "name": COPULA, "copulaLayer": layer}
    return {"name": name, "ref": ref} | _written(metalog.fitted(_AT, quantiles), quantiles, _metadata(x))


def _written(law: Metalog, quantiles: Array, metadata: dict[str, Any]) -> dict[str, Any]:
    bounds = {"lowerBound": law.low, "upperBound": law.high}
    arguments = {name: bound for name, bound in bounds.items() if bound is not None}
    off = np.abs(law.ppf(_AT) - quantiles).max() / (quantiles[360] - quantiles[40])
    return {
        "function": "Metalog_1_0",
        "arguments": {**arguments, "aCoefficients": list(law.coefficients or ())},
        "metadata": metadata | {"misfit": float(off)},
    }


def _bounds(law: Distribution) -> tuple[float | None, float | None]:
    """Give where a law ends; None where it does not."""
    with np.errstate(all="ignore"):
        low, high = law.ppf(np.array([0.0, 1.0]))
    return (float(low) if np.isfinite(low) else None), (float(high) if np.isfinite(high) else None)


def _metadata(x: Array) -> dict[str, Any]:
    numbers = [x.mean(), x.std(), x.min(), *np.quantile(x, [0.05, 0.5, 0.95]), x.max()]
    names = ("mean", "std", "min", "P5", "P50", "P95", "max")
    density = np.histogram(x, bins=DENSITY)[0] / x.size
    return {name: float(v) for name, v in zip(names, numbers, strict=True)} | {"density": density.tolist()}


def _array(name: str, x: Array) -> dict[str, Any]:
    """Give the draws as the standard's array, read by trial number."""
    values = [float(f"{v:.9g}") for v in x]
    ref = {"source": "rng", "name": INDEX}
    return {
        "name": f"{name} (draws)",
        "ref": ref,
        "function": "SIP_Array",
        "arguments": {"type": "array", "value": values},
    }


def _rng(name: str, seed: int) -> dict[str, Any]:
    arguments = {"counter": "PM_Index", "entity": hdr.ENTITY, "varId": hdr.variable_id(name), "seed3": 0, "seed4": seed}
    return {"name": name, "function": "HDR_2_0", "arguments": arguments}


def _counter() -> dict[str, Any]:
    return {"name": INDEX, "function": "Index", "arguments": {"counter": "PM_Index"}}


def _copula(names: Sequence[str]) -> dict[str, Any]:
    return {
        "name": COPULA,
        "function": "GaussianCopula",
        "arguments": {"correlationMatrix": {"type": "globalVariables", "value": MATRIX}, "rng": list(names)},
        "copulaLayer": [f"c{n}" for n in range(1, len(names) + 1)],
    }


def _matrix(names: Sequence[str], r: Array) -> dict[str, Any]:
    """Give the lower triangle by rows, which is what the standard's readers rebuild the matrix from."""
    cells = [
        {"row": names[i], "col": names[j], "value": float(r[i, j])} for i in range(len(names)) for j in range(i + 1)
    ]
    return {"columns": list(names), "rows": list(names), "matrix": cells}


def _correlations(streams: Mapping[str, Array], outputs: Mapping[str, Array]) -> Array:
    """Give the correlations of normal scores: inputs independent, as drawn; results by regression on the inputs.

    Regression keeps the matrix positive definite although the inputs' own chance correlations are left out.
    """
    k, m = len(streams), len(outputs)
    whole = np.eye(k + m)
    if not m:
        return whole
    y = np.array([_scores(x) for x in outputs.values()])
    if k:
        z = np.array([_scores(x) for x in streams.values()])
        slopes = np.linalg.lstsq(z.T, y.T, rcond=None)[0].T
        rest = y - slopes @ z
        joint = np.block([[np.eye(k), slopes.T], [slopes, slopes @ slopes.T + rest @ rest.T / y.shape[1]]])
    else:
        joint = y @ y.T / y.shape[1]
    sd = np.sqrt(np.diag(joint))
    whole = np.asarray(joint / np.outer(sd, sd), dtype=np.float64)
    short = 1e-9 - float(np.linalg.eigvalsh(whole)[0])
    return whole if short <= 0 else (whole + 2 * short * np.eye(k + m)) / (1 + 2 * short)


def _scores(x: Array) -> Array:
    """Give normal scores of the ranks, equal values sharing theirs, with mean 0 and sd 1; zeros of a constant."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    z = ndtri((np.cumsum(counts) - counts / 2) / x.size)[place]
    sd = z.std()
    return np.asarray((z - z.mean()) / sd) if sd else np.zeros_like(z)
