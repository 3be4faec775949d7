"""The shape of `lines` in a scenario file: benefits and costs of one's own."""

from enum import StrEnum

from sim.model.lines.custom import Origin, Per
from sim.numbers.spec import Spec
from sim.scenario.number import Money, Months, Yearly


class LineKind(StrEnum):
    """Which side of the account a line is on."""

    BENEFIT = "benefit"
    COST = "cost"


class LineShape(Spec):
    """A benefit or cost of your own, by name."""

    kind: LineKind | None = None
    """benefit or cost."""
    amount: Money | None = None
    """The amount, in today's money."""
    per: Per | None = None
    """What it is for: month, year, once, user (each user once), user_month or user_year."""
    starts: Months | None = None
    """First month it falls in, counted from go-live or signature: 1, the month after, if not given."""
    ends: Months | None = None
    """Last month, counted likewise (to the horizon if not given)."""
    counts_from: Origin | None = None
    """golive or signature (if not given: golive for a benefit, signature for a cost)."""
    grows: Yearly | None = None
    """Yearly growth of the amount, from signature on."""
    ramps: bool | None = None
    """Whether it is in proportion to adoption (`false` if not given)."""
    soft: bool | None = None
    """Whether it is staff time rather than money (`false` if not given)."""
    capital: bool | None = None
    """Whether it is written off over `tax.write_off_months` (`false` if not given)."""
