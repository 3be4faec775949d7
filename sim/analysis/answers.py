"""The answers of a run in long form: tables that CSV and JSON write, and that a program can group as it likes."""

from collections.abc import Iterator

from sim.analysis.comparison import Standing
from sim.analysis.result import Result
from sim.analysis.results import CORRELATION_COLUMNS, INPUT_COLUMNS, Results
from sim.analysis.table import Cell, Column, Table
from sim.finance.metrics import METRICS
from sim.numbers.kinds import Kind
from sim.numbers.percentiles import percentile_key
from sim.sampling.estimates import Estimate

UNDEFINED, NEVER = "share undefined", "share never"
PROBABILITY, REGRET = "probability", "expected regret"
BEST = "best npv"

GAP_LOW, GAP_HIGH, GAP_BELOW = " at least", " at most", " share below"
"""Endings of the names of what is known of a percentile in a gap."""

LIVE = " if live"
"""Ending of the names of percentiles of the futures in which the project goes live."""


def statistics(results: Results) -> Table:
    """Give mean, sd and percentiles of every metric, then probabilities and the comparison, a row a statistic."""
    columns = Column("vendor"), Column("metric"), Column("statistic"), Column("value", error="standard_error")
    rows = (row for name, result in results.items() for row in _statistics_of(name, result))
    standings = (row for name, standing in results.comparison.standings.items() for row in _standing(name, standing))
    return Table("percentiles", columns, (*rows, *standings), index=3)


def _standing(name: str, standing: Standing) -> Iterator[tuple[Cell, ...]]:
    yield name, BEST, PROBABILITY, standing.p_best
    yield name, "npv", REGRET, standing.regret


def _statistics_of(name: str, result: Result) -> Iterator[tuple[Cell, ...]]:
    for metric in METRICS:
        described = result.statistics(metric)
        yield name, metric, "mean", described.mean
        yield name, metric, "sd", described.sd
        yield from ((name, metric, percentile_key(q), described.percentiles[q]) for q in result.percentiles)
        yield name, metric, UNDEFINED, described.undefined
        yield from (
            (name, metric, f"{UNDEFINED}: {why.text}", Estimate(share, float("nan")))
            for why, share in described.reasons.items()
        )
        yield name, metric, NEVER, described.never
        for q, gap in described.gaps.items():
            if q in result.percentiles:
                ends = zip((GAP_LOW, GAP_HIGH, GAP_BELOW), gap, strict=True)
                yield from ((name, metric, f"{percentile_key(q)}{end}", Estimate(x, float("nan"))) for end, x in ends)
        if result.live is not None:
            live = result.statistics_live(metric).percentiles
            yield from ((name, metric, f"{percentile_key(q)}{LIVE}", live[q]) for q in result.percentiles)
    yield from ((name, target.event, PROBABILITY, p) for target, p in result.targets.items())


def payback_by_month(results: Results) -> Table:
    """Give P(payback <= month), a row a vendor and month."""
    columns = Column("vendor"), Column("month"), Column("probability", kind=Kind.RATE)
    rows = ((name, month, p) for name, result in results.items() for month, p in enumerate(result.payback_by_month()))
    return Table("payback_by_month", columns, tuple(rows), index=2)


def line_means(results: Results) -> Table:
    """Give the mean total of every benefit and cost line over the horizon, undiscounted, a row a vendor and line."""
    columns = Column("vendor"), Column("line"), Column("mean", kind=Kind.MONEY)
    rows = ((name, line, mean) for name, result in results.items() for line, mean in result.line_means().items())
    return Table("lines", columns, tuple(rows), results.setting.currency, index=2, own_file=False)


def standings(results: Results) -> Table:
    """Give the comparison of options by NPV, a row an option."""
    columns = (
        Column("vendor"),
        Column("p_best", kind=Kind.RATE),
        Column("mean", kind=Kind.MONEY),
        Column("gap_to_leader", kind=Kind.MONEY),
        Column("expected_regret", kind=Kind.MONEY),
    )
    rows = ((n, s.p_best, s.mean, s.gap, s.regret) for n, s in results.comparison.standings.items())
    return Table("standings", columns, tuple(rows), results.setting.currency, index=1, own_file=False)


def duels(results: Results) -> Table:
    """Give the probability that an option's NPV is above another's, a row a pair; ties are split."""
    columns = Column("vendor"), Column("other"), Column("p_above", kind=Kind.RATE)
    rows = ((n, other, p) for n, s in results.comparison.standings.items() for other, p in s.beats.items())
    return Table("beats", columns, tuple(rows), index=2, own_file=False)


def inputs(results: Results) -> Table:
    """Give the inputs as asked for and as drawn, a row an input."""
    return Table("inputs", _columns(INPUT_COLUMNS), tuple(tuple(row.values()) for row in results.input_rows), index=1)


def correlations(results: Results) -> Table:
    """Give the correlations as asked for, as used after a repair, and as drawn, a row a pair."""
    rows = tuple(tuple(row.values()) for row in results.correlation_rows)
    return Table("correlations", _columns(CORRELATION_COLUMNS), rows, index=2)


def features(results: Results) -> Table:
    """Give the features of every vendor: quality, what each may move, whether and how that counts."""
    columns = (
        Column("vendor", "Vendor"),
        Column("feature", "Feature"),
        Column("quality", "Quality"),
        Column("about_quality", key="about"),
        Column("moves", "May move"),
        Column("counts", "Counts"),
        Column("source", "Source"),
    )
    notes = results.setting.features
    rows = tuple((n.vendor, n.feature, n.quality, n.about, n.moves, n.counts, n.source) for n in notes)
    return Table("features", columns, rows)


def assumptions(results: Results) -> Table:
    """Give every number of the scenario as the file writes it, with its source and note."""
    columns = Column("place", "Number"), Column("value", "Value"), Column("source", "Source"), Column("note", "Note")
    return Table(
        "assumptions", columns, tuple((a.place, a.asked, a.source, a.note) for a in results.setting.assumptions)
    )


def _columns(names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(map(Column, names))
