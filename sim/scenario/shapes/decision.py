"""The shape of `decision` in a scenario file: what can be chosen beside the offers."""

from typing import Annotated

from pydantic import Field

from sim.numbers.spec import Spec
from sim.scenario.number import FixedMoney

NOTHING = "buy nothing"
"""What choosing none of the offers is called, unless the file has a name for it."""

LEFT_OUT = "none"
"""What a file says where it is no option."""


class DecisionShape(Spec):
    """What can be chosen, beside the offers."""

    nothing: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What buying none of the offers is called (buy nothing); none if that is no option, with a `reason`."""
    reason: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    """With `nothing: none`: why a CRM has to be bought."""

    risk_tolerance: FixedMoney | None = None
    """An even bet to win it or lose half of it is just worth taking: an amount, for certainty equivalents."""

    @property
    def must_buy(self) -> bool:
        """Whether one of the offers has to be taken."""
        return self.nothing is not None and self.nothing.strip().lower() == LEFT_OUT

    @property
    def option(self) -> str | None:
        """What taking none of the offers is called; None if that is no option."""
        return None if self.must_buy else (self.nothing or NOTHING)
