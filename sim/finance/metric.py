"""What a metric is: a function of cash flows with a name, a title and a kind, and how it follows from what adds up.

Where cash flows are straight lines in an input, so is all that adds up over lines, months and draws, and a metric's
probability given the other inputs is one of that input. A metric says in its form how it follows from such quantities;
rates of return, peaks and first months have no form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.finance.cash_flows import CashFlows
from sim.numbers.arrays import Array
from sim.numbers.kinds import Kind

Quantity = Callable[[CashFlows], Array]
"""Something that adds up over lines, months and draws, (n,) or (m, n); it goes by the name of its function."""


@dataclass(frozen=True)
class Adds:
    """A metric that is such a quantity itself."""


@dataclass(frozen=True)
class Ratio:
    """A metric that is one quantity by another."""

    part: Quantity
    whole: Quantity


@dataclass(frozen=True)
class Lasts:
    """A metric that is the month from which a running total, (m, n), stays at or above zero."""

    total: Quantity


@dataclass(frozen=True)
class Metric:
    """One figure that a vendor is judged by; called with cash flows it gives (n,)."""

    name: str
    """What it is called in files and rules."""
    title: str
    """What it is called on screens, in charts and reports."""
    kind: Kind
    """A rate, an amount of money, or a number of months."""
    function: Quantity
    """What gives it, from the cash flows of every draw."""
    form: Adds | Ratio | Lasts | None = None
    """How it follows from sums over months, if it does."""
    whole: bool = False
    """Whether it is a whole number: nothing lies between two of its values."""

    def __call__(self, flows: CashFlows) -> Array:
        """Give the metric of some cash flows, (n,)."""
        return self.function(flows)

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """The quantities that it follows from, by name; none if it has no form."""
        match self.form:
            case Adds():
                parts: tuple[Quantity, ...] = (self.function,)
            case Ratio(part, whole):
                parts = part, whole
            case Lasts(total):
                parts = (total,)
            case None:
                parts = ()
        return {name_of(part): part for part in parts}


def name_of(quantity: Quantity) -> str:
    """Give the name that a quantity goes by."""
    return quantity.__name__
