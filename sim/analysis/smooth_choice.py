"""Which input a run integrates out: the one asked for if it can be, or the one that moves the NPV most."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from sim.analysis.tornado import tornado
from sim.distributions import Constant
from sim.engine.draws import Run
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.run import simulate
from sim.engine.smooth.law import StepsError, chances
from sim.engine.smooth.lines import NotStraightError, Smoothing
from sim.errors import UsageError, suggestion
from sim.finance.metrics import METRICS
from sim.model.case import Case, all_inputs
from sim.model.evaluation import evaluate
from sim.sampling.design import Design
from sim.sampling.draws import Chunk, Input, draw

AUTO = "auto"

PILOT = Chunk(0, 0, 64)
"""Futures in which inputs are tried."""

NAMED = 6
"""Inputs that a message names, at most."""

Cases = Mapping[str, Case]


def smoothing_of(cases: Cases, asked: str, metrics: Sequence[str]) -> Smoothing:
    """Give the input to integrate out: by its name or the end of it, or for `auto` the widest of the tornado of NPV.

    Raises:
        UsageError: no input is called so, or it cannot be integrated out; the message says why, and which could be.
    """
    inputs = all_inputs(cases)
    if asked == AUTO and AUTO not in inputs:
        return _widest(cases, inputs, metrics)
    key = _key(asked, inputs)
    if reason := _unfit(inputs[key], inputs) or _bent(cases, inputs[key], metrics):
        raise UsageError(f"'{key}' cannot be integrated out: {reason}{_others(cases, inputs, metrics)}")
    return Smoothing(key, inputs[key].distribution)


def simulate_smoothed(
    cases: Cases,
    recipe: Recipe,
    means: Means,
    *,
    metrics: Sequence[str] = tuple(METRICS),
    enough: Callable[[Run], bool] | None = None,
) -> Run:
    """Simulate with the input integrated out that the recipe asks for, if any; else as `sim.engine.run.simulate` does.

    Raises:
        UsageError: no input is called so, or it cannot be integrated out: not at all, or in one of the futures drawn.
    """
    if recipe.smooth is None:
        return simulate(cases, recipe, means, metrics=metrics, enough=enough)
    smoothing = smoothing_of(cases, recipe.smooth, metrics)
    try:
        return simulate(cases, recipe, means, metrics=metrics, smoothing=smoothing, enough=enough)
    except NotStraightError as error:
        others = _others(cases, {k: i for k, i in all_inputs(cases).items() if k != smoothing.key}, metrics)
        raise UsageError(f"'{smoothing.key}' cannot be integrated out: {error}{others}") from None


def _key(asked: str, inputs: Mapping[str, Input]) -> str:
    """Give the key of an input by its name as reports show it, or by the end of it if no other ends so."""
    if asked in inputs:
        return asked
    ends = [key for key in inputs if key.endswith(f".{asked}")]
    if len(ends) > 1:
        raise UsageError(f"several inputs end in '{asked}' (write one of: {', '.join(ends)})")
    if not ends:
        raise UsageError(f"no input is called '{asked}'{suggestion(asked, [*inputs, *_lasts(inputs)])}")
    return ends[0]


def _lasts(inputs: Mapping[str, Input]) -> list[str]:
    return [key.rpartition(".")[2] for key in inputs]


def _unfit(one: Input, inputs: Mapping[str, Input]) -> str:
    """Say why an input cannot be integrated out whatever the model makes of it; nothing if it can."""
    if isinstance(one.distribution, Constant):
        return "it is certain"
    if one.tie is not None:
        return "it moves together with other inputs"
    others = [i.key for i in inputs.values() if i.key != one.key and one.stream in i.streams]
    if others:
        return f"it is drawn together with '{others[0]}'"
    try:
        chances(one.distribution)
    except StepsError:
        return "some of its values have a probability of their own, as counts and events have"
    return ""


def _bent(cases: Cases, one: Input, metrics: Sequence[str]) -> str:
    """Say which results are no straight line in an input in a few futures; nothing if all are."""
    trial = Smoothing(one.key, one.distribution)
    functions = trial.functions(metrics)
    drawn = draw(all_inputs(cases).values(), design=Design.SOBOL, seed=0, chunk=PILOT)
    for case in cases.values():
        if trial.concerns(case):
            own = {i.key: drawn[i.key] for i in case.inputs}
            try:
                trial.coefficients(case, own, evaluate(case, own, metrics=functions).metrics, metrics)
            except NotStraightError as error:
                return str(error)
    return ""


def _fit(cases: Cases, inputs: Mapping[str, Input], metrics: Sequence[str]) -> Iterator[str]:
    """Give the inputs that could be integrated out, those that move the NPV most first."""
    widths = dict.fromkeys(inputs, 0.0)
    for case in cases.values():
        for bar in tornado(case, "npv").bars:
            if bar.input in widths:
                widths[bar.input] = max(widths[bar.input], float(np.nan_to_num(bar.swing)))
    for key in sorted(inputs, key=lambda key: -widths[key]):
        if not _unfit(inputs[key], inputs) and not _bent(cases, inputs[key], metrics):
            yield key


def _widest(cases: Cases, inputs: Mapping[str, Input], metrics: Sequence[str]) -> Smoothing:
    key = next(_fit(cases, inputs, metrics), None)
    if key is None:
        raise UsageError("no input can be integrated out: results are no straight line in any, or they move together")
    return Smoothing(key, inputs[key].distribution)


def _others(cases: Cases, inputs: Mapping[str, Input], metrics: Sequence[str]) -> str:
    names = [key for _, key in zip(range(NAMED), _fit(cases, inputs, metrics), strict=False)]
    return f" (these could be, widest first: {', '.join(names)})" if names else " (nor can any other)"
