"""What moves the result, and where the value comes from, as people read it."""

from collections.abc import Iterator

from sim.analysis.cells import Asked, Figure
from sim.analysis.results import Results
from sim.analysis.table import Cell, Column, Table, people
from sim.analysis.tornado import Bar, Tornado
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind

DEFAULT_PRIORS = "* a default prior (sim priors NAME): better a number of your own."
"""What the star behind an input's name says."""


def tornado_shown(tornado: Tornado, currency: str, prefix: str = "") -> Table:
    """Give the bars of a tornado, a row an input; `prefix` stands before the titles of the results."""
    kind = METRICS[tornado.metric].kind
    rows = (
        (f"{bar.title}{star(bar)}", *bar_ends(bar), Figure(bar.at_low, kind), Figure(bar.at_high, kind))
        for bar in tornado.bars
    )
    return people("tornado", ["Input", "P10", "P90", f"{prefix}at P10", f"{prefix}at P90"], rows, currency)


def star(bar: Bar) -> str:
    """Give the mark of a default prior behind a bar's title."""
    return " *" if bar.prior else ""


def bar_ends(bar: Bar) -> tuple[Cell, Cell]:
    """Give the input's values at the two ends of a bar; an event does not happen, or does."""
    return ("no", "yes") if bar.switch else (Asked(bar.low_input, bar.unit), Asked(bar.high_input, bar.unit))


def prior_note(tornado: Tornado) -> str:
    """Say what the stars behind names mean, if there is one."""
    return DEFAULT_PRIORS if any(bar.prior for bar in tornado.bars) else ""


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
