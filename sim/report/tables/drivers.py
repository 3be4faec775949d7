"""What moves the result, and where the value comes from, as people read it."""

from collections.abc import Iterator, Sequence

import numpy as np

from sim.analysis.cells import Asked, Figure, Length
from sim.analysis.differences import differences
from sim.analysis.driver import Driver
from sim.analysis.driver_table import TOGETHER_TITLE
from sim.analysis.drivers import DriverBar, DriverTornado
from sim.analysis.ends import End
from sim.analysis.results import Results
from sim.analysis.section import Block, Bullets, Section
from sim.analysis.table import Cell, Column, Table, people
from sim.analysis.target import GAP, LOSS, SHORT, WINS, Target
from sim.analysis.tornado_kinds import ALONE, CHANGE, SPIDER, KindRow, KindTornado
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.writing import input_value, rate

DEFAULT_PRIORS = "* a default prior (sim priors NAME): better a number of your own."
"""What the star behind an input's name says."""
SHOWN = 15
"""Most bars that people are shown; CSV has all of them."""
READ = (
    "Each row: the mean of all futures with the input in its lowest and in its highest tenth, other inputs as they are"
    " there; an event by whether it happens."
)
DISAGREE = (
    "Where this differs by more than a third from moving the input alone, P10 to P90 around the base run (inputs at"
    " medians, events off):"
)
LABELS = {GAP: "Gap", LOSS: "P(loss)", WINS: "P(best)", "npv": "NPV", "roi": "ROI", "cash": "NPV in money"}
"""What targets are called above a column."""


RANKED_ALONE = "P(best) ranks their prices and delays alone"
"""What is said of offers that share all that they bring in use."""
UNITS = {Kind.MONTHS: " months", Kind.HOURS: " h", Kind.FACTOR: " times"}


def drivers_section(tornado: DriverTornado, results: Results, *, bars: bool = False) -> Section:
    """Give a tornado from the draws as people read it, with lengths of bars if wanted."""
    currency = results.setting.currency
    target = tornado.target
    mean, sd = (Figure(value, target.kind).text(currency) for value in (tornado.mean, tornado.sd))
    about = f"Mean {mean}, standard deviation {sd}, of {tornado.draws:,} futures{_existing(tornado)}. {READ}"
    flags = tuple(f"{bar.title}: {bar.flag}" for bar in shown_bars(tornado) if bar.flag)
    flagged: tuple[Block, ...] = (Bullets(DISAGREE, flags),) if flags else ()
    notes = [shares_note(tornado), gap_note(tornado, results), star_note(tornado)]
    table = drivers_shown(tornado, currency, bars=bars)
    return Section(f"What moves the {target.title}", (about, table, *flagged, *(note for note in notes if note)))


def _existing(tornado: DriverTornado) -> str:
    return "" if tornado.existing == 1 else f", the {rate(tornado.existing)} in which it is a number"


def drivers_shown(tornado: DriverTornado, currency: str, *, bars: bool = False) -> Table:
    """Give the bars above the noise, a row an input, then what is left: the shares add up to 100 %."""
    shown = shown_bars(tornado)
    kind, label = tornado.target.kind, label_of(tornado.target)
    widest = max((abs(bar.ends.swing) for bar in shown), default=0.0) or 1.0
    rows: list[tuple[Cell, ...]] = [
        (
            f"{bar.title}{star(bar.driver)}",
            *end_texts(bar, currency),
            *(Figure(end.mean, kind) for end in (bar.ends.low, bar.ends.high)),
            Figure(bar.told.share, Kind.RATE),
            Length(abs(bar.ends.swing) / widest),
        )
        for bar in shown
    ]
    rows += [(text, "", "", "", "", Figure(share, Kind.RATE), "") for text, share in rest_of(tornado)]
    header = ["Input", "Low", "High", f"{label} at low", f"{label} at high", "Share"]
    if not bars:
        return people("tornado", header, [row[:-1] for row in rows], currency)
    return people("tornado", [*header, ""], rows, currency)


def shown_bars(tornado: DriverTornado) -> list[DriverBar]:
    """Give the bars that people are shown."""
    return tornado.told[:SHOWN]


def rest_of(tornado: DriverTornado) -> Iterator[tuple[str, float]]:
    """Give what is said of the bars that are not shown, and of what no input tells alone, with its share each."""
    if more := tornado.told[SHOWN:]:
        yield f"{len(more)} more, each up to {rate(more[0].told.share)}", sum(bar.told.share for bar in more)
    if noise := tornado.noise:
        share = sum(bar.told.share for bar in noise)
        yield (
            f"{_others(len(noise), len(tornado.bars))} below the noise (up to {floor_text(tornado)} each)",
            max(share, 0.0),
        )
    yield TOGETHER_TITLE, max(tornado.together.value, 0.0)


def _others(count: int, among: int) -> str:
    if count == among:
        return f"all {count}"
    return f"{count} other{'s' if count > 1 else ''}"


def floor_text(tornado: DriverTornado) -> str:
    """Write the floor with the digits it takes."""
    return f"{tornado.floor * 100:.2g}%"


def end_texts(bar: DriverBar, currency: str, *, long: bool = False) -> tuple[str, str]:
    """Give the input's values at the two ends of a bar, with the chances of levels."""
    if bar.driver is None:
        return "least", "most"
    return tuple(
        _end_text(end, bar.driver, currency, high, long) for end, high in ((bar.ends.low, False), (bar.ends.high, True))
    )  # type: ignore[return-value]


def _end_text(end: End, driver: Driver, currency: str, high: bool, long: bool) -> str:
    chance = f" ({input_value(end.chance, Kind.RATE, currency)})" if end.by_level else ""
    if driver.event:
        words = ("happens" if high else "does not happen") if long else ("yes" if high else "no")
        return f"{words}{chance}"
    shown = input_value(end.input, driver.first.unit, currency)
    return f"{with_unit(shown, driver.first.unit) if long else shown}{chance}"


def with_unit(shown: str, unit: Kind) -> str:
    """Give an input's value with its unit, where the value itself does not show it."""
    return f"{shown}{UNITS.get(unit, '')}"


def label_of(target: Target) -> str:
    """Give what a target is called above a column."""
    return LABELS.get(target.name) or METRICS[SHORT.get(target.name, target.name)].title


def star(driver: Driver | None) -> str:
    """Give the mark of a default prior behind a bar's title."""
    return " *" if driver is not None and driver.prior else ""


def star_note(tornado: DriverTornado) -> str:
    """Say what the stars behind names mean, if there is one."""
    return DEFAULT_PRIORS if any(star(bar.driver) for bar in shown_bars(tornado)) else ""


def shares_note(tornado: DriverTornado) -> str:
    """Say what the shares are."""
    shapley = ", averaged over every order of asking them where inputs are correlated (Shapley)"
    return (
        f"Share: the part of the variance that the input tells{shapley if tornado.is_correlated else ''}; they add"
        f" up to 100%. A useless input gets up to {floor_text(tornado)}."
    )


def gap_note(tornado: DriverTornado, results: Results) -> str:
    """Say what the compared offers differ in, where the tornado is of the gap between two."""
    if not tornado.target.against:
        return ""
    said = differences({name: results[name].case for name in tornado.target.vendors})
    return said.replace(RANKED_ALONE, "only prices, delays and events that change them move the gap")


def kind_section(tornado: KindTornado, results: Results) -> Section:
    """Give a tornado of some kind as people read it."""
    currency = results.setting.currency
    middle = ""
    if tornado.kind in (ALONE, SPIDER, CHANGE):
        value = Figure(tornado.middle, tornado.target.kind).text(currency)
        middle = f" {'Mean' if tornado.kind == CHANGE else 'Base run'} {value}."
    more = f"{len(tornado.rows) - SHOWN} more inputs are in --csv." if len(tornado.rows) > SHOWN else ""
    title = f"What moves the {tornado.target.title}: {tornado.kind}"
    return Section(title, (f"{tornado.about}.{middle}", kind_shown(tornado, currency), more, tornado.trap))


def kind_shown(tornado: KindTornado, currency: str) -> Table:
    """Give the strongest inputs of a tornado of some kind, a row each."""
    rows = tornado.rows[:SHOWN]
    strengths = np.abs([row.value.value for row in rows])
    widest = max(strengths[np.isfinite(strengths)], default=0.0) or 1.0
    cells = (
        (f"{r.driver.title}{star(r.driver)}", *_kind_cells(tornado, r), Length(abs(r.value.value) / widest))
        for r in rows
    )
    return people("tornado", ["Input", *_kind_header(tornado), ""], cells, currency)


def _kind_header(tornado: KindTornado) -> Sequence[str]:
    label, points = label_of(tornado.target), [f"P{point:g}" for point in tornado.points]
    if tornado.kind == SPIDER:
        return points
    if tornado.kind == ALONE:
        return [*points, *(f"at {point}" for point in points)]
    if tornado.kind == CHANGE:
        return ["Low", "High", f"{label} at low", f"{label} at high"]
    return [{"spearman": "Rank correlation", "contribution": "Contribution"}.get(tornado.kind, "Coefficient")]


def _kind_cells(tornado: KindTornado, row: KindRow) -> list[Cell]:
    kind, driver = tornado.target.kind, row.driver
    outcomes: list[Cell] = [Figure(float(value), kind) for value in row.outcomes]
    if tornado.kind == SPIDER:
        return outcomes
    if tornado.kind in (ALONE, CHANGE):
        events = ["no", *["no"] * (len(row.inputs) - 2), "yes"]
        inputs: list[Cell] = [*events] if driver.event else [Asked(float(x), driver.first.unit) for x in row.inputs]
        return [*inputs, *outcomes]
    if tornado.kind == "contribution":
        return [Figure(row.value.value, Kind.RATE, row.value.se)]
    return [f"{row.value.value:+.2f} ±{row.value.se:.2g}"]


def lines_shown(results: Results) -> Table:
    """Give the mean of each line over the horizon, benefits first, a row a line with a column a vendor."""
    natures = {line.name: line.nature for result in results.values() for line in result.case.lines}
    means = [result.line_means() for result in results.values()]
    rows: Iterator[tuple[Cell, ...]] = (
        (
            f"{'Benefit' if nature.is_benefit else 'Cost'}: {line} ({nature.value})",
            *(Figure(of[line].value, Kind.MONEY) if line in of else "-" for of in means),
        )
        for line, nature in sorted(natures.items(), key=lambda item: not item[1].is_benefit)
    )
    columns = (Column("line"), *(Column(name, name) for name in results))
    return Table("lines", columns, tuple(rows), results.setting.currency)
