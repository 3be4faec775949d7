"""What all charts share: style, saving, colours told apart by colour-blind readers (Okabe and Ito 2008)."""

import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.numbers.writing import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")

FONT = "DejaVu Sans"
OTHERS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR"),
    *("Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans", "Hiragino Sans GB", "Yu Gothic", "Meiryo"),
    *("Malgun Gothic", "Apple SD Gothic Neo", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "IPAexGothic"),
    *("Noto Sans Devanagari", "Nirmala UI", "Noto Sans Thai", "Leelawadee UI", "Noto Sans Bengali", "Noto Sans Tamil"),
    *("Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans Hebrew", "Noto Emoji", "Segoe UI Symbol", "Arial Unicode MS"),
)
"""Fonts with signs that the first one lacks, on the systems that planners have."""

STYLE: Any = {
    "font.family": FONT,
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


def save(figure: "Figure", path: Path, *suffixes: str) -> frozenset[str]:
    """Write a figure in some formats; give the signs that are boxes in it, since no font of the machine has them.

    SVG text stays text, which is smaller and can be searched, and its viewers take fonts of their own: no boxes there.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    boxes = _find_signs(figure)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        if ".png" in suffixes:
            how: Any = {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 2}}
            FigureCanvasAgg(figure).print_png(f"{path}.png", **how)
        if ".svg" in suffixes:
            FigureCanvasSVG(figure).print_svg(f"{path}.svg", metadata={"Date": None})
    return boxes if ".png" in suffixes else frozenset()


def _find_signs(figure: "Figure") -> frozenset[str]:
    """Let texts with signs that the font lacks have other fonts of the machine too; give those that it lacks still."""
    from matplotlib.text import Text

    rare = [text for text in figure.findobj(Text) if not text.get_text().isascii()]
    if lacking := [text for text in rare if not _known_signs().issuperset(map(ord, text.get_text()))]:
        for text in lacking:
            text.set_fontfamily([FONT, *_other_fonts()])
    signs = {sign for text in lacking for sign in text.get_text()}
    return frozenset(sign for sign in signs if ord(sign) not in _known_signs() and not _is_known(ord(sign)))


@cache
def _known_signs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(FONT)).get_charmap()) | {ord("\n")}


@cache
def _is_known(sign: int) -> bool:
    """Whether another font has a sign."""
    from matplotlib.font_manager import findfont, get_font

    return any(sign in get_font(findfont(name)).get_charmap() for name in _other_fonts())


@cache
def _other_fonts() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    return tuple(name for name in OTHERS if name in set(fontManager.get_font_names()))


def short(name: str, width: int = 40) -> str:
    """Give a name that fits a chart."""
    shown = visible(name)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"
