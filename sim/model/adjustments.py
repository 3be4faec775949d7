"""Terms that hold for every line of a case: inflation, the factors of events, and tax."""

from dataclasses import dataclass

import numpy as np

from sim.finance.schedule import Flows, running_total, times
from sim.model.line import Line
from sim.model.quantity import Quantity
from sim.model.world import World
from sim.numbers.arrays import Array


@dataclass(frozen=True)
class Tax:
    """Tax on income: every benefit is income, every cost a deduction, staff time included.

    Losses are set off against the company's other income in the month they arise. Capital spending may be deducted
    in equal parts over some months, from the month after it is paid; what is left at the horizon is not counted.
    """

    rate: Quantity
    write_off_months: int = 0
    """0 if capital spending is deducted at once, like everything else."""

    def after(self, line: Line, flows: Flows, world: World) -> Flows:
        """Give a line's flows after tax: an amount less the tax on it, or less the tax it saves."""
        if not line.capital or not self.write_off_months:
            return times(flows, 1 - world[self.rate])
        spent = np.asarray(flows)
        return np.asarray(spent - world[self.rate] * written_off(spent, self.write_off_months))


def written_off(spent: Array, months: int) -> Array:
    """Give the straight-line write-off of each month's spending over the months that follow it, (m, n)."""
    total = running_total(spent)
    parts = np.zeros_like(total)
    parts[1:] = total[:-1]
    parts[months + 1 :] -= total[: max(len(total) - months - 1, 0)]
    return parts / months


def settled(
    line: Line, flows: Flows, world: World, inflation: Quantity, tax: Tax | None, risk: Quantity = 0.0
) -> Flows:
    """Give what a line comes to once inflation, events, a risk adjustment and tax have had their part.

    Amounts in a file are today's. With inflation they grow from signature, with and without the CRM alike; prices
    that a contract fixes do not. A risk adjustment lowers a benefit and raises a cost by its share.
    """
    if inflation != 0.0 and not line.fixed_price:
        flows = times(flows, world.compounded(inflation))
    if world.events:
        flows = times(flows, world.weight(benefit=line.nature.is_benefit, outlasts_stop=line.outlasts_stop))
    if risk != 0.0:
        flows = times(flows, 1 - world[risk] if line.nature.is_benefit else 1 + world[risk])
    return flows if tax is None else tax.after(line, flows, world)
