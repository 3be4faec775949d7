"""What the numbers of a run refer to: the scenario they come from, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.model.key_figures.table import Record
from sim.sampling.correlation import Correlation


@dataclass(frozen=True)
class Assumption:
    """One number of a scenario as its file writes it, and what the file says of it."""

    place: str
    title: str
    """The place in a planner's words, and whose it is."""
    asked: str
    source: str
    note: str


@dataclass(frozen=True)
class FeatureNote:
    """One feature of a vendor and one number that it may move: at what quality, and whether and how it counts."""

    vendor: str
    feature: str
    quality: str
    about: str
    """What the file says of the quality: its source and note."""
    moves: str
    """Key of the number."""
    moved: str
    """The same in a planner's words."""
    counts: str
    source: str
    """Source of the default effect; empty if it does not count."""


@dataclass(frozen=True)
class Setting:
    """What the numbers refer to: the scenario's name, currency, horizon, targets, and the file it came from."""

    name: str
    currency: str
    months: int
    target_payback: int | None
    target_roi: float | None
    path: str
    sha256: str
    discount_rate: str
    assumptions: tuple[Assumption, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    features: tuple[FeatureNote, ...] = ()
    risk_tolerance: float | None = None
    """Of an exponential utility, an amount; None if the file gives none."""
    nothing: str | None = "buy nothing"
    """What taking none of the offers is called; None where it is no option."""
    must_buy: str = ""
    """Why it is none."""
    kpis: Mapping[str, Record] = field(default_factory=dict)
    """What the file says of key figures."""
    target_payback_cash: int | None = None
    target_roi_cash: float | None = None
    kpi_month: int = 0
    """Last month of the year whose key figures are given."""
    tei: bool = False
    """Whether figures are those of yearly tables (`method: tei`)."""

    @property
    def roi(self) -> str:
        """The metric that is called the ROI: on present values in yearly tables, undiscounted else."""
        return "roi_pv" if self.tei else "roi"

    @property
    def payback_within(self) -> int:
        """Month by which payback is asked for: the target, or the horizon without one."""
        return self.target_payback or self.months
