"""A chart as data: panels of marks on axes, which any format can draw; nothing here knows colours, fonts or sizes."""

from dataclasses import dataclass
from enum import StrEnum

from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind


class Role(StrEnum):
    """What a mark stands for; a format gives each its look."""

    OPTION = "option"
    """One of several things compared, told apart by its `number`."""
    MEDIAN = "median"
    WITH_TIME = "with time"
    """A median that values staff time too."""
    ZERO = "zero"
    TARGET = "target"
    BASE = "base"
    SIMULATED = "simulated"
    LOW = "low"
    HIGH = "high"
    SEEN = "seen"
    FITTED = "fitted"
    PERFECT = "perfect"


@dataclass(frozen=True)
class Axis:
    """What runs along one side of a panel."""

    label: str = ""
    kind: Kind | None = None
    """What its numbers measure; None for a scale that is not read, such as a likelihood."""
    ends: tuple[float | None, float | None] = (None, None)
    names: tuple[str, ...] | None = None
    """What rows 0, 1, 2 ... from above are called, on an axis of rows."""
    input_digits: bool = False
    """Whether numbers are written as people give inputs, not as results."""

    @property
    def is_read(self) -> bool:
        """Whether its numbers are shown."""
        return self.kind is not None


@dataclass(frozen=True, eq=False)
class Curve:
    """A line through points, (k,) each."""

    x: Array
    y: Array
    role: Role
    label: str = ""
    number: int = 0
    stepped: bool = False
    """Whether a value holds until the next point."""
    filled: bool = False
    """Whether the area down to zero is shaded."""
    dotted: bool = False
    """Whether points are marked, since nothing lies between them."""


@dataclass(frozen=True, eq=False)
class Band:
    """What lies between two lines, (k,) each."""

    x: Array
    low: Array
    high: Array
    label: str
    depth: float
    """How strong, 0 to 1: the likelier, the stronger."""


@dataclass(frozen=True)
class Level:
    """A straight line across the panel at a value of one axis."""

    at: float
    role: Role
    axis: str = "x"
    label: str = ""
    """What the legend calls it."""
    name: str = ""
    """What is written beside the line itself."""
    number: int = 0
    short: bool = False
    """Whether it is only a tick at the foot."""


@dataclass(frozen=True, eq=False)
class Bars:
    """Horizontal bars in rows 0, 1, 2 ..., from a base to an end each, (k,)."""

    base: float
    ends: Array
    role: Role
    label: str


@dataclass(frozen=True)
class EndText:
    """A text outside the end of a bar."""

    row: int
    end: float
    other: float
    """The other end of the same row: the text goes away from it."""
    text: str


@dataclass(frozen=True, eq=False)
class Outlines:
    """Hollow bars in rows 0, 1, 2 ..., (k,): what is compared with the filled ones; NaN where there is none."""

    low: Array
    high: Array
    label: str


@dataclass(frozen=True, eq=False)
class RowCurve:
    """A curve inside a row: `x` on the panel's axis, (k,), while `at` goes from the foot, 0, to the head, 1."""

    row: int
    x: Array
    at: Array
    label: str = ""


@dataclass(frozen=True)
class RowText:
    """A text at the right of a row, outside the drawing area; row -1 is the heading of such texts."""

    row: int
    text: str


@dataclass(frozen=True, eq=False)
class Histogram:
    """Values counted in so many bins, as densities; or the share of each whole number."""

    values: Array
    bins: int
    shares: Array | None = None
    """Where values are whole numbers, (k,) in rising order: the share of each."""


@dataclass(frozen=True, eq=False)
class Points:
    """Points without a line, (k,) each, beside the line on which x is y."""

    x: Array
    y: Array


@dataclass(frozen=True, eq=False)
class Spans:
    """From a low to a high value in rows 0, 1, 2 ..., with a dot between and a text at the right edge, (k,) each."""

    low: Array
    middle: Array
    high: Array
    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Spot:
    """One option as a point with its name beside it."""

    x: float
    y: float
    name: str
    number: int = 0
    filled: bool = True
    """Whether it stands out; else only its outline is drawn."""


@dataclass(frozen=True)
class Remark:
    """A sentence in place of marks."""

    text: str


Mark = (
    Curve | Band | Level | Bars | EndText | Outlines | RowCurve | RowText | Histogram | Points | Spans | Spot | Remark
)


@dataclass(frozen=True)
class Panel:
    """One drawing area."""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    title: str = ""
    about: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart: a panel, or several side by side that share scales where they share an axis."""

    title: str
    panels: tuple[Panel, ...]
    about: str = ""
    currency: str = ""
    legend: str = "best"
    """Where the key of a single panel goes: best, or a corner."""
