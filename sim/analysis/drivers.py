"""What moves a target, from the run's own draws: conditional means, shares of the spread, and how sure both are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.alone import Alone, alone
from sim.analysis.driver import Driver, drivers_of
from sim.analysis.ends import Ends, ends_of
from sim.analysis.flags import flagged, partners_of
from sim.analysis.groups import grouped
from sim.analysis.paired import Paired
from sim.analysis.shares import NONE, Told, floor, shapley_shares
from sim.analysis.splines import columns_of, spline_where
from sim.analysis.target import Target, target_of
from sim.errors import UsageError
from sim.numbers.arrays import Array, Places
from sim.sampling.draws import REPLICATES
from sim.sampling.estimates import Estimate

FEWEST = 256
"""Draws that a tornado takes at least: tenths of two dozen."""
MOST = 16_384
"""Draws that shares are estimated from at most, the first of each replicate: they are right to 0.3 points then."""
EXISTS = 0.5
"""Share of the draws in which a target must exist."""
SAME = 1e-12
"""A span this small beside the values is rounding."""
FREEDOM, OF_SIZES = 14, 4
"""Most degrees of freedom of an input's curve, and of the curve in what an event brings."""
COLUMNS, DRAWS_A_COLUMN = 240, 8
"""Columns of a fit at most, about, and draws for each of them at least: these decide between them."""


@dataclass(frozen=True, eq=False)
class DriverBar:
    """What one driver, or a group of them, does to the target."""

    title: str
    key: str
    """Key of its input; of a group, its name."""
    drivers: tuple[Driver, ...]
    told: Told
    floor: float
    """Share that a useless input exceeds in 1 of 100 runs."""
    ends: Ends
    alone: Alone | None
    """One at a time; None of a group, whose inputs do not move alone."""
    flag: str = ""

    @property
    def driver(self) -> Driver | None:
        """The driver, if it is no group."""
        return self.drivers[0] if self.alone is not None else None

    @property
    def share(self) -> Estimate:
        """Its part of the target's variance, 0 to 1."""
        return self.told.estimate

    @property
    def is_noise(self) -> bool:
        """Whether a useless input could have this share."""
        return self.told.share <= self.floor


@dataclass(frozen=True, eq=False)
class DriverTornado:
    """The bars of a target, the largest share first; with `together` their shares add up to 1."""

    target: Target
    mean: float
    sd: float
    base: float
    """The target in the base run; NaN of a probability."""
    bars: tuple[DriverBar, ...]
    together: Estimate
    """Share of the variance that inputs make only in combination, or that one input alone does not tell."""
    draws: int
    existing: float
    """Share of the draws in which the target exists; the others are left out."""

    @property
    def told(self) -> list[DriverBar]:
        """The bars above the noise."""
        return [bar for bar in self.bars if not bar.is_noise]

    @property
    def noise(self) -> list[DriverBar]:
        """The bars that a useless input could have."""
        return [bar for bar in self.bars if bar.is_noise]

    @property
    def floor(self) -> float:
        """The floor of most bars."""
        return float(np.median([bar.floor for bar in self.bars])) if self.bars else 0.0

    @property
    def is_correlated(self) -> bool:
        """Whether inputs are correlated, so that shares are Shapley's."""
        blocks = [driver.block for bar in self.bars for driver in bar.drivers]
        return len(set(blocks)) < len(blocks)


@dataclass(frozen=True, eq=False)
class Sample:
    """The draws in which a target exists, m of them, and those from which shares are estimated."""

    rows: Places
    """Their places among all draws, (m,)."""
    y: Array
    replicate: Places
    first: Places
    """Places within the m: the first of each replicate, at most `MOST` in all, (k,)."""


@dataclass(frozen=True, eq=False)
class _Fit:
    """What is known of one driver before it is a bar."""

    driver: Driver
    values: Array
    """(m,)."""
    told: Told
    columns: int
    curve: Array
    """Its part of the fit, (k,)."""


def driver_tornado(options: Paired, name: str = "", vendor: str = "", groups: Sequence[str] = ()) -> DriverTornado:
    """Give the bars of a target, the gap between the best option and the next by default; see `Target`.

    `groups` are parts of the file, or 'section' or 'vendor': their inputs are one bar each.

    Raises:
        UsageError: an unknown target, vendor or group, too few draws, or a target that never varies.
    """
    target = target_of(options, name, vendor)
    cases = {one: options.cases[one] for one in target.vendors}
    drivers = drivers_of(cases)
    sample = sampled(target)
    together = grouped(drivers, groups)
    fits = _fits(drivers, options.inputs, sample)
    moved = alone(target, cases, drivers)
    single = _single(fits, moved, options.inputs, sample)
    in_groups = {place for places in together.values() for place in places}
    bars = [bar for place, bar in enumerate(single) if place not in in_groups]
    bars += [_group(title, [fits[place] for place in places], sample) for title, places in together.items()]
    rest = sum((fit.told for fit in fits), NONE)
    return DriverTornado(
        target,
        float(sample.y.mean()),
        float(sample.y.std()),
        moved[0].base if moved else float("nan"),
        tuple(sorted(bars, key=lambda bar: -bar.told.share)),
        Told(1 - rest.share, 1 - rest.without).estimate,
        len(sample.y),
        len(sample.y) / len(target.values),
    )


def sampled(target: Target) -> Sample:
    """Give the draws of a target.

    Raises:
        UsageError: it exists in too few draws, or is the same in all of them.
    """
    rows = np.flatnonzero(np.isfinite(target.values))
    size = len(target.values)
    if size < FEWEST:
        raise UsageError(f"a tornado takes {FEWEST} futures at least, and the run has {size:,} (--draws {FEWEST})")
    if len(rows) < max(FEWEST, EXISTS * size):
        raise UsageError(
            f"the {target.title} is a number in {len(rows) / size:.0%} of the futures: too few for a tornado of it"
            f" (it takes half of them, and {FEWEST} at least; npv and loss exist in all)"
        )
    y = target.values[rows]
    if np.ptp(y) <= SAME * np.abs(y).max():
        raise UsageError(f"the {target.title} is the same in every future: nothing moves it")
    first = np.flatnonzero(rows % (size // REPLICATES) < MOST // REPLICATES)
    return Sample(rows, y, rows * REPLICATES // size, first)


def _fits(drivers: Sequence[Driver], inputs: Mapping[str, Array], sample: Sample) -> list[_Fit]:
    """Give the share of each driver, from one fit of all of them."""
    values = [driver.values(inputs)[sample.rows] for driver in drivers]
    freedom = _freedom(len(sample.first), len(drivers))
    columns = [_columns(d, x, inputs, sample, freedom) for d, x in zip(drivers, values, strict=True)]
    y, replicate = sample.y[sample.first], sample.replicate[sample.first]
    told, curves = shapley_shares(columns, y, blocks=[driver.block for driver in drivers], replicate=replicate)
    parts = zip(drivers, values, told, columns, curves, strict=True)
    return [_Fit(driver, x, share, of.shape[1], curve) for driver, x, share, of, curve in parts]


def _freedom(size: int, count: int) -> int:
    """Give the degrees of freedom of each of so many curves: fewer where there are few draws for them."""
    return int(np.clip(min(COLUMNS, size // DRAWS_A_COLUMN) // count, 1, FREEDOM))


def _columns(driver: Driver, values: Array, inputs: Mapping[str, Array], sample: Sample, freedom: int) -> Array:
    """Give the columns of a driver: of an event, whether it happens, and curves in what it brings where it does."""
    x = values[sample.first]
    columns = columns_of(x, freedom)
    drawn = [inputs[one.key][sample.rows[sample.first]] for one in driver.sizes]
    return np.column_stack([columns, *(spline_where(x > 0, z, min(freedom, OF_SIZES)) for z in drawn if (x > 0).any())])


def _single(
    fits: Sequence[_Fit], moved: Sequence[Alone], inputs: Mapping[str, Array], sample: Sample
) -> list[DriverBar]:
    """Give a bar a driver."""
    ends = [ends_of(fit.values, sample.y, sample.replicate, _shown(fit, inputs, sample)) for fit in fits]
    partners = partners_of([fit.driver for fit in fits], [fit.values for fit in fits], [end.swing for end in ends])
    size = len(sample.first)
    bars = []
    for fit, end, at, partner in zip(fits, ends, moved, partners, strict=True):
        lowest = floor(fit.columns, size)
        flag = flagged(fit.driver, end, at, partner) if fit.told.share > lowest else ""
        bars.append(DriverBar(fit.driver.title, fit.driver.key, (fit.driver,), fit.told, lowest, end, at, flag))
    return bars


def _shown(fit: _Fit, inputs: Mapping[str, Array], sample: Sample) -> Array | None:
    return None if fit.driver.event else inputs[fit.driver.key][sample.rows]


def _group(title: str, fits: Sequence[_Fit], sample: Sample) -> DriverBar:
    """Give the bar of a group: its ends are the futures in which all its inputs together do least and most."""
    does = np.sum([fit.curve for fit in fits], axis=0)
    first = sample.first
    ends = ends_of(does, sample.y[first], sample.replicate[first], np.full(len(first), np.nan))
    lowest = floor(sum(fit.columns for fit in fits), len(first))
    drivers = tuple(fit.driver for fit in fits)
    return DriverBar(title, title, drivers, sum((fit.told for fit in fits), NONE), lowest, ends, None)
