"""The uncertain inputs as people read them: before a run, and as asked for against as drawn."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analysis.cells import Asked, Blocks
from sim.analysis.names import names_of
from sim.analysis.preview import Preview
from sim.analysis.results import Results
from sim.analysis.table import Cell, Table, people
from sim.model.setting import Setting
from sim.sampling.correlation import Correlation
from sim.sampling.draws import Input

PREVIEWED = ("Mean", "P5", "P10", "P50", "P90", "P95")
STRENGTHS = ("asked", "used", "drawn")
DRAWN = ("Min", "P10", "P50", "Mean", "P90", "Max")


def inputs_shown(results: Results) -> Table:
    """Give every input as asked for and as drawn, a row an input."""
    names = names_of(results.inputs_asked.values())
    rows = (
        (names[row["input"]], row["asked"], *_figures(results, row), _shape(results, row)) for row in results.input_rows
    )
    return people("inputs", ["Input", "Asked", *DRAWN, "Shape as drawn"], rows, results.setting.currency)


def inputs_listed(results: Results) -> Table:
    """Give the same for a terminal: figures and shape as drawn, and below each row what was asked for."""
    names = names_of(results.inputs_asked.values())
    rows = ((names[row["input"]], *_figures(results, row), _shape(results, row)) for row in results.input_rows)
    notes = ((row["asked"],) for row in results.input_rows)
    return people("inputs", ["Input", *DRAWN, "Shape"], rows, results.setting.currency, notes=notes)


def _figures(results: Results, row: Mapping[str, Any]) -> list[Cell]:
    """Give an input's min, P10, P50, mean, P90 and max as drawn, in its own unit."""
    unit = results.inputs_asked[row["input"]].unit
    return [Asked(row[key], unit) for key in ("min", "p10", "p50", "mean", "p90", "max")]


def _shape(results: Results, row: Mapping[str, Any]) -> Blocks:
    return Blocks(results.input_pictures[row["input"]][1])


def previews_listed(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str]) -> Table:
    """Give the inputs before a run: figures and shape, and below each row what was asked for, for whom, and why."""
    names = names_of(preview.input for preview in previews)
    rows = ((names[p.input.key], *_previewed(p), Blocks(p.picture.shares)) for p in previews)
    notes = (_notes(preview, vendors) for preview in previews)
    return people("inputs", ["Input", *PREVIEWED, "Shape"], rows, setting.currency, notes=notes)


def _previewed(preview: Preview) -> list[Cell]:
    return [Asked(x, preview.input.unit) for x in preview.figures]


def _notes(preview: Preview, vendors: Sequence[str]) -> tuple[str, ...]:
    asked = preview.input
    told = ((title, text) for title, text in (("source", asked.source), ("note", asked.note)) if text)
    used = f"{asked.asked}; used by {used_by(preview.users, vendors)}"
    return (used, *(f"{title}: {text}" for title, text in told))


def used_by(users: Sequence[str], vendors: Sequence[str]) -> str:
    """Name the vendors that use an input, all of them in one word."""
    everyone = "both vendors" if len(vendors) == 2 else f"all {len(vendors)} vendors"
    return everyone if len(users) == len(vendors) > 1 else ", ".join(users)


def pairs_listed(previews: Sequence[Preview], setting: Setting) -> list[str]:
    """Give the correlations between some inputs before a run, a line each."""
    inputs = {preview.input.key: preview.input for preview in previews}
    pairs = [pair for pair in setting.correlations if pair.a in inputs and pair.b in inputs]
    of_all = [pair for pair in pairs if pair.of_all]
    told = [f"{_all_title(of_all)}: {_measure(of_all[0])} {_span(pair.used for pair in of_all)}"] if of_all else []
    others = (pair for pair in pairs if not pair.of_all)
    return told + [f"{pair_title(inputs[p.a], inputs[p.b])}: {_measure(p)} {p.used:.3g}" for p in others]


def _all_title(pairs: Sequence[Correlation]) -> str:
    """Name the pairs of effects that one line of the file ties."""
    tied = len({key for pair in pairs for key in (pair.a, pair.b)})
    turned = " (minus where one of the two does harm)" if len({pair.asked > 0 for pair in pairs}) > 1 else ""
    return f"every two of {tied} effects, {len(pairs)} pairs{turned}"


def _measure(pair: Correlation) -> str:
    return pair.measure.replace("_", " ")


def _span(values: Iterable[float], digits: str = ".3g") -> str:
    """Give what strengths lie between, their signs left out."""
    low, *between = sorted({f"{abs(value):{digits}}" for value in values}, key=float)
    return f"{low} to {between[-1]}" if between else low


def pair_title(a: Input, b: Input) -> str:
    """Name a pair: 'Acme: overrun, times the quote ~ months that go-live is late' where both are one vendor's own."""
    if a.owner == b.owner:
        return _of(a.owner, f"{a.title} ~ {b.title}")
    return " ~ ".join(_of(one.owner, one.title) for one in (a, b))


def _of(owner: str, title: str) -> str:
    return f"{owner}: {title}" if owner else title


def correlations_shown(results: Results) -> Table:
    """Give the correlations as asked for, as used and as drawn, a row a pair; no rows if none were asked for.

    The pairs of all effects are one row: correlations.csv has each of them.
    """
    told = list(zip(results.setting.correlations, results.correlation_rows, strict=True))
    of_all = [(pair, row) for pair, row in told if pair.of_all]
    rows = [
        (
            pair_title(results.inputs_asked[pair.a], results.inputs_asked[pair.b]),
            _measure(pair),
            *(f"{row[key]:.3f}" for key in STRENGTHS),
        )
        for pair, row in told
        if not pair.of_all
    ]
    if of_all:
        spans = (_span((row[key] for _, row in of_all), ".3f") for key in STRENGTHS)
        rows.insert(0, (_all_title([pair for pair, _ in of_all]), _measure(of_all[0][0]), *spans))
    return people("correlations", ["Inputs that move together", "Measure", "Asked", "Used", "Drawn"], rows)
