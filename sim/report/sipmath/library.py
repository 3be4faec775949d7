"""A run as a library of the SIPmath standard, version 3.0, for other tools (ProbabilityManagement.org).

Each input is a metalog, or a table of its few values, drawn by the HDR uniforms of its stream, or through a Gaussian
copula if it is correlated; each main result is a metalog that the copula ties to the inputs and to the other results.
The draws themselves are arrays beside them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.results import Results
from sim.distributions import Metalog
from sim.distributions.steps import steps_of
from sim.numbers.arrays import Array
from sim.report.formats.json import printed
from sim.report.sipmath import metalog
from sim.report.sipmath.scores import among_inputs, input_scores, with_results
from sim.sampling import hdr
from sim.version import __version__

METRICS = ("roi", "npv", "benefit", "cost", "tco", "peak_exposure")
"""Results that are written where they exist in every future and vary."""

DRAWS = 10_000
"""Most draws written, the first of the run."""

DENSITY = 25
"""Cells of the density that the standard's tools sketch."""

COPULA, MATRIX, INDEX = "Gaussian", "correlationMatrix", "trial number"

_AT = (np.arange(400) + 0.5) / 400


class Library(NamedTuple):
    """A library as plain data, the results not written, the largest misfit with its name, the inputs tied roughly."""

    document: dict[str, Any]
    left_out: tuple[str, ...]
    misfit: tuple[float, str]
    approximate: tuple[str, ...]
    """Inputs tied by more than a Gaussian copula can say."""


def library(results: Results, created: str) -> Library:
    """Give a run as a library; `created` is the day as text."""
    outputs, left_out = _outputs(results)
    seed = results.run.seed if 0 <= results.run.seed < hdr.SEEDS else results.run.seed % hdr.SEEDS
    inputs = {key: x for key, x in results.run.inputs.items() if x.min() < x.max()}
    place, scores = input_scores(results)
    r = among_inputs(scores)
    refs = [_ref(score.name, n, row) for n, (score, row) in enumerate(zip(scores, r, strict=True))]
    sips = [_input(results, key, x, refs[place[key]]) for key, x in inputs.items()]
    sips += [_output(name, x, n) for n, (name, x) in enumerate(outputs.items(), start=len(scores))]
    misfits = [(sip["metadata"].get("misfit", 0.0), sip["name"]) for sip in sips]
    first = min(DRAWS, results.run.kept)
    sips += [_array(name, x[:first]) for name, x in {**inputs, **outputs}.items()]
    names = [*(score.name for score in scores), *outputs]
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
        "globalVariables": [{"name": MATRIX, "value": _matrix(names, with_results(r, scores, outputs))}],
        "U01": {"rng": [*rngs, _counter()], "copula": [_copula(names)]},
        "sips": sips,
    }
    approximate = tuple(key for key, n in place.items() if scores[n].weights is None)
    return Library(document, left_out, max(misfits, default=(0.0, "")), approximate)


def library_text(document: Library) -> str:
    """Give a library as JSON without NaN or Infinity."""
    return printed(document.document, indent=None) + "\n"


def _outputs(results: Results) -> tuple[dict[str, Array], tuple[str, ...]]:
    outputs, left_out = {}, []
    for vendor, result in results.items():
        for metric in METRICS:
            x, name = result[metric], f"{vendor}: {metric}"
            if np.isfinite(x).all() and np.quantile(x, 0.01) < np.quantile(x, 0.99):
                outputs[name] = x
            else:
                left_out.append(name)
    return outputs, tuple(left_out)


def _ref(name: str, n: int, correlations: Array) -> dict[str, Any]:
    """Give what draws an input: its generator as it is, or the copula if others move with it."""
    return {"source": "rng", "name": name} if np.count_nonzero(correlations) == 1 else _layer(n)


def _layer(n: int) -> dict[str, Any]:
    return {"source": "copula", "name": COPULA, "copulaLayer": f"c{n + 1}"}


def _input(results: Results, key: str, x: Array, ref: dict[str, Any]) -> dict[str, Any]:
    asked = results.inputs_asked[key]
    steps = steps_of(asked.distribution)
    sip: dict[str, Any] = {"name": key, "ref": ref}
    metadata = _metadata(x) | {"asked": asked.asked, "source": asked.source}
    if steps is not None:
        values, upto = steps
        rows = np.column_stack([upto, values])
        return sip | {"function": "Lookup_Table", "arguments": {"value": rows.tolist()}, "metadata": metadata}
    distribution = metalog.fitted(_AT, asked.distribution.ppf(_AT), *asked.distribution.bounds)
    return sip | _written(distribution, asked.distribution.ppf(_AT), metadata)


def _output(name: str, x: Array, n: int) -> dict[str, Any]:
    quantiles = np.quantile(x, _AT)
    return {"name": name, "ref": _layer(n)} | _written(metalog.fitted(_AT, quantiles), quantiles, _metadata(x))


def _written(distribution: Metalog, quantiles: Array, metadata: dict[str, Any]) -> dict[str, Any]:
    bounds = {"lowerBound": distribution.low, "upperBound": distribution.high}
    arguments = {name: bound for name, bound in bounds.items() if bound is not None}
    off = np.abs(distribution.ppf(_AT) - quantiles).max() / (quantiles[360] - quantiles[40])
    return {
        "function": "Metalog_1_0",
        "arguments": {**arguments, "aCoefficients": list(distribution.coefficients or ())},
        "metadata": metadata | {"misfit": float(off)},
    }


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
