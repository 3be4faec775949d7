"""Pages of many small panels: inputs before a run, inputs as drawn, correlations.

A page is one axes with a handful of artists, in inches from its lower left corner. Forty axes of matplotlib's own would
take a second and a half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.preview import Preview, correlation_matrix
from sim.analysis.results import Results
from sim.distributions.picture import CELLS, Picture
from sim.model.setting import Setting
from sim.numbers.arrays import Array
from sim.numbers.writing import input_value, visible
from sim.report.charts.style import COLOURS, STYLE, save, short
from sim.report.tables.inputs import used_by
from sim.sampling.draws import Input
from sim.study.folder import whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, TALL = 2.5, 1.0
"""Inches of a panel's curves."""
GAP, LEFT = 0.3, 0.25
ABOVE, BELOW = 0.52, 0.26
"""Inches for a panel's name and what was asked, and for its values."""
HEAD = 0.75
TITLE = 8.0, 12.0
"""Smallest and largest font of a page's title, in points."""
POINT_WIDE = 0.0088
"""Inches that a bold character takes in the width, on average, for each point of its font."""
ACROSS = 4
ROOM = 0.44
"""Inches that a value needs on the axis."""
LIGHT, DARK = "#a9cce3", COLOURS[0]
CURVE = COLOURS[1]
MAP_CELL, MAP_LABELS = 0.32, 2.7
"""Inches of a cell of the heat map, and of the labels left of it and below."""
MOST_NUMBERS = 16
"""Most inputs of a heat map with its numbers written in."""


@dataclass(frozen=True)
class Panel:
    """One input of a page, and whose it is; `drawn` are the shares of its draws by cell, if it has been drawn."""

    input: Input
    picture: Picture
    for_whom: str
    drawn: Array | None = None


def write_preview(previews: Sequence[Preview], setting: Setting, vendors: Sequence[str], path: Path) -> frozenset[str]:
    """Draw density and cumulative curve of every input into one file, whole or not at all; its suffix is the format.

    Gives the signs that are boxes, since no font of the machine has them.
    """
    import matplotlib

    panels = [Panel(p.input, p.picture, used_by(p.users, vendors)) for p in previews]
    title = f"Uncertain inputs before any run: {setting.name}"
    with matplotlib.rc_context(STYLE), whole_file(path) as draft:
        legend = ("relative likelihood", "probability of at most that, 0 to 1")
        names, matrix = correlation_matrix(setting.correlations, {p.input.key: p.input for p in previews})
        figure = _page(panels, setting.currency, title, legend, below=_map_height(len(names)))
        if names:
            inputs = {p.input.key: p.input for p in previews}
            _map_below(figure, [_map_name(inputs[key]) for key in names], matrix)
        return save(figure, draft.with_suffix(""), draft.suffix)


def inputs_page(results: Results) -> "Figure":
    """Draw every input as asked for, a line, on its draws, a histogram."""
    users = {
        key: [n for n, r in results.items() if key in {i.key for i in r.case.inputs}] for key in results.run.inputs
    }
    panels = [
        Panel(results.inputs_asked[key], picture, used_by(users[key], list(results)), drawn)
        for key, (picture, drawn) in results.input_pictures.items()
        if picture.ends[0] < picture.ends[1]
    ]
    return _page(panels, results.setting.currency, "Inputs as asked and as drawn", ("as drawn", "as asked"))


def _map_height(inputs: int) -> float:
    """Give the inches that a heat map of some inputs takes, labels included; nothing for none."""
    return 0.0 if not inputs else MAP_LABELS + max(1.2, MAP_CELL * inputs) + 0.6


def _map_name(uncertain: Input) -> str:
    """Name an input of the heat map by its title and its owner."""
    return f"{uncertain.title} ({short(uncertain.owner, 12)})" if uncertain.owner else uncertain.title


def _map_below(figure: "Figure", names: Sequence[str], matrix: Array) -> None:
    """Draw the heat map at the foot of a page."""
    width, height = figure.get_size_inches()
    size = max(1.2, MAP_CELL * len(names))
    place = (MAP_LABELS / width, MAP_LABELS / height, min(size + 1, width - MAP_LABELS - 0.3) / width, size / height)
    axes = figure.add_axes(place)
    axes.set_title("Rank correlations between inputs", fontsize=9)
    heat_map(axes, names, matrix)


def _page(
    panels: Sequence[Panel], currency: str, title: str, legend: tuple[str, str], *, below: float = 0.0
) -> "Figure":
    across = max(min(ACROSS, len(panels)), 2)
    down = -(-len(panels) // across)
    figure, axes = _sheet(across * (WIDE + GAP) + 2 * LEFT - GAP, HEAD + down * (ABOVE + TALL + BELOW) + 0.1 + below)
    width, height = figure.get_size_inches()
    corners = [
        (LEFT + (n % across) * (WIDE + GAP), height - HEAD - (n // across) * (ABOVE + TALL + BELOW) - ABOVE - TALL)
        for n in range(len(panels))
    ]
    _heading(axes, width, height, title, legend)
    if not panels:
        axes.text(LEFT, height - HEAD, "nothing is uncertain", va="top", color="#555555")
    _shapes(axes, panels, corners)
    for panel, corner in zip(panels, corners, strict=True):
        _texts(axes, panel, corner, currency)
    return figure


def _sheet(width: float, height: float) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    return figure, axes


def _heading(axes: "Axes", width: float, height: float, title: str, legend: tuple[str, str]) -> None:
    """Write title and legend; a long title gets smaller, then shorter, to keep within the page."""
    room = (width - 2 * LEFT) / POINT_WIDE
    size = min(TITLE[1], max(TITLE[0], room / len(title)))
    axes.text(LEFT, height - 0.22, short(title, int(room / size)), fontsize=size, fontweight="bold", va="center")
    place = LEFT
    for text, colour in ((legend[0], LIGHT), (legend[1], CURVE)):
        axes.plot([place, place + 0.25], [height - 0.5] * 2, color=colour, linewidth=5 if colour == LIGHT else 1.4)
        axes.text(place + 0.32, height - 0.5, text, fontsize=8, va="center")
        place += 0.6 + 0.075 * len(text)
    marked = "marked: P10, P50, P90 (few values: the values)"
    at = (place, height - 0.5) if place + 0.075 * len(marked) < width else (LEFT, height - 0.66)
    axes.text(*at, marked, fontsize=8, va="center")


def _shapes(axes: "Axes", panels: Sequence[Panel], corners: Sequence[tuple[float, float]]) -> None:
    """Draw all curves of the page as four artists."""
    from matplotlib.collections import LineCollection, PolyCollection

    if not panels:
        return
    filled, lines, bases, marks = [], [], [], []
    for panel, corner in zip(panels, corners, strict=True):
        at = np.array(corner)
        filled += [shape * (WIDE, TALL) + at for shape in _filled(panel)]
        lines.append(_line(panel) * (WIDE, TALL) + at)
        bases.append([at, at + np.array([WIDE, 0])])
        marks += [at + np.array([(x * WIDE, 0), (x * WIDE, -0.05)]) for x, _ in _marks(panel)]
    axes.add_collection(PolyCollection(filled, facecolors=LIGHT, edgecolors="none"), autolim=False)
    axes.add_collection(LineCollection(bases, colors="#999999", linewidths=0.8), autolim=False)
    axes.add_collection(LineCollection(marks, colors="#555555", linewidths=0.8), autolim=False)
    axes.add_collection(LineCollection(lines, colors=CURVE, linewidths=1.2), autolim=False)


def _filled(panel: Panel) -> list[Array]:
    """Give what is filled, in units of the panel: a bar a value, the histogram of the draws, or the density."""
    shares = panel.picture.shares if panel.drawn is None else panel.drawn
    scale = 1 / max(float(panel.picture.shares.max()), float(shares.max()))
    if panel.picture.values.size:
        half = 0.5 / CELLS
        tops = [shares[cell] * scale for cell in panel.picture.cells(panel.picture.values)]
        places = [place for place, _ in _marks(panel)]
        return [
            np.array([(x - half, 0), (x - half, y), (x + half, y), (x + half, 0)])
            for x, y in zip(places, tops, strict=True)
        ]
    if panel.drawn is None:
        x = np.concatenate([[0], _middles(), [1]])
        return [np.column_stack([x, np.concatenate([[0], shares * scale, [0]])])]
    edges = np.linspace(0, 1, CELLS + 1)
    x, y = np.repeat(edges, 2), np.concatenate([[0], np.repeat(shares * scale, 2), [0]])
    return [np.column_stack([x, y])]


def _line(panel: Panel) -> Array:
    """Give the curve, in units of the panel: the cumulative one before a run, the asked density over the draws."""
    picture = panel.picture
    if picture.values.size:
        return _steps(panel) if panel.drawn is None else _stems(panel, panel.drawn)
    if panel.drawn is None:
        return np.column_stack([np.linspace(0, 1, CELLS + 1), picture.cumulative])
    scale = 1 / max(float(picture.shares.max()), float(panel.drawn.max()))
    return np.column_stack([_middles(), picture.shares * scale])


def _steps(panel: Panel) -> Array:
    places = np.array([place for place, _ in _marks(panel)])
    heights = np.cumsum(panel.picture.masses)
    return np.column_stack([np.repeat(places, 2), np.repeat(np.concatenate([[0], heights]), 2)[1:-1]])


def _stems(panel: Panel, drawn: Array) -> Array:
    """Give a line that goes up and down at each value."""
    picture = panel.picture
    scale = 1 / max(float(picture.shares.max()), float(drawn.max()))
    tops = picture.shares[picture.cells(picture.values)] * scale
    places = np.array([place for place, _ in _marks(panel)])
    return np.column_stack([np.repeat(places, 3), np.column_stack([0 * tops, tops, 0 * tops]).ravel()])


def _middles() -> Array:
    return (np.arange(CELLS) + 0.5) / CELLS


def _marks(panel: Panel) -> list[tuple[float, float]]:
    """Give the places of the axis with a mark, 0 to 1, and the values there."""
    low, high = panel.picture.ends
    few = panel.picture.values
    values = few if few.size else panel.input.distribution.ppf(np.array([0.1, 0.5, 0.9]))
    return [((float(v) - low) / (high - low), float(v)) for v in values]


def _texts(axes: "Axes", panel: Panel, corner: tuple[float, float], currency: str) -> None:
    x, y = corner
    axes.text(x, y + TALL + 0.38, short(panel.input.title, 36), fontsize=8, fontweight="bold", va="center")
    for line, text in enumerate((panel.for_whom, panel.input.asked)):
        axes.text(x, y + TALL + 0.245 - 0.115 * line, short(text, 50), fontsize=6.5, va="center", color="#555555")
    last = -1.0
    for place, value in _marks(panel):
        if (place - last) * WIDE < ROOM:
            continue
        text = input_value(value, panel.input.unit, currency)
        axes.text(x + place * WIDE, y - 0.07, text, fontsize=6.5, ha="center", va="top", color="#333333")
        last = place


def heat_map(axes: "Axes", names: Sequence[str], matrix: Array) -> None:
    """Draw correlations, (k, k) from -1 to 1, as colours, with their numbers where there is room for them."""
    k = len(names)
    image = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
    labels = [short(visible(name), 44) for name in names]
    axes.set_xticks(range(k), labels, rotation=45, ha="right", rotation_mode="anchor", fontsize=7)
    axes.set_yticks(range(k), labels, fontsize=7)
    axes.grid(visible=False)
    axes.figure.colorbar(image, ax=axes, shrink=0.8, label="rank correlation")
    if k > MOST_NUMBERS:
        return
    for row, column in np.ndindex(k, k):
        value: Any = matrix[row, column]
        if value == 0:  # independent: nothing to read
            continue
        ink = "white" if abs(value) > 0.6 else "#333333"
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=6.5, color=ink)
