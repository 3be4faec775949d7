"""What all charts share: style, saving, colours told apart by colour-blind readers (Okabe and Ito 2008)."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.numbers.writing import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "text.parse_math": False,
    "text.usetex": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "crm-roi-sim",
    "figure.dpi": 120,
}


def save(figure: "Figure", path: Path, *suffixes: str) -> None:
    """Write a figure in some formats. SVG text stays text, which is smaller and can be searched.

    A sign that the font lacks is drawn as a box in PNG; viewers of SVG take another font.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        if ".png" in suffixes:
            how: Any = {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 2}}
            FigureCanvasAgg(figure).print_png(f"{path}.png", **how)
        if ".svg" in suffixes:
            FigureCanvasSVG(figure).print_svg(f"{path}.svg", metadata={"Date": None})


def short(name: str, width: int = 40) -> str:
    """Give a name that fits a chart."""
    shown = visible(name)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
