"""What a later go-live costs, in the same futures otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sim.analysis.table import Column, Table
from sim.errors import UsageError
from sim.model.case import Case, delayed
from sim.model.evaluation import evaluate
from sim.model.lines.yearly import YearlyRow
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind
from sim.sampling.estimates import Estimate

Losses = Mapping[str, Mapping[int, Estimate]]
"""Mean NPV lost by vendor and months of delay."""


def delay_table(losses: Losses, currency: str) -> Table:
    """Give the mean NPV lost by a later go-live, a row a vendor and months of delay."""
    columns = (
        Column("vendor", "Vendor"),
        Column("months_later", "Go-live"),
        Column("mean_npv_lost", "", Kind.MONEY, "standard_error"),
    )
    rows = ((vendor, months, lost) for vendor, by_months in losses.items() for months, lost in by_months.items())
    return Table("cost_of_delay", columns, tuple(rows), currency, index=2)


def delays_shown(losses: Losses, currency: str) -> Table:
    """Give the same as people read it: a row a delay with a column a vendor."""
    table = delay_table(losses, currency).wide()
    named = ((f"{months} month{'' if months == 1 else 's'} later", *lost) for months, *lost in table.rows)
    return replace(table, rows=tuple(named))


def has_golive(case: Case) -> bool:
    """Whether anything of a case hangs on go-live: rows of a yearly table do not."""
    return not any(isinstance(line, YearlyRow) for line in case.lines)


def delay_losses(case: Case, draws: Mapping[str, Array], months: Sequence[int]) -> dict[int, Array]:
    """Give the NPV lost in each future if go-live comes so many months later, (n,) each; negative if it is a gain.

    Raises:
        UsageError: the case is given by rows, which have no go-live.
    """
    if not has_golive(case):
        raise UsageError("a scenario of rows has no go-live that could come later (delay a row by starts_after)")
    now = _npv(case, draws)
    return {later: now - _npv(delayed(case, later), draws) for later in months}


def _npv(case: Case, draws: Mapping[str, Array]) -> Array:
    return evaluate(case, draws, metrics=("npv",)).metrics["npv"]
